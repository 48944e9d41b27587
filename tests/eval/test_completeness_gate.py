"""The 95 % interval of id probing must hold the truth of 93 to 97 % of invented source-months, whatever is changed."""

import json

import pytest

from tests.eval import completeness, simulated_sites
from transforms.completeness import missed_by_probing


@pytest.fixture(scope="module")
def sites() -> list[simulated_sites.ProbedSite]:
    return list(simulated_sites.probed_sites(completeness.N_SITES))


def test_the_band_was_pinned_for_these_very_parameters():
    pinned = json.loads(completeness.FILE.read_text(encoding="utf-8"))
    digest = simulated_sites.digest(completeness.N_SITES)
    assert pinned["parameters_sha256"] == digest, "python -m tests.eval.completeness --update"


def test_there_are_enough_sites_and_every_stratum_has_some(sites: list[simulated_sites.ProbedSite]):
    undrawn = simulated_sites.left_undrawn(sites)
    assert len(undrawn) >= 500
    strata = simulated_sites.strata(undrawn)
    assert len(strata) >= 10
    assert min(len(stratum) for stratum in strata.values()) >= 50


@pytest.mark.parametrize("figure", ["cover", "least_cover_of_a_stratum"])
def test_the_interval_covers_what_it_promises(figure: str, sites: list[simulated_sites.ProbedSite]):
    least, most = json.loads(completeness.FILE.read_text(encoding="utf-8"))["band"][figure]
    assert least <= completeness.figures(sites)[figure] <= most


def test_a_probe_that_drew_every_id_is_exact(sites: list[simulated_sites.ProbedSite]):
    drawn = [site for site in sites if site.n_drawn == site.n_unknown]
    assert len(drawn) >= 500
    assert all(site.missed.low == site.n_missed == site.missed.high for site in drawn)


def test_neither_limit_alone_errs_in_more_than_a_twentieth_whatever_the_truth():
    """What the docstring promises, exactly and for every truth, not only on average."""
    for n_unknown, n_drawn in ((40, 12), (300, 60), (500, 100)):
        intervals = [missed_by_probing(n_unknown, n_drawn, k) for k in range(n_drawn + 1)]
        for n_missed in range(n_unknown + 1):
            chances = simulated_sites.hypergeom.pmf(range(n_drawn + 1), n_unknown, n_missed, n_drawn)
            too_low = sum(p for i, p in zip(intervals, chances, strict=True) if i and i.high < n_missed)
            too_high = sum(p for i, p in zip(intervals, chances, strict=True) if i and i.low > n_missed)
            assert max(too_low, too_high) <= 0.05 + 1e-9, (n_unknown, n_drawn, n_missed)


@pytest.mark.parametrize(("odds_ratio", "truth"), [(3, 0.901), (8, 0.864)])
def test_agreeing_channels_look_more_complete_than_they_are_and_probing_does_not(odds_ratio: float, truth: float):
    said = simulated_sites.two_channels(odds_ratio, 500)
    assert said.complete == pytest.approx(truth, abs=0.005)
    assert said.by_two_channels > said.complete + 0.05
    assert said.by_rare_articles > said.complete + 0.03
    assert said.cover_by_two_channels < 0.5
    assert said.by_probing == pytest.approx(said.complete, abs=0.01)
    assert said.cover_by_probing >= 0.93


def test_independent_channels_are_estimated_rightly():
    said = simulated_sites.two_channels(1, 500)
    assert said.by_two_channels == pytest.approx(said.complete, abs=0.005)
    assert said.cover_by_two_channels >= 0.9
    # A ceiling that lay under the truth where nothing is wrong would be none.
    assert said.by_rare_articles >= said.complete - 0.005
