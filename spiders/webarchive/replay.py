"""Wayback-compatible archives: where their index and their raw captures are, and what the site itself had answered."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from spiders import outcomes
from spiders.fetcher import Answer
from spiders.webarchive.cdx import Line, stamp

# One answer of the index: some 3 MB of JSON, well below what we take from anybody.
MOST_LINES = 10_000
_ORIGINAL = "x-archive-orig-"
# About the form in which a body travels, which is another one when an archive sends it.
_OF_TRANSFER = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where an archive has what.

    Attributes:
        index: Address of its CDX server.
        replay: What stands before `/<time>id_/<address>` of a raw capture.
    """

    index: str
    replay: str

    def query(self, site: str, first: str, last: str, resume_key: str = "") -> str:
        """Address of a listing of the pages of a host.

        Args:
            site: Host, and port where it is not the usual one.
            first: First time of capture wanted, `YYYYMMDDhhmmss`.
            last: Last such time.
            resume_key: What continues an earlier answer.
        """
        wanted = [
            ("url", site),
            ("matchType", "host"),
            ("output", "json"),
            ("from", first),
            ("to", last),
            # Read as a pattern by one server and as a part of the text by the other; they mean the same here.
            ("filter", "statuscode:200"),
            ("filter", "mimetype:text/html"),
            ("collapse", "digest"),
            ("limit", str(MOST_LINES)),
            ("showResumeKey", "true"),
        ]
        return f"{self.index}?{urlencode(wanted + [('resumeKey', resume_key)] * bool(resume_key))}"

    def raw(self, line: Line) -> str:
        """Address of a capture as it was received, nothing rewritten."""
        return f"{self.replay}/{line.timestamp}id_/{line.url}"


def layout_of(endpoint: str) -> Layout:
    """The layout of an archive: with a path it is a collection of pywb, without one it is as web.archive.org."""
    root = endpoint.rstrip("/")
    if urlsplit(root).path:
        return Layout(f"{root}/cdx", root)
    return Layout(f"{root}/cdx/search/cdx", f"{root}/web")


@dataclass(frozen=True, slots=True)
class Original:
    """What the site had answered with status 200, as far as the archive gives it.

    Attributes:
        headers: Header fields of the site, those of the archive removed.
        raw_body: Body in the form that the headers name.
        body: Body decoded.
        proved: Whether its digest is the one in the index.
    """

    headers: tuple[tuple[str, str], ...]
    raw_body: bytes
    body: bytes
    proved: bool


class OtherCaptureError(Exception):
    """The archive gave something else than what was asked for."""


def original_of(answer: Answer, line: Line) -> Original:
    """The site's own answer in an archive's answer.

    Args:
        answer: To the address that `Layout.raw` gave.
        line: The capture asked for.

    Raises:
        OtherCaptureError: It is a capture of another time, or none.
    """
    if answer.outcome != outcomes.OK or answer.status != 200:
        raise OtherCaptureError(f"{answer.status}")
    served = _served_at(answer)
    if served != line.timestamp:
        raise OtherCaptureError(f"captured {served}, wanted {line.timestamp}")
    headers = list(_original_headers(answer))
    encoding = answer.header("content-encoding")
    if line.digest == payload_sha1(answer.raw_body) and encoding:
        headers.append(("Content-Encoding", encoding))
        body_as_kept = answer.raw_body
    else:
        # Whoever packed it on the way, unpacked it is the page in any case.
        body_as_kept = answer.body
    proved = bool(line.digest) and line.digest == payload_sha1(body_as_kept)
    headers.append(("Content-Length", str(len(body_as_kept))))
    return Original(tuple(headers), body_as_kept, answer.body, proved)


def payload_sha1(body: bytes) -> str:
    """Digest of a payload as indexes write it: SHA-1 in base32."""
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _served_at(answer: Answer) -> str:
    """Time of the capture that was given: archives that lack one give the nearest, some without a word."""
    said = answer.header("memento-datetime")
    if said:
        try:
            return stamp(parsedate_to_datetime(said))
        except ValueError:
            return said
    found = re.search(r"/(\d{14})id_/", answer.final_url)
    return found[1] if found else ""


def _original_headers(answer: Answer) -> Iterator[tuple[str, str]]:
    names = set()
    for name, value in answer.headers:
        if name.lower().startswith(_ORIGINAL):
            own = name[len(_ORIGINAL) :]
            names.add(own.lower())
            if own.lower() not in _OF_TRANSFER:
                yield own, value
    # The one field that archives pass on under its own name.
    if "content-type" not in names and (kind := answer.header("content-type")):
        yield "Content-Type", kind
