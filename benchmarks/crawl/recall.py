"""Is everything found, through any two channels, and nothing that is no article?"""

import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.big_site import SiteSpec, serving
from benchmarks.crawl.figure import Figure, at_least, of, progress, share, told
from benchmarks.crawl.world import World, world_of
from tests.sample.run import served
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.registry import Channel
from theodoi.steps.crawl import crawl
from theodoi.steps.process import process
from transforms.article import NotAnArticleError
from transforms.extract import extract_article

# The feed shows the newest ten, so a pair with it rests on the other one; all of them are asked for nevertheless.
_CHANNELS: tuple[Channel, ...] = ("feed", "sitemap", "listing", "link", "calendar")
_ANY_TWO, _LISTINGS_ONLY, _PRECISION = 0.995, 0.98, 0.995


def measure(articles: int) -> Iterator[Figure]:
    """Recall and precision of the sample province and of sites with so many posts."""
    yield from _sample()
    closed = 0
    with serving(SiteSpec("wordpress", articles)) as site:
        for channels in [*combinations(_CHANNELS, 2), _CHANNELS]:
            is_last = channels == _CHANNELS
            name = f"WordPress-like {articles}, {'all five channels' if is_last else '+'.join(channels)}"
            progress(name)
            with world_of(site, channels) as world:
                world.crawl()
                closed += sum(a.closed for a in site.log())
                yield from _found(world, name, _ANY_TWO)
                if is_last:
                    yield from _read(world, name)
        yield of(f"WordPress-like {articles}: requests to disallowed paths, all these crawls", closed, 0)
    with serving(SiteSpec("listing_only", articles)) as site:
        for platform in ("nukeviet", "generic"):
            name = f"listing-only {articles}, platform {platform}"
            progress(name)
            with world_of(site, ("listing",), platform=platform) as world:
                world.crawl()
                yield of(f"{name}: requests to disallowed paths", sum(a.closed for a in site.log()), 0)
                yield from _found(world, name, _LISTINGS_ONLY)


def _found(world: World, name: str, target: float) -> Iterator[Figure]:
    """Share of the articles that were discovered and kept, and share of articles among what was kept as one."""
    truth = world.keys(world.site.truth())
    discovered = {r["url_key"] for r in world.rows(lake.DISCOVERY, ["url_key"])}
    kept = {r["url_key"]: r for r in world.rows(lake.FETCH) if r["outcome"] == "ok"}
    yield at_least(f"{name}: recall", share(len(truth & discovered & set(kept)), len(truth)), target)
    # A page that the reader refuses, as it should a password form, is kept as evidence and never counts.
    false = [key for key, row in kept.items() if key not in truth and _reads_as_article(world, row)]
    true = len(truth & set(kept))
    note = f"{len(false)} false, as {false[0].partition('/')[2]}" if false else ""
    yield at_least(f"{name}: precision", share(true, true + len(false)), _PRECISION, note)


def _reads_as_article(world: World, row: dict[str, object]) -> bool:
    capture = read_capture(world.settings.archive, str(row["warc_file"]), int(str(row["warc_offset"])))
    try:
        extract_article(
            capture.body, str(row["final_url"]), platform=world.platform.name, content_type=str(row["content_type"])
        )
    except NotAnArticleError:
        return False
    return True


def _read(world: World, name: str) -> Iterator[Figure]:
    """The same after `theodoi process`: what counts in the end."""
    progress(f"{name}: process")
    process(world.settings, world.registry)
    truth, protected = world.keys(world.site.truth()), world.keys(world.site.protected())
    articles = {r["url_key"] for r in world.rows(lake.ARTICLE, ["url_key"])}
    yield at_least(f"{name}, processed: recall", share(len(articles & truth), len(truth)), _ANY_TWO)
    yield at_least(f"{name}, processed: precision", share(len(articles & truth), len(articles)), _PRECISION)
    yield of(f"{name}, processed: protected posts as articles", len(articles & protected), 0)
    others = articles - truth - protected
    yield of(
        f"{name}, processed: drafts, scheduled and other pages as articles",
        len(others),
        0,
        " ".join(sorted(others)[:1]),
    )


def _sample() -> Iterator[Figure]:
    progress("sample province")
    with tempfile.TemporaryDirectory(prefix="theodoi-benchmark-") as folder, served(Path(folder)) as sample:
        crawl(sample.settings, sample.registry)
        rows = {
            dataset.name: lake.read(lake.files(sample.settings.lake, dataset), dataset).to_pylist()
            for dataset in (lake.DISCOVERY, lake.FETCH)
        }
        truth = {(t["source_id"], t["path"]) for t in sample.truth if t["reachable"] == "yes"}
        # What lies outside a source's validity is an article all the same; the registry, not the crawl, keeps it out.
        genuine = truth | {(t["source_id"], t["path"]) for t in sample.truth if t["reachable"] == "out_of_validity"}
        discovered = {(r["source_id"], _path(r["url"])) for r in rows["discovery"]}
        kept = {(r["source_id"], _path(r["url"])) for r in rows["fetch"] if r["outcome"] == "ok"}
        # A page that shows nothing but its document is kept with it; the document is as right as its page is.
        genuine |= {
            (r["source_id"], _path(r["url"]))
            for r in rows["discovery"]
            if r["channel"] == "attachment" and (r["source_id"], _path(r["channel_url"])) in genuine
        }
        yield at_least("sample province: recall", share(len(truth & discovered & kept), len(truth)), _ANY_TWO)
        yield at_least("sample province: precision", share(len(genuine & kept), len(kept)), _PRECISION)
        yield told("sample province: articles", len(truth))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
