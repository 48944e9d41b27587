"""Dates as Vietnamese pages write them: every shape read right, every trap refused."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.dates import VIETNAM, parse_machine, plausible, read_date_line, split_trailing_date

# Line as shown -> local time, `YYYY-MM-DD HH:MM[:SS]`, or the day alone where the line tells no time.
SHAPES = {
    # The newspaper before 2023, its successor, its print form.
    "THỨ HAI, 06/02/2023 15:00:50": "2023-02-06 15:00:50",
    "THỨ NĂM, 09/02/2023 06:05:00": "2023-02-09 06:05:00",
    "CHỦ NHẬT, 11/12/2022 - 9:05:00": "2022-12-11 09:05:00",
    "Thứ Tư, 26.02.2020 - 22:45:20": "2020-02-26 22:45:20",
    "08/08/2024 10:26": "2024-08-08 10:26",
    "15-01-2024 13:04": "2024-01-15 13:04",
    "19/02/2024 - 07:30": "2024-02-19 07:30",
    "PublishedTime : 12:27, 09/06/2023": "2023-06-09 12:27",
    # Station, sector sites, district portals, government portals.
    "17/08/2023 - 18:30:00": "2023-08-17 18:30:00",
    "Thứ năm - 31/08/2023 22:11": "2023-08-31 22:11",
    "Thứ hai - 02/01/2023 08:00": "2023-01-02 08:00",
    "16/12/2016 07:53:54": "2016-12-16 07:53:54",
    "Ngày đăng: 07/06/2022": "2022-06-07",
    "Đăng lúc: 07/06/2022 14:05 (GMT+7)": "2022-06-07 14:05",
    "Đăng ngày 07/06/2022 bởi Quản trị": "2022-06-07",
    "Ngày xuất bản 7/6/2022 2:05 CH": "2022-06-07 14:05",
    "Chủ nhật, 5/6/2022 lúc 2:05 CH": "2022-06-05 14:05",
    "07/06/2022 9:30 SA": "2022-06-07 09:30",
    "07/06/2022 12:10 PM": "2022-06-07 12:10",
    "07-03-2026 - 00:01 AM | Thị trường chứng khoán": "2026-03-07 00:01",
    "07/06/2022 13:05 PM": "2022-06-07 13:05",
    "Thứ bảy, 7/3/2026, 00:05 (GMT+7)": "2026-03-07 00:05",
    "Thứ 3, 07/06/2022 | 10:30 GMT+7": "2022-06-07 10:30",
    "T3, 07/06/2022 10:30": "2022-06-07 10:30",
    "CN, 05/06/2022 10:30": "2022-06-05 10:30",
    "31/08/2023 (Thứ năm) 22:11": "2023-08-31 22:11",
    "10:30 | 07/06/2022": "2022-06-07 10:30",
    "10h30 ngày 07/6/2022": "2022-06-07 10:30",
    "10 giờ 30 phút, ngày 7 tháng 6 năm 2022": "2022-06-07 10:30",
    "Lượt xem: 1.245 - 07/06/2022 10:30": "2022-06-07 10:30",
    "Nguyễn Văn An | 07/06/2022 10:30": "2022-06-07 10:30",
    # Names that are English weekdays too, hours in words, icons.
    "Trần Thị Thu, 07/06/2022 10:30": "2022-06-07 10:30",
    "Nguyễn Sun | 07/06/2022": "2022-06-07",
    "07/06/2022 5 giờ 50 phút": "2022-06-07 05:50",
    "📅 07/06/2022 🕒 10:30": "2022-06-07 10:30",
    "07/06/2022 • — 10:30": "2022-06-07 10:30",
    "Đăng bởi Nguyễn Văn An lúc 10:30 ngày 7/6/2022": "2022-06-07 10:30",
    # In words.
    "ngày 07 tháng 6 năm 2022": "2022-06-07",
    "Ngày 7 tháng 06 năm 2022": "2022-06-07",
    "Hải Dương, ngày 07 tháng 6 năm 2022": "2022-06-07",
    "Thứ ba, ngày 07 tháng 6 năm 2022 - 15:10": "2022-06-07 15:10",
    "12 Tháng Sáu, 2022": "2022-06-12",
    "Tháng Sáu 12, 2022": "2022-06-12",
    "1 Tháng Mười Hai, 2023": "2023-12-01",
    "20 Tháng Mười, 2023": "2023-10-20",
    "5 Tháng Năm, 2023": "2023-05-05",
    "Thứ năm, ngày 05 tháng năm năm 2022": "2022-05-05",
    "7 Th6, 2022": "2022-06-07",
    # Decomposed letters, odd spaces, other separators.
    unicodedata.normalize("NFD", "Thứ bảy, 04/02/2023 15:00"): "2023-02-04 15:00",
    "07/06/2022\u00a0\u00a010:30": "2022-06-07 10:30",
    "07 / 06 / 2022": "2022-06-07",
    "07.06.2022": "2022-06-07",
    "2022-06-07 10:30": "2022-06-07 10:30",
    "2022/06/07": "2022-06-07",
    "06 Feb 2023 10:00": "2023-02-06 10:00",
    "June 7, 2022": "2022-06-07",
    # Day before month, always.
    "06/02/2023": "2023-02-06",
    "12/11/2023 00:00": "2023-11-12 00:00",
    "29/02/2024 08:00": "2024-02-29 08:00",
}

TRAPS = [
    "Giấy phép số 12/GP-TTĐT cấp ngày 07/06/2022",
    "© 2023, cập nhật 07/06/2022",
    "Bản quyền thuộc về tòa soạn 07/06/2022",
    "Văn bản có hiệu lực từ 01/07/2022",
    "Ngày ban hành: 07/06/2022",
    "Hôm nay, 07/06/2022",
    "Ngày 07/6/2022, UBND tỉnh ban hành Quyết định số 1584/QĐ-UBND",
    "Sáng 12/5/2023, huyện khai giảng lớp nghề",
    "Hồ sơ nhận đến hết ngày 31/7/2023.",
    "từ 01/06/2022 đến 07/06/2022",
    "07/06/2022 - 10/06/2022",
    "Thông tư số 07/06/2022/TT-BLĐTBXH",
    "Thứ sáu, 07/03/2026 08:01",  # a Saturday
    "THỨ BA, 06/02/2023 15:00:50",  # a Monday
    "32/01/2022",
    "29/02/2023",
    "13/13/2023",
    "2.2 và 11.8",
    "ngày 07 tháng 6",
    "2 giờ trước",
    "07/06/22",
    "01/01/1970 07:00",
    "Kế hoạch số 238/KH-UBND",
    "",
]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_enough_shapes() -> None:
    assert len(SHAPES) >= 40
    assert len(TRAPS) >= 20


@pytest.mark.parametrize(("line", "expected"), SHAPES.items())
def test_shape_is_read(line: str, expected: str) -> None:
    read = read_date_line(line)
    assert read is not None
    assert read.published is not None
    assert read.published.at == local(expected)
    assert read.published.has_time == (":" in expected)


@pytest.mark.parametrize("line", TRAPS)
def test_trap_gives_nothing(line: str) -> None:
    assert read_date_line(line) is None


def test_publication_and_edit_on_one_line() -> None:
    read = read_date_line("Ngày đăng: 07/06/2022 10:30 | Cập nhật: 08/06/2022 09:00")
    assert read is not None
    assert read.published is not None
    assert read.modified is not None
    assert (read.published.at, read.modified.at) == (local("2022-06-07 10:30"), local("2022-06-08 09:00"))
    assert read.labelled


def test_an_edit_alone_is_no_publication() -> None:
    read = read_date_line("Cập nhật lúc 09:00 08/06/2022")
    assert read is not None
    assert read.published is None
    assert read.modified is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-09-01T09:11:00+07:00", "2023-09-01 09:11"),
        ("2023-09-01T02:11:00Z", "2023-09-01 09:11"),
        ("2023-08-31T18:00:00+00:00", "2023-09-01 01:00"),
        ("2023-09-01T09:11:00", "2023-09-01 09:11"),
        ("2026-03-07T08:52:11.000 +07:00", "2026-03-07 08:52:11"),
        ("2026-03-07 08:07", "2026-03-07 08:07"),
        ("2023-09-01", "2023-09-01"),
        ("Mon, 06 Feb 2023 08:00:00 +0700", "2023-02-06 08:00"),
        ("06/02/2023 08:00", "2023-02-06 08:00"),
    ],
)
def test_machine_dates(text: str, expected: str) -> None:
    read = parse_machine(text)
    assert read is not None
    assert read.at == local(expected)


@pytest.mark.parametrize(
    "text", ["2023-09-01+0709:11:00", "1772843936", "2023-13-01", "hôm qua", "", "2023", "0000-00-00"]
)
def test_malformed_machine_dates_give_nothing(text: str) -> None:
    assert parse_machine(text) is None


@given(st.datetimes(datetime(1998, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001  naive on purpose: made local below
def test_round_trip_of_the_usual_shapes(naive: datetime) -> None:
    at = naive.replace(second=0, microsecond=0, tzinfo=VIETNAM)
    weekday = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")[at.weekday()]
    for line in (
        f"{weekday}, {at:%d/%m/%Y %H:%M}",
        f"{at:%H:%M}, {at:%d-%m-%Y}",
        f"ngày {at:%d} tháng {at.month} năm {at.year} - {at:%H:%M}",
    ):
        read = read_date_line(line)
        assert read is not None
        assert read.published is not None
        assert read.published.at == at


@given(st.text(max_size=120))
def test_any_text_is_read_without_error(text: str) -> None:
    read_date_line(text)
    parse_machine(text)
    title, _ = split_trailing_date(text)
    assert text.startswith(title.split(" ", maxsplit=1)[0][:1]) or not title


def test_nothing_is_published_after_it_was_fetched() -> None:
    fetched = datetime(2024, 6, 30, tzinfo=UTC)
    assert plausible(fetched, fetched)
    assert plausible(fetched + timedelta(hours=23), fetched)
    assert not plausible(fetched + timedelta(hours=25), fetched)
    assert not plausible(datetime.combine(date(1990, 1, 1), datetime.min.time(), UTC), fetched)
    assert plausible(fetched + timedelta(days=900), None)


def test_date_glued_to_a_headline() -> None:
    title, line = split_trailing_date("Người giữ lửa lò gốm Chu Đậu17/08/2023 - 18:30:00")
    assert title == "Người giữ lửa lò gốm Chu Đậu"
    assert line is not None
    assert line.published is not None
    assert line.published.at == local("2023-08-17 18:30:00")
    assert split_trailing_date("Kỷ niệm 30/4") == ("Kỷ niệm 30/4", None)
