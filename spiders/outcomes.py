"""What became of one request, by name: the vocabulary of `fetch.outcome`."""

from typing import Final

OK: Final = "ok"
ROBOTS: Final = "robots"
GONE: Final = "gone"
HTTP_ERROR: Final = "http_error"
SERVER_ERROR: Final = "server_error"
TIMEOUT: Final = "timeout"
CONNECTION_ERROR: Final = "connection_error"
REDIRECT_LOOP: Final = "redirect_loop"
OFF_SITE: Final = "off_site"
TOO_LARGE: Final = "too_large"
TRUNCATED: Final = "truncated"
NOT_HTML: Final = "not_html"
EMPTY: Final = "empty"
PRIVATE_HOST: Final = "private_host"
DENIED: Final = "denied"
CERTIFICATE_ERROR: Final = "certificate_error"
RATE_LIMITED: Final = "rate_limited"
# The page is as it was: said by the server (304), or by comparing bytes and text.
NOT_MODIFIED: Final = "not_modified"
UNCHANGED: Final = "unchanged"
# Pages that stand in for the one that was asked for (`spiders.disguises`).
CHALLENGE: Final = "challenge"
LOGIN: Final = "login"
PARKED: Final = "parked"
MAINTENANCE: Final = "maintenance"
SOFT_404: Final = "soft_404"

# Worth another try at once.
RETRIED: Final = frozenset({SERVER_ERROR, TIMEOUT, CONNECTION_ERROR, TRUNCATED, RATE_LIMITED})
# Worth another try by the next crawl; all others are final.
TEMPORARY: Final = RETRIED | {CHALLENGE, LOGIN, PARKED, MAINTENANCE, CERTIFICATE_ERROR}
# The page was seen to be there.
THERE: Final = frozenset({OK, NOT_MODIFIED, UNCHANGED})
# The page was seen not to be there.
ABSENT: Final = frozenset({GONE, SOFT_404})
# Nothing was asked of the site.
NOT_ASKED: Final = frozenset({DENIED, ROBOTS, OFF_SITE, PRIVATE_HOST})
# Answers that prove something about an address even though they hold no article.
KEPT_AS_PROOF: Final = frozenset(
    {OK, GONE, HTTP_ERROR, SERVER_ERROR, EMPTY, RATE_LIMITED, CHALLENGE, LOGIN, PARKED, MAINTENANCE, SOFT_404}
)

_ASK_LATER = frozenset({408, 425})
_HTML_TYPES = ("text/html", "application/xhtml")
# Types under which careless servers send pages; the body decides.
_VAGUE_TYPES = ("", "text/plain", "application/octet-stream", "text/xml", "application/xml", "unknown/unknown")
_HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")


def of_status(status: int) -> str:
    """Outcome that an HTTP status stands for; 2xx is ok. Redirects are the caller's to follow."""
    if status in (404, 410):
        return GONE
    if status == 304:
        return NOT_MODIFIED
    if status == 429:
        return RATE_LIMITED
    if status >= 500 or status in _ASK_LATER:
        return SERVER_ERROR
    return OK if 200 <= status < 300 else HTTP_ERROR


def may_be_html(content_type: str) -> bool:
    """Whether the header alone leaves room for a page."""
    kind = content_type.split(";", 1)[0].strip().lower()
    return kind.startswith(_HTML_TYPES) or kind in _VAGUE_TYPES


def of_page(status: int, content_type: str, body: bytes) -> str:
    """Outcome of an answer where a page was wanted.

    Args:
        status: HTTP status.
        content_type: As sent, empty where it was not.
        body: Decoded.
    """
    outcome = of_status(status)
    if outcome != OK:
        return outcome
    if not may_be_html(content_type):
        return NOT_HTML
    if not body.strip():
        return EMPTY
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content_type.strip().lower().startswith(_HTML_TYPES):
        # A picture or PDF under the name of a page: NUL bytes are in no text but UTF-16.
        binary = head.startswith((b"%pdf", b"pk\x03\x04", b"\x89png", b"\xff\xd8\xff")) or (
            b"\x00" in head and not body.startswith((b"\xff\xfe", b"\xfe\xff"))
        )
        return NOT_HTML if binary else OK
    return OK if any(mark in head for mark in _HTML_MARKS) else NOT_HTML
