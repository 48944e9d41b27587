"""When a source is looked at again: the rule by itself, and on the lake that real crawls leave."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import pacing
from spiders import source as spider
from spiders.job import LOCAL, Limits
from tests.faulty_server import FaultySite, hang, serving, status
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps import due
from theodoi.steps import rewalk as rewalk_step
from theodoi.steps.committing import CrawlResult
from theodoi.steps.crawl import crawl_source
from theodoi.steps.due import (
    LEAST_KNOWN,
    LONGEST,
    MOST_KNOWN,
    SHORTEST,
    START,
    Due,
    Look,
    due_sources,
    interval_of,
    is_being_crawled,
    is_due,
    next_interval,
    turn,
    turns,
)

NOW = datetime(2024, 6, 3, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam
ENDS = ("finished", "time_limit", "budget", "hours", "gave_up", "killed")


@st.composite
def histories(draw: st.DrawFn, least: int = 0) -> list[Look]:
    at, found = NOW - timedelta(days=400), []
    for _ in range(draw(st.integers(least, 30))):
        at += timedelta(minutes=draw(st.integers(1, 4000)))
        saw = draw(st.booleans())
        known = draw(st.none() | st.floats(0, 1)) if saw else None
        found.append(Look(at, saw, known, draw(st.sampled_from(ENDS))))
    return found


def test_names_of_ends_are_those_of_the_spider():
    assert {spider.TIME_LIMIT, pacing.BUDGET, pacing.HOURS, "killed"} == due.UNFINISHED
    assert spider.GAVE_UP == due.GAVE_UP


@given(histories(least=1))
def test_an_interval_stays_between_a_quarter_of_an_hour_and_a_day(history: list[Look]):
    assert SHORTEST <= interval_of(history) <= LONGEST
    assert SHORTEST <= next_interval(history) <= LONGEST


def test_before_the_first_crawl_there_is_nothing_to_wait_for():
    assert next_interval([]) == timedelta(0)
    assert next_interval([Look(NOW, saw=True)]) == START


@given(st.floats(0.02, 400), st.integers(5, 40))
def test_the_interval_settles_where_a_third_to_two_thirds_are_known(per_day: float, head: int):
    """A channel that shows the newest `head` articles of a steady stream, asked whenever its turn is."""
    history = [Look(NOW, saw=True)]
    for _ in range(40):
        wait = next_interval(history)
        new = min(per_day * wait / timedelta(days=1), head)
        history.append(Look(history[-1].at + wait, saw=True, known=1 - new / head))
    settled = {next_interval(history[:n]) for n in range(20, len(history))}
    assert len(settled) == 1, "it does not swing"
    (wait,) = settled
    known = history[-1].known
    assert known is not None
    assert LEAST_KNOWN - 1e-9 <= known <= MOST_KNOWN + 1e-9 or (
        wait == SHORTEST if known < LEAST_KNOWN else wait == LONGEST
    )


@given(histories(least=1), st.integers(1, 12))
def test_each_blind_crawl_in_a_row_doubles_the_wait_and_sight_restores_the_interval(history: list[Look], blind: int):
    history = [*history, Look(history[-1].at + LONGEST, saw=True)]
    own = next_interval(history)
    for n in range(1, blind + 1):
        history.append(Look(history[-1].at + LONGEST, saw=False))
        assert next_interval(history) == min(own * 2**n, LONGEST)
    assert next_interval([*history, Look(history[-1].at + LONGEST, saw=True)]) == own


def test_a_crawl_out_of_turn_is_no_evidence():
    brisk = [Look(NOW, saw=True)]
    for _ in range(4):
        brisk.append(Look(brisk[-1].at + next_interval(brisk), saw=True, known=0.0))
    assert next_interval(brisk) == START / 16
    by_hand = Look(brisk[-1].at + timedelta(minutes=5), saw=True, known=1.0)
    assert next_interval([*brisk, by_hand]) == START / 16, "nothing new after five minutes proves nothing"
    late = Look(brisk[-1].at + timedelta(days=7), saw=True, known=0.0)
    assert next_interval([*brisk, late]) == START / 16, "all is new after a week whatever the interval"
    assert next_interval([*brisk, replace(late, known=0.9)]) == START / 16 * 1.5, "even after a week most was known"


def test_what_was_left_is_taken_up_soon_but_a_crawl_that_always_dies_slows_down():
    waits = [next_interval([Look(NOW, saw=True), *[Look(NOW, saw=True, ended="killed")] * n]) for n in range(1, 10)]
    assert waits == [min(SHORTEST * 2**n, START) for n in range(9)]
    assert next_interval([Look(NOW, saw=True, ended="time_limit")]) == SHORTEST
    assert next_interval([Look(NOW, saw=True, ended="gave_up")]) == LONGEST


SOURCE = Source("s", "a", "http://127.0.0.1:1", delay_s=0)
HISTORY = [Look(NOW - timedelta(hours=30), saw=True)]


@pytest.mark.parametrize(
    ("changes", "spent", "due_at", "held"),
    [
        ({}, 10**6, NOW - timedelta(hours=6), ""),
        ({"daily_budget": 100}, 99, NOW - timedelta(hours=6), ""),
        ({"daily_budget": 100}, 100, datetime(2024, 6, 4, 0, 0, tzinfo=LOCAL), "budget"),
        ({"hours": "08:00-12:00"}, 0, NOW - timedelta(hours=6), ""),
        ({"hours": "22:00-05:00"}, 0, datetime(2024, 6, 3, 22, 0, tzinfo=LOCAL), "hours"),
        ({"hours": "08:00-09:00"}, 0, datetime(2024, 6, 4, 8, 0, tzinfo=LOCAL), "hours"),
        ({"hours": "06:00-09:00", "daily_budget": 5}, 5, datetime(2024, 6, 4, 6, 0, tzinfo=LOCAL), "hours"),
        ({"hours": "22:00-05:00", "daily_budget": 5}, 5, datetime(2024, 6, 4, 0, 0, tzinfo=LOCAL), "budget"),
    ],
)
def test_hours_and_a_spent_budget_put_off(changes: dict, spent: int, due_at: datetime, held: str):
    found = turn(replace(SOURCE, **changes), HISTORY, spent, NOW)
    assert found == Due("s", due_at, START, "interval", held)


@given(histories(), st.integers(0, 200), st.integers(0, 3 * 1440), st.sampled_from(("", "22:00-05:00", "08:00-11:30")))
def test_what_is_put_off_is_put_off_to_a_moment_when_it_may_be_asked(
    history: list[Look], spent: int, minutes: int, hours: str
):
    now = NOW + timedelta(minutes=minutes)
    found = turn(replace(SOURCE, hours=hours, daily_budget=100), history, spent, now)
    assert bool(found.held) <= (found.due_at > now)
    asked_at = max(found.due_at, now)
    assert pacing.is_open(hours, asked_at)
    assert spent < 100 or asked_at.astimezone(LOCAL).date() > now.astimezone(LOCAL).date()


# On real lakes


@pytest.fixture
def site() -> Iterator[FaultySite]:
    with serving(FaultySite()) as site:
        yield site


def registry_of(site: FaultySite, **changes: object) -> Registry:
    source = Source(
        "vks",
        "vksnd_tinh",
        site.base_url,
        platform="nukeviet",
        discovery=("feed", "sitemap", "listing"),
        start_urls=(f"{site.base_url}/vi/news/tin/",),
        valid_from=date(2024, 1, 1),
        delay_s=0.0,
    )
    return Registry({}, {"vks": replace(source, **changes)}, {}, {}, {}, {})  # type: ignore[arg-type]


def at(settings: Settings, registry: Registry, **later: float) -> list[Due]:
    return due_sources(settings, registry, datetime.now(UTC) + timedelta(**later))


def test_due_before_the_first_crawl_then_a_day_later_then_sooner_because_much_was_new(site: FaultySite, tmp_path: Path):
    settings, registry = Settings(data=tmp_path, allow_private=True), registry_of(site)
    assert [(d.source_id, d.why) for d in at(settings, registry)] == [("vks", "never")]
    crawl_source(settings, registry, "vks")
    assert at(settings, registry, hours=23) == []
    (found,) = at(settings, registry, hours=25)
    assert (found.interval, found.why, found.held) == (START, "interval", "")
    # Five on the first page, four of them new.
    site.articles += 4
    crawl_source(settings, registry, "vks")
    (found,) = turns(settings, registry, datetime.now(UTC))
    assert found.interval == START / 2
    crawl_source(settings, registry, "vks")
    (found,) = turns(settings, registry, datetime.now(UTC))
    assert found.interval == START / 2, "at once again, and nothing new: no evidence"


def test_a_site_that_fails_comes_back_at_growing_distance(site: FaultySite, tmp_path: Path):
    settings, registry = Settings(data=tmp_path, allow_private=True), registry_of(site)
    site.articles = 10
    crawl_source(settings, registry, "vks")
    for _ in range(3):
        site.articles += 5
        crawl_source(settings, registry, "vks")
    (before,) = turns(settings, registry, datetime.now(UTC))
    assert before.interval == START / 8
    site.faults["*"] = status(503)
    for n in range(1, 5):
        assert crawl_source(settings, registry, "vks", limits=Limits(retries=0)).state == "blind"
        (found,) = turns(settings, registry, datetime.now(UTC))
        assert (found.why, found.interval) == ("backoff", min(before.interval * 2**n, LONGEST))
    site.faults.clear()
    crawl_source(settings, registry, "vks")
    (found,) = turns(settings, registry, datetime.now(UTC))
    assert (found.why, found.interval) == ("interval", before.interval)


def test_a_spent_budget_waits_for_tomorrow_and_leaves_a_rest(site: FaultySite, tmp_path: Path):
    settings, registry = Settings(data=tmp_path, allow_private=True), registry_of(site, daily_budget=8)
    now = datetime.now(UTC)
    assert crawl_source(settings, registry, "vks").ended == "budget"
    (found,) = turns(settings, registry, now)
    assert (found.why, found.held) == ("unfinished", "budget")
    assert found.due_at.astimezone(LOCAL).date() == now.astimezone(LOCAL).date() + timedelta(days=1)
    assert due_sources(settings, registry, now) == []
    assert [d.source_id for d in due_sources(settings, registry, found.due_at)] == ["vks"]


def test_sources_that_are_not_active_are_never_due(site: FaultySite, tmp_path: Path):
    settings = Settings(data=tmp_path, allow_private=True)
    assert turns(settings, registry_of(site, status="closed"), NOW) == []


def test_what_somebody_crawls_now_is_left_alone(site: FaultySite, tmp_path: Path):
    settings, registry = Settings(data=tmp_path, allow_private=True), registry_of(site)
    assert not is_being_crawled(settings, "vks")
    assert is_due(settings, registry, "vks", datetime.now(UTC))
    site.faults["/vi/news/tin/"] = hang
    crawling = Thread(target=crawl_source, args=(settings, registry, "vks"), kwargs={"limits": Limits(retries=0)})
    crawling.start()
    ends = monotonic() + 60
    while not site.log and monotonic() < ends:
        sleep(0.05)
    assert is_being_crawled(settings, "vks")
    assert not is_due(settings, registry, "vks", datetime.now(UTC))
    site.release.set()
    crawling.join()
    assert not is_being_crawled(settings, "vks")
    assert is_due(settings, registry, "vks", datetime.now(UTC) + 2 * LONGEST)
    assert not is_due(settings, registry_of(site, status="closed"), "vks", datetime.now(UTC) + 2 * LONGEST)
    assert not is_due(settings, registry, "nobody", datetime.now(UTC))


# Re-walks


@pytest.mark.parametrize(
    ("platform", "probe", "months"), [("onecms", True, ("2024-05",)), ("onecms", False, ()), ("nukeviet", True, ())]
)
def test_a_rewalk_probes_the_month_that_has_ended_where_the_platform_can_be_probed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, probe: bool, months: tuple[str, ...]
):
    asked = {}

    def crawl_instead(settings: Settings, registry: Registry, source_id: str, **scope: object) -> CrawlResult:
        asked.update(scope)
        return CrawlResult(source_id, state="silent")

    monkeypatch.setattr(rewalk_step, "crawl_source", crawl_instead)
    registry = Registry({}, {"s": replace(SOURCE, platform=platform)}, {}, {}, {}, {})
    rewalk_step.rewalk(Settings(data=tmp_path), registry, "s", days=60, probe=probe, today=date(2024, 6, 3))
    assert asked == {"rewalk_days": 60, "probe_months": months}


def test_a_rewalk_of_a_source_that_may_not_be_asked_now_is_to_be_tried_again(site: FaultySite, tmp_path: Path):
    settings, now = Settings(data=tmp_path, allow_private=True), datetime.now(LOCAL)
    hours = f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"
    with pytest.raises(TheodoiError, match="hours"):
        rewalk_step.rewalk(settings, registry_of(site, hours=hours), "vks", days=60, probe=True)
    assert site.log == []
    assert rewalk_step.rewalk(settings, registry_of(site), "vks", days=60, probe=True).state == "published"


def test_the_month_before_a_day():
    assert rewalk_step.month_before(date(2024, 1, 3)) == "2023-12"
    assert rewalk_step.month_before(date(2024, 3, 31)) == "2024-02"
