"""What may be passed on: the published database without the texts of others, as one DuckDB file and as plain tables."""

import os
from contextlib import closing
from pathlib import Path

import duckdb

from warehouse import search

# A quotation that proves a label, not a copy of the work that it is taken from.
QUOTED = 200

_TEXTS = "article_text"
_INDEX = "article_search"
# Written by us, not read from pages.
_OURS = ("agency", "source", "obligation", "document", "theme", "place")
# What a person who labels remarked was not written for everybody.
_WITHHELD = {("label", "note")}
_EMPTY = "Bản chia sẻ: để trống."
_CUT = f"Bản chia sẻ: ô dài hơn {QUOTED} ký tự bị cắt và kết thúc bằng “…”."
_NO_BODY = "Bản chia sẻ: chỉ có tiêu đề và sa-pô, không có nội dung."
# Spreadsheets run a cell that begins so; a headline may say anything.
_FORMULA = r"^[=+@\t\r-]"
# Excel takes a CSV file for UTF-8 only when it begins with this mark.
_MARK = "\ufeff"
_READ_FIRST = f"""\
Bản chia sẻ của theodoi: mọi bảng trừ toàn văn bài báo; lời lấy từ trang không quá {QUOTED} ký tự mỗi ô.

csv/      mở bằng Excel. Danh sách trong một ô cách nhau bằng “; ”. Ô chữ bắt đầu bằng = + - @ có thêm dấu ' ở đầu.
parquet/  cùng các bảng ấy cho Python, R, DuckDB; giữ nguyên kiểu dữ liệu.

Nghĩa của từng bảng và cột, đơn vị, điều dễ hiểu sai: meta.dictionary. Dựng lúc nào, từ dữ liệu nào: meta.build.
Ô trống ở cột đếm là không nhìn thấy trang, không phải số 0.
"""


def write_public(database: Path, target: Path) -> None:
    """Write the database again without full texts, with its comments, dictionary and search over headlines and leads.

    Args:
        database: Finished database; it is read only.
        target: The file to write; it must not exist.

    Raises:
        duckdb.Error: The database is none of ours, or the disk is full.
    """
    with closing(duckdb.connect()) as db:
        db.execute(f"attach {_literal(database)} as whole (read_only)")
        db.execute(f"attach {_literal(target)} as public")
        db.execute("use public")
        search.write_folding(db)
        warnings: list[tuple[str, str, str]] = []
        for schema, table in _tables(db, "whole"):
            if table in (_TEXTS, _INDEX):
                continue
            cut = [] if schema == "meta" or table in _OURS else _long(db, schema, table)
            warnings += [(table, column, _CUT) for column in cut]
            withheld = {c for t, c in _WITHHELD if t == table}
            warnings += [(table, column, _EMPTY) for column in sorted(withheld)]
            columns = (c for c, _ in _columns(db, "whole", schema, table))
            cells = ", ".join(
                f"null::varchar as {_name(c)}" if c in withheld else _shortened(c) if c in cut else _name(c)
                for c in columns
            )
            db.execute(f"create schema if not exists {_name(schema)}")
            _make(db, schema, table, f"select {cells} from {_name('whole', schema, table)}")  # noqa: S608 - our tables
        _make(
            db, "core", _INDEX, "select article_id, main.words(concat_ws(' ', title, lead)) as words from core.article"
        )
        search.write_search(db, search.PUBLIC_TEXTS)
        db.execute("delete from meta.dictionary where table_name = ?", [_TEXTS])
        for row in [*warnings, (_INDEX, "words", _NO_BODY)]:
            db.execute(
                "update meta.dictionary set warnings = list_append(warnings, $3)"
                " where table_name = $1 and column_name = $2",
                row,
            )
        db.execute("use memory")
        db.execute("detach public")


def write_folder(public: Path, folder: Path) -> None:
    """Write the tables of the public file as Parquet, and as CSV that Excel opens, into a new folder.

    Args:
        public: What `write_public` made.
        folder: The folder to make; it must not exist.

    Raises:
        duckdb.Error: The disk is full.
        OSError: The folder cannot be made.
    """
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir(parents=True)
    (folder / "DOC-TRUOC.txt").write_text(_READ_FIRST, encoding="utf-8")
    with closing(duckdb.connect()) as db:
        db.execute(f"attach {_literal(public)} as public (read_only)")
        for schema, table in _tables(db, "public"):
            if table == _INDEX:
                continue
            origin = _name("public", schema, table)
            columns = enumerate(_columns(db, "public", schema, table))
            cells = ", ".join(f"{_cell(c, kind)} as {_name(_MARK * (n == 0) + c)}" for n, (c, kind) in columns)
            parquet, csv = (_literal(folder / k / f"{schema}.{table}.{k}") for k in ("parquet", "csv"))
            db.execute(f"copy {origin} to {parquet} (format parquet)")
            db.execute(f"copy (select {cells} from {origin}) to {csv} (format csv, header)")  # noqa: S608 - our tables


def _tables(db: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    return db.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? order by all", [database]
    ).fetchall()


def _columns(db: duckdb.DuckDBPyConnection, *table: str) -> list[tuple[str, str]]:
    """Names and types in their order."""
    return db.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        table,
    ).fetchall()


def _long(db: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    """Columns with a text that is too long to be passed on; an address is needed whole, and is no text."""
    texts = [
        c
        for c, kind in _columns(db, "whole", schema, table)
        if kind == "VARCHAR" and not c.endswith(("url", "url_key", "found_key"))
    ]
    if not texts:
        return []
    longest = ", ".join(f"max(length({_name(c)}))" for c in texts)
    row = db.execute(f"select {longest} from {_name('whole', schema, table)}").fetchone()  # noqa: S608 - our tables
    assert row is not None
    return [c for c, length in zip(texts, row, strict=True) if (length or 0) > QUOTED]


def _shortened(column: str) -> str:
    name = _name(column)
    return f"case when length({name}) > {QUOTED} then left({name}, {QUOTED - 1}) || '…' else {name} end as {name}"


def _make(db: duckdb.DuckDBPyConnection, schema: str, table: str, query: str) -> None:
    """Create a table with the comments that it has in the whole database."""
    target = _name(schema, table)
    db.execute(f"create table {target} as {query}")
    of_this = "database_name = 'whole' and schema_name = $1 and table_name = $2"
    comments = db.execute(
        f"select 'table', null, comment from duckdb_tables() where {of_this}"  # noqa: S608 - a constant
        f" union all select 'column', column_name, comment from duckdb_columns() where {of_this}",
        [schema, table],
    ).fetchall()
    for kind, column, comment in comments:
        if comment is not None:
            what = target if column is None else f"{target}.{_name(column)}"
            db.execute(f"comment on {kind} {what} is {_literal(comment)}")


def _cell(column: str, data_type: str) -> str:
    """A column as a spreadsheet takes it."""
    text = f"array_to_string({_name(column)}, '; ')" if data_type == "VARCHAR[]" else _name(column)
    if not data_type.startswith("VARCHAR"):
        return text
    return f"case when regexp_matches({text}, {_literal(_FORMULA)}) then '''' || {text} else {text} end"


def _name(*parts: str) -> str:
    return ".".join('"' + p.replace('"', '""') + '"' for p in parts)


def _literal(text: str | Path) -> str:
    return "'" + os.fspath(text).replace("'", "''") + "'"
