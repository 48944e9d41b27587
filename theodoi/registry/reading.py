"""One file to rows: everything that a single cell or line can have wrong is found here."""

import csv
import difflib
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING
from pathlib import Path

from theodoi.disk import named_failures
from theodoi.registry.rows import Problem, Row
from theodoi.registry.tables import Table


def read_table(path: Path, table: Table, problems: list[Problem]) -> list[Row] | None:
    """Rows of one file with the cells that could be read; None when the file could not be read as a table."""
    with named_failures(path):
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            problems.append(Problem(path.name, 1, "*", "thiếu tệp này"))
            return None
    text = _decode(raw, path.name, problems)
    if text is None:
        return None
    lines = _split(text, path.name, problems)
    start, header = next(lines, (1, []))
    header = [name.strip() for name in header]
    if not _check_header(header, table, path.name, start, problems):
        return None
    return [_read_row(line, header, cells, table, problems) for line, cells in lines if cells]


def _decode(raw: bytes, file: str, problems: list[Problem]) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    lines = raw.splitlines()
    header = next(csv.reader([lines[0].decode("utf-8-sig", "replace")]))
    for number, line in enumerate(lines, 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            place = len(next(csv.reader([line[: error.start].decode("utf-8")]), [""])) or 1
            name = header[place - 1] if place <= len(header) else f"ô {place}"
            problems.append(Problem(file, number, name, "không phải UTF-8: lưu lại tệp dạng CSV UTF-8"))
    return None


def _split(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The lines of the file as (number of the first physical line, cells); stops where the quoting breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            rest = "".join(text.splitlines(keepends=True)[start - 1 :])
            place = _broken_cell(rest)
            name = header[place] if place < len(header) else f"ô {place + 1}"
            what = "dấu nháy kép không khép hoặc đặt sai; các dòng sau chưa kiểm tra được"
            problems.append(Problem(file, start, name, what))
            return
        header = header or cells
        yield start, cells


def _broken_cell(text: str) -> int:
    """Index of the cell in which the quoting of a line breaks: the last that a forgiving reader opens there."""
    for end in range(1, len(text) + 1):
        try:
            next(csv.reader(io.StringIO(text[:end], newline=""), strict=True), None)
        except csv.Error as error:
            if "unexpected end" not in str(error):
                return len(next(csv.reader(io.StringIO(text[: end - 1], newline="")))) - 1
    return len(next(csv.reader([text.splitlines()[0]]))) - 1


def _check_header(header: list[str], table: Table, file: str, line: int, problems: list[Problem]) -> bool:
    known = table.defaults
    before = len(problems)
    for name, times in Counter(header).items():
        if not name:
            problems.append(Problem(file, line, f"ô {header.index(name) + 1}", "cột không có tên"))
        elif times > 1:
            problems.append(Problem(file, line, name, "cột này xuất hiện nhiều lần"))
    absent = [name for name in known if name not in header]
    for name in header:
        near = difflib.get_close_matches(name, absent, 1, 0.8) if name and name not in known else []
        if near:
            problems.append(Problem(file, line, name, f"không có cột này; có phải “{near[0]}”?"))
    problems.extend(Problem(file, line, name, "thiếu cột này") for name in absent if known[name] is MISSING)
    return len(problems) == before


def _read_row(line: int, header: list[str], cells: list[str], table: Table, problems: list[Problem]) -> Row:
    row = Row(line)
    if len(cells) != len(header):
        name = header[len(cells)] if len(cells) < len(header) else f"ô {len(header) + 1}"
        what = f"dòng có {len(cells)} ô, cần {len(header)}: kiểm tra dấu phẩy và dấu nháy kép"
        problems.append(Problem(table.file, line, name, what))
        return row
    for name, cell in zip(header, cells, strict=True):
        if name not in table.readers:
            continue
        value = unicodedata.normalize("NFC", cell.strip())
        default = table.defaults[name]
        try:
            if any(unicodedata.category(c) == "Cc" for c in value):
                raise ValueError("có xuống dòng hoặc ký tự điều khiển trong ô")  # noqa: TRY301
            row.cells[name] = default if not value and default is not MISSING else table.readers[name](value)
        except ValueError as error:
            problems.append(Problem(table.file, line, name, str(error)))
    return row
