"""How soon after a document or an event does an agency write of it? What it never wrote of counts, as still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from warnings import catch_warnings, simplefilter

from scipy.stats import CensoredData, ecdf

from transforms.completeness.interval import CONFIDENCE, Interval

WITHIN_DAYS = (1, 3, 7)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Kaplan & Meier's estimate over the triggers of a period.

    Attributes:
        n_triggers: Documents and events.
        n_covered: Of them those with an article by now.
        median: Days until half are covered, with its limits; `high` is None where that was not yet certain to happen.
            None where half are not covered by the longest time waited.
        within: Share covered within so many days; None where nobody waited so long yet and the share is not known.
    """

    n_triggers: int
    n_covered: int
    median: tuple[float, float, float | None] | None
    within: dict[int, Interval | None]


def timeliness(lags: Sequence[float], waits: Sequence[float]) -> Timeliness | None:
    """Median and shares by Kaplan & Meier, limits on the log-log scale.

    Averaging the lags of what was covered would hide what never was; here those triggers stay in the number at risk for
    as long as they were waited for. What is assumed: how long one waited has nothing to do with how late an article
    comes. Waits end on the day up to which data reach, so that holds unless habits change.

    Args:
        lags: Days from trigger to first article, for the covered triggers; an article that announces is 0 days late.
        waits: Days from trigger to the last day observed, for the others.

    Returns:
        None without a trigger.

    Raises:
        ValueError: A negative number of days.
    """
    if not len(lags) + len(waits):
        return None
    if min([*lags, *waits]) < 0:
        raise ValueError("an article before its trigger is 0 days late, not less")
    survival = ecdf(CensoredData(uncensored=list(lags), right=list(waits))).sf
    with catch_warnings():
        # Limits are undefined before the first and after the last event; `_share` says what stands there.
        simplefilter("ignore", RuntimeWarning)
        limits = survival.confidence_interval(CONFIDENCE, method="log-log")
    days, open_ = survival.quantiles, survival.probabilities
    low, high = limits.low.probabilities, limits.high.probabilities
    within: dict[int, Interval | None] = {}
    for limit in WITHIN_DAYS:
        at = int((days <= limit).sum()) - 1
        still, least, most = (1.0, 1.0, 1.0) if at < 0 else (float(curve[at]) for curve in (open_, low, high))
        n_still_open = sum(lag > limit for lag in lags) + sum(wait >= limit for wait in waits)
        # Once all are covered, that is known for good; else somebody must have waited so long.
        is_known = n_still_open > 0 or still == 0
        within[limit] = _share(still, least, most, n_still_open or len(lags)) if is_known else None
    return Timeliness(len(lags) + len(waits), len(lags), _median(days, open_, low, high), within)


def _share(open_: float, low: float, high: float, n: int) -> Interval:
    """Share covered. Where none or all are, Kaplan & Meier have no limits: those of Clopper & Pearson for n of n."""
    bound = ((1 - CONFIDENCE) / 2) ** (1 / n)
    if open_ == 1:
        low, high = bound, 1.0
    elif open_ == 0 or isnan(low):
        low, high = 0.0, 1 - bound
    return Interval(1 - open_, 1 - max(high, open_), 1 - min(low, open_))


def _median(
    days: Sequence[float], open_: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> tuple[float, float, float | None] | None:
    """First day on which at most half are open, and the days on which the limits get there (Brookmeyer & Crowley)."""

    def first(curve: Sequence[float]) -> float | None:
        return next((float(day) for day, share in zip(days, curve, strict=True) if share <= 0.5), None)

    median = first(open_)
    if median is None:
        return None
    soonest = first(low)
    return median, min(median, soonest) if soonest is not None else median, first(high)
