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
        (429, "text/html", HTML, "rate_limited"),
        (503, "text/html", HTML, "server_error"),
        (304, "text/html", b"", "not_modified"),
    ],
)
def test_what_an_answer_is_called(status: int, content_type: str, body: bytes, outcome: str) -> None:
    assert outcomes.of_page(status, content_type, body) == outcome


def test_what_may_pass_is_tried_again_by_the_next_crawl_and_what_passes_soon_at_once() -> None:
    assert {"server_error", "timeout", "connection_error", "truncated", "rate_limited"} == outcomes.RETRIED
    assert {"challenge", "login", "parked", "maintenance", "certificate_error"} == outcomes.TEMPORARY - outcomes.RETRIED


def test_no_page_is_both_there_and_absent_or_both_definite_and_temporary() -> None:
    assert outcomes.THERE.isdisjoint(outcomes.ABSENT)
    assert outcomes.TEMPORARY.isdisjoint(outcomes.THERE | outcomes.ABSENT | outcomes.NOT_ASKED)
    assert outcomes.NOT_ASKED.isdisjoint(outcomes.KEPT_AS_PROOF)
