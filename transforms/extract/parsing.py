"""From text to a tree, once for all rules, within limits that keep any page's reading short."""

import re
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from transforms.article import NotAnArticleError
from transforms.extract.wording import without_controls

# What is left of a page without long scripts, styles and comments and without pictures written into it; real ones stay
# under 1 MB, the longest decrees saved from a word processor under 3. Time and memory of all that follows grow with it.
MAX_MARKUP = 4_000_000
# Real pages have 500 to 2,000 elements and the longest documents some 20,000; each opens with one of these signs, and
# most close with another.
MAX_TAGS = 80_000
# Unclosed tags of old editors add up to some hundreds of levels. Rules ask what holds a line, so that their time grows
# with the depth; and at 2,047 levels the parser drops the rest of the page without a word.
MAX_DEPTH = 500
# Data that scripts carry (JSON-LD, the state of an application) tell dates; what is longer are programs.
_MAX_PASSAGE = 200_000
# An attribute of so many letters carries data of a program.
_MAX_VALUE = 20_000

_PASSAGE = re.compile(rb"<(?:(script|style)\b|!--)", re.IGNORECASE)
_ENDS = {
    b"script": re.compile(rb"</script", re.IGNORECASE),
    b"style": re.compile(rb"</style", re.IGNORECASE),
    b"": re.compile(rb"-->"),
}
_PICTURE_DATA = re.compile(rb"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%]{400,}")
# Elements are of the class whose methods the rules use, without asking Python for each; comments and instructions are
# no text, and nobody asks for ids.
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
_WITH_LONG_VALUES = etree.XPath(f"//*[@*[string-length() > {_MAX_VALUE}]]")
# Level by level, so that each element is seen once.
_IS_DEEPER = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")


def parse(text: str) -> HtmlElement:
    """Parse a page; styles are left empty.

    Args:
        text: The whole page.

    Raises:
        NotAnArticleError: `empty_page`; or `unreadable`, where it is larger, has more tags, or is nested deeper than
            any article.
    """
    data = without_controls(text.encode("utf-8"))
    if len(data) > _MAX_PASSAGE:
        data = _without_ballast(data)
    if len(data) > MAX_MARKUP:
        raise NotAnArticleError("unreadable", f"{len(data)} bytes beside scripts and pictures, more than {MAX_MARKUP}")
    if (tags := data.count(b"<")) > MAX_TAGS:
        raise NotAnArticleError("unreadable", f"{tags} tags, more than {MAX_TAGS}")
    tree = _tree(data)
    if tags > MAX_DEPTH and _IS_DEEPER(tree):
        raise NotAnArticleError("unreadable", f"nested deeper than {MAX_DEPTH} levels")
    _drop_unread(tree, has_long_values=len(data) > _MAX_PASSAGE)
    return tree


def _tree(data: bytes) -> HtmlElement:
    try:
        # Bytes, because the parser refuses text that declares its own encoding.
        tree = etree.fromstring(data, _PARSER)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NotAnArticleError("empty_page", str(error)[:200]) from error
    if not isinstance(tree, HtmlElement):
        raise NotAnArticleError("empty_page")
    return tree


def _drop_unread(tree: HtmlElement, *, has_long_values: bool) -> None:
    """Empty what no rule reads and what is copied with the tree."""
    for style in tree.iter("style"):
        style.text = None
    if not has_long_values:
        return
    for element in cast(list[HtmlElement], _WITH_LONG_VALUES(tree)):
        for name, value in element.items():
            if len(value) > _MAX_VALUE:
                del element.attrib[name]


def _without_ballast(data: bytes) -> bytes:
    """The page without long scripts, styles and comments, and without pictures written into it.

    Each passage is skipped to its own end, so that a tag within a script is not taken for one.
    """
    kept, done, position = [], 0, 0
    while passage := _PASSAGE.search(data, position):
        kind = (passage[1] or b"").lower()
        start = data.find(b">", passage.end()) + 1 if kind else passage.end()
        # `<!-->` is a whole comment.
        closing = _ENDS[kind].search(data, start if kind else start - 2) if start else None
        if closing is None:
            # The parser decides where it ends.
            break
        if closing.start() - start > _MAX_PASSAGE:
            kept.append(data[done:start])
            done = closing.start()
        position = closing.end()
    kept.append(data[done:])
    slim = b"".join(kept)
    return _PICTURE_DATA.sub(b"data:,", slim) if b";base64," in slim else slim
