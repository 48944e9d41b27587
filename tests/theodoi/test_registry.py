"""A registry loads whole or not at all, and every broken cell is named where it stands."""

import csv
import io
import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theodoi.errors import RegistryError
from theodoi.registry import CHANNELS, Registry, is_private_host, load_registry, write_registry

FILES = {
    "agencies.csv": [
        "agency_id,name,kind,report_class,valid_from,valid_to,successors,aliases",
        "so_a,Sở A,so,so_ban_nganh,2004-10-01,2025-02-28,so_b;so_c,Sở A tỉnh;SA",
        "so_b,Sở B,so,so_ban_nganh,,2025-06-30,so_d,",
        "so_c,Sở C,so,so_ban_nganh,2025-03-01,,,",
        "so_d,Sở D,so,,2025-07-01,,,",
        "bao,Báo,bao,bao_chi,,,,",
    ],
    # The columns that a registry of others is sure to have, and no more.
    "sources.csv": [
        "source_id,agency_id,base_url,platform,discovery,start_urls,valid_from,valid_to,delay_s,notes",
        "bao_web,bao,https://bao.example.com/,onecms,feed;listing,/xa-hoi;https://bao.example.com/kinh-te,2023-01-01,,6,",
        "so_web,so_a,http://so-a.example.com:8080,,,,,,,",
    ],
    "obligations.csv": [
        "obligation_id,section,binds,asks,observable,themes,how_observed,why_not,due,since,until",
        "o1,III.2,bao,Đăng bài,web,c1,Số bài,,,2023-02-02,",
        "o2,III.7,class:so_ban_nganh;bao,Báo cáo,no,,,Không công bố,11-30,,",
    ],
    "documents.csv": [
        "document_id,title,role,number,date,issuer_agency_id,patterns",
        r"d1,Đề án,programme,1584/QĐ-UBND,2022-06-07,so_a,\b1584/QĐ-UBND\b",
    ],
    "themes.csv": ["theme_id,name", "c1,Nhận thức"],
    "places.csv": [
        "place_id,name,kind,parent,variants,valid_from,valid_to",
        "tinh,Tỉnh,tinh,,tỉnh ta,1997-01-01,2025-06-30",
        "huyen,Huyện,huyen,tinh,H. Huyện,,",
    ],
}
Edit = Callable[[dict[str, list[str]]], None]


def write(folder: Path, files: dict[str, list[str]], *, end: str = "\n", bom: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        text = "".join(line + end for line in lines)
        (folder / name).write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))
    return folder


def broken(folder: Path, edit: Edit, **options: bool) -> str:
    """The message of a registry with one edit; whatever is wrong, it must not load."""
    files = {name: list(lines) for name, lines in FILES.items()}
    edit(files)
    with pytest.raises(RegistryError) as refusal:
        load_registry(write(folder, files), **options)
    return str(refusal.value)


def replace(file: str, line: int, old: str, new: str) -> Edit:
    def edit(files: dict[str, list[str]]) -> None:
        assert files[file][line - 1].count(old) >= 1
        files[file][line - 1] = files[file][line - 1].replace(old, new, 1)

    return edit


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return load_registry(write(tmp_path, FILES))


def test_minimal_files_load_with_defaults(registry: Registry) -> None:
    paper, office = registry.sources["bao_web"], registry.sources["so_web"]
    assert paper.base_url == "https://bao.example.com"
    assert paper.start_urls == ("https://bao.example.com/xa-hoi", "https://bao.example.com/kinh-te")
    assert (paper.discovery, paper.valid_from, paper.delay_s) == (("feed", "listing"), date(2023, 1, 1), 6.0)
    assert (office.platform, office.discovery, office.delay_s) == ("generic", CHANNELS, 5.0)
    assert (office.daily_budget, office.hours) == (None, "")
    assert office.start_urls == ("http://so-a.example.com:8080/",)
    assert [s.source_id for s in registry.crawlable()] == ["bao_web", "so_web"]
    assert registry.agencies["so_a"].aliases == ("Sở A tỉnh", "SA")
    assert registry.documents["d1"].date == date(2022, 6, 7)


@pytest.mark.parametrize(("end", "bom"), [("\r\n", False), ("\n", True), ("\r\n", True)])
def test_line_ends_and_mark_do_not_matter(tmp_path: Path, registry: Registry, end: str, bom: bool) -> None:
    other = load_registry(write(tmp_path / "other", FILES, end=end, bom=bom))
    assert other == registry
    assert other.digest() == registry.digest()


def test_written_registry_reads_back_the_same(tmp_path: Path, registry: Registry) -> None:
    write_registry(registry, tmp_path / "whole")
    again = load_registry(tmp_path / "whole")
    assert again == registry
    assert again.digest() == registry.digest()
    assert pickle.loads(pickle.dumps(registry)) == registry


def test_digest_follows_content(tmp_path: Path, registry: Registry) -> None:
    files = {n: list(lines) for n, lines in FILES.items()}
    replace("themes.csv", 2, "Nhận thức", "Nhận biết")(files)
    assert load_registry(write(tmp_path / "other", files)).digest() != registry.digest()


@pytest.mark.parametrize(
    ("agency", "day", "answer"),
    [
        ("so_a", date(2004, 9, 30), ()),
        ("so_a", date(2004, 10, 1), ("so_a",)),
        ("so_a", date(2025, 2, 28), ("so_a",)),
        ("so_a", date(2025, 3, 1), ("so_b", "so_c")),
        ("so_a", date(2025, 7, 1), ("so_d", "so_c")),
        ("so_c", date(2025, 2, 1), ()),
        ("bao", date(1990, 1, 1), ("bao",)),
    ],
)
def test_work_passes_to_successors(registry: Registry, agency: str, day: date, answer: tuple[str, ...]) -> None:
    assert registry.agency_on(agency, day) == answer


def test_class_binds_its_agencies(registry: Registry) -> None:
    assert registry.resolve_bound(registry.obligations["o1"]) == ("bao",)
    assert registry.resolve_bound(registry.obligations["o2"]) == ("so_a", "so_b", "so_c", "bao")


def test_guesses_and_closed_sources_are_never_asked(tmp_path: Path) -> None:
    files = {n: list(lines) for n, lines in FILES.items()}
    files["sources.csv"] = [
        "source_id,agency_id,base_url,status",
        "a,bao,https://a.example.com,active",
        "g,bao,https://g.example.com,guess",
        "c,bao,https://c.example.com,closed",
    ]
    registry = load_registry(write(tmp_path, files))
    assert len(registry.sources) == 3
    assert [s.source_id for s in registry.crawlable()] == ["a"]


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (replace("agencies.csv", 2, "2004-10-01", "01/10/2004"), "agencies.csv:2:valid_from:"),
        (replace("agencies.csv", 2, "2004-10-01", "2004-02-30"), "agencies.csv:2:valid_from:"),
        (replace("agencies.csv", 2, "2025-02-28", "2001-01-01"), "agencies.csv:2:valid_to:"),
        (replace("agencies.csv", 2, "so_b;so_c", "so_b;so_x"), "agencies.csv:2:successors:"),
        (replace("agencies.csv", 5, "2025-07-01,,", "2025-07-01,,so_a"), "agencies.csv:5:successors:"),
        (replace("agencies.csv", 3, "so_b", "SO_A"), "agencies.csv:3:agency_id:"),
        (replace("agencies.csv", 6, "Báo,", ","), "agencies.csv:6:name:"),
        (replace("agencies.csv", 1, "name", "ten"), "agencies.csv:1:name:"),
        (replace("agencies.csv", 1, "valid_to", "valid_too"), "agencies.csv:1:valid_too:"),
        (replace("agencies.csv", 1, "valid_to", "valid_from"), "agencies.csv:1:valid_from:"),
        (replace("agencies.csv", 4, "Sở C", '"Sở C'), "agencies.csv:4:name:"),
        (replace("agencies.csv", 4, "Sở C", '"Sở" C'), "agencies.csv:4:name:"),
        (replace("agencies.csv", 4, "Sở C", "Sở\x07C"), "agencies.csv:4:name:"),
        (replace("agencies.csv", 4, ",,,", ",,"), "agencies.csv:4:aliases:"),
        (replace("agencies.csv", 4, ",,,", ",,,,"), "agencies.csv:4:ô 9:"),
        (replace("sources.csv", 2, ",bao,", ",bao_khac,"), "sources.csv:2:agency_id:"),
        (replace("sources.csv", 2, "https://bao", "bao"), "sources.csv:2:base_url:"),
        (replace("sources.csv", 2, "bao.example.com/,", "bao.example.com/?p=1,"), "sources.csv:2:base_url:"),
        (replace("sources.csv", 2, "https://bao", "https://ai:do@bao"), "sources.csv:2:base_url:"),
        (replace("sources.csv", 3, ":8080", ":808080"), "sources.csv:3:base_url:"),
        (replace("sources.csv", 2, "onecms", "one cms"), "sources.csv:2:platform:"),
        (replace("sources.csv", 2, "feed;", "rss;"), "sources.csv:2:discovery:"),
        (replace("sources.csv", 2, ",6,", ",-1,"), "sources.csv:2:delay_s:"),
        (replace("sources.csv", 2, ",6,", ",nan,"), "sources.csv:2:delay_s:"),
        (replace("sources.csv", 2, ",6,", ",4.9,"), "sources.csv:2:delay_s:"),
        (replace("sources.csv", 2, "bao_web", "../bao"), "sources.csv:2:source_id:"),
        (replace("sources.csv", 2, "/xa-hoi", "http://127.0.0.1/"), "sources.csv:2:start_urls:"),
        (replace("obligations.csv", 2, ",bao,", ",class:dai,"), "obligations.csv:2:binds:"),
        (replace("obligations.csv", 2, ",bao,", ",,"), "obligations.csv:2:binds:"),
        (replace("obligations.csv", 2, "c1", "c9"), "obligations.csv:2:themes:"),
        (replace("obligations.csv", 2, "Số bài", ""), "obligations.csv:2:how_observed:"),
        (replace("obligations.csv", 3, "Không công bố", ""), "obligations.csv:3:why_not:"),
        (replace("obligations.csv", 3, "11-30", "30/11"), "obligations.csv:3:due:"),
        (replace("documents.csv", 2, r"\b1584", r"(1584"), "documents.csv:2:patterns:"),
        (replace("documents.csv", 2, "programme", "law"), "documents.csv:2:role:"),
        (replace("places.csv", 2, "tinh,,", "tinh,huyen,"), "places.csv:2:parent:"),
        (lambda files: files.pop("themes.csv") and None, "themes.csv:1:*:"),
        (lambda files: files["themes.csv"].clear(), "themes.csv:1:theme_id:"),
    ],
)
def test_broken_cell_is_named(tmp_path: Path, edit: Edit, place: str) -> None:
    assert f"\n  {place}" in broken(tmp_path, edit)


def test_one_message_names_everything(tmp_path: Path) -> None:
    def edit(files: dict[str, list[str]]) -> None:
        replace("agencies.csv", 2, "2004-10-01", "hôm qua")(files)
        replace("agencies.csv", 2, "so_c", "so_x")(files)
        replace("sources.csv", 3, "so_a", "so_y")(files)
        replace("places.csv", 3, "tinh", "tinh2")(files)

    message = broken(tmp_path, edit)
    assert message.startswith(f"danh mục {tmp_path} có 4 lỗi")
    for place in (
        "agencies.csv:2:valid_from",
        "agencies.csv:2:successors",
        "sources.csv:3:agency_id",
        "places.csv:3:parent",
    ):
        assert f"\n  {place}: " in message


def test_missing_file_is_no_avalanche(tmp_path: Path) -> None:
    message = broken(tmp_path, lambda files: files.pop("agencies.csv") and None)
    assert message.count("\n") == 1


def test_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="không có thư mục") as refusal:
        load_registry(tmp_path / "none")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258"])
def test_wrong_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, FILES)
    text = "theme_id,name\nc1,Nhận xét\n"
    (tmp_path / "themes.csv").write_bytes(text.encode(encoding, "ignore"))
    with pytest.raises(RegistryError, match=r"\n  themes\.csv:\d:.*UTF-8"):
        load_registry(tmp_path)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.1.2.3", "[::1]", "192.168.0.9", "169.254.169.254", "nas"]
)
def test_private_hosts_need_permission(tmp_path: Path, host: str) -> None:
    edit = replace("sources.csv", 3, "http://so-a.example.com:8080,,,,,,", f"http://{host}:8080,,,,,,0")
    assert "\n  sources.csv:3:base_url: " in broken(tmp_path, edit)
    source = load_registry(tmp_path, allow_private=True).sources["so_web"]
    assert (source.base_url, source.delay_s) == (f"http://{host}:8080", 0.0)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.1", True),
        ("2130706433", True),
        ("0x7f000001", True),
        ("::ffff:127.0.0.1", True),
        ("100.64.0.1", True),
        ("printer.local", True),
        ("LOCALHOST.", True),
        ("8.8.8.8", False),
        ("baohaiduong.vn", False),
        ("2001:4860:4860::8888", False),
    ],
)
def test_private_host_by_name_alone(host: str, private: bool) -> None:
    assert is_private_host(host) is private


# What no reader of that column can take; "name" stands for every free text.
WRONG = {
    "agency_id": ["", "so a", "sở"],
    "source_id": ["", "a/b"],
    "obligation_id": ["", "o 1"],
    "document_id": [""],
    "theme_id": [""],
    "place_id": ["", "x;y"],
    "name": ["", "a\tb"],
    "title": [""],
    "section": [""],
    "asks": [""],
    "kind": ["hai chữ"],
    "report_class": ["hai chữ"],
    "valid_from": ["2023-13-01", "20230101", "2024-02-30", "mai"],
    "valid_to": ["2023-13-01", "0000-01-01"],
    "since": ["2023-1-1"],
    "until": ["2023/01/01"],
    "date": ["07/6/2022"],
    "successors": ["không_có", "la"],
    "base_url": ["", "ftp://a.example.com", "https://", "https://a b.example.com", "https://-.example.com"],
    "start_urls": ["trang-chu", "//a.example.com"],
    "platform": ["a.b"],
    "discovery": ["feed,listing", "rss"],
    "delay_s": ["năm", "-5", "inf"],
    "binds": ["", "class:", "class:khong_co", "khong_co"],
    "observable": ["", "maybe"],
    "themes": ["c7"],
    "due": ["31-12", "02-30"],
    "role": ["", "x"],
    "issuer_agency_id": ["la"],
    "patterns": ["(", "[a"],
    "parent": ["la"],
}


@st.composite
def one_wrong_cell(draw: st.DrawFn) -> tuple[str, int, str, str]:
    file = draw(st.sampled_from(sorted(FILES)))
    header = FILES[file][0].split(",")
    line = draw(st.integers(2, len(FILES[file])))
    column = draw(st.sampled_from([c for c in header if c in WRONG]))
    return file, line, column, draw(st.sampled_from(WRONG[column]))


@settings(max_examples=150, deadline=None)
@given(wrong=one_wrong_cell())
def test_any_wrong_cell_is_named_with_its_place(
    tmp_path_factory: pytest.TempPathFactory, wrong: tuple[str, int, str, str]
) -> None:
    file, line, column, value = wrong

    def edit(files: dict[str, list[str]]) -> None:
        rows = list(csv.reader(files[file]))
        rows[line - 1][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        files[file] = out.getvalue().splitlines()

    assert f"\n  {file}:{line}:{column}: " in broken(tmp_path_factory.mktemp("registry"), edit)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_cut_line_is_named(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(FILES)))
    line = data.draw(st.integers(2, len(FILES[file])))
    text = FILES[file][line - 1]
    commas = [i for i, c in enumerate(text) if c == ","]
    at = data.draw(st.sampled_from(commas))

    def edit(files: dict[str, list[str]]) -> None:
        files[file][line - 1] = text[:at]

    assert f"\n  {file}:{line}:" in broken(tmp_path_factory.mktemp("registry"), edit)
