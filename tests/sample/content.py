"""What a published database says, without the clock: for comparing two runs."""

from pathlib import Path
from typing import Any

import duckdb

# Columns that tell when or in which crawl something happened, not what was found.
CLOCK = (
    "first_seen_at", "last_seen_at", "fetched_at", "seen_at", "polled_at", "dropped_at", "at", "capture_id", "crawl_id",
    "document_capture_id", "warc_file", "warc_offset", "built_at", "detail", "last_confirmed_at",
)  # fmt: skip
# The record of looking differs between an undisturbed run and one that was resumed; what was found must not.
RECORD_OF_LOOKING = {("core", "poll"), ("core", "discovery"), ("core", "capture"), ("core", "crawl"), ("meta", "build")}


def content(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Sorted rows of every published table, clock columns left out."""
    with duckdb.connect(str(database), read_only=True) as db:
        tables = db.execute(
            """
            select table_schema, table_name, list(column_name order by ordinal_position)
            from information_schema.columns
            where table_schema in ('core', 'marts', 'meta')
            group by all order by all
            """
        ).fetchall()
        assert tables
        found = {}
        for schema, table, columns in tables:
            if (schema, table) in RECORD_OF_LOOKING:
                continue
            kept = ", ".join(f'"{c}"' for c in columns if c not in CLOCK)
            found[f"{schema}.{table}"] = sorted(
                db.execute(f'select {kept} from {schema}."{table}"').fetchall(), key=repr
            )
    return found
