"""The lead (*sapo*): told from the first paragraph by its place, its class, or by the page's own summary."""

import re
from dataclasses import dataclass

from transforms.extract.blocks import Block
from transforms.extract.body import Body
from transforms.extract.bylines import is_credit
from transforms.extract.dates import read_date_line
from transforms.extract.page import Page, class_parts
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean, folded

_LEAD_PARTS = frozenset((
    "sapo", "lead", "summary", "hometext", "standfirst", "intro", "dek", "excerpt", "desc", "description", "chapeau",
    "tomtat", "trichyeu",
))  # fmt: skip
# Between headline and body stand at most a dozen other lines.
_NEAR = 14
_WORDS = range(8, 151)
# Search engines cut summaries at about 155 letters; shorter agreement may be chance.
_PREFIX = 50
# "Hải Dương", "TP HCM", "(Dân trí) -" have fewer words than any sentence.
_STAMP_WORDS = 4
_STAMP_PARTS = frozenset(("location", "stamp", "place", "dateline", "diadanh"))


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead and where it stands, so that the body does not repeat it."""

    text: str = ""
    rule: str = ""
    blocks: tuple[Block, ...] = ()


def choose_lead(page: Page, platform: Platform | None, body: Body) -> Lead:
    """Find the lead; none rather than a paragraph of the body."""
    if platform:
        for element in page.select_each(platform.lead):
            inside = tuple(page.inside(element))
            if text := clean(" ".join(b.text for b in inside)):
                return Lead(text, f"platform:{platform.name}", inside)
    near = _near(page, body)
    return _by_class(page, near) or _by_summary(page, near) or _by_look(near, body) or Lead()


def _near(page: Page, body: Body) -> list[Block]:
    """Candidate lines between the headline and the first paragraph, that one included."""
    found: list[Block] = []
    first = body.blocks[0] if body.blocks else None
    for block in page.after_anchor(3 * _NEAR):
        if block is first:
            found.append(block)
            break
        if len(found) >= _NEAR or page.is_furniture(block.element):
            continue
        # The headline of another piece: what follows it is its teaser.
        if page.is_other_headline(block):
            break
        if block.words in _WORDS and not read_date_line(block.text) and not is_credit(block.text):
            found.append(block)
    if first is not None and first not in found:
        found.append(first)
    return found


def _by_class(page: Page, near: list[Block]) -> Lead | None:
    for block in near:
        for node in (block.element, *list(block.element.iterancestors())[:2]):
            if _LEAD_PARTS.isdisjoint(class_parts(node)) or (
                page.anchor and node in page.anchor.element.iterancestors()
            ):
                continue
            same = tuple(b for b in near if b.element is node or node in b.element.iterancestors())
            if 0 < sum(b.words for b in same) <= _WORDS.stop:
                return Lead(_without_stamp(clean(" ".join(b.text for b in same)), same, page), "visible:sapo", same)
    return None


def _without_stamp(text: str, lines: tuple[Block, ...], page: Page) -> str:
    """The lead without the place that some papers glue before it: in an element of its own, or not in the summary."""
    for element in lines[0].element.iter("span", "b", "strong"):
        place = clean(element.text_content())
        if not _STAMP_PARTS.isdisjoint(class_parts(element)) and place and text.startswith(place):
            return text.removeprefix(place).lstrip(" -–—:,.")
    for description in map(clean, page.claims.descriptions):
        stamp = text.removesuffix(description)
        if len(description) >= _PREFIX and len(stamp) < len(text) and 0 < len(stamp.split()) <= _STAMP_WORDS:
            return description
    return text


def _by_summary(page: Page, near: list[Block]) -> Lead | None:
    for description in page.claims.descriptions:
        wanted = folded(re.sub(r"\s*(?:\.{3}|…)$", "", description))
        if len(wanted) < _PREFIX // 2:
            continue
        for block in near:
            words = folded(block.text)
            shorter = min(len(words), len(wanted))
            if words == wanted or (
                shorter >= _PREFIX and words[:shorter] == wanted[:shorter] and 3 * shorter >= len(words)
            ):
                return Lead(block.text, "visible:summary", (block,))
    return None


def _by_look(near: list[Block], body: Body) -> Lead | None:
    """A first line all in bold, or set as a heading of its own, that is as long as a sentence or two."""
    first = body.blocks[0] if body.blocks else None
    for block in near[:2]:
        if block.words not in range(15, 121) or block.is_linked:
            continue
        before_body = block is not first and (block.is_heading or block.is_strong)
        if before_body or (
            block is first and block.is_strong and len(body.blocks) > 1 and not body.blocks[1].is_strong
        ):
            return Lead(block.text, "visible:bold", (block,))
    return None
