"""Names of agencies and places: their variants in print, and which body a name meant on a given day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from transforms.classify.reading import words_of

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_PROVINCE = ("hải", "dương")

# What print shortens and spells out at will; both sides folded.
_SHORT_FORMS = tuple(
    (tuple(words_of(long)), tuple(words_of(short)))
    for long, short in (
        ("Ủy ban nhân dân", "UBND"),
        ("Hội đồng nhân dân", "HĐND"),
        ("Viện kiểm sát nhân dân", "VKSND"),
        ("Ban Quản lý", "BQL"),
        ("khu công nghiệp", "KCN"),
        ("Dịch vụ việc làm", "DVVL"),
        ("Mặt trận Tổ quốc", "MTTQ"),
        ("Liên đoàn Lao động", "LĐLĐ"),
        ("Liên hiệp Phụ nữ", "LHPN"),
        ("Cựu chiến binh", "CCB"),
        ("Phát thanh và Truyền hình", "PTTH"),
        ("Phát thanh và Truyền hình", "Phát thanh Truyền hình"),
        ("Lao động Thương binh và Xã hội", "LĐTBXH"),
        ("Thông tin và Truyền thông", "TTTT"),
        ("thông tin điện tử", "TTĐT"),
        ("Cao đẳng", "CĐ"),
        ("Đại học", "ĐH"),
        ("thành phố", "TP"),
        ("thị xã", "TX"),
        ("Văn phòng", "VP"),
    )
)


@dataclass(frozen=True, slots=True)
class AgencyName:
    """An agency as the texts name it.

    Attributes:
        agency_id: Identifier of the registry.
        names: Official name and aliases.
        valid_from: First day of its existence; None when before all that is watched.
        valid_to: Last day; None while it lives.
        successors: Agencies that took over its duties.
    """

    agency_id: str
    names: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place as the texts name it.

    Attributes:
        place_id: Identifier of the registry.
        names: Name and variants.
        in_province: Whether it lies in Hải Dương (after 2025-07-01 in what was Hải Dương).
    """

    place_id: str
    names: tuple[str, ...]
    in_province: bool

    @classmethod
    def from_registry(cls, place: Any) -> "PlaceName":  # noqa: ANN401 - the registry is a floor above and not known here
        """From a place of the registry, anything with `place_id, name, variants, level`.

        The registry lists the province and what lies in it; the one province beside is Hải Phòng, which took it in.
        """
        elsewhere = place.level == "tinh" and "Hải Dương" not in place.name
        return cls(place.place_id, (place.name, *place.variants), not elsewhere)


@dataclass(frozen=True)
class Lexicon:
    """Agencies and places of the registry.

    Attributes:
        agencies: Bodies whose names are looked for.
        places: Places beside those of the vocabulary; an id that stands in both has the names of both.
    """

    agencies: Sequence[AgencyName] = ()
    places: Sequence[PlaceName] = field(default=())

    @cached_property
    def _by_id(self) -> Mapping[str, AgencyName]:
        return {a.agency_id: a for a in self.agencies}

    def standing(self, agency_id: str, day: date | None) -> tuple[str, ...]:
        """The bodies that a name means on a day.

        Args:
            agency_id: Agency whose name was met.
            day: Local day of publication; None when it is unknown.

        Returns:
            The agency itself while it stands; after its end its successors, or itself when none is known; nothing
            before it was founded.
        """
        return tuple(dict.fromkeys(self._standing(agency_id, day, frozenset())))

    def _standing(self, agency_id: str, day: date | None, met: frozenset[str]) -> Iterator[str]:
        agency = self._by_id.get(agency_id)
        if agency is None or day is None:
            yield agency_id
            return
        if agency.valid_from is not None and day < agency.valid_from:
            return
        ended = agency.valid_to is not None and day > agency.valid_to
        heirs = [s for s in agency.successors if s not in met] if ended else []
        if not heirs:
            yield agency_id
        for heir in heirs:
            yield from self._standing(heir, day, met | {agency_id})


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to print an agency's name.

    Attributes:
        words: Folded syllables.
        telling: Whether the name itself says that it is of the province, so that no context is needed.
        capitals: Whether it is an abbreviation that counts in capitals only.
    """

    words: tuple[str, ...]
    telling: bool
    capitals: bool


def variants(agency: AgencyName, local: set[tuple[str, ...]], places: set[tuple[str, ...]]) -> set[Variant]:
    """All ways to print an agency's names.

    Args:
        agency: Whose.
        local: Folded names of places in the province.
        places: Folded names of all places; a name that is nothing but a place names no body.
    """
    found: set[Variant] = set()
    for name in agency.names:
        bare = _BRACKETS.sub("", name).strip()
        single = bare.isupper() and len(bare.split()) == 1
        for words in _respelled(tuple(words_of(bare))):
            if words in places or (len(words) < 2 and not (single and len(words[0]) >= 3)):
                continue
            found.add(Variant(words, telling=_holds(words, local), capitals=single and len(words) == 1))
    return found


def _respelled(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    forms = {words}
    if words[:1] == ("trường",) and len(words) > 2:
        forms.add(words[1:])
    for form in tuple(forms):
        if form[-3:] == ("tỉnh", *_PROVINCE):
            forms |= {form[:-2], form[:-3] + _PROVINCE}
            # "Công an", "Hội Nông dân" exist at every level; a department only in the province.
            if form[0] == "sở":
                forms.add(form[:-3])
        elif form[-2:] == _PROVINCE and form[0] == "tỉnh" and len(form) > 3:
            forms.add(form[:-2])
        elif form[-4:-2] == ("thành", "phố") and form[-2:] != _PROVINCE:
            forms.add(form[:-4] + form[-2:])
    for long, short in _SHORT_FORMS:
        for form in tuple(forms):
            forms |= {_swapped(form, long, short), _swapped(form, short, long)}
    return {f for f in forms if f}


def _swapped(words: tuple[str, ...], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    for i in range(len(words) - len(old) + 1):
        if words[i : i + len(old)] == old:
            return words[:i] + new + words[i + len(old) :]
    return words


def _holds(words: tuple[str, ...], names: set[tuple[str, ...]]) -> bool:
    return any(words[i:j] in names for i in range(len(words)) for j in range(i + 1, len(words) + 1))
