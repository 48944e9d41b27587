import gzip
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theodoi.archive import (
    Reading,
    WarcWriter,
    capture_id,
    iter_captures,
    iter_responses,
    payload_digest,
    read_capture,
    repair,
)
from theodoi.errors import DataFolderError

AT = datetime(2024, 6, 5, 1, 2, 3, 456789, tzinfo=UTC)
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("X-Ghi-Chu", "mot\r\nhai"))


def written(path: Path, *bodies: bytes) -> list[int]:
    with WarcWriter(path) as writer:
        return [
            writer.write(f"https://a.vn/{n}", AT + timedelta(seconds=n), 200, HEADERS, body)
            for n, body in enumerate(bodies)
        ]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    offsets = written(tmp_path / "a.warc.gz", b"mot", b"hai")
    capture = read_capture(tmp_path, "a.warc.gz", offsets[1])
    assert (capture.url, capture.status, capture.body) == ("https://a.vn/1", 200, b"hai")
    assert capture.fetched_at == AT + timedelta(seconds=1)
    assert capture.content_type == "text/html; charset=utf-8"
    assert dict(capture.headers)["X-Ghi-Chu"] == "mot hai"


def test_the_record_keeps_the_body_as_sent_and_the_capture_gives_it_decoded(tmp_path: Path) -> None:
    sent = gzip.compress(b"noi dung", mtime=7)
    with WarcWriter(tmp_path / "a.warc.gz") as writer:
        offset = writer.write("https://a.vn/", AT, 200, (("Content-Encoding", "gzip"),), sent)
    assert read_capture(tmp_path, "a.warc.gz", offset).body == b"noi dung"
    assert sent in gzip.decompress((tmp_path / "a.warc.gz").read_bytes())


def test_the_same_responses_give_the_same_bytes_and_say_warc_1_1(tmp_path: Path) -> None:
    for name in ("a.warc.gz", "b.warc.gz"):
        written(tmp_path / name, b"mot", b"hai")
    one = (tmp_path / "a.warc.gz").read_bytes()
    assert one == (tmp_path / "b.warc.gz").read_bytes()
    plain = gzip.decompress(one)
    assert plain.startswith(b"WARC/1.1\r\n")
    assert plain.count(b"WARC-Payload-Digest: sha1:") == 2
    assert b"WARC-Date: 2024-06-05T01:02:03.456789Z" in plain


def test_each_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    offsets = written(tmp_path / "a.warc.gz", b"mot", b"hai", b"ba")
    assert [o for o, _ in iter_captures(tmp_path / "a.warc.gz")] == offsets
    data = (tmp_path / "a.warc.gz").read_bytes()
    assert all(data[o : o + 3] == b"\x1f\x8b\x08" for o in offsets)


def test_capture_id_is_of_the_moment_not_of_its_zone() -> None:
    digest = payload_digest(b"x")
    name = capture_id("https://a.vn/", AT, digest)
    assert len(name) == 16
    assert name == capture_id("https://a.vn/", AT.astimezone(timezone(timedelta(hours=7))), digest)
    assert name != capture_id("https://a.vn/", AT + timedelta(microseconds=1), digest)


@settings(deadline=None, max_examples=40)
@given(cut=st.integers(min_value=0), bodies=st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_repair_keeps_every_whole_record_of_a_file_cut_anywhere(
    tmp_path_factory: pytest.TempPathFactory, cut: int, bodies: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.warc.gz"
    offsets = written(path, *bodies)
    data = path.read_bytes()
    size = cut % (len(data) + 1)
    ends = [*offsets[1:], len(data)]
    whole = [e for e in ends if e <= size]
    path.write_bytes(data[:size])
    assert repair(path) == size - (whole[-1] if whole else 0)
    assert path.read_bytes() == data[: whole[-1] if whole else 0]
    assert [c.body for _, c in iter_captures(path)] == bodies[: len(whole)]
    assert repair(path) == 0


def test_reading_goes_on_behind_a_damaged_record_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = written(path, *(bytes([n]) * 3000 for n in range(5)))
    data = bytearray(path.read_bytes())
    data[offsets[2] + 60 : offsets[2] + 70] = b"\0" * 10
    path.write_bytes(data)
    reading = Reading()
    found = [o for o, _, _ in iter_responses(path, reading)]
    assert found == [offsets[n] for n in (0, 1, 3, 4)]
    assert [d.offset for d in reading.damages] == [offsets[2]]
    assert reading.damages[0].what


def test_an_altered_byte_of_an_unpacked_file_is_noticed(tmp_path: Path) -> None:
    written(tmp_path / "a.warc.gz", b"mot" * 100, b"hai" * 100)
    plain = gzip.decompress((tmp_path / "a.warc.gz").read_bytes())
    (tmp_path / "a.warc").write_bytes(plain.replace(b"motmot", b"motMot", 1))
    reading = Reading()
    bodies = [c.body for _, _, c in iter_responses(tmp_path / "a.warc", reading)]
    assert bodies == [b"hai" * 100]
    assert "block digest" in reading.damages[0].what


def test_a_file_packed_as_one_is_told_to_be_unpacked(tmp_path: Path) -> None:
    written(tmp_path / "a.warc.gz", b"mot", b"hai")
    whole = gzip.compress(gzip.decompress((tmp_path / "a.warc.gz").read_bytes()))
    (tmp_path / "one.warc.gz").write_bytes(whole)
    reading = Reading()
    list(iter_responses(tmp_path / "one.warc.gz", reading))
    assert "gunzip" in reading.damages[0].what


@pytest.mark.parametrize("offset", [1, 5, 10**9])
def test_no_record_at_that_place(tmp_path: Path, offset: int) -> None:
    written(tmp_path / "a.warc.gz", b"mot")
    with pytest.raises(DataFolderError, match="no whole record"):
        read_capture(tmp_path, "a.warc.gz", offset)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="no whole record"):
        read_capture(tmp_path, "gone.warc.gz", 0)
    with pytest.raises(DataFolderError, match="cannot read"):
        list(iter_captures(tmp_path / "gone.warc.gz"))


def test_a_full_disk_is_one_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    writer = WarcWriter(full)
    with pytest.raises(DataFolderError, match="đĩa đầy"):
        writer.write("https://a.vn/", AT, 200, HEADERS, b"x")


def test_a_file_where_a_folder_is_needed_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("")
    with pytest.raises(DataFolderError, match="cần một thư mục"):
        WarcWriter(tmp_path / "archive" / "a.warc.gz")
