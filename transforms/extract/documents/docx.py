"""The text of a .docx: a zip of XML, read directly so that its size is known before anything is unpacked."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from lxml import etree
from lxml.etree import _Element

from transforms.article import NotAnArticleError
from transforms.extract.documents.text import DocumentText
from transforms.extract.legacy import restore_by_font

# The longest plans have half a megabyte of XML.
MAX_XML = 20 * 1024 * 1024
_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURES = ("{http://schemas.openxmlformats.org/drawingml/2006/picture}pic", f"{_W}pict")
# What was struck out, and what fields are computed from.
_NOT_SHOWN = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK))
_SIGNS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_docx(data: bytes) -> DocumentText:
    """Read the paragraphs of the body, tables cell by cell.

    Args:
        data: The file.

    Raises:
        NotAnArticleError: `other_document` or `unreadable`.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if _DOCUMENT not in archive.namelist():
                raise NotAnArticleError("other_document", "a zip file without a text document")
            with archive.open(_DOCUMENT) as file:
                xml = file.read(MAX_XML + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise NotAnArticleError("unreadable", f".docx: {error!r}"[:200]) from error
    if len(xml) > MAX_XML:
        raise NotAnArticleError("unreadable", f".docx: more than {MAX_XML} bytes of XML")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.LxmlError, ValueError) as error:
        raise NotAnArticleError("unreadable", f".docx: {error!r}"[:200]) from error
    if root is None:
        raise NotAnArticleError("unreadable", ".docx: no XML")
    lines = [line for paragraph in _paragraphs(root) for line in _text(paragraph).split("\n")]
    has_pictures = next(root.iter(*_PICTURES), None) is not None
    return DocumentText(tuple(lines), "docx", in_paragraphs=True, has_pictures=has_pictures)


def _paragraphs(root: _Element) -> Iterator[_Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag in _NOT_SHOWN:
            continue
        if element.tag == f"{_W}p":
            yield element
        waiting.extend(reversed(element))


def _text(paragraph: _Element) -> str:
    """Text of a paragraph without that of the boxes that are anchored in it."""
    parts: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        tag = element.tag
        if tag in _NOT_SHOWN or tag == f"{_W}p":
            continue
        if tag == f"{_W}t":
            parts.append(_shown(element.text or "", element.getparent()))
        elif tag in _SIGNS:
            parts.append(_SIGNS[str(tag)])
        else:
            waiting.extend(reversed(element))
    return "".join(parts)


def _shown(text: str, run: _Element | None) -> str:
    """The text as its font shows it."""
    look = run.find(f"{_W}rPr") if run is not None else None
    if look is None:
        return text
    font, caps = look.find(f"{_W}rFonts"), look.find(f"{_W}caps")
    if font is not None:
        text = restore_by_font(text, font.get(f"{_W}ascii") or "")
    return text.upper() if caps is not None and caps.get(f"{_W}val") not in ("0", "false", "off") else text
