"""What people said so far, out of the lake."""

from collections.abc import Sequence
from typing import Any

from theodoi import lake
from theodoi.registry import Registry
from theodoi.settings import Settings
from theodoi.steps.labels.published import checked_month
from transforms.judgements import Judgement, Question, agreements, verdicts


def judgement_rows(settings: Settings) -> list[dict[str, Any]]:
    """Rows of `lake.JUDGEMENT`, all that there are."""
    rows: list[dict[str, Any]] = lake.read(lake.files(settings.lake, lake.JUDGEMENT), lake.JUDGEMENT).to_pylist()
    return rows


def judgements_of(rows: Sequence[dict[str, Any]]) -> list[Judgement]:
    """The same as `transforms.judgements` wants them."""
    return [Judgement.of_row(row) for row in rows]


def agreement(settings: Settings, registry: Registry, month: str | None = None) -> tuple[list[Question], int]:
    """How far the coders agree, from all that was imported, published or not.

    Args:
        settings: Where the lake is.
        registry: Whose themes.
        month: `YYYY-MM`; None for all months, together and one by one.

    Returns:
        The questions; and how many articles of that month, or of all, are disputed.

    Raises:
        TheodoiError: It is no month.
    """
    if month is not None:
        checked_month(month)
    judgements = judgements_of(judgement_rows(settings))
    found = agreements(judgements, sorted(registry.themes))
    disputed = [v for v in verdicts(judgements) if v.is_disputed and (month is None or month in v.months)]
    return [q for q in found if month is None or q.month == month], len(disputed)
