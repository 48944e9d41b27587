"""From bytes to text: what the server, the page and the bytes themselves say about the charset."""

import codecs
import re

from charset_normalizer import from_bytes

from transforms.article import NotAnArticleError
from transforms.extract.legacy import restore_page, share_of_syllables

# Real article pages stay under 3 MB; at 20 MB it is a dump or an attack, and parsing would cost seconds.
MAX_BYTES = 20 * 1024 * 1024
# Enough for a charset to show itself; detection is quadratic in the number of candidates.
_SAMPLE = 65_536
# So many of the words with marks are syllables where a Vietnamese text was decoded right; names and English are not.
_VIETNAMESE = 0.7
# A page cut in the middle or with a few pasted bytes of another charset is still UTF-8.
_BROKEN_SHARE = 0.002

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_KINDS = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"RIFF",
    b"\xd0\xcf\x11\xe0",
    b"ID3",
)
# What browsers take for windows-1252; the five bytes that it leaves open stay what Latin-1 has there.
_WINDOWS_1252 = frozenset(("ascii", "iso8859-1", "cp1252"))
_SHOWN = {byte: shown for byte in range(0x80, 0xA0) if (shown := bytes([byte]).decode("windows-1252", "ignore"))}
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_HTTP_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|div|p|article|h1|title|meta|table|span)\b", re.IGNORECASE)
_FEED = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.DOTALL)


def decode(html: str | bytes, content_type: str = "") -> str:
    """Decode a page.

    Valid UTF-8 is UTF-8 whatever else is declared: by chance, text of another charset hardly ever is. Of other charsets
    the one counts that gives Vietnamese words; where none does, what is declared. Stretches in a charset from before
    Unicode come converted.

    Args:
        html: Body of the response, or text that somebody decoded.
        content_type: Content-Type as sent.

    Raises:
        NotAnArticleError: `empty_page`, `not_html` or `unreadable`.
    """
    if len(html) > MAX_BYTES:
        raise NotAnArticleError("unreadable", f"{len(html)} bytes, more than {MAX_BYTES}")
    if isinstance(html, str):
        # Lone surrogates cannot be handed to the parser.
        decoded = html.encode("utf-8", "replace").decode("utf-8")
    else:
        decoded = _decode_bytes(html, content_type)
    text = restore_page(decoded)
    if not text.strip("\x00 \t\r\n\ufeff"):
        raise NotAnArticleError("empty_page")
    kind = content_type.partition(";")[0].strip().lower()
    if _FEED.match(text[:2000]):
        raise NotAnArticleError("not_html", "a feed or sitemap")
    if not _MARKUP.search(text):
        raise NotAnArticleError("not_html", kind or "no markup")
    return text


def _decode_bytes(data: bytes, content_type: str) -> str:
    if not data.strip(b"\x00 \t\r\n"):
        raise NotAnArticleError("empty_page")
    if data.lstrip()[:8].startswith(_OTHER_KINDS):
        raise NotAnArticleError("not_html", content_type.partition(";")[0].strip() or "binary")
    marked = next((name for bom, name in _BOMS if data.startswith(bom)), _utf16_without_bom(data[:_SAMPLE]))
    if marked:
        return data.decode(marked, "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count("�")
    if not broken:
        return text
    declared = _HTTP_CHARSET.search(content_type)
    in_page = _META_CHARSET.search(data[:4096])
    stated = (declared and declared.group(1), in_page and in_page.group(1).decode("ascii", "ignore"))
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore")) - broken
    # Broken places are weighed against what only UTF-8 explains, not against the ASCII markup; less where declared.
    is_stated = any(stated) and all(name.casefold() in {"utf-8", "utf8"} for name in stated if name)
    if broken <= max(3, _BROKEN_SHARE * len(text)) and beyond_ascii > (4 if is_stated else 20) * broken:
        return text
    readings = [read for name in stated if name and (read := _try(data, name)) is not None]
    # Servers send their default whatever they hold, and pages keep what their template declares.
    guesses = [read for name in ("windows-1258", "windows-1252") if (read := _try(data, name)) is not None]
    share, _, read = max((_share_of_syllables(read), -n, read) for n, read in enumerate([*readings, *guesses]))
    if share >= _VIETNAMESE:
        return read
    if readings:
        return readings[0]
    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None and (read := _try(data, best.encoding)) is not None:
        return read
    raise NotAnArticleError("unreadable", "no charset fits")


def _share_of_syllables(text: str) -> float:
    return share_of_syllables(restore_page(text[:_SAMPLE]))


def _utf16_without_bom(sample: bytes) -> str:
    """Markup is mostly ASCII: in UTF-16 every second byte of it is then zero."""
    half = len(sample) // 2
    if half < 16:
        return ""
    if sample[1::2].count(0) > 0.5 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.5 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _try(data: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    # UTF was tried before; a page that declares UTF-16 in ASCII letters is none.
    if codec.startswith("utf"):
        return None
    if codec in _WINDOWS_1252:
        return data.decode("latin-1").translate(_SHOWN)
    text = data.decode(codec, "replace")
    return text if text.count("�") <= max(3, _BROKEN_SHARE * len(text)) else None
