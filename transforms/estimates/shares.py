"""Shares: of the programme in what an agency publishes, of an agency in what all publish, of originals, of pick-up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from transforms.completeness.interval import CONFIDENCE, Interval

_Z = float(norm.ppf((1 + CONFIDENCE) / 2))
# Limits move by under a hundredth of themselves from seed to seed.
N_DRAWS = 10_000
_SEED = 1
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Voices:
    """Who is heard how much.

    Attributes:
        shares: Of each agency in the sum of all volumes.
        concentration: Herfindahl and Hirschman's index, the sum of the squared shares: 1 / number of agencies where all
            are heard alike, 1 where one alone is.
    """

    shares: list[Interval]
    concentration: Interval


def programme_share(volume: Interval, n_articles: int) -> Interval | None:
    """Share of the programme in all that an agency published, as crawled; None where it published nothing."""
    if n_articles == 0:
        return None
    return Interval(*(value / n_articles for value in (volume.estimate, volume.low, volume.high)))


def share_of_voice(volumes: Sequence[Interval], n_draws: int = N_DRAWS) -> Voices | None:
    """Each agency's share in the volume of all, and how concentrated it is.

    Limits by parametric bootstrap: volumes are drawn together, each from its own interval, and shares taken of it.
    The error that agencies have in common, their strata's, is drawn as if each had its own; it cancels in a share, so
    limits err towards wide. For originality give the two volumes of originals and copies.

    Args:
        volumes: Of the agencies compared, one kind of outlet: own sites, the newspaper and the portal are not mixed.
        n_draws: Draws of the bootstrap; the seed is fixed, equal volumes give equal limits.

    Returns:
        None where nothing was published.
    """
    estimates = np.array([volume.estimate for volume in volumes], dtype=np.float64)
    if estimates.sum() == 0:
        return None
    drawn = draw(volumes, n_draws)
    total = drawn.sum(axis=1, keepdims=True)
    drawn = np.divide(drawn, total, out=np.full_like(drawn, 1 / len(volumes)), where=total > 0)
    share = estimates / estimates.sum()
    lows, highs = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    # Chance in the draws spreads what is equal and so raises their index; the limits are set around the estimate.
    index = float((share**2).sum())
    indices = (drawn**2).sum(axis=1)
    low, high = np.quantile(indices - indices.mean() + index, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    least = 1 / len(volumes)
    return Voices(
        [_around(*values) for values in zip(share, lows, highs, strict=True)],
        _around(index, max(float(low), least), min(float(high), 1.0)),
    )


def draw(volumes: Sequence[Interval], n_draws: int, seed: int = _SEED) -> Floats:
    """Volumes as they may be: a normal half on either side of each estimate, as wide as its limit, never under 0.

    Returns:
        `n_draws` x number of volumes.
    """
    estimate, low, high = np.array([(v.estimate, v.low, v.high) for v in volumes], dtype=np.float64).reshape(-1, 3).T
    z = np.random.default_rng(seed).standard_normal((n_draws, len(volumes)))
    wide = np.where(z < 0, estimate - low, high - estimate) / _Z
    drawn: Floats = np.maximum(estimate + z * wide, 0)
    return drawn


def _around(estimate: float, low: float, high: float) -> Interval:
    return Interval(float(estimate), min(float(low), float(estimate)), max(float(high), float(estimate)))
