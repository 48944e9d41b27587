"""What distinguishes one site platform from another, as data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from spiders.addresses import below, canonical


@dataclass(frozen=True)
class Platform:
    """How a platform addresses its articles and lists them.

    Patterns look at path and query as they stand in the address (percent-encoded), ignoring case.

    Attributes:
        name: As `sources.csv` names it.
        article: Addresses of articles, their second forms (print, translated …) included.
        deny: Those among them that are never asked for.
        deny_title: Listed titles of second forms that only their title gives away.
        feeds: Paths to try where `start_urls` names no feed.
        sitemaps: Paths to try where neither `start_urls` nor robots.txt names a sitemap.
        sitemap_deny: Files of a sitemap index that hold no articles.
        section: Addresses of listings, to be found on the start pages.
        listings: Paths of the start pages where `start_urls` names none.
        page: Path of page n of a listing; `{path}` is that of its first page without a closing slash, `{stem}` the same
            without `.html`.
        load_more: Whether a listing shows only its newest items unless a script asks for more.
        key: Canonical form of an address.
        generator: What `<meta name=generator>` or the markup says, for `theodoi probe`.
    """

    name: str
    article: str
    deny: str = ""
    deny_title: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ("/sitemap.xml",)
    sitemap_deny: str = ""
    section: str = ""
    listings: tuple[str, ...] = ("/",)
    page: str = ""
    load_more: bool = False
    key: Callable[[str], str] = canonical
    generator: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.article:
            raise ValueError(f"platform {self.name!r}: name and article are required")
        for pattern in (self.article, self.deny, self.deny_title, self.sitemap_deny, self.section, self.generator):
            re.compile(pattern)

    def is_article(self, url: str) -> bool:
        """Whether this is the address of an article or of a second form of one."""
        return _met(self.article, below(url))

    def is_denied(self, url: str, title: str = "") -> bool:
        """Whether an article address is never asked for."""
        return _met(self.deny, below(url)) or _met(self.deny_title, title)

    def is_empty_sitemap(self, url: str) -> bool:
        """Whether a file of a sitemap index holds no articles."""
        return _met(self.sitemap_deny, below(url))

    def is_section(self, url: str) -> bool:
        """Whether this is the first page of a listing."""
        return _met(self.section, below(url)) and not self.is_article(url) and not _met(self.deny, below(url))

    def page_url(self, first: str, number: int) -> str | None:
        """Address of a later page of the listing, where the platform builds it by a rule."""
        if not self.page:
            return None
        parts = urlsplit(first)
        path = parts.path.rstrip("/")
        return (
            f"{parts.scheme}://{parts.netloc}{self.page.format(path=path, stem=path.removesuffix('.html'), n=number)}"
        )


def _met(pattern: str, text: str) -> bool:
    return bool(pattern) and re.search(pattern, text, re.IGNORECASE) is not None
