"""How much a source publishes in a week, by its own past."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from transforms.completeness.silence import LEAST_ITEMS

_WEEK = timedelta(days=7)
# Two years hold each season twice.
_MOST_WEEKS = 104
# Of fewer the spread means nothing.
_LEAST_WEEKS = 8
# Outside of the range one week in twenty, half of them above.
_TAIL = 0.025


def weeks_before(published: Sequence[date], *, since: date, today: date, blind: Collection[date] = ()) -> list[int]:
    """Items of each whole week before the one that ends today, the latest first; weeks with a blind day are left out.

    Args:
        published: Day of publication of each item, in any order.
        since: First day of which we would know what was published.
        today: Last day of the present week.
        blind: Days on which we could not look.
    """
    of_day, weeks, end = Counter(published), [], today - _WEEK
    for _ in range(_MOST_WEEKS):
        days = [end - timedelta(days=n) for n in range(7)]
        if days[-1] < since:
            break
        if not any(day in blind for day in days):
            weeks.append(sum(of_day[day] for day in days))
        end -= _WEEK
    return weeks


def usual_week(weeks: Sequence[int]) -> tuple[int, int] | None:
    """Least and most items of an ordinary week: 95 % of a negative binomial with the mean and variance of past weeks.

    Sites publish in bursts, so Poisson's range would be too narrow; it is the limit where the past was no burstier.

    Args:
        weeks: Items of past weeks.

    Returns:
        None under eight weeks or ten items.
    """
    if len(weeks) < _LEAST_WEEKS or sum(weeks) < LEAST_ITEMS:
        return None
    from scipy.stats import nbinom, poisson

    mean = sum(weeks) / len(weeks)
    variance = sum((n - mean) ** 2 for n in weeks) / (len(weeks) - 1)
    past = poisson(mean) if variance <= mean else nbinom(mean**2 / (variance - mean), mean / variance)
    return int(past.ppf(_TAIL)), int(past.ppf(1 - _TAIL))
