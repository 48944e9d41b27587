"""The warehouse's words for what a fetch says of a page are those of the spiders, which it may not import."""

from collections.abc import Callable

import duckdb
import pytest
from jinja2 import Environment

from spiders import outcomes
from warehouse.build import PROJECT
from warehouse.expectations import PROBE_OUTCOMES, REASONS

# Every outcome that a fetch can have: the constants of the vocabulary.
ALL = {v for k, v in vars(outcomes).items() if k.isupper() and not k.startswith("_") and isinstance(v, str)}
MACROS = Environment(autoescape=False).from_string((PROJECT / "macros" / "outcomes.sql").read_text("utf-8")).module


def those(macro: str) -> set[str]:
    """Outcomes of the vocabulary, and one that is none, of which the macro's condition holds."""
    condition: Callable[[str], str] = getattr(MACROS, macro)
    with duckdb.connect() as db:
        rows = db.execute(
            f"select outcome from (select unnest(?) as outcome) where {condition('outcome')}", [sorted(ALL | {"other"})]
        ).fetchall()
    return {outcome for (outcome,) in rows}


@pytest.mark.parametrize(
    ("macro", "members"),
    [
        ("is_temporary", outcomes.TEMPORARY),
        ("is_there", outcomes.THERE),
        ("is_as_it_was", outcomes.THERE - {outcomes.OK}),
        ("is_gone", outcomes.ABSENT),
    ],
)
def test_macros_say_what_the_spiders_say(macro: str, members: frozenset[str]) -> None:
    assert members
    assert those(macro) == members


def test_no_outcome_says_two_things() -> None:
    assert len(ALL) >= 20
    assert not outcomes.TEMPORARY & (outcomes.THERE | outcomes.ABSENT)
    assert not outcomes.THERE & outcomes.ABSENT


def test_the_gate_knows_every_outcome_that_lets_an_address_fall() -> None:
    falls = {*REASONS["fetch"], *REASONS["discover"]} - {"not_yet_fetched"}
    assert falls == ALL - outcomes.THERE


def test_a_probe_may_fail_as_a_fetch_may() -> None:
    # What was seen to be absent is `no_page` there.
    assert set(PROBE_OUTCOMES) >= ALL - outcomes.THERE
