"""The monthly review says what the published database says, keeps blind apart from zero, and loads nothing."""

import re
import shutil
from pathlib import Path

import duckdb
import nbformat
import pytest
from lxml import html

from tests.small_province import Province
from theodoi.errors import DataFolderError, TheodoiError
from theodoi.settings import Settings
from theodoi.steps.review import NOTEBOOK, review

HOSTILE = '<script>alert(1)</script> & "chào"'


@pytest.fixture(scope="module")
def published(small_province: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province's database; one title is what no honest page would print."""
    database = tmp_path_factory.mktemp("đã công bố") / "coverage.duckdb"
    shutil.copyfile(small_province.database, database)
    with duckdb.connect(database) as db:
        db.execute(
            "update core.article set title = ?, url = 'javascript:alert(2)' where title = 'Tuyển sinh'", [HOSTILE]
        )
    return database


@pytest.fixture(scope="module")
def settings(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("dữ liệu"))
    settings.published.mkdir()
    shutil.copy(published, settings.database)
    return settings


@pytest.fixture(scope="module")
def august(settings: Settings) -> Path:
    return review(settings, "2023-08")


def rows(page: Path, first_heading: str) -> dict[str, list[str]]:
    """First cell -> the other cells, of the table whose first heading is this."""
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    for table in tree.iter("table"):
        if table.xpath("string(.//th[1])") == first_heading:
            lines = [[c.text_content() for c in r.iter("td")] for r in table.iter("tr")]
            return {line[0]: line[1:] for line in lines if line}
    raise AssertionError(f"no table {first_heading}")


@pytest.mark.slow
def test_page_agrees_with_the_database(august: Path, settings: Settings) -> None:
    shown = rows(august, "Cơ quan")
    with duckdb.connect(settings.database, read_only=True) as db:
        known = db.execute(
            """
            select a.name, m.state, m.n_explicit, m.n_implicit, m.n_none, m.n_original, m.n_reprint
            from marts.agency_month as m inner join core.agency as a on m.agency_id = a.agency_id
            where m.month = date '2023-08-01'
            """
        ).fetchall()
    assert {state for _, state, *_ in known} == {"partly_blind", "blind"}
    assert set(shown) == {name for name, *_ in known} | {"Cộng"}
    for name, state, *counts in known:
        wanted = ["—"] * 5 if state == "blind" else [f"≥ {n}" for n in counts]
        assert shown[name][1:6] == wanted, name
    assert shown["Cộng"][1:3] == ["≥ 2", "≥ 1"]


@pytest.mark.slow
def test_blind_is_never_zero_and_says_why(august: Path) -> None:
    state, *counts = rows(august, "Cơ quan")["Hội đồng nhân dân"]
    assert state == "không nhìn được: máy chủ của trang báo lỗi"
    assert counts == ["—"] * 6
    assert rows(august, "Nguồn")["hdnd (Hội đồng nhân dân)"] == [
        "20/20: máy chủ của trang báo lỗi",
        "X: không nhìn được ngày nào",
        *["—"] * 7,
    ]


@pytest.mark.slow
def test_seen_and_empty_is_zero_and_silent(settings: Settings) -> None:
    state, *counts = rows(review(settings, "2023-06"), "Cơ quan")["Báo tỉnh"]
    assert state == "im lặng"
    assert counts == ["0"] * 6


@pytest.mark.slow
def test_articles_stand_with_their_proof(august: Path, settings: Settings) -> None:
    text = html.fromstring(august.read_text(encoding="utf-8")).text_content()
    with duckdb.connect(settings.database, read_only=True) as db:
        relevant = db.execute(
            """
            select r.title, r.capture_id, e.quote
            from core.article as r inner join core.evidence as e on r.article_id = e.article_id
            where r.published_month = date '2023-08-01' and r.relevance != 'none'
            """
        ).fetchall()
        (build,) = db.execute("select lake_digest, registry_digest from meta.build").fetchall()
    assert len(relevant) == 3
    for title, capture, quote in relevant:
        assert title in text
        assert capture in text
        assert f"“{quote}”" in text
    for digest in build:
        assert digest[:12] in text
    assert "21,0 giờ" in text  # how long after the original the reprint came
    assert "15/08/2023 09:00" in text  # local time, not UTC


@pytest.mark.slow
def test_page_loads_nothing_and_runs_nothing(august: Path) -> None:
    source = august.read_text(encoding="utf-8")
    tree = html.fromstring(source)
    tags = {e.tag for e in tree.iter() if isinstance(e.tag, str)}
    assert {"table", "img", "a", "style"} <= tags
    assert not tags & {"script", "link", "iframe", "object", "embed", "base", "form", "video", "audio", "source"}
    outward = {(e.tag, k) for e in tree.iter() for k, v in e.items() if "//" in v and not v.startswith("data:")}
    assert outward == {("a", "href")}
    assert all(a.get("href", "").startswith("http") for a in tree.iter("a"))
    assert all(i.get("src", "").startswith("data:image/png;base64,") for i in tree.iter("img"))
    styles = " ".join(s.text_content() for s in tree.iter("style"))
    assert not re.search(r"url\(|@import|https?:", styles)
    assert not any(k.startswith("on") for e in tree.iter() for k in e.keys())  # noqa: SIM118 -- lxml elements are no dicts
    assert "default-src 'none'" in source
    assert HOSTILE in tree.text_content()
    assert "javascript:" not in source


@pytest.mark.slow
def test_code_is_not_shown(august: Path) -> None:
    text = html.fromstring(august.read_text(encoding="utf-8")).text_content()
    assert "duckdb.connect" not in text
    assert "marts.agency_month" not in text


@pytest.mark.slow
def test_same_database_gives_the_same_bytes(august: Path, settings: Settings) -> None:
    before = august.read_bytes()
    assert review(settings, "2023-08") == august
    assert august.read_bytes() == before
    assert [p.name for p in settings.reviews.iterdir() if p.name.startswith(".")] == []
    assert not list(settings.work.iterdir())


@pytest.mark.slow
def test_unknown_month_names_the_known_ones(settings: Settings) -> None:
    with pytest.raises(TheodoiError, match=r"2030-01 không có .* từ 2022-06 đến 2023-08") as refusal:
        review(settings, "2030-01")
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
def test_page_in_the_way_is_one_line(published: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.published.mkdir()
    shutil.copy(published, settings.database)
    settings.reviews.write_text("")
    with pytest.raises(DataFolderError):
        review(settings, "2023-08")


@pytest.mark.parametrize("month", ["2023-13", "2023-1", "2023-08-01", "tháng 8", "../2023-08", ""])
def test_what_is_no_month_is_refused(tmp_path: Path, month: str) -> None:
    with pytest.raises(TheodoiError, match="không phải tháng"):
        review(Settings(data=tmp_path), month)


def test_nothing_published_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TheodoiError, match="chưa có cơ sở dữ liệu công bố"):
        review(Settings(data=tmp_path), "2023-08")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to have a header" * 100])
def test_foreign_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    settings = Settings(data=tmp_path)
    settings.published.mkdir()
    settings.database.write_bytes(content)
    with pytest.raises(TheodoiError, match="không đọc được") as refusal:
        review(settings, "2023-08")
    assert "\n" not in str(refusal.value)


def test_notebook_is_kept_clean() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert len(code) >= 8
    assert all(not c.outputs and c.execution_count is None for c in code)
    (parameters,) = [c for c in code if "parameters" in c.metadata.get("tags", [])]
    assert re.findall(r"^(\w+) =", parameters.source, re.MULTILINE) == ["database", "month"]


@pytest.mark.sample
def test_sample_province_has_a_review_of_every_month(sample) -> None:
    with duckdb.connect(sample.settings.database, read_only=True) as db:
        ((month, n_explicit, n_implicit),) = db.execute(
            """
            select
                strftime(published_month, '%Y-%m'),
                count(*) filter (where relevance = 'explicit'),
                count(*) filter (where relevance = 'implicit')
            from core.article group by all order by 2 desc, 1 limit 1
            """
        ).fetchall()
    assert n_explicit > 0
    text = html.fromstring(review(sample.settings, month).read_text(encoding="utf-8")).text_content()
    assert f"Nêu tên Đề án: {n_explicit} bài" in text
    assert f"Trong phạm vi Đề án: {n_implicit} bài" in text
