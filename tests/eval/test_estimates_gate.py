"""The 95 % interval of an agency's month must hold the truth of 93 to 97 % of invented ones, whatever is changed."""

import json

import pytest

from tests.eval import estimates, simulated_provinces
from tests.eval.simulated_provinces import Cell


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    return estimates.cells()


def test_the_band_was_pinned_for_these_very_parameters():
    pinned = json.loads(estimates.FILE.read_text(encoding="utf-8"))
    digest = simulated_provinces.digest(estimates.N_PROVINCES)
    assert pinned["parameters_sha256"] == digest, "python -m tests.eval.estimates --update"


def test_there_are_enough_cells_of_every_kind(cells: list[Cell]):
    assert estimates.N_PROVINCES >= 1000
    needed = simulated_provinces.estimated(cells)
    assert len(needed) >= 15_000
    strata = simulated_provinces.strata(needed)
    assert len(strata) == 20
    assert min(len(stratum) for stratum in strata.values()) >= 1000
    assert any(cell.is_blind for cell in needed)
    assert any(cell.is_incomplete for cell in needed)


@pytest.mark.parametrize("figure", ["cover", "least_cover_of_a_stratum"])
def test_the_interval_covers_what_it_promises(figure: str, cells: list[Cell]):
    least, most = json.loads(estimates.FILE.read_text(encoding="utf-8"))["band"][figure]
    assert least <= estimates.figures(cells)[figure] <= most


def test_counting_what_the_model_says_covers_far_less(cells: list[Cell]):
    assert estimates.figures(cells)["cover_of_the_naive_count"] < 0.85


def test_what_was_read_and_seen_whole_is_exact(cells: list[Cell]):
    exact = [cell for cell in cells if cell.is_exact]
    assert len(exact) >= 3000
    assert all(cell.said.low == cell.truth == cell.said.high for cell in exact)


def test_the_intervals_are_not_wide_for_nothing(cells: list[Cell]):
    """Cover alone could be had by saying nothing: half of the intervals are under a quarter of the articles wide."""
    needed = simulated_provinces.estimated(cells)
    narrow = sum(cell.said.high - cell.said.low < 0.25 * cell.n_articles for cell in needed)
    assert narrow > len(needed) / 2
