"""The body: found by the platform's rule or by trafilatura, then parted into text and what stands apart."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from transforms.extract.apart import (
    Part,
    ends_text,
    is_box,
    is_caption,
    is_heading_matter,
    is_no_text,
    judge_element,
)
from transforms.extract.blocks import Block, read_blocks
from transforms.extract.bylines import bare_credit, is_credit
from transforms.extract.closing import Signature, take_closing
from transforms.extract.column import find_column
from transforms.extract.media import Media, read_media
from transforms.extract.page import Page
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean, folded

# It warns of every page that it gives up; the caller gets a named reason instead.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# Headings such as "Bình luận" also stand above the text; what ends it comes after a good part of it.
_TEXT_BEFORE_END = 0.3
# A container holds the body when it holds most of its lines; a stray line does not widen it to the page.
_MOST = 0.8
_LONG = 8
# The general extractor passes over small parts with reason; where it has less than this share, it stopped early.
_ENOUGH = 0.7
# The lines under a list of other pieces (address, editor, licence) are shorter than a paragraph.
_PARAGRAPH = 25


@dataclass(slots=True)
class Body:
    """What was found in the body, apart.

    Attributes:
        blocks: Paragraphs and subheads.
        rule: What found them.
        container: The element that holds them.
        signatures: Lines that may name the author, those at the very end first.
        credit: Credit line.
        media: Pictures, programmes, documents.
        captions: What stands under the pictures.
    """

    blocks: list[Block] = field(default_factory=list)
    rule: str = ""
    container: HtmlElement | None = None
    signatures: list[Signature] = field(default_factory=list)
    credit: str = ""
    media: Media = field(default_factory=Media)
    captions: tuple[str, ...] = ()


def read_body(page: Page, platform: Platform | None, title: str) -> Body:
    """Find the body and part it."""
    away = set(page.select_each(platform.drop)) if platform else set()
    body = (_by_platform(page, platform, away) if platform else None) or _fuller(page, _by_trafilatura(page))
    unwanted = {folded(line) for line in platform.not_text} if platform else set()
    lines = [b for b in _until_end(body.blocks) if folded(b.text) not in unwanted and not is_no_text(b)]
    while lines and is_heading_matter(lines[0], title):
        lines.pop(0)
    closing = take_closing(
        lines, body.signatures, page.claims.sites, signed_below=platform is not None and platform.signed_below
    )
    body.blocks, body.signatures = lines, closing.signatures
    body.credit = closing.credit or next((bare_credit(b.text) for b in page.following(lines) if is_credit(b.text)), "")
    if folded(body.credit) in unwanted:
        body.credit = ""
    pictures = page.select_each(platform.pictures) if platform else []
    body.captions = _captions([*pictures, body.container], lines, away)
    body.media = read_media([*pictures, *([] if body.container is None else [body.container])], page.url, away)
    return body


def _captions(
    containers: Iterable[HtmlElement | None], text: Iterable[Block], away: set[HtmlElement]
) -> tuple[str, ...]:
    """Captions within the containers, each once; what was read as text is none."""
    known = {b.text for b in text}
    found: dict[str, None] = {}
    for container in containers:
        if container is None:
            continue
        for block in read_blocks(container, lambda e: e in away or is_box(e)):
            if block.text not in known and folded(block.text) and is_caption(block, container):
                found[block.text] = None
    return tuple(found)


def _until_end(blocks: list[Block]) -> list[Block]:
    total = sum(b.words for b in blocks)
    seen = 0
    for index, block in enumerate(blocks):
        if seen >= _TEXT_BEFORE_END * total and (ends_text(block) or _only_others(blocks[index:])):
            return blocks[:index]
        seen += block.words
    return blocks


def _only_others(blocks: list[Block]) -> bool:
    """Whether two links to other pieces come first and no paragraph after them."""
    if len(blocks) < 2 or not all(b.is_mostly_linked and b.words >= _LONG for b in blocks[:2]):
        return False
    return not any(b.words >= _PARAGRAPH and not b.is_mostly_linked for b in blocks)


def _by_platform(page: Page, platform: Platform, away: set[HtmlElement]) -> Body | None:
    containers = page.select(platform.body)
    if not containers:
        return None
    container = max(containers, key=lambda e: len(e.text_content()))
    signatures: list[Signature] = []
    blocks = _blocks_within(page, container, away, signatures)
    return Body(blocks, f"platform:{platform.name}", container, signatures)


def _by_trafilatura(page: Page) -> Body:
    try:
        document = trafilatura.bare_extraction(
            page.tree, url=page.url, favor_recall=True, include_comments=False, with_metadata=False
        )
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, etree.LxmlError):
        return Body()
    found = [
        _located(line, page) for raw in (getattr(document, "text", None) or "").split("\n") if (line := clean(raw))
    ]
    # Banners before the headline and furniture are none of the text, unless the headline was guessed wrong.
    kept = [
        b
        for b in found
        if not page.precedes_headline(b) and not (b.element is not page.tree and page.is_furniture(b.element))
    ]
    if sum(b.words for b in kept) < _MOST * sum(b.words for b in found):
        kept = found
    container = _container([b.element for b in kept if b.words >= _LONG and b.element is not page.tree])
    return Body(kept, "trafilatura", container)


def _fuller(page: Page, body: Body) -> Body:
    """The body, or what stands in the page's column of prose where that is much more."""
    column = find_column(page)
    if column is None:
        return body
    signatures: list[Signature] = []
    blocks = _blocks_within(page, column, set(), signatures)
    if _ENOUGH * sum(b.words for b in blocks if b.words >= _LONG) <= sum(b.words for b in body.blocks):
        return body
    return Body(blocks, "column", column, signatures)


def _blocks_within(
    page: Page, container: HtmlElement, away: set[HtmlElement], signatures: list[Signature]
) -> list[Block]:
    """Lines of a container without boxes; by-lines that stand in elements of their own are put aside."""

    def leave_out(element: HtmlElement) -> bool:
        part = Part.BOX if element in away else judge_element(element)
        if part is Part.BYLINE:
            signatures.append(Signature(clean(element.text_content()), own_element=True))
        return part is not Part.TEXT

    return [page.shown(block) for block in read_blocks(container, leave_out)]


def _located(line: str, page: Page) -> Block:
    """The visible line with these words, after the headline if it can be; else the line itself at the root."""
    line = line.removeprefix("- ")
    position = page.position(line)
    return Block(line, page.tree) if position is None else page.blocks[position]


def _container(elements: list[HtmlElement]) -> HtmlElement | None:
    """The smallest element that holds most of these."""
    counts: dict[HtmlElement, int] = {}
    for element in elements:
        for node in (element, *element.iterancestors()):
            counts[node] = counts.get(node, 0) + 1
    enough = [node for node, count in counts.items() if count >= _MOST * len(elements)]
    return max(enough, key=lambda node: sum(1 for _ in node.iterancestors()), default=None)
