"""How far the people who label agree: the functions of `transforms`, one row per month, edition and question.

Bootstrap is no work for SQL, and the functions are tested where they are; dbt runs this file in its own process.
"""

from datetime import date
from typing import Any

import pyarrow as pa

from transforms.judgements import Judgement, Question, agreements

SCHEMA = pa.schema(
    [
        ("month", pa.date32()),
        ("codebook_version", pa.string()),
        ("kind", pa.string()),
        ("theme_id", pa.string()),
        ("n_articles", pa.int32()),
        ("n_labels", pa.int32()),
        ("share_equal", pa.float64()),
        ("alpha", pa.float64()),
        ("alpha_low", pa.float64()),
        ("alpha_high", pa.float64()),
        ("reading", pa.string()),
    ]
)


def model(dbt: Any, session: Any) -> pa.Table:  # noqa: ANN401, ARG001 -- dbt gives what it gives
    """Called by dbt.

    Args:
        dbt: What dbt knows; `ref` gives a relation of DuckDB.
        session: The connection.
    """
    dbt.config(materialized="table")
    given = dbt.ref("stg_lake__judgement").order("judgement_id").to_arrow_table().to_pylist()
    themes = [row["theme_id"] for row in dbt.ref("theme").order("theme_id").to_arrow_table().to_pylist()]
    return pa.Table.from_pylist([_row(q) for q in agreements(map(Judgement.of_row, given), themes)], schema=SCHEMA)


def _row(question: Question) -> dict[str, Any]:
    result = question.result
    return {
        "month": date.fromisoformat(f"{question.month}-01") if question.month else None,
        "codebook_version": question.codebook_version,
        "kind": question.kind,
        "theme_id": question.theme_id,
        "n_articles": result.n_units,
        "n_labels": result.n_labels,
        "share_equal": result.share_equal,
        "alpha": result.alpha,
        "alpha_low": result.low,
        "alpha_high": result.high,
        "reading": result.reading,
    }
