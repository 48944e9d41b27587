"""The end of a text: who signed it, whom it was taken from, who took the pictures."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from transforms.extract.apart import SHORT, SOURCES, is_aligned, is_set_apart
from transforms.extract.blocks import Block
from transforms.extract.bylines import (
    Strictness,
    bare_credit,
    begins_like_body,
    has_prefix,
    is_credit,
    is_picture_credit,
    read_names,
    split_credit,
)
from transforms.extract.dates import read_date_line
from transforms.extract.page import class_parts

# By-line, credit, photographer and date: no more closing lines than these.
_MAX_LINES = 4
# Names at the foot without any mark of a by-line: two full names at most.
_PLAIN_WORDS = 8
# Shorter lines one below the other are a list.
_LIST_WORDS = 6


_SENTENCE_END = re.compile(r"""[.!?…:;,][”’»")\]]*$""")


@dataclass(frozen=True, slots=True)
class Signature:
    """A line that may name the author.

    Attributes:
        text: The line.
        strictness: What counts as a name in it.
        own_element: Whether it stands in an element that calls itself by-line.
    """

    text: str
    strictness: Strictness = Strictness.PEN_NAME
    own_element: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing lines said.

    Attributes:
        signatures: By-lines, the last line first.
        credit: Credit line.
    """

    signatures: list[Signature]
    credit: str


def take_closing(
    lines: list[Block], own: Collection[Signature], sites: Collection[str], *, signed_below: bool
) -> Closing:
    """Take the closing lines off the end of a text.

    Args:
        lines: Lines of the text; shortened in place.
        own: By-lines and credits found in elements of their own.
        sites: Folded names of the site and its publisher.
        signed_below: Whether the platform signs in the last line, initials too.
    """
    sources, signatures = [], []
    for _ in range(_MAX_LINES):
        if not lines or lines[-1].words > SHORT or lines[-1].is_heading:
            break
        line = lines[-1]
        if is_credit(line.text) or not SOURCES.isdisjoint(class_parts(line.element)):
            sources.append(line.text)
        elif signature := _signature(lines, sites, signed_below=signed_below):
            signatures.append(signature)
        elif not (is_picture_credit(line.text) or read_date_line(line.text)):
            break
        lines.pop()
    signatures += own
    sources += [s.text for s in own if is_credit(s.text)]
    sources += [credit for s in signatures if (credit := split_credit(s.text)[1])]
    named = [s for s in signatures if not is_credit(s.text)]
    return Closing(named, bare_credit(sources[0]) if sources else "")


def _signature(lines: list[Block], sites: Collection[str], *, signed_below: bool) -> Signature | None:
    """The last line as a by-line; None when it is text."""
    line = lines[-1]
    # A sentence; but initials end in a full stop too.
    if _SENTENCE_END.search(line.text) and not re.search(r"\b[A-ZĐ]\.$", line.text):
        return None
    strictness = Strictness.PERSON
    if has_prefix(line.text) or (begins_like_body(line.text) and (signed_below or is_aligned(line, "right"))):
        strictness = Strictness.ANY
    elif is_set_apart(line) or (signed_below and line.words <= _PLAIN_WORDS):
        strictness = Strictness.PEN_NAME
    # The last of several short lines is the end of a list of names; a line alone may be all the text there is.
    elif line.words > _PLAIN_WORDS or line.element.tag == "li" or len(lines) < 2 or _is_list_item(lines[-2]):
        return None
    return Signature(line.text, strictness) if read_names(line.text, sites, strictness) else None


def _is_list_item(block: Block) -> bool:
    return block.words <= _LIST_WORDS and not block.is_heading and not _SENTENCE_END.search(block.text)
