"""An archive of any size whose copies are known: invented prose, set phrases, bursts, and reprints edited in many ways.

Half of the prose is drawn word by word, skewed as words are; half is clauses of the sample province's pieces, a few of
them everywhere. So shingles repeat as they do in real news: `python -m benchmarks.copies --corpus` prints both.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np

from demo.writing import compose
from demo.writing.overlap import realistic_mix
from tests.eval.pieces.copies import EDITS, FOR_REVIEW

FIRST_DAY = datetime(2021, 1, 4, tzinfo=UTC)
DAYS = 3 * 365
KINDS = EDITS | FOR_REVIEW
REPRINTS = 0.05
_AGENCIES = 40
_CLAUSES = 0.2
_SYLLABLES = (250, 560)
_WORDS = 8000


@dataclass(frozen=True)
class Made:
    """One article of the archive.

    Attributes:
        number: Its place in the archive.
        agency: Number of its agency; the first publishes most.
        at: Time of publication.
        origin: Number of the article that it reprints; its own where it is none.
        kind: How the reprint was edited; empty where it is none.
    """

    number: int
    agency: int
    at: datetime
    origin: int
    kind: str = ""

    @property
    def key(self) -> str:
        """Its article_id."""
        return sha256(f"{self.number}".encode()).hexdigest()[:16]

    def written(self) -> tuple[str, str]:
        """Headline and text, the same each time."""
        title, text = _prose(self.origin)
        if not self.kind:
            return title, text
        return KINDS[self.kind](title, text, _prose(-1 - self.number)[1], random.Random(self.number))

    def row(self) -> dict[str, Any]:
        """The article as the lake holds it."""
        title, text = self.written()
        return {
            "capture_id": self.key,
            "source_id": f"s{self.agency:02}",
            "agency_id": f"a{self.agency:02}",
            "url_key": f"site-{self.agency}.vn/{self.number}",
            "fetched_at": self.at + timedelta(hours=3),
            "article_id": self.key,
            "title": title,
            "lead": "",
            "text": text,
            "published_at": self.at,
            "credit": "Theo Báo Hải Dương" if self.kind else "",
        }


def archive(articles: int) -> list[Made]:
    """So many articles over three years, a twentieth of them reprints by others within twelve days."""
    rng = random.Random(articles)
    # Weekends are slow, every tenth day something is on.
    weights = [(0.4 if day % 7 > 4 else 1.0) * (2.4 if rng.random() < 0.1 else 1.0) for day in range(DAYS)]
    found = []
    for number, day in enumerate(rng.choices(range(DAYS), weights, k=round(articles * (1 - REPRINTS)))):
        found.append(Made(number, _agency(rng), _moment(day, rng), number))
    return [*found, *_reprints(found, articles - len(found), rng)]


def next_day(before: list[Made], articles: int) -> list[Made]:
    """So many more articles of the day after the last one."""
    rng = random.Random(len(before))
    start = len(before)
    fresh = [
        Made(start + n, _agency(rng), _moment(DAYS, rng), start + n) for n in range(round(articles * (1 - REPRINTS)))
    ]
    late = [m for m in before if not m.kind and m.at > FIRST_DAY + timedelta(days=DAYS - 10)]
    made = [
        Made(start + len(fresh) + n, _other(origin, rng), _moment(DAYS, rng), origin.number, rng.choice(list(KINDS)))
        for n, origin in enumerate(rng.sample(late, min(len(late), articles - len(fresh))))
    ]
    return [*fresh, *made]


def _reprints(originals: list[Made], number: int, rng: random.Random) -> Iterator[Made]:
    for n in range(number):
        origin = rng.choice(originals)
        at = origin.at + timedelta(hours=rng.uniform(2, 12 * 24))
        kind = list(KINDS)[n % len(KINDS)]
        yield Made(len(originals) + n, _other(origin, rng), at, origin.number, kind)


def _agency(rng: random.Random) -> int:
    return min(int(rng.paretovariate(0.7)) - 1, _AGENCIES - 1) if rng.random() < 0.7 else rng.randrange(_AGENCIES)


def _other(origin: Made, rng: random.Random) -> int:
    return (origin.agency + rng.randrange(1, _AGENCIES)) % _AGENCIES


def _moment(day: int, rng: random.Random) -> datetime:
    return FIRST_DAY + timedelta(days=day, minutes=rng.randrange(60, 12 * 60))


@cache
def _material() -> tuple[list[str], "np.ndarray[Any, Any]", list[str], "np.ndarray[Any, Any]"]:
    """Words and clauses, each with the sums of their weights."""
    pieces = [compose(b, random.Random(n)) for n, b in enumerate(realistic_mix(400, random.Random(3)))]
    text = " ".join(p for piece in pieces for p in piece.paragraphs)
    clauses = sorted({c.strip() for c in re.split(r"[.,;:!?“”]", text) if 5 <= len(c.split()) <= 16})
    syllables = sorted({s for s in re.findall(r"\w+", text.lower()) if not s.isdigit()})
    rng = random.Random(5)
    rng.shuffle(clauses)
    words = [" ".join(rng.sample(syllables, rng.choice((1, 1, 2)))) for _ in range(_WORDS)]
    return words, _sums(len(words), 1.0), clauses, _sums(len(clauses), 0.9)


def _sums(n: int, skew: float) -> "np.ndarray[Any, Any]":
    weights = np.arange(3, n + 3) ** -skew
    return np.asarray(np.cumsum(weights / weights.sum()))


def _prose(number: int) -> tuple[str, str]:
    """Headline and text of one invented article; a negative number gives text that stands in no other."""
    words, word_sums, clauses, clause_sums = _material()
    rng = np.random.default_rng([2, -number] if number < 0 else [1, number])
    wanted = int(rng.integers(*_SYLLABLES))
    drawn = [words[i] for i in np.searchsorted(word_sums, rng.random(wanted))]
    title = " ".join(drawn[:8])
    found: list[str] = []
    length = at = 0
    while length < wanted:
        end = at + int(rng.integers(7, 22))
        sentence = " ".join(drawn[at:end])
        if rng.random() < _CLAUSES * 2:
            sentence = f"{clauses[int(np.searchsorted(clause_sums, rng.random()))]}, {sentence}"
        if rng.random() < 0.3:
            sentence = f"{sentence} ngày {rng.integers(1, 29)}/{rng.integers(1, 13)} {rng.integers(10, 5000)}"
        found.append(f"{sentence}.")
        length += len(sentence.split())
        at = end if end < wanted else 0
    return title, " ".join(found)
