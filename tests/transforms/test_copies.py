"""Identity, near-copies, clusters and origins."""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.eval.pieces import copies as edited
from transforms import copies as rules
from transforms.copies import CopyCandidate, article_identity, find_copies, fold, shingles

DAY = datetime(2023, 5, 10, 1, tzinfo=UTC)
WORDS = [f"{a}{b}" for a in ("ba", "ca", "đo", "mi", "nư", "thê", "vu", "xô", "lâ", "hơ") for b in "cmntpg"]


def text(seed: object, n: int = 150) -> str:
    rng = random.Random(str(seed))
    return " ".join(rng.choice(WORDS) for _ in range(n))


def candidate(key: str, body: str, **other: Any) -> CopyCandidate:
    row = {"agency_id": f"agency_of_{key}", "title": f"Bài số {key}", "published_at": DAY, "credit": "", **other}
    return CopyCandidate(article_id=key, text=body, first_seen_at=DAY, **row)


def clusters(found: list[CopyCandidate]) -> dict[str, str]:
    return {m["article_id"]: m["cluster_id"] for m in find_copies(found).members}


def origins(found: list[CopyCandidate]) -> dict[str, tuple[bool | None, str]]:
    return {m["article_id"]: (m["is_original"], m["origin_rule"]) for m in find_copies(found).members}


def test_identity_is_the_folded_text_of_an_agency():
    one = article_identity("a", "Hoà bình", "Kỹ năng,\n nghề  1.500")
    assert one == article_identity("a", "hòa BÌNH!", "kĩ năng nghề 1500")
    assert len(one) == 16
    assert int(one, 16) >= 0
    assert one != article_identity("b", "Hoà bình", "Kỹ năng,\n nghề  1.500")
    assert one != article_identity("a", "Hoà bình kỹ", "năng, nghề 1.500")


@given(st.text(max_size=200))
def test_folding_is_idempotent(anything: str):
    assert fold(fold(anything)) == fold(anything)


def test_shingles_are_the_same_in_another_process():
    body = text("x")
    code = f"from transforms.copies import shingles; print(int(shingles({body!r}).sum()))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(other) == int(shingles(body).sum())
    assert len(shingles("bốn âm tiết thôi")) == 0
    assert len(shingles("đây là năm âm tiết")) == 1


def test_the_order_of_the_candidates_decides_nothing():
    found, _, __ = edited.candidates()
    once = find_copies(found)
    for seed in range(3):
        assert find_copies(random.Random(seed).sample(found, len(found))) == once
    assert [m["article_id"] for m in once.members] == sorted(c.article_id for c in found)
    keys = [(p["left_id"], p["right_id"]) for p in once.pairs]
    assert keys == sorted(set(keys))
    assert all(left < right for left, right in keys)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(45, 300), st.floats(0.2, 1.0))
def test_a_part_of_a_text_is_contained_in_it_and_figures_are_shares(seed: int, n: int, share: float):
    whole = text(seed, n)
    part = " ".join(whole.split()[: max(50, round(share * n))])
    pairs = find_copies([candidate("a", whole), candidate("b", part)]).pairs
    if len(shingles(part)) < rules.MIN_SHINGLES:
        return
    (pair,) = pairs
    assert pair["containment"] == pytest.approx(1.0)
    assert pair["jaccard"] == pytest.approx(len(shingles(part)) / len(shingles(whole)))
    assert pair["verdict"] == "copy"


def test_texts_that_share_a_third_are_left_to_a_person():
    shared, one, two = text("s", 100), text("1", 200), text("2", 200)
    found = find_copies([candidate("a", f"{shared} {one}"), candidate("b", f"{shared} {two}")])
    assert [p["verdict"] for p in found.pairs] == ["review"]
    assert len({m["cluster_id"] for m in found.members}) == 2


def test_unrelated_texts_are_no_pair():
    found = find_copies([candidate(f"{i:03}", text(i)) for i in range(200)])
    assert found.pairs == []
    assert {m["origin_rule"] for m in found.members} == {"single"}


def test_copies_are_looked_for_within_two_weeks_and_the_undated_everywhere():
    body = text("x")

    def pairs(days: float | None) -> int:
        at = None if days is None else DAY + timedelta(days=days)
        return len(find_copies([candidate("a", body), candidate("b", body, published_at=at)]).pairs)

    assert [pairs(d) for d in (0, 14, -14, 14.1, -15, None)] == [1, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_the_size_of_the_blocks_changes_memory_not_results(block: int, monkeypatch: pytest.MonkeyPatch):
    rng = random.Random(7)
    found = []
    for i in range(30):
        at = None if i % 9 == 0 else DAY + timedelta(days=rng.uniform(0, 40))
        found.append(candidate(f"{i:02}", text(i % 6), published_at=at))
    whole = find_copies(found)
    assert len(whole.pairs) > 20
    monkeypatch.setattr(rules, "_BLOCK", block)
    assert find_copies(found) == whole


def test_short_notices_are_one_by_title_and_local_day():
    one = candidate("a", "Chiều nay họp.", title="Lịch tiếp công dân tháng 5")
    same = candidate("b", "Mời xem lịch.", title="LỊCH TIẾP CÔNG DÂN THÁNG 5")
    # 17:30 UTC is past midnight in the province.
    next_day = candidate("c", "Họp.", title=one.title, published_at=DAY.replace(hour=17, minute=30))
    assert clusters([one, same, next_day]) == {"a": "a", "b": "a", "c": "c"}
    generic = [candidate("a", "Một.", title="Thông báo"), candidate("b", "Hai.", title="Thông báo")]
    assert find_copies(generic).pairs == []


def test_a_round_up_does_not_join_what_it_holds():
    parts = {key: text(key, 120) for key in "abc"}
    found = [candidate(key, body) for key, body in parts.items()]
    found.append(candidate("z", " ".join(parts.values())))
    result = find_copies(found)
    assert len([p for p in result.pairs if p["verdict"] == "copy"]) == 3
    assert {m["article_id"]: m["cluster_id"] for m in result.members} == {k: k for k in "abcz"}


def test_strongly_cut_reprints_stay_with_their_original():
    sentences = [text(i, 12) for i in range(30)]
    original = " ".join(sentences)
    cuts = [" ".join(s for i, s in enumerate(sentences) if i % 5 not in skip) for skip in ({0, 1}, {2, 3}, {1, 4})]
    found = [candidate("a", original), *(candidate(f"b{i}", cut) for i, cut in enumerate(cuts))]
    assert set(clusters(found).values()) == {"a"}


def test_furniture_of_a_site_makes_no_copies():
    furniture = text("đầu trang", 80)
    found = [candidate(f"{i:02}", f"{furniture} {text(i, 60)}", agency_id="a") for i in range(30)]
    assert find_copies(found).pairs == []


@pytest.mark.parametrize(
    ("hours", "credit_lines", "expected"),
    [
        ((0, 5), ("", ""), ("earliest", "a")),
        ((0, 5), ("", "Theo Báo Hải Dương"), ("earliest", "a")),
        ((0, 0.1), ("", "Theo Báo Hải Dương"), ("credit", "a")),
        # The day-only date of the reprint makes it look earlier.
        ((9, 0), ("", "Theo Báo Hải Dương"), ("credit", "a")),
        ((60, 0), ("", "Theo Báo Hải Dương"), ("unknown", None)),
        ((0, 0.5), ("", ""), ("unknown", None)),
        ((0, 5), ("TTXVN", "TTXVN"), ("unknown", None)),
        ((None, 5), ("", ""), ("unknown", None)),
        ((None, 5), ("", "Nguồn: Báo Hải Dương"), ("credit", "a")),
    ],
)
def test_the_origin_is_the_earliest_or_the_one_without_a_credit_or_unknown(
    hours: tuple[float | None, float], credit_lines: tuple[str, str], expected: tuple[str, str | None]
):
    body = text("x")
    found = [
        candidate(key, body, published_at=None if h is None else DAY + timedelta(hours=h), credit=c)
        for key, h, c in zip("ab", hours, credit_lines, strict=True)
    ]
    rule, origin = expected
    for key, (is_original, found_rule) in origins(found).items():
        assert found_rule == rule
        assert is_original is (None if origin is None else key == origin)


def test_a_day_without_a_time_is_not_first_by_its_midnight():
    midnight = datetime(2023, 5, 9, 17, tzinfo=UTC)
    found = [candidate("a", text("x"), published_at=midnight), candidate("b", text("x"), published_at=DAY)]
    assert origins(found) == {"a": (None, "unknown"), "b": (None, "unknown")}


def test_a_single_text_with_a_credit_is_no_original():
    assert origins([candidate("a", text("x"), credit="Theo TTXVN")]) == {"a": (False, "credit")}
    assert origins([candidate("a", text("x"))]) == {"a": (True, "single")}


def test_nothing_gives_nothing_and_a_double_identity_is_refused():
    assert find_copies([]) == rules.Copies()
    with pytest.raises(ValueError, match="twice"):
        find_copies([candidate("a", "x"), candidate("a", "y")])


def test_rows_are_those_of_the_lake():
    from theodoi import lake

    found, _, __ = edited.candidates()
    result = find_copies(found)
    assert set(result.members[0]) == set(lake.COPY.columns)
    assert set(result.pairs[0]) == set(lake.COPY_PAIR.columns)
    assert not any(isinstance(v, np.generic) for row in result.pairs for v in row.values())
