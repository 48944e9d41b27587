"""RSS and Atom, and feeds whose entries are the articles themselves."""

import re
from datetime import datetime

import feedparser
import lxml.etree
from lxml.etree import _Element

from spiders.addresses import absolute
from spiders.channels.dates import iso_time, time_of_feed
from spiders.channels.listed import Entries, Item, Listed, local_name, plain, short
from spiders.platform import Platform

_ATOM = "{http://www.w3.org/2005/Atom}"
# The largest of these feeds has some 200 KB; of twenty megabytes the parser makes minutes of work.
_LARGEST = 4 * 1024 * 1024
_REFERENCE = re.compile(rb"&#(?:(\d{1,10})|x([0-9a-f]{1,8}));?", re.IGNORECASE)
# Counters change with every visitor: an entry with another number of views is no other entry.
_COUNTERS = ("community", "statistics", "starRating")


def read_feed(body: bytes, url: str, platform: Platform) -> Listed:
    """Read RSS or Atom. Every item counts, whatever its address looks like: a feed lists articles only."""
    # The type is given as XML so that the document itself says its encoding, whatever the server claims.
    headers = {"content-location": url, "content-type": "application/xml"}
    if len(body) > _LARGEST:
        return Listed(broken=f"more than {_LARGEST >> 20} MB")
    try:
        parsed = feedparser.parse(_REFERENCE.sub(_letter, body), response_headers=headers)
    except Exception as error:  # noqa: BLE001  feedparser lets through whatever its parsers raise on malformed bytes
        return Listed(broken=short(error))
    listed = Listed()
    entries = Entries(platform)
    is_atom = str(parsed.get("version") or "").startswith("atom")
    for entry in parsed.entries:
        link = absolute(url, entry.get("link") or "")
        if link is None:
            continue
        published, updated = _moment(entry, "published_parsed"), _moment(entry, "updated_parsed")
        # RSS has one time, that of publication; feedparser calls it the update where it stands in `dc:date`.
        if not is_atom:
            published, updated = published or updated, None
        entries.add(link, plain(entry.get("title") or ""), published, updated)
    listed.items = entries.items()
    if not listed.items and (parsed.bozo or not parsed.get("version")):
        listed.broken = short(parsed.get("bozo_exception") or "neither RSS nor Atom")
    return listed


def _letter(reference: re.Match[bytes]) -> bytes:
    """The reference where it names a letter: feedparser breaks down over halves of pairs of UTF-16, which are none."""
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return reference[0] if number < 0xD800 or 0xE000 <= number < 0x110000 else b""


def feed_entries(body: bytes, url: str, platform: Platform) -> list[tuple[Item, bytes]]:
    """The articles of an Atom feed whose entries are all that there is of them, such as videos.

    Args:
        body: The feed as received.
        url: Its address.
        platform: Says what an article's address looks like.

    Returns:
        Each item with its `entry` element as a document of its own (exclusive canonical XML, UTF-8, with its
        namespaces, without counters of views and stars): the same entry gives the same bytes at every poll. Empty where
        the feed cannot be read; `read_feed` then names the reason.
    """
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = lxml.etree.fromstring(body, parser)
    except (lxml.etree.XMLSyntaxError, ValueError):
        return []
    found: dict[str, tuple[Item, bytes]] = {}
    for entry in root.iter(f"{_ATOM}entry") if root is not None else ():
        link = absolute(url, _link_of(entry))
        if link is None or not platform.is_article(link) or platform.key(link) in found:
            continue
        item = Item(
            link,
            platform.key(link),
            len(found),
            plain(entry.findtext(f"{_ATOM}title") or ""),
            iso_time(entry.findtext(f"{_ATOM}published") or ""),
            iso_time(entry.findtext(f"{_ATOM}updated") or ""),
        )
        found[item.key] = item, _document(entry)
    return list(found.values())


def _link_of(entry: _Element) -> str:
    for link in entry.iter(f"{_ATOM}link"):
        if link.get("rel", "alternate") == "alternate" and (address := link.get("href")):
            return address
    return ""


def _document(entry: _Element) -> bytes:
    for element in [e for e in entry.iter() if local_name(e) in _COUNTERS]:
        parent = element.getparent()
        if parent is not None:
            _drop(parent, element)
    try:
        return lxml.etree.tostring(entry, method="c14n", exclusive=True, with_tail=False)
    except (lxml.etree.LxmlError, ValueError):
        # What was mended may have no canonical form, such as a name whose namespace nobody declared.
        return lxml.etree.tostring(entry, encoding="utf-8", with_tail=False)


def _drop(parent: _Element, element: _Element) -> None:
    """Take an element out and leave the text behind it where it was."""
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _moment(entry: feedparser.FeedParserDict, name: str) -> datetime | None:
    moment = entry[name] if name in entry else None  # noqa: SIM401  `get` of feedparser gives the other time with a warning
    return time_of_feed(moment)
