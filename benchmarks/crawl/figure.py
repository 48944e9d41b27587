"""One measured figure with its target, and the table of them."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured, on what.
        target: What it should be, as text; empty where it is only told.
        value: What it is, as text.
        ok: Whether the target is met; None without one.
    """

    name: str
    target: str
    value: str
    ok: bool | None


def at_least(name: str, value: float, target: float, note: str = "") -> Figure:
    """A share or a rate that should not be lower; NaN, where nothing could be measured, is a miss."""
    return Figure(name, f"≥ {target:g}", _shown(value, note), value >= target)


def at_most(name: str, value: float, target: float, note: str = "") -> Figure:
    """A share, a ratio or a count that should not be higher."""
    return Figure(name, f"≤ {target:g}", _shown(value, note), value <= target)


def of(name: str, value: int, target: int, note: str = "") -> Figure:
    """A count that should be exactly this."""
    return Figure(name, f"= {target}", _shown(value, note), value == target)


def told(name: str, value: object) -> Figure:
    """Something worth knowing that has no target."""
    return Figure(name, "", str(value), None)


def share(part: int, whole: int) -> float:
    """Part of a whole; NaN of nothing, which meets no target."""
    return part / whole if whole else float("nan")


def progress(text: str) -> None:
    """Say on standard error what goes on."""
    print(text, file=sys.stderr, flush=True)


def print_table(figures: Iterable[Figure]) -> None:
    """Print the table on standard output."""
    rows = [("figure", "target", "value", "ok"), *((f.name, f.target, f.value, _sign(f.ok)) for f in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(3)]
    for name, target, value, sign in rows:
        print(f"{name:{widths[0]}}  {target:{widths[1]}}  {value:{widths[2]}}  {sign}".rstrip())


def _shown(value: float, note: str) -> str:
    number = str(value) if isinstance(value, int) else f"{value:.4g}"
    return f"{number} ({note})" if note else number


def _sign(ok: bool | None) -> str:
    return "" if ok is None else "ok" if ok else "MISSED"
