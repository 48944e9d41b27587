"""What is asked for again: nothing without cause, every change that the site shows, no trap without end."""

from collections.abc import Iterator
from itertools import pairwise

from benchmarks.big_site import Lastmod, RunningSite, SiteSpec, serving
from benchmarks.crawl.figure import Figure, at_most, of, progress, share, told
from benchmarks.crawl.world import World, pages_sent, world_of
from theodoi import lake
from theodoi.registry import Channel

_CHANNELS: tuple[Channel, ...] = ("feed", "sitemap", "listing")
_UNCHANGED = 0.02
_NEW, _EDITED, _DELETED = 37, 23, 11
# Traps are judged on a fifth of the site: each of them needs several crawls.
_TRAP_SHARE = 5
_SUCCESSIVE = 5
# Edits that nothing announces are seen when a page's turn comes: the young ones first.
_DAYS = 16
_TOLD_DAYS = (1, 2, 4, 8, 16)
_TRAP_EDITS = 10


def measure(articles: int) -> Iterator[Figure]:
    """Crawl sites again, unchanged, changed, and changed in misleading ways."""
    with serving(SiteSpec("wordpress", articles)) as site, world_of(site, _CHANNELS) as world:
        yield from _second_crawl(world, f"WordPress-like {articles}")
        yield from _changed(world)
    with serving(SiteSpec("listing_only", articles)) as site, world_of(site, ("listing",)) as world:
        yield from _second_crawl(world, f"listing-only {articles}")
    few = articles // _TRAP_SHARE
    for lastmod in ("stale", "missing"):
        yield from _hidden_edits(few, lastmod)
    yield from _soft_deletions(few)
    yield from _stirred(few)
    yield from _bumped(few, validators=True)
    yield from _bumped(few, validators=False)


def _second_crawl(world: World, name: str) -> Iterator[Figure]:
    progress(f"{name}: first and second crawl")
    world.crawl()
    first = pages_sent(world.site.log())
    world.crawl()
    log = world.site.log()
    sent, unchanged = pages_sent(log), pages_sent(log, 304)
    whole = len(world.site.truth())
    yield told(f"{name}, first crawl: article pages sent", len(first))
    yield at_most(f"{name}, unchanged: share of article pages sent again", share(len(sent), whole), _UNCHANGED)
    yield told(f"{name}, unchanged: article pages answered 304", len(unchanged))
    yield told(f"{name}, unchanged: requests of any kind", len(log))


def _changed(world: World) -> Iterator[Figure]:
    """New, edited and deleted articles, the sitemap honest about them: exactly those are asked for."""
    site = world.site
    progress("WordPress-like: new, edited, deleted")
    # In this order: what is gone cannot be edited, and what was added first could go without ever having been seen.
    deleted = world.keys(site.delete(_DELETED))
    edited = world.keys(site.edit(_EDITED))
    new = world.keys(site.add(_NEW))
    crawl_id = world.crawl().crawl_id
    kept = _kept_by(world, crawl_id)
    gone = {r["url_key"] for r in world.rows(lake.FETCH) if r["crawl_id"] == crawl_id and r["outcome"] == "gone"}
    # Some of the numbers given out are no articles; those never count.
    yield of(f"{_NEW} new: fetched", len(new & kept), len(new))
    yield of(f"{_EDITED} edited: captured again with other content", len(edited & _versions(world)), len(edited))
    yield of(f"{_DELETED} deleted: noted as gone", len(deleted & gone), len(deleted))
    yield of("not deleted: noted as gone", len(gone - deleted), 0)
    others = [a for a in pages_sent(site.log()) if not world.keys({a.path}) <= new | edited | deleted]
    yield of("neither new nor edited: article pages sent again", _public(world, [a.path for a in others]), 0)


def _public(world: World, paths: list[str]) -> int:
    """How many of the requests were for articles; a new post with a password is none, but must be looked at once."""
    truth = world.site.truth()
    return sum(path in truth for path in paths)


def _versions(world: World) -> set[str]:
    """Addresses of which two captures with different content are kept."""
    contents: dict[str, set[str]] = {}
    for row in world.rows(lake.FETCH, ["url_key", "outcome", "payload_digest"]):
        if row["outcome"] == "ok":
            contents.setdefault(row["url_key"], set()).add(row["payload_digest"])
    return {key for key, digests in contents.items() if len(digests) > 1}


def _kept_by(world: World, crawl_id: str) -> set[str]:
    """Addresses whose page one crawl kept."""
    rows = world.rows(lake.FETCH, ["crawl_id", "url_key", "outcome"])
    return {r["url_key"] for r in rows if r["crawl_id"] == crawl_id and r["outcome"] == "ok"}


def _hidden_edits(articles: int, lastmod: Lastmod) -> Iterator[Figure]:
    """Edits that no channel shows: when are they seen, and at what price?"""
    name = f"{lastmod} lastmod, {articles}"
    progress(name)
    with serving(SiteSpec("wordpress", articles)) as site, world_of(site, _CHANNELS) as world:
        site.say_lastmod(lastmod)
        world.crawl()
        site.log()
        young = world.keys(site.edit(10, youngest=50))
        old = world.keys(site.edit(10)) - young
        sent = same = 0
        for day in range(1, _DAYS + 1):
            world.age(1)
            world.crawl()
            log, seen = site.log(), _versions(world)
            sent, same = sent + len(pages_sent(log)), same + len(pages_sent(log, 304))
            if day not in _TOLD_DAYS:
                continue
            yield told(
                f"{name}, 20 edits: seen after {day} daily crawls",
                f"{len(young & seen)} of {len(young)} young, {len(old & seen)} of {len(old)} others; "
                f"pages sent {sent}, 304 {same}",
            )


def _soft_deletions(articles: int) -> Iterator[Figure]:
    progress("soft 404")
    with serving(SiteSpec("wordpress", articles)) as site, world_of(site, _CHANNELS) as world:
        world.crawl()
        deleted = world.keys(site.delete(_DELETED, ("soft",)))
        crawl_id = world.crawl().crawl_id
        rows = {r["url_key"]: r["outcome"] for r in world.rows(lake.FETCH) if r["crawl_id"] == crawl_id}
        asked = {key: rows[key] for key in deleted if key in rows}
        named = sum(outcome != "ok" for outcome in asked.values())
        outcomes = ", ".join(sorted(set(asked.values()))) or "not asked"
        yield of(f"{_DELETED} deleted behind a soft 404: not taken for a page", named, _DELETED, outcomes)


def _stirred(articles: int) -> Iterator[Figure]:
    """The sidebar changes every ETag; the sitemap says truly that no post changed."""
    progress("ETag that changes with the sidebar")
    with serving(SiteSpec("wordpress", articles, sidebar_in_etag=True)) as site, world_of(site, _CHANNELS) as world:
        world.crawl()
        site.log()
        sent = []
        for _ in range(3):
            site.stir()
            world.crawl()
            sent.append(len(pages_sent(site.log())))
        worst = share(max(sent), len(site.truth()))
        yield at_most("ETag of the sidebar, no edit: largest share sent again in 3 crawls", worst, _UNCHANGED)
        site.stir()
        edited = world.keys(site.edit(_TRAP_EDITS))
        seen = len(edited & _kept_by(world, world.crawl().crawl_id))
        yield of(
            f"ETag of the sidebar, then {_TRAP_EDITS} edits that the sitemap shows: captured again", seen, len(edited)
        )


def _bumped(articles: int, *, validators: bool) -> Iterator[Figure]:
    """The sitemap says before each crawl that everything changed, and nothing did."""
    how = "honest ETag" if validators else "ETag of the sidebar, which changes too"
    name = f"all lastmod bumped {_SUCCESSIVE} times, {how}"
    progress(name)
    spec = SiteSpec("wordpress", articles, sidebar_in_etag=not validators)
    with serving(spec) as site, world_of(site, _CHANNELS) as world:
        world.crawl()
        site.log()
        asked = [_crawl_after_bump(site, world) for _ in range(_SUCCESSIVE)]
        whole = len(site.truth())
        counts = " ".join(f"{sent}+{unchanged}" for sent, unchanged in asked)
        falls = all(sum(b) <= sum(a) for a, b in pairwise(asked)) and sum(asked[-1]) <= sum(asked[0]) / 2
        few = max(sum(a) for a in asked) <= _UNCHANGED * whole
        yield Figure(f"{name}: pages sent + 304", "falls by half", f"{counts} of {whole}", falls or few)
        # Whoever has learned to distrust this sitemap cannot see these at once; how many is worth knowing.
        edited = world.keys(site.edit(_TRAP_EDITS))
        site.bump()
        seen = len(edited & _kept_by(world, world.crawl().crawl_id))
        yield told(f"{name}, then {_TRAP_EDITS} edits: captured again by the next crawl", f"{seen} of {len(edited)}")


def _crawl_after_bump(site: RunningSite, world: World) -> tuple[int, int]:
    site.bump()
    site.stir()
    world.crawl()
    log = site.log()
    return len(pages_sent(log)), len(pages_sent(log, 304))
