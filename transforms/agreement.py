"""Krippendorff's α: how far people who label apart from each other agree beyond chance, with a bootstrap interval.

Own code because the one kept library for it is under the GPL. Formulas: K. Krippendorff, "Computing Krippendorff's
Alpha-Reliability" (2011), whose worked examples are the tests; MASI distance of sets: R. Passonneau, LREC 2006.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", bound=Hashable)
Reading = Literal["reliable", "tentative", "unreliable", "undefined"]

# Customary bounds: rely on codes from .80 on, draw tentative conclusions from .667 on.
RELIABLE_FROM, TENTATIVE_FROM = 0.80, 0.667
RESAMPLES = 2_000
# Resamples in which all labels are the same have no α; where many have none, the interval would be about the others.
MOST_UNDEFINED = 0.05
_SEED = 1584


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on one question.

    Attributes:
        n_units: Articles that at least two coders labelled.
        n_labels: Labels on them.
        share_equal: Share of these articles on which all say the same; None without any.
        alpha: Krippendorff's α, at most 1; None where it is undefined: fewer than two values were ever given.
        low: Lower end of the 95 % interval; None where there is no interval.
        high: Upper end.
    """

    n_units: int
    n_labels: int
    share_equal: float | None
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def reading(self) -> Reading:
        """What α allows to conclude."""
        return reading_of(self.alpha)


def reading_of(alpha: float | None) -> Reading:
    """What an α allows to conclude."""
    if alpha is None:
        return "undefined"
    if alpha >= RELIABLE_FROM:
        return "reliable"
    return "tentative" if alpha >= TENTATIVE_FROM else "unreliable"


def nominal(one: object, other: object) -> float:
    """0 for the same value, 1 for two different ones."""
    return float(one != other)


def masi(one: frozenset[Any], other: frozenset[Any]) -> float:
    """Distance of two sets: 0 where they are equal, 1 where they share nothing, less where one holds the other."""
    if one == other:
        return 0.0
    shared = one & other
    if not shared:
        return 1.0
    return 1 - len(shared) / len(one | other) * (2 / 3 if one <= other or other <= one else 1 / 3)


def agreement(
    units: Sequence[Sequence[Value]],
    distance: Callable[[Value, Value], float] = nominal,
    *,
    resamples: int = RESAMPLES,
) -> Agreement:
    """α over the units, and the interval within which it lies when units are drawn anew.

    Args:
        units: Per article the values that its coders gave; articles with fewer than two say nothing and are left out.
        distance: Of two values: symmetric, 0 for equal ones. α is about squared differences for numbers, so give those.
        resamples: Bootstrap resamples of the units; the draws are always the same.
    """
    paired = [unit for unit in units if len(unit) > 1]
    n_labels = sum(len(unit) for unit in paired)
    if not paired:
        return Agreement(0, 0, None, None, None, None)
    # In the order of first appearance: the same units give the same sums to the last bit.
    values = list(dict.fromkeys(value for unit in paired for value in unit))
    place = {value: i for i, value in enumerate(values)}
    counts = np.zeros((len(paired), len(values)))
    for row, unit in enumerate(paired):
        for value in unit:
            counts[row, place[value]] += 1
    apart = np.array([[distance(a, b) for b in values] for a in values])
    found = _alpha(counts, apart, np.ones((1, len(paired))))[0]
    share_equal = float(np.mean((counts > 0).sum(axis=1) == 1))
    if np.isnan(found):
        return Agreement(len(paired), n_labels, share_equal, None, None, None)
    draws = np.random.default_rng(_SEED).multinomial(len(paired), [1 / len(paired)] * len(paired), size=resamples)
    again = _alpha(counts, apart, draws.astype(float))
    low = high = None
    if np.isnan(again).mean() <= MOST_UNDEFINED:
        low, high = (float(q) for q in np.nanquantile(again, [0.025, 0.975]))
    return Agreement(len(paired), n_labels, share_equal, float(found), low, high)


def _alpha(
    counts: NDArray[np.float64], apart: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """α for each row of weights.

    Args:
        counts: Units x values.
        apart: Values x values.
        weights: Resamples x units, how often each unit was drawn.
    """
    per_unit = counts.sum(axis=1)
    observed = weights @ (np.einsum("uk,kl,ul->u", counts, apart, counts) / (per_unit - 1))
    totals = weights @ counts
    n = totals.sum(axis=1)
    expected = np.einsum("rk,kl,rl->r", totals, apart, totals) / (n - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)
