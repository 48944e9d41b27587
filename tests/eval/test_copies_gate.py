"""The search for copies on edited pieces must stay at or above the pinned floor, and the floor only rises."""

import json

import pytest

from tests.eval import pieces
from tests.eval.pieces import copies


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return copies.measure()[0]


def test_the_floor_was_pinned_on_these_very_pieces():
    pinned = json.loads(copies.FLOOR_FILE.read_text(encoding="utf-8"))
    assert pinned["pieces_sha256"] == pieces.digest(), "python -m tests.eval.pieces.copies --update"


@pytest.mark.parametrize("figure", ["precision", "origins", *(f"recall_{name}" for name in copies.EDITS)])
def test_no_figure_falls_below_its_floor(figure: str, figures: dict[str, float]):
    least = json.loads(copies.FLOOR_FILE.read_text(encoding="utf-8"))["floor"]
    assert figures[figure] >= least[figure]
