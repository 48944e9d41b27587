"""Dates as Vietnamese pages write them: every shape read right, every trap refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.eval.date_table import lines
from transforms.extract.dates import VIETNAM, parse_machine, plausible, read_date_line, split_trailing_date

# Line as shown -> local time, `YYYY-MM-DD HH:MM[:SS]`, or the day alone where the line tells no time.
SHAPES = {line: at for line, at in lines() if at}
TRAPS = [line for line, at in lines() if not at] + [""]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_enough_shapes() -> None:
    assert len(SHAPES) >= 60
    assert len(TRAPS) >= 40


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
