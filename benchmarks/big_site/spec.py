"""What one big site shall be like, and what its access log holds."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Kind = Literal["wordpress", "listing_only"]
Lastmod = Literal["honest", "stale", "missing", "bumped"]
Removal = Literal["404", "410", "soft"]

# The posts that are there at the beginning fill this time evenly, so that a site of any size has the same archives.
SPAN = timedelta(days=1200)


def _two_days_ago() -> date:
    """What is added later is published after this and not in the future."""
    return date.today() - timedelta(days=2)  # noqa: DTZ011  only days count, and two are more than any zone


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """An order for a site.

    Attributes:
        kind: `wordpress` (feed, sitemap, listings, archives) or `listing_only` (NukeViet-like: sections with pages).
        articles: Numbers given out at the beginning; of 100, some are no articles (see `shelf.Shelf`).
        delay_of_answer_s: Time before each answer; makes requests that overlap visible.
        crawl_delay_s: Crawl-delay of robots.txt, none where 0.
        validators: Whether article pages carry ETag and Last-Modified.
        ends: Day of the newest post at the beginning: what a crawler does with a page depends on its age.
        sidebar_in_etag: Whether `stir`, which changes the sidebar of every page, changes every ETag too.
    """

    kind: Kind
    articles: int = 5_000
    delay_of_answer_s: float = 0.0
    crawl_delay_s: float = 0.0
    validators: bool = True
    sidebar_in_etag: bool = False
    ends: date = field(default_factory=_two_days_ago)

    @property
    def begins(self) -> date:
        """Day of the oldest post."""
        return self.ends - SPAN


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it.

    Attributes:
        method: GET or whatever was sent.
        path: Path and query as sent.
        status: What was answered.
        began: When its head was complete, seconds of the machine's monotonic clock.
        n_bytes: Bytes of the body sent.
        others: Requests that were being answered when it came.
        if_none_match: As sent, empty where it was not.
        if_modified_since: As sent, empty where it was not.
        number: Number of the post whose own page was asked for; 0 where it is another page.
        closed: Whether robots.txt closes the path.
    """

    method: str
    path: str
    status: int
    began: float
    n_bytes: int
    others: int
    if_none_match: str
    if_modified_since: str
    number: int
    closed: bool
