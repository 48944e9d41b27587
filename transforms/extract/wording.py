"""How a line of Vietnamese text is cleaned for reading and folded for comparing."""

import re
import unicodedata

# Soft hyphen, zero-width characters, bidi marks and the byte-order mark: they show nothing and split words.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WORD = re.compile(r"\w+(?:[.,/:'’-]\w+)*")
_FIRST_SIGN = "\u3040"
_SIGN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SPACE = re.compile(r"\s+")


def clean(text: str | None) -> str:
    """The text as shown: NFC, single spaces, nothing invisible."""
    if not text:
        return ""
    text = _CONTROL.sub("", _INVISIBLE.sub("", _SPACE.sub(" ", text)))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text)).strip()


def without_controls(text: str) -> str:
    """The text without the control characters that no parser accepts."""
    return _CONTROL.sub("", text)


def folded(text: str) -> str:
    """The words alone, lower case, for comparing two readings of the same line."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


def count_syllables(text: str) -> int:
    """Number of syllables (Vietnamese writes each apart), numbers included; kana and Chinese signs are one each."""
    count = len(_WORD.findall(text))
    return count + len(_SIGN.findall(text)) if text and max(text) >= _FIRST_SIGN else count


def shared_words(left: str, right: str) -> float:
    """Share of the words of the shorter line that the longer one has too, 0 to 1."""
    a, b = set(folded(left).split()), set(folded(right).split())
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
