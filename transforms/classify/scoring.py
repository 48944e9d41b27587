"""How much of an article is about the programme's subject, by a score that people made: one feature of the model."""

from collections import Counter
from collections.abc import Sequence

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


def subject_odds(zones: Zones, subject: Sequence[Hit], rivals: Sequence[Hit], others: Sequence[Hit]) -> float:
    """What the hand-made score holds of the programme's subject being what the article is about, as log odds.

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
    return z


def _distinct(zones: Zones, hits: Sequence[Hit], zone: Field, weight: tuple[float, int]) -> float:
    return weight[0] * min(len({h.what for h in hits if zones.of(h) == zone}), weight[1])


def _density(zones: Zones, hits: Sequence[Hit], weight: tuple[float, float]) -> float:
    counts = Counter(h.what for h in hits if zones.of(h) != "title")
    return weight[0] * min(PER * sum(min(n, REPEATS) for n in counts.values()) / zones.length, weight[1])
