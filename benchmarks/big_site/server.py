"""The HTTP server of a big site: HTTP/1.1 with keep-alive written by hand, because it must not be what is measured."""

import asyncio
from http.client import responses as phrases
from multiprocessing.connection import Connection
from time import monotonic
from urllib.parse import urlsplit

from benchmarks.big_site.listing_only import ListingOnly
from benchmarks.big_site.site import Reply, Site
from benchmarks.big_site.spec import Asked, SiteSpec
from benchmarks.big_site.wordpress import WordPress

_KINDS: dict[str, type[Site]] = {"wordpress": WordPress, "listing_only": ListingOnly}
_HOST = "127.0.0.1"
# What the handle may ask for.
_OFFERED = frozenset({"truth", "protected", "add", "edit", "delete", "stir", "bump", "say_lastmod", "fail"})


def run(spec: SiteSpec, control: Connection) -> None:
    """Serve until the other end of the pipe is closed; the first thing sent through it is the base address."""
    asyncio.run(_serve(spec, control))


async def _serve(spec: SiteSpec, control: Connection) -> None:
    loop = asyncio.get_running_loop()
    log: list[Asked] = []
    open_now: set[_Connection] = set()
    site = _KINDS[spec.kind](spec, "")
    server = await loop.create_server(lambda: _Connection(site, log, open_now), _HOST, 0, backlog=512)
    site.base_url = f"http://{_HOST}:{server.sockets[0].getsockname()[1]}"
    ended = asyncio.Event()

    def obey() -> None:
        try:
            name, arguments = control.recv()
        except EOFError:
            loop.remove_reader(control.fileno())
            ended.set()
            return
        try:
            if name == "take_log":
                control.send((True, list(log)))
                log.clear()
            elif name in _OFFERED:
                control.send((True, getattr(site, name)(*arguments)))
            else:
                control.send((False, "not offered"))
        except Exception as error:  # noqa: BLE001  the benchmark must hear of it, whatever it is
            control.send((False, repr(error)))

    control.send(site.base_url)
    loop.add_reader(control.fileno(), obey)
    await ended.wait()
    server.close()


class _Connection(asyncio.Protocol):
    """One connection; requests on it are answered in turn."""

    def __init__(self, site: Site, log: list[Asked], answering: set["_Connection"]) -> None:
        self._site = site
        self._log = log
        self._answering = answering
        self._came = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self._answering.discard(self)

    def data_received(self, data: bytes) -> None:
        self._came += data
        self._next()

    def _next(self) -> None:
        if self in self._answering:
            return
        head, end, rest = self._came.partition(b"\r\n\r\n")
        if not end:
            return
        self._came = rest
        began, others = monotonic(), len(self._answering)
        self._answering.add(self)
        line, *fields = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ", 2)
        sent = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
        if not target.startswith("/"):
            target = urlsplit(target).path
        if self._site.spec.delay_of_answer_s:
            later = self._site.spec.delay_of_answer_s
            asyncio.get_running_loop().call_later(later, self._answer, method, target, sent, began, others)
        else:
            self._answer(method, target, sent, began, others)

    def _answer(self, method: str, target: str, sent: dict[str, str], began: float, others: int) -> None:
        reply = self._site.answer(target)
        closed = self._site.closed.search(target) is not None
        match, since = sent.get("if-none-match", ""), sent.get("if-modified-since", "")
        status = 304 if reply.status == 200 and _is_unchanged(reply, match, since) else reply.status
        body = b"" if status == 304 else reply.body()
        payload = b"" if method == "HEAD" else body
        lines = [f"HTTP/1.1 {status} {phrases.get(status, 'Unknown')}"]
        if status != 304:
            lines += [f"Content-Type: {reply.content_type}", f"Content-Length: {len(body)}"]
        if reply.etag:
            lines.append(f"ETag: {reply.etag}")
        if reply.modified:
            lines.append(f"Last-Modified: {reply.modified}")
        lines += [f"{name}: {value}" for name, value in reply.headers]
        closing = sent.get("connection", "").lower() == "close"
        lines.append(f"Connection: {'close' if closing else 'keep-alive'}")
        self._log.append(Asked(method, target, status, began, len(payload), others, match, since, reply.number, closed))
        self._answering.discard(self)
        self._transport.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + payload)
        if closing:
            self._transport.close()
        elif self._came:
            # A client that sends ahead must not let the stack grow.
            asyncio.get_running_loop().call_soon(self._next)


def _is_unchanged(reply: Reply, match: str, since: str) -> bool:
    """Whether a conditional request is answered with 304; If-None-Match goes first (RFC 9110, 13.2.2)."""
    if match:
        return bool(reply.etag) and (match.strip() == "*" or _opaque(reply.etag) in map(_opaque, match.split(",")))
    # Compared as text: a client can only send back what it was given.
    return bool(reply.modified) and since == reply.modified


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")
