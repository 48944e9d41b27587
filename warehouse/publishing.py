"""Put a judged database where analysts read it, by atomic rename, with a dated copy beside it."""

import os
import re
import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

from theodoi.disk import named_failures

NAME = "coverage.duckdb"
# A month of daily publications can be taken back; older reviews rest on the archive and the lake.
KEEP = 30

_STAMP = "%Y%m%dT%H%M%SZ"
_DATED = re.compile(r"coverage-(\d{8}T\d{6}Z)\.duckdb")


def publish(candidate: Path, published: Path, at: datetime) -> Path:
    """Copy a finished database to `coverage.duckdb` and to a copy that bears its time.

    Readers see the old file or the new one, whole, never something between: both copies lie on the disk before either
    gets its name.

    Args:
        candidate: Closed database without write-ahead log.
        published: Folder of the published files.
        at: Aware time of publication; names the dated copy to the second.

    Returns:
        The published file.

    Raises:
        DataFolderError: The disk is full or the folder cannot be written; what was published stays.
    """
    dated = published / f"coverage-{at.astimezone(UTC):{_STAMP}}.duckdb"
    _put(candidate, [published / NAME, dated])
    with named_failures(published):
        for _, old in dated_copies(published)[:-KEEP]:
            old.unlink(missing_ok=True)
    return published / NAME


def restore(copy: Path, published: Path) -> Path:
    """Make a dated copy the published file again and return that.

    Raises:
        DataFolderError: As for `publish`.
    """
    _put(copy, [published / NAME])
    return published / NAME


def dated_copies(published: Path) -> list[tuple[datetime, Path]]:
    """The dated copies with their aware times, oldest first."""
    names = ((_DATED.fullmatch(p.name), p) for p in published.glob("coverage-*.duckdb"))
    return sorted((datetime.strptime(m[1], _STAMP).replace(tzinfo=UTC), p) for m, p in names if m)


def _put(content: Path, targets: list[Path]) -> None:
    folder = targets[0].parent
    aside = [folder / f".{t.name}.{uuid.uuid4().hex}.tmp" for t in targets]
    with named_failures(targets[0]):
        folder.mkdir(parents=True, exist_ok=True)
        # What a killed publication left; it never got a name that anyone reads.
        for left in folder.glob(".coverage*.tmp"):
            left.unlink(missing_ok=True)
        try:
            for file in aside:
                shutil.copyfile(content, file)
                _to_disk(file)
            for file, target in zip(aside, targets, strict=True):
                file.replace(target)
            _to_disk(folder)
        finally:
            for file in aside:
                file.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
