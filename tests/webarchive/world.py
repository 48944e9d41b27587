"""A site of the past: captures of it in WARC files, a registry that knows it, a data folder."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from theodoi import lake
from theodoi.archive import WarcWriter, read_capture
from theodoi.registry import Registry, Source
from theodoi.settings import Settings

SITE = "http://www.vks.example"
FIRST = datetime(2024, 2, 1, 1, 2, 3, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"e1"'), ("Server", "IIS"))


def url(number: int) -> str:
    return f"{SITE}/vi/news/tin/bai-so-{number}-{1000 + number}.html"


def html(text: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{text}</body></html>".encode()


def kept(path: Path, rows: Iterable[tuple[str, datetime, int, tuple[tuple[str, str], ...], bytes]]) -> None:
    """Write captures into a WARC file as theodoi writes its own."""
    with WarcWriter(path) as writer:
        for row in rows:
            writer.write(*row)


def captures(n: int = 12, *, every: timedelta = timedelta(days=1)) -> list[tuple[Any, ...]]:
    """One capture of each of n articles, a day apart."""
    return [(url(i), FIRST + (i - 1) * every, 200, HTML, html(f"Bài số {i}")) for i in range(1, n + 1)]


class World:
    """The registry and the data folder of a test.

    Args:
        data: Data folder.
    """

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data, allow_private=True)
        self.source = Source("vks", "vksnd_tinh", SITE, "nukeviet", status="closed", delay_s=0.0)

    @property
    def registry(self) -> Registry:
        return Registry({}, {"vks": self.source}, {}, {}, {}, {})

    def use(self, **changes: Any) -> None:
        self.source = replace(self.source, **changes)

    def rows(self, dataset: lake.Dataset) -> list[dict[str, Any]]:
        return lake.read(lake.files(self.settings.lake, dataset), dataset).to_pylist()

    def pages(self) -> list[tuple[str, datetime, bytes]]:
        """Address, time and body of every page kept, each read back from its record."""
        found = []
        for row in self.rows(lake.FETCH):
            if row["capture_id"]:
                capture = read_capture(self.settings.archive, row["warc_file"], row["warc_offset"])
                assert (capture.url, capture.fetched_at) == (row["url"], row["fetched_at"])
                found.append((capture.url, capture.fetched_at, capture.body))
        return sorted(found)
