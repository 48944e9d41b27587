"""Labels by people: drawn once, coded blind, taken in whole or not at all, never changed, never learnt from early."""

import csv
import io
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as drawing_of_examples
from hypothesis import strategies as st

from tests.small_province import FIRST, REGISTRY, LakeBuilder, Page, Poll, Province, vietnam
from theodoi import cli, lake
from theodoi.errors import DataFolderError, TheodoiError
from theodoi.settings import Settings
from theodoi.steps.labels import sheet
from theodoi.steps.labels.drawing import draw, drawn
from theodoi.steps.labels.exporting import export_labels
from theodoi.steps.labels.importing import import_labels
from theodoi.steps.labels.judged import agreement, judgement_rows
from theodoi.steps.labels.training import labels_for_training
from warehouse.build import build_database
from warehouse.expectations import FRAMES, RULES
from warehouse.gate import judge

AUGUST = 10
HOSTILE = '=HYPERLINK("http://a";"b")\x0b <b>&\n@x'


@pytest.fixture
def settings(small_province: Province, tmp_path: Path) -> Settings:
    """The small province published, its August over, with nothing drawn or labelled in the lake."""
    settings = Settings(data=tmp_path / "dữ liệu", registry=small_province.registry)
    shutil.copytree(small_province.lake, settings.lake)
    for dataset in (lake.AUDIT, lake.JUDGEMENT):
        shutil.rmtree(settings.lake / dataset.name)
    settings.published.mkdir()
    shutil.copyfile(small_province.database, settings.database)
    change(settings, "update meta.build set data_up_to = timestamp '2023-08-31 17:00:00'")
    return settings


def change(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.database)) as db:
        for statement in statements:
            db.execute(statement)


def cells(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def fill(file: Path, said: dict[str, dict[str, str]], **everywhere: str) -> Path:
    """Fill in a csv sheet: title -> heading -> cell."""
    rows = cells(file)
    written = {row["Tiêu đề"] for row in rows}
    assert set(said) <= written, set(said) - written
    for row in rows:
        row |= everywhere | said.get(row["Tiêu đề"], {})
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return file


def sheet_of(settings: Settings, coder: str, form: str = "csv", **options) -> Path:
    out = settings.data / f"{coder}-{len(list(settings.data.iterdir()))}.{form}"
    return export_labels(settings, "2023-08", coder, form=form, out=out, **options).file


def said(settings: Settings) -> list[tuple]:
    with duckdb.connect(str(settings.database), read_only=True) as db:
        titles = dict(db.execute("select article_id, title from core.article").fetchall())
    rows = sorted(judgement_rows(settings), key=lambda r: (titles[r["article_id"]], r["coder"], r["coded_at"]))
    return [
        (titles[r["article_id"]], r["coder"], r["relevance"], r["themes"], r["supersedes"] is not None) for r in rows
    ]


def test_a_month_is_drawn_once_and_handed_out_blind(settings: Settings) -> None:
    result = export_labels(settings, "2023-08", "gv1", form="csv")
    assert result.file == settings.data / "labelling" / "2023-08-gv1.csv"
    assert (result.n_rows, result.draw.draw_no, result.draw.is_new) == (AUGUST, 1, True)
    frame = drawn(settings, "2023-08")
    assert len(frame) == AUGUST
    assert {(r["stratum"], r["inclusion_probability"], r["is_sampled"]) for r in frame} == {("S", 1.0, True)}
    files = {p: p.read_bytes() for p in lake.files(settings.lake, lake.AUDIT)}
    assert not draw(settings, "2023-08").is_new
    assert {p: p.read_bytes() for p in lake.files(settings.lake, lake.AUDIT)} == files
    rows = cells(result.file)
    assert len(rows) == AUGUST
    # Nothing of the model and nothing that gives away what it thinks.
    assert not {"stratum", "score", "Tầng", "Điểm"} & set(rows[0])
    assert {row["Liên quan"] for row in rows} == {""}
    text = result.file.read_text(encoding="utf-8-sig")
    assert "implicit" not in text
    assert "explicit" not in text
    for row in rows:
        assert row["Tiêu đề"]
        assert row["Đoạn đầu"]
        assert row["Địa chỉ"].startswith("http")
        assert (row["Người gán"], row["Bản sổ mã"]) == ("gv1", "1")


def test_a_second_coder_gets_a_fifth_and_nobody_gets_what_he_did(settings: Settings) -> None:
    export_labels(settings, "2023-08", "gv1", form="csv")
    second = cells(sheet_of(settings, "gv2", second=True))
    wanted = {r["article_id"] for r in drawn(settings, "2023-08") if r["for_second_coder"]}
    assert {row["Mã bài"] for row in second} == wanted
    assert AUGUST / 5 <= len(wanted) < AUGUST
    import_labels(settings, REGISTRY, fill(sheet_of(settings, "gv1"), {"Dò được": {"Liên quan": "none"}}))
    left = {row["Tiêu đề"] for row in cells(sheet_of(settings, "gv1"))}
    assert len(left) == AUGUST - 1
    assert "Dò được" not in left


def test_an_article_edited_since_the_draw_is_handed_out_as_it_is_and_one_that_is_gone_is_counted(
    settings: Settings,
) -> None:
    draw(settings, "2023-08")
    # As the published file of a later build shows them.
    rows = drawn(settings, "2023-08")
    edited, gone = rows[0]["article_id"], rows[1]["article_id"]
    was = rows[0] | {"article_id": "as it was drawn"}
    lake.write(lake.partition(settings.lake, lake.AUDIT), lake.AUDIT, [was, *rows[1:]], name="2023-08-1")
    change(
        settings,
        f"update marts.review_queue set drawn_id = 'as it was drawn' where drawn_id = '{edited}'",
        f"update marts.review_queue set article_id = null where drawn_id = '{gone}'",
    )
    result = export_labels(settings, "2023-08", "gv1", form="csv")
    assert (result.n_rows, result.n_done, result.n_gone) == (AUGUST - 1, 0, 1)
    (row,) = [r for r in cells(result.file) if r["Mã bài"] == edited]
    import_labels(settings, REGISTRY, fill(result.file, {row["Tiêu đề"]: {"Liên quan": "none"}}))
    again = export_labels(settings, "2023-08", "gv1", form="csv", out=settings.data / "again.csv")
    assert (again.n_rows, again.n_done, again.n_gone) == (AUGUST - 2, 1, 1)


def test_a_month_that_is_not_over_is_not_drawn(settings: Settings) -> None:
    change(settings, "update meta.build set data_up_to = timestamp '2023-08-31 16:59:59'")
    with pytest.raises(TheodoiError, match="chưa tới hết tháng 2023-08"):
        draw(settings, "2023-08")
    assert not (settings.lake / "audit").exists()
    with pytest.raises(TheodoiError, match="không có bài nào của tháng 2030-01"):
        draw(settings, "2030-01")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_filled_in_comes_back_and_a_second_time_changes_nothing(settings: Settings, form: str) -> None:
    file = sheet_of(settings, "gv1", form)
    if form == "csv":
        fill(
            file,
            {
                "Tuyển sinh": {"Liên quan": "Implicit", "c6: Gương điển hình": "X", "Cơ quan được nêu": "cdn; so"},
                "Dò được": {"Liên quan": "none", "Ghi chú": "tin thường"},
                "Vẫn còn": {"Ghi chú": "để sau"},
            },
        )
    else:
        book = openpyxl.load_workbook(file)
        table = book["Gán nhãn"]
        heads = [c.value for c in table[1]]
        for row in table.iter_rows(min_row=2):
            at = dict(zip(heads, row, strict=True))
            if at["Tiêu đề"].value == "Tuyển sinh":
                at["Liên quan"].value, at["c6: Gương điển hình"].value = "Implicit", "X"
                at["Cơ quan được nêu"].value = "cdn; so"
            elif at["Tiêu đề"].value == "Dò được":
                at["Liên quan"].value, at["Ghi chú"].value = "none", "tin thường"
            elif at["Tiêu đề"].value == "Vẫn còn":
                at["Ghi chú"].value = "để sau"
        book.save(file)
    result = import_labels(settings, REGISTRY, file)
    assert (result.new, result.empty, result.remarks) == ({"gv1": 2}, AUGUST - 2, 1)
    assert said(settings) == [("Dò được", "gv1", "none", [], False), ("Tuyển sinh", "gv1", "implicit", ["c6"], False)]
    (row,) = [r for r in judgement_rows(settings) if r["relevance"] == "implicit"]
    assert (row["agencies"], row["month"], row["codebook_version"], row["imported_from"]) == (
        *(["cdn", "so"], "2023-08", "1", file.name),
    )
    assert datetime.now(UTC) - row["coded_at"] < timedelta(minutes=5)
    files = {p: p.read_bytes() for p in lake.files(settings.lake, lake.JUDGEMENT)}
    again = import_labels(settings, REGISTRY, file)
    assert (again.new, again.known) == ({}, 2)
    assert {p: p.read_bytes() for p in lake.files(settings.lake, lake.JUDGEMENT)} == files


def test_a_sheet_for_excel_offers_the_labels_and_locks_the_rest(settings: Settings) -> None:
    change(settings, "update core.article set title = $$" + HOSTILE + "$$ where title = 'Dò được'")
    file = sheet_of(settings, "gv1", "xlsx")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Gán nhãn", "Hướng dẫn"]
    table = book["Gán nhãn"]
    heads = {c.value: c.column_letter for c in table[1]}
    offered = {str(rule.sqref): rule.formula1 for rule in table.data_validations.dataValidation}
    assert offered[f"{heads['Liên quan']}2:{heads['Liên quan']}{AUGUST + 1}"] == '"explicit,implicit,none"'
    assert offered[f"{heads['c1: Nâng cao nhận thức']}2:{heads['c1: Nâng cao nhận thức']}{AUGUST + 1}"] == '"x"'
    assert table.protection.sheet
    assert not table[f"{heads['Liên quan']}2"].protection.locked
    assert all(table[f"{heads[h]}2"].protection.locked for h in ("Tiêu đề", "Mã bài", "Mã nội dung", "Người gán"))
    assert [c.data_type for row in table.iter_rows(min_row=2) for c in row if c.data_type == "f"] == []
    guide = "\n".join(str(c.value) for (c,) in book["Hướng dẫn"].iter_rows())
    assert "docs/codebook.md" in guide
    assert "c6: Gương điển hình" in guide
    # And what no cell can hold is forgiven on the way back.
    assert import_labels(settings, REGISTRY, file).empty == AUGUST


def test_a_text_that_looks_like_a_formula_is_none_in_csv(settings: Settings) -> None:
    change(settings, "update core.article set title = $$" + HOSTILE + "$$ where title = 'Dò được'")
    file = sheet_of(settings, "gv1")
    (title,) = [row["Tiêu đề"] for row in cells(file) if "HYPERLINK" in row["Tiêu đề"]]
    assert title.startswith("'=")
    fill(file, {title: {"Liên quan": "none"}})
    assert import_labels(settings, REGISTRY, file).new == {"gv1": 1}


@pytest.mark.parametrize(
    ("title", "wrong", "reason"),
    [
        ("Dò được", {"Mã bài": "0000000000000000"}, "không có bài nào mang mã “0000000000000000”"),
        ("Dò được", {"Liên quan": "maybe"}, "“maybe” không có trong sổ mã"),
        ("Dò được", {"Người gán": ""}, "thiếu bí danh"),
        ("Dò được", {"Người gán": "model"}, "dành cho máy"),
        ("Dò được", {"Người gán": "Nguyễn Văn A"}, "không dùng tên thật"),
        ("Dò được", {"c1: Nâng cao nhận thức": "x"}, "none mà có chủ đề c1"),
        ("Dò được", {"Liên quan": "", "c1: Nâng cao nhận thức": "x"}, "thiếu mức liên quan"),
        ("Dò được", {"Liên quan": "implicit", "c1: Nâng cao nhận thức": "hơi"}, "“hơi” ở chủ đề c1"),
        ("Dò được", {"Mã nội dung": "cũ"}, "nội dung bài đã đổi từ lúc xuất"),
        ("Dò được", {"Tiêu đề": "Tuyển sinh"}, "tiêu đề không phải của mã bài này"),
        ("Dò được", {"Cơ quan được nêu": "cdn;sở"}, "cơ quan “sở” không có trong danh bạ"),
        ("Dò được", {"Bản sổ mã": "99"}, "không có sổ mã bản “99”"),
        ("Dò được", {"Bản sổ mã": "mới"}, "không có sổ mã bản “mới”"),
        ("Dò được", {"Lúc gán": "hôm qua"}, "không đọc được"),
        ("Dò được", {"Lúc gán": "2099-01-01 08:00"}, "ở tương lai"),
    ],
)
def test_one_wrong_row_and_nothing_is_taken(settings: Settings, title: str, wrong: dict[str, str], reason: str) -> None:
    file = sheet_of(settings, "gv1")
    number = 2 + [row["Tiêu đề"] for row in cells(file)].index(title)
    fill(file, {"Tuyển sinh": {"Liên quan": "implicit"}, title: {"Liên quan": "none"} | wrong})
    with pytest.raises(TheodoiError) as refusal:
        import_labels(settings, REGISTRY, file)
    first, line = str(refusal.value).split("\n")
    assert first == f"{file} có 1 dòng sai, không nhập gì:"
    assert line.startswith(f"  {file.name} dòng {number}: ")
    assert reason in line
    assert judgement_rows(settings) == []


def test_a_row_twice_and_an_edited_article_are_named(settings: Settings) -> None:
    file = sheet_of(settings, "gv1")
    rows = cells(file)
    fill(file, {"Tuyển sinh": {"Liên quan": "implicit"}})
    lines = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (twice,) = [n for n, line in enumerate(lines) if ",Tuyển sinh," in line]
    file.write_text("".join([*lines, lines[twice]]), encoding="utf-8-sig")
    with pytest.raises(TheodoiError, match=rf"dòng {len(rows) + 2}: trùng với dòng {twice + 1}"):
        import_labels(settings, REGISTRY, file)
    read = lake.read(lake.files(settings.lake, lake.ARTICLE), lake.ARTICLE).to_pylist()
    old = next(row["article_id"] for row in read if row["title"] == "Bản đầu")
    file.write_text("".join(lines), encoding="utf-8-sig")
    fill(file, {"Bản sửa": {"Liên quan": "none", "Mã bài": old}})
    with pytest.raises(TheodoiError, match=r"bài đã được sửa từ lúc xuất \(nay có mã [0-9a-f]{16}\)"):
        import_labels(settings, REGISTRY, file)
    assert judgement_rows(settings) == []


def test_many_wrong_rows_are_counted_and_the_first_shown(settings: Settings) -> None:
    file = fill(sheet_of(settings, "gv1"), {}, **{"Liên quan": "có"})
    file.write_text(file.read_text(encoding="utf-8-sig") + "x,Tít,,,,,có,,,,,gv1,,1,zz,zz\n" * 3, encoding="utf-8-sig")
    with pytest.raises(TheodoiError, match=f"{AUGUST + 3} dòng sai") as refusal:
        import_labels(settings, REGISTRY, file)
    assert str(refusal.value).count("\n") == 11
    assert "… và 3 dòng sai khác" in str(refusal.value)


def test_a_second_thought_is_a_new_row_and_an_old_sheet_brings_nothing_back(settings: Settings) -> None:
    first = fill(sheet_of(settings, "gv1"), {"Tuyển sinh": {"Liên quan": "none"}})
    import_labels(settings, REGISTRY, first)
    parts = {p: p.read_bytes() for p in lake.files(settings.lake, lake.JUDGEMENT)}
    second = shutil.copyfile(first, settings.data / "second.csv")
    result = import_labels(settings, REGISTRY, fill(second, {"Tuyển sinh": {"Liên quan": "implicit"}}))
    assert (result.new, result.replacing) == ({"gv1": 1}, 1)
    expected = [("Tuyển sinh", "gv1", "none", [], False), ("Tuyển sinh", "gv1", "implicit", [], True)]
    assert said(settings) == expected
    assert all(p.read_bytes() == content for p, content in parts.items())
    assert import_labels(settings, REGISTRY, first).new == {}
    assert said(settings) == expected
    # There and back, by a third sheet: a third row.
    third = shutil.copyfile(first, settings.data / "third.csv")
    fill(third, {"Tuyển sinh": {"Ghi chú": "nghĩ lại"}})
    assert import_labels(settings, REGISTRY, third).replacing == 1
    assert [row[2] for row in said(settings)] == ["none", "implicit", "none"]
    assert len({r["judgement_id"] for r in judgement_rows(settings)}) == 3


def test_times_of_a_sheet_are_kept_and_an_earlier_one_replaces_nothing(settings: Settings) -> None:
    at = {"Lúc gán": "2023-09-02 09:30"}
    first = fill(sheet_of(settings, "gv1"), {"Tuyển sinh": {"Liên quan": "none"} | at})
    import_labels(settings, REGISTRY, first)
    assert [r["coded_at"] for r in judgement_rows(settings)] == [datetime(2023, 9, 2, 2, 30, tzinfo=UTC)]
    later = shutil.copyfile(first, settings.data / "later.csv")
    fill(later, {"Tuyển sinh": {"Liên quan": "implicit", "Lúc gán": "03/09/2023 09:30"}})
    assert import_labels(settings, REGISTRY, later).replacing == 1
    # The first label again, beside a new one.
    both = shutil.copyfile(first, settings.data / "both.csv")
    fill(both, {"Dò được": {"Liên quan": "none"} | at})
    assert import_labels(settings, REGISTRY, both).new == {"gv1": 1}
    stale = shutil.copyfile(first, settings.data / "stale.csv")
    fill(stale, {"Tuyển sinh": {"Liên quan": "explicit"}})
    with pytest.raises(TheodoiError, match="trước nhãn đang có của gv1"):
        import_labels(settings, REGISTRY, stale)


def test_coders_who_disagree_get_a_sheet_to_settle_it(settings: Settings) -> None:
    for coder, relevance in (("gv1", "implicit"), ("gv2", "none")):
        both = {"Tuyển sinh": {"Liên quan": relevance}, "Dò được": {"Liên quan": "none"}}
        import_labels(settings, REGISTRY, fill(sheet_of(settings, coder), both))
    questions, n_disputed = agreement(settings, REGISTRY, "2023-08")
    assert n_disputed == 1
    (relevance,) = [q.result for q in questions if q.kind == "relevance"]
    assert (relevance.n_units, relevance.share_equal) == (2, 0.5)
    file = sheet_of(settings, "chung", disputed=True)
    (row,) = cells(file)
    assert (row["Tiêu đề"], row["Các ý kiến"]) == ("Tuyển sinh", "gv1: implicit\ngv2: none")
    import_labels(settings, REGISTRY, fill(file, {"Tuyển sinh": {"Liên quan": "implicit", "c6: Gương điển hình": "x"}}))
    # Settled; what they first said alone counts for agreement.
    assert agreement(settings, REGISTRY, "2023-08") == (questions, 0)
    assert agreement(settings, REGISTRY, "2023-07") == ([], 0)
    with pytest.raises(TheodoiError, match="--disputed và bí danh “chung” đi với nhau"):
        sheet_of(settings, "gv1", disputed=True)


def test_the_command_line_leads_through_a_month(settings: Settings, monkeypatch, capsys) -> None:
    def run(*arguments: str) -> str:
        where = ["--data", str(settings.data), "--registry", str(settings.registry)]
        monkeypatch.setattr("sys.argv", ["theodoi", *arguments, *where])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        assert (end.value.code or 0, said.err) == (0, "")
        return said.out

    assert "Chưa có bài nào được hai người gán" in run("labels", "agreement")
    assert "Tháng 2023-08, đợt 1: đã rút 10 bài (S 10/10); 2 bài có người thứ hai gán" in run(
        "labels", "draw", "--month", "2023-08"
    )
    for coder, relevance in (("gv1", "implicit"), ("gv2", "none")):
        file = settings.data / f"{coder}.csv"
        options = ["--month", "2023-08", "--coder", coder, "--format", "csv", "--out", str(file)]
        assert f"{file}: 10 bài cho {coder}" in run("labels", "export", *options)
        fill(file, {"Tuyển sinh": {"Liên quan": relevance}, "Dò được": {"Liên quan": "none"}})
        assert f"{coder}.csv: đã nhập 2 nhãn ({coder} 2)" in run("import", "labels", str(file))
    told = run("labels", "agreement", "--month", "2023-08")
    assert "Tháng 2023-08, sổ mã bản 1: 2 bài có từ hai người gán" in told
    assert re.search(r"Liên quan \(ba mức\) +2 +50% +0,00 .*chưa tin được", told)
    assert "1 bài còn ý kiến khác nhau" in told


def test_a_model_learns_only_from_months_before(settings: Settings) -> None:
    labels = {"Tuyển sinh": {"Liên quan": "implicit", "c6: Gương điển hình": "x"}, "Dò được": {"Liên quan": "none"}}
    import_labels(settings, REGISTRY, fill(sheet_of(settings, "gv1"), labels))
    assert list(labels_for_training(settings, "2023-08")) == []
    learnt = list(labels_for_training(settings, "2023-09"))
    assert {(a.article.title, a.verdict.relevance, a.agency_id) for a in learnt} == {
        ("Tuyển sinh", "implicit", "cdn"),
        ("Dò được", "none", "bao"),
    }
    assert all(a.article.text and a.is_same_text for a in learnt)
    # Better reading rules give every text another id: the label goes with the address.
    for file in lake.files(settings.lake, lake.ARTICLE, source_id="cdn"):
        rows = lake.read([file], lake.ARTICLE).to_pylist()
        lake.write(file.parent, lake.ARTICLE, [r | {"article_id": f"new-{r['article_id']}"} for r in rows])
    again = {a.article.title: a.is_same_text for a in labels_for_training(settings, "2023-09")}
    assert again == {"Tuyển sinh": False, "Dò được": True}
    # Drawn for a later month, too: it stays unseen until that one is counted.
    (row,) = [r for r in drawn(settings, "2023-08") if r["article_id"] == judgement_rows(settings)[0]["article_id"]]
    folder = lake.partition(settings.lake, lake.AUDIT)
    lake.write(folder, lake.AUDIT, [row | {"month": "2023-09"}], name="2023-09-1")
    assert len(list(labels_for_training(settings, "2023-09"))) == 1
    assert len(list(labels_for_training(settings, "2023-10"))) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "thiếu cột"),
        (b"a,b\n1,2\n", "thiếu cột Tiêu đề, Liên quan, Người gán, Mã bài, Mã nội dung"),
        ("Mã bài\nđ".encode("utf-16"), "UTF-8"),
        (b"PK\x03\x04 half a zip", "không đọc được như bảng tính"),
        (b'"' + b"x" * 200_000, "không phải bảng CSV"),
    ],
    ids=["empty", "other table", "other code", "torn", "one cell"],
)
def test_what_is_no_sheet_is_one_line(settings: Settings, content: bytes, reason: str) -> None:
    file = settings.data / "la.csv"
    file.write_bytes(content)
    with pytest.raises(TheodoiError, match=reason) as refusal:
        import_labels(settings, REGISTRY, file)
    assert "\n" not in str(refusal.value)
    with pytest.raises(TheodoiError, match="không có tệp"):
        import_labels(settings, REGISTRY, settings.data / "none.xlsx")


def test_a_sheet_of_other_themes_is_refused(settings: Settings) -> None:
    file = sheet_of(settings, "gv1")
    text = file.read_text(encoding="utf-8-sig")
    for change_, reason in (("c6: Gương điển hình", "chủ đề “c9”"), ("c6: Gương điển hình,", "thiếu cột chủ đề c6")):
        other = "c9: Khác" if "," not in change_ else ""
        file.write_text(text.replace(change_, other, 1), encoding="utf-8-sig")
        with pytest.raises(TheodoiError, match=reason):
            import_labels(settings, REGISTRY, file)


def test_excel_of_another_country_and_a_full_disk(settings: Settings, tmp_path: Path) -> None:
    file = sheet_of(settings, "gv1")
    rows = cells(fill(file, {"Dò được": {"Liên quan": "none"}}))
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, list(rows[0]), delimiter=";")
    table.writeheader()
    table.writerows(rows)
    file.write_text(written.getvalue(), encoding="utf-8")
    assert import_labels(settings, REGISTRY, file).new == {"gv1": 1}
    with pytest.raises(TheodoiError, match="đã có tệp"):
        export_labels(settings, "2023-08", "gv1", out=file, form="csv")
    (tmp_path / "in the way").write_text("")
    with pytest.raises(DataFolderError):
        export_labels(settings, "2023-08", "gv1", out=tmp_path / "in the way" / "x.csv")


@pytest.mark.parametrize("coder", ["", "model", "Cô Lan", "../x", "a" * 33])
def test_a_coder_is_a_pseudonym(settings: Settings, coder: str) -> None:
    with pytest.raises(TheodoiError, match="bí danh"):
        export_labels(settings, "2023-08", coder)
    assert not (settings.lake / "audit").exists()


# Cells come back composed, as the file's end of line and no control characters: what else they hold survives.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@drawing_of_examples(deadline=None, max_examples=50)
@given(title=texts, note=texts, form=st.sampled_from(["csv", "xlsx"]))
def test_any_text_survives_a_sheet(tmp_path_factory, title: str, note: str, form: str) -> None:
    file = tmp_path_factory.mktemp("sheet") / f"s.{form}"
    row = {"title": title, "note": note, "article_id": "a", "text_digest": "d", "coder": "gv1"}
    sheet.write_sheet(file, [row], {"c1": "Một: hai"})
    back = sheet.read_sheet(file)
    assert back.themes == ("c1",)
    (found,) = back.rows.values()
    assert sheet.plain(found["title"]) == sheet.plain(title)
    assert sheet.plain(found["note"]) == sheet.plain(note)
    assert found["coder"] == "gv1"


@pytest.mark.slow
def test_what_was_drawn_stays_and_latecomers_are_drawn_by_themselves(
    settings: Settings, small_province: Province, tmp_path: Path
) -> None:
    draw(settings, "2023-08")
    before = drawn(settings, "2023-08")
    # In September a late article of August is found, and the model has changed its mind about another.
    builder = LakeBuilder(settings.lake, {"cdn": "cdn"})
    late = Page(
        "http://127.0.0.1:3/muon.html", title="Đến muộn", text="Tin cũ vừa tìm thấy.", published=vietnam("2023-08-09")
    )
    builder.crawl("cdn", FIRST + timedelta(days=26), [Poll(covers_from=date(2023, 8, 1))], [late])
    copies = lake.read(lake.files(settings.lake, lake.COPY), lake.COPY).to_pylist()
    builder.process([])
    alone = lake.read(lake.files(settings.lake, lake.COPY), lake.COPY).to_pylist()
    lake.write(lake.partition(settings.lake, lake.COPY), lake.COPY, [*copies, *alone])
    for file in lake.files(settings.lake, lake.LABEL, source_id="bao_moi"):
        rows = lake.read([file], lake.LABEL).to_pylist()
        lake.write(file.parent, lake.LABEL, [row | {"score": 0.49} for row in rows])
    built = build_database(settings.lake, small_province.registry, tmp_path / "c.duckdb", tmp_path / "work")
    queue = """
        select draw_no, drawn_at is not null, title, inclusion_probability, stratum
        from marts.review_queue join core.article using (article_id) where month = '2023-08-01' order by queue_no
    """
    with duckdb.connect(str(built), read_only=True) as db:
        rows = db.execute(queue).fetchall()
        ((scores,),) = db.execute(
            "select list(distinct score) from marts.audit_population where drawn_at is not null"
        ).fetchall()
    assert len(rows) == AUGUST + 1
    assert rows[-1] == (2, False, "Đến muộn", 1.0, "S")
    assert {row[:2] for row in rows[:-1]} == {(1, True)}
    assert 0.05 in scores
    assert 0.49 not in scores
    held = [f for f in FRAMES if f.name in ("queue_held", "population", "stratum", "audited", "queue")]
    names = {f.name for f in held}
    shutil.copyfile(built, settings.database)
    report = judge(built, previous=settings.database, frames=held, rules=[r for r in RULES if r.frame in names])
    assert report.passed
    # The second draw takes the latecomer and leaves the first as it was.
    second = draw(settings, "2023-08")
    assert (second.draw_no, second.n_sample, second.is_new) == (2, 1, True)
    now = drawn(settings, "2023-08")
    assert [r for r in now if r["draw_no"] == 1] == before
    assert [r["article_id"] for r in now if r["draw_no"] == 2] == [builder.ids["Đến muộn"]]
    assert {row["Tiêu đề"] for row in cells(sheet_of(settings, "gv1"))} >= {"Đến muộn", "Tuyển sinh"}
