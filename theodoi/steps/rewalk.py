"""Read the listings of a source far back whatever is known: articles that were dated back stand behind known ground."""

from datetime import UTC, date, datetime, timedelta

from spiders.job import LOCAL
from spiders.platforms import platform_of
from theodoi.errors import TheodoiError
from theodoi.registry import Registry
from theodoi.settings import Settings
from theodoi.steps.committing import CrawlResult
from theodoi.steps.crawl import crawl_source


def rewalk(
    settings: Settings, registry: Registry, source_id: str, *, days: int, probe: bool, today: date | None = None
) -> CrawlResult:
    """Crawl a source with a re-walk.

    Args:
        settings: Where to write, how to name ourselves.
        registry: Whose sources.
        source_id: Which.
        days: How far back its listings are read.
        probe: Whether the running numbers of the month that has just ended are probed too, where its platform can be.
        today: Local day; None for the real one.

    Raises:
        TheodoiError: As `crawl_source`; or the source may not be asked now, so that this must be tried again later.
    """
    source = registry.sources.get(source_id)
    months: tuple[str, ...] = ()
    if probe and source is not None and platform_of(source.platform).probe:
        months = (month_before(today or datetime.now(UTC).astimezone(LOCAL).date()),)
    result = crawl_source(settings, registry, source_id, rewalk_days=days, probe_months=months)
    if result.state == "skipped":
        raise TheodoiError(f"nguồn {source_id} chưa được hỏi lúc này ({result.ended}): thử lại sau")
    return result


def month_before(day: date) -> str:
    """The last month that was over on a day, `YYYY-MM`."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
