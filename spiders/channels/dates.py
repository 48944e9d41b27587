"""Times as feeds, sitemaps and listings write them, and the pages of an archive by month or day."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from time import struct_time
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from lxml.etree import _Element

from spiders.platform import Platform

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_DATE_TEXT = re.compile(
    r"(?:(?<!\d)(?P<hour_before>\d{1,2})[:h](?P<minute_before>\d{2})(?::\d{2})? ?(?:[-,|]|ngày)? ?)?"
    r"(?<!\d)(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>20\d{2})(?!\d)"
    r"(?: ?[-,|]? ?(?:lúc ?)?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
)
_PERIOD = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)")
# .NET writes a moment as `/Date(1717549200000)/`: milliseconds since 1970.
_NET_DATE = re.compile(r"^/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/$")
# Systems write what they do not know as the year 1, 1970 or 9999; the web is younger and tomorrow is near.
_YEARS = range(1990, 2100)
# A number of this size is no year and no id but a moment between 2001 and 2096: in seconds, or in milliseconds.
_EPOCH_S = (1_000_000_000, 4_000_000_000)


def iso_time(text: str) -> datetime | None:
    """A time of ISO 8601, UTC; None for anything else, and for what stands for an unknown time."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if at.year not in _YEARS:
        return None
    # A time without a zone is the server's, and these servers stand in Vietnam.
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)


def time_of_feed(moment: struct_time | None) -> datetime | None:
    """A time as feedparser gives it, UTC; None where there is none or it stands for an unknown one."""
    if moment is None or moment.tm_year not in _YEARS:
        return None
    try:
        return datetime(*moment[:5], min(moment.tm_sec, 59), tzinfo=UTC)
    except ValueError:
        return None


def time_in_text(text: str) -> datetime | None:
    """The first date in a text, day before month, with the time of day beside it; UTC."""
    match = _DATE_TEXT.search(" ".join(text.split()))
    if match is None:
        return None
    try:
        return datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            int(match["hour"] or match["hour_before"] or 0),
            int(match["minute"] or match["minute_before"] or 0),
            int(match["second"] or 0),
            tzinfo=LOCAL,
        ).astimezone(UTC)
    except ValueError:
        return None


def time_in_block(block: _Element) -> datetime | None:
    """The time that a block of a page shows: of a `time` element, else the first date in its text; UTC."""
    for element in block.iter("time"):
        if (at := iso_time(element.get("datetime") or "")) is not None:
            return at
    return time_in_text(" ".join(str(t) for t in block.itertext()))


def time_in_value(value: object) -> datetime | None:
    """A time as a field of JSON gives it: text, or seconds or milliseconds since 1970; UTC."""
    if isinstance(value, str):
        net = _NET_DATE.match(value)
        if net is None:
            return iso_time(value) or time_in_text(value[:100])
        value = int(net[1])
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000 * _EPOCH_S[1]:
        return None
    seconds = value if _EPOCH_S[0] <= value < _EPOCH_S[1] else value / 1000
    return datetime.fromtimestamp(seconds, UTC) if _EPOCH_S[0] <= seconds < _EPOCH_S[1] else None


def period_of(url: str) -> tuple[date, date] | None:
    """First and last day that the name of a sitemap speaks of (`…-2024-05.xml`, `…-2024-05-17.xml`)."""
    match = _PERIOD.search(urlsplit(url).path)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if match[3]:
        try:
            day = date(year, month, int(match[3]))
        except ValueError:
            return None
        return day, day
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def calendar_pages(platform: Platform, base_url: str, first_day: date, last_day: date) -> Iterator[str]:
    """First pages of the archive of each month, or of each day where the platform keeps one a day; newest first.

    Args:
        platform: Says how the archive is addressed; without a calendar there are no pages.
        base_url: Root of the site.
        first_day: First day wanted.
        last_day: Last day wanted.
    """
    template = platform.calendar
    by_day = "{d" in template
    day = last_day
    while template and day >= (first_day if by_day else first_day.replace(day=1)):
        yield urljoin(base_url, template.format(y=day.year, m=day.month, d=day.day))
        if by_day:
            day -= timedelta(days=1)
        else:
            day = day.replace(day=1) - timedelta(days=1)
