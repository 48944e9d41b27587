"""Cluster the copies among what is on the sites now.

What depends on one text alone, its fingerprint, is kept beside the articles; what depends on two, their pair, is kept
from run to run and found again only where the comparison would see something else.
"""

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from spiders.addresses import canonical
from theodoi import lake
from theodoi.progress import track
from transforms.copies import Copies, CopyCandidate, find_copies, shingles

_SEEN = (
    "capture_id",
    "source_id",
    "agency_id",
    "url_key",
    "fetched_at",
    "article_id",
    "title",
    "published_at",
    "canonical_url",
    "credit",
)
_FAR = datetime.max.replace(tzinfo=UTC)


def keep_fingerprints(root: Path, code: str) -> None:
    """Write the fingerprints of every article partition whose articles changed.

    Args:
        root: Root of the lake.
        code: Version of the code that reads pages and makes fingerprints.
    """
    stale = []
    for file in lake.files(root, lake.ARTICLE):
        source_id, month = (part.split("=", 1)[1] for part in file.parts[-3:-1])
        rows = lake.read([file], lake.ARTICLE, ["capture_id", "article_id"]).to_pylist()
        made_from = lake.digest([code, *(f"{r['capture_id']} {r['article_id']}" for r in rows)])
        target = lake.partition(root, lake.FINGERPRINT, source_id, month)
        if not lake.up_to_date(target / "part.parquet", made_from):
            stale.append((target, made_from, file))
    for target, made_from, file in track(stale, "Dấu vân bài"):
        rows = lake.read([file], lake.ARTICLE, ["capture_id", "lead", "text"]).to_pylist()
        prints = ({"capture_id": r["capture_id"], "shingles": shingles(f"{r['lead']}\n{r['text']}")} for r in rows)
        lake.write(target, lake.FINGERPRINT, prints, made_from=made_from)


def mark_copies(root: Path, code: str) -> None:
    """Write the pairs and clusters: of each address the newest capture, of each text one candidate.

    Args:
        root: Root of the lake; its fingerprints are up to date.
        code: Version of the code that compares.
    """
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    rows = lake.read(lake.files(root, lake.ARTICLE), lake.ARTICLE, _SEEN).to_pylist()
    for row in sorted(rows, key=lambda r: (r["fetched_at"], r["capture_id"])):
        newest[row["source_id"], row["url_key"]] = row
    made_from = lake.digest([code, *sorted(f"{r['article_id']} {r['capture_id']}" for r in newest.values())])
    members = lake.partition(root, lake.COPY)
    pairs = lake.partition(root, lake.COPY_PAIR)
    if lake.up_to_date(members / "part.parquet", made_from):
        return
    copies = find_copies(_candidates(root, list(newest.values())), known=_known(members, pairs), version=code)
    lake.write(pairs, lake.COPY_PAIR, copies.pairs, made_from=made_from)
    # This file comes last: it alone says that both are done.
    lake.write(members, lake.COPY, copies.members, made_from=made_from)


def _candidates(root: Path, rows: list[dict[str, Any]]) -> list[CopyCandidate]:
    by_text: dict[str, dict[str, Any]] = {}
    addresses: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (r["published_at"] or _FAR, r["fetched_at"], r["capture_id"])):
        by_text.setdefault(row["article_id"], row)
        addresses[row["article_id"]].append(row["url_key"])
    prints = _fingerprints(root)
    return [
        CopyCandidate(
            article_id=r["article_id"],
            agency_id=r["agency_id"],
            title=r["title"],
            shingles=prints[r["capture_id"]],
            published_at=r["published_at"],
            credit=r["credit"],
            addresses=tuple(addresses[r["article_id"]]),
            canonical=canonical(r["canonical_url"]) if r["canonical_url"] else "",
        )
        for r in by_text.values()
    ]


def _fingerprints(root: Path) -> dict[str, np.ndarray[Any, np.dtype[np.uint64]]]:
    """Shingles by capture, as views of the column: 100,000 articles take some 350 MB."""
    prints = {}
    table = lake.read(lake.files(root, lake.FINGERPRINT), lake.FINGERPRINT)
    for batch in table.to_batches():
        lists = batch.column("shingles")
        values = lists.values.to_numpy()
        ends = lists.offsets.to_numpy()
        for n, capture in enumerate(batch.column("capture_id").to_pylist()):
            prints[capture] = values[ends[n] : ends[n + 1]]
    return prints


def _known(members: Path, pairs: Path) -> Copies | None:
    """What the last run found; nothing where it ended between the two files."""
    files = [folder / "part.parquet" for folder in (members, pairs)]
    if not all(file.exists() for file in files) or len({lake.kept_made_from(file) for file in files}) > 1:
        return None
    return Copies(
        members=lake.read(files[:1], lake.COPY, ["article_id", "compared_as"]).to_pylist(),
        pairs=lake.read(files[1:], lake.COPY_PAIR).to_pylist(),
    )
