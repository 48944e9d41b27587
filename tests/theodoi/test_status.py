"""What the operator sees, on lakes that real crawls leave and on histories made by hand."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from time import monotonic

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from spiders import outcomes, pacing, poll
from spiders import source as spider
from spiders.job import LOCAL, Limits
from tests.faulty_server import FIRST_DAY, FaultySite, page, serving
from tests.faulty_server import body as answers
from tests.faulty_server import status as fails
from theodoi import lake
from theodoi.registry import Registry, Source
from theodoi.settings import PROJECT, Settings
from theodoi.steps.advice import ADVICE, CLASSES, GAP, SILENCE
from theodoi.steps.crawl import crawl
from theodoi.steps.pulse import usual_week, weeks_before
from theodoi.steps.sightings import Sighting
from theodoi.steps.status import SourceStatus, status
from theodoi.tables import print_status

QUICK = Limits(timeout_s=2, retries=0)
DAY = timedelta(days=1)


def source_of(site: FaultySite, source_id: str, **changes: object) -> Source:
    source = Source(
        source_id,
        "a",
        site.base_url,
        platform="nukeviet",
        discovery=("feed", "sitemap", "listing"),
        start_urls=(f"{site.base_url}/vi/news/tin/",),
        valid_from=date(2024, 1, 1),
        delay_s=0.0,
    )
    return replace(source, **changes)  # type: ignore[arg-type]


def of(*sources: Source) -> Registry:
    return Registry({}, {s.source_id: s for s in sources}, {}, {}, {}, {})


def closed_now() -> str:
    """Hours of the day that begin in two hours and end in three."""
    now = datetime.now(LOCAL)
    return f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"


# Every name has its advice


def test_every_outcome_and_every_reason_has_its_advice():
    named = {v for k, v in vars(outcomes).items() if k.isupper() and isinstance(v, str)} - outcomes.THERE
    reasons = {poll.EMPTY_LISTING, poll.CANARY_LOST, poll.BROKEN_XML, poll.DEPTH_LIMIT}
    ends = {spider.TIME_LIMIT, spider.GAVE_UP, pacing.BUDGET, pacing.HOURS, "killed"}
    assert {"challenge", "login", "parked", "maintenance", "soft_404", "certificate_error", "rate_limited"} <= named
    assert named | reasons | ends | {SILENCE, GAP} == set(ADVICE)
    for name, advice in ADVICE.items():
        assert advice.failure in CLASSES
        assert ":" in advice.text, name
        assert "\n" not in advice.text


def test_the_operators_page_gives_the_same_advice():
    text = (PROJECT / "docs" / "operator.md").read_text(encoding="utf-8")
    assert ADVICE
    for name, advice in ADVICE.items():
        assert f"| `{name}` | {CLASSES[advice.failure]} | {advice.text} |" in text, name


# On real lakes


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Registry, dict[str, SourceStatus]]]:
    """One source of each kind, as the second of two crawls left it."""
    settings = Settings(data=tmp_path_factory.mktemp("five"), allow_private=True)
    with ExitStack() as stack:
        sites = {n: stack.enter_context(serving(FaultySite(articles=6))) for n in ("new", "quiet", "down", "shut")}
        registry = of(
            source_of(sites["new"], "new", daily_budget=500),
            source_of(sites["quiet"], "quiet"),
            source_of(sites["down"], "down"),
            source_of(sites["quiet"], "never"),
            source_of(sites["shut"], "shut", hours=closed_now()),
            source_of(sites["quiet"], "closed", status="closed"),
        )
        ids = ["new", "quiet", "down", "shut"]
        first = {r.source_id: r.state for r in crawl(settings, registry, source_ids=ids, limits=QUICK)}
        assert first == {"new": "published", "quiet": "published", "down": "published", "shut": "skipped"}
        sites["new"].articles += 2
        sites["down"].faults["*"] = fails(503)
        crawl(settings, registry, source_ids=ids, limits=QUICK)
        assert sites["shut"].log == []
        yield settings, registry, {s.source_id: s for s in status(settings, registry)}


def test_each_source_stands_as_its_last_crawl_left_it(five):
    _, _, stands = five
    assert {i: s.state for i, s in stands.items()} == {
        "new": "published",
        "quiet": "silent",
        "down": "blind",
        "never": "never",
        "shut": "never",
    }


def test_a_blind_source_says_why_what_to_do_and_when_it_comes_again(five):
    _, _, stands = five
    down = stands["down"]
    assert down.reason == "server_error"
    assert [(p.name, p.failure) for p in down.problems] == [("server_error", "passing")]
    assert down.advice == ADVICE["server_error"].text
    assert (down.crawls, down.blind_crawls, down.next_why) == (2, 1, "backoff")
    assert down.last_success_at is not None
    assert down.last_crawl_at is not None
    assert down.last_success_at < down.last_crawl_at
    assert down.captures == 6


def test_a_source_out_of_its_hours_is_held_and_was_not_asked(five):
    _, _, stands = five
    shut = stands["shut"]
    assert (shut.held, shut.reason, shut.captures, shut.requests_today) == ("hours", "hours", 0, 0)
    assert shut.next_at is not None
    assert timedelta(hours=1) < shut.next_at - datetime.now(UTC) < timedelta(hours=2)
    assert ADVICE["hours"].text in shut.advice


def test_a_healthy_source_has_no_problem_and_knows_its_figures(five):
    _, _, stands = five
    new = stands["new"]
    assert (new.problems, new.reason, new.advice, new.held) == ((), "", "", "")
    assert (new.new_addresses, new.captures, new.failed) == (2 * 3, 8, {}), "two articles on each of three channels"
    assert new.newest_at == FIRST_DAY + 7 * DAY
    assert new.hours_since_success == pytest.approx(0, abs=0.2)
    assert (new.since, new.blind_days, new.gap_hours, new.grade, new.missed) == (date(2024, 1, 1), 0, 0, None, None)
    assert (new.week, new.week_usual, new.is_silence_alarm) == (0, None, False), "eight articles are no past"
    assert new.daily_budget == 500
    assert 8 + 2 * 4 <= new.requests_today < 40
    assert stands["quiet"].new_addresses == 0


def test_json_holds_everything_and_the_table_fits_and_names_the_advice(five):
    _, _, stands = five
    rows = list(stands.values())
    read = json.loads(json.dumps([asdict(r) for r in rows], default=str))
    assert {"grade", "next_at", "week_usual", "gap_hours", "blind_days", "problems"} <= set(read[0])
    said = StringIO()
    print_status(Console(file=said, width=120), rows)
    lines = said.getvalue().splitlines()
    table = [line for line in lines if line.strip().split(" ")[0] in ("new", "quiet", "down")]
    assert len(table) == 3
    assert max(map(len, lines[: lines.index(table[-1]) + 1])) <= 120
    assert any(line.startswith("server_error [tạm thời]: ") and line.endswith("— down") for line in lines)
    assert any("Chưa thu thập lần nào: never, shut" in line for line in lines)


def test_a_silence_beyond_its_own_past_is_an_alarm(tmp_path: Path):
    """Articles every day at the beginning of 2024, and nothing since."""
    settings = Settings(data=tmp_path, allow_private=True)
    with serving(FaultySite(articles=80)) as site:
        crawl(settings, of(source_of(site, "vks")), limits=QUICK)
        (row,) = status(settings, of(source_of(site, "vks")))
    assert row.silent_days is not None
    assert row.silent_days > 400
    assert row.is_silence_alarm
    assert [p.name for p in row.problems] == [SILENCE]
    assert (row.week, row.week_usual) == (0, None), "two years without an article are no past to compare with"


@pytest.mark.parametrize(
    ("path", "fault", "reason"),
    [
        (
            "*",
            answers("text/html; charset=utf-8", page("<form><input type='password' name='p'></form>Đăng nhập")),
            "login",
        ),
        ("/vi/news/tin/", answers("text/html; charset=utf-8", page("<p>Chưa có bài</p>")), "empty_listing"),
        ("/vi/news/rss/", answers("text/xml", b"<rss><channel><item>"), "broken_xml"),
    ],
)
def test_what_a_channel_could_not_show_is_named(tmp_path: Path, path: str, fault: object, reason: str):
    settings = Settings(data=tmp_path, allow_private=True)
    with serving(FaultySite(articles=6)) as site:
        registry = of(source_of(site, "vks"))
        crawl(settings, registry, limits=QUICK)
        site.faults[path] = fault  # type: ignore[assignment]
        if path == "*":
            site.faults["/robots.txt"] = fails(404)
        crawl(settings, registry, limits=QUICK)
        (row,) = status(settings, registry)
    assert reason in [p.name for p in row.problems]
    assert ADVICE[reason].text in row.advice


# On ledgers made by hand


def write(settings: Settings, dataset: lake.Dataset, rows: list[dict]) -> None:
    lake.write(lake.partition(settings.lake, dataset, "s", "2024-06-01"), dataset, rows, name=f"{dataset.name}")


SOURCE = Source("s", "a", "http://127.0.0.1:1", valid_from=date(2024, 1, 1), delay_s=0)
NOW = datetime(2024, 6, 20, 5, tzinfo=UTC)


def polled(n: int, at: datetime, **row: object) -> dict:
    return {
        "crawl_id": f"s-{n:04}",
        "source_id": "s",
        "channel": "listing",
        "channel_url": "l",
        "polled_at": at,
        "outcome": "ok",
        **row,
    }


def test_days_that_no_reading_reaches_are_blind_and_a_later_reading_reaches_back(tmp_path: Path):
    settings = Settings(data=tmp_path)
    readings = [
        polled(1, NOW - 20 * DAY, covers_from=date(2024, 1, 1)),
        polled(2, NOW - 10 * DAY, outcome="blind", reason="timeout"),
        polled(3, NOW - 5 * DAY, covers_from=(NOW - 8 * DAY).date()),
        polled(4, NOW, covers_from=(NOW - 4 * DAY).date()),
    ]
    write(settings, lake.POLL, readings)
    (row,) = status(settings, of(SOURCE), now=NOW)
    assert row.blind_days == 11, "between the day of the first reading and the first day that the third shows"
    assert (row.state, row.crawls, row.blind_crawls) == ("silent", 4, 1)
    write(settings, lake.POLL, [*readings, polled(5, NOW, channel="sitemap", covers_from=date(2024, 1, 1))])
    (row,) = status(settings, of(SOURCE), now=NOW)
    assert row.blind_days == 0


@pytest.mark.parametrize(
    ("later", "hours"),
    [
        ([], 48 + 12),
        ([polled(9, NOW, exhausted=True, covers_from=date(2024, 1, 1))], 0),
        ([polled(9, NOW, rewalk_days=60)], 0),
        ([polled(9, NOW, rewalk_days=3)], 48 + 12),
        ([polled(9, NOW, overlap_reached=True)], 48 + 12),
        ([polled(9, NOW, channel="sitemap", channel_url="m", exhausted=True, covers_from=date(2024, 1, 1))], 0),
    ],
)
def test_hours_of_gaps_count_once_and_a_reading_through_them_closes_them(tmp_path: Path, later: list, hours: float):
    settings = Settings(data=tmp_path)
    at = NOW - 6 * DAY
    begin = at - 3 * DAY
    gaps = [
        polled(1, at, gap_from=begin, gap_to=begin + 2 * DAY),
        polled(1, at, channel_url="l2", gap_from=begin + DAY, gap_to=begin + 2 * DAY + timedelta(hours=12)),
    ]
    if later and later[0]["channel"] == "listing":
        later = [*later, later[0] | {"channel_url": "l2"}]
    write(settings, lake.POLL, [*gaps, *later])
    (row,) = status(settings, of(SOURCE), now=NOW)
    assert row.gap_hours == hours
    assert (GAP in row.reason) == bool(hours)


def test_the_latest_probe_says_how_many_articles_no_channel_shows(tmp_path: Path):
    settings = Settings(data=tmp_path)
    answers_of = ["article"] * 2 + ["no_page"] * 57 + ["known"] + ["timeout"] * 4

    def probes(month: str, crawl: str, ends: list[str]) -> list[dict]:
        common = {"crawl_id": crawl, "source_id": "s", "month": month, "n_unknown": 300, "n_drawn": len(ends)}
        return [common | {"id": n, "probed_at": NOW - DAY, "outcome": o} for n, o in enumerate(ends)]

    write(settings, lake.POLL, [polled(1, NOW - DAY, covers_from=date(2024, 1, 1))])
    write(settings, lake.PROBE, [*probes("2024-04", "s-1", ["article"] * 60), *probes("2024-05", "s-2", answers_of)])
    (row,) = status(settings, of(SOURCE), now=NOW)
    assert row.missed is not None
    # 300 unknown, 60 answered, 2 found: methods.md gives 10 (2…32) with exact tails; mid-p is a little narrower.
    assert (row.missed.month, row.missed.estimate) == ("2024-05", 10)
    assert 2 <= row.missed.low < 10 < row.missed.high <= 32


def test_the_grade_comes_from_the_published_database_where_it_has_one(tmp_path: Path):
    settings = Settings(data=tmp_path)
    write(settings, lake.POLL, [polled(1, NOW, covers_from=date(2024, 1, 1))])
    settings.published.mkdir(parents=True)
    with duckdb.connect(settings.database) as db:
        db.execute("create schema marts; create table marts.source_month (source_id text, month date)")
    (row,) = status(settings, of(SOURCE), now=NOW)
    assert row.grade is None
    with duckdb.connect(settings.database) as db:
        db.execute("alter table marts.source_month add column grade text")
        db.execute("alter table marts.source_month add column grade_reasons text[]")
        db.execute("insert into marts.source_month values ('s', '2024-05-01', 'B', ['probe_bound'])")
        db.execute("insert into marts.source_month values ('s', '2024-04-01', 'A', [])")
    (row,) = status(settings, of(SOURCE), now=NOW)
    assert (row.grade, row.grade_reasons) == ("B", ("probe_bound",))


# The pulse


@given(st.lists(st.integers(0, 40), min_size=8, max_size=104).filter(lambda weeks: sum(weeks) >= 10))
def test_an_ordinary_week_lies_in_its_own_range(weeks: list[int]):
    usual = usual_week(weeks)
    assert usual is not None
    low, high = usual
    assert 0 <= low <= sum(weeks) / len(weeks) <= high + 1
    assert usual_week([*weeks, *weeks]) is not None


def test_a_short_or_empty_past_gives_no_range():
    assert usual_week([9] * 7) is None
    assert usual_week([0] * 50) is None


def test_a_burst_widens_the_range():
    steady, bursty = usual_week([5] * 20), usual_week([0] * 15 + [20] * 5)
    assert steady is not None
    assert bursty is not None
    assert bursty[1] > 2 * steady[1] - 5
    assert bursty[0] < steady[0]


def test_weeks_with_a_blind_day_are_no_past():
    today = date(2024, 6, 20)
    published = [today - n * DAY for n in range(70)]
    whole = weeks_before(published, since=today - 69 * DAY, today=today)
    assert whole == [7] * 9
    assert weeks_before(published, since=today - 69 * DAY, today=today, blind={today - 10 * DAY}) == [7] * 8


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(1, 90)), min_size=1, max_size=12))
def test_gap_hours_are_those_of_the_union(stretches: list[tuple[int, int]]):
    begin = NOW - 30 * DAY
    hour = timedelta(hours=1)
    seen = Sighting(gaps=[(begin + a * hour, begin + (a + n) * hour) for a, n in stretches])
    union = {h for a, n in stretches for h in range(a, a + n) if h < 720}
    assert seen.gap_hours(begin, NOW) == pytest.approx(len(union))


def test_a_large_lake_is_read_at_once(tmp_path: Path):
    settings = Settings(data=tmp_path)
    n = 50_000
    at = [NOW - timedelta(minutes=20 * i) for i in range(n)]
    keys = [f"http://127.0.0.1:1/{i}" for i in range(n)]
    common = {"crawl_id": "s-0001", "source_id": "s"}
    found = [
        common | {"url": k, "url_key": k, "channel": "listing", "listed_at": a, "seen_at": NOW, "listed": True}
        for k, a in zip(keys, at, strict=True)
    ]
    asked = [common | {"url": k, "url_key": k, "fetched_at": NOW, "outcome": "ok", "capture_id": k} for k in keys]
    write(settings, lake.DISCOVERY, found)
    write(settings, lake.FETCH, asked)
    write(settings, lake.POLL, [polled(1, NOW, covers_from=date(2022, 1, 1))])
    status(settings, of(SOURCE), now=NOW)
    began = monotonic()
    (row,) = status(settings, of(SOURCE), now=NOW)
    took = monotonic() - began
    assert row.captures == n
    assert row.week == 7 * 72 - 35, "72 a day, and today they end at noon"
    # Half a second on two idle cores; the bound leaves room for a busy machine.
    assert took < 10
