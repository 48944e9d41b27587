"""For how long may a source publish nothing before somebody should look?

The clock is the second alarm. The first is the canary: whether what was known is still to be seen.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log

from transforms.completeness.workdays import working_days

# Two years hold each season twice; with less, a longest gap of its own is met too soon again.
FULL_HISTORY_DAYS = 730
# With fewer items neither a rate nor a longest gap means anything.
LEAST_ITEMS = 10
# A gap may be this much longer than the longest so far: about 0.1 to 0.2 false alarms per source-year.
_OVER_LONGEST = 1.25
# One false alarm in four years, were the items to come at random: rate x 365 gaps a year, four years.
_DAYS_PER_FALSE_ALARM = 4 * 365
# A rate per day becomes one per working day; Tết is 2 % more and left out, which makes the limit longer.
_WORKING_SHARE = 5 / 7
LEAST_LIMIT = 3.0
MOST_LIMIT = 75.0


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a source has been silent, in working days that we could look.

    Attributes:
        days: Working days since the newest item.
        limit: From more than so many days on it is an alarm; None while there is too little history.
    """

    days: int
    limit: float | None

    @property
    def is_alarm(self) -> bool:
        """Whether it has been silent for longer than its past explains."""
        return self.limit is not None and self.days > self.limit


def silence_limit(days_of_history: int, n_items: int, gaps: Iterable[float]) -> float | None:
    """Working days without an item after which a source is unusually silent.

    With two years of history 1.25 times the longest gap of its own; before, at least what items that come at random
    would exceed once in four years, ln(1460 rate) / rate. Never under 3 or over 75 days.

    Args:
        days_of_history: Days of the calendar on which we could see what it published.
        n_items: Items published on them.
        gaps: Finished gaps between neighbouring items, in working days, as `gaps_between` gives them.

    Returns:
        None under ten items.

    Raises:
        ValueError: Items without a day of history.
    """
    if n_items < LEAST_ITEMS:
        return None
    if days_of_history < 1:
        raise ValueError(f"{n_items} items in {days_of_history} days of history")
    limit = _OVER_LONGEST * max(gaps, default=0.0)
    if days_of_history < FULL_HISTORY_DAYS:
        rate = n_items / days_of_history
        # Under one item in four years the logarithm says nothing; the clamp does.
        at_random = log(_DAYS_PER_FALSE_ALARM * rate) / rate if _DAYS_PER_FALSE_ALARM * rate > 1 else MOST_LIMIT
        limit = max(limit, at_random * _WORKING_SHARE)
    return min(max(limit, LEAST_LIMIT), MOST_LIMIT)


def gaps_between(published: Iterable[date], *, blind: Collection[date] = ()) -> list[int]:
    """Working days between neighbouring days of publication.

    A blind day ends a stretch, because an item may have been published on it: what lies before and after it counts as
    two gaps of at least that length.

    Args:
        published: Days of publication, in any order.
        blind: Days on which we could not look.
    """
    days = sorted(set(published))
    stops = set(blind) - set(days)
    marks = sorted({*days, *(day for day in stops if days and days[0] < day < days[-1])})
    # A stretch that ends at a blind day ends on the day before.
    return [working_days(one, two - timedelta(days=1) if two in stops else two) for one, two in pairwise(marks)]


def silence(published: Sequence[date], *, since: date, today: date, blind: Collection[date] = ()) -> Silence | None:
    """How long a source has been silent by its own history.

    Args:
        published: Day of publication of each item, in any order.
        since: First day of which we would know what was published.
        today: Last day on which we looked.
        blind: Days since then on which we could not look; they are neither history nor silence.

    Returns:
        None when nothing was published from `since` to `today`.
    """
    items = [day for day in published if since <= day <= today]
    if not items:
        return None
    n_blind = sum(since <= day <= today for day in set(blind))
    days_of_history = max((today - since).days + 1 - n_blind, len(set(items)))
    return Silence(
        days=working_days(max(items), today, without=blind),
        limit=silence_limit(days_of_history, len(items), gaps_between(items, blind=blind)),
    )
