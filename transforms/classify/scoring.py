"""How much of an article is about the programme's subject, and which of the plan's content lines it serves."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from transforms.classify.labels import Field
from transforms.classify.matching import Hit
from transforms.classify.reading import Reading

# Weights of a logistic score, set by hand on the cases of the codebook: a title and lead about the subject suffice, a
# body needs several different strong words, and a title about something else outweighs a body full of weak ones.
BIAS = -2.1
TITLE = {"strong": (2.0, 2), "weak": (0.4, 3)}
LEAD = {"strong": (0.8, 2), "weak": (0.2, 3)}
DENSITY = {"strong": (0.9, 4.0), "weak": (0.2, 8.0)}
DISTINCT = (0.25, 6)
RIVAL_TITLE, RIVAL_LEAD, RIVAL_DENSITY = (-1.5, 2), (-0.6, 2), (-0.4, 3.0)
OTHER_PROGRAMME_HEAD, OTHER_PROGRAMME_TEXT = -4.0, -1.5
# A word said ten times says little more than one said thrice.
REPEATS = 3
# Syllables of the text that stand in for a missing lead.
OPENING = 50
# Per how many syllables densities are taken, and the least length: a caption of ten syllables is not dense, but short.
PER = 100
LEAST_LENGTH = 60

THEME_FIELD: Mapping[Field, float] = {"title": 2.0, "lead": 1.5, "text": 1.0}
THEME_TIER = {"strong": 1.0, "weak": 0.3}
# A further theme counts with a strong word and some weak ones, and with some share of the weight of the first.
THEME_FROM, THEME_SHARE, MOST_THEMES = 1.5, 0.7, 3
# Where no word of a theme was met, the group of the subject says which content line it serves.
THEME_OF_GROUP = {
    "training": "c3_gdnn_space",
    "stream": "c3_gdnn_space",
    "market": "c4_enterprise",
    "level": "c1_awareness",
    "demand": "c4_enterprise",
    "links": "c5_training_offer",
}


class Zones:
    """Which part of an article a hit stands in: title, lead (or the opening where there is no lead), text."""

    def __init__(self, reading: Reading) -> None:
        self._title_end = reading.bounds["title"][1]
        lead_start, lead_end = reading.bounds["lead"]
        text_start, text_end = reading.bounds["text"]
        # One syllable, the stop, means an empty field.
        self._lead_end = lead_end if lead_end - lead_start > 1 else min(text_start + OPENING, text_end)
        self.length = max(LEAST_LENGTH, text_end - lead_start)

    def of(self, hit: Hit) -> Field:
        """The zone of a hit."""
        if hit.start < self._title_end:
            return "title"
        return "lead" if hit.start < self._lead_end else "text"


def subject_probability(zones: Zones, subject: Sequence[Hit], rivals: Sequence[Hit], others: Sequence[Hit]) -> float:
    """How sure it is that the programme's subject is what the article is about, wherever it plays.

    Args:
        zones: Of the article.
        subject: Words of the subject, tier `strong` or `weak`.
        rivals: Words of other subjects.
        others: Names of other programmes.
    """
    z = BIAS
    for tier in ("strong", "weak"):
        hits = [h for h in subject if h.tier == tier]
        z += _distinct(zones, hits, "title", TITLE[tier]) + _distinct(zones, hits, "lead", LEAD[tier])
        z += _density(zones, hits, DENSITY[tier])
        if tier == "strong":
            z += DISTINCT[0] * min(len({h.what for h in hits}), DISTINCT[1])
    z += _distinct(zones, rivals, "title", RIVAL_TITLE) + _distinct(zones, rivals, "lead", RIVAL_LEAD)
    z += _density(zones, rivals, RIVAL_DENSITY)
    if others:
        z += OTHER_PROGRAMME_HEAD if any(zones.of(h) != "text" for h in others) else OTHER_PROGRAMME_TEXT
    return 1 / (1 + math.exp(-z))


def _distinct(zones: Zones, hits: Sequence[Hit], zone: Field, weight: tuple[float, int]) -> float:
    return weight[0] * min(len({h.what for h in hits if zones.of(h) == zone}), weight[1])


def _density(zones: Zones, hits: Sequence[Hit], weight: tuple[float, float]) -> float:
    counts = Counter(h.what for h in hits if zones.of(h) != "title")
    return weight[0] * min(PER * sum(min(n, REPEATS) for n in counts.values()) / zones.length, weight[1])


def themes(zones: Zones, cues: Sequence[Hit], subject: Sequence[Hit]) -> tuple[str, ...]:
    """Content lines that a relevant article serves, strongest first, at least one.

    Args:
        zones: Of the article.
        cues: Words of the themes; `what` is "theme|phrase".
        subject: Words of the subject; `what` is "group|phrase".
    """
    weights: dict[str, list[float]] = defaultdict(list)
    for hit in cues:
        weights[hit.what].append(THEME_FIELD[zones.of(hit)] * THEME_TIER[hit.tier])
    scores: dict[str, float] = defaultdict(float)
    for what, met in weights.items():
        # Each further mention of a word counts half of the one before.
        scores[what.split("|", 1)[0]] += sum(w / 2**i for i, w in enumerate(sorted(met, reverse=True)[:REPEATS]))
    if not scores:
        groups = Counter(h.what.split("|", 1)[0] for h in subject)
        return (THEME_OF_GROUP[min(groups, key=lambda g: (-groups[g], g))] if groups else "c1_awareness",)
    ranked = sorted(scores, key=lambda t: (-scores[t], t))
    least = max(THEME_FROM, THEME_SHARE * scores[ranked[0]])
    return tuple([ranked[0], *(t for t in ranked[1:] if scores[t] >= least)][:MOST_THEMES])
