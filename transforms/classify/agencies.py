"""Which agencies an article names, as they stood on its day."""

from collections.abc import Iterator, Sequence
from datetime import date

from transforms.classify.geography import OTHER
from transforms.classify.labels import NamedAgency, Role
from transforms.classify.lexicon import Lexicon
from transforms.classify.matching import Hit
from transforms.classify.reading import Reading

TELLING, BARE = "telling", "bare"


def named(
    reading: Reading,
    hits: Sequence[Hit],
    places: Sequence[Hit],
    lexicon: Lexicon,
    *,
    day: date | None,
    local: float,
    lower_levels: frozenset[str],
) -> list[NamedAgency]:
    """Agencies named in title, lead and text: the first mention of each in each field.

    Args:
        reading: The article.
        hits: Names met, tier `telling` when the name itself says that it is of the province, else `bare`.
        places: Places that count.
        lexicon: Knows who stood on the day.
        day: Local day of publication.
        local: How sure it is that the article plays in Hải Dương.
        lower_levels: Words after a name that make it a body of a district, a commune or another city.
    """
    foreign = {p.start for p in places if p.tier == OTHER}
    met: dict[tuple[str, Role], NamedAgency] = {}
    for hit in hits:
        if not _ours(reading, hit, foreign, lower_levels, local=local):
            continue
        role = reading.field_of(hit.start)
        for agency_id in lexicon.standing(hit.what, day):
            span = reading.span(hit.start, hit.end, "", "")
            met.setdefault((agency_id, _role(role)), NamedAgency(agency_id, _role(role), role, span.start, span.end))
    return list(met.values())


def _role(field: str) -> Role:
    return "title" if field == "title" else "lead" if field == "lead" else "text"


def _ours(reading: Reading, hit: Hit, foreign: set[int], lower_levels: frozenset[str], *, local: float) -> bool:
    if hit.tier == TELLING:
        return True
    following = list(_following(reading, hit.end))
    # "Sở Nội vụ tỉnh Bắc Ninh", "Sở Nội vụ Bắc Ninh", "Hội Nông dân huyện Ninh Giang" are other bodies.
    if any(token in foreign for token in following) or (following and reading.words[following[0]] in lower_levels):
        return False
    return local >= 0.5


def _following(reading: Reading, token: int) -> Iterator[int]:
    """The next two syllables while nothing but space stands before them."""
    for i in (token, token + 1):
        if not reading.adjoins(i):
            return
        yield i
