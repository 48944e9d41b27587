"""What both kinds of big site share: how an answer looks, conditional requests, what the benchmark may do and ask."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from benchmarks.big_site.shelf import Shelf
from benchmarks.big_site.spec import Lastmod, Removal, SiteSpec

HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"


@dataclass(slots=True)
class Reply:
    """One answer before it is sent.

    Attributes:
        status: HTTP status.
        body: Makes the body; not called where a conditional request spares it.
        content_type: Its type.
        etag: Entity tag with its quotes; empty for none.
        modified: Last-Modified; empty for none.
        headers: Further header lines.
        number: Number of the post whose own page it is; 0 for other pages.
    """

    status: int
    body: Callable[[], bytes]
    content_type: str = HTML
    etag: str = ""
    modified: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    number: int = 0


@dataclass(slots=True)
class Fault:
    """What an address answers some times before it answers as usual."""

    status: int
    headers: tuple[tuple[str, str], ...]
    times: int


class Site(ABC):
    """One big site.

    Args:
        spec: What it shall be like.

    Attributes:
        base_url: Scheme, host and port.
        shelf: Its posts.
    """

    # What robots.txt closes, said once more for the log alone: the crawler under test reads the file itself.
    closed: re.Pattern[str]

    def __init__(self, spec: SiteSpec, base_url: str) -> None:
        self.spec = spec
        self.base_url = base_url
        self.shelf = Shelf(spec)
        self._faults: dict[str, Fault] = {}

    @abstractmethod
    def path(self, number: int) -> str:
        """Address of a post below the root."""

    @abstractmethod
    def page(self, path: str, query: dict[str, str]) -> Reply | None:
        """What stands at an address; None for 404."""

    def answer(self, target: str) -> Reply:
        """Answer to one request for path and query."""
        fault = self._faults.get(target)
        if fault is not None and fault.times:
            fault.times -= 1
            return Reply(fault.status, lambda: b"<h1>later</h1>", headers=fault.headers)
        parts = urlsplit(target)
        return self.page(parts.path, dict(parse_qsl(parts.query))) or self.missing("404")

    def post(self, number: int, body: Callable[[], bytes]) -> Reply:
        """The page of a post with its validators, or what is left of it."""
        shelf = self.shelf
        if number in shelf.removed:
            gone = self.missing(shelf.removed[number])
            gone.number = number
            return gone
        reply = Reply(200, body, number=number)
        if self.spec.validators:
            sidebar = shelf.stirred if self.spec.sidebar_in_etag else 0
            reply.etag = f'W/"{number}-{shelf.version(number)}-{sidebar}"'
            # A page whose sidebar counts changed when the sidebar did; when that was is nobody's business.
            reply.modified = "" if sidebar else http_date(shelf.modified(number))
        return reply

    def missing(self, how: Removal) -> Reply:
        """The page of an address behind which nothing is left; a soft one claims to be a page."""
        status = 200 if how == "soft" else int(how)
        return Reply(
            status,
            lambda: (
                '<!DOCTYPE html><html lang="vi"><head><meta charset="UTF-8"><title>Không tìm thấy trang</title></head>'
                "<body><h1>Không tìm thấy trang</h1><p>Trang bạn tìm không tồn tại hoặc đã bị xóa.</p></body></html>"
            ).encode(),
        )

    # What the benchmark asks and does; see `process.RunningSite`

    def truth(self) -> set[str]:
        """Paths of all pages that count as articles: published, public, open to robots, still there."""
        shelf = self.shelf
        return {self.path(n) for n in shelf.alive() if not shelf.is_protected(n) and not shelf.is_closed(n)}

    def protected(self) -> set[str]:
        """Paths that answer with a password form."""
        return {self.path(n) for n in self.shelf.alive() if self.shelf.is_protected(n)}

    def add(self, count: int) -> list[str]:
        """Publish so many posts; the paths of those that count as articles."""
        added = self.shelf.add(count)
        return [self.path(n) for n in added if not self.shelf.is_protected(n) and not self.shelf.is_closed(n)]

    def edit(self, count: int, youngest: int | None = None) -> list[str]:
        """Change the text of so many articles, of the `youngest` newest alone or of all; their paths."""
        return [self.path(n) for n in self.shelf.edit(count, youngest)]

    def delete(self, count: int, how: Sequence[Removal]) -> list[str]:
        """Remove so many articles, in these ways by turns; their paths."""
        return [self.path(n) for n in self.shelf.delete(count, how)]

    def stir(self) -> None:
        """Change the sidebar of every page."""
        self.shelf.stirred += 1

    def bump(self) -> None:
        """Let the sitemap say that everything changed just now."""
        self.shelf.bumped = datetime.now(UTC)
        self.shelf.lastmod = "bumped"

    def say_lastmod(self, lastmod: Lastmod) -> None:
        """Choose what the sitemap says of the last change."""
        self.shelf.lastmod = lastmod

    def fail(self, path: str, status: int, headers: dict[str, str], times: int) -> None:
        """Let a path fail some times."""
        self._faults[path] = Fault(status, tuple(headers.items()), times)


def http_date(at: datetime) -> str:
    """As HTTP headers write it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
