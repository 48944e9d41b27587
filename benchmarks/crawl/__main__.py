"""`python -m benchmarks.crawl [FIGURE ...] [--articles N]`: print what issue 3 asks of the crawl, measured.

Everything runs on loopback. Exit status 1 when a target is missed.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.crawl import again, memory, politeness, recall, speed
from benchmarks.crawl.figure import Figure, print_table, progress
from theodoi.errors import TheodoiError

_GROUPS: dict[str, Callable[[int], Iterator[Figure]]] = {
    "recall": recall.measure,
    "again": again.measure,
    "politeness": politeness.measure,
    "speed": speed.measure,
    "memory": memory.measure,
}


def main() -> int:
    """Measure what is asked for and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("figures", nargs="*", choices=[[], *_GROUPS], metavar="FIGURE", help=" ".join(_GROUPS))
    parser.add_argument("--articles", type=int, default=5_000, metavar="N", help="posts of a site (5000)")
    asked = parser.parse_args()
    if asked.articles < 500:
        parser.error("--articles: at least 500, or there are too few posts to edit and delete")
    os.environ["THEODOI_ALLOW_PRIVATE"] = "1"
    found: list[Figure] = []
    for name in asked.figures or _GROUPS:
        began = time.monotonic()
        try:
            found.extend(_with_group(name, asked.articles))
        except (TheodoiError, RuntimeError) as error:
            found.append(Figure(f"{name}: broke down", "", str(error), ok=False))
        progress(f"{name}: {time.monotonic() - began:.0f} s")
    print_table(found)
    return 1 if any(f.ok is False for f in found) else 0


def _with_group(name: str, articles: int) -> Iterator[Figure]:
    for figure in _GROUPS[name](articles):
        yield Figure(f"{name}: {figure.name}", figure.target, figure.value, figure.ok)


if __name__ == "__main__":
    sys.exit(main())
