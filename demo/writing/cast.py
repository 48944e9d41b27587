"""The persons, places, companies and numbers of one piece."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from demo.writing.material import places, words
from demo.writing.piece import Brief

_FULL = (
    "Đề án “Phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất kinh doanh, "
    "góp phần xây dựng Hải Dương trở thành tỉnh công nghiệp hiện đại vào năm 2030”"
)
_SHAPES = {
    "comma_variant": _FULL.replace("sản xuất kinh doanh", "sản xuất, kinh doanh"),
    "no_xay_dung": _FULL.replace("góp phần xây dựng", "góp phần"),
    "quotes_nfd": _FULL,
}
_PARTIAL = (
    "Đề án phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất kinh doanh của tỉnh Hải Dương",
    "Đề án Phát triển nguồn nhân lực của tỉnh Hải Dương",
    "Đề án “Phát triển nguồn nhân lực” do UBND tỉnh Hải Dương phê duyệt",
    "Đề án phát triển nguồn nhân lực tỉnh Hải Dương",
)
_HOME = {"ubnd_thanhmien": "Thanh Miện", "ubnd_ninhgiang": "Ninh Giang"}
# Who signs a letter where the publisher itself does not give orders.
_LETTERHEAD = {
    "bao_hai_duong": "Sở Lao động, Thương binh và Xã hội tỉnh",
    "dai_ptth_hai_duong": "Sở Lao động, Thương binh và Xã hội tỉnh",
    "cong_ttdt_tinh": "UBND tỉnh",
    "vksnd_tinh": "Viện kiểm sát nhân dân tỉnh",
    "cdn_hai_duong": "Trường Cao đẳng nghề Hải Dương",
    "hdnd_tinh": "Thường trực HĐND tỉnh",
}
_HALVES = ("sáng", "chiều", "sáng", "chiều", "tối", "")
_NUMBER = re.compile(r"([nd]):([\d,]+)-([\d,]+)")


class Cast:
    """Gives every slot of a piece its value, and keeps the values that must stay the same throughout.

    A slot whose name ends in a digit is kept (`{commune1}` is one commune in the whole piece); others are drawn anew.

    Args:
        brief: The order.
        rng: Where chance comes from.
    """

    def __init__(self, brief: Brief, rng: random.Random) -> None:
        self._rng = rng
        self._kept: dict[str, str] = {}
        self._promised: dict[str, str] = {}
        self._promises = False
        self._named = False
        self._trap = brief.trap
        self._school = "Trường Cao đẳng nghề Hải Dương" if brief.style == "truong" else ""
        self._day = brief.day - timedelta(days=rng.choice((0, 0, 1, 1, 2, 3)))
        place = brief.place if brief.place in places() else _HOME.get(brief.agency_id, "TP Hải Dương")
        self._district = places()[place]
        month, year = self._day.month, self._day.year
        opening_year = year if month >= 8 else year - 1  # the school year begins in August
        half = rng.choice(_HALVES)
        self._fixed: dict[str, str] = {
            "place": place,
            "pl": self._district["formal"],
            "dist": self._district["formal"].removesuffix(f" {place.removeprefix('TP ')}"),
            "day": f"ngày {self._day.day}/{month}",
            "when": f"{half} ngày {self._day.day}/{month}".strip(),
            "when_short": f"{half} {self._day.day}/{month}" if half else f"ngày {self._day.day}/{month}",
            "month": f"tháng {month}",
            "lastmonth": f"tháng {(month - 2) % 12 + 1}",
            "year": str(year),
            "lastyear": str(year - 1),
            "nextyear": str(year + 1),
            "agency": _LETTERHEAD.get(brief.agency_id, f"UBND {self._district['formal']}"),
            "quarter": f"quý {('I', 'II', 'III', 'IV')[(month - 1) // 3]}",
            "school_year": f"năm học {opening_year} - {opening_year + 1}",
        }
        self._makers: dict[str, Callable[[], str]] = {
            "commune": self._commune,
            "village": lambda: f"thôn {self._word('village')}",
            "off": self._official,
            "wk": lambda: self._person("anh", "chị"),
            "std": lambda: self._person("em", "em"),
            "old": lambda: self._person("ông", "bà"),
            "tc": lambda: self._person("thầy", "cô"),
            "name": lambda: self._person("", ""),
            "co": self._company,
            "zone": self._zone,
            "school": lambda: self._school or self._word("school"),
            "trades": lambda: self._list("trade", rng.choice((2, 3, 3, 4))),
            "jobs": lambda: self._list("job", rng.choice((2, 3, 3, 4))),
            "products": lambda: self._list("product", 2),
            "crops": lambda: self._list("crop", rng.choice((2, 3))),
            "da_short": lambda: "Đề án phát triển nguồn nhân lực",
            "qd": lambda: "Quyết định số 1584/QĐ-UBND ngày 07/6/2022",
            "kh": lambda: "Kế hoạch số 238/KH-UBND ngày 02/02/2023",
        }

    def value(self, slot: str) -> str:
        """The text for a slot.

        Args:
            slot: Name as written between the braces, e.g. `commune1`, `n:20-90`, `wk1s`.

        Raises:
            KeyError: A frame names a slot that does not exist.
        """
        if slot in self._fixed:
            return self._fixed[slot]
        if (found := _NUMBER.fullmatch(slot)) is not None:
            return self._promised.pop(slot, "") or self._drawn(slot, *found.groups())
        if slot[-1] in "sw" and slot[-2].isdigit():
            # "wk1s" is the short form of "wk1", "tc1w" only its form of address.
            full = self.value(slot[:-1])
            return self._short(full) if slot[-1] == "s" else full.split(maxsplit=1)[0]
        if slot in self._kept:
            return self._kept[slot]
        stem = slot.rstrip("0123456789")
        if stem == "da":
            return self._programme()
        maker = self._makers.get(stem)
        value = maker() if maker is not None else self._word(stem)
        if stem != slot:
            # Two kept slots of one kind are two different things.
            while value in self._kept.values() and not (stem == "school" and self._school):
                value = maker() if maker is not None else self._word(stem)
            self._kept[slot] = value
        return value

    @contextmanager
    def promising(self) -> Iterator[None]:
        """What is counted inside (a headline) is the same where the same range comes next (its lead)."""
        self._promises = True
        yield
        self._promises = False

    def _drawn(self, slot: str, kind: str, low: str, high: str) -> str:
        number = self._number(kind, low, high)
        if self._promises:
            self._promised[slot] = number
        return number

    def _word(self, kind: str) -> str:
        return self._rng.choice(words()[kind])

    def _list(self, kind: str, size: int) -> str:
        *head, last = self._rng.sample(words()[kind], size)
        return f"{', '.join(head)} và {last}" if self._rng.random() < 0.6 else ", ".join((*head, last))

    def _commune(self) -> str:
        wards = [f"phường {name}" for name in self._district.get("ward", ())]
        return self._rng.choice([*wards, *(f"xã {name}" for name in self._district["commune"])])

    def _zone(self) -> str:
        commune = self._commune().split(maxsplit=1)[1]
        zones: list[str] = self._district["zones"]
        return self._rng.choice([*zones, *zones, f"cụm công nghiệp {commune}"])

    def _person(self, he: str, she: str) -> str:
        if self._rng.random() < 0.5:
            parts = (he, self._word("family"), self._word("middle_m"), self._word("given_m"))
        else:
            parts = (she, self._word("family"), self._word("middle_f"), self._word("given_f"))
        return " ".join(part for part in parts if part)

    def _official(self) -> str:
        return self._person("ông", "bà")

    def _company(self) -> str:
        parts = (self._word("company_kind"), self._word("company_head"), self._word("company_tail"))
        return " ".join(part for part in parts if part)

    @staticmethod
    def _short(full: str) -> str:
        """How a person or company is called from the second time on."""
        if full.startswith("Công ty"):
            for kind in sorted(words()["company_kind"], key=len, reverse=True):
                full = full.removeprefix(kind + " ")
            return f"Công ty {full}"
        first, *rest = full.split()
        return f"{first} {rest[-1]}"

    def _number(self, kind: str, low: str, high: str) -> str:
        if kind == "d":
            value = self._rng.uniform(float(low.replace(",", ".")), float(high.replace(",", ".")))
            return f"{value:.1f}".replace(".", ",")
        number = self._rng.randint(int(low), int(high))
        if number > 1000:
            number -= number % self._rng.choice((1, 10, 50))
        return f"{number:,}".replace(",", ".")

    def _programme(self) -> str:
        """The name of the Đề án: in one of its shapes the first time, "Đề án" after that."""
        if self._named:
            return self._rng.choice(("Đề án", "Đề án", "Đề án này", "Đề án của tỉnh"))
        self._named = True
        if self._trap in _SHAPES:
            return _SHAPES[self._trap]
        # The whole name is thirty syllables; papers mostly shorten it.
        return _FULL if self._rng.random() < 0.1 else self._rng.choice(_PARTIAL)
