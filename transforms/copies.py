"""Near-copies: which articles carry the same text, and which of them was first.

Shingles of five syllables are compared by *containment* (shared shingles over those of the shorter text), because an
edited or shortened reprint keeps little Jaccard similarity but most of what it has is from the original. What counts
as what is told in docs/copies.md.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from transforms.likeness.candidate import Copies, CopyCandidate, Pair
from transforms.likeness.clusters import clusters
from transforms.likeness.origins import roles
from transforms.likeness.pairs import MIN_SHINGLES, by_shingles, by_title
from transforms.likeness.shingles import Hashes, shingles, without_furniture
from transforms.syllables import fold_words

__all__ = ["Copies", "CopyCandidate", "article_identity", "find_copies", "fold", "shingles"]


def fold(text: str) -> str:
    """The text as it is compared: composed, lower case, one spelling per syllable, single spaces, no punctuation."""
    return " ".join(fold_words(text))


def article_identity(agency_id: str, title: str, text: str) -> str:
    """Identity of an article: 16 hex digits that its agency, title and text decide, and its address does not.

    Args:
        agency_id: Agency that answers for the site.
        title: Headline.
        text: Lead and body.
    """
    return hashlib.sha256(f"{agency_id}\n{fold(title)}\n{fold(text)}".encode()).hexdigest()[:16]


def find_copies(candidates: Iterable[CopyCandidate], *, known: Copies | None = None, version: str = "") -> Copies:
    """Find near-copies among articles, cluster them, and say which was first where that can be known.

    The result depends neither on the order of the candidates nor on what is already known; that only saves comparing
    again those articles of which the comparison would see the same as then.

    Args:
        candidates: Articles; dated ones are compared within 14 days, undated ones with all.
        known: An earlier result, of any articles.
        version: The code that compares; what is known from another counts for nothing.

    Raises:
        ValueError: Two candidates have one article_id.
    """
    texts = sorted(candidates, key=lambda c: c.article_id)
    for one, two in pairwise(texts):
        if one.article_id == two.article_id:
            raise ValueError(f"article_id {one.article_id} occurs twice among the candidates")
    if not texts:
        return Copies()
    kept = without_furniture([t.agency_id for t in texts], [t.shingles for t in texts])
    seen_as = [_seen_as(version, *both) for both in zip(texts, kept, strict=True)]
    before = {m["article_id"]: m["compared_as"] for m in known.members} if known else {}
    asked = np.array([before.get(t.article_id) != seen for t, seen in zip(texts, seen_as, strict=True)])
    pairs = [*_as_before(texts, kept, asked, known), *by_shingles(texts, kept, asked), *by_title(texts, kept)]
    pairs.sort(key=lambda p: (p.left, p.right))
    return Copies(
        members=[
            row | {"compared_as": seen} for row, seen in zip(roles(texts, clusters(kept, pairs)), seen_as, strict=True)
        ],
        pairs=[
            {
                "left_id": texts[p.left].article_id,
                "right_id": texts[p.right].article_id,
                "containment": p.containment,
                "jaccard": p.jaccard,
                "verdict": p.verdict,
            }
            for p in pairs
        ],
    )


def _seen_as(version: str, text: CopyCandidate, kept: Hashes) -> str:
    """Digest of all that decides how a text compares with another."""
    stated = f"{version}\n{text.agency_id}\n{text.title}\n{text.published_at}\n"
    return hashlib.blake2b(stated.encode() + kept.tobytes(), digest_size=8).hexdigest()


def _as_before(
    texts: Sequence[CopyCandidate], kept: Sequence[Hashes], asked: npt.NDArray[np.bool_], known: Copies | None
) -> Iterable[Pair]:
    """The known pairs of texts that are not to be compared again."""
    place = {t.article_id: i for i, t in enumerate(texts) if not asked[i]}
    for row in known.pairs if known else ():
        left, right = place.get(row["left_id"]), place.get(row["right_id"])
        if left is None or right is None:
            continue
        sizes = len(kept[left]), len(kept[right])
        # Pairs by title are found anew each time.
        if min(sizes) >= MIN_SHINGLES:
            yield Pair(left, right, round(row["containment"] * min(sizes)), *sizes, row["verdict"])
