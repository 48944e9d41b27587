"""Crawl sources, each in its own process, and commit what they saw to the archive and the lake.

A spider writes into a job folder below `work/crawl/<source_id>/`. `commit` moves that into the archive and the lake; it
can be killed at any moment and done again, and so can the spider: whatever folder a dead crawl left behind is committed
before the next crawl of the source begins.
"""

import fcntl
import math
import re
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.progress import Progress, TaskID

from spiders.addresses import host
from spiders.job import FRONTIER, PLAN, POLLS, Job, Limits, rows_of
from spiders.pacing import BUDGET, HOURS, is_open
from spiders.platforms import platform_of
from theodoi.disk import locked, named_failures
from theodoi.errors import BusyError, TheodoiError
from theodoi.progress import bars
from theodoi.registry import LEAST_PUBLIC_DELAY_S, Registry, Source, is_private_host
from theodoi.settings import Settings
from theodoi.steps.committing import CrawlResult, commit, job_folders
from theodoi.steps.memory import fill_frontier, last_seen_at, requests_of_day
from theodoi.steps.probe_frames import probe_frames, probed_sources
from theodoi.steps.spider_process import run_spider, stop_all

# Crawls wait for their sites most of the time; eight fit on two cores.
_MOST_AT_ONCE = 8


@dataclass(frozen=True)
class Scope:
    """What a crawl is to look for.

    Attributes:
        since: First day of publication wanted; None: all.
        until: Last such day.
        rewalk_days: How many days back the listings are read whatever is known, for articles that were dated back;
            None: until known ground.
        probe_months: Months of publication, `YYYY-MM`, whose running numbers are probed.
        limits: What may be taken from each site.
    """

    since: date | None = None
    until: date | None = None
    rewalk_days: int | None = None
    probe_months: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Planned:
    """What a dry run found that a crawl would fetch.

    Attributes:
        source_id: Source.
        url: Address.
        cause: Why: `lake.FETCH`, column `cause`.
    """

    source_id: str
    url: str
    cause: str


@dataclass(frozen=True)
class Plan:
    """What a dry run of one source saw.

    Attributes:
        planned: What a crawl would fetch, in its order.
        blind: Address of a channel that could not be read -> why.
    """

    planned: tuple[Planned, ...]
    blind: dict[str, str]


def crawl(
    settings: Settings,
    registry: Registry,
    *,
    source_ids: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    rewalk_days: int | None = None,
    probe_months: Sequence[str] = (),
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
        rewalk_days: How many days back the listings are read whatever is known; None: until known ground.
        probe_months: Months of publication, `YYYY-MM`, whose running numbers are probed; sources that cannot be probed
            are passed by where they are not named.
        limits: What may be taken from each; None for the usual.

    Raises:
        TheodoiError: A source is unknown or not active, its platform is unknown, or no contact is set; or a named one
            cannot be probed.
        DataFolderError: The data folder cannot be written.
    """
    scope = Scope(since, until, rewalk_days, tuple(probe_months), limits or Limits())
    wanted = _checked_all(settings, registry, source_ids)
    probed = probed_sources(registry, wanted, probe_months, named=source_ids is not None)
    results: dict[str, CrawlResult] = {}

    def one(source_id: str, progress: Progress) -> None:
        source = registry.sources[source_id]
        own = scope if source_id in probed else replace(scope, probe_months=())
        try:
            results[source_id] = _crawl_source(settings, source, own, progress)
        except _BrokeDownError as error:
            results[source_id] = error.result
        except BusyError as error:
            results[source_id] = CrawlResult(source_id, problem=str(error))

    _at_once(registry, wanted, one)
    return [results[s] for s in wanted]


def plan(
    settings: Settings,
    registry: Registry,
    *,
    source_ids: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    rewalk_days: int | None = None,
    limits: Limits | None = None,
) -> dict[str, Plan]:
    """Tell what a crawl would fetch and why: reads the channels as politely as a crawl, fetches no page, keeps nothing.

    Args:
        settings: Where the lake is, how to name ourselves.
        registry: Whose sources.
        source_ids: Which; None for all that are active.
        since: First day of publication wanted.
        until: Last such day.
        rewalk_days: How many days back the listings are read whatever is known.
        limits: What may be taken from each; None for the usual.

    Returns:
        Source -> what was seen.

    Raises:
        TheodoiError: As `crawl`; or a source is being crawled, or its spider broke down.
    """
    scope = Scope(since, until, rewalk_days, (), limits or Limits())
    wanted = _checked_all(settings, registry, source_ids)
    plans: dict[str, Plan] = {}

    def one(source_id: str, progress: Progress) -> None:
        plans[source_id] = _plan_source(settings, registry.sources[source_id], scope, progress)

    _at_once(registry, wanted, one)
    return {s: plans[s] for s in wanted}


def crawl_source(
    settings: Settings,
    registry: Registry,
    source_id: str,
    *,
    since: date | None = None,
    until: date | None = None,
    rewalk_days: int | None = None,
    probe_months: Sequence[str] = (),
    limits: Limits | None = None,
) -> CrawlResult:
    """Crawl one source; see `crawl`.

    Raises:
        TheodoiError: The source is unknown or not active, is being crawled already, or its crawl broke down.
        DataFolderError: The data folder cannot be written.
    """
    source = _checked(settings, registry, source_id)
    probed_sources(registry, [source_id], probe_months, named=True)
    scope = Scope(since, until, rewalk_days, tuple(probe_months), limits or Limits())
    with bars() as progress:
        return _crawl_source(settings, source, scope, progress)


def is_being_crawled(settings: Settings, source_id: str) -> bool:
    """Whether some process crawls a source at this moment: it holds the source's lock then."""
    try:
        with _lock_of(settings.work / "crawl", source_id).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class _BrokeDownError(TheodoiError):
    """The spider died; what it had seen is committed."""

    def __init__(self, result: CrawlResult) -> None:
        super().__init__(result.problem)
        self.result = result


def _at_once(registry: Registry, wanted: Sequence[str], one: Callable[[str, Progress], None]) -> None:
    """Work on sources of different hosts at once, on those of one host one after the other."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for source_id in wanted:
        by_host[host(registry.sources[source_id].base_url)].append(source_id)
    stopped = threading.Event()

    def work_through(ids: Sequence[str]) -> None:
        for source_id in ids:
            if stopped.is_set():
                return
            one(source_id, progress)

    with bars() as progress, ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        try:
            for done in [pool.submit(work_through, ids) for ids in by_host.values()]:
                done.result()
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def _checked_all(settings: Settings, registry: Registry, source_ids: Sequence[str] | None) -> list[str]:
    wanted = source_ids if source_ids is not None else [s.source_id for s in registry.crawlable()]
    if not wanted:
        raise TheodoiError("không có nguồn nào để thu thập: kiểm tra cột status trong sources.csv")
    for source_id in wanted:
        _checked(settings, registry, source_id)
    return list(dict.fromkeys(wanted))


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


def _crawl_source(settings: Settings, source: Source, scope: Scope, progress: Progress) -> CrawlResult:
    folder = settings.work / "crawl" / source.source_id
    with named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder.parent, source) as held:
        for left in job_folders(folder):
            commit(settings, left)
        job = _job(settings, source, scope)
        closed = _closed(job)
        if closed:
            return CrawlResult(source.source_id, state="skipped", ended=closed)
        job_folder = _made(settings, job, folder / job.crawl_id)
        problem = _run(job_folder, job, held, progress)
        result = commit(settings, job_folder)
    if problem:
        result.problem = problem
        raise _BrokeDownError(result)
    return result


def _plan_source(settings: Settings, source: Source, scope: Scope, progress: Progress) -> Plan:
    folder = settings.work / "plan" / source.source_id
    locks = settings.work / "crawl"
    for needed in (folder, locks):
        with named_failures(needed):
            needed.mkdir(parents=True, exist_ok=True)
    with _alone(locks, source) as held:
        job = replace(_job(settings, source, scope), dry_run=True)
        job_folder = _made(settings, job, folder / job.crawl_id)
        try:
            problem = _run(job_folder, job, held, progress)
            if problem:
                raise TheodoiError(problem)
            planned = tuple(Planned(source.source_id, r["url"], r["cause"]) for r in rows_of(job_folder / PLAN))
            blind = {r["channel_url"]: r["reason"] for r in rows_of(job_folder / POLLS) if r["outcome"] != "ok"}
            return Plan(planned, blind)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _made(settings: Settings, job: Job, folder: Path) -> Path:
    """The job folder, filled."""
    with named_failures(folder):
        folder.mkdir()
        fill_frontier(settings, job, folder / FRONTIER)
        # Last: a folder without an order is nobody's.
        job.write(folder)
    return folder


def _run(folder: Path, job: Job, held: Sequence[int], progress: Progress) -> str:
    task = progress.add_task(job.source_id, total=None)
    problem = run_spider(folder, job.limits.wall_s, held, lambda event: _show(progress, task, job.source_id, event))
    progress.update(task, total=1, completed=1)
    return problem


def _job(settings: Settings, source: Source, scope: Scope) -> Job:
    private = settings.allow_private and is_private_host(urlsplit(source.base_url).hostname or "")
    begun_at = _begun_at(settings, source.source_id)
    budget = source.daily_budget
    if budget is not None:
        budget -= requests_of_day(settings, source.source_id, begun_at)
    return Job(
        crawl_id=f"{source.source_id}-{begun_at:%Y%m%dT%H%M%S%f}",
        source_id=source.source_id,
        base_url=source.base_url,
        platform=source.platform,
        discovery=source.discovery,
        start_urls=source.start_urls,
        valid_from=source.valid_from.isoformat() if source.valid_from else None,
        since=scope.since.isoformat() if scope.since else None,
        until=scope.until.isoformat() if scope.until else None,
        rewalk_days=scope.rewalk_days,
        delay_s=source.delay_s if private else max(LEAST_PUBLIC_DELAY_S, source.delay_s),
        user_agent=settings.user_agent,
        allow_private=settings.allow_private,
        begun_at=begun_at.isoformat(),
        budget=budget,
        hours=source.hours,
        archive=str(settings.archive),
        probes=probe_frames(settings, source, scope.probe_months),
        limits=scope.limits,
    )


def _begun_at(settings: Settings, source_id: str) -> datetime:
    """Now, or just after the last that the lake knows where the machine's clock was set back meanwhile."""
    now, last = datetime.now(UTC), last_seen_at(settings, source_id)
    return now if last is None or last < now else last + timedelta(microseconds=1)


def _closed(job: Job) -> str:
    """Why nothing may be asked now; empty where something may."""
    if job.budget is not None and job.budget <= 0:
        return BUDGET
    # By the wall clock: where that was set back, `begun_at` stands still until it has caught up.
    return "" if is_open(job.hours, datetime.now(UTC)) else HOURS


def _show(progress: Progress, task: TaskID, source_id: str, event: dict[str, Any]) -> None:
    if event.get("event") == "fetched":
        progress.update(task, completed=event["done"], total=max(event["found"], event["done"]))
    elif event.get("event") == "read":
        progress.update(task, description=f"{source_id}: đang đọc {event['channel']}")
    elif event.get("event") == "probed":
        progress.update(task, description=f"{source_id}: dò số bài tháng {event['month']}")


# One at a time


@contextmanager
def _alone(folder: Path, source: Source) -> Iterator[tuple[int, int]]:
    """Hold the source and its host while they are crawled; yields what the spider must hold too.

    A lock lives as long as any process has its file open. The spider inherits both, so they hold until it is gone even
    when this process is killed.
    """
    # A host may have two sources (a paper before and after its move): they share its patience, the second waits.
    host_name = re.sub(r"[^a-z0-9.-]", "_", host(source.base_url))
    busy = f"nguồn {source.source_id} đang được thu thập ở nơi khác: đợi xong rồi chạy lại"
    with (
        locked(_lock_of(folder, source.source_id), busy) as one,
        locked(folder / f".host-{host_name}.lock", busy, patience_s=math.inf) as other,
    ):
        yield one, other


def _lock_of(folder: Path, source_id: str) -> Path:
    return folder / f".{source_id}.lock"
