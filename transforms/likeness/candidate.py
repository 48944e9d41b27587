"""What is compared, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from transforms.likeness.shingles import Hashes


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """One article as the comparison sees it.

    Attributes:
        article_id: Identity; unique among the candidates.
        agency_id: Agency that answers for the site; its articles share their furniture.
        title: Headline.
        shingles: What `shingles` makes of lead and body.
        published_at: Aware; None when the page states none.
        credit: Credit line of a reprint ("Theo …"), empty when there is none.
        addresses: Keys of the addresses that carry it.
        canonical: Key of the address that its page calls the canonical one; empty when it names none.
    """

    article_id: str
    agency_id: str
    title: str
    shingles: Hashes
    published_at: datetime | None
    credit: str = ""
    addresses: tuple[str, ...] = ()
    canonical: str = ""


@dataclass(frozen=True)
class Copies:
    """Rows for the lake, in a fixed order.

    Attributes:
        members: `article_id, cluster_id, is_original, origin_rule, compared_as`; one row per candidate, by article_id.
        pairs: `left_id, right_id, containment, jaccard, verdict`; by left_id, right_id.
    """

    members: Sequence[dict[str, Any]] = field(default_factory=list)
    pairs: Sequence[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their place among the candidates, left < right.

    Attributes:
        left: Place of the one.
        right: Place of the other.
        shared: Shingles that both hold.
        size_left: Shingles of the one, furniture taken out.
        size_right: Shingles of the other.
        verdict: copy, or review: a shared source that a person should look at.
    """

    left: int
    right: int
    shared: int
    size_left: int
    size_right: int
    verdict: str

    @property
    def containment(self) -> float:
        """Shared shingles over those of the shorter text."""
        return self.shared / max(1, min(self.size_left, self.size_right))

    @property
    def jaccard(self) -> float:
        """Shared shingles over all."""
        return self.shared / max(1, self.size_left + self.size_right - self.shared)

    @property
    def share_of_longer(self) -> float:
        """Shared shingles over those of the longer text."""
        return self.shared / max(1, self.size_left, self.size_right)
