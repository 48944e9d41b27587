"""What the intervals of volume are worth, on invented province-months: `python -m benchmarks.estimates [PROVINCES]`.

First how often the 95 % interval of an agency's month holds the truth, the naive count's beside it; then months without
labels; then what becomes of it when what the method takes for granted is not so.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from statistics import median

from tests.eval.simulated_provinces import POPULATION, Cell, by_how_far_apart, cover, estimated, provinces, strata

# Each is worse than the population of the gate in one way.
WORSE = {
    "as above": POPULATION,
    "scores are right": replace(POPULATION, slope=(1, 1), shift=(0, 0), agency_shift=0, share_spread=0),
    "scores over-confident (log odds x 3)": replace(POPULATION, slope=(3, 3)),
    "scores 0 or 1 (log odds x 50)": replace(POPULATION, slope=(50, 50)),
    "agencies' styles twice as different": replace(POPULATION, agency_shift=0.6),
    "agencies' styles four times": replace(POPULATION, agency_shift=1.2),
    "2 to 3 % relevant": replace(POPULATION, share=(0.02, 0.03)),
    "60 agencies, as many labels": replace(POPULATION, agencies=60),
    "missed: all odds twice": replace(POPULATION, missed_odds=(0.69, 0.69)),
    "missed: all odds five times": replace(POPULATION, missed_odds=(1.6, 1.6)),
    "days: variance 4 times the mean": replace(POPULATION, bursts=4),
}


def main() -> None:
    """Print all of it for as many province-months as asked (2000); the last part for a fifth of them."""
    n_provinces = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    every = list(provinces(n_provinces))
    cells = list(chain.from_iterable(province.cells for province in every))
    needed = estimated(cells)
    print(f"Cover of the 95 % interval of an agency's month, {n_provinces} province-months; cells not counted whole")
    print("below, above: the truth lies under the low limit, over the high one; width: median, in articles")
    print(f"{'':36} {'cells':>7} {'ours':>6} {'below':>6} {'above':>6} {'width':>6} {'naive':>6}")
    for name, stratum in {"all": needed, **strata(needed)}.items():
        _print(name, stratum)
    print("Seen whole, by how far the agency is from what the province's labels say of it, which no one can see")
    for name, stratum in by_how_far_apart(needed).items():
        _print(name, stratum)
    exact = [cell for cell in cells if cell.is_exact]
    print(f"Counted whole and seen whole: {sum(cell.covered for cell in exact)} of {len(exact)} exact")
    print(f"The province's month as a whole: {sum(province.covered for province in every) / n_provinces:.3f}")
    print(f"Months without labels, model only: {cover(cells, 'covered_by_model'):.3f}")
    print()
    print("The same where it is worse")
    print(f"{'':36} {'cells':>7} {'ours':>6} {'least':>6} {'missed':>6} {'blind':>6} {'naive':>6} {'model':>6}")
    for name, population in WORSE.items():
        cells = list(chain.from_iterable(p.cells for p in provinces(max(n_provinces // 5, 1), population)))
        needed = estimated(cells)
        seen = strata(needed)
        figures = (
            cover(needed),
            min(cover(stratum) for stratum in seen.values() if len(stratum) >= 100),
            cover(seen["seen: pages missed"]),
            cover(seen["seen: blind days"]),
            cover(needed, "naively_covered"),
            cover(cells, "covered_by_model"),
        )
        print(f"{name:36} {len(needed):7}", *(f"{figure:6.3f}" for figure in figures))


def _print(name: str, cells: Sequence[Cell]) -> None:
    below = sum(cell.truth < cell.said.low for cell in cells) / len(cells)
    above = sum(cell.truth > cell.said.high for cell in cells) / len(cells)
    width = median(cell.said.high - cell.said.low for cell in cells)
    print(
        f"{name:36} {len(cells):7} {cover(cells):6.3f} {below:6.3f} {above:6.3f} {width:6.1f} "
        f"{cover(cells, 'naively_covered'):6.3f}"
    )


if __name__ == "__main__":
    main()
