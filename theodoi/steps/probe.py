"""Look at one address: platform, channels, and what the rules would read from the page."""

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spiders import outcomes
from spiders.addresses import absolute
from spiders.job import PROBED, Job, Limits
from spiders.probe import PAGE
from theodoi.disk import named_failures
from theodoi.errors import TheodoiError
from theodoi.progress import bars
from theodoi.registry import LEAST_PUBLIC_DELAY_S, is_private_host
from theodoi.settings import Settings
from theodoi.steps.spider_process import run_spider
from transforms.article import Article, NotAnArticleError
from transforms.extract import extract_article

# A look is short: a person waits for it.
_LIMITS = Limits(timeout_s=20.0, retries=1, wall_s=180.0)


@dataclass(frozen=True)
class ProbedChannel:
    """A feed or sitemap.

    Attributes:
        url: Address.
        outcome: `ok`, `broken_xml` or an outcome of `fetch`.
        items: Articles that it lists.
        further: Sitemaps that it names.
    """

    url: str
    outcome: str
    items: int
    further: int


@dataclass(frozen=True)
class ProbeReport:
    """What one address shows.

    Attributes:
        url: Address asked.
        final_url: Address after redirects.
        outcome: What became of the request.
        detail: What exactly.
        http_status: Status of the last answer.
        robots: `ok`, `gone` (there is none: all is allowed) or why it could not be read.
        crawl_delay_s: Delay that robots.txt asks for, seconds.
        platform: Name for `sources.csv`.
        platform_reasons: Why.
        feeds: Feeds that the page names or the platform usually has.
        sitemaps: Sitemaps that robots.txt names or the platform usually has.
        sections: Some listings that the page links.
        listing_count: Links to articles on the page.
        listing_items: Some of them: url, title, at.
        next_page: Next page of the listing.
        article: What would be extracted; None where the page holds no article.
        not_an_article: Why not.
    """

    url: str
    final_url: str
    outcome: str
    detail: str = ""
    http_status: int | None = None
    robots: str = ""
    crawl_delay_s: float = 0.0
    platform: str = ""
    platform_reasons: tuple[str, ...] = ()
    feeds: tuple[ProbedChannel, ...] = ()
    sitemaps: tuple[ProbedChannel, ...] = ()
    sections: tuple[str, ...] = ()
    listing_count: int = 0
    listing_items: tuple[dict[str, Any], ...] = field(default=())
    next_page: str | None = None
    article: Article | None = None
    not_an_article: str = ""

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        lines = [f"Địa chỉ: {self.final_url}"]
        if self.outcome != outcomes.OK:
            lines.append(f"Không đọc được: {self.outcome} ({self.detail})")
            return "\n".join(lines)
        lines += [
            f"robots.txt: {self._robots_text()}",
            f"Nền tảng: {self.platform} ({'; '.join(self.platform_reasons)})",
            *(f"Feed: {_channel_text(c)}" for c in self.feeds),
            *(f"Sitemap: {_channel_text(c)}" for c in self.sitemaps),
            f"Trang này dẫn tới {self.listing_count} bài"
            + (f"; trang sau: {self.next_page}" if self.next_page else "; không thấy trang sau"),
            *(f"  - {i['title'] or i['url']}" for i in self.listing_items),
            *(f"Danh mục: {s}" for s in self.sections),
            *self._article_lines(),
        ]
        return "\n".join(lines)

    def _robots_text(self) -> str:
        if self.robots == outcomes.GONE:
            return "không có, được đọc tất cả"
        if self.robots != outcomes.OK:
            return f"không đọc được ({self.robots}), nên không được hỏi trang nào"
        return f"có, giãn cách {self.crawl_delay_s:g} giây" if self.crawl_delay_s else "có"

    def _article_lines(self) -> list[str]:
        article = self.article
        if article is None:
            return [f"Bài: không có ({self.not_an_article})"]
        when = f"{article.published_at:%d/%m/%Y %H:%M}" if article.published_at else "—"
        return [
            f"Bài: {article.title} [{article.title_rule}]",
            f"  ngày: {when} [{article.date_rule}]",
            f"  tác giả: {', '.join(article.authors) or '—'} [{article.author_rule}]",
            f"  sapo: {article.lead[:200] or '—'}",
            f"  nội dung: {len(article.text.split())} tiếng, {len(article.images)} ảnh",
        ]


def probe(settings: Settings, url: str) -> ProbeReport:
    """Ask for one address and what belongs to it: robots.txt, feeds, sitemaps; at most eight requests.

    Args:
        settings: Where to work, how to name ourselves.
        url: A home page, a section or an article.

    Raises:
        TheodoiError: The address is none, no contact is set for a public host, or the spider broke down.
        DataFolderError: The data folder cannot be written.
    """
    checked = absolute(url, url)
    if checked is None:
        raise TheodoiError(f"“{url}” không phải địa chỉ web: cần dạng https://ten-mien/…")
    private = is_private_host(urlsplit(checked).hostname or "")
    if not private and not settings.contact:
        raise TheodoiError("đặt THEODOI_CONTACT (email hoặc địa chỉ trang của bạn) trước khi hỏi trang công khai")
    begun_at = datetime.now(UTC)
    name = f"probe-{begun_at:%Y%m%dT%H%M%S%f}"
    folder = settings.work / "probe" / name
    job = Job(
        crawl_id=name,
        source_id="probe",
        base_url=checked,
        platform="",
        discovery=(),
        start_urls=(),
        valid_from=None,
        delay_s=0.0 if private and settings.allow_private else LEAST_PUBLIC_DELAY_S,
        user_agent=settings.user_agent,
        allow_private=settings.allow_private,
        begun_at=begun_at.isoformat(),
        limits=_LIMITS,
        probe=checked,
    )
    with named_failures(folder):
        folder.mkdir(parents=True)
        job.write(folder)
    try:
        with bars() as progress:
            progress.add_task(f"Xem {urlsplit(checked).netloc}", total=None)
            problem = run_spider(folder, _LIMITS.wall_s)
        if problem:
            raise TheodoiError(problem)
        return _report(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(folder: Path) -> ProbeReport:
    seen: dict[str, Any] = json.loads((folder / PROBED).read_text(encoding="utf-8"))
    asked_at = datetime.fromisoformat(seen.pop("asked_at"))
    content_type = seen.pop("content_type")
    for name in ("feeds", "sitemaps"):
        seen[name] = tuple(ProbedChannel(**c) for c in seen.get(name, ()))
    for name in ("sections", "platform_reasons", "listing_items"):
        seen[name] = tuple(seen.get(name, ()))
    article, refused = None, ""
    if (folder / PAGE).exists():
        try:
            article = extract_article(
                (folder / PAGE).read_bytes(),
                seen["final_url"],
                platform=seen["platform"],
                fetched_at=asked_at,
                content_type=content_type,
            )
        except NotAnArticleError as refusal:
            refused = str(refusal)
    return ProbeReport(**seen, article=article, not_an_article=refused)


def _channel_text(channel: ProbedChannel) -> str:
    if channel.outcome != outcomes.OK:
        return f"{channel.url} — {channel.outcome}"
    further = f", {channel.further} sitemap con" if channel.further else ""
    return f"{channel.url} — {channel.items} bài{further}"
