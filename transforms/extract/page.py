"""One parsed page that all rules share: its tree, its claims, its visible lines, and which of them are furniture."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import TypeGuard, cast
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from transforms.article import NotAnArticleError
from transforms.extract.blocks import (
    BLOCK_TAGS,
    HEADINGS,
    Block,
    is_read,
    read_blocks,
    read_blocks_after,
    read_blocks_before,
)
from transforms.extract.dates import Moment, parse_machine
from transforms.extract.parsing import parse
from transforms.extract.selectors import Selection
from transforms.extract.structured import Claims, read_claims
from transforms.extract.wording import clean, folded

_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "dialog"))
# Parts of class names and ids, split at hyphens, underscores and capitals.
_FURNITURE = frozenset((
    "footer", "sidebar", "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "topbar", "copyright",
    "related", "relate", "lienquan", "comment", "comments", "binhluan", "banner", "quangcao", "ads", "advert", "popup",
    "modal", "clock", "widget", "toolbar",
))  # fmt: skip
# Builders of pages call the parts of their grids so, the text's own part too.
_FRAMES = frozenset(("sidebar", "widget", "banner", "modal", "popup", "toolbar"))
_PARAGRAPH_WORDS = 12
_MOST_PROSE = 0.5
# The cells of a real table hold a few words each; a frame around a picture holds its caption.
_LAYOUT_WORDS = 60
_LAYOUT_BREAKS = 4
# More forms than these are no frames around a page; each one is searched for what it holds.
_MAX_FORMS = 50
# Tables within tables are searched once per level; so many elements in all, and the rest stay tables.
_MAX_SEARCHED = 50_000
# The time of trafilatura grows with the square of the page: 11,000 elements made to hurt cost it five seconds. Real
# pages of news have up to 2,000.
MAX_ELEMENTS = 6_000
# An element that holds more is no line.
_MAX_PARTS = 60
# By-line and credit stand within so many lines after the body.
_FOLLOWING = 4
# Names of real elements take up to some hundred letters; what is remembered of longer ones would fill the memory.
_MAX_NAMES = 500
_DOCUMENT = re.compile(r"\.(?i:pdf|docx?|xlsx?|pptx?|rar|zip)[\s\"'?>&]")


def class_parts(element: HtmlElement) -> frozenset[str]:
    """Words of the element's class, id and role, lower case."""
    names = element.get("class"), element.get("id"), element.get("data-role")
    return _split(" ".join(filter(None, names))[:_MAX_NAMES]) if any(names) else _NO_PARTS


_COUNT = etree.XPath("count(//*)")
_NO_PARTS: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _split(names: str) -> frozenset[str]:
    parts = set()
    for name in names.split():
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
        parts |= {name.casefold(), *re.split(r"[^a-z0-9]+", spaced.casefold())}
    return frozenset(parts - {""})


def _unwrap_forms(tree: HtmlElement) -> None:
    """ASP.NET puts the whole page into one form; readers and extractors take forms for input fields."""
    for form in list(islice(tree.iter("form"), _MAX_FORMS)):
        if next(form.iter("h1", "h2", "article"), None) is not None or sum(1 for _ in islice(form.iter("p"), 4)) > 3:
            form.drop_tag()


def _unwrap_layout_tables(tree: HtmlElement) -> None:
    """Old pages are laid out in tables; what holds paragraphs is a column, not a table of figures."""
    left = _MAX_SEARCHED
    for table in list(tree.iter("table")):
        columns, searched = _holds_columns(table, left)
        left -= searched
        if columns:
            for part in (table, *table.xpath("./tbody | ./tr | ./tbody/tr | ./tr/td | ./tbody/tr/td")):
                part.tag = "div"
        if left <= 0:
            break


def _holds_columns(table: HtmlElement, most: int) -> tuple[bool, int]:
    """Whether a table holds paragraphs or text with broken lines, and how many elements were looked at."""
    searched = paragraphs = words = 0
    for element in islice(table.iter("td", "p", "div", "h1", "h2", "h3"), most):
        searched += 1
        if element.tag == "td":
            if _is_broken_text(element):
                return True, searched
        elif _stands_in_cell(element, table):
            paragraphs += 1
            words += len(element.text_content().split())
            if paragraphs > 1 and words >= _LAYOUT_WORDS:
                return True, searched
    return False, searched


def _stands_in_cell(element: HtmlElement, table: HtmlElement) -> bool:
    for around in element.iterancestors("td", "table"):
        if around.tag == "td":
            return True
        if around is table:
            return False
    return False


def _is_broken_text(cell: HtmlElement) -> bool:
    """Whether a cell holds a text of its own whose paragraphs are parted by line breaks."""
    return len(cell.findall("br")) >= _LAYOUT_BREAKS and len(cell.text_content().split()) >= _LAYOUT_WORDS


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).hostname is not None
    except ValueError:
        return False


class Page:
    """A page being read.

    Attributes:
        url: Its address; empty where it is none, so that no rule takes it apart.
        tree: Root of the parsed document.
        claims: What it says to machines.
        names_documents: Whether the name of a document file may stand in it.
    """

    def __init__(self, text: str, url: str) -> None:
        """Parse the page.

        Raises:
            NotAnArticleError: `empty_page` or `unreadable`.
        """
        self.url = url if _is_address(url) else ""
        self.tree = parse(text)
        _unwrap_forms(self.tree)
        _unwrap_layout_tables(self.tree)
        self.claims: Claims = read_claims(self.tree, self.url, has_microdata="itemprop" in text or "ITEMPROP" in text)
        # Most pages link none; to look at all links takes a twentieth of the time.
        self.names_documents = _DOCUMENT.search(text) is not None
        self.anchor: Block | None = None
        self._furniture: dict[HtmlElement, bool] = {}
        self._levels: dict[HtmlElement, int] = {}
        self._times: dict[HtmlElement, Sequence[tuple[Moment, str]]] = {}
        self._inline_parts: dict[HtmlElement, Sequence[str]] = {}
        self._matches = Selection(self.tree)
        self._read_after: dict[Block, list[Block]] = {}

    def require_common_size(self) -> None:
        """Refuse a page that is too large to be read without the rules of a platform.

        Raises:
            NotAnArticleError: `unreadable`.
        """
        if self.elements > MAX_ELEMENTS:
            raise NotAnArticleError("unreadable", f"{self.elements} elements and no rule where the text stands")

    @cached_property
    def elements(self) -> int:
        """How many there are."""
        return int(cast(float, _COUNT(self.tree)))

    @cached_property
    def blocks(self) -> list[Block]:
        """All visible lines in reading order."""
        return read_blocks(self._root)

    @cached_property
    def _root(self) -> HtmlElement:
        body = self.tree.find("body")
        return self.tree if body is None else body

    @cached_property
    def _by_words(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, block in enumerate(self.blocks):
            found.setdefault(folded(block.text), []).append(index)
        return found

    @cached_property
    def _order(self) -> dict[Block, int]:
        order: dict[Block, int] = {}
        for index, block in enumerate(self.blocks):
            order.setdefault(block, index)
        return order

    def precedes_headline(self, block: Block) -> bool:
        """Whether the line stands before the headline."""
        if self.anchor is None or block not in self._order:
            return False
        return self._order[block] < self._order[self.anchor]

    def position(self, text: str) -> int | None:
        """Where a line with these words stands, the first one after the headline if there is one."""
        found = self.positions(text)
        if not found:
            return None
        start = self._order[self.anchor] if self.anchor is not None else 0
        index = bisect_left(found, start)
        return found[index] if index < len(found) else found[0]

    def positions(self, text: str) -> list[int]:
        """Where among the blocks a line with these words stands."""
        return self._by_words.get(folded(text), [])

    def select(self, selectors: tuple[str, ...]) -> list[HtmlElement]:
        """Elements of the first selector that matches anything."""
        return next((found for s in selectors if (found := self._matches(s))), [])

    def select_each(self, selectors: tuple[str, ...]) -> list[HtmlElement]:
        """Elements of all selectors, those of the first selector first."""
        return [element for s in selectors for element in self._matches(s)]

    def called(self, parts: frozenset[str]) -> list[HtmlElement]:
        """Elements that bear one of these words in class or id, in the order of the page."""
        return self._matches.called(lambda names: not parts.isdisjoint(_split(names[:_MAX_NAMES])))

    def inside(self, element: HtmlElement) -> Sequence[Block]:
        """Visible lines within an element."""
        if element.tag in BLOCK_TAGS and "blocks" not in self.__dict__:
            return tuple(read_blocks(element)) if is_read(element, self._root) else ()
        return tuple(b for b in self.blocks if b.element is element or element in b.element.iterancestors())

    def anchor_at(self, block: Block) -> None:
        """Fix the headline; what holds it is no furniture whatever it is called."""
        self.anchor = block
        for known in ("_exempt", "_before_anchor"):
            self.__dict__.pop(known, None)
        self._furniture.clear()

    @cached_property
    def _exempt(self) -> set[HtmlElement]:
        element = self.anchor.element if self.anchor is not None else None
        return set() if element is None else {element, *element.iterancestors()}

    def inline_parts(self, element: HtmlElement) -> Sequence[str]:
        """Texts of the small elements within one, where by-line, date and counter share a line."""
        if (parts := self._inline_parts.get(element)) is None:
            small = islice(element.iter("span", "em", "i", "small"), _MAX_PARTS)
            parts = self._inline_parts[element] = tuple(dict.fromkeys(clean(e.text_content()) for e in small))
        return parts

    def times(self, element: HtmlElement) -> Sequence[tuple[Moment, str]]:
        """Moments that `time` elements within one state, with what they show."""
        if (times := self._times.get(element)) is None:
            small = islice(element.iter("time"), _MAX_PARTS)
            stated = ((parse_machine(e.get("datetime") or ""), e) for e in small)
            times = self._times[element] = tuple((at, clean(e.text_content())) for at, e in stated if at)
        return times

    def level(self, block: Block) -> int:
        """Level of the heading that the line stands in, 1 to 6; 0 where it stands in none."""
        path, level = [], 0
        for node in (block.element, *block.element.iterancestors()):
            if (known := self._levels.get(node)) is not None:
                level = known
                break
            path.append(node)
            if node.tag in HEADINGS:
                level = int(node.tag[1])
                break
        self._levels.update(dict.fromkeys(path, level))
        return level

    def is_furniture(self, element: HtmlElement) -> bool:
        """Whether the element stands in navigation, side columns, footers, comment forms and the like."""
        path = []
        for node in (element, *element.iterancestors()):
            if (verdict := self._furniture.get(node)) is None:
                path.append(node)
                verdict = self._judge(node)
            if verdict is not None:
                break
        self._furniture.update(dict.fromkeys(path, bool(verdict)))
        return bool(verdict)

    def _judge(self, node: HtmlElement) -> bool | None:
        """What the element alone says; None when it depends on what holds it."""
        if node.tag in {"body", "html"} or node in self._exempt:
            return False
        if node.tag in _FURNITURE_TAGS or (node.tag == "header" and not self._in_article(node)):
            return True
        parts = class_parts(node)
        named = _FURNITURE & parts
        # One builder of pages calls everything a widget, date and by-line too.
        if not named or ("elementor" in parts and named == {"widget"}):
            return None
        return None if named <= _FRAMES and self._holds_prose(node) else True

    def _holds_prose(self, node: HtmlElement) -> bool:
        """Whether most paragraphs of the page stand in the element: then it is a frame around them."""
        return self._prose.get(node, 0) >= _MOST_PROSE * sum(b.words for b in self._paragraphs)

    @cached_property
    def _paragraphs(self) -> list[Block]:
        return [b for b in self.blocks if b.words >= _PARAGRAPH_WORDS and not b.is_mostly_linked]

    @cached_property
    def _prose(self) -> dict[HtmlElement, int]:
        held: dict[HtmlElement, int] = {}
        for block in self._paragraphs:
            for holder in (block.element, *block.element.iterancestors()):
                held[holder] = held.get(holder, 0) + block.words
        return held

    @staticmethod
    def _in_article(element: HtmlElement) -> bool:
        return any(a.tag in {"article", "main"} for a in element.iterancestors())

    def is_other_headline(self, block: Block) -> bool:
        """Whether the line is the linked headline of another piece."""
        if not block.is_mostly_linked or (self.anchor is not None and folded(block.text) == folded(self.anchor.text)):
            return False
        # Links of a few words lead to sections, authors and services.
        return block.words >= 8 or (block.is_heading and block.words >= 4)

    def after_anchor(self, most: int | None = None) -> list[Block]:
        """Blocks after the headline, at most so many."""
        if self.anchor is None:
            return self.blocks[:most]
        if most is not None and (near := self._after(self.anchor, most)) is not None:
            return near
        return self.blocks[self._order[self.anchor] + 1 :][:most]

    def before_anchor(self, most: int | None = None) -> list[Block]:
        """Blocks before the headline, the nearest first, at most so many."""
        if most is not None and self._is_read_in_part(self.anchor):
            return self._before_anchor[:most]
        return self.blocks[: self._order[self.anchor]][::-1] if self.anchor is not None else []

    def beside(self, block: Block, above: int, under: int) -> list[Block]:
        """So many lines above a line and under it, in reading order."""
        position = self._order.get(block)
        if position is None:
            return []
        return self.blocks[max(0, position - above) : position] + self.blocks[position + 1 : position + 1 + under]

    def following(self, body: list[Block]) -> list[Block]:
        """The few lines right after the body, where by-lines and credits stand."""
        if not body:
            return []
        if (near := self._after(body[-1], _FOLLOWING)) is not None:
            return near
        position = self._order.get(body[-1])
        return [] if position is None else self.blocks[position + 1 :][:_FOLLOWING]

    def _is_read_in_part(self, block: Block | None) -> TypeGuard[Block]:
        """Whether not all lines are read yet, so that what stands around a line is better read from there."""
        return block is not None and "blocks" not in self.__dict__ and block.element.tag in BLOCK_TAGS

    @cached_property
    def _before_anchor(self) -> list[Block]:
        return read_blocks_before(self.anchor.element, self._root)[::-1] if self.anchor is not None else []

    def _after(self, block: Block, most: int) -> list[Block] | None:
        """Lines that come after one, read from there; None where all lines are read already, or it is not whole."""
        if not self._is_read_in_part(block) or not is_read(block.element, self._root):
            return None
        known = self._read_after.get(block, [])
        if len(known) < most:
            own = read_blocks(block.element)
            if block not in own:
                return None
            known = own[own.index(block) + 1 :]
            known += read_blocks_after(block.element, max(0, most - len(known)))
            self._read_after[block] = known
        return known[:most]
