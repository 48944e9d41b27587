"""What people's labels of each article come to: the function of `transforms`, one row per article that was labelled.

dbt runs this file in its own process.
"""

from typing import Any

import pyarrow as pa

from transforms.judgements import Judgement, verdicts

SCHEMA = pa.schema(
    [
        ("article_id", pa.string()),
        ("relevance", pa.string()),
        ("themes", pa.list_(pa.string())),
        ("is_disputed", pa.bool_()),
        ("codebook_version", pa.string()),
    ]
)


def model(dbt: Any, session: Any) -> pa.Table:  # noqa: ANN401, ARG001 -- dbt gives what it gives
    """Called by dbt.

    Args:
        dbt: What dbt knows; `ref` gives a relation of DuckDB.
        session: The connection.
    """
    dbt.config(materialized="table")
    placed = dbt.ref("int_judgement").filter("article_id is not null").order("judgement_id")
    found = verdicts(map(Judgement.of_row, placed.to_arrow_table().to_pylist()))
    rows = [
        {
            "article_id": verdict.article_id,
            "relevance": verdict.relevance,
            "themes": None if verdict.themes is None else sorted(verdict.themes),
            "is_disputed": verdict.is_disputed,
            "codebook_version": verdict.codebook_version,
        }
        for verdict in found
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
