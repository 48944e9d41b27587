import csv
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.conftest import Province
from warehouse import sharing

LONG = "Một câu dài được lặp lại cho đủ một đoạn văn. " * 20
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def whole(province: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province with the texts that a page may bring: too long ones, and one that a spreadsheet would run."""
    path = tmp_path_factory.mktemp("whole") / "coverage.duckdb"
    path.write_bytes(province.database.read_bytes())
    with duckdb.connect(str(path)) as db:
        db.execute("update core.article set lead = ?", [LONG])
        db.execute("update core.label set note = 'Hỏi lại cô Lan'")
        db.execute("update core.article set title = ? where title = 'Tin bốn'", [FORMULA])
        db.execute("update core.evidence set quote = ? where evidence_no = 1", [LONG])
        db.execute("update core.article_text set text = 'toàn văn riêng ' || text || ' ' || ?", [LONG])
        db.execute("update core.article set url = 'http://127.0.0.1/' || repeat('a', 300) || article_id")
    return path


@pytest.fixture(scope="module")
def public(whole: Path) -> Path:
    path = whole.parent / "coverage_public.duckdb"
    sharing.write_public(whole, path)
    return path


@pytest.fixture(scope="module")
def folder(public: Path) -> Path:
    path = public.parent / "coverage_public"
    sharing.write_folder(public, path)
    return path


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as db:
        return db.execute(sql).fetchall()


def test_has_every_table_but_the_texts(whole: Path, public: Path) -> None:
    tables = "select schema_name || '.' || table_name from duckdb_tables()"
    assert {t for (t,) in rows(whole, tables)} - {t for (t,) in rows(public, tables)} == {"core.article_text"}
    counts = "select table_name, estimated_size from duckdb_tables() where table_name not in ({}) order by all"
    others = counts.format("'article_text', 'dictionary'")
    assert len(rows(public, others)) > 20
    assert rows(public, others) == rows(whole, others)


def test_no_text_of_a_page_is_longer_than_a_quotation(public: Path) -> None:
    texts = rows(
        public,
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where not internal and data_type = 'VARCHAR' and schema_name != 'meta' and not ends_with(column_name, 'url')"
        " and table_name not in ('agency', 'source', 'obligation', 'document', 'theme', 'place', 'article_search')",
    )
    assert len(texts) > 50
    for schema, table, column in texts:
        ((longest,),) = rows(public, f'select coalesce(max(length("{column}")), 0) from {schema}."{table}"')
        assert longest <= sharing.QUOTED, (table, column)  # type: ignore[operator]
    ((lead, words),) = rows(
        public, "select max(lead), max(length(words)) from core.article join core.article_search using (article_id)"
    )
    assert str(lead).endswith("…")
    assert LONG.startswith(str(lead)[:-1])
    assert words < 300  # type: ignore[operator]
    assert "toàn văn riêng".encode() not in public.read_bytes()


def test_remarks_of_coders_stay_at_home(whole: Path, public: Path) -> None:
    notes = "select count(*), count(note) from core.label"
    ((n_labels, n_notes),) = rows(whole, notes)
    assert n_labels == n_notes > 0
    assert rows(public, notes) == [(n_labels, 0)]
    warned = "select warnings from meta.dictionary where table_name = 'label' and column_name = 'note'"
    assert sharing._EMPTY in str(rows(public, warned))


def test_addresses_stay_whole(whole: Path, public: Path) -> None:
    urls = "select url from core.article order by article_id"
    assert rows(public, urls) == rows(whole, urls)


def test_explains_itself_as_the_whole_does(whole: Path, public: Path) -> None:
    explained = """
        select schema_name, table_name, null, comment from duckdb_tables()
        union all
        select schema_name, table_name, column_name, comment from duckdb_columns() where not internal
        order by all
    """
    assert rows(public, explained) == [r for r in rows(whole, explained) if r[1] != "article_text"]
    meanings = "select schema_name, table_name, column_name, meaning from meta.dictionary order by all"
    assert rows(public, meanings) == rows(public, explained)
    warned = "select table_name, column_name from meta.dictionary where warnings[-1] like 'Bản chia sẻ:%' order by all"
    expected = [("article", "lead"), ("article_search", "words"), ("evidence", "quote"), ("label", "note")]
    assert rows(public, warned) == expected


def test_opens_anywhere_and_names_nothing_of_this_machine(public: Path) -> None:
    ((tags,),) = rows(public, "select tags from duckdb_databases() where database_name = current_database()")
    assert "v1.0.0" in str(tags)
    assert str(public.parent).encode() not in public.read_bytes()
    assert rows(public, "from duckdb_views() where not internal") == []


def test_searches_what_it_holds(public: Path) -> None:
    assert rows(public, "select title, left(snippet, 11) from search('de an 1584')") == [
        ("Triển khai Đề án 1584", "Một câu dài")
    ]
    assert rows(public, "from search('toàn văn riêng')") == []


def test_the_folder_holds_each_table_twice(public: Path, folder: Path) -> None:
    tables = {
        f"{s}.{t}"
        for s, t in rows(public, "select schema_name, table_name from duckdb_tables()")
        if t != "article_search"
    }
    for kind in ("csv", "parquet"):
        assert {p.name.removesuffix(f".{kind}") for p in (folder / kind).iterdir()} == tables
    for table in sorted(tables):
        schema, name = table.split(".")
        parquet = folder / "parquet" / f"{table}.parquet"
        assert rows(public, f"from read_parquet('{parquet}')") == rows(public, f'from {schema}."{name}"')
    assert "không phải số 0" in (folder / "DOC-TRUOC.txt").read_text(encoding="utf-8")


def test_the_csv_is_what_a_spreadsheet_takes(public: Path, folder: Path) -> None:
    article = folder / "csv" / "core.article.csv"
    assert article.read_bytes().startswith(b"\xef\xbb\xbfarticle_id,")
    with article.open(encoding="utf-8-sig", newline="") as file:
        cells = {row["article_id"]: row for row in csv.DictReader(file)}
    whole = rows(public, "select article_id, title, array_to_string(themes, '; ') from core.article")
    assert len(cells) == len(whole) > 5
    for article_id, title, themes in whole:
        row = cells[str(article_id)]
        assert row["title"] == (f"'{FORMULA}" if title == FORMULA else title)
        assert row["themes"] == themes
    assert any("; " in str(themes) for _, _, themes in whole)
    assert any(title == FORMULA for _, title, _ in whole)


def test_blind_is_an_empty_cell(public: Path, folder: Path) -> None:
    with (folder / "csv" / "marts.agency_month.csv").open(encoding="utf-8-sig", newline="") as file:
        blind = [row for row in csv.DictReader(file) if row["state"] == "blind"]
    assert blind
    assert {row["n_articles"] for row in blind} == {""}
