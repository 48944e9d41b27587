"""Health and freshness of every source, from what the crawls left in the lake."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from theodoi import lake
from theodoi.registry import Registry, Source
from theodoi.settings import Settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

ADVICE = {
    "server_error": "trang của cơ quan đang lỗi: thử lại sau, báo quản trị trang nếu kéo dài",
    "timeout": "trang trả lời quá chậm: kiểm tra mạng, thử lại ngoài giờ cao điểm",
    "connection_error": "không kết nối được: kiểm tra tên miền và mạng",
    "redirect_loop": "trang tự chuyển hướng vòng quanh: kiểm tra base_url trong sources.csv",
    "off_site": "trang chuyển sang máy chủ khác: kiểm tra base_url, có thể đã đổi tên miền",
    "robots": "robots.txt không cho đọc: tôn trọng, đánh dấu nguồn trong sources.csv",
    "private_host": "địa chỉ nội bộ bị từ chối: chỉ cho phép khi chạy thử (THEODOI_ALLOW_PRIVATE=1)",
    "empty_listing": "danh mục không còn bài nào: giao diện có thể đã đổi, chạy `theodoi probe`",
    "gone": "địa chỉ danh mục không còn: sửa start_urls trong sources.csv",
    "http_error": "máy chủ từ chối: xem mã trả lời, có thể bị tường lửa chặn",
    "truncated": "trang đứt giữa chừng: thử lại",
    "broken_xml": "feed hoặc sitemap hỏng: báo quản trị trang, danh mục vẫn được đọc",
    "time_limit": "hết giờ dành cho nguồn: lần thu thập sau đọc tiếp",
    "not_html": "danh mục không phải trang web: kiểm tra start_urls trong sources.csv",
}


@dataclass(frozen=True)
class SourceStatus:
    """How one source stands.

    Attributes:
        source_id: Source of the registry.
        agency_id: Agency that answers for it.
        state: `never` (not crawled yet), `published` (new articles at the last crawl), `silent` (looked, nothing new)
            or `blind`.
        reason: Why it is blind, and which channels failed otherwise.
        last_crawl_at: Start of the last crawl, aware.
        last_success_at: Last time a channel could be read, aware.
        new_addresses: New addresses at the last crawl.
        captures: Pages kept in all.
        failed: Addresses that the last crawl could not fetch, by reason.
        advice: What to do, in Vietnamese.
    """

    source_id: str
    agency_id: str
    state: str
    reason: str
    last_crawl_at: datetime | None
    last_success_at: datetime | None
    new_addresses: int
    captures: int
    failed: dict[str, int]
    advice: str


def status(settings: Settings, registry: Registry) -> list[SourceStatus]:
    """How each crawlable source stands, and every other source that has captures."""
    polls = _by_source(settings, lake.POLL)
    fetches = _by_source(settings, lake.FETCH)
    crawlable = {s.source_id for s in registry.crawlable()}
    known = [s for s in registry.sources.values() if s.source_id in crawlable or s.source_id in fetches]
    return [_one(s, polls.get(s.source_id, []), fetches.get(s.source_id, [])) for s in known]


def _by_source(settings: Settings, dataset: lake.Dataset) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in lake.read(lake.files(settings.lake, dataset), dataset).to_pylist():
        rows[row["source_id"]].append(row)
    return rows


def _one(source: Source, polls: list[dict[str, Any]], fetches: list[dict[str, Any]]) -> SourceStatus:
    captures = len({f["capture_id"] for f in fetches if f["capture_id"]})
    if not polls:
        return SourceStatus(
            source.source_id, source.agency_id, "never", "", None, None, 0, captures, {}, "chạy `theodoi crawl`"
        )
    last = max(polls, key=lambda p: (p["polled_at"], p["crawl_id"]))["crawl_id"]
    of_last = [p for p in polls if p["crawl_id"] == last]
    asked = [f for f in fetches if f["crawl_id"] == last]
    failed: dict[str, int] = defaultdict(int)
    for fetch in asked:
        if fetch["outcome"] not in {"ok", "not_modified"}:
            failed[fetch["outcome"]] += 1
    blind_channels = sorted({p["reason"] or "unknown" for p in of_last if p["outcome"] != "ok"})
    nothing_fetched = bool(asked) and not any(f["outcome"] == "ok" for f in asked) and _only_temporary(failed)
    new = sum(p["n_new"] or 0 for p in of_last if p["outcome"] == "ok")
    if nothing_fetched or all(p["outcome"] != "ok" for p in of_last):
        state = "blind"
    else:
        state = "published" if any(f["outcome"] == "ok" for f in asked) else "silent"
    reasons = blind_channels or (sorted(failed) if state == "blind" else [])
    return SourceStatus(
        source_id=source.source_id,
        agency_id=source.agency_id,
        state=state,
        reason=", ".join(reasons),
        last_crawl_at=min(p["polled_at"] for p in of_last),
        last_success_at=max((p["polled_at"] for p in polls if p["outcome"] == "ok"), default=None),
        new_addresses=new,
        captures=captures,
        failed=dict(failed),
        advice="; ".join(ADVICE.get(r, "xem nhật ký") for r in reasons),
    )


def _only_temporary(failed: dict[str, int]) -> bool:
    return set(failed) <= {"server_error", "timeout", "connection_error", "truncated", "redirect_loop"}
