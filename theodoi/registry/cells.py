"""Reading one cell: its text in, its value out, or a ValueError that says what is wrong with it.

A blank cell comes here only where its column has to be filled.
"""

import contextlib
import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from theodoi.registry.records import CLASS_PREFIX

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*\.?", re.IGNORECASE
)


def word(cell: str) -> str:
    """An identifier."""
    if not _IDENTIFIER.fullmatch(cell):
        raise ValueError(f"“{cell}” không phải mã: chỉ dùng chữ không dấu, số, _ và -, tối đa 64 ký tự")
    return cell


def text(cell: str) -> str:
    """Text that must be there."""
    if not cell:
        raise ValueError("ô này không được để trống")
    return cell


def day(cell: str) -> date:
    """A day, `YYYY-MM-DD`."""
    # fromisoformat alone would take "20230202" and "2023-W05-4" too.
    with contextlib.suppress(ValueError):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
            return date.fromisoformat(cell)
    raise ValueError(f"“{cell}” không phải ngày dạng YYYY-MM-DD")


def day_of_year(cell: str) -> str:
    """A day of every year, `MM-DD`."""
    try:
        # 2000 was a leap year, so every day that can exist is accepted.
        day(f"2000-{cell}")
    except ValueError:
        raise ValueError(f"“{cell}” không phải ngày trong năm dạng MM-DD") from None
    return cell


def one_of(*choices: str) -> Callable[[str], str]:
    """Reader of a cell that holds one of these words."""

    def read(cell: str) -> str:
        if cell not in choices:
            raise ValueError(f"“{cell}” không hợp lệ: chọn {', '.join(choices)}")
        return cell

    return read


def many(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Reader of a cell that holds several things with `;` between them, each once."""

    def read_all(cell: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(read(part.strip()) for part in cell.split(";") if part.strip()))

    return read_all


def at_least_one(read: Callable[[str], tuple[Any, ...]]) -> Callable[[str], tuple[Any, ...]]:
    """The same reader, but the cell must hold something."""

    def read_some(cell: str) -> tuple[Any, ...]:
        if not (values := read(cell)):
            raise ValueError("ô này không được để trống")
        return values

    return read_some


def bound(cell: str) -> str:
    """Whom an obligation binds: an agency, or `class:` and a class."""
    return CLASS_PREFIX + word(cell.removeprefix(CLASS_PREFIX)) if cell.startswith(CLASS_PREFIX) else word(cell)


def seconds(cell: str) -> float:
    """A number of seconds."""
    try:
        seconds = float(cell)
    except ValueError:
        raise ValueError(f"“{cell}” không phải số giây") from None
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"“{cell}” không phải số giây từ 0 trở lên")
    return seconds


def count(cell: str) -> int:
    """A whole number from 1."""
    if not cell.isdecimal() or int(cell) < 1:
        raise ValueError(f"“{cell}” không phải số nguyên từ 1 trở lên")
    return int(cell)


def hours(cell: str) -> str:
    """A stretch of the day, `HH:MM-HH:MM`; it may run past midnight."""
    match = _HOURS.fullmatch(cell)
    if match is None or match[1] == match[2]:
        raise ValueError(f"“{cell}” không phải khung giờ: cần dạng 22:00-05:00, hai đầu khác nhau")
    return cell


def pattern(cell: str) -> str:
    """A regular expression."""
    try:
        re.compile(cell, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"“{cell}” không phải biểu thức chính quy: {error}") from None
    return cell


def url(cell: str) -> str:
    """A web address that can be asked."""
    if re.search(r"\s", cell):
        raise ValueError(f"“{cell}” không phải địa chỉ web: có khoảng trắng")
    try:
        parts = urlsplit(cell)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"“{cell}” không phải địa chỉ web: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"“{cell}” không phải địa chỉ web: phải bắt đầu bằng http:// hoặc https:// và có tên máy chủ")
    if parts.username is not None or port == 0:
        raise ValueError(f"“{cell}” không phải địa chỉ web dùng được: bỏ tên người dùng, sửa cổng")
    try:
        ascii_host = host if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        ascii_host = ""
    if ":" not in host and not _HOST.fullmatch(ascii_host):
        raise ValueError(f"“{cell}” không phải địa chỉ web: tên máy chủ “{host}” sai dạng")
    return cell


def base_url(cell: str) -> str:
    """Scheme, host and perhaps port; the closing slash is taken off."""
    parts = urlsplit(url(cell))
    if parts.query or parts.fragment:
        raise ValueError(f"“{cell}” là địa chỉ một trang: base_url chỉ gồm giao thức, tên máy chủ và cổng")
    return cell.rstrip("/")


def start_url(cell: str) -> str:
    """A web address, or a path on the site."""
    return cell if cell.startswith("/") and not cell.startswith("//") else url(cell)
