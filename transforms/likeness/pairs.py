"""Which two texts have so much in common that one comes from the other, or both from a third."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from transforms.likeness.candidate import CopyCandidate, Pair
from transforms.likeness.shingles import HAS_NUMBER, Hashes
from transforms.syllables import fold_words

# Under this many shingles a handful of set phrases decides; title and day must agree as well.
MIN_SHINGLES = 40
# Under this many (twelve syllables) a text says nothing that could differ.
SPEAKING_SHINGLES = 8
# Unrelated news stays under .035 in 9,999 of 10,000 pairs; light and medium edits keep .45 in 99.7 %; between .20 and
# .45 lie rewrites and partial quotes, which only a person can tell from two reports of one event.
COPY_FROM = 0.45
REVIEW_FROM = 0.20
WINDOW = timedelta(days=14)
# A title shorter than this ("Thông báo", "Lịch công tác tuần") is shared by texts that have nothing in common …
MIN_TITLE_SYLLABLES = 4
# … and one shorter than this ("Thông báo tuyển sinh năm học 2024") by different documents of one day.
TELLING_TITLE_SYLLABLES = 8
# Weekly timetables and decisions on a form share their phrases and differ in their numbers and dates; an edited reprint
# keeps its numbers about as well as its words. Four numbers stand in so many shingles; fewer may be lost by chance.
TELLING_NUMBERS = 20
SAME_NUMBERS = 0.5
# Within one agency another week of a form is likelier than a reprint, and some of its numbers are rooms and hours.
SAME_NUMBERS_WITHIN = 0.7

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

# Texts compared at a time, some rows with some columns: bounds memory (about 300 MB), not results.
_ROWS, _COLUMNS = 1024, 8192
# Shingles are told apart by this many leading bits at first; whom that lets through is counted exactly.
_BITS = 22


def by_shingles(texts: Sequence[CopyCandidate], kept: Sequence[Hashes], asked: npt.NDArray[np.bool_]) -> Iterator[Pair]:
    """Pairs of long enough texts within the window of which at least one is asked about, each once.

    Args:
        texts: All candidates.
        kept: Shingles of each, furniture taken out.
        asked: Which texts are to be compared with all others.
    """
    far = datetime.max.replace(tzinfo=UTC)
    # In the order of time, so that a window is a stretch; the undated come last and meet everybody.
    order = np.array(
        sorted(
            (i for i in range(len(texts)) if len(kept[i]) >= MIN_SHINGLES),
            key=lambda i: (texts[i].published_at or far, i),
        ),
        dtype=np.int64,
    )
    rows = np.flatnonzero(asked[order])
    if len(order) < 2 or not len(rows):
        return
    times = [t for i in order if (t := texts[i].published_at) is not None]
    sizes = np.array([len(kept[i]) for i in order])
    for first in range(0, len(rows), _ROWS):
        block = rows[first : first + _ROWS]
        reach = _reach(block, times, len(order))
        # What was asked about before has met this block already.
        reach = reach[(reach >= block[0]) | ~asked[order[reach]]]
        left = _matrix([kept[order[i]] for i in block])
        for start in range(0, len(reach), _COLUMNS):
            near = reach[start : start + _COLUMNS]
            shared = (left @ _matrix([kept[order[i]] for i in near]).T).tocoo()
            one, two = block[shared.row], near[shared.col]
            # Two that are both asked about meet twice, and each meets itself.
            likely = (shared.data >= REVIEW_FROM * np.minimum(sizes[one], sizes[two])) & (
                (two > one) | ~asked[order[two]]
            )
            for a, b in zip(order[one[likely]].tolist(), order[two[likely]].tolist(), strict=True):
                if (pair := _pair(texts, kept, a, b)) is not None:
                    yield pair


def by_title(texts: Sequence[CopyCandidate], kept: Sequence[Hashes]) -> Iterator[Pair]:
    """Pairs with a text too short for its shingles alone: title and local day agree, and the texts do not differ.

    Args:
        texts: All candidates.
        kept: Shingles of each, furniture taken out.
    """
    groups: dict[tuple[date, tuple[str, ...]], list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        title = tuple(fold_words(text.title))
        if text.published_at is not None and len(title) >= MIN_TITLE_SYLLABLES:
            groups[text.published_at.astimezone(LOCAL).date(), title].append(i)
    for (_, title), members in groups.items():
        for one, two in combinations(members, 2):
            shorter = min(len(kept[one]), len(kept[two]))
            if shorter >= MIN_SHINGLES:
                continue
            shared = len(np.intersect1d(kept[one], kept[two], assume_unique=True))
            if shorter >= SPEAKING_SHINGLES:
                verdict = _verdict(shared / shorter)
            elif len(title) >= TELLING_TITLE_SYLLABLES:
                # A film or a scanned notice: the headline is all there is. Two agencies may well mean two documents.
                verdict = "copy" if texts[one].agency_id == texts[two].agency_id else "review"
            else:
                continue
            if verdict:
                yield Pair(one, two, shared, len(kept[one]), len(kept[two]), verdict)


def _reach(block: npt.NDArray[np.int64], times: Sequence[datetime], n: int) -> npt.NDArray[np.int64]:
    """Places, in the order of time, of all that may lie within the window of some text of the block."""
    dated = block[block < len(times)]
    if len(dated) < len(block):
        return np.arange(n)
    start = bisect_left(times, times[dated[0]] - WINDOW)
    stop = bisect_right(times, times[dated[-1]] + WINDOW)
    return np.concatenate([np.arange(start, stop), np.arange(len(times), n)])


def _matrix(texts: Sequence[Hashes]) -> csr_array:
    columns = (np.concatenate(texts) >> np.uint64(64 - _BITS)).astype(np.int32)
    bounds = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return csr_array((np.ones(len(columns), dtype=np.int32), columns, bounds), shape=(len(texts), 1 << _BITS))


def _pair(texts: Sequence[CopyCandidate], kept: Sequence[Hashes], a: int, b: int) -> Pair | None:
    left, right = min(a, b), max(a, b)
    at = texts[left].published_at, texts[right].published_at
    if at[0] and at[1] and abs(at[0] - at[1]) > WINDOW:
        return None
    one, two = kept[left], kept[right]
    shared = np.intersect1d(one, two, assume_unique=True)
    verdict = _verdict(len(shared) / min(len(one), len(two)))
    same_numbers = SAME_NUMBERS_WITHIN if texts[left].agency_id == texts[right].agency_id else SAME_NUMBERS
    if verdict == "copy" and _only_phrases(shared, one, two, same_numbers):
        verdict = "review"
    return Pair(left, right, len(shared), len(one), len(two), verdict) if verdict else None


def _verdict(containment: float) -> str:
    if containment >= COPY_FROM:
        return "copy"
    return "review" if containment >= REVIEW_FROM else ""


def _only_phrases(shared: Hashes, one: Hashes, two: Hashes, same_numbers: float) -> bool:
    """Whether the set phrases of two texts agree and their numbers do not: the form filled in for another case."""
    numbers = min(_with_number(one), _with_number(two))
    if numbers < TELLING_NUMBERS:
        return False
    containment = len(shared) / min(len(one), len(two))
    return _with_number(shared) / numbers < min(COPY_FROM, same_numbers * containment)


def _with_number(hashes: Hashes) -> int:
    return int(np.count_nonzero(hashes & HAS_NUMBER))
