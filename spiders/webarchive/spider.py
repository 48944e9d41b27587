"""The spider of one source in one web archive: lists its captures, fetches those that are missing, notes everything."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import scrapy

from spiders import outcomes
from spiders.journal import report
from spiders.platforms import platform_of
from spiders.webarchive.cdx import Line
from spiders.webarchive.notes import Notes
from spiders.webarchive.order import Order
from spiders.webarchive.readers import GAVE_UP, TIME_LIMIT, Reader, reader_of
from spiders.webarchive.selection import Selection


class WebArchiveSpider(scrapy.Spider):  # type: ignore[misc]  # mypy skips scrapy's own types
    """Does one order.

    Args:
        order: The order.
        folder: The job folder.

    Attributes:
        finished: Whether it came to its end by itself.
    """

    name = "webarchive"

    def __init__(self, order: Order, folder: Path) -> None:
        super().__init__()
        self.order = order
        self.finished = False
        self._notes = Notes(order, folder)
        self._begun_at = datetime.now(UTC)
        self._ends = monotonic() + order.limits.wall_s
        self._n_already = 0
        self._outcomes: Counter[str] = Counter()

    async def start(self) -> AsyncIterator[Any]:
        """List, choose, fetch; the engine gets nothing to schedule, for an archive is asked in one order."""
        self._selection = Selection(self.order.site_url, platform_of(self.order.platform))
        self._reader: Reader = reader_of(self.order, self.crawler, self._is_time_up)
        self._sum_up("killed")
        try:
            await self._reader.read_index(self._take)
            self._note_listing()
            ended = await self._fetch(self._missing())
            self._sum_up(ended)
        finally:
            self._notes.close()
        self.finished = True
        return
        yield

    def _take(self, line: Line) -> None:
        self._selection.add(line)
        if self._selection.n_lines % 1000 == 0:
            report(event="listed", found=len(self._selection.keys))

    def _is_time_up(self) -> bool:
        return monotonic() > self._ends

    def _missing(self) -> list[tuple[str, Line]]:
        known = self.order.known
        chosen = list(self._selection.chosen())
        missing = [(k, c) for k, c in chosen if not {(k, c.timestamp), (k, c.digest)} & known]
        self._n_already = len(chosen) - len(missing)
        return missing

    def _note_listing(self) -> None:
        reading, keys = self._reader.reading, self._selection.keys
        for position, key in enumerate(keys):
            if key not in self.order.listed:
                self._notes.discovered(key, self._selection.first(key).url, reading.url, position)
        known = {key for key, _ in self.order.known}
        n_known = sum(key in known for key in keys)
        self._notes.polled(
            channel_url=reading.url,
            polled_at=reading.at,
            outcome="ok" if reading.n_documents else "blind",
            reason=reading.reason,
            http_status=reading.status,
            n_seen=len(keys),
            n_known=n_known,
            n_new=len(keys) - n_known,
            depth=reading.n_documents,
            overlap_reached=False,
            exhausted=bool(reading.n_documents) and not reading.unread,
            # An archive keeps what somebody happened to capture: its silence covers no day.
            covers_from=None,
        )

    async def _fetch(self, missing: list[tuple[str, Line]]) -> str:
        """Fetch the captures; returns how it ended."""
        report(event="fetched", done=0, found=len(missing))
        for done, (key, line) in enumerate(missing, 1):
            if self._is_time_up():
                return TIME_LIMIT
            if any(f.gave_up for f in self._reader.fetchers):
                return GAVE_UP
            self._outcomes[await self._reader.obtain(key, line, self._notes)] += 1
            self._sum_up("killed")
            report(event="fetched", done=done, found=len(missing))
        return "finished"

    def _sum_up(self, ended: str) -> None:
        reading = self._reader.reading
        self._notes.summary(
            kind="archive",
            started_at=self._begun_at,
            ended_at=datetime.now(UTC),
            ended=ended,
            n_requests=reading.n_requests,
            n_bytes=reading.n_bytes,
            delay_s=self.order.delay_s,
            robots=outcomes.ROBOTS if outcomes.ROBOTS in reading.unread else outcomes.OK,
            n_addresses=len(self._selection.keys),
            n_already=self._n_already,
            n_broken=reading.n_broken,
            unread=dict(reading.unread),
            outcomes=dict(self._outcomes),
        )
