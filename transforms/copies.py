"""Near-copies: which articles carry the same text, and which of them was first.

Shingles of five syllables are compared by *containment* (shared shingles over those of the shorter text), because an
edited or shortened reprint keeps little Jaccard similarity but most of what it has is from the original.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from transforms.syllables import fold_words

SHINGLE = 5
# Under this many shingles a handful of set phrases decides; title and day speak instead.
MIN_SHINGLES = 40
# Unrelated news stays under .035 in 9,999 of 10,000 pairs; light and medium edits keep .45 in 99.7 %; between .20 and
# .45 lie rewrites and partial quotes, which only a person can tell from two reports of one event.
COPY_FROM = 0.45
REVIEW_FROM = 0.20
UNRELATED_BELOW = 0.05
WINDOW = timedelta(days=14)
# A shingle in more than this share of a site's articles is its furniture or officialese, never a sign of copying …
BOILERPLATE_SHARE = 0.005
# … but in a small site half a per cent is less than one article, so it must also stand in this many.
BOILERPLATE_COUNT = 10
# A title shorter than this ("Thông báo", "Lịch công tác tuần") is shared by texts that have nothing in common.
MIN_TITLE_SYLLABLES = 4
# Through a text that holds unrelated others (a round-up) clusters are joined only where it is mostly the same text; two
# unrelated texts cannot both fill more than this share of it.
SAME_TEXT_SHARE = 0.6
# Sites print minutes but clocks and edits differ; closer than this, time does not tell who was first.
CLOCKS_AGREE = timedelta(hours=1)
# A reprint that names its source may be dated before it by as much as the day-only dates allow.
DAY_ONLY = timedelta(days=1)

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# Rows of the similarity matrix computed at a time: bounds memory, not results.
_BLOCK = 1000

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """One article as the comparison sees it.

    Attributes:
        article_id: Identity; unique among the candidates.
        agency_id: Agency that answers for the site; its articles share their furniture.
        title: Headline.
        text: Lead and body.
        published_at: Aware; None when the page states none.
        first_seen_at: Aware; when a crawl first met it.
        credit: Credit line of a reprint ("Theo …"), empty when there is none.
    """

    article_id: str
    agency_id: str
    title: str
    text: str
    published_at: datetime | None
    first_seen_at: datetime
    credit: str = ""


@dataclass(frozen=True)
class Copies:
    """Rows for the lake, in a fixed order.

    Attributes:
        members: `article_id, cluster_id, is_original, origin_rule`; one row per candidate, by article_id.
        pairs: `left_id, right_id, containment, jaccard, verdict`; by left_id, right_id.
    """

    members: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two texts by their place in the sorted candidates, left < right."""

    left: int
    right: int
    containment: float
    jaccard: float
    # Shared shingles over those of the longer text.
    share_of_longer: float
    verdict: str

    def other(self, node: int) -> int:
        return self.right if node == self.left else self.left


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


def shingles(text: str) -> Hashes:
    """Distinct 5-syllable shingles of a text as sorted 64-bit hashes, the same in every run and on every machine."""
    words = np.fromiter((_word_hash(w) for w in fold_words(text)), dtype=np.uint64)
    n = len(words) - SHINGLE + 1
    if n < 1:
        return np.empty(0, dtype=np.uint64)
    # A polynomial over random 64-bit words, then the finaliser of splitmix64 (Steele et al. 2014) to spread its bits.
    h = np.zeros(n, dtype=np.uint64)
    for i in range(SHINGLE):
        h = h * np.uint64(0x9E3779B97F4A7C15) + words[i : i + n]
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.unique(h ^ (h >> np.uint64(31)))


def find_copies(candidates: Iterable[CopyCandidate]) -> Copies:
    """Find near-copies among articles, cluster them, and say which was first where that can be known.

    The result does not depend on the order of the candidates.

    Args:
        candidates: Articles; dated ones are compared within 14 days, undated ones with all.

    Raises:
        ValueError: Two candidates have one article_id.
    """
    texts = sorted(candidates, key=lambda c: c.article_id)
    for one, two in pairwise(texts):
        if one.article_id == two.article_id:
            raise ValueError(f"article_id {one.article_id} occurs twice among the candidates")
    if not texts:
        return Copies()
    kept = _without_boilerplate(texts, [shingles(c.text) for c in texts])
    pairs = sorted([*_by_shingles(texts, kept), *_by_title(texts, kept)], key=lambda p: (p.left, p.right))
    cluster_of = _clusters(kept, pairs)
    return Copies(
        members=list(_members(texts, cluster_of)),
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


@lru_cache(maxsize=1 << 16)
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _without_boilerplate(texts: Sequence[CopyCandidate], hashed: Sequence[Hashes]) -> list[Hashes]:
    by_agency: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        by_agency[text.agency_id].append(i)
    kept = list(hashed)
    for members in by_agency.values():
        limit = max(BOILERPLATE_COUNT, BOILERPLATE_SHARE * len(members))
        if len(members) <= limit:
            continue
        values, counts = np.unique(np.concatenate([hashed[i] for i in members]), return_counts=True)
        furniture = values[counts > limit]
        for i in members:
            kept[i] = np.setdiff1d(hashed[i], furniture, assume_unique=True)
    return kept


def _by_shingles(texts: Sequence[CopyCandidate], kept: Sequence[Hashes]) -> Iterator[_Pair]:
    """Pairs of long enough texts within the window, from products of the text-by-shingle matrix."""
    # Texts in the order of time, so that a window is a slice; the undated come last and meet everybody.
    far = datetime.max.replace(tzinfo=UTC)
    order = sorted(
        (i for i in range(len(texts)) if len(kept[i]) >= MIN_SHINGLES), key=lambda i: (texts[i].published_at or far, i)
    )
    if len(order) < 2:
        return
    sizes = np.array([len(kept[i]) for i in order])
    columns, codes = np.unique(np.concatenate([kept[i] for i in order]), return_inverse=True)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    ones = np.ones(len(codes), dtype=np.int32)
    matrix = csr_array((ones, codes, bounds), shape=(len(order), len(columns)))
    times = [texts[i].published_at for i in order]
    dated = sum(t is not None for t in times)
    for start in range(0, len(order), _BLOCK):
        stop = min(start + _BLOCK, len(order))
        # A text meets those after it in this order, so each pair is met once.
        last = times[min(stop, dated) - 1] if start < dated else None
        end = next((k for k in range(stop, dated) if last is not None and _apart(times[k], last)), dated)
        for near in (slice(start, max(end, stop)), slice(max(dated, end, stop), len(order))):
            if near.start >= near.stop:
                continue
            shared = (matrix[start:stop] @ matrix[near].T).tocoo()
            rows, cols = shared.row + start, shared.col + near.start
            smaller = np.minimum(sizes[rows], sizes[cols])
            hits = (cols > rows) & (shared.data >= REVIEW_FROM * smaller)
            for r, c, n in zip(rows[hits], cols[hits], shared.data[hits], strict=True):
                if not _apart(times[r], times[c]):
                    yield _pair(order[r], order[c], int(n), int(sizes[r]), int(sizes[c]))


def _apart(one: datetime | None, two: datetime | None) -> bool:
    return one is not None and two is not None and abs(one - two) > WINDOW


def _pair(one: int, two: int, shared: int, size_one: int, size_two: int, verdict: str = "") -> _Pair:
    containment = shared / min(size_one, size_two) if min(size_one, size_two) else 0.0
    union = size_one + size_two - shared
    return _Pair(
        left=min(one, two),
        right=max(one, two),
        containment=containment,
        jaccard=shared / union if union else 0.0,
        share_of_longer=shared / max(size_one, size_two) if max(size_one, size_two) else 0.0,
        verdict=verdict or ("copy" if containment >= COPY_FROM else "review"),
    )


def _by_title(texts: Sequence[CopyCandidate], kept: Sequence[Hashes]) -> Iterator[_Pair]:
    """Pairs with a text too short for shingles: the same title on the same local day is the same notice."""
    groups: dict[tuple[str, date], list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        title = fold_words(text.title)
        if text.published_at is not None and len(title) >= MIN_TITLE_SYLLABLES:
            groups[" ".join(title), text.published_at.astimezone(_LOCAL).date()].append(i)
    for members in groups.values():
        for one, two in combinations(members, 2):
            if min(len(kept[one]), len(kept[two])) < MIN_SHINGLES:
                shared = len(np.intersect1d(kept[one], kept[two], assume_unique=True))
                yield _pair(one, two, shared, len(kept[one]), len(kept[two]), verdict="copy")


def _clusters(kept: Sequence[Hashes], pairs: Sequence[_Pair]) -> list[int]:
    """Cluster number of each text: components over copies, never joined through a round-up."""
    copies: dict[int, list[_Pair]] = defaultdict(list)
    for p in pairs:
        if p.verdict == "copy":
            copies[p.left].append(p)
            copies[p.right].append(p)
    related = {(p.left, p.right) for p in pairs}
    round_ups = {node for node, edges in copies.items() if _holds_strangers(node, edges, kept, related)}
    joined = [
        p
        for p in pairs
        if p.verdict == "copy" and (p.share_of_longer > SAME_TEXT_SHARE or not ({p.left, p.right} & round_ups))
    ]
    n = len(kept)
    graph = csr_array((np.ones(len(joined)), ([p.left for p in joined], [p.right for p in joined])), shape=(n, n))
    return [int(label) for label in connected_components(graph, directed=False)[1]]


def _holds_strangers(node: int, edges: Sequence[_Pair], kept: Sequence[Hashes], related: set[tuple[int, int]]) -> bool:
    """Whether two of the texts that share with this one have nothing in common with each other."""
    partners = sorted(
        p.other(node)
        for p in edges
        if p.share_of_longer <= SAME_TEXT_SHARE and len(kept[p.other(node)]) >= MIN_SHINGLES
    )
    for one, two in combinations(partners, 2):
        if (one, two) in related:
            continue
        shared = len(np.intersect1d(kept[one], kept[two], assume_unique=True))
        if shared < UNRELATED_BELOW * min(len(kept[one]), len(kept[two])):
            return True
    return False


def _members(texts: Sequence[CopyCandidate], cluster_of: Sequence[int]) -> Iterator[dict[str, Any]]:
    clusters: dict[int, list[CopyCandidate]] = defaultdict(list)
    for text, cluster in zip(texts, cluster_of, strict=True):
        clusters[cluster].append(text)
    origins = {cluster: _origin(members) for cluster, members in clusters.items()}
    for text, cluster in zip(texts, cluster_of, strict=True):
        origin, rule = origins[cluster]
        yield {
            "article_id": text.article_id,
            "cluster_id": clusters[cluster][0].article_id,
            "is_original": None if rule == "unknown" else text.article_id == origin,
            "origin_rule": rule,
        }


def _origin(members: Sequence[CopyCandidate]) -> tuple[str, str]:
    """(article_id of the origin or "", rule). A credited text is by its own word not the origin."""
    own = [m for m in members if not m.credit.strip()]
    if len(members) == 1:
        return (own[0].article_id, "single") if own else ("", "credit")
    if not own:
        return "", "unknown"
    dated = sorted((m.published_at, m.article_id) for m in own if m.published_at is not None)
    if len(own) == 1:
        origin, at = own[0].article_id, own[0].published_at
    elif len(dated) < len(own) or not _clearly_first([at for at, _ in dated]):
        return "", "unknown"
    else:
        at, origin = dated[0]
    others = [m.published_at for m in members if m.article_id != origin and m.published_at is not None]
    if (
        at is not None
        and len(others) == len(members) - 1
        and _clearly_first(sorted([at, *others]))
        and at < min(others)
    ):
        return origin, "earliest"
    if at is not None and others and at - min(others) > DAY_ONLY:
        return "", "unknown"
    return origin, "credit"


def _clearly_first(times: Sequence[datetime]) -> bool:
    """Whether the first of the sorted times is before the second by more than clocks and day-only dates explain."""
    first, second = times[0], times[1]
    local = first.astimezone(_LOCAL)
    day_only = (local.hour, local.minute) == (0, 0)
    return second - first >= (DAY_ONLY if day_only else CLOCKS_AGREE)
