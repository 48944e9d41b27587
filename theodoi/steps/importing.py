"""Import a WARC file of others: the pages of registered sources enter the archive as if we had fetched them."""

import hashlib
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from spiders import outcomes
from spiders.addresses import host
from spiders.platforms import platform_of
from theodoi import lake
from theodoi.archive import Capture, Damage, Reading, WarcWriter, capture_id, iter_responses, payload_digest
from theodoi.disk import named_failures
from theodoi.errors import DataFolderError, TheodoiError
from theodoi.progress import bars
from theodoi.registry import Registry, Source
from theodoi.settings import Settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_SHOWN = 5
# What a real archive may hold beside responses.
_WARC_TYPES = {"warcinfo", "request", "metadata", "resource", "revisit", "conversion", "continuation"}


@dataclass
class ImportResult:
    """What became of the records of one file.

    Attributes:
        file: The file.
        taken: Source -> responses taken.
        failed: Outcome other than ok -> responses taken as proof or as a named drop.
        other_hosts: Host of no source -> responses left.
        redirects: Redirects of registered hosts, left: they hold no page.
        not_http: WARC type -> records that are no HTTP response.
        damages: Stretches that could not be read.
    """

    file: Path
    taken: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    other_hosts: dict[str, int] = field(default_factory=dict)
    redirects: int = 0
    not_http: dict[str, int] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        lines = [f"Đã nhập {sum(self.taken.values())} trang từ {self.file.name}"]
        lines += [f"  nguồn {source_id}: {n}" for source_id, n in sorted(self.taken.items())]
        if self.failed:
            lines.append(f"  trong đó không phải trang bài đọc được: {_counts(self.failed)}")
        if self.other_hosts:
            lines.append(
                f"Bỏ qua {sum(self.other_hosts.values())} trang của {len(self.other_hosts)} máy chủ không có trong "
                f"sources.csv: {_counts(self.other_hosts)}"
            )
        if self.redirects:
            lines.append(f"Bỏ qua {self.redirects} trang chuyển hướng")
        if self.not_http:
            lines.append(f"Bỏ qua bản ghi không phải trang: {_counts(self.not_http)}")
        lines += [f"Hỏng tại byte {d.offset}: {d.what}" for d in self.damages[:_SHOWN]]
        if len(self.damages) > _SHOWN:
            lines.append(f"… và {len(self.damages) - _SHOWN} chỗ hỏng khác")
        return "\n".join(lines)


def import_archive(settings: Settings, registry: Registry, file: Path) -> ImportResult:
    """Take the HTTP responses of a WARC file whose host belongs to a source of the registry.

    The capture keeps its own time. Importing the same file again writes the same bytes to the same places; a damaged
    file gives what can be read.

    Args:
        settings: Where archive and lake are.
        registry: Whose sources; closed ones and guesses count too, for an archive asks no server.
        file: `.warc` or `.warc.gz`, WARC 1.0 or 1.1.

    Raises:
        TheodoiError: The file is not there or holds no WARC record at all.
        DataFolderError: The archive or the lake cannot be written.
    """
    if not file.is_file():
        raise TheodoiError(f"không có tệp {file}: kiểm tra đường dẫn")
    name = f"import-{_digest(file)[:12]}"
    result = ImportResult(file)
    reading = Reading()
    sources = _by_host(registry)
    rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    taken: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    other: Counter[str] = Counter()
    with _Copies(settings.archive, name) as copies, bars() as progress:
        task = progress.add_task(f"Nhập {file.name}", total=file.stat().st_size)
        for offset, record, capture in iter_responses(file, reading):
            progress.update(task, completed=offset)
            candidates = sources.get(host(capture.url))
            if not candidates:
                other[host(capture.url)] += 1
            elif 300 <= capture.status < 400:
                result.redirects += 1
            else:
                source = _owner(candidates, capture)
                day = f"{capture.fetched_at:%Y-%m-%d}"
                found = rows[source.source_id, day]
                row = _row(name, source, capture, len(found))
                if row["capture_id"]:
                    row |= copies.add(source.source_id, day, record)
                found.append(row)
                taken[source.source_id] += 1
                if row["outcome"] != outcomes.OK:
                    failed[row["outcome"]] += 1
    # A file of another kind can look like a record or two that are no pages; damage gives it away.
    if not (rows or other or result.redirects) and (reading.damages or not _WARC_TYPES & set(reading.others)):
        what = f" ({reading.damages[0].what})" if reading.damages else ""
        raise TheodoiError(f"{file} không chứa bản ghi WARC nào{what}: cần tệp .warc hoặc .warc.gz")
    for (source_id, day), found in sorted(rows.items()):
        _write(settings, file, name, source_id, day, found)
    result.taken, result.failed, result.other_hosts = dict(taken), dict(failed), dict(other)
    result.not_http, result.damages = reading.others, reading.damages
    return result


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
        warc_file = f"source={source_id}/day={day}/{self._name}.warc.gz"
        if warc_file not in self._writers:
            # What an import that was killed left aside must not stand in front of this one.
            aside = self._aside(warc_file)
            with named_failures(aside):
                aside.unlink(missing_ok=True)
            self._writers[warc_file] = self._stack.enter_context(WarcWriter(aside))
        return {"warc_file": warc_file, "warc_offset": self._writers[warc_file].copy(record)}

    def _aside(self, warc_file: str) -> Path:
        path = self._archive / warc_file
        return path.with_name(f".{path.name}.tmp")


def _by_host(registry: Registry) -> dict[str, list[Source]]:
    sources: dict[str, list[Source]] = defaultdict(list)
    for source in registry.sources.values():
        sources[host(source.base_url)].append(source)
    return sources


def _owner(candidates: list[Source], capture: Capture) -> Source:
    """Which of several sources of one host a capture belongs to: by form of address first, then by day."""
    day = capture.fetched_at.astimezone(LOCAL).date()

    def fit(source: Source) -> tuple[bool, bool]:
        begun = source.valid_from is None or source.valid_from <= day
        return platform_of(source.platform).is_article(capture.url), begun and (
            source.valid_to is None or day <= source.valid_to
        )

    return max(candidates, key=fit)


def _row(name: str, source: Source, capture: Capture, position: int) -> dict[str, Any]:
    outcome = outcomes.of_page(capture.status, capture.content_type, capture.body)
    digest = payload_digest(capture.body)
    kept = outcome in outcomes.KEPT_AS_PROOF
    return {
        "crawl_id": name,
        "source_id": source.source_id,
        "url": capture.url,
        "url_key": platform_of(source.platform).key(capture.url),
        "fetched_at": capture.fetched_at,
        "outcome": outcome,
        "detail": capture.content_type if outcome == outcomes.NOT_HTML else "",
        "http_status": capture.status,
        "final_url": capture.url,
        "content_type": capture.content_type,
        "n_bytes": len(capture.body),
        "payload_digest": digest,
        "etag": _header(capture, "etag"),
        "last_modified": _header(capture, "last-modified"),
        "capture_id": capture_id(capture.url, capture.fetched_at, digest) if kept else None,
        "position": position,
    }


def _write(settings: Settings, file: Path, name: str, source_id: str, day: str, rows: list[dict[str, Any]]) -> None:
    """The rows of one source and day; `fetch` goes last, as after a crawl."""
    listed = {"channel": "archive", "channel_url": file.name, "listed_title": "", "listed_at": None}
    discoveries = [{**row, **listed, "seen_at": row["fetched_at"]} for row in rows]
    addresses = len({row["url_key"] for row in rows})
    poll = {
        "crawl_id": name,
        "source_id": source_id,
        "channel": "archive",
        "channel_url": file.name,
        "polled_at": _latest(rows),
        "outcome": "ok",
        "reason": "",
        "n_seen": addresses,
        # What was known before depends on when the file is imported; an import must give the same rows whenever.
        "n_known": 0,
        "n_new": addresses,
        "depth": 1,
        "overlap_reached": False,
        "exhausted": False,
        "covers_from": None,
    }
    for dataset, found in ((lake.DISCOVERY, discoveries), (lake.POLL, [poll]), (lake.FETCH, rows)):
        lake.write(lake.partition(settings.lake, dataset, source_id, day), dataset, found, name=name)


def _latest(rows: list[dict[str, Any]]) -> datetime:
    latest: datetime = max(row["fetched_at"] for row in rows)
    return latest


def _header(capture: Capture, name: str) -> str:
    return next((v for n, v in capture.headers if n.lower() == name), "")


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
