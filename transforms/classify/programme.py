"""Whether an article names the Đề án or one of its documents, and means the one of Hải Dương."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from transforms.classify.geography import LOCAL, MARK, OTHER
from transforms.classify.matching import Hit
from transforms.classify.reading import STOP, Reading
from transforms.classify.vocabulary import Cited

# How far after a name or number its province, day and issuer stand: the longest form met is
# "… 1584/QĐ-UBND ngày 07 tháng 6 năm 2022 của Chủ tịch Ủy ban nhân dân tỉnh Hải Dương".
REACH = 24
# A place that qualifies the name follows it at once: "Đề án phát triển nguồn nhân lực tỉnh Bắc Ninh".
NEAR = 6

# Issuers besides those with a place: a body below the province, and "UBND tỉnh" without a name, which is that of the
# province where the article plays.
BELOW, HOME = "below", "home"

_DATE_WORDS = frozenset({"ngày", "tháng", "năm"})
_UBND = (("ubnd",), ("ủy", "ban", "nhân", "dân"))
_BELOW_PROVINCE = frozenset({"huyện", "xã", "phường", "thị", "quận", "thành", "tp", "tx"})


@dataclass(frozen=True, slots=True)
class Mention:
    """The Đề án or a document of it, named."""

    hit: Hit
    sure: float


def mentions(
    reading: Reading,
    hits: Sequence[Hit],
    places: Sequence[Hit],
    excluded: Sequence[Hit],
    documents: Sequence[Cited],
    *,
    local: float,
    context: bool,
) -> list[Mention]:
    """The mentions that mean Hải Dương's programme.

    Args:
        reading: The article.
        hits: Names and numbers met: kind `programme`, tier `name`, `short_name` or `document`.
        places: Places that count.
        excluded: Words that make a short name another programme's.
        documents: The programme's documents.
        local: How sure it is that the article plays in Hải Dương.
        context: Whether the article speaks of the programme's subject at all.
    """
    cited = {d.document_id: d for d in documents}
    other_after = {h.start for h in excluded}
    found = []
    for hit in hits:
        if hit.tier == "document":
            sure = _document(reading, hit, cited[hit.what], places, local=local, context=context)
        else:
            sure = _name(reading, hit, places, other_after, local=local)
        if sure:
            found.append(Mention(hit, sure))
    return found


def _name(reading: Reading, hit: Hit, places: Sequence[Hit], other_after: set[int], *, local: float) -> float:
    following = [p for p in places if hit.end <= p.start < hit.end + REACH and _same_sentence(reading, hit.end, p)]
    if following and following[0].tier == OTHER and (following[0].start < hit.end + NEAR or hit.tier == "name"):
        return 0.0
    if hit.tier == "short_name" and hit.end in other_after and reading.words[hit.end] != STOP:
        return 0.0
    if hit.tier == "name" and following and following[0].tier in {LOCAL, MARK}:
        return 0.99
    if local >= 0.5:
        return 0.98 if hit.tier == "name" else 0.95
    return 0.0


def _same_sentence(reading: Reading, start: int, place: Hit) -> bool:
    return STOP not in reading.words[start : place.start]


def _document(
    reading: Reading, hit: Hit, document: Cited, places: Sequence[Hit], *, local: float, context: bool
) -> float:
    """By day and issuer where they stand beside the number, by the article's province and subject where they do not."""
    first, last = reading.sentence(hit.start)
    signed = _day_after(reading.words, hit.end, min(last, hit.end + REACH))
    if signed is not None and signed != document.signed:
        return 0.0
    after = _issuer(reading, hit.end, min(last, hit.end + REACH), places)
    before = _issuer(reading, max(first, hit.start - REACH), hit.start, places, nearest_to_end=True)
    if before == BELOW and _issuer(reading, max(first, hit.start - NEAR), hit.start, places) is None:
        # A district that carries a document out is often named before it.
        before = None
    issuer = after or before
    if issuer == HOME:
        issuer = LOCAL if local >= 0.5 else OTHER
    if issuer == OTHER or (issuer == BELOW and (after or signed is None)):
        return 0.0
    if signed is not None:
        return 0.99 if local >= 0.5 or issuer == LOCAL else 0.0
    if issuer == LOCAL:
        return 0.95 if context else 0.0
    return 0.9 if local >= 0.5 and context else 0.0


def _day_after(words: Sequence[str], start: int, stop: int) -> date | None:
    """The first "(ngày) D (tháng) M (năm) YYYY" among the words."""
    numbers = [w for w in words[start:stop] if w not in _DATE_WORDS]
    for day, month, year in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if day.isdecimal() and month.isdecimal() and year.isdecimal() and len(year) == 4:
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                return None
    return None


def _issuer(
    reading: Reading, start: int, stop: int, places: Sequence[Hit], *, nearest_to_end: bool = False
) -> str | None:
    """Who issued: `local`, `other`, `below` the province, `home`, or None when nobody is named."""
    found = list(_bodies(reading, start, stop, places))
    if not found:
        return None
    return found[-1] if nearest_to_end else found[0]


def _bodies(reading: Reading, start: int, stop: int, places: Sequence[Hit]) -> Iterator[str]:
    words = reading.words
    for i in range(start, stop):
        for body in _UBND:
            end = i + len(body)
            if tuple(words[i:end]) != body or end >= len(words):
                continue
            # A place's span may begin with its "tỉnh", "huyện"; it may also follow one.
            place = next((p for p in places if end <= p.start <= end + 2), None)
            if place is not None and place.tier == OTHER:
                yield OTHER
            elif words[end] in _BELOW_PROVINCE:
                yield BELOW
            elif place is not None or words[end] == "tỉnh":
                yield LOCAL if place is not None else HOME
