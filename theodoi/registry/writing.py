"""Records to the text of a file, always the same for the same records."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from theodoi.registry.tables import Table


def as_csv(table: Table, records: Mapping[str, Any]) -> str:
    """The text of one file with all columns, LF at the end of lines.

    Args:
        table: The table.
        records: Its records by key.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.defaults)
    for record in records.values():
        writer.writerow([_as_cell(getattr(record, column)) for column in table.defaults])
    return out.getvalue()


def _as_cell(value: tuple[str, ...] | date | float | str | None) -> str:
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
