"""Does an agency write all along, or once and then not again?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp

from transforms.completeness.workdays import working_days

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Continuity:
    """How steadily a topic was written of in a period.

    Attributes:
        n_active_weeks: Weeks, Monday to Sunday, with an article.
        n_observable_weeks: Weeks of which we know whether they had one: with an article, or seen on each working day.
        longest_silence: Most working days in a row without an article, blind days left out, Tết not counted.
        chance: That a gap is at least so long, exp(-rate x gap), were articles to come at random at the agency's own
            rate: of one given gap.
        chance_of_longest: That the longest of as many gaps is; the one to look at before calling a silence unusual.
    """

    n_active_weeks: int
    n_observable_weeks: int
    longest_silence: int
    chance: float | None
    chance_of_longest: float | None

    @property
    def share(self) -> float | None:
        """Active weeks among those that could be observed; None without any."""
        return self.n_active_weeks / self.n_observable_weeks if self.n_observable_weeks else None


def continuity(published: Collection[date], *, since: date, until: date, blind: Collection[date] = ()) -> Continuity:
    """Active weeks and the longest silence from one day to another, both included.

    Args:
        published: Day of publication of each article, in any order; one entry per article.
        since: First day of the period.
        until: Last day.
        blind: Days on which we could not look.

    Raises:
        ValueError: The period ends before it begins.
    """
    if until < since:
        raise ValueError(f"a period from {since} to {until}")
    items = [day for day in published if since <= day <= until]
    days = set(items)
    unseen = {day for day in blind if since <= day <= until} - days
    active = {_monday(day) for day in days}
    weeks = {_monday(since + n * _DAY) for n in range((until - since).days + 1)}
    observable = active | {week for week in weeks if _is_seen(week, since, until, unseen)}
    gaps = _silences(days, unseen, since, until)
    longest = max(gaps)
    seen_days = working_days(since - _DAY, until, without=unseen)
    chance = chance_of_longest = None
    if items and seen_days:
        # A gap of g days holds g days without an article.
        chance = exp(-len(items) / seen_days * longest)
        chance_of_longest = 1 - (1 - chance) ** len(gaps)
    return Continuity(len(active), len(observable), longest, chance, chance_of_longest)


def _silences(days: Collection[date], unseen: Collection[date], since: date, until: date) -> list[int]:
    """Working days between articles, and before the first and after the last; a blind day neither counts nor ends one.

    Whether an article came on a blind day is not known, so silences across one are of seen days only.
    """
    marks = [since - _DAY, *sorted(days), until + _DAY]
    return [working_days(one, two - _DAY, without=unseen) for one, two in pairwise(marks)]


def _is_seen(monday: date, since: date, until: date, unseen: Collection[date]) -> bool:
    """Whether every working day of a week was seen, and it has any within the period."""
    first, last = max(monday, since) - _DAY, min(monday + 6 * _DAY, until)
    n_days = working_days(first, last)
    return n_days > 0 and working_days(first, last, without=unseen) == n_days


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY
