"""Serves the sample province on loopback, one port per site."""

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import ClassVar

from demo.province import Province
from demo.sites import Answer, Site, open_site
from demo.sources import LAST_DAY, SOURCES

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Logged:
    """One request that was answered.

    Attributes:
        at: When, UTC.
        source_id: Which site.
        path: What was asked for, query included.
        status: What was answered.
        user_agent: Who said to be asking.
        client: Address it came from.
    """

    at: datetime
    source_id: str
    path: str
    status: int
    user_agent: str
    client: str


class SampleServer:
    """All sites of a province, each on its own port of 127.0.0.1.

    Args:
        province: What to serve.
        base_port: Port of the first site, the others follow; 0 lets the system choose free ones.
        as_of: Only what was published until this day is there; None means all. May be set while it runs.
        access_log: File to which every request is appended as one line of JSON.

    Attributes:
        base_urls: Site -> root address, no slash at the end; filled by `start`.
        requests: Every request answered so far.
    """

    def __init__(
        self, province: Province, base_port: int = 0, *, as_of: date | None = None, access_log: Path | None = None
    ) -> None:
        self.as_of = as_of
        self.base_urls: dict[str, str] = {}
        self.requests: list[Logged] = []
        self.sites: Mapping[str, Site] = {plan.source_id: open_site(plan, province.pages) for plan in SOURCES}
        self._base_port = base_port
        self._access_log = access_log
        self._lock = threading.Lock()
        self._servers: list[_SiteServer] = []
        self._threads: list[threading.Thread] = []

    @property
    def day(self) -> date:
        """The day on which the province stands."""
        return self.as_of or LAST_DAY

    def start(self) -> "SampleServer":
        """Open the ports and answer in the background.

        Raises:
            OSError: A port is taken; none stays open.
        """
        try:
            for n, (source_id, site) in enumerate(self.sites.items()):
                server = _SiteServer((HOST, self._base_port + n if self._base_port else 0), self, source_id, site)
                self._servers.append(server)
                self.base_urls[source_id] = server.base_url
        except OSError:
            self.stop()
            raise
        for server in self._servers:
            # The default of half a second would make every stop that slow.
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self) -> None:
        """Close the ports."""
        if self._threads:
            for server in self._servers:
                server.shutdown()
        for server in self._servers:
            server.server_close()
        for thread in self._threads:
            thread.join()
        self._servers, self._threads = [], []

    def __enter__(self) -> "SampleServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def note(self, entry: Logged) -> None:
        """Keep one request in memory and, where asked for, in the log file."""
        with self._lock:
            self.requests.append(entry)
            if self._access_log is not None:
                with self._access_log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({**asdict(entry), "at": entry.at.isoformat()}, ensure_ascii=False) + "\n")


class _SiteServer(ThreadingHTTPServer):
    # A crawler that keeps its connections open must not keep the server from closing.
    daemon_threads = True
    block_on_close = False
    # Crawlers open several connections at once; the default queue of five drops some of them under load.
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], sample: SampleServer, source_id: str, site: Site) -> None:
        super().__init__(address, _Handler)
        self.sample = sample
        self.source_id = source_id
        self.site = site
        self.base_url = f"http://{HOST}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: _SiteServer
    protocol_version = "HTTP/1.1"
    server_version = "theodoi-sample"
    sys_version = ""
    # Headers and body go out in two writes; Nagle's algorithm would hold the second back for 40 ms.
    disable_nagle_algorithm = True
    timeout: ClassVar[float] = 30.0

    def do_GET(self) -> None:
        """Answer a page."""
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        """Answer a page's headers."""
        self._reply(with_body=False)

    def _reply(self, *, with_body: bool) -> None:
        server = self.server
        answer = server.site.answer(self.path, server.base_url, server.sample.day)
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        status = 304 if answer.status == 200 and self._is_known(answer, etag) else answer.status
        body = b"" if status == 304 else answer.body
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
        if answer.status == 200:
            self.send_header("ETag", etag)
            if answer.modified_at is not None:
                self.send_header("Last-Modified", format_datetime(answer.modified_at.astimezone(UTC), usegmt=True))
        # Noted before the last byte leaves, so that who has read an answer finds it in the log.
        agent = self.headers.get("User-Agent", "")
        server.sample.note(
            Logged(datetime.now(UTC), server.source_id, self.path, status, agent, self.client_address[0])
        )
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _is_known(self, answer: Answer, etag: str) -> bool:
        if tags := self.headers.get("If-None-Match"):
            return tags.strip() == "*" or etag in (t.strip().removeprefix("W/") for t in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None or answer.modified_at is None:
            return False
        try:
            return answer.modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Keep quiet; requests are noted in `SampleServer.requests`."""
