"""Killed at any moment and started again, `theodoi run` ends with what an undisturbed run ends with."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sample.content import content

pytestmark = [pytest.mark.sample, pytest.mark.slow]


def run_until(command: list[str], reached: Callable[[], bool]) -> bool:
    """Start the command and kill it with all its children as soon as `reached`; say whether it was killed."""
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        if reached():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.02)
    return False


def test_killed_in_every_step_and_started_again_ends_with_the_same_content(sample, tmp_path):
    data: Path = tmp_path / "data"
    command = [sys.executable, "-m", "theodoi", "run", "--data", str(data), "--registry", str(sample.settings.registry)]
    asked_before = len(sample.server.requests)
    moments = {
        "early in the crawl": lambda: len(sample.server.requests) - asked_before > 60,
        "late in the crawl": lambda: len(sample.server.requests) - asked_before > 400,
        "while pages are read": lambda: any(data.glob("lake/article/*/*/part.parquet")),
        "while dbt builds": lambda: (data / "work" / "build").exists(),
        "while the gate judges": lambda: any((data / "work" / "build").glob("*.duckdb")),
    }
    killed = [name for name, reached in moments.items() if run_until(command, reached)]
    assert "early in the crawl" in killed
    assert "while pages are read" in killed
    assert not (data / "published" / "coverage.duckdb").exists(), "killed too late to prove anything"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert content(data / "published" / "coverage.duckdb") == content(sample.settings.database)


def test_a_second_run_finds_nothing_new_and_publishes_the_same(sample, tmp_path):
    before = content(sample.settings.database)
    asked = len(sample.server.requests)
    done = subprocess.run(
        [
            sys.executable, "-m", "theodoi", "run",
            "--data", str(sample.settings.data), "--registry", str(sample.settings.registry),
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    articles = {(t["source_id"], t["path"]) for t in sample.truth if t["reachable"] == "yes"}
    again = {(r.source_id, r.path) for r in sample.server.requests[asked:]}
    assert again, "the second run asked nothing at all"
    assert not again & articles, "known pages were fetched again"
    assert content(sample.settings.database) == before
