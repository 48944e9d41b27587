"""How a line of Vietnamese text is cleaned for reading and folded for comparing."""

import re
import unicodedata
from functools import lru_cache

# Soft hyphen, zero-width characters, bidi marks and the byte-order mark: they show nothing and split words.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_UNSHOWN = re.compile(rf"[{_INVISIBLE}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
# The same of the second row of controls, in UTF-8.
_MORE_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
_WORD = re.compile(r"\w+(?:[.,/:'’-]\w+)*")
_WORDS_ALONE = re.compile(r"\w+")
_FIRST_SIGN = "\u3040"
_SIGN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LONG_LINE = 1_000
# What Unicode allows a letter in text that is to be read in one pass (UAX #15, stream-safe).
_MARKS = 30
_ODD_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{_MARKS + 1},}}")
# Longer lines are rare and would fill the memory of the cache.
_CACHED_LETTERS = 300


def clean(text: str | None) -> str:
    """The text as shown: NFC, single spaces, nothing invisible."""
    if not text:
        return ""
    text = " ".join(text.split())
    # Nearly every line is printable as it stands; only where it is not, it is looked at letter by letter.
    if not text.isprintable():
        text = " ".join(_UNSHOWN.sub("", text).split())
    return composed(text)


def composed(text: str) -> str:
    """The text in NFC, and in time: marks without end over one letter take a time that grows with their square."""
    if len(text) > _LONG_LINE and _ODD_RUN.search(text):
        text = _ODD_RUN.sub(lambda run: _fewer_marks(run[0]), text)
    return unicodedata.normalize("NFC", text)


def _fewer_marks(run: str) -> str:
    kept, marks = [], 0
    for letter in run:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MARKS:
            kept.append(letter)
    return "".join(kept)


def without_controls(data: bytes) -> bytes:
    """UTF-8 without the control characters that no parser accepts."""
    data = data.translate(None, _CONTROLS)
    return _MORE_CONTROLS.sub(b"", data) if b"\xc2" in data else data


def folded(text: str) -> str:
    """The words alone, lower case, for comparing two readings of the same line."""
    return _folded_short(text) if len(text) <= _CACHED_LETTERS else _folded(text)


def _folded(text: str) -> str:
    return " ".join(_WORDS_ALONE.findall(composed(text).casefold()))


# Rules compare the same lines again and again: headline, site, sections.
_folded_short = lru_cache(maxsize=4096)(_folded)


def count_syllables(text: str) -> int:
    """Number of syllables (Vietnamese writes each apart), numbers included; kana and Chinese signs are one each."""
    count = len(_WORD.findall(text))
    return count + len(_SIGN.findall(text)) if text and max(text) >= _FIRST_SIGN else count


def shared_words(left: str, right: str) -> float:
    """Share of the words of the shorter line that the longer one has too, 0 to 1."""
    a, b = set(folded(left).split()), set(folded(right).split())
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
