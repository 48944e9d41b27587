"""Answers of capture indexes (CDX), in all the forms in which they come.

Internet Archive's server answers a JSON array of arrays with a heading, or lines of columns; pywb and Common Crawl
answer one JSON object a line (CDXJ: after key and time). Only what the index says is read here; nothing is asked for.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

# Names that servers give to the same column.
_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
# Order of columns where lines have no heading (the public CDX format; an index file has more behind them).
_COLUMNS = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
_STAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class Line:
    """One capture as an index lists it.

    Attributes:
        url: Original address.
        timestamp: Time of capture, `YYYYMMDDhhmmss`, UTC.
        mime: Content type as the index knows it.
        status: HTTP status, or `-`.
        digest: SHA-1 of the payload in base32, or empty.
        filename: WARC file that holds the record, where the index says it.
        offset: Byte where the record begins; -1 where the index does not say it.
        length: Bytes of the record as packed; -1 where the index does not say it.
    """

    url: str
    timestamp: str
    mime: str
    status: str
    digest: str
    filename: str = ""
    offset: int = -1
    length: int = -1

    @property
    def captured_at(self) -> datetime:
        """Time of capture."""
        return moment(self.timestamp)


@dataclass(slots=True)
class Listing:
    """One answer of an index.

    Attributes:
        lines: Captures in the order of the answer.
        broken: Lines that could not be read.
        resume_key: What continues the query, decoded; empty where it was answered to its end.
        message: What the server says instead of captures.
    """

    lines: list[Line] = field(default_factory=list)
    broken: int = 0
    resume_key: str = ""
    message: str = ""

    @property
    def is_index(self) -> bool:
        """Whether this was an answer of an index at all; an empty one is."""
        return bool(self.lines) or not self.broken


def moment(timestamp: str) -> datetime:
    """The time that 14 digits name, UTC.

    Raises:
        ValueError: They name none.
    """
    if not re.fullmatch(r"\d{14}", timestamp):
        raise ValueError(f"not a time of 14 digits: {timestamp!r}")
    return datetime.strptime(timestamp, _STAMP).replace(tzinfo=UTC)


def stamp(at: datetime) -> str:
    """A time as indexes write it."""
    return at.astimezone(UTC).strftime(_STAMP)


def read(body: bytes) -> Listing:
    """Read an answer of whatever form. Never raises: what is no capture is counted as broken."""
    listing = Listing()
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("["):
        _read_array(text, listing)
    else:
        _read_lines(text, listing)
    return listing


def read_page_count(body: bytes) -> int | None:
    """Number of pages in the answer to `showNumPages`, a number or a JSON object; None where it says none."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    pages = said.get("pages") if isinstance(said, dict) else said
    return pages if isinstance(pages, int) and not isinstance(pages, bool) and pages >= 0 else None


def halves(first: str, last: str) -> Iterator[tuple[str, str]]:
    """Both halves of a period of capture, to the second; nothing where it cannot be halved."""
    begin, end = moment(first), moment(last)
    middle = begin + (end - begin) // 2
    if stamp(middle) < last:
        yield first, stamp(middle)
        yield stamp(middle + timedelta(seconds=1)), last


def _read_array(text: str, listing: Listing) -> None:
    try:
        rows = json.loads(text)
    except ValueError:
        # Cut short, or a page that happens to begin with a bracket.
        listing.broken += 1
        return
    names: Sequence[str] | None = None
    # Behind the captures stand an empty row and a row with the key.
    ended = False
    for row in rows:
        if not isinstance(row, list):
            listing.broken += 1
        elif names is None:
            names = [str(n) for n in row]
        elif not row:
            ended = True
        elif ended:
            listing.resume_key = unquote_plus(str(row[0]))
        else:
            _take(dict(zip(names, map(str, row), strict=False)), listing)


def _read_lines(text: str, listing: Listing) -> None:
    lines = text.splitlines()
    # Behind the captures stand an empty line and a line with the key.
    if len(lines) > 1 and not lines[-2].strip() and " " not in lines[-1].strip():
        listing.resume_key = unquote_plus(lines.pop().strip())
    for line in filter(None, map(str.strip, lines)):
        brace = line.find("{")
        if brace == 0 or (brace > 0 and line.count(" ", 0, brace) == 2):
            try:
                row = json.loads(line[brace:])
            except ValueError:
                listing.broken += 1
                continue
            if brace:
                row = {"timestamp": line.split(" ", 2)[1], **row}
            elif "timestamp" not in row and (said := row.get("message") or row.get("error")):
                listing.message = str(said)
                continue
            _take(row, listing)
        else:
            _take(dict(zip(_COLUMNS, line.split(" "), strict=False)), listing)


def _take(raw: Mapping[str, Any], listing: Listing) -> None:
    row = {_NAMES.get(name, name): value for name, value in raw.items()}
    try:
        line = Line(
            url=str(row["url"]),
            timestamp=str(row["timestamp"]),
            mime=str(row.get("mime", "")),
            status=str(row.get("status", "-")),
            digest=_digest(str(row.get("digest", ""))),
            filename=str(row.get("filename", "")),
            offset=_number(row.get("offset", -1)),
            length=_number(row.get("length", -1)),
        )
        moment(line.timestamp)
    except (KeyError, ValueError, TypeError):
        listing.broken += 1
        return
    if line.url.lower().startswith(("http://", "https://")):
        listing.lines.append(line)
    else:
        listing.broken += 1


def _digest(text: str) -> str:
    plain = text.removeprefix("sha1:")
    return plain if re.fullmatch(r"[A-Z2-7]{32}", plain) else ""


def _number(value: object) -> int:
    return int(str(value)) if str(value).lstrip("-").isdecimal() else -1
