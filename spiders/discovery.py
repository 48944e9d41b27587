"""Reads the channels of a site, each as far as it may show something new."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from scrapy.http import HtmlResponse

from spiders import outcomes
from spiders.addresses import host
from spiders.channels import (
    LOCAL,
    Listed,
    calendar_pages,
    feeds_of,
    menu_of,
    period_of,
    read_feed,
    read_listing,
    read_more,
    read_sitemap,
)
from spiders.clock import Clock
from spiders.fetcher import Answer, Fetcher
from spiders.frontier import Noted
from spiders.intake import Intake
from spiders.job import Job
from spiders.platform import Platform
from spiders.poll import BROKEN_XML, DEPTH_LIMIT, EMPTY_LISTING, Poll

log = logging.getLogger(__name__)

# An index of day files of ten years has 3,650; more is a trap.
_MOST_SITEMAPS = 5000
# The widest menu of these sites has some 60 sections.
_MOST_SECTIONS = 100
# So many months, or days where an archive has a page for each, without an article, and nothing older is there: sites
# begin somewhere. Before the first article it may be longer: sites end somewhere, too, and are read for their past.
_EMPTY_MONTHS = 12
_EMPTY_DAYS = 366
_SILENT_MONTHS = 60
# What a site answers where its list has come to an end.
_MISSING = (outcomes.GONE, outcomes.HTTP_ERROR, outcomes.EMPTY, outcomes.SOFT_404)
# These refuse a page that may well be there.
_REFUSALS = (401, 403, 407, 451)


class Discovery:
    """Reads every channel of one source once.

    Args:
        job: The order.
        platform: How the site addresses and lists its articles.
        fetcher: Asks.
        intake: What becomes of what the channels list.
        clock: Time of the crawl.
        over: Says why the crawl must end; empty while it need not.
    """

    def __init__(
        self,
        job: Job,
        platform: Platform,
        fetcher: Fetcher,
        intake: Intake,
        clock: Clock,
        over: Callable[[], str],
    ) -> None:
        self.job = job
        self.platform = platform
        self.fetcher = fetcher
        self.intake = intake
        self.clock = clock
        self._over = over
        self._site = host(job.base_url)
        self._horizon = self._rewalk_horizon()

    def _rewalk_horizon(self) -> date | None:
        if self.job.rewalk_days is None:
            return None
        return self.clock.now().astimezone(LOCAL).date() - timedelta(days=self.job.rewalk_days)

    # All channels

    async def read_all(self, sitemaps_of_robots: Sequence[str]) -> None:
        """Read the channels that the source has, one after the other; tag pages are met on the way to them."""
        wanted = self.job.discovery
        if "feed" in wanted:
            await self._read_one_of("feed", self._read_feed, await self._feed_candidates())
        if "sitemap" in wanted:
            paths = self._on_site(self.platform.sitemaps)
            await self._read_one_of("sitemap", self._read_sitemap, paths, sitemaps_of_robots)
        if "listing" in wanted:
            await self._read_listings()
        if "calendar" in wanted and self.platform.calendar:
            await self._read_calendar()

    def all_blind(self, reason: str, status: int | None) -> None:
        """Note that no channel could be looked at."""
        for channel in self.job.discovery:
            if channel in ("feed", "sitemap", "listing"):
                for url in self._start_urls(channel) or [self.job.base_url]:
                    poll = self.intake.begin(channel, url)
                    poll.status = status
                    poll.blind(reason)
                    self.intake.close(poll)

    def _on_site(self, paths: Iterable[str]) -> list[str]:
        return [urljoin(self.job.base_url, p) for p in paths]

    def _start_urls(self, channel: str) -> list[str]:
        return [urljoin(self.job.base_url, u) for u in self.job.start_urls if _channel_of(u) == channel]

    async def _feed_candidates(self) -> list[str]:
        paths = self._on_site(self.platform.feeds)
        if self._start_urls("feed") or self.platform.section:
            return paths
        home = await self.fetcher.page(urljoin(self.job.base_url, "/"))
        named = feeds_of(home.html()) if home.outcome == outcomes.OK else []
        return [*(f for f in named if host(f) == self._site), *paths]

    async def _read_one_of(
        self,
        channel: str,
        read: Callable[[str], Awaitable[Poll]],
        candidates: Sequence[str],
        named: Sequence[str] = (),
    ) -> None:
        """Read all configured addresses, or else all that the site names, or else the first candidate that works."""
        configured = self._start_urls(channel)
        for url in configured:
            self.intake.close(await read(url))
        if configured:
            return
        failed: Poll | None = None
        is_read = False
        for url in dict.fromkeys(named):
            poll = await read(url)
            # A list of pictures is no channel that went blind; one that could be read before is.
            if poll.outcome == "ok" or poll.state.polled is not None:
                self.intake.close(poll)
                is_read = True
            failed = failed or poll
        if is_read:
            return
        for url in dict.fromkeys(candidates):
            poll = await read(url)
            if poll.outcome == "ok":
                self.intake.close(poll)
                return
            failed = failed or poll
        if failed is None:
            failed = self.intake.begin(channel, self.job.base_url)
            failed.blind(outcomes.GONE)
        self.intake.close(failed)

    # Feeds and sitemaps

    async def _read_feed(self, url: str) -> Poll:
        poll = self.intake.begin("feed", url)
        here: str | None = url
        while here is not None:
            answer = await self._document(here, poll, conditional=True)
            if answer is None or poll.unmodified:
                break
            listed = read_feed(answer.body, answer.final_url, self.platform)
            noted = (
                self.intake.take_entries(answer, poll)
                if self.platform.items_in_feed
                else self.intake.take(listed.items, poll)
            )
            if listed.broken:
                poll.blind(BROKEN_XML)
            elif not listed.items and poll.depth == 1:
                poll.blind(EMPTY_LISTING)
            # What stands last, or a row of them: an old article that was edited or pinned may stand before new ones.
            poll.overlap = bool(noted) and (poll.known_before(noted[-1]) or poll.reaches_known_ground(noted, ()))
            here = self._feed_page_after(url, noted, poll)
        return poll

    def _feed_page_after(self, url: str, noted: Sequence[Noted], poll: Poll) -> str | None:
        """Address of the feed's next page while nothing known was met and the platform pages its feeds."""
        if poll.outcome != "ok" or not self.platform.feed_page:
            return None
        # Where a sitemap or the sections list everything, a feed need not be read down to the first article.
        others = not {"sitemap", "listing"}.isdisjoint(self.job.discovery)
        if others and (poll.overlap or poll.state.last_crawl is None):
            return None
        if not any(n.fresh for n in noted):
            poll.exhausted = True
        elif self._may_stop(poll, noted) and poll.overlap:
            return None
        elif self.intake.is_before(noted):
            poll.window_passed = True
        elif poll.depth < self.job.limits.pages:
            return url + self.platform.feed_page.format(n=poll.depth + 1)
        else:
            poll.reason = DEPTH_LIMIT
        return None

    async def _read_sitemap(self, url: str) -> Poll:
        poll = self.intake.begin("sitemap", url)
        # What an index names may have changed while the index itself has not.
        conditional = poll.state.depth == 1
        queue, visited, skipped, cut = [url], {url}, False, False
        while queue:
            here = queue.pop(0)
            answer = await self._document(here, poll, conditional=conditional and here == url)
            if poll.unmodified or (answer is None and (here == url or self._over())):
                break
            if answer is None:
                # The poll is blind, and what the other files list is found all the same.
                continue
            listed = read_sitemap(answer.body, answer.final_url, self.platform)
            self.intake.take(listed.items, poll)
            if listed.broken:
                log.warning("%s: %s", here, listed.broken)
                poll.blind(BROKEN_XML)
            files = [f for f in dict.fromkeys(listed.further) if f not in visited]
            cut = cut or len(visited) + len(files) > _MOST_SITEMAPS
            files = files[: _MOST_SITEMAPS - len(visited)]
            visited.update(files)
            wanted = [f for f in files if not self.intake.is_outside(period_of(f))]
            skipped = skipped or len(wanted) < len(files)
            queue += wanted
        if poll.outcome == "ok" and not poll.n_seen and not skipped and not poll.unmodified:
            poll.blind(EMPTY_LISTING)
        if poll.outcome == "ok" and cut:
            poll.reason = DEPTH_LIMIT
        poll.exhausted = poll.outcome == "ok" and not skipped and not cut
        poll.window_passed = skipped and not cut
        poll.overlap = poll.n_known > 0 and poll.state.last_crawl is not None
        return poll

    # Listings

    async def _read_listings(self) -> None:
        starts = self._start_urls("listing") or self._on_site(self.platform.listings)
        sections: dict[str, None] = {}
        walked = {self.platform.key(u) for u in starts}
        for first in starts:
            await self._walk("listing", first, sections, is_start=True)
        for first in sections:
            if self.platform.key(first) not in walked and len(walked) < _MOST_SECTIONS:
                walked.add(self.platform.key(first))
                await self._walk("listing", first, {}, is_start=False)

    async def read_tags(self) -> None:
        """Read the tag pages met so far: on sites whose listings show the newest only they lead further back."""
        if "tag" not in self.job.discovery or not self.platform.tag:
            return
        for url in list(self.intake.tags)[: self.job.limits.tags]:
            await self._walk("tag", url, {}, is_start=False)

    async def _walk(self, channel: str, first: str, sections: dict[str, None], *, is_start: bool) -> None:
        """Read a listing page by page until nothing new can be behind what was seen."""
        poll = self.intake.begin(channel, first)
        url: str | None = first
        is_more = False
        before: list[Noted] = []
        while url is not None:
            answer = await self._listing_page(url, poll, is_more=is_more)
            if answer is None:
                break
            listed = self._read(answer, poll, is_more=is_more)
            noted = self.intake.take(listed.items, poll)
            self.intake.tags |= dict.fromkeys(listed.tags)
            if is_start and poll.depth == 1:
                sections |= dict.fromkeys(listed.further or self._menu(answer.html()))
            url = self._page_after(listed, noted, before, poll)
            is_more = listed.is_more or (url is not None and url == self.platform.more_url(first, poll.depth + 1))
            before = noted
        if not poll.n_seen and poll.outcome == "ok":
            poll.blind(EMPTY_LISTING)
        # A link that only looked like one of a section is no channel that went blind.
        if is_start or poll.n_seen or poll.reason not in (EMPTY_LISTING, outcomes.GONE, outcomes.NOT_HTML):
            self.intake.close(poll)

    def _page_after(self, listed: Listed, noted: Sequence[Noted], before: Sequence[Noted], poll: Poll) -> str | None:
        """Address of the next page; None, with the reason in the poll, where the listing need not be read further."""
        number = poll.depth + 1
        following = (
            listed.next_page or self.platform.page_url(poll.url, number) or self.platform.more_url(poll.url, number)
        )
        if not any(n.fresh for n in noted):
            poll.exhausted = True
        elif self._may_stop(poll, noted) and poll.reaches_known_ground(before, noted):
            poll.overlap = True
        elif self.intake.is_before(noted):
            poll.window_passed = True
        elif following is None:
            poll.exhausted = not self.platform.load_more
            poll.overlap = any(poll.known_before(n) for n in noted)
        elif poll.depth >= self.job.limits.pages:
            poll.reason = DEPTH_LIMIT
        else:
            return following
        return None

    def _read(self, answer: Answer, poll: Poll, *, is_more: bool) -> Listed:
        number = poll.depth + 1
        if is_more:
            content_type = answer.header("content-type")
            return read_more(answer.body, content_type, answer.final_url, self.platform, number, poll.url)
        return read_listing(answer.html(), self.platform, number, poll.url)

    def _menu(self, page: HtmlResponse) -> list[str]:
        return menu_of(page, self.platform) if not self.platform.section else []

    async def _read_calendar(self) -> None:
        """Read the archive pages of days or months, the newest first, as one channel."""
        first = date.fromisoformat(self.job.since or self.job.valid_from or "2000-01-01")
        last = date.fromisoformat(self.job.until) if self.job.until else self.clock.now().astimezone(LOCAL).date()
        poll = self.intake.begin("calendar", self.job.base_url + self.platform.calendar)
        by_day = "{d" in self.platform.calendar
        empty = 0
        poll.exhausted = True
        for period in calendar_pages(self.platform, self.job.base_url, first, last):
            url: str | None = period
            met = 0
            page_noted: list[Noted] = []
            number = 0
            while url is not None:
                answer = await self._listing_page(url, poll, may_be_missing=True)
                if answer is None:
                    break
                number += 1
                listed = read_listing(answer.html(), self.platform, number, period)
                page_noted = self.intake.take(listed.items, poll)
                met += len(page_noted)
                url = listed.next_page if any(n.fresh for n in page_noted) else None
                if url is not None and number >= self.job.limits.pages:
                    url, poll.reason = None, DEPTH_LIMIT
            empty = 0 if met else empty + 1
            most_empty = _EMPTY_DAYS if by_day else _EMPTY_MONTHS if poll.n_seen else _SILENT_MONTHS
            if poll.outcome != "ok" or self._over() or empty >= most_empty:
                poll.exhausted = poll.outcome == "ok" and not self._over()
                break
            if page_noted and self._may_stop(poll, page_noted) and all(poll.known_before(n) for n in page_noted):
                poll.overlap, poll.exhausted = True, False
                break
        # A month that failed, or whose pages were not read to the last.
        poll.exhausted = poll.exhausted and not poll.reason
        if poll.outcome == "ok" and not poll.n_seen:
            poll.blind(EMPTY_LISTING)
        self.intake.close(poll)

    # Single documents

    async def _document(self, url: str, poll: Poll, *, conditional: bool = False) -> Answer | None:
        reason = self._over()
        if reason:
            poll.blind(reason)
            return None
        use = conditional and poll.depth == 0 and poll.state.last_crawl is not None
        answer = await self.fetcher.document(
            url,
            etag=poll.state.etag if use else "",
            last_modified=poll.state.last_modified if use else "",
        )
        if poll.depth and poll.channel == "feed" and _is_missing(answer):
            # The page behind the feed's last one.
            poll.exhausted = True
            return None
        if answer.outcome == outcomes.NOT_MODIFIED and use:
            poll.unmodified, poll.overlap, poll.status, poll.depth = True, True, answer.status, 1
            poll.etag, poll.last_modified = poll.state.etag, poll.state.last_modified
            return answer
        return self._judged(answer, poll)

    async def _listing_page(
        self, url: str, poll: Poll, *, may_be_missing: bool = False, is_more: bool = False
    ) -> Answer | None:
        reason = self._over()
        if reason:
            if poll.depth == 0:
                poll.blind(reason)
            poll.reason = poll.reason or reason
            return None
        answer = await (self.fetcher.document(url) if is_more else self.fetcher.page(url))
        if (poll.depth or may_be_missing) and _is_missing(answer):
            # The page behind the last one, or a month without an article.
            poll.exhausted = True
            return None
        if poll.depth and answer.outcome != outcomes.OK:
            poll.reason = answer.outcome
            return None
        return self._judged(answer, poll)

    def _judged(self, answer: Answer, poll: Poll) -> Answer | None:
        if poll.status is None:
            poll.status = answer.status
            poll.etag, poll.last_modified = answer.header("etag"), answer.header("last-modified")
        if answer.outcome == outcomes.OK:
            return answer
        poll.blind(answer.outcome)
        log.warning("%s: %s %s", answer.url, answer.outcome, answer.detail)
        return None

    # What is known, what is wanted

    def _may_stop(self, poll: Poll, noted: Sequence[Noted]) -> bool:
        """Whether known ground ends the reading: the channel is known to its end, and a re-walk is at its horizon."""
        if self._horizon is not None:
            days = [n.item.day for n in noted if n.item.day]
            if not days or max(days) >= self._horizon:
                return False
        state = poll.state
        covered = self.job.since and state.covers_from and state.covers_from.isoformat() <= self.job.since
        return state.last_crawl is not None and (state.settled or bool(covered))


def _is_missing(answer: Answer) -> bool:
    return answer.outcome in _MISSING and answer.status not in _REFUSALS


def _channel_of(url: str) -> str:
    """Which channel an address of `start_urls` belongs to, by its form."""
    path = urlsplit(url).path.lower()
    if "sitemap" in path:
        return "sitemap"
    if "/rss/" in path or path.endswith((".rss", ".atom", ".xml", "/feed", "/feed/", "/rss")):
        return "feed"
    return "listing"
