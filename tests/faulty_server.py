"""A small site on loopback that misbehaves on demand and remembers who asked for what, and when."""

import gzip
import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = Callable[["_Handler"], None]
LOCAL = timezone(timedelta(hours=7))
FIRST_DAY = datetime(2024, 1, 1, 1, 0, tzinfo=UTC)


@dataclass
class Asked:
    """One request as the server saw it: times of a monotonic clock, in seconds; `status` 304, or 0 for any other."""

    path: str
    agent: str
    began: float
    ended: float = float("inf")
    status: int = 0


@dataclass
class FaultySite:
    """A NukeViet-like site: article n was published n days after 2024-01-01; listings show the newest first.

    Attributes:
        articles: How many there are; grows when a test publishes.
        per_page: Articles on one listing page.
        robots: Text of robots.txt.
        faults: Path -> what happens instead of an answer.
        pinned: Articles that head every listing page.
        hidden: Articles that no channel lists.
        deleted: Articles that are gone: no channel lists them, and their pages answer 404.
        texts: Article -> its text where that is not the usual one.
        lastmod: Article -> `lastmod` of the sitemap where that is not its publication; "" for none.
        aside: Text of the side column of every page.
        validators: Whether articles, feed and sitemap come with an ETag and are not sent again while they are as they
            were; the ETag changes with the side column.
        dated: Whether listings show the day beside an article.
        log: Requests in the order in which they came.
        release: Ends all hanging answers.
    """

    articles: int = 12
    per_page: int = 5
    robots: str = "User-agent: *\nDisallow: /closed/\n"
    faults: dict[str, Fault] = field(default_factory=dict)
    pinned: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    deleted: set[int] = field(default_factory=set)
    texts: dict[int, str] = field(default_factory=dict)
    lastmod: dict[int, str] = field(default_factory=dict)
    aside: str = ""
    validators: bool = False
    dated: bool = True
    log: list[Asked] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    base_url: str = ""

    def path(self, number: int) -> str:
        return f"/vi/news/tin/bai-so-{number}-{1000 + number}.html"

    def url(self, number: int) -> str:
        return self.base_url + self.path(number)

    def asked(self, part: str = "") -> list[str]:
        """Paths asked that contain a part."""
        return [a.path for a in self.log if part in a.path]

    @property
    def newest_first(self) -> list[int]:
        return [n for n in range(self.articles, 0, -1) if n not in self.hidden and n not in self.deleted]

    def answer(self, path: str) -> tuple[int, str, bytes] | None:
        if path == "/robots.txt":
            return 200, "text/plain", self.robots.encode()
        if path == "/":
            return 200, "text/html; charset=utf-8", page('<nav><a href="/vi/news/tin/">Tin</a></nav>')
        if path == "/vi/news/rss/":
            return 200, "text/xml", self.feed().encode()
        if path == "/sitemap.xml":
            return 200, "text/xml", self.sitemap().encode()
        if path.startswith("/vi/news/tin/"):
            rest = path.removeprefix("/vi/news/tin/").strip("/")
            if rest == "" or rest.startswith("page-"):
                return self.listing(int(rest.removeprefix("page-") or 1))
        for number in range(1, self.articles + 1):
            if path == self.path(number) and number not in self.deleted:
                return 200, "text/html; charset=utf-8", self.article(number)
        return None

    def article(self, number: int) -> bytes:
        text = self.texts.get(number, f"Nội dung bài viết số {number}. " * 20)
        aside = f"<aside>{self.aside}</aside>" if self.aside else ""
        day = f'<meta property="article:published_time" content="{published(number).isoformat()}">'
        return page(f"{day}<h1>Bài số {number}</h1><p>{text}</p>{aside}")

    def listing(self, number: int) -> tuple[int, str, bytes] | None:
        shown = self.newest_first[(number - 1) * self.per_page : number * self.per_page]
        if not shown:
            return None
        rows = "".join(
            f'<li><a href="{self.path(n)}">Bài số {n}</a> '
            + (f"<span>{published(n).astimezone(LOCAL):%H:%M %d/%m/%Y}</span></li>" if self.dated else "</li>")
            for n in (*self.pinned, *shown)
        )
        more = ""
        if number * self.per_page < len(self.newest_first):
            more = f'<a href="/vi/news/tin/page-{number + 1}/">{number + 1}</a>'
        return 200, "text/html; charset=utf-8", page(f"<ul>{rows}</ul>{more}")

    def feed(self) -> str:
        items = "".join(
            f"<item><title>Bài số {n}</title><link>{self.url(n)}</link>"
            f"<pubDate>{published(n):%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
            for n in self.newest_first[: self.per_page]
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'

    def sitemap(self) -> str:
        urls = "".join(
            f"<url><loc>{self.url(n)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
            for n in self.newest_first
            for changed in (self.lastmod.get(n, published(n).isoformat()),)
        )
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def published(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number - 1)


def page(body: str) -> bytes:
    head = '<meta charset="utf-8"><meta name="generator" content="NukeViet v4.5"><title>t</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


# Faults


def status(code: int, **headers: str) -> Fault:
    return lambda handler: handler.send(code, "text/html", page(f"<h1>{code}</h1>"), headers)


def redirect(location: str) -> Fault:
    return lambda handler: handler.send(302, "text/html", b"", {"Location": location})


def body(content_type: str, content: bytes, **headers: str) -> Fault:
    return lambda handler: handler.send(200, content_type, content, headers)


def hang(handler: "_Handler") -> None:
    handler.site.release.wait(30)


def drip(handler: "_Handler") -> None:
    """One byte every 50 ms, for ever as far as a client's patience goes."""
    handler.start(200, {"Content-Type": "text/html", "Content-Length": "100000"})
    while not handler.site.release.wait(0.05):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def half_page(handler: "_Handler") -> None:
    handler.start(200, {"Content-Type": "text/html", "Content-Length": "5000"})
    handler.wfile.write(page("<h1>Nửa trang</h1>")[:60])


def huge(handler: "_Handler") -> None:
    """50 MB without a Content-Length."""
    handler.start(200, {"Content-Type": "text/html"})
    for _ in range(50):
        handler.wfile.write(b"x" * (1 << 20))


def gzip_bomb(handler: "_Handler") -> None:
    packed = gzip.compress(b"\0" * (64 << 20), 9)
    handler.send(200, "text/html", packed, {"Content-Encoding": "gzip"})


def close_at_once(handler: "_Handler") -> None:
    handler.connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    site: FaultySite
    asked: Asked

    def do_GET(self) -> None:
        asked = self.asked = Asked(self.path, self.headers.get("User-Agent", ""), time.monotonic())
        self.site.log.append(asked)
        try:
            fault = self.site.faults.get(self.path) or self.site.faults.get("*")
            if fault is not None:
                fault(self)
            elif (found := self.site.answer(self.path)) is not None:
                self.send_unless_known(*found)
            else:
                status(404)(self)
        except (BrokenPipeError, ConnectionResetError, ValueError):
            pass
        finally:
            asked.ended = time.monotonic()

    def send_unless_known(self, code: int, content_type: str, content: bytes) -> None:
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if not self.site.validators or self.path == "/robots.txt":
            self.send(code, content_type, content, {})
        elif self.headers.get("If-None-Match") == etag:
            self.asked.status = 304
            self.start(304, {"ETag": etag})
        else:
            self.send(code, content_type, content, {"ETag": etag})

    def send(self, code: int, content_type: str, content: bytes, headers: dict[str, str]) -> None:
        self.start(code, {"Content-Type": content_type, "Content-Length": str(len(content)), **headers})
        self.wfile.write(content)

    def start(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(site: FaultySite, tls: ssl.SSLContext | None = None) -> Iterator[FaultySite]:
    """Serve a site on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    site.base_url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        site.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
