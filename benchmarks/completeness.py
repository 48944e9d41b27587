"""What the completeness figures are worth, on invented source-months: `python -m benchmarks.completeness [SITES]`.

First how often the 95 % interval of id probing holds the truth, then what capture-recapture makes of channels that
depend on each other.
"""

import sys
from dataclasses import replace

from tests.eval.simulated_sites import POPULATION, cover, left_undrawn, probed_sites, strata, two_channels

METHODS = ("covered", "covered_by_equal_tails", "covered_by_blaker")
ODDS_RATIOS = (1, 3, 8)


def main() -> None:
    """Print both for as many sites as asked (2000)."""
    n_sites = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    every = list(probed_sites(n_sites))
    sites = left_undrawn(every)
    print("Cover of the 95 % interval of id probing, ids left undrawn")
    print(f"{'':34} {'sites':>6} {'ours':>7} {'equal':>7} {'Blaker':>7}")
    # The population is invented: this shows how much one of its numbers decides.
    often_cut = left_undrawn(probed_sites(n_sites, replace(POPULATION, cut_short=0.5)))
    for name, stratum in {"all": sites, **strata(sites), "half of the probes cut short": often_cut}.items():
        print(f"{name:34} {len(stratum):6}", *(f"{cover(stratum, method):7.3f}" for method in METHODS))
    drawn = [site for site in every if site.n_drawn == site.n_unknown]
    exact = sum(site.missed.low == site.missed.high == site.n_missed for site in drawn)
    print(f"Every id drawn: {exact} of {len(drawn)} exact")
    print()
    print("Share of the articles that two channels listed: truth, and what is said of it (mean, cover of 95 % limits)")
    print(f"{'odds ratio':>10} {'truth':>7} {'Chapman':>9} {'cover':>7} {'Chao':>7} {'probing':>9} {'cover':>7}")
    for odds_ratio in ODDS_RATIOS:
        said = two_channels(odds_ratio, n_sites)
        print(
            f"{odds_ratio:10} {said.complete:7.3f} {said.by_two_channels:9.3f} {said.cover_by_two_channels:7.2f} "
            f"{said.by_rare_articles:7.3f} {said.by_probing:9.3f} {said.cover_by_probing:7.2f}"
        )
    print("Channels of one site depend on each other: take Chapman and Chao for “at most so complete”, never for more.")


if __name__ == "__main__":
    main()
