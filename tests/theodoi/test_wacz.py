"""WACZ packages: several WARC files, packages in packages, digests that do not fit, and zips made to harm."""

import hashlib
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.theodoi.test_importing import AT, NEW, OLD, REGISTRY, record, rows, snapshot, warc
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.errors import DataFolderError, TheodoiError
from theodoi.settings import Settings
from theodoi.steps import wacz as step
from theodoi.steps.importing import ImportResult, import_archive

PAGES = b'{"format": "json-pages-1.0", "id": "pages"}\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def package(path: Path, warcs: dict[str, bytes], *, listed: dict[str, str] | None = None, **more: bytes) -> Path:
    """Write a package as its makers do; `listed` overrides digests, `more` adds files by name without a dot."""
    files = {f"archive/{name}": content for name, content in warcs.items()}
    files |= {"pages/pages.jsonl": PAGES, "indexes/index.cdx": b"vn,a)/ 20230710030000 {}\n"}
    digests = {name: sha256(content) for name, content in files.items()} | (listed or {})
    resources = [{"name": n.split("/")[-1], "path": n, "hash": h} for n, h in digests.items()]
    content = json.dumps({"profile": "data-package", "resources": resources}).encode()
    files["datapackage.json"] = content
    files["datapackage-digest.json"] = json.dumps({"path": "datapackage.json", "hash": sha256(content)}).encode()
    with zipfile.ZipFile(path, "w") as target:
        for name, body in (files | {n.replace("__", "/"): b for n, b in more.items()}).items():
            packed = zipfile.ZIP_STORED if name.endswith((".gz", ".wacz")) else zipfile.ZIP_DEFLATED
            target.writestr(name, body, packed)
    return path


def warc_bytes(folder: Path, *records: dict[str, Any], packed: bool = True) -> bytes:
    return warc(folder / "temporary.warc", records, packed=packed).read_bytes()


def taken(settings: Settings, file: Path) -> ImportResult:
    return import_archive(settings, REGISTRY, file)


def test_pages_of_all_warc_files_enter_with_their_own_time(settings: Settings, tmp_path: Path) -> None:
    body = "<html>Đề án</html>".encode()
    warcs = {
        "a.warc.gz": warc_bytes(tmp_path, record(OLD, body)),
        "b.warc": warc_bytes(tmp_path, record(NEW, at=AT + timedelta(days=1)), packed=False),
        # Refers to a page that stands in another file of the package.
        "c.warc.gz": warc_bytes(tmp_path, record(OLD, at=AT + timedelta(days=2), revisits=body)),
    }
    result = taken(settings, package(tmp_path / "trang.wacz", warcs))
    assert (result.taken, result.revisits) == ({"bhd_cu": 2, "bhd": 1}, 1)
    assert (result.problems, result.damages, result.unproved) == ([], [], 0)
    fetches = rows(settings, lake.FETCH)
    assert {(r["url"], r["fetched_at"]) for r in fetches} == {
        (OLD, AT),
        (NEW, AT + timedelta(days=1)),
        (OLD, AT + timedelta(days=2)),
    }
    assert {r["obtained_from"] for r in fetches} == {"trang.wacz"}
    for row in fetches:
        assert read_capture(settings.archive, row["warc_file"], row["warc_offset"]).url == row["url"]
    first = snapshot(settings)
    assert taken(settings, tmp_path / "trang.wacz") == result
    assert snapshot(settings) == first
    assert not list((settings.work / "import").iterdir()), "what was unpacked is removed"


def test_a_file_that_is_not_the_sealed_one_is_named_and_left(settings: Settings, tmp_path: Path) -> None:
    warcs = {n: warc_bytes(tmp_path, record(url)) for n, url in (("a.warc.gz", OLD), ("b.warc.gz", NEW))}
    listed = {"archive/b.warc.gz": sha256(b"other"), "pages/pages.jsonl": sha256(b"other"), "fuzzy.json": sha256(b"")}
    result = taken(settings, package(tmp_path / "a.wacz", warcs, listed=listed))
    assert result.taken == {"bhd_cu": 1}
    assert sorted(p.split(":")[0] for p in result.problems) == ["archive/b.warc.gz", "fuzzy.json", "pages/pages.jsonl"]
    assert "Gói hỏng: archive/b.warc.gz: mã băm khác datapackage.json, không lấy" in result.text()


def test_a_list_that_was_altered_after_sealing_is_named(settings: Settings, tmp_path: Path) -> None:
    seal = json.dumps({"path": "datapackage.json", "hash": sha256(b"another list")}).encode()
    file = package(tmp_path / "a.wacz", {"a.warc.gz": warc_bytes(tmp_path, record(OLD))})
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "b.wacz", "w") as new:
        for entry in old.infolist():
            new.writestr(entry, seal if entry.filename == "datapackage-digest.json" else old.read(entry))
    result = taken(settings, tmp_path / "b.wacz")
    assert result.taken == {"bhd_cu": 1}
    assert result.problems == ["datapackage.json: mã băm khác datapackage-digest.json"]


@pytest.mark.parametrize("content", [None, b"{broken", b"[]", b'{"resources": 3}', b"[" * 100_000])
def test_without_a_list_nothing_can_be_proved(
    settings: Settings,
    tmp_path: Path,
    content: bytes | None,
) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as target:
        target.writestr("archive/a.warc.gz", warc_bytes(tmp_path, record(OLD)))
        if content is not None:
            target.writestr("datapackage.json", content)
    result = taken(settings, tmp_path / "a.wacz")
    assert (result.taken, result.unproved, len(result.problems)) == ({"bhd_cu": 1}, 1, 1)
    assert "1 tệp WARC không có mã băm" in result.text()


def test_a_package_in_a_package_but_no_deeper(settings: Settings, tmp_path: Path) -> None:
    names = ("1", "2", "3")
    contents = [warc_bytes(tmp_path, record(f"https://baohaiduong.vn/bai-35000{n}.html")) for n in names]
    inner = b""
    for name, content in zip(reversed(names), reversed(contents), strict=True):
        more = {"archive__trong.wacz": inner} if inner else {}
        inner = package(tmp_path / f"{name}.wacz", {f"{name}.warc.gz": content}, **more).read_bytes()
    result = taken(settings, tmp_path / "1.wacz")
    assert {r["url"][-6] for r in rows(settings, lake.FETCH)} == {"1", "2"}
    assert result.problems == ["archive/trong.wacz/archive/trong.wacz: WACZ lồng quá 2 lớp, không lấy"]


def test_damage_in_one_file_names_it_and_the_others_are_taken(settings: Settings, tmp_path: Path) -> None:
    cut = warc_bytes(tmp_path, record(OLD), record(NEW))[:-40]
    warcs = {"a.warc.gz": cut, "b.warc.gz": warc_bytes(tmp_path, record(NEW))}
    result = taken(settings, package(tmp_path / "a.wacz", warcs))
    assert result.taken == {"bhd_cu": 1, "bhd": 1}
    assert [d.what.split(":")[0] for d in result.damages] == ["archive/a.warc.gz"]


def test_a_broken_entry_is_named_and_the_others_are_taken(settings: Settings, tmp_path: Path) -> None:
    warcs = {n: warc_bytes(tmp_path, record(url)) for n, url in (("a.warc.gz", OLD), ("b.warc.gz", NEW))}
    file = package(tmp_path / "a.wacz", warcs)
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as whole:
        entry = whole.getinfo("archive/a.warc.gz")
    # One byte in the middle of the stored file: its checksum no longer fits.
    content[entry.header_offset + 30 + len(entry.filename) + entry.file_size // 2] ^= 0xFF
    file.write_bytes(content)
    result = taken(settings, file)
    assert result.taken == {"bhd": 1}
    assert [p.split(":")[0] for p in result.problems] == ["archive/a.warc.gz"]


def test_a_zip_that_grows_without_measure_is_refused(settings: Settings, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        target.writestr("archive/a.warc", b"\0" * 50_000_000)
    with pytest.raises(TheodoiError, match="sẽ phình lên 50000000") as said:
        taken(settings, tmp_path / "a.wacz")
    assert "\n" not in str(said.value)
    assert snapshot(settings) == {}


def test_entries_that_share_their_bytes_are_measured_together(settings: Settings, tmp_path: Path) -> None:
    """Each grows a little less than is allowed; the whole does not, for all of them are the same bytes."""
    content = b"\0" * 200_000
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("archive/0.warc", content)
        first = target.getinfo("archive/0.warc")
        for n in range(1, 400):
            info = zipfile.ZipInfo(f"archive/{n}.warc")
            for name in ("header_offset", "file_size", "compress_size", "CRC", "compress_type"):
                setattr(info, name, getattr(first, name))
            target.filelist.append(info)
            target.NameToInfo[info.filename] = info
        target._didModify = True
    with pytest.raises(TheodoiError, match="sẽ phình lên"):
        taken(settings, tmp_path / "a.wacz")


def test_a_disk_without_room_is_said_before_anything_is_unpacked(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = package(tmp_path / "a.wacz", {"a.warc.gz": warc_bytes(tmp_path, record(OLD))})
    monkeypatch.setattr(step.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(DataFolderError, match="giải phóng chỗ trống"):
        taken(settings, file)


@pytest.mark.parametrize("names", [[], ["docs/a.txt"], ["a.warc.gz"]])
def test_a_zip_without_warc_files_is_one_clear_line(
    settings: Settings,
    tmp_path: Path,
    names: list[str],
) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as target:
        target.writestr("datapackage.json", json.dumps({"resources": []}))
        for name in names:
            target.writestr(name, "x")
    with pytest.raises(TheodoiError, match=r"không chứa tệp WARC nào.*archive/"):
        taken(settings, tmp_path / "a.wacz")


def test_names_in_a_zip_lead_nowhere(settings: Settings, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as target:
        target.writestr("archive/../../../../thoat.warc.gz", warc_bytes(tmp_path, record(OLD)))
    before = {p for p in tmp_path.rglob("*") if "data" not in p.parts}
    assert taken(settings, tmp_path / "a.wacz").taken == {"bhd_cu": 1}
    assert {p for p in tmp_path.rglob("*") if "data" not in p.parts} == before
