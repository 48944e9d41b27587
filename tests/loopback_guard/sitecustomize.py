"""Keeps every Python process that has this folder on its path on loopback, and proves that it was watching.

Python imports `sitecustomize` by itself before anything else. Where LOOPBACK_GUARD names a folder, each program leaves
a line in `started`, and each attempt to leave loopback (connect, send to, listen elsewhere, ask the resolver for a
foreign name) leaves one in `violations` and fails before it reaches the system. Forked processes inherit the guard.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path

FOLDER = os.environ.get("LOOPBACK_GUARD", "")
WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
ASKED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
OWN_NAMES = {"", "localhost", "ip6-localhost", socket.gethostname()}


def note(file, text):
    # One write of one short line to a file opened for appending is whole, also beside other processes.
    with Path(FOLDER, file).open("a", encoding="utf-8") as log:
        log.write(f"{os.getpid()} {text} | {' '.join(sys.orig_argv)[:300]!r}\n")


def on_loopback(host):
    if host in OWN_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def guard(event, arguments):
    if event in WATCHED:
        sock, address = arguments[0], arguments[-1]
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or address is None:
            return
        host = address[0]
        # An empty host is every interface of the machine.
        inside = host != "" and on_loopback(host)
    elif event in ASKED:
        host = arguments[0]
        host = host.decode() if isinstance(host, bytes) else host or ""
        inside = on_loopback(host)
    else:
        return
    if not inside:
        note("violations", f"{event} {host!r}")
        raise ConnectionRefusedError(f"loopback guard: {event} to {host!r}")


if FOLDER:
    note("started", "on guard")
    sys.addaudithook(guard)
