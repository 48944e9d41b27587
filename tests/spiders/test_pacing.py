import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from itertools import pairwise
from math import inf
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiders import pacing
from spiders.pacing import BUDGET, HOURS, LOCAL, LONGEST_PAUSE_S, TIME_LIMIT, ClosedError, Pace, is_open, retry_after

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
seconds = st.floats(0, 120, allow_nan=False)


class Time:
    """A clock that only sleeping and working move."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, wait: float) -> None:
        self.now += max(0.0, wait)
        # Others have their turn, as in a real pause.
        for _ in range(3):
            await _yield()


async def _yield() -> None:
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, None)
    await future


@pytest.fixture(scope="module")
def clock() -> Iterator[Time]:
    clock = Time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pacing, "monotonic", lambda: clock.now)
        patch.setattr(pacing.asyncio, "sleep", clock.sleep)
        yield clock


def run(job: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await job()

    return asyncio.run(main())


async def ask(pace: Pace, clock: Time, latency: float, spans: list[tuple[float, float]], *, well: bool = True) -> None:
    async with pace.turn():
        began = clock.now
        await clock.sleep(latency)
        pace.answered(latency, well=well)
        spans.append((began, clock.now))


@settings(deadline=None, max_examples=60)
@given(
    delay=st.floats(0.1, 30),
    answers=st.lists(st.tuples(seconds, st.booleans()), min_size=2, max_size=12),
    wished=st.none() | st.floats(0.1, 400),
    tasks=st.integers(1, 3),
)
def test_no_request_sooner_than_the_delay_after_the_last_answer(
    clock: Time, delay: float, answers: list[tuple[float, bool]], wished: float | None, tasks: int
) -> None:
    """Whatever the latencies, with the channels and the pages asking at once, and robots.txt read in between."""
    pace, spans = Pace(delay), list[tuple[float, float]]()
    wishes = [wished]

    async def some(mine: list[tuple[float, bool]]) -> None:
        for number, (latency, well) in enumerate(mine):
            await ask(pace, clock, latency, spans, well=well)
            if number == 0 and wishes and (wish := wishes.pop()):
                pace.slow_down(wish)

    async def all_at_once() -> None:
        await asyncio.gather(*(some(answers[n::tasks]) for n in range(tasks)))

    run(all_at_once)
    assert len(spans) == len(answers) == pace.n_requests
    for (_, ended), (began, _) in pairwise(sorted(spans)):
        assert began - ended >= delay - 1e-6


@settings(max_examples=60)
@given(delay=st.floats(0.1, 90), answers=st.lists(st.tuples(seconds, st.booleans()), min_size=1, max_size=30))
def test_throttle_keeps_between_the_least_delay_and_a_minute_and_errors_never_speed_it_up(
    delay: float, answers: list[tuple[float, bool]]
) -> None:
    pace = Pace(delay)
    for latency, well in answers:
        before = pace.delay_s
        pace.answered(latency, well=well)
        assert delay <= pace.delay_s <= max(60.0, delay)
        if not well:
            assert pace.delay_s >= before
        if latency <= 60:
            assert not well or pace.delay_s >= latency


def test_a_fast_site_comes_back_to_its_least_delay() -> None:
    pace = Pace(5.0)
    pace.answered(40.0, well=True)
    assert pace.delay_s == 40.0
    for _ in range(40):
        pace.answered(0.1, well=True)
    assert pace.delay_s == pytest.approx(5.0)


@pytest.mark.parametrize("wished", [inf, -1.0, float("nan"), 0.0, 1.0])
def test_a_wish_that_is_none_changes_nothing(wished: float) -> None:
    pace = Pace(5.0)
    pace.slow_down(wished)
    assert pace.delay_s == 5.0


def test_wishes_of_robots_are_kept_up_to_five_minutes_and_never_shorten() -> None:
    pace = Pace(5.0)
    pace.slow_down(20.0)
    pace.slow_down(10.0)
    pace.answered(0.0, well=True)
    assert pace.delay_s == 20.0
    pace.slow_down(1e9)
    assert pace.delay_s == 300.0


def test_a_wish_that_comes_while_many_ask_at_once_leaves_one_at_a_time(clock: Time) -> None:
    pace, spans = Pace(0.0, parallel=8), list[tuple[float, float]]()

    async def work() -> None:
        waiting = [asyncio.ensure_future(ask(pace, clock, 1.0, spans)) for _ in range(20)]
        await _yield()
        pace.slow_down(10.0)
        await asyncio.gather(*waiting)

    run(work)
    assert len(spans) == 20
    later = sorted(began for began, _ in spans)[8:]
    assert all(b - a >= 10.0 for a, b in pairwise(later)), "those under way end; the others take turns"


def test_a_pause_ordered_meanwhile_is_kept_by_all_and_is_bounded(clock: Time) -> None:
    pace, spans = Pace(1.0), list[tuple[float, float]]()

    async def work() -> None:
        await ask(pace, clock, 0.5, spans)
        pace.pause(100.0)
        pace.pause(3.0)
        await ask(pace, clock, 0.5, spans)
        pace.pause(1e9)
        await ask(pace, clock, 0.5, spans)

    run(work)
    (_, one), (two, two_end), (three, _) = spans
    assert two - one == pytest.approx(100.0)
    assert three - two_end == pytest.approx(LONGEST_PAUSE_S)


def test_budget_closes_after_the_last_request() -> None:
    pace = Pace(0.0, budget=2)

    async def work() -> list[str]:
        seen = []
        for _ in range(2):
            seen.append(pace.closed)
            async with pace.turn():
                pass
        return [*seen, pace.closed]

    assert run(work) == ["", "", BUDGET]


def test_nobody_waits_for_a_turn_that_comes_after_the_end_of_the_crawl(clock: Time) -> None:
    pace, began = Pace(300.0, ends=clock.now + 100.0), clock.now

    async def work() -> str:
        await ask(pace, clock, 1.0, [])
        with pytest.raises(ClosedError) as closed:
            await ask(pace, clock, 1.0, [])
        return str(closed.value)

    assert run(work) == pace.closed == TIME_LIMIT
    assert clock.now - began < 100


@given(
    begin=st.times(),
    end=st.times(),
    minute=st.integers(0, 24 * 60 - 1),
)
@example(begin=time(22), end=time(5), minute=0)
@example(begin=time(22), end=time(5), minute=12 * 60)
def test_hours_are_a_stretch_of_the_local_day_also_across_midnight(begin: time, end: time, minute: int) -> None:
    hours = f"{begin:%H:%M}-{end:%H:%M}"
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    at = datetime(2024, 6, 1, tzinfo=LOCAL) + timedelta(minutes=minute)
    # By walking through the day: minutes from the begin on until the end.
    length = (last - first) % (24 * 60) or 24 * 60
    assert is_open(hours, at.astimezone(UTC)) == ((minute - first) % (24 * 60) < length)


def test_out_of_hours_the_site_is_closed_and_without_hours_never() -> None:
    noon = datetime(2024, 6, 1, 5, 0, tzinfo=UTC)
    assert Pace(1.0, hours="22:00-05:00", now=lambda: noon).closed == HOURS
    assert Pace(1.0, hours="11:00-13:00", now=lambda: noon).closed == ""
    assert Pace(1.0, now=lambda: noon).closed == ""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("9" * 400, inf),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("Sat, 01 Jun 2024 19:01:00 +0700", 60.0),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("²", None),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999", None),
    ],
)
def test_retry_after(value: str, wanted: float | None) -> None:
    assert retry_after(value, NOW) == wanted


@given(
    st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [+-]?\w{1,12}")
)
def test_retry_after_survives_anything(value: str) -> None:
    wished = retry_after(value, NOW)
    assert wished is None or wished >= 0
