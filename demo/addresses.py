"""Numbers and addresses that the sites' software gives to articles."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from demo.page import LOCAL
from demo.sites import bhd_legacy, haiduongtv, nukeviet, onecms, subportal, tandan_sharepoint, wordpress
from demo.sources import SourcePlan

# First number, its day, and how many go by in a day. The newspaper's are read off its real pages, the rest are ours.
_NUMBERING = {
    "bhd_legacy": (219_939, date(2022, 11, 22), 81.7),
    "onecms": (344_751, date(2023, 6, 9), 108.6),
    "tandan_sharepoint": (4_179, date(2022, 6, 7), 11.9),
    "nukeviet": (1_012, date(2022, 6, 7), 1.7),
    "wordpress": (2_101, date(2021, 9, 1), 2.3),
    "haiduong_subportal_v1": (18_200, date(2021, 11, 1), 3.1),
    "haiduong_subportal_v2": (7_400, date(2022, 6, 7), 2.2),
    "haiduongtv": (139_700, date(2022, 6, 7), 30.1),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an article stands.

    Attributes:
        path: Below the site's root, percent-encoded.
        number: Its running number.
    """

    path: str
    number: int


class AddressBook:
    """Gives out addresses, none of them twice."""

    def __init__(self) -> None:
        self._numbers: set[tuple[str, int]] = set()
        self._paths: set[tuple[str, str]] = set()

    def give(self, plan: SourcePlan, section: str, title: str, moment: datetime) -> Address:
        """A free number near that time and a free address made of the headline."""
        number = self._number(plan, moment)
        for suffix in count(1):
            path = _path(plan.platform, section, title if suffix == 1 else f"{title} {suffix}", number, moment)
            if (plan.source_id, path) not in self._paths:
                self._paths.add((plan.source_id, path))
                return Address(path, number)
        raise AssertionError("count() never ends")

    def _number(self, plan: SourcePlan, moment: datetime) -> int:
        first, origin, daily = _NUMBERING[plan.platform]
        days = (moment - datetime.combine(origin, datetime.min.time(), LOCAL)) / timedelta(days=1)
        number = max(first, first + int(days * daily))
        while (plan.source_id, number) in self._numbers:
            number += 1
        self._numbers.add((plan.source_id, number))
        return number


def _path(platform: str, section: str, title: str, number: int, moment: datetime) -> str:
    paths = {
        "bhd_legacy": bhd_legacy.address(section, title, number),
        "onecms": onecms.address(title, number),
        "tandan_sharepoint": tandan_sharepoint.address(title, number),
        "nukeviet": nukeviet.address(section, title, number),
        "wordpress": wordpress.address(f"{moment:%Y/%m/%d}", title),
        "haiduong_subportal_v1": subportal.address_v1(title, number),
        "haiduong_subportal_v2": subportal.address_v2(title),
        "haiduongtv": haiduongtv.address(title, number),
    }
    return paths[platform]
