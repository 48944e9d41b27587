"""Crawl sources, each in its own process, and commit what they saw to the archive and the lake.

A spider writes into a job folder below `work/crawl/<source_id>/`. `commit` moves that into the archive and the lake; it
can be killed at any moment and done again, and so can the spider: whatever folder a dead crawl left behind is committed
before the next crawl of the source begins.
"""

import errno
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any
from urllib.parse import urlsplit

from rich.progress import Progress, TaskID

import spiders
from spiders import job as order
from spiders import outcomes
from spiders.addresses import host
from spiders.job import ChannelState, Job, Limits, Pending
from spiders.platforms import platform_of
from theodoi import lake
from theodoi.archive import repair
from theodoi.disk import named_failures
from theodoi.errors import TheodoiError
from theodoi.progress import bars
from theodoi.registry import LEAST_PUBLIC_DELAY_S, Registry, Source, is_private_host
from theodoi.settings import Settings

# Crawls wait for their sites most of the time; eight fit on two cores.
_MOST_AT_ONCE = 8
# What a spider gets to close its connections after it was told to stop.
_GRACE_S = 10.0
# A spider whose caller was killed ends within this time; until then the source is held.
_ORPHAN_S = 2.0
_INSTANTS = ("seen_at", "listed_at", "polled_at", "fetched_at")
_DAYS = ("covers_from",)


@dataclass
class CrawlResult:
    """What one crawl of one source saw.

    Attributes:
        source_id: Source.
        crawl_id: Its name in the lake.
        state: `published` (new addresses), `silent` (looked, nothing new) or `blind` (no channel could be read).
        found: Addresses seen on the channels.
        new: Of them seen for the first time.
        fetched: Pages fetched and kept.
        failed: Outcome other than ok -> addresses.
        blind: Address of a channel that could not be read -> why.
        problem: Why the crawl ended before its end; empty else.
    """

    source_id: str
    crawl_id: str = ""
    state: str = "blind"
    found: int = 0
    new: int = 0
    fetched: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    blind: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def crawl(
    settings: Settings,
    registry: Registry,
    *,
    source_ids: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    limits: Limits | None = None,
) -> list[CrawlResult]:
    """Crawl several sources at once, those of one host one after the other.

    A source whose crawl breaks down stands in the result with its problem and does not stop the others.

    Args:
        settings: Where to write, how to name ourselves.
        registry: Whose sources.
        source_ids: Which; None for all that are active.
        since: First day of publication wanted.
        until: Last such day.
        limits: What may be taken from each; None for the usual.

    Raises:
        TheodoiError: A source is unknown or not active, its platform is unknown, or no contact is set.
        DataFolderError: The data folder cannot be written.
    """
    wanted = source_ids if source_ids is not None else [s.source_id for s in registry.crawlable()]
    if not wanted:
        raise TheodoiError("không có nguồn nào để thu thập: kiểm tra cột status trong sources.csv")
    by_host: dict[str, list[str]] = defaultdict(list)
    for source_id in dict.fromkeys(wanted):
        by_host[host(_checked(settings, registry, source_id).base_url)].append(source_id)
    results: dict[str, CrawlResult] = {}
    stopped = threading.Event()

    def work_through(ids: Sequence[str]) -> None:
        for source_id in ids:
            if stopped.is_set():
                return
            try:
                source = registry.sources[source_id]
                results[source_id] = _crawl_source(settings, source, since, until, limits, progress)
            except _BrokeDownError as error:
                results[source_id] = error.result
            except _BusyError as error:
                results[source_id] = CrawlResult(source_id, problem=str(error))

    with bars() as progress, ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        try:
            for done in [pool.submit(work_through, ids) for ids in by_host.values()]:
                done.result()
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            _stop_all()
            raise
    return [results[s] for s in dict.fromkeys(wanted)]


def crawl_source(
    settings: Settings,
    registry: Registry,
    source_id: str,
    *,
    since: date | None = None,
    until: date | None = None,
    limits: Limits | None = None,
) -> CrawlResult:
    """Crawl one source; see `crawl`.

    Raises:
        TheodoiError: The source is unknown or not active, is being crawled already, or its crawl broke down.
        DataFolderError: The data folder cannot be written.
    """
    source = _checked(settings, registry, source_id)
    with bars() as progress:
        return _crawl_source(settings, source, since, until, limits, progress)


class _BusyError(TheodoiError):
    """Another process crawls the source."""


class _BrokeDownError(TheodoiError):
    """The spider died; what it had seen is committed."""

    def __init__(self, result: CrawlResult) -> None:
        super().__init__(result.problem)
        self.result = result


def _checked(settings: Settings, registry: Registry, source_id: str) -> Source:
    source = registry.sources.get(source_id)
    if source is None:
        known = ", ".join(sorted(registry.sources)) or "—"
        raise TheodoiError(f"không có nguồn “{source_id}” trong sources.csv; hiện có: {known}")
    if source.status != "active":
        raise TheodoiError(
            f"nguồn {source_id} có status={source.status} nên không được thu thập: "
            "sửa thành active trong sources.csv khi đã thấy trang thật"
        )
    platform_of(source.platform)
    if not settings.contact and not is_private_host(urlsplit(source.base_url).hostname or ""):
        raise TheodoiError(
            "đặt THEODOI_CONTACT (email hoặc địa chỉ trang của bạn) trước khi thu thập trang công khai: "
            "quản trị trang cần biết hỏi ai"
        )
    return source


def _crawl_source(
    settings: Settings,
    source: Source,
    since: date | None,
    until: date | None,
    limits: Limits | None,
    progress: Progress,
) -> CrawlResult:
    source_id = source.source_id
    folder = settings.work / "crawl" / source_id
    with named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder.parent, source) as held:
        for left in _job_folders(folder):
            commit(settings, left)
        job = _job(settings, source, since, until, limits or Limits())
        task = progress.add_task(source_id, total=None)
        job_folder = folder / job.crawl_id
        with named_failures(job_folder):
            job_folder.mkdir()
            job.write(job_folder)
        problem = run_spider(job_folder, job.limits.wall_s, held, lambda event: _show(progress, task, source_id, event))
        result = commit(settings, job_folder)
        progress.update(task, total=1, completed=1)
    if problem:
        result.problem = problem
        raise _BrokeDownError(result)
    return result


def _job(settings: Settings, source: Source, since: date | None, until: date | None, limits: Limits) -> Job:
    known, pending = _known(settings, source.source_id)
    private = settings.allow_private and is_private_host(urlsplit(source.base_url).hostname or "")
    return Job(
        crawl_id=f"{source.source_id}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}",
        source_id=source.source_id,
        base_url=source.base_url,
        platform=source.platform,
        discovery=source.discovery,
        start_urls=source.start_urls,
        valid_from=source.valid_from.isoformat() if source.valid_from else None,
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        delay_s=source.delay_s if private else max(LEAST_PUBLIC_DELAY_S, source.delay_s),
        user_agent=settings.user_agent,
        allow_private=settings.allow_private,
        limits=limits,
        known=known,
        pending=tuple(pending),
        channels=_channels(settings, source.source_id),
    )


def _known(settings: Settings, source_id: str) -> tuple[dict[str, tuple[str, bool]], list[Pending]]:
    """What the lake knows of a source: each address with its first crawl, and those still to be fetched."""
    found: dict[str, dict[str, Any]] = {}
    columns = ["crawl_id", "url", "url_key", "channel", "listed_at"]
    for row in _rows(settings, lake.DISCOVERY, source_id, columns):
        if row["channel"] == "archive":
            # No crawl that a channel's overlap could rest on: behind all of them.
            row["crawl_id"] = f"~{row['crawl_id']}"
        if row["crawl_id"] < found.setdefault(row["url_key"], row)["crawl_id"]:
            found[row["url_key"]] = row
    tried: set[str] = set()
    done: set[str] = set()
    for row in _rows(settings, lake.FETCH, source_id, ["url_key", "outcome"]):
        tried.add(row["url_key"])
        if row["outcome"] not in outcomes.TEMPORARY:
            done.add(row["url_key"])
    pending = [
        Pending(
            url=row["url"],
            key=key,
            listed_at=row["listed_at"].isoformat() if row["listed_at"] else None,
            edit_time=row["channel"] == "sitemap",
            failed=key in tried,
        )
        for key, row in found.items()
        if key not in done
    ]
    return {key: (row["crawl_id"], key in done) for key, row in found.items()}, pending


def _channels(settings: Settings, source_id: str) -> dict[str, ChannelState]:
    """What earlier crawls know of each channel.

    Reading a channel to its end makes it complete; meeting known addresses keeps it so; anything else is a gap.
    """
    states: dict[str, ChannelState] = {}
    rows = _rows(settings, lake.POLL, source_id, None)
    for row in sorted(rows, key=lambda r: (r["crawl_id"], r["polled_at"])):
        if row["outcome"] != "ok" or row["channel"] == "archive":
            continue
        before = states.get(row["channel_url"])
        complete = row["exhausted"] or (row["overlap_reached"] and before is not None and before.complete)
        covers = row["covers_from"].isoformat() if row["covers_from"] else None
        states[row["channel_url"]] = ChannelState(row["crawl_id"], bool(complete), covers)
    return states


def _rows(settings: Settings, dataset: lake.Dataset, source_id: str, columns: list[str] | None) -> list[dict[str, Any]]:
    table = lake.read(lake.files(settings.lake, dataset, source_id=source_id), dataset, columns)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


# Running the spider

_running: set[subprocess.Popen[str]] = set()
_running_lock = threading.Lock()


def run_spider(
    folder: Path,
    wall_s: float,
    held: Sequence[int] = (),
    on_event: Callable[[dict[str, Any]], None] | None = None,
) -> str:
    """Run `python -m spiders` on a job folder.

    Args:
        folder: The job folder.
        wall_s: How long the spider may work; it keeps that time itself, somewhat later it is killed.
        held: File descriptors that it shall hold as long as it lives.
        on_event: Called with each of its progress events.

    Returns:
        Why it broke down; empty when it came to its end.
    """
    environment = os.environ | {"PYTHONPATH": _python_path(), "PYTHONUNBUFFERED": "1"}
    with (
        (folder / "stderr.txt").open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "spiders", str(folder.resolve())],
            # Never written to: its end tells the spider that we are gone.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=held,
            text=True,
            encoding="utf-8",
            env=environment,
            # Ctrl-C is ours to handle; the spider is told to stop when we are.
            start_new_session=True,
        ) as process,
    ):
        with _running_lock:
            _running.add(process)
        # The spider keeps its own time; this is for one that cannot.
        guard = threading.Timer(wall_s + 120, process.kill)
        guard.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if on_event is not None:
                    on_event(_event(line))
            code = process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            guard.cancel()
            with _running_lock:
                _running.discard(process)
    return "" if code == 0 else _why_broken(folder, code)


def _python_path() -> str:
    """The spider must find this very code, wherever the caller stands."""
    root = str(Path(spiders.__file__).resolve().parent.parent)
    return os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _stop_all() -> None:
    with _running_lock:
        running = list(_running)
    for process in running:
        _stop(process)


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _show(progress: Progress, task: TaskID, source_id: str, event: dict[str, Any]) -> None:
    if event.get("event") == "fetched":
        progress.update(task, completed=event["done"], total=max(event["found"], event["done"]))
    elif event.get("event") == "read":
        progress.update(task, description=f"{source_id}: đang đọc {event['channel']}")


def _why_broken(folder: Path, code: int) -> str:
    log = folder / order.LOG
    lines = [
        line.strip()
        for path in (folder / "stderr.txt", log)
        if path.exists()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    # The last line of a traceback names the error.
    named = [line for line in lines if re.match(r"^[\w.]*(?:Error|Exception)\b", line)]
    said = f": {named[-1][:300]}" if named else ""
    how = f"tín hiệu {-code}" if code < 0 else f"mã {code}"
    return (
        f"thu thập {folder.parent.name} bị dừng giữa chừng ({how}){said}; "
        "phần đã tải được giữ lại, chạy lại để tiếp tục"
    )


# Committing


def commit(settings: Settings, folder: Path) -> CrawlResult:
    """Move what a job folder holds into the archive and the lake, then remove it.

    Safe to be killed and repeated: the same folder gives the same files. The WARC file goes first, so that no row of
    `fetch` is ever seen without its record; `fetch` goes last, so that an address never counts as done too early.

    Raises:
        DataFolderError: The archive or the lake cannot be written.
    """
    job = Job.read(folder)
    day = _day_of(job.crawl_id)
    warc_file = f"source={job.source_id}/day={day}/{job.crawl_id}.warc.gz"
    kept_bytes = _move_records(folder / order.RECORDS, settings.archive / warc_file)
    discoveries = order.rows_of(folder / order.DISCOVERIES)
    polls = order.rows_of(folder / order.POLLS)
    # A record behind a broken one went with it; its address is fetched again.
    fetches = [r for r in order.rows_of(folder / order.FETCHES) if r.get("warc_offset", -1) < kept_bytes]
    for dataset, found in ((lake.DISCOVERY, discoveries), (lake.POLL, polls), (lake.FETCH, fetches)):
        for row in found:
            _typed(row)
            if row.get("warc_offset") is not None:
                row["warc_file"] = warc_file
        if found:
            target = lake.partition(settings.lake, dataset, job.source_id, day)
            lake.write(target, dataset, found, name=job.crawl_id)
    with named_failures(settings.work):
        if (folder / order.LOG).exists():
            shutil.copyfile(folder / order.LOG, folder.parent.with_suffix(".log"))
    # Renamed first: a half-removed folder must not be committed again with what is left of it.
    with named_failures(folder):
        gone = folder.with_name(f".{folder.name}.done")
        folder.replace(gone)
        shutil.rmtree(gone)
    return _result(job, discoveries, polls, fetches)


def _move_records(source: Path, target: Path) -> int:
    """Put the whole records of a WARC file in their place; return how many bytes stand there."""
    with named_failures(target):
        if not source.exists():
            return target.stat().st_size if target.exists() else 0
        repair(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.replace(target)
        except OSError as error:
            # The archive may be on another disk than the working folder.
            if error.errno != errno.EXDEV:
                raise
            aside = target.with_name(f".{target.name}.tmp")
            shutil.copyfile(source, aside)
            aside.replace(target)
            source.unlink()
        return target.stat().st_size


def _typed(row: dict[str, Any]) -> None:
    for name in _INSTANTS:
        if row.get(name):
            row[name] = datetime.fromisoformat(row[name])
    for name in _DAYS:
        if row.get(name):
            row[name] = date.fromisoformat(row[name])


def _day_of(crawl_id: str) -> str:
    stamp = crawl_id.rsplit("-", 1)[1]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"


def _result(
    job: Job, discoveries: Sequence[dict[str, Any]], polls: Sequence[dict[str, Any]], fetches: Sequence[dict[str, Any]]
) -> CrawlResult:
    keys = {row["url_key"] for row in discoveries}
    ends = Counter(row["outcome"] for row in fetches)
    fetched = ends.pop(outcomes.OK, 0)
    blind = {row["channel_url"]: row["reason"] for row in polls if row["outcome"] != "ok"}
    looked = any(row["outcome"] == "ok" for row in polls)
    # A site whose lists answer while all its pages fail is as blind as one that does not answer at all.
    failing = bool(ends) and not fetched and set(ends) <= outcomes.TEMPORARY | {outcomes.REDIRECT_LOOP}
    return CrawlResult(
        source_id=job.source_id,
        crawl_id=job.crawl_id,
        state="blind" if failing or not looked else "published" if fetched else "silent",
        found=len(keys),
        new=len(keys - set(job.known)),
        fetched=fetched,
        failed=dict(ends),
        blind=blind,
    )


def _job_folders(folder: Path) -> list[Path]:
    """What earlier crawls of a source left behind, oldest first; what they had finished removing is removed."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not (path / order.ORDER).exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            found.append(path)
    return found


# One at a time


@contextmanager
def _alone(folder: Path, source: Source) -> Iterator[tuple[int, int]]:
    """Hold the source and its host while they are crawled; yields what the spider must hold too.

    A lock lives as long as any process has its file open. The spider inherits both, so they hold until it is gone even
    when this process is killed.
    """
    # A host may have two sources (a paper before and after its move): they share its patience, the second waits.
    host_name = re.sub(r"[^a-z0-9.-]", "_", host(source.base_url))
    with _opened(folder / f".{source.source_id}.lock") as one, _opened(folder / f".host-{host_name}.lock") as other:
        _lock(one, source.source_id)
        fcntl.flock(other, fcntl.LOCK_EX)
        try:
            yield one.fileno(), other.fileno()
        finally:
            fcntl.flock(other, fcntl.LOCK_UN)
            fcntl.flock(one, fcntl.LOCK_UN)


def _opened(path: Path) -> IO[str]:
    with named_failures(path):
        return path.open("w")


def _lock(file: IO[str], source_id: str) -> None:
    ends = monotonic() + _ORPHAN_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() > ends:
                raise _BusyError(f"nguồn {source_id} đang được thu thập ở nơi khác: đợi xong rồi chạy lại") from None
            sleep(0.1)
        else:
            return
