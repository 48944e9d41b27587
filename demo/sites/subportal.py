"""The two generations of the districts' portals; both have listings only."""

import base64
from urllib.parse import quote

from demo.page import Page, slugify, unicode_slug
from demo.sites.answers import Answer, Request, html
from demo.sites.base import Site


def address_v1(title: str, number: int) -> str:
    """Path of an article of the first generation: a token like base64, an at sign, a slug with marks."""
    token = base64.b64encode(f"tin-{number}".encode()).decode().rstrip("=")
    return f"/Article/{token}@/{quote(unicode_slug(title))}.html"


def address_v2(title: str) -> str:
    """Path of an article of the second generation."""
    return f"/vi-vn/{slugify(title)}"


class _Subportal(Site):
    def other(self, request: Request) -> Answer | None:
        """Home page and section listings."""
        if request.path == "/":
            return self.listing(request, self.home(request))
        for slug in self.plan.sections:
            if request.path == self.section_path(slug):
                shown = self.section(slug, request, request.number("page"), f"{request.path}?page={{n}}")
                return self.listing(request, shown)
        return None


class SubportalV1Site(_Subportal):
    """Addresses with Vietnamese letters, written raw in listings and encoded beside articles."""

    page_size = 8

    def section_path(self, slug: str) -> str:
        """`/ArticleCategory/{slug}.html`; the real sites' form is not known."""
        return f"/ArticleCategory/{slug}.html"

    def date_text(self, page: Page) -> str:
        """`16/12/2016 07:53:54`."""
        return f"{page.published_at:%d/%m/%Y %H:%M:%S}"

    def picture(self, page: Page, index: int) -> str:
        """One folder a month."""
        return f"/Upload/{page.published_at:%Y/%m}/anh-{page.number}-{index}.jpg"


class SubportalV2Site(_Subportal):
    """Static pages share the shape of the articles' addresses, and some articles show a day without a time."""

    _static = ("/vi-vn/gioi-thieu", "/vi-vn/co-cau-to-chuc", "/vi-vn/lien-he")

    def section_path(self, slug: str) -> str:
        """`/vi-vn/chuyen-muc/{slug}`; the real sites' form is not known."""
        return f"/vi-vn/chuyen-muc/{slug}"

    def date_text(self, page: Page) -> str:
        """`12/03/2024 09:15`, or the day alone."""
        shape = "%d/%m/%Y" if page.date_precision == "day" else "%d/%m/%Y %H:%M"
        return page.published_at.strftime(shape)

    def picture(self, page: Page, index: int) -> str:
        """All in one folder."""
        return f"/media/{page.number}-{index}.jpg"

    def other(self, request: Request) -> Answer | None:
        """Listings and the static pages."""
        return html(self.render("static", request)) if request.path in self._static else super().other(request)
