"""Links of a page: what each leads to, told once for all pages of a site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Literal, TypeAlias

from spiders.addresses import absolute, host, root
from spiders.channels.listed import Entries, Item, Listed
from spiders.platform import Platform

# Menus and side columns of a site have some hundred links; what is newer pushes out what is older.
_JUDGED = 8192
# So many links are kept in a `LinkCache` before it begins anew: about 5 MB.
_REMEMBERED = 20_000
# No tag that a person wrote is longer; the bound keeps unclosed tags from being read over and over.
_HREF = re.compile(rb"""<a\s(?:[^<>]{0,500}?\s)?href\s*=\s*(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})')""", re.IGNORECASE)
_BASE = re.compile(rb"""<base\s[^<>]{0,200}?href\s*=\s*["']([^"'<>]{1,500})["']""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link leads to.

    Attributes:
        url: Address, ready to be asked.
        key: Its canonical form.
        kind: `article`, `section` or `tag` as the platform tells them, `other` else.
        is_fixed: Whether an article's address is that of a section or standing page where a menu links it.
    """

    url: str
    key: str
    kind: Literal["article", "section", "tag", "other"]
    is_fixed: bool = False


# The raw `href` of pages of one site -> what it leads to; None: to no page of the site.
LinkCache: TypeAlias = dict[bytes, Link | None]


def judge(base: str, href: str, site: str, platform: Platform) -> Link | None:
    """What a link leads to; None where that is no page of the site.

    Args:
        base: Address to which the link is relative.
        href: The link as it stands on the page.
        site: Host of the site, as `addresses.host` gives it.
        platform: Tells articles, sections and tag pages by their addresses.
    """
    # What does not depend on the page is told once for all of them.
    whole = href.startswith(("http://", "https://", "/")) and not href.startswith("//")
    return _judge(root(base) if whole else base, href, site, platform)


@lru_cache(maxsize=_JUDGED)
def _judge(base: str, href: str, site: str, platform: Platform) -> Link | None:
    url = absolute(base, href)
    if url is None or host(url) != site:
        return None
    key = platform.key(url)
    if platform.is_article(url):
        return Link(url, key, "article", platform.is_fixed(url))
    if platform.is_tag(url):
        return Link(url, key, "tag")
    return Link(url, key, "section" if platform.is_section(url) else "other")


def linked(body: bytes, url: str, platform: Platform, seen: LinkCache | None = None) -> Listed:
    """Articles and tag pages that any page of a site links, its own address left out; a page is not parsed for that.

    Args:
        body: The page, unpacked.
        url: Its address.
        platform: Tells articles and tag pages by their addresses.
        seen: Kept between the pages of one site, so that each link is looked at once; made smaller here where it grows.

    Returns:
        `items` with position but without titles and times, and `tags`.
    """
    seen = {} if seen is None else seen
    own = platform.key(url)
    entries, tags = Entries(platform), dict[str, None]()
    for link in _links(body, url, platform, seen):
        if link.kind == "article" and link.key != own and not link.is_fixed:
            entries.add(link.url, key=link.key)
        elif link.kind == "tag":
            tags.setdefault(link.url)
    return Listed(items=entries.items(), tags=list(tags))


def links_of(body: bytes, url: str, platform: Platform, seen: LinkCache | None = None) -> list[Item]:
    """Articles that any page of a site links; see `linked`."""
    return linked(body, url, platform, seen).items


def _links(body: bytes, url: str, platform: Platform, seen: LinkCache) -> Iterator[Link]:
    stated = _BASE.search(body, 0, 20_000)
    base = (absolute(url, _text(stated[1])) if stated else None) or url
    site = host(url)
    if len(seen) > _REMEMBERED:
        seen.clear()
    for double, single in _HREF.findall(body):
        href = double or single
        # Links that are relative to the page mean another page elsewhere.
        if not href.startswith((b"http", b"/")) or href.startswith(b"//"):
            link = judge(base, _text(href), site, platform)
        elif href in seen:
            link = seen[href]
        else:
            link = seen[href] = judge(base, _text(href), site, platform)
        if link is not None:
            yield link


def _text(href: bytes) -> str:
    text = href.decode("utf-8", "replace")
    return unescape(text) if "&" in text else text
