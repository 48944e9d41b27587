"""How right answers are: titles, days, authors, leads, text, and which pages are no article."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean

from benchmarks.extraction.pages import Answer, SavedPage, Truth
from transforms.extract.wording import clean, folded

# The public set's own measure counts runs of four words.
_RUN = 4
# Where only beginning, end and number of words are known, a text with these is the text but for a few words inside.
_FEW = 0.02


@dataclass(frozen=True)
class Score:
    """One figure of a reader.

    Attributes:
        name: What is counted.
        of: On how many pages.
        value: Share or mean, 0 to 1.
    """

    name: str
    of: int
    value: float


Judge = Callable[[Truth, Answer], float]


def title_right(truth: Truth, answer: Answer) -> float:
    """Whether the words of the headline are those of the page, and no more."""
    return float(_words(answer.title) in {_words(title) for title in truth.title})


def day_right(truth: Truth, answer: Answer) -> float:
    """Whether the day is right; where the page has none, whether none was given."""
    return float(answer.day == (truth.day.isoformat() if truth.day else ""))


def day_wrong(truth: Truth, answer: Answer) -> float:
    """Whether another day was given."""
    return float(bool(answer.day) and not day_right(truth, answer))


def authors_right(truth: Truth, answer: Answer) -> float:
    """Whether all names are there and no other."""
    return float(_names(answer.authors) == _names(truth.authors or ()))


def author_wrong(truth: Truth, answer: Answer) -> float:
    """Whether a name was given that is none of the page's."""
    return float(not _names(answer.authors) <= _names(truth.authors or ()))


def lead_right(truth: Truth, answer: Answer) -> float:
    """Whether the lead is told apart as a reader sees it."""
    return float(_words(answer.lead) == _words(truth.lead or ""))


def text_f1(truth: Truth, answer: Answer) -> float:
    """F1 of the words, each counted as often as it stands there."""
    return _f1(_words(truth.text or "").split(), _words(answer.text).split())


def text_complete(truth: Truth, answer: Answer) -> float:
    """Where beginning, end and number of words are known: whether all three fit."""
    words = answer.text.split()
    shown = _words(answer.text)
    fits = shown.startswith(_words(truth.opening)) and shown.endswith(_words(truth.ending))
    return float(fits and abs(len(words) - truth.words) <= _FEW * truth.words)


def text_runs(pairs: Sequence[tuple[Truth, Answer]]) -> float:
    """The public set's own measure: F1 of mean precision and mean recall of runs of four words, case kept."""
    precisions, recalls = [], []
    for truth, answer in pairs:
        expected, found = _runs(truth.text or ""), _runs(answer.text)
        shared = (expected & found).total()
        if found or not expected:
            precisions.append(shared / found.total() if found else 1.0)
        if expected or not found:
            recalls.append(shared / expected.total() if expected else 1.0)
    precision, recall = mean(precisions or [0.0]), mean(recalls or [0.0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def kinds_told_apart(pages: Sequence[SavedPage], answers: Sequence[Answer]) -> tuple[Score, Score]:
    """Section pages refused, and articles refused wrongly."""
    others = [a for p, a in zip(pages, answers, strict=True) if not p.truth.is_article]
    articles = [a for p, a in zip(pages, answers, strict=True) if p.truth.is_article]
    return (
        Score("section pages refused", len(others), mean(bool(a.refused) for a in others) if others else 0.0),
        Score("articles refused", len(articles), mean(bool(a.refused) for a in articles) if articles else 0.0),
    )


_JUDGES: dict[str, tuple[Callable[[Truth], object], Judge]] = {
    "title": (lambda t: t.title, title_right),
    "day right": (lambda t: t.tells_day, day_right),
    "day wrong": (lambda t: t.tells_day, day_wrong),
    "authors": (lambda t: t.authors is not None, authors_right),
    "wrong name": (lambda t: t.authors is not None, author_wrong),
    "lead": (lambda t: t.lead, lead_right),
    "text F1": (lambda t: t.text, text_f1),
    "text fits": (lambda t: t.words, text_complete),
}


def score(pages: Sequence[SavedPage], answers: Sequence[Answer], names: Sequence[str]) -> list[Score]:
    """The figures asked for, each on the articles whose truth says anything of it."""
    pairs = [(p.truth, a) for p, a in zip(pages, answers, strict=True) if p.truth.is_article]
    scores = []
    for name in names:
        if name == "text runs":
            asked = [(t, a) for t, a in pairs if t.text]
            scores.append(Score(name, len(asked), text_runs(asked)))
            continue
        says, judge = _JUDGES[name]
        judged = [judge(t, a) for t, a in pairs if says(t)]
        scores.append(Score(name, len(judged), mean(judged) if judged else 0.0))
    return scores


def misses(pages: Sequence[SavedPage], answers: Sequence[Answer], names: Sequence[str]) -> list[str]:
    """What was read otherwise, a line each, the worst texts first."""
    lines = []
    for name in names:
        if name not in _JUDGES or name in {"day wrong", "wrong name"}:
            continue
        says, judge = _JUDGES[name]
        told = [
            (judge(p.truth, a), p, a)
            for p, a in zip(pages, answers, strict=True)
            if p.truth.is_article and says(p.truth)
        ]
        for value, page, answer in sorted(told, key=lambda row: row[0]):
            if value < (0.9 if name == "text F1" else 1):
                lines.append(f"{name} {value:.2f} {page.name}: {_shown(name, page.truth, answer)}")
    return lines


def _shown(name: str, truth: Truth, answer: Answer) -> str:
    if answer.refused:
        return f"refused: {answer.refused}"
    pair: tuple[object, object] = {
        "title": (answer.title, truth.title),
        "day right": (answer.day, truth.day),
        "authors": (answer.authors, truth.authors),
        "lead": (answer.lead, truth.lead),
    }.get(name, (len(answer.text.split()), truth.words or len((truth.text or "").split())))
    said = str(pair[1]) if isinstance(pair[1], date) else repr(pair[1])
    return f"{pair[0]!r} instead of {said}"


def _names(authors: Sequence[str]) -> set[str]:
    return {_words(name) for name in authors} - {""}


def _words(text: str) -> str:
    return folded(clean(text))


def _f1(expected: Sequence[str], found: Sequence[str]) -> float:
    if not expected and not found:
        return 1.0
    return 2 * (Counter(expected) & Counter(found)).total() / (len(expected) + len(found))


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)) if words)
