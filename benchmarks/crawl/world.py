"""A big site, a registry that knows it and a data folder of its own: what one measurement needs."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.big_site import Asked, RunningSite
from spiders.platform import Platform
from spiders.platforms import platform_of
from theodoi import lake
from theodoi.registry import Channel, Registry, Source, load_registry
from theodoi.settings import PROJECT, Settings
from theodoi.steps.crawl import CrawlResult, crawl_source

SOURCE_ID = "big"
# Any agency of the project's registry; the site is invented.
_AGENCY_ID = "vksnd_tinh"
_PLATFORM_OF_KIND = {"wordpress": "wordpress", "listing_only": "nukeviet"}


@dataclass(frozen=True)
class World:
    """One site to be crawled.

    Attributes:
        site: The running site.
        settings: Where the crawl writes.
        registry: The project's own with this one source.
        platform: How addresses are compared.
    """

    site: RunningSite
    settings: Settings
    registry: Registry
    platform: Platform

    def crawl(self, **options: Any) -> CrawlResult:  # noqa: ANN401  passed through
        """Crawl the site once."""
        return crawl_source(self.settings, self.registry, SOURCE_ID, **options)

    def rows(self, dataset: lake.Dataset, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Rows of one dataset."""
        rows: list[dict[str, Any]] = lake.read(lake.files(self.settings.lake, dataset), dataset, columns).to_pylist()
        return rows

    def age(self, days: int) -> None:
        """Make all that was seen so many days older, as if the next crawl came that much later."""
        for dataset in (lake.DISCOVERY, lake.POLL, lake.FETCH, lake.CRAWL):
            seen = [n for n in ("seen_at", "polled_at", "fetched_at", "started_at", "ended_at") if n in dataset.columns]
            for file in lake.files(self.settings.lake, dataset):
                rows = lake.read([file], dataset).to_pylist()
                older = [{**r, **{n: r[n] - timedelta(days=days) for n in seen if r[n]}} for r in rows]
                lake.write(file.parent, dataset, older, name=file.stem)

    def keys(self, paths: Sequence[str] | set[str]) -> set[str]:
        """Canonical addresses of paths of the site."""
        return {self.platform.key(self.site.base_url + path) for path in paths}


@contextmanager
def world_of(
    site: RunningSite, discovery: tuple[Channel, ...], *, platform: str = "", delay_s: float = 0.0
) -> Iterator[World]:
    """A world with an empty data folder, which is removed at the end.

    Args:
        site: The running site.
        discovery: Channels that the source is said to have.
        platform: Platform of the source; empty for the one that the site imitates.
        delay_s: Least delay between two requests.
    """
    platform = platform or _PLATFORM_OF_KIND[site.spec.kind]
    source = Source(
        source_id=SOURCE_ID,
        agency_id=_AGENCY_ID,
        base_url=site.base_url,
        platform=platform,
        discovery=discovery,
        start_urls=(f"{site.base_url}/",),
        valid_from=site.spec.begins,
        delay_s=delay_s,
    )
    registry = replace(load_registry(PROJECT / "warehouse" / "seeds"), sources={SOURCE_ID: source})
    with tempfile.TemporaryDirectory(prefix="theodoi-benchmark-") as folder:
        settings = Settings(data=Path(folder) / "data", registry=Path(folder) / "registry", allow_private=True)
        yield World(site, settings, registry, platform_of(platform))


def pages_sent(log: Sequence[Asked], status: int = 200) -> list[Asked]:
    """Requests for the own page of a post that were answered with a status."""
    return [a for a in log if a.number and a.status == status]
