"""How complete are we at most, by how much the channels of a site agree?

Capture-recapture takes channels for independent. Those of one CMS read one database: what the front page forgets, the
sitemap forgets too. Agreement then looks like completeness, so these figures are ceilings, never estimates.
"""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm

from transforms.completeness.interval import CONFIDENCE

_DEVIATIONS = float(norm.ppf((1 + CONFIDENCE) / 2))


@dataclass(frozen=True, slots=True)
class AtMostComplete:
    """An optimistic bound: we are this complete at most, and less where channels depend on each other.

    Attributes:
        share: Share of the articles that we have, at most; 0 to 1.
        total: Number of articles that there are, at least.
        share_low: Lower 95 % limit of `share` if channels were independent; None where the method has none.
        share_high: Upper one.
        variance: Variance of `total` under the same condition.
    """

    share: float
    total: float
    share_low: float | None = None
    share_high: float | None = None
    variance: float | None = None


def at_most_complete_by_two_channels(n_first: int, n_second: int, n_both: int) -> AtMostComplete | None:
    """Chapman's estimate from two channels (Chapman 1951), as a ceiling.

    Args:
        n_first: Articles that the first channel listed.
        n_second: Articles that the second listed.
        n_both: Articles that both listed.

    Returns:
        None when neither listed any.

    Raises:
        ValueError: More in both than in one.
    """
    if not 0 <= n_both <= min(n_first, n_second):
        raise ValueError(f"impossible channels: {n_both} in both of {n_first} and {n_second}")
    union = n_first + n_second - n_both
    if union == 0:
        return None
    total = (n_first + 1) * (n_second + 1) / (n_both + 1) - 1
    variance = (
        (n_first + 1) * (n_second + 1) * (n_first - n_both) * (n_second - n_both) / ((n_both + 1) ** 2 * (n_both + 2))
    )
    reach = _DEVIATIONS * sqrt(variance)
    return AtMostComplete(
        share=min(union / total, 1.0),
        total=total,
        share_low=union / max(total + reach, union),
        share_high=union / max(total - reach, union),
        variance=variance,
    )


def at_most_complete_by_rare_articles(
    n_seen: int, n_once: int, n_twice: int, *, n_channels: int
) -> AtMostComplete | None:
    """Chao's lower bound of the number of articles as a ceiling of the share we have.

    Bias-corrected and for a known number of lists (Chao 1987; the form called Chao2). Without the factor for their
    number, which only many lists can spare, two independent channels would seem to miss twice what they miss.

    Args:
        n_seen: Articles that any channel listed.
        n_once: Of them those that exactly one channel listed.
        n_twice: Those that exactly two channels listed.
        n_channels: Channels that could have listed them.

    Returns:
        Without limits: an interval around a bound would pass for one around the truth. None when nothing was seen, or
        with fewer than two channels.

    Raises:
        ValueError: The counts contradict each other.
    """
    if min(n_once, n_twice) < 0 or n_once + n_twice > n_seen:
        raise ValueError(f"impossible counts: {n_once} once and {n_twice} twice of {n_seen} seen")
    if n_seen == 0 or n_channels < 2:
        return None
    total = n_seen + (n_channels - 1) / n_channels * n_once * (n_once - 1) / (2 * (n_twice + 1))
    return AtMostComplete(share=n_seen / total, total=total)
