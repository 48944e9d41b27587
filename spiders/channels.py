"""What a feed, a sitemap or a listing page lists. Bytes in, items out; broken input is named, never raised."""

import re
from calendar import timegm
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import feedparser
import lxml.etree
from lxml.etree import _Element
from scrapy.http import HtmlResponse
from scrapy.selector import Selector
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from spiders.addresses import absolute, canonical, host
from spiders.platform import Platform

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# A sitemap may hold 50 MB by its protocol.
_LARGEST_SITEMAP = 50 * 1024 * 1024
# How far above a link its own date can stand: link, headline, block, row.
_DATE_IS_WITHIN = 4

_DATE_TEXT = re.compile(
    r"(?:(?<!\d)(?P<hour_before>\d{1,2})[:h](?P<minute_before>\d{2})(?::\d{2})?\s*(?:[-,|]|ngày)?\s*)?"
    r"(?<!\d)(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>20\d{2})(?!\d)"
    r"(?:\s*[-,|]?\s*(?:lúc\s*)?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
)
_PERIOD = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_NEXT_TEXT = re.compile(
    r"^\W*(?:trang\s*)?(?:sau|tiếp|kế|tiếp theo|next|older posts|cũ hơn)?\s*[›»>→]*\W*$", re.IGNORECASE
)
_PAGE_NUMBER = (
    re.compile(r"(?P<stem>.*)/(?:page|trang|p)[-/](?P<number>\d{1,4})(?:\.html?)?/?$", re.IGNORECASE),
    re.compile(r"(?P<stem>.*)/(?P<number>\d{1,4})/?$"),
)
_PAGE_PARAMETER = re.compile(r"^(?:page|paged|p|trang|pageindex|pn)$", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")


@dataclass(frozen=True, slots=True)
class Item:
    """One address as a channel lists it.

    Attributes:
        url: As found.
        key: Its canonical form.
        position: Place in the list, from 0.
        title: As listed, empty where the channel gives none.
        at: Time as listed, aware; of publication, in sitemaps of the last change.
    """

    url: str
    key: str
    position: int
    title: str = ""
    at: datetime | None = None

    @property
    def day(self) -> date | None:
        """Local day of `at`."""
        return self.at.astimezone(LOCAL).date() if self.at else None


@dataclass(slots=True)
class Listed:
    """What one document of a channel holds.

    Attributes:
        items: Articles in the order of the document, each key once.
        further: Addresses to read on: sitemaps of an index, sections of a start page.
        next_page: Address of the listing's next page, where the page links it.
        broken: What is wrong with the document; empty where it could be read to its end.
    """

    items: list[Item] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    next_page: str | None = None
    broken: str = ""


def read_feed(body: bytes, url: str, platform: Platform) -> Listed:
    """Read RSS or Atom. Every item counts, whatever its address looks like: a feed lists articles only."""
    # The type is given as XML so that the document itself says its encoding, whatever the server claims.
    headers = {"content-location": url, "content-type": "application/xml"}
    parsed = feedparser.parse(body, response_headers=headers)
    listed = Listed()
    entries = _Entries(platform)
    for entry in parsed.entries:
        link = absolute(url, entry.get("link") or "")
        if link is None:
            continue
        moment = entry.get("published_parsed") or entry.get("updated_parsed")
        at = datetime.fromtimestamp(timegm(moment), UTC) if moment else None
        entries.add(link, _plain(entry.get("title") or ""), at)
    listed.items = entries.items()
    if not listed.items and (parsed.bozo or not parsed.get("version")):
        listed.broken = _short(parsed.get("bozo_exception") or "neither RSS nor Atom")
    return listed


def read_sitemap(body: bytes, url: str, platform: Platform) -> Listed:
    """Read a sitemap or an index of sitemaps, gzipped or not; only addresses of articles count."""
    listed = Listed()
    try:
        if body.startswith(b"\x1f\x8b\x08"):
            body = gunzip(body, max_size=_LARGEST_SITEMAP)
        sitemap = Sitemap(body)
        if sitemap.type not in {"urlset", "sitemapindex"}:
            listed.broken = f"<{sitemap.type}> is no sitemap"
            return listed
        located = [(absolute(url, e.get("loc", "")), e.get("lastmod", "")) for e in sitemap]
        if sitemap.type == "sitemapindex":
            listed.further = [link for link, _ in located if link and not platform.is_empty_sitemap(link)]
        entries = _Entries(platform)
        for link, changed in located:
            if link and platform.is_article(link):
                entries.add(link, "", _iso_time(changed))
        listed.items = entries.items()
        # The parser mends what it can; a mended tail means that the list may go on.
        fatal = [e for e in sitemap.xmliter.error_log if e.level_name == "FATAL"]
        listed.broken = _short(fatal[-1].message) if fatal else ""
    except (lxml.etree.XMLSyntaxError, StopIteration, OSError, EOFError, ValueError) as error:
        listed.broken = _short(error)
    except Exception as error:
        # scrapy's bound on unpacked bytes raises a class that it does not export.
        if type(error).__name__ != "_DecompressionMaxSizeExceeded":
            raise
        listed.broken = f"more than {_LARGEST_SITEMAP >> 20} MB unpacked"
    return listed


def read_listing(page: HtmlResponse, platform: Platform, number: int, first: str) -> Listed:
    """Read a page of a section: every link to an article, wherever it stands on the page.

    Args:
        page: The page, its address after redirects.
        platform: Says what an article's address looks like.
        number: Which page of the listing it is, from 1.
        first: Address of page 1.
    """
    listed = Listed()
    entries = _Entries(platform)
    site = host(page.url)
    base = _base_url(page)
    numbered: str | None = None
    marked: str | None = None
    for anchor in page.xpath("//a[@href] | //link[@rel='next'][@href]"):
        link = absolute(base, anchor.attrib["href"])
        if link is None or host(link) != site:
            continue
        if platform.is_article(link) and anchor.root.tag == "a":
            entries.add(link, _link_text(anchor), None, anchor)
        elif _page_number(link, first) == number + 1:
            numbered = numbered or link
        elif "next" in anchor.attrib.get("rel", "").split() or _says_next(anchor):
            marked = marked or link
        elif platform.is_section(link) and link not in listed.further:
            listed.further.append(link)
    listed.items = entries.items()
    listed.next_page = numbered or (marked if marked and canonical(marked) != canonical(page.url) else None)
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
    found = (absolute(_base_url(page), a.attrib["href"]) for a in anchors)
    sections = (u for u in found if u and host(u) == host(page.url) and urlsplit(u).path not in ("", "/"))
    return list(dict.fromkeys(u for u in sections if not platform.is_article(u) and not platform.is_denied(u)))


def period_of(url: str) -> tuple[date, date] | None:
    """First and last day that the name of a sitemap speaks of (`…-2024-05.xml`, `…-2024-05-17.xml`)."""
    match = _PERIOD.search(urlsplit(url).path)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if match[3]:
        try:
            day = date(year, month, int(match[3]))
        except ValueError:
            return None
        return day, day
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


class _Entries:
    """Collects items, one a key, keeping the link that says most: the one with the longest text."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._found: dict[str, tuple[str, str, datetime | None]] = {}
        self._anchors: dict[str, list[Selector]] = {}
        self._owner: dict[int, str] | None = None

    def add(self, url: str, title: str, at: datetime | None, anchor: Selector | None = None) -> None:
        key = self._platform.key(url)
        known = self._found.get(key)
        if known is None or len(title) > len(known[1]):
            self._found[key] = (url, title, at or (known[2] if known else None))
        if anchor is not None:
            self._anchors.setdefault(key, []).append(anchor)

    def items(self) -> list[Item]:
        return [
            Item(url, key, position, title, at or self._date_beside(key))
            for position, (key, (url, title, at)) in enumerate(self._found.items())
        ]

    def _date_beside(self, key: str) -> datetime | None:
        """The date in the smallest block that holds this article's links and no other's."""
        for anchor in self._anchors.get(key, ()):
            block = anchor.root
            for _ in range(_DATE_IS_WITHIN):
                block = block.getparent()
                if block is None or not self._is_alone(block, key):
                    break
                if (at := _date_in(block)) is not None:
                    return at
        return None

    def _is_alone(self, block: _Element, key: str) -> bool:
        if self._owner is None:
            self._owner = {id(a.root): k for k, anchors in self._anchors.items() for a in anchors}
        return all(self._owner.get(id(a), key) == key for a in block.iter("a"))


def _date_in(block: _Element) -> datetime | None:
    for element in block.iter("time"):
        if (at := _iso_time(element.get("datetime") or "")) is not None:
            return at
    match = _DATE_TEXT.search(" ".join(str(t) for t in block.itertext()))
    if match is None:
        return None
    try:
        return datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            int(match["hour"] or match["hour_before"] or 0),
            int(match["minute"] or match["minute_before"] or 0),
            int(match["second"] or 0),
            tzinfo=LOCAL,
        ).astimezone(UTC)
    except ValueError:
        return None


def _iso_time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # A time without a zone is the server's, and these servers stand in Vietnam.
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)


def _base_url(page: HtmlResponse) -> str:
    base = page.xpath("//base/@href").get()
    return (absolute(page.url, base) if base else None) or page.url


def _link_text(anchor: Selector) -> str:
    return _plain("".join(anchor.root.itertext())) or _plain(anchor.attrib.get("title", ""))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _says_next(anchor: Selector) -> bool:
    text = _plain("".join(anchor.root.itertext()))
    return bool(text) and len(text) <= 20 and _NEXT_TEXT.match(text) is not None and bool(re.search(r"\w|[›»>→]", text))


def _page_number(url: str, first: str) -> int | None:
    """Which page of the listing that begins at `first` this address is; None where it is none of its pages."""
    parts, start = urlsplit(url), urlsplit(first)
    stem = start.path.rstrip("/").removesuffix(".html")
    if parts.path.rstrip("/") == start.path.rstrip("/"):
        numbers = [v for k, v in parse_qsl(parts.query) if _PAGE_PARAMETER.match(k) and v.isdecimal()]
        return int(numbers[0]) if numbers else None
    for pattern in _PAGE_NUMBER:
        match = pattern.match(parts.path)
        if match is not None and match["stem"].rstrip("/") == stem:
            return int(match["number"])
    return None


def _short(what: object) -> str:
    lines = str(what).strip().splitlines()
    return lines[0][:200] if lines else type(what).__name__
