"""What distinguishes one site platform from another, as data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from spiders.addresses import below, canonical, is_calendar


# Compared by identity, so that it can be a cheap part of a cache's key.
@dataclass(frozen=True, eq=False)
class Platform:
    """How a platform addresses its articles and lists them.

    Patterns look at path and query as they stand in the address (percent-encoded), ignoring case.

    Attributes:
        name: As `sources.csv` names it.
        article: Addresses of articles, their second forms (print, translated …) included.
        deny: Those among them that are never asked for.
        deny_title: Listed titles of second forms that only their title gives away.
        fixed: Those among the articles' addresses that sections and standing pages may have as well: what a menu links
            in this form is none.
        feeds: Paths to try where `start_urls` names no feed.
        feed_page: What leads from a feed to its page n, to be put behind its address; empty where feeds have one page.
        sitemaps: Paths to try where neither `start_urls` nor robots.txt names a sitemap.
        sitemap_deny: Files of a sitemap index that hold no articles.
        section: Addresses of listings, to be found on the start pages.
        listings: Paths of the start pages where `start_urls` names none.
        page: Path of page n of a listing; `{path}` is that of its first page without a closing slash, `{stem}` the same
            without `.html`.
        load_more: Whether a listing shows only its newest items unless a script asks for more.
        more: Path of what that script asks for as page n, as `page`; empty where the listing itself names it.
        calendar: Path of the archive of a day or a month, `{y}`, `{m:02}`, `{d:02}`; with `{d…}` one page a day.
        tag: Addresses of tag pages: listings that are not in the menu.
        number: Where an article's address carries its running number: a pattern with the group `id`.
        probe: Path that shows the article with a number, `{id}`; empty where the number alone finds nothing.
        items_in_feed: Whether a feed's entries are the articles themselves, so that no page is asked for.
        key: Canonical form of an address.
        generator: What `<meta name=generator>` or the markup says, for `theodoi probe`.
    """

    name: str
    article: str
    deny: str = ""
    deny_title: str = ""
    fixed: str = ""
    feeds: tuple[str, ...] = ()
    feed_page: str = ""
    sitemaps: tuple[str, ...] = ("/sitemap.xml",)
    sitemap_deny: str = ""
    section: str = ""
    listings: tuple[str, ...] = ("/",)
    page: str = ""
    load_more: bool = False
    more: str = ""
    calendar: str = ""
    tag: str = ""
    number: str = ""
    probe: str = ""
    items_in_feed: bool = False
    key: Callable[[str], str] = canonical
    generator: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.article:
            raise ValueError(f"platform {self.name!r}: name and article are required")
        patterns = (self.article, self.deny, self.deny_title, self.sitemap_deny, self.section, self.generator)
        for pattern in (*patterns, self.fixed, self.tag, self.number):
            re.compile(pattern)
        for template in (self.page, self.more):
            _must_fill(self.name, template, {"path": "/p", "stem": "/p", "n": 2}, "n")
        _must_fill(self.name, self.calendar, {"y": 2024, "m": 5, "d": 17}, "y", "m")
        if self.number and "id" not in re.compile(self.number).groupindex:
            raise ValueError(f"platform {self.name!r}: number needs a group called id")
        if self.probe and not (self.number and "{id}" in self.probe):
            raise ValueError(f"platform {self.name!r}: probe needs {{id}}, and number to know what it found")

    def is_article(self, url: str) -> bool:
        """Whether this is the address of an article or of a second form of one."""
        path = below(url)
        return _met(self.article, path) and not is_calendar(path)

    def is_fixed(self, url: str) -> bool:
        """Whether this, linked from a menu, is no article although its address looks like one."""
        return _met(self.fixed, below(url))

    def is_denied(self, url: str, title: str = "") -> bool:
        """Whether an article address is never asked for."""
        return _met(self.deny, below(url)) or _met(self.deny_title, title)

    def is_empty_sitemap(self, url: str) -> bool:
        """Whether a file of a sitemap index holds no articles."""
        return _met(self.sitemap_deny, below(url))

    def is_section(self, url: str) -> bool:
        """Whether this is the first page of a listing."""
        path = below(url)
        return _met(self.section, path) and not (_met(self.article, path) or _met(self.deny, path) or is_calendar(path))

    def is_tag(self, url: str) -> bool:
        """Whether this is the first page of a tag."""
        path = below(url)
        return _met(self.tag, path) and not is_calendar(path)

    def number_of(self, url: str) -> int | None:
        """Running number in an article's address; None where it carries none."""
        match = re.search(self.number, below(url), re.IGNORECASE) if self.number else None
        # Longer ones are no running numbers, and the lake keeps 64 bits.
        return int(match["id"]) if match and len(match["id"]) <= 18 else None

    def probe_url(self, base_url: str, number: int) -> str:
        """Address that shows the article with that number."""
        return f"{base_url}{self.probe.format(id=number)}"

    def page_url(self, first: str, number: int) -> str | None:
        """Address of a later page of the listing, where the platform builds it by a rule."""
        return _fill(self.page, first, number)

    def more_url(self, first: str, number: int) -> str | None:
        """Address of what a script asks for as page n of the listing, where the platform builds it by a rule."""
        return _fill(self.more, first, number)


def _fill(template: str, first: str, number: int) -> str | None:
    if not template:
        return None
    parts = urlsplit(first)
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{template.format(path=path, stem=path.removesuffix('.html'), n=number)}"


def _must_fill(name: str, template: str, values: dict[str, str | int], *needed: str) -> None:
    """Refuse a template that cannot be filled or that gives every page one address.

    Raises:
        ValueError: It names a field that it does not get, or leaves out one that it needs.
    """
    if not template:
        return
    try:
        template.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"platform {name!r}: {template!r} cannot be filled: {error!r}") from None
    for field in needed:
        if f"{{{field}" not in template:
            raise ValueError(f"platform {name!r}: {template!r} needs {{{field}}}")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _met(pattern: str, text: str) -> bool:
    return bool(pattern) and _compiled(pattern).search(text) is not None
