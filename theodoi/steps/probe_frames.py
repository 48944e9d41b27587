"""Which running numbers of a month are to be probed: those that belong to no address we know."""

import random
from collections import defaultdict
from collections.abc import Sequence

from spiders.addresses import host
from spiders.job import LOCAL, ProbeFrame
from spiders.platforms import platform_of
from theodoi import lake
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.months import check_month

# Up to so many, all are asked for (25 minutes at one in five seconds) and the answer is exact.
_ALL_UP_TO = 300
# Of more, so many are drawn: enough for an upper bound of some 3 % of the unknown numbers where none is found.
_DRAWN = 100


def probed_sources(registry: Registry, source_ids: Sequence[str], months: Sequence[str], *, named: bool) -> list[str]:
    """Which of some sources are to be probed: all that somebody named, else those that can be.

    Args:
        registry: Whose sources.
        source_ids: Those that are to be crawled.
        months: `YYYY-MM`; where there are none, nothing is probed.
        named: Whether somebody named them, instead of taking all.

    Raises:
        TheodoiError: A month is malformed, or none of the sources can be probed.
    """
    for month in months:
        check_month(month)
    probed = [s for s in source_ids if named or platform_of(registry.sources[s].platform).probe] if months else []
    if months and not probed:
        raise TheodoiError("không nguồn nào dò được theo số bài: bỏ --probe-ids")
    return probed


def probe_frames(settings: Settings, source: Source, months: Sequence[str]) -> tuple[ProbeFrame, ...]:
    """The frames of some months of publication; months without two numbered articles give none.

    The range of a month goes from the lowest to the highest number of its articles. Numbers of other months that lie in
    it are known and are not drawn. The draw depends on source, month and what is known, so a crawl that was interrupted
    draws the same numbers again.

    Args:
        settings: Where the lake is.
        source: Whose articles.
        months: `YYYY-MM`.

    Raises:
        TheodoiError: Articles of the source's platform cannot be asked for by number.
    """
    if not months:
        return ()
    platform = platform_of(source.platform)
    if not platform.probe:
        raise TheodoiError(f"nguồn {source.source_id} ({source.platform}): không dò được theo số bài, bỏ --probe-ids")
    known: set[int] = set()
    of_month: dict[str, list[int]] = defaultdict(list)
    for url in _urls(settings, source.source_id, lake.DISCOVERY):
        number = platform.number_of(url)
        if number is not None and host(url) == host(source.base_url):
            known.add(number)
    articles = lake.read(
        lake.files(settings.lake, lake.ARTICLE, source_id=source.source_id), lake.ARTICLE, ["url", "published_at"]
    )
    for row in articles.to_pylist():
        number = platform.number_of(row["url"])
        if number is not None and row["published_at"] is not None:
            of_month[f"{row['published_at'].astimezone(LOCAL):%Y-%m}"].append(number)
    frames = (_frame(source.source_id, m, of_month[m], known) for m in dict.fromkeys(months) if len(of_month[m]) > 1)
    return tuple(frames)


def _frame(source_id: str, month: str, numbers: Sequence[int], known: set[int]) -> ProbeFrame:
    first, last = min(numbers), max(numbers)
    unknown = [n for n in range(first, last + 1) if n not in known]
    drawn = unknown
    if len(unknown) > _ALL_UP_TO:
        seed = f"{source_id} {month} {first} {last} {len(unknown)}"
        drawn = sorted(random.Random(seed).sample(unknown, _DRAWN))  # noqa: S311  a sample, no secret
    return ProbeFrame(month, first, last, len(unknown), tuple(drawn))


def _urls(settings: Settings, source_id: str, dataset: lake.Dataset) -> list[str]:
    table = lake.read(lake.files(settings.lake, dataset, source_id=source_id), dataset, ["url"])
    urls: list[str] = table["url"].unique().to_pylist()
    return urls
