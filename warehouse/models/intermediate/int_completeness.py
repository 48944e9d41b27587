"""How complete a source's month was seen: the estimates of `transforms.completeness`, one row per source and month.

Exact intervals are no work for SQL, and the functions are tested where they are; dbt runs this file in its own process.
"""

from typing import Any

import pyarrow as pa

from transforms.completeness import (
    at_most_complete_by_rare_articles,
    at_most_complete_by_two_channels,
    grade,
    recall_interval,
    still_missed,
)

SCHEMA = pa.schema(
    [
        ("source_id", pa.string()),
        ("month", pa.date32()),
        ("missed_low", pa.int32()),
        ("missed", pa.float64()),
        ("missed_high", pa.int32()),
        ("recall_low", pa.float64()),
        ("recall", pa.float64()),
        ("recall_high", pa.float64()),
        ("optimistic_completeness", pa.float64()),
        ("optimistic_completeness_chao", pa.float64()),
        ("missed_at_most", pa.float64()),
        ("grade", pa.string()),
        ("grade_reasons", pa.list_(pa.string())),
    ]
)


def model(dbt: Any, session: Any) -> pa.Table:  # noqa: ANN401, ARG001 -- dbt gives what it gives
    """Called by dbt.

    Args:
        dbt: What dbt knows; `ref` gives a relation of DuckDB.
        session: The connection.
    """
    dbt.config(materialized="table")
    months = dbt.ref("int_month").order("source_id, month").to_arrow_table().to_pylist()
    return pa.Table.from_pylist([_estimated(m) for m in months], schema=SCHEMA)


def _estimated(month: dict[str, Any]) -> dict[str, Any]:
    probe = [month["n_probe_unknown"], month["n_probe_drawn"], month["n_probe_found"]]
    # Contradicting counts are the gate's to refuse, with the row; here they say nothing.
    if None in probe or not 0 <= probe[2] <= probe[1] <= probe[0]:
        probe = [None, None, None]
    missed = still_missed(*probe) if None not in probe else None
    recall = recall_interval(month["n_outside_found"], month["n_outside"])
    two_channels = rare = None
    if month["channels"]:
        two_channels = at_most_complete_by_two_channels(
            month["n_first_channel"], month["n_second_channel"], month["n_both_channels"]
        )
        rare = at_most_complete_by_rare_articles(
            month["n_listed"], month["n_listed_once"], month["n_listed_twice"], n_channels=month["n_kinds"]
        )
    graded = grade(
        n_days=month["n_days"],
        n_blind_days=month["n_days_blind"],
        n_days_never_looked=month["n_days_never_looked"],
        gap_hours=month["gap_hours"],
        n_articles=month["n_kept"],
        n_unknown=probe[0],
        n_drawn=probe[1],
        n_probed_found=probe[2],
        n_recalled=month["n_outside_found"],
        n_listed=month["n_outside"],
    )
    return {
        "source_id": month["source_id"],
        "month": month["month"],
        "missed_low": int(missed.low) if missed else None,
        "missed": missed.estimate if missed else None,
        "missed_high": int(missed.high) if missed else None,
        "recall_low": recall.low if recall else None,
        "recall": recall.estimate if recall else None,
        "recall_high": recall.high if recall else None,
        "optimistic_completeness": two_channels.share if two_channels else None,
        "optimistic_completeness_chao": rare.share if rare else None,
        "missed_at_most": graded.missed_at_most,
        "grade": graded.letter,
        "grade_reasons": list(graded.reasons),
    }
