"""When a site may be asked again: its delay, its own wishes, its hours and the day's budget."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from time import monotonic
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# An operator who asks for more than this between two requests has in effect closed the site to us.
_LONGEST_DELAY_S = 300.0
# A slow server gets as much rest as its answers take, up to a minute (Scrapy's AutoThrottle has the same bound).
_LONGEST_THROTTLE_S = 60.0
# Whom Retry-After sends away for longer comes back with the next crawl.
LONGEST_PAUSE_S = 600.0

BUDGET = "budget"
HOURS = "hours"
TIME_LIMIT = "time_limit"
# What a request ends as that was not sent because of that.
CLOSED = frozenset({BUDGET, HOURS, TIME_LIMIT})


class ClosedError(Exception):
    """The site may not be asked any more by this crawl; says why."""


class Pace:
    """Hands out turns to ask one site.

    With a delay there is one request at a time, and the next begins no sooner than the delay after the last answer was
    there: counted from our own start, a request that took long to reach the site would be followed too soon. A site
    that answers slowly is asked more slowly (AutoThrottle's rule with one request at once). Without a delay, which
    only private hosts allow, `parallel` requests run at once.

    Args:
        delay_s: Least time between two requests.
        parallel: Requests at once where there is no delay.
        budget: Requests that are left for today; None: no bound.
        hours: `HH:MM-HH:MM` local time in which the site may be asked, past midnight where the second lies before the
            first; empty: at any hour.
        now: Tells the time of day, aware.
        ends: When the crawl must be over, by the monotonic clock: nobody waits for a turn that comes later.

    Attributes:
        delay_s: The delay in force, robots.txt and slow answers counted.
        n_requests: Turns handed out.
    """

    def __init__(
        self,
        delay_s: float,
        *,
        parallel: int = 1,
        budget: int | None = None,
        hours: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        ends: float = math.inf,
    ) -> None:
        self.delay_s = delay_s
        self.n_requests = 0
        self._least_s = delay_s
        self._budget = budget
        self._hours = hours
        self._now = now
        self._ends = ends
        self._is_out_of_time = False
        self._turns = asyncio.Semaphore(1 if delay_s else parallel)
        self._last_end = self._not_before = float("-inf")

    @property
    def closed(self) -> str:
        """Why the site may not be asked any more by this crawl; empty where it may."""
        if self._is_out_of_time:
            return TIME_LIMIT
        if self._budget is not None and self.n_requests >= self._budget:
            return BUDGET
        return "" if is_open(self._hours, self._now()) else HOURS

    def slow_down(self, wished_s: float) -> None:
        """Keep at least the delay that robots.txt asks for."""
        if wished_s > self._least_s and math.isfinite(wished_s):
            if not self._least_s:
                self._turns = asyncio.Semaphore(1)
            self._least_s = min(wished_s, _LONGEST_DELAY_S)
            self.delay_s = max(self.delay_s, self._least_s)

    def pause(self, seconds: float) -> None:
        """Ask for nothing before that time is over; for no longer than `LONGEST_PAUSE_S`."""
        self._not_before = max(self._not_before, monotonic() + min(seconds, LONGEST_PAUSE_S))

    def answered(self, latency_s: float, *, well: bool) -> None:
        """Take note of how long the site took for an answer.

        Args:
            latency_s: Seconds from the request to the whole answer.
            well: Whether it was a proper one: errors are often quick and must not speed us up.
        """
        if not self._least_s:
            return
        mean = (self.delay_s + latency_s) / 2
        delay = min(max(latency_s, mean, self._least_s), max(_LONGEST_THROTTLE_S, self._least_s))
        if well or delay > self.delay_s:
            self.delay_s = delay

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until the site may be asked, and hold the turn until the answer is there.

        Raises:
            ClosedError: The budget was spent or the hours ended, before this or while it waited; or the turn would come
                after the end of the crawl.
        """
        while True:
            turns = self._turns
            async with turns:
                # A pause may be ordered by the answer to another request while this one waits.
                while (wait := max(self._last_end + self.delay_s, self._not_before) - monotonic()) > 0:
                    if monotonic() + wait > self._ends:
                        self._is_out_of_time = True
                        raise ClosedError(TIME_LIMIT)
                    await asyncio.sleep(wait)
                # Who waited while many might ask at once queues up anew where meanwhile one may.
                if turns is not self._turns:
                    continue
                if self.closed:
                    raise ClosedError(self.closed)
                self.n_requests += 1
                try:
                    yield
                finally:
                    self._last_end = monotonic()
                return


def is_open(hours: str, at: datetime) -> bool:
    """Whether a moment lies in a stretch of the local day (`HH:MM-HH:MM`); an empty stretch is the whole day."""
    if not hours:
        return True
    begin, end = (time.fromisoformat(h) for h in hours.split("-"))
    now = at.astimezone(LOCAL).time()
    return begin <= now < end if begin < end else now >= begin or now < end


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from 0; None where it is missing or makes no sense."""
    value = value.strip()
    if value.isdecimal():
        return float(value)
    moment = http_date(value)
    return max(0.0, (moment - now).total_seconds()) if moment is not None else None


def http_date(value: str) -> datetime | None:
    """The moment that a header field names, aware; None where it is missing or makes no sense."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
