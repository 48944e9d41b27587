"""Rows of the lake for pages out of a file of an archive. They depend on the file alone, never on a clock."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from spiders import outcomes
from spiders.addresses import host
from spiders.platforms import platform_of
from theodoi import lake
from theodoi.archive import Capture, capture_id, payload_digest
from theodoi.registry import Registry, Source
from theodoi.settings import Settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def by_host(registry: Registry) -> dict[str, list[Source]]:
    """The sources of each host."""
    sources: dict[str, list[Source]] = defaultdict(list)
    for source in registry.sources.values():
        sources[host(source.base_url)].append(source)
    return sources


def owner(candidates: list[Source], capture: Capture) -> Source:
    """Which of several sources of one host a capture belongs to: by form of address first, then by day."""
    day = capture.fetched_at.astimezone(LOCAL).date()

    def fit(source: Source) -> tuple[bool, bool]:
        begun = source.valid_from is None or source.valid_from <= day
        return platform_of(source.platform).is_article(capture.url), begun and (
            source.valid_to is None or day <= source.valid_to
        )

    return max(candidates, key=fit)


def fetch_row(name: str, file_name: str, source: Source, capture: Capture, position: int) -> dict[str, Any]:
    """The row of `lake.FETCH` of one page, place of its record aside.

    Args:
        name: Name of the import.
        file_name: File it comes from.
        source: Source it belongs to.
        capture: The page.
        position: Its place among the pages of source and day.
    """
    outcome = outcomes.of_page(capture.status, capture.content_type, capture.body)
    digest = payload_digest(capture.body)
    kept = outcome in outcomes.KEPT_AS_PROOF
    return {
        "crawl_id": name,
        "source_id": source.source_id,
        "url": capture.url,
        "url_key": platform_of(source.platform).key(capture.url),
        "cause": "archive",
        "fetched_at": capture.fetched_at,
        "outcome": outcome,
        "detail": capture.content_type if outcome == outcomes.NOT_HTML else "",
        "http_status": capture.status,
        "final_url": capture.url,
        "content_type": capture.content_type,
        "n_bytes": len(capture.body),
        "payload_digest": digest,
        "etag": capture.header("etag"),
        "last_modified": capture.header("last-modified"),
        "capture_id": capture_id(capture.url, capture.fetched_at, digest) if kept else None,
        # When it was imported is not said: the same file must give the same rows whenever.
        "obtained_from": file_name,
        "position": position,
    }


def write_day(
    settings: Settings, file_name: str, name: str, source_id: str, day: str, rows: list[dict[str, Any]]
) -> None:
    """Write the rows of one source and day; `fetch` goes last, as after a crawl."""
    listed = {
        "channel": "archive",
        "channel_url": file_name,
        "listed_title": "",
        "listed_at": None,
        "listed": True,
    }
    discoveries = [{**row, **listed, "seen_at": row["fetched_at"]} for row in rows]
    addresses = len({row["url_key"] for row in rows})
    poll = {
        "crawl_id": name,
        "source_id": source_id,
        "channel": "archive",
        "channel_url": file_name,
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


def write_crawl(settings: Settings, name: str, source_id: str, rows: list[dict[str, Any]]) -> None:
    """Write the row of `lake.CRAWL` of one source: the span of its captures stands for the time of the import."""
    first, last = min(row["fetched_at"] for row in rows), _latest(rows)
    crawl = {
        "crawl_id": name,
        "source_id": source_id,
        "kind": "import",
        "started_at": first,
        "ended_at": last,
        "ended": "finished",
        "n_requests": 0,
        "n_bytes": 0,
    }
    folder = lake.partition(settings.lake, lake.CRAWL, source_id, f"{last:%Y-%m-%d}")
    lake.write(folder, lake.CRAWL, [crawl], name=name)


def _latest(rows: list[dict[str, Any]]) -> datetime:
    latest: datetime = max(row["fetched_at"] for row in rows)
    return latest
