"""Figures of the search for copies on edited pieces and on pieces that only look like copies; print or pin them.

python -m tests.eval.pieces.copies [--update [--lower]]

Edited are the pieces written for the classifier and pieces of the sample province, each by another agency. What an edit
leaves with fewer shingles than the search compares is left out: of that nothing is claimed.
"""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import comb
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from demo.writing import compose
from demo.writing.overlap import realistic_mix
from tests.eval import pieces
from tests.eval.pieces import floor
from transforms.copies import Copies, CopyCandidate, find_copies, shingles
from transforms.likeness.pairs import MIN_SHINGLES

FLOOR_FILE = Path(__file__).parents[1] / "copies_floor.json"
NEGATIVES = Path(__file__).with_name("not_copies.yaml")
SEED = 20230202
_COMPOSED = 150
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

# (headline, paragraphs, other text to draw on, chance) -> (headline, paragraphs) of the edited version.
Edit = Callable[[str, str, str, random.Random], tuple[str, str]]


@dataclass(frozen=True)
class Text:
    """One text of the measurement.

    Attributes:
        key: article_id.
        agency: agency_id.
        title: Headline.
        body: Lead and paragraphs.
        at: Time of publication.
        story: What it tells; copies share it.
        edit: How it was edited; empty for an original.
    """

    key: str
    agency: str
    title: str
    body: str
    at: datetime
    story: str
    edit: str = ""

    def candidate(self) -> CopyCandidate:
        """The text as the search for copies takes it."""
        credit = "Theo Báo Hải Dương" if self.edit else ""
        return CopyCandidate(self.key, self.agency, self.title, shingles(self.body), self.at, credit)


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return re.split(r"(?<=[.!?])\s+", text)


def words_changed(text: str, share: float, rng: random.Random) -> str:
    """The text with so many of its syllables replaced."""
    words = text.split(" ")
    for i in rng.sample(range(len(words)), max(1, round(share * len(words)))):
        words[i] = rng.choice(("nay", "cùng", "đã", "rất", "theo", "đó", "vừa", "mới"))
    return " ".join(words)


def cut(text: str, share: float, rng: random.Random) -> str:
    """So many of the sentences, in their order."""
    found = sentences(text)
    return " ".join(found[i] for i in sorted(rng.sample(range(len(found)), max(1, round(share * len(found))))))


def first(text: str, share: float) -> str:
    """The beginning, so many of the syllables."""
    words = text.split(" ")
    return " ".join(words[: round(share * len(words))])


EDITS: dict[str, Edit] = {
    "same": lambda title, text, _, __: (f"{title} ", f"{text}\n(Còn nữa)"),
    "headline": lambda _, text, other, __: (
        "Tin trong tỉnh: những chuyện đáng chú ý",
        " ".join([sentences(other)[0], *sentences(text)[1:]]),
    ),
    "words_3": lambda title, text, _, rng: (title, words_changed(text, 0.03, rng)),
    "words_10": lambda title, text, _, rng: (title, words_changed(text, 0.10, rng)),
    "cut_60": lambda title, text, _, rng: (title, cut(text, 0.6, rng)),
    "first_35": lambda title, text, _, __: (title, first(text, 0.35)),
    "local_text": lambda title, text, other, _: (title, f"{text}\n{first(other, 0.5)}"),
    "cut_60_words_5": lambda title, text, _, rng: (title, words_changed(cut(text, 0.6, rng), 0.05, rng)),
}
# Of these the search need only say that a person should look.
FOR_REVIEW: dict[str, Edit] = {
    "words_20": lambda title, text, _, rng: (title, words_changed(text, 0.20, rng)),
    "third": lambda title, text, other, _: (title, f"{first(text, 1 / 3)} {_as_long(other, text, 2 / 3)}"),
}


def _as_long(text: str, other: str, share: float) -> str:
    words = text.split(" ")
    wanted = round(share * len(other.split(" ")))
    return " ".join((words * (wanted // len(words) + 1))[:wanted])


@cache
def originals() -> tuple[Text, ...]:
    """The pieces without their swapped twins, and pieces of the sample province."""
    found = [
        Text(
            _key(p.piece_id), "agency_0", p.article.title, f"{p.article.lead}\n{p.article.text}".strip(), at, p.piece_id
        )
        for p in pieces.load()
        if not p.piece_id.endswith("-swapped") and (at := p.article.published_at)
    ]
    for n, brief in enumerate(realistic_mix(_COMPOSED, random.Random(SEED))):
        piece = compose(brief, random.Random(f"{SEED} {n}"))
        at = datetime(brief.day.year, brief.day.month, brief.day.day, 8, tzinfo=_VIETNAM)
        body = "\n".join((piece.lead, *piece.paragraphs))
        found.append(Text(_key(f"composed-{n}"), "agency_0", piece.title, body, at, f"composed-{n}"))
    return tuple(found)


def edited() -> list[Text]:
    """Every original and its edits by other agencies, each 30 hours after the one before."""
    rng = random.Random(SEED)
    # Another text for each edit: two edits that draw on one would share it.
    wanted = len(originals()) * len(EDITS | FOR_REVIEW)
    briefs = realistic_mix(wanted, random.Random(SEED + 1))
    others = (compose(brief, random.Random(f"other {n}")) for n, brief in enumerate(briefs))
    found: list[Text] = []
    for original in originals():
        found.append(original)
        for n, (name, edit) in enumerate((EDITS | FOR_REVIEW).items(), start=1):
            other = " ".join(next(others).paragraphs)
            title, body = edit(original.title, original.body, other, rng)
            if len(shingles(body)) >= MIN_SHINGLES:
                at = original.at + timedelta(hours=30 * n)
                key = _key(f"{original.story} {name}")
                found.append(Text(key, f"agency_{n}", title, body, at, original.story, name))
    return found


def look_alikes() -> list[Text]:
    """Reports of one event, forms filled in again, and the pieces' twins about another province: none is a copy."""
    rows = yaml.safe_load(NEGATIVES.read_text(encoding="utf-8"))
    found = []
    start = datetime(2023, 6, 1, 9, tzinfo=_VIETNAM)
    for e, event in enumerate(rows["events"]):
        for n, report in enumerate(event):
            name = f"event {e} {n}"
            at = start + timedelta(hours=5 * n)
            found.append(Text(_key(name), f"agency_{n}", report["title"], report["text"], at, name))
    for f, form in enumerate(rows["forms"]):
        for n, filled in enumerate(form["filled"]):
            name = f"form {f} {n}"
            agency = f"form_{f}" if form["one_agency"] else f"form_{f}_{n}"
            at = start + timedelta(days=form["days_apart"] * n)
            found.append(
                Text(_key(name), agency, form["title"].format(*filled), form["text"].format(*filled), at, name)
            )
    return found


def candidates() -> list[CopyCandidate]:
    """All texts of the measurement."""
    return [t.candidate() for t in (*edited(), *look_alikes())]


def digest() -> str:
    """What the figures are measured on."""
    parts = (f"{t.title}\n{t.body}" for t in (*originals(), *look_alikes()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def measure() -> tuple[dict[str, float], Copies]:
    """Figures, each 0 to 1 except the clusters' adjusted Rand index, which chance alone brings to 0."""
    found, alike = edited(), look_alikes()
    copies = find_copies([t.candidate() for t in (*found, *alike)])
    by_key = {t.key: t for t in (*found, *alike)}
    met = {(p["left_id"], p["right_id"]): p["verdict"] for p in copies.pairs}
    called = [pair for pair, verdict in met.items() if verdict == "copy"]
    true = [pair for pair in called if by_key[pair[0]].story == by_key[pair[1]].story]
    figures = {"precision": len(true) / len(called)}
    for name in EDITS | FOR_REVIEW:
        wanted = {"copy"} if name in EDITS else {"copy", "review"}
        edits = [t for t in found if t.edit == name]
        hits = [t for t in edits if met.get(_sorted(t.key, _key(t.story))) in wanted]
        figures[f"recall_{name}"] = len(hits) / len(edits)
    mistaken = {key for pair in called if by_key[pair[0]].story != by_key[pair[1]].story for key in pair}
    figures["look_alikes_apart"] = sum(t.key not in mistaken for t in alike) / len(alike)
    cluster_of = {m["article_id"]: m["cluster_id"] for m in copies.members}
    # What takes a third of a text, or every fifth word of it anew, is in no cluster for certain.
    sure = [t for t in by_key.values() if t.edit not in FOR_REVIEW]
    figures["clusters_adjusted_rand"] = adjusted_rand([t.story for t in sure], [cluster_of[t.key] for t in sure])
    firsts = {m["article_id"] for m in copies.members if m["is_original"]}
    figures["origins"] = sum(t.key in firsts for t in originals()) / len(originals())
    return {name: round(value, 4) for name, value in figures.items()}, copies


def adjusted_rand(truth: Sequence[str], found: Sequence[str]) -> float:
    """Agreement of two partitions, 1 for equal ones, 0 on average for chance (Hubert & Arabie 1985)."""

    def pairs(groups: Iterable[object]) -> int:
        return sum(comb(n, 2) for n in Counter(groups).values())

    both, one, two = pairs(zip(truth, found, strict=True)), pairs(truth), pairs(found)
    by_chance = one * two / comb(len(truth), 2)
    return (both - by_chance) / ((one + two) / 2 - by_chance)


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _sorted(one: str, two: str) -> tuple[str, str]:
    return (one, two) if one < two else (two, one)


def main() -> None:
    """Print the figures, and pin them when that is asked for."""
    args = floor.parser(__doc__).parse_args()
    figures, _ = measure()
    print(json.dumps(figures, indent=2))
    if args.update:
        floor.pin(FLOOR_FILE, figures, lower=args.lower, measured_on=digest())


if __name__ == "__main__":
    main()
