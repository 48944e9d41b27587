"""Sentence frames: how one written line becomes many sentences.

A frame is a line of Vietnamese with three marks:

* ``[a|b|c]`` one of the alternatives, which may nest and may be empty;
* ``<adverbial~clause>`` the adverbial before the clause (with a comma) or behind it;
* ``{slot}`` a value of the piece's cast, see `demo.writing.cast`.
"""

import random
import re
from collections.abc import Callable, Mapping

_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_ORDER = re.compile(r"<([^<>~]*)~([^<>]*)>")
_SLOT = re.compile(r"\{([^{}]+)\}")
_START = re.compile(r"(^|[.?!…]\s+|:\s)([“\"]?)(\w)")


def choose(frame: str, rng: random.Random) -> str:
    """Settle the alternatives and the clause order of a frame, leaving its slots."""
    while (found := _INNERMOST.search(frame)) is not None:
        frame = frame[: found.start()] + rng.choice(found[1].split("|")) + frame[found.end() :]

    def order(found: re.Match[str]) -> str:
        adverbial, clause = found[1], found[2]
        return f"{adverbial}, {clause}" if rng.random() < 0.5 else f"{clause} {adverbial}"

    return _ORDER.sub(order, frame)


def fill(text: str, value: Callable[[str], str]) -> str:
    """Replace every slot by its value and set capitals where sentences begin."""
    return capitalise(_SLOT.sub(lambda found: value(found[1]), text))


def capitalise(text: str) -> str:
    """Upper-case the first letter of every sentence, and of a quotation after a colon."""

    def upper(found: re.Match[str]) -> str:
        # Behind a colon only a quotation begins anew; an enumeration does not.
        if found[1].startswith(":") and not found[2]:
            return found[0]
        return found[1] + found[2] + found[3].upper()

    # An alternative may be empty and leave its spaces behind.
    return _START.sub(upper, re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r"\s+", " ", text.strip())))


class Thesaurus:
    """Words that may stand for each other in any sentence of this material."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._others = groups
        words = sorted(groups, key=len, reverse=True)
        self._pattern = re.compile(r"(?<![\w{])(" + "|".join(map(re.escape, words)) + r")(?![\w}])", re.IGNORECASE)

    def places(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """Where words can be replaced: start, end and what may stand there."""
        found = ((match.start(), match.end(), self._others[match[0].lower()]) for match in self._pattern.finditer(text))
        return [(start, end, others) for start, end, others in found if others != (text[start:end].lower(),)]

    def vary(self, text: str, rng: random.Random, share: float) -> str:
        """Replace about `share` of the replaceable words."""

        def other(found: re.Match[str]) -> str:
            if rng.random() >= share:
                return found[0]
            word = rng.choice(self._others[found[0].lower()])
            return word[0].upper() + word[1:] if found[0][0].isupper() else word

        return self._pattern.sub(other, text)
