"""The order that a spider of web archives gets; the rest of the job folder is as `spiders.job` describes it."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from spiders.addresses import host
from spiders.job import Limits

ORDER = "webarchive.json"
# What the whole run came to: one row of `lake.CRAWL`, written again whenever it changed.
SUMMARY = "crawl.json"

Kind = Literal["wayback", "commoncrawl"]


@dataclass(frozen=True, slots=True)
class Order:
    """Find the captures of one source in a web archive and fetch those that are missing.

    Attributes:
        crawl_id: Source, kind of archive and UTC start; rows carry it.
        source_id: Source.
        site_url: Root of the site whose captures are wanted; it is never asked itself.
        platform: Name of its platform, which tells articles from other pages.
        kind: What answers at `endpoint`.
        endpoint: Address of the archive, or of the index server of Common Crawl.
        records_url: Where Common Crawl's records are downloaded from; empty for a Wayback.
        since: First day of capture wanted, ISO.
        until: Last day of capture wanted, ISO.
        delay_s: Least time between two requests to one host of the archive.
        user_agent: How we name ourselves.
        allow_private: Whether hosts on loopback or in private ranges may be asked.
        limits: What may be taken.
        known: Captures that are here already: canonical address and either `YYYYMMDDhhmmss` or the SHA-1 of the payload
            in base32, by which archives tell one version from another.
        listed: Canonical addresses that this archive is known to list.
    """

    crawl_id: str
    source_id: str
    site_url: str
    platform: str
    kind: Kind
    endpoint: str
    records_url: str
    since: str
    until: str
    delay_s: float
    user_agent: str
    allow_private: bool
    limits: Limits = field(default_factory=Limits)
    known: frozenset[tuple[str, str]] = frozenset()
    listed: frozenset[str] = frozenset()

    @property
    def site(self) -> str:
        """Host of the site, and its port where it is not the usual one."""
        return host(self.site_url)

    @property
    def first(self) -> str:
        """First second of capture wanted, as indexes write it."""
        return f"{date.fromisoformat(self.since):%Y%m%d}000000"

    @property
    def last(self) -> str:
        """Last second of capture wanted, as indexes write it."""
        return f"{date.fromisoformat(self.until):%Y%m%d}235959"

    @property
    def base_url(self) -> str:
        """The host that is asked, as `spiders.__main__` wants it."""
        return self.endpoint

    def write(self, folder: Path) -> None:
        """Write the order into its folder, whole or not at all."""
        aside = folder / f"{ORDER}.tmp"
        raw = asdict(self) | {"known": sorted(self.known), "listed": sorted(self.listed)}
        aside.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
        aside.replace(folder / ORDER)

    @classmethod
    def read(cls, folder: Path) -> "Order":
        """Read the order of a folder."""
        raw: dict[str, Any] = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        raw["limits"] = Limits(**raw["limits"])
        raw["known"] = frozenset((key, mark) for key, mark in raw["known"])
        raw["listed"] = frozenset(raw["listed"])
        return cls(**raw)
