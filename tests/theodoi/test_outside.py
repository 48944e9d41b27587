"""Lists of addresses that should be there, as analysts write them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faulty_server import FaultySite, serving
from theodoi import lake
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.crawl import crawl_source
from theodoi.steps.outside import OutsideResult, import_addresses

A, B, C = (f"https://vks.example/vi/news/tin/bai-so-{n}-{1000 + n}.html" for n in (1, 2, 3))
OTHER = "https://khac.example/vi/news/tin/bai-so-1-1001.html"
SOURCE = Source("vks", "vksnd_tinh", "https://www.vks.example", "nukeviet")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", allow_private=True)


def taken(settings: Settings, content: str | bytes, source: Source = SOURCE, name: str = "ds.csv") -> OutsideResult:
    file = settings.data.parent / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_addresses(settings, Registry({}, {"vks": source}, {}, {}, {}, {}), "vks", file)


def rows(settings: Settings, dataset: lake.Dataset) -> list[dict[str, Any]]:
    return lake.read(lake.files(settings.lake, dataset), dataset).to_pylist()


def test_one_address_a_line(settings: Settings) -> None:
    before = datetime.now(UTC)
    result = taken(settings, f"{A}\r\n\r\n  {B}  \n{C}?utm_source=x,y\n", name="ds.txt")
    assert (result.taken, result.known, result.bad) == (3, 0, {})
    found = rows(settings, lake.DISCOVERY)
    assert [r["position"] for r in found] == [0, 1, 2]
    assert [r["url_key"] for r in found] == [u.removeprefix("https://") for u in (A, B, C)]
    assert {(r["channel"], r["channel_url"], r["listed"], r["listed_at"]) for r in found} == {
        ("outside", "ds.txt", True, None)
    }
    assert all(before <= r["seen_at"] <= datetime.now(UTC) for r in found)
    (crawl,) = rows(settings, lake.CRAWL)
    assert (crawl["kind"], crawl["crawl_id"]) == ("import", found[0]["crawl_id"])
    # We did not look at the site: no poll, no fetch.
    assert rows(settings, lake.POLL) == rows(settings, lake.FETCH) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_with_days(settings: Settings, delimiter: str, mark: str) -> None:
    lines = [("Ghi chú", "URL", "day"), ('"một, hai"', A, "2024-06-05"), ("", B, "05/06/2024"), ("x", C, "")]
    taken(settings, mark + "\n".join(delimiter.join(line) for line in lines))
    midnight = datetime(2024, 6, 4, 17, tzinfo=UTC)
    assert {r["url"]: r["listed_at"] for r in rows(settings, lake.DISCOVERY)} == {A: midnight, B: midnight, C: None}


def test_every_line_ends_somewhere_and_is_named_by_its_number(settings: Settings) -> None:
    lines = [
        "url,day",
        A,
        f"{B},2024-13-01",
        "không phải địa chỉ,",
        OTHER,
        f"{A}#x",
        "ftp://vks.example/a",
        "",
        ",2024-01-01",
    ]
    result = taken(settings, "\n".join([*lines, "https://vks.example/gioi-thieu/"]))
    assert (result.taken, result.repeated) == (3, 1)
    assert sorted(result.bad) == [3, 4, 7, 9]
    assert "địa chỉ vẫn lấy" in result.bad[3]
    assert result.other_hosts == {5: OTHER}
    assert result.no_articles == {10: "https://vks.example/gioi-thieu/"}
    n_lines = result.taken + result.repeated + len(result.other_hosts) + len(result.bad) - 1
    assert n_lines == len([line for line in lines[1:] if line]) + 1, "line 3 is both taken and bad"
    assert all(f"Dòng {n} " in result.text() for n in (3, 4, 5, 7, 9, 10))


def test_the_same_list_again_changes_nothing(settings: Settings) -> None:
    first = taken(settings, f"{A}\n{B}\n")
    kept = {p: p.read_bytes() for p in settings.lake.rglob("*.parquet")}
    again = taken(settings, f"{A}\n{B}\n")
    assert (first.before, again.before, again.taken, again.known) == (False, True, 2, 0)
    assert {p: p.read_bytes() for p in settings.lake.rglob("*.parquet")} == kept
    longer = taken(settings, f"{A}\n{B}\n{C}\n")
    assert (longer.before, longer.taken, longer.known) == (False, 3, 2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "tệp rỗng"),
        ("url,day\n", "tệp rỗng"),
        (f"{OTHER}\n", "Dòng 1 máy chủ khác"),
        ("xin chào\n", "Dòng 1 hỏng"),
        (b"https://vks.example/a\n\xff\xfe\n", "dòng 2 không phải văn bản UTF-8"),
    ],
)
def test_a_list_of_nothing_is_one_clear_line(settings: Settings, content: str | bytes, says: str) -> None:
    with pytest.raises(TheodoiError, match=says) as said:
        taken(settings, content)
    assert "\n" not in str(said.value)
    assert not settings.lake.exists()


def test_the_next_crawl_fetches_what_only_the_list_knew(settings: Settings) -> None:
    with serving(FaultySite(hidden=(3, 7))) as site:
        source = Source(
            *("vks", "vksnd_tinh", site.base_url, "nukeviet"),
            discovery=("sitemap",),
            valid_from=date(2024, 1, 1),
            delay_s=0.0,
        )
        assert taken(settings, f"{site.url(3)}\n{site.url(4)}\n", source).taken == 2
        assert crawl_source(settings, Registry({}, {"vks": source}, {}, {}, {}, {}), "vks").fetched == 11
        ends = {r["url"]: r["outcome"] for r in rows(settings, lake.FETCH)}
        assert ends == {site.url(n): "ok" for n in range(1, 13) if n != 7}
        channels = {r["channel"] for r in rows(settings, lake.DISCOVERY) if r["url"] == site.url(4)}
        assert channels == {"outside", "sitemap"}


def test_a_source_that_nobody_crawls_is_said(settings: Settings) -> None:
    closed = Source("vks", "vksnd_tinh", "https://www.vks.example", "nukeviet", status="closed")
    assert "status=closed" in taken(settings, A, closed).text()
