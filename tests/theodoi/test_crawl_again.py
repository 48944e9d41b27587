"""Second and later crawls of a site that changes, stays, lies about its changes, or loses pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spiders.job import Limits
from tests.faulty_server import FaultySite, body, page, published, serving, status
from tests.theodoi.test_crawl import QUICK, World
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.steps import crawl as step
from theodoi.steps.crawl import CrawlResult, plan

LATER = "2024-03-01T00:00:00+00:00"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(FaultySite(validators=True)) as site:
        yield World(site, tmp_path / "data")


def crawled(world: World, **options: Any) -> tuple[CrawlResult, list[str]]:
    """The result of a crawl and the paths of articles that it asked for."""
    before = len(world.site.log)
    result = world.crawl(**options)
    return result, [a.path for a in world.site.log[before:] if "bai-so" in a.path]


def looks(world: World, number: int) -> list[tuple[str, str]]:
    """(cause, outcome) of every look at an article, the first first."""
    rows = sorted(world.rows(lake.FETCH), key=lambda r: r["fetched_at"])
    return [(r["cause"], r["outcome"]) for r in rows if r["url"] == world.site.url(number)]


def texts(world: World, number: int) -> list[str]:
    """Kept versions of an article, the first first."""
    rows = sorted(world.rows(lake.FETCH), key=lambda r: r["fetched_at"])
    kept = [r for r in rows if r["url"] == world.site.url(number) and r["outcome"] == "ok"]
    return [read_capture(world.settings.archive, r["warc_file"], r["warc_offset"]).body.decode() for r in kept]


def age(world: World, by: timedelta) -> None:
    """Move everything that the lake saw into the past, as if the crawls had been that long ago."""
    seen = {"seen_at", "polled_at", "fetched_at", "probed_at", "started_at", "ended_at", "gap_from", "gap_to"}
    files = [f for d in (lake.DISCOVERY, lake.POLL, lake.FETCH, lake.CRAWL) for f in lake.files(world.settings.lake, d)]
    assert files
    for file in files:
        table = pq.read_table(file, partitioning=None)
        for name in seen & set(table.column_names):
            earlier = [t and t - by for t in table[name].to_pylist()]
            table = table.set_column(
                table.column_names.index(name), table.schema.field(name), pa.array(earlier, type=lake.INSTANT)
            )
        pq.write_table(table, file)


def test_nothing_changed_nothing_is_asked(world: World) -> None:
    world.crawl()
    result, asked = crawled(world)
    assert (result.state, result.new, result.fetched, asked) == ("silent", 0, 0, [])
    assert [a.path for a in world.site.log if a.status == 304] == ["/vi/news/rss/", "/sitemap.xml"]
    polls = world.polls()
    assert {p["outcome"] for p in polls.values()} == {"ok"}
    assert (polls["sitemap"]["http_status"], polls["sitemap"]["canary"]) == (304, True)
    assert polls["sitemap"]["covers_from"] == date(2024, 1, 1)


def test_new_edited_and_deleted_exactly_those_are_asked(world: World) -> None:
    world.site.articles = 30
    world.crawl()
    site = world.site
    site.articles = 33
    site.texts[20] = "Nội dung đã sửa. " * 20
    site.lastmod[20] = LATER
    site.deleted = {25, 28}
    result, asked = crawled(world)
    assert sorted(asked) == sorted(site.path(n) for n in (20, 25, 28, 31, 32, 33))
    assert (result.new, result.fetched, result.failed) == (3, 4, {"gone": 2})
    assert looks(world, 20) == [("new", "ok"), ("relisted", "ok")]
    before, after = texts(world, 20)
    assert "đã sửa" not in before
    assert "đã sửa" in after
    for number in (25, 28):
        assert looks(world, number) == [("new", "ok"), ("delisted", "gone")]
        assert len(texts(world, number)) == 1, "what was there is kept"
    told = [r for r in world.rows(lake.DISCOVERY) if r["listed"] is False]
    assert {r["url"] for r in told} == {site.url(25), site.url(28)}
    _, asked = crawled(world)
    assert asked == [], "once"


def test_an_announced_edit_that_the_server_denies(world: World) -> None:
    world.crawl()
    world.site.lastmod[7] = LATER
    result, asked = crawled(world)
    assert asked == [world.site.path(7)]
    assert looks(world, 7) == [("new", "ok"), ("relisted", "not_modified")]
    assert (result.confirmed, result.fetched, result.state) == (1, 0, "silent")
    assert len(texts(world, 7)) == 1


def test_another_side_column_is_no_edit_whatever_the_etag_says(world: World) -> None:
    world.crawl()
    world.site.aside = "Đọc nhiều: một bài khác"
    world.site.lastmod[7] = LATER
    crawled(world)
    assert looks(world, 7) == [("new", "ok"), ("relisted", "unchanged")]
    row = world.fetches()[world.site.path(7)]
    assert (row["capture_id"], row["warc_file"]) == (None, None)
    world.site.lastmod[7] = "2024-03-02T00:00:00+00:00"
    crawled(world)
    assert looks(world, 7)[-1] == ("relisted", "not_modified"), "by the ETag of the later look"
    world.site.texts[7] = "Nội dung đã sửa. " * 20
    world.site.lastmod[7] = "2024-03-03T00:00:00+00:00"
    crawled(world)
    assert looks(world, 7)[-1] == ("relisted", "ok")
    assert len(texts(world, 7)) == 2


def test_a_sitemap_that_gives_every_page_todays_time_is_believed_no_longer(world: World) -> None:
    world.use(discovery=("sitemap",))
    world.site.articles = 60
    world.crawl()

    def bump(day: int) -> list[str]:
        world.site.lastmod = dict.fromkeys(range(1, 61), f"2024-04-{day:02}T00:00:00+00:00")
        return crawled(world, limits=replace(QUICK, parallel=1))[1]

    assert len(bump(1)) == 25, "twenty, and five to see whether it is over"
    assert len(bump(2)) == 5
    world.site.texts = dict.fromkeys(range(1, 61), "Nội dung đã sửa. " * 20)
    assert len(bump(3)) == 60, "an edit among those makes it worth listening to"


def test_a_page_is_looked_at_again_when_its_turn_has_come(world: World) -> None:
    world.use(discovery=("listing",))
    world.site.articles = 100
    world.crawl()
    crawled_at = datetime.now(UTC)
    assert crawled(world)[1] == []
    # As old at the last look as 2024 is long ago: two of a hundred, when that time has gone by twice.
    age(world, 2 * (crawled_at - published(1)))
    world.site.texts[100] = "Nội dung đã sửa. " * 20
    result, asked = crawled(world, limits=replace(QUICK, recheck_share=0.02))
    assert len(asked) == 2
    assert result.confirmed + result.fetched == 2
    assert {c for path in asked for c, _ in looks(world, _number(path))[1:]} == {"recheck"}
    assert crawled(world, limits=replace(QUICK, recheck_share=0.0))[1] == []


def _number(path: str) -> int:
    return int(path.removesuffix(".html").rpartition("-")[2]) - 1000


def test_a_list_that_is_another_list_is_blind_and_its_newest_are_looked_after(world: World) -> None:
    world.use(discovery=("listing",))
    world.crawl()
    # A page that shows old articles alone, as a broken module of the site does.
    rows = "".join(f'<li><a href="{world.site.path(n)}">Bài số {n}</a></li>' for n in (1, 2, 3, 4))
    world.site.faults["/vi/news/tin/"] = body("text/html; charset=utf-8", page(f"<ul>{rows}</ul>"))
    world.site.faults["/vi/news/tin/page-2/"] = status(404)
    result, asked = crawled(world)
    poll = world.polls()["listing"]
    assert (poll["outcome"], poll["reason"], poll["covers_from"]) == ("blind", "canary_lost", None)
    assert result.state == "blind"
    assert sorted(asked) == sorted(world.site.path(n) for n in (10, 11, 12))
    assert [r for r in world.rows(lake.DISCOVERY) if r["listed"] is False] == [], "nothing counts as taken down"
    world.site.faults.clear()
    world.crawl()
    assert world.polls()["listing"]["outcome"] == "ok"


def test_newest_articles_that_are_gone_do_not_blind_a_list_for_long(world: World) -> None:
    world.use(discovery=("listing",))
    world.crawl()
    world.site.deleted = {10, 11, 12}
    assert crawled(world)[0].failed == {"gone": 3}
    world.crawl()
    assert world.polls()["listing"]["outcome"] == "ok"


def test_a_feed_that_overflowed_leaves_a_gap_and_a_listing_pages_until_it_hides_nothing(world: World) -> None:
    world.use(discovery=("feed", "listing"))
    world.crawl()
    first = world.polls()["feed"]
    world.site.articles = 30
    result, asked = crawled(world)
    assert len(asked) == result.fetched == 18
    feed, listing = world.polls()["feed"], world.polls()["listing"]
    assert (feed["overlap_reached"], feed["gap_from"]) == (False, first["polled_at"])
    assert feed["gap_to"] is not None
    assert first["polled_at"] < feed["gap_to"] <= feed["polled_at"]
    assert (listing["overlap_reached"], listing["gap_from"], listing["covers_from"]) == (True, None, date(2024, 1, 1))
    world.crawl()
    assert world.polls()["feed"]["gap_from"] is None
    world.assert_complete()


def test_a_list_that_overflowed_past_its_depth_leaves_a_gap(world: World) -> None:
    world.use(discovery=("listing",))
    world.crawl()
    world.site.articles = 60
    world.crawl(limits=replace(QUICK, pages=2))
    poll = world.polls()["listing"]
    assert (poll["overlap_reached"], poll["exhausted"], poll["reason"]) == (False, False, "depth_limit")
    assert poll["gap_from"] is not None
    world.crawl()
    world.assert_complete()


def test_a_list_without_days_is_silent_when_nothing_is_new(world: World) -> None:
    world.use(discovery=("listing",))
    world.site.dated = False
    world.site.articles = 40
    world.crawl()
    result, asked = crawled(world)
    assert (result.state, asked) == ("silent", [])
    assert world.polls()["listing"]["outcome"] == "ok"


@pytest.mark.parametrize("back", [timedelta(hours=5), timedelta(days=4000)])
def test_a_clock_that_is_set_back_turns_no_order_around(
    world: World, monkeypatch: pytest.MonkeyPatch, back: timedelta
) -> None:
    first = world.crawl()
    seen = max(r["fetched_at"] for r in world.rows(lake.FETCH))

    class Behind(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - back

    monkeypatch.setattr(step, "datetime", Behind)
    world.site.texts[7] = "Nội dung đã sửa. " * 20
    world.site.lastmod[7] = LATER
    world.site.articles = 13
    second, asked = crawled(world)
    assert second.crawl_id > first.crawl_id
    assert sorted(asked) == sorted(world.site.path(n) for n in (7, 13))
    assert min(r["fetched_at"] for r in world.rows(lake.FETCH) if r["crawl_id"] == second.crawl_id) > seen
    assert ["đã sửa" in t for t in texts(world, 7)] == [False, True]
    assert crawled(world)[1] == [], "and known ground is known"


# What the day allows


def test_the_budget_of_a_day_is_kept_to_the_request_over_its_crawls(world: World) -> None:
    world.use(daily_budget=9, discovery=("listing",), delay_s=0.02)
    result = world.crawl()
    assert (len(world.site.log), result.ended) == (9, "budget")
    again = world.crawl()
    assert (len(world.site.log), again.state, again.ended) == (9, "skipped", "budget")
    age(world, timedelta(days=1))
    world.crawl()
    assert len(world.site.log) == 18
    world.use(daily_budget=None)
    world.crawl()
    assert sorted(world.site.asked("bai-so")) == sorted(world.site.path(n) for n in range(1, 13)), "each once"


def test_redirects_count_as_requests(world: World) -> None:
    world.use(daily_budget=6, discovery=("feed",))
    for number in range(8, 13):
        world.site.faults[world.site.path(number)] = lambda h: h.send(302, "text/html", b"", {"Location": "/vi/khac/"})
    world.crawl(limits=replace(QUICK, parallel=4))
    assert len(world.site.log) == 6
    assert sum(r["n_requests"] for r in world.rows(lake.CRAWL)) == 6


def test_outside_of_its_hours_a_site_is_asked_for_nothing(world: World) -> None:
    now = datetime.now(UTC) + timedelta(hours=7)
    closed = f"{now + timedelta(hours=2):%H}:00-{now + timedelta(hours=4):%H}:00"
    world.use(hours=closed)
    result = world.crawl()
    assert (result.state, result.ended, world.site.log) == ("skipped", "hours", [])
    assert plan(world.settings, world.registry)["vks"].planned == ()
    assert world.site.log == []
    opened = f"{now - timedelta(hours=1):%H}:00-{now + timedelta(hours=2):%H}:00"
    world.use(hours=opened)
    assert world.crawl().fetched == 12


# Told beforehand


def test_a_plan_asks_for_no_article_and_keeps_nothing(world: World) -> None:
    first = plan(world.settings, world.registry)["vks"].planned
    assert {(p.source_id, p.cause) for p in first} == {("vks", "new")}
    assert {p.url for p in first} == {world.site.url(n) for n in range(1, 13)}
    assert len(first) == 12
    assert world.site.asked("bai-so") == []
    kept = [p for p in world.settings.data.rglob("*") if p.is_file() and not p.name.endswith(".lock")]
    assert kept == []
    world.crawl()
    world.site.articles = 13
    world.site.lastmod[7] = LATER
    world.site.deleted = {9}
    before = sorted(world.settings.lake.rglob("*"))
    planned = {(p.url, p.cause) for p in plan(world.settings, world.registry)["vks"].planned}
    site = world.site
    assert planned == {(site.url(13), "new"), (site.url(7), "relisted"), (site.url(9), "delisted")}
    assert sorted(world.settings.lake.rglob("*")) == before
    assert len(site.asked("bai-so")) == 12
    _, asked = crawled(world)
    assert {site.base_url + path for path in asked} == {url for url, _ in planned}


# Other channels


def test_links_lead_to_what_no_list_shows(world: World) -> None:
    world.use(discovery=("listing", "link"))
    world.site.hidden = (4, 5)
    world.site.texts[12] = f'Xem <a href="{world.site.path(5)}">bài trước</a>. ' * 3
    world.site.texts[5] = f'Xem <a href="{world.site.path(4)}">bài trước nữa</a>. ' * 3
    assert world.crawl().fetched == 12
    world.assert_complete()
    linked = [r for r in world.rows(lake.DISCOVERY) if r["channel"] == "link"]
    assert {(r["url"], r["channel_url"]) for r in linked} == {
        (world.site.url(5), world.site.url(12)),
        (world.site.url(4), world.site.url(5)),
    }
    assert crawled(world)[1] == []


def test_in_a_window_what_links_alone_lead_to_is_known_and_waits(world: World) -> None:
    world.use(discovery=("listing", "link"))
    world.site.hidden = (4,)
    world.site.texts[12] = f'Xem <a href="{world.site.path(4)}">bài trước</a>. ' * 3
    _, asked = crawled(world, since=date(2024, 1, 10))
    assert sorted(asked) == sorted(world.site.path(n) for n in (10, 11, 12))
    assert world.site.url(4) in {r["url"] for r in world.rows(lake.DISCOVERY)}
    _, asked = crawled(world, since=date(2024, 1, 9))
    assert asked == [world.site.path(9)]
    world.crawl()
    world.assert_complete()


def test_tag_pages_lead_further_back_than_listings(world: World) -> None:
    world.use(discovery=("listing", "tag"))
    site = world.site
    site.hidden = (1, 2)
    tag = "/vi/news/tag/de-an/"
    links = "".join(f'<a href="{site.path(n)}">Bài số {n}</a>' for n in (1, 2, 12))
    site.faults[tag] = body("text/html; charset=utf-8", page(links))
    usual = site.listing

    def with_tag(number: int) -> Any:
        found = usual(number)
        return found and (
            found[0],
            found[1],
            found[2].replace(b"</body>", f'<a href="{tag}">Đề án</a></body>'.encode()),
        )

    site.listing = with_tag  # type: ignore[method-assign]
    assert world.crawl().fetched == 12
    world.assert_complete()
    assert world.polls()["tag"]["covers_from"] is None


class Blog(FaultySite):
    """WordPress: dated addresses, archives by month, a feed that pages."""

    def path(self, number: int) -> str:
        return f"/{published(number):%Y/%m}/bai-so-{number}/"

    def answer(self, path: str) -> tuple[int, str, bytes] | None:
        where, _, query = path.partition("?")
        if where == "/feed/":
            shown = self.newest_first[(n := int(query.removeprefix("paged=") or 1) - 1) * 5 : n * 5 + 5]
            hidden = self.hidden
            self.hidden = tuple(x for x in range(self.articles + 1) if x not in shown)
            text = self.feed().encode()
            self.hidden = hidden
            return (200, "application/rss+xml", text) if shown else None
        if len(where) == 9 and where[1:5].isdecimal():
            links = [n for n in self.newest_first if self.path(n).startswith(where)]
            found = "".join(f'<a href="{self.path(n)}">Bài số {n}</a>' for n in links)
            return (200, "text/html; charset=utf-8", page(found)) if found else None
        return super().answer(path)


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[World]:
    with serving(Blog(articles=23)) as site:
        world = World(site, tmp_path / "data")
        world.use(platform="wordpress", start_urls=(f"{site.base_url}/feed/",), discovery=("feed",))
        yield world


def test_a_feed_is_paged_to_its_end_and_later_to_known_ground(blog: World) -> None:
    assert blog.crawl().fetched == 23
    blog.assert_complete()
    poll = blog.polls()["feed"]
    assert (poll["depth"], poll["exhausted"], poll["covers_from"]) == (5, True, date(2024, 1, 1))
    blog.site.articles = 31
    before = len(blog.site.log)
    result = blog.crawl()
    assert result.fetched == 8
    blog.assert_complete()
    assert [a.path for a in blog.site.log[before:] if "feed" in a.path] == ["/feed/", "/feed/?paged=2"]
    poll = blog.polls()["feed"]
    assert (poll["overlap_reached"], poll["gap_from"], poll["covers_from"]) == (True, None, date(2024, 1, 1))


def test_a_calendar_shows_what_the_feed_has_forgotten(blog: World) -> None:
    blog.site.articles = 70
    blog.site.faults |= {f"/feed/?paged={n}": status(404) for n in range(2, 15)}
    blog.use(discovery=("feed", "calendar"))
    assert blog.crawl(limits=Limits(retries=0)).fetched == 70
    blog.assert_complete()
    poll = blog.polls()["calendar"]
    assert (poll["outcome"], poll["exhausted"], poll["covers_from"]) == ("ok", True, date(2024, 1, 1))
