"""Completeness: intervals that invert exactly, bounds that are bounds, silence, and grades with their reasons."""

import math
import random
import typing
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.completeness import (
    Grade,
    Interval,
    Reason,
    at_most_complete_by_rare_articles,
    at_most_complete_by_two_channels,
    gaps_between,
    grade,
    missed_by_probing,
    recall_interval,
    share_seen,
    silence,
    silence_limit,
    still_missed,
    working_days,
)
from transforms.completeness.silence import LEAST_LIMIT, MOST_LIMIT
from transforms.completeness.workdays import TET


@st.composite
def probes(draw: st.DrawFn, most: int = 100_000) -> tuple[int, int, int]:
    n_unknown = draw(st.integers(1, most))
    n_drawn = draw(st.integers(1, min(n_unknown, 400)))
    return n_unknown, n_drawn, draw(st.integers(0, n_drawn))


def probed(n_unknown: int, n_drawn: int, n_found: int) -> Interval:
    interval = missed_by_probing(n_unknown, n_drawn, n_found)
    assert interval is not None
    return interval


def by_brute_force(n_unknown: int, n_drawn: int, n_found: int) -> tuple[int, int]:
    """Every possible truth, with fractions: those whose mid-p tails are both at least 1/40."""

    def chance(articles: int, hits: int) -> Fraction:
        if hits > articles or n_drawn - hits > n_unknown - articles:
            return Fraction(0)
        return Fraction(comb(articles, hits) * comb(n_unknown - articles, n_drawn - hits), comb(n_unknown, n_drawn))

    inside = []
    for articles in range(n_unknown + 1):
        here = chance(articles, n_found) / 2
        fewer = here + sum(chance(articles, hits) for hits in range(n_found))
        more = here + sum(chance(articles, hits) for hits in range(n_found + 1, n_drawn + 1))
        if min(fewer, more) >= Fraction(1, 40):
            inside.append(articles)
    assert inside == list(range(inside[0], inside[-1] + 1))
    return inside[0], inside[-1]


@pytest.mark.parametrize("n_unknown", [*range(1, 13), 20, 24])
def test_limits_are_those_of_trying_every_truth(n_unknown: int):
    for n_drawn in range(1, n_unknown + 1):
        for n_found in range(n_drawn + 1):
            interval = probed(n_unknown, n_drawn, n_found)
            assert (interval.low, interval.high) == by_brute_force(n_unknown, n_drawn, n_found), (n_drawn, n_found)


# Inside of the equal-tailed limits, which are 0 to 16, 2 to 32 and 21 to 132.
@pytest.mark.parametrize(
    ("probe", "limits"), [((300, 60, 0), (0, 0, 13)), ((300, 60, 2), (10, 3, 29)), ((1200, 100, 5), (60, 24, 125))]
)
def test_known_probes(probe: tuple[int, int, int], limits: tuple[int, int, int]):
    interval = probed(*probe)
    assert (interval.estimate, interval.low, interval.high) == limits


@given(probes())
def test_the_interval_holds_the_estimate_and_stays_possible(probe: tuple[int, int, int]):
    n_unknown, n_drawn, n_found = probe
    interval = probed(*probe)
    assert n_found <= interval.low <= interval.estimate <= interval.high <= n_unknown - n_drawn + n_found
    assert interval.low == int(interval.low)
    assert interval.high == int(interval.high)
    assert abs(interval.estimate - n_unknown * n_found / n_drawn) < 1


@given(probes())
def test_more_hits_never_mean_fewer_missed(probe: tuple[int, int, int]):
    n_unknown, n_drawn, n_found = probe
    assume(n_found < n_drawn)
    fewer, more = probed(*probe), probed(n_unknown, n_drawn, n_found + 1)
    assert fewer.low <= more.low
    assert fewer.high <= more.high
    assert fewer.estimate < more.estimate


@given(probes())
def test_more_ids_to_draw_from_never_mean_fewer_missed(probe: tuple[int, int, int]):
    n_unknown, n_drawn, n_found = probe
    assert probed(*probe).high <= probed(n_unknown + 1, n_drawn, n_found).high


@given(probes())
def test_articles_and_all_other_ids_are_mirrored(probe: tuple[int, int, int]):
    n_unknown, n_drawn, n_found = probe
    articles, others = probed(*probe), probed(n_unknown, n_drawn, n_drawn - n_found)
    assert (articles.low, articles.high) == (n_unknown - others.high, n_unknown - others.low)


@given(st.integers(1, 1_000_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_full_draw_is_exact(drawn: tuple[int, int]):
    n_unknown, n_found = drawn
    interval = probed(n_unknown, n_unknown, n_found)
    assert interval.low == interval.estimate == interval.high == n_found


@pytest.mark.parametrize("probe", [(1_000_000, 100, 3), (1_000_000, 20_000, 900), (1_000_000, 500_000, 100_000)])
def test_a_million_ids_have_plausible_limits(probe: tuple[int, int, int]):
    n_unknown, n_drawn, n_found = probe
    interval = probed(*probe)
    # What the normal approximation of the finite population gives, within its skewness for few hits.
    share = n_found / n_drawn
    reach = 1.96 * n_unknown * math.sqrt(share * (1 - share) / n_drawn * (1 - n_drawn / n_unknown))
    assert interval.high - interval.low == pytest.approx(2 * reach, rel=0.15)


def test_without_a_draw_nothing_is_said_and_without_ids_nothing_is_missed():
    assert missed_by_probing(50, 0, 0) is None
    assert still_missed(50, 0, 0) is None
    assert missed_by_probing(0, 0, 0) == Interval(0, 0, 0)


@pytest.mark.parametrize("probe", [(10, 11, 0), (10, 5, 6), (10, 5, -1), (-1, 0, 0)])
def test_impossible_probes_are_refused(probe: tuple[int, int, int]):
    with pytest.raises(ValueError, match="impossible probe"):
        missed_by_probing(*probe)


def test_what_the_probe_found_is_no_longer_missed():
    assert still_missed(300, 300, 7) == Interval(0, 0, 0)
    assert still_missed(300, 60, 2) == Interval(8, 1, 27)


@given(st.integers(0, 5000), probes(5000))
def test_the_share_seen_mirrors_what_was_missed(n_articles: int, probe: tuple[int, int, int]):
    missed = probed(*probe)
    share = share_seen(n_articles, missed)
    assert 0 <= share.low <= share.estimate <= share.high <= 1
    if n_articles:
        assert share.low == pytest.approx(n_articles / (n_articles + missed.high))
        assert share.high == pytest.approx(n_articles / (n_articles + missed.low))


def test_a_month_with_nothing_to_find_is_complete():
    assert share_seen(0, Interval(0, 0, 0)) == Interval(1, 1, 1)
    assert share_seen(0, Interval(0, 0, 16)) == Interval(1, 0, 1)


def test_an_interval_without_its_estimate_is_refused():
    with pytest.raises(ValueError, match="does not lie between"):
        Interval(3, 1, 2)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_recall_solves_wilsons_equation(counts: tuple[int, int]):
    found, listed = counts
    interval = recall_interval(found, listed)
    assert interval is not None
    assert 0 <= interval.low <= interval.estimate == found / listed <= interval.high <= 1
    for limit in (interval.low, interval.high):
        deviation = 1.959964 * math.sqrt(limit * (1 - limit) / listed)
        assert abs(limit - found / listed) == pytest.approx(deviation, abs=1e-5)


def test_fifty_of_fifty_still_allow_seven_per_cent_to_be_missing():
    interval = recall_interval(50, 50)
    assert interval is not None
    assert (round(interval.low, 3), interval.high) == (0.929, 1)
    assert recall_interval(0, 0) is None
    with pytest.raises(ValueError, match="impossible recall"):
        recall_interval(3, 2)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_chapman_is_a_ceiling_with_its_variance(both: int, only_first: int, only_second: int):
    assume(both + only_first + only_second)
    n_first, n_second = both + only_first, both + only_second
    ceiling = at_most_complete_by_two_channels(n_first, n_second, both)
    assert ceiling is not None
    assert ceiling.share_low is not None
    assert ceiling.share_high is not None
    union = both + only_first + only_second
    assert ceiling.total >= union - 1e-9
    assert 0 < ceiling.share_low <= ceiling.share <= ceiling.share_high <= 1
    assert ceiling == at_most_complete_by_two_channels(n_second, n_first, both)
    if not only_first * only_second:
        assert (ceiling.share, ceiling.variance) == (pytest.approx(1), 0)


def test_chapman_by_hand():
    ceiling = at_most_complete_by_two_channels(96, 84, 67)
    assert ceiling is not None
    assert ceiling.total == pytest.approx(97 * 85 / 68 - 1)
    assert ceiling.variance == pytest.approx(97 * 85 * 29 * 17 / (68**2 * 69))
    assert at_most_complete_by_two_channels(0, 0, 0) is None
    with pytest.raises(ValueError, match="impossible channels"):
        at_most_complete_by_two_channels(5, 3, 4)


def test_chao_by_hand():
    ceiling = at_most_complete_by_rare_articles(100, 20, 9, n_channels=4)
    assert ceiling is not None
    assert ceiling.total == 100 + 3 / 4 * 20 * 19 / (2 * 10)
    assert ceiling.share == 100 / ceiling.total
    assert ceiling.share_low is ceiling.share_high is None
    assert at_most_complete_by_rare_articles(0, 0, 0, n_channels=3) is None
    assert at_most_complete_by_rare_articles(9, 9, 0, n_channels=1) is None
    with pytest.raises(ValueError, match="impossible counts"):
        at_most_complete_by_rare_articles(5, 4, 2, n_channels=3)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(2, 6))
def test_articles_that_only_one_channel_shows_lower_the_ceiling(once: int, twice: int, more: int, n_channels: int):
    ceiling = at_most_complete_by_rare_articles(once + twice + more + 1, once, twice, n_channels=n_channels)
    rarer = at_most_complete_by_rare_articles(once + twice + more + 1, once + 1, twice, n_channels=n_channels)
    assert ceiling is not None
    assert rarer is not None
    assert 0 < rarer.share <= ceiling.share <= 1


def test_tet_is_where_the_moon_puts_it_and_offices_were_closed():
    assert [first.year for first in TET] == list(range(2022, 2031))
    # Twelve or thirteen months of the moon.
    assert all((two - one).days in (354, 355, 383, 384, 385) for one, two in pairwise(TET))
    # Thursday 8 to Wednesday 14 February 2024 were off; so were Monday 27 to Friday 31 January 2025.
    assert working_days(date(2024, 2, 7), date(2024, 2, 14)) == 0
    assert working_days(date(2024, 2, 7), date(2024, 2, 15)) == 1
    assert working_days(date(2025, 1, 24), date(2025, 2, 3)) == 1


def test_weekends_are_no_working_days():
    friday = date(2024, 6, 7)
    assert working_days(friday, friday + timedelta(days=2)) == 0
    assert working_days(friday, friday + timedelta(days=3)) == 1
    assert working_days(friday, friday + timedelta(days=10)) == 6
    assert working_days(friday, friday + timedelta(days=10), without=[date(2024, 6, 12), date(2024, 6, 15)]) == 5
    assert working_days(friday, friday) == working_days(friday, date(2024, 6, 1)) == 0


days = st.dates(date(2022, 1, 1), date(2030, 12, 31))


@given(days, days, days)
def test_working_days_add_up(one: date, two: date, three: date):
    first, middle, last = sorted((one, two, three))
    assert working_days(first, last) == working_days(first, middle) + working_days(middle, last)


def test_with_two_years_the_longest_gap_decides():
    assert silence_limit(730, 200, [1, 2, 16, 3]) == 20
    # A year less, and items at random would exceed it more often than once in four years.
    assert silence_limit(365, 20, [1, 2, 16, 3]) == pytest.approx(math.log(80) / (20 / 365) * 5 / 7)
    assert silence_limit(365, 2000, [1, 2, 16, 3]) == 20


@given(st.integers(1, 2000), st.integers(0, 5000), st.lists(st.integers(0, 400)))
def test_the_limit_is_clamped_and_needs_ten_items(days_of_history: int, n_items: int, gaps: list[int]):
    limit = silence_limit(days_of_history, n_items, gaps)
    assert (limit is None) == (n_items < 10)
    if limit is not None:
        assert LEAST_LIMIT <= limit <= MOST_LIMIT
        assert limit >= min(MOST_LIMIT, 1.25 * max(gaps, default=0))


def test_items_need_a_history():
    with pytest.raises(ValueError, match="history"):
        silence_limit(0, 10, [])


def test_gaps_end_where_we_were_blind():
    monday = date(2024, 6, 3)
    published = [monday + timedelta(days=n) for n in (14, 0, 1, 0)]
    assert gaps_between(published) == [1, 9]
    # Blind on Tuesday and Wednesday of the second week: four working days before, three after, the last with the item.
    assert [n for n in gaps_between(published, blind=[date(2024, 6, 11), date(2024, 6, 12)]) if n] == [1, 4, 3]
    assert gaps_between(published, blind=[date(2024, 5, 1), date(2024, 7, 1), monday]) == [1, 9]
    assert gaps_between([]) == gaps_between([monday]) == []


def daily(first: date, n_days: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(n_days)]


def test_only_days_that_we_could_look_are_silent():
    first = date(2024, 3, 1)
    published = daily(first, 60)
    newest = max(published)
    today = newest + timedelta(days=14)
    told = silence(published, since=first, today=today)
    assert told is not None
    assert (told.days, told.limit, told.is_alarm) == (
        10,
        pytest.approx(math.log(1460 * 60 / 74) / (60 / 74) * 5 / 7),
        True,
    )
    blind = daily(newest + timedelta(days=1), 9)
    told = silence(published, since=first, today=today, blind=blind)
    assert told is not None
    assert (told.days, told.is_alarm) == (3, False)


def test_no_alarm_without_ten_items_and_nothing_said_without_any():
    first = date(2024, 3, 1)
    told = silence(daily(first, 9), since=first, today=date(2024, 12, 1))
    assert told is not None
    assert (told.limit, told.is_alarm) == (None, False)
    assert silence([], since=first, today=date(2024, 12, 1)) is None
    assert silence([date(2023, 1, 1)], since=first, today=date(2024, 12, 1)) is None


@pytest.mark.parametrize("per_day", [0.3, 1.0])
def test_false_alarms_are_rare_with_two_years_of_history(per_day: float):
    """Items at random on working days; a source that is well gives under 0.3 alarms a year."""
    rng = random.Random(7)
    source_years = 60
    # Of three years of gaps the first two are history.
    in_history, in_three_years = int(500 * per_day), int(750 * per_day)
    alarms = 0
    for _ in range(source_years):
        gaps = [max(1, round(rng.expovariate(per_day))) for _ in range(in_three_years)]
        limit = silence_limit(730, in_history, gaps[:in_history])
        assert limit is not None
        alarms += sum(gap > limit for gap in gaps[in_history:])
    assert 0 < alarms < 0.3 * source_years


SEEN_WHOLE = {"n_days": 30, "n_blind_days": 0, "gap_hours": 0.0, "n_articles": 600}


def test_every_letter_has_its_month():
    every_id = {"n_unknown": 200, "n_drawn": 200, "n_probed_found": 3}
    a_few = {"n_unknown": 300, "n_drawn": 60, "n_probed_found": 2}
    assert grade(**SEEN_WHOLE, **every_id) == Grade("A", ("probe_bound",), 0, 0)
    assert grade(**SEEN_WHOLE, **a_few) == Grade("B", ("probe_bound",), round(27 / 627, 9), 0)
    assert grade(**SEEN_WHOLE | {"n_articles": 60}, **a_few).letter == "C"
    assert grade(**SEEN_WHOLE) == Grade("C", ("no_bound",), None, 0)
    assert grade(**SEEN_WHOLE | {"n_blind_days": 30}, **every_id) == Grade("X", ("not_observable",), None, 1)
    never = {"n_days": 30, "n_blind_days": 30, "n_days_never_looked": 30}
    assert grade(**never) == Grade("X", ("never_looked",), None, 1)
    assert grade(n_days=0, n_blind_days=0) == Grade("X", ("not_observable",), None, 1)


def test_three_of_a_hundred_are_three_per_cent():
    assert grade(**SEEN_WHOLE | {"n_articles": 97}, n_unknown=3, n_drawn=3, n_probed_found=0).letter == "A"
    half = {"n_unknown": 6, "n_drawn": 3, "n_probed_found": 0}
    assert still_missed(6, 3, 0) == Interval(0, 0, 3)
    assert grade(**SEEN_WHOLE | {"n_articles": 97}, **half) == Grade("A", ("probe_bound",), 0.03, 0)


@pytest.mark.parametrize(
    ("unseen", "letter", "reasons"),
    [
        ({"gap_hours": 1}, "B", ("gap", "probe_bound")),
        ({"n_blind_days": 3}, "B", ("blind_days", "probe_bound")),
        ({"n_blind_days": 4}, "C", ("blind_days", "probe_bound")),
        ({"n_blind_days": 2, "n_days_never_looked": 1}, "B", ("never_looked", "blind_days", "probe_bound")),
        ({"n_blind_days": 2, "n_days_never_looked": 2, "gap_hours": 48}, "C", ("never_looked", "gap", "probe_bound")),
    ],
)
def test_time_that_was_not_seen_rules_out_a_and_is_added_for_b(
    unseen: dict[str, float], letter: str, reasons: tuple[str, ...]
):
    graded = grade(**SEEN_WHOLE | unseen, n_unknown=50, n_drawn=50, n_probed_found=0)
    assert (graded.letter, graded.reasons) == (letter, reasons)


def test_the_better_bound_counts_unless_the_other_excludes_it():
    probe = {"n_unknown": 1200, "n_drawn": 100, "n_probed_found": 0}
    outside = {"n_recalled": 400, "n_listed": 400}
    assert grade(**SEEN_WHOLE, **probe).reasons == ("probe_bound",)
    both = grade(**SEEN_WHOLE, **probe, **outside)
    assert (both.letter, both.reasons) == ("A", ("recall_bound",))
    assert both.missed_at_most == pytest.approx(0.0095, abs=1e-4)
    many_missed = {"n_unknown": 1200, "n_drawn": 100, "n_probed_found": 50}
    contradicted = grade(**SEEN_WHOLE, **many_missed, **outside)
    assert (contradicted.letter, contradicted.reasons) == ("C", ("probe_bound", "bounds_disagree"))
    assert contradicted.missed_at_most is not None
    assert contradicted.missed_at_most > 0.4


def test_empty_cells_of_a_table_mean_not_done():
    nan = float("nan")
    nothing = dict.fromkeys(("n_unknown", "n_drawn", "n_probed_found", "n_recalled", "n_listed"), nan)
    assert grade(**SEEN_WHOLE | {"gap_hours": nan}, **nothing) == Grade("C", ("no_bound",), None, 0)
    assert grade(**SEEN_WHOLE, **nothing | {"n_recalled": 50.0, "n_listed": 50.0}).reasons == ("recall_bound",)
    # Drawn but without an answer, and a list without a line, are no bounds.
    assert grade(**SEEN_WHOLE, n_unknown=40, n_drawn=0, n_probed_found=0).reasons == ("no_bound",)
    assert grade(**SEEN_WHOLE, n_recalled=0, n_listed=0).reasons == ("no_bound",)


@pytest.mark.parametrize(
    "month",
    [
        {"n_blind_days": 31},
        {"n_blind_days": -1},
        {"n_blind_days": 1, "n_days_never_looked": 2},
        {"gap_hours": -1.0},
    ],
)
def test_impossible_months_are_refused(month: dict[str, float]):
    with pytest.raises(ValueError, match="impossible month"):
        grade(**SEEN_WHOLE | month)


@given(
    st.integers(0, 30),
    st.floats(0, 100),
    st.integers(0, 2000),
    probes(2000),
    st.none() | st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
def test_a_grade_says_why_and_gets_no_better_with_blind_days(
    n_blind: int, gap_hours: float, n_articles: int, probe: tuple[int, int, int], recall: tuple[int, int] | None
):
    names = ("n_unknown", "n_drawn", "n_probed_found")
    known: dict[str, float] = dict(zip(names, probe, strict=True))
    if recall:
        known |= {"n_recalled": recall[0], "n_listed": recall[1]}
    month = {"n_days": 31, "gap_hours": gap_hours, "n_articles": n_articles} | known
    graded, blinder = (grade(n_blind_days=n, **month) for n in (n_blind, n_blind + 1))
    assert graded.letter <= blinder.letter
    order = typing.get_args(Reason)
    assert graded.reasons
    assert set(graded.reasons) <= set(order)
    assert len(set(graded.reasons)) == len(graded.reasons)
    if graded.letter != "X":
        assert graded.missed_at_most is not None
        assert 0 <= graded.missed_at_most <= 1
        assert graded.letter != "A" or (graded.missed_at_most <= 0.03 and not n_blind and not gap_hours)
        assert graded.letter != "B" or graded.missed_at_most + graded.unseen <= 0.1
