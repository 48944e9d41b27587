"""The TV station's site: the date is glued to the headline, the by-line is the last line."""

import re

from demo.page import Page, slugify
from demo.sites.answers import Answer, Request, html
from demo.sites.base import Site

_LISTING = re.compile(r"^/tin-tuc/(?P<slug>[a-z0-9-]+)(?:/trang-(?P<page>\d+))?\.html$")


def address(title: str, number: int) -> str:
    """Path of an article."""
    return f"/xem-tin-tuc/{slugify(title)}-{number}.html"


class HaiDuongTvSite(Site):
    """Listings page by `trang-n`, as the real pages of moving pictures do."""

    def section_path(self, slug: str) -> str:
        """`/tin-tuc/{slug}.html`."""
        return f"/tin-tuc/{slug}.html"

    def date_text(self, page: Page) -> str:
        """`17/08/2023 - 18:30:00`."""
        return f"{page.published_at:%d/%m/%Y - %H:%M:%S}"

    def picture(self, page: Page, index: int) -> str:
        """All in one folder."""
        return f"/upload/tin/{page.number}-{index}.jpg"

    def other(self, request: Request) -> Answer | None:
        """Home page, listings, and the pages of moving pictures."""
        if request.path == "/":
            return self.listing(request, self.home(request))
        if request.path == "/truyen-hinh-truc-tuyen.html" or request.path.startswith("/media/"):
            return html(self.render("live", request))
        match = _LISTING.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return None
        slug, number = match["slug"], int(match["page"] or 1)
        return self.listing(request, self.section(slug, request, number, f"/tin-tuc/{slug}/trang-{{n}}.html"))
