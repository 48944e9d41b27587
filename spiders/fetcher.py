"""Asks for addresses, politely, and names what became of each: every request of ours goes through here.

Politeness is kept here rather than in Scrapy's settings. Scrapy 2.19 starts requests beyond
CONCURRENT_REQUESTS_PER_DOMAIN while DOWNLOAD_DELAY is 0, reads a robots.txt that answers 503 as leave to fetch
everything (RFC 9309 says the contrary), and follows redirects to any host; the tests prove ours from a server's log.
"""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import responses as http_phrases
from time import monotonic
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.sitemap import sitemap_urls_from_robots
from w3lib.url import safe_url_string

from spiders import outcomes
from spiders.addresses import host
from spiders.job import Limits, now
from theodoi.registry import is_private_host

log = logging.getLogger(__name__)

# First pause before a temporary failure is tried again, doubled each time; a longer delay of the site goes first.
_BACK_OFF_S = 0.2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# An operator who asks for more than this between two requests has in effect closed the site to us.
_LONGEST_CRAWL_DELAY_S = 300.0
_ROBOT = "theodoi"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for one address.

    Attributes:
        url: Address asked.
        final_url: Address after redirects.
        asked_at: When the last hop was asked.
        outcome: One of `spiders.outcomes`.
        detail: What exactly, for people.
        status: HTTP status of the last answer, None without one.
        headers: As received.
        body: Decoded.
        raw_body: As received, content encoding kept.
    """

    url: str
    final_url: str
    asked_at: datetime
    outcome: str
    detail: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raw_body: bytes = b""

    def header(self, name: str) -> str:
        """Value of a header field, empty where it is missing."""
        return next((v for n, v in self.headers if n.lower() == name), "")

    def html(self) -> HtmlResponse:
        """The answer as a page, whatever type the server gave it."""
        content_type = {"Content-Type": self.header("content-type")}
        return HtmlResponse(self.final_url, status=self.status or 200, headers=content_type, body=self.body)


@dataclass(slots=True)
class Robots:
    """What a site's robots.txt says to us.

    Attributes:
        parser: Its rules; None where it could not be read.
        sitemaps: Sitemaps that it names.
        outcome: Why it could not be read, else `ok`. Then nothing may be asked (RFC 9309, 2.3.1.4).
        detail: What exactly.
        status: HTTP status.
        body: Its text.
    """

    parser: ProtegoRobotParser | None = None
    sitemaps: list[str] = field(default_factory=list)
    outcome: str = outcomes.OK
    detail: str = ""
    status: int | None = None
    body: bytes = b""


class Fetcher:
    """Asks one site.

    Args:
        crawler: The running crawler, whose downloader is used.
        base_url: Any address of the site: others are refused.
        delay_s: Least time between the starts of two requests.
        allow_private: Whether a host on loopback or in a private range may be asked.
        limits: What may be taken.

    Attributes:
        errors_in_a_row: Temporary failures since the last answer of the site.
    """

    def __init__(self, crawler: Crawler, base_url: str, delay_s: float, *, allow_private: bool, limits: Limits) -> None:
        self._crawler = crawler
        self._site = host(base_url)
        self._delay_s = delay_s
        self._allow_private = allow_private
        self._limits = limits
        self._robots: dict[str, asyncio.Future[Robots]] = {}
        self._private: dict[str, str] = {}
        self._turns = asyncio.Semaphore(1 if delay_s else limits.parallel)
        self._next_start = 0.0
        self.errors_in_a_row = 0
        crawler.signals.connect(self._look_at_headers, signals.headers_received)
        crawler.signals.connect(self._keep_raw, signals.response_downloaded)

    @property
    def gave_up(self) -> bool:
        """Whether the site failed too often in a row to be asked further."""
        return self.errors_in_a_row >= self._limits.errors_in_a_row

    async def page(self, url: str) -> Answer:
        """Ask for an HTML page; anything else is not downloaded."""
        return await self._follow(url, html_only=True)

    async def document(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a document of whatever type, with further header fields where there are any."""
        return await self._follow(url, html_only=False, extra=headers)

    async def robots(self, url: str) -> Robots:
        """The robots.txt that governs an address, asked for once."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            self._robots[root] = asyncio.ensure_future(self._read_robots(root))
        return await self._robots[root]

    async def _read_robots(self, root: str) -> Robots:
        answer = await self._follow(f"{root}/robots.txt", html_only=False, obey=False)
        if answer.outcome in (outcomes.GONE, outcomes.HTTP_ERROR):
            return Robots(ProtegoRobotParser(b"", None), status=answer.status)
        if answer.outcome != outcomes.OK:
            return Robots(None, outcome=answer.outcome, detail=f"robots.txt: {answer.detail}", status=answer.status)
        parser = ProtegoRobotParser(answer.body, None)
        wished = parser.crawl_delay(_ROBOT) or 0.0
        if wished > self._delay_s:
            self._delay_s = min(wished, _LONGEST_CRAWL_DELAY_S)
            self._turns = asyncio.Semaphore(1)
            log.info("robots.txt asks for %s s between requests", wished)
        sitemaps = [s for s in sitemap_urls_from_robots(answer.body, root) if host(s) == self._site]
        return Robots(parser, sitemaps, status=answer.status, body=answer.body)

    async def _follow(
        self, url: str, *, html_only: bool, obey: bool = True, extra: Mapping[str, str] | None = None
    ) -> Answer:
        visited = [url]
        while True:
            here = visited[-1]
            refused = await self._refusal(here, obey=obey)
            if refused is not None:
                outcome, detail = refused
                return Answer(url, here, now(), outcome, detail)
            answer = await self._patiently(url, here, html_only=html_only, extra=extra)
            location = answer.header("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            target = safe_url_string(urljoin(here, location)).partition("#")[0]
            if target in visited or len(visited) > self._limits.redirects:
                path = " → ".join([*visited, target])
                return Answer(url, here, answer.asked_at, outcomes.REDIRECT_LOOP, path[:1000], answer.status)
            visited.append(target)

    async def _refusal(self, url: str, *, obey: bool) -> tuple[str, str] | None:
        """(outcome, detail) where the address must not be asked."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or host(url) != self._site:
            return outcomes.OFF_SITE, f"{url} is not on {self._site}"
        if not self._allow_private:
            address = await self._private_address(parts.hostname or "")
            if address:
                return outcomes.PRIVATE_HOST, f"{parts.hostname} is {address}; THEODOI_ALLOW_PRIVATE=1 allows it"
        if obey:
            robots = await self.robots(url)
            if robots.parser is None:
                return robots.outcome, robots.detail
            if not robots.parser.allowed(url, _ROBOT):
                return outcomes.ROBOTS, "robots.txt"
        return None

    async def _private_address(self, name: str) -> str:
        """The private address behind a host name, or empty.

        The answer of DNS is the one that the download will use: both ask Scrapy's resolver, which keeps it.
        """
        if name not in self._private:
            if is_private_host(name):
                self._private[name] = name
            else:
                from twisted.internet import reactor

                try:
                    address = await maybe_deferred_to_future(reactor.resolve(name))
                except OSError:
                    # No such host: the request itself will say so.
                    return ""
                self._private[name] = address if is_private_host(address) else ""
        return self._private[name]

    async def _patiently(
        self, url: str, here: str, *, html_only: bool, extra: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask, and ask again while the failure is a temporary one."""
        for attempt in range(self._limits.retries + 1):
            if attempt:
                await asyncio.sleep(_BACK_OFF_S * 2**attempt)
            answer = await self._once(url, here, html_only=html_only, extra=extra)
            if answer.outcome not in outcomes.TEMPORARY:
                self.errors_in_a_row = 0
                return answer
            log.info("%s: %s (%s), try %d", here, answer.outcome, answer.detail, attempt + 1)
        self.errors_in_a_row += 1
        return answer

    async def _once(self, url: str, here: str, *, html_only: bool, extra: Mapping[str, str] | None = None) -> Answer:
        request = Request(
            here, meta={"html_only": html_only}, headers={"Accept-Encoding": "gzip, deflate", **(extra or {})}
        )
        assert self._crawler.engine is not None
        async with self._turn():
            asked_at = now()
            try:
                response = await self._crawler.engine.download_async(request)
            except Exception as error:  # noqa: BLE001  whatever the network raises ends as a named outcome
                outcome, detail = _named(error)
                return Answer(url, here, asked_at, outcome, detail)
        headers: Headers
        headers, raw_body = request.meta["raw"]
        sent = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, vs in headers.items() for v in vs)
        content_type = response.headers.get("Content-Type", b"").decode("latin-1")
        if html_only:
            outcome = outcomes.of_page(response.status, content_type, response.body)
        else:
            outcome = outcomes.of_status(response.status)
        detail = content_type if outcome == outcomes.NOT_HTML else ""
        if outcome not in (outcomes.OK, outcomes.NOT_HTML):
            detail = f"{response.status} {http_phrases.get(response.status, '')}".strip()
        return Answer(url, here, asked_at, outcome, detail, response.status, sent, response.body, raw_body)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until the site may be asked again; with a delay, one request at a time."""
        async with self._turns:
            wait = self._next_start - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next_start = monotonic() + self._delay_s
            yield

    def _look_at_headers(self, headers: Headers, request: Request) -> None:
        """Stop a download that is no page before its body comes.

        Raises:
            StopDownload: The type is none of a page.
        """
        content_type = (headers.get("Content-Type") or b"").decode("latin-1")
        if request.meta.get("html_only") and not outcomes.may_be_html(content_type):
            raise StopDownload(fail=False)

    def _keep_raw(self, response: Response, request: Request) -> None:
        # Before any middleware unpacks the body or changes a header.
        request.meta["raw"] = (response.headers.copy(), response.body)


def _named(error: Exception) -> tuple[str, str]:
    text = str(error).strip().splitlines()
    detail = f"{type(error).__name__}: {text[0][:300] if text else ''}".rstrip(": ")
    match error:
        case DownloadTimeoutError() | asyncio.TimeoutError():
            return outcomes.TIMEOUT, detail
        case ResponseDataLossError() | zlib.error() | EOFError():
            return outcomes.TRUNCATED, detail
        # Scrapy ignores a response only for one reason here: it unpacks to more than the limit.
        case DownloadCancelledError() | IgnoreRequest():
            return outcomes.TOO_LARGE, detail
        case CannotResolveHostError():
            return outcomes.CONNECTION_ERROR, f"no such host: {detail}"
        case _:
            return outcomes.CONNECTION_ERROR, detail
