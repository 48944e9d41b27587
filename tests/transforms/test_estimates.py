"""Estimates: exact where all is known, bounds that are bounds, textbook numbers, and states with one meaning each."""

import math
import typing
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2

from transforms.completeness import Interval
from transforms.estimates import (
    Audit,
    Evaluation,
    State,
    breadth,
    cell_state,
    continuity,
    may_be_ranked,
    model_only,
    programme_share,
    salience,
    share_of_voice,
    shrunk,
    timeliness,
    volume,
    volumes,
    with_blind_days,
    with_missed,
)
from transforms.estimates.shrinkage import prior

NAN = math.nan


def audit(score: list[float], label: list[float], stratum: list[int], inclusion: float = 0.5) -> Audit:
    strata = np.array(stratum, np.int64)
    return Audit(np.array(score, float), np.array(label, float), strata, np.full(len(score), inclusion))


@st.composite
def audits(draw: st.DrawFn) -> Audit:
    n = draw(st.integers(0, 60))
    scores = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]))
    return audit(
        draw(st.lists(scores, min_size=n, max_size=n)),
        draw(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=n, max_size=n)),
        draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)),
    )


@given(audits(), st.randoms())
def test_no_volume_is_below_what_was_counted_or_above_what_may_count(month: Audit, chance: typing.Any):
    part = np.array([chance.randrange(3) for _ in month.score], dtype=np.int64)
    said = volumes(month, part, 4)
    assert len(said) == 4
    assert said[3].interval == Interval(0, 0, 0)
    for p, cell in enumerate(said):
        here = part == p
        counted, denied = (int((month.label[here] == value).sum()) for value in (1, 0))
        assert (cell.n_articles, cell.n_labelled, cell.n_counted) == (here.sum(), counted + denied, counted)
        assert counted <= cell.interval.low <= cell.interval.high <= here.sum() - denied
        if cell.is_counted_whole:
            assert cell.interval == Interval(counted, counted, counted)


@given(audits())
def test_the_whole_month_is_the_textbooks_difference_estimator(month: Audit):
    labelled = month.is_labelled
    expected = 0.0
    for h in set(month.stratum.tolist()):
        here = month.stratum == h
        # Strata without labels have the model alone; those whose estimate leaves what is possible are clipped.
        assume((here & labelled).any())
        errors = (month.label - month.score)[here & labelled]
        stratum_total = month.score[here].sum() + here.sum() * errors.mean()
        counted, n_open = month.label[here & labelled].sum(), (here & ~labelled).sum()
        expected += min(max(stratum_total, counted), counted + n_open)
    said = volume(month).interval
    assert said.estimate == pytest.approx(min(max(expected, said.low), said.high), abs=1e-6)


def test_the_width_is_the_textbooks_with_finite_population_correction():
    rng = np.random.default_rng(3)
    n, n_labels = 4000, 400
    truth = rng.random(n) < 0.5
    score = np.clip(np.where(truth, 0.7, 0.3) + rng.uniform(-0.3, 0.3, n), 0, 1)
    label = np.where(np.arange(n) < n_labels, truth, NAN)
    said = volume(Audit(score, label, np.zeros(n, dtype=np.int64), np.full(n, 0.1)))
    errors = (label - score)[:n_labels]
    half = 1.966 * n * math.sqrt((1 - n_labels / n) * errors.var(ddof=1) / n_labels)
    # The beta's and t's limits agree here, up to half an article and the label of the prior.
    assert (said.interval.high - said.interval.low) / 2 == pytest.approx(half, rel=0.03)
    assert said.interval.estimate == pytest.approx(score.sum() + n * errors.mean())


def test_a_stratum_without_labels_leaves_everything_possible():
    said = volume(audit([0.9, 0.8, 0.1, 0.2, 0.3], [1, 1, NAN, NAN, NAN], [0, 0, 1, 1, 1]))
    assert said.n_unspoken == 3
    assert said.interval.estimate == pytest.approx(2.6)
    assert (said.interval.low, said.interval.high) == (2, 5)


def test_scores_of_0_and_1_without_a_disagreement_get_the_exact_allowance():
    n, n_labels = 1080, 80
    label = [0.0] * n_labels + [NAN] * (n - n_labels)
    hard = volume(audit([0.0] * n, label, [0] * n))
    assert hard.is_guarded
    # Clopper and Pearson: none among 80 bounds the rate at 3.675 %.
    assert hard.interval.high == pytest.approx(1000 * (1 - 0.05 ** (1 / 80)))
    assert hard.interval.low == hard.interval.estimate == 0
    soft = volume(audit([0.01] * n, label, [0] * n))
    assert not soft.is_guarded
    assert soft.interval.high < hard.interval.high
    seen = volume(audit([0.0] * n, [1.0, *label[1:]], [0] * n))
    assert not seen.is_guarded
    assert seen.interval.high > 13


def test_labels_of_a_part_speak_for_it_the_more_the_more_parts_differ():
    rng = np.random.default_rng(1)
    part = np.repeat([0, 1, 2, 3], 100)
    score = np.full(400, 0.5)
    alike, apart = (rng.random(400) < np.array(shares)[part] for shares in ([0.5] * 4, [0.1, 0.1, 0.9, 0.9]))
    is_drawn = np.arange(400) % 4 == 0
    stratum = np.zeros(400, dtype=np.int64)
    for truth, nearest in ((alike, 10), (apart, 15)):
        month = Audit(score, np.where(is_drawn, truth, NAN), stratum, np.full(400, 0.25))
        for p, cell in enumerate(volumes(month, part, 4)):
            assert abs(cell.interval.estimate - truth[part == p].sum()) < nearest
    assert chi2.ppf(0.4, 3) < 3  # what is put down to chance is under its mean


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": np.array([0.5, 1.2])}, "between 0 and 1"),
        ({"label": np.array([0.5, NAN])}, "0 or 1"),
        ({"stratum": np.array([0, -1])}, "numbered"),
        ({"inclusion": np.array([0.1, 0.2])}, "two strata"),
        ({"inclusion": np.array([0.0, 0.0])}, "could not"),
        ({"score": np.array([0.5])}, "one entry"),
    ],
)
def test_an_audit_that_contradicts_itself_is_refused(change: dict[str, typing.Any], message: str):
    good = {
        "score": np.array([0.5, 0.5]),
        "label": np.array([1.0, NAN]),
        "stratum": np.array([0, 0]),
        "inclusion": np.array([0.5, 0.5]),
    }
    assert volume(Audit(**good)).n_labelled == 1
    with pytest.raises(ValueError, match=message):
        Audit(**{**good, **change})


EVALUATION = Evaluation(150, 128, 450, 436)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 200), st.integers(1, 200), st.data())
def test_model_only_stays_within_the_month(n_said: int, more: int, n_relevant: int, n_other: int, data: st.DataObject):
    found = data.draw(st.integers(0, n_relevant)), data.draw(st.integers(0, n_other))
    evaluation = Evaluation(n_relevant, found[0], n_other, found[1])
    said = model_only(n_said, n_said + more, evaluation)
    useless = Fraction(found[0], n_relevant) + Fraction(found[1], n_other) <= 1
    assert (said is None) >= (useless and n_said + more > 0)
    if said is not None:
        assert 0 <= said.low <= said.high <= n_said + more


def test_fewer_called_relevant_than_false_alarms_would_be_is_none():
    said = model_only(2, 200, EVALUATION)
    assert said is not None
    assert said.estimate == said.low == 0
    assert 0 < said.high < 10


def test_model_only_corrects_by_rogan_and_gladen():
    said = model_only(60, 200, EVALUATION)
    assert said is not None
    se, sp = 128 / 150, 436 / 450
    assert said.estimate == pytest.approx(200 * (0.3 + sp - 1) / (se + sp - 1))
    # By hand: n' = 203.84, p' = .3038, Se' = .8487, Sp' = .9668; share .3325, shift .0020, half .0822.
    assert said.low == pytest.approx(200 * (0.3325 + 0.0020 - 0.0822), abs=0.3)
    assert said.high == pytest.approx(200 * (0.3325 + 0.0020 + 0.0822), abs=0.3)


def test_evaluations_that_say_nothing_say_nothing():
    assert model_only(5, 10, Evaluation(10, 5, 10, 5)) is None
    assert model_only(0, 0, EVALUATION) == Interval(0, 0, 0)
    with pytest.raises(ValueError, match="impossible evaluation"):
        Evaluation(0, 0, 10, 9)
    with pytest.raises(ValueError, match="impossible month"):
        model_only(3, 2, EVALUATION)


@st.composite
def found(draw: st.DrawFn) -> tuple[Interval, int, Interval]:
    n = draw(st.integers(0, 500))
    low, estimate, high = sorted(draw(st.tuples(*[st.integers(0, n)] * 3)))
    missed = sorted(draw(st.tuples(*[st.integers(0, 200)] * 3)))
    return Interval(estimate, low, high), n, Interval(missed[1], missed[0], missed[2])


@given(found())
def test_missed_articles_widen_within_reason(case: tuple[Interval, int, Interval]):
    seen, n, missed = case
    said = with_missed(seen, n, missed)
    assert seen.low <= said.low <= said.estimate <= said.high <= seen.high + missed.high
    assert seen.estimate <= said.estimate
    assert said.high >= seen.high or missed.high > 0


def test_missed_articles_of_an_agency_that_seldom_writes_of_it_are_seldom_relevant():
    assert with_missed(Interval(2, 2, 2), 80, Interval(0, 0, 0)) == Interval(2, 2, 2)
    said = with_missed(Interval(2, 2, 2), 80, Interval(10, 3, 29))
    assert said.low == 2
    assert 3 <= said.high <= 6
    # None relevant among twelve does not say that the thirteenth is not.
    assert with_missed(Interval(0, 0, 0), 12, Interval(6, 1, 20)).high >= 1
    assert with_missed(Interval(0, 0, 0), 0, Interval(6, 1, 20)).high == 20


@given(found(), st.integers(1, 31), st.integers(0, 30))
def test_blind_days_are_taken_for_like_the_others(case: tuple[Interval, int, Interval], n_seen: int, n_blind: int):
    seen = case[0]
    said = with_blind_days(seen, n_seen, n_blind)
    assert said.estimate == pytest.approx(seen.estimate * (n_seen + n_blind) / n_seen)
    assert said.low >= seen.low
    if n_blind == 0:
        assert said == seen
    else:
        assert said.high >= said.estimate


def test_a_month_that_nobody_saw_has_no_volume():
    with pytest.raises(ValueError, match="no day"):
        with_blind_days(Interval(0, 0, 0), 0, 30)


def test_shares_add_up_and_concentration_lies_between_its_ends():
    said = share_of_voice([Interval(30, 20, 45), Interval(10, 5, 20), Interval(0, 0, 2)])
    assert said is not None
    assert sum(share.estimate for share in said.shares) == pytest.approx(1)
    assert [share.estimate for share in said.shares] == pytest.approx([0.75, 0.25, 0])
    assert said.concentration.estimate == pytest.approx(0.625)
    assert 1 / 3 <= said.concentration.low < 0.625 < said.concentration.high <= 1
    assert said.shares[0].low < 0.7
    assert said.shares[0].high > 0.8


def test_shares_of_counted_volumes_are_counted():
    said = share_of_voice([Interval(3, 3, 3), Interval(1, 1, 1)])
    assert said is not None
    assert said.shares == [Interval(0.75, 0.75, 0.75), Interval(0.25, 0.25, 0.25)]
    assert share_of_voice([Interval(0, 0, 4)]) is None
    assert share_of_voice([]) is None


def test_the_share_of_two_agencies_has_the_limits_of_the_delta_method():
    said = share_of_voice([Interval(200, 180.4, 219.6), Interval(300, 280.4, 319.6)])
    assert said is not None
    deviation = 10 * math.hypot(300, 200) / 500**2
    assert said.shares[0].high - said.shares[0].low == pytest.approx(2 * 1.96 * deviation, rel=0.03)


def test_programme_share():
    assert programme_share(Interval(6, 3, 9), 30) == Interval(0.2, 0.1, 0.3)
    assert programme_share(Interval(0, 0, 0), 0) is None


def test_breadth_and_evenness():
    assert breadth([2, 2, 2, 2], 8).evenness == pytest.approx(1)
    assert breadth([8, 0, 0, 0], 8).evenness == 0
    assert breadth([3, 3, 0, 0], 6).evenness == pytest.approx(0.5)
    assert breadth([1, 1, 1, 1], 4).evenness is None
    few = breadth([1, 0.4, 0, 0], 1)
    assert (few.n_themes, few.share) == (1, 0.25)
    with pytest.raises(ValueError, match="by theme"):
        breadth([3], 3)


# Remission in weeks of 21 children on 6-mercaptopurine (Freireich et al. 1963), the textbooks' example.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_kaplan_and_meier_on_the_textbooks_numbers():
    said = timeliness(RELAPSED, CENSORED)
    assert said is not None
    assert said.median is not None
    assert said.median[0] == 23
    assert (said.n_triggers, said.n_covered) == (21, 9)
    seven = said.within[7]
    assert seven is not None
    assert seven.estimate == pytest.approx(1 - 0.8067, abs=1e-4)
    # Its limits on the log-log scale as printed there: .563 to .923 open.
    assert (1 - seven.high, 1 - seven.low) == pytest.approx((0.563, 0.923), abs=1e-3)
    three = said.within[3]
    assert three is not None
    assert three.estimate == three.low == 0
    assert 0 < three.high < 0.2


def test_what_was_never_covered_counts():
    covered_only, with_open = timeliness([1, 2, 3], []), timeliness([1, 2, 3], [40] * 7)
    assert covered_only is not None
    assert with_open is not None
    assert covered_only.median is not None
    assert covered_only.median[0] == 2
    assert with_open.median is None
    week = with_open.within[7]
    assert week is not None
    assert week.estimate == pytest.approx(0.3)
    all_covered = covered_only.within[7]
    assert all_covered is not None
    assert all_covered.estimate == all_covered.high == 1
    assert 0 < all_covered.low < 1


def test_what_nobody_waited_for_is_not_known():
    said = timeliness([], [2, 2])
    assert said is not None
    assert said.within[1] is not None
    assert said.within[3] is None
    assert timeliness([], []) is None
    with pytest.raises(ValueError, match="before its trigger"):
        timeliness([-1], [])


@given(st.lists(st.integers(0, 30), max_size=30), st.lists(st.integers(0, 30), max_size=30))
def test_shares_within_days_only_grow(lags: list[int], waits: list[int]):
    assume(lags or waits)
    said = timeliness(lags, waits)
    assert said is not None
    known = [share for share in said.within.values() if share is not None]
    assert all(0 <= share.low <= share.high <= 1 for share in known)
    assert [share.estimate for share in known] == sorted(share.estimate for share in known)


MONDAY = date(2023, 5, 8)


def test_weeks_that_were_blind_are_not_weeks_without_an_article():
    published = [MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=21)]
    until = MONDAY + timedelta(days=27)
    seen = continuity(published, since=MONDAY, until=until)
    assert (seen.n_active_weeks, seen.n_observable_weeks, seen.share) == (2, 4, 0.5)
    # Wednesday to Friday of the first week and the two weeks between.
    assert seen.longest_silence == 13
    assert seen.chance == pytest.approx(math.exp(-3 / 20 * 13))
    assert seen.chance is not None
    assert seen.chance_of_longest is not None
    assert seen.chance_of_longest > seen.chance
    blind = continuity(published, since=MONDAY, until=until, blind=[MONDAY + timedelta(days=9)])
    assert (blind.n_active_weeks, blind.n_observable_weeks) == (2, 3)
    assert blind.longest_silence == 12


def test_tet_is_no_silence():
    before, after = date(2023, 1, 19), date(2023, 1, 27)
    assert continuity([before, after], since=before, until=after).longest_silence <= 1
    assert continuity([], since=date(2023, 1, 23), until=date(2023, 1, 24)).share is None
    with pytest.raises(ValueError, match="period"):
        continuity([], since=after, until=before)


def test_nothing_published_is_one_long_silence_without_a_rate():
    said = continuity([], since=MONDAY, until=MONDAY + timedelta(days=13))
    assert (said.n_active_weeks, said.n_observable_weeks, said.longest_silence, said.chance) == (0, 2, 10, None)


def test_small_agencies_are_drawn_further_towards_all():
    said = shrunk([Interval(2, 2, 2), Interval(200, 200, 200), *[Interval(10, 10, 10)] * 6], [4, 400, *[100] * 6])
    small, large = said[:2]
    assert small.raw == large.raw == 0.5
    assert small.rate.estimate < large.rate.estimate < 0.5
    assert small.rank.high - small.rank.low > large.rank.high - large.rank.low
    assert not may_be_ranked(said)


def test_the_prior_is_found_again():
    rng = np.random.default_rng(5)
    exposures = rng.uniform(50, 500, 2000)
    volumes_ = rng.poisson(rng.gamma(2.0, 1 / 20, 2000) * exposures).astype(float)
    assert prior(volumes_, exposures) == pytest.approx((2.0, 20.0), rel=0.1)


def test_far_apart_agencies_may_be_ranked():
    said = shrunk([Interval(n, n, n) for n in (10.0, 1000.0, 100.0)], [1000.0] * 3)
    assert [agency.rank.estimate for agency in said] == [3, 1, 2]
    assert may_be_ranked(said)


def test_rates_need_volumes():
    with pytest.raises(ValueError, match="rates need"):
        shrunk([Interval(0, 0, 1)], [10.0])


def test_agencies_that_are_alike_are_drawn_together():
    said = shrunk([Interval(n, n, n) for n in (9.0, 10.0, 11.0, 10.0)], [100.0] * 4)
    assert all(agency.rate.estimate == pytest.approx(0.1, abs=0.002) for agency in said)


def test_salience():
    assert salience(["title", "body"]) == 2
    assert salience(["title", "body"], [1, 0]) == 3
    assert salience([]) is None
    assert salience(["lead"], [0]) is None
    with pytest.raises(ValueError, match="per article"):
        salience(["lead"], [1, 1])


SEEN = {"is_observable": True, "n_days": 30, "n_unseen_days": 0, "n_articles": 10, "n_labelled": 4}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "estimated"),
        ({"n_labelled": 10}, "counted_whole"),
        ({"n_labelled": 10, "missed_at_most": 3}, "estimated"),
        ({"n_labelled": 10, "missed_at_most": None}, "estimated"),
        ({"n_articles": 0, "n_labelled": 0}, "counted_whole"),
        ({"n_unspoken": 6}, "model_only"),
        ({"n_unspoken": 5}, "estimated"),
        ({"n_unseen_days": 0.5, "n_labelled": 10}, "partly_blind"),
        ({"n_unseen_days": 3, "n_unspoken": 6}, "partly_blind"),
        ({"n_unseen_days": 30, "n_articles": 0, "n_labelled": 0}, "blind"),
        ({"n_unseen_days": 30, "is_observable": False}, "not_observable"),
        ({"n_days": 0, "n_articles": 0, "n_labelled": 0}, "not_observable"),
    ],
)
def test_each_cell_has_one_state(change: dict[str, typing.Any], state: State):
    assert cell_state(**{**SEEN, **change}) == state


def test_every_state_is_reached_above():
    rows = test_each_cell_has_one_state.pytestmark[0].args[1]
    assert {row[1] for row in rows} == set(typing.get_args(State))


@pytest.mark.parametrize("change", [{"n_labelled": 11}, {"n_unseen_days": 31}, {"n_unspoken": 7}])
def test_impossible_cells_are_refused(change: dict[str, typing.Any]):
    with pytest.raises(ValueError, match="impossible cell"):
        cell_state(**{**SEEN, **change})
