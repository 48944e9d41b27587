"""Which labels stand, what they come to, and that none is learnt from in a month that it audits."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.codebook import CODEBOOK_VERSION, CONSENSUS, RELEVANCE
from transforms.judgements import Judgement, agreements, labels_for_training, standing, verdicts

CODEBOOK = Path(__file__).resolve().parents[2] / "docs" / "codebook.md"


def judge(
    article: str, coder: str, relevance: str = "none", *themes: str, month: str = "2023-08", hour: int = 1, **more: str
) -> Judgement:
    version = more.get("version", "1")
    identity = f"{article}-{coder}-{hour}-{version}"
    at = datetime(2023, 9, 1, hour, tzinfo=UTC)
    return Judgement(
        identity, article, month, coder, at, version, relevance, frozenset(themes), more.get("supersedes") or None
    )


def test_the_codebook_bears_the_version_that_labels_carry() -> None:
    text = CODEBOOK.read_text(encoding="utf-8")
    assert re.search(r"^Bản (\S+?)[,;]", text, re.MULTILINE)[1] == CODEBOOK_VERSION
    assert all(f"### `{relevance}`" in text for relevance in RELEVANCE)


def test_a_second_thought_takes_the_place_of_the_first_and_of_no_other() -> None:
    first = judge("x", "an", "implicit")
    second = judge("x", "an", "none", hour=2, supersedes=first.judgement_id)
    other = judge("x", "binh", "none")
    assert standing([first, second, other]) == [second, other]
    (verdict,) = verdicts([first, second, other])
    assert (verdict.relevance, verdict.coders, verdict.is_disputed) == ("none", ("an", "binh"), False)


def test_contradiction_is_disputed_until_the_coders_agree() -> None:
    split = [judge("x", "an", "implicit", "c4"), judge("x", "binh", "none")]
    (verdict,) = verdicts(split)
    assert (verdict.relevance, verdict.is_disputed) == (None, True)
    assert labels_for_training(split, "2024-01") == []
    (agreed,) = verdicts([*split, judge("x", CONSENSUS, "implicit", "c5", hour=5)])
    assert (agreed.relevance, agreed.themes, agreed.coders) == ("implicit", frozenset({"c5"}), (CONSENSUS,))
    # Disputed themes do not take the relevance along.
    (half,) = labels_for_training([judge("y", "an", "implicit", "c4"), judge("y", "binh", "implicit")], "2024-01")
    assert (half.relevance, half.themes) == ("implicit", None)


def test_a_newer_codebook_outranks_an_older_one() -> None:
    versions = [judge("x", "an", "none", version="1.9"), judge("x", "binh", "implicit", "c4", version="1.10")]
    (verdict,) = verdicts(versions)
    assert (verdict.relevance, verdict.codebook_version, verdict.coders) == ("implicit", "1.10", ("binh",))


months = st.sampled_from(["2023-05", "2023-06", "2023-07", "2023-08"])
made = st.lists(
    st.builds(
        lambda article, coder, relevance, month: judge(article, coder, relevance, month=month),
        st.sampled_from("uvwxyz"),
        st.sampled_from(["an", "binh", CONSENSUS]),
        st.sampled_from(RELEVANCE),
        months,
    ),
    max_size=30,
)


@given(made, st.dictionaries(st.sampled_from("uvwxyz"), st.sets(months)), months)
def test_nothing_of_an_audited_month_is_learnt_from(
    judgements: list[Judgement], elsewhere: dict[str, set[str]], before: str
) -> None:
    learnt = {v.article_id for v in labels_for_training(judgements, before, elsewhere)}
    audited = {j.article_id for j in judgements if j.month >= before}
    audited |= {article for article, stood in elsewhere.items() if any(month >= before for month in stood)}
    assert not learnt & audited
    undisputed = {v.article_id for v in verdicts(judgements) if v.relevance is not None}
    assert learnt == undisputed - audited


def test_labels_of_before_are_learnt_from() -> None:
    old, new = judge("x", "an", "implicit", "c4", month="2023-06"), judge("y", "an", month="2023-07")
    assert [v.article_id for v in labels_for_training([old, new], "2023-07")] == ["x"]
    assert [v.article_id for v in labels_for_training([old, new], "2023-08")] == ["x", "y"]
    assert labels_for_training([old, new], "2023-08", {"x": ["2023-08"], "y": ["2023-09"]}) == []


def test_agreement_is_on_first_labels_of_independent_coders() -> None:
    first = judge("x", "an", "none")
    swayed = judge("x", "an", "implicit", "c4", hour=3, supersedes=first.judgement_id)
    given_labels = [
        *(first, swayed, judge("x", "binh", "implicit", "c4", hour=2), judge("x", CONSENSUS, "implicit", "c4")),
        *(judge("y", "an", "explicit", "c1", "c2"), judge("y", "binh", "implicit", "c1")),
        *(judge("z", "an", month="2023-07"), judge("z", "binh", month="2023-07")),
        judge("alone", "an"),
        # Another edition asks other questions.
        judge("y", "chi", "none", version="2"),
    ]
    found = {(q.month, q.kind, q.theme_id): q for q in agreements(given_labels, ["c1", "c2"])}
    assert {q.codebook_version for q in found.values()} == {"1"}
    assert {month for month, _, _ in found} == {None, "2023-07", "2023-08"}
    assert {(kind, theme) for _, kind, theme in found} == {
        *(("relevance", None), ("relevant", None), ("themes", None), ("theme", "c1"), ("theme", "c2"))
    }
    assert (found[None, "relevance", None].result.n_units, found[None, "relevance", None].result.share_equal) == (
        3,
        pytest.approx(1 / 3),
    )
    assert found["2023-08", "relevance", None].result.share_equal == 0.0
    assert found["2023-08", "relevant", None].result.share_equal == 0.5
    # Only y is relevant to both: c1 agreed, c2 not.
    assert [found["2023-08", "theme", c].result.share_equal for c in ("c1", "c2")] == [1.0, 0.0]
    assert found["2023-08", "themes", None].result.n_units == 1
