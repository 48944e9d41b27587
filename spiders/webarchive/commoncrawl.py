"""Common Crawl: which of its monthly crawls cover a period, what to ask its index, where a record lies."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from spiders.webarchive.cdx import Line

# A crawl is named after a week and runs for two or three; its name alone leaves a month on both sides.
_SLACK = timedelta(weeks=5)


class NotAListOfCrawlsError(Exception):
    """`collinfo.json` is something else."""


def collections_url(endpoint: str) -> str:
    """Address of the list of crawls."""
    return f"{endpoint.rstrip('/')}/collinfo.json"


def collections(body: bytes, since: date, until: date) -> list[str]:
    """Names of the crawls that may hold captures of a period, oldest first.

    Args:
        body: `collinfo.json`.
        since: First day of capture.
        until: Last such day.

    Raises:
        NotAListOfCrawlsError: The answer is none.
    """
    try:
        named = [(_span(row), str(row["id"])) for row in json.loads(body)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAListOfCrawlsError(f"{type(error).__name__}: {error}") from error
    return [name for span, name in sorted(named) if span[0] <= until and since <= span[1]]


def query(endpoint: str, collection: str, site: str, first: str, last: str, page: int | None = None) -> str:
    """Address of a page of a listing, or of the number of its pages.

    Args:
        endpoint: Index server.
        collection: Name of a crawl.
        site: Host, and port where it is not the usual one.
        first: First time of capture wanted, `YYYYMMDDhhmmss`.
        last: Last such time.
        page: Page from 0; None for their number.
    """
    wanted = [
        ("url", site),
        ("matchType", "host"),
        ("output", "json"),
        ("from", first),
        ("to", last),
        ("filter", "=status:200"),
        ("filter", "mime:html"),
        ("showNumPages", "true") if page is None else ("page", str(page)),
    ]
    return f"{endpoint.rstrip('/')}/{collection}-index?{urlencode(wanted)}"


def record_url(records_url: str, line: Line) -> str:
    """Address of the WARC file that holds a capture."""
    return f"{records_url.rstrip('/')}/{quote(line.filename.lstrip('/'))}"


def byte_range(line: Line) -> str:
    """Value of the Range header that asks for one record."""
    return f"bytes={line.offset}-{line.offset + line.length - 1}"


def _span(row: dict[str, Any]) -> tuple[date, date]:
    if row.get("from") and row.get("to"):
        return _day(row["from"]), _day(row["to"])
    years = [int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", row["id"])]
    week = re.search(r"(?<!\d)((?:19|20)\d\d)-(\d\d)$", row["id"])
    if week:
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return monday - _SLACK, monday + _SLACK
    # The first crawls were named after years; of one that cannot be placed at all nothing can be ruled out.
    return (date(min(years), 1, 1), date(max(years), 12, 31)) if years else (date.min, date.max)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()
