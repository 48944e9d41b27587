"""Who runs, who holds a home, and how all of them are ended."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

import psutil  # type: ignore[import-untyped]

# A killed process is gone at once unless the disk holds it up.
_GONE_S = 8.0


class Lock:
    """A lock that lives as long as any process has its file open.

    Programs that inherit the file hold it too, so it also tells of those that a killed owner left behind.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("a+", encoding="utf-8")

    @property
    def descriptor(self) -> int:
        """What a program must inherit to hold the lock."""
        return self._file.fileno()

    def take(self) -> bool:
        """Take the lock, ending the programs of a dead owner; False when a living one holds it."""
        if self._free():
            self._begin()
            return True
        owner, *programs = self._holders()
        if owner is None:
            kill(pid for pid in programs if pid is not None)
            if self._free():
                self._begin()
                return True
        return False

    def owner(self) -> int | None:
        """The process that holds it, as long as it lives."""
        return self._holders()[0]

    def note(self, pid: int) -> None:
        """Write down a program, so that the next owner can end it."""
        self._file.write(f"{pid}\n")
        self._file.flush()

    def release(self) -> None:
        """Give it up; inheritors keep it."""
        self._file.close()

    def _begin(self) -> None:
        self._file.truncate(0)
        self.note(os.getpid())

    def _free(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holders(self) -> list[int | None]:
        """The processes that the text names, the owner first; None for one that is gone."""
        self._file.seek(0)
        written = os.fstat(self.descriptor).st_mtime
        holders: list[int | None] = []
        for pid in map(int, self._file.read().split()):
            try:
                process = psutil.Process(pid)
                # A process younger than the text has only inherited the number.
                alive = process.create_time() <= written and process.status() != psutil.STATUS_ZOMBIE
            except psutil.NoSuchProcess:
                alive = False
            holders.append(pid if alive else None)
        return holders or [None]


def members(sessions: Iterable[int]) -> list[psutil.Process]:
    """Every living process of these sessions: the programs that lead them, what descends from those, what stays behind.

    Airflow's tasks make process groups of their own and outlive their parents, so neither groups nor trees suffice.
    """
    leaders = set(sessions)
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        # Processes come and go while we look.
        with suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.pid in leaders:
                found |= {process, *process.children(recursive=True)}
            elif os.getsid(process.pid) in leaders:
                found.add(process)
    return list(found)


def wait(sessions: Iterable[int], timeout: float) -> None:
    """Give these sessions some seconds to end by themselves."""
    psutil.wait_procs(members(sessions), timeout=timeout)


def kill(sessions: Iterable[int]) -> None:
    """End every process of these sessions at once."""
    leaders = set(sessions)
    # Twice, for whoever was started while the first list was made.
    for _ in range(2):
        found = members(leaders)
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=_GONE_S)


def end_on_sigterm() -> None:
    """Let SIGTERM unwind the program like Ctrl-C does, so that everything it started is stopped."""

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
