import pytest

from spiders import outcomes

HTML = b"<!DOCTYPE html><html><body>x</body></html>"


@pytest.mark.parametrize(
    ("status", "content_type", "body", "outcome"),
    [
        (200, "text/html; charset=utf-8", HTML, "ok"),
        (200, "TEXT/HTML", HTML, "ok"),
        (200, "", HTML, "ok"),
        (200, "text/plain", b"\n <HTML>", "ok"),
        (200, "application/xml", HTML, "ok"),
        (200, "text/plain", b"just words", "not_html"),
        (200, "application/pdf", b"%PDF-1.7", "not_html"),
        (200, "text/html", b"%PDF-1.7", "not_html"),
        (200, "text/html", b"GIF89a\x00\x00", "not_html"),
        (200, "text/html", "<html>đ</html>".encode("utf-16"), "ok"),
        (200, "text/html", b" \r\n", "empty"),
        (200, "", b"", "empty"),
        (404, "text/html", HTML, "gone"),
        (410, "text/html", HTML, "gone"),
        (403, "text/html", HTML, "http_error"),
        (429, "text/html", HTML, "server_error"),
        (503, "text/html", HTML, "server_error"),
        (304, "text/html", b"", "http_error"),
    ],
)
def test_what_an_answer_is_called(status: int, content_type: str, body: bytes, outcome: str) -> None:
    assert outcomes.of_page(status, content_type, body) == outcome


def test_only_failures_that_may_pass_are_tried_again() -> None:
    assert {"server_error", "timeout", "connection_error", "truncated"} == outcomes.TEMPORARY
