"""The search for copies on edited pieces must stay at or above the pinned floor, and the floor only rises."""

import json

import pytest

from tests.eval.pieces import copies


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return copies.measure()[0]


def test_the_floor_was_pinned_on_these_very_pieces():
    pinned = json.loads(copies.FLOOR_FILE.read_text(encoding="utf-8"))
    assert pinned["pieces_sha256"] == copies.digest(), "python -m tests.eval.pieces.copies --update"


FIGURES = (
    "precision",
    "origins",
    "look_alikes_apart",
    "clusters_adjusted_rand",
    *(f"recall_{name}" for name in copies.EDITS | copies.FOR_REVIEW),
)


@pytest.mark.parametrize("figure", FIGURES)
def test_no_figure_falls_below_its_floor(figure: str, figures: dict[str, float]):
    least = json.loads(copies.FLOOR_FILE.read_text(encoding="utf-8"))["floor"]
    assert figures[figure] >= least[figure]


def test_the_adjusted_rand_index_tells_partitions_apart():
    truth = ["a", "a", "b", "b", "b"]
    assert copies.adjusted_rand(truth, ["x", "x", "y", "y", "y"]) == 1
    assert copies.adjusted_rand(truth, ["x", "y", "x", "y", "y"]) < 0.2
    # Hubert and Arabie's index by hand: 2 pairs agree of 4 and 4, chance alone gives 1.6.
    assert copies.adjusted_rand(truth, ["x", "x", "x", "y", "y"]) == pytest.approx((2 - 1.6) / (4 - 1.6))
