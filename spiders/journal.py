"""Writes what a crawl sees into its job folder."""

import json
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spiders import outcomes
from spiders.channels import Item
from spiders.clock import Clock
from spiders.fetcher import Answer
from spiders.job import CRAWLS, DISCOVERIES, FETCHES, PLAN, POLLS, PROBES, Job
from spiders.rows import JobRows
from theodoi.archive import capture_id, payload_digest


class Journal:
    """The row files and the WARC file of one job folder.

    A row of `fetches` is written only after its record is complete on disk.

    Args:
        job: Whose rows these are.
        folder: The job folder.
        clock: Time of the crawl.
    """

    def __init__(self, job: Job, folder: Path, clock: Clock) -> None:
        self._rows = JobRows(folder, job.crawl_id, job.source_id)
        self._clock = clock

    def close(self) -> None:
        """Close all files."""
        self._rows.close()

    def discovered(self, items: Iterable[Item], channel: str, channel_url: str, *, shift: int = 0) -> None:
        """Note that a channel lists these addresses.

        Args:
            items: As listed.
            channel: Kind of the channel.
            channel_url: Its first address.
            shift: Items of the channel's earlier documents, which their positions come behind.
        """
        seen_at = self._clock.now()
        for item in items:
            self._rows.append(
                DISCOVERIES,
                {
                    "url": item.url,
                    "url_key": item.key,
                    "channel": channel,
                    "channel_url": channel_url,
                    "position": item.position + shift,
                    "listed_title": item.title,
                    "listed_at": item.at,
                    "changed_at": item.changed_at,
                    "listed": True,
                    "seen_at": seen_at,
                },
            )

    def delisted(self, addresses: Iterable[tuple[str, str]], channel: str, channel_url: str) -> None:
        """Note that a channel lists these addresses (key, url) no longer."""
        seen_at = self._clock.now()
        for key, url in addresses:
            row = {"url": url, "url_key": key, "channel": channel, "channel_url": channel_url}
            self._rows.append(DISCOVERIES, {**row, "listed": False, "seen_at": seen_at})

    def polled(self, **row: object) -> None:
        """Note one reading of a channel; the columns are those of `lake.POLL`."""
        self._rows.append(POLLS, row)

    def probed(self, **row: object) -> None:
        """Note one running number that was asked for; the columns are those of `lake.PROBE`."""
        self._rows.append(PROBES, row)

    def planned(self, url: str, cause: str) -> None:
        """Note what a crawl would fetch."""
        self._rows.append(PLAN, {"url": url, "cause": cause})

    def ended(self, **row: object) -> None:
        """Note how the crawl ended; the columns are those of `lake.CRAWL`."""
        self._rows.append(CRAWLS, row)

    def fetched(self, key: str, cause: str, answer: Answer) -> None:
        """Keep the response where it proves something, then note what became of the address."""
        row: dict[str, Any] = {
            "url": answer.url,
            "url_key": key,
            "cause": cause,
            "fetched_at": answer.asked_at,
            "outcome": answer.outcome,
            "detail": answer.detail,
            "http_status": answer.status,
            "final_url": answer.final_url,
            "content_type": answer.header("content-type"),
            "etag": answer.header("etag"),
            "last_modified": answer.header("last-modified"),
        }
        if answer.status is not None and answer.outcome in outcomes.KEPT_AS_PROOF:
            digest = payload_digest(answer.body)
            row |= {
                "n_bytes": len(answer.body),
                "payload_digest": digest,
                "capture_id": capture_id(answer.final_url, answer.asked_at, digest),
                "warc_offset": self._rows.records.write(
                    answer.final_url, answer.asked_at, answer.status, answer.headers, answer.raw_body
                ),
            }
        self._rows.append(FETCHES, row)

    def kept_entry(self, item: Item, cause: str, answer: Answer, entry: bytes) -> None:
        """Keep an entry of a feed that is an article by itself (a video with its description).

        Args:
            item: Whose entry.
            cause: Why it is kept now.
            answer: The feed.
            entry: The entry as a document of its own.
        """
        content_type = "application/atom+xml;type=entry"
        digest = payload_digest(entry)
        self._rows.append(
            FETCHES,
            {
                "url": item.url,
                "url_key": item.key,
                "cause": cause,
                "fetched_at": answer.asked_at,
                "outcome": outcomes.OK,
                "detail": f"entry of {answer.final_url}",
                "http_status": answer.status,
                "final_url": item.url,
                "content_type": content_type,
                "n_bytes": len(entry),
                "payload_digest": digest,
                "capture_id": capture_id(item.url, answer.asked_at, digest),
                "warc_offset": self._rows.records.write_resource(item.url, answer.asked_at, content_type, entry),
            },
        )


def report(**event: object) -> None:
    """Tell whoever started this process how far we are: one JSON line on standard output."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False, default=_text) + "\n")
    sys.stdout.flush()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
