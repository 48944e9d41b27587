"""The classifier on written pieces must stay at or above the pinned floor, and the floor only rises."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.eval import pieces
from tests.eval.pieces import classification, floor
from transforms.classify import Classifier


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return classification.measure(Classifier(pieces.seeds_lexicon()))[0]


def test_there_are_enough_pieces_of_every_relevance_and_they_are_articles_not_snippets():
    written = [p for p in pieces.load() if not p.piece_id.endswith("-swapped")]
    assert len(written) >= 60
    assert min(Counter(p.relevance for p in written).values()) >= 15
    for piece in written:
        syllables = len(f"{piece.article.title} {piece.article.lead} {piece.article.text}".split())
        assert 80 <= syllables <= 200, piece.piece_id
    assert len({p.piece_id for p in pieces.load()}) == len(pieces.load())


def test_the_floor_was_pinned_on_these_very_pieces():
    pinned = json.loads(classification.FLOOR_FILE.read_text(encoding="utf-8"))
    assert pinned["pieces_sha256"] == pieces.digest(), "python -m tests.eval.pieces.classification --update"


@pytest.mark.parametrize("figure", ["explicit_f1", "implicit_f1", "themes_f1", "minimal_pairs"])
def test_no_figure_falls_below_its_floor(figure: str, figures: dict[str, float]):
    least = json.loads(classification.FLOOR_FILE.read_text(encoding="utf-8"))["floor"]
    assert figures[figure] >= least[figure]


def test_the_floor_is_not_lowered_unasked(tmp_path: Path):
    file = tmp_path / "floor.json"
    floor.pin(file, {"explicit_f1": 0.9}, lower=False)
    with pytest.raises(SystemExit, match="explicit_f1"):
        floor.pin(file, {"explicit_f1": 0.8}, lower=False)
    assert json.loads(file.read_text())["floor"] == {"explicit_f1": 0.9}
    floor.pin(file, {"explicit_f1": 0.8}, lower=True)
    assert json.loads(file.read_text())["floor"] == {"explicit_f1": 0.8}
