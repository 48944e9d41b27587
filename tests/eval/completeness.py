"""Cover of the probing interval on invented source-months: print it, or pin its parameters for the gate.

python -m tests.eval.completeness [--update]
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from tests.eval import simulated_sites
from tests.eval.simulated_sites import ProbedSite

FILE = Path(__file__).with_name("completeness_band.json")
N_SITES = 2000


def figures(sites: Iterable[ProbedSite]) -> dict[str, float]:
    """Cover over all sites that needed an interval, and over the stratum that is covered least."""
    needed = simulated_sites.left_undrawn(sites)
    strata = simulated_sites.strata(needed)
    covers = {
        "cover": simulated_sites.cover(needed),
        "least_cover_of_a_stratum": min(simulated_sites.cover(stratum) for stratum in strata.values()),
    }
    return {name: round(value, 4) for name, value in covers.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="pin what the figures were measured on")
    args = parser.parse_args()
    print(json.dumps(figures(simulated_sites.probed_sites(N_SITES)), indent=2))
    if args.update:
        pinned = json.loads(FILE.read_text(encoding="utf-8"))
        pinned["parameters_sha256"] = simulated_sites.digest(N_SITES)
        FILE.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
