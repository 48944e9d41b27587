"""Fetch the captures of one source out of a web archive and commit them to the archive and the lake.

As with a crawl a spider in its own process writes into a job folder, here below `work/webarchive/<source_id>/`, and
`commit` moves that to its place. Both can be killed and done again: what a dead run left is committed by the next one,
which then asks only for what is still missing.
"""

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.progress import Progress, TaskID

from spiders import job, outcomes
from spiders.addresses import host
from spiders.job import Limits
from spiders.platforms import platform_of
from spiders.webarchive import cdx
from spiders.webarchive.notes import UNPROVED
from spiders.webarchive.order import ORDER, SUMMARY, Kind, Order
from theodoi import lake
from theodoi.archive import recorded_digests, repair
from theodoi.disk import locked, move, named_failures
from theodoi.errors import TheodoiError
from theodoi.progress import bars
from theodoi.registry import LEAST_PUBLIC_DELAY_S, Registry, Source, is_private_host
from theodoi.settings import Settings
from theodoi.steps.spider_process import run_spider

WAYBACK = "https://web.archive.org"
COMMON_CRAWL = "https://index.commoncrawl.org"
COMMON_CRAWL_RECORDS = "https://data.commoncrawl.org"
# The programme was decided on this day (QĐ 1584/QĐ-UBND): no page captured earlier can report on it.
PROGRAMME_BEGINS = date(2022, 6, 7)
# Indexes of billions of captures think longer than a site does.
_TIMEOUT_S = 120.0
_INSTANTS = ("seen_at", "polled_at", "fetched_at", "obtained_at", "started_at", "ended_at")

_ADVICE = {
    outcomes.ROBOTS: "robots.txt của kho không cho phép: xin tệp WARC hoặc WACZ rồi dùng `theodoi import archive`",
    outcomes.PRIVATE_HOST: "địa chỉ nội bộ bị từ chối: chỉ cho phép khi chạy thử (THEODOI_ALLOW_PRIVATE=1)",
    outcomes.GONE: "không có chỉ mục ở địa chỉ này: kiểm tra --endpoint",
    outcomes.OFF_SITE: "kho chuyển sang máy chủ khác: kiểm tra --endpoint",
    "no_index": "trả lời không phải chỉ mục CDX: kiểm tra --endpoint",
}


@dataclass
class WebArchiveResult:
    """What one run fetched from a web archive.

    Attributes:
        source_id: Source.
        crawl_id: Its name in the lake.
        addresses: Article addresses that the index lists.
        already: Chosen captures that were here before.
        pages: Captures kept that may hold an article.
        failed: Outcome other than ok -> captures that were not obtained or hold no page.
        unproved: Pages whose bytes are not those of the index.
        unread: Why a part of the index could not be read -> parts.
        blind: Whether nothing of the index could be read.
        ended: How it ended, as in `lake.CRAWL`.
        problem: Why the spider broke down; empty else.
    """

    source_id: str
    crawl_id: str
    addresses: int = 0
    already: int = 0
    pages: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    unproved: int = 0
    unread: dict[str, int] = field(default_factory=dict)
    blind: bool = False
    ended: str = "killed"
    problem: str = ""

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        got = f"đã lấy {self.pages} bản chụp, {self.already} bản đã có từ trước"
        lines = [f"Nguồn {self.source_id}: kho có {self.addresses} địa chỉ bài; {got}"]
        if self.failed:
            lines.append(f"  không lấy được: {_counts(self.failed)}")
        if self.unproved:
            lines.append(f"  {self.unproved} bản có mã băm khác chỉ mục của kho (ghi ở fetch.detail)")
        if self.unread:
            lines.append(f"  phần chỉ mục không đọc được: {_counts(self.unread)}; chạy lại để tiếp tục")
        if self.ended == "time_limit":
            lines.append("  hết giờ: chạy lại để lấy tiếp")
        if self.ended == "gave_up":
            lines.append("  kho lỗi nhiều lần liên tiếp: chạy lại sau để lấy tiếp")
        return "\n".join(lines)


def import_wayback(
    settings: Settings,
    registry: Registry,
    source_id: str,
    *,
    endpoint: str = WAYBACK,
    since: date | None = None,
    until: date | None = None,
    limits: Limits | None = None,
) -> WebArchiveResult:
    """Take the captures of a source's articles out of a Wayback-compatible archive.

    Args:
        settings: Where to write, how to name ourselves.
        registry: Whose sources; closed ones and guesses count too, for the site itself is not asked.
        source_id: Which source.
        endpoint: Address of the archive; of pywb that of a collection.
        since: First day of capture; None: from the programme's first day.
        until: Last such day; None: to this day.
        limits: What may be taken; None for the usual.

    Raises:
        TheodoiError: The source is unknown, the address is none, no contact is set, the same source or archive is being
            asked already, nothing of the index could be read, or the spider broke down.
        DataFolderError: The data folder cannot be written.
    """
    return _run(settings, registry, source_id, "wayback", endpoint, "", since, until, limits)


def import_commoncrawl(
    settings: Settings,
    registry: Registry,
    source_id: str,
    *,
    endpoint: str = COMMON_CRAWL,
    records_url: str = COMMON_CRAWL_RECORDS,
    since: date | None = None,
    until: date | None = None,
    limits: Limits | None = None,
) -> WebArchiveResult:
    """Take the captures of a source's articles out of Common Crawl.

    Args:
        settings: Where to write, how to name ourselves.
        registry: Whose sources, as for `import_wayback`.
        source_id: Which source.
        endpoint: Address of the index server.
        records_url: Address of the server that has the WARC files.
        since: First day of capture; None: from the programme's first day.
        until: Last such day; None: to this day.
        limits: What may be taken; None for the usual.

    Raises:
        TheodoiError: As `import_wayback`.
        DataFolderError: The data folder cannot be written.
    """
    return _run(settings, registry, source_id, "commoncrawl", endpoint, records_url, since, until, limits)


def _run(
    settings: Settings,
    registry: Registry,
    source_id: str,
    kind: Kind,
    endpoint: str,
    records_url: str,
    since: date | None,
    until: date | None,
    limits: Limits | None,
) -> WebArchiveResult:
    source = registry.sources.get(source_id)
    if source is None:
        known = ", ".join(sorted(registry.sources)) or "—"
        raise TheodoiError(f"không có nguồn “{source_id}” trong sources.csv; hiện có: {known}")
    platform_of(source.platform)
    urls = [endpoint, *([records_url] if records_url else [])]
    for url in urls:
        _check(settings, url)
    now = datetime.now(UTC)
    begin, end = since or PROGRAMME_BEGINS, until or now.date()
    if begin > end:
        raise TheodoiError(f"--since {begin} sau --until {end}: đổi lại hai ngày chụp")
    folder = settings.work / "webarchive" / source_id
    busy = "đang được lấy từ kho lưu trữ ở nơi khác: đợi xong rồi chạy lại"
    with ExitStack() as stack:
        # One run for a source, and one for a host of an archive: two together would ask it twice as fast.
        held = [stack.enter_context(locked(folder.parent / f".{source_id}.lock", f"nguồn {source_id} {busy}"))]
        for name in sorted({host(url) for url in urls}):
            lock = folder.parent / f".host-{re.sub(r'[^a-z0-9.-]', '_', name)}.lock"
            held.append(stack.enter_context(locked(lock, f"máy chủ {name} {busy}")))
        for left in _job_folders(folder):
            commit(settings, left)
        order = Order(
            crawl_id=f"{source_id}-{kind}-{now:%Y%m%dT%H%M%S%f}",
            source_id=source_id,
            site_url=source.base_url,
            platform=source.platform,
            kind=kind,
            endpoint=endpoint,
            records_url=records_url,
            since=begin.isoformat(),
            until=end.isoformat(),
            delay_s=_delay_s(settings, source, urls),
            user_agent=settings.user_agent,
            allow_private=settings.allow_private,
            limits=limits or Limits(timeout_s=_TIMEOUT_S),
            known=frozenset(_known(settings, source_id)),
            listed=frozenset(_listed(settings, source_id, endpoint)),
        )
        job_folder = folder / order.crawl_id
        with named_failures(job_folder):
            job_folder.mkdir(parents=True)
            order.write(job_folder)
        with bars() as progress:
            task = progress.add_task(f"{source_id}: đọc chỉ mục của {host(endpoint)}", total=None)
            problem = run_spider(job_folder, order.limits.wall_s, held, lambda e: _show(progress, task, order, e))
        result = commit(settings, job_folder)
    result.problem = problem
    if problem:
        raise TheodoiError(problem)
    if result.blind:
        reason = next(iter(result.unread), "blind")
        raise TheodoiError(f"không đọc được chỉ mục của {endpoint} ({reason}): {_ADVICE.get(reason, 'thử lại sau')}")
    return result


def _check(settings: Settings, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise TheodoiError(f"“{url}” không phải địa chỉ một kho lưu trữ: viết dạng https://máy-chủ/bộ-sưu-tập")
    if not settings.contact and not is_private_host(parts.hostname):
        raise TheodoiError(
            "đặt THEODOI_CONTACT (email hoặc địa chỉ trang của bạn) trước khi hỏi kho lưu trữ công khai: "
            "người quản trị kho cần biết hỏi ai"
        )


def _delay_s(settings: Settings, source: Source, urls: list[str]) -> float:
    private = settings.allow_private and all(is_private_host(urlsplit(url).hostname or "") for url in urls)
    return source.delay_s if private else max(LEAST_PUBLIC_DELAY_S, source.delay_s)


def _known(settings: Settings, source_id: str) -> Iterator[tuple[str, str]]:
    """Canonical address with the time, and with the SHA-1, of each capture of a source that is here."""
    columns = ["url_key", "fetched_at", "outcome", "warc_file", "warc_offset"]
    keys: dict[str, dict[int, str]] = defaultdict(dict)
    for row in lake.read(lake.files(settings.lake, lake.FETCH, source_id=source_id), lake.FETCH, columns).to_pylist():
        if row["outcome"] in outcomes.TEMPORARY:
            continue
        yield row["url_key"], cdx.stamp(row["fetched_at"])
        if row["warc_file"]:
            keys[row["warc_file"]][row["warc_offset"]] = row["url_key"]
    for warc_file, by_offset in sorted(keys.items()):
        for offset, digest in recorded_digests(settings.archive / warc_file, sorted(by_offset)):
            if digest:
                yield by_offset[offset], digest


def _listed(settings: Settings, source_id: str, endpoint: str) -> Iterator[str]:
    files = lake.files(settings.lake, lake.DISCOVERY, source_id=source_id)
    for row in lake.read(files, lake.DISCOVERY, ["url_key", "channel", "channel_url"]).to_pylist():
        if row["channel"] == "archive" and row["channel_url"].startswith(endpoint.rstrip("/")):
            yield row["url_key"]


def _show(progress: Progress, task: TaskID, order: Order, event: Mapping[str, Any]) -> None:
    if event.get("event") == "fetched":
        name = f"{order.source_id}: tải bản chụp"
        progress.update(task, description=name, completed=event["done"], total=max(event["found"], 1))
    elif event.get("event") == "listed":
        progress.update(task, description=f"{order.source_id}: đọc chỉ mục, {event['found']} địa chỉ bài")


# Committing


def commit(settings: Settings, folder: Path) -> WebArchiveResult:
    """Move what a job folder holds into the archive and the lake, then remove it.

    Safe to be killed and repeated: the same folder gives the same files. Records go first and `fetch` goes last, as
    after a crawl.

    Raises:
        DataFolderError: The archive or the lake cannot be written.
    """
    order = Order.read(folder)
    stamp = order.crawl_id.rsplit("-", 1)[1]
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    warc_file = f"source={order.source_id}/day={day}/{order.crawl_id}.warc.gz"
    target = settings.archive / warc_file
    if (folder / job.RECORDS).exists():
        repair(folder / job.RECORDS)
        move(folder / job.RECORDS, target)
    kept_bytes = target.stat().st_size if target.exists() else 0
    summary = _summary(folder, order)
    discoveries = list(job.rows_of(folder / job.DISCOVERIES))
    polls = list(job.rows_of(folder / job.POLLS))
    # A record behind a broken one went with it; it is fetched again.
    fetches = [r for r in job.rows_of(folder / job.FETCHES) if r.get("warc_offset", -1) < kept_bytes]
    result = _result(order, summary, polls, fetches)
    if summary["ended"] == "killed" and fetches:
        summary["ended_at"] = max(summary["ended_at"], *(r["obtained_at"] for r in fetches))
    datasets = (
        (lake.CRAWL, [summary]),
        (lake.DISCOVERY, discoveries),
        (lake.POLL, polls),
        (lake.FETCH, fetches),
    )
    for dataset, rows in datasets:
        for row in rows:
            for name in _INSTANTS:
                if row.get(name):
                    row[name] = datetime.fromisoformat(row[name])
            if row.get("warc_offset") is not None:
                row["warc_file"] = warc_file
        if rows:
            lake.write(lake.partition(settings.lake, dataset, order.source_id, day), dataset, rows, name=order.crawl_id)
    with named_failures(settings.work):
        if (folder / job.LOG).exists():
            shutil.copyfile(folder / job.LOG, folder.parent.with_suffix(".log"))
    # Renamed first: a half-removed folder must not be committed again with what is left of it.
    with named_failures(folder):
        gone = folder.with_name(f".{folder.name}.done")
        folder.replace(gone)
        shutil.rmtree(gone)
    return result


def _summary(folder: Path, order: Order) -> dict[str, Any]:
    row: dict[str, Any] = {
        "crawl_id": order.crawl_id,
        "source_id": order.source_id,
        "kind": "archive",
        "ended": "killed",
    }
    try:
        said: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # Killed before its first word.
        begun = datetime.strptime(order.crawl_id.rsplit("-", 1)[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC).isoformat()
        said = {"started_at": begun, "ended_at": begun}
    return row | said


def _result(
    order: Order, summary: Mapping[str, Any], polls: list[dict[str, Any]], fetches: list[dict[str, Any]]
) -> WebArchiveResult:
    failed = Counter({o: n for o, n in summary.get("outcomes", {}).items() if o != outcomes.OK})
    failed.update(r["outcome"] for r in fetches if r["outcome"] != outcomes.OK)
    return WebArchiveResult(
        source_id=order.source_id,
        crawl_id=order.crawl_id,
        addresses=summary.get("n_addresses", 0),
        already=summary.get("n_already", 0),
        pages=sum(r["outcome"] == outcomes.OK for r in fetches),
        failed=dict(failed),
        unproved=sum(r["detail"] == UNPROVED for r in fetches),
        unread=summary.get("unread", {}),
        blind=any(p["outcome"] != "ok" for p in polls),
        ended=summary["ended"],
    )


def _job_folders(folder: Path) -> list[Path]:
    """What earlier runs left behind, oldest first; what they had finished removing is removed."""
    found = []
    for path in sorted(folder.iterdir()) if folder.exists() else []:
        if path.name.startswith(".") or not (path / ORDER).exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            found.append(path)
    return found


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
