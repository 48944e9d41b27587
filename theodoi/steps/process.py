"""Read what the archive keeps: captures -> articles or named drops -> copies -> labels.

A partition is derived again only when its captures, the registry or the code that reads them have changed.
"""

import logging
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
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
from theodoi.steps.copying import keep_fingerprints, mark_copies
from transforms.article import Article, NotAnArticleError
from transforms.classify import MODEL_VERSION, AgencyName, Classifier, Lexicon, PlaceName
from transforms.copies import article_identity
from transforms.extract import extract_article

log = logging.getLogger(__name__)

# Below this many pages a pool of processes costs more to start than it saves (about 1.5 s each to import trafilatura).
_POOL_PAYS_FROM = 200


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
    code = code_version()
    for (source_id, month), rows in _captures(settings.lake, months).items():
        source = registry.sources.get(source_id)
        if source is None:
            log.warning("source %s has captures but stands no longer in the registry; left unread", source_id)
            continue
        made_from = lake.digest([code, source.platform, source.agency_id, *(r["capture_id"] for r in rows)])
        article_file = lake.partition(settings.lake, lake.ARTICLE, source_id, month) / "part.parquet"
        if lake.up_to_date(article_file, made_from):
            result.fresh += 1
            continue
        articles, drops = _read_pages(settings, source, rows)
        # The article file comes last: it alone says that the partition is done.
        lake.write(lake.partition(settings.lake, lake.DROP, source_id, month), lake.DROP, drops, made_from=made_from)
        lake.write(article_file.parent, lake.ARTICLE, articles, made_from=made_from)
        result.read.append((source_id, month))
        result.articles += len(articles)
        for drop in drops:
            result.drops[drop["reason"]] += 1
    _classify(settings, registry, code)
    keep_fingerprints(settings.lake, code)
    mark_copies(settings.lake, code)
    return result


@lru_cache
def code_version() -> str:
    """Digest of everything that reads a page: the code and vocabulary of `transforms`."""
    root = Path(transforms.__file__).parent
    parts = (p for p in sorted(root.rglob("*")) if p.suffix in {".py", ".yaml"})
    return lake.digest(p.relative_to(root).as_posix() + "\n" + p.read_text(encoding="utf-8") for p in parts)


def lexicon_of(registry: Registry) -> Lexicon:
    """The registry's agencies and places as the classifier wants them."""
    return Lexicon(
        agencies=tuple(
            AgencyName(a.agency_id, (a.name, *a.aliases), a.valid_from, a.valid_to, a.successors)
            for a in registry.agencies.values()
        ),
        places=tuple(PlaceName.from_registry(p) for p in registry.places.values()),
    )


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


def _read_pages(
    settings: Settings, source: Source, rows: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    pages = [_Page(settings.archive, row, source.agency_id, source.platform) for row in rows]
    articles: list[dict[str, Any]] = []
    drops: list[dict[str, Any]] = []
    for kept, row in track(_read_all(pages), f"Đọc trang của {source.source_id}", total=len(pages)):
        (articles if kept else drops).append(row)
    return articles, drops


def _read_all(pages: Sequence[_Page]) -> Iterator[tuple[bool, dict[str, Any]]]:
    if len(pages) < _POOL_PAYS_FROM:
        yield from map(_read_page, pages)
        return
    # Spawned, not forked: forking a process that has threads (Airflow, DuckDB, rich) can hang.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_read_page, pages, chunksize=16)


def _read_page(page: _Page) -> tuple[bool, dict[str, Any]]:
    """Read one capture: (True, row of ARTICLE) or (False, row of DROP). Never raises for a bad page."""
    row = page.row
    try:
        capture = read_capture(page.archive, row["warc_file"], row["warc_offset"])
        article = extract_article(
            capture.body,
            row["final_url"] or row["url"],
            platform=page.platform,
            fetched_at=row["fetched_at"],
            content_type=row["content_type"] or "",
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
        "author_rule": article.author_rule,
        "authors": list(article.authors),
        "section": article.section,
        "tags": list(article.tags),
        "genre": article.genre,
        "word_count": len(article.lead.split()) + len(article.text.split()),
        "image_count": len(article.images),
        "has_video": article.has_video,
        "canonical_url": article.canonical_url,
        "credit": article.credit,
    }


def _classify(settings: Settings, registry: Registry, code: str) -> None:
    """Label every article partition whose articles, model or registry names changed."""
    files = lake.files(settings.lake, lake.ARTICLE)
    names = lake.digest([code, MODEL_VERSION, registry.digest()])
    stale = []
    for file in files:
        source_id, month = (part.split("=", 1)[1] for part in file.parts[-3:-1])
        rows = lake.read([file], lake.ARTICLE).to_pylist()
        made_from = lake.digest([names, *(f"{r['capture_id']} {r['article_id']}" for r in rows)])
        target = lake.partition(settings.lake, lake.LABEL, source_id, month)
        if not lake.up_to_date(target / "part.parquet", made_from):
            stale.append((target, made_from, rows))
    if not stale:
        return
    classifier = Classifier(lexicon_of(registry))
    for target, made_from, rows in track(stale, "Phân loại bài"):
        lake.write(target, lake.LABEL, [_label_row(classifier, r) for r in rows], made_from=made_from)


def article_of(row: dict[str, Any]) -> Article:
    """The article of a row of `lake.ARTICLE`, as far as classifying looks at it."""
    return Article(
        url=row["url"],
        title=row["title"],
        lead=row["lead"],
        text=row["text"],
        published_at=row["published_at"],
        authors=tuple(row["authors"]),
        section=row["section"],
        tags=tuple(row["tags"]),
        genre=row["genre"],
    )


def _label_row(classifier: Classifier, row: dict[str, Any]) -> dict[str, Any]:
    labels = classifier.classify(article_of(row), agency_id=row["agency_id"])
    return {
        "article_id": row["article_id"],
        "source_id": row["source_id"],
        "capture_id": row["capture_id"],
        "relevance": labels.relevance,
        "score": labels.score,
        "themes": list(labels.themes),
        "agencies": [
            {"agency_id": a.agency_id, "role": a.role, "field": a.field, "start": a.start, "end": a.end}
            for a in labels.agencies
        ],
        "evidence": [
            {"field": s.field, "start": s.start, "end": s.end, "kind": s.kind, "what": s.what} for s in labels.evidence
        ],
        "model_version": MODEL_VERSION,
    }
