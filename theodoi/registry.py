"""The registry: which bodies have which duties, which sites they answer for, what the programme is called.

Six CSV files (described in docs/registry.md) are read as one whole. Every broken cell is named with file, line, column
and what is wrong, all of them at once; while one is broken nothing is loaded.
"""

import contextlib
import csv
import dataclasses
import datetime
import difflib
import hashlib
import io
import ipaddress
import math
import re
import socket
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from theodoi.errors import RegistryError
from theodoi.lake import named_failures

Confidence = Literal["confirmed", "likely", "unverified", ""]
Channel = Literal["feed", "sitemap", "listing"]

CHANNELS: tuple[Channel, ...] = ("feed", "sitemap", "listing")
CLASS_PREFIX = "class:"
# The sites are small offices' servers: one page in five seconds is what a patient reader asks for.
LEAST_PUBLIC_DELAY_S = 5.0


@dataclass(frozen=True, slots=True)
class Agency:
    """A body with a duty in the plan, a body that succeeded one, or a channel that one of them runs.

    Attributes:
        agency_id: Identifier.
        name: Official name, Vietnamese.
        kind: Kind of body, e.g. `so_ban_nganh`, `co_quan_bao_chi`.
        level: `tinh`, `huyen`, `xa` or `truong`.
        report_class: Class under which the plan binds it (`bao_chi`, `so_ban_nganh` …); empty when the plan does not.
        valid_from: First day of its existence; None when it lies before all that is watched.
        valid_to: Last day; None while it lives.
        successors: Bodies that took over its work.
        aliases: Other names and abbreviations by which texts call it.
        plan_role: What the plan expects of it, Vietnamese.
        confidence: How sure the body is.
        date_confidence: How sure its days are.
        evidence_url: Page that shows it.
        notes: What else a reader must know, Vietnamese.
    """

    agency_id: str
    name: str
    kind: str = ""
    level: str = ""
    report_class: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    plan_role: str = ""
    confidence: Confidence = ""
    date_confidence: Confidence = ""
    evidence_url: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A site that an agency answers for, in one generation of its platform.

    Attributes:
        source_id: Identifier; also a folder name of the lake.
        agency_id: Agency that answers for it.
        base_url: Scheme, host and perhaps port, without a closing slash.
        platform: Name of the platform module; `generic` when none is known.
        discovery: Channels that the site really has.
        start_urls: Where its listings begin, absolute.
        valid_from: First day of publication that the site can show; None when unknown or before all that is watched.
        valid_to: Last such day; None while it lives.
        delay_s: Least delay between two requests, seconds.
        status: `active` (seen, crawled), `guess` (a guessed address, never asked) or `closed` (seen, but asked no more;
            pages of it may still come out of archives).
        confidence: How sure the address is.
        notes: What else a reader must know, Vietnamese.
    """

    source_id: str
    agency_id: str
    base_url: str
    platform: str = "generic"
    discovery: tuple[Channel, ...] = CHANNELS
    start_urls: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    delay_s: float = LEAST_PUBLIC_DELAY_S
    status: Literal["active", "guess", "closed"] = "active"
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty of the publicity plan.

    Attributes:
        obligation_id: Identifier.
        section: Section of the plan, e.g. `III.3`.
        binds: Agencies, and classes as `class:<report_class>`.
        asks: What is asked, Vietnamese, in our words.
        product_kinds: What would fulfil it: `tin`, `bai`, `phong_su`, `bao_cao` …
        themes: Content lines it speaks of; empty when of all or none.
        frequency: `thuong_xuyen` (all the time), `hang_nam` (yearly), `mot_lan` (once) or `khi_co` (when it arises).
        observable: Whether the web can show it: `web`, `partly` or `no`.
        how_observed: By which sign, Vietnamese.
        why_not: Why not, or what stays hidden, Vietnamese.
        due: Day of each year before which it is due, `MM-DD`; empty without one.
        since: First day on which it binds.
        until: Last such day; None while it binds.
        confidence: How sure our reading of the plan is.
        notes: What else a reader must know, Vietnamese.
    """

    obligation_id: str
    section: str
    binds: tuple[str, ...]
    asks: str
    observable: Literal["web", "partly", "no"]
    product_kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    frequency: str = ""
    how_observed: str = ""
    why_not: str = ""
    due: str = ""
    since: date | None = None
    until: date | None = None
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the programme, one it rests on, or one that is easily taken for it.

    Attributes:
        document_id: Identifier.
        title: What it is about, Vietnamese.
        role: `programme`, `plan`, `basis` or `confuser`.
        number: Number and symbol, e.g. `1584/QĐ-UBND`; empty when unknown.
        date: Day of issue; None when unknown.
        kind: Quyết định, Kế hoạch, Chỉ thị …
        issuer: Who issued it.
        issuer_agency_id: The same as an agency of the registry, where it is one.
        place: Province it holds for, or `toàn quốc`.
        patterns: Regular expressions by which a text that cites it is known (case ignored).
        aliases: Names by which texts call it.
        evidence_url: Page that shows it.
        confidence: How sure it is.
        notes: What else a reader must know, Vietnamese.
    """

    document_id: str
    title: str
    role: Literal["programme", "plan", "basis", "confuser"]
    number: str = ""
    date: datetime.date | None = None
    kind: str = ""
    issuer: str = ""
    issuer_agency_id: str = ""
    place: str = ""
    patterns: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    evidence_url: str = ""
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A content line of the plan.

    Attributes:
        theme_id: Identifier.
        name: Vietnamese, short enough for a table.
        description: What belongs to it, Vietnamese.
        section: Section of the plan it comes from.
    """

    theme_id: str
    name: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that decides whether a text is about the province.

    Attributes:
        place_id: Identifier.
        name: Official name, Vietnamese.
        kind: `tinh`, `thanh_pho`, `thi_xa`, `huyen`, `phuong`, `xa`, `thi_tran`, `vung` or `khu_cong_nghiep`.
        level: `tinh`, `huyen`, `xa` or empty.
        parent: Place it lies in.
        variants: Spellings by which texts call it.
        valid_from: First day of its existence under this name; None when before all that is watched.
        valid_to: Last such day; None while it lives.
        confidence: How sure it is.
        notes: What else a reader must know, Vietnamese.
    """

    place_id: str
    name: str
    kind: str
    level: str = ""
    parent: str = ""
    variants: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    confidence: Confidence = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """The whole registry, checked.

    Attributes:
        agencies: By `agency_id`, in the order of the file; likewise the others by theirs.
        sources: Sites.
        obligations: Duties.
        documents: Documents.
        themes: Content lines.
        places: Places.
    """

    agencies: Mapping[str, Agency]
    sources: Mapping[str, Source]
    obligations: Mapping[str, Obligation]
    documents: Mapping[str, Document]
    themes: Mapping[str, Theme]
    places: Mapping[str, Place]

    def crawlable(self) -> list[Source]:
        """The sources that may be asked: active ones, never guesses."""
        return [s for s in self.sources.values() if s.status == "active"]

    def agency_on(self, agency_id: str, day: date) -> tuple[str, ...]:
        """Who did an agency's work on a day: itself, or those that had succeeded it by then.

        Args:
            agency_id: Agency of the registry.
            day: Local day.

        Returns:
            No agency before it existed and after it ended without a known successor.

        Raises:
            KeyError: No such agency.
        """
        agency = self.agencies[agency_id]
        if agency.valid_from is not None and day < agency.valid_from:
            return ()
        if agency.valid_to is None or day <= agency.valid_to:
            return (agency_id,)
        return tuple(dict.fromkeys(heir for s in agency.successors for heir in self.agency_on(s, day)))

    def resolve_bound(self, obligation: Obligation) -> tuple[str, ...]:
        """The agencies that an obligation binds, its classes resolved, each once, successors not followed."""
        bound: dict[str, None] = {}
        for entry in obligation.binds:
            if entry.startswith(CLASS_PREFIX):
                wanted = entry.removeprefix(CLASS_PREFIX)
                bound.update(dict.fromkeys(a.agency_id for a in self.agencies.values() if a.report_class == wanted))
            else:
                bound[entry] = None
        return tuple(bound)

    def digest(self) -> str:
        """SHA-256 of the content; the same for the same rows, whatever the files' line ends or optional columns."""
        return hashlib.sha256("".join(_as_csv(self, t) for t in _TABLES).encode()).hexdigest()


def load_registry(folder: Path, *, allow_private: bool = False) -> Registry:
    """Read and check the six files of a registry folder.

    Args:
        folder: Holds `agencies.csv, sources.csv, obligations.csv, documents.csv, themes.csv, places.csv`, UTF-8.
        allow_private: Whether sites on loopback or in private ranges are allowed (the demo and the tests).

    Raises:
        RegistryError: Something is wrong; the message has a line `file:line:column: what` for every broken cell.
    """
    if not folder.is_dir():
        raise RegistryError(f"không có thư mục danh mục {folder}: chỉ đúng chỗ bằng --registry hoặc THEODOI_REGISTRY")
    problems: list[_Problem] = []
    found = {t.file: _read_table(folder / t.file, t, problems) for t in _TABLES}
    _check_rows(found, problems, allow_private=allow_private)
    if problems:
        lines = "\n".join(f"  {p}" for p in sorted(set(problems)))
        raise RegistryError(f"danh mục {folder} có {len(set(problems))} lỗi, chưa nạp gì (tệp:dòng:cột):\n{lines}")
    tables = {
        t.name: {row.cells[t.key]: t.record(**row.cells) for row in rows or ()}
        for t, rows in zip(_TABLES, found.values(), strict=True)
    }
    return Registry(**tables)


def write_registry(registry: Registry, folder: Path) -> None:
    """Write the registry with all columns, UTF-8 and LF, whatever the files it came from looked like.

    Raises:
        DataFolderError: The folder cannot be written.
    """
    with named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for table in _TABLES:
            (folder / table.file).write_text(_as_csv(registry, table), encoding="utf-8", newline="\n")


def is_private_host(host: str) -> bool:
    """Whether a host name, by itself and without asking DNS, lies on loopback or in a private or reserved range.

    Args:
        host: Name or address as in a URL, without port; IPv4 also in its short, octal and integer forms.
    """
    host = host.strip("[]").rstrip(".").lower()
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    try:
        # Resolvers take "127.1" and "2130706433" for addresses too.
        return not ipaddress.IPv4Address(socket.inet_aton(host)).is_global
    except OSError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))


# --- cells --------------------------------------------------------------------------------------------------

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*\.?", re.IGNORECASE
)


def _word(cell: str) -> str:
    if not _IDENTIFIER.fullmatch(cell):
        raise ValueError(f"“{cell}” không phải mã: chỉ dùng chữ không dấu, số, _ và -, tối đa 64 ký tự")
    return cell


def _text(cell: str) -> str:
    if not cell:
        raise ValueError("ô này không được để trống")
    return cell


def _day(cell: str) -> date:
    # fromisoformat alone would take "20230202" and "2023-W05-4" too.
    with contextlib.suppress(ValueError):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
            return date.fromisoformat(cell)
    raise ValueError(f"“{cell}” không phải ngày dạng YYYY-MM-DD")


def _day_of_year(cell: str) -> str:
    try:
        # 2000 was a leap year, so every day that can exist is accepted.
        _day(f"2000-{cell}")
    except ValueError:
        raise ValueError(f"“{cell}” không phải ngày trong năm dạng MM-DD") from None
    return cell


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in choices:
            raise ValueError(f"“{cell}” không hợp lệ: chọn {', '.join(choices)}")
        return cell

    return read


def _many(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def read_all(cell: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(read(part.strip()) for part in cell.split(";") if part.strip()))

    return read_all


def _at_least_one(read: Callable[[str], tuple[Any, ...]]) -> Callable[[str], tuple[Any, ...]]:
    def read_some(cell: str) -> tuple[Any, ...]:
        if not (values := read(cell)):
            raise ValueError("ô này không được để trống")
        return values

    return read_some


def _bound(cell: str) -> str:
    return CLASS_PREFIX + _word(cell.removeprefix(CLASS_PREFIX)) if cell.startswith(CLASS_PREFIX) else _word(cell)


def _seconds(cell: str) -> float:
    try:
        seconds = float(cell)
    except ValueError:
        raise ValueError(f"“{cell}” không phải số giây") from None
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"“{cell}” không phải số giây từ 0 trở lên")
    return seconds


def _pattern(cell: str) -> str:
    try:
        re.compile(cell, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"“{cell}” không phải biểu thức chính quy: {error}") from None
    return cell


def _url(cell: str) -> str:
    if re.search(r"\s", cell):
        raise ValueError(f"“{cell}” không phải địa chỉ web: có khoảng trắng")
    try:
        parts = urlsplit(cell)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"“{cell}” không phải địa chỉ web: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"“{cell}” không phải địa chỉ web: phải bắt đầu bằng http:// hoặc https:// và có tên máy chủ")
    if parts.username is not None or port == 0:
        raise ValueError(f"“{cell}” không phải địa chỉ web dùng được: bỏ tên người dùng, sửa cổng")
    try:
        ascii_host = host if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        ascii_host = ""
    if ":" not in host and not _HOST.fullmatch(ascii_host):
        raise ValueError(f"“{cell}” không phải địa chỉ web: tên máy chủ “{host}” sai dạng")
    return cell


def _base_url(cell: str) -> str:
    parts = urlsplit(_url(cell))
    if parts.query or parts.fragment:
        raise ValueError(f"“{cell}” là địa chỉ một trang: base_url chỉ gồm giao thức, tên máy chủ và cổng")
    return cell.rstrip("/")


def _start_url(cell: str) -> str:
    return cell if cell.startswith("/") and not cell.startswith("//") else _url(cell)


# --- tables -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class _Problem:
    file: str
    line: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


@dataclass(frozen=True)
class _Table:
    name: str
    record: type[Any]
    readers: Mapping[str, Callable[[str], Any]]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def key(self) -> str:
        return next(iter(self.defaults))

    @property
    def defaults(self) -> dict[str, Any]:
        """Column -> value of a blank cell or a missing column; MISSING where the column is needed."""
        return {f.name: f.default for f in dataclasses.fields(self.record)}


@dataclass(frozen=True)
class _Row:
    """One line of a file: the cells that could be read."""

    line: int
    cells: dict[str, Any] = field(default_factory=dict)


_CONFIDENCE = _one_of("confirmed", "likely", "unverified")
_PLAIN: Callable[[str], str] = str
_TABLES = (
    _Table(
        "agencies",
        Agency,
        {
            "agency_id": _word,
            "name": _text,
            "kind": _word,
            "level": _word,
            "report_class": _word,
            "valid_from": _day,
            "valid_to": _day,
            "successors": _many(_word),
            "aliases": _many(_PLAIN),
            "plan_role": _PLAIN,
            "confidence": _CONFIDENCE,
            "date_confidence": _CONFIDENCE,
            "evidence_url": _url,
            "notes": _PLAIN,
        },
    ),
    _Table(
        "sources",
        Source,
        {
            "source_id": _word,
            "agency_id": _word,
            "base_url": _base_url,
            "platform": _word,
            "discovery": _many(_one_of(*CHANNELS)),
            "start_urls": _many(_start_url),
            "valid_from": _day,
            "valid_to": _day,
            "delay_s": _seconds,
            "status": _one_of("active", "guess", "closed"),
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
    _Table(
        "obligations",
        Obligation,
        {
            "obligation_id": _word,
            "section": _text,
            "binds": _at_least_one(_many(_bound)),
            "asks": _text,
            "observable": _one_of("web", "partly", "no"),
            "product_kinds": _many(_word),
            "themes": _many(_word),
            "frequency": _one_of("thuong_xuyen", "hang_nam", "mot_lan", "khi_co"),
            "how_observed": _PLAIN,
            "why_not": _PLAIN,
            "due": _day_of_year,
            "since": _day,
            "until": _day,
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
    _Table(
        "documents",
        Document,
        {
            "document_id": _word,
            "title": _text,
            "role": _one_of("programme", "plan", "basis", "confuser"),
            "number": _PLAIN,
            "date": _day,
            "kind": _PLAIN,
            "issuer": _PLAIN,
            "issuer_agency_id": _word,
            "place": _PLAIN,
            "patterns": _many(_pattern),
            "aliases": _many(_PLAIN),
            "evidence_url": _url,
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
    _Table("themes", Theme, {"theme_id": _word, "name": _text, "description": _PLAIN, "section": _PLAIN}),
    _Table(
        "places",
        Place,
        {
            "place_id": _word,
            "name": _text,
            "kind": _word,
            "level": _word,
            "parent": _word,
            "variants": _many(_PLAIN),
            "valid_from": _day,
            "valid_to": _day,
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
)


def _as_csv(registry: Registry, table: _Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.defaults)
    for record in getattr(registry, table.name).values():
        writer.writerow([_as_cell(getattr(record, column)) for column in table.defaults])
    return out.getvalue()


def _as_cell(value: tuple[str, ...] | date | float | str | None) -> str:
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


# --- reading ------------------------------------------------------------------------------------------------


def _read_table(path: Path, table: _Table, problems: list[_Problem]) -> list[_Row] | None:
    """Rows of one file with the cells that could be read; None when the file could not be read as a table."""
    with named_failures(path):
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            problems.append(_Problem(path.name, 1, "*", "thiếu tệp này"))
            return None
    text = _decode(raw, path.name, problems)
    if text is None:
        return None
    lines = _split(text, path.name, problems)
    start, header = next(lines, (1, []))
    header = [name.strip() for name in header]
    if not _check_header(header, table, path.name, start, problems):
        return None
    return [_read_row(line, header, cells, table, problems) for line, cells in lines if cells]


def _decode(raw: bytes, file: str, problems: list[_Problem]) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    lines = raw.splitlines()
    header = next(csv.reader([lines[0].decode("utf-8-sig", "replace")]))
    for number, line in enumerate(lines, 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            place = len(next(csv.reader([line[: error.start].decode("utf-8")]), [""])) or 1
            name = header[place - 1] if place <= len(header) else f"ô {place}"
            problems.append(_Problem(file, number, name, "không phải UTF-8: lưu lại tệp dạng CSV UTF-8"))
    return None


def _split(text: str, file: str, problems: list[_Problem]) -> Iterator[tuple[int, list[str]]]:
    """The lines of the file as (number of the first physical line, cells); stops where the quoting breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            rest = "".join(text.splitlines(keepends=True)[start - 1 :])
            place = _broken_cell(rest)
            name = header[place] if place < len(header) else f"ô {place + 1}"
            what = "dấu nháy kép không khép hoặc đặt sai; các dòng sau chưa kiểm tra được"
            problems.append(_Problem(file, start, name, what))
            return
        header = header or cells
        yield start, cells


def _broken_cell(text: str) -> int:
    """Index of the cell in which the quoting of a line breaks: the last that a forgiving reader opens there."""
    for end in range(1, len(text) + 1):
        try:
            next(csv.reader(io.StringIO(text[:end], newline=""), strict=True), None)
        except csv.Error as error:
            if "unexpected end" not in str(error):
                return len(next(csv.reader(io.StringIO(text[: end - 1], newline="")))) - 1
    return len(next(csv.reader([text.splitlines()[0]]))) - 1


def _check_header(header: list[str], table: _Table, file: str, line: int, problems: list[_Problem]) -> bool:
    known = table.defaults
    before = len(problems)
    for name, times in Counter(header).items():
        if not name:
            problems.append(_Problem(file, line, f"ô {header.index(name) + 1}", "cột không có tên"))
        elif times > 1:
            problems.append(_Problem(file, line, name, "cột này xuất hiện nhiều lần"))
    absent = [name for name in known if name not in header]
    for name in header:
        near = difflib.get_close_matches(name, absent, 1, 0.8) if name and name not in known else []
        if near:
            problems.append(_Problem(file, line, name, f"không có cột này; có phải “{near[0]}”?"))
    problems.extend(_Problem(file, line, name, "thiếu cột này") for name in absent if known[name] is MISSING)
    return len(problems) == before


def _read_row(line: int, header: list[str], cells: list[str], table: _Table, problems: list[_Problem]) -> _Row:
    row = _Row(line)
    if len(cells) != len(header):
        name = header[len(cells)] if len(cells) < len(header) else f"ô {len(header) + 1}"
        what = f"dòng có {len(cells)} ô, cần {len(header)}: kiểm tra dấu phẩy và dấu nháy kép"
        problems.append(_Problem(table.file, line, name, what))
        return row
    for name, cell in zip(header, cells, strict=True):
        if name not in table.readers:
            continue
        value = unicodedata.normalize("NFC", cell.strip())
        default = table.defaults[name]
        try:
            if any(unicodedata.category(c) == "Cc" for c in value):
                raise ValueError("có xuống dòng hoặc ký tự điều khiển trong ô")  # noqa: TRY301
            row.cells[name] = default if not value and default is not MISSING else table.readers[name](value)
        except ValueError as error:
            problems.append(_Problem(table.file, line, name, str(error)))
    return row


# --- checks over rows and files -----------------------------------------------------------------------------


def _check_rows(found: Mapping[str, list[_Row] | None], problems: list[_Problem], *, allow_private: bool) -> None:
    known: dict[str, Collection[str] | None] = {}
    for table in _TABLES:
        rows = found[table.file]
        _check_ids(table, rows or [], problems)
        # A file that could not be read at all is reported once, not once more for every row that points at it.
        known[table.name] = None if rows is None else {r.cells[table.key] for r in rows if table.key in r.cells}
    agencies, sources = found["agencies.csv"] or [], found["sources.csv"] or []
    obligations, places = found["obligations.csv"] or [], found["places.csv"] or []
    for file, first, last in (
        ("agencies.csv", "valid_from", "valid_to"),
        ("sources.csv", "valid_from", "valid_to"),
        ("places.csv", "valid_from", "valid_to"),
        ("obligations.csv", "since", "until"),
    ):
        _check_span(file, found[file] or [], first, last, problems)
    for file, column, target in (
        ("agencies.csv", "successors", "agencies"),
        ("sources.csv", "agency_id", "agencies"),
        ("obligations.csv", "themes", "themes"),
        ("documents.csv", "issuer_agency_id", "agencies"),
        ("places.csv", "parent", "places"),
    ):
        _check_known(file, found[file] or [], column, target, known[target], problems)
    _check_cycles("agencies.csv", agencies, "agency_id", "successors", problems)
    _check_cycles("places.csv", places, "place_id", "parent", problems)
    if known["agencies"] is not None:
        classes = {r.cells.get("report_class") for r in agencies}
        _check_bindings(obligations, known["agencies"], classes, problems)
    _check_observability(obligations, problems)
    _check_hosts(sources, problems, allow_private=allow_private)


def _values(row: _Row, column: str) -> tuple[str, ...]:
    value = row.cells.get(column, ())
    return value if isinstance(value, tuple) else (value,) if value else ()


def _check_ids(table: _Table, rows: Iterable[_Row], problems: list[_Problem]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if table.key in row.cells:
            # Ids become folder names, and some file systems do not tell case apart.
            ident = row.cells[table.key].casefold()
            if ident in first:
                problems.append(_Problem(table.file, row.line, table.key, f"mã trùng với dòng {first[ident]}"))
            first.setdefault(ident, row.line)


def _check_span(file: str, rows: Iterable[_Row], first: str, last: str, problems: list[_Problem]) -> None:
    for row in rows:
        begin, end = row.cells.get(first), row.cells.get(last)
        if begin and end and begin > end:
            problems.append(_Problem(file, row.line, last, f"{end} đứng trước {first} {begin}"))


def _check_known(
    file: str,
    rows: Iterable[_Row],
    column: str,
    target: str,
    known: Collection[str] | None,
    problems: list[_Problem],
) -> None:
    if known is None:
        return
    for row in rows:
        problems.extend(
            _Problem(file, row.line, column, f"“{value}” không có trong {target}.csv")
            for value in _values(row, column)
            if value not in known
        )


def _check_cycles(file: str, rows: Sequence[_Row], key: str, column: str, problems: list[_Problem]) -> None:
    follows = {row.cells[key]: _values(row, column) for row in rows if key in row.cells}
    for row in rows:
        ahead = list(_values(row, column))
        reached: set[str] = set()
        while ahead:
            ident = ahead.pop()
            if ident not in reached:
                reached.add(ident)
                ahead.extend(follows.get(ident, ()))
        if row.cells.get(key) in reached:
            problems.append(_Problem(file, row.line, column, f"vòng lặp: “{row.cells[key]}” quay về chính nó"))


def _check_bindings(
    rows: Iterable[_Row], agencies: Collection[str], classes: Collection[str | None], problems: list[_Problem]
) -> None:
    for row in rows:
        for entry in _values(row, "binds"):
            wanted = entry.removeprefix(CLASS_PREFIX)
            if entry.startswith(CLASS_PREFIX) and wanted not in classes:
                what = f"không cơ quan nào có report_class “{wanted}” trong agencies.csv"
                problems.append(_Problem("obligations.csv", row.line, "binds", what))
            elif not entry.startswith(CLASS_PREFIX) and entry not in agencies:
                problems.append(
                    _Problem("obligations.csv", row.line, "binds", f"“{entry}” không có trong agencies.csv")
                )


def _check_observability(rows: Iterable[_Row], problems: list[_Problem]) -> None:
    for row in rows:
        observable = row.cells.get("observable")
        if observable is None:
            continue
        needed = "why_not" if observable == "no" else "how_observed"
        if row.cells.get(needed, "") == "":
            what = f"cần điền vì observable là “{observable}”"
            problems.append(_Problem("obligations.csv", row.line, needed, what))


def _check_hosts(rows: Iterable[_Row], problems: list[_Problem], *, allow_private: bool) -> None:
    for row in rows:
        base = row.cells.get("base_url")
        if base is None:
            continue
        # The home page is where a reader starts when nothing better is known.
        starts = tuple(urljoin(f"{base}/", u) for u in _values(row, "start_urls")) or (f"{base}/",)
        row.cells["start_urls"] = starts
        for column, url in (("base_url", base), *(("start_urls", u) for u in starts)):
            host = urlsplit(url).hostname or ""
            private = is_private_host(host)
            if private and not allow_private:
                what = f"máy chủ nội bộ “{host}” bị từ chối; chỉ khi chạy thử mới đặt THEODOI_ALLOW_PRIVATE=1"
                problems.append(_Problem("sources.csv", row.line, column, what))
            delay = row.cells.get("delay_s", LEAST_PUBLIC_DELAY_S)
            if not private and delay < LEAST_PUBLIC_DELAY_S:
                what = f"{delay:g} giây là quá nhanh với máy chủ công cộng “{host}”: ít nhất {LEAST_PUBLIC_DELAY_S:g}"
                problems.append(_Problem("sources.csv", row.line, "delay_s", what))
