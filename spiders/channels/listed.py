"""What a channel lists: the items, and where to read on."""

from dataclasses import dataclass, field
from datetime import date, datetime

from lxml.etree import _Element

from spiders.channels.dates import LOCAL, time_in_block
from spiders.platform import Platform

# How far above a link its own date can stand: link, headline, block, row.
_DATE_IS_WITHIN = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One address as a channel lists it.

    Attributes:
        url: As found.
        key: Its canonical form.
        position: Place in the list, from 0.
        title: As listed, empty where the channel gives none.
        at: Time of publication as listed, aware; None where the channel gives none.
        changed_at: Time of the last change as listed (`lastmod` of a sitemap, `updated` of Atom), aware.
    """

    url: str
    key: str
    position: int
    title: str = ""
    at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def listed_at(self) -> datetime | None:
        """Time of publication; of the last change where only that is listed."""
        return self.at or self.changed_at

    @property
    def day(self) -> date | None:
        """Local day of `listed_at`."""
        return self.listed_at.astimezone(LOCAL).date() if self.listed_at else None


@dataclass(slots=True)
class Listed:
    """What one document of a channel holds.

    Attributes:
        items: Articles in the order of the document, each key once.
        further: Addresses to read on: sitemaps of an index, sections of a start page.
        further_changed: Those of them that say when they changed last, aware.
        tags: Tag pages that the page links.
        next_page: Address of the listing's next page, where the page links it.
        is_more: Whether that one answers a script: a document of whatever type, for `read_more`.
        broken: What is wrong with the document; empty where it could be read to its end.
    """

    items: list[Item] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    further_changed: dict[str, datetime] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    next_page: str | None = None
    is_more: bool = False
    broken: str = ""


class Entries:
    """Collects items, one a key, keeping the link that says most: the one with the longest text."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._found: dict[str, tuple[str, str, datetime | None, datetime | None]] = {}
        self._anchors: dict[str, list[_Element]] = {}
        self._owner: dict[_Element, str] | None = None

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self,
        url: str,
        title: str = "",
        at: datetime | None = None,
        changed_at: datetime | None = None,
        *,
        key: str = "",
        anchor: _Element | None = None,
    ) -> None:
        """Take an address; `key` where it is known already, `anchor` where it is a link on a page."""
        key = key or self._platform.key(url)
        known = self._found.get(key)
        if known is None:
            self._found[key] = (url, title, at, changed_at)
        elif len(title) > len(known[1]):
            self._found[key] = (url, title, at or known[2], changed_at or known[3])
        if anchor is not None:
            self._anchors.setdefault(key, []).append(anchor)

    def items(self) -> list[Item]:
        """The items in the order in which they came."""
        return [
            Item(url, key, position, title, at or self._date_beside(key), changed_at)
            for position, (key, (url, title, at, changed_at)) in enumerate(self._found.items())
        ]

    def _date_beside(self, key: str) -> datetime | None:
        """The date in the smallest block that holds this article's links and no other's."""
        for anchor in self._anchors.get(key, ()):
            block = anchor
            for _ in range(_DATE_IS_WITHIN):
                parent = block.getparent()
                if parent is None or not self._is_alone(parent, key):
                    break
                block = parent
                if (at := time_in_block(block)) is not None:
                    return at
        return None

    def _is_alone(self, block: _Element, key: str) -> bool:
        if self._owner is None:
            self._owner = {anchor: k for k, anchors in self._anchors.items() for anchor in anchors}
        return all(self._owner.get(a, key) == key for a in block.iter("a"))


def plain(text: str) -> str:
    """Text with single spaces, and without the halves of pairs of UTF-16 that JSON may hold: no file takes them."""
    return " ".join(text.encode("utf-8", "ignore").decode().split())


def local_name(element: _Element) -> str:
    """Name of an element without its namespace, declared or not; empty for comments and entities."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def short(what: object) -> str:
    """What is wrong, in one line."""
    lines = str(what).strip().splitlines()
    return lines[0][:200] if lines else type(what).__name__
