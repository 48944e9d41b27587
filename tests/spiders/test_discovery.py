"""Readings of channels without a network: a fetcher that answers from a table."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from spiders import outcomes
from spiders.channels import Item
from spiders.clock import Clock
from spiders.discovery import Discovery
from spiders.fetcher import Answer
from spiders.frontier import THERE, Frontier
from spiders.intake import Intake
from spiders.job import Job, Limits
from spiders.platforms import PLATFORMS

SITE = "http://a.vn"
NOW = datetime(2024, 6, 10, 3, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)


class Table:
    """Answers addresses; what is not in it is missing."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.conditions: list[str] = []

    async def page(self, url: str, **_: str) -> Answer:
        return await self.document(url)

    async def document(self, url: str, *, etag: str = "", last_modified: str = "", **_: Any) -> Answer:
        path = url.removeprefix(SITE)
        self.asked.append(path)
        self.conditions.append(etag)
        found = self.answers.get(path, 404)
        if isinstance(found, str):
            if etag == '"same"':
                return Answer(url, url, NOW, outcomes.NOT_MODIFIED, status=304)
            headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"same"'))
            return Answer(url, url, NOW, outcomes.OK, status=200, headers=headers, body=found.encode())
        return Answer(url, url, NOW, outcomes.of_status(found), status=found)


class Notes:
    """A journal that keeps everything in memory."""

    def __init__(self) -> None:
        self.polls: list[SimpleNamespace] = []
        self.found: list[tuple[str, str]] = []
        self.delisted_keys: list[str] = []
        self.fetches: list[tuple[str, str]] = []

    def polled(self, **row: Any) -> None:
        self.polls.append(SimpleNamespace(**row))

    def discovered(self, items: list[Item], channel: str, channel_url: str, *, shift: int = 0) -> None:
        self.found += [(channel, i.key) for i in items]

    def delisted(self, addresses: list[tuple[str, str]], channel: str, channel_url: str) -> None:
        self.delisted_keys += [k for k, _ in addresses]

    def fetched(self, key: str, cause: str, answer: Answer) -> None:
        self.fetches.append((key, answer.outcome))


class World:
    def __init__(self, platform: str, channel: str, answers: dict[str, Any], **options: Any) -> None:
        self.fetcher, self.notes = Table(answers), Notes()
        self.frontier = Frontier(Path(":memory:"))
        self.platform = PLATFORMS[platform]
        given = {"start_urls": (), "valid_from": "2024-01-01", **options}
        self.job = Job(
            *("s-9", "s", SITE, platform, (channel,)),
            **{"delay_s": 0.0, "user_agent": "x", "allow_private": True, "begun_at": NOW.isoformat(), **given},
        )

    def remember(self, url: str, channel: str, keys: list[str], *, at: datetime | None, complete: bool = True) -> None:
        """What an earlier crawl knows: articles that are there, listed by a channel."""
        known = EARLIER.timestamp()
        self.frontier.remember_addresses(
            (k, f"http://{k}", "s-1", None, THERE, known, known, None, "", "", "", "", None) for k in keys
        )
        self.frontier.remember_channels(
            [(channel, url, "s-1", complete, complete, "2024-01-01", known, 1, '"same"' if complete else "", "")]
        )
        self.frontier.remember_listings((channel, url, k, "", at.timestamp() if at else None, None, True) for k in keys)

    def read(self, sitemaps: tuple[str, ...] = (), over: str = "") -> dict[str, SimpleNamespace]:
        """Address -> the row of its reading."""
        discovery = Discovery(
            *(self.job, self.platform, self.fetcher),  # type: ignore[arg-type]
            Intake(self.job, self.platform, self.frontier, self.notes, Clock(NOW)),  # type: ignore[arg-type]
            Clock(NOW),
            lambda: over,
        )
        asyncio.run(discovery.read_all(sitemaps))
        return {p.channel_url.removeprefix(SITE): p for p in self.notes.polls}

    def waiting(self) -> set[str]:
        keys = set()
        while (entry := self.frontier.take()) is not None:
            keys.add(entry.key)
        return keys


def path_of(number: int) -> str:
    return f"/vi/news/tin/bai-so-{number}.html"


def key_of(number: int) -> str:
    return f"a.vn{path_of(number)}"


def listing(*numbers: int, day: str = "", more: str = "") -> str:
    rows = "".join(f'<li><a href="{path_of(n)}">Bài số {n}</a> <span>{day}</span></li>' for n in numbers)
    return f"<!DOCTYPE html><html><body><ul>{rows}</ul>{more}</body></html>"


def sitemap(*numbers: int) -> str:
    urls = "".join(f"<url><loc>{SITE}{path_of(n)}</loc></url>" for n in numbers)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def index(*names: str) -> str:
    children = "".join(f"<sitemap><loc>{SITE}{n}</loc></sitemap>" for n in names)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'


def feed(*numbers: int, at: datetime = NOW) -> str:
    items = "".join(
        f"<item><title>Bài số {n}</title><link>{SITE}{path_of(n)}</link>"
        f"<pubDate>{at - timedelta(hours=place):%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for place, n in enumerate(numbers)
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


# Sitemaps


def test_a_file_of_an_index_that_fails_hides_the_others_not() -> None:
    """The reading is blind, for something may be missing, but what the others list is found."""
    world = World("nukeviet", "sitemap", {"/sitemap.xml": index("/a.xml", "/b.xml", "/c.xml"), "/a.xml": sitemap(1)})
    world.fetcher.answers |= {"/b.xml": 500, "/c.xml": sitemap(2)}
    poll = world.read()["/sitemap.xml"]
    assert (poll.outcome, poll.reason, poll.exhausted) == ("blind", "server_error", False)
    assert world.waiting() == {key_of(1), key_of(2)}


def test_every_sitemap_that_robots_names_is_read() -> None:
    answers = {"/a.xml": sitemap(1), "/images.xml": sitemap(), "/news.xml": sitemap(2), "/sitemap.xml": sitemap(3)}
    world = World("nukeviet", "sitemap", answers)
    polls = world.read(tuple(f"{SITE}/{n}.xml" for n in ("a", "images", "news", "gone")))
    assert {u: p.outcome for u, p in polls.items()} == {"/a.xml": "ok", "/news.xml": "ok"}
    assert world.waiting() == {key_of(1), key_of(2)}, "where robots names some that can be read, no others are tried"


def test_sitemaps_that_list_each_other_are_read_once_each() -> None:
    world = World("nukeviet", "sitemap", {"/sitemap.xml": index("/a.xml", "/sitemap.xml"), "/a.xml": index("/b.xml")})
    world.fetcher.answers |= {"/b.xml": index("/a.xml", "/b.xml", "/c.xml"), "/c.xml": sitemap(1)}
    poll = world.read()["/sitemap.xml"]
    assert world.fetcher.asked == ["/sitemap.xml", "/a.xml", "/b.xml", "/c.xml"]
    assert (poll.outcome, poll.exhausted) == ("ok", True)


def test_an_index_beyond_all_measure_is_read_in_part_and_said_to_be() -> None:
    names = [f"/s{n}.xml" for n in range(60_000)]
    world = World("nukeviet", "sitemap", {"/sitemap.xml": index(*names), **dict.fromkeys(names, sitemap(1))})
    poll = world.read()["/sitemap.xml"]
    assert 1000 < len(world.fetcher.asked) <= 5001
    assert (poll.outcome, poll.exhausted, poll.reason, poll.covers_from) == ("ok", False, "depth_limit", None)


# Feeds


@pytest.mark.parametrize("listed", [(9, 8, 3), (9, 3, 2, 1, 8)])
def test_a_feed_meets_known_ground(listed: tuple[int, ...]) -> None:
    world = World("nukeviet", "feed", {"/vi/news/rss/": feed(*listed)}, start_urls=(f"{SITE}/vi/news/rss/",))
    world.remember(f"{SITE}/vi/news/rss/", "feed", [key_of(n) for n in (1, 2, 3)], at=EARLIER, complete=False)
    poll = world.read()["/vi/news/rss/"]
    assert (poll.overlap_reached, poll.gap_from) == (True, None)


def test_an_old_article_that_came_up_again_does_not_hide_that_a_feed_overflowed() -> None:
    """Edited or pinned, it stands before what is new: nothing shows what stood behind the last one."""
    world = World("nukeviet", "feed", {"/vi/news/rss/": feed(3, 9, 8, 7)}, start_urls=(f"{SITE}/vi/news/rss/",))
    world.remember(f"{SITE}/vi/news/rss/", "feed", [key_of(n) for n in (1, 2, 3)], at=EARLIER, complete=False)
    poll = world.read()["/vi/news/rss/"]
    assert not poll.overlap_reached
    assert (poll.gap_from, poll.gap_to) == (EARLIER, NOW - timedelta(hours=3))


def test_a_feed_that_is_as_it_was_stays_complete() -> None:
    """Or the next crawl would page through all of it again."""
    url = f"{SITE}/vi/news/rss/"
    world = World("nukeviet", "feed", {"/vi/news/rss/": feed(3, 2, 1)}, start_urls=(url,))
    world.remember(url, "feed", [key_of(n) for n in (1, 2, 3)], at=EARLIER)
    poll = world.read()["/vi/news/rss/"]
    assert world.fetcher.conditions == ['"same"']
    assert (poll.http_status, poll.overlap_reached, poll.canary, poll.gap_from) == (304, True, True, None)


# Listings


def test_a_list_without_times_is_not_blind_where_nothing_is_new() -> None:
    pages = {f"/vi/news/tin/{p}": listing(*n) for p, n in {"": (30, 29, 28), "page-2/": (27, 26, 25)}.items()}
    world = World("nukeviet", "listing", pages, start_urls=(f"{SITE}/vi/news/tin/",))
    world.remember(f"{SITE}/vi/news/tin/", "listing", [key_of(n) for n in range(1, 31)], at=None)
    poll = world.read()["/vi/news/tin/"]
    assert (poll.outcome, poll.overlap_reached, poll.n_new, poll.canary) == ("ok", True, 0, None)
    assert world.waiting() == set()


@pytest.mark.parametrize(("status", "is_end"), [(404, True), (410, True), (400, True), (403, False), (401, False)])
def test_a_page_that_is_refused_is_not_the_end_of_a_list(status: int, is_end: bool) -> None:
    pages = {"/vi/news/tin/": listing(3, 2, 1), "/vi/news/tin/page-2/": status}
    world = World("nukeviet", "listing", pages, start_urls=(f"{SITE}/vi/news/tin/",))
    poll = world.read()["/vi/news/tin/"]
    assert (poll.outcome, poll.exhausted) == ("ok", is_end)
    assert poll.reason == ("" if is_end else "http_error")


def test_the_same_page_for_ever_is_read_twice() -> None:
    pages = {f"/vi/news/tin/{p}": listing(3, 2, 1) for p in ("", *(f"page-{n}/" for n in range(2, 50)))}
    world = World("nukeviet", "listing", pages, start_urls=(f"{SITE}/vi/news/tin/",))
    assert world.read()["/vi/news/tin/"].exhausted
    assert len(world.fetcher.asked) == 2


def test_ever_new_items_end_at_the_limit() -> None:
    pages = {f"/vi/news/tin/{f'page-{n}/' if n > 1 else ''}": listing(*range(n * 3, n * 3 + 3)) for n in range(1, 50)}
    world = World("nukeviet", "listing", pages, start_urls=(f"{SITE}/vi/news/tin/",), limits=Limits(pages=7))
    poll = world.read()["/vi/news/tin/"]
    assert (poll.depth, poll.reason, poll.exhausted) == (7, "depth_limit", False)


# Calendars


def month(*days: int, year: int = 2024, number: int = 6) -> str:
    links = "".join(f'<a href="/{year}/{number:02}/{d:02}/mot-bai/">Một bài</a>' for d in days)
    return f"<!DOCTYPE html><html><body>{links}</body></html>"


def test_a_calendar_is_read_to_its_begin() -> None:
    pages = {f"/2024/{m:02}/": month(3, 5, number=m) for m in (6, 5, 3, 1)}
    world = World("wordpress", "calendar", pages)
    (poll,) = world.read().values()
    assert world.fetcher.asked == [f"/2024/{m:02}/" for m in range(6, 0, -1)]
    assert (poll.outcome, poll.exhausted, poll.n_seen) == ("ok", True, 8)


def test_a_calendar_of_a_site_that_ended_years_ago_is_read_and_one_of_nothing_is_left() -> None:
    pages = {"/2021/03/": month(3, year=2021, number=3), "/2020/05/": month(3, year=2020, number=5)}
    world = World("wordpress", "calendar", pages, valid_from="2010-01-01")
    (poll,) = world.read().values()
    assert world.waiting() == {"a.vn/2021/03/03/mot-bai", "a.vn/2020/05/03/mot-bai"}
    assert world.fetcher.asked[-1] == "/2019/05/"
    assert poll.exhausted
    nothing = World("wordpress", "calendar", {}, valid_from="2010-01-01")
    (poll,) = nothing.read().values()
    assert (poll.outcome, poll.reason, len(nothing.fetcher.asked)) == ("blind", "empty_listing", 60)


def test_a_month_that_fails_leaves_a_calendar_incomplete() -> None:
    pages: dict[str, Any] = {f"/2024/{m:02}/": month(3, 5, number=m) for m in range(1, 7)}
    world = World("wordpress", "calendar", pages | {"/2024/03/": 500})
    (poll,) = world.read().values()
    assert (poll.outcome, poll.exhausted, poll.reason) == ("ok", False, "server_error")
    assert len(world.fetcher.asked) == 6, "the others are read"


@pytest.fixture(autouse=True)
def quiet(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    capsys.readouterr()
