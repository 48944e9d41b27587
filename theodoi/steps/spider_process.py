"""Runs a spider in a process of its own and takes care that none is left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import spiders
from spiders import job as order

# What a spider gets to close its connections after it was told to stop.
_GRACE_S = 10.0

_running: set[subprocess.Popen[str]] = set()
_running_lock = threading.Lock()


def run_spider(
    folder: Path,
    wall_s: float,
    held: Sequence[int] = (),
    on_event: Callable[[dict[str, Any]], None] | None = None,
) -> str:
    """Run `python -m spiders` on a job folder.

    Args:
        folder: The job folder.
        wall_s: How long the spider may work; it keeps that time itself, somewhat later it is killed.
        held: File descriptors that it shall hold as long as it lives.
        on_event: Called with each of its progress events.

    Returns:
        Why it broke down; empty when it came to its end.
    """
    environment = os.environ | {"PYTHONPATH": _python_path(), "PYTHONUNBUFFERED": "1"}
    with (
        (folder / "stderr.txt").open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "spiders", str(folder.resolve())],
            # Never written to: its end tells the spider that we are gone.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=held,
            text=True,
            encoding="utf-8",
            env=environment,
            # Ctrl-C is ours to handle; the spider is told to stop when we are.
            start_new_session=True,
        ) as process,
    ):
        with _running_lock:
            _running.add(process)
        # The spider keeps its own time; this is for one that cannot.
        guard = threading.Timer(wall_s + 120, process.kill)
        guard.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if on_event is not None:
                    on_event(_event(line))
            code = process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            guard.cancel()
            with _running_lock:
                _running.discard(process)
    return "" if code == 0 else _why_broken(folder, code)


def _python_path() -> str:
    """The spider must find this very code, wherever the caller stands."""
    root = str(Path(spiders.__file__).resolve().parent.parent)
    return os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def stop_all() -> None:
    """Stop every spider that runs now."""
    with _running_lock:
        running = list(_running)
    for process in running:
        _stop(process)


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _why_broken(folder: Path, code: int) -> str:
    log = folder / order.LOG
    lines = [
        line.strip()
        for path in (folder / "stderr.txt", log)
        if path.exists()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    # The last line of a traceback names the error.
    named = [line for line in lines if re.match(r"^[\w.]*(?:Error|Exception)\b", line)]
    said = f": {named[-1][:300]}" if named else ""
    how = f"tín hiệu {-code}" if code < 0 else f"mã {code}"
    return (
        f"thu thập {folder.parent.name} bị dừng giữa chừng ({how}){said}; "
        "phần đã tải được giữ lại, chạy lại để tiếp tục"
    )
