"""The body: found by the platform's rule or by trafilatura, then parted into text and what stands apart."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.meta import reset_caches

from transforms.article import NotAnArticleError
from transforms.extract.apart import (
    Part,
    ends_text,
    is_box,
    is_caption,
    is_heading_matter,
    is_no_text,
    judge_element,
)
from transforms.extract.blocks import Block, is_hidden, read_blocks
from transforms.extract.bylines import bare_credit, is_credit
from transforms.extract.closing import Signature, take_closing
from transforms.extract.column import find_column
from transforms.extract.dates import read_date_line
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
# A container that holds much more than was found holds other matter too, one that holds less is not the whole.
_LEAST_SHOWN, _MOST_SHOWN = 0.8, 1.2
# A text that accompanies a programme is short; longer ones have their programmes among them.
_SHORT_TEXT = 120
# By-line, section, date and the particulars of a document between headline and text.
_HEAD_LINES = 12
# The lines under a list of other pieces (address, editor, licence) are shorter than a paragraph.
_PARAGRAPH = 25
# On larger pages it does without its comparison with other readers, the slowest of its parts.
_COMPARED = 3_000
# The longest laws have some 300,000 letters.
_MAX_LETTERS = 600_000
_MUCH_TEXT = 150_000


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
    if not body.rule.startswith("platform:") and body.container is not None:
        framed: dict[HtmlElement, bool] = {}
        lines = [b for b in lines if b.is_heading or not _is_caption_of(b, body.container, framed)]
        while lines and lines[-1].is_linked and lines[-1].words < _PARAGRAPH:
            lines.pop()
    del lines[: _count_heading_matter(lines, title)]
    closing = take_closing(
        lines, body.signatures, page.claims.sites, signed_below=platform is not None and platform.signed_below
    )
    body.blocks, body.signatures = lines, closing.signatures
    body.credit = closing.credit or next((bare_credit(b.text) for b in page.following(lines) if is_credit(b.text)), "")
    if folded(body.credit) in unwanted:
        body.credit = ""
    pictures = page.select_each(platform.pictures) if platform else []
    body.captions = _captions([*pictures, body.container], lines, away)
    holders = [*pictures, *([] if body.container is None else [body.container])]
    body.media = read_media(holders, page.url, away)
    if not body.media.has_video and sum(b.words for b in lines) < _SHORT_TEXT:
        body.media = read_media([*holders, *_players(page)], page.url, away)
    return body


def _players(page: Page) -> list[HtmlElement]:
    """Players of the page that stand beside its few lines: the piece itself on a video page."""
    found = page.tree.iter("video", "audio", "iframe", "embed")
    return [e for e in found if not is_hidden(e) and not page.is_furniture(e)]


def _count_heading_matter(lines: list[Block], title: str) -> int:
    """How many lines before the text repeat the headline, tell the date, fill a table, or stand before such."""
    count = 0
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if is_heading_matter(line, title) or (line.element.tag in {"td", "th"} and line.words < _LONG):
            count = index + 1
        elif line.words >= _LONG or line.is_heading:
            break
    return count


def _is_caption_of(block: Block, container: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    inside = next((True for node in block.element.iterancestors() if node is container), False)
    return inside and is_caption(block, container, known)


def _captions(
    containers: Iterable[HtmlElement | None], text: Iterable[Block], away: set[HtmlElement]
) -> tuple[str, ...]:
    """Captions within the containers, each once; what was read as text is none."""
    known = {b.text for b in text}
    found: dict[str, None] = {}
    for container in containers:
        if container is None:
            continue
        framed: dict[HtmlElement, bool] = {}
        for block in read_blocks(container, lambda e: e in away or is_box(e)):
            if block.text not in known and folded(block.text) and is_caption(block, container, framed):
                found[block.text] = None
    return tuple(found)


def _until_end(blocks: list[Block]) -> list[Block]:
    total = sum(b.words for b in blocks)
    kept: list[Block] = []
    seen = index = 0
    while index < len(blocks):
        block = blocks[index]
        if seen >= _TEXT_BEFORE_END * total and (ends_text(block) or _only_others(blocks[index:])):
            beyond = _goes_on(kept, blocks, index)
            if beyond is None:
                return kept
            index = beyond
            continue
        kept.append(block)
        seen += block.words
        index += 1
    return kept


def _goes_on(before: list[Block], blocks: list[Block], heading: int) -> int | None:
    """Where the text goes on behind a box within it: the next paragraph beside those before it, if the box is apart."""
    column = next((b.element.getparent() for b in reversed(before) if b.words >= _LONG), None)
    if column is None or blocks[heading].element.getparent() is column:
        return None
    for index in range(heading + 1, len(blocks)):
        block = blocks[index]
        if block.words >= _LONG and not block.is_mostly_linked and block.element.getparent() is column:
            return index
    return None


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
    blocks = _blocks_within(container, away, signatures)
    return Body(blocks, f"platform:{platform.name}", container, signatures)


def _by_trafilatura(page: Page) -> Body:
    letters = sum(len(b.text) for b in page.blocks)
    page.require_common_size()
    if letters > _MAX_LETTERS:
        raise NotAnArticleError("unreadable", f"{letters} letters and no rule where the text stands")
    try:
        document = trafilatura.bare_extraction(
            page.tree,
            url=page.url,
            fast=page.elements > _COMPARED,
            favor_recall=True,
            include_comments=False,
            with_metadata=False,
        )
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, etree.LxmlError):
        return Body()
    finally:
        if letters > _MUCH_TEXT:
            # It remembers a thousand of the strings that it has met, however long they are.
            reset_caches()
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
    return _as_shown(page, Body(kept, "trafilatura", container))


def _as_shown(page: Page, body: Body) -> Body:
    """The body with its subheads, and without captions, boxes and by-lines, where its container holds little else."""
    if body.container is None:
        return body
    signatures: list[Signature] = []
    blocks = _blocks_within(body.container, set(), signatures)
    blocks = [b for b in blocks if not (page.is_furniture(b.element) or page.precedes_headline(b))]
    found, shown = sum(b.words for b in body.blocks), sum(b.words for b in blocks)
    if not _LEAST_SHOWN * found <= shown <= _MOST_SHOWN * found:
        return body
    # By-lines under the headline are looked for there.
    prose = (b for b in blocks if b.words >= _LONG and not b.is_heading and not read_date_line(b.text))
    begin = next((p for b in prose if (p := page.position(b.text)) is not None), 0)
    below = [s for s in signatures if (page.position(s.text) or 0) > begin]
    return Body(blocks, body.rule, body.container, below)


def _fuller(page: Page, body: Body) -> Body:
    """The body, or what stands in the page's column of prose where that is much more."""
    column = find_column(page)
    if column is None:
        return body
    signatures: list[Signature] = []
    blocks = _blocks_within(column, set(), signatures)
    if _ENOUGH * sum(b.words for b in blocks if b.words >= _LONG) <= sum(b.words for b in body.blocks):
        return body
    return Body(blocks, "column", column, signatures)


def _blocks_within(container: HtmlElement, away: set[HtmlElement], signatures: list[Signature]) -> list[Block]:
    """Lines of a container without boxes; by-lines that stand in elements of their own are put aside."""

    def leave_out(element: HtmlElement) -> bool:
        part = Part.BOX if element in away else judge_element(element)
        if part is Part.BYLINE:
            signatures.append(Signature(clean(element.text_content()), own_element=True))
        return part is not Part.TEXT

    return read_blocks(container, leave_out)


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
