"""Records that point to the payload of an earlier one: made whole where that stands in the same file."""

import base64
import hashlib
from pathlib import Path

from warcio.recordloader import ArcWarcRecord

from theodoi.archive import Capture, Revisit, read_response

# About the form in which the payload stood in the earlier record; it is written unpacked.
_OF_TRANSFER = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})


class Originals:
    """Where the payloads stand that revisits may refer to."""

    def __init__(self) -> None:
        self._by_digest: dict[str, tuple[Path, int]] = {}
        self._by_record: dict[tuple[str, str], tuple[Path, int]] = {}

    def add(self, path: Path, offset: int, record: ArcWarcRecord) -> None:
        """Note a response.

        Args:
            path: Its file.
            offset: Byte where it begins.
            record: The record; its stream stands at the payload and is left there.
        """
        named = record.rec_headers.get_header
        self._by_digest.setdefault(named("WARC-Payload-Digest") or _sha1(record), (path, offset))
        self._by_record[named("WARC-Target-URI"), named("WARC-Date")] = (path, offset)

    def resolve(self, revisit: Revisit) -> Capture | None:
        """The answer that a revisit stands for; None where its payload is not here."""
        place = self._by_digest.get(revisit.digest) or self._by_record.get(revisit.refers_to)
        if place is None:
            return None
        _, original = read_response(*place)
        # “Not modified” is what the archive was told; what the site's readers saw is the page as it was.
        own = revisit.status is not None and revisit.status != 304
        headers = revisit.headers if own else original.headers
        return Capture(
            revisit.url,
            revisit.fetched_at,
            revisit.status if own and revisit.status is not None else original.status,
            (
                *((n, v) for n, v in headers if n.lower() not in _OF_TRANSFER),
                ("Content-Length", str(len(original.body))),
            ),
            original.body,
        )


def _sha1(record: ArcWarcRecord) -> str:
    payload = record.raw_stream.read()
    record.raw_stream.seek(0)
    return f"sha1:{base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()}"
