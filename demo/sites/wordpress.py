"""A WordPress site with a classic theme and a usual SEO plug-in."""

import re
from datetime import UTC
from html import escape

from demo.page import Page, slugify
from demo.sites.answers import Answer, Request, html
from demo.sites.base import Listing, Site
from demo.sites.feeds import rss, rss_item, sitemap, sitemap_index

FEED_ITEMS = 10
_MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")
_CATEGORY = re.compile(r"^/category/(?P<slug>[a-z0-9-]+)/(?:page/(?P<page>\d+)/)?$")


def address(day: str, title: str) -> str:
    """Path of an article; `day` is `YYYY/MM/DD`."""
    return f"/{day}/{slugify(title)}/"


class WordPressSite(Site):
    """The visible date has no time; the machine dates are right and do."""

    sitemaps = ("/wp-sitemap.xml",)
    closed = "/wp-admin/"

    def section_path(self, slug: str) -> str:
        """`/category/{slug}/`."""
        return f"/category/{slug}/"

    def date_text(self, page: Page) -> str:
        """`12 Tháng Ba, 2024`."""
        return f"{page.published_at.day} Tháng {_MONTHS[page.published_at.month - 1]}, {page.published_at.year}"

    def picture(self, page: Page, index: int) -> str:
        """One folder a month."""
        return f"/wp-content/uploads/{page.published_at:%Y/%m}/anh-{page.number}-{index}.jpg"

    def structured(self, page: Page, request: Request) -> dict[str, object]:
        """The JSON-LD graph of a post, as SEO plug-ins write it."""
        url = request.base_url + page.path
        author = {"author": {"@type": "Person", "name": page.author}} if page.author else {}
        article = {
            "@type": "Article",
            "@id": f"{url}#article",
            "headline": page.shown_title,
            "datePublished": page.published_at.isoformat(),
            "dateModified": page.last_change(request.as_of).isoformat(),
            "articleSection": [self.plan.sections[page.section]],
            "keywords": list(page.tags),
            **author,
        }
        website = {"@type": "WebSite", "@id": f"{request.base_url}/#website", "name": self.plan.site_name}
        return {"@context": "https://schema.org", "@graph": [article, website]}

    def other(self, request: Request) -> Answer | None:
        """Home, category archives, feed, sitemaps and one static page."""
        if request.path == "/":
            return self.listing(request, self.home(request))
        if request.path == "/feed/":
            return self._feed(request)
        if request.path == "/gioi-thieu/":
            return html(self.render("static", request))
        match = _CATEGORY.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return self._sitemap(request)
        slug, number = match["slug"], int(match["page"] or 1)
        shown: Listing = self.section(slug, request, number, f"{self.section_path(slug)}page/{{n}}/")
        # Past its end WordPress answers 404, unlike the other platforms, which show an empty list.
        return self.listing(request, shown) if number <= shown.last else None

    def _feed(self, request: Request) -> Answer | None:
        start = (request.number("paged") - 1) * FEED_ITEMS
        pages = self.visible(request.as_of)[start : start + FEED_ITEMS]
        items = [
            # WordPress writes its feeds in UTC.
            rss_item(
                p.shown_title,
                request.base_url + p.path,
                f"<p>{escape(p.lead)} [&hellip;]</p>",
                p.published_at.astimezone(UTC),
            )
            for p in pages
        ]
        return rss(self.plan.site_name, request.base_url, items) if items else None

    def _sitemap(self, request: Request) -> Answer | None:
        base = request.base_url
        match request.path:
            case "/wp-sitemap.xml":
                return sitemap_index([f"{base}/wp-sitemap-posts-{kind}-1.xml" for kind in ("post", "page")])
            case "/wp-sitemap-posts-post-1.xml":
                oldest_first = reversed(self.visible(request.as_of))
                return sitemap([(base + p.path, p.last_change(request.as_of)) for p in oldest_first])
            case "/wp-sitemap-posts-page-1.xml":
                return sitemap([(f"{base}/gioi-thieu/", None)])
            case _:
                return None
