"""Which publication months the published database can be reviewed for."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from theodoi.errors import TheodoiError
from theodoi.settings import Settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def check_month(month: str) -> None:
    """Refuse what is no month.

    Raises:
        TheodoiError: It is not of the form `YYYY-MM`.
    """
    try:
        valid = len(month) == len("2024-06") and bool(date.fromisoformat(f"{month}-01"))
    except ValueError:
        valid = False
    if not valid:
        raise TheodoiError(f"“{month}” không phải tháng: cần dạng YYYY-MM, ví dụ 2024-06")


def months_due(settings: Settings, *, today: date | None = None) -> list[str]:
    """The month that is due for review: the last one that is over and has articles; none before there is one.

    Args:
        settings: Where the published database is.
        today: Local day; None for the real one.

    Returns:
        At most one `YYYY-MM`.

    Raises:
        TheodoiError: Nothing is published yet.
    """
    if not settings.database.exists():
        raise TheodoiError(f"chưa công bố gì ở {settings.database}: chạy `theodoi run` trước")
    this_month = (today or datetime.now(LOCAL).date()).replace(day=1)
    with duckdb.connect(settings.database, read_only=True) as database:
        row = database.execute(
            "select strftime(max(published_month), '%Y-%m') from core.article where published_month < ?", [this_month]
        ).fetchone()
    return [row[0]] if row and row[0] else []
