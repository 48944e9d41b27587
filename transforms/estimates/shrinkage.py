"""Rates of small agencies, drawn towards those of all, and ranks that say how uncertain they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import gamma

from transforms.completeness.interval import CONFIDENCE, Interval
from transforms.estimates.shares import N_DRAWS, draw

Floats = npt.NDArray[np.float64]
_TAILS = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
# Of its own kind: volumes are drawn with another seed.
_SEED = 2
# A prior worth more exposure than a thousand times all agencies' together says that they are all alike.
_MOST_ALIKE = 1e3


@dataclass(frozen=True, slots=True)
class Shrunk:
    """An agency among all.

    Attributes:
        raw: Volume per exposure.
        rate: The same, shrunk, with its 95 % limits.
        rank: 1 is the highest rate: median and limits of the rank.
    """

    raw: float
    rate: Interval
    rank: Interval


def prior(volumes: Floats, exposures: Floats) -> tuple[float, float]:
    """Shape and rate of the gamma distribution of the agencies' rates, by marginal likelihood (negative binomial).

    Args:
        volumes: Articles that count, whole or estimated; one at least is over 0.
        exposures: What they are divided by, over 0: all articles of the agency, or days that could be seen.

    Raises:
        ValueError: No agency, none with a volume, or exposures that are not positive.
    """
    if not len(volumes) or volumes.sum() <= 0 or volumes.min() < 0 or exposures.min() <= 0:
        raise ValueError("rates need volumes that are not all 0, and exposures over 0")
    mean = volumes.sum() / exposures.sum()
    most = _MOST_ALIKE * exposures.sum()

    def unlikely(logs: Floats) -> float:
        rate = np.exp(logs[1])
        shape = np.exp(logs[0]) * rate
        chance = rate / (rate + exposures)
        return float(
            -(gammaln(volumes + shape) - gammaln(shape) + shape * np.log(chance) + volumes * np.log1p(-chance)).sum()
        )

    # Parametrised by mean and rate, which depend on each other less than shape and rate.
    found = minimize(
        unlikely,
        [np.log(mean), np.log(np.median(exposures))],
        method="L-BFGS-B",
        bounds=[(np.log(mean) - 3, np.log(mean) + 3), (np.log(exposures.min()) - 7, np.log(most))],
    )
    rate = float(np.exp(found.x[1]))
    return float(np.exp(found.x[0])) * rate, rate


def shrunk(volumes: Sequence[Interval], exposures: Sequence[float], n_draws: int = N_DRAWS) -> list[Shrunk]:
    """Shrunk rates and ranks: (x + shape) / (exposure + rate), with the prior of `prior`.

    Limits hold both chances: that the volume is another within its interval, and that the rate is another for that
    volume. The prior counts as known, which with few agencies makes limits a little narrow.

    Args:
        volumes: Of the agencies, each with its interval.
        exposures: As in `prior`.
        n_draws: Draws of the simulation; the seed is fixed.

    Returns:
        One per agency, in the order given.
    """
    x, t = np.array([volume.estimate for volume in volumes]), np.array(exposures, dtype=np.float64)
    shape, rate = prior(x, t)
    rates = gamma.rvs(
        draw(volumes, n_draws) + shape,
        scale=1 / (t + rate),
        size=(n_draws, len(volumes)),
        random_state=np.random.default_rng(_SEED),
    )
    ranks = (-rates).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(rates, _TAILS, axis=0)
    first, middle, last = np.quantile(ranks, [_TAILS[0], 0.5, _TAILS[1]], axis=0, method="nearest")
    means = (x + shape) / (t + rate)
    return [
        Shrunk(
            float(x[a] / t[a]),
            Interval(float(means[a]), min(float(low[a]), float(means[a])), max(float(high[a]), float(means[a]))),
            Interval(float(middle[a]), float(first[a]), float(last[a])),
        )
        for a in range(len(volumes))
    ]


def may_be_ranked(agencies: Sequence[Shrunk]) -> bool:
    """Whether a league table says something: no two ranks' intervals overlap."""
    in_order = sorted(agencies, key=lambda agency: (agency.rank.low, agency.rank.high))
    return all(one.rank.high < two.rank.low for one, two in pairwise(in_order))
