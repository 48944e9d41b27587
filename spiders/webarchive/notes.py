"""Writes what a spider of web archives sees into its job folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.recordloader import ArcWarcRecord

from spiders import outcomes
from spiders.fetcher import Answer
from spiders.job import DISCOVERIES, FETCHES, POLLS, to_json
from spiders.rows import JobRows
from spiders.webarchive.cdx import Line
from spiders.webarchive.order import SUMMARY, Order
from spiders.webarchive.replay import Original
from theodoi.archive import Capture, WarcWriter, capture_id, payload_digest
from theodoi.disk import named_failures

# Said in `fetch.detail` of a page whose bytes are not those of the index: the archive may have touched them.
UNPROVED = "digest differs from the index"


class Notes:
    """The row files and the WARC file of one job folder; a row of `fetches` follows its complete record.

    Args:
        order: Whose rows these are.
        folder: The job folder.
    """

    def __init__(self, order: Order, folder: Path) -> None:
        self._folder = folder
        self._rows = JobRows(folder, order.crawl_id, order.source_id)

    def close(self) -> None:
        """Close all files."""
        self._rows.close()

    def discovered(self, key: str, url: str, channel_url: str, position: int) -> None:
        """Note that the index lists an address. When it was captured says nothing of when it was published."""
        self._rows.append(
            DISCOVERIES,
            {
                "url": url,
                "url_key": key,
                "channel": "archive",
                "channel_url": channel_url,
                "position": position,
                "listed_title": "",
                "listed_at": None,
                "listed": True,
                "seen_at": datetime.now(UTC),
            },
        )

    def polled(self, **row: object) -> None:
        """Note the reading of the index; the columns are those of `lake.POLL`."""
        self._rows.append(POLLS, {"channel": "archive", **row})

    def replayed(self, key: str, line: Line, original: Original, answer: Answer) -> None:
        """Keep a page that an archive replayed, as the site's own answer at the time of capture."""
        capture = Capture(line.url, line.captured_at, 200, original.headers, original.body)
        self._fetched(
            key,
            capture,
            answer,
            lambda warc: warc.write(line.url, line.captured_at, 200, original.headers, original.raw_body),
            "" if original.proved else UNPROVED,
        )

    def copied(self, key: str, record: ArcWarcRecord, capture: Capture, answer: Answer) -> None:
        """Keep a record that an archive handed over as it had written it."""
        self._fetched(key, capture, answer, lambda warc: warc.copy(record), "")

    def summary(self, **row: object) -> None:
        """Note what the run came to so far; the columns are those of `lake.CRAWL`, and what else people shall read."""
        target = self._folder / SUMMARY
        aside = target.with_suffix(".tmp")
        with named_failures(target):
            aside.write_text(to_json(row), encoding="utf-8")
            aside.replace(target)

    def _fetched(
        self, key: str, capture: Capture, answer: Answer, keep: Callable[[WarcWriter], int], detail: str
    ) -> None:
        outcome = outcomes.of_page(capture.status, capture.content_type, capture.body)
        digest = payload_digest(capture.body)
        row: dict[str, Any] = {
            "url": capture.url,
            "url_key": key,
            "cause": "archive",
            "fetched_at": capture.fetched_at,
            "outcome": outcome,
            "detail": detail,
            "http_status": capture.status,
            "final_url": capture.url,
            "content_type": capture.content_type,
            "n_bytes": len(capture.body),
            "payload_digest": digest,
            "etag": capture.header("etag"),
            "last_modified": capture.header("last-modified"),
            "obtained_from": answer.url,
            "obtained_at": answer.asked_at,
        }
        if outcome in outcomes.KEPT_AS_PROOF:
            row["capture_id"] = capture_id(capture.url, capture.fetched_at, digest)
            row["warc_offset"] = keep(self._rows.records)
        self._rows.append(FETCHES, row)
