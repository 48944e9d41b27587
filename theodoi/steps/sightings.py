"""What the ledgers tell about each source, in as few rows as the questions need; DuckDB does the counting."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import duckdb

from spiders import outcomes
from spiders.job import LOCAL
from theodoi import lake
from theodoi.settings import Settings
from theodoi.steps.due import CRAWL_COLUMNS, POLL_COLUMNS, Look, looks, requests_of_day
from theodoi.steps.ledgers import LOCAL_SQL, ledgers

# A site whose lists answer while all its pages fail is as blind as one that does not answer (as in `committing`).
_FAILING = sorted(outcomes.TEMPORARY | {outcomes.REDIRECT_LOOP})
_ANSWERED = ("article", "known", "other", "no_page")


@dataclass(frozen=True, slots=True)
class LastCrawl:
    """The latest crawl of a source.

    Attributes:
        began_at: When, aware.
        ended: `lake.CRAWL`, column `ended`.
        is_blind: Whether it could see nothing.
        n_new: New addresses on its channels.
        reasons: Why channels could not be read, or not to their end.
        ends: Outcome -> addresses asked for.
    """

    began_at: datetime
    ended: str
    is_blind: bool
    n_new: int
    reasons: tuple[str, ...]
    ends: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Probed:
    """The latest month whose running numbers were probed: see `transforms.completeness.missed_by_probing`."""

    month: str
    n_unknown: int
    n_answered: int
    n_found: int


@dataclass(slots=True)
class Sighting:
    """All that the ledgers tell about one source.

    Attributes:
        last: Its latest crawl; None before the first.
        first_day: Local day of its first crawl.
        last_success_at: Begin of the latest crawl that could see something.
        n_crawls: Crawls since the begin of the stretch looked at.
        n_blind_crawls: Of them those that saw nothing.
        n_captures: Pages kept.
        published: Local day -> articles published on it, as far as their time is known.
        newest_at: When the newest of them was published.
        proved: Stretches of local days, ends included, of which its channels would have shown every article.
        gaps: Stretches in which channels may have hidden articles, and that no later reading closed.
        probed: Its latest probe.
        looks: Its crawls as `due` sees them.
        n_requests: Requests sent to it today.
    """

    last: LastCrawl | None = None
    first_day: date | None = None
    last_success_at: datetime | None = None
    n_crawls: int = 0
    n_blind_crawls: int = 0
    n_captures: int = 0
    published: dict[date, int] = field(default_factory=dict)
    newest_at: datetime | None = None
    proved: list[tuple[date, date]] = field(default_factory=list)
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)
    probed: Probed | None = None
    looks: list[Look] = field(default_factory=list)
    n_requests: int = 0

    @property
    def since(self) -> date | None:
        """First day of which we would know what was published."""
        return min((first for first, _ in self.proved), default=self.first_day)

    def unseen_days(self, first: date, last: date) -> list[date]:
        """Days of a stretch, ends included, that no reading proves."""
        days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        for begin, end in self.proved:
            begin, end = max(begin, first), min(end, last)
            days -= {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
        return sorted(days)

    def gap_hours(self, begin: datetime, end: datetime) -> float:
        """Hours of a stretch that lie in a gap, each counted once."""
        hours, reached = 0.0, begin
        for gap_from, gap_to in sorted(self.gaps):
            since, until = max(gap_from, reached), min(gap_to, end)
            if until > since:
                hours += (until - since) / timedelta(hours=1)
                reached = until
        return hours


def sightings(settings: Settings, now: datetime, *, since: datetime) -> dict[str, Sighting]:
    """Source -> what the ledgers tell about it.

    Args:
        settings: Where the lake is.
        now: Aware.
        since: Begin of the stretch in which crawls are counted, aware.
    """
    found: dict[str, Sighting] = defaultdict(Sighting)
    with ledgers(
        settings.lake,
        (lake.POLL, f"{POLL_COLUMNS} reason n_new exhausted gap_from gap_to rewalk_days covers_from"),
        (lake.CRAWL, CRAWL_COLUMNS),
        (lake.FETCH, "crawl_id source_id url_key outcome capture_id obtained_at"),
        (lake.DISCOVERY, "source_id url_key listed listed_at"),
        (lake.ARTICLE, "source_id url_key published_at"),
        (lake.PROBE, "crawl_id source_id month n_unknown id probed_at outcome"),
    ) as db:
        for source_id, past in looks(db).items():
            found[source_id].looks = past
        for source_id, n_requests in requests_of_day(db, now).items():
            found[source_id].n_requests = n_requests
        _crawls(db, found, since)
        _published(db, found, now)
        _proved(db, found)
        _gaps(db, found)
        _probed(db, found)
    return dict(found)


def _crawls(db: duckdb.DuckDBPyConnection, found: dict[str, Sighting], since: datetime) -> None:
    db.execute(
        """
        create temp table each_crawl as
        with polled as (
            select
                source_id,
                crawl_id,
                min(polled_at) as began,
                bool_or(outcome = 'ok') as saw,
                coalesce(sum(n_new) filter (where outcome = 'ok'), 0)::bigint as n_new,
                list(distinct reason order by reason) filter (where coalesce(reason, '') != '') as reasons
            from poll
            where channel != 'archive'
            group by source_id, crawl_id
        ),

        asked as (
            select source_id, crawl_id, outcome, count(*) as n
            from "fetch"
            where obtained_at is null
            group by source_id, crawl_id, outcome
        ),

        ended as (
            select
                source_id,
                crawl_id,
                map(list(outcome order by outcome), list(n order by outcome)) as ends,
                not bool_or(list_contains($there, outcome)) and bool_and(list_contains($failing, outcome)) as is_failing
            from asked
            group by source_id, crawl_id
        ),

        crawled as (
            select * from crawl where kind = 'crawl'
        )

        select
            coalesce(crawled.source_id, polled.source_id) as source_id,
            coalesce(crawled.crawl_id, polled.crawl_id) as crawl_id,
            coalesce(crawled.started_at, polled.began) as began,
            coalesce(crawled.ended, 'finished') as ended_how,
            coalesce(ended.is_failing, false) or not coalesce(polled.saw, false) as is_blind,
            coalesce(polled.n_new, 0) as n_new,
            coalesce(polled.reasons, []) as reasons,
            ended.ends
        from crawled
        full outer join polled on crawled.source_id = polled.source_id and crawled.crawl_id = polled.crawl_id
        left join ended
            on ended.source_id = coalesce(crawled.source_id, polled.source_id)
            and ended.crawl_id = coalesce(crawled.crawl_id, polled.crawl_id)
        """,
        {"there": sorted(outcomes.THERE), "failing": _FAILING},
    )
    for source_id, began, ended, is_blind, n_new, reasons, ends in db.execute(
        "select source_id, epoch(began), ended_how, is_blind, n_new, reasons, ends from each_crawl"
        " qualify row_number() over (partition by source_id order by began desc) = 1"
    ).fetchall():
        last = LastCrawl(_aware(began), ended, is_blind, n_new, tuple(reasons), ends or {})
        found[source_id].last = last
    for source_id, first, success, n, n_blind in db.execute(
        "select source_id, epoch(min(began)), epoch(max(began) filter (where not is_blind)),"
        " count(*) filter (where epoch(began) >= $since),"
        " count(*) filter (where epoch(began) >= $since and is_blind) from each_crawl group by source_id",
        {"since": since.timestamp()},
    ).fetchall():
        sighting = found[source_id]
        sighting.first_day = _aware(first).astimezone(LOCAL).date()
        sighting.last_success_at = _aware(success) if success is not None else None
        sighting.n_crawls, sighting.n_blind_crawls = n, n_blind
    for source_id, n in db.execute(
        'select source_id, count(distinct capture_id) from "fetch" where capture_id is not null group by source_id'
    ).fetchall():
        found[source_id].n_captures = n


def _published(db: duckdb.DuckDBPyConnection, found: dict[str, Sighting], now: datetime) -> None:
    """An article's time is that which its page states, where it has been read, else that which a channel gives."""
    for source_id, day, n, newest in db.execute(
        f"""
        with kept as (
            select distinct source_id, url_key from "fetch" where outcome = 'ok' and capture_id is not null
        ),

        listed as (
            select source_id, url_key, min(listed_at) as published_at
            from discovery
            where listed is distinct from false and listed_at is not null
            group by source_id, url_key
        ),

        read as (
            select source_id, url_key, min(published_at) as published_at from article group by source_id, url_key
        ),

        dated as (
            select kept.source_id, coalesce(read.published_at, listed.published_at) as published_at
            from kept
            left join read on kept.source_id = read.source_id and kept.url_key = read.url_key
            left join listed on kept.source_id = listed.source_id and kept.url_key = listed.url_key
        )

        select source_id, {LOCAL_SQL.format("published_at")}::date as day, count(*), epoch(max(published_at))
        from dated
        where epoch(published_at) <= ?
        group by source_id, day
        """,  # noqa: S608  our own texts
        [now.timestamp()],
    ).fetchall():
        sighting, at = found[source_id], _aware(newest)
        sighting.published[day] = n
        sighting.newest_at = max(sighting.newest_at or at, at)


def _proved(db: duckdb.DuckDBPyConnection, found: dict[str, Sighting]) -> None:
    """As the warehouse counts days: of the sections of a channel the one that reaches back least decides.

    A section that could be read at other times and could not be read now takes the proof from its whole channel.
    """
    for source_id, covers_from, until in db.execute(
        f"""
        with looked as (
            select poll.*, {LOCAL_SQL.format("polled_at")}::date as polled_day
            from poll
            semi join (select * from each_crawl where not is_blind) as seeing
                on poll.source_id = seeing.source_id and poll.crawl_id = seeing.crawl_id
            where channel in ('feed', 'sitemap', 'listing', 'calendar')
        ),

        section as (
            select source_id, channel, channel_url from looked where outcome = 'ok' group by all
        ),

        reach as (
            select
                looked.source_id,
                max(covers_from) filter (where outcome = 'ok') as covers_from,
                min(polled_day) as polled_day
            from looked
            left join section
                on looked.source_id = section.source_id
                and looked.channel = section.channel
                and looked.channel_url is not distinct from section.channel_url
            group by looked.source_id, looked.crawl_id, looked.channel
            having not bool_or(outcome != 'ok' and section.source_id is not null)
        )

        select source_id, covers_from, max(polled_day) from reach
        where covers_from <= polled_day
        group by source_id, covers_from
        """  # noqa: S608  our own texts
    ).fetchall():
        found[source_id].proved.append((covers_from, until))


def _gaps(db: duckdb.DuckDBPyConnection, found: dict[str, Sighting]) -> None:
    """A gap is closed by a later reading that went through it whatever was known, or by another channel's proof."""
    for source_id, begin, end in db.execute(
        f"""
        with gap as (
            select source_id, channel, channel_url, polled_at, gap_from, least(gap_to, polled_at) as gap_to
            from poll
            where gap_from < least(gap_to, polled_at)
        )

        select source_id, epoch(gap_from), epoch(gap_to)
        from gap
        where not exists (
            select 1 from poll as other
            where other.source_id = gap.source_id
            and other.outcome = 'ok'
            and (
                other.channel_url is not distinct from gap.channel_url
                and other.polled_at > gap.polled_at
                and (
                    other.exhausted
                    or (
                        other.channel in ('listing', 'calendar') and coalesce(other.reason, '') = ''
                        and gap.gap_from >= other.polled_at - other.rewalk_days * interval 1 day
                    )
                )
                or other.channel != gap.channel
                and other.channel in ('feed', 'sitemap', 'listing', 'calendar')
                and other.polled_at >= gap.gap_to
                and other.gap_from is null
                and other.covers_from <= {LOCAL_SQL.format("gap.gap_from")}::date
            )
        )
        """  # noqa: S608  our own texts
    ).fetchall():
        found[source_id].gaps.append((_aware(begin), _aware(end)))


def _probed(db: duckdb.DuckDBPyConnection, found: dict[str, Sighting]) -> None:
    """Of several probes of the latest month the last one, which was drawn from the fewest unknown numbers."""
    for source_id, month, n_unknown, n_answered, n_found in db.execute(
        """
        select
            source_id,
            month,
            max(n_unknown),
            count(distinct id),
            count(distinct id) filter (where outcome = 'article')
        from probe
        where list_contains($answered, outcome)
        group by source_id, month, crawl_id
        qualify row_number() over (partition by source_id order by month desc, max(probed_at) desc) = 1
        """,
        {"answered": list(_ANSWERED)},
    ).fetchall():
        found[source_id].probed = Probed(month, n_unknown, n_answered, n_found)


def _aware(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
