"""A big site in its own process, so that what it costs is not the crawler's, and the handle to it."""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.big_site.server import run
from benchmarks.big_site.spec import Asked, Lastmod, Removal, SiteSpec

# Starting a Python takes half a second here; a loaded machine may need more.
_START_S = 60.0


class RunningSite:
    """A site that answers.

    Attributes:
        spec: What it was ordered to be.
        base_url: Scheme, host and port.
        pid: Its process.
    """

    def __init__(self, spec: SiteSpec, base_url: str, pid: int, control: Connection) -> None:
        self.spec = spec
        self.base_url = base_url
        self.pid = pid
        self._control = control

    def log(self) -> list[Asked]:
        """Requests since the log was last taken, in the order in which they came."""
        asked: list[Asked] = self._ask("take_log")
        return asked

    def truth(self) -> set[str]:
        """Paths of all pages that count as articles: published, public, open to robots, still there."""
        paths: set[str] = self._ask("truth")
        return paths

    def protected(self) -> set[str]:
        """Paths that answer with a password form."""
        paths: set[str] = self._ask("protected")
        return paths

    def add(self, count: int) -> list[str]:
        """Publish so many posts; the paths of those that count as articles."""
        return self._paths("add", count)

    def edit(self, count: int, youngest: int | None = None) -> list[str]:
        """Change the text of so many articles, of the `youngest` newest alone or of all; their paths."""
        return self._paths("edit", count, youngest)

    def delete(self, count: int, how: Sequence[Removal] = ("404", "410")) -> list[str]:
        """Remove so many articles, in these ways by turns; their paths."""
        return self._paths("delete", count, how)

    def stir(self) -> None:
        """Change the sidebar of every page without an edit."""
        self._ask("stir")

    def bump(self) -> None:
        """Let the sitemap say that everything changed just now."""
        self._ask("bump")

    def say_lastmod(self, lastmod: Lastmod) -> None:
        """Choose what the sitemap says of the last change."""
        self._ask("say_lastmod", lastmod)

    def fail(self, path: str, status: int, headers: dict[str, str], times: int = 1) -> None:
        """Let a path fail some times."""
        self._ask("fail", path, status, headers, times)

    def _paths(self, name: str, *arguments: object) -> list[str]:
        paths: list[str] = self._ask(name, *arguments)
        return paths

    def _ask(self, name: str, *arguments: object) -> Any:  # noqa: ANN401  as many types as questions
        self._control.send((name, arguments))
        worked, value = self._control.recv()
        if not worked:
            raise RuntimeError(f"site: {name}: {value}")
        return value


@contextmanager
def serving(spec: SiteSpec) -> Iterator[RunningSite]:
    """Serve a site on a free port of loopback.

    Raises:
        RuntimeError: The server did not start.
    """
    # Spawned: a fork would take along what the benchmark holds in memory.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(spec, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START_S):
            raise RuntimeError("site: the server did not start")
        base_url = ours.recv()
        assert process.pid is not None
        yield RunningSite(spec, base_url, process.pid, ours)
    finally:
        # The end of the pipe ends the server.
        ours.close()
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()
