"""The text layer of a PDF. Work is bounded by counts, not by the clock: the same bytes give the same text anywhere."""

import logging
from io import BytesIO

from pypdf import PageObject, PdfReader, apply_configuration, get_configuration
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from transforms.article import NotAnArticleError
from transforms.extract.documents.text import DocumentText

# It tells of every oddity of a file; the caller gets a named reason instead.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

# Plans and their annexes have some dozens of pages; what comes after so many is tables.
MAX_PAGES = 60
# A page of text takes a few thousand drawing operations; at 80,000 a second this bounds a document to some seconds.
_OPERATIONS = 200_000
_LIMITS = {
    # A page of text has 100 KB of instructions at most, fonts some hundred KB; maps may have more, and no text.
    "stream_parsing_work_maximum_count": 400_000,
    "zlib_maximum_output_length": 16_000_000,
    "lzw_maximum_output_length": 16_000_000,
    "run_length_maximum_output_length": 16_000_000,
    "array_based_stream_maximum_output_length": 16_000_000,
    "maximum_declared_stream_length": 20_000_000,
    "stream_decoding_work_maximum_length": 32_000_000,
    "xform_maximum_invocations_per_extraction": 500,
    "page_tree_maximum_entries": 20_000,
}


class _Work:
    """Counts drawing operations of a whole document."""

    def __init__(self) -> None:
        self.left = _OPERATIONS

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise LimitReachedError("more drawing operations than text takes")


def read_pdf(data: bytes) -> DocumentText:
    """Read the text layer of the first pages.

    Args:
        data: The file.

    Raises:
        NotAnArticleError: `encrypted_document` or `unreadable`.
    """
    try:
        with apply_configuration(get_configuration(), **_LIMITS):
            return _read(PdfReader(BytesIO(data), strict=False))
    except NotAnArticleError:
        raise
    except DependencyError as error:
        raise NotAnArticleError("encrypted_document", str(error)[:200]) from error
    except Exception as error:
        # Broken files raise whatever the place where they are broken raises.
        raise NotAnArticleError("unreadable", f"PDF: {error!r}"[:200]) from error


def _read(reader: PdfReader) -> DocumentText:
    # Most locked files may be read by anybody and are locked against changes alone.
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotAnArticleError("encrypted_document")
    work, lines, unread = _Work(), list[str](), 0
    has_pictures = False
    count = len(reader.pages)
    for number in range(min(count, MAX_PAGES)):
        if work.left <= 0:
            unread += 1
            continue
        try:
            page = reader.pages[number]
            has_pictures = has_pictures or _has_picture(page)
            lines += page.extract_text(visitor_operand_before=work.step).split("\n")
        except (
            PyPdfError,
            ValueError,
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            RecursionError,
            ArithmeticError,
        ):
            unread += 1
    if unread and unread == min(count, MAX_PAGES):
        raise NotAnArticleError("unreadable", f"PDF: none of {count} pages can be read")
    unread += max(0, count - MAX_PAGES)
    rule = f"pdf:{count - unread}_of_{count}_pages" if unread else "pdf"
    return DocumentText(tuple(lines), rule, in_paragraphs=False, has_pictures=has_pictures)


def _has_picture(page: PageObject) -> bool:
    resources = page.get("/Resources")
    drawn = resources.get_object().get("/XObject") if resources is not None else None
    objects = drawn.get_object().values() if drawn is not None else ()
    return any(o.get_object().get("/Subtype") == "/Image" for o in objects)
