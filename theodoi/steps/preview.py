"""What a crawl would fetch and under which bounds, without fetching it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from spiders.pacing import BUDGET, HOURS, is_open
from spiders.platforms import platform_of
from theodoi.registry import LEAST_PUBLIC_DELAY_S, Registry, Source, is_private_host
from theodoi.settings import Settings
from theodoi.steps.crawl import Plan, Planned, plan
from theodoi.steps.memory import requests_of_day
from theodoi.steps.probe_frames import probe_frames, probed_sources


@dataclass(frozen=True, slots=True)
class Preview:
    """What a crawl of one source would do now.

    Attributes:
        source_id: Source.
        delay_s: Least time between two requests, seconds; robots.txt may ask for more.
        budget: Most requests in one day; None: no bound.
        spent: Requests sent today.
        hours: Hours of the day in which it may be asked; empty: at any.
        closed: Why nothing would be asked now, `hours` or `budget`; empty where something would.
        blind: Address of a channel that could not be read -> why: what it would show is not known.
        planned: Addresses that would be fetched, each with its cause, in the order of the crawl; then the running
            numbers that would be probed.
    """

    source_id: str
    delay_s: float
    budget: int | None
    spent: int
    hours: str
    closed: str
    blind: dict[str, str]
    planned: tuple[Planned, ...]


def preview(
    settings: Settings,
    registry: Registry,
    *,
    source_ids: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    rewalk_days: int | None = None,
    probe_months: Sequence[str] = (),
) -> list[Preview]:
    """Tell what `crawl` would fetch; of the sites only robots.txt and the channels are read, and nothing is kept.

    Args:
        settings: Where the lake is, how to name ourselves.
        registry: Whose sources.
        source_ids: Which; None for all that are active.
        since: First day of publication wanted.
        until: Last such day.
        rewalk_days: How many days back the listings are read whatever is known.
        probe_months: Months of publication, `YYYY-MM`, whose running numbers would be probed.

    Raises:
        TheodoiError: As `crawl`.
    """
    wanted = list(dict.fromkeys(source_ids if source_ids is not None else (s.source_id for s in registry.crawlable())))
    now = datetime.now(UTC)
    known = {i: registry.sources[i] for i in wanted if i in registry.sources}
    spent = {i: requests_of_day(settings, i, now) for i in known}
    closed = {i: _closed(source, spent[i], now) for i, source in known.items()}
    # Those that are unknown stay in: `plan` names them in its refusal.
    asked = [i for i in wanted if not closed.get(i)]
    probed = set(asked) & set(probed_sources(registry, list(known), probe_months, named=source_ids is not None))
    plans = {i: Plan((), {}) for i in wanted}
    if asked or not wanted:
        plans |= plan(settings, registry, source_ids=asked, since=since, until=until, rewalk_days=rewalk_days)
    return [
        Preview(
            source_id=i,
            delay_s=_delay(settings, source),
            budget=source.daily_budget,
            spent=spent[i],
            hours=source.hours,
            closed=closed[i],
            blind=plans[i].blind,
            planned=(*plans[i].planned, *(_probes(settings, source, probe_months) if i in probed else ())),
        )
        for i, source in known.items()
    ]


def _probes(settings: Settings, source: Source, months: Sequence[str]) -> list[Planned]:
    address = platform_of(source.platform).probe_url
    return [
        Planned(source.source_id, address(source.base_url, number), "probe")
        for frame in probe_frames(settings, source, months)
        for number in frame.ids
    ]


def _closed(source: Source, spent: int, now: datetime) -> str:
    if source.daily_budget is not None and spent >= source.daily_budget:
        return BUDGET
    return "" if is_open(source.hours, now) else HOURS


def _delay(settings: Settings, source: Source) -> float:
    private = settings.allow_private and is_private_host(urlsplit(source.base_url).hostname or "")
    return source.delay_s if private else max(LEAST_PUBLIC_DELAY_S, source.delay_s)
