"""Looks at one address of an unknown site: which platform, which channels, what they list."""

import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import scrapy
from scrapy.http import HtmlResponse

from spiders import outcomes
from spiders.addresses import host
from spiders.channels import feeds_of, read_feed, read_listing, read_sitemap
from spiders.fetcher import Fetcher
from spiders.job import PROBED, Job, to_json
from spiders.journal import report
from spiders.platform import Platform
from spiders.platforms import PLATFORMS

PAGE = "page.html"
# Enough links of one form to call it a habit of the site rather than chance.
_HABIT = 3
_SHOWN = 5


class ProbeSpider(scrapy.Spider):  # type: ignore[misc]  # mypy skips scrapy's own types
    """Asks for robots.txt, the address, and the channels that it may have; writes what it saw to `probe.json`.

    Args:
        job: The order; `job.probe` is the address.
        folder: The job folder.

    Attributes:
        finished: Whether it came to its end by itself.
    """

    name = "probe"

    def __init__(self, job: Job, folder: Path) -> None:
        super().__init__()
        self.job = job
        self.folder = folder
        self.finished = False

    async def start(self) -> AsyncIterator[Any]:
        """Look once at everything."""
        job = self.job
        self.fetcher = Fetcher(self.crawler, job.probe, job.delay_s, allow_private=job.allow_private, limits=job.limits)
        robots = await self.fetcher.robots(job.probe)
        answer = await self.fetcher.page(job.probe)
        seen: dict[str, Any] = {
            "url": answer.url,
            "final_url": answer.final_url,
            "asked_at": answer.asked_at,
            "outcome": answer.outcome,
            "detail": answer.detail,
            "http_status": answer.status,
            "content_type": answer.header("content-type"),
            "robots": robots.outcome if robots.status == 200 or robots.parser is None else outcomes.GONE,
            "crawl_delay_s": (robots.parser.crawl_delay("theodoi") if robots.parser else None) or 0.0,
        }
        if answer.outcome == outcomes.OK:
            (self.folder / PAGE).write_bytes(answer.body)
            seen |= await self._look_around(answer.html(), robots.sitemaps)
        (self.folder / PROBED).write_text(to_json(seen), encoding="utf-8")
        self.finished = True
        return
        yield

    async def _look_around(self, page: HtmlResponse, sitemaps: list[str]) -> dict[str, Any]:
        platform, reasons = guess(page)
        report(event="probe", platform=platform.name)
        listed = read_listing(page, platform, 1, page.url)
        named = feeds_of(page)
        feeds = [*named, *(urljoin(page.url, f) for f in platform.feeds if not named)]
        maps = [*sitemaps, *(urljoin(page.url, s) for s in platform.sitemaps if not sitemaps)]
        return {
            "platform": platform.name,
            "platform_reasons": reasons,
            "feeds": [await self._channel(f, platform, "feed") for f in _first(feeds)],
            "sitemaps": [await self._channel(s, platform, "sitemap") for s in _first(maps)],
            "sections": listed.further[:_SHOWN],
            "listing_items": [{"url": i.url, "title": i.title, "at": i.at} for i in listed.items[:_SHOWN]],
            "listing_count": len(listed.items),
            "next_page": listed.next_page,
        }

    async def _channel(self, url: str, platform: Platform, kind: str) -> dict[str, Any]:
        if host(url) != host(self.job.probe):
            return {"url": url, "outcome": outcomes.OFF_SITE, "items": 0, "further": 0}
        answer = await self.fetcher.document(url)
        if answer.outcome != outcomes.OK:
            return {"url": url, "outcome": answer.outcome, "items": 0, "further": 0}
        read = read_feed if kind == "feed" else read_sitemap
        listed = read(answer.body, answer.final_url, platform)
        outcome = "broken_xml" if listed.broken else outcomes.OK
        return {"url": url, "outcome": outcome, "items": len(listed.items), "further": len(listed.further)}


def guess(page: HtmlResponse) -> tuple[Platform, list[str]]:
    """The platform that a page speaks for most, and why; `generic` where none does."""
    best, best_score, best_reasons = PLATFORMS["generic"], 0, ["không có dấu hiệu của nền tảng nào đã biết"]
    for platform in PLATFORMS.values():
        if not platform.generator:
            continue
        score, reasons = 0, []
        if re.search(platform.generator, page.text, re.IGNORECASE):
            score += 2
            reasons.append("trang có dấu hiệu của nền tảng")
        articles = sum(platform.is_article(i.url) for i in read_listing(page, platform, 1, page.url).items)
        if articles >= _HABIT:
            score += 1
            reasons.append(f"{articles} liên kết có dạng địa chỉ bài")
        if platform.is_article(page.url):
            score += 1
            reasons.append("địa chỉ này có dạng địa chỉ bài")
        if score > best_score:
            best, best_score, best_reasons = platform, score, reasons
    return best, best_reasons


def _first(urls: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(urls))[:3]
