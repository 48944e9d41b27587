"""Pages of a section: articles in their order with the dates beside them, further sections, tags, the next page."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from lxml.etree import _Element
from scrapy.http import HtmlResponse

from spiders.addresses import absolute, below, canonical, host, is_calendar, is_document_address
from spiders.channels.links import Link, judge
from spiders.channels.listed import Entries, Listed, plain
from spiders.platform import Platform

_NEXT_TEXT = re.compile(
    r"^\W*(?:trang\s*)?(?:sau|tiếp|kế|tiếp theo|next|older posts|cũ hơn)?\s*[›»>→]*\W*$", re.IGNORECASE
)
_PAGE_NUMBER = (
    re.compile(r"(?P<stem>.*)/(?:page|trang|p)[-/](?P<number>\d{1,4})(?:\.html?)?/?$", re.IGNORECASE),
    re.compile(r"(?P<stem>.*)/(?P<number>\d{1,4})/?$"),
)
# Liferay and its like put the name of a block before: `_INSTANCE_abc_cur=2`.
_PAGE_PARAMETER = re.compile(r"^(?:page|paged|p|trang|pageindex|pn|cur|.{1,100}_cur)$", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")
# Buttons beside a headline ("Tải về", "Xem văn bản") have fewer words.
_HEADLINE_WORDS = 5
_MENU_TAGS = frozenset(("nav", "header", "footer"))
_MENU_NAME = re.compile(r"(?:^|[\s_-])(?:menu|nav|navbar|mainmenu|topmenu|footer)(?:$|[\s_-])", re.IGNORECASE)
_CONTENT_TAGS = ("h2", "h3", "article")
_MORE_NAME = re.compile(r"load-?_?more|xem-?_?them|view-?_?more|show-?_?more|btn-?_?more|ajax-?_?more", re.IGNORECASE)
_MORE_TEXT = re.compile(r"^\W*(?:xem|tải|hiển thị) thêm\b.{0,20}$|^\W*(?:load|show|view) more\b.{0,20}$", re.IGNORECASE)
_ENDPOINTS = ("data-url", "data-href", "data-ajax", "data-ajax-url", "data-link", "data-endpoint", "data-next", "href")
# What such an address has in it; a plain “read more” link has none of it.
_MORE_ADDRESS = re.compile(
    r"ajax|/api/|load|more|json|partial|handler|\.ashx|[?&](?:page|paged|p|trang|pageindex|pn|offset|start|skip|cursor|[^=&]*_cur)=",
    re.IGNORECASE,
)
_PAGE_HOLE = re.compile(r"\{(?:page|n|0|pageindex)\}|%7B(?:page|n|0)%7D|__page__|\[page\]|:page\b", re.IGNORECASE)


def read_listing(page: HtmlResponse, platform: Platform, number: int, first: str) -> Listed:
    """Read a page of a section: every link to an article, wherever it stands on the page.

    Args:
        page: The page, its address after redirects.
        platform: Says what an article's address looks like.
        number: Which page of the listing it is, from 1.
        first: Address of page 1.
    """
    listed = Listed()
    entries = Entries(platform)
    following = _Following(page.url, first, number)
    further, tags = dict[str, str](), dict[str, str]()
    for anchor, link in _anchors(page, platform):
        if link.kind == "article":
            if anchor.tag == "a" and not (link.is_fixed and _is_in_menu(anchor)):
                entries.add(link.url, _text_of(anchor), key=link.key, anchor=anchor)
        elif link.kind == "other" and _is_listed_document(anchor, link):
            entries.add(link.url, _text_of(anchor), key=link.key, anchor=anchor)
        elif following.takes(anchor, link.url):
            pass
        elif link.kind == "section":
            further.setdefault(link.key, link.url)
        elif link.kind == "tag":
            tags.setdefault(link.key, link.url)
    listed.items = entries.items()
    listed.further, listed.tags = list(further.values()), list(tags.values())
    listed.next_page = following.url
    # Where a rule builds the next page, nothing need be looked for.
    if listed.next_page is None and not platform.page:
        listed.next_page = _more_of(page, platform, number, first)
        listed.is_more = listed.next_page is not None
    return listed


def feeds_of(page: HtmlResponse) -> list[str]:
    """Feeds that a page names in its head."""
    links = page.xpath("//link[@rel='alternate'][@href]")
    named = [absolute(_base_url(page), a.attrib["href"]) for a in links if a.attrib.get("type") in _FEED_TYPES]
    return list(dict.fromkeys(f for f in named if f and "/comments/" not in f))


def menu_of(page: HtmlResponse, platform: Platform) -> list[str]:
    """Links of a page's menus that are no articles: where sections of an unknown platform are to be found."""
    anchors = page.xpath(
        "//nav//a[@href] | //header//a[@href]"
        " | //*[contains(@class, 'menu') or contains(@id, 'menu') or contains(@class, 'nav')]//a[@href]"
    )
    base, site, found = _base_url(page), host(page.url), dict[str, str]()
    for anchor in anchors:
        link = judge(base, anchor.attrib["href"], site, platform)
        if link is None or (link.kind == "article" and not (link.is_fixed and _is_in_menu(anchor.root))):
            continue
        path = urlsplit(link.url).path
        if path not in ("", "/") and not (platform.is_denied(link.url) or is_calendar(below(link.url))):
            found.setdefault(link.key, link.url)
    return list(found.values())


def _anchors(page: HtmlResponse, platform: Platform) -> Iterator[tuple[_Element, Link]]:
    """Links to pages of the site with what they lead to, in the order of the page."""
    base, site = _base_url(page), host(page.url)
    for element in page.selector.root.iter("a", "link"):
        href = element.get("href")
        if href is None or (element.tag == "link" and element.get("rel") != "next"):
            continue
        link = judge(base, href, site, platform)
        if link is not None:
            yield element, link


class _Following:
    """Looks for the next page among the links: one with its number goes before one that says so.

    Args:
        here: Address of this page.
        first: Address of page 1.
        number: Which page this is.
    """

    def __init__(self, here: str, first: str, number: int) -> None:
        self._here = here
        self._first = first
        self._wanted = number + 1
        self._digits = str(number + 1)
        # A listing that is itself one of a calendar may go on in it.
        self._in_calendar = is_calendar(below(first))
        self._numbered: str | None = None
        self._marked: str | None = None

    def takes(self, anchor: _Element, url: str) -> bool:
        """Whether the link is one to the next page."""
        if self._digits in url and _page_number(url, self._first) == self._wanted:
            self._numbered = self._numbered or self._open(url)
            return True
        if "next" in (anchor.get("rel") or "").split() or _says_next(anchor):
            self._marked = self._marked or self._open(url)
            return True
        return False

    def _open(self, url: str) -> str | None:
        return url if self._in_calendar or not is_calendar(below(url)) else None

    @property
    def url(self) -> str | None:
        """Address of the next page."""
        if self._numbered:
            return self._numbered
        return self._marked if self._marked and canonical(self._marked) != canonical(self._here) else None


def _more_of(page: HtmlResponse, platform: Platform, number: int, first: str) -> str | None:
    """What the page's “load more” asks for: the address that it names, else the platform's."""
    base, site = _base_url(page), host(page.url)
    controls = [e for e in page.selector.root.iter("a", "button", "div", "span") if _is_more(e)]
    for control in controls:
        # The named block is often around the link, and the other way round.
        for part in (control, *control.iter("a", "button")):
            found = _endpoint(part, base, number + 1)
            if found is not None and _asks_for_more(found, site, platform):
                return found
    return platform.more_url(first, number + 1) if controls else None


def _asks_for_more(url: str, site: str, platform: Platform) -> bool:
    """Whether an address is that of further items: “read more” below a teaser or a block leads elsewhere."""
    link = judge(url, url, site, platform)
    return link is not None and link.kind == "other" and _MORE_ADDRESS.search(below(url)) is not None


def _is_more(element: _Element) -> bool:
    if _MORE_NAME.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    return element.tag in ("a", "button") and len(element) <= 2 and _MORE_TEXT.match(_text_of(element)) is not None


def _endpoint(element: _Element, base: str, number: int) -> str | None:
    stated = next((v for n in _ENDPOINTS if (v := (element.get(n) or "").strip()) and _is_address(v)), "")
    shown = element.get("data-page") or ""
    if shown.isdecimal() and len(shown) <= 4:
        # The page to be asked for, or the last one shown.
        number = max(number, int(shown))
    if _PAGE_HOLE.search(stated):
        return absolute(base, _PAGE_HOLE.sub(str(number), stated))
    found = absolute(base, stated) if stated else None
    if found is None or not shown or element.get("href") == stated or _page_of(found) is not None:
        return found
    return f"{found}{'&' if urlsplit(found).query else '?'}page={number}"


def _is_address(text: str) -> bool:
    return not text.startswith(("#", "javascript:")) and ("/" in text or text.startswith("?"))


def _is_in_menu(anchor: _Element) -> bool:
    """Whether a link stands in a menu, head or foot of the page rather than in its content."""
    for block in anchor.iterancestors():
        if block.tag in ("body", "html"):
            break
        named = block.tag in _MENU_TAGS or _MENU_NAME.search(f"{block.get('class') or ''} {block.get('id') or ''}")
        if named and next(block.iter(*_CONTENT_TAGS), None) is None:
            return True
    return False


def _is_listed_document(anchor: _Element, link: Link) -> bool:
    """Whether a link with a headline leads to a document: an agency publishes it instead of a page."""
    if anchor.tag != "a" or not is_document_address(link.url):
        return False
    return len(_text_of(anchor).split()) >= _HEADLINE_WORDS and not _is_in_menu(anchor)


def _base_url(page: HtmlResponse) -> str:
    base = page.selector.root.find(".//base")
    href = base.get("href") if base is not None else None
    return (absolute(page.url, href) if href else None) or page.url


def _text_of(anchor: _Element) -> str:
    return plain("".join(str(t) for t in anchor.itertext())) or plain(anchor.get("title") or "")


def _says_next(anchor: _Element) -> bool:
    text = plain("".join(str(t) for t in anchor.itertext()))
    return bool(text) and len(text) <= 20 and _NEXT_TEXT.match(text) is not None and bool(re.search(r"\w|[›»>→]", text))


class _Start(NamedTuple):
    path: str
    stem: str


@lru_cache(maxsize=64)
def _start(first: str) -> _Start:
    path = urlsplit(first).path.rstrip("/")
    return _Start(path, path.removesuffix(".html"))


def _page_number(url: str, first: str) -> int | None:
    """Which page of the listing that begins at `first` this address is; None where it is none of its pages."""
    parts, start = urlsplit(url), _start(first)
    if parts.path.rstrip("/") == start.path:
        return _page_of(url)
    for pattern in _PAGE_NUMBER:
        match = pattern.match(parts.path)
        if match is not None and match["stem"].rstrip("/") == start.stem:
            return int(match["number"])
    return None


def _page_of(url: str) -> int | None:
    """Number of the page in the parameters of an address."""
    numbers = [v for k, v in parse_qsl(urlsplit(url).query) if _PAGE_PARAMETER.match(k) and v.isdecimal()]
    return int(numbers[0]) if numbers and len(numbers[0]) <= 6 else None
