"""The two kinds of archives behind one face: list the captures of a site, obtain one of them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from scrapy.crawler import Crawler

from spiders import outcomes
from spiders.addresses import canonical, host
from spiders.fetcher import Answer, Fetcher
from spiders.webarchive import cdx, commoncrawl
from spiders.webarchive.cdx import Line, Listing
from spiders.webarchive.notes import Notes
from spiders.webarchive.order import Order
from spiders.webarchive.replay import MOST_LINES, OtherCaptureError, layout_of, original_of
from theodoi.archive import read_member

NO_INDEX = "no_index"
OTHER_CAPTURE = "other_capture"
BROKEN_RECORD = "broken_record"
GAVE_UP = "gave_up"
TIME_LIMIT = "time_limit"

# Answers that a shorter period may spare.
_SPLIT_ON = frozenset({outcomes.TOO_LARGE, outcomes.TIMEOUT, outcomes.TRUNCATED})
# Keys that one period may be continued with: 10 million captures, more than any of these sites has.
_MOST_KEYS = 1000


@dataclass(slots=True)
class IndexReading:
    """How the reading of an index went.

    Attributes:
        url: Query by which it is known.
        at: When it began.
        status: HTTP status of its first answer.
        n_documents: Answers that held a part of the index.
        unread: Why a part of it could not be read -> how many parts.
        n_broken: Lines that could not be read.
        n_requests: Addresses asked in all, those of captures included.
        n_bytes: Bytes of the bodies that came back, as sent.
    """

    url: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: int | None = None
    n_documents: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    n_broken: int = 0
    n_requests: int = 0
    n_bytes: int = 0

    @property
    def reason(self) -> str:
        """The commonest reason why something could not be read; empty where all was."""
        return self.unread.most_common(1)[0][0] if self.unread else ""


class Reader(Protocol):
    """An archive.

    Attributes:
        reading: How the reading of its index went.
        fetchers: Who asks its hosts.
    """

    reading: IndexReading
    fetchers: tuple[Fetcher, ...]

    async def read_index(self, take: Callable[[Line], None]) -> None:
        """Hand over each capture of the site in the period, as far as the index gives them; some may come twice."""

    async def obtain(self, key: str, line: Line, notes: Notes) -> str:
        """Fetch a capture and keep it; returns the outcome, `ok` where something was kept."""


def reader_of(order: Order, crawler: Crawler, is_time_up: Callable[[], bool]) -> Reader:
    """The reader that an order needs."""
    return (WaybackReader if order.kind == "wayback" else CommonCrawlReader)(order, crawler, is_time_up)


class _Base:
    def __init__(self, order: Order, crawler: Crawler, is_time_up: Callable[[], bool], url: str) -> None:
        self._order = order
        self._is_time_up = is_time_up
        self._index = self._fetcher(crawler, order.endpoint)
        self.fetchers: tuple[Fetcher, ...] = (self._index,)
        self.reading = IndexReading(url)

    def _fetcher(self, crawler: Crawler, url: str) -> Fetcher:
        order = self._order
        return Fetcher(crawler, url, order.delay_s, allow_private=order.allow_private, limits=order.limits)

    async def _ask(self, fetcher: Fetcher, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        answer = await fetcher.document(url, headers=headers)
        self.reading.n_requests += 1
        self.reading.n_bytes += len(answer.raw_body)
        return answer

    async def _ask_index(self, url: str) -> Answer | None:
        """An answer of the index server; None where it is not to be asked any more."""
        if self._index.gave_up or self._is_time_up():
            self.reading.unread[GAVE_UP if self._index.gave_up else TIME_LIMIT] += 1
            return None
        answer = await self._ask(self._index, url)
        if self.reading.status is None:
            self.reading.status = answer.status
        return answer

    def _index_in(self, answer: Answer) -> Listing | None:
        """The part of the index in an answer; None, and the reason noted, where there is none."""
        if answer.outcome != outcomes.OK:
            self.reading.unread[answer.outcome] += 1
            return None
        listing = cdx.read(answer.body)
        self.reading.n_broken += listing.broken
        if not listing.is_index:
            self.reading.unread[NO_INDEX] += 1
            return None
        self.reading.n_documents += 1
        return listing


class WaybackReader(_Base):
    """An archive with a CDX server and raw replay: pywb, OpenWayback, the Internet Archive."""

    def __init__(self, order: Order, crawler: Crawler, is_time_up: Callable[[], bool]) -> None:
        self._layout = layout_of(order.endpoint)
        super().__init__(order, crawler, is_time_up, self._layout.query(order.site, order.first, order.last))

    async def read_index(self, take: Callable[[Line], None]) -> None:
        """Ask for the whole period; where an answer is too much for one, for its halves."""
        periods = [(self._order.first, self._order.last)]
        while periods:
            first, last = periods.pop()
            if not await self._read_period(first, last, take):
                halves = list(cdx.halves(first, last))
                if not halves:
                    self.reading.unread[outcomes.TOO_LARGE] += 1
                # The earlier half is asked first.
                periods.extend(reversed(halves))

    async def _read_period(self, first: str, last: str, take: Callable[[Line], None]) -> bool:
        """Whether the period is done with; False where it is too much for one question."""
        key = ""
        for _ in range(_MOST_KEYS):
            answer = await self._ask_index(self._layout.query(self._order.site, first, last, key))
            if answer is None:
                return True
            if answer.outcome in _SPLIT_ON and not key:
                return False
            listing = self._index_in(answer)
            if listing is None:
                return True
            for line in listing.lines:
                take(line)
            if not listing.resume_key or listing.resume_key == key:
                # A server that knows no keys and stops at the limit does not say that it stopped.
                return bool(key) or len(listing.lines) + listing.broken < MOST_LINES
            key = listing.resume_key
        self.reading.unread[outcomes.TOO_LARGE] += 1
        return True

    async def obtain(self, key: str, line: Line, notes: Notes) -> str:
        """Replay a capture."""
        answer = await self._ask(self._index, self._layout.raw(line))
        if answer.outcome != outcomes.OK:
            return answer.outcome
        try:
            original = original_of(answer, line)
        except OtherCaptureError:
            return OTHER_CAPTURE
        notes.replayed(key, line, original, answer)
        return outcomes.OK


class CommonCrawlReader(_Base):
    """Common Crawl: an index server with one index a month, and records in files on another host."""

    def __init__(self, order: Order, crawler: Crawler, is_time_up: Callable[[], bool]) -> None:
        super().__init__(order, crawler, is_time_up, commoncrawl.collections_url(order.endpoint))
        self._records = self._index
        if host(order.records_url) != host(order.endpoint):
            self._records = self._fetcher(crawler, order.records_url)
            self.fetchers = (self._index, self._records)

    async def read_index(self, take: Callable[[Line], None]) -> None:
        """Ask each crawl of the period for all its pages."""
        for name in await self._collections():
            for page in range(await self._pages(name)):
                answer = await self._ask_index(self._query(name, page))
                if answer is None:
                    return
                listing = Listing() if _has_none(answer) else self._index_in(answer)
                for line in listing.lines if listing else ():
                    take(line)

    async def _collections(self) -> list[str]:
        answer = await self._ask_index(self.reading.url)
        if answer is None:
            return []
        if answer.outcome != outcomes.OK:
            self.reading.unread[answer.outcome] += 1
            return []
        since, until = date.fromisoformat(self._order.since), date.fromisoformat(self._order.until)
        try:
            names = commoncrawl.collections(answer.body, since, until)
        except commoncrawl.NotAListOfCrawlsError:
            self.reading.unread[NO_INDEX] += 1
            return []
        self.reading.n_documents += 1
        return names

    async def _pages(self, name: str) -> int:
        answer = await self._ask_index(self._query(name, None))
        if answer is None or _has_none(answer):
            return 0
        pages = cdx.read_page_count(answer.body) if answer.outcome == outcomes.OK else None
        if pages is None:
            self.reading.unread[NO_INDEX if answer.outcome == outcomes.OK else answer.outcome] += 1
        return pages or 0

    def _query(self, name: str, page: int | None) -> str:
        order = self._order
        return commoncrawl.query(order.endpoint, name, order.site, order.first, order.last, page)

    async def obtain(self, key: str, line: Line, notes: Notes) -> str:
        """Download one record out of its file."""
        if not line.filename or line.offset < 0 or not 0 < line.length <= self._order.limits.body_bytes:
            return BROKEN_RECORD
        url = commoncrawl.record_url(self._order.records_url, line)
        answer = await self._ask(self._records, url, {"Range": commoncrawl.byte_range(line)})
        if answer.outcome != outcomes.OK:
            return answer.outcome
        try:
            record, capture = read_member(answer.raw_body)
        except ValueError:
            return BROKEN_RECORD
        if canonical(capture.url) != canonical(line.url) or cdx.stamp(capture.fetched_at) != line.timestamp:
            return OTHER_CAPTURE
        if record.rec_headers.get_header("WARC-Truncated"):
            return outcomes.TRUNCATED
        notes.copied(key, record, capture, answer)
        return outcomes.OK


def _has_none(answer: Answer) -> bool:
    """Whether this is how a server of Common Crawl says that it holds nothing of a host: 404 and a message."""
    return answer.outcome == outcomes.GONE and bool(cdx.read(answer.body).message)
