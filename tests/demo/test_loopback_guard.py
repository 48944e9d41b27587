"""The guard that the demonstration runs under really stops what tries to leave."""

import os
import subprocess
import sys

from theodoi.settings import PROJECT

GUARD = PROJECT / "tests" / "loopback_guard"


def under_guard(folder, program):
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"LOOPBACK_GUARD": str(folder), "PYTHONPATH": str(GUARD)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_way_out_is_shut_and_noted(tmp_path):
    ways = [
        # An address for documentation that belongs to nobody; the guard acts before anything is sent.
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket().bind(('', 0))",
        "socket.socket().bind(('0.0.0.0', 0))",
    ]
    for way in ways:
        done = under_guard(tmp_path, f"import socket; {way}")
        assert done.returncode != 0, way
        assert "loopback guard" in done.stderr, way
    assert len((tmp_path / "violations").read_text().splitlines()) == len(ways)
    assert len((tmp_path / "started").read_text().splitlines()) == len(ways)


def test_forked_children_stay_under_guard(tmp_path):
    program = """
import os, socket
child = os.fork()
if child == 0:
    try:
        socket.create_connection(('192.0.2.1', 80), timeout=1)
    except ConnectionRefusedError:
        os._exit(7)
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""
    assert under_guard(tmp_path, program).returncode == 0
    assert len((tmp_path / "violations").read_text().splitlines()) == 1


def test_loopback_stays_open(tmp_path):
    program = """
import socket
with socket.create_server(('127.0.0.1', 0)) as server:
    socket.create_connection(server.getsockname()).close()
    socket.getaddrinfo('localhost', 80)
"""
    done = under_guard(tmp_path, program)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "violations").exists()
