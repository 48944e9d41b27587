"""An article as syllables: folded for matching, each remembering where in which field it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc
from spacy.vocab import Vocab

from transforms.article import Article
from transforms.classify.labels import Field, Span
from transforms.syllables import INVISIBLE, MARKS, fold_syllable

# Stands where a sentence or a field ends; no phrase reaches over it. Commas, quotes, dashes and line breaks leave no
# trace, so a name is met however it is punctuated.
STOP = "."

_JOINT = re.compile(r"[-–&.,]")
# 1. Capitals joined by a sign are one word however they are joined: LĐ-TB&XH, LĐTB&XH. 2. Numbers with separators of
# thousands. 3. Syllables. 4. Ends of sentences; a full stop inside "TP.HCM" or "07.6.2022" is none.
_TOKEN = re.compile(
    rf"(?<!\w)[A-ZĐ]{{1,6}}(?:[-–&][A-ZĐ]{{1,6}})+(?![\w{MARKS}])"
    r"|\d+(?:[.,]\d{3}(?!\d))+"
    rf"|\w[\w{MARKS}{INVISIBLE}]*"
    r"|[.!?;…](?=[\s\"”’»)\]]|$)"
)
_STOPS = frozenset(".!?;…")
# After these a full stop belongs to the abbreviation: "TP. Hải Dương", "H. Nam Sách".
_SHORTENED = frozenset({"tp", "tx", "tt", "h", "p", "q", "x", "gs", "ts", "ths", "pgs", "tnhh", "vp", "đ"})

_FIELDS: tuple[Field, ...] = ("title", "lead", "text")


@dataclass(frozen=True, slots=True)
class Reading:
    """The syllables of an article.

    Attributes:
        doc: Folded syllables as spaCy's matchers want them.
        words: The same as strings; `.` where a sentence or field ends.
        raws: The same as they are written.
        starts: First character of each in its field.
        ends: Character after the last of each in its field.
        bounds: Field -> (first syllable, syllable after the last).
        sources: Field -> its text as handed in.
    """

    doc: Doc
    words: Sequence[str]
    raws: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    bounds: dict[Field, tuple[int, int]]
    sources: dict[Field, str]

    def field_of(self, token: int) -> Field:
        """Field in which a syllable stands."""
        if token >= self.bounds["text"][0]:
            return "text"
        return "lead" if token >= self.bounds["lead"][0] else "title"

    def adjoins(self, token: int) -> bool:
        """Whether only white space stands between this syllable and the one before it."""
        if token == 0 or self.words[token - 1] == STOP or self.words[token] == STOP:
            return False
        between = self.sources[self.field_of(token)][self.ends[token - 1] : self.starts[token]]
        return self.starts[token] >= self.ends[token - 1] and not between.strip()

    def sentence(self, token: int) -> tuple[int, int]:
        """First syllable and syllable after the last of the sentence around a syllable."""
        first = last = token
        while first > 0 and self.words[first - 1] != STOP:
            first -= 1
        while last < len(self.words) and self.words[last] != STOP:
            last += 1
        return first, last

    def span(self, start: int, end: int, kind: str, what: str) -> Span:
        """The evidence that syllables `start` to `end` are."""
        return Span(self.field_of(start), self.starts[start], self.ends[end - 1], kind, what)


def split(text: str) -> Iterator[tuple[str, str, int]]:
    """Syllables of a text: (folded or `.`, as written, first character)."""
    last = STOP
    for match in _TOKEN.finditer(text):
        raw = match[0]
        folded = _FOLDED.get(raw)
        if folded is None:
            folded = _fold(raw)
        if folded == STOP and (last == STOP or (raw == "." and last in _SHORTENED)):
            continue
        last = folded
        yield folded, raw, match.start()


# Texts repeat the same few thousand spellings; a dictionary answers faster than any function that caches.
_FOLDED: dict[str, str] = {}
_MOST_FOLDED = 1 << 16


def _fold(raw: str) -> str:
    folded = STOP if raw in _STOPS else fold_syllable(raw if raw.isalpha() else _JOINT.sub("", raw))
    if len(_FOLDED) >= _MOST_FOLDED:
        _FOLDED.clear()
    _FOLDED[raw] = folded
    return folded


def words_of(phrase: str) -> list[str]:
    """Folded syllables of a phrase of the vocabulary."""
    return [word for word, _, _ in split(phrase) if word != STOP]


def read(vocab: Vocab, article: Article) -> Reading:
    """Split title, lead and text of an article into syllables."""
    words: list[str] = []
    raws: list[str] = []
    starts: list[int] = []
    bounds: dict[Field, tuple[int, int]] = {}
    sources: dict[Field, str] = {"title": article.title, "lead": article.lead, "text": article.text}
    for field in _FIELDS:
        first = len(words)
        found = list(split(sources[field]))
        if found:
            of_field, as_written, at = zip(*found, strict=True)
            words += of_field
            raws += as_written
            starts += at
        words.append(STOP)
        raws.append("")
        starts.append(len(sources[field]))
        bounds[field] = (first, len(words))
    ends = [start + len(raw) for start, raw in zip(starts, raws, strict=True)]
    return Reading(Doc(vocab, words=words), words, raws, starts, ends, bounds, sources)
