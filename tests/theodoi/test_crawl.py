"""Crawls of a small loopback site, well-behaved and not, each in a real spider process."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from spiders.job import Limits
from tests.faulty_server import (
    FaultySite,
    body,
    close_at_once,
    drip,
    gzip_bomb,
    half_page,
    hang,
    huge,
    page,
    redirect,
    serving,
    status,
)
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.errors import DataFolderError, TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps import crawl as step
from theodoi.steps import spider_process
from theodoi.steps.crawl import CrawlResult, crawl, crawl_source

# Few at once: a loaded machine must not make the well-behaved pages late.
QUICK = Limits(timeout_s=1.0, retries=0, errors_in_a_row=50, parallel=4)


class World:
    """A site, a registry that knows it, a data folder."""

    def __init__(self, site: FaultySite, data: Path) -> None:
        self.site = site
        self.settings = Settings(data=data, allow_private=True)
        self.source = Source(
            source_id="vks",
            agency_id="vksnd_tinh",
            base_url=site.base_url,
            platform="nukeviet",
            discovery=("feed", "sitemap", "listing"),
            start_urls=(f"{site.base_url}/vi/news/tin/",),
            valid_from=date(2024, 1, 1),
            delay_s=0.0,
        )

    @property
    def registry(self) -> Registry:
        return Registry({}, {"vks": self.source}, {}, {}, {}, {})

    def use(self, **changes: Any) -> None:
        self.source = replace(self.source, **changes)

    def crawl(self, **options: Any) -> CrawlResult:
        return crawl_source(self.settings, self.registry, "vks", **options)

    def rows(self, dataset: lake.Dataset) -> list[dict[str, Any]]:
        return lake.read(lake.files(self.settings.lake, dataset), dataset).to_pylist()

    def fetches(self) -> dict[str, dict[str, Any]]:
        """Path -> the latest row of `fetch`."""
        rows = sorted(self.rows(lake.FETCH), key=lambda r: r["fetched_at"])
        return {r["url"].removeprefix(self.site.base_url): r for r in rows}

    def polls(self) -> dict[str, dict[str, Any]]:
        """Channel -> the latest row of `poll`."""
        return {r["channel"]: r for r in sorted(self.rows(lake.POLL), key=lambda r: r["polled_at"])}

    def assert_complete(self) -> None:
        """Every article of the site is in the lake exactly once, with a record that can be read."""
        ends = Counter(r["url"] for r in self.rows(lake.FETCH) if r["outcome"] == "ok")
        assert ends == Counter({self.site.url(n): 1 for n in range(1, self.site.articles + 1)})
        for row in self.rows(lake.FETCH):
            if row["capture_id"]:
                capture = read_capture(self.settings.archive, row["warc_file"], row["warc_offset"])
                assert (capture.url, capture.fetched_at) == (row["final_url"], row["fetched_at"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(FaultySite()) as site:
        yield World(site, tmp_path / "data")


def test_first_crawl_finds_every_article_through_every_channel(world: World) -> None:
    result = world.crawl()
    assert (result.state, result.found, result.new, result.fetched, result.failed) == ("published", 12, 12, 12, {})
    world.assert_complete()
    listed = Counter((r["channel"], r["url"]) for r in world.rows(lake.DISCOVERY))
    assert Counter(channel for channel, _ in listed) == {"feed": 5, "sitemap": 12, "listing": 12}
    newest = [r for r in world.rows(lake.DISCOVERY) if r["url"] == world.site.url(12)]
    assert {r["channel"] for r in newest} == {"feed", "sitemap", "listing"}
    assert {r["position"] for r in newest} == {0}
    assert {r["listed_at" if r["channel"] != "sitemap" else "changed_at"].isoformat() for r in newest} == {
        "2024-01-12T01:00:00+00:00"
    }
    polls = world.polls()
    assert all(p["outcome"] == "ok" for p in polls.values())
    assert (polls["listing"]["depth"], polls["listing"]["exhausted"]) == (3, True)
    assert polls["listing"]["covers_from"] == polls["sitemap"]["covers_from"] == date(2024, 1, 1)
    assert polls["feed"]["covers_from"] == date(2024, 1, 8)
    day = world.rows(lake.FETCH)[0]["fetched_at"].date().isoformat()
    assert (world.settings.archive / f"source=vks/day={day}/{result.crawl_id}.warc.gz").exists()
    assert not any((world.settings.work / "crawl" / "vks").iterdir())


def test_second_crawl_fetches_nothing_again_and_stops_at_known_ground(world: World) -> None:
    world.crawl()
    before = len(world.site.log)
    result = world.crawl()
    assert (result.state, result.found, result.new, result.fetched) == ("silent", 12, 0, 0)
    assert [a.path for a in world.site.log[before:]] == [
        "/robots.txt",
        "/vi/news/rss/",
        "/sitemap.xml",
        "/vi/news/tin/",
        "/vi/news/tin/page-2/",
    ]
    poll = world.polls()["listing"]
    assert (poll["overlap_reached"], poll["exhausted"], poll["n_new"]) == (True, False, 0)
    assert poll["covers_from"] == date(2024, 1, 1)


def test_what_was_published_since_is_fetched_and_only_that(world: World) -> None:
    world.use(discovery=("listing",))
    world.crawl()
    before = len(world.site.log)
    world.site.articles += 7
    result = world.crawl()
    assert (result.new, result.fetched) == (7, 7)
    world.assert_complete()
    assert len([a for a in world.site.log[before:] if "bai-so" in a.path]) == 7


def test_pinned_articles_do_not_end_a_listing(world: World) -> None:
    world.use(discovery=("listing",))
    world.site.pinned = (1, 2, 3)
    world.crawl()
    world.site.articles += 9
    world.crawl()
    world.assert_complete()


def test_an_interrupted_reading_does_not_count_as_known_ground(world: World) -> None:
    """New articles fill two pages; the crawl that sees page one ends there; the next must still find page two."""
    world.use(discovery=("listing",))
    world.crawl()
    world.site.articles += 9
    world.site.faults["/vi/news/tin/page-2/"] = status(503)
    world.crawl(limits=QUICK)
    assert world.polls()["listing"]["reason"] == "server_error"
    world.site.faults.clear()
    world.crawl()
    world.assert_complete()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (status(404), "gone"),
        (status(410), "gone"),
        (status(403), "http_error"),
        (status(500), "server_error"),
        (status(503), "server_error"),
    ],
)
def test_statuses(world: World, fault: Any, outcome: str) -> None:
    world.site.faults[world.site.path(3)] = fault
    world.crawl(limits=QUICK)
    row = world.fetches()[world.site.path(3)]
    assert row["outcome"] == outcome
    assert row["capture_id"], "the answer is kept as proof"


def test_every_misbehaviour_ends_under_its_name(world: World) -> None:
    site = world.site
    elsewhere = "http://127.0.0.1:1/vi/news/tin/khac-9.html"
    expected = {
        1: (hang, "timeout"),
        2: (drip, "timeout"),
        3: (half_page, "truncated"),
        4: (redirect(site.path(4)), "redirect_loop"),
        5: (redirect(elsewhere), "off_site"),
        6: (huge, "too_large"),
        7: (body("application/pdf", b"%PDF-1.7" + b"x" * 5000), "not_html"),
        8: (body("text/html", b""), "empty"),
        9: (gzip_bomb, "too_large"),
        10: (close_at_once, "connection_error"),
        11: (body("text/html; charset=ascii", page("<h1>Đề án</h1>")), "ok"),
        12: (redirect("/vi/news/tin/"), "ok"),
    }
    site.faults = {site.path(n): fault for n, (fault, _) in expected.items()}
    result = world.crawl(limits=QUICK)
    assert {n: world.fetches()[site.path(n)]["outcome"] for n in expected} == {n: o for n, (_, o) in expected.items()}
    kept = {n for n in expected if world.fetches()[site.path(n)]["capture_id"]}
    assert kept == {8, 11, 12}
    assert result.failed["timeout"] == 2
    assert world.fetches()[site.path(12)]["final_url"] == site.url(12).replace(site.path(12), "/vi/news/tin/")
    assert "khac-9" not in "".join(site.asked())


def test_no_body_of_a_foreign_type_is_downloaded(world: World) -> None:
    sent = 0

    def video(handler: Any) -> None:
        nonlocal sent
        handler.start(200, {"Content-Type": "video/mp4", "Content-Length": str(1 << 30)})
        while True:
            handler.wfile.write(b"x" * 65536)
            sent += 65536

    world.site.faults[world.site.path(3)] = video
    world.crawl(limits=QUICK)
    assert world.fetches()[world.site.path(3)]["outcome"] == "not_html"
    assert sent < 16 << 20


def test_a_temporary_failure_is_tried_again_at_once_and_by_the_next_crawl(world: World) -> None:
    tries = 0

    def sick_four_times(handler: Any) -> None:
        nonlocal tries
        tries += 1
        if tries <= 4:
            status(503)(handler)
        else:
            handler.send(*world.site.answer(handler.path), {})

    world.use(discovery=("feed",))
    world.site.articles = 1
    world.site.faults[world.site.path(1)] = sick_four_times
    assert world.crawl().failed == {"server_error": 1}
    assert tries == 3, "one try and two more"
    assert world.crawl().fetched == 1
    world.assert_complete()


def test_a_site_that_fails_on_and_on_is_left_alone_and_taken_up_next_time(world: World) -> None:
    world.site.articles = 30
    world.site.faults = {world.site.path(n): status(500) for n in range(1, 31)}
    result = world.crawl(limits=replace(QUICK, errors_in_a_row=5, parallel=1))
    assert result.state == "blind"
    assert len(world.site.asked("bai-so")) == 5
    world.site.faults.clear()
    assert world.crawl().fetched == 30
    world.assert_complete()


@pytest.mark.parametrize("fault", [status(503), hang, redirect("/robots.txt")])
def test_a_site_that_is_down_is_blind_on_every_channel(world: World, fault: Any) -> None:
    world.site.faults["*"] = fault
    began = time.monotonic()
    result = world.crawl(limits=QUICK)
    assert time.monotonic() - began < 15
    assert result.state == "blind"
    reason = {"server_error", "timeout", "redirect_loop"}
    assert {p["channel"] for p in world.polls().values()} == {"feed", "sitemap", "listing"}
    assert all(p["outcome"] == "blind" and p["reason"] in reason for p in world.polls().values())
    assert all(p["covers_from"] is None for p in world.polls().values())
    assert set(world.site.asked()) == {"/robots.txt"}, "who cannot read robots.txt asks for nothing else"


def test_a_port_that_nobody_listens_on(world: World) -> None:
    world.use(base_url="http://127.0.0.1:1", start_urls=())
    assert set(world.crawl(limits=QUICK).blind.values()) == {"connection_error"}


@pytest.mark.parametrize(
    ("path", "answer", "channel", "reason"),
    [
        ("/vi/news/rss/", body("text/xml", b"<rss><channel><item>"), "feed", "broken_xml"),
        ("/vi/news/rss/", body("text/xml", b'<rss version="2.0"><channel/></rss>'), "feed", "empty_listing"),
        ("/sitemap.xml", body("text/xml", b"<urlset><url><loc>"), "sitemap", "broken_xml"),
        ("/sitemap.xml", body("text/html", page("404")), "sitemap", "broken_xml"),
        ("/sitemap.xml", status(500), "sitemap", "server_error"),
        ("/vi/news/tin/", body("text/html", page("<p>Đang bảo trì</p>")), "listing", "empty_listing"),
        ("/vi/news/tin/", status(404), "listing", "gone"),
        ("/vi/news/tin/", body("application/json", b"{}"), "listing", "not_html"),
    ],
)
def test_a_channel_that_cannot_be_read_is_blind_with_its_reason(
    world: World, path: str, answer: Any, channel: str, reason: str
) -> None:
    world.site.faults[path] = answer
    world.crawl(limits=QUICK)
    poll = world.polls()[channel]
    assert (poll["outcome"], poll["reason"], poll["covers_from"]) == ("blind", reason, None)
    assert {p["outcome"] for c, p in world.polls().items() if c != channel} == {"ok"}
    world.assert_complete()


def starts(site: FaultySite) -> list[float]:
    return sorted(a.began for a in site.log)


@pytest.mark.parametrize(("delay_s", "robots"), [(0.3, ""), (0.0, "User-agent: *\nCrawl-delay: 0.3\n")])
def test_one_request_at_a_time_and_never_sooner_than_allowed(world: World, delay_s: float, robots: str) -> None:
    world.site.articles = 4
    world.site.robots = robots
    world.use(delay_s=delay_s)
    world.crawl()
    began = starts(world.site)[0 if delay_s else 1 :]
    assert len(began) >= 8
    # The rate is never above the allowed one; a single gap may look shorter, for the server's clock starts when its
    # thread comes to read the request, which on a loaded machine is some milliseconds after we sent it.
    assert (began[-1] - began[0]) / (len(began) - 1) >= 0.295
    assert min(b - a for a, b in pairwise(began)) >= 0.2
    spans = sorted((a.began, a.ended) for a in world.site.log)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert {a.agent for a in world.site.log} == {world.settings.user_agent}


def test_robots_is_never_violated(world: World) -> None:
    closed = world.site.path(3)
    world.site.robots = f"User-agent: *\nDisallow: {closed}\nDisallow: /sitemap.xml\nDisallow: /secret/\n"
    world.site.faults[world.site.path(5)] = redirect("/secret/bai.html")
    world.crawl()
    asked = set(world.site.asked())
    assert asked.isdisjoint({closed, "/sitemap.xml", "/secret/bai.html"})
    assert world.fetches()[closed]["outcome"] == world.fetches()[world.site.path(5)]["outcome"] == "robots"
    assert (world.polls()["sitemap"]["outcome"], world.polls()["sitemap"]["reason"]) == ("blind", "robots")
    world.crawl()
    assert closed not in world.site.asked()


def test_a_site_without_robots_may_be_read(world: World) -> None:
    world.site.faults["/robots.txt"] = status(404)
    assert world.crawl().fetched == 12


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.1", "2130706433"])
def test_private_hosts_are_not_asked_unless_allowed(world: World, name: str) -> None:
    """Neither by address nor by name, nor by a spelling that only the resolver sees through."""
    url = world.site.base_url.replace("127.0.0.1", name)
    world.use(base_url=url, start_urls=(), delay_s=0.0)
    world.settings = Settings(data=world.settings.data, allow_private=False, contact="a@example.vn")
    result = world.crawl(limits=QUICK)
    assert result.state == "blind"
    assert set(result.blind.values()) == {"private_host"}
    assert world.site.log == []


def test_since_and_until(world: World) -> None:
    world.crawl(since=date(2024, 1, 4), until=date(2024, 1, 6))
    assert {r["url"] for r in world.rows(lake.FETCH)} == {world.site.url(n) for n in (4, 5, 6)}
    assert world.polls()["listing"]["covers_from"] == date(2024, 1, 4)
    before = len(world.site.log)
    world.crawl()
    asked = {a.path for a in world.site.log[before:] if "bai-so" in a.path}
    assert asked == {world.site.path(n) for n in range(1, 13) if n not in (4, 5, 6)}
    world.assert_complete()


def test_a_listing_is_read_no_deeper_than_since(world: World) -> None:
    world.use(discovery=("listing",))
    world.site.articles = 40
    world.crawl(since=date(2024, 2, 5))
    assert {r["url"] for r in world.rows(lake.FETCH)} == {world.site.url(n) for n in range(36, 41)}
    assert len(world.site.asked("page-")) == 1


def test_a_listing_without_end_stops_at_the_depth_limit_and_says_so(world: World) -> None:
    world.use(discovery=("listing",))
    world.site.articles = 40
    world.crawl(limits=replace(QUICK, pages=3))
    assert (world.polls()["listing"]["depth"], world.polls()["listing"]["reason"]) == (3, "depth_limit")
    assert not world.polls()["listing"]["exhausted"]
    world.crawl()
    world.assert_complete()


def test_a_crawl_ends_when_its_time_is_over_and_the_next_goes_on(world: World) -> None:
    world.site.articles = 30
    world.use(delay_s=0.2)
    world.crawl(limits=replace(QUICK, wall_s=3.0))
    done = len(world.site.asked("bai-so"))
    assert 0 < done < 30
    world.use(delay_s=0.0)
    world.crawl()
    world.assert_complete()
    assert len(world.site.asked("bai-so")) == 30


# Killed


def kill_spider_at(site: FaultySite, nth: int) -> None:
    """Kill the spider with SIGKILL while the site answers its nth request."""
    usual = site.answer
    count = 0
    lock = threading.Lock()

    def answer(path: str) -> Any:
        nonlocal count
        with lock:
            count += 1
            if count == nth:
                for process in list(spider_process._running):
                    process.kill()
                time.sleep(0.2)
        return usual(path)

    site.answer = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("nth", [1, 3, 7, 13, 18])
def test_killed_and_started_again_every_article_is_there_once(world: World, nth: int) -> None:
    kill_spider_at(world.site, nth)
    with pytest.raises(TheodoiError, match="chạy lại để tiếp tục"):
        world.crawl()
    done = {r["url"] for r in world.rows(lake.FETCH)}
    before = len(world.site.log)
    world.crawl()
    world.assert_complete()
    again = {world.site.base_url + a.path for a in world.site.log[before:]}
    assert again.isdisjoint(done)


def test_the_whole_crawl_killed_leaves_no_spider_and_loses_nothing(world: World) -> None:
    world.use(delay_s=0.2)
    code = (
        "import sys, json, dataclasses\nfrom datetime import date\nfrom pathlib import Path\n"
        "from theodoi.registry import Registry, Source\nfrom theodoi.settings import Settings\n"
        "from theodoi.steps.crawl import crawl_source\n"
        "given = json.loads(sys.argv[1])\n"
        "source = Source(**given | {'valid_from': date(2024, 1, 1), 'valid_to': None})\n"
        "settings = Settings(data=Path(sys.argv[2]), allow_private=True)\n"
        "crawl_source(settings, Registry({}, {'vks': source}, {}, {}, {}, {}), 'vks')\n"
    )
    given = {n: getattr(world.source, n) for n in world.source.__slots__ if n not in ("valid_from", "valid_to")}
    caller = subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(given), str(world.settings.data)],
        cwd=Path(step.__file__).parents[2],
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while len(world.site.asked("bai-so")) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(caller.pid, signal.SIGKILL)
    caller.wait()
    asked = len(world.site.log)
    assert asked >= 4
    result = world.crawl()
    world.assert_complete()
    assert result.fetched < 12, "what the killed crawl had is kept"
    # One answer may have been on its way when the caller died; no article is asked a third time.
    assert max(Counter(world.site.asked("bai-so")).values()) <= 2
    spans = sorted((a.began, a.ended) for a in world.site.log)
    assert all(one[1] <= other[0] for one, other in pairwise(spans)), "two spiders asked at once"


@pytest.mark.parametrize("survives", [0, 1, 2])
def test_a_commit_that_dies_is_done_again(world: World, monkeypatch: pytest.MonkeyPatch, survives: int) -> None:
    usual = lake.write
    calls = 0

    def dying(*args: Any, **options: Any) -> Path:
        nonlocal calls
        calls += 1
        if calls > survives:
            raise KeyboardInterrupt
        return usual(*args, **options)

    monkeypatch.setattr(lake, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        world.crawl()
    assert world.rows(lake.FETCH) == [], "no row of fetch before its record and everything else are in place"
    monkeypatch.setattr(lake, "write", usual)
    before = len(world.site.log)
    world.crawl()
    world.assert_complete()
    assert not [a for a in world.site.log[before:] if "bai-so" in a.path]


@pytest.mark.parametrize("at", [0, 5, 12])
def test_half_written_rows_and_records_are_left_out(world: World, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Also in the middle, as a disk leaves them that was full for a while."""

    def broken(path: Path, parts: list[bytes], fragment: bytes) -> None:
        path.write_bytes(b"".join([*parts[:at], fragment, *parts[at:]]))

    def died_before_commit(settings: Settings, folder: Path) -> CrawlResult:
        lines = (folder / "fetches.jsonl").read_bytes().splitlines(keepends=True)
        offsets = [json.loads(line)["warc_offset"] for line in lines]
        records = (folder / "records.warc.gz").read_bytes()
        members = [records[a:b] for a, b in pairwise([*offsets, len(records)])]
        assert len(members) == 12
        broken(folder / "records.warc.gz", members, b"\x1f\x8b\x08half a record")
        if at != 5:
            broken(folder / "fetches.jsonl", lines, b'{"crawl_id": "vks-2024')
        raise KeyboardInterrupt

    usual = step.commit
    monkeypatch.setattr(step, "commit", died_before_commit)
    with pytest.raises(KeyboardInterrupt):
        world.crawl()
    monkeypatch.setattr(step, "commit", usual)
    world.crawl()
    world.assert_complete()


# Refused


def test_two_crawls_of_one_source_at_once_are_refused(world: World) -> None:
    world.site.faults["/robots.txt"] = hang
    thread = threading.Thread(target=lambda: world.crawl(limits=Limits(timeout_s=20, retries=0)), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not list((world.settings.work / "crawl" / "vks").glob("*/job.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(TheodoiError, match="đang được thu thập"):
        world.crawl()
    assert crawl(world.settings, world.registry)[0].problem
    world.site.release.set()
    thread.join(20)
    assert not thread.is_alive()


def refusal(world: World, act: Callable[[], object]) -> str:
    with pytest.raises(TheodoiError) as refused:
        act()
    assert world.site.log == []
    text = str(refused.value)
    assert "\n" not in text
    return text


def test_unknown_inactive_and_unnamed_are_refused_with_what_to_do(world: World) -> None:
    assert "khong_co" in refusal(world, lambda: crawl(world.settings, world.registry, source_ids=["khong_co"]))
    world.use(status="guess")
    assert "active" in refusal(world, world.crawl)
    assert "status" in refusal(world, lambda: crawl(world.settings, world.registry))
    world.use(status="active", platform="joomla")
    assert "joomla" in refusal(world, world.crawl)
    world.use(platform="nukeviet", base_url="https://vienkiemsat.example")
    assert "THEODOI_CONTACT" in refusal(world, world.crawl)


def test_a_data_folder_that_is_none_is_one_line(world: World) -> None:
    world.settings.data.write_text("")
    with pytest.raises(DataFolderError) as refused:
        world.crawl()
    assert "\n" not in str(refused.value)


# Several


def test_a_hanging_source_delays_only_itself(world: World, tmp_path: Path) -> None:
    with serving(FaultySite(articles=6)) as other:
        fine = replace(
            world.source, source_id="cdn", base_url=other.base_url, start_urls=(f"{other.base_url}/vi/news/tin/",)
        )
        registry = Registry({}, {"vks": world.source, "cdn": fine}, {}, {}, {}, {})
        world.site.faults["*"] = hang
        results = crawl(world.settings, registry, limits=Limits(timeout_s=6, retries=0))
        assert [(r.source_id, r.state, r.fetched) for r in results] == [("vks", "blind", 0), ("cdn", "published", 6)]
        assert max(a.ended for a in other.log) < min(a.began for a in world.site.log) + 5


def test_two_sources_of_one_host_take_turns(world: World) -> None:
    world.use(delay_s=0.1)
    world.site.articles = 3
    twin = replace(world.source, source_id="vks_cu")
    registry = Registry({}, {"vks": world.source, "vks_cu": twin}, {}, {}, {}, {})
    assert [r.fetched for r in crawl(world.settings, registry)] == [3, 3]
    spans = sorted((a.began, a.ended) for a in world.site.log)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_site_nobody_configured(world: World) -> None:
    world.use(platform="generic", start_urls=())
    result = world.crawl()
    assert (result.found, result.fetched) == (12, 12)
    assert world.polls()["feed"]["outcome"] == "blind", "its home page names no feed"
