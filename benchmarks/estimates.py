"""What the intervals of volume are worth, on invented province-months: `python -m benchmarks.estimates [PROVINCES]`."""

import sys
from itertools import chain
from statistics import median

from tests.eval.simulated_provinces import cover, estimated, provinces, strata


def main() -> None:
    """Print how often the 95 % interval of an agency's month holds the truth, and the naive count's beside it."""
    n_provinces = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    every = list(chain.from_iterable(provinces(n_provinces)))
    cells = estimated(every)
    print(f"Cover of the 95 % interval of an agency's month, {n_provinces} provinces; cells not counted whole")
    print(f"{'':38} {'cells':>7} {'ours':>7} {'low':>7} {'high':>7} {'naive':>7} {'width':>7}")
    for name, stratum in {"all": cells, **strata(cells)}.items():
        width = median(cell.said.high - cell.said.low for cell in stratum)
        over = sum(cell.truth > cell.said.high + 1e-9 for cell in stratum) / len(stratum)
        under = sum(cell.truth < cell.said.low - 1e-9 for cell in stratum) / len(stratum)
        print(
            f"{name:38} {len(stratum):7} {cover(stratum):7.3f} {under:7.3f} {over:7.3f} "
            f"{cover(stratum, 'naively_covered'):7.3f} {width:7.1f}"
        )
    exact = [cell for cell in every if cell not in cells] if len(every) < 1000 else [c for c in every if c.said.low == c.said.high]
    print(f"Counted whole and seen whole: {sum(c.covered for c in exact)} of {len(exact)} exact")


if __name__ == "__main__":
    main()
