"""Text in a charset from before Unicode that reached us as Latin letters: found out, and turned into Vietnamese.

A page may be sound UTF-8 around a body that was pasted from an old document, so every stretch of text is judged alone:
it is converted where its words are no Vietnamese syllables as they stand, and nearly all are once they are converted.
Proper Vietnamese is never touched, for its words are syllables already; words of other languages do not become any.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from transforms.syllables import is_syllable

_FILE = Path(__file__).with_name("legacy_charsets.yaml")
# So many different words with marks, and chance is out of the question.
_ENOUGH_WORDS = 4
# Names and slips of typing are no syllables either.
_SOUND, _UNSOUND = 0.8, 0.5
# A long stretch shows what it is by its first words.
_SAMPLE_WORDS = 200
# Each charset writes some frequent letter (à, á, đ, ơ, ư) as one of these, which proper text has hardly ever: looking
# for single characters costs next to nothing, and without them nothing else is done.
_SIGNS = ("µ", "¸", "¹", "¬", "ø", "ï", "ñ", "ö", "ð", "½", "ß", "Ç", "Ü", "Ö", "Þ", "Æ", "Ä")
_TAG = re.compile(r"(<[^<>]{0,5000}>)")
_ATTRIBUTE = re.compile(r"""(?<=\s)(content|title|alt)\s*=\s*("[^"<>]*"|'[^'<>]*')""", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[ \t\r\n\f\v\u00a0!-@\[-`{-~]+")
_ENTITY = re.compile(r"&(?:#(?:1[2-9]\d|2[0-4]\d|25[0-5])|#x[89a-f][0-9a-f]|[A-Za-z]{2,6}\d?);", re.IGNORECASE)
# A font of capitals shows small letters as capitals: the text has none.
_CAPITALS_FONT = re.compile(r"\.Vn\w{1,20}H\b")
_PLAIN = re.compile(r"[A-Za-z]")
_MARK = re.compile(r"[^\x00-\x7f\u00a0]|[\x02-\x06\x10-\x15\x19\x1c-\x1e]")

Convert = Callable[[str], str]


def _shown_as(byte: int) -> Iterable[str]:
    """As which characters a byte reaches us: read as Latin-1, and as windows-1252 that browsers take it for."""
    yield chr(byte)
    shown = bytes([byte]).decode("windows-1252", "ignore")
    if shown:
        yield shown


def _by_table(table: dict[str, str]) -> Convert:
    # A0 is a space in every text that we get, whatever VISCII says.
    letters = {ord(c): letter for code, letter in table.items() if code != "A0" for c in _shown_as(int(code, 16))}
    return lambda text: text.translate(letters)


def _by_marks(marks: dict[str, str], letters: dict[str, str]) -> Convert:
    letters = letters | {k.upper(): v.upper() for k, v in letters.items()}
    marks = marks | {k.upper(): v for k, v in marks.items()}
    # Letters with marks of their own first; what a letter cannot carry stands for itself.
    pattern = re.compile(
        f"([aA])([{''.join(marks)}])|([eEoO])([ùøûõïâáàåãäÙØÛÕÏÂÁÀÅÃÄ])|([iuyôöIUYÔÖ])([ùøûõïÙØÛÕÏ])|[{''.join(letters)}]"
    )

    def letter(match: re.Match[str]) -> str:
        base = match[1] or match[3] or match[5]
        if base is None:
            return letters[match[0]]
        return unicodedata.normalize("NFC", letters.get(base, base) + marks[match[2] or match[4] or match[6]])

    return lambda text: pattern.sub(letter, text)


def _by_windows_1258() -> Convert:
    letters = {byte: bytes([byte]).decode("windows-1258") for byte in range(0xC0, 0x100)}
    return lambda text: unicodedata.normalize("NFC", text.translate(letters))


_LATIN_BYTES = {c: byte for byte in range(0x80, 0x100) for c in _shown_as(byte)}
_UTF8_RUN = re.compile(
    f"[{''.join(c for c, b in _LATIN_BYTES.items() if b >= 0xC2)}]"
    f"[{re.escape(''.join(c for c, b in _LATIN_BYTES.items() if b < 0xC0))}]{{1,3}}"
)


def _from_utf8_twice(text: str) -> str:
    """UTF-8 that was read as Latin letters and written as UTF-8 again."""

    def once(match: re.Match[str]) -> str:
        try:
            return bytes(_LATIN_BYTES[c] for c in match[0]).decode("utf-8")
        except UnicodeDecodeError:
            return match[0]

    # The second byte of à is a non-breaking space, which editors make a plain one.
    text = re.sub(r"Ã(?=[ \t\r\n]|$)", "à", text)
    return unicodedata.normalize("NFC", _UTF8_RUN.sub(once, text))


@lru_cache(maxsize=1)
def charsets() -> dict[str, Convert]:
    """Name of a charset -> what turns text in it, read as Latin letters, into Vietnamese."""
    tables = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        "utf-8 twice": _from_utf8_twice,
        "tcvn3": _by_table(tables["tcvn3"]),
        "vni": _by_marks(tables["vni"]["marks"], tables["vni"]["letters"]),
        "windows-1258": _by_windows_1258(),
        "viscii": _by_table(tables["viscii"]),
        "vps": _by_table(tables["vps"]),
    }


def share_of_syllables(text: str) -> float:
    """Share of the words with marks that are Vietnamese syllables, 0 to 1; 0 where too few words have marks."""
    words = _marked_words(text)
    return sum(map(_is_sound, words)) / len(words) if len(words) >= _ENOUGH_WORDS else 0.0


def restore_page(page: str) -> str:
    """The page with every stretch of legacy text converted; any other page as it is.

    Args:
        page: Markup, decoded.
    """
    if not any(sign in page for sign in _SIGNS) and "&#181;" not in page and "&micro;" not in page:
        return page
    parts = _TAG.split(page)
    texts = [_with_letters(part) for part in parts[::2]]
    charset, restored = _restore(texts)
    if not charset:
        return page
    shown = list(zip(texts, restored, parts[::2], strict=True))
    capitals = _Capitals()
    out: list[str] = []
    for index, (text, new, raw) in enumerate(shown):
        out.append(raw if new == text else new.upper() if capitals.inside else new)
        if 2 * index + 1 < len(parts):
            tag = parts[2 * index + 1]
            capitals.pass_by(tag)
            out.append(_ATTRIBUTE.sub(lambda m: _attribute(m, charset), tag))
    return "".join(out)


def restore_lines(lines: Sequence[str]) -> tuple[str, list[str]]:
    """(name of the charset, lines) of a document's text; the name is empty where nothing was to be converted."""
    if not any(sign in line for line in lines for sign in _SIGNS):
        return "", list(lines)
    return _restore(lines)


def restore_by_font(text: str, font: str) -> str:
    """Text set in a font whose name tells the charset (`.VnTime`, `VNI-Times`); as it is where that makes it no better.

    Args:
        text: As stored.
        font: Name of its font.
    """
    charset = "tcvn3" if font.startswith(".Vn") else "vni" if font.startswith("VNI-") else ""
    if not charset:
        return text
    convert, words = charsets()[charset], _marked_words(text)
    # Word keeps the old font's name around text that was converted long ago.
    if sum(_is_sound(convert(word)) for word in words) < sum(map(_is_sound, words)):
        return text
    return convert(text).upper() if _CAPITALS_FONT.search(font) else convert(text)


def _restore(texts: Sequence[str]) -> tuple[str, list[str]]:
    told = [_charset_of(text) for text in texts]
    found = Counter(name for name in told if name)
    if not found:
        return "", list(texts)
    usual = found.most_common(1)[0][0]
    restored = []
    for text, name in zip(texts, told, strict=True):
        chosen = name or (usual if _fits(text, usual) else "")
        restored.append(charsets()[chosen](text) if chosen else text)
    return usual, restored


def _charset_of(text: str) -> str:
    """The charset in which a stretch of text surely is; empty where it is sound or may be anything."""
    words = _marked_words(text)
    if len(words) < _ENOUGH_WORDS or sum(map(_is_sound, words)) > _UNSOUND * len(words):
        return ""
    best, most = "", _SOUND * len(words)
    for name, convert in charsets().items():
        sound = sum(_is_sound(convert(word)) for word in words)
        if sound >= most and (not best or sound > most):
            best, most = name, sound
    return best


def _fits(text: str, charset: str) -> bool:
    """Whether a short stretch, too short to tell by itself, is in the charset that the rest of the page is in."""
    words = _marked_words(text)
    if not words or all(map(_is_sound, words)):
        return False
    convert = charsets()[charset]
    return all(_is_sound(convert(word)) for word in words)


def _marked_words(text: str) -> list[str]:
    """Different words with something beyond ASCII, in their order; lone signs and figures with units are none."""
    if _MARK.search(text) is None:
        return []
    found = dict.fromkeys(w for w in _BETWEEN_WORDS.split(text) if _MARK.search(w) and _PLAIN.search(w))
    return list(found)[:_SAMPLE_WORDS]


def _is_sound(word: str) -> bool:
    return is_syllable("".join(c for c in unicodedata.normalize("NFC", word) if c not in "“”‘’–—…•»«·\u00ad\u200b"))


def _with_letters(text: str) -> str:
    """The text with references to Latin letters replaced by these; those that markup needs stay."""
    return _ENTITY.sub(_letter, text) if "&" in text else text


def _letter(match: re.Match[str]) -> str:
    shown = html.unescape(match[0])
    return shown if len(shown) == 1 and "\u00a0" < shown < "\u2123" else match[0]


def _attribute(match: re.Match[str], charset: str) -> str:
    value = _with_letters(match[2])
    return f"{match[1]}={charsets()[charset](value)}" if _fits(value, charset) else match[0]


class _Capitals:
    """Follows the tags of a page and knows whether a font of capitals is on."""

    def __init__(self) -> None:
        self._name = ""
        self._depth = 0

    @property
    def inside(self) -> bool:
        return self._depth > 0

    def pass_by(self, tag: str) -> None:
        # Broken pages have tags of signs and spaces alone.
        name = next(iter(tag.strip("</>").split(None, 1)), "").lower()
        if not self._depth:
            if not tag.startswith("</") and _CAPITALS_FONT.search(tag):
                self._name, self._depth = name, 1
        elif name == self._name:
            self._depth += -1 if tag.startswith("</") else 1
