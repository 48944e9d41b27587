"""Section and tags as a page shows them, where nothing says them for machines."""

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from lxml.html import HtmlElement

from transforms.extract.blocks import is_hidden
from transforms.extract.page import Page
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
    called = page.called(_CRUMBS)
    before = set(takewhile(lambda element: element is not headline, around.iter())) if called else ()
    section = ""
    for holder in islice(_with_links(e for e in called if e in before), _MOST_HOLDERS):
        names = [name for a in holder.iter("a") if folded(name := _name(a)) not in _HOME | {folded(page.anchor.text)}]
        section = names[-1] if names else section
    return (section, "visible") if section else ("", "")


def shown_tags(page: Page) -> tuple[str, ...]:
    """The links of the first list of tags that the page shows; empty where there is none."""
    for holder in islice(_with_links(page.called(_TAGS)), _MOST_HOLDERS):
        names = [name for a in holder.iter("a") if (name := _name(a))]
        if 0 < len(names) <= _MOST_TAGS:
            return tuple(dict.fromkeys(names))
    return ()


def _with_links(called: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """Those that hold links; lists of other pieces hold headings too."""
    for element in islice((e for e in called if e.tag in _HOLDERS and not is_hidden(e)), _MOST_SEARCHED):
        if element.find(".//a") is not None and next(element.iter("h1", "h2", "h3", "h4", "article"), None) is None:
            yield element


def _name(link: HtmlElement) -> str:
    name = clean(link.text_content()).strip(" #,;>»/|")
    return name if 0 < len(name.split()) <= _NAME_WORDS else ""
