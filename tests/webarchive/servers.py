"""Small archives on loopback that answer as the Internet Archive and Common Crawl do, out of WARC files of ours."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit

from spiders.addresses import canonical, host
from theodoi.archive import Capture, Reading, iter_responses

Answer = tuple[int, dict[str, str], bytes]
COLUMNS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(frozen=True)
class Entry:
    """One capture of a WARC file, as an index of it says."""

    capture: Capture
    raw_body: bytes
    filename: str
    offset: int
    length: int

    @property
    def key(self) -> str:
        return canonical(self.capture.url)

    @property
    def timestamp(self) -> str:
        return f"{self.capture.fetched_at:%Y%m%d%H%M%S}"

    @property
    def mime(self) -> str:
        return self.capture.content_type.split(";")[0]

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.raw_body).digest()).decode()


def entries_of(root: Path) -> list[Entry]:
    """The index of all WARC files below a folder, sorted by address and time."""
    found = []
    for path in sorted(root.rglob("*.warc.gz")):
        # The record's stream is read here and now; the iterator reuses nothing of it.
        rows = [(o, record.raw_stream.read(), c) for o, record, c in iter_responses(path, Reading())]
        ends = [o for o, _, _ in rows[1:]] + [path.stat().st_size]
        for (offset, raw, capture), end in zip(rows, ends, strict=True):
            found.append(Entry(capture, raw, path.relative_to(root).as_posix(), offset, end - offset))
    return sorted(found, key=lambda e: (e.key, e.timestamp))


@dataclass
class Archive:
    """What an archive has, and how it answers.

    Attributes:
        root: Folder of its WARC files.
        entries: Its index.
        robots: Its robots.txt.
        faults: Part of a request -> what happens instead of an answer.
        log: Path and Range header of each request.
        base_url: Set when it is served.
        most: Lines of one answer of the index, or of one block of it.
    """

    root: Path
    entries: list[Entry]
    robots: str = "User-agent: *\nDisallow: /closed/\n"
    faults: dict[str, Callable[[], Answer | None]] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    base_url: str = ""
    most: int = 5

    def asked(self, part: str) -> list[str]:
        return [path for path, _ in self.log if part in path]

    def answer(self, path: str, byte_range: str) -> Answer:
        raise NotImplementedError

    def wanted(self, query: dict[str, list[str]]) -> list[Entry]:
        """Entries of the host in question, in its period; filters are not looked at."""
        first, last = query["from"][0], query["to"][0]
        assert query["matchType"] == ["host"]
        site = host(f"http://{query['url'][0]}/")
        return [e for e in self.entries if host(e.capture.url) == site and first <= e.timestamp <= last]


def is_page(entry: Entry) -> bool:
    return entry.capture.status == 200 and entry.mime == "text/html"


class InternetArchive(Archive):
    """CDX server with resumption keys, raw replay with the original header fields under other names."""

    def answer(self, path: str, byte_range: str) -> Answer:
        parts = urlsplit(path)
        if parts.path == "/cdx/search/cdx":
            return self.index(parse_qs(parts.query))
        if parts.path.startswith("/web/"):
            stamp, _, url = path.removeprefix("/web/").partition("id_/")
            return self.replay(stamp, url)
        return 404, {}, b""

    def index(self, query: dict[str, list[str]]) -> Answer:
        assert query["output"] == ["json"]
        assert query["filter"] == ["statuscode:200", "mimetype:text/html"]
        found = [e for e in self.wanted(query) if is_page(e)]
        if "collapse" in query:
            found = [next(same) for _, same in groupby(found, key=lambda e: (e.key, e.digest))]
        after = unquote_plus(query["resumeKey"][0]) if "resumeKey" in query else ""
        found = [e for e in found if f"{e.key} {e.timestamp}!" > after]
        shown = found[: min(self.most, int(query["limit"][0]))]
        rows: list[list[str]] = [
            [e.key, e.timestamp, e.capture.url, e.mime, str(e.capture.status), e.digest, str(e.length)] for e in shown
        ]
        if len(shown) < len(found):
            rows += [[], [quote_plus(f"{shown[-1].key} {shown[-1].timestamp}!")]]
        return 200, {"Content-Type": "application/json"}, json.dumps([COLUMNS, *rows] if rows else []).encode()

    def replay(self, stamp: str, url: str) -> Answer:
        same = [e for e in self.entries if e.capture.url == url]
        if not same:
            return 404, {"Content-Type": "text/html"}, b"<html>not archived</html>"
        nearest = min(same, key=lambda e: abs(int(e.timestamp) - int(stamp)))
        if nearest.timestamp != stamp:
            return 302, {"Location": f"/web/{nearest.timestamp}id_/{url}"}, b""
        capture = nearest.capture
        headers = {f"x-archive-orig-{n.lower()}": v for n, v in capture.headers}
        # It unpacks what it kept packed, and says under the other name how it was kept.
        return (
            capture.status,
            {
                **headers,
                "Content-Type": capture.content_type,
                "memento-datetime": format_datetime(capture.fetched_at, usegmt=True),
                "server": "nginx",
            },
            capture.body,
        )


@dataclass
class CommonCrawl(Archive):
    """Index server with pages of blocks; the files may be on the same host or another.

    Attributes:
        collections: What `collinfo.json` says.
    """

    collections: list[dict[str, str]] = field(default_factory=list)

    def answer(self, path: str, byte_range: str) -> Answer:
        parts = urlsplit(path)
        if parts.path == "/collinfo.json":
            return 200, {"Content-Type": "application/json"}, json.dumps(self.collections).encode()
        for collection in self.collections:
            if parts.path == f"/{collection['id']}-index":
                return self.index(collection, parse_qs(parts.query))
        file = self.root / parts.path.lstrip("/")
        return part_of(file, byte_range) if file.is_file() else (404, {}, b"")

    def index(self, collection: dict[str, str], query: dict[str, list[str]]) -> Answer:
        begin, end = (collection[n].replace("-", "")[:8] for n in ("from", "to"))
        mine = [e for e in self.entries if begin <= e.timestamp[:8] <= end]
        asked = {id(e) for e in self.wanted(query)}
        # Pages are parts of the index; filters come afterwards, so that a page may be empty.
        site = host(f"http://{query['url'][0]}/")
        lines = [e for e in mine if host(e.capture.url) == site]
        blocks = [lines[i : i + self.most] for i in range(0, len(lines), self.most)]
        if "showNumPages" in query:
            body = json.dumps({"pages": len(blocks), "pageSize": 5, "blocks": len(blocks)})
            return 200, {"Content-Type": "text/x-ndjson"}, body.encode()
        assert query["filter"] == ["=status:200", "mime:html"]
        shown = [e for e in blocks[int(query["page"][0])] if is_page(e) and id(e) in asked]
        if not shown:
            said = json.dumps({"message": f"No Captures found for: {query['url'][0]}"})
            return 404, {"Content-Type": "application/json"}, said.encode()
        return 200, {"Content-Type": "text/x-ndjson"}, "".join(map(cc_line, shown)).encode()


def cc_line(entry: Entry) -> str:
    row: dict[str, Any] = {
        "urlkey": entry.key,
        "timestamp": entry.timestamp,
        "url": entry.capture.url,
        "mime": entry.mime,
        "mime-detected": entry.mime,
        "status": str(entry.capture.status),
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": entry.filename,
    }
    return json.dumps(row) + "\n"


def part_of(file: Path, byte_range: str) -> Answer:
    content = file.read_bytes()
    headers = {"Content-Type": "application/octet-stream"}
    if not byte_range:
        return 200, headers, content
    first, last = map(int, byte_range.removeprefix("bytes=").split("-"))
    if first >= len(content):
        return 416, headers, b""
    last = min(last, len(content) - 1)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return 206, headers, content[first : last + 1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    archive: Archive

    def do_GET(self) -> None:
        byte_range = self.headers.get("Range", "")
        self.archive.log.append((self.path, byte_range))
        given = next((f() for part, f in self.archive.faults.items() if part in self.path), None)
        if self.path == "/robots.txt":
            given = given or (200, {"Content-Type": "text/plain"}, self.archive.robots.encode())
        status, headers, body = given or self.archive.answer(self.path, byte_range)
        try:
            # No `Server` field of its own.
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(*archives: Archive) -> Iterator[None]:
    """Serve archives, each on a free port of loopback."""
    with ExitStack() as stack:
        for archive in archives:
            server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"archive": archive}))
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            archive.base_url = f"http://127.0.0.1:{server.server_address[1]}"
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield
