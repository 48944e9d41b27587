"""One reading of a channel: what it showed, and what that proves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from spiders.channels import LOCAL
from spiders.frontier import ChannelState, Noted

# So many known items in a row prove that a listing hides nothing new behind them; fewer may be pinned ones.
_KNOWN_RUN = 3

EMPTY_LISTING = "empty_listing"
CANARY_LOST = "canary_lost"
BROKEN_XML = "broken_xml"
DEPTH_LIMIT = "depth_limit"
# Channels that show the newest first; the times of a sitemap are those of the last change, in any order.
_NEWEST_FIRST = ("feed", "listing", "calendar")


@dataclass(slots=True)
class Poll:
    """A reading while it goes on.

    Attributes:
        channel: feed, sitemap, listing, calendar or tag.
        url: First address of the channel.
        state: What earlier crawls know of it.
        reading: Number of this reading in this crawl, from 1.
        at: When it began.
        outcome: `ok`, or `blind`: we could not look.
        reason: Why blind, or why the reading ended early.
        status: HTTP status of the first answer.
        depth: Documents read.
        overlap: Whether known ground was reached: nothing hides between this reading and the one before.
        exhausted: Whether the channel was read to its end.
        window_passed: Whether the reading ended because all behind lies before the days that are wanted.
        unmodified: Whether the channel answered that it is as it was.
        n_seen: Addresses listed.
        n_known: Of them seen by earlier crawls.
        head_seen: Addresses of the first document.
        head_known: Of them seen by earlier crawls.
        etag: ETag of the first document.
        last_modified: Last-Modified of it.
    """

    channel: str
    url: str
    state: ChannelState
    reading: int
    at: datetime
    outcome: str = "ok"
    reason: str = ""
    status: int | None = None
    depth: int = 0
    overlap: bool = False
    exhausted: bool = False
    window_passed: bool = False
    unmodified: bool = False
    n_seen: int = 0
    n_known: int = 0
    head_seen: int = 0
    head_known: int = 0
    etag: str = ""
    last_modified: str = ""
    _newest_met: bool = False
    _oldest: datetime | None = None
    _last: datetime | None = None
    _page_newest: datetime | None = field(default=None)

    def blind(self, reason: str) -> None:
        """We could not look."""
        self.outcome, self.reason = "blind", reason

    def saw(self, noted: Sequence[Noted]) -> None:
        """Take note of one document's items."""
        self.depth += 1
        fresh = [n for n in noted if n.fresh]
        known = sum(n.first_crawl is not None for n in fresh)
        self.n_seen += len(fresh)
        self.n_known += known
        if self.depth == 1:
            self.head_seen, self.head_known = len(fresh), known
        self._newest_met = self._newest_met or any(n.item.key in self.state.newest for n in noted)
        times = [t for n in noted if (t := n.item.at or n.item.changed_at) is not None]
        if times:
            self._last, self._page_newest = times[-1], max(times)
            self._oldest = min(times) if self._oldest is None else min(self._oldest, *times)

    def known_before(self, noted: Noted) -> bool:
        """Whether the address was known when the channel was last read.

        What an interrupted crawl saw later does not count: it may have seen the newest page alone.
        """
        last = self.state.last_crawl
        return noted.first_crawl is not None and last is not None and noted.first_crawl <= last

    def reaches_known_ground(self, page: Sequence[Noted], following: Sequence[Noted]) -> bool:
        """Whether a page does; what the next page shows as well (menus, pinned items) is left out."""
        furniture = {n.item.key for n in following}
        run = 0
        for noted in page:
            if noted.item.key in furniture:
                continue
            run = run + 1 if self.known_before(noted) else 0
            if run >= _KNOWN_RUN:
                return True
        return False

    @property
    def canary(self) -> bool | None:
        """Whether one of the newest articles that the channel listed before is listed still.

        None: it listed none, or this reading was not to show the newest.
        """
        skipped = self.channel in ("calendar", "tag") or (self.channel == "sitemap" and self.window_passed)
        if self.outcome != "ok" or skipped or not self.state.newest:
            return None
        return self._newest_met or self.unmodified

    def close(self) -> None:
        """Judge the whole reading: an answer that shows neither news nor what was newest is another page."""
        if self.outcome == "ok" and self.canary is False and self.n_seen == self.n_known:
            self.blind(CANARY_LOST)

    @property
    def shows_from(self) -> datetime | None:
        """Begin of the stretch that the reading shows without a hole, by the times that the channel gives.

        Pinned items carry old times and stand at the top, so of a listing that was not read to its end the newest time
        of the last page counts.
        """
        if self.exhausted:
            return self._oldest
        return self._last if self.channel == "feed" or self.depth == 1 else self._page_newest

    @property
    def gap(self) -> tuple[datetime, datetime] | None:
        """The stretch in which the channel may have hidden articles since it was read before; None: it hid none.

        A reading that met no known ground and did not come to the end of the channel leaves one; so does one that was
        cut short. Before a channel was ever read there is no gap: what it shows of that time is `covers_from`.
        """
        if self.channel not in _NEWEST_FIRST or self.state.polled is None or self.outcome != "ok":
            return None
        if self.overlap or self.exhausted or self.unmodified or self.window_passed:
            return None
        # A channel that gives days only, or no times, does not tell where between the two readings the hole ends.
        end = self.shows_from
        return self.state.polled, end if end is not None and self.state.polled < end < self.at else self.at

    def covers_from(self, wanted_from: date | None, valid_from: date | None) -> date | None:
        """Earliest day of which the channel would have shown an article; None where it proves nothing.

        Args:
            wanted_from: First day that this crawl wants.
            valid_from: First day of the source.
        """
        if self.outcome != "ok" or self.channel == "tag":
            return None
        day = (self.shows_from or self.at).astimezone(LOCAL).date()
        whole = wanted_from or valid_from or day
        if self.exhausted or ((self.overlap or self.unmodified) and self.state.complete):
            return whole
        if self.window_passed and wanted_from is not None:
            return wanted_from
        if (self.unmodified or (self.overlap and self.channel in ("listing", "feed"))) and self.state.covers_from:
            return self.state.covers_from if self.unmodified else min(day, self.state.covers_from)
        return None if self.channel == "sitemap" else day
