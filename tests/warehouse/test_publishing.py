import errno
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from theodoi.errors import DataFolderError
from warehouse import publishing

AT = datetime(2024, 6, 30, 17, 5, 9, tzinfo=UTC)


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    path = tmp_path / "candidate.duckdb"
    path.write_bytes(b"new")
    return path


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_publishes_with_a_dated_copy(candidate: Path, tmp_path: Path) -> None:
    published = tmp_path / "a" / "published"
    assert publishing.publish(candidate, published, AT) == published / "coverage.duckdb"
    assert names(published) == ["coverage-20240630T170509Z.duckdb", "coverage.duckdb"]
    assert {p.read_bytes() for p in published.iterdir()} == {b"new"}
    assert candidate.exists()
    assert publishing.dated_copies(published) == [(AT, published / "coverage-20240630T170509Z.duckdb")]


def test_a_reader_keeps_the_file_it_opened(candidate: Path, tmp_path: Path) -> None:
    file = publishing.publish(candidate, tmp_path / "p", AT)
    with file.open("rb") as reader:
        candidate.write_bytes(b"newer")
        publishing.publish(candidate, tmp_path / "p", AT + timedelta(days=1))
        assert reader.read() == b"new"
    assert file.read_bytes() == b"newer"


def test_keeps_the_last_copies_only(candidate: Path, tmp_path: Path) -> None:
    times = [AT + timedelta(days=d) for d in range(publishing.KEEP + 2)]
    for at in times:
        publishing.publish(candidate, tmp_path / "p", at)
    assert [at for at, _ in publishing.dated_copies(tmp_path / "p")] == times[2:]


def test_restores_a_dated_copy(candidate: Path, tmp_path: Path) -> None:
    published = tmp_path / "p"
    publishing.publish(candidate, published, AT)
    candidate.write_bytes(b"newer")
    publishing.publish(candidate, published, AT + timedelta(hours=1))
    (_, first), _ = publishing.dated_copies(published)
    assert publishing.restore(first, published).read_bytes() == b"new"
    assert len(publishing.dated_copies(published)) == 2


def test_a_full_disk_leaves_the_old_file(candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = tmp_path / "p"
    publishing.publish(candidate, published, AT)
    candidate.write_bytes(b"newer")

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"ne")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DataFolderError, match="đĩa đầy"):
        publishing.publish(candidate, published, AT + timedelta(days=1))
    assert names(published) == ["coverage-20240630T170509Z.duckdb", "coverage.duckdb"]
    assert (published / "coverage.duckdb").read_bytes() == b"new"


def test_a_folder_that_is_none_is_told(candidate: Path, tmp_path: Path) -> None:
    (tmp_path / "p").write_text("in the way")
    with pytest.raises(DataFolderError):
        publishing.publish(candidate, tmp_path / "p", AT)


def test_clears_what_a_killed_publication_left(candidate: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / ".coverage.duckdb.0123.tmp").write_bytes(b"ne")
    publishing.publish(candidate, tmp_path / "p", AT)
    assert names(tmp_path / "p") == ["coverage-20240630T170509Z.duckdb", "coverage.duckdb"]
