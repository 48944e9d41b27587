"""What a site, a network or a kill may do to a crawl, each in a real spider process."""

import gzip
import ipaddress
import ssl
import textwrap
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import GUARD
from tests.faulty_server import FaultySite, body, page, serving
from tests.theodoi.test_crawl import QUICK, World
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from theodoi.steps import spider_process

HTML = "text/html; charset=utf-8"
# What a spider weighs that holds one page of the largest allowed size several times over; an idle one has some 110 MB.
MOST_MB = 330


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(FaultySite()) as site:
        yield World(site, tmp_path / "data")


@contextmanager
def weighed() -> Iterator[list[float]]:
    """Peak memory of the spiders that run meanwhile, in megabytes, as the last of the list."""
    peaks, stop = [0.0], threading.Event()

    def look() -> None:
        while not stop.wait(0.02):
            for process in list(spider_process._running):
                with suppress(psutil.Error):
                    peaks[0] = max(peaks[0], psutil.Process(process.pid).memory_info().rss / 1e6)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        stop.set()
        thread.join()


def spider_with(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Have the spiders run this before anything else."""
    folder.mkdir(exist_ok=True)
    guard = f"import runpy\nrunpy.run_path({str(GUARD / 'sitecustomize.py')!r})\n"
    (folder / "sitecustomize.py").write_text(guard + textwrap.dedent(code))
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{GUARD}")


# Documents


def test_what_is_too_large_or_packed_too_well_is_named_and_fits_into_memory(world: World) -> None:
    site = world.site
    site.articles = 6

    def hundred_megabytes(handler: Any) -> None:
        handler.start(200, {"Content-Type": HTML})
        for _ in range(100):
            handler.wfile.write(b"x" * (1 << 20))

    bomb = gzip.compress(gzip.compress(b"\0" * (1 << 28), 9), 9)
    packed = body(HTML, gzip.compress(b"<html>" + b"\0" * (1 << 28), 9), **{"Content-Encoding": "gzip"})
    site.faults = {
        site.path(1): hundred_megabytes,
        site.path(2): body(HTML, b"", **{"Content-Length": str(100 << 20)}),
        site.path(3): packed,
        site.path(4): body(HTML, bomb, **{"Content-Encoding": "gzip"}),
        "/sitemap.xml": body("application/x-gzip", gzip.compress(b"<urlset>" + b" " * (1 << 28), 9)),
        "/vi/news/rss/": hundred_megabytes,
    }
    with weighed() as peak:
        world.crawl(limits=replace(QUICK, timeout_s=20.0, parallel=1))
    fetched = {n: world.fetches()[site.path(n)]["outcome"] for n in range(1, 7)}
    assert fetched == {1: "too_large", 2: "too_large", 3: "too_large", 4: fetched[4], 5: "ok", 6: "ok"}
    assert fetched[4] in ("too_large", "ok", "not_html"), "unpacked once it is a small file"
    polls = world.polls()
    assert (polls["feed"]["outcome"], polls["feed"]["reason"]) == ("blind", "too_large")
    assert (polls["sitemap"]["outcome"], polls["sitemap"]["reason"]) == ("blind", "broken_xml")
    assert 30 < peak[0] < MOST_MB


def test_headers_without_end_and_without_measure(world: World) -> None:
    site = world.site

    def one_long(handler: Any) -> None:
        handler.start(200, {"Content-Type": HTML, "X-Long": "x" * (8 << 20)})
        handler.wfile.write(page("<h1>Bài</h1>"))

    def many(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n")
        line = b"X-More: " + b"x" * 1000 + b"\r\n"
        for _ in range(20):
            handler.wfile.write(line * 1000)
        handler.site.release.wait(10)

    site.faults = {site.path(1): one_long, site.path(2): many}
    with weighed() as peak:
        world.crawl(limits=replace(QUICK, timeout_s=3.0, parallel=1))
    for number in (1, 2):
        assert world.fetches()[site.path(number)]["outcome"] in ("connection_error", "timeout", "too_large")
    assert sum(r["outcome"] == "ok" for r in world.rows(lake.FETCH)) == 10
    assert 30 < peak[0] < MOST_MB


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
)


def test_bombs_in_xml_harm_nobody_and_what_stands_beside_them_is_found(world: World) -> None:
    site = world.site
    row = "".join(f"<url><loc>{site.base_url}/vi/news/tin/&{name};-1.html</loc></url>" for name in ("j", "file"))
    site.faults = {
        "/sitemap.xml": body("text/xml", f"{BILLION}<urlset>{row}</urlset>".encode()),
        "/vi/news/rss/": body("text/xml", f"{BILLION}<rss><channel><title>&j;&file;</title></channel></rss>".encode()),
    }
    with weighed() as peak:
        result = world.crawl()
    assert result.fetched == 12, "through the listing"
    assert world.polls()["feed"]["outcome"] == "blind"
    assert not [p for p in site.asked() if "aaaa" in p or "root" in p]
    assert 30 < peak[0] < MOST_MB


def test_an_endless_calendar_and_endless_pages_end(world: World) -> None:
    """Pages of a calendar that nobody reads; fake items, ever new ones; the same items for ever."""
    site = world.site
    site.articles = 3
    usual = site.answer

    def answer(path: str) -> Any:
        where = path.partition("?")[0]
        if where in ("/vi/news/tin/", "/vi/news/gia/"):
            month = '<a href="/vi/news/lich/?month=13">Tháng sau</a><a href="/lich/2024/13/">Tháng sau nữa</a>'
            return 200, HTML, page(f'<nav><a href="/vi/news/gia/">Giả</a></nav>{rows(1)}{month}')
        if where.startswith("/vi/news/gia/page-"):
            return 200, HTML, page(rows(int(where.rstrip("/").rpartition("-")[2])))
        if where.startswith("/vi/news/tin/page-"):
            return usual("/vi/news/tin/")
        if "bai-gia" in where:
            return 200, HTML, page("<h1>Bài giả</h1>")
        return usual(path)

    def rows(number: int) -> str:
        return "".join(f'<a href="/vi/news/gia/bai-gia-{number * 10 + n}.html">Bài giả</a>' for n in range(3))

    site.answer = answer  # type: ignore[method-assign]
    world.use(discovery=("listing",), start_urls=(f"{site.base_url}/vi/news/gia/", f"{site.base_url}/vi/news/tin/"))
    world.crawl(limits=replace(QUICK, pages=6))
    asked = site.asked()
    assert not [p for p in asked if "lich" in p or "month" in p]
    assert len([p for p in asked if "gia/page-" in p]) == 5, "six pages of the listing"
    assert len([p for p in asked if "tin/page-" in p]) <= 2
    polls = {r["channel_url"].removeprefix(site.base_url): r for r in world.rows(lake.POLL)}
    assert (polls["/vi/news/gia/"]["reason"], polls["/vi/news/gia/"]["exhausted"]) == ("depth_limit", False)
    assert max(Counter(asked).values()) == 1


def test_an_article_under_ever_new_sessions_is_fetched_once(world: World) -> None:
    site = world.site
    usual, count = site.listing, 0

    def with_sessions(number: int) -> Any:
        nonlocal count
        found = usual(number)
        if found is None:
            return None
        text = found[2].decode()
        for n in range(1, 13):
            count += 1
            sid = ("?PHPSESSID=", ";jsessionid=")[n % 2] + f"{count:026x}"
            text = text.replace(f'"{site.path(n)}"', f'"{site.path(n)}{sid}"')
        return found[0], found[1], text.encode()

    plain = site.answer

    def answer(path: str) -> Any:
        return plain(path.partition("?")[0].partition(";")[0])

    site.listing, site.answer = with_sessions, answer  # type: ignore[method-assign]
    world.use(discovery=("listing",))
    assert world.crawl().fetched == 12
    assert world.crawl().fetched == 0
    assert len(site.asked("bai-so")) == 12
    assert len({r["url_key"] for r in world.rows(lake.DISCOVERY)}) == 12


def test_sitemaps_in_a_loop_and_redirects_to_nowhere(world: World) -> None:
    site = world.site

    def index(*names: str) -> bytes:
        return f"<sitemapindex>{''.join(f'<sitemap><loc>{n}</loc></sitemap>' for n in names)}</sitemapindex>".encode()

    def to(location: str) -> Any:
        return lambda handler: handler.send(302, "text/html", b"", {"Location": location})

    site.robots = "User-agent: *\nSitemap: http://[bad\nSitemap: /a.xml\n"
    site.faults = {
        "/a.xml": body("text/xml", index(f"{site.base_url}/b.xml", f"{site.base_url}/a.xml")),
        "/b.xml": body("text/xml", index(f"{site.base_url}/a.xml", f"{site.base_url}/c.xml")),
        "/c.xml": body("text/xml", site.sitemap().encode()),
        site.path(1): to("http://[bad/"),
        site.path(2): to("http://127.0.0.1:99999999/"),
        site.path(3): to("http://169.254.169.254/latest/meta-data/"),
        site.path(4): to("file:///etc/passwd"),
        site.path(5): to(f"{site.path(5)}?n=1"),
        **{f"{site.path(5)}?n={n}": to(f"{site.path(5)}?n={n + 1}") for n in range(1, 20)},
    }
    result = world.crawl(limits=QUICK)
    assert result.fetched == 7
    assert result.failed == {"off_site": 4, "redirect_loop": 1}
    assert Counter(p for p in site.asked() if p.endswith(".xml")) == {"/a.xml": 1, "/b.xml": 1, "/c.xml": 1}
    assert len(site.asked("?n=")) == 5
    assert world.polls()["sitemap"]["outcome"] == "ok"


# robots.txt


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nDisallow: /vi/news/tin/bai\nAllow: /vi/news/tin/bai-so-1\n",
        "\ufeffUser-agent: *\nDisallow: /vi/news/tin/bai\nAllow: /vi/news/tin/bai-so-1\n",
        "User-agent: a\nDisallow: /\n\nUser-agent: theodoi\nDisallow: /vi/news/tin/bai\nAllow: /vi/news/tin/bai-so-1\n",
        "User-agent: *\nDisallow: /vi/news/tin/bai\nAllow: /vi/news/tin/bai-so-1\n" + "Disallow: /x/y\n" * 400_000,
    ],
    ids=["longer allow", "byte order mark", "our own group", "five megabytes"],
)
def test_a_longer_allow_opens_a_part_of_what_is_closed(world: World, robots: str) -> None:
    world.site.robots = robots
    world.crawl()
    open_part = {world.site.path(n) for n in (1, 10, 11, 12)}
    assert set(world.site.asked("bai-so")) == open_part
    ends = {path: row["outcome"] for path, row in world.fetches().items()}
    assert {p for p, o in ends.items() if o == "ok"} == open_part
    assert Counter(ends.values()) == {"ok": 4, "robots": 8}


def test_a_page_in_place_of_robots_closes_nothing_and_an_absurd_delay_is_no_delay_of_ours(world: World) -> None:
    world.site.faults["/robots.txt"] = body("text/html", page("<h1>Trang chủ</h1>"))
    assert world.crawl().fetched == 12
    world.site.faults.clear()
    world.site.robots = "User-agent: *\nCrawl-delay: 1e300\n"
    before = len(world.site.log)
    result = world.crawl(limits=replace(QUICK, wall_s=2.0))
    assert len(world.site.log) - before <= 2
    assert result.ended == "time_limit"


# Certificates


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
        (folder / "ca.pem").write_bytes(
            self._signed(self.name, self.key, timedelta(days=9), []).public_bytes(serialization.Encoding.PEM)
        )

    def _signed(self, name: x509.Name, key: Any, lasts: timedelta, names: list[x509.GeneralName]) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + lasts)
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def context(self, kind: str) -> ssl.SSLContext:
        """A server's context: valid, expired, of another host or of another authority."""
        host = x509.DNSName("other.example") if kind == "host" else x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        lasts = timedelta(days=-1 if kind == "expired" else 9)
        file = self.folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + self._signed(name, key, lasts, [host]).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.mark.parametrize("kind", ["valid", "unknown", "expired", "host"])
def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    authority = Authority(tmp_path)
    site = FaultySite(articles=3)
    with serving(site, tls=authority.context(kind)):
        world = World(site, tmp_path / "data")
        if kind != "unknown":
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        result = world.crawl(limits=QUICK)
    if kind == "valid":
        assert result.fetched == 3
        return
    assert set(result.blind.values()) == {"certificate_error"}
    assert [(p["outcome"], p["reason"]) for p in world.rows(lake.POLL)] == [("blind", "certificate_error")] * 3
    assert site.log == [], "nothing is asked over a line that nobody vouches for"
    (crawl,) = world.rows(lake.CRAWL)
    assert crawl["robots"] == "certificate_error"


# Names


STUB = """
import socket
usual = socket.gethostbyname
socket.gethostbyname = lambda name: "127.0.0.1" if name.endswith(".example") else usual(name)
"""


def test_a_public_name_that_leads_to_a_private_address_is_not_asked(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spider_with(monkeypatch, tmp_path / "stub", STUB)
    port = world.site.base_url.rpartition(":")[2]
    world.use(base_url=f"http://vienkiemsat.example:{port}", start_urls=(), daily_budget=1)
    allowed = world.settings
    world.settings = Settings(data=allowed.data, allow_private=False, contact="a@example.vn")
    result = world.crawl(limits=QUICK)
    assert set(result.blind.values()) == {"private_host"}
    assert world.site.log == []
    world.settings = Settings(data=allowed.data, allow_private=True, contact="a@example.vn")
    world.crawl(limits=QUICK)
    assert world.site.asked() == ["/robots.txt"], "where it is allowed, the name leads there"


# Killed


@pytest.mark.parametrize(("nth", "share"), [(1, 0.5), (5, 0.01), (5, 0.99)])
def test_a_kill_in_the_middle_of_a_record_leaves_no_row_without_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int, share: float
) -> None:
    usual = monkeypatch.undo
    spider_with(
        monkeypatch,
        tmp_path / "stub",
        f"""
        import os, signal, sys
        if sys.orig_argv[1:3] == ["-m", "spiders"]:
            from theodoi.archive import WarcWriter
            whole, count = WarcWriter._append, 0

            def killed(self, member):
                global count
                count += 1
                if count < {nth}:
                    return whole(self, member)
                self._file.write(member[: int(len(member) * {share}) or 1])
                self._file.flush()
                os.kill(os.getpid(), signal.SIGKILL)

            WarcWriter._append = killed
        """,
    )
    with pytest.raises(TheodoiError, match="chạy lại để tiếp tục"):
        world.crawl()
    usual()
    kept = world.rows(lake.FETCH)
    assert len(kept) == nth - 1
    for row in kept:
        assert read_capture(world.settings.archive, row["warc_file"], row["warc_offset"]).url == row["url"]
    (crawl,) = world.rows(lake.CRAWL)
    assert crawl["ended"] == "killed"
    assert world.crawl().fetched == 12 - len(kept)
    world.assert_complete()
