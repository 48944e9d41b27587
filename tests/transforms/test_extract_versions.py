"""Rules of a platform that was built anew: each page is read by the rules of its day."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract import extract_article, reading
from transforms.extract.platforms import PLATFORMS, Platform, by_day, by_name

REBUILT = date(2023, 3, 1)
OLD = Platform("dong_lau", body=("div.bai",), title=("h2.tit",), date=("span.ngay",), valid_to=REBUILT)
NEW = Platform("dong_lau", body=("div.noi-dung",), title=("h1",), date=("time",), valid_from=REBUILT)
TEXT = "".join(
    f"<p>{p}</p>"
    for p in (
        "Lớp học dùng chính những chiếc máy hỏng của bà con. Sau khóa học, mười một chiếc đã chạy lại được.",
        "Anh lớp trưởng đang tính cùng ba người bạn mở tiệm sửa chữa ở đầu xã để kịp vụ mùa tới đây.",
    )
)
OTHER = "<p>Trạm bơm đầu thôn chạy thử suốt một tuần, bà con hai bên bờ kênh mang cơm ra ăn cùng thợ.</p>" * 2
OLD_PAGE = (
    "<html><body><h1>Báo Đồng Lau điện tử ngày nay</h1><h2 class='tit'>Mở lớp sửa máy ở xã ven đê</h2>"
    f"<span class='ngay'>07/06/2022 10:30</span><div class='bai'>{TEXT}</div></body></html>"
)
# The new look keeps the old one's class for the box of another piece.
NEW_PAGE = (
    "<html><body><h1>Mở lớp sửa máy ở xã ven đê</h1><time datetime='2022-06-07T10:30:00+07:00'>07/06/2022</time>"
    f"<div class='noi-dung'>{TEXT}</div><h2 class='tit'>Thử máy bơm ở thôn Đoài</h2><span class='ngay'>05/06/2022"
    f"</span><div class='bai'>{OTHER}</div></body></html>"
)
BEFORE, AFTER = datetime(2022, 9, 1, tzinfo=UTC), datetime(2024, 9, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PLATFORMS", by_name([OLD, NEW]))


def read(html: str, fetched_at: datetime | None) -> tuple[str, str, int]:
    """Title, rule of the text, day of the month."""
    article = extract_article(html, "https://bao.example/a-1.html", platform="dong_lau", fetched_at=fetched_at)
    assert article.text_rule == article.title_rule == article.date_rule == "platform:dong_lau"
    return article.title, article.text.split(" ", 2)[0], article.published_at.day


def test_each_page_is_read_by_the_rules_of_its_day():
    wanted = ("Mở lớp sửa máy ở xã ven đê", "Lớp", 7)
    assert read(OLD_PAGE, BEFORE) == wanted
    assert read(NEW_PAGE, AFTER) == wanted
    # Both versions find something on this page; before the day of rebuilding the old one is asked first.
    assert read(NEW_PAGE, BEFORE) == ("Thử máy bơm ở thôn Đoài", "Trạm", 5)


def test_the_day_of_rebuilding_is_one_of_the_new_look_in_the_time_of_viet_nam():
    rebuilt = datetime(2023, 2, 28, 17, tzinfo=UTC)
    assert read(NEW_PAGE, rebuilt)[2] == 7
    assert read(NEW_PAGE, rebuilt - timedelta(seconds=1))[2] == 5


@pytest.mark.parametrize("fetched_at", [BEFORE, AFTER, None])
def test_a_page_in_another_look_than_that_of_its_day_is_read_by_what_it_looks_like(fetched_at: datetime | None):
    assert read(OLD_PAGE, fetched_at) == ("Mở lớp sửa máy ở xã ven đê", "Lớp", 7)
    only_new = NEW_PAGE.replace("class='bai'", "class='hop'")
    assert read(only_new, fetched_at) == ("Mở lớp sửa máy ở xã ven đê", "Lớp", 7)


@given(st.lists(st.dates(date(2015, 1, 1), date(2025, 1, 1)), min_size=1, max_size=4, unique=True), st.data())
def test_the_version_of_the_day_comes_first_and_none_is_lost(rebuilt: list[date], data: st.DataObject):
    bounds = [None, *sorted(rebuilt), None]
    entries = [
        Platform("dong_lau", body=(f"div.{n}",), valid_from=begin, valid_to=end)
        for n, (begin, end) in enumerate(pairwise(bounds))
    ]
    versions = by_name(data.draw(st.permutations(entries)))["dong_lau"]
    assert list(versions) == entries[::-1]
    day = data.draw(st.dates(date(2014, 1, 1), date(2026, 1, 1)))
    ordered = by_day(versions, day)
    assert ordered[0].is_valid(day)
    assert not any(version.is_valid(day) for version in ordered[1:])
    assert set(ordered) == set(entries)


def test_no_two_versions_of_a_platform_are_valid_on_one_day():
    assert len(PLATFORMS) >= 10
    for versions in (*PLATFORMS.values(), (NEW, OLD)):
        for newer, older in combinations(versions, 2):
            assert newer.valid_from is not None
            assert older.valid_to is not None
            assert older.valid_to <= newer.valid_from
