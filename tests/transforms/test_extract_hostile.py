"""Whatever the bytes, extraction gives an article or a named refusal, and soon."""

import resource
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile.large import LARGE
from benchmarks.hostile.mutations import MUTATIONS
from benchmarks.hostile_pages import MAX_RSS, Report, hostile
from benchmarks.hostile_pages import attempt as report_page
from tests.pages.saved import all_pages
from transforms.article import REASONS, NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.platforms import PLATFORMS

SOURCES = [page.file.read_bytes() for page in all_pages()]
FETCHED = datetime(2025, 1, 1, tzinfo=UTC)
PARAGRAPH = "<p>Lớp học mở ở nhà văn hóa thôn, mỗi tuần năm buổi tối, học viên đến từ bốn xã quanh vùng.</p>"
SHELL = "<html><body><h1>Lớp nghề mở ở nhà văn hóa thôn</h1><p>07/06/2022 10:30</p>{}</body></html>"
# Generous for a shared machine; a page takes a few milliseconds.
MAX_SECONDS = 10.0


def attempt(
    html: str | bytes, url: str = "https://bao.example/a-1.html", platform: str | None = None, content_type: str = ""
) -> None:
    """Read a page; anything but an article with title and date, or a refusal with a known name, is a failure."""
    reason, article = "", None
    try:
        article = extract_article(html, url, platform=platform, fetched_at=FETCHED, content_type=content_type)
    except NotAnArticleError as refusal:
        reason = refusal.reason
    if article is None:
        assert reason in REASONS
    else:
        assert article.title
        assert article.published_at is not None
        assert article.published_at.tzinfo is not None


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A saved page with pieces cut, repeated, moved or overwritten."""
    data = bytearray(draw(st.sampled_from(SOURCES)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 400))
        match draw(st.sampled_from(["cut", "repeat", "noise", "truncate", "tag"])):
            case "cut":
                del data[start : start + length]
            case "repeat":
                data[start:start] = data[start : start + length] * draw(st.integers(1, 4))
            case "noise":
                data[start : start + length] = draw(st.binary(max_size=40))
            case "truncate":
                del data[start + length :]
            case "tag":
                tags = [
                    "<div>",
                    "</div>",
                    "<table><tr><td>",
                    "</body>",
                    "<form>",
                    "<!--",
                    "<script>",
                    "\x00",
                    "‮🙂",
                    "<h1>",
                ]
                data[start:start] = draw(st.sampled_from(tags)).encode()
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(mutated(), st.sampled_from([None, *PLATFORMS]))
def test_mutated_pages(html: bytes, platform: str | None) -> None:
    attempt(html, platform=platform)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)), st.text(max_size=60), st.text(max_size=30))
def test_any_bytes_any_address(body: str | bytes, url: str, content_type: str) -> None:
    attempt(body, url, content_type=content_type)


@pytest.mark.parametrize(
    "inside",
    [
        "<div>" * 20_000 + PARAGRAPH * 5,
        "<b>" * 5_000 + PARAGRAPH * 5,
        "<table><tr><td>" * 500 + PARAGRAPH * 5,
        "<script>" + "var a = 1;\n" * 1_000_000 + "</script>" + PARAGRAPH * 5,
        PARAGRAPH * 5 + "<p>" + "a" * 1_000_000,
        PARAGRAPH * 5 + "<p>1/" * 20_000,
        PARAGRAPH * 5 + "<li>07/06/2022 " * 5_000,
        PARAGRAPH * 5 + "<img>" * 20_000,
        PARAGRAPH * 3_000,
        "<a href='http://[::1'>x</a><img src='http://[bad'>" + PARAGRAPH * 5,
        PARAGRAPH * 5 + "<p>" + "(" * 50_000,
        PARAGRAPH * 5 + "<p>" + "Hà Thu - " * 3_000,
        "\x00\ufeff\u202e" + PARAGRAPH * 5,
    ],
    ids=lambda inside: inside[:12].encode("unicode_escape").decode(),
)
@pytest.mark.parametrize("platform", [None, "wordpress"])
def test_hostile_pages_end_soon(inside: str, platform: str | None) -> None:
    start = time.perf_counter()
    attempt(SHELL.format(inside), platform=platform)
    assert time.perf_counter() - start < MAX_SECONDS


@pytest.mark.parametrize(
    "shell", ["{}", "<body>{}", "<html>{}", "<h1>x{}", "<head><title>Lớp nghề mở ở thôn</title>{}"]
)
def test_pages_without_frame(shell: str) -> None:
    attempt(shell.format(PARAGRAPH * 5))
    attempt(shell.format(PARAGRAPH * 5).encode(), platform="onecms")


@pytest.fixture(scope="module")
def broken() -> Report:
    """What the first pages of the benchmark's sequence come to, without the clock: others use the machine too."""
    before = held()
    report = unsized()
    for number in range(1, 400):
        report_page(5, number, report)
    assert held() - before < MAX_RSS
    return report


def held() -> int:
    """Most memory that this process ever held, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def unsized() -> Report:
    """A report that does not name memory: this process may have held more before these pages came."""
    return Report(rss=max(held(), MAX_RSS) + 1)


def test_pages_broken_in_every_way_give_an_article_or_a_named_refusal(broken: Report):
    assert sum(broken.outcomes.values()) == 399
    assert broken.outcomes["article"] >= 100
    assert len(set(broken.outcomes) - {"article"}) >= 5
    assert [breach for breach in broken.breaches if " s, (" not in breach] == []


def test_every_way_to_break_a_page_was_tried():
    assert {name for number in range(1, 400) for name in hostile(5, number).made} >= set(MUTATIONS)


@pytest.mark.parametrize("name", LARGE)
def test_large_pages_end_soon(name: str):
    page = next(p for p in all_pages() if p.name == "generic/bao-khong-quy-tac").file.read_bytes()
    before, heading, after = page.partition(b"</h1>")
    assert heading
    for platform in (None, "wordpress"):
        start = time.process_time()
        attempt(before + heading + LARGE[name]().encode() + after, platform=platform)
        assert time.process_time() - start < MAX_SECONDS


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<p>" + "chữ " * 1_500_000, "bytes"),
        ("<p>x" * 90_000, "tags"),
        ("<div>" * 600 + PARAGRAPH * 5, "nested"),
        ("<p>x</p>" * 9_000, "elements"),
        ("<p>" + "chữ " * 300_000, "letters"),
    ],
)
def test_a_page_over_a_limit_says_which(inside: str, why: str):
    with pytest.raises(NotAnArticleError, match=why) as refusal:
        extract_article(SHELL.format(inside), "https://bao.example/a-1.html", fetched_at=FETCHED)
    assert refusal.value.reason == "unreadable"


def test_what_weighs_most_on_a_page_is_no_reason_to_refuse_it():
    """Scripts, styles, pictures in the page: the article beside them is read as without them."""
    ballast = (
        "<style>" + ".a{color:red}\n" * 300_000 + "</style>"
        "<script>var a = '<p>x</p>';\n" + "a += 1;\n" * 700_000 + "</script>"
        "<!--" + "- <p> -\n" * 100_000 + "-->"
        '<img src="data:image/png;base64,' + "iVBORw0K" * 300_000 + '">'
        '<p data-state="' + "x" * 400_000 + '"></p>'
    )
    plain = extract_article(SHELL.format(PARAGRAPH * 5), "https://bao.example/a-1.html", fetched_at=FETCHED)
    heavy = extract_article(SHELL.format(ballast + PARAGRAPH * 5), "https://bao.example/a-1.html", fetched_at=FETCHED)
    assert (heavy.title, heavy.lead, heavy.text) == (plain.title, plain.lead, plain.text)
    assert heavy.published_at == plain.published_at
    assert plain.text.count("Lớp học") == 5


def test_an_address_that_is_none_stops_nothing():
    html = SHELL.format(PARAGRAPH * 5)
    for url in ("http://[::1", "", "//", "không phải địa chỉ", "https://a.example/\x00"):
        article = extract_article(html, url, fetched_at=FETCHED)
        assert (article.url, article.title) == (url, "Lớp nghề mở ở nhà văn hóa thôn")


@pytest.mark.parametrize("number", [7775, 33484, 48249, 50893, 92574, 97000])
def test_pages_that_once_broke_the_reader(number: int):
    report = unsized()
    report_page(1, number, report)
    assert report.breaches == []
    assert report.outcomes.total() == 1
