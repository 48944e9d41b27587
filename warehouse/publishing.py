"""Put a judged database where analysts read it, by atomic rename, a dated copy and what may be passed on beside it."""

import os
import re
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from theodoi.disk import named_failures
from theodoi.errors import DataFolderError
from warehouse import sharing

NAME = "coverage.duckdb"
PUBLIC_NAME = "coverage_public.duckdb"
PUBLIC_FOLDER = "coverage_public"
# A month of daily publications can be taken back; older reviews rest on the archive and the lake.
KEEP = 30

_STAMP = "%Y%m%dT%H%M%SZ"
_DATED = re.compile(r"coverage-(\d{8}T\d{6}Z)\.duckdb")


def publish(candidate: Path, published: Path, at: datetime) -> Path:
    """Copy a finished database to `coverage.duckdb` and to a copy that bears its time, and make what may be passed on.

    Readers see the old file or the new one, whole, never something between: everything lies on the disk before anything
    gets its name. The folder alone is not there for the moment between two renames.

    Args:
        candidate: Closed database without write-ahead log.
        published: Folder of the published files.
        at: Aware time of publication; names the dated copy to the second.

    Returns:
        The published file.

    Raises:
        DataFolderError: The disk is full or the folder cannot be written; what was published stays.
    """
    _put(candidate, published, [f"coverage-{at.astimezone(UTC):{_STAMP}}.duckdb", NAME])
    with named_failures(published):
        for _, old in dated_copies(published)[:-KEEP]:
            old.unlink(missing_ok=True)
    return published / NAME


def restore(copy: Path, published: Path) -> Path:
    """Make a dated copy the published file again, with what may be passed on, and return that.

    Raises:
        DataFolderError: As for `publish`.
    """
    _put(copy, published, [NAME])
    return published / NAME


def dated_copies(published: Path) -> list[tuple[datetime, Path]]:
    """The dated copies with their aware times, oldest first."""
    names = ((_DATED.fullmatch(p.name), p) for p in published.glob("coverage-*.duckdb"))
    return sorted((datetime.strptime(m[1], _STAMP).replace(tzinfo=UTC), p) for m, p in names if m)


def _put(content: Path, folder: Path, names: list[str]) -> None:
    aside = {name: folder / f".{name}.{uuid.uuid4().hex}.tmp" for name in [*names, PUBLIC_NAME, PUBLIC_FOLDER]}
    old_folder = folder / f".{PUBLIC_FOLDER}.old.tmp"
    with named_failures(folder / NAME):
        folder.mkdir(parents=True, exist_ok=True)
        # What a killed publication left; it never got a name that anyone reads.
        for left in folder.glob(".coverage*.tmp"):
            _remove(left)
        try:
            for name in names:
                shutil.copyfile(content, aside[name])
            _written(lambda: sharing.write_public(content, aside[PUBLIC_NAME]), folder / PUBLIC_NAME)
            _written(lambda: sharing.write_folder(aside[PUBLIC_NAME], aside[PUBLIC_FOLDER]), folder / PUBLIC_FOLDER)
            for path in aside.values():
                _to_disk(path)
            if (folder / PUBLIC_FOLDER).is_dir():
                # A folder takes no other's place by one rename.
                (folder / PUBLIC_FOLDER).replace(old_folder)
            for name, path in aside.items():
                path.replace(folder / name)
            _to_disk(folder, deep=False)
        finally:
            for left in (*aside.values(), old_folder):
                _remove(left)


def _written(write: Callable[[], None], what: Path) -> None:
    try:
        write()
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise DataFolderError(f"không ghi được {what}: {reason}") from error


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _to_disk(path: Path, *, deep: bool = True) -> None:
    if deep and path.is_dir():
        for inside in path.iterdir():
            _to_disk(inside)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
