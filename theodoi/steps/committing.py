"""Moves what a crawl left in its job folder into the archive and the lake."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from spiders import job as order
from spiders import outcomes
from spiders.job import Job
from theodoi import lake
from theodoi.archive import repair
from theodoi.disk import move, named_failures
from theodoi.settings import Settings

_INSTANTS = (
    *("seen_at", "listed_at", "changed_at", "polled_at", "gap_from", "gap_to", "fetched_at", "probed_at"),
    *("started_at", "ended_at"),
)
_DAYS = ("covers_from", "since", "until")
_FAILING = outcomes.TEMPORARY | {outcomes.REDIRECT_LOOP}


@dataclass
class CrawlResult:
    """What one crawl of one source saw.

    Attributes:
        source_id: Source.
        crawl_id: Its name in the lake.
        state: `published` (new or edited pages), `silent` (looked, nothing new), `blind` (no channel could be read) or
            `skipped` (nothing was asked: outside of the source's hours, or the day's budget is spent).
        found: Addresses seen on the channels.
        new: Of them seen for the first time.
        fetched: Pages fetched and kept.
        confirmed: Pages that were looked at again and are as they were.
        failed: Outcome other than these -> addresses.
        blind: Address of a channel that could not be read -> why.
        ended: How the crawl ended: `lake.CRAWL`, column `ended`.
        problem: Why the crawl ended before its end; empty else.
    """

    source_id: str
    crawl_id: str = ""
    state: str = "blind"
    found: int = 0
    new: int = 0
    fetched: int = 0
    confirmed: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    blind: dict[str, str] = field(default_factory=dict)
    ended: str = ""
    problem: str = ""


def commit(settings: Settings, folder: Path) -> CrawlResult:
    """Move what a job folder holds into the archive and the lake, then remove it.

    Safe to be killed and repeated: the same folder gives the same files. The WARC file goes first, so that no row of
    `fetch` is ever seen without its record; `fetch` goes last, so that an address never counts as done too early. Rows
    are handed on one by one: the memory needed does not depend on how many there are.

    Raises:
        DataFolderError: The archive or the lake cannot be written.
    """
    job = Job.read(folder)
    day = _day_of(job.crawl_id)
    warc_file = f"source={job.source_id}/day={day}/{job.crawl_id}.warc.gz"
    kept_bytes = _move_records(folder / order.RECORDS, settings.archive / warc_file)
    tally = _Tally(job)
    for dataset, file, look in (
        (lake.DISCOVERY, order.DISCOVERIES, tally.discovered),
        (lake.PROBE, order.PROBES, tally.pass_by),
        (lake.POLL, order.POLLS, tally.polled),
        (lake.FETCH, order.FETCHES, tally.fetched),
    ):
        rows = _rows(folder / file, warc_file, kept_bytes)
        first = next(rows, None)
        if first is not None:
            target = lake.partition(settings.lake, dataset, job.source_id, day)
            lake.write(target, dataset, (look(r) for r in chain([first], rows)), name=job.crawl_id)
    crawls = list(_rows(folder / order.CRAWLS, warc_file, kept_bytes)) or [tally.killed()]
    lake.write(lake.partition(settings.lake, lake.CRAWL, job.source_id, day), lake.CRAWL, crawls, name=job.crawl_id)
    with named_failures(settings.work):
        if (folder / order.LOG).exists():
            shutil.copyfile(folder / order.LOG, folder.parent.with_suffix(".log"))
    # Renamed first: a half-removed folder must not be committed again with what is left of it.
    with named_failures(folder):
        gone = folder.with_name(f".{folder.name}.done")
        folder.replace(gone)
        shutil.rmtree(gone)
    return tally.result(crawls[-1])


class _Tally:
    """Counts rows on their way into the lake."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ends: Counter[str] = Counter()
        self._blind: dict[str, str] = {}
        self._looked = False
        self._listed = 0
        self._documents = 0
        self._last = datetime.fromisoformat(job.begun_at)

    def discovered(self, row: dict[str, Any]) -> dict[str, Any]:
        self._listed += 1
        return row

    def polled(self, row: dict[str, Any]) -> dict[str, Any]:
        self._documents += row["depth"]
        self._last = max(self._last, row["polled_at"])
        if row["outcome"] == "ok":
            self._looked = True
        else:
            self._blind[row["channel_url"]] = row["reason"]
        return row

    def fetched(self, row: dict[str, Any]) -> dict[str, Any]:
        self._ends[row["outcome"]] += 1
        self._last = max(self._last, row["fetched_at"])
        return row

    def pass_by(self, row: dict[str, Any]) -> dict[str, Any]:
        return row

    def killed(self) -> dict[str, Any]:
        """The row of a crawl that could not write its own."""
        job = self._job
        return {
            "crawl_id": job.crawl_id,
            "source_id": job.source_id,
            "kind": "crawl",
            "started_at": datetime.fromisoformat(job.begun_at),
            "ended_at": self._last,
            "ended": "killed",
            "since": job.first_day,
            "until": job.last_day,
            "rewalk_days": job.rewalk_days,
            "n_found": self._listed,
            "n_new": 0,
            # robots.txt, the documents of the channels, the pages.
            "n_requests": 1 + self._documents + sum(n for o, n in self._ends.items() if o not in outcomes.NOT_ASKED),
            "delay_s": job.delay_s,
        }

    def result(self, crawl: dict[str, Any]) -> CrawlResult:
        ends = self._ends.copy()
        fetched = ends.pop(outcomes.OK, 0)
        confirmed = ends.pop(outcomes.NOT_MODIFIED, 0) + ends.pop(outcomes.UNCHANGED, 0)
        # A site whose lists answer while all its pages fail is as blind as one that does not answer at all.
        failing = bool(ends) and not fetched and not confirmed and set(ends) <= _FAILING
        return CrawlResult(
            source_id=self._job.source_id,
            crawl_id=self._job.crawl_id,
            state="blind" if failing or not self._looked else "published" if fetched else "silent",
            found=crawl["n_found"],
            new=crawl["n_new"],
            fetched=fetched,
            confirmed=confirmed,
            failed=dict(ends),
            blind=self._blind,
            ended=crawl["ended"],
        )


def _rows(path: Path, warc_file: str, kept_bytes: int) -> Iterator[dict[str, Any]]:
    """Rows of a row file as the lake takes them."""
    for row in order.rows_of(path):
        offset = row.get("warc_offset")
        if offset is not None:
            # A record behind a broken one went with it; its address is fetched again.
            if offset >= kept_bytes:
                continue
            row["warc_file"] = warc_file
        for name in _INSTANTS:
            if row.get(name):
                row[name] = datetime.fromisoformat(row[name])
        for name in _DAYS:
            if row.get(name):
                row[name] = date.fromisoformat(row[name])
        yield row


def _move_records(source: Path, target: Path) -> int:
    """Put the whole records of a WARC file in their place; return how many bytes stand there."""
    if source.exists():
        repair(source)
        move(source, target)
    with named_failures(target):
        return target.stat().st_size if target.exists() else 0


def _day_of(crawl_id: str) -> str:
    stamp = crawl_id.rsplit("-", 1)[1]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"


def job_folders(folder: Path) -> list[Path]:
    """What earlier crawls of a source left behind, oldest first; what they had finished removing is removed."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not (path / order.ORDER).exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            found.append(path)
    return found
