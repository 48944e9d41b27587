"""The labelling notebook: by keyboard, resumable, blind; what it writes is what the import takes."""

import csv
import importlib.util
import io
import shutil
from pathlib import Path
from types import ModuleType

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient

from tests.small_province import REGISTRY, Province
from theodoi import lake
from theodoi.settings import PROJECT, Settings
from theodoi.steps.labels.importing import import_labels
from theodoi.steps.labels.judged import judgement_rows

NOTEBOOKS = PROJECT / "notebooks"
NOTEBOOK = NOTEBOOKS / "labelling.ipynb"
# Of July, which is drawn: two of three articles.
JULY = {"Triển khai Đề án 1584", "Tin bốn"}


@pytest.fixture(scope="module")
def labeller() -> ModuleType:
    spec = importlib.util.spec_from_file_location("labeller", NOTEBOOKS / "labeller.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def database(small_province: Province, tmp_path: Path) -> Path:
    (tmp_path / "published").mkdir()
    return Path(shutil.copyfile(small_province.database, tmp_path / "published" / "coverage.duckdb"))


@pytest.fixture
def screen(labeller: ModuleType, database: Path):
    return labeller.sit_down(str(database), "2023-07", "gv1")


def enter(screen, text: str) -> None:
    """What the browser sends when Enter is pressed: the word first, then what was typed."""
    screen.keys._handle_custom_msg({"event": "submit"}, [])
    leave(screen, text)


def leave(screen, text: str) -> None:
    """What it sends when the field is only left."""
    screen.keys.set_state({"value": text})


def written(screen) -> list[dict[str, str]]:
    text = screen.desk.file.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_keys_label_and_the_file_is_what_the_import_takes(
    screen, small_province: Province, database: Path, tmp_path: Path
) -> None:
    first = screen.desk.article
    assert first.title in screen.page.value
    enter(screen, "2b/khó: chỉ nhắc thoáng")
    assert screen.desk.file == tmp_path / "labelling" / "2023-07-gv1-notebook.csv"
    assert screen.count.value == "1 / 2 bài"
    assert screen.keys.value == ""
    second = screen.desk.article
    assert {first.title, second.title} == JULY
    enter(screen, "3")
    assert "Đã gán xong" in screen.page.value
    assert screen.progress.value == screen.progress.max == 2
    settings = Settings(data=tmp_path, registry=small_province.registry)
    result = import_labels(settings, REGISTRY, screen.desk.file)
    assert result.new == {"gv1": 2}
    found = {r["article_id"]: r for r in judgement_rows(settings)}
    assert {k: found[first.article_id][k] for k in ("relevance", "themes", "note", "month")} == {
        "relevance": "implicit",
        "themes": ["c6"],
        "note": "khó: chỉ nhắc thoáng",
        "month": "2023-07",
    }
    assert (found[second.article_id]["relevance"], found[second.article_id]["codebook_version"]) == ("none", "1")
    assert import_labels(settings, REGISTRY, screen.desk.file).new == {}
    assert len(lake.files(settings.lake, lake.JUDGEMENT)) == 1


def test_wrong_keys_save_nothing_and_say_why(screen) -> None:
    for keys, reason in (("a", "Chọn mức liên quan"), ("3a", "none thì không gán chủ đề"), ("2z", "Phím “z”")):
        enter(screen, keys)
        assert reason in screen.said.value
        assert screen.desk.n_done == 0
        assert not screen.desk.file.exists()
    # The last digit counts; a letter twice is taken back; capitals and spaces do not matter.
    enter(screen, " 31 A bb")
    (row,) = written(screen)
    assert (row["Liên quan"], row["c1: Nâng cao nhận thức"], row["c6: Gương điển hình"]) == ("explicit", "x", "")


def test_leaving_the_field_saves_nothing_until_it_is_meant(screen) -> None:
    leave(screen, "3")
    assert screen.desk.n_done == 0
    assert "Chưa lưu" in screen.said.value
    screen.buttons["save"].click()
    assert screen.desk.n_done == 1
    # An Enter that nothing followed is forgotten.
    screen.keys._handle_custom_msg({"event": "submit"}, [])
    screen._entered_at -= 10
    leave(screen, "3")
    assert screen.desk.n_done == 1


def test_undo_skip_and_going_on_where_one_stopped(screen, labeller: ModuleType, database: Path) -> None:
    first = screen.desk.article
    enter(screen, "+")
    second = screen.desk.article
    assert second != first
    enter(screen, "1a/đúng số")
    assert screen.desk.article == first
    enter(screen, "-")
    assert screen.desk.article == second
    assert "1a/đúng số" in screen.said.value
    assert screen.desk.n_done == 0
    assert screen.desk.file.read_text(encoding="utf-8-sig") == ""
    enter(screen, "2")
    enter(screen, "-")
    enter(screen, "-")
    assert "Không có gì" in screen.said.value
    enter(screen, "2a")
    # Another day: the label is there, the open article lies on the desk, undo still works.
    later = labeller.sit_down(str(database), "2023-07", "gv1")
    assert (later.desk.n_done, later.desk.article) == (1, first)
    enter(later, "-")
    assert (later.desk.n_done, later.desk.article) == (0, second)
    assert list(screen.desk.file.parent.iterdir()) == [screen.desk.file]


def test_the_page_is_of_others_and_the_coder_is_blind(labeller: ModuleType, database: Path) -> None:
    hostile = '=<script>alert(1)</script>"&'
    with duckdb.connect(str(database)) as db:
        db.execute("update core.article set title = ?, url = 'javascript:alert(2)' where title = 'Tin bốn'", [hostile])
    screen = labeller.sit_down(str(database), "2023-07", "gv1")
    if screen.desk.article.title != hostile:
        enter(screen, "+")
    assert screen.desk.article.title == hostile
    assert "&lt;script&gt;" in screen.page.value
    assert "<script" not in screen.page.value
    assert "href" not in screen.page.value
    enter(screen, "3")
    assert written(screen)[0]["Tiêu đề"] == f"'{hostile}"
    assert labeller.sit_down(str(database), "2023-07", "gv1").desk.n_done == 1
    source = (NOTEBOOKS / "labeller.py").read_text(encoding="utf-8")
    assert not [word for word in ("stratum", "a.relevance", "a.themes", ".score") if word in source]


def test_the_second_coder_sees_what_is_for_two(labeller: ModuleType, database: Path) -> None:
    with duckdb.connect(str(database)) as db:
        db.execute("update marts.review_queue set for_second_coder = stratum = 'B' where drawn_at is not null")
    desk = labeller.sit_down(str(database), "2023-07", "gv2", second=True).desk
    assert [a.title for a in desk.articles] == ["Tin bốn"]


def test_what_cannot_be_opened_says_what_to_do(labeller: ModuleType, database: Path, tmp_path: Path, screen) -> None:
    with pytest.raises(ValueError, match="theodoi labels draw --month 2023-08"):
        labeller.sit_down(str(database), "2023-08", "gv1")
    with pytest.raises(ValueError, match="sửa đường dẫn database"):
        labeller.sit_down(str(tmp_path / "none.duckdb"), "2023-07", "gv1")
    with pytest.raises(ValueError, match="bí danh"):
        labeller.sit_down(str(database), "2023-07", "")
    enter(screen, "3")
    with pytest.raises(ValueError, match="là tệp của gv1"):
        labeller.sit_down(str(database), "2023-07", "gv2", str(screen.desk.file))
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="không phải tệp của sổ này"):
        labeller.sit_down(str(database), "2023-07", "gv1", str(other))


def test_the_notebook_is_kept_clean() -> None:
    code = [c for c in nbformat.read(NOTEBOOK, as_version=4).cells if c.cell_type == "code"]
    assert len(code) == 2
    assert all(not c.outputs and c.execution_count is None for c in code)
    assert 'coder = ""' in code[0].source


@pytest.mark.slow
def test_the_notebook_runs_in_a_kernel_of_its_own(database: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    parameters = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    parameters.source += f"\ndatabase, month, coder = {str(database)!r}, '2023-07', 'gv1'"
    notebook.cells.append(
        nbformat.v4.new_code_cell(
            "screen.keys._handle_custom_msg({'event': 'submit'}, [])\n"
            "screen.keys.set_state({'value': '1a'})\n"
            "print(screen.count.value)"
        )
    )
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    (shown,) = [c for c in notebook.cells if c.cell_type == "code" and "sit_down" in c.source]
    assert "application/vnd.jupyter.widget-view+json" in shown.outputs[0].data
    assert notebook.cells[-1].outputs[0].text == "1 / 2 bài\n"
    assert len((tmp_path / "labelling" / "2023-07-gv1-notebook.csv").read_text("utf-8-sig").splitlines()) == 2
