"""Documents of the sample province as files: PDF as an office program prints it, and .docx."""

import io
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from demo.page import Page

_ROW_LETTERS = 78
_HEADING_LETTERS = 60
_ROWS_OF_A_PAGE = 38
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


# Sites answer several requests at once, and matplotlib draws one figure at a time.
_DRAWING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands on the paper.

    Attributes:
        issuer: Parent body and issuing body, capitals.
        number: Its sign.
        place_line: Place and day.
        heading: Kind and subject, one row each.
        paragraphs: The text.
        recipients: Whom it is for.
    """

    issuer: tuple[str, str]
    number: str
    place_line: str
    heading: tuple[str, ...]
    paragraphs: tuple[str, ...]
    recipients: tuple[str, ...] = ("Nơi nhận:", "- Như trên;", "- Lưu: VT.")


def notice_of(page: Page) -> Notice:
    """The document behind a page that shows none of it."""
    kind, sign = ("THÔNG BÁO", "TB") if page.genre == "thong_bao" else ("KẾ HOẠCH", "KH")
    day = page.published_at
    return Notice(
        issuer=("ỦY BAN NHÂN DÂN", "TỈNH HẢI DƯƠNG"),
        number=f"{page.number % 900 + 10}/{sign}-UBND",
        place_line=f"Hải Dương, ngày {day:%d} tháng {day.month} năm {day.year}",
        heading=(kind, *_wrapped(page.title, _HEADING_LETTERS)),
        paragraphs=(page.lead, *page.paragraphs),
    )


def file_of(page: Page) -> tuple[bytes, str]:
    """(bytes, Content-Type) of the document behind a page."""
    if page.file == "pdf":
        return as_pdf(notice_of(page)), "application/pdf"
    return as_docx(notice_of(page)), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@lru_cache(maxsize=32)
def as_pdf(notice: Notice) -> bytes:
    """The document as a PDF with a text layer; the same document gives the same bytes."""
    rows: list[str | tuple[str, str]] = [*_head(notice), "", *(line.center(_ROW_LETTERS) for line in notice.heading)]
    for paragraph in (*notice.paragraphs, *notice.recipients):
        rows += _wrapped(paragraph)
    return pdf_of([rows[i : i + _ROWS_OF_A_PAGE] for i in range(0, len(rows), _ROWS_OF_A_PAGE)])


def pdf_of(pages: Sequence[Sequence[str | tuple[str, str]]]) -> bytes:
    """A PDF of rows; a pair stands side by side, as the heads of official documents do."""
    # Large and slow to load; only what serves a document needs it.
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    file = io.BytesIO()
    # TrueType fonts, because their letters can be read back.
    with (
        _DRAWING,
        mpl.rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Serif"}),
        PdfPages(file, metadata={"CreationDate": None, "Creator": None, "Producer": None}) as pdf,
    ):
        for rows in pages:
            sheet = Figure(figsize=(8.27, 11.69))
            for number, row in enumerate(rows):
                height = 0.95 - 0.023 * number
                if isinstance(row, tuple):
                    sheet.text(0.28, height, row[0], ha="center", size=9)
                    sheet.text(0.72, height, row[1], ha="center", size=9)
                elif row.strip():
                    sheet.text(0.1, height, row, size=9)
            pdf.savefig(sheet)
    return file.getvalue()


@lru_cache(maxsize=32)
def as_docx(notice: Notice) -> bytes:
    """The document as a .docx, its head in a table of two columns."""
    left, right = zip(*_head(notice), strict=True)
    cells = "".join(f"<w:tc>{''.join(map(_paragraph, rows))}</w:tc>" for rows in (left, right))
    body = "".join(map(_paragraph, (*notice.heading, *notice.paragraphs, *notice.recipients)))
    return docx_of(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>{body}")


def docx_of(body: str) -> bytes:
    """A .docx around the XML of a body."""
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            # A fixed time: the same document gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return file.getvalue()


def _head(notice: Notice) -> list[tuple[str, str]]:
    return [
        (notice.issuer[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (notice.issuer[1], "Độc lập - Tự do - Hạnh phúc"),
        (f"Số: {notice.number}", notice.place_line),
    ]


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _wrapped(paragraph: str, letters: int = _ROW_LETTERS) -> list[str]:
    rows, row = [], ""
    for word in paragraph.split():
        if len(row) + 1 + len(word) > letters:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return [*rows, row]
