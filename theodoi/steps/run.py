"""The whole chain: crawl, process, build, publish."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from theodoi.registry import Registry
from theodoi.settings import Settings
from theodoi.steps.build import build
from theodoi.steps.committing import CrawlResult
from theodoi.steps.crawl import crawl
from theodoi.steps.process import ProcessResult, process
from theodoi.steps.publish import publish


def run(
    settings: Settings,
    registry: Registry,
    *,
    source_ids: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> tuple[list[CrawlResult], ProcessResult, Path]:
    """Take the sources from their sites to the published database.

    A source that fails is blind for the day and does not stop the others. A run that was killed is simply run again.

    Raises:
        TheodoiError: What the four steps raise.
    """
    crawled = crawl(settings, registry, source_ids=source_ids, since=since, until=until)
    processed = process(settings, registry)
    build(settings)
    return crawled, processed, publish(settings)
