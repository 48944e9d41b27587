"""An article's syllables with its names and numbers made alike, so that what is learnt is about work, not about names.

What remains tells what the article is about and nothing about where it plays: of the same story told of two provinces
the same syllables remain. Where it plays is judged apart, by `geography`.
"""

from collections.abc import Mapping, Sequence

from transforms.classify.matching import Hit
from transforms.classify.reading import STOP, Reading

NUMBER, NAME, AGENCY, PLACE = "#số", "#tên", "#cơquan", "#nơi"
# What stands in for a whole name; a name within another one counts as the longer.
_STAND_IN = (("programme", "#đềán"), ("agency", AGENCY), ("place", PLACE))


def normalised(reading: Reading, found: Mapping[str, Sequence[Hit]]) -> tuple[list[str], int]:
    """The syllables as the model wants them.

    Args:
        reading: The article.
        found: Hits by kind.

    Returns:
        (syllables, how many of them are the title's); `.` where a sentence or a field ends.
    """
    words, raws = reading.words, reading.raws
    marks: dict[int, tuple[int, str]] = {}
    covered = bytearray(len(words))
    for kind, mark in _STAND_IN:
        for hit in found.get(kind, ()):
            if not any(covered[hit.start : hit.end]):
                covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
                marks[hit.start] = (hit.end, mark)
    title_end, n_title = reading.bounds["title"][1], 0
    out: list[str] = []
    last = STOP
    i, count = 0, len(words)
    while i < count:
        word = words[i]
        step = 1
        if i in marks:
            end, word = marks[i]
            step = end - i
        elif word[0].isdigit():
            word = NUMBER
        elif last != STOP and raws[i].istitle() and _is_name(reading, i):
            word = NAME
        i += step
        # A name is as long as another after this; so is an agency, whose province may be part of its name or follow it.
        if word == last == NAME or (word == PLACE and last == AGENCY):
            continue
        out.append(word)
        last = word
        if i <= title_end:
            n_title = len(out)
    return out, n_title


def _is_name(reading: Reading, token: int) -> bool:
    """Whether a capital inside a sentence has another beside it: one alone may be a title, a product, a habit."""
    raws = reading.raws
    before = raws[token - 1][:1].isupper() and reading.adjoins(token)
    return before or (token + 1 < len(raws) and raws[token + 1][:1].isupper() and reading.adjoins(token + 1))
