"""The article as it is read from a page."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Article:
    """What a careful reader takes from one page; everything that is not there is empty or None.

    Attributes:
        url: Address under which the page was read.
        title: Headline, NFC, no site name.
        lead: The opening summary (*sapo*), not repeated in `text`.
        text: Paragraphs and subheads of the body, one a line, without captions, by-lines, tags and link boxes.
        published_at: Aware, in Asia/Ho_Chi_Minh; None rather than wrong.
        date_rule: Which rule set `published_at`, e.g. `platform:nukeviet.visible`, `jsonld`, `meta`, `htmldate`.
        modified_at: Last edit as the page states it, aware.
        authors: Persons or by-lines, in the order of the page; never the name of the site.
        title_rule: Which rule set `title`.
        author_rule: Which rule set `authors`.
        section: Section as the page names it.
        tags: Tags as the page names them.
        genre: `tin`, `bai`, `phong_su`, `anh`, `video`, `phong_van`, `van_ban`, `thong_bao`.
        images: Addresses of the body's images.
        has_video: Whether the body carries a video or audio programme.
        video_count: Number of such programmes.
        special_section: Column, page or dossier for one subject that it stands in, `Chuyên đề: …`; empty where none.
        attachments: Addresses of the documents that the body links.
        canonical_url: Address that the page itself calls canonical.
        credit: Credit line of a reprint ("Theo …", "Nguồn: …").
        lead_rule: Which rule set `lead`.
        text_rule: Which rule set `text`.
        captions: What stands under the body's pictures, photographers' credits included.
        modified_rule: Which rule set `modified_at`.
        section_rule: Which rule set `section`.
        tags_rule: Which rule set `tags`.
        document_url: Address of the one document that the page links in the place of a text; empty where it has a text.
        document_number: Sign of an official document, `1584/QĐ-UBND`; empty where the piece is none or states none.
        issuer: Body that issued the document, as it stands there.
    """

    url: str
    title: str
    lead: str = ""
    text: str = ""
    published_at: datetime | None = None
    date_rule: str = ""
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    title_rule: str = ""
    author_rule: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    genre: str = ""
    images: tuple[str, ...] = ()
    has_video: bool = False
    video_count: int = 0
    special_section: str = ""
    attachments: tuple[str, ...] = ()
    canonical_url: str = ""
    credit: str = ""
    lead_rule: str = ""
    text_rule: str = ""
    captions: tuple[str, ...] = ()
    modified_rule: str = ""
    section_rule: str = ""
    tags_rule: str = ""
    document_url: str = ""
    document_number: str = ""
    issuer: str = ""


# Names under which a page can be refused: no markup; nothing at all; a page of other pages; no headline, date or text;
# behind a password; no charset fits, or larger or deeper than any article. And a file: pictures of paper; behind a
# password; of before 2007; of a kind that holds no text.
REASONS = frozenset(
    (
        "not_html", "empty_page", "listing_page", "no_title", "no_date", "no_text", "locked", "unreadable",
        "scanned_document", "encrypted_document", "old_document", "other_document",
    )
)  # fmt: skip


class NotAnArticleError(Exception):
    """The page holds no article.

    Attributes:
        reason: One of `REASONS`, the name under which the ledger of drops counts it.
        detail: What exactly.
        document: Address of the one document in which the text of the page stands; empty where there is none.
    """

    def __init__(self, reason: str, detail: str = "", *, document: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.document = document
