"""What the lake knows of a source, handed to its next crawl as a frontier.

Everything is derived afresh for each crawl, so that the lake alone holds the truth; DuckDB does it in bounded memory.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from spiders import outcomes
from spiders.frontier import Frontier
from spiders.job import LOCAL, Job
from theodoi import lake
from theodoi.settings import Settings

_ROWS_AT_ONCE = 1_000
# Addresses are worked through in parts of about so many ledger rows: the memory of one part is all that is needed.
_ROWS_OF_A_PART = 20_000
# Pages out of archives and addresses from lists of others prove nothing about what a channel hides: they count as seen
# after all crawls of ours ("~" sorts behind every crawl's name). The states are those of `spiders.frontier`.
_ADDRESSES = """
with found as (
    select
        url_key,
        min(case when channel in ('archive', 'outside') then '~' || crawl_id else crawl_id end) as first_crawl,
        coalesce(arg_min(url, seen_at), any_value(url)) as url,
        min(listed_at) as published
    from discovery
    where listed is distinct from false and hash(url_key) % $parts = $part
    group by url_key
),

asked as (
    select
        url_key,
        arg_max(outcome, fetched_at) as last_outcome,
        max(fetched_at) as asked,
        arg_min(url, fetched_at) as url,
        min(fetched_at) filter (where list_contains($there, outcome)) as there_at,
        max(fetched_at) filter (where list_contains($there, outcome)) as last_there,
        min(fetched_at) filter (where list_contains($temporary, outcome)) as first_failed
    from "fetch"
    where hash(url_key) % $parts = $part
    group by url_key
),

kept as (
    select
        url_key,
        arg_max(struct_pack(etag, last_modified, payload_digest, warc_file, warc_offset), fetched_at) as version
    from "fetch"
    where outcome = 'ok' and capture_id is not null and hash(url_key) % $parts = $part
    group by url_key
),

-- What the server says of the version that we have may change without it (a sidebar, a new server).
validated as (
    select
        url_key,
        arg_max(struct_pack(etag, last_modified), fetched_at) as said
    from "fetch"
    where list_contains($there, outcome) and (etag != '' or last_modified != '')
        and hash(url_key) % $parts = $part
    group by url_key
)

select
    coalesce(found.url_key, asked.url_key) as key,
    coalesce(found.url, asked.url) as url,
    coalesce(found.first_crawl, '~') as first_crawl,
    epoch(found.published) as published,
    case
        when asked.url_key is null then 'unasked'
        when kept.url_key is not null and list_contains($absent, asked.last_outcome) then 'vanished'
        when kept.url_key is not null and list_contains($temporary, asked.last_outcome) then 'shaky'
        when kept.url_key is not null then 'there'
        when list_contains($temporary, asked.last_outcome) then 'failed'
        else 'final'
    end as state,
    epoch(asked.asked) as asked,
    epoch(asked.there_at) as there_at,
    epoch(
        case when asked.first_failed < asked.last_there then asked.last_there else asked.first_failed end
    ) as failing_since,
    coalesce(validated.said.etag, '') as etag,
    coalesce(validated.said.last_modified, '') as last_modified,
    coalesce(kept.version.payload_digest, '') as digest,
    coalesce(kept.version.warc_file, '') as warc_file,
    kept.version.warc_offset as warc_offset
from found
full outer join asked on found.url_key = asked.url_key
left join kept on asked.url_key = kept.url_key
left join validated on asked.url_key = validated.url_key
"""

_LISTINGS = """
select
    channel,
    case when channel = 'link' then $base_url else channel_url end as channel_url,
    url_key,
    coalesce(arg_max(listed_title, seen_at) filter (where listed is distinct from false), '') as title,
    epoch(arg_max(listed_at, seen_at)) as published,
    epoch(arg_max(changed_at, seen_at)) as changed,
    coalesce(arg_max(listed, seen_at), true) as listed
from discovery
where channel not in ('archive', 'outside') and hash(url_key) % $parts = $part
group by all
"""

# Reading a channel to its end makes it complete; meeting known ground keeps it so; anything else is a gap. A channel
# deeper than a crawl may go is never complete, but settled: reading down to the same depth again shows nothing more.
_CHANNELS = """
with ok as (
    select * from poll where outcome = 'ok' and channel != 'archive'
),

whole as (
    select
        channel_url,
        max(polled_at) filter (where exhausted) as ended,
        max(polled_at) filter (where exhausted or (reason = 'depth_limit' and depth >= $pages)) as settled
    from ok
    group by channel_url
)

select
    arg_max(ok.channel, ok.polled_at) as channel,
    ok.channel_url,
    max(ok.crawl_id) as last_crawl,
    coalesce(bool_and(ok.overlap_reached) filter (where ok.polled_at > whole.ended), true)
        and any_value(whole.ended) is not null as complete,
    coalesce(bool_and(ok.overlap_reached) filter (where ok.polled_at > whole.settled), true)
        and any_value(whole.settled) is not null as settled,
    strftime(arg_max(ok.covers_from, ok.polled_at), '%Y-%m-%d') as covers_from,
    epoch(max(ok.polled_at)) as polled,
    arg_max(ok.depth, ok.polled_at) as depth,
    coalesce(arg_max(ok.etag, ok.polled_at), '') as etag,
    coalesce(arg_max(ok.last_modified, ok.polled_at), '') as last_modified
from ok
left join whole on ok.channel_url = whole.channel_url
group by ok.channel_url
"""


_ANNOUNCED = """
select epoch(fetched_at), outcome = 'ok' from "fetch"
where cause = 'relisted' and list_contains($there, outcome) order by fetched_at desc limit 100
"""


def fill_frontier(settings: Settings, job: Job, path: Path) -> None:
    """Make the frontier of a source's next crawl.

    Args:
        settings: Where the lake is.
        job: The crawl.
        path: File to be made.
    """
    with duckdb.connect() as db, Frontier(path) as frontier:
        db.execute("set threads = 1")
        _open(db, settings.lake, job.source_id)
        sets = {"there": outcomes.THERE, "absent": outcomes.ABSENT, "temporary": outcomes.TEMPORARY}
        named = {name: sorted(members) for name, members in sets.items()}
        frontier.remember_channels(_rows(db, _CHANNELS, {"pages": job.limits.pages}))
        frontier.remember_announced(_rows(db, _ANNOUNCED, {"there": named["there"]}))
        (count,) = db.execute(
            'select (select count(*) from discovery) + (select count(*) from "fetch")'
        ).fetchone() or (0,)
        parts = 1 + int(count) // _ROWS_OF_A_PART
        for part in range(parts):
            share = {"parts": parts, "part": part}
            frontier.remember_addresses(_rows(db, _ADDRESSES, {**named, **share}))
            frontier.remember_listings(_rows(db, _LISTINGS, {"base_url": job.base_url, **share}))


def last_seen_at(settings: Settings, source_id: str) -> datetime | None:
    """The latest moment that the lake knows of a source's crawls, aware; None before the first."""
    with duckdb.connect() as db:
        _open(db, settings.lake, source_id)
        (latest,) = db.execute(
            "select make_timestamp(max(epoch_us(moment))) from (select max(polled_at) as moment from poll"
            ' union all select max(fetched_at) from "fetch"'
            " union all select max(ended_at) from crawl)"
        ).fetchone() or (None,)
    return latest.replace(tzinfo=UTC) if latest is not None else None


def requests_of_day(settings: Settings, source_id: str, at: datetime) -> int:
    """How many requests earlier crawls sent to a source on the local day of a moment."""
    with duckdb.connect() as db:
        _open(db, settings.lake, source_id)
        (count,) = db.execute(
            "select coalesce(sum(n_requests), 0) from crawl"
            " where kind = 'crawl' and (make_timestamp(epoch_us(started_at)) + interval 7 hours)::date = ?",
            [at.astimezone(LOCAL).date()],
        ).fetchone() or (0,)
    return int(count)


def _open(db: duckdb.DuckDBPyConnection, lake_root: Path, source_id: str) -> None:
    """Give the source's ledgers their names; a ledger without files is empty."""
    for dataset in (lake.DISCOVERY, lake.POLL, lake.FETCH, lake.CRAWL):
        files = [str(f) for f in lake.files(lake_root, dataset, source_id=source_id)]
        empty = dataset.schema.empty_table()
        db.register(f"empty_{dataset.name}", empty)
        # Files of earlier versions lack columns; the empty table brings them.
        union = " union all by name select * from read_parquet(?, union_by_name = true, hive_partitioning = false)"
        statement = f'create temp view "{dataset.name}" as select * from empty_{dataset.name}'  # noqa: S608  our names
        if files:
            literal = "[" + ", ".join("'" + f.replace("'", "''") + "'" for f in files) + "]"
            statement += union.replace("?", literal)
        db.execute(statement)


def _rows(
    db: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> Iterator[Sequence[Any]]:
    result = db.execute(query, parameters or {})
    while batch := result.fetchmany(_ROWS_AT_ONCE):
        yield from batch
