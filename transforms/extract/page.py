"""One parsed page that all rules share: its tree, its claims, its visible lines, and which of them are furniture."""

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from transforms.article import NotAnArticleError
from transforms.extract.blocks import Block, read_blocks
from transforms.extract.structured import Claims, read_claims
from transforms.extract.wording import folded, without_controls

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
_SELECTORS: dict[str, CSSSelector] = {}


def class_parts(element: HtmlElement) -> frozenset[str]:
    """Words of the element's class, id and role, lower case."""
    return _split(" ".join(element.get(k) or "" for k in ("class", "id", "data-role")))


@lru_cache(maxsize=4096)
def _split(names: str) -> frozenset[str]:
    parts = set()
    for name in names.split():
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
        parts |= {name.casefold(), *re.split(r"[^a-z0-9]+", spaced.casefold())}
    return frozenset(parts - {""})


def _unwrap_forms(tree: HtmlElement) -> None:
    """ASP.NET puts the whole page into one form; readers and extractors take forms for input fields."""
    for form in list(tree.iter("form")):
        if next(form.iter("h1", "h2", "article"), None) is not None or len(form.findall(".//p")) > 3:
            form.drop_tag()


def _unwrap_layout_tables(tree: HtmlElement) -> None:
    """Old pages are laid out in tables; what holds paragraphs is a column, not a table of figures."""
    for table in list(tree.iter("table")):
        inner = table.xpath(".//td//p | .//td//div | .//td//h1 | .//td//h2 | .//td//h3")
        paragraphs = len(inner) > 1 and sum(len(e.text_content().split()) for e in inner) >= _LAYOUT_WORDS
        if paragraphs or any(map(_is_broken_text, table.iter("td"))):
            for part in (table, *table.xpath("./tbody | ./tr | ./tbody/tr | ./tr/td | ./tbody/tr/td")):
                part.tag = "div"


def _is_broken_text(cell: HtmlElement) -> bool:
    """Whether a cell holds a text of its own whose paragraphs are parted by line breaks."""
    return len(cell.findall("br")) >= _LAYOUT_BREAKS and len(cell.text_content().split()) >= _LAYOUT_WORDS


class Page:
    """A page being read.

    Attributes:
        url: Its address.
        tree: Root of the parsed document.
        claims: What it says to machines.
    """

    def __init__(self, text: str, url: str) -> None:
        """Parse the page.

        Raises:
            NotAnArticleError: `empty_page` or `unreadable`.
        """
        self.url = url
        data = without_controls(text).encode("utf-8")
        try:
            # Bytes, because the parser refuses text that declares its own encoding.
            self.tree = document_fromstring(data, parser=HTMLParser(encoding="utf-8"))
        except (etree.LxmlError, ValueError, AssertionError) as error:
            raise NotAnArticleError("empty_page", str(error)[:200]) from error
        _unwrap_forms(self.tree)
        _unwrap_layout_tables(self.tree)
        self.claims: Claims = read_claims(self.tree, url)
        self.anchor: Block | None = None
        self._furniture: dict[HtmlElement, bool] = {}

    @cached_property
    def blocks(self) -> list[Block]:
        """All visible lines in reading order."""
        body = self.tree.find("body")
        return read_blocks(self.tree if body is None else body)

    @cached_property
    def _by_words(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, block in enumerate(self.blocks):
            found.setdefault(folded(block.text), []).append(index)
        return found

    @cached_property
    def _order(self) -> dict[Block, int]:
        return {block: index for index, block in enumerate(self.blocks)}

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
        return next((found for s in selectors if (found := self._match(s))), [])

    def select_each(self, selectors: tuple[str, ...]) -> list[HtmlElement]:
        """Elements of all selectors, those of the first selector first."""
        return [element for s in selectors for element in self._match(s)]

    def _match(self, selector: str) -> list[HtmlElement]:
        compiled = _SELECTORS.get(selector) or _SELECTORS.setdefault(selector, CSSSelector(selector, translator="html"))
        return cast(list[HtmlElement], compiled(self.tree))

    def anchor_at(self, block: Block) -> None:
        """Fix the headline; what holds it is no furniture whatever it is called."""
        self.anchor = block
        self.__dict__.pop("_exempt", None)
        self._furniture.clear()

    @cached_property
    def _exempt(self) -> set[HtmlElement]:
        element = self.anchor.element if self.anchor is not None else None
        return set() if element is None else {element, *element.iterancestors()}

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

    def after_anchor(self) -> list[Block]:
        """Blocks after the headline."""
        return self.blocks[self._order[self.anchor] + 1 :] if self.anchor is not None else self.blocks

    def before_anchor(self) -> list[Block]:
        """Blocks before the headline, the nearest first."""
        return self.blocks[: self._order[self.anchor]][::-1] if self.anchor is not None else []

    def beside(self, block: Block, above: int, under: int) -> list[Block]:
        """So many lines above a line and under it, in reading order."""
        position = self._order[block]
        return self.blocks[max(0, position - above) : position] + self.blocks[position + 1 : position + 1 + under]

    def shown(self, block: Block) -> Block:
        """The page's own block of a line that was read on its own; the line itself where part of it was left out."""
        return self._by_element.get((block.element, block.text), block)

    @cached_property
    def _by_element(self) -> dict[tuple[HtmlElement, str], Block]:
        return {(block.element, block.text): block for block in self.blocks}

    def following(self, body: list[Block]) -> list[Block]:
        """The few lines right after the body, where by-lines and credits stand."""
        position = self._order.get(body[-1]) if body else None
        return [] if position is None else self.blocks[position + 1 : position + 5]
