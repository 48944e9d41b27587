"""Which publication months the published database can be reviewed for."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb

from theodoi.errors import TheodoiError
from theodoi.settings import Settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


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
        raise TheodoiError(f"nothing is published at {settings.database}: run `theodoi run` first")
    first_of_month = (today or datetime.now(LOCAL).date()).replace(day=1)
    end = datetime(first_of_month.year, first_of_month.month, 1, tzinfo=LOCAL)
    with duckdb.connect(settings.database, read_only=True) as database:
        # As seconds, so that the session's time zone cannot matter.
        row = database.execute(
            "select epoch(max(published_at)) from core.article where epoch(published_at) < ?", [end.timestamp()]
        ).fetchone()
    if row is None or row[0] is None:
        return []
    return [datetime.fromtimestamp(row[0], UTC).astimezone(LOCAL).strftime("%Y-%m")]
