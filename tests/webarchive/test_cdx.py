"""Answers of capture indexes in every form, whole and broken; and which captures are chosen."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.fetcher import Answer
from spiders.platforms import PLATFORMS
from spiders.webarchive import cdx
from spiders.webarchive.cdx import Line
from spiders.webarchive.replay import OtherCaptureError, layout_of, original_of, payload_sha1
from spiders.webarchive.selection import MOST_VERSIONS, Selection

NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
DIGEST = "Q4YULN754FHV2U6Q5JUT6Q2P57WEWNNY"
SITE = "https://vks.example"
BEGIN = datetime(2022, 6, 7, tzinfo=UTC)

lines = st.builds(
    Line,
    url=st.integers(1, 60).map(lambda n: f"{SITE}/vi/news/tin/bai-so-{n}-{1000 + n}.html"),
    timestamp=st.integers(0, 10**8).map(lambda n: cdx.stamp(BEGIN + timedelta(seconds=n))),
    mime=st.just("text/html"),
    status=st.just("200"),
    digest=st.sampled_from([payload_sha1(bytes([n])) for n in range(9)]),
    length=st.integers(0, 9999),
)


def columns(line: Line) -> list[str]:
    return ["vn,a)/", line.timestamp, line.url, line.mime, line.status, line.digest, str(line.length)]


def as_array(found: list[Line], key: str) -> str:
    rows: list[list[str]] = [NAMES, *map(columns, found)]
    return json.dumps(rows + ([[], [key]] if key else []))


def as_columns(found: list[Line], key: str) -> str:
    return "".join(" ".join(columns(line)) + "\n" for line in found) + (f"\n{key}\n" if key else "")


def as_objects(found: list[Line], _: str) -> str:
    names = ["urlkey", "timestamp", "url", "mime", "status", "digest", "length"]
    return "".join(json.dumps(dict(zip(names, columns(line), strict=True))) + "\n" for line in found)


def as_cdxj(found: list[Line], _: str) -> str:
    rows = ({"url": x.url, "mime": x.mime, "status": x.status, "digest": f"sha1:{x.digest}"} for x in found)
    pairs = zip(found, rows, strict=True)
    return "".join(f"vn,a)/ {x.timestamp} {json.dumps(row | {'length': str(x.length)})}\n" for x, row in pairs)


@pytest.mark.parametrize("form", [as_array, as_columns, as_objects, as_cdxj])
@given(found=st.lists(lines, min_size=1, max_size=9))
def test_every_form_says_the_same(form, found) -> None:
    key = "vn%2Ca%29%2F+20240101000000%21"
    listing = cdx.read(form(found, key).encode())
    assert listing.lines == found
    assert (listing.broken, listing.is_index, listing.message) == (0, True, "")
    assert listing.resume_key == ("vn,a)/ 20240101000000!" if form in (as_array, as_columns) else "")
    assert cdx.read(form(found, "").encode()).resume_key == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"\n", b"[[]]"])
def test_an_empty_answer_is_an_index_of_nothing(body: bytes) -> None:
    listing = cdx.read(body)
    assert (listing.lines, listing.broken, listing.is_index) == ([], 0, True)


def test_a_message_instead_of_captures() -> None:
    listing = cdx.read(b'{"message": "No Captures found for: a.vn"}\n')
    assert (listing.lines, listing.message) == ([], "No Captures found for: a.vn")


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>502</body></html>",
        b"org.archive.wayback.exception.AccessControlException: Blocked Site Error",
        b'[["urlkey", "timestamp"], ["a"',
        b"[1, 2]",
        b'{"timestamp": "20240101000000"}',
        b'{"url": "https://a.vn/", "timestamp": "20241301000000"}',
        b'{"url": "dns:a.vn", "timestamp": "20240101000000"}',
        b'{"url": "https://a.vn/", "timestamp": "2024"}',
        b"\x00\xff\xfe",
    ],
)
def test_what_is_no_index(body: bytes) -> None:
    listing = cdx.read(body)
    assert not listing.is_index
    assert listing.broken >= 1


@given(st.binary(max_size=200))
def test_nothing_makes_the_reader_fail(body: bytes) -> None:
    listing = cdx.read(body)
    assert all(line.captured_at.tzinfo for line in listing.lines)
    cdx.read_page_count(body)


def test_broken_lines_are_counted_and_the_others_kept() -> None:
    good = as_objects([Line(f"{SITE}/a", "20240101000000", "text/html", "200", DIGEST, length=1)], "")
    listing = cdx.read(f"{good}nonsense\n{{broken\n{good}".encode())
    assert (len(listing.lines), listing.broken, listing.is_index) == (2, 2, True)


@pytest.mark.parametrize(
    ("body", "pages"), [(b"3", 3), (b'{"pages": 2, "pageSize": 5}', 2), (b"", None), (b"true", None), (b"-1", None)]
)
def test_the_number_of_pages(body: bytes, pages: int | None) -> None:
    assert cdx.read_page_count(body) == pages


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_halves_of_a_period_meet_and_lose_no_second(begin: int, seconds: int) -> None:
    first = cdx.stamp(BEGIN + timedelta(seconds=begin))
    last = cdx.stamp(BEGIN + timedelta(seconds=begin + seconds))
    halves = list(cdx.halves(first, last))
    if seconds == 0:
        assert halves == []
        return
    (a, b), (c, d) = halves
    assert (a, d) == (first, last)
    assert cdx.moment(c) - cdx.moment(b) == timedelta(seconds=1)
    assert a <= b
    assert c <= d


@given(st.lists(lines, max_size=60), st.randoms(use_true_random=False))
def test_the_choice_is_the_earliest_versions_in_whatever_order_they_come(found, random) -> None:
    platform = PLATFORMS["nukeviet"]

    def choice(given: list[Line]) -> list[tuple[str, Line]]:
        selection = Selection(SITE, platform)
        for line in given:
            selection.add(line)
        return list(selection.chosen())

    chosen = choice(found)
    shuffled = list(found)
    random.shuffle(shuffled)
    same = [(k, c.timestamp, c.digest) for k, c in choice(shuffled)]
    assert [(k, c.timestamp, c.digest) for k, c in chosen] == same
    by_key: dict[str, dict[str, str]] = {}
    for line in found:
        versions = by_key.setdefault(platform.key(line.url), {})
        versions[line.digest] = min(line.timestamp, versions.get(line.digest, "9"))
    for key, versions in by_key.items():
        times = sorted(c.timestamp for k, c in chosen if k == key)
        assert times == sorted(versions.values())[:MOST_VERSIONS]
    # First versions of all addresses come before any second one.
    assert len({key for key, _ in chosen[: len(by_key)]}) == len(by_key)


def answered(headers: dict[str, str], body: bytes = b"<html>x</html>", final_url: str = "http://w/web/x") -> Answer:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Answer("http://w/web/x", final_url, now, "ok", "", 200, tuple(headers.items()), body, body)


CAPTURE = Line(f"{SITE}/a", "20240201010203", "text/html", "200", payload_sha1(b"<html>x</html>"))


@pytest.mark.parametrize(
    ("headers", "final_url"),
    [
        ({"Memento-Datetime": "Thu, 01 Feb 2024 01:02:03 GMT"}, "http://w/x"),
        ({}, "http://w/web/20240201010203id_/https://vks.example/a"),
    ],
)
def test_the_time_of_a_replayed_capture_is_checked(headers: dict[str, str], final_url: str) -> None:
    original = original_of(answered({**headers, "Content-Type": "text/html"}, final_url=final_url), CAPTURE)
    assert original.proved
    assert original.headers == (("Content-Type", "text/html"), ("Content-Length", "14"))


@pytest.mark.parametrize(
    ("headers", "final_url"),
    [
        ({"Memento-Datetime": "Thu, 01 Feb 2024 01:02:04 GMT"}, "http://w/web/20240201010203id_/https://vks.example/a"),
        ({"Memento-Datetime": "yesterday"}, "http://w/x"),
        ({}, "http://w/web/20240201010204id_/https://vks.example/a"),
        ({}, "http://w/x"),
    ],
)
def test_a_capture_of_another_or_of_no_time_is_refused(headers: dict[str, str], final_url: str) -> None:
    with pytest.raises(OtherCaptureError):
        original_of(answered(headers, final_url=final_url), CAPTURE)


def test_layouts() -> None:
    ia = layout_of("https://web.archive.org/")
    assert ia.query("a.vn", "20240101000000", "20240102235959").startswith(
        "https://web.archive.org/cdx/search/cdx?url=a.vn&matchType=host&output=json&from=20240101000000&to=2024010223"
    )
    assert ia.raw(CAPTURE) == "https://web.archive.org/web/20240201010203id_/https://vks.example/a"
    pywb = layout_of("http://127.0.0.1:8080/kho/")
    assert pywb.raw(CAPTURE) == "http://127.0.0.1:8080/kho/20240201010203id_/https://vks.example/a"
    assert "resumeKey=vn%2Ca%29%2F+2024%21" in pywb.query("a.vn", "1", "2", "vn,a)/ 2024!")
