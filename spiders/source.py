"""The spider of one source: reads its channels, fetches each new article once, notes everything in the job folder."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy.http import HtmlResponse

from spiders import outcomes
from spiders.addresses import host
from spiders.channels import (
    LOCAL,
    Item,
    Listed,
    feeds_of,
    menu_of,
    period_of,
    read_feed,
    read_listing,
    read_sitemap,
)
from spiders.fetcher import Answer, Fetcher
from spiders.job import ChannelState, Job, now
from spiders.journal import Journal, report
from spiders.platforms import platform_of

log = logging.getLogger(__name__)

# So many known items in a row prove that a listing hides nothing new behind them; fewer may be pinned ones.
_KNOWN_RUN = 3
# An index of day files of ten years has 3,650; more is a trap.
_MOST_SITEMAPS = 5000
# The widest menu of these sites has some 60 sections.
_MOST_SECTIONS = 100

EMPTY_LISTING = "empty_listing"
BROKEN_XML = "broken_xml"
DEPTH_LIMIT = "depth_limit"
TIME_LIMIT = "time_limit"


@dataclass(slots=True)
class _Poll:
    """One reading of a channel while it goes on."""

    channel: str
    url: str
    state: ChannelState | None
    at: datetime = field(default_factory=now)
    outcome: str = "ok"
    reason: str = ""
    status: int | None = None
    depth: int = 0
    overlap: bool = False
    exhausted: bool = False
    window_passed: bool = False
    items: dict[str, Item] = field(default_factory=dict)

    def blind(self, reason: str) -> None:
        """We could not look."""
        self.outcome, self.reason = "blind", reason


class SourceSpider(scrapy.Spider):  # type: ignore[misc]  # mypy skips scrapy's own types
    """Crawls one source by its job.

    Args:
        job: The order.
        journal: Where everything is noted.

    Attributes:
        finished: Whether the crawl came to its end by itself.
    """

    name = "source"

    def __init__(self, job: Job, journal: Journal) -> None:
        super().__init__()
        self.job = job
        self.journal = journal
        self.platform = platform_of(job.platform)
        self.finished = False
        self._ends = monotonic() + job.limits.wall_s
        self._done = {key for key, (_, done) in job.known.items() if done}
        self._waiting: dict[str, str] = {}
        self._outside: set[str] = set()
        self._outcomes: Counter[str] = Counter()
        self._found: set[str] = set()

    async def start(self) -> AsyncIterator[Any]:
        """Do the whole crawl; the engine gets nothing to schedule, for one site is asked in one order."""
        self.fetcher = Fetcher(
            self.crawler,
            self.job.base_url,
            self.job.delay_s,
            allow_private=self.job.allow_private,
            limits=self.job.limits,
        )
        for pending in self.job.pending:
            if not pending.failed:
                self._wait_for(pending.url, pending.key, _moment(pending.listed_at), edit_time=pending.edit_time)
        robots = await self.fetcher.robots(self.job.base_url)
        if robots.parser is None:
            self._all_blind(robots.outcome, robots.status)
        else:
            await self._read_channels(robots.sitemaps)
            # What failed before comes last: it may fail again and must not stand in the way of the rest.
            for pending in self.job.pending:
                if pending.failed:
                    self._wait_for(pending.url, pending.key, _moment(pending.listed_at), edit_time=pending.edit_time)
            await self._fetch(list(self._waiting))
        self.finished = True
        return
        yield

    @property
    def _over(self) -> bool:
        return self.fetcher.gave_up or monotonic() > self._ends

    # Channels

    async def _read_channels(self, sitemaps_of_robots: Sequence[str]) -> None:
        if "feed" in self.job.discovery:
            await self._read_one_of("feed", self._start_urls("feed"), await self._feed_candidates())
        if "sitemap" in self.job.discovery:
            candidates = [*sitemaps_of_robots, *(urljoin(self.job.base_url, s) for s in self.platform.sitemaps)]
            await self._read_one_of("sitemap", self._start_urls("sitemap"), candidates)
        if "listing" in self.job.discovery:
            await self._read_listings()

    def _start_urls(self, channel: str) -> list[str]:
        return [urljoin(self.job.base_url, u) for u in self.job.start_urls if _channel_of(u) == channel]

    async def _feed_candidates(self) -> list[str]:
        paths = [urljoin(self.job.base_url, f) for f in self.platform.feeds]
        if self._start_urls("feed") or self.platform.section:
            return paths
        home = await self.fetcher.page(urljoin(self.job.base_url, "/"))
        named = feeds_of(home.html()) if home.outcome == outcomes.OK else []
        return [*(f for f in named if host(f) == host(self.job.base_url)), *paths]

    async def _read_one_of(self, channel: str, configured: Iterable[str], candidates: Sequence[str]) -> None:
        """Read all configured addresses, or else the first candidate that can be read."""
        read = self._read_feed if channel == "feed" else self._read_sitemap
        configured = list(configured)
        for url in configured:
            self._write_poll(await read(url))
        if configured:
            return
        failed: _Poll | None = None
        for url in dict.fromkeys(candidates):
            poll = await read(url)
            if poll.outcome == "ok":
                self._write_poll(poll)
                return
            failed = failed or poll
        if failed is None:
            failed = _Poll(channel, self.job.base_url, None)
            failed.blind(outcomes.GONE)
        self._write_poll(failed)

    async def _read_feed(self, url: str) -> _Poll:
        poll = self._poll("feed", url)
        answer = await self._document(url, poll)
        if answer is None:
            return poll
        poll.depth = 1
        listed = read_feed(answer.body, answer.final_url, self.platform)
        self._take("feed", url, listed, poll)
        if listed.broken:
            poll.blind(BROKEN_XML)
        elif not listed.items:
            poll.blind(EMPTY_LISTING)
        poll.overlap = any(self._known_before(i.key, poll) for i in listed.items)
        return poll

    async def _read_sitemap(self, url: str) -> _Poll:
        poll = self._poll("sitemap", url)
        queue, visited, skipped = [url], {url}, False
        while queue:
            here = queue.pop(0)
            answer = await self._document(here, poll)
            if answer is None:
                break
            poll.depth += 1
            listed = read_sitemap(answer.body, answer.final_url, self.platform)
            self._take("sitemap", here, listed, poll)
            if listed.broken:
                log.warning("%s: %s", here, listed.broken)
                poll.blind(BROKEN_XML)
            for child in listed.further:
                if child in visited or len(visited) > _MOST_SITEMAPS:
                    continue
                visited.add(child)
                if self._out_of_window(period_of(child)):
                    skipped = True
                else:
                    queue.append(child)
            report(event="read", channel="sitemap", found=len(self._found))
        if poll.outcome == "ok" and not poll.items and not skipped:
            poll.blind(EMPTY_LISTING)
        poll.exhausted = poll.outcome == "ok" and not skipped
        poll.window_passed = skipped
        poll.overlap = any(self._known_before(k, poll) for k in poll.items)
        return poll

    async def _read_listings(self) -> None:
        starts = self._start_urls("listing") or [urljoin(self.job.base_url, p) for p in self.platform.listings]
        sections: dict[str, None] = {}
        walked = {self.platform.key(u) for u in starts}
        for first in starts:
            await self._walk(first, sections, is_start=True)
        for first in sections:
            if self.platform.key(first) not in walked and len(walked) < _MOST_SECTIONS:
                walked.add(self.platform.key(first))
                await self._walk(first, {}, is_start=False)

    async def _walk(self, first: str, sections: dict[str, None], *, is_start: bool) -> None:
        """Read a listing page by page until nothing new can be behind what was seen."""
        poll = self._poll("listing", first)
        url: str | None = first
        before: list[Item] = []
        while url is not None:
            page = await self._listing_page(url, poll)
            if page is None:
                break
            poll.depth += 1
            listed = read_listing(page, self.platform, poll.depth, first)
            if is_start and poll.depth == 1:
                sections |= dict.fromkeys(listed.further or self._menu(page))
            fresh = [i for i in listed.items if i.key not in poll.items]
            self._take("listing", url, listed, poll)
            report(event="read", channel="listing", found=len(self._found))
            await self._fetch([i.key for i in fresh])
            url = self._page_after(listed, fresh, before, poll)
            before = listed.items
        if not poll.items and poll.outcome == "ok":
            poll.blind(EMPTY_LISTING)
        # A link that only looked like one of a section is no channel that went blind.
        if is_start or poll.items or poll.reason not in (EMPTY_LISTING, outcomes.GONE, outcomes.NOT_HTML):
            self._write_poll(poll)

    def _page_after(self, listed: Listed, fresh: Sequence[Item], before: Sequence[Item], poll: _Poll) -> str | None:
        """Address of the next page; None, with the reason in the poll, where the listing need not be read further."""
        following = listed.next_page or self.platform.page_url(poll.url, poll.depth + 1)
        if not fresh:
            poll.exhausted = True
        elif self._may_stop_at_overlap(poll) and self._overlaps(before, listed.items, poll):
            poll.overlap = True
        elif self._before_window(fresh):
            poll.window_passed = True
        elif following is None:
            poll.exhausted = not self.platform.load_more
            poll.overlap = any(self._known_before(i.key, poll) for i in listed.items)
        elif poll.depth >= self.job.limits.pages:
            poll.reason = DEPTH_LIMIT
        else:
            return following
        return None

    def _menu(self, page: HtmlResponse) -> list[str]:
        return menu_of(page, self.platform) if not self.platform.section else []

    async def _document(self, url: str, poll: _Poll) -> Answer | None:
        if self._over:
            poll.blind(self._why_over())
            return None
        answer = await self.fetcher.document(url)
        return self._judged(answer, poll)

    async def _listing_page(self, url: str, poll: _Poll) -> HtmlResponse | None:
        if self._over:
            if poll.depth == 0:
                poll.blind(self._why_over())
            poll.reason = poll.reason or self._why_over()
            return None
        answer = await self.fetcher.page(url)
        if poll.depth and answer.outcome in (outcomes.GONE, outcomes.HTTP_ERROR, outcomes.EMPTY):
            # The page behind the last one.
            poll.exhausted = True
            return None
        if poll.depth and answer.outcome != outcomes.OK:
            poll.reason = answer.outcome
            return None
        return answer.html() if self._judged(answer, poll) is not None else None

    def _judged(self, answer: Answer, poll: _Poll) -> Answer | None:
        if poll.status is None:
            poll.status = answer.status
        if answer.outcome == outcomes.OK:
            return answer
        poll.blind(answer.outcome)
        log.warning("%s: %s %s", answer.url, answer.outcome, answer.detail)
        return None

    def _why_over(self) -> str:
        return outcomes.SERVER_ERROR if self.fetcher.gave_up else TIME_LIMIT

    def _all_blind(self, reason: str, status: int | None) -> None:
        for channel in self.job.discovery:
            urls = self._start_urls(channel) or [self.job.base_url]
            for url in urls:
                poll = self._poll(channel, url)
                poll.status = status
                poll.blind(reason)
                self._write_poll(poll)

    # What is known, what is wanted

    def _poll(self, channel: str, url: str) -> _Poll:
        return _Poll(channel, url, self.job.channels.get(url))

    def _known_before(self, key: str, poll: _Poll) -> bool:
        """Whether the address was known when the channel was last read.

        What an interrupted crawl saw later does not count: it may have seen the newest page alone.
        """
        first = self.job.known.get(key)
        return first is not None and poll.state is not None and first[0] <= poll.state.last_crawl

    def _may_stop_at_overlap(self, poll: _Poll) -> bool:
        state = poll.state
        if state is None:
            return False
        return state.complete or bool(self.job.since and state.covers_from and state.covers_from <= self.job.since)

    def _overlaps(self, page: Sequence[Item], following: Sequence[Item], poll: _Poll) -> bool:
        """Whether a page reaches known ground; what the next page shows as well (menus, pinned items) is left out."""
        furniture = {i.key for i in following}
        run = 0
        for item in page:
            if item.key in furniture:
                continue
            run = run + 1 if self._known_before(item.key, poll) else 0
            if run >= _KNOWN_RUN:
                return True
        return False

    def _out_of_window(self, period: tuple[date, date] | None) -> bool:
        if period is None:
            return False
        since, until = self.job.first_day, self.job.last_day
        return bool((since and period[1] < since) or (until and period[0] > until))

    def _before_window(self, items: Sequence[Item]) -> bool:
        since = self.job.first_day
        days = [i.day for i in items if i.day]
        return since is not None and bool(days) and all(d < since for d in days)

    def _wanted(self, at: datetime | None, *, edit_time: bool) -> bool:
        """Whether an address lies in the window; one without a date may."""
        if at is None:
            return True
        day = at.astimezone(LOCAL).date()
        since, until = self.job.first_day, self.job.last_day
        # What was edited after the window may have been published in it, but nothing is edited before it is published.
        return not ((since and day < since) or (until and day > until and not edit_time))

    def _take(self, channel: str, channel_url: str, listed: Listed, poll: _Poll) -> None:
        """Note what a document lists and queue what is to be fetched."""
        self.journal.discovered(listed.items, channel, channel_url)
        for item in listed.items:
            poll.items.setdefault(item.key, item)
            self._found.add(item.key)
            if item.key in self._done:
                continue
            if host(item.url) != host(self.job.base_url):
                self._refuse(item, outcomes.OFF_SITE, host(item.url))
            elif self.platform.is_denied(item.url, item.title):
                self._refuse(item, outcomes.DENIED, f"platform {self.platform.name}")
            else:
                self._wait_for(item.url, item.key, item.at, edit_time=channel == "sitemap")

    def _wait_for(self, url: str, key: str, at: datetime | None, *, edit_time: bool) -> None:
        """Queue an address, unless this or another channel dates its publication outside the window."""
        if key in self._done or key in self._outside:
            return
        if self._wanted(at, edit_time=edit_time):
            self._waiting.setdefault(key, url)
        elif not edit_time:
            self._outside.add(key)
            self._waiting.pop(key, None)

    def _refuse(self, item: Item, outcome: str, detail: str) -> None:
        self._done.add(item.key)
        self._outcomes[outcome] += 1
        self.journal.fetched(item.key, Answer(item.url, item.url, now(), outcome, detail))

    # Fetching

    async def _fetch(self, keys: Sequence[str]) -> None:
        """Fetch those of the addresses that still wait, a few at once where the site's delay allows it."""
        queue = [k for k in dict.fromkeys(keys) if k in self._waiting]
        workers = 1 if self.job.delay_s else self.job.limits.parallel
        await asyncio.gather(*(self._work(queue) for _ in range(workers)))

    async def _work(self, queue: list[str]) -> None:
        while queue and not self._over:
            key = queue.pop(0)
            url = self._waiting.pop(key)
            self._done.add(key)
            answer = await self.fetcher.page(url)
            self.journal.fetched(key, answer)
            self._outcomes[answer.outcome] += 1
            report(event="fetched", done=sum(self._outcomes.values()), found=len(self._found), outcome=answer.outcome)

    # Notes

    def _write_poll(self, poll: _Poll) -> None:
        known = sum(1 for k in poll.items if k in self.job.known)
        self.journal.polled(
            channel=poll.channel,
            channel_url=poll.url,
            polled_at=poll.at,
            outcome=poll.outcome,
            reason=poll.reason,
            http_status=poll.status,
            n_seen=len(poll.items),
            n_known=known,
            n_new=len(poll.items) - known,
            depth=poll.depth,
            overlap_reached=poll.overlap,
            exhausted=poll.exhausted,
            covers_from=self._covers_from(poll),
        )
        report(event="polled", channel=poll.channel, outcome=poll.outcome, reason=poll.reason, found=len(self._found))

    def _covers_from(self, poll: _Poll) -> date | None:
        """Earliest day of which the channel would have shown an article."""
        if poll.outcome != "ok":
            return None
        oldest = min((i.day for i in poll.items.values() if i.day), default=poll.at.astimezone(LOCAL).date())
        since = self.job.first_day
        whole = since or (date.fromisoformat(self.job.valid_from) if self.job.valid_from else oldest)
        if poll.exhausted or (poll.overlap and poll.state is not None and poll.state.complete):
            return whole
        if poll.window_passed and since is not None:
            return since
        if poll.overlap and poll.channel == "listing" and poll.state is not None and poll.state.covers_from:
            return min(oldest, date.fromisoformat(poll.state.covers_from))
        return oldest


def _channel_of(url: str) -> str:
    """Which channel an address of `start_urls` belongs to, by its form."""
    path = urlsplit(url).path.lower()
    if "sitemap" in path:
        return "sitemap"
    if "/rss/" in path or path.endswith((".rss", ".atom", ".xml", "/feed", "/feed/", "/rss")):
        return "feed"
    return "listing"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
