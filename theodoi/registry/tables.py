"""The six tables of the registry: their files, their columns and what may stand in each."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from theodoi.registry import cells
from theodoi.registry.records import CHANNELS, Agency, Document, Obligation, Place, Source, Theme


@dataclass(frozen=True)
class Table:
    """A file of the registry.

    Attributes:
        name: Name of the table and of the registry's attribute.
        record: Class of its rows; the first field is the key.
        readers: Column -> what reads a cell of it.
    """

    name: str
    record: type[Any]
    readers: Mapping[str, Callable[[str], Any]]

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    @property
    def key(self) -> str:
        """Column of the identifier."""
        return next(iter(self.defaults))

    @property
    def defaults(self) -> dict[str, Any]:
        """Column -> value of a blank cell or a missing column; MISSING where the column is needed."""
        return {f.name: f.default for f in dataclasses.fields(self.record)}


_CONFIDENCE = cells.one_of("confirmed", "likely", "unverified")
_PLAIN: Callable[[str], str] = str
TABLES = (
    Table(
        "agencies",
        Agency,
        {
            "agency_id": cells.word,
            "name": cells.text,
            "kind": cells.word,
            "level": cells.word,
            "report_class": cells.word,
            "valid_from": cells.day,
            "valid_to": cells.day,
            "successors": cells.many(cells.word),
            "aliases": cells.many(_PLAIN),
            "plan_role": _PLAIN,
            "confidence": _CONFIDENCE,
            "date_confidence": _CONFIDENCE,
            "evidence_url": cells.url,
            "notes": _PLAIN,
        },
    ),
    Table(
        "sources",
        Source,
        {
            "source_id": cells.word,
            "agency_id": cells.word,
            "base_url": cells.base_url,
            "platform": cells.word,
            "discovery": cells.many(cells.one_of(*CHANNELS)),
            "start_urls": cells.many(cells.start_url),
            "valid_from": cells.day,
            "valid_to": cells.day,
            "delay_s": cells.seconds,
            "daily_budget": cells.count,
            "hours": cells.hours,
            "status": cells.one_of("active", "guess", "closed"),
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
    Table(
        "obligations",
        Obligation,
        {
            "obligation_id": cells.word,
            "section": cells.text,
            "binds": cells.at_least_one(cells.many(cells.bound)),
            "asks": cells.text,
            "observable": cells.one_of("web", "partly", "no"),
            "product_kinds": cells.many(cells.word),
            "themes": cells.many(cells.word),
            "frequency": cells.one_of("thuong_xuyen", "hang_nam", "mot_lan", "khi_co"),
            "how_observed": _PLAIN,
            "why_not": _PLAIN,
            "due": cells.day_of_year,
            "since": cells.day,
            "until": cells.day,
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
    Table(
        "documents",
        Document,
        {
            "document_id": cells.word,
            "title": cells.text,
            "role": cells.one_of("programme", "plan", "basis", "confuser"),
            "number": _PLAIN,
            "date": cells.day,
            "kind": _PLAIN,
            "issuer": _PLAIN,
            "issuer_agency_id": cells.word,
            "place": _PLAIN,
            "patterns": cells.many(cells.pattern),
            "aliases": cells.many(_PLAIN),
            "evidence_url": cells.url,
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
    Table("themes", Theme, {"theme_id": cells.word, "name": cells.text, "description": _PLAIN, "section": _PLAIN}),
    Table(
        "places",
        Place,
        {
            "place_id": cells.word,
            "name": cells.text,
            "kind": cells.word,
            "level": cells.word,
            "parent": cells.word,
            "variants": cells.many(_PLAIN),
            "valid_from": cells.day,
            "valid_to": cells.day,
            "confidence": _CONFIDENCE,
            "notes": _PLAIN,
        },
    ),
)
