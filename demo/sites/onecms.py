"""The newspaper since July 2023: two templates, lists that load more by script, feeds, day sitemaps, twins."""

import re
from datetime import datetime, timedelta
from html import escape

from demo.page import Page, slugify
from demo.sites.answers import Answer, Request
from demo.sites.base import Listing, Site
from demo.sites.feeds import rss, rss_item, sitemap, sitemap_index

FEED_ITEMS = 50
_FEED = re.compile(r"^/rss/(?P<name>[a-z0-9-]+)\.rss$")
_DAY = re.compile(r"^/sitemap-article-(?P<day>\d{4}-\d{2}-\d{2})\.xml$")
# On the real site the dates of machine-translated pages are off by weeks.
_TRANSLATION_SLIP = timedelta(days=60)


def address(title: str, number: int) -> str:
    """Path of an article."""
    return f"/{slugify(title)}-{number}.html"


def print_address(number: int) -> str:
    """Path of the print form."""
    return f"/print/{number}.html"


def audio_address(title: str, number: int) -> str:
    """Path of the read-aloud form."""
    return f"/podcast/audio-{slugify(title)}-{number}.html"


class OneCmsSite(Site):
    """Template 0 is the long form, template 1 the plain detail page; they write dates differently."""

    page_size = 15
    sitemaps = ("/sitemap.xml",)

    def section_path(self, slug: str) -> str:
        """`/{slug}`."""
        return f"/{slug}"

    def date_text(self, page: Page) -> str:
        """`08/08/2024 10:26` or `15-01-2024 13:04`; the print form has its own."""
        if page.twin == "print":
            return f"PublishedTime : {page.published_at:%H:%M, %d/%m/%Y}"
        at = self.claimed(page)
        return f"{at:%d-%m-%Y %H:%M}" if page.template else f"{at:%d/%m/%Y %H:%M}"

    def claimed(self, page: Page) -> datetime:
        """Time of publication as the page claims it."""
        return page.published_at - _TRANSLATION_SLIP if page.twin == "en" else page.published_at

    def picture(self, page: Page, index: int) -> str:
        """The image host keeps one folder a day."""
        return f"/bhd.1cdn.vn/{page.published_at:%Y/%m/%d}/anh-{page.number}-{index}.jpg"

    def article(self, page: Page, request: Request, template: str = "article") -> str:
        """HTML of an article or of one of its twins."""
        return super().article(page, request, "print" if page.twin == "print" else template)

    def structured(self, page: Page, request: Request) -> dict[str, object]:
        """The JSON-LD of an article."""
        author = {"author": {"@type": "Person", "name": page.author}} if page.author else {}
        return {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": {"@type": "WebPage", "@id": request.base_url + page.path},
            "headline": page.shown_title,
            "description": page.lead,
            "datePublished": self.claimed(page).isoformat(),
            "dateModified": page.last_change(request.as_of).isoformat(),
            "publisher": {"@type": "Organization", "name": self.plan.site_name},
            **author,
        }

    def breadcrumbs(self, page: Page, request: Request) -> dict[str, object]:
        """The JSON-LD of the way to an article."""
        way = [("Trang chủ", "/"), (self.plan.sections[page.section], self.section_path(page.section))]
        return {
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": n, "name": name, "item": request.base_url + path}
                for n, (name, path) in enumerate(way, start=1)
            ],
        }

    def other(self, request: Request) -> Answer | None:
        """Home, sections, feeds and sitemaps."""
        slug = request.path.strip("/")
        if request.path == "/":
            return self.listing(request, self.home(request))
        if slug in self.plan.sections:
            shown = self.in_section(slug, request.as_of)[: self.page_size]
            return self.listing(request, Listing(self.plan.sections[slug], shown))
        if slug == "podcast":
            twins = [p for p in self.pages if p.twin == "audio" and p.is_public(request.as_of)]
            return self.listing(request, Listing("Podcast", twins))
        if match := _FEED.match(request.path):
            return self._feed(request, match["name"])
        return self._sitemap(request)

    def _feed(self, request: Request, name: str) -> Answer | None:
        if name != "home" and name not in self.plan.sections:
            return None
        pages = self.visible(request.as_of) if name == "home" else self.in_section(name, request.as_of)
        items = []
        for page in pages[:FEED_ITEMS]:
            url = request.base_url + page.path
            picture = f'<a href="{url}"><img src="{request.base_url}{self.picture(page, 0)}"></a>'
            items.append(rss_item(page.shown_title, url, picture + escape(page.lead), page.published_at))
        return rss(self.plan.site_name, request.base_url, items)

    def _sitemap(self, request: Request) -> Answer | None:
        listed = [p for p in self.pages if p.is_public(request.as_of) and p.twin != "print"]
        if request.path == "/sitemap.xml":
            days = sorted({p.published_at.date() for p in listed}, reverse=True)
            return sitemap_index([f"{request.base_url}/sitemap-article-{day}.xml" for day in days])
        match = _DAY.match(request.path)
        rows = [p for p in listed if match and f"{p.published_at:%Y-%m-%d}" == match["day"]]
        return sitemap([(request.base_url + p.path, p.last_change(request.as_of)) for p in rows]) if rows else None
