"""A real pywb server on loopback, out of an environment of its own: its pins cannot be met beside ours."""

import os
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

BIN = Path(__file__).parents[2] / ".venv-pywb" / "bin"
COLLECTION = "kho"
# What the server gets to answer for the first time; it takes about a second here.
_PATIENCE_S = 60.0


def need_pywb() -> None:
    """Skip the test where nobody has made the environment; in CI that is a failure."""
    if (BIN / "wayback").exists():
        return
    reason = "no .venv-pywb: make pywb"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def replaying(folder: Path, warcs: Iterable[Path]) -> Iterator[str]:
    """Serve WARC files as a collection; yields its address.

    Args:
        folder: An empty folder for the collection.
        warcs: The files.
    """
    need_pywb()
    manager = [str(BIN / "wb-manager")]
    # The loopback guard watches these programs too: they inherit its variables.
    subprocess.run([*manager, "init", COLLECTION], cwd=folder, check=True, capture_output=True)
    subprocess.run([*manager, "add", COLLECTION, *map(str, warcs)], cwd=folder, check=True, capture_output=True)
    port = _free_port()
    with (folder / "pywb.log").open("wb") as log:
        server = subprocess.Popen(
            [str(BIN / "wayback"), "--bind", "127.0.0.1", "--port", str(port), "--directory", str(folder)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", server, folder / "pywb.log")
        yield f"http://127.0.0.1:{port}/{COLLECTION}"
    finally:
        server.terminate()
        server.wait(10)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends and server.poll() is None:
        try:
            urlopen(url, timeout=5).close()
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"pywb did not answer: {log.read_text(errors='replace')[-2000:]}")
