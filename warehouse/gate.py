"""The gate: judges a built database by the rules of `warehouse.expectations`, with Great Expectations."""

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from warehouse.expectations import FRAMES, RULES, Frame, Rule

# As many offending rows as fit a screen together with what they break.
SHOWN = 10


@dataclass(frozen=True)
class Breach:
    """A rule that does not hold.

    Attributes:
        rule: The rule.
        table: Table it is about.
        count: Offending rows; what was counted instead, where the rule is about the whole table.
        rows: Some of them, by the columns that name them.
    """

    rule: Rule
    table: str
    count: int
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class GateReport:
    """What the gate found.

    Attributes:
        database: The judged file.
        n_rules: Rules that were judged.
        failures: Broken rules that stop publishing.
        warnings: Broken rules that are only told.
        errors: Rules that could not be judged, with the reason: our own defects, never a pass.
        skipped: Rules that compare with the last published file, where there is none.
    """

    database: Path
    n_rules: int
    failures: tuple[Breach, ...] = ()
    warnings: tuple[Breach, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the database may be published."""
        return not self.failures and not self.errors

    def text(self) -> str:
        """The report for people, Vietnamese: each breach with its table, its rule and ten offending rows."""
        verdict = "ĐẠT" if self.passed else "KHÔNG ĐẠT"
        counts = f"{len(self.failures)} lỗi, {len(self.warnings)} cảnh báo, {len(self.errors)} quy tắc không chạy được"
        lines = [f"Cổng kiểm tra: {verdict}. {self.n_rules} quy tắc, {counts}."]
        for kind, breaches in (("LỖI", self.failures), ("CẢNH BÁO", self.warnings)):
            for breach in breaches:
                lines.append(
                    f"{kind} {breach.table}: {breach.rule.meaning} ({breach.rule.name}): {breach.count} trường hợp"
                )
                lines += ["  " + ", ".join(f"{k}={_shown(v)}" for k, v in row.items()) for row in breach.rows]
        lines += [f"HỎNG {name}: {why} (lỗi của theodoi, xin báo lại)" for name, why in self.errors.items()]
        return "\n".join(lines)

    def as_json(self) -> str:
        """The report for programs."""

        def breaches(found: Sequence[Breach]) -> list[dict[str, Any]]:
            return [
                {"rule": b.rule.name, "table": b.table, "meaning": b.rule.meaning, "count": b.count}
                | {"rows": [{k: _shown(v) for k, v in row.items()} for row in b.rows]}
                for b in found
            ]

        content = {
            "passed": self.passed,
            "n_rules": self.n_rules,
            "failures": breaches(self.failures),
            "warnings": breaches(self.warnings),
            "errors": dict(self.errors),
            "skipped": list(self.skipped),
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def judge(
    database: Path, *, previous: Path | None = None, frames: Sequence[Frame] = FRAMES, rules: Sequence[Rule] = RULES
) -> GateReport:
    """Judge a built database; nothing is written.

    Args:
        database: File that `warehouse.build` made.
        previous: The last published file, for rules on what became of it.
        frames: What the rules look at.
        rules: What must hold.
    """
    of_frame: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        of_frame[rule.frame].append(rule)
    breaches: dict[str, Breach] = {}
    known = {f.name for f in frames}
    errors = {r.name: f"không có khung {r.frame}" for r in rules if r.frame not in known}
    skipped: list[str] = []
    judging = _Judging()
    with duckdb.connect(str(database), read_only=True) as db:
        if previous is not None:
            quoted = str(previous).replace("'", "''")
            db.execute(f"attach '{quoted}' as previous (read_only)")
        for frame in frames:
            here = of_frame.get(frame.name, [])
            if not here:
                continue
            if frame.needs_previous and previous is None:
                skipped += [r.name for r in here]
                continue
            try:
                rows = db.execute(frame.query).df()
                found, broken = judging.judge(frame, rows, here)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong, the rules of this frame were not judged
                errors |= {r.name: _first_line(error) for r in here}
                continue
            breaches |= found
            errors |= broken
    ordered = [breaches[r.name] for r in rules if r.name in breaches]
    return GateReport(
        database=database,
        n_rules=len(rules) - len(skipped),
        failures=tuple(b for b in ordered if b.rule.severity == "error"),
        warnings=tuple(b for b in ordered if b.rule.severity == "warning"),
        errors=errors,
        skipped=tuple(skipped),
    )


class _Judging:
    """Great Expectations with everything off that would leave the machine or draw on the terminal."""

    def __init__(self) -> None:
        # Read while it is imported.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        # Importing it takes seconds, which only those who judge should pay.
        import great_expectations as gx
        from great_expectations import expectations
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._gx = gx
        self._expectations = expectations
        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(enable=False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # One asset for all frames: each further one would be written into the context's configuration again.
        asset = context.data_sources.add_pandas("built").add_dataframe_asset("frame")
        self._frames = asset.add_batch_definition_whole_dataframe("whole")

    def judge(
        self, frame: Frame, rows: pd.DataFrame, rules: Sequence[Rule]
    ) -> tuple[dict[str, Breach], dict[str, str]]:
        """Breaches by rule, and rules that raised with what they raised."""
        batch = self._frames.get_batch({"dataframe": rows})
        suite = self._gx.ExpectationSuite(
            name=frame.name,
            expectations=[
                getattr(self._expectations, r.expectation)(
                    **r.arguments, meta={"rule": r.name}, severity=_GRAVITY[r.severity]
                )
                for r in rules
            ],
        )
        wanted = {
            "result_format": "SUMMARY",
            "partial_unexpected_count": SHOWN,
            "unexpected_index_column_names": list(frame.keys),
        }
        by_name = {r.name: r for r in rules}
        breaches: dict[str, Breach] = {}
        errors: dict[str, str] = {}
        for outcome in batch.validate(suite, result_format=wanted).results:
            rule = by_name.pop(outcome.expectation_config.meta["rule"])
            if raised := _raised(outcome.exception_info):
                errors[rule.name] = raised
            elif not outcome.success:
                result = outcome.result
                breaches[rule.name] = Breach(
                    rule,
                    frame.table,
                    int(result.get("unexpected_count", result.get("observed_value", 0))),
                    tuple(
                        {k: row[k] for k in frame.keys}
                        for row in (result.get("partial_unexpected_index_list") or [])[:SHOWN]
                    ),
                )
        errors |= dict.fromkeys(by_name, "không có kết quả")
        return breaches, errors


_GRAVITY = {"error": "critical", "warning": "warning"}


def _raised(information: Mapping[str, Any]) -> str:
    """What an expectation raised; Great Expectations tells it flat or once per metric."""
    entries = [information] if "raised_exception" in information else list(information.values())
    return next((_first_line(e["exception_message"]) for e in entries if e["raised_exception"]), "")


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _shown(value: object) -> str:
    # Before all else: pandas' absent time calls itself a datetime.
    if pd.isna(value):  # type: ignore[call-overload]
        return "NULL"
    return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00") if isinstance(value, datetime) else str(value)
