"""An archive as the Internet Archive's: resumption keys, renamed header fields, and everything that may go wrong."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from spiders.job import Limits
from tests.webarchive.servers import Answer, InternetArchive, entries_of, serving
from tests.webarchive.world import FIRST, HTML, SITE, World, captures, html, kept, url
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.errors import TheodoiError
from theodoi.settings import PROJECT
from theodoi.steps import webarchive as step
from theodoi.steps.webarchive import WebArchiveResult, import_wayback

QUICK = Limits(timeout_s=5.0, retries=0, errors_in_a_row=3)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "data")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[InternetArchive]:
    kept(tmp_path / "ia" / "a.warc.gz", captures())
    archive = InternetArchive(tmp_path / "ia", entries_of(tmp_path / "ia"))
    with serving(archive):
        yield archive


def take(world: World, archive: InternetArchive, **options: object) -> WebArchiveResult:
    given = {"limits": QUICK, **options}
    return import_wayback(world.settings, world.registry, "vks", endpoint=archive.base_url, **given)  # type: ignore[arg-type]


def add(archive: InternetArchive, *rows: tuple[object, ...]) -> None:
    kept(archive.root / f"{len(archive.entries)}.warc.gz", rows)  # type: ignore[arg-type]
    archive.entries = entries_of(archive.root)


def originals(archive: InternetArchive) -> list[tuple[str, datetime, bytes]]:
    return sorted((e.capture.url, e.capture.fetched_at, e.capture.body) for e in archive.entries)


def test_all_pages_of_the_index_are_read_and_each_capture_is_taken_as_it_was(
    world: World, archive: InternetArchive
) -> None:
    result = take(world, archive)
    assert (result.addresses, result.pages, result.failed, result.unproved) == (12, 12, {}, 0)
    assert world.pages() == originals(archive)
    assert len(archive.asked("/cdx/search/cdx")) == 3, "twelve captures, five an answer"
    row = world.rows(lake.FETCH)[0]
    capture = read_capture(world.settings.archive, row["warc_file"], row["warc_offset"])
    assert {n.lower(): v for n, v in capture.headers} == {
        "content-type": "text/html; charset=utf-8",
        "etag": '"e1"',
        "server": "IIS",
        "content-length": str(len(capture.body)),
    }
    assert (row["etag"], row["cause"]) == ('"e1"', "archive")
    assert row["obtained_from"] == f"{archive.base_url}/web/{row['fetched_at']:%Y%m%d%H%M%S}id_/{row['url']}"


def test_a_page_that_was_kept_packed_and_is_given_unpacked(world: World, archive: InternetArchive) -> None:
    body = html("gói")
    add(archive, (url(30), FIRST, 200, (*HTML, ("Content-Encoding", "gzip")), gzip.compress(body)))
    result = take(world, archive)
    assert (url(30), FIRST, body) in world.pages()
    # The index knows the digest of the packed bytes, which nobody has any more: the row says so.
    assert result.unproved == 1
    assert [r["url"] for r in world.rows(lake.FETCH) if r["detail"]] == [url(30)]
    assert take(world, archive).already == 13


def test_of_each_address_the_first_of_each_version_is_taken(world: World, archive: InternetArchive) -> None:
    versions = [(url(1), FIRST + timedelta(days=n), 200, HTML, html(f"bản {n // 2}")) for n in range(1, 20)]
    add(archive, *versions)
    result = take(world, archive)
    got = sorted(at for address, at, _ in world.pages() if address == url(1))
    assert got == [FIRST, *(FIRST + timedelta(days=n) for n in (1, 2, 4, 6))], (
        "five versions, each at its first capture"
    )
    assert result.pages == 16


def test_pages_that_are_no_articles_of_the_site_are_not_asked_for(world: World, archive: InternetArchive) -> None:
    add(
        archive,
        (f"{SITE}/", FIRST, 200, HTML, html("trang chủ")),
        (f"{SITE}/vi/news/tin/", FIRST, 200, HTML, html("danh mục")),
        (f"{SITE}/vi/news/print/tin/bai-so-1-1001.html", FIRST, 200, HTML, html("bản in")),
        (url(40), FIRST, 404, HTML, html("mất")),
        ("http://khac.example/vi/news/tin/bai-so-1-1001.html", FIRST, 200, HTML, html("nơi khác")),
    )
    assert take(world, archive).pages == 12
    assert {r["url"] for r in world.rows(lake.DISCOVERY)} == {url(n) for n in range(1, 13)}


def test_a_capture_that_is_missing_is_not_replaced_by_its_neighbour(world: World, archive: InternetArchive) -> None:
    gone, usual = archive.entries[0], archive.replay

    def replay(stamp: str, address: str) -> Answer:
        # The index lists it, the storage lost it: the archive leads to another day's capture of the address.
        if (stamp, address) == (gone.timestamp, gone.capture.url):
            return 302, {"Location": f"/web/20240301000000id_/{address}"}, b""
        if stamp == "20240301000000":
            return 200, {"Content-Type": "text/html", "memento-datetime": "Fri, 01 Mar 2024 00:00:00 GMT"}, html("khác")
        return usual(stamp, address)

    archive.replay = replay  # type: ignore[method-assign]
    result = take(world, archive)
    assert (result.pages, result.failed) == (11, {"other_capture": 1})
    assert gone.capture.url not in {r["url"] for r in world.rows(lake.FETCH)}
    # It is known all the same, so that the next crawl asks the site for it.
    assert gone.capture.url in {r["url"] for r in world.rows(lake.DISCOVERY)}


def test_what_failed_for_the_moment_comes_with_the_next_run(world: World, archive: InternetArchive) -> None:
    archive.faults[f"id_/{url(7)}"] = lambda: (503, {}, b"")
    assert take(world, archive).failed == {"server_error": 1}
    archive.faults.clear()
    again = take(world, archive)
    assert (again.pages, again.already) == (1, 11)
    assert world.pages() == originals(archive)


def test_an_archive_that_fails_again_and_again_is_left_alone(world: World, archive: InternetArchive) -> None:
    archive.faults["/web/"] = lambda: (503, {}, b"")
    result = take(world, archive)
    assert (result.pages, result.ended, result.failed) == (0, "gave_up", {"server_error": 3})
    assert len(archive.asked("/web/")) == 3
    assert "chạy lại sau" in result.text()


def test_robots_of_the_archive_are_obeyed(world: World, archive: InternetArchive) -> None:
    archive.robots = "User-agent: *\nDisallow: /cdx/\n"
    with pytest.raises(TheodoiError, match=r"robots.*import archive"):
        take(world, archive)
    assert {path for path, _ in archive.log} == {"/robots.txt"}
    archive.robots = "User-agent: *\nDisallow: /web/\n"
    assert take(world, archive).failed == {"robots": 12}
    assert not archive.asked("/web/")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>hello</html>"), "no_index"),
        ((200, {}, b'[["urlkey", "timestamp"'), "no_index"),
        ((403, {}, b"Blocked Site Error"), "http_error"),
        ((503, {}, b""), "server_error"),
    ],
)
def test_an_index_that_cannot_be_read_is_one_clear_line(
    world: World, archive: InternetArchive, answer: Answer, reason: str
) -> None:
    archive.faults["/cdx/"] = lambda: answer
    with pytest.raises(TheodoiError, match=f"không đọc được chỉ mục.*{reason}") as said:
        take(world, archive)
    assert "\n" not in str(said.value)
    (poll,) = world.rows(lake.POLL)
    assert (poll["outcome"], poll["reason"], poll["exhausted"]) == ("blind", reason, False)


def test_an_index_that_breaks_off_gives_what_it_gave(world: World, archive: InternetArchive) -> None:
    archive.faults["resumeKey="] = lambda: (404, {}, b"")
    result = take(world, archive)
    assert (result.addresses, result.pages, result.unread) == (5, 5, {"gone": 1})
    assert world.rows(lake.POLL)[0]["exhausted"] is False


def test_an_answer_that_is_too_long_is_asked_for_in_halves(world: World, archive: InternetArchive) -> None:
    archive.most = 100
    small = Limits(timeout_s=5.0, retries=0, body_bytes=1200)
    result = take(world, archive, limits=small)
    assert (result.pages, result.unread) == (12, {})
    periods = archive.asked("/cdx/")
    assert len(periods) > 3
    assert len(set(periods)) == len(periods), "no period is asked for twice"
    assert world.pages() == originals(archive)


def test_an_archive_without_the_site_is_no_failure(world: World, archive: InternetArchive) -> None:
    archive.entries = []
    result = take(world, archive)
    assert (result.addresses, result.pages) == (0, 0)
    (poll,) = world.rows(lake.POLL)
    assert (poll["outcome"], poll["exhausted"], poll["n_seen"]) == ("ok", True, 0)


def test_days_of_capture_are_asked_for_and_default_to_the_programme(world: World, archive: InternetArchive) -> None:
    add(archive, (url(50), datetime(2022, 6, 6, 23, 59, 59, tzinfo=UTC), 200, HTML, html("trước")))
    add(archive, (url(51), datetime(2022, 6, 7, tzinfo=UTC), 200, HTML, html("ngày đầu")))
    assert take(world, archive).pages == 13
    assert url(51) in {r["url"] for r in world.rows(lake.FETCH)}
    assert take(world, archive, since=date(2022, 1, 1), until=date(2022, 6, 6)).pages == 1
    with pytest.raises(TheodoiError, match="--since"):
        take(world, archive, since=date(2024, 2, 2), until=date(2024, 2, 1))


def test_a_public_archive_needs_a_contact_and_a_real_address(world: World) -> None:
    for endpoint, says in (("https://web.archive.org", "THEODOI_CONTACT"), ("web.archive.org", "https://")):
        with pytest.raises(TheodoiError, match=says):
            import_wayback(world.settings, world.registry, "vks", endpoint=endpoint)
    with pytest.raises(TheodoiError, match="khong_co"):
        import_wayback(world.settings, world.registry, "khong_co")


def test_a_public_archive_is_asked_every_five_seconds_at_most(world: World) -> None:
    public = ["https://web.archive.org"]
    assert step._delay_s(world.settings, world.source, public) == 5.0
    world.use(delay_s=9.0)
    assert step._delay_s(world.settings, world.source, public) == 9.0


def test_two_runs_at_one_archive_at_once_are_refused(world: World, archive: InternetArchive) -> None:
    inside = threading.Event()
    release = threading.Event()

    def hold() -> None:
        inside.set()
        release.wait(20)

    archive.faults["/cdx/"] = hold
    first = threading.Thread(target=take, args=(world, archive))
    first.start()
    try:
        assert inside.wait(20)
        for source_id in ("vks", "khac"):
            registry = world.registry
            registry.sources["khac"] = world.source
            with pytest.raises(TheodoiError, match="ở nơi khác"):
                import_wayback(world.settings, registry, source_id, endpoint=archive.base_url)
    finally:
        release.set()
        first.join()
    assert len(world.pages()) == 12


def spiders_of_ours() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "spiders" in p.cmdline()]


@pytest.mark.parametrize("nth", [1, 2, 6])
def test_killed_and_started_again_every_capture_is_there_once(world: World, archive: InternetArchive, nth: int) -> None:
    usual, count = archive.answer, 0

    def answer(path: str, byte_range: str) -> Answer:
        nonlocal count
        count += 1
        if count == nth:
            for process in spiders_of_ours():
                process.kill()
            time.sleep(0.2)
        return usual(path, byte_range)

    archive.answer = answer  # type: ignore[method-assign]
    with pytest.raises(TheodoiError, match="chạy lại để tiếp tục"):
        take(world, archive)
    done = {r["obtained_from"].removeprefix(archive.base_url) for r in world.rows(lake.FETCH)}
    assert len(done) == max(0, nth - 4), "three answers of the index, and the capture that was under way"
    assert [r["ended"] for r in world.rows(lake.CRAWL)] == ["killed"]
    before = len(archive.log)
    result = take(world, archive)
    assert result.pages == 12 - len(done)
    assert world.pages() == originals(archive)
    assert done.isdisjoint(path for path, _ in archive.log[before:])
    assert not list((world.settings.work / "webarchive" / "vks").iterdir())


def test_the_whole_command_killed_loses_nothing_it_had(world: World, archive: InternetArchive) -> None:
    world.use(delay_s=0.2)
    code = (
        "import sys, json\nfrom pathlib import Path\n"
        "from theodoi.registry import Registry, Source\nfrom theodoi.settings import Settings\n"
        "from theodoi.steps.webarchive import import_wayback\n"
        "source = Source(**json.loads(sys.argv[1]))\n"
        "settings = Settings(data=Path(sys.argv[2]), allow_private=True)\n"
        "import_wayback(settings, Registry({}, {'vks': source}, {}, {}, {}, {}), 'vks', endpoint=sys.argv[3])\n"
    )
    given = {n: getattr(world.source, n) for n in ("source_id", "agency_id", "base_url", "platform", "delay_s")}
    caller = subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(given), str(world.settings.data), archive.base_url], cwd=PROJECT
    )
    deadline = time.monotonic() + 30
    while len(archive.asked("/web/")) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(caller.pid, signal.SIGKILL)
    caller.wait()
    assert len(archive.asked("/web/")) >= 4
    result = take(world, archive)
    assert 0 < result.pages < 12
    assert world.pages() == originals(archive)
    # One answer may have been on its way when the caller died.
    assert sum(n - 1 for n in Counter(archive.asked("/web/")).values()) <= 1


@pytest.mark.parametrize("survives", [0, 3])
def test_a_commit_that_dies_is_done_again(
    world: World, archive: InternetArchive, monkeypatch: pytest.MonkeyPatch, survives: int
) -> None:
    usual, calls = lake.write, 0

    def dying(*args: object, **options: object) -> Path:
        nonlocal calls
        calls += 1
        if calls > survives:
            raise KeyboardInterrupt
        return usual(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(lake, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        take(world, archive)
    assert world.rows(lake.FETCH) == []
    monkeypatch.setattr(lake, "write", usual)
    before = len(archive.log)
    result = take(world, archive)
    assert (result.pages, result.already) == (0, 12)
    assert world.pages() == originals(archive)
    assert not [path for path, _ in archive.log[before:] if path.startswith("/web/")]
