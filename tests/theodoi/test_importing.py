import base64
import gzip
import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from theodoi import archive, lake
from theodoi.archive import iter_captures, read_capture
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.importing import ImportResult, import_archive

AT = datetime(2023, 7, 10, 3, 0, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
OLD = "https://baohaiduong.vn/kinh-te/mot-bai-cu-226146"
NEW = "https://baohaiduong.vn/mot-bai-moi-350750.html"


def source(source_id: str, base_url: str, platform: str = "generic", **days: date) -> Source:
    return Source(source_id, "bao_hai_duong", base_url, platform, **days)


REGISTRY = Registry(
    {},
    {
        "bhd_cu": source("bhd_cu", "https://baohaiduong.vn", "bhd_legacy", valid_to=date(2023, 7, 15)),
        "bhd": source("bhd", "https://baohaiduong.vn", "onecms", valid_from=date(2023, 7, 16)),
        "cdn": source("cdn", "http://cdn.example:8080", "wordpress"),
    },
    {},
    {},
    {},
    {},
)


def record(
    url: str, body: bytes = b"<html>x</html>", *, status: int = 200, kind: str = HTML, **more: Any
) -> dict[str, Any]:
    return {"url": url, "body": body, "status": status, "kind": kind, "at": AT, "headers": [], **more}


def warc(path: Path, records: Iterable[dict[str, Any]], *, version: str = "1.0", packed: bool = True) -> Path:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=packed, warc_version=version)
    writer.write_record(writer.create_warcinfo_record(path.name, {"software": "x"}))
    for r in records:
        http = StatusAndHeaders(f"{r['status']} X", [("Content-Type", r["kind"]), *r["headers"]], protocol="HTTP/1.1")
        at = f"{r['at']:%Y-%m-%dT%H:%M:%SZ}"
        if "revisits" in r:
            digest = f"sha1:{base64.b32encode(hashlib.sha1(r['revisits']).digest()).decode()}"
            revisit = writer.create_revisit_record(
                r["url"], digest, r["url"], at, http_headers=http, warc_headers_dict={"WARC-Date": at}
            )
            writer.write_record(revisit)
            continue
        writer.write_record(
            writer.create_warc_record(
                r["url"],
                "response",
                payload=BytesIO(r["body"]),
                http_headers=http,
                warc_headers_dict={"WARC-Date": at},
            )
        )
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def rows(settings: Settings, dataset: lake.Dataset) -> list[dict[str, Any]]:
    return lake.read(lake.files(settings.lake, dataset), dataset).to_pylist()


def snapshot(settings: Settings) -> dict[str, bytes]:
    return {p.relative_to(settings.data).as_posix(): p.read_bytes() for p in settings.data.rglob("*") if p.is_file()}


def taken(settings: Settings, file: Path) -> ImportResult:
    return import_archive(settings, REGISTRY, file)


@pytest.mark.parametrize(("version", "packed"), [("1.0", True), ("1.1", True), ("1.0", False), ("1.1", False)])
def test_pages_of_known_hosts_enter_as_if_fetched(
    settings: Settings, tmp_path: Path, version: str, packed: bool
) -> None:
    body = "<html>Đề án</html>".encode()
    file = warc(tmp_path / "cu.warc", [record(OLD, body)], version=version, packed=packed)
    assert taken(settings, file).taken == {"bhd_cu": 1}
    (fetch,) = rows(settings, lake.FETCH)
    assert (fetch["url"], fetch["outcome"], fetch["fetched_at"]) == (OLD, "ok", AT)
    assert (fetch["cause"], fetch["obtained_from"], fetch["obtained_at"]) == ("archive", "cu.warc", None)
    assert fetch["warc_file"].startswith("source=bhd_cu/day=2023-07-10/import-")
    capture = read_capture(settings.archive, fetch["warc_file"], fetch["warc_offset"])
    assert (capture.url, capture.fetched_at, capture.body) == (OLD, AT, body)
    (discovery,) = rows(settings, lake.DISCOVERY)
    assert (discovery["channel"], discovery["channel_url"], discovery["url_key"]) == (
        "archive",
        "cu.warc",
        "baohaiduong.vn/kinh-te/mot-bai-cu-226146",
    )
    assert (discovery["listed"], discovery["seen_at"]) == (True, AT)
    (poll,) = rows(settings, lake.POLL)
    assert (poll["channel"], poll["outcome"], poll["n_seen"], poll["covers_from"]) == ("archive", "ok", 1, None)
    (crawl,) = rows(settings, lake.CRAWL)
    assert (crawl["kind"], crawl["crawl_id"], crawl["ended"]) == ("import", fetch["crawl_id"], "finished")
    assert crawl["started_at"] == crawl["ended_at"] == AT


def test_of_two_sources_of_one_host_the_address_decides_then_the_day(settings: Settings, tmp_path: Path) -> None:
    records = [
        record(OLD, at=AT + timedelta(days=400)),
        record(NEW),
        record("https://www.baohaiduong.vn/", at=AT),
        record("http://baohaiduong.vn:80/", at=AT + timedelta(days=30)),
    ]
    taken(settings, warc(tmp_path / "a.warc.gz", records))
    found = {(r["url"], r["source_id"]) for r in rows(settings, lake.FETCH)}
    assert found == {
        (OLD, "bhd_cu"),
        (NEW, "bhd"),
        ("https://www.baohaiduong.vn/", "bhd_cu"),
        ("http://baohaiduong.vn:80/", "bhd"),
    }


def test_importing_again_writes_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    file = warc(
        tmp_path / "a.warc.gz", [record(OLD), record(NEW), record(OLD, b"<html>2</html>", at=AT + timedelta(3))]
    )
    first_result = taken(settings, file)
    first = snapshot(settings)
    assert len([n for n in first if n.endswith(".warc.gz")]) == 3
    assert taken(settings, file) == first_result
    assert snapshot(settings) == first


def test_what_is_no_page_or_of_no_source_is_counted_and_named(settings: Settings, tmp_path: Path) -> None:
    records = [
        record(OLD),
        record("https://vnexpress.net/bai-1.html"),
        record("https://vnexpress.net/bai-2.html"),
        record(NEW, status=404),
        record("https://baohaiduong.vn/anh-350751.html", b"%PDF-1.7", kind="application/pdf"),
        record("https://baohaiduong.vn/rong-350752.html", b""),
        record("https://baohaiduong.vn/a", status=301, headers=[("Location", "/b")]),
        record("dns:baohaiduong.vn", b"20230710 1.2.3.4", kind="text/dns"),
        record("http://cdn.example/2024/05/17/sai-cong/"),
    ]
    result = taken(settings, warc(tmp_path / "a.warc.gz", records))
    assert result.taken == {"bhd_cu": 1, "bhd": 3}
    assert result.failed == {"gone": 1, "not_html": 1, "empty": 1}
    assert result.other_hosts == {"vnexpress.net": 2, "cdn.example": 1}
    assert result.redirects == 1
    assert result.not_http == {"warcinfo": 1, "response": 1}
    kept = {r["outcome"]: bool(r["capture_id"]) for r in rows(settings, lake.FETCH)}
    assert kept == {"ok": True, "gone": True, "empty": True, "not_html": False}
    assert all(part in result.text() for part in ("bhd_cu: 1", "vnexpress.net 2", "not_html 1", "1 trang chuyển hướng"))


def test_packed_and_chunked_answers_are_read(settings: Settings, tmp_path: Path) -> None:
    packed = gzip.compress(b"<html>goi</html>")
    chunked = b"6\r\n<html>\r\n7\r\n</html>\r\n0\r\n\r\n"
    records = [
        record(OLD, packed, headers=[("Content-Encoding", "gzip")]),
        record(NEW, chunked, headers=[("Transfer-Encoding", "chunked")]),
    ]
    taken(settings, warc(tmp_path / "a.warc.gz", records))
    bodies = {
        r["url"]: read_capture(settings.archive, r["warc_file"], r["warc_offset"]).body
        for r in rows(settings, lake.FETCH)
    }
    assert bodies == {OLD: b"<html>goi</html>", NEW: b"<html></html>"}
    assert {r["n_bytes"] for r in rows(settings, lake.FETCH)} == {16, 13}


def test_a_file_cut_in_the_middle_gives_what_can_be_read(settings: Settings, tmp_path: Path) -> None:
    noise = [bytes((n * 7919 + i * i) % 251 for i in range(3000)) for n in range(4)]
    records = [record(f"https://baohaiduong.vn/bai-{350000 + n}.html", b"<html>" + noise[n]) for n in range(4)]
    file = warc(tmp_path / "a.warc.gz", records)
    offsets = [o for o, _ in iter_captures(file)]
    file.write_bytes(file.read_bytes()[: offsets[2] + 500])
    result = taken(settings, file)
    assert result.taken == {"bhd": 2}
    assert [d.offset for d in result.damages] == [offsets[2]]
    assert f"Hỏng tại byte {offsets[2]}" in result.text()
    assert len(rows(settings, lake.FETCH)) == 2


def test_an_import_that_dies_leaves_nothing_half_done(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from theodoi.steps import importing

    file = warc(tmp_path / "a.warc.gz", [record(OLD), record(NEW)])

    def dying(*args: Any) -> dict[str, Any]:
        if args[3].url == NEW:
            raise KeyboardInterrupt
        return usual(*args)

    usual = importing.fetch_row
    monkeypatch.setattr(importing, "fetch_row", dying)
    with pytest.raises(KeyboardInterrupt):
        taken(settings, file)
    assert snapshot(settings) == {}
    monkeypatch.setattr(importing, "fetch_row", usual)
    assert sum(taken(settings, file).taken.values()) == 2


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b\x08\x00broken"])
def test_a_file_that_is_no_warc(settings: Settings, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.warc.gz").write_bytes(content)
    with pytest.raises(TheodoiError, match="không chứa bản ghi WARC"):
        taken(settings, tmp_path / "x.warc.gz")
    assert not settings.data.exists()


def test_a_file_that_is_not_there(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(TheodoiError, match="không có tệp"):
        taken(settings, tmp_path / "khong.warc.gz")


def test_a_revisit_is_the_page_that_it_refers_to(settings: Settings, tmp_path: Path) -> None:
    body = "<html>Như cũ</html>".encode()
    packed = gzip.compress(body)
    day = timedelta(days=1)
    records = [
        # Before what it refers to, as in files that were put together of several.
        record(OLD, packed, at=AT + 2 * day, revisits=packed, headers=[("ETag", "2")]),
        record(OLD, packed, headers=[("Content-Encoding", "gzip"), ("ETag", "1")]),
        record(OLD, packed, at=AT + day, revisits=packed, status=304, headers=[("ETag", "3")]),
        record(NEW, packed, at=AT + day, revisits=packed, headers=[("Content-Encoding", "gzip")]),
        record(NEW, at=AT + 2 * day, revisits=b"what nobody has"),
        record("https://vnexpress.net/bai-1.html", at=AT, revisits=packed),
    ]
    result = taken(settings, warc(tmp_path / "a.warc.gz", records))
    assert (result.taken, result.revisits, result.lost_revisits) == ({"bhd_cu": 3, "bhd": 1}, 3, 1)
    assert result.other_hosts == {"vnexpress.net": 1}
    assert "revisit" not in result.not_http
    got = []
    for row in rows(settings, lake.FETCH):
        capture = read_capture(settings.archive, row["warc_file"], row["warc_offset"])
        assert (capture.url, capture.fetched_at, capture.status) == (row["url"], row["fetched_at"], 200)
        assert capture.body == body
        got.append((row["url"], row["fetched_at"], row["etag"], row["outcome"]))
    # A “not modified” answer names no page of its own: it is the earlier one, seen again.
    assert sorted(got) == [
        (OLD, AT, "1", "ok"),
        (OLD, AT + day, "1", "ok"),
        (OLD, AT + 2 * day, "2", "ok"),
        (NEW, AT + day, "", "ok"),
    ]
    assert all(part in result.text() for part in ("3 lần chụp lại", "1 lần chụp lại mà nội dung không có"))
    first = snapshot(settings)
    taken(settings, tmp_path / "a.warc.gz")
    assert snapshot(settings) == first


def test_what_is_too_long_or_unpacks_without_end_is_left(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 50_000)
    records = [
        record(OLD, bytes(n % 251 for n in range(60_000))),
        record(OLD + "1", gzip.compress(b"<html>" + b"0" * 60_000), headers=[("Content-Encoding", "gzip")]),
        record(OLD + "2", b"<html>" + b"0" * 40_000),
    ]
    result = taken(settings, warc(tmp_path / "a.warc.gz", records))
    assert [r["url"] for r in rows(settings, lake.FETCH)] == [OLD + "2"]
    assert result.too_large == 1
    assert ["more than 50000 bytes" in d.what for d in result.damages] == [True]
    assert "Bỏ qua 1 bản ghi lớn hơn" in result.text()
