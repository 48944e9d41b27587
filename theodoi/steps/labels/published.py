"""What the steps on labels read from the published database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from transforms.codebook import CONSENSUS

_CODER = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database, to be read.

    Raises:
        TheodoiError: There is none, it cannot be read, or it was built before there were draws.
    """
    database = settings.database
    if not database.exists():
        raise TheodoiError(f"chưa có cơ sở dữ liệu công bố tại {database}: chạy `theodoi run` trước")
    try:
        with duckdb.connect(str(database), read_only=True) as db:
            known = db.execute("select 1 from duckdb_tables() where table_name = 'audit_population'").fetchall()
            if not known:
                raise TheodoiError(f"{database} là bản của phiên bản cũ: chạy `theodoi build && theodoi publish` trước")
            yield db
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise TheodoiError(f"không đọc được {database}: {reason}; chạy `theodoi publish` để công bố lại") from error


def checked_month(month: str) -> str:
    """A month, YYYY-MM.

    Raises:
        TheodoiError: It is none.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise TheodoiError(f"“{month}” không phải tháng: viết dạng YYYY-MM, ví dụ 2024-06")
    return month


def coder_problem(coder: str) -> str:
    """What is wrong with the name of a coder; empty when nothing is. Pseudonyms only: labels are published."""
    if not coder:
        return "thiếu bí danh người gán"
    if coder == "model":
        return "bí danh “model” dành cho máy"
    if not _CODER.fullmatch(coder):
        return f"bí danh “{coder[:40]}” không dùng được: chỉ chữ thường không dấu, số, gạch nối; không dùng tên thật"
    return ""


def checked_coder(coder: str) -> str:
    """A pseudonym of a coder.

    Raises:
        TheodoiError: It cannot be one.
    """
    if problem := coder_problem(coder):
        raise TheodoiError(f"{problem}; ví dụ: gv1, gv2 ({CONSENSUS} là ý kiến thống nhất sau khi trao đổi)")
    return coder
