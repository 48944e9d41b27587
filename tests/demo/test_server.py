"""The server: real sockets on loopback, conditional requests, a log, a day that can be moved."""

import http.client
import json
import socket
import subprocess
import sys
from datetime import date
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from demo.province import build_province
from demo.server import SampleServer
from tests.demo import standin


@pytest.fixture(scope="module")
def plain():
    return build_province(writer=standin.compose)


def ask(url, **headers):
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()


def some_page(province, source="cdn"):
    return next(p for p in province.pages if p.source_id == source and p.reachable == "yes")


def test_every_site_answers_on_loopback_only(server):
    assert len(server.base_urls) == 9
    assert {urlsplit(u).hostname for u in server.base_urls.values()} == {"127.0.0.1"}
    for url in server.base_urls.values():
        # 127.0.0.2 is this machine too: a socket bound to all interfaces would answer there.
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex(("127.0.0.2", urlsplit(url).port)) != 0


def test_pages_come_as_utf8_html(server, province):
    page = some_page(province)
    status, headers, body = ask(server.base_urls["cdn"] + page.path)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert int(headers["Content-Length"]) == len(body)
    assert page.lead in body.decode()


@pytest.mark.parametrize("path", ["/robots.txt", "/", "/tin-tuc", "/tin-tuc/mot-tin-n5.html"])
def test_hdnd_is_down(server, path):
    assert ask(server.base_urls["hdnd"] + path)[0] == 503


def test_conditional_requests(server, province):
    url = server.base_urls["cdn"] + some_page(province).path
    _, headers, _ = ask(url)
    for known in ({"If-None-Match": headers["ETag"]}, {"If-Modified-Since": headers["Last-Modified"]}):
        status, again, body = ask(url, **known)
        assert (status, body) == (304, b"")
        assert again["ETag"] == headers["ETag"]
    assert ask(url, **{"If-None-Match": '"other"'})[0] == 200
    assert ask(url, **{"If-Modified-Since": "Sun, 01 Jan 2012 00:00:00 GMT"})[0] == 200
    assert ask(url, **{"If-Modified-Since": "yesterday"})[0] == 200


def test_connections_are_kept(server, province):
    connection = http.client.HTTPConnection(urlsplit(server.base_urls["cdn"]).netloc, timeout=10)
    sockets = set()
    for _ in range(3):
        connection.request("GET", some_page(province).path)
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1
    assert None not in sockets


def test_requests_are_logged(plain, tmp_path):
    log = tmp_path / "access.jsonl"
    with SampleServer(plain, access_log=log) as running:
        page = some_page(plain)
        ask(running.base_urls["cdn"] + page.path, **{"User-Agent": "thu/1"})
        entry = running.requests[-1]
    assert (entry.source_id, entry.path, entry.status) == ("cdn", page.path, 200)
    assert (entry.user_agent, entry.client) == ("thu/1", "127.0.0.1")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(e["source_id"], e["path"], e["status"]) for e in lines] == [("cdn", page.path, 200)]


def test_the_day_moves(plain):
    with SampleServer(plain, as_of=date(2023, 3, 31)) as running:
        page = next(
            p
            for p in plain.pages
            if p.source_id == "cong_ttdt" and p.published_at.year == 2024 and p.reachable == "yes"
        )
        url = running.base_urls["cong_ttdt"] + page.path
        assert ask(url)[0] == 404
        running.as_of = page.published_at.date()
        assert ask(url)[0] == 200
        running.as_of = None
        assert ask(url)[0] == 200


def test_fixed_ports_and_a_taken_port(plain):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = free.getsockname()[1]
    base = min(base, 65_000)
    with SampleServer(plain, base) as first:
        assert [urlsplit(u).port for u in first.base_urls.values()] == list(range(base, base + 9))
        with pytest.raises(OSError, match="in use"):
            SampleServer(plain, base).start()
    # Closed for good: the same ports can be opened again.
    with SampleServer(plain, base):
        pass


def test_serve_says_where_it_is_writes_what_was_asked_for_and_ends_when_told(tmp_path):
    command = [sys.executable, "-u", "-m", "demo.serve", "--port", "0", "--truth", str(tmp_path / "truth.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        lines = []
        for line in running.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        addresses = [line.split()[0] for line in lines if line.startswith("http://127.0.0.1:")]
        assert len(addresses) == 9
        assert ask(f"{addresses[0]}/robots.txt")[0] == 200
        running.terminate()
        assert running.wait(timeout=20) == 0
    assert (tmp_path / "truth.csv").stat().st_size > 0


def test_help_answers():
    done = subprocess.run([sys.executable, "-m", "demo.serve", "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "tỉnh mẫu" in done.stdout
