"""The fetcher without a network: a downloader that answers from a table."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request, signals
from scrapy.http import HtmlResponse, Response, TextResponse

from spiders.fetcher import Answer, Fetcher
from spiders.job import Limits

SITE = "http://127.0.0.1:8080"
PAGE = b"<!DOCTYPE html><html><body><h1>B\xc3\xa0i</h1></body></html>"


class Downloader:
    """Answers addresses from a table: (status, headers, body); what is not in it is missing."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.sent: list[dict[bytes, list[bytes]]] = []
        self._keep: Callable[..., None] | None = None
        self.signals = SimpleNamespace(connect=self._connect)
        self.engine = SimpleNamespace(download_async=self.download)

    def _connect(self, receiver: Callable[..., None], signal: object) -> None:
        if signal is signals.response_downloaded:
            self._keep = receiver

    async def download(self, request: Request) -> Response:
        path = request.url.removeprefix(SITE)
        self.asked.append(path)
        self.sent.append(dict(request.headers))
        found = self.answers.get(path, (404, {}, b""))
        status, headers, body = found.pop(0) if isinstance(found, list) else found
        kind = HtmlResponse if body.lstrip().startswith(b"<!DOCTYPE html") else TextResponse
        response = kind(request.url, status=status, headers={"Content-Type": "text/html", **headers}, body=body)
        assert self._keep is not None
        self._keep(response=response, request=request)
        return response


def fetching(downloader: Downloader, job: Callable[[Fetcher], Awaitable[Any]], **options: Any) -> Any:
    async def main() -> Any:
        given = {"allow_private": True, "limits": Limits(retries=0), **options}
        return await job(Fetcher(downloader, SITE, 0.0, **given))  # type: ignore[arg-type]

    return asyncio.run(main())


def page_of(downloader: Downloader, path: str = "/a", **options: Any) -> Answer:
    answer: Answer = fetching(downloader, lambda f: f.page(SITE + path), **options)
    return answer


ROBOTS = (200, {}, b"User-agent: *\nDisallow:\n")
HERE = {"/robots.txt": ROBOTS, "/a": (200, {}, PAGE)}


def test_the_budget_is_kept_to_the_request_also_in_redirects() -> None:
    """Two are left: robots.txt and the first hop; the second is not sent."""
    downloader = Downloader(HERE | {"/b": (302, {"Location": "/a"}, b"")})
    answer = page_of(downloader, "/b", budget=2)
    assert downloader.asked == ["/robots.txt", "/b"]
    assert (answer.outcome, answer.status) == ("budget", None)


def test_the_budget_is_kept_to_the_request_when_several_wait_at_once() -> None:
    downloader = Downloader(HERE)

    async def many(fetcher: Fetcher) -> list[str]:
        return [a.outcome for a in await asyncio.gather(*(fetcher.page(f"{SITE}/a?{n}") for n in range(9)))]

    downloader.answers |= {f"/a?{n}": (200, {}, PAGE) for n in range(9)}
    outcomes = fetching(downloader, many, budget=4)
    assert len(downloader.asked) == 4
    assert sorted(outcomes) == ["budget"] * 6 + ["ok"] * 3


def test_nothing_is_asked_outside_of_the_hours_not_even_robots() -> None:
    downloader = Downloader(HERE)
    now = datetime.now(UTC) + timedelta(hours=7)
    hours = f"{now + timedelta(hours=2):%H}:00-{now + timedelta(hours=3):%H}:00"
    assert page_of(downloader, hours=hours).outcome == "hours"
    assert downloader.asked == []


@pytest.mark.parametrize(
    "location",
    ["http://[bad/", "http://127.0.0.1:99999999/", "mailto:a@b.vn", "//:0/", "javascript:1"],
)
def test_a_redirect_to_no_web_address_ends_under_its_name(location: str) -> None:
    answer = page_of(Downloader(HERE | {"/a": (302, {"Location": location}, b"")}))
    assert (answer.outcome, answer.status) == ("off_site", 302)


def robots_of(body: bytes) -> Any:
    downloader = Downloader({"/robots.txt": (200, {"Content-Type": "text/plain"}, body)})
    return fetching(downloader, lambda f: f.robots(SITE))


def test_nonsense_among_the_sitemaps_of_robots_is_passed_over() -> None:
    lines = [
        "http://[bad",
        "http://a.vn:99999999/s.xml",
        "https://other.vn/s.xml",
        "",
        "/a.xml",
        f"{SITE}/b.xml",
        "c.xml",
    ]
    robots = robots_of("\n".join(f"Sitemap: {line}" for line in lines).encode())
    assert robots.sitemaps == [f"{SITE}/{n}.xml" for n in "abc"]


def test_robots_behind_a_byte_order_mark() -> None:
    robots = robots_of(b"\xef\xbb\xbfUser-agent: *\nDisallow: /x/\nSitemap: /a.xml\n")
    assert not robots.parser.allowed(f"{SITE}/x/1", "theodoi")
    assert robots.parser.allowed(f"{SITE}/y", "theodoi")
    assert robots.sitemaps == [f"{SITE}/a.xml"]


def test_a_longer_allow_opens_a_part_and_a_group_of_ours_goes_before_that_of_all() -> None:
    body = b"User-agent: *\nDisallow: /tin/\nAllow: /tin/cong-khai/\nDisallow: /*.pdf$\n"
    parser = robots_of(body).parser
    allowed = [parser.allowed(SITE + p, "theodoi") for p in ("/tin/1", "/tin/cong-khai/1", "/a.pdf", "/a.pdf?x", "/")]
    assert allowed == [False, True, False, True, True]
    parser = robots_of(body + b"\nUser-agent: Theodoi\nDisallow: /cam/\n").parser
    assert [parser.allowed(SITE + p, "theodoi") for p in ("/tin/1", "/cam/1")] == [True, False]


def test_a_robots_of_five_megabytes_is_read_as_far_as_the_standard_asks() -> None:
    body = b"User-agent: *\nDisallow: /cam/\n" + b"Disallow: /x%d/\n" * 320_000
    assert len(body) > 5_000_000
    began = time.monotonic()
    parser = robots_of(body).parser
    assert not parser.allowed(f"{SITE}/cam/1", "theodoi")
    assert parser.allowed(f"{SITE}/a", "theodoi")
    assert time.monotonic() - began < 5


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(deadline=None, max_examples=60)
def test_robots_of_any_bytes_can_be_read(body: bytes) -> None:
    prefix = b"User-agent: *\nDisallow: /cam/\n"
    assert not robots_of(prefix + b"\n" + body.replace(b"Allow", b"").replace(b"allow", b"")).parser.allowed(
        f"{SITE}/cam/1", "theodoi"
    )


UPKEEP = "<!DOCTYPE html><html><title>Bảo trì</title><h1>Hệ thống đang bảo trì</h1></html>".encode()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("body", [b"busy", UPKEEP])
def test_who_is_sent_away_for_long_asks_no_more(status: int, body: bytes) -> None:
    """Also by a page under maintenance, and by a date on the site's own clock, whatever ours says."""
    theirs = datetime(2031, 1, 1, tzinfo=UTC)
    headers = {"Retry-After": format_datetime(theirs + timedelta(hours=2)), "Date": format_datetime(theirs)}
    downloader = Downloader(HERE | {"/a": (status, headers, body)})

    async def ask(fetcher: Fetcher) -> tuple[str, bool]:
        answer = await fetcher.page(f"{SITE}/a")
        return answer.outcome, fetcher.gave_up

    outcome, gave_up = fetching(downloader, ask, limits=Limits(retries=2))
    assert outcome in ("rate_limited", "server_error", "maintenance")
    assert gave_up
    assert downloader.asked == ["/robots.txt", "/a"]


def test_a_short_wish_is_waited_for() -> None:
    downloader = Downloader(HERE | {"/a": [(503, {"Retry-After": "1"}, b"busy"), (200, {}, PAGE)]})
    began = time.monotonic()
    assert page_of(downloader, limits=Limits(retries=1)).outcome == "ok"
    assert time.monotonic() - began >= 1


def test_an_answer_that_nothing_has_changed_without_a_question_is_an_error_that_may_pass() -> None:
    downloader = Downloader(HERE | {"/a": (304, {}, b"")})
    assert page_of(downloader).outcome == "server_error"
    answer = fetching(downloader, lambda f: f.page(f"{SITE}/a", etag='"1"'))
    assert answer.outcome == "not_modified"
    assert downloader.sent[-1][b"If-None-Match"] == [b'"1"']
