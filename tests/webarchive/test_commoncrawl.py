"""A small Common Crawl on loopback: two monthly crawls, pages of the index, records by range from another host."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from spiders.job import Limits
from spiders.webarchive.commoncrawl import NotAListOfCrawlsError, collections
from tests.webarchive.servers import Answer, CommonCrawl, entries_of, part_of, serving
from tests.webarchive.world import FIRST, HTML, SITE, World, captures, html, kept, url
from theodoi import lake
from theodoi.archive import Capture, Reading, iter_responses
from theodoi.errors import TheodoiError
from theodoi.steps.webarchive import WebArchiveResult, import_commoncrawl

QUICK = Limits(timeout_s=5.0, retries=0, errors_in_a_row=3)
CRAWLS = [
    {"id": "CC-MAIN-2024-18", "from": "2024-04-12T00:00:00", "to": "2024-04-25T00:00:00"},
    {"id": "CC-MAIN-2024-10", "from": "2024-02-09T00:00:00", "to": "2024-03-05T00:00:00"},
    {"id": "CC-MAIN-2024-05", "from": "2024-01-20T00:00:00", "to": "2024-02-08T00:00:00"},
]


class Servers:
    """Index and files on two ports, as on two hosts."""

    def __init__(self, root: Path) -> None:
        entries = entries_of(root)
        self.index = CommonCrawl(root, entries, collections=CRAWLS)
        self.files = CommonCrawl(root, entries)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "data")


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Servers]:
    rows = captures(20)
    rows.append((url(1), FIRST + timedelta(days=10), 200, HTML, html("bản sau")))
    rows.append((f"{SITE}/vi/news/tin/", FIRST, 200, HTML, html("danh mục")))
    rows += [(url(n), FIRST, 404, HTML, html("mất")) for n in range(60, 72)]
    kept(tmp_path / "cc" / "crawl-data" / "CC-MAIN-2024-10" / "warc" / "CC-MAIN-1.warc.gz", rows)
    servers = Servers(tmp_path / "cc")
    with serving(servers.index, servers.files):
        yield servers


def take(world: World, crawl: Servers, **options: object) -> WebArchiveResult:
    given = {"limits": QUICK, "endpoint": crawl.index.base_url, "records_url": crawl.files.base_url, **options}
    return import_commoncrawl(world.settings, world.registry, "vks", **given)  # type: ignore[arg-type]


def responses(file: Path) -> list[tuple[int, Any, Capture]]:
    return list(iter_responses(file, Reading()))


def test_records_of_all_crawls_of_the_period_are_taken_byte_for_byte(world: World, crawl: Servers) -> None:
    result = take(world, crawl)
    assert (result.addresses, result.pages, result.failed, result.unread) == (20, 21, {}, {})
    articles = [e for e in crawl.index.entries if e.capture.status == 200 and "bai-so" in e.capture.url]
    assert world.pages() == sorted((e.capture.url, e.capture.fetched_at, e.capture.body) for e in articles)
    asked = [path for path, _ in crawl.index.log]
    assert "/collinfo.json" in asked
    assert not [path for path in asked if "CC-MAIN-2024-18" in path and "&page=" in path], (
        "it holds nothing of the site"
    )
    assert len([path for path in asked if "&page=" in path]) > 4
    # One record a request, from the other host alone, and nothing besides.
    ranges = [r for path, r in crawl.files.log if path != "/robots.txt"]
    assert sorted(ranges) == sorted(f"bytes={e.offset}-{e.offset + e.length - 1}" for e in articles)
    assert not [path for path in asked if path.startswith("/crawl-data")]
    rows = world.rows(lake.FETCH)
    assert {r["cause"] for r in rows} == {"archive"}
    assert {r["obtained_from"] for r in rows} == {
        f"{crawl.files.base_url}/crawl-data/CC-MAIN-2024-10/warc/CC-MAIN-1.warc.gz"
    }


def test_a_record_is_kept_as_its_maker_wrote_it(world: World, crawl: Servers) -> None:
    take(world, crawl)
    (theirs,) = crawl.index.root.rglob("*.warc.gz")
    ours = list(world.settings.archive.rglob("*.warc.gz"))
    assert len(ours) == 1
    names = [
        {(c.url, c.fetched_at): record.rec_headers.get_header("WARC-Record-ID") for _, record, c in responses(file)}
        for file in (theirs, ours[0])
    ]
    assert len(names[1]) == 21
    assert names[1].items() <= names[0].items()


def test_a_second_run_downloads_no_record(world: World, crawl: Servers) -> None:
    take(world, crawl)
    before = len(crawl.files.log)
    again = take(world, crawl)
    assert (again.pages, again.already) == (0, 21)
    assert len(crawl.files.log) == before


def test_only_crawls_of_the_period_are_asked(world: World, crawl: Servers) -> None:
    day = date(2024, 2, 3)
    result = take(world, crawl, since=day, until=day)
    assert result.pages == 1
    assert {path.split("-index")[0] for path, _ in crawl.index.log if "-index" in path} == {"/CC-MAIN-2024-05"}


def test_one_host_may_have_both(world: World, crawl: Servers) -> None:
    assert take(world, crawl, records_url=crawl.index.base_url).pages == 21
    assert not crawl.files.log


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ((206, {}, b"\x1f\x8b\x08no record"), "broken_record"),
        ((206, {}, b""), "broken_record"),
        ((416, {}, b""), "http_error"),
        ((404, {}, b""), "gone"),
    ],
)
def test_a_record_that_cannot_be_had_is_counted_and_comes_next_time(
    world: World, crawl: Servers, given: Answer, reason: str
) -> None:
    entry = next(e for e in crawl.index.entries if e.capture.url == url(3))
    usual = crawl.files.answer

    def answer(path: str, byte_range: str) -> Answer:
        return given if byte_range.startswith(f"bytes={entry.offset}-") else usual(path, byte_range)

    crawl.files.answer = answer  # type: ignore[method-assign]
    result = take(world, crawl)
    assert (result.pages, result.failed) == (20, {reason: 1})
    crawl.files.answer = usual  # type: ignore[method-assign]
    assert take(world, crawl).pages == 1


def test_another_record_than_the_one_wanted_is_not_taken(world: World, crawl: Servers) -> None:
    one, other = (next(e for e in crawl.index.entries if e.capture.url == url(n)) for n in (3, 4))
    usual = crawl.files.answer

    def answer(path: str, byte_range: str) -> Answer:
        if byte_range.startswith(f"bytes={one.offset}-"):
            file = crawl.index.root / other.filename
            return part_of(file, f"bytes={other.offset}-{other.offset + other.length - 1}")
        return usual(path, byte_range)

    crawl.files.answer = answer  # type: ignore[method-assign]
    assert take(world, crawl).failed == {"other_capture": 1}


def test_a_server_that_ignores_ranges_is_not_downloaded_whole(world: World, crawl: Servers) -> None:
    crawl.files.answer = lambda path, _: (200, {}, b"x" * 100_000)  # type: ignore[method-assign]
    result = take(world, crawl, limits=Limits(timeout_s=5.0, retries=0, body_bytes=20_000))
    assert (result.pages, result.failed) == (0, {"too_large": 21})


def test_a_list_of_crawls_that_is_none_is_one_clear_line(world: World, crawl: Servers) -> None:
    crawl.index.faults["collinfo"] = lambda: (200, {}, b"<html>")
    with pytest.raises(TheodoiError, match="no_index"):
        take(world, crawl)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 3, 6), ["CC-MAIN-2024-10"]),
        (date(2024, 4, 20), []),
        (date(2012, 7, 1), ["CC-MAIN-2012"]),
        (date(2009, 12, 31), ["CC-MAIN-2009-2010"]),
        (date(2016, 1, 1), []),
    ],
)
def test_crawls_without_days_are_placed_by_their_names(day: date, expected: list[str]) -> None:
    names = ["CC-MAIN-2024-10", "CC-MAIN-2012", "CC-MAIN-2009-2010"]
    body = json.dumps([{"id": n} for n in names]).encode()
    assert collections(body, day, day) == expected


@pytest.mark.parametrize(
    "body", [b"", b"7", b"[1]", b'[{"name": "x"}]', b"<html>", b'[{"id": "x", "from": 1, "to": 2}]']
)
def test_what_is_no_list_of_crawls(body: bytes) -> None:
    with pytest.raises(NotAListOfCrawlsError):
        collections(body, date(2024, 1, 1), date(2024, 1, 2))
