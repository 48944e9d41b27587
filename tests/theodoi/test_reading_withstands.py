"""A page that takes too long, or that ends the process which reads it, is one drop and stops nothing else."""

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from theodoi.steps import process as step

FETCHED = datetime(2024, 6, 7, tzinfo=UTC)


def page(number: int) -> step._Page:
    row = {"source_id": "bao", "url": f"https://bao.example/{number}", "url_key": str(number), "fetched_at": FETCHED}
    return step._Page(Path("archive"), {**row, "capture_id": str(number)}, "bao", "generic")


def read_or_die(wanted: step._Page) -> tuple[bool, dict[str, Any]]:
    if wanted.row["capture_id"] in {"21", "22"}:
        os._exit(9)
    return True, {"capture_id": wanted.row["capture_id"]}


def read_greedily(wanted: step._Page) -> tuple[bool, dict[str, Any]]:
    try:
        return False, {"held": len(bytearray(3 << 30))}
    except MemoryError:
        return True, {"held": 0}


def test_pages_that_end_their_process_are_drops_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(step, "_POOL_PAYS_FROM", 10)
    monkeypatch.setattr(step, "_read_page", read_or_die)
    read = list(step._read_all([page(n) for n in range(60)]))
    assert [row["capture_id"] for _, row in read] == [str(n) for n in range(60)]
    dropped = [row for kept, row in read if not kept]
    assert [(row["capture_id"], row["gate"], row["reason"]) for row in dropped] == [
        ("21", "extract", "reader_failed"),
        ("22", "extract", "reader_failed"),
    ]


def test_a_reader_cannot_take_the_memory_of_the_machine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(step, "_POOL_PAYS_FROM", 1)
    monkeypatch.setattr(step, "_read_page", read_greedily)
    assert list(step._read_all([page(1)])) == [(True, {"held": 0})]


def test_a_page_that_takes_too_long_is_a_drop(monkeypatch: pytest.MonkeyPatch):
    class Capture:
        body = b"<p>x</p>"

    def never_ends(*_: object, **__: object) -> None:
        while True:
            try:
                time.sleep(5)
            except TimeoutError:
                # As libraries do; the alarm rings again.
                break
        time.sleep(5)

    monkeypatch.setattr(step, "_MAX_SECONDS", 0.1)
    monkeypatch.setattr(step, "read_capture", lambda *_: Capture)
    monkeypatch.setattr(step, "extract_article", never_ends)
    wanted = page(1)
    wanted.row.update(warc_file="a", warc_offset=0, final_url=None, content_type=None)
    began = time.monotonic()
    kept, row = step._read_page(wanted)
    assert (kept, row["reason"]) == (False, "reader_failed")
    assert "TimeoutError" in row["detail"]
    assert time.monotonic() - began < 4


def test_an_alarm_that_was_set_before_still_rings():
    rung: list[int] = []
    handler = signal.signal(signal.SIGALRM, lambda number, _: rung.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with step._time_limit(30):
            pass
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.2
        time.sleep(0.4)
        assert rung == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
