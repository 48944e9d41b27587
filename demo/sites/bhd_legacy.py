"""The newspaper before July 2023: addresses without `.html`, listings by section number, the date in capitals."""

import re
from datetime import date

from demo.page import Page, slugify
from demo.sites.answers import Answer, Request
from demo.sites.base import WEEKDAYS, Site

# Numbers of the real sections where they are known; that of the labour section is ours.
SECTION_IDS = {"kinh-te": 5, "xa-hoi": 11, "khoa-hoc---giao-duc": 17, "lao-dong---viec-lam": 13}
CLOSED_SECTION = "noi-bo"
_LISTING = re.compile(r"^/chuyen-muc/(?P<slug>[a-z0-9-]+)/(?P<id>\d+)(?:/(?P<page>\d+))?/?$")


def address(section: str, title: str, number: int) -> str:
    """Path of an article."""
    return f"/{section}/{slugify(title)}-{number}"


class BhdLegacySite(Site):
    """`ul.list-news` listings and `div.fck` bodies; the by-line is the last line of the body."""

    closed = f"/{CLOSED_SECTION}/"

    def section_path(self, slug: str) -> str:
        """`/chuyen-muc/{slug}/{id}`."""
        return f"/chuyen-muc/{slug}/{SECTION_IDS[slug]}"

    def date_text(self, page: Page) -> str:
        """`THỨ HAI, 06/02/2023 15:00:50`."""
        return f"{WEEKDAYS[page.published_at.weekday()].upper()}, {page.published_at:%d/%m/%Y %H:%M:%S}"

    def clock(self, day: date) -> str:
        """The clock of the banner: `Thứ Tư, 26.02.2020 - 22:45:20`."""
        return f"{WEEKDAYS[day.weekday()].title()}, {day:%d.%m.%Y} - 22:45:20"

    def picture(self, page: Page, index: int) -> str:
        """Folder by day, name by time, as the real image host has them."""
        name = f"anh-{page.number}-{index}-{page.published_at:%H%M%S}.jpg"
        return f"/files/library/images/site-1/{page.published_at:%Y%m%d}/web/{name}"

    def in_section(self, slug: str, as_of: date) -> list[Page]:
        """The closed section has no listing of its own: its pieces are linked from the first open one."""
        wanted = {slug, CLOSED_SECTION} if slug == next(iter(self.plan.sections)) else {slug}
        return [p for p in self.visible(as_of) if p.section in wanted]

    def other(self, request: Request) -> Answer | None:
        """Home page and section listings."""
        if request.path == "/":
            return self.listing(request, self.home(request))
        match = _LISTING.match(request.path)
        if match is None or SECTION_IDS.get(match["slug"]) != int(match["id"]):
            return None
        first = self.section_path(match["slug"])
        return self.listing(request, self.section(match["slug"], request, int(match["page"] or 1), f"{first}/{{n}}"))
