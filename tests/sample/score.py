"""How well a published database agrees with the truth of the sample province.

`python -m tests.sample.score` runs the chain on a fresh province and prints the figures that the README states.
"""

import sys
import tempfile
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import duckdb

from tests.sample.run import sample_run

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1 unless the name says otherwise; the whole is given with each.

    Attributes:
        articles: Distinct articles that the truth counts.
        discovery_recall: Reachable article addresses that were discovered.
        article_recall: Reachable article addresses that count as an article or as its further address.
        article_precision: Counting addresses that the truth knows as reachable articles.
        title: Articles with exactly the right headline.
        day: Articles with the right publication day.
        minute: Of those dated to the minute in truth, with the right minute.
        author: Articles with the right author, or none where there is none.
        explicit_f1: F1 of relevance `explicit`.
        implicit_f1: F1 of relevance `implicit`.
        themes_f1: Micro-F1 of themes over the relevant articles.
        copies_f1: F1 of pairs of articles in one cluster of copies.
        cells: Cells agency x month x relevance that the truth fills.
        cells_equal: Share of them with exactly the right count.
        cells_error: Sum of absolute count errors over all cells, divided by the number of articles.
    """

    articles: int
    discovery_recall: float
    article_recall: float
    article_precision: float
    title: float
    day: float
    minute: float
    author: float
    explicit_f1: float
    implicit_f1: float
    themes_f1: float
    copies_f1: float
    cells: int
    cells_equal: float
    cells_error: float


def score(database: Path, truth: list[dict[str, str]]) -> Figures:
    """Compare a published database with the truth."""
    with duckdb.connect(str(database), read_only=True) as db:
        addresses = _rows(db, "select source_id, url, article_id from core.article_address")
        discovered = {
            (r["source_id"], _path(r["url"])) for r in _rows(db, "select distinct source_id, url from core.discovery")
        }
        articles = {
            r["article_id"]: r
            for r in _rows(
                db,
                """
                select article_id, agency_id, title, published_at, author, relevance, themes, cluster_id
                from core.article
                """,
            )
        }
        cells = Counter(
            {
                (r["agency_id"], r["month"], r["relevance"]): r["n"]
                for r in _rows(
                    db,
                    """
                    unpivot (select agency_id, strftime(month, '%Y-%m') as month, n_explicit, n_implicit, n_none
                             from marts.agency_month)
                    on n_explicit as explicit, n_implicit as implicit, n_none as none into name relevance value n
                    """,
                )
            }
        )
    counted = {(r["source_id"], _path(r["url"])): r["article_id"] for r in addresses}
    reachable = [t for t in truth if t["reachable"] == "yes"]
    assert reachable
    assert articles
    first = {t["article_key"]: t for t in reversed(reachable)}
    met = {
        k: articles[counted[t["source_id"], t["path"]]]
        for k, t in first.items()
        if (t["source_id"], t["path"]) in counted
    }
    timed = [k for k in met if first[k]["date_precision"] == "minute"]
    expected = Counter((t["agency_id"], t["published_at"][:7], t["relevance"]) for t in first.values())
    every_cell = set(expected) | {c for c, n in cells.items() if n}
    return Figures(
        articles=len(first),
        discovery_recall=_share((t["source_id"], t["path"]) in discovered for t in reachable),
        article_recall=_share((t["source_id"], t["path"]) in counted for t in reachable),
        article_precision=_share(a in {(t["source_id"], t["path"]) for t in reachable} for a in counted),
        title=_share(met[k]["title"] == unicodedata.normalize("NFC", first[k]["title"]) for k in met),
        day=_share(_local(met[k])[:10] == first[k]["published_at"][:10] for k in met),
        minute=_share(_local(met[k]) == first[k]["published_at"][:16] for k in timed),
        author=_share((met[k]["author"] or "") == first[k]["author"] for k in met),
        explicit_f1=_f1(
            {k for k in first if first[k]["relevance"] == "explicit"},
            {k for k in met if met[k]["relevance"] == "explicit"},
        ),
        implicit_f1=_f1(
            {k for k in first if first[k]["relevance"] == "implicit"},
            {k for k in met if met[k]["relevance"] == "implicit"},
        ),
        themes_f1=_f1(
            {(k, t) for k in first if first[k]["relevance"] != "none" for t in first[k]["themes"].split(";") if t},
            {(k, t) for k in met if met[k]["relevance"] != "none" for t in met[k]["themes"] or []},
        ),
        copies_f1=_f1(
            _pairs({k: t["cluster"] for k, t in first.items()}), _pairs({k: a["cluster_id"] for k, a in met.items()})
        ),
        cells=len(expected),
        cells_equal=_share(cells.get(c, 0) == expected.get(c, 0) for c in every_cell),
        cells_error=sum(abs(cells.get(c, 0) - expected.get(c, 0)) for c in every_cell) / len(first),
    )


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _local(article: dict[str, Any]) -> str:
    at: datetime | None = article["published_at"]
    if at is None:
        return ""
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


def _share(facts: Any) -> float:
    facts = list(facts)
    assert facts, "a share of nothing says nothing"
    return sum(facts) / len(facts)


def _f1(true: set[Any], found: set[Any]) -> float:
    assert true, "nothing to find"
    return 2 * len(true & found) / (len(true) + len(found))


def _pairs(cluster_of: dict[str, str]) -> set[tuple[str, str]]:
    members: dict[str, list[str]] = {}
    for key, cluster in cluster_of.items():
        if cluster:
            members.setdefault(cluster, []).append(key)
    return {(a, b) for keys in members.values() for a in keys for b in keys if a < b}


def main() -> None:
    """Run the chain on a fresh province and print the figures."""
    with tempfile.TemporaryDirectory() as folder, sample_run(Path(folder)) as sample:
        for name, value in asdict(score(sample.settings.database, sample.truth)).items():
            sys.stdout.write(f"{name:18} {value if isinstance(value, int) else f'{value:.3f}'}\n")


if __name__ == "__main__":
    main()
