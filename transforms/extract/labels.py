"""Section and tags as a page shows them, where nothing says them for machines."""

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from lxml.html import HtmlElement

from transforms.extract.blocks import is_hidden
from transforms.extract.page import Page, class_parts
from transforms.extract.wording import clean, folded

_CRUMBS = frozenset(("breadcrumb", "breadcrumbs", "crumbs", "cate", "category", "chuyenmuc", "duongdan"))
_TAGS = frozenset(("tag", "tags", "tagbox", "tukhoa", "keyword", "keywords"))
_HOME = frozenset(("", "trang chủ", "trang nhất", "home", "trở lại"))
_HOLDERS = frozenset(("div", "ul", "ol", "p", "nav", "section", "span", "table", "td"))
# Each is searched; made-up pages have thousands.
_MOST_HOLDERS = 20
_MOST_SEARCHED = 200
# Names of sections and tags have a few words; headlines have more.
_NAME_WORDS = 8
# A cloud of all tags of a site has more than an article.
_MOST_TAGS = 15
# Path and headline stand a few levels apart; the menu of the site is farther.
_CLOSE = 6


def shown_section(page: Page) -> tuple[str, str]:
    """The last link of the path that stands closely before the headline, and the rule; empty where there is none."""
    if page.anchor is None:
        return "", ""
    headline = page.anchor.element
    around = next(islice(headline.iterancestors(), _CLOSE - 1, None), page.tree)
    before = takewhile(lambda element: element is not headline, around.iter())
    section = ""
    for holder in islice(_named(before, _CRUMBS), _MOST_HOLDERS):
        names = [name for a in holder.iter("a") if folded(name := _name(a)) not in _HOME | {folded(page.anchor.text)}]
        section = names[-1] if names else section
    return (section, "visible") if section else ("", "")


def shown_tags(page: Page) -> tuple[str, ...]:
    """The links of the first list of tags that the page shows; empty where there is none."""
    for holder in islice(_named(page.tree.iter(), _TAGS), _MOST_HOLDERS):
        names = [name for a in holder.iter("a") if (name := _name(a))]
        if 0 < len(names) <= _MOST_TAGS:
            return tuple(dict.fromkeys(names))
    return ()


def _named(elements: Iterable[HtmlElement], parts: frozenset[str]) -> Iterator[HtmlElement]:
    """Elements called so that hold links; those of lists of other pieces hold headings too."""
    called = (e for e in elements if e.tag in _HOLDERS and not parts.isdisjoint(class_parts(e)) and not is_hidden(e))
    for element in islice(called, _MOST_SEARCHED):
        if element.find(".//a") is not None and next(element.iter("h1", "h2", "h3", "h4", "article"), None) is None:
            yield element


def _name(link: HtmlElement) -> str:
    name = clean(link.text_content()).strip(" #,;>»/|")
    return name if 0 < len(name.split()) <= _NAME_WORDS else ""
