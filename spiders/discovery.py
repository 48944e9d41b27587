"""Reads the channels of a site: what they list is noted, and what is worth fetching waits in the frontier."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from scrapy.http import HtmlResponse

from spiders import frontier as causes
from spiders import outcomes
from spiders.addresses import host
from spiders.channels import (
    LOCAL,
    Item,
    Listed,
    calendar_pages,
    feed_entries,
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
from spiders.frontier import Frontier, Noted
from spiders.job import Job
from spiders.journal import Journal, report
from spiders.platform import Platform
from spiders.poll import BROKEN_XML, CANARY_LOST, DEPTH_LIMIT, EMPTY_LISTING, Poll

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
# Above this share of a channel's articles a list was rebuilt rather than cleaned; then each page waits for its turn.
_MOST_DELISTED = 0.2
# What a site answers where its list has come to an end.
_MISSING = (outcomes.GONE, outcomes.HTTP_ERROR, outcomes.EMPTY, outcomes.SOFT_404)
# These refuse a page that may well be there.
_REFUSALS = (401, 403, 407, 451)
# A list shorter than this may lose a few articles without having been rebuilt.
_SHORT_LIST = 20


class Discovery:
    """Reads every channel of one source once.

    Args:
        job: The order.
        platform: How the site addresses and lists its articles.
        fetcher: Asks.
        frontier: Where found addresses wait.
        journal: Where everything is noted.
        clock: Time of the crawl.
        over: Says why the crawl must end; empty while it need not.

    Attributes:
        n_found: Addresses listed so far.
    """

    def __init__(
        self,
        job: Job,
        platform: Platform,
        fetcher: Fetcher,
        frontier: Frontier,
        journal: Journal,
        clock: Clock,
        over: Callable[[], str],
    ) -> None:
        self.job = job
        self.platform = platform
        self.fetcher = fetcher
        self.frontier = frontier
        self.journal = journal
        self.clock = clock
        self.n_found = 0
        self._over = over
        self._site = host(job.base_url)
        self._readings = 0
        self._tags: dict[str, None] = {}
        self._outside: set[str] = set()
        self._links = frontier.channel("link", job.base_url).number
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
                    poll = self._poll(channel, url)
                    poll.status = status
                    poll.blind(reason)
                    self._write(poll)

    def take_links(self, linked: Listed, page_url: str) -> None:
        """Note the articles and the tag pages that an article links.

        In a window of days the articles only become known: most of them are older than the page that links them.
        """
        self._tags |= dict.fromkeys(linked.tags)
        if "link" not in self.job.discovery:
            return
        noted = self.frontier.note(self._links, 1, linked.items, self.job.crawl_id)
        self.journal.discovered([n.item for n in noted if n.is_news], "link", page_url)
        if not (self.job.since or self.job.until):
            self._queue(noted)

    def _on_site(self, paths: Iterable[str]) -> list[str]:
        return [urljoin(self.job.base_url, p) for p in paths]

    def _start_urls(self, channel: str) -> list[str]:
        return [urljoin(self.job.base_url, u) for u in self.job.start_urls if _channel_of(u) == channel]

    def _poll(self, channel: str, url: str) -> Poll:
        self._readings += 1
        return Poll(channel, url, self.frontier.channel(channel, url), self._readings, self.clock.now())

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
            self._write(await read(url))
        if configured:
            return
        failed: Poll | None = None
        is_read = False
        for url in dict.fromkeys(named):
            poll = await read(url)
            # A list of pictures is no channel that went blind; one that could be read before is.
            if poll.outcome == "ok" or poll.state.polled is not None:
                self._write(poll)
                is_read = True
            failed = failed or poll
        if is_read:
            return
        for url in dict.fromkeys(candidates):
            poll = await read(url)
            if poll.outcome == "ok":
                self._write(poll)
                return
            failed = failed or poll
        if failed is None:
            failed = self._poll(channel, self.job.base_url)
            failed.blind(outcomes.GONE)
        self._write(failed)

    # Feeds and sitemaps

    async def _read_feed(self, url: str) -> Poll:
        poll = self._poll("feed", url)
        here: str | None = url
        while here is not None:
            answer = await self._document(here, poll, conditional=True)
            if answer is None or poll.unmodified:
                break
            listed = read_feed(answer.body, answer.final_url, self.platform)
            noted = self._take_entries(answer, poll) if self.platform.items_in_feed else self._take(listed.items, poll)
            if listed.broken:
                poll.blind(BROKEN_XML)
            elif not listed.items and poll.depth == 1:
                poll.blind(EMPTY_LISTING)
            # What stands last, or a row of them: an old article that was edited or pinned may stand before new ones.
            poll.overlap = bool(noted) and (poll.known_before(noted[-1]) or poll.reaches_known_ground(noted, ()))
            here = self._feed_page_after(url, noted, poll)
        return poll

    def _take_entries(self, answer: Answer, poll: Poll) -> list[Noted]:
        """Keep a feed's entries as the articles that they are; the pages behind them are not asked for."""
        entries = feed_entries(answer.body, answer.final_url, self.platform)
        noted = self.frontier.note(poll.state.number, poll.reading, [i for i, _ in entries], self.job.crawl_id)
        poll.saw(noted)
        self.journal.discovered([n.item for n in noted if n.is_news], poll.channel, poll.url)
        for n, (item, entry) in zip(noted, entries, strict=True):
            if n.state == causes.UNASKED or n.relisted:
                cause = causes.RELISTED if n.relisted else causes.NEW
                self.journal.kept_entry(item, cause, answer, entry)
                self.frontier.answered(item.key, outcomes.OK, answer.asked_at)
        return noted

    def _feed_page_after(self, url: str, noted: Sequence[Noted], poll: Poll) -> str | None:
        """Address of the feed's next page while nothing known was met and the platform pages its feeds."""
        if poll.outcome != "ok" or not self.platform.feed_page:
            return None
        if not any(n.fresh for n in noted):
            poll.exhausted = True
        elif self._may_stop(poll, noted) and poll.overlap:
            return None
        elif self._before_window(noted):
            poll.window_passed = True
        elif poll.depth < self.job.limits.pages:
            return url + self.platform.feed_page.format(n=poll.depth + 1)
        else:
            poll.reason = DEPTH_LIMIT
        return None

    async def _read_sitemap(self, url: str) -> Poll:
        poll = self._poll("sitemap", url)
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
            self._take(listed.items, poll)
            if listed.broken:
                log.warning("%s: %s", here, listed.broken)
                poll.blind(BROKEN_XML)
            files = [f for f in dict.fromkeys(listed.further) if f not in visited]
            cut = cut or len(visited) + len(files) > _MOST_SITEMAPS
            files = files[: _MOST_SITEMAPS - len(visited)]
            visited.update(files)
            wanted = [f for f in files if not self._out_of_window(period_of(f))]
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
        for url in list(self._tags)[: self.job.limits.tags]:
            await self._walk("tag", url, {}, is_start=False)

    async def _walk(self, channel: str, first: str, sections: dict[str, None], *, is_start: bool) -> None:
        """Read a listing page by page until nothing new can be behind what was seen."""
        poll = self._poll(channel, first)
        url: str | None = first
        is_more = False
        before: list[Noted] = []
        while url is not None:
            answer = await self._listing_page(url, poll, is_more=is_more)
            if answer is None:
                break
            listed = self._read(answer, poll, is_more=is_more)
            noted = self._take(listed.items, poll)
            self._tags |= dict.fromkeys(listed.tags)
            if is_start and poll.depth == 1:
                sections |= dict.fromkeys(listed.further or self._menu(answer.html()))
            url = self._page_after(listed, noted, before, poll)
            is_more = listed.is_more or (url is not None and url == self.platform.more_url(first, poll.depth + 1))
            before = noted
        if not poll.n_seen and poll.outcome == "ok":
            poll.blind(EMPTY_LISTING)
        # A link that only looked like one of a section is no channel that went blind.
        if is_start or poll.n_seen or poll.reason not in (EMPTY_LISTING, outcomes.GONE, outcomes.NOT_HTML):
            self._write(poll)

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
        elif self._before_window(noted):
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
        poll = self._poll("calendar", self.job.base_url + self.platform.calendar)
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
                page_noted = self._take(listed.items, poll)
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
        self._write(poll)

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

    def _out_of_window(self, period: tuple[date, date] | None) -> bool:
        if period is None:
            return False
        since, until = self.job.first_day, self.job.last_day
        return bool((since and period[1] < since) or (until and period[0] > until))

    def _before_window(self, noted: Sequence[Noted]) -> bool:
        since = self.job.first_day
        days = [n.item.day for n in noted if n.fresh and n.item.day]
        return since is not None and bool(days) and all(d < since for d in days)

    def wanted(self, at: datetime | None, changed_at: datetime | None) -> bool:
        """Whether an address lies in the window; one without a date may."""
        since, until = self.job.first_day, self.job.last_day
        day = at.astimezone(LOCAL).date() if at else None
        if day is not None:
            return not ((since and day < since) or (until and day > until))
        # What was edited after the window may have been published in it, but nothing is edited before it is published.
        edited = changed_at.astimezone(LOCAL).date() if changed_at else None
        return not (since and edited and edited < since)

    def _take(self, items: Sequence[Item], poll: Poll) -> list[Noted]:
        """Note what a document lists and queue what is to be fetched."""
        noted = self.frontier.note(poll.state.number, poll.reading, items, self.job.crawl_id)
        before = poll.n_seen
        poll.saw(noted)
        self.journal.discovered(
            [n.item for n in noted if n.is_news], poll.channel, poll.url, shift=before if poll.depth > 1 else 0
        )
        self._queue(noted)
        report(event="read", channel=poll.channel, found=self.n_found)
        return noted

    def _queue(self, noted: Sequence[Noted]) -> None:
        for n in noted:
            self.n_found += n.is_new
            if n.state in (causes.FINAL, causes.VANISHED) and not n.relisted:
                continue
            if n.state == causes.UNASKED:
                self._queue_new(n.item)
            elif n.relisted:
                self.frontier.wait_for(n.item.key, causes.RELISTED)

    def _queue_new(self, item: Item) -> None:
        """Queue an address, unless this or another channel dates its publication outside the window."""
        if host(item.url) != self._site:
            self._refuse(item, outcomes.OFF_SITE, host(item.url))
        elif self.platform.is_denied(item.url, item.title):
            self._refuse(item, outcomes.DENIED, f"platform {self.platform.name}")
        elif item.key in self._outside:
            return
        elif self.wanted(item.at, item.changed_at):
            windowed = self.job.since is not None or self.job.until is not None
            self.frontier.wait_for(item.key, causes.NEW, later=windowed and item.at is None)
        elif item.at is not None:
            self._outside.add(item.key)
            self.frontier.forget(item.key)

    def _refuse(self, item: Item, outcome: str, detail: str) -> None:
        at = self.clock.now()
        self.frontier.answered(item.key, outcome, at)
        self.journal.fetched(item.key, causes.NEW, Answer(item.url, item.url, at, outcome, detail))

    def _delist(self, poll: Poll) -> None:
        """Look after articles that the channel lists no longer: were they taken down?"""
        if poll.outcome != "ok" or poll.unmodified or poll.channel == "tag":
            return
        known = self.frontier.count_listed(poll.state.number)
        missing = self.frontier.delist(poll.state.number, poll.reading, poll.shows_from, whole=poll.exhausted)
        if not missing:
            return
        self.journal.delisted(missing, poll.channel, poll.url)
        if len(missing) > max(_SHORT_LIST, known * _MOST_DELISTED):
            log.warning("%s: %d of %d articles are listed no longer: rebuilt?", poll.url, len(missing), known)
            return
        self._check(key for key, _ in missing)

    def _check(self, keys: Iterable[str]) -> None:
        """Have pages looked at that a channel lists no longer."""
        for key in keys:
            address = self.frontier.address(key)
            if address is not None and address.state in (causes.THERE, causes.SHAKY):
                self.frontier.wait_for(key, causes.DELISTED)

    def _write(self, poll: Poll) -> None:
        poll.close()
        self._delist(poll)
        if poll.reason == CANARY_LOST:
            # Where they are gone themselves, the list was right after all, and the next reading says so.
            self._check(poll.state.newest)
        gap = poll.gap
        valid_from = date.fromisoformat(self.job.valid_from) if self.job.valid_from else None
        self.journal.polled(
            channel=poll.channel,
            channel_url=poll.url,
            polled_at=poll.at,
            outcome=poll.outcome,
            reason=poll.reason,
            http_status=poll.status,
            n_seen=poll.n_seen,
            n_known=poll.n_known,
            n_new=poll.n_seen - poll.n_known,
            head_seen=poll.head_seen,
            head_known=poll.head_known,
            depth=poll.depth,
            overlap_reached=poll.overlap,
            exhausted=poll.exhausted,
            canary=poll.canary,
            gap_from=gap[0] if gap else None,
            gap_to=gap[1] if gap else None,
            rewalk_days=self.job.rewalk_days,
            covers_from=poll.covers_from(self.job.first_day, valid_from),
            etag=poll.etag,
            last_modified=poll.last_modified,
        )
        report(event="polled", channel=poll.channel, outcome=poll.outcome, reason=poll.reason, found=self.n_found)


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
