"""The headline: what the page shows biggest, checked against what it claims."""

import re
from itertools import islice

from transforms.extract.blocks import Block
from transforms.extract.dates import read_date_line, split_trailing_date
from transforms.extract.page import Page, class_parts
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean, folded, shared_words

_SITE_TAIL = re.compile(r"\s+(?:[|\-–—:»«·•]|&raquo;)+\s+")
# The headline and its search-engine variant share most words; a logo or section name shares next to none.
_SAME = 0.5
_TITLE_WORDS = range(4, 41)
_TITLE_PARTS = frozenset(("title", "headline", "tieude", "tieudetin", "newstitle", "titlenews", "tentin", "tenbai"))
# Date, by-line and counter come right under the headline.
_LINES_UNDER = 5
# Bold leads are longer than bold headlines; a first sentence has at least so many words.
_PROSE_WORDS = 25
_TEXT_WORDS = 15


def choose_title(page: Page, platform: Platform | None) -> tuple[str, str]:
    """Headline and rule; fixes the page's anchor where the headline is seen. Empty when there is none."""
    if platform:
        for element in page.select(platform.title):
            blocks = page.inside(element)
            title = _bare(" ".join(b.text for b in blocks) or clean(element.text_content()), page)
            if title and folded(title) not in page.claims.sites:
                if blocks:
                    page.anchor_at(blocks[0])
                return title, f"platform:{platform.name}"
    claimed = [(rule, _bare(text, page)) for rule, text in page.claims.headlines]
    claimed = [(rule, text) for rule, text in claimed if text and folded(text) not in page.claims.sites]
    shown = _shown(page, [text for _, text in claimed])
    unsure = shown is None or not (shown.is_heading or _is_dated(page, shown))
    if unsure and all(rule == "html:title" for rule, _ in claimed) and (dated := _dated_heading(page)):
        page.anchor_at(dated)
        return _bare(dated.text, page), "visible:heading"
    if shown is not None:
        page.anchor_at(shown)
        return _bare(shown.text, page), "visible:h1" if page.level(shown) == 1 else "visible"
    for rule, text in claimed:
        if positions := page.positions(text):
            page.anchor_at(page.blocks[positions[0]])
        return text, rule
    return "", ""


def _dated_heading(page: Page) -> Block | None:
    """A heading with a date line beside it: on sites whose `<title>` is their own name, the only headline there is."""
    lines = [b for b in page.blocks if b.words in _TITLE_WORDS and not b.is_mostly_linked]
    lines = [b for b in lines if not page.is_furniture(b.element) and not read_date_line(b.text)]
    headings = [b for b in lines if page.level(b) in {1, 2, 3}]
    for block in headings:
        if any(read_date_line(b.text) for b in page.beside(block, 0, _LINES_UNDER - 1)):
            return block
    for block in headings:
        if _is_dated(page, block) and _heads_text(page, block):
            return block
    for block in lines:
        if _is_dated(page, block) and _is_named_title(block):
            return block
    # Old pages set their headlines in bold type.
    bold = (b for b in lines if b.is_strong and b.words < _PROSE_WORDS)
    return next((b for b in bold if _is_dated(page, b) and _heads_text(page, b)), None)


def _is_named_title(block: Block) -> bool:
    """Whether its element, or the one within that holds all of it, calls itself a title."""
    within = islice(block.element.iter("span", "a", "b", "strong", "font"), _LINES_UNDER)
    holders = [block.element, *within]
    whole = (e for e in holders if clean(e.text_content()) == block.text)
    return any(not _TITLE_PARTS.isdisjoint(parts) or {"tieu", "de"} <= parts for parts in map(class_parts, whole))


def _is_dated(page: Page, block: Block) -> bool:
    """Whether a date line stands right above or under the line."""
    return any(read_date_line(b.text) for b in page.beside(block, 1, 1))


def _heads_text(page: Page, block: Block) -> bool:
    """Whether a paragraph comes soon under the line, before any link to another piece."""
    for under in page.beside(block, 0, 2 * _LINES_UNDER):
        if under.is_mostly_linked and under.words in _TITLE_WORDS:
            return False
        if under.words >= _TEXT_WORDS:
            return True
    return False


def _shown(page: Page, claimed: list[str]) -> Block | None:
    """The visible headline: the first-level heading closest to the claims, else a line equal to a claim."""
    firsts = [b for b in page.blocks if page.level(b) == 1 and folded(b.text) not in page.claims.sites]
    if claimed:
        near = [(max(shared_words(b.text, c) for c in claimed), b) for b in firsts if len(b.text) > 3]
        best = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if best[0] >= _SAME:
            return best[1]
        for text in claimed:
            same = [page.blocks[i] for i in page.positions(text)]
            if same:
                return next((b for b in same if b.is_heading), same[0])
        if part := _part_of_title(page, claimed):
            return part
    outside = [b for b in firsts if not page.is_furniture(b.element)]
    # Without any claim to check against, a heading of one or two words is a section or a logo.
    return next((b for b in outside if b.words >= 3), None) if not claimed or outside else None


def _part_of_title(page: Page, claimed: list[str]) -> Block | None:
    """A line that is one part of a title such as `headline - section - site`, one with a date beside it first."""
    parts = (part for text in claimed for part in _SITE_TAIL.split(text) if folded(part) != folded(text))
    lines = [page.blocks[i] for part in parts for i in page.positions(part)]
    lines = [b for b in lines if b.words in _TITLE_WORDS and not b.is_mostly_linked]
    return next((b for b in lines if b.is_heading or _is_dated(page, b)), lines[0] if lines else None)


def _bare(text: str, page: Page) -> str:
    """The title without the site's name behind or before it and without a date glued to it."""
    text, _ = split_trailing_date(clean(text))
    parts = _SITE_TAIL.split(text)
    while len(parts) > 1 and _is_site(parts[-1], page):
        parts.pop()
        text = text[: text.rindex(parts[-1]) + len(parts[-1])]
    while len(parts) > 1 and _is_site(parts[0], page):
        parts.pop(0)
        text = text[text.index(parts[0]) :]
    return text.strip()


def _is_site(part: str, page: Page) -> bool:
    words = folded(part)
    return (
        not words
        or words in page.claims.sites
        or bool(
            re.match(r"(?:báo|tạp chí|đài|cổng thông tin|trang thông tin|cổng ttđt|website)\b", words)
            and len(words.split()) <= 12
        )
    )
