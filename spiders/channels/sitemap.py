"""XML sitemaps, their indexes and news sitemaps, gzipped or not, read as a stream: a file's size is no matter."""

import gzip
import re
import zlib
from io import BytesIO
from typing import IO

import lxml.etree
from lxml.etree import _Element

from spiders.addresses import absolute
from spiders.channels.dates import iso_time
from spiders.channels.listed import Entries, Listed, local_name, plain, short
from spiders.platform import Platform

# A sitemap may hold 50 MB and 50,000 addresses by its protocol; twice as many addresses are still no attack.
_LARGEST = 50 * 1024 * 1024
_MOST_ROWS = 100_000
_GZIP = b"\x1f\x8b"
# The commonest slip: an address pasted with its bare ampersands. No entity but these has a place in a sitemap.
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_LONGEST_ENTITY = len("&#x10ffff;")
_ROOTS = ("urlset", "sitemapindex")


def read_sitemap(body: bytes, url: str, platform: Platform) -> Listed:
    """Read a sitemap or an index of sitemaps; only addresses of articles count.

    `lastmod` is the time of a change; only a news sitemap tells the time of publication and the title.

    Args:
        body: As received.
        url: Its address.
        platform: Says what an article's address looks like and which files of an index hold none.
    """
    listed = Listed()
    entries = Entries(platform)
    try:
        listed.broken = _read(_Bounded(body), url, platform, listed, entries)
    except (lxml.etree.XMLSyntaxError, OSError, EOFError, ValueError, zlib.error) as error:
        listed.broken = short(error)
    listed.items = entries.items()
    return listed


def _read(file: "_Bounded", url: str, platform: Platform, listed: Listed, entries: Entries) -> str:
    """Read to the end; what is wrong with the document, empty where nothing is."""
    # The parser mends what it can; entities stay unread.
    rows = lxml.etree.iterparse(
        file, tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, huge_tree=False, recover=True
    )
    count = 0
    for _, row in rows:
        parent = row.getparent()
        # Only rows of the list itself: extensions may call their parts the same.
        if parent is None or parent.getparent() is not None:
            continue
        kind = local_name(parent)
        if kind not in _ROOTS:
            return f"<{kind}> is no sitemap"
        count += 1
        if count > _MOST_ROWS:
            return f"more than {_MOST_ROWS} rows"
        _take(row, url, platform, listed, entries)
        row.clear()
        while row.getprevious() is not None:
            del parent[0]
    top = rows.root
    name = "" if top is None else local_name(top)
    if name not in _ROOTS:
        return f"<{name}> is no sitemap"
    # A mended tail means that the list may go on.
    fatal = [e for e in rows.error_log if e.level_name == "FATAL"]
    return short(fatal[-1].message) if fatal else ""


def _take(row: _Element, url: str, platform: Platform, listed: Listed, entries: Entries) -> None:
    place, changed = "", ""
    title, published = "", ""
    for child in row:
        name = local_name(child)
        if name == "loc":
            place = (child.text or "").strip()
        elif name == "lastmod":
            changed = child.text or ""
        elif name == "news":
            title, published = _news(child)
    is_index = row.tag.endswith("sitemap")
    link = absolute(url, place)
    if link is None:
        return
    changed_at = iso_time(changed) if changed else None
    if is_index and not platform.is_empty_sitemap(link):
        listed.further.append(link)
        if changed_at is not None:
            listed.further_changed[link] = changed_at
    elif not is_index and platform.is_article(link):
        entries.add(link, title, iso_time(published) if published else None, changed_at)


def _news(news: _Element) -> tuple[str, str]:
    """(title, publication) of a news sitemap's part."""
    found = {local_name(c): c.text or "" for c in news}
    return plain(found.get("title", "")), found.get("publication_date", "")


class _Bounded:
    """A file to read from that masks bare ampersands and ends with an error where it unpacks to too much.

    Args:
        body: Bytes, gzipped or not.
    """

    def __init__(self, body: bytes) -> None:
        raw = BytesIO(body)
        self._file: IO[bytes] = gzip.GzipFile(fileobj=raw) if body.startswith(_GZIP) else raw  # type: ignore[assignment]
        self._left = _LARGEST
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """About so many bytes.

        Raises:
            ValueError: There are more than a sitemap may hold.
        """
        while chunk := self._file.read(size):
            self._left -= len(chunk)
            if self._left < 0:
                raise ValueError(f"more than {_LARGEST >> 20} MB unpacked")
            chunk = self._rest + chunk
            # An entity may be cut in two: its begin waits for the next chunk.
            cut = chunk.rfind(b"&", max(0, len(chunk) - _LONGEST_ENTITY))
            self._rest = chunk[cut:] if cut >= 0 else b""
            if whole := chunk[:cut] if cut >= 0 else chunk:
                return _masked(whole)
        rest, self._rest = self._rest, b""
        return _masked(rest)


def _masked(data: bytes) -> bytes:
    # Two bytes a letter: UTF-16, which this pattern does not read.
    return data if b"\0" in data else _BARE.sub(b"&amp;", data)
