"""Build the private database from lake and registry; nobody reads it before the gate has judged it."""

from pathlib import Path

from theodoi import lake
from theodoi.errors import TheodoiError
from theodoi.lake import named_failures
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
        raise TheodoiError(
            f"{settings.lake} holds nothing yet: run `theodoi crawl` or `theodoi import archive FILE` first"
        )
    target = candidate(settings)
    with named_failures(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        return build_database(settings.lake, settings.registry, target, settings.work)
