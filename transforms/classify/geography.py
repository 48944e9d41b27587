"""Where an article plays: in Hải Dương or elsewhere. The same text about another province is another matter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from transforms.classify.labels import Field
from transforms.classify.matching import Hit
from transforms.classify.reading import Reading

LOCAL, OTHER, MERGED, MARK, NO_PLACE = "local", "other", "merged", "mark", "none"
# A district that is not one of the twelve lies elsewhere, whatever its name.
UNLISTED = "unlisted"
# "Bình Giang, Kiên Giang": a place of another province that has the name of one of ours.
NAMESAKE = "namesake"
_BETWEEN_PLACE_AND_PROVINCE = frozenset(
    {"tỉnh", "thuộc", "của", "ở", "huyện", "quận", "thị", "xã", "thành", "phố", "tp", "tx"}
)
_THE_PROVINCE = frozenset({"hai_duong", "hai_duong_cu"})
_DISTRICT = (("huyện",), ("quận",), ("thị", "xã"))
_DISTRICT_BEGINS = frozenset(level[0] for level in _DISTRICT)
# "huyện Đoàn", "huyện Ủy" are bodies, often written with capitals.
_BODIES = frozenset({"đoàn", "ủy", "hội", "ban", "đội"})

# An opening paragraph says where, when the article has no lead.
OPENING = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """The places of an article and what they say.

    Attributes:
        hits: Place names met, in the order of the text.
        local: How sure it is that the article plays in Hải Dương, 0 to 1.
    """

    hits: Sequence[Hit]
    local: float


def effective(
    reading: Reading,
    hits: Sequence[Hit],
    day: date | None,
    *,
    merged_province: str,
    merged_from: date,
    persons: Mapping[str, bool],
) -> list[Hit]:
    """The places of an article that count on a day, districts of no list among them.

    After the merger Hải Phòng is the province of both parts, so its name says nothing, while a name of its eastern part
    does; before it those names (streets, surnames) are left alone.

    Args:
        reading: The article.
        hits: Names met.
        day: Local day of publication.
        merged_province: Id of the province that took Hải Dương in.
        merged_from: The day it did.
        persons: Words before a name that make it a person's; whether they must be written with a capital.
    """
    merged = day is not None and day >= merged_from
    people = {_name(reading, h) for h in hits if _is_person(reading, h, persons)}
    kept = []
    for hit in [*hits, *_unlisted(reading, hits)]:
        if _name(reading, hit) in people:
            continue
        if hit.tier == MERGED:
            if merged:
                kept.append(Hit(hit.kind, hit.what, OTHER, hit.start, hit.end))
        elif not (hit.tier == NO_PLACE or (merged and hit.what == merged_province)):
            kept.append(hit)
    kept.sort(key=lambda h: (h.start, h.end))
    return _without_namesakes(reading, kept)


def _without_namesakes(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """Places of ours that are named with another province are that one's, wherever the article names them."""
    theirs = {
        _name(reading, hit)
        for hit, following in pairwise(hits)
        if hit.tier == LOCAL
        and hit.what not in _THE_PROVINCE
        and following.tier == OTHER
        and _belongs_to(reading, hit.end, following.start)
    }
    # "Từ Kinh Môn, Quảng Ninh về" in an article of ours only stands side by side.
    n_ours = sum(h.tier in {LOCAL, MARK} and _name(reading, h) not in theirs for h in hits)
    if not theirs or n_ours >= sum(h.tier == OTHER for h in hits):
        return hits
    return [
        Hit(h.kind, NAMESAKE, OTHER, h.start, h.end) if h.tier == LOCAL and _name(reading, h) in theirs else h
        for h in hits
    ]


def _belongs_to(reading: Reading, end: int, start: int) -> bool:
    """Whether a comma or a bracket and words such as "tỉnh" are all that stands between a place and its province."""
    if not end <= start <= end + 3 or not all(w in _BETWEEN_PLACE_AND_PROVINCE for w in reading.words[end:start]):
        return False
    field = reading.field_of(end - 1)
    if reading.field_of(start) != field:
        return False
    between = reading.sources[field][reading.ends[end - 1] : reading.starts[start]].strip()
    return (between[:1] in {",", "("} and between.count(",") < 2) or (end < start and "," not in between)


def _name(reading: Reading, hit: Hit) -> tuple[str, ...]:
    return tuple(reading.words[hit.start : hit.end])


def _is_person(reading: Reading, hit: Hit, persons: Mapping[str, bool]) -> bool:
    """Whether a family name or a form of address stands before it: "chị Nguyễn Thanh Hà" is no district."""
    if not reading.raws[hit.start][0].isupper() or not reading.adjoins(hit.start):
        return False
    needs_capital = persons.get(reading.words[hit.start - 1])
    return needs_capital is False or (needs_capital is True and reading.raws[hit.start - 1][0].isupper())


def _unlisted(reading: Reading, hits: Sequence[Hit]) -> Iterator[Hit]:
    words = reading.words
    levels = [i for i, word in enumerate(words[:-3]) if word in _DISTRICT_BEGINS]
    if not levels:
        return
    listed = {i for h in hits for i in range(h.start, h.end)}
    for i in levels:
        for level in _DISTRICT:
            start = i + len(level)
            if (
                words[i] == level[0]
                and tuple(words[i:start]) == level
                and not listed & {i, start}
                and words[start] not in _BODIES
                and _looks_like_name(reading, start)
            ):
                yield Hit("place", UNLISTED, OTHER, i, start + 2)


def _looks_like_name(reading: Reading, start: int) -> bool:
    """Two syllables with a capital and small letters each; a title all in capitals tells nothing."""
    return all(reading.adjoins(i) and reading.raws[i].istitle() for i in (start, start + 1))


def locate(reading: Reading, hits: Sequence[Hit], national: Sequence[Hit], *, own_site: bool) -> Setting:
    """Judge where the article plays.

    Args:
        reading: The article.
        hits: Its places that count, see `effective`.
        national: Words of nation-wide news.
        own_site: Whether it stands on the site of an agency of the province, which mostly writes about itself.
    """
    local, other = _counts(reading, hits, {LOCAL, MARK}), _counts(reading, hits, {OTHER})
    text_start = reading.bounds["text"][0]
    opening = sum(h.tier in {LOCAL, MARK} and text_start <= h.start < text_start + OPENING for h in hits)
    head_national = any(reading.field_of(h.start) != "text" for h in national)
    return Setting(hits, _probability(local, other, opening, head_national=head_national, own_site=own_site))


def _counts(reading: Reading, hits: Sequence[Hit], tiers: set[str]) -> dict[Field, int]:
    counts: dict[Field, int] = {"title": 0, "lead": 0, "text": 0}
    for hit in hits:
        if hit.tier in tiers:
            counts[reading.field_of(hit.start)] += 1
    return counts


def _probability(
    local: Mapping[Field, int], other: Mapping[Field, int], opening: int, *, head_national: bool, own_site: bool
) -> float:
    """The figures are judgements of how often each case is ours; they were not fitted to data."""
    all_local, all_other = sum(local.values()), sum(other.values())
    if not all_local:
        return _without_local(all_other, head_national=head_national, own_site=own_site)
    if local["title"]:
        return 0.97 if not other["title"] or all_local >= all_other else 0.6
    if other["title"]:
        # A title about another province; unless the article goes on about ours far more than about the other.
        return 0.7 if local["lead"] and all_local > 2 * all_other else 0.08
    if local["lead"]:
        return 0.95 if local["lead"] >= other["lead"] or all_local >= all_other else 0.4
    if other["lead"] and not (own_site and opening and all_local > all_other):
        return 0.1
    if opening:
        return 0.95 if all_local >= all_other else 0.45 if own_site else 0.3
    if head_national or all_local < all_other:
        return 0.35 if own_site and all_local >= 2 else 0.15
    return 0.85 if own_site else 0.6


def _without_local(other: int, *, head_national: bool, own_site: bool) -> float:
    if other:
        return 0.1 if own_site else 0.02
    if head_national:
        return 0.15 if own_site else 0.03
    return 0.85 if own_site else 0.1
