"""Which text of a cluster was there first, where that can be known."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from transforms.likeness.candidate import CopyCandidate
from transforms.likeness.pairs import LOCAL

# Sites print minutes but clocks and edits differ; closer than this, time does not tell who was first.
CLOCKS_AGREE = timedelta(hours=1)
# A reprint that names its source may be dated before it by as much as the day-only dates allow.
DAY_ONLY = timedelta(days=1)


def roles(texts: Sequence[CopyCandidate], cluster_of: Sequence[int]) -> Iterator[dict[str, Any]]:
    """For each text `article_id, cluster_id, is_original, origin_rule`.

    Args:
        texts: All candidates by article_id.
        cluster_of: For each the place of the first text of its cluster.
    """
    members: dict[int, list[CopyCandidate]] = defaultdict(list)
    for text, cluster in zip(texts, cluster_of, strict=True):
        members[cluster].append(text)
    origins = {cluster: _origin(found) for cluster, found in members.items()}
    for text, cluster in zip(texts, cluster_of, strict=True):
        origin, rule = origins[cluster]
        yield {
            "article_id": text.article_id,
            "cluster_id": texts[cluster].article_id,
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
    rule = "credit"
    dated = sorted((m.published_at, m.article_id) for m in own if m.published_at is not None)
    if len(own) == 1:
        origin, at = own[0].article_id, own[0].published_at
    elif len(dated) == len(own) and _clearly_first([at for at, _ in dated]):
        at, origin = dated[0]
    elif len(pointed := _called_canonical(own, members)) == 1:
        origin, at, rule = pointed[0].article_id, pointed[0].published_at, "canonical"
    else:
        return "", "unknown"
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
    return origin, rule


def _called_canonical(own: Sequence[CopyCandidate], members: Sequence[CopyCandidate]) -> list[CopyCandidate]:
    """Of the texts without a credit those that the page of another member calls the canonical one."""
    return [
        m for m in own if any(other.canonical in m.addresses for other in members if other.article_id != m.article_id)
    ]


def _clearly_first(times: Sequence[datetime]) -> bool:
    """Whether the first of the sorted times is before the second by more than clocks and day-only dates explain."""
    first, second = times[0], times[1]
    local = first.astimezone(LOCAL)
    day_only = (local.hour, local.minute) == (0, 0)
    return second - first >= (DAY_ONLY if day_only else CLOCKS_AGREE)
