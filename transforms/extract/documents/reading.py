"""From the bytes of a document to an article, alone or in the place of a page's text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard
from urllib.parse import unquote, urlsplit

from transforms.article import Article, NotAnArticleError
from transforms.extract.dates import plausible
from transforms.extract.decoding import MAX_BYTES
from transforms.extract.documents.docx import read_docx
from transforms.extract.documents.official import Official, read_official
from transforms.extract.documents.pdf import read_pdf
from transforms.extract.legacy import restore_lines
from transforms.extract.wording import clean, count_syllables
from transforms.syllables import is_syllable

# Fewer syllables are the stamp of a signature upon a picture of the paper.
MIN_SYLLABLES = 40
# Of the words of a Vietnamese text; letters that a broken font names wrongly make next to none.
_READABLE = 0.4
_PDF, _ZIP, _OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# A PDF may have a kilobyte of something else before it.
_PREFIX = 1024
_ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")
_ADDRESS = re.compile(r"\.(?:pdf|docx?)$", re.IGNORECASE)
_LIST_ITEM = re.compile(
    r"^\W*(?:[IVX]{1,4}\s*[.–-]|\d{1,2}(?:\.\d{1,2})*\s*[.)](?!\d)|[a-zđ]\s*\)|[-+•–]\s"
    r"|(?:điều|phần|chương|mục|phụ lục) |căn cứ )",
    re.IGNORECASE,
)
# A row that is nearly as long as the longest goes on in the next one.
_FULL_ROW = 0.75


@dataclass(frozen=True, slots=True)
class Document:
    """A document, read.

    Attributes:
        heading: What it says of itself.
        paragraphs: Its text, one paragraph or subhead each.
        rule: How the text was got: `pdf`, `docx`, what was left unread, the old charset it was in.
    """

    heading: Official
    paragraphs: tuple[str, ...]
    rule: str

    @property
    def genre(self) -> str:
        """`thong_bao` or `van_ban`."""
        return "thong_bao" if self.heading.is_notice else "van_ban"


def is_document_address(url: str) -> bool:
    """Whether an address is that of a document file by its ending."""
    try:
        return bool(_ADDRESS.search(unquote(urlsplit(url).path)))
    except ValueError:
        return False


def is_document(data: str | bytes) -> TypeGuard[bytes]:
    """Whether bytes are a document file: PDF, or any of the formats of office programs."""
    return isinstance(data, bytes) and (data.startswith((_ZIP, _OLE)) or _PDF in data[:_PREFIX])


def read_document(data: bytes) -> Document:
    """Read a document file.

    Args:
        data: The file.

    Raises:
        NotAnArticleError: `scanned_document` (pictures of paper), `encrypted_document`, `old_document` (.doc and its
            like), `other_document` (spreadsheets, archives), `no_text` or `unreadable`.
    """
    if len(data) > MAX_BYTES:
        raise NotAnArticleError("unreadable", f"{len(data)} bytes, more than {MAX_BYTES}")
    if data.startswith(_OLE):
        raise NotAnArticleError("encrypted_document" if _ENCRYPTED_OLE in data else "old_document")
    if data.startswith(_ZIP):
        text = read_docx(data)
    elif _PDF in data[:_PREFIX]:
        text = read_pdf(data)
    else:
        raise NotAnArticleError("unreadable", "neither PDF nor .docx")
    charset, restored = restore_lines(text.lines)
    lines = [clean(line) for line in restored]
    syllables = sum(map(count_syllables, lines))
    if syllables < MIN_SYLLABLES:
        raise NotAnArticleError("scanned_document" if text.has_pictures else "no_text", f"{syllables} syllables")
    words = [w for line in lines for w in re.findall(r"[^\W\d_]+", line)]
    if sum(map(is_syllable, words)) < _READABLE * len(words):
        raise NotAnArticleError("unreadable", "the text layer holds no Vietnamese")
    heading = read_official(lines)
    paragraphs = heading.body if text.in_paragraphs else _paragraphs(heading.body)
    return Document(heading, tuple(paragraphs), f"{text.rule}+{charset}" if charset else text.rule)


def extract_document(data: bytes, url: str, *, fetched_at: datetime | None = None) -> Article:
    """Read a document that stands for itself as an article.

    Args:
        data: The file.
        url: Its address.
        fetched_at: When it was fetched, aware: nothing is signed after that.

    Raises:
        NotAnArticleError: `no_title`, `no_date`, or a reason of `read_document`.
    """
    document = read_document(data)
    heading = document.heading
    if not heading.title:
        raise NotAnArticleError("no_title")
    if heading.signed_at is None or not plausible(heading.signed_at, fetched_at):
        raise NotAnArticleError("no_date", heading.title[:200])
    return Article(
        url=url,
        title=heading.title,
        text="\n".join(document.paragraphs),
        published_at=heading.signed_at,
        date_rule="document:place_line",
        title_rule=heading.title_rule,
        text_rule=document.rule,
        genre=document.genre,
        document_number=heading.number,
        issuer=heading.issuer,
    )


def document_of_page(attachments: Sequence[str], syllables: int) -> str:
    """The document in which the text of a page stands; empty where the page has a text of its own or leaves a choice.

    The same document as PDF and as .docx is one.

    Args:
        attachments: Documents that the page links where its text should stand.
        syllables: Of the page's own text.
    """
    readable = [a for a in attachments if is_document_address(a)]
    if syllables >= MIN_SYLLABLES or len({a.rpartition(".")[0] for a in readable}) != 1:
        return ""
    return min(readable, key=lambda a: (a.lower().endswith(".doc"), a))


def _paragraphs(rows: Sequence[str]) -> list[str]:
    """Paragraphs out of rows of paper."""
    longest = sorted(map(len, rows))[-max(1, len(rows) // 10)] if rows else 0
    joined: list[str] = []
    last = ""
    for row in rows:
        goes_on = (
            last
            and not last.endswith((".", ";", ":", "!", "?", "…"))
            and not _LIST_ITEM.match(row)
            and (row[0].islower() or (len(last) >= _FULL_ROW * longest and not row.isupper() and not last.isupper()))
        )
        if goes_on:
            joined[-1] = f"{joined[-1]} {row}"
        else:
            joined.append(row)
        last = row
    return joined
