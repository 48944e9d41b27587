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
        articles: Article pages sent.
        requests: Requests of any kind.
    """

    wall_s: float
    start_s: float
    asking_s: float
    cpu_s: float
    articles: int
    requests: int


def measure(articles: int) -> Iterator[Figure]:
    """Run both by turns and compare the medians."""
    with serving(SiteSpec("wordpress", articles)) as site:
        runs: dict[str, list[Run]] = {"bare": [], "feed+sitemap": [], "feed+sitemap+listing": []}
        for number in range(_ROUNDS):
            runs["bare"].append(_bare(site))
            runs["feed+sitemap"].append(_crawl(site, _WITHOUT_LISTINGS))
            runs["feed+sitemap+listing"].append(_crawl(site, _WITH_LISTINGS))
            progress(f"speed: round {number + 1} of {_ROUNDS}: {_rates(runs)}")
    bare = _articles_per_s(runs["bare"])
    yield told(f"bare Scrapy, {articles} posts: article pages per s", f"{bare:.0f}, {_split(runs['bare'])}")
    for name in ("feed+sitemap", "feed+sitemap+listing"):
        rate = _articles_per_s(runs[name])
        yield told(f"crawl by {name}: article pages per s", f"{rate:.0f}, {_split(runs[name])}")
        # Hardly moved by what else runs here: the figure to look at where the one below is torn to and fro.
        cpu = _articles_per_cpu_s(runs[name]) / _articles_per_cpu_s(runs["bare"])
        yield told(f"crawl by {name}: article pages per processor second, of bare Scrapy", f"{cpu:.2f}")
        # Of each round by itself: what else the machine does changes from round to round.
        pairs = list(zip(runs[name], runs["bare"], strict=True))
        articles_alone = statistics.median(_articles_per_s([a]) / _articles_per_s([b]) for a, b in pairs)
        yield told(f"crawl by {name}: article pages alone per s, of bare Scrapy", f"{articles_alone:.2f}")
        # The pages of lists are downloaded, read and noted like the articles; bare Scrapy is handed its list.
        rounds = [(a.requests / a.wall_s) / _articles_per_s([b]) for a, b in pairs]
        note = " ".join(f"{r:.2f}" for r in sorted(rounds))
        yield at_least(
            f"crawl by {name}: pages per s, those of lists too, of bare Scrapy",
            statistics.median(rounds),
            _TARGET,
            note,
        )


def _bare(site: RunningSite) -> Run:
    urls = "\n".join(site.base_url + path for path in sorted(site.truth()))
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
    sent = pages_sent(log)
    truth = site.truth()
    # Whoever misses articles must not look fast.
    missed = truth - {a.path for a in sent}
    if missed:
        progress(f"speed: {len(missed)} of {len(truth)} articles were not downloaded")
    articles = len(truth) - len(missed)
    return Run(ended - began, log[0].began - began, log[-1].began - log[0].began, cpu, articles, len(log))


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _articles_per_s(runs: Sequence[Run]) -> float:
    return statistics.median(r.articles / r.wall_s for r in runs)


def _articles_per_cpu_s(runs: Sequence[Run]) -> float:
    return statistics.median(r.articles / r.cpu_s for r in runs)


def _split(runs: Sequence[Run]) -> str:
    start = statistics.median(r.start_s for r in runs)
    asking = statistics.median(r.asking_s for r in runs)
    rest = statistics.median(r.wall_s - r.start_s - r.asking_s for r in runs)
    cpu = statistics.median(r.cpu_s for r in runs)
    return f"start {start:.1f} s, asking {asking:.1f} s, after {rest:.1f} s, processor {cpu:.1f} s"


def _rates(runs: dict[str, list[Run]]) -> str:
    return ", ".join(f"{name} {found[-1].articles / found[-1].wall_s:.0f}/s" for name, found in runs.items())
