"""What the trained model sees: runs of one to three syllables, and where words of the vocabulary stand."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.classify.matching import Hit
from transforms.classify.reading import STOP
from transforms.classify.scoring import Zones

Codes = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

# Syllables are numbered from 1; 0 is one that the model does not know, and the end of a sentence. Vietnamese has some
# 7,000 written syllables, so 18 bits are plenty and three of them fit into 64 with room for the zone.
_BITS = 18
_LONGEST = 3
_TITLE = 1 << (_BITS * _LONGEST)
# Runs in titles are seen apart, up to two syllables.
_LONGEST_IN_TITLE = 2
# Puts runs (of length one per document) and counts of the vocabulary's words on one scale; found on the training pieces
# by cross-validation, where half and twice as much are no better.
_RUNS, _WORDS, _RULE = 3.0, 0.5, 0.5
# Kinds of hits that are features, and whether the group of a hit is its tier (else the part of `what` before the bar).
_KINDS = {"subject": False, "theme": False, "rival": True, "other_programme": False, "national": False}


@dataclass(frozen=True, slots=True)
class Space:
    """The features that a model knows, in the order of its weights: runs, words of the vocabulary, the rules' score.

    Attributes:
        syllables: Syllable -> its number, from 1.
        runs: Codes of runs, sorted.
        words: Name of a count of the vocabulary's words -> its place after the runs.
    """

    syllables: Mapping[str, int]
    runs: Codes
    words: Mapping[str, int]

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.runs) + len(self.words) + 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One article as far as features are concerned, before a model says which of them it knows.

    Attributes:
        syllables: As `normalising.normalised` gives them.
        n_title: How many of them are the title's.
        words: Name of a count of the vocabulary's words -> value.
        rule: What the rules hold of the article's subject, as log odds.
    """

    syllables: Sequence[str]
    n_title: int
    words: Mapping[str, float]
    rule: float


def counts_of_words(found: Mapping[str, Sequence[Hit]], zones: Zones) -> dict[str, float]:
    """How many different words of each group of the vocabulary stand in title, lead and text, as logarithms.

    Args:
        found: Hits by kind.
        zones: Of the article.
    """
    met: dict[str, set[str]] = defaultdict(set)
    for kind, hits in found.items():
        name, _, group = kind.partition(":")
        if name in _KINDS:
            for hit in hits:
                part = group or (hit.tier if _KINDS[name] else hit.what.partition("|")[0] if "|" in hit.what else "")
                tier = "" if _KINDS[name] else hit.tier
                met[f"{name}|{part}|{tier}|{zones.of(hit)}"].add(hit.what)
    return {name: math.log1p(len(what)) for name, what in met.items()}


def runs_of(numbers: Codes, n_title: int) -> Codes:
    """Codes of all runs of known syllables; those of the title a second time, marked.

    Args:
        numbers: Number of each syllable, 0 where it is unknown or a sentence ends.
        n_title: How many of them are the title's.
    """
    in_title = (run | _TITLE for run in _runs(numbers[:n_title], _LONGEST_IN_TITLE))
    return np.concatenate([*_runs(numbers, _LONGEST), *in_title])


def _runs(numbers: Codes, longest: int) -> Iterable[Codes]:
    codes, known = numbers, numbers > 0
    yield codes[known]
    for length in range(2, longest + 1):
        codes = codes[:-1] | (numbers[length - 1 :] << (_BITS * (length - 1)))
        known = known[:-1] & (numbers[length - 1 :] > 0)
        yield codes[known]


def number_syllables(syllables: Sequence[str], numbers: Mapping[str, int]) -> Codes:
    """Numbers of syllables."""
    known = numbers.get
    return np.array([known(s, 0) for s in syllables], dtype=np.int64)


def vector(seen: Seen, space: Space) -> tuple[Codes, Values]:
    """(places, values) of the features of an article that a model knows."""
    codes = runs_of(number_syllables(seen.syllables, space.syllables), seen.n_title)
    distinct, counts = np.unique(codes, return_counts=True)
    places = np.searchsorted(space.runs, distinct)
    places[places == len(space.runs)] = 0
    met = space.runs[places] == distinct if len(space.runs) else np.zeros(len(distinct), dtype=bool)
    values = 1 + np.log(counts[met])
    # A run that the model does not know makes an article longer all the same.
    n_unknown = max(0, _LONGEST * sum(s != STOP for s in seen.syllables) - int(counts[met].sum()))
    norm = math.sqrt(float(values @ values) + n_unknown)
    words = [(len(space.runs) + space.words[name], value) for name, value in seen.words.items() if name in space.words]
    return (
        np.concatenate([places[met], np.array([p for p, _ in words], dtype=np.int64), [space.size - 1]]),
        np.concatenate([_RUNS * values / (norm or 1.0), [_WORDS * v for _, v in words], [_RULE * seen.rule]]),
    )


def learn_space(articles: Sequence[Seen], least: int) -> Space:
    """The features that occur in enough articles to be learnt from.

    Args:
        articles: The training articles.
        least: In how many of them a feature must occur.
    """
    held: dict[str, int] = defaultdict(int)
    for seen in articles:
        for syllable in set(seen.syllables) - {STOP}:
            held[syllable] += 1
    syllables = {s: n for n, s in enumerate(sorted(s for s, count in held.items() if count >= least), start=1)}
    codes = [np.unique(runs_of(number_syllables(a.syllables, syllables), a.n_title)) for a in articles]
    runs, counts = np.unique(np.concatenate(codes), return_counts=True)
    words = sorted({name for seen in articles for name in seen.words})
    return Space(syllables, runs[counts >= least], {name: n for n, name in enumerate(words)})
