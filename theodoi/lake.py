"""The lake: immutable Parquet partitions, written aside and renamed.

Every dataset is described here once: its columns with their meaning, and how it is partitioned. A partition is a folder
`<dataset>/source=<id>/day=<YYYY-MM-DD>/` (what a crawl saw) or `<dataset>/source=<id>/month=<YYYY-MM>/` (what was read
from the captures of that month); datasets over all sources have one folder. Nothing is updated in place.
"""

import hashlib
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from theodoi.disk import named_failures

Grain = Literal["day", "month", "whole"]

_MADE_FROM = b"made_from"
# A row group: as Python objects these rows take some 3 MB, and they still pack well.
_ROWS_AT_ONCE = 2_000

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
        "channel": (
            pa.string(),
            "feed, sitemap, listing, calendar, tag, link (from an article), probe, outside or archive",
        ),
        "channel_url": (pa.string(), "first address of the channel, as in `poll`; of a link the article that links it"),
        "position": (pa.int32(), "place in the channel as it was read, from 0"),
        "listed_title": (pa.string(), "title as the channel gives it"),
        "listed_at": (INSTANT, "time of publication as the channel gives it"),
        "changed_at": (INSTANT, "time of the last change as the channel gives it"),
        "listed": (
            pa.bool_(),
            (
                "true: a row for the first time that the channel lists it and for each change of title or time; "
                "false: the channel shows its neighbours and no longer lists it"
            ),
        ),
        "seen_at": (INSTANT, "when we saw that"),
    },
)
POLL = Dataset(
    "poll",
    "day",
    {
        "crawl_id": _CRAWL,
        "source_id": _SOURCE,
        "channel": (pa.string(), "feed, sitemap, listing, calendar, tag, link, probe or archive"),
        "channel_url": (pa.string(), "first address of the channel"),
        "polled_at": (INSTANT, "when the channel was asked"),
        "outcome": (pa.string(), "ok, or blind: we could not look"),
        "reason": (pa.string(), "why blind: an outcome of `fetch`, empty_listing or canary_lost; why it ended early"),
        "http_status": (pa.int32(), "status of the first answer"),
        "n_seen": (pa.int32(), "addresses listed"),
        "n_known": (pa.int32(), "of them already known"),
        "n_new": (pa.int32(), "of them new"),
        "head_seen": (pa.int32(), "addresses listed by the first document alone"),
        "head_known": (pa.int32(), "of them already known"),
        "depth": (pa.int32(), "documents read"),
        "overlap_reached": (pa.bool_(), "whether a known address was met: nothing was hidden since the last poll"),
        "exhausted": (pa.bool_(), "whether the channel was read to its end"),
        "canary": (
            pa.bool_(),
            "whether the newest address that the channel listed before was still listed; null where there was none",
        ),
        "gap_from": (INSTANT, "begin of a stretch in which it may have hidden articles; null: it hid none"),
        "gap_to": (INSTANT, "end of that stretch"),
        "rewalk_days": (pa.int32(), "how far back it was read whatever was known; null: until known ground"),
        "covers_from": (pa.date32(), "earliest day for which the channel would have shown an article; null when blind"),
        "etag": (pa.string(), "ETag of its first document"),
        "last_modified": (pa.string(), "Last-Modified of its first document"),
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
        "cause": (
            pa.string(),
            (
                "why it was asked for: new, retry (failed before), relisted (a channel lists it with another title or "
                "time), delisted (a channel lists it no longer), recheck (its turn), probe or archive"
            ),
        ),
        "fetched_at": (INSTANT, "when it was asked for; of a page from an archive when that captured it"),
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
        "obtained_from": (pa.string(), "address or file of the archive that gave it; null: the site itself"),
        "obtained_at": (INSTANT, "when the archive gave it; null: the site itself"),
    },
)
CRAWL = Dataset(
    "crawl",
    "day",
    {
        "crawl_id": _CRAWL,
        "source_id": _SOURCE,
        "kind": (pa.string(), "crawl, archive (pages of a web archive) or import (a file)"),
        "started_at": (INSTANT, "when it began"),
        "ended_at": (INSTANT, "last sign of life"),
        "ended": (
            pa.string(),
            (
                "finished, time_limit, budget (requests of a day), hours (outside of the source's hours), gave_up (too "
                "many failures in a row) or killed"
            ),
        ),
        "since": (pa.date32(), "first day of publication wanted; null: all"),
        "until": (pa.date32(), "last such day; null: all"),
        "rewalk_days": (pa.int32(), "how far back channels were read whatever was known; null: until known ground"),
        "n_found": (pa.int32(), "addresses that its channels listed"),
        "n_new": (pa.int32(), "of them seen for the first time"),
        "n_requests": (pa.int32(), "requests sent, redirects and tries counted"),
        "n_bytes": (pa.int64(), "bytes received, as sent"),
        "delay_s": (pa.float64(), "least time between two requests at the end of the crawl, seconds"),
        "robots": (pa.string(), "ok, gone (there is none) or why robots.txt could not be read"),
    },
)
PROBE = Dataset(
    "probe",
    "day",
    {
        "crawl_id": _CRAWL,
        "source_id": _SOURCE,
        "month": (pa.string(), "month of publication whose range of ids was probed, YYYY-MM"),
        "first_id": (pa.int64(), "lowest id known of the month"),
        "last_id": (pa.int64(), "highest id known of the month"),
        "n_unknown": (pa.int32(), "ids of that range that belong to no known address: what was drawn from"),
        "n_drawn": (pa.int32(), "of them drawn at random, without replacement"),
        "id": (pa.int64(), "one of the drawn ids"),
        "url": (pa.string(), "address asked"),
        "probed_at": (INSTANT, "when"),
        "outcome": (
            pa.string(),
            (
                "article (a public article that no channel had shown), known (a known article after a redirect), other "
                "(a page that is no article of ours: photo, other language), no_page, or why it says nothing: an "
                "outcome of `fetch`"
            ),
        ),
        "found_url": (pa.string(), "address of the article that was found"),
        "found_key": (pa.string(), "its canonical form"),
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
FINGERPRINT = Dataset(
    "fingerprint",
    "month",
    {
        "capture_id": (pa.string(), "capture whose lead and text these are"),
        "shingles": (pa.list_(pa.uint64()), "hashes of its distinct runs of five syllables, ascending"),
    },
)
COPY = Dataset(
    "copy",
    "whole",
    {
        "article_id": (pa.string(), "article"),
        "cluster_id": (pa.string(), "cluster of near-copies: the smallest article_id in it"),
        "is_original": (pa.bool_(), "first of its cluster; null when the origin is unknown"),
        "origin_rule": (pa.string(), "single, earliest, credit, canonical or unknown"),
        "compared_as": (pa.string(), "digest of what the comparison saw; who is seen the same is not compared again"),
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
AUDIT = Dataset(
    "audit",
    "whole",
    {
        "month": (pa.string(), "month of publication that was drawn from, YYYY-MM"),
        "draw_no": (pa.int32(), "1 for the first draw of the month; later ones draw from what came after it"),
        "drawn_at": (INSTANT, "when"),
        "article_id": (pa.string(), "one article of the population, drawn or not"),
        "source_id": _SOURCE,
        "url_key": (pa.string(), "its counted address: finds it again when its text is read otherwise"),
        "agency_id": (pa.string(), "agency that published it"),
        "stratum": (
            pa.string(),
            "S (small agency: everything), A (the model said relevant), B (it did not, yet a cue occurs), C (the rest)",
        ),
        "prn": (pa.float64(), "its permanent random number, 0 to 1: the smallest of a stratum are drawn"),
        "n_stratum": (pa.int32(), "articles of the stratum in this draw"),
        "n_sample": (pa.int32(), "of them drawn"),
        "inclusion_probability": (pa.float64(), "n_sample / n_stratum"),
        "is_sampled": (pa.bool_(), "whether it was drawn"),
        "for_second_coder": (pa.bool_(), "whether a second person labels it too"),
        "relevance": (pa.string(), "what the model said at the time of the draw"),
        "score": (pa.float64(), "its score at the time of the draw"),
        "themes": (pa.list_(pa.string()), "its themes at the time of the draw"),
        "model_version": (pa.string(), "the model of that time; it had not learnt from this month"),
    },
)
JUDGEMENT = Dataset(
    "judgement",
    "whole",
    {
        "judgement_id": (pa.string(), "identity: coder, article, what was said, what it supersedes"),
        "article_id": (pa.string(), "article that was labelled"),
        "source_id": _SOURCE,
        "url_key": (pa.string(), "its counted address: finds it again when its text is read otherwise"),
        "text_digest": (pa.string(), "digest of the text that the coder read"),
        "month": (pa.string(), "its month of publication at that time, YYYY-MM"),
        "coder": (pa.string(), "pseudonym of the person; `chung`: what the coders agreed on after they had talked"),
        "coded_at": (INSTANT, "when the person said so; of a sheet without times when it was imported"),
        "codebook_version": (pa.string(), "edition of the codebook"),
        "relevance": (pa.string(), "explicit, implicit or none"),
        "themes": (pa.list_(pa.string()), "themes of the registry; empty for none"),
        "agencies": (pa.list_(pa.string()), "agencies that the article names; null: the coder was not asked"),
        "note": (pa.string(), "what the coder remarked"),
        "supersedes": (pa.string(), "judgement of the same coder that this one takes the place of; null: the first"),
        "imported_at": (INSTANT, "when it entered the lake"),
        "imported_from": (pa.string(), "file that it came in"),
    },
)
DATASETS = {
    d.name: d
    for d in (
        *(DISCOVERY, POLL, FETCH, CRAWL, PROBE, ARTICLE, DROP, LABEL),
        *(FINGERPRINT, COPY, COPY_PAIR, AUDIT, JUDGEMENT),
    )
}


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
    folder: Path, dataset: Dataset, rows: Iterable[Mapping[str, Any]], *, name: str = "part", made_from: str = ""
) -> Path:
    """Write the rows as `<folder>/<name>.parquet`, whole or not at all, and return the file.

    The bytes depend on the arguments alone, so writing the same rows again changes nothing. Rows are taken in batches:
    an iterator of any length needs the memory of one batch.

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
    target = folder / f"{name}.parquet"
    aside = folder / f".{name}.{uuid.uuid4().hex}.tmp"
    with named_failures(target):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with pq.ParquetWriter(aside, schema, compression="zstd") as writer:
                left = iter(rows)
                while batch := [{n: row.get(n) for n in dataset.columns} for row in islice(left, _ROWS_AT_ONCE)]:
                    writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    return target


def digest(parts: Iterable[str]) -> str:
    """Digest of what a partition is derived from, for `made_from`."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def up_to_date(file: Path, made_from: str) -> bool:
    """Whether the file is there and was derived from exactly this."""
    return file.exists() and kept_made_from(file) == made_from


def kept_made_from(file: Path) -> str:
    """The digest of what a partition was derived from, as its file keeps it; empty when it keeps none."""
    kept: bytes = (pq.read_schema(file).metadata or {}).get(_MADE_FROM, b"")
    return kept.decode()


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
