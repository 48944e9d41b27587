"""The fetcher without a network: a downloader that answers from a table."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.http import HtmlResponse, Response, TextResponse

from spiders import fetcher as module
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


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What was slept between two tries, which takes no time here."""
    waits: list[float] = []
    usual = asyncio.sleep

    async def sleep(wait: float) -> None:
        waits.append(wait)
        await usual(0)

    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    yield waits


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
