"""Which sources are to be looked at now: each at its own interval, learnt from what its earlier crawls saw.

Nothing is kept for this. A source's interval is a fold over its past crawls as the lake tells them, so that it is the
same after a restart, on another machine, or when the rules below change.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

import duckdb

from spiders.job import LOCAL
from spiders.pacing import BUDGET, HOURS, is_open
from theodoi import lake
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.crawl import is_being_crawled
from theodoi.steps.ledgers import LOCAL_SQL, ledgers

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
# Most of these sites publish less than one article a day, and starting slowly loses nothing, because listings are read
# until known ground. A brisk site goes from here to an hour within two days.
START = LONGEST
# Of what the head of a channel shows, so much should be known: more, and we ask in vain; less, and the next burst of
# articles pushes some out of sight (the band of Media Cloud's rss-fetcher).
LEAST_KNOWN, MOST_KNOWN = 0.33, 0.67
# From just outside of the band these lead into it, never to its other side.
_LONGER, _SHORTER = 1.5, 0.5
# How a crawl ended (`lake.CRAWL`, column `ended`) that left a rest though nothing is wrong with the site.
UNFINISHED = frozenset({"time_limit", BUDGET, HOURS, "killed"})
GAVE_UP = "gave_up"
FINISHED = "finished"
# 15 minutes doubled so often are more than a day.
_MOST_DOUBLINGS = 8

Why = Literal["never", "interval", "backoff", "unfinished"]


@dataclass(frozen=True, slots=True)
class Look:
    """What one crawl of a source tells about when to come again.

    Attributes:
        at: When it began, aware.
        saw: Whether a channel could be read.
        known: Share of the addresses at the head of a channel that were known before, 0 to 1, by the feed or listing
            that moves on fastest: it is the first to lose an article. None where no channel was read before.
        ended: `lake.CRAWL`, column `ended`.
    """

    at: datetime
    saw: bool
    known: float | None = None
    ended: str = FINISHED

    @property
    def trouble(self) -> Why | None:
        """Why the next one does not come at the source's own interval."""
        if self.ended in UNFINISHED:
            return "unfinished"
        return None if self.saw and self.ended != GAVE_UP else "backoff"


@dataclass(frozen=True, slots=True)
class Due:
    """When a source is to be crawled next.

    Attributes:
        source_id: Source.
        due_at: Earliest moment at which it is its turn and it may be asked, aware; in the past where it is overdue.
        interval: From the last crawl's begin to its turn; zero before the first.
        why: `never` crawled; at its `interval`; `backoff` after crawls that saw nothing; `unfinished`: the last crawl
            left a rest.
        held: What keeps it longer than that: `hours` (its hours of the day) or `budget` (its requests of today); else
            empty.
    """

    source_id: str
    due_at: datetime
    interval: timedelta
    why: Why
    held: str = ""


def due_sources(settings: Settings, registry: Registry, now: datetime) -> list[Due]:
    """The active sources whose turn it is and that may be asked, the longest overdue first."""
    return [turn for turn in turns(settings, registry, now) if turn.due_at <= now]


def turns(settings: Settings, registry: Registry, now: datetime) -> list[Due]:
    """When each active source is to be crawled next, the earliest first.

    Args:
        settings: Where the lake is.
        registry: Whose sources.
        now: Aware.
    """
    return sorted(_turns(settings, registry.crawlable(), now), key=lambda due: (due.due_at, due.source_id))


def _turns(settings: Settings, sources: Sequence[Source], now: datetime) -> list[Due]:
    if not sources:
        return []
    only = sources[0].source_id if len(sources) == 1 else None
    ledger = ((lake.POLL, POLL_COLUMNS), (lake.CRAWL, CRAWL_COLUMNS))
    with ledgers(settings.lake, *ledger, source_id=only) as db:
        past, spent = looks(db), requests_of_day(db, now)
    return [turn(s, past.get(s.source_id, []), spent.get(s.source_id, 0), now) for s in sources]


def turn(source: Source, history: Sequence[Look], spent: int, now: datetime) -> Due:
    """When a source is to be crawled next.

    Args:
        source: The source.
        history: Its crawls, oldest first.
        spent: Requests that were sent to it today.
        now: Aware.
    """
    wait = next_interval(history)
    wanted = history[-1].at + wait if history else now
    why: Why = (history[-1].trouble or "interval") if history else "never"
    at, held = max(wanted, now), ""
    if source.daily_budget is not None and spent >= source.daily_budget:
        tomorrow = datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=1), time.min, LOCAL)
        if at < tomorrow:
            at, held = tomorrow, BUDGET
    if not is_open(source.hours, at):
        at, held = _opening(source.hours, at), HOURS
    return Due(source.source_id, at.astimezone(UTC) if held else wanted, wait, why, held)


def next_interval(history: Sequence[Look]) -> timedelta:
    """How long after the begin of the last crawl the next one is due.

    That is the interval that suits the source (`interval_of`), but

    * after crawls that saw nothing twice as long for each of them in a row, up to a day: a site that is down or has
      shut us out is not hammered;
    * after crawls that left a rest (killed, out of time, hours or budget) as soon as it may go on, in case they break
      down again and again at twice the time for each in a row, up to the source's interval.

    Args:
        history: Crawls of one source, oldest first.

    Returns:
        15 minutes to 24 hours; zero before the first crawl.
    """
    if not history:
        return timedelta(0)
    interval, trouble = interval_of(history), history[-1].trouble
    if trouble is None:
        return interval
    in_a_row = next((n for n, look in enumerate(reversed(history)) if look.trouble != trouble), len(history))
    doublings = min(in_a_row, _MOST_DOUBLINGS)
    if trouble == "backoff":
        return min(interval * (1 << doublings), LONGEST)
    return min(SHORTEST * (1 << (doublings - 1)), interval)


def interval_of(history: Sequence[Look]) -> timedelta:
    """The interval at which a source shows between a third and two thirds of news, as far as its past tells.

    A crawl out of turn is no evidence against the interval: one that came early and met nothing new does not lengthen
    it, and of what one met that came late only the share counts that would have come in time.

    Args:
        history: Crawls of one source, oldest first.
    """
    interval, before = START, None
    for look in history:
        if look.known is not None and before is not None:
            since = look.at - before
            in_time = min(1.0, interval / since) if since else 1.0
            if (1 - look.known) * in_time > 1 - LEAST_KNOWN:
                interval = max(interval * _SHORTER, SHORTEST)
            elif look.known > MOST_KNOWN and since >= interval:
                interval = min(interval * _LONGER, LONGEST)
        if look.saw:
            before = look.at
    return interval


# What the queries below need.
POLL_COLUMNS = "crawl_id source_id channel channel_url polled_at outcome n_seen head_seen head_known"
CRAWL_COLUMNS = "crawl_id source_id kind started_at ended n_requests"
# A channel's first reading shows old articles as new, so it tells nothing about its pace. One that answers "not
# modified" lists nothing and has nothing new.
_LOOKS = """
with reading as (
    select
        *,
        row_number() over (partition by source_id, channel_url, outcome = 'ok' order by polled_at) > 1 as again
    from poll
    where channel != 'archive'
),

polled as (
    select
        source_id,
        crawl_id,
        min(polled_at) as began,
        bool_or(outcome = 'ok') as saw,
        min(case when head_seen > 0 then head_known / head_seen when n_seen = 0 then 1 end) filter (
            where channel in ('feed', 'listing') and outcome = 'ok' and again
        ) as known
    from reading
    group by source_id, crawl_id
),

crawled as (
    select * from crawl where kind = 'crawl'
)

select
    coalesce(crawled.source_id, polled.source_id) as source_id,
    epoch(coalesce(crawled.started_at, polled.began)) as began,
    coalesce(polled.saw, false) as saw,
    polled.known,
    coalesce(crawled.ended, 'finished') as ended
from crawled
full outer join polled on crawled.source_id = polled.source_id and crawled.crawl_id = polled.crawl_id
order by began
"""


def looks(db: duckdb.DuckDBPyConnection) -> dict[str, list[Look]]:
    """Source -> its crawls, oldest first, from the tables `poll` and `crawl`."""
    found: dict[str, list[Look]] = defaultdict(list)
    for source_id, at, saw, known, ended in db.execute(_LOOKS).fetchall():
        found[source_id].append(Look(datetime.fromtimestamp(at, UTC), saw, known, ended))
    return found


def requests_of_day(db: duckdb.DuckDBPyConnection, at: datetime) -> dict[str, int]:
    """Source -> requests that crawls sent to it on the local day of a moment, from the table `crawl`."""
    query = (
        "select source_id, sum(n_requests)::bigint from crawl"  # noqa: S608  our own text
        f" where kind = 'crawl' and {LOCAL_SQL.format('started_at')}::date = ? group by all"
    )
    return {s: n or 0 for s, n in db.execute(query, [at.astimezone(LOCAL).date()]).fetchall()}


def _opening(hours: str, at: datetime) -> datetime:
    """When the hours of a source begin next after a moment outside of them."""
    local = at.astimezone(LOCAL)
    opening = datetime.combine(local.date(), time.fromisoformat(hours.split("-")[0]), LOCAL)
    return opening if opening > local else opening + timedelta(days=1)


def is_due(settings: Settings, registry: Registry, source_id: str, now: datetime) -> bool:
    """Whether it is the turn of an active source and nobody crawls it at this moment."""
    if is_being_crawled(settings, source_id):
        return False
    wanted = [source for source in registry.crawlable() if source.source_id == source_id]
    return any(due.due_at <= now for due in _turns(settings, wanted, now))
