"""What the server's own log says of our manners."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from benchmarks.big_site import Asked, SiteSpec, serving
from benchmarks.crawl.figure import Figure, at_least, of, progress, told
from benchmarks.crawl.world import world_of
from theodoi import lake
from theodoi.registry import CHANNELS, Channel

_ARTICLES = 40
_DELAY_S = 0.3
_CRAWL_DELAY_S = 0.5
_RETRY_AFTER_S = 2
# The server notes a request when it has read it, somewhat later than it was sent; a gap may look so much shorter.
_JITTER_S = 0.02


def measure(articles: int) -> Iterator[Figure]:
    """Crawl small sites with delays; the size asked for does not matter here."""
    del articles
    progress("politeness: delay")
    # An answer that takes a while shows requests that do not wait for it.
    spec = SiteSpec("wordpress", _ARTICLES, delay_of_answer_s=0.1)
    with serving(spec) as site, world_of(site, CHANNELS, delay_s=_DELAY_S) as world:
        world.crawl()
        log = site.log()
        truth = world.keys(site.truth())
        kept = {r["url_key"] for r in world.rows(lake.FETCH) if r["outcome"] == "ok"}
        yield told(f"delay {_DELAY_S} s: requests judged", len(log))
        yield of(f"delay {_DELAY_S} s: articles kept", len(truth & kept), len(truth))
        yield from _rate(log, _DELAY_S, f"delay {_DELAY_S} s")
        yield of(f"delay {_DELAY_S} s: requests while another was being answered", sum(a.others > 0 for a in log), 0)
        yield of("requests to disallowed paths that are linked and listed", sum(a.closed for a in log), 0)
    yield from _crawl_delay()
    for status in (429, 503):
        yield from _retry_after(status)


def _crawl_delay() -> Iterator[Figure]:
    progress("politeness: crawl-delay")
    name = f"crawl-delay {_CRAWL_DELAY_S} s, source says 0"
    spec = SiteSpec("wordpress", _ARTICLES // 2, crawl_delay_s=_CRAWL_DELAY_S, delay_of_answer_s=0.1)
    with serving(spec) as site, world_of(site, ("sitemap",)) as world:
        world.crawl()
        log = site.log()
        yield from _rate(log, _CRAWL_DELAY_S, name)
        yield of(f"{name}: requests while another was being answered", sum(a.others > 0 for a in log), 0)


def _retry_after(status: int) -> Iterator[Figure]:
    progress(f"politeness: {status} with Retry-After")
    discovery: tuple[Channel, ...] = ("sitemap",)
    with serving(SiteSpec("wordpress", _ARTICLES)) as site, world_of(site, discovery, delay_s=0.05) as world:
        path = sorted(site.truth())[_ARTICLES // 2]
        site.fail(path, status, {"Retry-After": str(_RETRY_AFTER_S)})
        world.crawl()
        log = site.log()
        at = next((n for n, a in enumerate(log) if a.status == status), None)
        if at is None or at + 1 == len(log):
            yield of(f"{status} with Retry-After: requests after it", 0, 1)
            return
        wait = log[at + 1].began - log[at].began
        yield at_least(
            f"{status}, Retry-After {_RETRY_AFTER_S} s: wait before the next request, s", wait, _RETRY_AFTER_S
        )
        kept = {r["url_key"] for r in world.rows(lake.FETCH) if r["outcome"] == "ok"}
        yield of(
            f"{status}, Retry-After {_RETRY_AFTER_S} s: article kept in the end", len(world.keys({path}) & kept), 1
        )


def _rate(log: Sequence[Asked], delay_s: float, name: str) -> Iterator[Figure]:
    """Least gap, and the most requests above the allowed number in any window of time between two requests."""
    starts = [a.began for a in log]
    gaps = [b - a for a, b in pairwise(starts)]
    yield at_least(
        f"{name}: shortest time between two requests + {_JITTER_S} s", min(gaps, default=0) + _JITTER_S, delay_s
    )
    above = 0
    for first, begin in enumerate(starts):
        for last in range(first + 1, len(starts)):
            allowed = int((starts[last] - begin + _JITTER_S) / delay_s) + 1
            above = max(above, last - first + 1 - allowed)
    yield of(f"{name}: most requests above the rate in any window", above, 0)
