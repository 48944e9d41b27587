"""When the sites of the sample publish: working days, seasons, Tết, office hours."""

import random
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate

from demo.page import LOCAL
from demo.sources import SourcePlan

# Enrolment in spring and summer, year-end reports in autumn, little around Tết.
_MONTHS = {1: 0.8, 2: 0.8, 3: 1.2, 4: 1.2, 5: 1.3, 6: 1.3, 7: 1.2, 8: 1.2, 9: 1.0, 10: 1.1, 11: 1.3, 12: 1.0}
_TET = ((date(2023, 1, 20), date(2023, 1, 26)), (date(2024, 2, 8), date(2024, 2, 14)))
# Even newspapers write little in the week of Tết; offices nothing worth counting.
_TET_WEIGHT = 0.2
_SATURDAY = 5


def draw_moment(plan: SourcePlan, rng: random.Random, not_before: date | None = None) -> datetime:
    """A time of publication on one site.

    Args:
        plan: The site, with its days and hours.
        rng: Chance.
        not_before: Earliest day, where the piece could not be written before.
    """
    first = max(plan.first_day, not_before or plan.first_day)
    days, weights = _working_days(first, plan.last_day, plan.weekend)
    day = rng.choices(days, cum_weights=weights)[0]
    return at_office_hours(day, plan, rng)


def at_office_hours(day: date, plan: SourcePlan, rng: random.Random) -> datetime:
    """Some time of that day at which the site publishes."""
    opening, closing = plan.hours
    seconds = rng.randint(opening * 3600, closing * 3600 + 3599)
    return datetime.combine(day, time(), tzinfo=LOCAL) + timedelta(seconds=seconds)


@cache
def _working_days(first: date, last: date, weekend: float) -> tuple[list[date], list[float]]:
    """The days of an interval and their weights added up."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return days, list(accumulate(_weight(d, weekend) for d in days))


def _weight(day: date, weekend: float) -> float:
    weight = _MONTHS[day.month]
    if day.weekday() >= _SATURDAY:
        weight *= weekend
    if any(first <= day <= last for first, last in _TET):
        weight *= _TET_WEIGHT
    return weight
