"""The ledgers of crawls, open to SQL over all sources at once; DuckDB reads the Parquet files in bounded memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from theodoi import lake

# Local time of an instant, for days: Vietnam has no summer time, and DuckDB's zones need an extension.
LOCAL_SQL = "(make_timestamp(epoch_us({})) + interval 7 hours)"


@contextmanager
def ledgers(lake_root: Path, *datasets: lake.Dataset) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which each dataset is a view of its name; one without files is empty."""
    with duckdb.connect() as db:
        db.execute("set threads = 2")
        for dataset in datasets:
            db.register(f"empty_{dataset.name}", dataset.schema.empty_table())
            # Files of earlier versions lack columns; the empty table brings them.
            statement = f'create temp view "{dataset.name}" as select * from empty_{dataset.name}'  # noqa: S608  our names
            if files := lake.files(lake_root, dataset):
                names = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
                statement += (
                    " union all by name select * from"  # noqa: S608  our names
                    f" read_parquet([{names}], union_by_name = true, hive_partitioning = false)"
                )
            db.execute(statement)
        yield db
