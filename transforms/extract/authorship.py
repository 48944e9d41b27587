"""Whose piece it is: platform rule, claims, signature at the end, by-line near the headline."""

import re
from collections.abc import Iterator
from itertools import takewhile

from transforms.extract.blocks import Block
from transforms.extract.body import Body
from transforms.extract.bylines import Strictness, has_prefix, is_label, read_names
from transforms.extract.dates import read_date_line
from transforms.extract.page import Page, class_parts
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean, folded

_PARTS = frozenset(
    ("author", "authors", "tacgia", "tac-gia", "byline", "reporter", "journalist", "writer", "phongvien")
)
_AROUND = 12
# Name, section and counter may stand between a name and the date, each in an element of its own.
_FROM_DATE = 3
# From here on a line is text.
_PROSE_WORDS = 12


def choose_authors(page: Page, platform: Platform | None, body: Body, section: str) -> tuple[tuple[str, ...], str]:
    """Names in page order and the rule; empty rather than the site's own name."""
    for rule, lines, strictness in _places(page, platform, body):
        groups = [read_names(line, page.claims.sites, strictness, section) for line in lines]
        if names := tuple(dict.fromkeys(name for group in groups for name in group)):
            return names, rule
    return (), ""


def _places(page: Page, platform: Platform | None, body: Body) -> Iterator[tuple[str, tuple[str, ...], Strictness]]:
    """Where a name may stand, best place first: rule, lines that belong together, what counts as a name there."""
    if platform:
        for element in page.select_each(platform.author):
            yield f"platform:{platform.name}", (clean(element.text_content()),), Strictness.ANY
        if platform.signed_below:
            for signature in body.signatures:
                yield f"platform:{platform.name}", (signature.text,), Strictness.ANY
    for rule, claimed in page.claims.authors:
        yield rule, claimed, Strictness.CLAIMED
    for signature in body.signatures:
        sure = has_prefix(signature.text) or (platform is not None and signature.own_element)
        yield "visible:signature", (signature.text,), Strictness.ANY if sure else signature.strictness
    for line in _near_headline(page, body):
        yield "visible:byline", (line,), Strictness.PERSON
    for line in _beside_date(page):
        yield "visible:byline", (line,), Strictness.FULL_NAME


def _near_headline(page: Page, body: Body) -> Iterator[str]:
    """Short lines that call themselves by-line, around the headline and right after the body."""
    lines = [*page.after_anchor(_AROUND), *page.following(body.blocks), *page.before_anchor(3)]
    for block in lines:
        if block.words > 2 * _AROUND:
            continue
        if is_label(block.text):
            yield from (b.text for b in page.beside(block, 0, 1))
        # By-line and date often share a line, each in an element of its own; an element may hold many lines.
        for part in block.element.iter("span", "a", "b", "strong", "em", "i", "address", "p"):
            if part is not block.element and not _PARTS.isdisjoint(class_parts(part)):
                text = clean(part.text_content())
                if text in block.text:
                    yield text
        around = (block.element, *list(block.element.iterancestors())[:3])
        # Name and role in one box, each in an element of its own.
        if not _PARTS.isdisjoint(class_parts(block.element)) and len(block.element) > 1:
            yield from (clean(part.text_content()) for part in block.element.iterchildren("a", "span", "b", "strong"))
        if has_prefix(block.text) or any(not _PARTS.isdisjoint(class_parts(node)) for node in around):
            # Beside a date the name ends where the date begins.
            yield from _rest(block) or (block.text,)


def _beside_date(page: Page) -> Iterator[str]:
    """What shares a line with the date near the headline, and lines of their own around it and under the lead.

    Nothing there says that it is a by-line, so that only full names count.
    """
    above = [block for block in page.before_anchor(_FROM_DATE) if not block.is_linked]
    head, between = _before_text(page)
    for block in (*head, *above):
        if not page.is_furniture(block.element):
            yield from _rest(block)
    dated = [index for index, block in enumerate(head) if read_date_line(block.text)]
    near = [b for i, b in enumerate(head) if any(0 < abs(i - other) <= _FROM_DATE for other in dated)]
    # A table beside the date tells who signed a document, not who wrote the piece.
    near = [b for b in near if b.element.tag not in {"td", "th"}]
    own = {folded(part) for _, text in page.claims.headlines for part in re.split(r"\s[|–—:»«·•-]\s", text)}
    for block in (*near, *between):
        if not page.is_furniture(block.element) and folded(block.text) not in own:
            yield block.text


def _before_text(page: Page) -> tuple[list[Block], list[Block]]:
    """Lines between the headline and the lead, and between the lead and the text."""
    after = page.after_anchor(2 * _AROUND)
    head = list(takewhile(lambda block: block.words < _PROSE_WORDS or _rest(block), after))
    below = takewhile(lambda block: block.words < _PROSE_WORDS, after[len(head) + 1 :])
    # Names under pictures and subheads are of those whom the text is about.
    return head, [b for b in below if not (b.is_heading or b.after_image or page.is_other_headline(b))]


def _rest(block: Block) -> tuple[str, ...]:
    line = read_date_line(block.text)
    return line.rest if line else ()
