"""Krippendorff's α against the worked examples of his paper, and what must hold of it whatever the labels are."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.agreement import agreement, masi, reading_of

# Krippendorff (2011), example A: two coders, ten units, two values.
BINARY = list(zip([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], strict=True))
# Example B: two coders, twelve units, five values (a to e).
NOMINAL = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
# Example C: four coders, twelve units, values 1 to 5, some missing.
MISSING = [
    *([1, 1, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4]),
    *([4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [5, 5, 5], [1, 1], [3]),
]


def squared(one: int, other: int) -> float:
    return float((one - other) ** 2)


def test_two_values_as_published() -> None:
    found = agreement(BINARY)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert (found.n_units, found.n_labels, found.share_equal) == (10, 20, 0.6)
    assert found.reading == "unreliable"


def test_several_values_as_published() -> None:
    assert agreement(NOMINAL).alpha == pytest.approx(0.692, abs=0.0005)


def test_missing_labels_as_published() -> None:
    found = agreement(MISSING)
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert found.reading == "tentative"
    # The unit with one label says nothing.
    assert (found.n_units, found.n_labels) == (11, 40)
    assert agreement(MISSING, squared).alpha == pytest.approx(0.849, abs=0.0005)


labels = st.lists(st.lists(st.sampled_from("xyz"), min_size=0, max_size=4), max_size=15)


@given(labels)
def test_alpha_is_one_exactly_when_all_agree_and_never_more(units: list[list[str]]) -> None:
    found = agreement(units, resamples=50)
    paired = [u for u in units if len(u) > 1]
    n_values = len({v for u in paired for v in u})
    assert (found.alpha is None) == (n_values < 2)
    if found.alpha is not None:
        assert found.alpha <= 1
        assert (found.alpha == 1) == all(len(set(u)) == 1 for u in paired)
        if found.low is not None and found.high is not None:
            assert found.low <= found.high <= 1


@given(labels, st.randoms(use_true_random=False))
def test_alpha_does_not_ask_who_said_what_or_how_values_are_called(units: list[list[str]], random) -> None:
    for unit in units:
        random.shuffle(unit)
    renamed = [[{"x": 1, "y": 2, "z": 3}[v] for v in u] for u in units]
    one, other = agreement(units, resamples=10).alpha, agreement(renamed, resamples=10).alpha
    assert one == (None if other is None else pytest.approx(other))


def test_the_interval_holds_alpha_narrows_with_more_units_and_is_the_same_each_time() -> None:
    few, many = agreement(BINARY), agreement(BINARY * 20)
    assert few.low < few.alpha < few.high
    assert many.low < many.alpha < many.high
    assert many.high - many.low < (few.high - few.low) / 2
    assert agreement(BINARY) == few


def test_one_value_or_one_coder_proves_nothing() -> None:
    assert agreement([["x", "x"]] * 5).alpha is None
    assert agreement([["x", "x"]] * 5).share_equal == 1.0
    assert agreement([["x"], ["y"]]).n_units == 0
    # One dissent in fifty: a third of the resamples have but one value, so there is no interval to speak of.
    rare = agreement([["x", "x"]] * 49 + [["x", "y"]])
    assert rare.alpha is not None
    assert (rare.low, rare.high) == (None, None)
    assert [reading_of(a) for a in (None, 0.8, 0.667, 0.66)] == ["undefined", "reliable", "tentative", "unreliable"]


sets = st.frozensets(st.sampled_from("abcd"))


@given(sets, sets)
def test_masi_is_a_distance_that_forgives_subsets(one: frozenset[str], other: frozenset[str]) -> None:
    assert masi(one, other) == masi(other, one)
    assert (masi(one, other) == 0) == (one == other)
    assert 0 <= masi(one, other) <= 1
    if one and other:
        assert (masi(one, other) == 1) == (not one & other)


def test_masi_as_published() -> None:
    # Passonneau (2006): {a} in {a, b}: Jaccard 1/2, subset 2/3; {a, b} and {b, c}: 1/3, overlap 1/3.
    assert masi(frozenset("a"), frozenset("ab")) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi(frozenset("ab"), frozenset("bc")) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert len({masi(frozenset(a), frozenset(b)) for a, b in permutations(["a", "ab", "bc"], 2)}) == 3
