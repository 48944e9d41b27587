"""Time of each step on the sample province: `python -m benchmarks.chain [RUNS]`.

Machines differ and are noisy: compare the steps of one run with each other, and quote medians.
"""

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.sample.run import served
from theodoi.steps.build import build
from theodoi.steps.crawl import crawl
from theodoi.steps.process import process
from theodoi.steps.publish import publish


def main() -> None:
    """Run the chain as often as asked (3), each time on an empty data root, and print median seconds and shares."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds: dict[str, list[float]] = defaultdict(list)
    for number in range(runs):
        with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as sample:
            steps: dict[str, Callable[[], object]] = {
                "crawl": lambda s=sample: crawl(s.settings, s.registry),
                "process": lambda s=sample: process(s.settings, s.registry),
                "build": lambda s=sample: build(s.settings),
                "publish": lambda s=sample: publish(s.settings),
                "process again": lambda s=sample: process(s.settings, s.registry),
                "crawl again": lambda s=sample: crawl(s.settings, s.registry),
            }
            for name, step in steps.items():
                began = time.perf_counter()
                step()
                seconds[name].append(time.perf_counter() - began)
        print(f"run {number + 1} of {runs} done", file=sys.stderr)
    whole = sum(statistics.median(seconds[name]) for name in ("crawl", "process", "build", "publish"))
    print(f"{'step':14} {'median s':>9} {'min':>7} {'max':>7} {'of chain':>9}")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:14} {median:9.1f} {min(times):7.1f} {max(times):7.1f} {median / whole:9.0%}")


if __name__ == "__main__":
    main()
