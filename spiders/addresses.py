"""Addresses: one form for comparing, who lives on which host, and which lead nowhere.

Pages of one site link the same plain addresses over and over. Plain ones (letters, digits, hyphens) are read by one
pattern each, the others by the rules of RFC 3986; a test holds both ways to the same answers.
"""

import re
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from w3lib.html import strip_html5_whitespace
from w3lib.url import safe_url_string

# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gidzl|zarsrc|mc_[ce]id|_ga|sessionid|jsessionid|phpsessid|asp\.net_sessionid|cfid|cftoken)$",
    re.IGNORECASE,
)
# Short values of these number a section or a site; a session has at least 64 bits, 16 hexadecimal digits.
_MAYBE_SESSION = re.compile(r"^(?:sid|s?sess|session|session_id|sessid)$", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"^[0-9a-z_-]{16,}$", re.IGNORECASE)
# `;jsessionid=…` of Java, `/(S(…))/` of ASP.NET, which may hold several letters: `(X(1)S(…))`.
_SESSION_SEGMENT = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/?#]*|/(?:\(|%28)(?:[A-Z](?:\(|%28)[\w.-]{1,200}(?:\)|%29)){1,4}(?:\)|%29)(?=/|$)",
    re.IGNORECASE,
)
# A calendar has a page for every month that anybody can think of.
_CALENDAR = re.compile(
    r"[?&](?:month|year|thang|nam|calendar|cal|tribe-bar-date|eventdate|ical)=[^&]*"
    r"|/(?:calendar|events?|lich|lich-[a-z-]{1,40})/(?:[a-z]{1,10}/)?(?:19|20|21)\d{2}(?:[-/]\d{1,2}){0,2}/?(?:$|\?)",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_PLAIN_PATH = r"(?:(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+/?|/)"
_PLAIN_URL = re.compile(rf"https?://{_HOST}(?::[1-9]\d{{0,3}})?{_PLAIN_PATH}")
_PLAIN_HREF = re.compile(_PLAIN_PATH)
_PLAIN_KEY = re.compile(rf"(https?)://(?:www\.)?({_HOST})(?::([1-9]\d{{0,3}}))?({_PLAIN_PATH})?")


def absolute(base: str, href: str) -> str | None:
    """The address that a link on a page points to, ready to be asked; None for what is no web address."""
    if _PLAIN_HREF.fullmatch(href) and (site := root(base)):
        return site + href
    if _PLAIN_URL.fullmatch(href):
        return href
    return _absolute(base, href)


def _absolute(base: str, href: str) -> str | None:
    href = strip_html5_whitespace(href)
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        url = safe_url_string(urljoin(base, href)).partition("#")[0]
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return url if parts.scheme in _DEFAULT_PORTS and parts.hostname and port != 0 else None


@lru_cache(maxsize=1024)
def root(url: str) -> str:
    """Scheme, host and port of a web address as they stand there; empty where it is none."""
    found = _absolute(url, "/")
    return found.removesuffix("/") if found else ""


def canonical(url: str) -> str:
    """The form under which an address is known: two addresses of one page share it.

    Scheme, `www.`, default port, fragment, tracking and session parameters, session segments, order of parameters,
    percent-encoding, Unicode form and a trailing slash do not count.
    """
    plain = _PLAIN_KEY.fullmatch(url)
    if plain is None:
        return _canonical(url)
    scheme, name, port, path = plain.groups()
    shown = f":{port}" if port and int(port) != _DEFAULT_PORTS[scheme] else ""
    return f"{name}{shown}{(path or '/').rstrip('/') or '/'}"


def _canonical(url: str) -> str:
    parts = urlsplit(url)
    path = _SESSION_SEGMENT.sub("", parts.path)
    path = quote(normalize("NFC", unquote(path)), safe="/@:+,;=!*'()~") or "/"
    path = path.rstrip("/") or "/"
    query = sorted((k, normalize("NFC", v)) for k, v in parse_qsl(parts.query, keep_blank_values=True))
    kept = urlencode([(k, v) for k, v in query if not _of_the_reader(k, v)])
    return f"{host(url)}{path}{'?' + kept if kept else ''}"


def _named(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return name, value


def _of_the_reader(name: str, value: str) -> bool:
    if _TRACKING.match(name):
        return True
    return bool(_MAYBE_SESSION.match(name) and _SESSION_VALUE.match(value))


def host(url: str) -> str:
    """Host and non-default port in lower case, without `www.`: what one site answers under."""
    plain = _PLAIN_KEY.fullmatch(url)
    if plain is not None:
        scheme, name, port, _ = plain.groups()
        return f"{name}:{port}" if port and int(port) != _DEFAULT_PORTS[scheme] else name
    parts = urlsplit(url)
    name = (parts.hostname or "").removeprefix("www.")
    return name if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{name}:{parts.port}"


def below(url: str) -> str:
    """Path and query without a session or tracking, undecoded: what a platform's patterns look at."""
    plain = _PLAIN_KEY.fullmatch(url)
    if plain is not None:
        return plain[4] or "/"
    parts = urlsplit(url)
    path = _SESSION_SEGMENT.sub("", parts.path) or "/"
    query = "&".join(p for p in parts.query.split("&") if p and not _of_the_reader(*_named(p)))
    return f"{path}{'?' + query if query else ''}"


def is_document_address(url: str) -> bool:
    """Whether an address is that of a document file (PDF, Word) by its ending."""
    return _DOCUMENT.search(urlsplit(url).path) is not None


def is_calendar(path: str) -> bool:
    """Whether path and query are those of a page of a calendar, which has no end in either direction."""
    return _CALENDAR.search(path) is not None
