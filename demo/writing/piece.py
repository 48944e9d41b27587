"""What is asked of the writer of the sample province, and what comes back."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Relevance = Literal["explicit", "implicit", "none"]
Style = Literal["bao", "cong", "nganh", "truong", "huyen", "dai"]
Genre = Literal["tin", "bai", "phong_su", "anh", "video", "phong_van", "van_ban", "thong_bao"]
Trap = Literal[
    "",
    "other_province",
    "other_programme",
    "oceanography",
    "digest",
    "same_number",
    "ordinary",
    "mention_late",
    "comma_variant",
    "no_xay_dung",
    "only_number",
    "quotes_nfd",
]


@dataclass(frozen=True)
class Brief:
    """The order for one piece; its labels are the truth the classifier is held against.

    Attributes:
        relevance: How the piece relates to the Đề án.
        themes: Theme ids (`c1_awareness` … `c6_models`), the leading one first; empty for `none`.
        agency_id: The body that publishes the piece.
        style: Register: newspaper, portal, sector site, college, district portal, station.
        place: A district of the province, by name ("Thanh Miện").
        day: Local day of publication.
        genre: Form of the piece.
        trap: The difficulty built into it, or "".
    """

    relevance: Relevance
    themes: tuple[str, ...]
    agency_id: str
    style: Style
    place: str
    day: date
    genre: Genre = "tin"
    trap: Trap = ""


@dataclass(frozen=True)
class Piece:
    """One written piece, all of it NFC.

    Attributes:
        title: Headline without a final stop.
        lead: The sapo, one paragraph.
        paragraphs: The body.
        author: By-line, or "" where the register has none.
        tags: Keywords as a site shows them.
        section: Name of the site's section.
    """

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    author: str
    tags: tuple[str, ...]
    section: str
