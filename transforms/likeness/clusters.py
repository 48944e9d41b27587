"""Which articles carry one text: components of copies, never joined through a round-up.

No cluster holds two strangers, texts that share next to nothing, however the copies between them are chained. Where a
component holds some, the texts that hold both of two strangers keep only the copies that are mostly the same text; if
that does not part the strangers, the component falls into stars, each a text and the copies of that very text.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from transforms.likeness.candidate import Pair
from transforms.likeness.pairs import MIN_SHINGLES
from transforms.likeness.shingles import Hashes

UNRELATED_BELOW = 0.05
# Of a text that holds strangers, at most one can fill more than this share; two that do share a fifth of it.
SAME_TEXT_SHARE = 0.6

_Numbers = npt.NDArray[np.int64]
_Table = npt.NDArray[np.bool_]


def clusters(kept: Sequence[Hashes], pairs: Sequence[Pair]) -> list[int]:
    """For each text the place of the first text of its cluster.

    Args:
        kept: Shingles of each text, furniture taken out.
        pairs: Pairs found among the texts; only copies join.
    """
    cluster_of = list(range(len(kept)))
    copies = [p for p in pairs if p.verdict == "copy"]
    label = _components(len(kept), [(p.left, p.right) for p in copies])
    inside: dict[int, list[Pair]] = defaultdict(list)
    for p in copies:
        inside[label[p.left]].append(p)
    for component in inside.values():
        members = np.array(sorted({i for p in component for i in (p.left, p.right)}))
        for group in _groups(members, [kept[i] for i in members], component):
            for i in group:
                cluster_of[i] = int(group[0])
    return cluster_of


def _components(n: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    one, two = zip(*edges, strict=True) if edges else ((), ())
    graph = csr_array((np.ones(len(edges)), (one, two)), shape=(n, n))
    return [int(label) for label in connected_components(graph, directed=False)[1]]


def _groups(members: _Numbers, texts: Sequence[Hashes], copies: Sequence[Pair]) -> Iterator[_Numbers]:
    """The clusters of one component, each in ascending order.

    Args:
        members: Places of its texts, ascending.
        texts: Shingles of each member.
        copies: The copies between them.
    """
    if len(members) == 2:
        yield members
        return
    strangers = _strangers(texts)
    if not strangers.any():
        yield members
        return
    n, place = len(members), {int(i): k for k, i in enumerate(members)}
    joined, mostly_same = np.zeros((n, n), dtype=bool), np.zeros((n, n), dtype=bool)
    for p in copies:
        a, b = place[p.left], place[p.right]
        joined[a, b] = joined[b, a] = True
        mostly_same[a, b] = mostly_same[b, a] = p.share_of_longer > SAME_TEXT_SHARE
    # By way of a product: two copies of one text that are strangers to each other.
    meets = (joined.astype(np.float32) @ strangers.astype(np.float32)) > 0
    holds_strangers = np.asarray((meets & joined).any(axis=1))
    joined &= mostly_same | ~(holds_strangers[:, None] | holds_strangers[None, :])
    label = connected_components(csr_array(joined), directed=False)[1]
    for number in range(label.max() + 1):
        part = np.flatnonzero(label == number)
        if strangers[np.ix_(part, part)].any():
            yield from (members[star] for star in _stars(part, joined))
        else:
            yield members[part]


def _strangers(texts: Sequence[Hashes]) -> _Table:
    """Which two of the texts share next to nothing; of a text too short for its shingles nothing is said."""
    sizes = np.array([len(t) for t in texts])
    columns, codes = np.unique(np.concatenate(texts), return_inverse=True)
    bounds = np.cumsum([0, *sizes])
    matrix = csr_array((np.ones(len(codes), dtype=np.int32), codes, bounds), shape=(len(texts), len(columns)))
    shared = (matrix @ matrix.T).toarray()
    speaks = sizes >= MIN_SHINGLES
    apart: _Table = (shared < UNRELATED_BELOW * np.minimum.outer(sizes, sizes)) & speaks[:, None] & speaks[None, :]
    return apart


def _stars(part: _Numbers, joined: _Table) -> Iterator[_Numbers]:
    """The text with the most copies and these, then the same of what is left; among equals the first."""
    left = part
    while len(left):
        degree = joined[np.ix_(left, left)].sum(axis=1)
        centre = left[int(degree.argmax())]
        star = left[joined[centre, left] | (left == centre)]
        yield star
        left = np.setdiff1d(left, star)
