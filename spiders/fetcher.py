"""Asks for addresses, politely, and names what became of each: every request of ours goes through here.

Politeness is kept here rather than in Scrapy's settings. Scrapy 2.19 starts requests beyond
CONCURRENT_REQUESTS_PER_DOMAIN while DOWNLOAD_DELAY is 0, reads a robots.txt that answers 503 as leave to fetch
everything (RFC 9309 says the contrary), and follows redirects to any host; the tests prove ours from a server's log.
"""

import asyncio
import logging
import math
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import responses as http_phrases
from time import monotonic
from urllib.parse import urlsplit
from urllib.request import getproxies

from OpenSSL.SSL import Error as TlsError
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
from service_identity import VerificationError

from spiders import outcomes
from spiders.addresses import absolute, host
from spiders.disguises import disguise_of
from spiders.job import Limits
from spiders.pacing import LONGEST_PAUSE_S, ClosedError, Pace, http_date, retry_after
from theodoi.registry import is_private_host

log = logging.getLogger(__name__)

# First pause before a temporary failure is tried again, doubled each time; a longer delay of the site goes first.
_BACK_OFF_S = 0.2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})
_ROBOT = "theodoi"
# RFC 9309 (2.5) asks for 500 KiB at least; five megabytes of rules would keep us busy for seconds.
_LONGEST_ROBOTS = 512 * 1024


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

    def as_outcome(self, outcome: str) -> "Answer":
        """The same answer under another outcome."""
        return replace(self, outcome=outcome)

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
        budget: Requests that are left for today; None: no bound.
        hours: Hours of the day in which the site may be asked; see `Pace`.
        now: Clock of the crawl.
        ends: When the crawl must be over; see `Pace`.

    Attributes:
        pace: When the site may be asked again.
        errors_in_a_row: Failures since the last proper answer of the site.
        n_bytes: Bytes of bodies received, as sent.
    """

    def __init__(
        self,
        crawler: Crawler,
        base_url: str,
        delay_s: float,
        *,
        allow_private: bool,
        limits: Limits,
        budget: int | None = None,
        hours: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        ends: float = math.inf,
    ) -> None:
        # The hours are those of the wall clock: that of the crawl may stand elsewhere.
        self.pace = Pace(delay_s, parallel=limits.parallel, budget=budget, hours=hours, ends=ends)
        self.errors_in_a_row = 0
        self.n_bytes = 0
        self._crawler = crawler
        self._site = host(base_url)
        self._allow_private = allow_private
        self._limits = limits
        self._now = now
        self._robots: dict[str, asyncio.Future[Robots]] = {}
        self._private: dict[str, str] = {}
        self._sent_away = False
        crawler.signals.connect(self._look_at_headers, signals.headers_received)
        crawler.signals.connect(self._keep_raw, signals.response_downloaded)

    @property
    def gave_up(self) -> bool:
        """Whether the site failed too often in a row, or sent us away for too long, to be asked further."""
        return self._sent_away or self.errors_in_a_row >= self._limits.errors_in_a_row

    async def page(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Ask for an HTML page; anything else is not downloaded.

        Args:
            url: Address.
            etag: Of the version we have; where the page is still that one, the outcome is `not_modified`.
            last_modified: The same by time.
        """
        return await self._follow(url, _conditions(etag, last_modified), html_only=True)

    async def document(
        self, url: str, *, etag: str = "", last_modified: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for a feed, a sitemap or another document of whatever type.

        Args:
            url: Address.
            etag: Of the version we have, as in `page`.
            last_modified: The same by time.
            headers: Further header fields to send.
        """
        return await self._follow(url, {**_conditions(etag, last_modified), **(headers or {})}, html_only=False)

    async def robots(self, url: str) -> Robots:
        """The robots.txt that governs an address, asked for once."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            self._robots[root] = asyncio.ensure_future(self._read_robots(root))
        return await self._robots[root]

    async def _read_robots(self, root: str) -> Robots:
        answer = await self._follow(f"{root}/robots.txt", {}, html_only=False, obey=False)
        if answer.outcome in (outcomes.GONE, outcomes.HTTP_ERROR):
            return Robots(ProtegoRobotParser(b"", None), status=answer.status)
        if answer.outcome != outcomes.OK:
            return Robots(None, outcome=answer.outcome, detail=f"robots.txt: {answer.detail}", status=answer.status)
        body = answer.body[:_LONGEST_ROBOTS]
        parser = ProtegoRobotParser(body, None)
        wished = parser.crawl_delay(_ROBOT) or 0.0
        if wished:
            self.pace.slow_down(wished)
            log.info("robots.txt asks for %s s between requests", wished)
        named = (absolute(answer.final_url, s) for s in parser.rp.sitemaps)
        sitemaps = [s for s in named if s is not None and host(s) == self._site]
        return Robots(parser, sitemaps, status=answer.status, body=answer.body)

    async def _follow(self, url: str, sent: Mapping[str, str], *, html_only: bool, obey: bool = True) -> Answer:
        visited = [url]
        while True:
            here = visited[-1]
            refused = await self._refusal(here, obey=obey)
            if refused is not None:
                outcome, detail = refused
                return Answer(url, here, self._now(), outcome, detail)
            answer = await self._patiently(url, here, sent, html_only=html_only)
            location = answer.header("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            target = absolute(here, location)
            if target is None:
                return Answer(url, here, answer.asked_at, outcomes.OFF_SITE, f"→ {location[:300]!r}", answer.status)
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
            try:
                address = await self._private_address(parts.hostname or "")
            except CannotResolveHostError:
                return outcomes.CONNECTION_ERROR, f"no such host: {parts.hostname}"
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
                    # Behind a proxy names need not resolve here. Elsewhere the request would ask again, and might be
                    # told another address than this check.
                    if not getproxies():
                        raise CannotResolveHostError(name) from None
                    return ""
                self._private[name] = address if is_private_host(address) else ""
        return self._private[name]

    async def _patiently(self, url: str, here: str, sent: Mapping[str, str], *, html_only: bool) -> Answer:
        """Ask, and ask again while the failure is one that may pass soon."""
        for attempt in range(self._limits.retries + 1):
            if attempt:
                await asyncio.sleep(_BACK_OFF_S * 2**attempt)
            answer = await self._once(url, here, sent, html_only=html_only)
            # Whatever the page is called: one under maintenance says how long, too.
            self._heed(answer)
            if answer.outcome not in outcomes.RETRIED:
                break
            log.info("%s: %s (%s), try %d", here, answer.outcome, answer.detail, attempt + 1)
            if self.gave_up or self.pace.closed:
                break
        if answer.outcome in outcomes.TEMPORARY:
            self.errors_in_a_row += 1
        else:
            self.errors_in_a_row = 0
        return answer

    def _heed(self, answer: Answer) -> None:
        """Stay away as long as a busy site asks for."""
        if answer.status not in (429, 503):
            return
        # By the site's own clock where it shows it: ours may be wrong.
        now = http_date(answer.header("date")) or answer.asked_at
        wished = retry_after(answer.header("retry-after"), now)
        if wished is None:
            wished = self._limits.pause_after_429_s if answer.status == 429 else 0.0
        if wished > LONGEST_PAUSE_S:
            log.warning("%s sends us away for %.0f s: left for the next crawl", self._site, wished)
            self._sent_away = True
        elif wished:
            self.pace.pause(wished)

    async def _once(self, url: str, here: str, sent: Mapping[str, str], *, html_only: bool) -> Answer:
        headers = {"Accept-Encoding": "gzip, deflate", **sent}
        request = Request(here, meta={"html_only": html_only}, headers=headers, dont_filter=True)
        assert self._crawler.engine is not None
        try:
            async with self.pace.turn():
                asked_at, began = self._now(), monotonic()
                try:
                    response = await self._crawler.engine.download_async(request)
                except Exception as error:  # noqa: BLE001  whatever the network raises ends as a named outcome
                    outcome, detail = _named(error)
                    self.pace.answered(monotonic() - began, well=False)
                    return Answer(url, here, asked_at, outcome, detail)
                self.pace.answered(monotonic() - began, well=response.status < 400)
        except ClosedError as closed:
            return Answer(url, here, self._now(), str(closed), "not sent")
        received: Headers
        received, raw_body = request.meta["raw"]
        self.n_bytes += len(raw_body)
        fields = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, vs in received.items() for v in vs)
        content_type = response.headers.get("Content-Type", b"").decode("latin-1")
        if html_only:
            outcome = outcomes.of_page(response.status, content_type, response.body)
            # A check or a log-in page may come under any status; a real page is looked at no further.
            if outcome not in (outcomes.NOT_HTML, outcomes.NOT_MODIFIED, outcomes.EMPTY):
                outcome = disguise_of(response.status, fields, response.body, url, here) or outcome
        else:
            outcome = outcomes.of_status(response.status)
        if outcome == outcomes.NOT_MODIFIED and not _CONDITIONS & sent.keys():
            # There is no version of ours that it could be like.
            outcome = outcomes.SERVER_ERROR
        detail = content_type if outcome == outcomes.NOT_HTML else ""
        if outcome not in (outcomes.OK, outcomes.NOT_HTML, outcomes.NOT_MODIFIED):
            detail = f"{response.status} {http_phrases.get(response.status, '')}".strip()
        return Answer(url, here, asked_at, outcome, detail, response.status, fields, response.body, raw_body)

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


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    fields = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in fields.items() if value}


def _named(error: Exception) -> tuple[str, str]:
    text = str(error).strip().splitlines()
    detail = f"{type(error).__name__}: {text[0][:300] if text else ''}".rstrip(": ")
    refused = next((e for e in _causes(error) if isinstance(e, TlsError | VerificationError)), None)
    if refused is not None:
        return outcomes.CERTIFICATE_ERROR, f"{type(refused).__name__}: {str(refused)[:300]}"
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


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was made of, Twisted's lists of reasons included."""
    while error is not None:
        yield error
        for reason in getattr(error, "reasons", None) or ():
            yield reason.value
        error = error.__cause__
