"""Addresses: one form for comparing, and who lives on which host."""

import re
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from w3lib.html import strip_html5_whitespace
from w3lib.url import safe_url_string

# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gidzl|zarsrc|mc_[ce]id|_ga|sessionid|jsessionid|phpsessid)$", re.IGNORECASE
)
_SESSION_SEGMENT = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def absolute(base: str, href: str) -> str | None:
    """The address that a link on a page points to, ready to be asked; None for what is no web address."""
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


def canonical(url: str) -> str:
    """The form under which an address is known: two addresses of one page share it.

    Scheme, `www.`, default port, fragment, tracking and session parameters, order of parameters, percent-encoding,
    Unicode form and a trailing slash do not count.
    """
    parts = urlsplit(url)
    path = _SESSION_SEGMENT.sub("", parts.path)
    path = quote(normalize("NFC", unquote(path)), safe="/@:+,;=!*'()~") or "/"
    if len(path) > 1:
        path = path.rstrip("/")
    query = sorted((k, normalize("NFC", v)) for k, v in parse_qsl(parts.query, keep_blank_values=True))
    kept = urlencode([(k, v) for k, v in query if not _TRACKING.match(k)])
    return f"{host(url)}{path}{'?' + kept if kept else ''}"


def host(url: str) -> str:
    """Host and non-default port in lower case, without `www.`: what one site answers under."""
    parts = urlsplit(url)
    name = (parts.hostname or "").removeprefix("www.")
    return name if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{name}:{parts.port}"


def below(url: str) -> str:
    """Path and query, undecoded: what a platform's patterns look at."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
