"""The pieces written apart hold together: enough of each kind, as long as articles, labels and twins sound."""

from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from tests.eval import pieces
from theodoi.registry import Registry, load_registry


@pytest.fixture(scope="module")
def apart() -> list[pieces.Piece]:
    return pieces.load("apart")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(Path(__file__).parents[2] / "warehouse" / "seeds")


def test_there_are_enough_pieces_of_every_relevance_theme_and_of_twins(apart: list[pieces.Piece]):
    written = [p for p in apart if not p.piece_id.endswith("-swapped")]
    count = Counter(p.relevance for p in written)
    assert count["explicit"] >= 60
    assert count["implicit"] >= 110
    assert count["none"] >= 150
    assert len(apart) - len(written) >= 60
    assert min(Counter(theme for p in written for theme in p.themes).values()) >= 20
    assert sum(p.source == "general" for p in written) >= 60
    assert len({p.piece_id for p in apart}) == len(apart)


def test_they_are_as_long_as_articles(apart: list[pieces.Piece]):
    lengths = [len(f"{p.article.title} {p.article.lead} {p.article.text}".split()) for p in apart]
    assert min(lengths) >= 100
    assert max(lengths) <= 700
    assert median(lengths) >= 200


def test_only_relevant_pieces_have_themes(apart: list[pieces.Piece]):
    assert all(bool(p.themes) == (p.relevance != "none") for p in apart)


def test_the_agencies_named_stand_in_the_registry_and_existed_that_day(apart: list[pieces.Piece], registry: Registry):
    named = [(p, agency_id) for p in apart for agency_id, _ in p.agencies or ()]
    assert len({p.piece_id for p, _ in named}) >= 120
    for piece, agency_id in named:
        agency = registry.agencies[agency_id]
        day = piece.article.published_at.date()  # type: ignore[union-attr]
        assert agency.valid_from is None or agency.valid_from <= day, (piece.piece_id, agency_id)
        assert agency.valid_to is None or day <= agency.valid_to, (piece.piece_id, agency_id)


def test_a_twin_names_no_place_of_hai_duong(apart: list[pieces.Piece], registry: Registry):
    ours = [place for place in registry.places.values() if "hai_duong" in (place.place_id, place.parent)]
    names = {name for place in ours for name in (place.name, *place.variants)}
    assert {"Hải Dương", "Nam Sách", "KCN Đại An"} <= names
    twins = [p for p in apart if p.piece_id.endswith("-swapped")]
    for twin in twins:
        text = f"{twin.article.title} {twin.article.lead} {twin.article.text}"
        assert not [name for name in names if name in text], twin.piece_id
