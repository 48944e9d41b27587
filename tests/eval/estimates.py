"""Cover of the volume interval on invented province-months: print it, or pin its parameters for the gate.

python -m tests.eval.estimates [--update]
"""

import argparse
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from tests.eval import simulated_provinces
from tests.eval.simulated_provinces import Cell

FILE = Path(__file__).with_name("estimates_band.json")
N_PROVINCES = 1000


def cells(n_provinces: int = N_PROVINCES) -> list[Cell]:
    """Every agency-month of so many provinces."""
    return list(chain.from_iterable(province.cells for province in simulated_provinces.provinces(n_provinces)))


def figures(every: Sequence[Cell]) -> dict[str, float]:
    """Cover over the cells that needed an interval, over the stratum covered least, and of the naive count."""
    needed = simulated_provinces.estimated(every)
    covers = {
        "cover": simulated_provinces.cover(needed),
        "least_cover_of_a_stratum": min(map(simulated_provinces.cover, simulated_provinces.strata(needed).values())),
        "cover_of_the_naive_count": simulated_provinces.cover(needed, "naively_covered"),
    }
    return {name: round(value, 4) for name, value in covers.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="pin what the figures were measured on")
    args = parser.parse_args()
    print(json.dumps(figures(cells()), indent=2))
    if args.update:
        pinned = json.loads(FILE.read_text(encoding="utf-8"))
        pinned["parameters_sha256"] = simulated_provinces.digest(N_PROVINCES)
        FILE.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
