"""The classifier on written pieces must stay at or above the pinned floor, and the floor only rises."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.eval import pieces
from tests.eval.pieces import classification, floor
from transforms.classify import Classifier

FLOORS = {"": classification.FLOOR_FILE, "apart": classification.APART_FLOOR_FILE}
CASES = [
    (collection, figure)
    for collection, file in FLOORS.items()
    for figure in json.loads(file.read_text(encoding="utf-8"))["floor"]
]


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, float]]:
    classifier = Classifier(pieces.seeds_lexicon())
    return {collection: classification.measure(classifier, collection)[0] for collection in FLOORS}


def test_there_are_enough_pieces_of_every_relevance_and_they_are_articles_not_snippets():
    written = [p for p in pieces.load() if not p.piece_id.endswith("-swapped")]
    assert len(written) >= 60
    assert min(Counter(p.relevance for p in written).values()) >= 15
    for piece in written:
        syllables = len(f"{piece.article.title} {piece.article.lead} {piece.article.text}".split())
        assert 80 <= syllables <= 200, piece.piece_id
    assert len({p.piece_id for p in pieces.load()}) == len(pieces.load())


@pytest.mark.parametrize("collection", FLOORS)
def test_the_floor_was_pinned_on_these_very_pieces(collection: str):
    pinned = json.loads(FLOORS[collection].read_text(encoding="utf-8"))
    assert pinned["pieces_sha256"] == pieces.digest(collection), "python -m tests.eval.pieces.classification --update"


def test_every_kind_of_figure_has_a_floor():
    assert {figure for _, figure in CASES} >= {"explicit_f1", "implicit_f1", "themes_f1", "agencies_f1", "calibration"}


@pytest.mark.parametrize(("collection", "figure"), CASES)
def test_no_figure_falls_below_its_floor(collection: str, figure: str, figures: dict[str, dict[str, float]]):
    least = json.loads(FLOORS[collection].read_text(encoding="utf-8"))["floor"]
    assert figures[collection][figure] >= least[figure]


def test_the_floor_is_not_lowered_unasked(tmp_path: Path):
    file = tmp_path / "floor.json"
    floor.pin(file, {"explicit_f1": 0.9}, lower=False)
    with pytest.raises(SystemExit, match="explicit_f1"):
        floor.pin(file, {"explicit_f1": 0.8}, lower=False)
    assert json.loads(file.read_text())["floor"] == {"explicit_f1": 0.9}
    floor.pin(file, {"explicit_f1": 0.8}, lower=True)
    assert json.loads(file.read_text())["floor"] == {"explicit_f1": 0.8}
