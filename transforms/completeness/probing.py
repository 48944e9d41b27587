"""How many articles did every channel miss? Random ids that nothing had shown are asked for; the hits are counted.

Nothing is assumed about the channels. What is assumed: the ids were drawn at random without replacement, every drawn id
that is counted gave an answer, and the articles asked about carry ids of that one range.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import hypergeom

from transforms.completeness.interval import CONFIDENCE, Interval

_TAIL = (1 - CONFIDENCE) / 2
# Tails are sums of rounded floats; a tail that equals the limit exactly is to count as inside.
_ROUNDING = 1e-9
# Points tried at once: a call and a point cost about the same here.
_TRIED = 8

Counts = npt.NDArray[np.int64]


def missed_by_probing(n_unknown: int, n_drawn: int, n_found: int) -> Interval | None:
    """Number of public articles among ids that no channel had shown, those that the probe found included.

    The limits invert the hypergeometric distribution at its *mid-p* tails, P(K < k) + P(K = k)/2. Counts are few and
    whole, so an interval that never covers less than 95 % covers more almost everywhere: equal tails about 97 %,
    98-99 % where the probe met a few articles. Mid-p covers 95-96 % over all, and each of its limits by itself errs in
    at most 5 % of the sites whatever the truth is, because a mid-p tail is at least half of the whole tail. Blaker's
    interval, which never covers less than 95 %, lies between the two and has no monotonic limits to search for.
    `python -m benchmarks.completeness` prints all three on the same sites, and how their mix decides the figure.

    Args:
        n_unknown: Ids of the month's range that belong to no known address.
        n_drawn: Of them drawn and answered. A failed request says nothing: leave it out of the draw.
        n_found: Of the drawn the public articles.

    Returns:
        Articles; low and high are whole, and equal to `n_found` when every id was drawn. None when nothing was drawn
        although there was something to draw from.

    Raises:
        ValueError: The counts contradict each other.
    """
    if not 0 <= n_found <= n_drawn <= n_unknown:
        raise ValueError(f"impossible probe: {n_found} found of {n_drawn} drawn of {n_unknown} unknown")
    if n_drawn == 0:
        return None if n_unknown else Interval(0, 0, 0)
    high = _most(n_unknown, n_drawn, n_found)
    # The articles' lower limit is what the upper limit of all other ids leaves.
    low = n_unknown - _most(n_unknown, n_drawn, n_drawn - n_found)
    # With nearly everything drawn, the proportional estimate can lie a fraction of one article beside the whole limits.
    estimate = min(max(n_unknown * n_found / n_drawn, low), high)
    return Interval(estimate, low, high)


def still_missed(n_unknown: int, n_drawn: int, n_found: int) -> Interval | None:
    """Number of articles missed once those that the probe found are counted as known; arguments as above."""
    missed = missed_by_probing(n_unknown, n_drawn, n_found)
    if missed is None:
        return None
    return Interval(*(value - n_found for value in (missed.estimate, missed.low, missed.high)))


def share_seen(n_articles: int, missed: Interval) -> Interval:
    """Share of a source-month's articles that we have: found / (found + missed).

    Args:
        n_articles: Articles that we have. Without those that only the probe found, beside `missed_by_probing`; with
            them, beside `still_missed`.
        missed: Articles that we have not.

    Returns:
        0 to 1; 1 where nothing was published and nothing missed.
    """
    return Interval(*(_share(n_articles, value) for value in (missed.estimate, missed.high, missed.low)))


def _share(found: int, missed: float) -> float:
    return found / (found + missed) if found + missed else 1.0


def _most(n_unknown: int, n_drawn: int, n_found: int) -> int:
    """Largest number of articles for which so few hits are not yet too rare."""

    def common_enough(articles: Counts) -> npt.NDArray[np.bool_]:
        fewer, not_more = (hypergeom.cdf(k, n_unknown, articles, n_drawn) for k in (n_found - 1, n_found))
        common: npt.NDArray[np.bool_] = (fewer + not_more) / 2 >= _TAIL * (1 - _ROUNDING)
        return common

    return _last(common_enough, n_found, n_unknown - n_drawn + n_found)


def _last(holds: Callable[[Counts], npt.NDArray[np.bool_]], first: int, last: int) -> int:
    """Last whole number of a stretch for which something holds that may stop to hold but never begins again."""
    while first < last:
        tried = np.unique(np.linspace(first, last, _TRIED).astype(np.int64))
        n_holding = int(np.count_nonzero(holds(tried)))
        if n_holding < len(tried):
            last = int(tried[n_holding]) - 1
        first = max(first, int(tried[max(n_holding, 1) - 1]))
    return first
