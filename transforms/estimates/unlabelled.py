"""A month without labels: what the model counted, corrected by the errors that an evaluation found: *model only*.

Right as far as the model errs this month as it did in the evaluation. It does not where topics or agencies mix
otherwise, and nothing in the month can tell; hence the state of such a cell, and labels as soon as there are some.
"""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm

from transforms.completeness.interval import CONFIDENCE, Interval

_Z = float(norm.ppf((1 + CONFIDENCE) / 2))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the model said of articles that people had labelled, chosen by label or at random.

    Attributes:
        n_relevant: Articles labelled relevant.
        n_relevant_said: Of them those that the model called relevant.
        n_other: Articles labelled not relevant.
        n_other_said: Of them those that the model did not call relevant.

    Raises:
        ValueError: The counts contradict each other, or one of both kinds is missing.
    """

    n_relevant: int
    n_relevant_said: int
    n_other: int
    n_other_said: int

    def __post_init__(self) -> None:
        if not (0 <= self.n_relevant_said <= self.n_relevant > 0 and 0 <= self.n_other_said <= self.n_other > 0):
            raise ValueError(f"impossible evaluation: {self}")

    @property
    def sensitivity(self) -> float:
        """Share of the relevant articles that the model finds."""
        return self.n_relevant_said / self.n_relevant

    @property
    def specificity(self) -> float:
        """Share of the others that it leaves out."""
        return self.n_other_said / self.n_other


def model_only(n_said: int, n_articles: int, evaluation: Evaluation) -> Interval | None:
    """Relevant articles of a month without labels: Rogan & Gladen (1978), limits of Lang & Reiczigel (2014).

    Sensitivity and specificity are taken as estimates, with their own chance. The month is taken as drawn from many
    such months; as it is the whole of its articles, the limits are a little wide for small cells.

    Args:
        n_said: Articles that the model called relevant.
        n_articles: All articles of the cell.
        evaluation: Of the same model at the same threshold.

    Returns:
        Articles, 0 to `n_articles`; estimate 0 where the model called fewer relevant than its false alarms alone would
        be. None where the evaluation does not show that the model tells relevant from other, Se + Sp <= 1: then its
        count says nothing.

    Raises:
        ValueError: The counts contradict each other.
    """
    if not 0 <= n_said <= n_articles:
        raise ValueError(f"impossible month: {n_said} of {n_articles} articles called relevant")
    if n_articles == 0:
        return Interval(0.0, 0.0, 0.0)
    if evaluation.sensitivity + evaluation.specificity <= 1:
        return None
    said = n_said / n_articles
    estimate = _corrected(said, evaluation.sensitivity, evaluation.specificity)
    # Agresti & Coull's added observations keep limits honest near 0 and 1; the evaluation gets one of each kind.
    n = n_articles + _Z**2
    said = (n_said + _Z**2 / 2) / n
    n_se, n_sp = evaluation.n_relevant + 2, evaluation.n_other + 2
    se, sp = (evaluation.n_relevant_said + 1) / n_se, (evaluation.n_other_said + 1) / n_sp
    if se + sp <= 1:
        return None
    share = _corrected(said, se, sp)
    var_se, var_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    shift = 2 * _Z**2 * (share * var_se - (1 - share) * var_sp)
    half = _Z * sqrt(said * (1 - said) / n + share**2 * var_se + (1 - share) ** 2 * var_sp) / (se + sp - 1)
    low, high, estimate = (
        min(max(value, 0.0), 1.0) for value in (share + shift - half, share + shift + half, estimate)
    )
    return Interval(*(n_articles * value for value in (estimate, min(low, estimate), max(high, estimate))))


def _corrected(said: float, sensitivity: float, specificity: float) -> float:
    return (said + specificity - 1) / (sensitivity + specificity - 1)
