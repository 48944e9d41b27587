"""Answers that look like a page and are none: bot checks, log-in forms, parked domains, maintenance, soft 404s.

Such a page says what it is in its title and in short lines, and has next to no running text; articles that talk about
CAPTCHAs or errors have paragraphs, and lists of articles have headlines. So running text acquits first, and it is
measured without decoding anything. A disguise that is missed costs little (extraction refuses the page), an article
that is taken for one is lost: when in doubt, a page is a page.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from spiders.disguise_signs import (
    ADDRESSES,
    CAPTCHA_FIELDS,
    CHALLENGE,
    DATED,
    HOME,
    IDLE_PARAMETERS,
    LOGIN,
    MARKERS,
    MISSING,
    NOTICES,
    PARKED,
    RELOADS,
    SETS_COOKIE,
    SOFT_404,
    STOCK_TITLES,
    TITLES,
)

# Notices are far smaller; what a large page is shows in its head and in its first screens.
_WINDOW = 1 << 16
# A text node of a paragraph; menus and headlines are shorter. Vietnamese takes some seven bytes per word.
_PARAGRAPH_BYTES = 120
# Some 150 words of running text: no notice explains itself at such length.
_ARTICLE_BYTES = 1_000
# The frame of a site may carry a few teasers around its own "not found", which its title then names.
_FRAME_BYTES = 2_500
# Words in sight: a bare notice has fewer than these, a page that waits for a script or a click next to none.
_NOTICE_WORDS = 160
_FORM_WORDS = 80
_EMPTY_WORDS = 40
# A bare notice links to a contact and a few languages; a site's page to its sections.
_NOTICE_LINKS = 15
# A line that states what is wrong; longer ones are text, where words like these may mean anything.
_LINE_WORDS, _LINE_LETTERS = 40, 300
# Links of a headline's length: a list of articles has more of them than the box beside a "not found".
_HEADLINE_WORDS, _HEADLINES = 6, 15
# Scripts that only set a cookie and come again are a few kilobytes, cipher included.
_SCRIPT_BYTES = 1 << 14
_LONGEST_TITLE = 1_000

_PASSWORD = re.compile(rb"type\s{0,9}=\s{0,9}[\"']?password")
_TITLE_PARTS = re.compile(r"\s[|–—:»«·•-]+\s|\|")
_BARE_404 = re.compile(r"\W*404\W*")
_TAG_NAME = re.compile(r"/?[a-z][a-z0-9]*|!--")
_SILENT = frozenset(("script", "style", "template", "svg", "title"))
_INLINE = frozenset(("b", "strong", "i", "em", "u", "span", "font", "small", "code", "mark"))


def disguise_of(status: int, headers: Iterable[tuple[str, str]], body: bytes, url: str, final_url: str) -> str:
    """What an answer really is that came in the place of an article or of a list of articles.

    Args:
        status: HTTP status of the last answer. Only a 2xx can be a *soft* 404; the others are told under any status.
        headers: Names and values as received.
        body: Decoded (no content encoding), any bytes.
        url: Address asked for.
        final_url: Address after redirects.

    Returns:
        `challenge`, `login`, `parked`, `maintenance` or `soft_404`; empty for a page.
    """
    soft = 200 <= status < 300
    found = _by_headers(headers) or _by_address(url, final_url) or _by_body(body)
    return found if soft or found != SOFT_404 else ""


def _by_headers(headers: Iterable[tuple[str, str]]) -> str:
    for name, value in headers:
        match name.lower():
            case "cf-mitigated" | "x-amzn-waf-action" if value.strip().lower() in ("challenge", "captcha"):
                return CHALLENGE
            case "x-sucuri-block":
                return CHALLENGE
    return ""


def _by_address(url: str, final_url: str) -> str:
    """What a redirect alone tells."""
    if final_url == url:
        return ""
    asked, came = url.lower(), final_url.lower()
    for name, address in ADDRESSES:
        if address.search(came) and not address.search(asked):
            return name
    return SOFT_404 if _is_home(came) and not _is_home(asked) else ""


def _is_home(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parameters = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return False
    return bool(HOME.fullmatch(parts.path)) and all(IDLE_PARAMETERS.fullmatch(name) for name, _ in parameters)


def _by_body(body: bytes) -> str:
    head = body[:_WINDOW]
    title = _title(head)
    if STOCK_TITLES.fullmatch(title):
        return PARKED
    parts = [title, *map(str.strip, _TITLE_PARTS.split(title))] if title else []
    named = next((name for name, pattern in TITLES if any(pattern.fullmatch(part) for part in parts)), "")
    enough = _FRAME_BYTES if named else _ARTICLE_BYTES
    if _prose(head, enough) >= enough:
        return ""
    lower = head.lower()
    if any(mark in lower for mark in DATED):
        return ""
    found = _by_look(lower, named)
    # The text of a heavy page may begin after the window.
    return found if not found or _prose(body, enough) < enough else ""


def _title(head: bytes) -> str:
    start = head.find(b"<title")
    start = head.find(b"<TITLE") if start < 0 else start
    if start < 0:
        return ""
    return _words(head[start : start + _LONGEST_TITLE].partition(b">")[2].partition(b"<")[0])


def _words(data: bytes) -> str:
    """Text as it is compared: composed, lower case, single spaces."""
    text = html.unescape(data.decode("utf-8", "ignore"))
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _prose(page: bytes, enough: int) -> int:
    """Bytes of running text, counted until they are enough."""
    total = 0
    for piece in page.split(b"<"):
        if len(piece) < _PARAGRAPH_BYTES:
            continue
        tag, _, text = piece.partition(b">")
        # Code has brackets and assignments, tokens have no spaces.
        if len(text) < _PARAGRAPH_BYTES or b"{" in text or b"=" in text or 12 * text.count(b" ") < len(text):
            continue
        if not tag[:5].lower().startswith((b"scrip", b"style", b"!--")):
            total += len(text)
            if total >= enough:
                break
    return total


def _by_look(lower: bytes, named: str) -> str:
    """What the title, the programs and the lines of a page without running text say."""
    lines, headlines = _lines(lower)
    words = sum(line.count(" ") + 1 for line in lines)
    form = bool(_PASSWORD.search(lower))
    if named == LOGIN:
        return LOGIN if form or words <= _EMPTY_WORDS else ""
    if named == SOFT_404:
        return SOFT_404
    stated = [line for line in lines if line.count(" ") < _LINE_WORDS and len(line) <= _LINE_LETTERS]
    if words <= _NOTICE_WORDS and lower.count(b"<a ") <= _NOTICE_LINKS:
        if found := named or _by_program(lower, words, form=form) or _by_notice(stated):
            return found
        if form and words <= _FORM_WORDS:
            return LOGIN
        if words <= _EMPTY_WORDS and any(_BARE_404.fullmatch(line) for line in stated):
            return SOFT_404
    return SOFT_404 if headlines < _HEADLINES and any(MISSING.match(line) for line in stated) else ""


def _by_program(lower: bytes, words: int, *, form: bool) -> str:
    for name, needles in MARKERS:
        if any(needle in lower for needle in needles):
            return name
    if words > _EMPTY_WORDS or len(lower) > _SCRIPT_BYTES or form:
        return ""
    if any(field in lower for field in CAPTCHA_FIELDS):
        return CHALLENGE
    if not any(mark in lower for mark in RELOADS):
        return ""
    # A page with nothing to read that sends the browser elsewhere: to a log-in, or here again with a cookie.
    if ADDRESSES[0][1].search(re.sub(r"[\"'>]", "#", lower.decode("latin-1"))):
        return LOGIN
    return CHALLENGE if any(mark in lower for mark in SETS_COOKIE) else ""


def _by_notice(lines: list[str]) -> str:
    return next((name for line in lines for name, pattern in NOTICES if pattern.search(line)), "")


def _lines(lower: bytes) -> tuple[list[str], int]:
    """Texts in sight outside links, and how many links are as long as headlines."""
    text = " ".join(unicodedata.normalize("NFC", lower.decode("utf-8", "ignore")).lower().split())
    lines: list[str] = []
    headlines, silent, linked = 0, "", False
    for piece in text.split("<")[1:]:
        tag, _, shown = piece.partition(">")
        found = _TAG_NAME.match(tag)
        name = found[0] if found else ""
        if silent:
            silent = "" if name == f"/{silent}" else silent
        elif name in _SILENT:
            silent = name
        shown = html.unescape(shown).strip()
        if silent:
            continue
        linked = name == "a" or (linked and name != "/a")
        if not shown:
            continue
        if linked:
            headlines += shown.count(" ") + 1 >= _HEADLINE_WORDS
        elif lines and name.lstrip("/") in _INLINE:
            lines[-1] = f"{lines[-1]} {shown}"
        else:
            lines.append(shown)
    return lines, headlines
