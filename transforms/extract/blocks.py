"""From a tree to lines: the visible blocks of a page in reading order."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from transforms.extract.wording import clean, count_syllables

BLOCK_TAGS = frozenset((
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
    """One visible line; two readings of the same line of a page are equal.

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
    _words: int = field(init=False, default=-1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and self.element is other.element and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.element, self.text))

    @property
    def words(self) -> int:
        """Number of syllables."""
        if self._words < 0:
            self._words = count_syllables(self.text)
        return self._words

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
    if element.get("hidden") is not None:
        return True
    if (classes := element.get("class")) and not _HIDDEN_CLASSES.isdisjoint(classes.split()):
        return True
    style = element.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


def is_read(element: HtmlElement, root: HtmlElement) -> bool:
    """Whether the lines of a subtree include those of an element."""
    for node in (element, *element.iterancestors()):
        if node.tag in _SILENT:
            return False
        if node is root:
            return True
        if is_hidden(node):
            return False
    return False


def read_blocks(
    root: HtmlElement, leave_out: Callable[[HtmlElement], bool] | None = None, *, most: int | None = None
) -> list[Block]:
    """Walk a subtree without recursion and return its visible lines in order.

    Args:
        root: Where to begin; its own tail is not part of it.
        leave_out: Tells which elements to pass over with all that is in them.
        most: Stop after so many lines.
    """
    walk = _Walk(root, leave_out, most)
    if root.tag not in _SILENT:
        walk.read(root)
        walk.flush()
    return walk.blocks[:most]


def read_blocks_before(element: HtmlElement, root: HtmlElement) -> list[Block]:
    """The visible lines of a subtree that come before an element in it, in order."""
    walk = _Walk(root, None, None)
    walk.until = element
    walk.read(root)
    walk.flush()
    return walk.blocks


def read_blocks_after(element: HtmlElement, most: int) -> list[Block]:
    """The first visible lines that come after an element, to the end of the page's body."""
    parent = element.getparent()
    walk = _Walk(element if parent is None else parent, None, most)
    walk.stand_in(element)
    while parent is not None and element.tag != "body":
        walk.add(element.tail)
        for sibling in element.itersiblings():
            walk.visit(sibling)
            if walk.is_done:
                return walk.blocks[:most]
        walk.leave(parent)
        element, parent = parent, parent.getparent()
    walk.flush()
    return walk.blocks[:most]


class _Walk:
    """Lines of what is visited, one element after the other."""

    def __init__(self, holder: HtmlElement, leave_out: Callable[[HtmlElement], bool] | None, most: int | None) -> None:
        self.blocks: list[Block] = []
        self.is_done = False
        self.until: HtmlElement | None = None
        self._leave_out = leave_out
        self._most = most
        self._parts: list[str] = []
        self._holder = holder
        self._depth = {"a": 0, "b": 0, "i": 0}
        self._counts = {"a": 0, "b": 0, "i": 0}
        self._open = 0
        self._in_heading = holder.tag in HEADINGS
        self._is_counted = False
        self.image = False

    def stand_in(self, element: HtmlElement) -> None:
        """Begin within the links and bold type that are open around an element."""
        for around in element.iterancestors(*_INLINE):
            self._depth[_INLINE[around.tag]] += 1
            self._open += 1

    def visit(self, element: HtmlElement) -> None:
        """Read an element, if it is to be seen, and the text behind it."""
        if self._is_read(element):
            self.read(element)
        self.add(element.tail)

    def read(self, root: HtmlElement) -> None:
        """Read an element and all that is in it."""
        self._enter(root, root.tag)
        # The elements that are open, with their children that are still to come.
        path: list[tuple[HtmlElement, Iterator[HtmlElement]]] = [(root, iter(root))]
        while path:
            element, children = path[-1]
            for child in children:
                if child is self.until:
                    self.flush()
                    self.is_done = True
                if self.is_done:
                    return
                if self._is_read(child):
                    self._enter(child, child.tag)
                    if len(child):
                        path.append((child, iter(child)))
                        break
                    self.leave(child)
                if tail := child.tail:
                    self.add(tail)
            else:
                path.pop()
                self.leave(element)
                if path and (tail := element.tail):
                    self.add(tail)

    def _is_read(self, element: HtmlElement) -> bool:
        tag = element.tag
        if tag in _SILENT or not isinstance(tag, str):
            return False
        if not is_hidden(element):
            if self._leave_out is None or not self._leave_out(element):
                return True
            self._pass_over(element)
        if tag in BLOCK_TAGS:
            self.flush()
        return False

    def _pass_over(self, element: HtmlElement) -> None:
        """What is left out still stands on the page: a line behind its picture comes after an image."""
        if element.tag in BLOCK_TAGS:
            self.flush()
        passed = _Walk(element, None, None)
        passed.read(element)
        passed.flush()
        self.image = passed.image or (self.image and not passed.blocks)

    def _enter(self, element: HtmlElement, tag: str) -> None:
        if tag in BLOCK_TAGS:
            if self._parts:
                self.flush()
            self._holder = element
            self._in_heading = tag in HEADINGS
        elif tag == "br":
            self.flush()
        elif tag == "img":
            self.image = True
        elif kind := _INLINE.get(tag):
            self._depth[kind] += 1
            self._open += 1
        if text := element.text:
            self.add(text)

    def leave(self, element: HtmlElement) -> None:
        """Come to the end of an element."""
        tag = element.tag
        if tag in BLOCK_TAGS:
            if self._parts:
                self.flush()
            parent = element.getparent()
            self._holder = element if parent is None else parent
            self._in_heading = self._holder.tag in HEADINGS
        elif kind := _INLINE.get(tag):
            self._depth[kind] -= 1
            self._open -= 1

    def add(self, text: str | None) -> None:
        """Text of the present line."""
        if not text:
            return
        self._parts.append(text)
        if (self._open or self._in_heading) and not text.isspace():
            letters = _letters(text)
            for kind, depth in self._depth.items():
                if depth or (kind == "b" and self._in_heading):
                    self._counts[kind] += letters
            self._is_counted = True

    def flush(self) -> None:
        """Come to the end of the present line."""
        if not self._parts:
            return
        parts, self._parts = self._parts, []
        text = parts[0] if len(parts) == 1 else "".join(parts)
        counts = self._counts
        if self._is_counted:
            self._counts = dict.fromkeys(counts, 0)
            self._is_counted = False
        if text.isspace() or not (text := clean(text)):
            return
        self.blocks.append(Block(text, self._nearest_block(), counts["a"], counts["b"], counts["i"], self.image))
        self.image = False
        self.is_done = self._most is not None and len(self.blocks) >= self._most

    def _nearest_block(self) -> HtmlElement:
        element = self._holder
        while element.tag not in BLOCK_TAGS and (parent := element.getparent()) is not None:
            element = parent
        return element


_INLINE = {"a": "a", "b": "b", "strong": "b", "i": "i", "em": "i"}


def _letters(text: str) -> int:
    return len("".join(text.split()))
