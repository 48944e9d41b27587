"""The sheet that a coder fills in: its columns, written and read as xlsx or csv.

Cells that a coder does not fill are locked, so that nobody sorts one column and not its neighbours; what is read back
is checked against the digest of the text all the same.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from theodoi.disk import named_failures
from theodoi.errors import TheodoiError
from transforms.codebook import CODEBOOK_VERSION, RELEVANCE

Row = Mapping[str, str]

HEADINGS = {
    "queue_no": "STT",
    "title": "Tiêu đề",
    "lead": "Sa-pô",
    "opening": "Đoạn đầu",
    "url": "Địa chỉ",
    "published_day": "Ngày đăng",
    "said": "Các ý kiến",
    "relevance": "Liên quan",
    "agencies": "Cơ quan được nêu",
    "note": "Ghi chú",
    "coder": "Người gán",
    "coded_at": "Lúc gán",
    "codebook_version": "Bản sổ mã",
    "article_id": "Mã bài",
    "text_digest": "Mã nội dung",
}
REQUIRED = ("title", "relevance", "coder", "article_id", "text_digest")
MARK = "x"
_BEFORE_THEMES = ("queue_no", "title", "lead", "opening", "url", "published_day", "said", "relevance")
_AFTER_THEMES = ("agencies", "note", "coder", "coded_at", "codebook_version", "article_id", "text_digest")
_FILLED_IN = {"relevance", "agencies", "note", "coded_at"}
_WIDTHS = {"title": 45, "lead": 45, "opening": 90, "url": 30, "note": 30, "agencies": 20, "said": 30, "relevance": 12}
# With these a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = ",;\t"
# A queue has some hundreds of rows of some kilobytes.
MOST_BYTES = 50 << 20
MOST_UNPACKED = 500 << 20
_SHEET = "Gán nhãn"


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read.

    Attributes:
        themes: Themes that it has a column for.
        rows: Number of the row as a spreadsheet shows it -> field or `theme:<id>` -> text; empty rows are left out.
    """

    themes: tuple[str, ...]
    rows: Mapping[int, Row]


def theme_field(theme_id: str) -> str:
    """Field of a row that says whether a theme was given."""
    return f"theme:{theme_id}"


def plain(text: str) -> str:
    """A text as it is compared: composed, white space evened out, without what a spreadsheet cannot hold."""
    kept = "".join(c if c.isprintable() or c.isspace() else " " for c in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def write_sheet(file: Path, rows: Sequence[Row], themes: Mapping[str, str]) -> None:
    """Write rows for a coder; the ending of the file says whether as xlsx or as csv.

    Args:
        file: The file; nothing may stand there yet.
        rows: Field -> text; `said` is a column only where a row has it.
        themes: Theme -> its name.

    Raises:
        TheodoiError: The file is there already, or its ending is another one.
        DataFolderError: It cannot be written.
    """
    if file.suffix not in (".xlsx", ".csv"):
        raise TheodoiError(f"{file}: chỉ ghi được tệp .xlsx hoặc .csv")
    if file.exists():
        raise TheodoiError(
            f"đã có tệp {file}, có thể đang chứa nhãn chưa nhập: nhập nó, dời nó đi hoặc chọn --out khác"
        )
    has_said = any(row.get("said") for row in rows)
    before = [f for f in _BEFORE_THEMES if f != "said" or has_said]
    fields = [*before, *map(theme_field, themes), *_AFTER_THEMES]
    headings = [_heading(f, themes) for f in fields]
    table = [[_storable(row.get(f, "")) for f in fields] for row in rows]
    content = _csv(headings, table) if file.suffix == ".csv" else _xlsx(fields, headings, table, themes)
    with named_failures(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".{file.name}.tmp")
        aside.write_bytes(content)
        aside.replace(file)


def read_sheet(file: Path) -> Sheet:
    """Read what a coder gave back.

    Raises:
        TheodoiError: The file is not there, too large, no sheet, or lacks a column.
    """
    try:
        content = file.read_bytes() if file.stat().st_size <= MOST_BYTES else None
    except FileNotFoundError as error:
        raise TheodoiError(f"không có tệp {file}: kiểm tra đường dẫn") from error
    except OSError as error:
        raise TheodoiError(f"không đọc được {file}: {error.strerror}") from error
    if content is None:
        raise TheodoiError(f"{file} lớn hơn {MOST_BYTES >> 20} MB: không phải bảng nhãn")
    lines = _read_xlsx(file, content) if content.startswith(b"PK") else _read_csv(file, content)
    return _sheet(file, lines)


def _heading(field: str, themes: Mapping[str, str]) -> str:
    theme = field.removeprefix("theme:")
    return HEADINGS[field] if field in HEADINGS else f"{theme}: {themes[theme]}"


def _storable(text: str) -> str:
    # A cell of Excel holds so much and no control characters.
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)[:32_000]


def _csv(headings: Sequence[str], table: Iterable[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    out = csv.writer(written)
    out.writerow(headings)
    out.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in table)
    # Excel takes a file for UTF-8 when it begins with the mark.
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _xlsx(
    fields: Sequence[str], headings: Sequence[str], table: Sequence[Sequence[str]], themes: Mapping[str, str]
) -> bytes:
    # Importing it takes a third of a second, which only those who write or read xlsx should pay.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = _SHEET
    help_sheet = book.create_sheet("Hướng dẫn")
    for line in _instructions(themes):
        help_sheet.append([line])
    help_sheet.column_dimensions["A"].width = 120
    for (cell,) in help_sheet.iter_rows():
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(list(headings))
    fill = PatternFill("solid", fgColor="FFF2CC")
    last = len(table) + 1
    for column, field in enumerate(fields, 1):
        letter = get_column_letter(column)
        is_theme = field.startswith("theme:")
        is_filled_in = is_theme or field in _FILLED_IN
        sheet.column_dimensions[letter].width = 14 if is_theme else _WIDTHS.get(field, 12)
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        for number, row in enumerate(table, 2):
            cell = sheet.cell(number, column)
            cell.value = row[column - 1] or None
            if row[column - 1]:
                # A text that begins like a formula stays a text.
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if is_filled_in:
                cell.fill = fill
                cell.protection = Protection(locked=False)
        allowed = RELEVANCE if field == "relevance" else (MARK,) if is_theme else ()
        if allowed and table:
            rule = DataValidation(
                type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True, showErrorMessage=True
            )
            rule.errorTitle, rule.error = "Nhãn không có trong sổ mã", f"Chọn: {', '.join(allowed)}"
            rule.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _instructions(themes: Mapping[str, str]) -> list[str]:
    return [
        f"Cách gán nhãn (sổ mã bản {CODEBOOK_VERSION}; đầy đủ ở docs/codebook.md và docs/labelling.md)",
        "1. Đọc tiêu đề, sa-pô, đoạn đầu; chưa rõ thì mở địa chỉ và đọc cả bài. Gán theo bài, không theo ấn tượng.",
        "2. Cột “Liên quan”, chọn một trong ba:",
        "   explicit: nêu tên Đề án, QĐ 1584/QĐ-UBND (07/6/2022) hoặc KH 238/KH-UBND của Hải Dương, dù chỉ một lần.",
        "   implicit: không nêu tên, nhưng nội dung chính là việc thuộc Đề án và diễn ra ở Hải Dương.",
        "   none: còn lại; tỉnh khác, chương trình khác, điểm tin, chỉ thoáng nhắc.",
        f"3. Chủ đề: chỉ với explicit và implicit; gõ {MARK} vào mỗi chủ đề mà ít nhất một đoạn của bài phục vụ.",
        *(f"   {theme}: {name}" for theme, name in themes.items()),
        "4. “Cơ quan được nêu” (không bắt buộc): mã cơ quan trong danh bạ, cách nhau bằng dấu chấm phẩy.",
        "5. “Ghi chú”: chỗ khó, chỗ sổ mã chưa nói. Không ghi tên người hay thông tin cá nhân.",
        "6. Bài chưa gán thì để trống; lưu rồi gửi lại tệp, gửi nhiều lần cũng được. Chỉ điền các ô màu vàng.",
        "7. Không bàn với người gán kia trước khi cả hai gán xong: mức đồng thuận chỉ đúng khi gán độc lập.",
    ]


def _read_csv(file: Path, content: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TheodoiError(f"{file} dòng {line} không phải văn bản UTF-8: lưu lại bằng mã UTF-8 (CSV UTF-8)") from error
    heading = text.split("\n", 1)[0]
    # Excel writes what its country uses.
    delimiter = max(_DELIMITERS, key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TheodoiError(f"{file} không phải bảng CSV: {error}") from error
    # Rows as a spreadsheet counts them: a cell may hold several lines.
    return [(number, [_unprotected(cell) for cell in row]) for number, row in enumerate(rows, 1)]


def _unprotected(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _read_xlsx(file: Path, content: bytes) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                raise TheodoiError(f"{file} bung ra quá lớn: không phải bảng nhãn")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            lines = [(n, [_text(c) for c in row]) for n, row in enumerate(sheet.iter_rows(values_only=True), 1)]
            if lines and {HEADINGS["article_id"], "article_id"} & set(lines[0][1]):
                return lines
    # What openpyxl raises on files that are no workbook has no common name.
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, EOFError) as error:
        raise TheodoiError(f"{file} không đọc được như bảng tính xlsx: {error}") from error
    raise TheodoiError(f"{file} không có trang nào với cột “{HEADINGS['article_id']}”: dùng bảng do lệnh xuất tạo ra")


def _text(value: Any) -> str:  # noqa: ANN401  whatever a cell holds
    if value is None or value is False:
        return ""
    if value is True:
        return MARK
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _sheet(file: Path, lines: Sequence[tuple[int, list[str]]]) -> Sheet:
    fields = [_field(cell) for cell in lines[0][1]] if lines else []
    missing = [HEADINGS[f] for f in REQUIRED if f not in fields]
    if missing:
        raise TheodoiError(f"{file} thiếu cột {', '.join(missing)}: dùng bảng do `theodoi labels export` tạo ra")
    twice = sorted({f for f in fields if f and fields.count(f) > 1})
    if twice:
        raise TheodoiError(f"{file} có hai cột {twice[0]}: xóa một cột")
    rows = {
        number: dict.fromkeys(filter(None, fields), "")
        | {f: cell.strip() for f, cell in zip(fields, cells, strict=False) if f}
        for number, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    }
    return Sheet(tuple(f.removeprefix("theme:") for f in fields if f.startswith("theme:")), rows)


# Programs may name the columns as the code does.
_FIELD_OF: Mapping[str, str] = {heading: field for field, heading in HEADINGS.items()} | {f: f for f in HEADINGS}


def _field(cell: str) -> str:
    name = plain(cell)
    if name in _FIELD_OF:
        return _FIELD_OF[name]
    return theme_field(name.removeprefix("theme:").split(":", 1)[0].strip()) if ":" in name else ""
