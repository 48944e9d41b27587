"""How every source stands: can it be seen, is it as lively as usual, what is wrong, what should a person do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import duckdb

from spiders import outcomes
from spiders.job import LOCAL
from spiders.pacing import BUDGET, HOURS
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.advice import GAP, NEVER_CRAWLED, SILENCE, FailureClass, advice_of
from theodoi.steps.due import FINISHED, Why, turn
from theodoi.steps.pulse import usual_week, weeks_before
from theodoi.steps.sightings import LastCrawl, Probed, Sighting, sightings

_STRETCH_DAYS = 30
# What is normal for single addresses of a site that is well: they are gone, or not for us.
_ORDINARY = outcomes.THERE | outcomes.ABSENT | outcomes.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong at the last crawl or keeps the next one away.

    Attributes:
        name: As in the ledgers: an outcome, the reason of a poll, how a crawl ended; or `silence` or `gap`.
        failure: Its class.
        advice: What to do, Vietnamese.
    """

    name: str
    failure: FailureClass
    advice: str


@dataclass(frozen=True, slots=True)
class Missed:
    """What the latest probe of running numbers says: articles of a month that no channel had shown, 95 % interval."""

    month: str
    low: int
    estimate: float
    high: int


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands.

    Attributes:
        source_id: Source of the registry.
        agency_id: Agency that answers for it.
        state: `never` (not crawled yet), `published` (new or edited pages at the last crawl), `silent` (looked, nothing
            new) or `blind`.
        reason: Names of the problems, with commas.
        advice: What to do, Vietnamese.
        problems: The same one by one.
        last_crawl_at: Begin of the last crawl, aware.
        last_success_at: Begin of the last crawl that could see something, aware.
        hours_since_success: From then until now.
        newest_at: When the newest article that we keep was published, aware; None where no time is known.
        hours_since_newest: From then until now.
        new_addresses: New addresses at the last crawl.
        captures: Pages kept in all.
        failed: Outcome -> addresses that the last crawl asked for and did not get.
        week: Articles published in the last seven days.
        week_usual: Least and most of an ordinary week, by its own past; None while that is too short.
        silent_days: Working days since its newest article on which we could look.
        silence_limit: From more than so many on it is unusual; None while its past is too short.
        is_silence_alarm: Whether it is.
        since: First day of which we would know what was published.
        blind_days: Days of the last 30 of which we do not know what was published; None before the first crawl.
        crawls: Crawls of the last 30 days.
        blind_crawls: Of them those that saw nothing.
        gap_hours: Hours of the last 30 days in which its channels may have hidden articles.
        grade: Completeness of the last complete month as published: A, B, C or X; None where nothing says.
        grade_reasons: Why.
        missed: What the latest probe says; None where there was none, or it got no answers.
        next_at: When it is to be crawled next, aware; None where it is not active.
        next_why: Why then: see `due.Due`.
        held: What keeps it longer: `hours` or `budget`; else empty.
        interval_hours: Interval to its next turn.
        requests_today: Requests sent to it today.
        daily_budget: Most requests in one day; None: no bound.
    """

    source_id: str
    agency_id: str
    state: str
    reason: str = ""
    advice: str = ""
    problems: tuple[Problem, ...] = ()
    last_crawl_at: datetime | None = None
    last_success_at: datetime | None = None
    hours_since_success: float | None = None
    newest_at: datetime | None = None
    hours_since_newest: float | None = None
    new_addresses: int = 0
    captures: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    week: int | None = None
    week_usual: tuple[int, int] | None = None
    silent_days: int | None = None
    silence_limit: float | None = None
    is_silence_alarm: bool = False
    since: date | None = None
    blind_days: int | None = None
    crawls: int = 0
    blind_crawls: int = 0
    gap_hours: float | None = None
    grade: str | None = None
    grade_reasons: tuple[str, ...] = ()
    missed: Missed | None = None
    next_at: datetime | None = None
    next_why: Why | None = None
    held: str = ""
    interval_hours: float | None = None
    requests_today: int = 0
    daily_budget: int | None = None


def status(settings: Settings, registry: Registry, *, now: datetime | None = None) -> list[SourceStatus]:
    """How each active source stands, and every other source that has captures.

    Args:
        settings: Where lake and published database are.
        registry: Whose sources.
        now: Aware; None for the real time.
    """
    now = now or datetime.now(UTC)
    found = sightings(settings, now, since=now - timedelta(days=_STRETCH_DAYS))
    grades = _grades(settings, now)
    active = {s.source_id for s in registry.crawlable()}
    nothing = Sighting()
    return [
        _one(source, found.get(i, nothing), grades.get(i), now, is_active=i in active)
        for i, source in registry.sources.items()
        if i in active or found.get(i, nothing).n_captures
    ]


def _one(
    source: Source, seen: Sighting, graded: tuple[str, tuple[str, ...]] | None, now: datetime, *, is_active: bool
) -> SourceStatus:
    last = seen.last
    state = _state(last)
    due = turn(source, seen.looks, seen.n_requests, now) if is_active else None
    pulse = _pulse(seen)
    gap_hours = round(seen.gap_hours(now - timedelta(days=_STRETCH_DAYS), now), 1)
    signs = [*([SILENCE] if pulse.is_alarm else []), *([GAP] if gap_hours else []), *([due.held] if due else [])]
    problems = _problems(last, state, signs)
    advice = "; ".join(p.advice for p in problems)
    if state == "never" and is_active:
        advice = f"{NEVER_CRAWLED}; {advice}" if advice else NEVER_CRAWLED
    grade, grade_reasons = graded or (None, ())
    return SourceStatus(
        source_id=source.source_id,
        agency_id=source.agency_id,
        state=state,
        reason=", ".join(p.name for p in problems),
        advice=advice,
        problems=problems,
        last_crawl_at=last.began_at if last else None,
        last_success_at=seen.last_success_at,
        hours_since_success=_hours(seen.last_success_at, now),
        newest_at=seen.newest_at,
        hours_since_newest=_hours(seen.newest_at, now),
        new_addresses=last.n_new if last else 0,
        captures=seen.n_captures,
        failed={o: n for o, n in last.ends.items() if o not in outcomes.THERE} if last else {},
        week=pulse.week,
        week_usual=pulse.usual,
        silent_days=pulse.silent_days,
        silence_limit=pulse.limit,
        is_silence_alarm=pulse.is_alarm,
        since=seen.since,
        blind_days=_blind_days(source, seen, now),
        crawls=seen.n_crawls,
        blind_crawls=seen.n_blind_crawls,
        gap_hours=gap_hours if last else None,
        grade=grade,
        grade_reasons=grade_reasons,
        missed=_missed(seen.probed),
        next_at=due.due_at if due else None,
        next_why=due.why if due else None,
        held=due.held if due else "",
        interval_hours=round(due.interval / timedelta(hours=1), 2) if due else None,
        requests_today=seen.n_requests,
        daily_budget=source.daily_budget,
    )


def _state(last: LastCrawl | None) -> str:
    if last is None:
        return "never"
    if last.is_blind:
        return "blind"
    return "published" if last.ends.get(outcomes.OK) else "silent"


def _problems(last: LastCrawl | None, state: str, signs: Sequence[str]) -> tuple[Problem, ...]:
    names: dict[str, None] = {}
    if last is not None:
        names |= dict.fromkeys((*last.reasons, last.ended))
        # Of a blind site every failure speaks; of one that is well those that would not be there.
        ordinary = outcomes.THERE if state == "blind" else _ORDINARY
        names |= dict.fromkeys(sorted(set(last.ends) - ordinary))
    # The bounds that ended the last crawl matter only as far as they keep the next one away.
    for name in (FINISHED, BUDGET, HOURS, ""):
        names.pop(name, None)
    told = ((name, advice_of(name)) for name in dict.fromkeys((*names, *signs)) if name)
    return tuple(Problem(name, a.failure, a.text) for name, a in told)


@dataclass(frozen=True, slots=True)
class _Pulse:
    week: int | None = None
    usual: tuple[int, int] | None = None
    silent_days: int | None = None
    limit: float | None = None
    is_alarm: bool = False


def _pulse(seen: Sighting) -> _Pulse:
    """What the source published of late, against its own past, as of the last day on which we could look."""
    since = seen.since
    if seen.last_success_at is None or since is None:
        return _Pulse()
    # The statistics take a second to load: not for a registry that was never crawled.
    from transforms.completeness.silence import silence

    today = seen.last_success_at.astimezone(LOCAL).date()
    published = [day for day, n in seen.published.items() for _ in range(n)]
    blind = seen.unseen_days(since, today)
    lately = sum(n for day, n in seen.published.items() if today - timedelta(days=7) < day <= today)
    usual = usual_week(weeks_before(published, since=since, today=today, blind=set(blind)))
    quiet = silence(published, since=since, today=today, blind=blind)
    if quiet is None:
        return _Pulse(lately, usual)
    return _Pulse(lately, usual, quiet.days, quiet.limit, quiet.is_alarm)


def _blind_days(source: Source, seen: Sighting, now: datetime) -> int | None:
    """Days of the last thirty that no reading proves; today only where it was looked at already."""
    if seen.last is None or seen.first_day is None:
        return None
    today = now.astimezone(LOCAL).date()
    looked_today = seen.last.began_at.astimezone(LOCAL).date() >= today
    end = today if looked_today else today - timedelta(days=1)
    begins = [today - timedelta(days=_STRETCH_DAYS - 1), seen.since or seen.first_day]
    if source.valid_from is not None:
        begins.append(source.valid_from)
    ends = [end] if source.valid_to is None else [end, source.valid_to]
    return len(seen.unseen_days(max(begins), min(ends)))


def _missed(probed: Probed | None) -> Missed | None:
    if probed is None:
        return None
    from transforms.completeness.probing import missed_by_probing

    missed = missed_by_probing(probed.n_unknown, probed.n_answered, probed.n_found)
    if missed is None:
        return None
    return Missed(probed.month, int(missed.low), round(missed.estimate, 1), int(missed.high))


def _grades(settings: Settings, now: datetime) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Source -> grade of the last complete month and its reasons, where the published database says so."""
    if not settings.database.exists():
        return {}
    this_month = now.astimezone(LOCAL).date().replace(day=1)
    month = (this_month - timedelta(days=1)).replace(day=1)
    with duckdb.connect() as db:
        # Attached to an instance of our own: who has it open in this process may have opened it with other settings.
        name = str(settings.database).replace("'", "''")
        db.execute(f"attach '{name}' as published (read_only)")
        (columns,) = db.execute(
            "select count(*) from duckdb_columns() where database_name = 'published' and schema_name = 'marts'"
            " and table_name = 'source_month' and column_name in ('grade', 'grade_reasons')"
        ).fetchone() or (0,)
        if columns < 2:
            return {}
        rows = db.execute(
            "select source_id, grade, grade_reasons from published.marts.source_month"
            " where month = ? and grade is not null",
            [month],
        ).fetchall()
    return {source_id: (grade, tuple(reasons or ())) for source_id, grade, reasons in rows}


def _hours(moment: datetime | None, now: datetime) -> float | None:
    return round((now - moment) / timedelta(hours=1), 1) if moment is not None else None
