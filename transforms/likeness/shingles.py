"""A text as the set of its runs of five syllables, and what is taken out of it because it proves nothing."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.syllables import fold_syllable, spelt_words

SHINGLE = 5
# A shingle in more than so many articles of one agency is its furniture or its officialese: no agency runs one text
# that often. A fixed number, not a share of the articles: a share falls back under its limit as the archive grows, so
# that old results would change although nothing about them did.
FURNITURE_FROM = 10

HAS_NUMBER = np.uint64(1)

Hashes = npt.NDArray[np.uint64]

# Clauses that name the legal bases of a document; every document on the matter repeats them. They are short and stand
# at the head of a line or after the clause before; a longer one is prose that begins with these words.
_LEGAL_BASES = ("căn cứ", "xét đề nghị", "xét tờ trình", "theo đề nghị của")
_PREAMBLE = re.compile(rf"(?:^|(?<=;))[^\w\n;]*(?:{'|'.join(_LEGAL_BASES)})\b[^;\n]{{0,300}}(?:;|$)", re.MULTILINE)
# Distinct spellings kept at a time: names and numbers never end, the syllables of the language are some 7,000.
_KNOWN_WORDS = 1 << 18


class _WordHashes(dict[str, int]):
    """Spelling -> hash of the folded syllable, computed once; its lowest bit tells a number."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        folded = fold_syllable(word)
        digest = int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest(), "little")
        has_number = any(c.isdigit() for c in folded)
        found = self[word] = digest | 1 if has_number else digest & ~1
        return found


_word_hashes = _WordHashes()


def shingles(text: str) -> Hashes:
    """Distinct 5-syllable shingles of a text as sorted 64-bit hashes, the same in every run and on every machine.

    The clauses of a legal preamble ("Căn cứ …;") are left out. The lowest bit of a hash (`HAS_NUMBER`) tells whether a
    number stands in the shingle.

    Args:
        text: Lead and body; a line is a paragraph.
    """
    prose = unicodedata.normalize("NFC", text).lower()
    # Looking for the words first is three times as fast as the pattern, and most texts have none of them.
    if any(words in prose for words in _LEGAL_BASES):
        prose = _PREAMBLE.sub("\n", prose)
    words = np.fromiter(map(_word_hashes.__getitem__, spelt_words(prose)), dtype=np.uint64)
    n = len(words) - SHINGLE + 1
    if n < 1:
        return np.empty(0, dtype=np.uint64)
    # A polynomial over random 64-bit words, then the finaliser of splitmix64 (Steele et al. 2014) to spread its bits.
    h = np.zeros(n, dtype=np.uint64)
    for i in range(SHINGLE):
        h = h * np.uint64(0x9E3779B97F4A7C15) + words[i : i + n]
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    numbers = np.bitwise_or.reduce(np.lib.stride_tricks.sliding_window_view(words & HAS_NUMBER, SHINGLE), axis=1)
    return np.unique(((h ^ (h >> np.uint64(31))) & ~HAS_NUMBER) | numbers)


def without_furniture(agencies: Sequence[str], texts: Sequence[Hashes]) -> list[Hashes]:
    """The shingles of each text without those that its agency repeats in more than `FURNITURE_FROM` articles.

    Args:
        agencies: Agency of each text.
        texts: Shingles of each text.
    """
    by_agency: dict[str, list[int]] = defaultdict(list)
    for i, agency in enumerate(agencies):
        by_agency[agency].append(i)
    kept = list(texts)
    for members in by_agency.values():
        if len(members) <= FURNITURE_FROM:
            continue
        every = np.concatenate([texts[i] for i in members])
        proves = ~_often(every)
        bounds = np.cumsum([0, *(len(texts[i]) for i in members)])
        if proves.all():
            continue
        ends = np.concatenate([[0], np.cumsum(proves)])[bounds]
        left = every[proves]
        for i, start, stop in zip(members, ends[:-1], ends[1:], strict=True):
            kept[i] = left[start:stop]
    return kept


def _often(values: Hashes) -> npt.NDArray[np.bool_]:
    """Which of the values occur more than `FURNITURE_FROM` times among them.

    Nearly all occur once or twice, so counting by the leading bits first spares sorting them.
    """
    bits = np.uint64(min(24, max(8, len(values).bit_length())))
    bucket = (values >> (np.uint64(64) - bits)).astype(np.int32)
    crowded = np.bincount(bucket, minlength=1 << int(bits)) > FURNITURE_FROM
    often = crowded[bucket]
    at = np.flatnonzero(often)
    _, codes, counts = np.unique(values[at], return_inverse=True, return_counts=True)
    often[at] = (counts > FURNITURE_FROM)[codes]
    return often
