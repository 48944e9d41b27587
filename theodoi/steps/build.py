"""Build the private database from lake and registry; nobody reads it before the gate has judged it."""

from pathlib import Path

from theodoi import lake
from theodoi.disk import alone, named_failures
from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from warehouse.build import build_database


def candidate(settings: Settings) -> Path:
    """Where `build` leaves the database that waits for the gate."""
    return settings.work / "build" / "coverage.duckdb"


def build(settings: Settings) -> Path:
    """Build the warehouse with dbt into a private file and return it.

    Raises:
        TheodoiError: The lake is empty, or dbt failed; the message names the model and the log.
        DataFolderError: The work folder cannot be written.
    """
    if not lake.files(settings.lake, lake.POLL):
        raise TheodoiError(f"{settings.lake} chưa có gì: chạy `theodoi crawl` hoặc `theodoi import archive FILE` trước")
    target = candidate(settings)
    with alone(target.parent, "dựng kho"), named_failures(target):
        return build_database(settings.lake, settings.registry, target, settings.work)
