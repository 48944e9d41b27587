"""Time of a crawl, which never runs backwards.

The wall clock of a small machine jumps: its battery is empty, somebody sets it, the network corrects it. What was
seen later must bear a later time, or an old version of a page would count as the newest. So a crawl takes the time
once, when it is ordered (`theodoi.steps.crawl` sees to it that this is later than all that the lake knows), and
counts from there with a clock that cannot be set.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic


class Clock:
    """Counts on from a given moment.

    Args:
        begun_at: Moment at which the crawl was ordered, aware.
    """

    def __init__(self, begun_at: datetime) -> None:
        self._begun_at = begun_at.astimezone(UTC)
        self._zero = monotonic()

    def now(self) -> datetime:
        """This moment, UTC."""
        return self._begun_at + timedelta(seconds=monotonic() - self._zero)
