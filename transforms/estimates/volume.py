"""How many articles of a month are relevant, from the model's scores and the labels of a random part.

The difference estimator with finite-population correction (methods of model-assisted surveys): the scores are summed,
and what the labels say of their error is added. Scores may be wrong in any way; they decide how narrow the interval is,
not whether it holds. For a part of the month, an agency, the labels of its stratum speak for its unlabelled articles.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, chi2, t

from transforms.completeness.interval import CONFIDENCE, Interval

_TAIL = (1 - CONFIDENCE) / 2
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Weight of what the scores themselves say of their variance, in labels: as one label more. Few labels meet few of the
# rare errors, and mostly none, so a variance that is theirs alone is too small more often than too large.
PRIOR_LABELS = 1.0
# One-sided: zero errors among 80 bound their rate at 3.7 %.
_ALLOWANCE_ERRS = 1 - CONFIDENCE
# Of the squares between parts so much is put down to chance: this quantile of what chance alone would make. The mean is
# usual and makes 0 of every small difference half of the time, which costs large agencies their cover.
_CHANCE = 0.4
# From here on the scores say relevant.
_RELEVANT = 0.5
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Audit:
    """A month's articles, of which some were labelled at random within strata.

    Each array has one entry per article. What is counted is whatever `label` says: relevant; or, for a theme, relevant
    and of that theme, with `score` as the model's expectation of just that.

    Attributes:
        score: The model's expectation, 0 to 1.
        label: What a person said: 1 or 0, NaN for articles without a label.
        stratum: The stratum of each, 0, 1, 2, …; a later draw of the month has strata of its own.
        inclusion: Chance to be drawn that the article had at its draw; within a stratum it is one. Estimates do not
            weight by it, they check it: 0 says that nobody may speak for these articles but themselves.

    Raises:
        ValueError: Lengths differ, values are out of range, or an article was labelled that could not be drawn.
    """

    score: Floats
    label: Floats
    stratum: Codes
    inclusion: Floats

    def __post_init__(self) -> None:
        if len({len(self.score), len(self.label), len(self.stratum), len(self.inclusion)}) != 1:
            raise ValueError("one entry per article in each array")
        labels = self.label[self.is_labelled]
        if not (_within_one(self.score) and _within_one(self.inclusion) and np.isin(labels, (0.0, 1.0)).all()):
            raise ValueError("scores and chances lie between 0 and 1, labels are 0 or 1")
        if (self.inclusion[self.is_labelled] == 0).any():
            raise ValueError("an article was labelled that could not have been drawn")
        if len(self.stratum) and self.stratum.min() < 0:
            raise ValueError("strata are numbered from 0")
        if _differs_within(self.stratum, self.inclusion):
            raise ValueError("chances to be drawn differ within a stratum: those are two strata")

    @property
    def is_labelled(self) -> npt.NDArray[np.bool_]:
        """Which articles carry a label."""
        return ~np.isnan(self.label)


@dataclass(frozen=True, slots=True)
class Volume:
    """How many articles count.

    Attributes:
        interval: Articles, with the 95 % limits; both limits equal the estimate where every article was labelled.
        n_articles: Articles of the population.
        n_labelled: Of them labelled.
        n_counted: Of those the ones that count: nothing may be said below this number.
        n_unspoken: Unlabelled articles of strata without any label. For those the model speaks alone, and the limits
            allow none and all.
        is_guarded: Whether a stratum without a disagreement got the exact allowance for what it may have hidden.
    """

    interval: Interval
    n_articles: int
    n_labelled: int
    n_counted: int
    n_unspoken: int
    is_guarded: bool

    @property
    def is_counted_whole(self) -> bool:
        """Whether a person read every article."""
        return self.n_labelled == self.n_articles


@dataclass(frozen=True, slots=True)
class _Stratum:
    """What the labels of a stratum say of the scores' error there, label - score.

    Attributes:
        n: Labels.
        error: Their mean error.
        variance: Variance of the error of one article.
        between: Variance of the mean error from part to part, beyond chance.
        allowance: Upper limit of the rate of disagreement; 0 where disagreements were seen or the scores expect them.
    """

    n: int
    error: float
    variance: float
    between: float
    allowance: float


def volume(audit: Audit) -> Volume:
    """Articles of the whole month that count.

    C = sum(score) + sum over strata of N/n * sum(label - score); variance N^2 (1 - n/N) s^2 / n per stratum; t with
    n - H degrees of freedom, over the H strata that were neither labelled whole nor without a label. s^2 is the labels'
    own, held up by what the scores expect with the weight of `PRIOR_LABELS`.
    """
    (whole,) = volumes(audit, np.zeros(len(audit.score), dtype=np.int64), 1)
    return whole


def volumes(audit: Audit, part: Codes, n_parts: int) -> list[Volume]:
    """The same for each part of a month: for agencies, say, whose articles are known but seldom labelled in number.

    Labelled articles of a part count as they are. For each unlabelled one of stratum h stands its score plus the mean
    error of the stratum, to which the part's own labels of that stratum are pulled as far as errors are seen to differ
    from part to part (the empirical best linear predictor of small-area estimation; Battese, Harter & Fuller 1988). Of
    M unlabelled articles the variance is M s^2 + M^2 s^2 / n; for the month as a whole, where M = N - n, that is the
    formula of `volume`. It takes for granted that the strata's labels speak for this part as for any other, up to the
    spread between parts that they show.

    Limits are quantiles of a beta distribution on the unlabelled articles with that mean and variance, the latter grown
    as t is wider than the normal. A count near none or all is skew, symmetric limits are not; in between both agree.
    They are whole: the least and the most articles whose surroundings of half an article the quantiles meet.

    Args:
        audit: The month.
        part: Which part each article belongs to, 0 to `n_parts` - 1, whatever its label.
        n_parts: How many parts; some may be empty.

    Returns:
        One per part. No low limit is under the labelled articles that count, no high limit over all that may.
    """
    n_strata = int(audit.stratum.max(initial=-1)) + 1
    labelled = audit.is_labelled
    n_articles = np.bincount(part, minlength=n_parts)
    n_labelled = np.bincount(part[labelled], minlength=n_parts)
    n_counted = np.bincount(part[labelled], audit.label[labelled], minlength=n_parts)
    estimate, variance, widen_low, widen_high = (np.zeros(n_parts) for _ in range(4))
    unspoken = np.zeros(n_parts, dtype=np.int64)
    guarded = np.zeros(n_parts, dtype=np.bool_)
    degrees = 0
    for h in range(n_strata):
        here = audit.stratum == h
        open_ = here & ~labelled
        if not open_.any():
            continue
        scores, parts = audit.score[open_], part[open_]
        n_open = np.bincount(parts, minlength=n_parts)
        total = np.bincount(parts, scores, minlength=n_parts)
        seen = here & labelled
        if not seen.any():
            estimate += total
            unspoken += n_open
            continue
        errors, seen_parts = audit.label[seen] - audit.score[seen], part[seen]
        stratum = _stratum(errors, seen_parts, scores, n_parts)
        degrees += stratum.n - 1
        own = np.bincount(seen_parts, minlength=n_parts)
        deviation = np.bincount(seen_parts, errors - stratum.error, minlength=n_parts)
        pull = stratum.between / (own * stratum.between + stratum.variance) if stratum.between else 0.0
        # A part's mean must not leave what a share may be.
        estimate += np.clip(total + n_open * (stratum.error + pull * deviation), 0, n_open)
        left_between = stratum.between * (1 - own * pull)
        variance += n_open * stratum.variance + n_open**2 * (stratum.variance / stratum.n + left_between)
        if stratum.allowance:
            n_relevant = np.bincount(parts[scores >= _RELEVANT], minlength=n_parts)
            widen_low += stratum.allowance * n_relevant
            widen_high += stratum.allowance * (n_open - n_relevant)
            guarded |= n_open > 0
    n_open = n_articles - n_labelled - unspoken
    spoken = np.clip(estimate - _unspoken_total(audit, part, n_parts), 0, n_open)
    low, high = _limits(spoken, variance, n_open.astype(np.float64), max(degrees, 1))
    low, high = np.maximum(low - widen_low, 0), np.minimum(high + widen_high, n_open) + unspoken
    estimate = np.clip(estimate, low, high)
    return [
        Volume(
            Interval(*(float(n_counted[p] + value[p]) for value in (estimate, low, high))),
            int(n_articles[p]),
            int(n_labelled[p]),
            int(n_counted[p]),
            int(unspoken[p]),
            bool(guarded[p]),
        )
        for p in range(n_parts)
    ]


def _unspoken_total(audit: Audit, part: Codes, n_parts: int) -> Floats:
    """Sum of the scores in strata without a label, by part."""
    n_labels = np.bincount(audit.stratum, audit.is_labelled)
    alone = n_labels[audit.stratum] == 0
    return np.bincount(part[alone], audit.score[alone], minlength=n_parts).astype(np.float64)


def _stratum(errors: Floats, parts: Codes, open_scores: Floats, n_parts: int) -> _Stratum:
    n = len(errors)
    mean = float(errors.mean())
    squares = float(((errors - mean) ** 2).sum())
    expected = float((open_scores * (1 - open_scores)).mean())
    variance = (squares + PRIOR_LABELS * expected) / (n - 1 + PRIOR_LABELS)
    doubt = float(np.minimum(open_scores, 1 - open_scores).mean())
    disagree = (np.abs(errors) > _RELEVANT).any()
    # The scores expect less than half an error in as many articles as were labelled: then none says little.
    certain = doubt * n < 0.5
    allowance = 1 - _ALLOWANCE_ERRS ** (1 / n) if certain and not disagree else 0.0
    return _Stratum(n, mean, variance, _between(errors, parts, mean, variance, n_parts), allowance)


def _between(errors: Floats, parts: Codes, mean: float, variance: float, n_parts: int) -> float:
    """Variance of the parts' mean errors beyond what is chance's more often than not; 0 where chance explains it."""
    own = np.bincount(parts, minlength=n_parts).astype(np.float64)
    n, n_present = own.sum(), int(np.count_nonzero(own))
    if n_present < 2 or variance == 0:
        return 0.0
    sums = np.bincount(parts, errors - mean, minlength=n_parts)
    between_squares = float((sums[own > 0] ** 2 / own[own > 0]).sum())
    beyond = float((between_squares - chi2.ppf(_CHANCE, n_present - 1) * variance) / (n - (own**2).sum() / n))
    return max(0.0, beyond)


def _limits(mean: Floats, variance: Floats, n: Floats, degrees: int) -> tuple[Floats, Floats]:
    """Limits of a count among `n`: beta quantiles of that mean and variance, made as wide as t with these degrees."""
    stretch = (t.ppf(1 - _TAIL, degrees) / t.ppf(1 - _TAIL, np.inf)) ** 2
    low, high = mean.copy(), mean.copy()
    free = (variance > _ROUNDING) & (n > 0)
    if not free.any():
        return low, high
    size = n[free]
    # Half an article: a mean at the very edge has no beta distribution, and no count is that certain.
    share = np.clip(mean[free] / size, np.minimum(0.5 / size, 0.5), 1 - np.minimum(0.5 / size, 0.5))
    spread = np.maximum(share * (1 - share) * size**2 / (variance[free] * stretch) - 1, 0.02)
    ends = [size * beta.ppf(tail, share * spread, (1 - share) * spread) for tail in (_TAIL, 1 - _TAIL)]
    # Both quantiles between two neighbouring numbers of articles meet the surroundings of both.
    ends = [np.floor(ends[0] + 0.5), np.ceil(ends[1] - 0.5)]
    low[free], high[free] = np.minimum(*ends), np.maximum(*ends)
    return low, high


def _within_one(values: Floats) -> bool:
    return bool(((values >= 0) & (values <= 1)).all())


def _differs_within(stratum: Codes, values: Floats) -> bool:
    """Whether values differ within any stratum."""
    n_strata = int(stratum.max(initial=-1)) + 1
    lowest, highest = np.full(n_strata, np.inf), np.full(n_strata, -np.inf)
    np.minimum.at(lowest, stratum, values)
    np.maximum.at(highest, stratum, values)
    return bool((highest - lowest > _ROUNDING).any())
