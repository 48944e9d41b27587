"""One article address of the sample province, with everything that is true about it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

# The province has had no other clock since 1975, so a fixed offset is exact for every date that the sample uses.
LOCAL = timezone(timedelta(hours=7))

Twin = Literal["", "print", "en", "audio"]
File = Literal["", "pdf", "docx"]


def slugify(text: str) -> str:
    """Vietnamese without marks, words joined by hyphens, as most of the sites build their addresses."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return "-".join(plain.lower().split())


def unicode_slug(text: str) -> str:
    """Words with their marks joined by hyphens, as the older district portals build their addresses."""
    kept = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", text))
    return "-".join(kept.split())


@dataclass(frozen=True, slots=True)
class Page:
    """One article address and what a perfect reader would say about it.

    Attributes:
        source_id: Site that serves it.
        agency_id: Agency that answers for the site.
        path: Address below the site's root, percent-encoded, query included.
        number: The number that the site's software gave it.
        article_key: Same for every address of the same text of the same agency.
        cluster: Same for an original and its reprints.
        is_original: Whether the text appeared here first.
        title: Headline, NFC.
        shown_title: Headline as the page writes it; decomposed (NFD) on some.
        decomposed: Whether the body stands there decomposed too, as pasted from an old word processor.
        lead: Opening summary.
        paragraphs: Body, one paragraph each.
        author: By-line; empty where the page names nobody.
        tags: Tags as shown.
        section: Slug of the section that lists it.
        genre: Form of the piece.
        relevance: `explicit`, `implicit` or `none`.
        themes: Themes of the registry.
        published_at: First publication, local time.
        date_precision: `minute`, or `day` where the page shows no time.
        reachable: `yes`, `withdrawn`, `robots`, `out_of_validity` or `denied`.
        traps: Names of what makes it hard to read right.
        modified_at: Last edit, where there was one.
        update: Paragraph that the edit added.
        credit: Credit line of a reprint.
        captions: One per picture of the body.
        side_mention: Whether a box beside the article names the Đề án though the article does not.
        pinned: Whether its section keeps it on top of the listing.
        gone_on: Day from which the address answers `gone_status`.
        gone_status: 404 or 410; 0 while it is there for good.
        twin: What kind of second form of another page this is.
        template: Which of the platform's page templates shows it, from 0.
        place: District the piece is about.
        file: Kind of the document file that the page links instead of showing a text; empty where it shows one.
    """

    source_id: str
    agency_id: str
    path: str
    number: int
    article_key: str
    cluster: str
    is_original: bool
    title: str
    shown_title: str
    lead: str
    paragraphs: tuple[str, ...]
    author: str
    tags: tuple[str, ...]
    section: str
    genre: str
    relevance: str
    themes: tuple[str, ...]
    published_at: datetime
    date_precision: Literal["minute", "day"] = "minute"
    reachable: str = "yes"
    traps: tuple[str, ...] = ()
    modified_at: datetime | None = None
    update: str = ""
    credit: str = ""
    captions: tuple[str, ...] = ()
    side_mention: bool = False
    pinned: bool = False
    gone_on: date | None = None
    gone_status: int = 0
    twin: Twin = ""
    template: int = 0
    decomposed: bool = False
    place: str = ""
    file: File = ""

    def is_public(self, as_of: date) -> bool:
        """Whether it has been published by the end of that day."""
        return self.published_at.date() <= as_of

    def is_gone(self, as_of: date) -> bool:
        """Whether it has been withdrawn by that day."""
        return self.gone_on is not None and self.gone_on <= as_of

    def is_edited(self, as_of: date) -> bool:
        """Whether its last edit has happened by the end of that day."""
        return self.modified_at is not None and self.modified_at.date() <= as_of

    def last_change(self, as_of: date) -> datetime:
        """Time of the version that stands there on that day."""
        return self.modified_at if self.modified_at is not None and self.is_edited(as_of) else self.published_at

    def body(self, as_of: date) -> tuple[str, ...]:
        """Paragraphs of the version that stands there on that day."""
        texts = (*self.paragraphs, self.update) if self.update and self.is_edited(as_of) else self.paragraphs
        return tuple(unicodedata.normalize("NFD", t) for t in texts) if self.decomposed else texts


def newest_first(pages: Sequence[Page]) -> list[Page]:
    """Pages as a listing orders them; ties keep a fixed order."""
    return sorted(pages, key=lambda p: (p.published_at, p.number, p.path), reverse=True)
