"""Row files and the WARC file of one job folder: appended to as things happen, so that a kill loses at most one row."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from spiders.job import RECORDS, to_json
from theodoi.archive import WarcWriter
from theodoi.disk import named_failures


class JobRows:
    """The files that one spider appends to; each is made when it is needed.

    Args:
        folder: The job folder.
        crawl_id: Name of the crawl, which every row carries.
        source_id: Source, likewise.
    """

    def __init__(self, folder: Path, crawl_id: str, source_id: str) -> None:
        self._folder = folder
        self._whose = {"crawl_id": crawl_id, "source_id": source_id}
        self._files: dict[str, IO[str]] = {}
        self._warc: WarcWriter | None = None

    def close(self) -> None:
        """Close all files."""
        for file in self._files.values():
            file.close()
        if self._warc is not None:
            self._warc.close()

    @property
    def records(self) -> WarcWriter:
        """Where responses are kept."""
        if self._warc is None:
            self._warc = WarcWriter(self._folder / RECORDS)
        return self._warc

    def append(self, name: str, row: Mapping[str, object]) -> None:
        """Append a row to the row file of that name; it is on disk when this returns."""
        with named_failures(self._folder / name):
            if name not in self._files:
                self._files[name] = (self._folder / name).open("a", encoding="utf-8")
            self._files[name].write(to_json({**self._whose, **row}) + "\n")
            self._files[name].flush()
