"""Finding the phrases of the vocabulary and the lexicon in an article, all in one pass of spaCy's PhraseMatcher."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from transforms.classify.reading import STOP, Reading, words_of
from transforms.classify.vocabulary import GAP

# Room for "tuyển (thêm 300 lao động,) công nhân"; further apart the two have nothing to do with each other.
MAX_GAP = 4


class Hit(NamedTuple):
    """A phrase met in an article; a tuple, for an article has hundreds.

    Attributes:
        kind: What it is looked for, e.g. `subject`, `place`.
        what: Which, e.g. the id of a place; the phrase itself where it has no id.
        tier: Finer kind, e.g. `strong`, `local`, or the group.
        start: First syllable.
        end: Syllable after the last.
    """

    kind: str
    what: str
    tier: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    what: str
    tier: str
    accept: Callable[[Reading, int, int], bool] | None = None
    # Half of a gapped phrase: its number and which half.
    gap: int = -1
    half: int = 0


# Sorting by a tuple of attributes, made in C.
_PLACE = attrgetter("start", "end", "tier", "what")


class PhraseFinder:
    """Phrases with what they stand for; filled once, then asked for every article."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._matcher = PhraseMatcher(vocab, attr="ORTH")
        self._entries: dict[int, _Entry] = {}
        self._gaps = 0

    def add(
        self,
        kind: str,
        what: str,
        phrase: str | Iterable[str],
        tier: str = "",
        accept: Callable[[Reading, int, int], bool] | None = None,
    ) -> None:
        """Look for a phrase.

        Args:
            kind: See `Hit`.
            what: See `Hit`.
            phrase: As written, perhaps with a gap; or its folded syllables.
            tier: See `Hit`.
            accept: Further condition on a match, given the article and the match's syllables.
        """
        if isinstance(phrase, str) and GAP in phrase:
            left, right = phrase.split(GAP)
            for half, part in enumerate((left, right)):
                self._put(_Entry(kind, what, tier, accept, self._gaps, half), words_of(part))
            self._gaps += 1
        else:
            words = words_of(phrase) if isinstance(phrase, str) else list(phrase)
            self._put(_Entry(kind, what, tier, accept), words)

    def _put(self, entry: _Entry, words: list[str]) -> None:
        key = f"{len(self._entries)}"
        self._matcher.add(key, [Doc(self._vocab, words=words)])
        self._entries[self._vocab.strings[key]] = entry

    def find(self, reading: Reading) -> dict[str, list[Hit]]:
        """All hits by kind; of hits of one kind that overlap the longest stays, of equally long ones all."""
        found: dict[str, list[Hit]] = defaultdict(list)
        halves: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
        for key, start, end in self._matcher(reading.doc):
            entry = self._entries[key]
            if entry.gap >= 0:
                halves.setdefault(entry.gap, ([], []))[entry.half].append((start, end))
                if entry.half == 1 and (begin := self._opening(reading, halves[entry.gap][0], start)) is not None:
                    found[entry.kind].append(Hit(entry.kind, entry.what, entry.tier, begin, end))
            elif entry.accept is None or entry.accept(reading, start, end):
                found[entry.kind].append(Hit(entry.kind, entry.what, entry.tier, start, end))
        return {kind: _longest(hits) for kind, hits in found.items()}

    @staticmethod
    def _opening(reading: Reading, lefts: list[tuple[int, int]], start: int) -> int | None:
        for begin, end in reversed(lefts):
            if end <= start:
                return begin if start - end <= MAX_GAP and STOP not in reading.words[end:start] else None
        return None


def _longest(hits: list[Hit]) -> list[Hit]:
    if len(hits) == 1:
        return hits
    hits.sort(key=_PLACE)
    end, span, apart = 0, (-1, -1), True
    for hit in hits:
        if hit.start < end and (hit.start, hit.end) != span:
            apart = False
            break
        end, span = hit.end, (hit.start, hit.end)
    if apart:
        return hits
    kept: list[Hit] = []
    taken: dict[int, tuple[int, int]] = {}
    for hit in sorted(hits, key=lambda h: h.start - h.end):
        span = (hit.start, hit.end)
        if any(taken.get(i, span) != span for i in range(hit.start, hit.end)):
            continue
        kept.append(hit)
        for i in range(hit.start, hit.end):
            taken[i] = span
    kept.sort(key=_PLACE)
    return kept
