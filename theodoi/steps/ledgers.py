"""The ledgers of crawls, open to SQL, of one source or over all of them at once.

A lake has a file for each crawl, and opening one takes about as long as reading it. So each is opened once, and what
the queries need of it is held by DuckDB.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from theodoi import lake

# Local time of an instant, for days: Vietnam has no summer time, and DuckDB's zones need an extension.
LOCAL_SQL = "(make_timestamp(epoch_us({})) + interval 7 hours)"


@contextmanager
def ledgers(
    lake_root: Path, *wanted: tuple[lake.Dataset, str], source_id: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which each dataset is a table of its name; one without files is empty.

    Args:
        lake_root: Root of the lake.
        wanted: Datasets, each with the names of the columns that are needed, separated by spaces.
        source_id: Only this source; None for all.
    """
    with duckdb.connect() as db:
        db.execute("set threads = 2")
        for dataset, names in wanted:
            columns = ", ".join(names.split())
            db.register("empty", dataset.schema.empty_table())
            # Files of earlier versions lack columns; the empty table brings them.
            union = "select * from empty"
            if files := lake.files(lake_root, dataset, source_id=source_id):
                paths = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
                union += (
                    " union all by name select * from"  # noqa: S608  our names
                    f" read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
                )
            db.execute(f'create temp table "{dataset.name}" as select {columns} from ({union})')  # noqa: S608  our names
            db.unregister("empty")
        yield db
