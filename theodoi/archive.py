"""The archive: responses kept as they were received, in WARC 1.1 with one gzip member per record.

A record is found by its file and its byte offset. Files only grow at their end, so a writer that was killed leaves
whole records and at most one broken tail, which `repair` cuts off.
"""

import hashlib
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BufferedReader, BytesIO, StringIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date, iso_date_to_datetime
from warcio.warcwriter import WARCWriter

from theodoi.disk import named_failures
from theodoi.errors import DataFolderError

_CHUNK = 1 << 16
# Longest answer that is read, as kept and unpacked. No page comes near; films do, and files made to fill a memory.
MOST_BYTES = 64 << 20
_GZIP_MEMBER = b"\x1f\x8b\x08"
# What warcio and zlib raise on bytes that are no (longer a) WARC record.
_DAMAGE = (ArchiveLoadFailed, EOFError, OSError, ValueError, TypeError, zlib.error, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as it was kept.

    Attributes:
        url: Address that was asked.
        fetched_at: When, aware, UTC.
        status: HTTP status.
        headers: Header fields in the order of the record, as sent.
        body: Body with transfer and content encodings undone.
    """

    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def content_type(self) -> str:
        """Content-Type as sent, or empty."""
        return self.header("content-type")

    def header(self, name: str) -> str:
        """Value of a header field by its name in lower case, empty where it is missing."""
        return next((v for n, v in self.headers if n.lower() == name), "")


@dataclass(slots=True)
class Damage:
    """A stretch of a WARC file that could not be read.

    Attributes:
        offset: Byte where the broken record begins.
        what: What is wrong with it.
    """

    offset: int
    what: str


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that says that an answer had the same payload as an earlier one, which is kept elsewhere.

    Attributes:
        url: Address that was asked.
        fetched_at: When, aware, UTC.
        digest: Digest of the payload with its method, as `sha1:…`; empty where it is not stated.
        refers_to: Address and WARC-Date of the earlier record; empty where they are not stated.
        status: HTTP status of this answer; None where its header was not kept.
        headers: Its header fields.
    """

    url: str
    fetched_at: datetime
    digest: str
    refers_to: tuple[str, str]
    status: int | None
    headers: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Reading:
    """What was met besides captures while a foreign WARC file was read.

    Attributes:
        damages: Stretches that could not be read.
        others: WARC type -> records that are no HTTP responses.
        revisits: Answers whose payload is that of an earlier one.
        too_large: Responses longer than `MOST_BYTES`, left unread.
    """

    damages: list[Damage] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)
    revisits: list[Revisit] = field(default_factory=list)
    too_large: int = 0


def capture_id(url: str, fetched_at: datetime, payload_digest: str) -> str:
    """Name of one kept response, 16 hex digits: the same response keeps its name when it is copied."""
    moment = fetched_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{url}\n{moment}\n{payload_digest}".encode()).hexdigest()[:16]


def payload_digest(body: bytes) -> str:
    """sha256 of a decoded body, 64 hex digits."""
    return hashlib.sha256(body).hexdigest()


class WarcWriter:
    """Appends responses to one WARC file; each is complete on disk when `write` returns.

    Args:
        path: The file; it and its folder are made where missing.

    Raises:
        DataFolderError: The disk is full or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with named_failures(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with named_failures(self._path):
            self._file.close()

    def write(
        self, url: str, fetched_at: datetime, status: int, headers: Sequence[tuple[str, str]], raw_body: bytes
    ) -> int:
        """Append one response and return its byte offset.

        Args:
            url: Address that was asked.
            fetched_at: When, aware.
            status: HTTP status.
            headers: As received.
            raw_body: As received, content encoding kept, transfer encoding undone.
        """
        http_headers = StatusAndHeaders(_status_line(status), _printable(headers), protocol="HTTP/1.1")
        return self._write("response", url, fetched_at, raw_body, http_headers=http_headers)

    def write_resource(self, url: str, fetched_at: datetime, content_type: str, body: bytes) -> int:
        """Append a part of a response that stands for an address of its own, and return its byte offset.

        Args:
            url: Address that it stands for.
            fetched_at: When the whole was asked for, aware.
            content_type: Of the part.
            body: The part.
        """
        return self._write("resource", url, fetched_at, body, warc_content_type=content_type)

    def _write(self, kind: str, url: str, fetched_at: datetime, body: bytes, **more: object) -> int:
        moment = datetime_to_iso_date(fetched_at.astimezone(UTC).replace(tzinfo=None), use_micros=True)
        # A name drawn from the content instead of at random: writing the same record again gives the same bytes.
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{url} {moment} {payload_digest(body)}")
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        named = {"WARC-Date": moment, "WARC-Record-ID": f"<urn:uuid:{name}>"}
        writer.write_record(
            writer.create_warc_record(
                url, kind, payload=BytesIO(body), length=len(body), warc_headers_dict=named, **more
            )
        )
        return self._append(buffer.getvalue())

    def copy(self, record: ArcWarcRecord) -> int:
        """Append a record of another WARC file with its own headers and return its byte offset."""
        buffer = BytesIO()
        WARCWriter(buffer, gzip=True, warc_version="1.1").write_record(record)
        return self._append(buffer.getvalue())

    def _append(self, member: bytes) -> int:
        with named_failures(self._path):
            offset = self._file.tell()
            self._file.write(member)
            self._file.flush()
        return offset


def read_capture(archive_root: Path, warc_file: str, offset: int) -> Capture:
    """Read the response at that place.

    Args:
        archive_root: Root of the archive.
        warc_file: File below it, as `fetch.warc_file` names it.
        offset: Byte offset of the record.

    Raises:
        DataFolderError: The file is gone or holds no whole response there.
    """
    path = archive_root / warc_file
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return _parse(next(iter(ArchiveIterator(file))))
    except (*_DAMAGE, StopIteration) as error:
        raise DataFolderError(
            f"{path}: no whole record at byte {offset} ({error}): put the file back from a backup, "
            "or delete the rows of `fetch` that point to it and crawl again"
        ) from error


def read_member(member: bytes) -> tuple[ArcWarcRecord, Capture]:
    """The record and the response in one gzip member of a WARC file.

    Raises:
        ValueError: They are cut short, altered, or no response.
    """
    return _one_response(BytesIO(member))


def read_response(path: Path, offset: int) -> tuple[ArcWarcRecord, Capture]:
    """The record and the response at a place of a WARC file.

    Raises:
        ValueError: They are cut short, altered, or no response.
        DataFolderError: The file cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataFolderError(f"cannot read {path}: {error.strerror}") from error
    with file:
        file.seek(offset)
        return _one_response(file)


def recorded_digests(path: Path, offsets: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield offset and payload digest, as the record states it, of records of ours; what cannot be read is passed over.

    Args:
        path: WARC file.
        offsets: Where records begin.
    """
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        for offset in offsets:
            file.seek(offset)
            try:
                record = next(iter(ArchiveIterator(file)))
            except (*_DAMAGE, StopIteration):
                continue
            yield offset, (record.rec_headers.get_header("WARC-Payload-Digest") or "").removeprefix("sha1:")


def iter_captures(path: Path) -> Iterator[tuple[int, Capture]]:
    """Yield offset and capture of every response of a WARC file; what is broken is passed over."""
    for offset, _, capture in iter_responses(path, Reading()):
        yield offset, capture


def iter_responses(path: Path, reading: Reading) -> Iterator[tuple[int, ArcWarcRecord, Capture]]:
    """Yield offset, record and capture of every whole HTTP response, going on behind damaged stretches.

    Args:
        path: A `.warc` or `.warc.gz` file, WARC 1.0 or 1.1.
        reading: Takes notes of what was no response and what was broken.

    Raises:
        DataFolderError: The file cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataFolderError(f"cannot read {path}: {error.strerror}") from error
    with file:
        start: int | None = 0
        while start is not None:
            file.seek(start)
            records = ArchiveIterator(file, check_digests=True)
            try:
                while (found := _next_response(records, reading)) is not None:
                    if isinstance(found, tuple):
                        yield found
                start = None
            except _DAMAGE as error:
                # The iterator stands on the record that it could not give, if it knows where it stands at all.
                broken = max(records.offset, start)
                reading.damages.append(Damage(broken, _first_line(error)))
                start = _next_start(file, broken + 1)


def _one_response(file: BinaryIO) -> tuple[ArcWarcRecord, Capture]:
    try:
        found = _next_response(ArchiveIterator(file, check_digests=True), Reading())
    except _DAMAGE as error:
        raise ValueError(_first_line(error)) from error
    if not isinstance(found, tuple):
        raise ValueError("no response record")  # noqa: TRY004  nobody gave a wrong type
    return found[1:]


def _parse(record: ArcWarcRecord) -> Capture:
    if record.rec_type == "resource":
        return Capture(
            record.rec_headers.get_header("WARC-Target-URI"),
            iso_date_to_datetime(record.rec_headers.get_header("WARC-Date"), tz_aware=True),
            200,
            (("Content-Type", record.rec_headers.get_header("Content-Type") or ""),),
            record.content_stream().read(),
        )
    if record.rec_type != "response" or record.http_headers is None:
        raise ValueError(f"a {record.rec_type} record, no response")
    return Capture(
        record.rec_headers.get_header("WARC-Target-URI"),
        _moment(record),
        int(record.http_headers.get_statuscode()),
        _headers(record),
        _bounded(record.content_stream()),
    )


def _parse_revisit(record: ArcWarcRecord) -> Revisit:
    named = record.rec_headers.get_header
    http = record.http_headers
    return Revisit(
        url=named("WARC-Target-URI"),
        fetched_at=_moment(record),
        digest=named("WARC-Payload-Digest") or "",
        refers_to=(named("WARC-Refers-To-Target-URI") or "", named("WARC-Refers-To-Date") or ""),
        status=int(http.get_statuscode()) if http is not None else None,
        headers=_headers(record) if http is not None else (),
    )


def _moment(record: ArcWarcRecord) -> datetime:
    moment: datetime = iso_date_to_datetime(record.rec_headers.get_header("WARC-Date"), tz_aware=True)
    return moment


def _headers(record: ArcWarcRecord) -> tuple[tuple[str, str], ...]:
    return tuple((str(n), str(v)) for n, v in record.http_headers.headers)


def _bounded(stream: BinaryIO) -> bytes:
    """The whole of a stream that may unpack to more than a memory holds.

    Raises:
        ValueError: It does.
    """
    parts: list[bytes] = []
    left = MOST_BYTES
    # warcio's streams give what they have at hand; only nothing at all is the end.
    while part := stream.read(_CHUNK):
        left -= len(part)
        if left < 0:
            raise ValueError(f"unpacks to more than {MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def repair(path: Path) -> int:
    """Cut a file of ours back to its last whole record and return how many bytes went.

    Raises:
        DataFolderError: The file cannot be written.
    """
    with named_failures(path), path.open("r+b") as file:
        whole = _end_of_whole_members(file)
        size = file.seek(0, 2)
        if size > whole:
            file.truncate(whole)
        return size - whole


def _next_response(records: ArchiveIterator, reading: Reading) -> tuple[int, ArcWarcRecord, Capture] | bool | None:
    """The next record if it is a response, True if it is another, None at the end of the file.

    Its payload is read into memory, so that a short or altered one is noticed before anybody counts it.

    Raises:
        ValueError: The record is cut short or altered; or one of the other kinds of `_DAMAGE`.
    """
    # warcio prints what it meets in broken files; we name it ourselves.
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        try:
            record = next(records)
        except StopIteration:
            return None
        uri = record.rec_headers.get_header("WARC-Target-URI") or ""
        of_web = uri.lower().startswith(("http:", "https:"))
        if record.rec_type == "revisit" and of_web:
            reading.revisits.append(_parse_revisit(record))
            return True
        if record.rec_type != "response" or record.http_headers is None or not of_web:
            reading.others[record.rec_type] = reading.others.get(record.rec_type, 0) + 1
            return True
        expected = int(record.rec_headers.get_header("Content-Length"))
        if expected > MOST_BYTES:
            reading.too_large += 1
            return True
        payload = record.raw_stream.read()
    received = len(payload) + record.http_headers.total_len
    if received < expected:
        raise ValueError(f"record cut short: {received} of {expected} bytes")
    # Payload digests are not checked: tools disagree on what a payload is, but not on what a block is.
    altered = [p for p in record.digest_checker.problems if "block" in p]
    if altered:
        raise ValueError(altered[0])
    record.raw_stream = BytesIO(payload)
    record.length = record.payload_length = len(payload)
    capture = _parse(record)
    record.raw_stream.seek(0)
    return records.offset, record, capture


def _next_start(file: BufferedReader, start: int) -> int | None:
    """Offset of the next place that looks like the start of a record, or None."""
    file.seek(0)
    mark = _GZIP_MEMBER if file.read(3) == _GZIP_MEMBER else b"WARC/1."
    file.seek(start)
    kept = b""
    base = start
    while chunk := file.read(_CHUNK):
        window = kept + chunk
        found = window.find(mark)
        while found >= 0:
            if _looks_like_record(file, base + found):
                return base + found
            found = window.find(mark, found + 1)
        kept = window[-len(mark) + 1 :]
        base += len(window) - len(kept)
        file.seek(base + len(kept))
    return None


def _looks_like_record(file: BufferedReader, offset: int) -> bool:
    file.seek(offset)
    head = file.read(512)
    if head.startswith(_GZIP_MEMBER):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head)
        except zlib.error:
            return False
    return head.startswith(b"WARC/1.")


def _end_of_whole_members(file: BinaryIO) -> int:
    file.seek(0)
    whole = position = 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    while chunk := file.read(_CHUNK):
        while chunk:
            try:
                inflater.decompress(chunk)
            except zlib.error:
                return whole
            if not inflater.eof:
                position += len(chunk)
                break
            position += len(chunk) - len(inflater.unused_data)
            whole = position
            chunk = inflater.unused_data
            inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    return whole


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} "


def _printable(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    # A header field with a line break would end the header block early.
    return [(n, " ".join(v.splitlines())) for n, v in headers]


def _first_line(error: BaseException) -> str:
    if "non-chunked gzip" in str(error):
        return "all records are packed as one: unpack the file with gunzip and import the .warc"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
