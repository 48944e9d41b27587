"""The order that a spider process gets, and the folder through which it answers.

The folder holds `job.json` (the order), `frontier.sqlite` (what is known of the site, what waits to be fetched), row
files that grow as things happen (`discoveries.jsonl`, `polls.jsonl`, `fetches.jsonl`, `probes.jsonl`, `crawls.jsonl`;
of a dry run `plan.jsonl`), `records.warc.gz` (the responses) and `spider.log`. It is all that the process knows of
the world.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

ORDER = "job.json"
FRONTIER = "frontier.sqlite"
DISCOVERIES = "discoveries.jsonl"
POLLS = "polls.jsonl"
FETCHES = "fetches.jsonl"
PROBES = "probes.jsonl"
CRAWLS = "crawls.jsonl"
PLAN = "plan.jsonl"
RECORDS = "records.warc.gz"
LOG = "spider.log"
PROBED = "probe.json"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one crawl may take from a site, and how long it waits.

    Attributes:
        body_bytes: Longest answer, unpacked. Pages of these sites are under 1 MB; 20 MB leaves room for sitemaps.
        timeout_s: Longest wait for one whole answer, so that a site that drips is left as well.
        retries: Further tries after a temporary failure.
        redirects: Hops followed.
        errors_in_a_row: Failures after retries at which the site is left alone for this crawl.
        wall_s: Longest duration of one crawl: a night. What is left is taken up by the next one.
        pages: Depth of one listing; the deepest of the real sites seen ends at some 300.
        parallel: Requests at once where there is no delay, which only private hosts allow.
        pause_after_429_s: Rest after “too many requests” where the site does not say how long.
        recheck_share: Share of the known pages that one crawl may look at again because it is their turn.
        tags: Tag pages read by one crawl: they lead into the depth of sites whose listings show the newest only.
    """

    body_bytes: int = 20 * 1024 * 1024
    timeout_s: float = 30.0
    retries: int = 2
    redirects: int = 5
    errors_in_a_row: int = 5
    wall_s: float = 8 * 3600.0
    pages: int = 1000
    parallel: int = 16
    pause_after_429_s: float = 30.0
    recheck_share: float = 0.02
    tags: int = 50


@dataclass(frozen=True, slots=True)
class ProbeFrame:
    """Running numbers of one month to be asked for, to see what no channel showed.

    Attributes:
        month: Month of publication, `YYYY-MM`.
        first_id: Lowest number known of the month.
        last_id: Highest.
        n_unknown: Numbers of that range that belong to no known address.
        ids: Those drawn from them at random.
    """

    month: str
    first_id: int
    last_id: int
    n_unknown: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl of one source, or one probe of an address.

    Attributes:
        crawl_id: Source and UTC start; rows carry it.
        source_id: Source.
        base_url: Root of the site.
        platform: Name of its platform; for a probe empty: to be guessed.
        discovery: Channels to read: feed, sitemap, listing, calendar, tag, link.
        start_urls: Addresses of channels.
        valid_from: First day of the source, ISO.
        delay_s: Least time between two requests.
        user_agent: How we name ourselves.
        allow_private: Whether hosts on loopback or in private ranges may be asked.
        begun_at: Moment of the order, ISO, UTC: later than all that was seen before.
        since: First day wanted, ISO.
        until: Last day wanted, ISO.
        rewalk_days: How many days back the listings are read whatever is known; None: until known ground.
        budget: Requests that are left for today; None: no bound.
        hours: Hours of the day in which the site may be asked, `HH:MM-HH:MM`; empty: at any.
        archive: Root of the archive, where the versions of pages that are looked at again can be read.
        probes: Running numbers to be asked for.
        dry_run: Whether channels are read and no page is fetched: what would be is noted instead.
        limits: What may be taken.
        probe: Address to look at instead of crawling; empty for a crawl.
    """

    crawl_id: str
    source_id: str
    base_url: str
    platform: str
    discovery: tuple[str, ...]
    start_urls: tuple[str, ...]
    valid_from: str | None
    delay_s: float
    user_agent: str
    allow_private: bool
    begun_at: str
    since: str | None = None
    until: str | None = None
    rewalk_days: int | None = None
    budget: int | None = None
    hours: str = ""
    archive: str = ""
    probes: tuple[ProbeFrame, ...] = ()
    dry_run: bool = False
    limits: Limits = field(default_factory=Limits)
    probe: str = ""

    def write(self, folder: Path) -> None:
        """Write the order into its folder, whole or not at all."""
        aside = folder / f"{ORDER}.tmp"
        aside.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        aside.replace(folder / ORDER)

    @classmethod
    def read(cls, folder: Path) -> "Job":
        """Read the order of a folder."""
        raw: dict[str, Any] = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        raw["limits"] = Limits(**raw["limits"])
        raw["probes"] = tuple(ProbeFrame(**{**p, "ids": tuple(p["ids"])}) for p in raw["probes"])
        raw["discovery"] = tuple(raw["discovery"])
        raw["start_urls"] = tuple(raw["start_urls"])
        return cls(**raw)

    @property
    def first_day(self) -> date | None:
        """`since` as a day."""
        return date.fromisoformat(self.since) if self.since else None

    @property
    def last_day(self) -> date | None:
        """`until` as a day."""
        return date.fromisoformat(self.until) if self.until else None

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """First and last moment of publication wanted, local days made whole."""
        first, last = self.first_day, self.last_day
        return (
            datetime.combine(first, time.min, LOCAL) if first else None,
            datetime.combine(last, time.max, LOCAL) if last else None,
        )


def to_json(row: dict[str, Any]) -> str:
    """One line of a row file."""
    return json.dumps(row, ensure_ascii=False, default=_encode)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a row file up to the first that was cut short, by a kill or by a full disk; one in memory at a time."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            # A line without its end does not count even where it could be read.
            if not line.endswith(b"\n"):
                return
            try:
                yield json.loads(line)
            except ValueError:
                return


def _encode(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be a value of a row")
