"""Invented province-months whose truth is known, to see what the intervals of `transforms.estimates` are worth.

A classifier whose scores are wrong, people who label what the audit draws (A 60, B 60, C 80, small agencies whole),
pages that nobody found, a probe of running numbers, days that could not be seen: all of that is random, and what is
concluded from it is done by the real functions.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from transforms.completeness import Interval, still_missed
from transforms.estimates import Audit, Evaluation, model_only, volume, volumes, with_blind_days, with_missed

SEED = 20220607
Floats = npt.NDArray[np.float64]
A, B, C, S = range(4)


@dataclass(frozen=True)
class Population:
    """What is drawn how; pairs are the ends of a range, uniform unless it says otherwise.

    Attributes:
        agencies: Agencies of the province.
        articles: Articles of an agency in the month, log-uniform.
        share: Relevant share of the province, log-uniform; each agency's odds differ from it.
        share_spread: Standard deviation of the agencies' log odds.
        strength: How far apart the classifier sees relevant and other articles, in standard deviations.
        slope: The scores' log odds are the true ones times this: above 1 over-confident, log-uniform.
        shift: and plus this.
        agency_shift: Standard deviation of a further shift by agency: the classifier errs in one house's style more.
        cue: Share of the relevant and of the other articles in which a plain word speaks for the programme.
        drawn: Labels of A, B and C.
        drawn_rare: Labels of C where at most `rare` of A, B and C are A.
        rare: see above.
        whole: Agencies with so many articles at most are labelled whole.
        incomplete: Share of agencies whose pages were not all found and whose probe was not complete.
        missed: Share of their articles that nobody found.
        missed_odds: Log odds ratio of being relevant, missed against found: both directions.
        unknown: Ids that belong to no known address, a multiple of 50.
        probed: Of them asked for.
        blind: Share of agencies with blind days.
        blind_days: How many of the month's 30 days.
        bursts: Variance over mean of the articles of a day.
        evaluation: Relevant and other articles on which the model was evaluated, for the months without labels.
    """

    agencies: int = 24
    articles: tuple[float, float] = (12, 400)
    share: tuple[float, float] = (0.03, 0.3)
    share_spread: float = 0.7
    strength: tuple[float, float] = (2.2, 3.4)
    slope: tuple[float, float] = (0.6, 1.6)
    shift: tuple[float, float] = (-0.7, 0.7)
    agency_shift: float = 0.3
    cue: tuple[float, float] = (0.8, 0.1)
    drawn: tuple[int, int, int] = (60, 60, 80)
    drawn_rare: int = 200
    rare: float = 0.03
    whole: int = 30
    incomplete: float = 0.15
    missed: tuple[float, float] = (0.0, 0.2)
    missed_odds: tuple[float, float] = (-0.7, 0.7)
    unknown: tuple[int, int] = (300, 1000)
    probed: int = 100
    blind: float = 0.15
    blind_days: tuple[int, int] = (1, 8)
    bursts: float = 2.0
    evaluation: tuple[int, int] = (150, 450)


POPULATION = Population()
_DAYS = 30


@dataclass(frozen=True)
class Cell:
    """An agency's month: the truth, what is said of it, and what a naive count says.

    Attributes:
        truth: Articles that count and were published; without those that the probe found where pages were missed.
        said: What the estimate says of it.
        naive: What the model called relevant.
        found: Articles that count among those found.
        model: What would be said of it without labels.
        apart: How far the scores' log odds lie from where the rest of the province would put them: over 0 the model
            expects more of this agency than is true.
        n_articles: Articles found.
        share: Relevant share of the province.
        n_labelled: Labels.
        is_whole: Read whole.
        is_incomplete: Pages were missed and not all ids probed.
        is_blind: Some days were not seen.
    """

    truth: int
    said: Interval
    naive: Interval
    found: int
    model: Interval | None
    apart: float
    n_articles: int
    share: float
    n_labelled: int
    is_whole: bool
    is_incomplete: bool
    is_blind: bool

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.said.low <= self.truth <= self.said.high

    @property
    def is_exact(self) -> bool:
        """Whether nothing had to be estimated: read whole and seen whole."""
        return self.is_whole and not self.is_incomplete and not self.is_blind

    @property
    def covered_by_model(self) -> bool:
        """Whether the interval of a month without labels would hold the truth among the articles found."""
        return self.model is not None and self.model.low <= self.found <= self.model.high

    @property
    def naively_covered(self) -> bool:
        """Whether the naive count's interval would."""
        return self.naive.low <= self.truth <= self.naive.high


@dataclass(frozen=True)
class Province:
    """A province-month: its agencies' cells, and all articles found taken together."""

    cells: list[Cell]
    found: int
    said: Interval

    @property
    def covered(self) -> bool:
        """Whether the interval of the whole holds the truth."""
        return self.said.low <= self.found <= self.said.high


def digest(n_provinces: int) -> str:
    """What a figure was measured on."""
    return hashlib.sha256(json.dumps([SEED, n_provinces, asdict(POPULATION)], sort_keys=True).encode()).hexdigest()


def provinces(n_provinces: int, population: Population = POPULATION, seed: int = SEED) -> Iterator[Province]:
    """So many province-months."""
    rng = np.random.default_rng(seed)
    for _ in range(n_provinces):
        yield _province(rng, population)


def _province(rng: np.random.Generator, p: Population) -> Province:
    """One province-month: every published article, of which some are found, scored, drawn and labelled."""
    sizes = np.exp(rng.uniform(*np.log(p.articles), p.agencies)).round().astype(np.int64)
    share = float(np.exp(rng.uniform(*np.log(p.share))))
    odds = np.log(share / (1 - share)) + rng.normal(0, p.share_spread, p.agencies)
    is_blind = rng.random(p.agencies) < p.blind
    is_incomplete = (rng.random(p.agencies) < p.incomplete) & ~is_blind
    blind_days = np.where(is_blind, rng.integers(p.blind_days[0], p.blind_days[1] + 1, p.agencies), 0)
    missed_share = np.where(is_incomplete, rng.uniform(*p.missed, p.agencies), 0.0)
    missed_odds = rng.uniform(*p.missed_odds, p.agencies)
    # Days have bursts: their weights are gamma, so that counts have the variance that `bursts` says.
    per_day = np.maximum(sizes / _DAYS, 1e-9)
    weights = rng.gamma(np.repeat(per_day / (p.bursts - 1), _DAYS)).reshape(p.agencies, _DAYS) + 1e-12
    unseen_share = np.array([w[:n].sum() / w.sum() for w, n in zip(weights, blind_days, strict=True)])

    agency = np.repeat(np.arange(p.agencies), sizes)
    n = len(agency)
    is_missed = rng.random(n) < missed_share[agency]
    is_unseen = (rng.random(n) < unseen_share[agency]) | is_missed
    own_odds = odds[agency] + np.where(is_missed, missed_odds[agency], 0)
    relevant = rng.random(n) < expit(own_odds)
    strength = rng.uniform(*p.strength)
    # Two normal clouds: the true log odds are linear in what the classifier sees.
    true_odds = strength * (rng.normal(0, 1, n) + strength * (relevant - 0.5)) + np.log(share / (1 - share))
    slope = np.exp(rng.uniform(*np.log(p.slope)))
    mean_shift = rng.uniform(*p.shift)
    own_shift = rng.normal(0, p.agency_shift, p.agencies)
    apart = own_shift - slope * (odds - np.log(share / (1 - share)))
    shift = mean_shift + own_shift[agency]
    score = expit(slope * true_odds + shift)
    # The evaluation's articles are of no agency of this month's mix: the average house.
    base = float(np.log(share / (1 - share)))
    evaluation = _evaluation(rng, p, strength, lambda odds: slope * (odds + base) + mean_shift >= 0)
    cue = rng.random(n) < np.where(relevant, *p.cue)

    found = ~is_unseen
    agency_f, score_f, relevant_f = agency[found], score[found], relevant[found]
    n_found = np.bincount(agency_f, minlength=p.agencies)
    stratum = np.where(score_f >= 0.5, A, np.where(cue[found], B, C))
    stratum = np.where(n_found[agency_f] <= p.whole, S, stratum)
    label, inclusion = _labelled(rng, p, stratum, relevant_f)
    audit = Audit(score_f, label, stratum, inclusion)
    said = volumes(audit, agency_f, p.agencies)
    n_relevant_found = np.bincount(agency_f, relevant_f, minlength=p.agencies).astype(np.int64)
    truth = np.bincount(agency, relevant, minlength=p.agencies).astype(np.int64)
    positive = np.bincount(agency_f, score_f >= 0.5, minlength=p.agencies)
    n_missed = np.bincount(agency, is_missed, minlength=p.agencies)
    cells = []
    for a in range(p.agencies):
        if n_found[a] == 0:
            continue
        interval = said[a].interval
        if is_incomplete[a]:
            n_unknown = int(rng.integers(p.unknown[0] // 50, p.unknown[1] // 50 + 1)) * 50
            n_real = min(int(n_missed[a]), n_unknown)
            hits = int(rng.hypergeometric(n_real, n_unknown - n_real, p.probed))
            interval = with_missed(interval, int(n_found[a]), _missed(n_unknown, p.probed, hits))
            # What the probe found is known from then on; it is left out on both sides.
            truth[a] -= _found_by_probe(rng, relevant[(agency == a) & is_missed], hits)
        elif is_blind[a]:
            interval = with_blind_days(interval, _DAYS - int(blind_days[a]), int(blind_days[a]))
        cells.append(
            Cell(
                int(truth[a]),
                interval,
                _naive(int(positive[a]), int(n_found[a])),
                int(n_relevant_found[a]),
                model_only(int(positive[a]), int(n_found[a]), evaluation),
                float(apart[a]),
                int(n_found[a]),
                share,
                said[a].n_labelled,
                said[a].is_counted_whole,
                bool(is_incomplete[a]),
                bool(is_blind[a]),
            )
        )
    return Province(cells, int(relevant_f.sum()), volume(audit).interval)


def _evaluation(
    rng: np.random.Generator, p: Population, strength: float, is_said: Callable[[Floats], npt.NDArray[np.bool_]]
) -> Evaluation:
    """What the model said of labelled articles, from what it sees in each."""
    n_relevant, n_other = p.evaluation
    relevant = strength * (rng.normal(0, 1, n_relevant) + strength / 2)
    other = strength * (rng.normal(0, 1, n_other) - strength / 2)
    return Evaluation(n_relevant, int(is_said(relevant).sum()), n_other, int((~is_said(other)).sum()))


def _labelled(
    rng: np.random.Generator, p: Population, stratum: npt.NDArray[np.int64], relevant: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Labels and chances, as the audit draws them."""
    counts = np.bincount(stratum, minlength=4)
    rare = counts[A] <= p.rare * counts[:3].sum()
    plan = {A: p.drawn[A], B: p.drawn[B], C: p.drawn_rare if rare else p.drawn[C], S: counts[S]}
    label, inclusion = np.full(len(stratum), np.nan), np.ones(len(stratum))
    for h, planned in plan.items():
        here = np.flatnonzero(stratum == h)
        drawn = rng.permutation(here)[: int(planned)]
        label[drawn] = relevant[drawn]
        inclusion[here] = len(drawn) / max(len(here), 1)
    return label, inclusion


@cache
def _missed(n_unknown: int, n_drawn: int, n_found: int) -> Interval:
    interval = still_missed(n_unknown, n_drawn, n_found)
    assert interval is not None
    return interval


def _found_by_probe(rng: np.random.Generator, relevant: npt.NDArray[np.bool_], hits: int) -> int:
    return int(rng.permutation(relevant)[:hits].sum())


def _naive(positive: int, n_found: int) -> Interval:
    """Predictions counted, with the binomial interval that is commonly put beside a share."""
    share = positive / n_found
    half = 1.96 * np.sqrt(share * (1 - share) * n_found)
    return Interval(positive, positive - half, positive + half)


def estimated(cells: Sequence[Cell]) -> list[Cell]:
    """Those that needed an interval at all: not read whole, or not seen whole."""
    return [cell for cell in cells if not cell.is_exact]


def strata(cells: Sequence[Cell]) -> dict[str, list[Cell]]:
    """The cells by size, share of the topic, number of labels, truth, and what could not be seen."""
    grouped: dict[str, list[Cell]] = {}
    for cell in cells:
        size = _band(cell.n_articles, (31, 60, 120, 240))
        for name in (
            f"articles: {size}",
            f"province's share: {_band(cell.share * 100, (5, 10, 20))} %",
            f"relevant in truth: {_band(cell.truth, (3, 10, 30))}",
            f"labels: {_band(cell.n_labelled, (5, 15, 30))}",
            "seen: " + ("blind days" if cell.is_blind else "pages missed" if cell.is_incomplete else "whole"),
        ):
            grouped.setdefault(name, []).append(cell)
    return dict(sorted(grouped.items()))


def by_how_far_apart(cells: Sequence[Cell]) -> dict[str, list[Cell]]:
    """The cells by a thing that nobody can see: how far an agency is from what the province's labels say of it."""
    grouped: dict[str, list[Cell]] = {}
    for cell in cells:
        if not (cell.is_blind or cell.is_incomplete):
            grouped.setdefault(f"log odds apart: {_band(abs(cell.apart), (0.5, 1, 1.5, 2))}", []).append(cell)
    return dict(sorted(grouped.items()))


def _band(value: float, limits: Sequence[float]) -> str:
    ends = [0.0, *limits]
    n = sum(value >= limit for limit in limits)
    return f"({'abcdef'[n]}) {ends[n]:g} to " + (f"under {ends[n + 1]:g}" if n < len(limits) else "any")


def cover(cells: Sequence[Cell], method: str = "covered") -> float:
    """Share of the cells whose interval holds the truth."""
    return sum(getattr(cell, method) for cell in cells) / len(cells)
