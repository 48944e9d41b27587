import unicodedata
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.conftest import Province
from warehouse import search

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
written = st.text(LETTERS + LETTERS.upper() + "0123456789 ,.-/“”…\n", max_size=60)

TEXTS = {
    "a": ("Đào tạo nghề ở Nam Sách", "", "Lớp may mở từ tháng ba; học viên có việc ngay."),
    "b": ("Dao tao nghe cho lao dong", "Tin không dấu.", "Nguồn nhân lực của tỉnh đến năm 2030."),
    "c": ("Đảo Cò đón khách", "Nhà vườn tạo nghề mới", "Nghề đào ao nuôi cá."),
    "d": ("Quyết định 1584/QĐ-UBND", "", "Nhân lực: nguồn của tỉnh."),
    "e": ("Nghề", "", " ".join(["Câu mở đầu không liên quan."] * 20 + ["Cuối bài mới nhắc việc đào tạo nghề."])),
}
WORDS = sorted({w for parts in TEXTS.values() for w in " ".join(parts).split() if w.isalpha()})


def plain(text: str) -> str:
    """What folding means, said once more in Python."""
    marks_off = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return marks_off.lower().replace("đ", "d")


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("create schema core")
        made.execute("create table core.agency as select 'bao' as agency_id, 'Báo tỉnh' as name")
        made.execute("create table core.article_text (article_id varchar, title varchar, lead varchar, text varchar)")
        made.executemany("insert into core.article_text values (?, ?, ?, ?)", [(k, *v) for k, v in TEXTS.items()])
        made.execute("""
            create table core.article as
            select *, 'http://127.0.0.1/' as url, timestamp '2024-01-01' as published_at, 'bao' as agency_id,
                'none' as relevance
            from core.article_text
        """)
        search.write_folding(made)
        made.execute("""
            create table core.article_search as
            select article_id, main.words(concat_ws(' ', title, lead, text)) as words from core.article_text
        """)
        search.write_search(made, search.FULL_TEXTS)
        yield made


def found(db: duckdb.DuckDBPyConnection, query: str | None) -> list[str]:
    return [row[0] for row in db.execute("select article_id from search(?)", [query]).fetchall()]


@given(text=written)
def test_folding_leaves_no_accent_and_keeps_each_letter_in_its_place(db: duckdb.DuckDBPyConnection, text: str) -> None:
    row = db.execute(
        "select fold($1), fold(upper($1)), fold($2), words($1)", [text, unicodedata.normalize("NFD", text)]
    )
    folded, upper, decomposed, words = row.fetchall()[0]
    assert folded == upper == decomposed == plain(text)
    assert words == " " + "".join(c if c.isalnum() else " " for c in plain(text)) + " "
    assert len(folded) == len(text)


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=10),
    spelling=st.sampled_from([str, plain, str.upper, lambda s: unicodedata.normalize("NFD", s)]),
)
def test_finds_what_has_all_words_however_they_are_typed(
    db: duckdb.DuckDBPyConnection, words: list[str], spelling: object
) -> None:
    assert callable(spelling)
    wanted = [plain(w) for w in words]
    texts = {k: "".join(c if c.isalnum() else " " for c in plain(" ".join(v))).split() for k, v in TEXTS.items()}
    every = {k for k, has in texts.items() if set(wanted) <= set(has)}
    hits = found(db, spelling(" ".join(words)))
    if len(wanted) <= 8:
        assert set(hits) == every
    else:
        # From the ninth word on they must follow each other.
        assert set(hits) <= every
    assert len(hits) == len(set(hits))


def test_ranks_the_headline_first_then_the_phrase_then_the_words(db: duckdb.DuckDBPyConnection) -> None:
    ranked = db.execute("select article_id, rank from search('đào tạo nghề')").fetchall()
    assert ranked == [("a", 7), ("b", 6), ("e", 3), ("c", 0)]


def test_an_unaccented_query_finds_the_same(db: duckdb.DuckDBPyConnection) -> None:
    assert set(found(db, "dao tao NGHE")) == {"a", "b", "c", "e"}


def test_quotation_marks_ask_for_the_very_phrase(db: duckdb.DuckDBPyConnection) -> None:
    assert set(found(db, "nguồn nhân lực")) == {"b", "d"}
    assert found(db, '"nguồn nhân lực"') == ["b"]
    # The next sentence, or what stands behind a colon, is no part of a phrase.
    assert found(db, '"nhân lực nguồn"') == []


def test_signs_in_a_number_are_no_matter(db: duckdb.DuckDBPyConnection) -> None:
    assert found(db, "1584/QĐ-UBND") == found(db, "1584 qd ubnd") == ["d"]


@pytest.mark.parametrize("query", ["", "  ", "%", "'", '"', None, "khôngcótừnày"])
def test_what_asks_for_nothing_finds_nothing(db: duckdb.DuckDBPyConnection, query: str | None) -> None:
    assert found(db, query) == []


def test_the_snippet_shows_the_place(db: duckdb.DuckDBPyConnection) -> None:
    shown = dict(db.execute("select article_id, snippet from search('đào tạo nghề')").fetchall())
    assert shown["e"].startswith("…")
    assert shown["e"].endswith("nhắc việc đào tạo nghề.")
    # Where only the headline has the words, the beginning of the body says what it is about.
    assert shown["a"] == "Lớp may mở từ tháng ba; học viên có việc ngay."


def test_stands_in_the_built_file(province: Province) -> None:
    assert province.rows("select article_id, agency, rank from search('đề án 1584')") == [
        (province.ids["Triển khai Đề án 1584"], "Báo tỉnh", 7)
    ]
    macros = province.rows("select distinct function_name, comment is null from duckdb_functions() where not internal")
    assert sorted(macros) == [("fold", False), ("search", False), ("words", False)]
