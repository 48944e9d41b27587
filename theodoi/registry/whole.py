"""The registry as one whole, and the questions that need more than one of its rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from theodoi.registry.records import CLASS_PREFIX, Agency, Document, Obligation, Place, Source, Theme
from theodoi.registry.tables import TABLES
from theodoi.registry.writing import as_csv


@dataclass(frozen=True, slots=True)
class Registry:
    """The whole registry, checked.

    Attributes:
        agencies: By `agency_id`, in the order of the file; likewise the others by theirs.
        sources: Sites.
        obligations: Duties.
        documents: Documents.
        themes: Content lines.
        places: Places.
    """

    agencies: Mapping[str, Agency]
    sources: Mapping[str, Source]
    obligations: Mapping[str, Obligation]
    documents: Mapping[str, Document]
    themes: Mapping[str, Theme]
    places: Mapping[str, Place]

    def crawlable(self) -> list[Source]:
        """The sources that may be asked: active ones, never guesses."""
        return [s for s in self.sources.values() if s.status == "active"]

    def agency_on(self, agency_id: str, day: date) -> tuple[str, ...]:
        """Who did an agency's work on a day: itself, or those that had succeeded it by then.

        Args:
            agency_id: Agency of the registry.
            day: Local day.

        Returns:
            No agency before it existed and after it ended without a known successor.

        Raises:
            KeyError: No such agency.
        """
        agency = self.agencies[agency_id]
        if agency.valid_from is not None and day < agency.valid_from:
            return ()
        if agency.valid_to is None or day <= agency.valid_to:
            return (agency_id,)
        return tuple(dict.fromkeys(heir for s in agency.successors for heir in self.agency_on(s, day)))

    def resolve_bound(self, obligation: Obligation) -> tuple[str, ...]:
        """The agencies that an obligation binds, its classes resolved, each once, successors not followed."""
        bound: dict[str, None] = {}
        for entry in obligation.binds:
            if entry.startswith(CLASS_PREFIX):
                wanted = entry.removeprefix(CLASS_PREFIX)
                bound.update(dict.fromkeys(a.agency_id for a in self.agencies.values() if a.report_class == wanted))
            else:
                bound[entry] = None
        return tuple(bound)

    def digest(self) -> str:
        """SHA-256 of the content; the same for the same rows, whatever the files' line ends or optional columns."""
        return hashlib.sha256("".join(as_csv(t, getattr(self, t.name)) for t in TABLES).encode()).hexdigest()
