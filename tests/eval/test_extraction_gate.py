"""Extraction on the saved pages must stay at or above the pinned floor, and the floor only rises."""

import json
from pathlib import Path

import pytest

from tests.eval import extraction
from tests.pages.saved import all_pages

PINNED = json.loads(extraction.FLOOR_FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return extraction.measure()[0]


def test_there_are_pages_to_measure_on():
    expected = [page.expected or {} for page in all_pages()]
    assert sum("refused" not in e for e in expected) >= 12
    assert sum("refused" in e for e in expected) >= 2


def test_the_floor_was_pinned_on_these_very_pages():
    assert PINNED["pages_sha256"] == extraction.digest(), "python -m tests.eval.extraction --update"


def test_every_figure_has_a_floor(figures: dict[str, float]):
    assert set(PINNED["floor"]) == set(figures)


@pytest.mark.parametrize("figure", sorted(PINNED["floor"]))
def test_no_figure_falls_below_its_floor(figure: str, figures: dict[str, float]):
    assert figures[figure] >= PINNED["floor"][figure]


def test_the_floor_is_not_lowered_unasked(tmp_path: Path):
    file = tmp_path / "floor.json"
    extraction.pin(file, {"rules.title": 0.9}, lower=False)
    with pytest.raises(SystemExit, match=r"rules\.title"):
        extraction.pin(file, {"rules.title": 0.8}, lower=False)
    assert json.loads(file.read_text())["floor"] == {"rules.title": 0.9}
    extraction.pin(file, {"rules.title": 0.8}, lower=True)
    assert json.loads(file.read_text())["floor"] == {"rules.title": 0.8}


def test_word_f1():
    assert extraction.word_f1("một hai hai ba", "một hai hai ba") == 1
    assert extraction.word_f1("một hai", "ba bốn") == 0
    assert extraction.word_f1("một hai ba bốn", "một hai") == pytest.approx(2 / 3)
