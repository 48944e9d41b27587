"""Invented source-months whose truth is known, to see what the intervals of `transforms.completeness` are worth.

Each has articles that no channel showed, among ids that belong to drafts, photos and other languages. What a probe
draws from them, and what two channels list, is random; what is concluded from it is done by the real functions.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from math import sqrt

import numpy as np
from scipy.stats import hypergeom

from transforms.completeness import (
    Interval,
    at_most_complete_by_rare_articles,
    at_most_complete_by_two_channels,
    missed_by_probing,
    share_seen,
)

SEED = 20220607


@dataclass(frozen=True)
class Population:
    """What is drawn how; pairs are the ends of a range.

    Attributes:
        articles: Articles published in the month, log-uniform: from a small office to the newspaper.
        missed: Share of them that no channel showed, uniform: from nothing to a month that nobody would call seen.
        others: Ids per article that belong to no article, log-uniform.
        draw_all: Up to so many unknown ids a probe draws them all, unless it is cut short.
        draw: Of more it draws so many.
        cut_short: Share of the probes that end before their plan does, at a budget or a night's end.
        least_drawn: Part of the plan that was drawn by then, at least; uniform up to all.
    """

    articles: tuple[float, float] = (10, 3000)
    missed: tuple[float, float] = (0.0, 0.3)
    others: tuple[float, float] = (0.1, 5)
    draw_all: int = 300
    draw: int = 100
    cut_short: float = 0.1
    least_drawn: float = 0.3


POPULATION = Population()


@dataclass(frozen=True)
class ProbedSite:
    """A probed source-month and its truth."""

    n_articles: int
    n_missed: int
    n_unknown: int
    n_drawn: int
    n_found: int

    @cached_property
    def missed(self) -> Interval:
        """What is concluded from the probe."""
        interval = missed_by_probing(self.n_unknown, self.n_drawn, self.n_found)
        assert interval is not None
        return interval

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.missed.low <= self.n_missed <= self.missed.high

    def tails(self) -> tuple[float, float]:
        """Chance of so few hits and of so many, given the truth."""
        given = (self.n_unknown, self.n_missed, self.n_drawn)
        return float(hypergeom.cdf(self.n_found, *given)), float(hypergeom.sf(self.n_found - 1, *given))

    @cached_property
    def covered_by_equal_tails(self) -> bool:
        """Whether the equal-tailed interval would hold it: neither tail is under 2.5 %."""
        return min(self.tails()) > 0.025

    @cached_property
    def covered_by_blaker(self) -> bool:
        """Whether Blaker's would (Blaker 2000): results whose smaller tail is no larger are not under 5 % together."""
        hits = np.arange(self.n_drawn + 1)
        given = (self.n_unknown, self.n_missed, self.n_drawn)
        smaller_tail = np.minimum(hypergeom.cdf(hits, *given), hypergeom.sf(hits - 1, *given))
        as_rare = smaller_tail <= smaller_tail[self.n_found] * (1 + 1e-9)
        return float(hypergeom.pmf(hits, *given)[as_rare].sum()) > 0.05


def digest(n_sites: int) -> str:
    """What a figure was measured on."""
    return hashlib.sha256(json.dumps([SEED, n_sites, asdict(POPULATION)], sort_keys=True).encode()).hexdigest()


def probed_sites(n_sites: int, population: Population = POPULATION, seed: int = SEED) -> Iterator[ProbedSite]:
    """Source-months until so many are there whose probe left ids undrawn; those that left none come in between."""
    rng = np.random.default_rng(seed)
    while n_sites:
        n_all = round(_log_uniform(rng, population.articles))
        n_missed = int(rng.binomial(n_all, rng.uniform(*population.missed)))
        n_unknown = n_missed + round(n_all * _log_uniform(rng, population.others))
        n_drawn = n_unknown if n_unknown <= population.draw_all else population.draw
        if rng.random() < population.cut_short:
            n_drawn = round(n_drawn * rng.uniform(population.least_drawn, 1))
        if n_drawn == 0:
            continue
        n_found = int(rng.hypergeometric(n_missed, n_unknown - n_missed, n_drawn))
        yield ProbedSite(n_all, n_missed, n_unknown, n_drawn, n_found)
        n_sites -= n_drawn < n_unknown


def strata(sites: Iterable[ProbedSite]) -> dict[str, list[ProbedSite]]:
    """The sites by how much there was to draw from, how much was missed, and how many hits were to be expected."""
    grouped: dict[str, list[ProbedSite]] = {}
    for site in sites:
        hits = site.n_missed * site.n_drawn / site.n_unknown
        for name in (
            _band("unknown ids", site.n_unknown, (301, 1000, 3000)),
            _band("missed articles", site.n_missed, (10, 100)),
            _band("hits expected", hits, (1, 3, 10)),
        ):
            grouped.setdefault(name, []).append(site)
    return dict(sorted(grouped.items()))


def left_undrawn(sites: Iterable[ProbedSite]) -> list[ProbedSite]:
    """Those of the sites where an interval is needed at all."""
    return [site for site in sites if site.n_drawn < site.n_unknown]


def cover(sites: Sequence[ProbedSite], method: str = "covered") -> float:
    """Share of the sites whose interval holds the truth."""
    return sum(getattr(site, method) for site in sites) / len(sites)


def _band(what: str, value: float, limits: Sequence[int]) -> str:
    """Name of the band; with a letter, so that bands sort by size."""
    ends = [0, *limits]
    n = bisect_right(limits, value)
    return f"{what} ({'abcdef'[n]}) {ends[n]} to " + (f"under {ends[n + 1]}" if n < len(limits) else "any")


def _log_uniform(rng: np.random.Generator, ends: tuple[float, float]) -> float:
    return float(np.exp(rng.uniform(*np.log(ends))))


# Two channels, one that lists 80 % of the articles and one that lists 70 %, as in the project's notes on methods.
FIRST, SECOND = 0.8, 0.7
N_PUBLISHED = 120
# Other ids among which the probe has to find what both missed, and how many it draws.
N_OTHER_IDS, N_DRAWN = 400, 100


@dataclass(frozen=True)
class TwoChannels:
    """What two channels seemed to say about many months, beside the truth; all between 0 and 1.

    Attributes:
        complete: Share of the articles that any of them listed.
        by_two_channels: Chapman's ceiling of it, mean.
        cover_by_two_channels: How often the ceiling's limits held the truth.
        by_rare_articles: Chao's ceiling, mean.
        by_probing: What probing the unknown ids says of the same months, mean.
        cover_by_probing: How often its interval held the truth.
    """

    complete: float
    by_two_channels: float
    cover_by_two_channels: float
    by_rare_articles: float
    by_probing: float
    cover_by_probing: float


def two_channels(odds_ratio: float, n_sites: int, seed: int = SEED) -> TwoChannels:
    """Months whose two channels depend on each other.

    Args:
        odds_ratio: Odds that the second lists an article that the first lists, over those for one that it does not; 1
            is independence.
        n_sites: How many months.
        seed: Of what is random.
    """
    rng = np.random.default_rng(seed)
    # Months of one size give the same few counts again and again.
    by_probing = cache(missed_by_probing)
    both = _listed_by_both(odds_ratio)
    chances = (both, FIRST - both, SECOND - both, 1 - FIRST - SECOND + both)
    rows = []
    for n_both, only_first, only_second, n_missed in rng.multinomial(N_PUBLISHED, chances, size=n_sites).tolist():
        n_seen = N_PUBLISHED - n_missed
        chapman = at_most_complete_by_two_channels(n_both + only_first, n_both + only_second, n_both)
        chao = at_most_complete_by_rare_articles(n_seen, only_first + only_second, n_both, n_channels=2)
        hits = int(rng.hypergeometric(n_missed, N_OTHER_IDS, N_DRAWN))
        missed = by_probing(N_OTHER_IDS + n_missed, N_DRAWN, hits)
        assert chapman is not None
        assert chapman.share_low is not None
        assert chapman.share_high is not None
        assert chao is not None
        assert missed is not None
        rows.append(
            (
                n_seen / N_PUBLISHED,
                chapman.share,
                chapman.share_low <= n_seen / N_PUBLISHED <= chapman.share_high,
                chao.share,
                share_seen(n_seen, missed).estimate,
                missed.low <= n_missed <= missed.high,
            )
        )
    return TwoChannels(*np.mean(np.array(rows, dtype=float), axis=0).tolist())


def _listed_by_both(odds_ratio: float) -> float:
    """Share of articles in both channels for which the table of the two has this odds ratio."""
    if odds_ratio == 1:
        return FIRST * SECOND
    a = odds_ratio - 1
    b = 1 + (FIRST + SECOND) * a
    return (b - sqrt(b * b - 4 * a * odds_ratio * FIRST * SECOND)) / (2 * a)
