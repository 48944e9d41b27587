"""Identity, near-copies, clusters and origins."""

import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.eval.pieces import copies as edited
from transforms.copies import Copies, CopyCandidate, article_identity, find_copies, fold, shingles
from transforms.likeness import clusters as joining
from transforms.likeness import pairs as rules
from transforms.likeness.shingles import FURNITURE_FROM, without_furniture

DAY = datetime(2023, 5, 10, 1, tzinfo=UTC)
WORDS = [f"{a}{b}" for a in ("ba", "ca", "đo", "mi", "nư", "thê", "vu", "xô", "lâ", "hơ") for b in "cmntpg"]


def text(seed: object, n: int = 150) -> str:
    rng = random.Random(str(seed))
    return " ".join(rng.choice(WORDS) for _ in range(n))


def candidate(key: str, body: str, **other: Any) -> CopyCandidate:
    row = {"agency_id": f"agency_of_{key}", "title": f"Bài số {key}", "published_at": DAY, "credit": "", **other}
    return CopyCandidate(article_id=key, shingles=shingles(body), **row)


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
    assert np.array_equal(shingles("Hoà  bình, kỹ năng\nnghề"), shingles("HÒA BÌNH! kĩ năng nghề."))


def test_the_order_of_the_candidates_decides_nothing():
    found = edited.candidates()
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


@pytest.mark.parametrize(
    ("rows", "columns", "bits"), [(1, 1, 22), (2, 7, 22), (3, 100, 22), (7, 2, 22), (1024, 8192, 1)]
)
def test_the_size_of_the_blocks_changes_memory_not_results(
    rows: int, columns: int, bits: int, monkeypatch: pytest.MonkeyPatch
):
    rng = random.Random(7)
    found = []
    for i in range(30):
        at = None if i % 9 == 0 else DAY + timedelta(days=rng.uniform(0, 40))
        found.append(candidate(f"{i:02}", text(i % 6), published_at=at))
    whole = find_copies(found)
    assert len(whole.pairs) > 20
    monkeypatch.setattr(rules, "_ROWS", rows)
    monkeypatch.setattr(rules, "_COLUMNS", columns)
    monkeypatch.setattr(rules, "_BITS", bits)
    assert find_copies(found) == whole


NOTICE = "Ngày 12/5, Trạm Y tế xã tổ chức tiêm vắc xin phòng dại cho đàn chó, mèo tại nhà văn hóa các thôn."
ENROLMENT = {
    "a": "Trường tuyển 120 học viên lớp hàn và điện công nghiệp, hồ sơ nộp tại phòng đào tạo trước ngày 30/8.",
    "b": "Trung tâm mở lớp may công nghiệp cho lao động nông thôn; người học được miễn phí ăn trưa và đi lại.",
    "c": "Nhà trường xét học bạ, không thi; thí sinh đăng ký trên trang điện tử hoặc gọi điện cho văn phòng khoa.",
}


def test_short_notices_are_one_by_title_local_day_and_text():
    one = candidate("a", NOTICE, title="Lịch tiêm phòng dại tháng 5")
    same = candidate("b", NOTICE.replace("Ngày 12/5, ", ""), title="LỊCH TIÊM PHÒNG DẠI THÁNG 5")
    # 17:30 UTC is past midnight in the province.
    next_day = candidate("c", NOTICE, title=one.title, published_at=DAY.replace(hour=17, minute=30))
    other_title = candidate("d", NOTICE, title="Trạm Y tế xã thông báo lịch tiêm")
    assert clusters([one, same, next_day, other_title]) == {"a": "a", "b": "a", "c": "c", "d": "d"}
    generic = [candidate("a", NOTICE, title="Thông báo"), candidate("b", NOTICE, title="Thông báo")]
    assert find_copies(generic).pairs == []


@pytest.mark.parametrize("title", ["Thông báo tuyển sinh", "Thông báo tuyển sinh các lớp nghề năm học 2023 - 2024"])
def test_notices_of_one_day_and_title_that_say_different_things_are_no_pair(title: str):
    found = [candidate(key, body, title=title) for key, body in ENROLMENT.items()]
    assert all(8 <= len(c.shingles) < rules.MIN_SHINGLES for c in found)
    assert find_copies(found).pairs == []
    assert len(set(clusters(found).values())) == 3


def test_a_short_notice_does_not_join_two_long_ones_of_its_title():
    long = [candidate(key, f"{ENROLMENT[key]} {text(key)}", title="Thông báo tuyển sinh") for key in "ab"]
    both = candidate("c", f"{ENROLMENT['a']} {ENROLMENT['b']}"[:130], title="Thông báo tuyển sinh")
    assert len(both.shingles) < rules.MIN_SHINGLES
    found = clusters([*long, both])
    assert found["a"] != found["b"]


@pytest.mark.parametrize(
    ("title", "agencies", "verdicts"),
    [
        ("Phóng sự: Những người giữ nghề gốm Chu Đậu", "xx", ["copy"]),
        ("Phóng sự: Những người giữ nghề gốm Chu Đậu", "xy", ["review"]),
        ("Lịch công tác tuần 21", "xx", []),
        ("Thông báo tuyển sinh", "xy", []),
    ],
)
def test_where_there_is_no_text_only_a_telling_title_speaks(title: str, agencies: str, verdicts: list[str]):
    found = [
        candidate(key, body, title=title, agency_id=agency)
        for key, body, agency in zip("ab", ("", "Xem tệp đính kèm."), agencies, strict=True)
    ]
    assert [p["verdict"] for p in find_copies(found).pairs] == verdicts


def test_a_form_filled_in_for_another_week_is_left_to_a_person():
    phrases = [text(i, 14) for i in range(10)]

    def week(first: int) -> str:
        return " ".join(f"{phrase} ngày {first + i} lúc {first + 2 * i} giờ" for i, phrase in enumerate(phrases))

    def verdict(one: str, two: str) -> str:
        (pair,) = find_copies([candidate("a", one, agency_id="x"), candidate("b", two, agency_id="x")]).pairs
        assert pair["containment"] >= rules.COPY_FROM
        return str(pair["verdict"])

    assert verdict(week(100), week(200)) == "review"
    assert verdict(week(100), f"{week(100)} {text('thêm', 20)}") == "copy"
    # A corrected figure or two are no other week.
    assert verdict(week(100), week(100).replace("ngày 101 ", "ngày 11 ").replace("ngày 107 ", "ngày 17 ")) == "copy"


def test_what_documents_are_based_on_is_not_compared():
    bases = (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;\n"
        "- CĂN CỨ Nghị định số 15/2019/NĐ-CP của Chính phủ; Căn cứ Thông tư số 07/2020/TT-BLĐTBXH;\n"
        "Xét đề nghị của Giám đốc Sở Lao động - Thương binh và Xã hội\n"
    )
    assert len(shingles(bases)) == 0
    body = text("x", 60)
    assert np.array_equal(shingles(bases + body), shingles(body))
    prose = f"Căn cứ cách mạng năm xưa nay đã thay đổi, {text('y', 200)}"
    assert len(shingles(prose)) > 190
    assert len(shingles("Ban tổ chức căn cứ kết quả các vòng thi để trao giải.")) == 9
    decisions = [candidate(key, f"{bases * 3}{text(key, 60)}") for key in "ab"]
    assert find_copies(decisions).pairs == []


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


def test_a_round_up_that_is_mostly_one_text_joins_that_and_no_other():
    found = [candidate("a", text("a", 150)), candidate("b", text("b", 50)), candidate("c", text("c", 60))]
    found.append(candidate("z", " ".join(text(k, n) for k, n in (("a", 150), ("b", 50)))))
    assert clusters(found) == {"a": "a", "b": "b", "c": "c", "z": "a"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_round_up_and_no_chain_of_them_joins_what_has_nothing_in_common(data: st.DataObject):
    stories = [text(f"s{i}", 200) for i in range(6)]
    singles = [candidate(f"s{i}", story) for i, story in enumerate(stories)]
    # Parts of 20 to 200 syllables of two to four stories, some of them rolling on from the round-up before.
    held = data.draw(
        st.lists(
            st.lists(
                st.tuples(st.integers(0, 5), st.integers(20, 200)), min_size=2, max_size=4, unique_by=lambda p: p[0]
            ),
            min_size=1,
            max_size=8,
        )
    )
    round_ups = [
        candidate(f"r{n}", " ".join(" ".join(stories[i].split()[:length]) for i, length in parts))
        for n, parts in enumerate(held)
    ]
    shown = data.draw(st.sets(st.integers(0, 5)))
    found = [*(s for i, s in enumerate(singles) if i in shown), *round_ups]
    _holds_no_strangers(found)
    of = clusters(found)
    assert len({of[f"s{i}"] for i in shown}) == len(shown)


@pytest.mark.parametrize("share", [0.5, 0.65, 0.8, 0.95])
def test_a_digest_that_rolls_on_from_week_to_week_ends_where_nothing_is_left_of_its_first(share: float):
    words = text("x", 4000).split()
    step = round(200 * (1 - share))
    found = [candidate(f"{n:02}", " ".join(words[n * step : n * step + 200])) for n in range(40)]
    _holds_no_strangers(found)
    copies = [p for p in find_copies(found).pairs if p["verdict"] == "copy"]
    assert len(copies) >= 39


def _holds_no_strangers(found: Sequence[CopyCandidate]) -> None:
    kept = dict(
        zip(
            [c.article_id for c in found],
            without_furniture([c.agency_id for c in found], [c.shingles for c in found]),
            strict=True,
        )
    )
    of = clusters(list(found))
    for one, two in combinations(sorted(of), 2):
        if of[one] == of[two]:
            shared = len(np.intersect1d(kept[one], kept[two]))
            assert shared >= joining.UNRELATED_BELOW * min(len(kept[one]), len(kept[two]))


def test_furniture_of_a_site_makes_no_copies():
    furniture = text("đầu trang", 80)
    found = [candidate(f"{i:02}", f"{furniture} {text(i, 60)}", agency_id="a") for i in range(30)]
    assert find_copies(found).pairs == []


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sets(st.integers(0, 30))), min_size=1, max_size=40))
def test_furniture_is_what_an_agency_repeats_too_often(rows: list[tuple[str, set[int]]]):
    # Spread over the range of hashes, close enough that several fall together at first.
    texts = [np.array(sorted(n << 58 for n in values), dtype=np.uint64) for _, values in rows]
    for (agency, values), kept in zip(rows, without_furniture([a for a, _ in rows], texts), strict=True):
        rest = {n for n in values if sum(a == agency and n in v for a, v in rows) <= FURNITURE_FROM}
        assert kept.tolist() == sorted(n << 58 for n in rest)


def _archive(rng: random.Random) -> list[CopyCandidate]:
    """Some articles of two months: copies, part copies, notices, furniture that becomes such late, undated ones."""
    found = []
    for i in range(60):
        agency = rng.choice("abc")
        body = " ".join(
            (text(f"story {rng.randrange(12)}", rng.choice((0, 60, 120))), text(i, rng.choice((0, 20, 90))))
        )
        if agency == "a":
            body += " " + text("chân trang", 60)
        at = None if rng.random() < 0.1 else DAY + timedelta(days=rng.randrange(60))
        title = rng.choice(("Thông báo tuyển sinh", "Lịch tiếp công dân tuần 3", f"Bài số {i}"))
        credit = rng.choice(("", "", "Theo TTXVN"))
        found.append(candidate(f"{i:03}", body, agency_id=agency, title=title, published_at=at, credit=credit))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 60), max_size=4), st.data())
def test_days_one_by_one_give_what_one_go_gives(seed: int, cuts: list[int], data: st.DataObject):
    found = _archive(random.Random(seed))
    random.Random(seed + 1).shuffle(found)
    # Between two days a text may vanish from the sites, or its page may be dated otherwise.
    gone = data.draw(st.sets(st.integers(0, 59), max_size=5))
    redated = data.draw(st.sets(st.integers(0, 59), max_size=5))
    known = Copies()
    for cut in sorted(cuts):
        that_day = [
            replace(c, published_at=DAY + timedelta(days=cut)) if i in redated else c for i, c in enumerate(found[:cut])
        ]
        known = find_copies(that_day, known=known, version="1")
    last = [c for i, c in enumerate(found) if i not in gone]
    whole = find_copies(last, version="1")
    assert find_copies(last, known=known, version="1") == whole
    assert whole.pairs


def test_what_is_known_saves_comparing_and_other_code_compares_anew(monkeypatch: pytest.MonkeyPatch):
    found = _archive(random.Random(1))
    known = find_copies(found[:-1], version="1")
    asked: list[int] = []
    monkeypatch.setattr("transforms.copies.by_shingles", lambda _, __, who: asked.append(int(who.sum())) or [])
    for version, by_whom in (("1", found[:-1]), ("1", found), ("2", found)):
        find_copies(by_whom, known=known, version=version)
    assert asked[0] == 0
    assert 1 <= asked[1] < 30
    assert asked[2] == 60


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


@pytest.mark.parametrize(
    ("hours", "canonical", "expected"),
    [
        ((0, 0.5), ("", "bao.vn/x"), ("canonical", "a")),
        ((0.5, 0), ("", "bao.vn/x"), ("canonical", "a")),
        # Each page calls itself canonical, or both call a third: neither says anything of the other.
        ((0, 0.5), ("bao.vn/x", "huyen.vn/x"), ("unknown", None)),
        ((0, 0.5), ("ttxvn.vn/x", "ttxvn.vn/x"), ("unknown", None)),
        ((0, 0.5), ("huyen.vn/x", "bao.vn/x"), ("unknown", None)),
        # Time decides first, and speaks against a page that came days later.
        ((5, 0), ("", "bao.vn/x"), ("earliest", "b")),
        ((None, 0), ("", "bao.vn/x"), ("canonical", "a")),
    ],
)
def test_a_canonical_link_decides_where_time_does_not(
    hours: tuple[float | None, float], canonical: tuple[str, str], expected: tuple[str, str | None]
):
    found = [
        candidate(
            key,
            text("x"),
            published_at=None if h is None else DAY + timedelta(hours=h),
            addresses=(address,),
            canonical=link,
        )
        for key, h, address, link in zip("ab", hours, ("bao.vn/x", "huyen.vn/x"), canonical, strict=True)
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
    assert find_copies([]) == Copies()
    with pytest.raises(ValueError, match="twice"):
        find_copies([candidate("a", "x"), candidate("a", "y")])


def test_rows_are_those_of_the_lake():
    from theodoi import lake

    found = edited.candidates()
    result = find_copies(found)
    assert set(result.members[0]) == set(lake.COPY.columns)
    assert set(result.pairs[0]) == set(lake.COPY_PAIR.columns)
    assert not any(isinstance(v, np.generic) for row in result.pairs for v in row.values())
