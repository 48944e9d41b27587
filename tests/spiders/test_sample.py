"""Every platform against the sample province: what is reachable is found, what is closed is never asked."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

import pytest

from demo.sources import SOURCES
from theodoi import lake

pytestmark = pytest.mark.sample


def path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def rows(sample: Any, dataset: lake.Dataset) -> list[dict[str, Any]]:
    return lake.read(lake.files(sample.settings.lake, dataset), dataset).to_pylist()


def truth(sample: Any, reachable: str) -> dict[str, set[str]]:
    """Source -> paths of one kind."""
    found = defaultdict(set)
    for row in sample.truth:
        if row["reachable"] == reachable:
            found[row["source_id"]].add(row["path"])
    assert found
    return found


def test_every_reachable_article_is_discovered_and_kept(sample: Any) -> None:
    discovered = {(r["source_id"], path(r["url"])) for r in rows(sample, lake.DISCOVERY)}
    kept = {(r["source_id"], path(r["url"])) for r in rows(sample, lake.FETCH) if r["outcome"] == "ok"}
    wanted = truth(sample, "yes")
    assert set(wanted) == {s.source_id for s in SOURCES if s.count}
    for source_id, paths in wanted.items():
        assert {(source_id, p) for p in paths} <= discovered, source_id
        assert {(source_id, p) for p in paths} <= kept, source_id


def test_nothing_but_articles_is_kept(sample: Any) -> None:
    known = {(r["source_id"], r["path"]) for r in sample.truth}
    kept = {(r["source_id"], path(r["url"])) for r in rows(sample, lake.FETCH) if r["outcome"] == "ok"}
    assert kept
    # A page of the portal shows nothing but its document, which is kept beside it.
    behind = {
        (r["source_id"], path(r["url"])): (r["source_id"], path(r["channel_url"]))
        for r in rows(sample, lake.DISCOVERY)
        if r["channel"] == "attachment"
    }
    assert behind
    assert set(behind.values()) <= known
    assert kept - behind.keys() <= known


@pytest.mark.parametrize("kind", ["robots", "denied"])
def test_what_is_closed_or_denied_is_never_asked(sample: Any, kind: str) -> None:
    asked = {(r.source_id, r.path) for r in sample.server.requests}
    assert asked
    closed = {(source_id, p) for source_id, paths in truth(sample, kind).items() for p in paths}
    assert asked.isdisjoint(closed)


def test_what_is_closed_or_denied_stands_in_the_ledger(sample: Any) -> None:
    outcomes = {(r["source_id"], path(r["url"])): r["outcome"] for r in rows(sample, lake.FETCH)}
    for kind in ("robots", "denied"):
        seen = {outcomes[s, p] for s, paths in truth(sample, kind).items() for p in paths if (s, p) in outcomes}
        assert seen == {kind}


def test_withdrawn_pages_are_gone(sample: Any) -> None:
    outcomes = {(r["source_id"], path(r["url"])): r["outcome"] for r in rows(sample, lake.FETCH)}
    gone = truth(sample, "withdrawn")
    assert {outcomes[s, p] for s, paths in gone.items() for p in paths} == {"gone"}


def test_no_address_is_asked_twice(sample: Any) -> None:
    articles = {(r["source_id"], r["path"]) for r in sample.truth}
    asked = [(r.source_id, r.path) for r in sample.server.requests if (r.source_id, r.path) in articles]
    assert asked
    assert len(asked) == len(set(asked))


def test_the_site_that_is_down_is_blind_and_the_others_are_not(sample: Any) -> None:
    polls = rows(sample, lake.POLL)
    assert {p["source_id"] for p in polls} == {s.source_id for s in SOURCES}
    assert {p["outcome"] for p in polls if p["source_id"] == "hdnd"} == {"blind"}
    assert {p["outcome"] for p in polls if p["source_id"] != "hdnd"} == {"ok"}
