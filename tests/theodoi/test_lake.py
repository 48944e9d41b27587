"""Partitions are whole or not there, and the same rows give the same bytes."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theodoi import lake
from theodoi.errors import DataFolderError

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source_id": st.just("a"),
            "url": st.text(max_size=20),
            "outcome": st.sampled_from(["ok", "gone", "timeout"]),
            "fetched_at": st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001
                lambda t: t.replace(tzinfo=UTC)
            ),
        }
    ),
    max_size=5,
)


@given(rows=ROWS)
def test_what_is_written_is_read_and_bytes_depend_on_rows_alone(tmp_path_factory, rows):
    folder = lake.partition(tmp_path_factory.mktemp("lake"), lake.FETCH, "a", "2024-01-01")
    first = lake.write(folder, lake.FETCH, rows, made_from="x").read_bytes()
    file = lake.write(folder, lake.FETCH, rows, made_from="x")
    assert file.read_bytes() == first
    back = lake.read([file], lake.FETCH).to_pylist()
    assert [{k: r[k] for k in ("url", "outcome", "fetched_at")} for r in back] == [
        {k: r[k] for k in ("url", "outcome", "fetched_at")} for r in rows
    ]
    assert lake.up_to_date(file, "x")
    assert not lake.up_to_date(file, "y")


def test_reading_nothing_gives_the_right_columns(tmp_path):
    assert lake.DATASETS
    for dataset in lake.DATASETS.values():
        assert lake.read(lake.files(tmp_path, dataset), dataset).column_names == list(dataset.columns)


def test_a_full_disk_is_one_clear_line_and_leaves_the_old_partition(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        folder = lake.partition(disk, lake.FETCH, "a", "2024-01-01")
        file = lake.write(folder, lake.FETCH, [{"url": "http://a/1"}])
        before = file.read_bytes()
        rows = [{"url": f"http://a/{i}-{hash(str(i))}", "detail": f"{hash(str(i)) ** 9}"} for i in range(20_000)]
        with pytest.raises(DataFolderError, match="đĩa đầy"):
            lake.write(folder, lake.FETCH, rows)
        assert file.read_bytes() == before
        assert list(folder.iterdir()) == [file]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_something_in_the_way_is_one_clear_line(tmp_path: Path):
    (tmp_path / "fetch").write_text("not a folder")
    with pytest.raises(DataFolderError, match="cần một thư mục"):
        lake.write(lake.partition(tmp_path, lake.FETCH, "a", "2024-01-01"), lake.FETCH, [])
