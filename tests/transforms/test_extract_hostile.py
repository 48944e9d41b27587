"""Whatever the bytes, extraction gives an article or a named refusal, and soon."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.saved import all_pages
from transforms.article import NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.platforms import PLATFORMS

REASONS = {"not_html", "empty_page", "listing_page", "no_title", "no_date", "no_text", "unreadable"}
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
