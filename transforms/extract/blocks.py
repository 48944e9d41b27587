"""From a tree to lines: the visible blocks of a page in reading order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from transforms.extract.wording import clean, count_syllables

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
))  # fmt: skip
_SILENT = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "head", "select", "option", "textarea", "input", "button",
    "object", "embed", "iframe", "canvas", "audio", "video", "map", "rp", "rt",
))  # fmt: skip
_HIDDEN_CLASSES = frozenset(("hidden", "hide", "d-none", "sr-only", "visually-hidden", "screen-reader-text"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True, eq=False)
class Block:
    """One visible line.

    Attributes:
        text: Clean text.
        element: The block-level element that holds it.
        linked: Letters of it that stand in links.
        strong: Letters of it in bold.
        slanted: Letters of it in italics.
        after_image: Whether nothing but an image stands between it and the block before.
    """

    text: str
    element: HtmlElement
    linked: int = 0
    strong: int = 0
    slanted: int = 0
    after_image: bool = False
    words: int = field(init=False)

    def __post_init__(self) -> None:
        self.words = count_syllables(self.text)

    @property
    def is_heading(self) -> bool:
        """Whether the element is a heading."""
        return self.element.tag in HEADINGS

    @property
    def is_linked(self) -> bool:
        """Whether nearly all of it is a link."""
        return self.linked >= 0.9 * _letters(self.text)

    @property
    def is_mostly_linked(self) -> bool:
        """Whether it is a link with a date or counter beside it."""
        return self.linked >= 0.6 * _letters(self.text)

    @property
    def is_strong(self) -> bool:
        """Whether nearly all of it is bold."""
        return self.strong >= 0.9 * _letters(self.text)

    @property
    def is_slanted(self) -> bool:
        """Whether nearly all of it is in italics."""
        return self.slanted >= 0.9 * _letters(self.text)


def is_hidden(element: HtmlElement) -> bool:
    """Whether a reader does not see the element (as far as the page itself says so)."""
    if element.get("hidden") is not None or not _HIDDEN_CLASSES.isdisjoint((element.get("class") or "").split()):
        return True
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style))


def read_blocks(root: HtmlElement, leave_out: Callable[[HtmlElement], bool] = lambda _: False) -> list[Block]:
    """Walk a subtree without recursion and return its visible lines in order.

    Args:
        root: Where to begin; its own tail is not part of it.
        leave_out: Tells which elements to pass over with all that is in them.
    """
    return _Walk(root, leave_out).blocks


class _Walk:
    def __init__(self, root: HtmlElement, leave_out: Callable[[HtmlElement], bool]) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._holder = root
        self._depth = {"a": 0, "b": 0, "i": 0}
        self._counts = {"a": 0, "b": 0, "i": 0}
        self._image = False
        self._run(root, leave_out)

    def _run(self, root: HtmlElement, leave_out: Callable[[HtmlElement], bool]) -> None:
        waiting: list[tuple[HtmlElement, bool]] = [(root, False)]
        while waiting:
            element, leaving = waiting.pop()
            if leaving:
                self._leave(element)
            elif isinstance(element.tag, str):
                skipped = element.tag in _SILENT or (element is not root and (is_hidden(element) or leave_out(element)))
                if not skipped:
                    self._enter(element)
                    waiting.append((element, True))
                    waiting.extend((child, False) for child in reversed(element))
                    continue
                if element.tag in _BLOCKS:
                    self._flush()
            if element is not root:
                self._add(element.tail)
        self._flush()

    def _enter(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
            self._holder = element
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self._image = True
        elif kind := _INLINE.get(tag):
            self._depth[kind] += 1
        self._add(element.text)

    def _leave(self, element: HtmlElement) -> None:
        if element.tag in _BLOCKS:
            self._flush()
            parent = element.getparent()
            self._holder = element if parent is None else parent
        elif kind := _INLINE.get(element.tag):
            self._depth[kind] -= 1

    def _add(self, text: str | None) -> None:
        if not text:
            return
        self._parts.append(text)
        for kind, depth in self._depth.items():
            if depth or (kind == "b" and self._holder.tag in HEADINGS):
                self._counts[kind] += _letters(text)

    def _flush(self) -> None:
        if not self._parts:
            return
        text = clean("".join(self._parts))
        self._parts.clear()
        counts = dict(self._counts)
        self._counts = dict.fromkeys(self._counts, 0)
        if not text:
            return
        block = Block(text, self._nearest_block(), counts["a"], counts["b"], counts["i"], self._image)
        self._image = False
        self.blocks.append(block)

    def _nearest_block(self) -> HtmlElement:
        element = self._holder
        while element.tag not in _BLOCKS and (parent := element.getparent()) is not None:
            element = parent
        return element


_INLINE = {"a": "a", "b": "b", "strong": "b", "i": "i", "em": "i"}


def _letters(text: str) -> int:
    return sum(not c.isspace() for c in text)
