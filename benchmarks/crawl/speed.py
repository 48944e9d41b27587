"""Pages per second of the whole crawl against a bare Scrapy spider that downloads the same list."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.big_site import RunningSite, SiteSpec, serving
from benchmarks.crawl.figure import Figure, at_least, progress, told
from benchmarks.crawl.world import pages_sent, world_of
from theodoi.registry import Channel
from theodoi.settings import PROJECT

_ROUNDS = 3
_TARGET = 0.7
_WITHOUT_LISTINGS: tuple[Channel, ...] = ("feed", "sitemap")
_WITH_LISTINGS: tuple[Channel, ...] = ("feed", "sitemap", "listing")


@dataclass(frozen=True, slots=True)
class Run:
    """One download of the whole site.

    Attributes:
        wall_s: From the call to its return.
        start_s: Until the first request came.
        asking_s: From the first request to the last.
        cpu_s: Processor time of this process and those that it started, the site's not counted.
        paths: What was asked, in its order: articles, pages of lists, robots.txt.
    """

    wall_s: float
    start_s: float
    asking_s: float
    cpu_s: float
    paths: tuple[str, ...]


def measure(articles: int) -> Iterator[Figure]:
    """Crawl, then let bare Scrapy download what the crawl asked for; by turns, and of each pair the ratio."""
    kinds = {"feed+sitemap": _WITHOUT_LISTINGS, "feed+sitemap+listing": _WITH_LISTINGS}
    pairs: dict[str, list[tuple[Run, Run]]] = {name: [] for name in kinds}
    with serving(SiteSpec("wordpress", articles)) as site:
        for number in range(_ROUNDS):
            for name, discovery in kinds.items():
                crawl = _crawl(site, discovery)
                pairs[name].append((crawl, _bare(site, crawl.paths)))
            progress(f"speed: round {number + 1} of {_ROUNDS}: {_rates(pairs)}")
    for name, rounds in pairs.items():
        for who, runs in (("crawl", [c for c, _ in rounds]), ("bare Scrapy, same list", [b for _, b in rounds])):
            yield told(f"{who}, {articles} posts by {name}: pages per s", f"{_pages_per_s(runs):.0f}, {_split(runs)}")
        # Hardly moved by what else runs here: the figure to look at where the one below is torn to and fro.
        cpu = statistics.median(bare.cpu_s / crawl.cpu_s for crawl, bare in rounds)
        yield told(f"crawl by {name}: pages per processor second, of bare Scrapy", f"{cpu:.2f}")
        # Of each round by itself: what else the machine does changes from round to round.
        ratios = [bare.wall_s / crawl.wall_s for crawl, bare in rounds]
        note = " ".join(f"{r:.2f}" for r in sorted(ratios))
        yield at_least(f"crawl by {name}: pages per s, of bare Scrapy", statistics.median(ratios), _TARGET, note)


def _bare(site: RunningSite, paths: Sequence[str]) -> Run:
    urls = "\n".join(site.base_url + path for path in paths)
    with tempfile.TemporaryDirectory(prefix="theodoi-benchmark-") as folder:
        listed = Path(folder) / "urls.txt"
        listed.write_text(urls, encoding="utf-8")
        site.log()
        began, cpu = time.monotonic(), _cpu_s()
        # The crawl starts its spider in the same way.
        command = [sys.executable, "-m", "benchmarks.crawl.bare_spider", str(listed)]
        subprocess.run(command, cwd=PROJECT, check=True)
        return _run(site, began, cpu)


def _crawl(site: RunningSite, discovery: tuple[Channel, ...]) -> Run:
    with world_of(site, discovery) as world:
        site.log()
        began, cpu = time.monotonic(), _cpu_s()
        world.crawl()
        return _run(site, began, cpu)


def _run(site: RunningSite, began: float, cpu: float) -> Run:
    ended, cpu = time.monotonic(), _cpu_s() - cpu
    log = site.log()
    missed = site.truth() - {a.path for a in pages_sent(log)}
    # Whoever misses articles must not look fast.
    if missed:
        raise RuntimeError(f"{len(missed)} articles were not downloaded, {min(missed)} for one")
    paths = tuple(a.path for a in log)
    return Run(ended - began, log[0].began - began, log[-1].began - log[0].began, cpu, paths)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _pages_per_s(runs: Sequence[Run]) -> float:
    return statistics.median(len(r.paths) / r.wall_s for r in runs)


def _split(runs: Sequence[Run]) -> str:
    start = statistics.median(r.start_s for r in runs)
    asking = statistics.median(r.asking_s for r in runs)
    rest = statistics.median(r.wall_s - r.start_s - r.asking_s for r in runs)
    cpu = statistics.median(r.cpu_s for r in runs)
    return f"start {start:.1f} s, asking {asking:.1f} s, after {rest:.1f} s, processor {cpu:.1f} s"


def _rates(pairs: dict[str, list[tuple[Run, Run]]]) -> str:
    return ", ".join(f"{name} {r[-1][1].wall_s / r[-1][0].wall_s:.2f}" for name, r in pairs.items())
