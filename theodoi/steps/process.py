"""Read what the archive keeps: captures -> articles or named drops -> copies -> labels.

A partition is derived again only when its captures, the registry or the code that reads them have changed.
"""

import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import transforms
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.errors import TheodoiError
from theodoi.progress import track
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.attachments import Attachments
from theodoi.steps.copying import keep_fingerprints, mark_copies
from theodoi.steps.labelling import label
from theodoi.steps.models import model_in_use, vocabulary_in_use
from transforms.article import Article, NotAnArticleError
from transforms.copies import article_identity
from transforms.extract import extract_article

log = logging.getLogger(__name__)

# Below this many pages a pool of processes costs more to start than it saves (about 1.5 s each to import trafilatura).
_POOL_PAYS_FROM = 200
_CHUNK = 16
# The reader's own limits of size keep every page under two seconds and a reader under 1 GiB
# (`benchmarks.hostile_pages`); these are for what nobody thought of, on a machine that does other things too.
_MAX_SECONDS = 60.0
_MAX_MEMORY = 2 << 30


@dataclass
class ProcessResult:
    """What one run of `process` did.

    Attributes:
        read: Partitions (source, month of capture) that were read again.
        fresh: Partitions that were up to date.
        articles: Captures of the read partitions that hold an article.
        drops: Reason -> captures of the read partitions that hold none.
    """

    read: list[tuple[str, str]] = field(default_factory=list)
    fresh: int = 0
    articles: int = 0
    drops: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class _Page:
    """One capture to be read; small, for it travels to another process."""

    archive: Path
    row: dict[str, Any]
    agency_id: str
    platform: str
    # Row of `fetch` of the document that the page links in the place of a text.
    document: dict[str, Any] | None = None
    # Whether it is such a document itself: its text counts with the page.
    is_attachment: bool = False


def process(settings: Settings, registry: Registry, *, months: Sequence[str] | None = None) -> ProcessResult:
    """Derive the lake's article, drop, label and copy partitions from the archive.

    Args:
        settings: Where archive and lake are.
        registry: Whose sources, agencies and places are used.
        months: Months of capture, `YYYY-MM`; None for all that are not up to date.

    Raises:
        TheodoiError: A month is malformed, or holds no captures.
        DataFolderError: The lake cannot be written.
    """
    result = ProcessResult()
    code, reader = code_version(), reading_version()
    attachments = Attachments(settings.lake)
    for (source_id, month), rows in _captures(settings.lake, months).items():
        source = registry.sources.get(source_id)
        if source is None:
            log.warning("source %s has captures but stands no longer in the registry; left unread", source_id)
            continue
        pages = [
            _Page(
                settings.archive, row, source.agency_id, source.platform, attachments.of_page(row), attachments.has(row)
            )
            for row in rows
        ]
        made_from = lake.digest([reader, source.platform, source.agency_id, *(_made_from(page) for page in pages)])
        article_file = lake.partition(settings.lake, lake.ARTICLE, source_id, month) / "part.parquet"
        if lake.up_to_date(article_file, made_from):
            result.fresh += 1
            continue
        articles, drops = _read_pages(source, pages)
        # The article file comes last: it alone says that the partition is done.
        lake.write(lake.partition(settings.lake, lake.DROP, source_id, month), lake.DROP, drops, made_from=made_from)
        lake.write(article_file.parent, lake.ARTICLE, articles, made_from=made_from)
        result.read.append((source_id, month))
        result.articles += len(articles)
        for drop in drops:
            result.drops[drop["reason"]] += 1
    label(settings, registry, model_in_use(settings), vocabulary_in_use(settings), code)
    keep_fingerprints(settings.lake, reader)
    mark_copies(settings.lake, reader)
    return result


@lru_cache
def code_version() -> str:
    """Digest of everything that reads a page or labels it: code and vocabulary; the model has a name of its own."""
    return _version_of()


@lru_cache
def reading_version() -> str:
    """The same without the classifier: new words or a new model label articles anew and read no page again."""
    return _version_of(without="classify")


def _version_of(*, without: str = "") -> str:
    root = Path(transforms.__file__).parent
    files = (p.relative_to(root) for p in sorted(root.rglob("*")) if p.suffix in {".py", ".yaml"})
    kept = (p for p in files if p.parts[0] != without and "data" not in p.parts)
    return lake.digest(f"{p.as_posix()}\n{(root / p).read_text(encoding='utf-8')}" for p in kept)


def _captures(root: Path, months: Sequence[str] | None) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Kept pages by source and month of capture, in the order of their capture ids."""
    for month in months or ():
        try:
            datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        except ValueError as error:
            raise TheodoiError(f"“{month}” không phải tháng: viết YYYY-MM, ví dụ 2024-06") from error
    grouped: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in lake.read(lake.files(root, lake.FETCH), lake.FETCH).to_pylist():
        month = row["fetched_at"].strftime("%Y-%m")
        if row["outcome"] == "ok" and row["capture_id"] and (not months or month in months):
            grouped[row["source_id"], month][row["capture_id"]] = row
    if months and not grouped:
        raise TheodoiError(
            f"chưa lưu trang nào trong {', '.join(months)}: chạy `theodoi crawl` hoặc `theodoi import archive`"
        )
    return {key: [rows[c] for c in sorted(rows)] for key, rows in sorted(grouped.items())}


def _made_from(page: _Page) -> str:
    document = page.document["capture_id"] if page.document else ""
    return f"{page.row['capture_id']}{document}{'+' if page.is_attachment else ''}"


def _read_pages(source: Source, pages: Sequence[_Page]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    articles: list[dict[str, Any]] = []
    drops: list[dict[str, Any]] = []
    for kept, row in track(_read_all(pages), f"Đọc trang của {source.source_id}", total=len(pages)):
        (articles if kept else drops).append(row)
    return articles, drops


def _read_all(pages: Sequence[_Page]) -> Iterator[tuple[bool, dict[str, Any]]]:
    if len(pages) < _POOL_PAYS_FROM:
        yield from map(_read_page, pages)
        return
    done = 0
    while done < len(pages):
        try:
            with _readers(os.cpu_count() or 1) as pool:
                for row in pool.map(_read_page, pages[done:], chunksize=_CHUNK):
                    yield row
                    done += 1
        except BrokenProcessPool:
            # Which page it was is only known when the next ones are read one at a time.
            suspects = pages[done : done + 2 * _CHUNK * (os.cpu_count() or 1)]
            log.warning("a process that reads pages ended; reading %d pages one at a time", len(suspects))
            for row in _read_singly(suspects):
                yield row
                done += 1


def _readers(count: int) -> ProcessPoolExecutor:
    # Spawned, not forked: forking a process that has threads (Airflow, DuckDB, rich) can hang.
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_limit_memory)


def _limit_memory() -> None:
    """Let an allocation fail in a reader before the system has to end processes for want of memory."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MAX_MEMORY, _MAX_MEMORY))


def _read_singly(pages: Sequence[_Page]) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Read pages in a process of their own; a page that ends it becomes a drop."""
    waiting = deque(pages)
    while waiting:
        with suppress(BrokenProcessPool), _readers(1) as pool:
            while waiting:
                yield pool.submit(_read_page, waiting[0]).result()
                waiting.popleft()
        if waiting:
            yield False, _drop(waiting.popleft().row, "reader_failed", "the process that read it ended")


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in the block when it takes longer; only in the main thread, which alone has alarms."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"longer than {seconds:g} s")

    handler = signal.signal(signal.SIGALRM, ring)
    # Again each second: libraries swallow what they did not expect.
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    began = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            # Airflow limits the time of a task in the same way.
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.001), interval)


def _read_page(page: _Page) -> tuple[bool, dict[str, Any]]:
    """Read one capture: (True, row of ARTICLE) or (False, row of DROP). Never raises for a bad page."""
    row = page.row
    if page.is_attachment:
        return False, _drop(row, "attachment", "its text counts with the page that links it")
    try:
        document = page.document
        file = read_capture(page.archive, document["warc_file"], document["warc_offset"]).body if document else b""
        capture = read_capture(page.archive, row["warc_file"], row["warc_offset"])
        with _time_limit(_MAX_SECONDS):
            article = extract_article(
                capture.body,
                row["final_url"] or row["url"],
                platform=page.platform,
                fetched_at=row["fetched_at"],
                content_type=row["content_type"] or "",
                document=file,
            )
    except NotAnArticleError as refusal:
        return False, _drop(row, refusal.reason, refusal.detail)
    except Exception as error:
        # One page must never stop the others; the name in the ledger makes our defect visible.
        log.exception("reading %s failed", row["url"])
        return False, _drop(row, "reader_failed", repr(error)[:500])
    return True, _article_row(page, article)


def _drop(row: dict[str, Any], reason: str, detail: str) -> dict[str, Any]:
    return {
        "source_id": row["source_id"],
        "url": row["url"],
        "url_key": row["url_key"],
        "capture_id": row["capture_id"],
        "gate": "extract",
        "reason": reason,
        "detail": detail,
        "dropped_at": row["fetched_at"],
    }


def _article_row(page: _Page, article: Article) -> dict[str, Any]:
    row = page.row
    return {
        "capture_id": row["capture_id"],
        "source_id": row["source_id"],
        "agency_id": page.agency_id,
        "url": row["url"],
        "url_key": row["url_key"],
        "fetched_at": row["fetched_at"],
        "article_id": article_identity(page.agency_id, article.title, f"{article.lead}\n{article.text}"),
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "title_rule": article.title_rule,
        "date_rule": article.date_rule,
        "lead_rule": article.lead_rule,
        "text_rule": article.text_rule,
        "author_rule": article.author_rule,
        "authors": list(article.authors),
        "section": article.section,
        "tags": list(article.tags),
        "genre": article.genre,
        "word_count": len(article.lead.split()) + len(article.text.split()),
        "image_count": len(article.images),
        "has_video": article.has_video,
        "video_count": article.video_count,
        "special_section": article.special_section,
        "attachments": list(article.attachments),
        "document_url": article.document_url,
        "document_capture_id": (
            page.document["capture_id"] if page.document and article.text_rule.startswith("document:") else None
        ),
        "document_number": article.document_number,
        "issuer": article.issuer,
        "canonical_url": article.canonical_url,
        "credit": article.credit,
    }
