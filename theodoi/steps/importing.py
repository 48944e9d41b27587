"""Import a WARC or WACZ file of others: the pages of registered sources enter the archive as if we had fetched them."""

import hashlib
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import Progress, TaskID

from spiders import outcomes
from spiders.addresses import host
from theodoi.archive import MOST_BYTES, Capture, Damage, Reading, WarcWriter, iter_responses
from theodoi.disk import named_failures
from theodoi.errors import DataFolderError, TheodoiError
from theodoi.progress import bars
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.imported import by_host, fetch_row, owner, write_crawl, write_day
from theodoi.steps.revisits import Originals
from theodoi.steps.wacz import Unpacked, is_wacz, unpack

_SHOWN = 5
# What a real archive may hold beside responses.
_WARC_TYPES = {"warcinfo", "request", "metadata", "resource", "conversion", "continuation"}


@dataclass
class ImportResult:
    """What became of the records of one file.

    Attributes:
        file: The file.
        taken: Source -> responses taken.
        failed: Outcome other than ok -> responses taken as proof or as a named drop.
        other_hosts: Host of no source -> responses left.
        redirects: Redirects of registered hosts, left: they hold no page.
        revisits: Of the taken those whose payload stood in an earlier record.
        lost_revisits: Revisits of registered hosts whose payload is not in the file.
        not_http: WARC type -> records that are no HTTP response.
        too_large: Responses that are too long to be pages, left unread.
        damages: Stretches that could not be read.
        problems: What is wrong with the package (WACZ), one fact each.
        unproved: WARC files of a package for which it lists no digest.
    """

    file: Path
    taken: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    other_hosts: dict[str, int] = field(default_factory=dict)
    redirects: int = 0
    revisits: int = 0
    lost_revisits: int = 0
    not_http: dict[str, int] = field(default_factory=dict)
    too_large: int = 0
    damages: list[Damage] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unproved: int = 0

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        lines = [f"Đã nhập {sum(self.taken.values())} trang từ {self.file.name}"]
        lines += [f"  nguồn {source_id}: {n}" for source_id, n in sorted(self.taken.items())]
        if self.failed:
            lines.append(f"  trong đó không phải trang bài đọc được: {_counts(self.failed)}")
        if self.revisits:
            lines.append(f"  trong đó {self.revisits} lần chụp lại có nội dung như bản trước trong tệp")
        if self.lost_revisits:
            lines.append(f"Bỏ qua {self.lost_revisits} lần chụp lại mà nội dung không có trong tệp")
        if self.other_hosts:
            lines.append(
                f"Bỏ qua {sum(self.other_hosts.values())} trang của {len(self.other_hosts)} máy chủ không có trong "
                f"sources.csv: {_counts(self.other_hosts)}"
            )
        if self.redirects:
            lines.append(f"Bỏ qua {self.redirects} trang chuyển hướng")
        if self.too_large:
            lines.append(f"Bỏ qua {self.too_large} bản ghi lớn hơn {MOST_BYTES >> 20} MB")
        if self.not_http:
            lines.append(f"Bỏ qua bản ghi không phải trang: {_counts(self.not_http)}")
        if self.unproved:
            lines.append(f"{self.unproved} tệp WARC không có mã băm để kiểm")
        lines += _first_of([f"Gói hỏng: {p}" for p in self.problems], "vấn đề khác của gói")
        lines += _first_of([f"Hỏng tại byte {d.offset}: {d.what}" for d in self.damages], "chỗ hỏng khác")
        return "\n".join(lines)


def import_archive(settings: Settings, registry: Registry, file: Path) -> ImportResult:
    """Take the HTTP responses of a WARC or WACZ file whose host belongs to a source of the registry.

    The capture keeps its own time. Importing the same file again writes the same bytes to the same places; a damaged
    file gives what can be read.

    Args:
        settings: Where archive and lake are.
        registry: Whose sources; closed ones and guesses count too, for an archive asks no server.
        file: `.warc` or `.warc.gz`, WARC 1.0 or 1.1, or `.wacz`.

    Raises:
        TheodoiError: The file is not there, holds no WARC record at all, or is no honest zip.
        DataFolderError: The archive or the lake cannot be written.
    """
    if not file.is_file():
        raise TheodoiError(f"không có tệp {file}: kiểm tra đường dẫn")
    name = f"import-{_digest(file)[:12]}"
    with _opened(settings, file, name) as package, _Copies(settings.archive, name) as copies, bars() as progress:
        task = progress.add_task(f"Nhập {file.name}", total=sum(p.stat().st_size for p in package.warcs.values()))
        taking = _Taking(registry, file, name, copies)
        for label, path in package.warcs.items():
            taking.read(label, path, progress, task)
        taking.take_revisits()
        result = taking.result
        result.problems, result.unproved = package.problems, package.unproved
    # A file of another kind can look like a record or two that are no pages; damage gives it away.
    if not (taking.n_met or package.problems) and (result.damages or not _WARC_TYPES & set(result.not_http)):
        what = f" ({result.damages[0].what})" if result.damages else ""
        raise TheodoiError(f"{file} không chứa bản ghi WARC nào{what}: cần tệp .warc, .warc.gz hoặc .wacz")
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (source_id, day), found in sorted(taking.rows.items()):
        by_source[source_id] += found
        write_day(settings, file.name, name, source_id, day, found)
    for source_id, found in by_source.items():
        write_crawl(settings, name, source_id, found)
    return result


class _Taking:
    """Goes through the records of one import and notes what becomes of each."""

    def __init__(self, registry: Registry, file: Path, name: str, copies: "_Copies") -> None:
        self.result = ImportResult(file)
        self.rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._sources = by_host(registry)
        self._name = name
        self._copies = copies
        self._done = 0
        self._originals = Originals()
        self._reading = Reading()
        self._taken: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._other: Counter[str] = Counter()

    @property
    def n_met(self) -> int:
        """Pages met, taken or not."""
        result = self.result
        return sum((*result.taken.values(), *result.other_hosts.values(), result.redirects, result.lost_revisits))

    def read(self, label: str, path: Path, progress: Progress, task: TaskID) -> None:
        """Take the responses of one WARC file.

        Args:
            label: Its name where it is one of several in a package; empty else.
            path: The file.
            progress: What people watch.
            task: The bar of this import.
        """
        n_damages = len(self._reading.damages)
        for offset, record, capture in iter_responses(path, self._reading):
            progress.update(task, completed=self._done + offset)
            source = self._source_of(capture)
            if source is not None:
                self._originals.add(path, offset, record)
                self._take(source, capture, lambda s, d, r=record: self._copies.add(s, d, r))
        self._done += path.stat().st_size
        progress.update(task, completed=self._done)
        if label:
            for damage in self._reading.damages[n_damages:]:
                damage.what = f"{label}: {damage.what}"
        self._sum_up()

    def take_revisits(self) -> None:
        """Take the answers whose payload stands in another record, now that all records are known."""
        for revisit in self._reading.revisits:
            if host(revisit.url) not in self._sources:
                self._other[host(revisit.url)] += 1
                continue
            capture = self._originals.resolve(revisit)
            if capture is None:
                self.result.lost_revisits += 1
            elif (source := self._source_of(capture)) is not None:
                self._take(source, capture, lambda s, d, c=capture: self._copies.write(s, d, c))
                self.result.revisits += 1
        self._sum_up()

    def _source_of(self, capture: Capture) -> Source | None:
        candidates = self._sources.get(host(capture.url))
        if not candidates:
            self._other[host(capture.url)] += 1
            return None
        if 300 <= capture.status < 400:
            self.result.redirects += 1
            return None
        return owner(candidates, capture)

    def _take(self, source: Source, capture: Capture, keep: Any) -> None:  # noqa: ANN401  (source, day) -> place
        day = f"{capture.fetched_at:%Y-%m-%d}"
        found = self.rows[source.source_id, day]
        row = fetch_row(self._name, self.result.file.name, source, capture, len(found))
        if row["capture_id"]:
            row |= keep(source.source_id, day)
        found.append(row)
        self._taken[source.source_id] += 1
        if row["outcome"] != outcomes.OK:
            self._failed[row["outcome"]] += 1

    def _sum_up(self) -> None:
        result, reading = self.result, self._reading
        result.taken, result.failed, result.other_hosts = dict(self._taken), dict(self._failed), dict(self._other)
        result.not_http, result.too_large, result.damages = reading.others, reading.too_large, reading.damages


class _Copies:
    """The archive files that an import writes: aside first, in place when the whole file has been read."""

    def __init__(self, archive: Path, name: str) -> None:
        self._archive = archive
        self._name = name
        self._stack = ExitStack()
        self._writers: dict[str, WarcWriter] = {}

    def __enter__(self) -> "_Copies":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stack.close()
        for warc_file in self._writers:
            aside = self._aside(warc_file)
            with named_failures(aside):
                if kind is None:
                    aside.replace(self._archive / warc_file)
                else:
                    aside.unlink(missing_ok=True)

    def add(self, source_id: str, day: str, record: Any) -> dict[str, Any]:  # noqa: ANN401  a record of warcio
        """Copy a record; return where it stands."""
        warc_file, writer = self._writer(source_id, day)
        return {"warc_file": warc_file, "warc_offset": writer.copy(record)}

    def write(self, source_id: str, day: str, capture: Capture) -> dict[str, Any]:
        """Write a response whose record was put together here; return where it stands."""
        warc_file, writer = self._writer(source_id, day)
        offset = writer.write(capture.url, capture.fetched_at, capture.status, capture.headers, capture.body)
        return {"warc_file": warc_file, "warc_offset": offset}

    def _writer(self, source_id: str, day: str) -> tuple[str, WarcWriter]:
        warc_file = f"source={source_id}/day={day}/{self._name}.warc.gz"
        if warc_file not in self._writers:
            # What an import that was killed left aside must not stand in front of this one.
            aside = self._aside(warc_file)
            with named_failures(aside):
                aside.unlink(missing_ok=True)
            self._writers[warc_file] = self._stack.enter_context(WarcWriter(aside))
        return warc_file, self._writers[warc_file]

    def _aside(self, warc_file: str) -> Path:
        path = self._archive / warc_file
        return path.with_name(f".{path.name}.tmp")


@contextmanager
def _opened(settings: Settings, file: Path, name: str) -> Iterator[Unpacked]:
    """The WARC files of an import: the file itself, or those in it, unpacked for as long as they are read."""
    if not is_wacz(file):
        yield Unpacked({"": file})
        return
    folder = settings.work / "import" / name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield unpack(file, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise DataFolderError(f"không đọc được {file}: {error.strerror}") from error


def _counts(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    shown = ", ".join(f"{name} {n}" for name, n in ordered[: 2 * _SHOWN])
    return shown + (f", … ({len(ordered)} loại)" if len(ordered) > 2 * _SHOWN else "")


def _first_of(lines: list[str], others: str) -> list[str]:
    more = len(lines) - _SHOWN
    return lines[:_SHOWN] + ([f"… và {more} {others}"] if more > 0 else [])
