"""A NukeViet 4.5 site with its default theme: the machine dates are wrong, the visible one is right."""

import re
from html import escape

from demo.page import Page, slugify
from demo.sites.answers import Answer, Request
from demo.sites.base import WEEKDAYS, Site
from demo.sites.feeds import rss, rss_item, sitemap, sitemap_index

FEED_ITEMS = 30
CLOSED_SECTION = "noi-bo"
_FEED = re.compile(r"^/vi/news/rss/(?:(?P<slug>[a-z0-9-]+)/)?$")
_LISTING = re.compile(r"^/vi/news/(?P<slug>[a-z0-9-]+)/(?:page-(?P<page>\d+)/)?$")


def address(section: str, title: str, number: int) -> str:
    """Path of an article."""
    return f"/vi/news/{section}/{slugify(title)}-{number}.html"


def print_address(section: str, path: str) -> str:
    """Path of the print form of the article at that path."""
    return f"/vi/news/print/{section}/{path.rsplit('/', 1)[-1]}"


class NukeVietSite(Site):
    """Meta times are malformed and, like the microdata, tell the last edit."""

    closed = f"/vi/news/{CLOSED_SECTION}/"
    sitemaps = ("/sitemap.xml",)

    def section_path(self, slug: str) -> str:
        """`/vi/news/{slug}/`."""
        return f"/vi/news/{slug}/"

    def date_text(self, page: Page) -> str:
        """`Thứ năm - 31/08/2023 22:11`."""
        return f"{WEEKDAYS[page.published_at.weekday()]} - {page.published_at:%d/%m/%Y %H:%M}"

    def picture(self, page: Page, index: int) -> str:
        """One folder a month."""
        return f"/uploads/news/{page.published_at:%Y_%m}/anh-{page.number}-{index}.jpg"

    def article(self, page: Page, request: Request, template: str = "article") -> str:
        """HTML of an article or of its print form."""
        return super().article(page, request, "print" if page.twin == "print" else template)

    def other(self, request: Request) -> Answer | None:
        """Home, sections, feeds and sitemaps."""
        if request.path in {"/", "/vi/", "/vi/news/"}:
            return self.listing(request, self.home(request))
        if request.path == "/sitemap.xml":
            return sitemap_index([f"{request.base_url}/sitemap-vi.news.xml"])
        pages = self.visible(request.as_of)
        if request.path == "/sitemap-vi.news.xml":
            return sitemap([(request.base_url + p.path, p.last_change(request.as_of)) for p in pages])
        if match := _FEED.match(request.path):
            chosen = [p for p in pages if match["slug"] in {None, p.section}][:FEED_ITEMS]
            items = [rss_item(p.shown_title, request.base_url + p.path, escape(p.lead), p.published_at) for p in chosen]
            return rss(self.plan.site_name, request.base_url, items)
        match = _LISTING.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return None
        slug, number = match["slug"], int(match["page"] or 1)
        return self.listing(request, self.section(slug, request, number, f"{self.section_path(slug)}page-{{n}}/"))
