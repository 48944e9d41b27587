"""The order that a spider process gets, and the folder through which it answers.

The folder holds `job.json` (the order), `discoveries.jsonl`, `polls.jsonl`, `fetches.jsonl` (rows, appended as they
happen), `records.warc.gz` (the responses) and `spider.log`. It is all that the process knows of the world around it.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ORDER = "job.json"
DISCOVERIES = "discoveries.jsonl"
POLLS = "polls.jsonl"
FETCHES = "fetches.jsonl"
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
        pages: Depth of one listing; the deepest seen ends at some 300.
        parallel: Requests at once where there is no delay, which only private hosts allow.
    """

    body_bytes: int = 20 * 1024 * 1024
    timeout_s: float = 30.0
    retries: int = 2
    redirects: int = 5
    errors_in_a_row: int = 5
    wall_s: float = 8 * 3600.0
    pages: int = 400
    parallel: int = 4


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What earlier crawls know of one feed, sitemap or listing.

    Attributes:
        last_crawl: Crawl that read it last.
        complete: Whether it was once read to its end and no gap came since.
        covers_from: Earliest day that the last reading covers, ISO.
    """

    last_crawl: str
    complete: bool
    covers_from: str | None


@dataclass(frozen=True, slots=True)
class Pending:
    """An address found earlier that was not fetched for good.

    Attributes:
        url: Address.
        key: Its canonical form.
        listed_at: Time as listed, ISO; None where it was not.
        edit_time: Whether that time is one of the last change instead of the publication.
        failed: Whether it was tried before.
    """

    url: str
    key: str
    listed_at: str | None
    edit_time: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl of one source, or one probe of an address.

    Attributes:
        crawl_id: Source and UTC start; rows carry it.
        source_id: Source.
        base_url: Root of the site.
        platform: Name of its platform; for a probe empty: to be guessed.
        discovery: Channels to read: feed, sitemap, listing.
        start_urls: Addresses of channels.
        valid_from: First day of the source, ISO.
        since: First day wanted, ISO.
        until: Last day wanted, ISO.
        delay_s: Least time between two requests.
        user_agent: How we name ourselves.
        allow_private: Whether hosts on loopback or in private ranges may be asked.
        limits: What may be taken.
        known: Canonical address -> (first crawl that saw it, whether it is done for good).
        pending: Addresses to be fetched whether or not a channel still lists them.
        channels: First address of a channel -> what is known of it.
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
    since: str | None = None
    until: str | None = None
    limits: Limits = field(default_factory=Limits)
    known: dict[str, tuple[str, bool]] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()
    channels: dict[str, ChannelState] = field(default_factory=dict)
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
        raw["known"] = {k: (first, done) for k, (first, done) in raw["known"].items()}
        raw["pending"] = tuple(Pending(**p) for p in raw["pending"])
        raw["channels"] = {k: ChannelState(**c) for k, c in raw["channels"].items()}
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


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def to_json(row: dict[str, Any]) -> str:
    """One line of a row file."""
    return json.dumps(row, ensure_ascii=False, default=_encode)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Rows of a row file up to the first that was cut short, by a kill or by a full disk."""
    rows: list[dict[str, Any]] = []
    if not path.exists():
        return rows
    # A line without its end does not count even where it could be read.
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows


def _encode(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be a value of a row")
