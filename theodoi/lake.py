"""The lake: immutable Parquet partitions, written aside and renamed.

Every dataset is described here once: its columns with their meaning, and how it is partitioned. A partition is a folder
`<dataset>/source=<id>/day=<YYYY-MM-DD>/` (what a crawl saw) or `<dataset>/source=<id>/month=<YYYY-MM>/` (what was read
from the captures of that month); datasets over all sources have one folder. Nothing is updated in place.
"""

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from theodoi.disk import named_failures

Grain = Literal["day", "month", "whole"]

_MADE_FROM = b"made_from"

INSTANT = pa.timestamp("us", tz="UTC")
SPAN = pa.struct(
    [("field", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("kind", pa.string()), ("what", pa.string())]
)
NAMED_AGENCY = pa.struct(
    [
        ("agency_id", pa.string()),
        ("role", pa.string()),
        ("field", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Dataset:
    """One dataset of the lake.

    Attributes:
        name: Folder name.
        grain: What one partition holds beside the source.
        columns: Column name -> (type, meaning).
    """

    name: str
    grain: Grain
    columns: Mapping[str, tuple[pa.DataType, str]]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, meanings attached to the fields."""
        return pa.schema([pa.field(n, t, metadata={"comment": c}) for n, (t, c) in self.columns.items()])


_SOURCE = (pa.string(), "source of the registry")
_URL = (pa.string(), "address as found")
_KEY = (pa.string(), "canonical form of the address, for telling known from new")
_CRAWL = (pa.string(), "crawl that saw it: source, UTC start")

DISCOVERY = Dataset(
    "discovery",
    "day",
    {
        "crawl_id": _CRAWL,
        "source_id": _SOURCE,
        "url": _URL,
        "url_key": _KEY,
        "channel": (pa.string(), "feed, sitemap, listing, link or archive"),
        "channel_url": (pa.string(), "address of the feed, sitemap or listing page that listed it"),
        "position": (pa.int32(), "place in that list, from 0"),
        "listed_title": (pa.string(), "title as the channel gives it"),
        "listed_at": (INSTANT, "time as the channel gives it"),
        "seen_at": (INSTANT, "when we saw it there"),
    },
)
POLL = Dataset(
    "poll",
    "day",
    {
        "crawl_id": _CRAWL,
        "source_id": _SOURCE,
        "channel": (pa.string(), "feed, sitemap, listing or archive"),
        "channel_url": (pa.string(), "first address of the channel"),
        "polled_at": (INSTANT, "when the channel was asked"),
        "outcome": (pa.string(), "ok, or blind: we could not look"),
        "reason": (pa.string(), "why blind: an outcome of `fetch`, or empty_listing"),
        "http_status": (pa.int32(), "status of the first answer"),
        "n_seen": (pa.int32(), "addresses listed"),
        "n_known": (pa.int32(), "of them already known"),
        "n_new": (pa.int32(), "of them new"),
        "depth": (pa.int32(), "pages read"),
        "overlap_reached": (pa.bool_(), "whether a known address was met: nothing was hidden since the last poll"),
        "exhausted": (pa.bool_(), "whether the channel was read to its end"),
        "covers_from": (pa.date32(), "earliest day for which the channel would have shown an article; null when blind"),
    },
)
FETCH = Dataset(
    "fetch",
    "day",
    {
        "crawl_id": _CRAWL,
        "source_id": _SOURCE,
        "url": _URL,
        "url_key": _KEY,
        "fetched_at": (INSTANT, "when it was asked for"),
        "outcome": (pa.string(), "ok, or the named reason why no page is there"),
        "detail": (pa.string(), "what exactly happened"),
        "http_status": (pa.int32(), "status of the last answer"),
        "final_url": (pa.string(), "address after redirects"),
        "content_type": (pa.string(), "Content-Type as sent"),
        "n_bytes": (pa.int64(), "bytes of the body after decoding"),
        "payload_digest": (pa.string(), "sha256 of the body"),
        "etag": (pa.string(), "ETag as sent"),
        "last_modified": (pa.string(), "Last-Modified as sent"),
        "capture_id": (pa.string(), "the kept response; null when none was kept"),
        "warc_file": (pa.string(), "WARC file below the archive's root"),
        "warc_offset": (pa.int64(), "byte offset of the record in that file"),
    },
)
ARTICLE = Dataset(
    "article",
    "month",
    {
        "capture_id": (pa.string(), "capture it was read from"),
        "source_id": _SOURCE,
        "agency_id": (pa.string(), "agency that answers for the source"),
        "url": _URL,
        "url_key": _KEY,
        "fetched_at": (INSTANT, "when the capture was taken"),
        "article_id": (pa.string(), "identity: agency, folded title and folded text"),
        "title": (pa.string(), "headline"),
        "lead": (pa.string(), "opening summary (sapo)"),
        "text": (pa.string(), "paragraphs and subheads, one a line"),
        "published_at": (INSTANT, "publication as the page states it"),
        "modified_at": (INSTANT, "last edit as the page states it"),
        "title_rule": (pa.string(), "rule that set the title"),
        "date_rule": (pa.string(), "rule that set published_at"),
        "author_rule": (pa.string(), "rule that set the authors"),
        "authors": (pa.list_(pa.string()), "by-lines in page order"),
        "section": (pa.string(), "section as the page names it"),
        "tags": (pa.list_(pa.string()), "tags as the page names them"),
        "genre": (pa.string(), "form: tin, bai, phong_su, anh, video, phong_van, van_ban, thong_bao"),
        "word_count": (pa.int32(), "syllables of lead and text"),
        "image_count": (pa.int32(), "images of the body"),
        "has_video": (pa.bool_(), "whether the body carries video or audio"),
        "canonical_url": (pa.string(), "address the page calls canonical"),
        "credit": (pa.string(), "credit line of a reprint"),
    },
)
DROP = Dataset(
    "drop",
    "month",
    {
        "source_id": _SOURCE,
        "url": _URL,
        "url_key": _KEY,
        "capture_id": (pa.string(), "capture that fell, if there is one"),
        "gate": (pa.string(), "extract: the gate that let it fall"),
        "reason": (pa.string(), "named reason"),
        "detail": (pa.string(), "what exactly"),
        "dropped_at": (INSTANT, "time of the capture"),
    },
)
LABEL = Dataset(
    "label",
    "month",
    {
        "article_id": (pa.string(), "article"),
        "source_id": _SOURCE,
        "capture_id": (pa.string(), "capture that was labelled; spans count its characters"),
        "relevance": (pa.string(), "explicit, implicit or none"),
        "score": (pa.float64(), "soft score that the article is relevant (explicit or implicit), 0 to 1"),
        "themes": (pa.list_(pa.string()), "themes of the registry"),
        "agencies": (pa.list_(NAMED_AGENCY), "agencies met, with their role and the span that shows it"),
        "evidence": (pa.list_(SPAN), "the words that decided"),
        "model_version": (pa.string(), "classifier that set the labels"),
    },
)
COPY = Dataset(
    "copy",
    "whole",
    {
        "article_id": (pa.string(), "article"),
        "cluster_id": (pa.string(), "cluster of near-copies: the smallest article_id in it"),
        "is_original": (pa.bool_(), "first of its cluster; null when the origin is unknown"),
        "origin_rule": (pa.string(), "single, earliest, credit or unknown"),
    },
)
COPY_PAIR = Dataset(
    "copy_pair",
    "whole",
    {
        "left_id": (pa.string(), "article, the smaller id"),
        "right_id": (pa.string(), "article, the larger id"),
        "containment": (pa.float64(), "shared shingles over those of the shorter text"),
        "jaccard": (pa.float64(), "shared shingles over all"),
        "verdict": (pa.string(), "copy, or review: a shared source that a person should look at"),
    },
)
DATASETS = {d.name: d for d in (DISCOVERY, POLL, FETCH, ARTICLE, DROP, LABEL, COPY, COPY_PAIR)}


def partition(lake: Path, dataset: Dataset, source_id: str = "", when: str = "") -> Path:
    """Folder of one partition.

    Args:
        lake: Root of the lake.
        dataset: What.
        source_id: Source; unused where the dataset is whole.
        when: `YYYY-MM-DD` or `YYYY-MM` by the dataset's grain.
    """
    if dataset.grain == "whole":
        return lake / dataset.name
    return lake / dataset.name / f"source={source_id}" / f"{dataset.grain}={when}"


def write(
    folder: Path, dataset: Dataset, rows: Sequence[Mapping[str, Any]], *, name: str = "part", made_from: str = ""
) -> Path:
    """Write the rows as `<folder>/<name>.parquet`, whole or not at all, and return the file.

    The bytes depend on the arguments alone, so writing the same rows again changes nothing.

    Args:
        folder: The partition.
        dataset: What the rows are.
        rows: Column name -> value; a missing column is null.
        name: File name without its ending.
        made_from: Digest of what the rows were derived from, kept in the file: `up_to_date` compares it.

    Raises:
        DataFolderError: The disk is full or the folder cannot be written.
    """
    schema = dataset.schema.with_metadata({_MADE_FROM: made_from.encode()} if made_from else {})
    table = pa.Table.from_pylist([{n: row.get(n) for n in dataset.columns} for row in rows], schema=schema)
    target = folder / f"{name}.parquet"
    aside = folder / f".{name}.{uuid.uuid4().hex}.tmp"
    with named_failures(target):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            pq.write_table(table, aside, compression="zstd")
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    return target


def up_to_date(file: Path, made_from: str) -> bool:
    """Whether the file is there and was derived from exactly this."""
    if not file.exists():
        return False
    kept: bytes = (pq.read_schema(file).metadata or {}).get(_MADE_FROM, b"")
    return kept.decode() == made_from


def files(lake: Path, dataset: Dataset, *, source_id: str | None = None, when: str | None = None) -> list[Path]:
    """The dataset's Parquet files in a fixed order, all or those of a source, a day or a month."""
    if dataset.grain == "whole":
        pattern = f"{dataset.name}/*.parquet"
    else:
        pattern = f"{dataset.name}/source={source_id or '*'}/{dataset.grain}={when or '*'}/*.parquet"
    return sorted(p for p in lake.glob(pattern) if not p.name.startswith("."))


def read(paths: Iterable[Path], dataset: Dataset, columns: Sequence[str] | None = None) -> pa.Table:
    """Read files of one dataset into a table; no files give an empty table with the right columns."""
    names = [os.fspath(p) for p in paths]
    schema = dataset.schema
    if not names:
        table = schema.empty_table()
        return table.select(list(columns)) if columns else table
    return pads.dataset(names, schema=schema, format="parquet").to_table(columns=list(columns) if columns else None)
