"""The newspaper since July 2023: two templates, lists that load more by script only, feeds, day sitemaps, twins of each page."""

import json
import re
from datetime import datetime, timedelta

from demo.page import Page, slugify
from demo.sites.base import (
    LICENCE,
    SAMPLE_NOTE,
    Answer,
    Request,
    Site,
    esc,
    html_page,
    paragraphs,
    rss,
    rss_item,
    sitemap,
    sitemap_index,
)

FEED_ITEMS = 50


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
    _day_map = re.compile(r"^/sitemap-article-(?P<day>\d{4}-\d{2}-\d{2})\.xml$")

    @property
    def start_paths(self) -> tuple[str, ...]:
        """Section pages."""
        return tuple(f"/{slug}" for slug in self.plan.sections)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The index of the day sitemaps."""
        return ("/sitemap.xml",)

    def date_text(self, page: Page) -> str:
        """`08/08/2024 10:26` or `15-01-2024 13:04`; the print form has its own."""
        if page.twin == "print":
            return f"PublishedTime : {page.published_at:%H:%M, %d/%m/%Y}"
        return f"{_claimed(page):%d-%m-%Y %H:%M}" if page.template else f"{_claimed(page):%d/%m/%Y %H:%M}"

    def other(self, request: Request) -> Answer | None:
        """Home, sections, feeds and sitemaps."""
        pages = self.visible(request.as_of)
        slug = request.path.strip("/")
        if request.path == "/":
            return self._list(request, "Trang chủ", list(pages[: self.page_size]))
        if slug in self.plan.sections:
            return self._list(request, self.plan.sections[slug], self.in_section(slug, request.as_of)[: self.page_size])
        if request.path == "/podcast":
            twins = [p for p in self._pages if p.twin == "audio" and p.is_public(request.as_of)]
            return self._list(request, "Podcast", twins)
        if match := re.match(r"^/rss/(?P<name>[a-z0-9-]+)\.rss$", request.path):
            return self._feed(request, match["name"])
        # Numbers of the old software run without order; the day of the sitemap is that of the publication.
        listed = [p for p in self._pages if p.is_public(request.as_of) and p.twin in {"", "en", "audio"}]
        if request.path == "/sitemap.xml":
            days = sorted({p.published_at.date() for p in listed}, reverse=True)
            return sitemap_index([f"{request.base_url}/sitemap-article-{d}.xml" for d in days])
        if match := self._day_map.match(request.path):
            rows = [p for p in listed if f"{p.published_at:%Y-%m-%d}" == match["day"]]
            return sitemap([(request.base_url + p.path, p.last_change(request.as_of)) for p in rows]) if rows else None
        return None

    def _feed(self, request: Request, name: str) -> Answer | None:
        if name == "home":
            pages = list(self.visible(request.as_of))
        elif name in self.plan.sections:
            pages = self.in_section(name, request.as_of)
        else:
            return None
        items = [
            rss_item(
                p.shown_title,
                request.base_url + p.path,
                f'<a href="{request.base_url}{p.path}"><img src="{request.base_url}{_picture(p, 0)}"></a>{esc(p.lead)}',
                p.published_at,
            )
            for p in pages[:FEED_ITEMS]
        ]
        return rss(self.plan.site_name, request.base_url, items)

    def _list(self, request: Request, heading: str, pages: list[Page]) -> Answer:
        items = "\n".join(
            f'<li pid="{p.number}"><div class="b-grid"><a href="{p.path}"><img src="/grey.gif" data-src="{_picture(p, 0)}"></a>'
            f'<h3 class="b-grid__title"><a href="{request.base_url}{p.path}">{esc(p.shown_title)}</a></h3>'
            f'<div class="b-grid__desc">{esc(p.lead)}</div></div></li>'
            for p in pages
        )
        more = '<div class="c-more onecms__loadmore"><a href="javascript:;" data-page="2">Xem thêm</a></div>'
        body = f'<h2 class="c-heading">{esc(heading)}</h2><ul class="onecms__loading">\n{items}\n</ul>{more}'
        return html_page(self._frame(heading, body))

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article, or of one of its twins."""
        if page.twin == "print":
            return self._print(page, request)
        text = paragraphs(page.body(request.as_of))
        figures = [
            f'<figure class="expNoEdit"><img class="lazy" src="/grey.gif" data-src="{_picture(page, i)}" alt=""><figcaption>{esc(c)}</figcaption></figure>'
            for i, c in enumerate(page.captions)
        ]
        related = "".join(f'<li><a href="{href}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        inner_box = f'<div class="c-box"><div class="c-box__title">Tin liên quan</div><ul>{related}</ul></div>'
        # The box stands inside the body, as the real editors put it, so that only careful reading drops it.
        credit = f'<p class="source"><em>{esc(page.credit)}</em></p>' if page.credit else ""
        entry = f"{''.join(figures)}\n{text}\n{credit}\n{inner_box}"
        sapo = f'<p class="sc-longform-header-sapo block-sc-sapo">{esc(page.lead)}</p>'
        when = self.date_text(page)
        section = self.plan.sections.get(page.section, "")
        audio = '<div class="c-audio"><button>Nghe</button><span class="time">00:00</span> / <span>00:00</span></div>'
        if page.template:
            author = f'<div class="c-author-page"><span>{esc(page.author)}</span></div>' if page.author else ""
            main = f"""<div class="c-news-detail">
<div class="c-detail-head"><a class="c-detail-head__cat" href="/{page.section}">{esc(section)}</a>
<h1 class="c-detail-head__title">{esc(page.shown_title)}</h1>
<span class="c-detail-head__time">{when}</span></div>
{audio}
{sapo}
<div class="b-maincontent">
{entry}
</div>
{author}
</div>"""
        else:
            author = (
                f'<span class="sc-longform-header-author block-sc-author">{esc(page.author)}</span>'
                if page.author
                else ""
            )
            main = f"""<div class="sc-longform-header">
<a class="sc-longform-header-cate" href="/{page.section}">{esc(section)}</a>
<h1 class="sc-longform-header-title block-sc-title">{esc(page.shown_title)}</h1>
<div class="sc-longform-header-meta">{author}<span class="sc-longform-header-date block-sc-publish-time">{when}</span></div>
{sapo}
</div>
{audio}
<article class="entry entry-no-padding">
{entry}
<div class="sc-empty-layer"></div>
</article>"""
        tags = "".join(f'<a href="/{slugify(t)}-ptag.html">{esc(t)}</a>' for t in page.tags)
        most_read = "".join(f'<li><a href="{p.path}">{esc(p.title)}</a></li>' for p in self.neighbours(page, 5)[3:])
        body = f"""{main}
<div class="c-widget-tags onecms__tags">{tags}</div>
<div class="c-share"><a href="{print_address(page.number)}">Bản in</a></div>
<div class="c-side"><h4>Tin đọc nhiều</h4><ul>{most_read}</ul></div>"""
        return self._frame(page.shown_title, body, self._head(page, request))

    def _head(self, page: Page, request: Request) -> str:
        url = request.base_url + page.path
        changed = page.last_change(request.as_of)
        article: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": {"@type": "WebPage", "@id": url},
            "headline": page.shown_title,
            "description": page.lead,
            "datePublished": _claimed(page).isoformat(),
            "dateModified": changed.isoformat(),
            "publisher": {"@type": "Organization", "name": self.plan.site_name},
        }
        if page.author:
            article["author"] = {"@type": "Person", "name": page.author}
        crumbs: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "Trang chủ", "item": request.base_url + "/"},
                {
                    "@type": "ListItem",
                    "position": 2,
                    "name": self.plan.sections.get(page.section, ""),
                    "item": f"{request.base_url}/{page.section}",
                },
            ],
        }
        return f"""<link rel="canonical" href="{url}">
<meta property="og:title" content="{esc(page.shown_title)}">
<meta property="og:description" content="{esc(page.lead)}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="{_claimed(page).isoformat()}">
<script type="application/ld+json">{_json(article)}</script>
<script type="application/ld+json">{_json(crumbs)}</script>"""

    def _print(self, page: Page, request: Request) -> str:
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{esc(page.shown_title)}</title><meta name="robots" content="noindex"></head><body>
<h1>{esc(page.shown_title)}</h1><p>{self.date_text(page)}</p>
<p><b>{esc(page.lead)}</b></p>
{paragraphs(page.body(request.as_of))}
<p>{esc(page.author)}</p><p>{SAMPLE_NOTE}</p>
</body></html>
"""

    def _frame(self, title: str, body: str, head: str = "") -> str:
        menu = "".join(f'<a href="/{s}">{esc(n)}</a>' for s, n in self.plan.sections.items())
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="generator" content="OneCMS"><title>{esc(title)} | {esc(self.plan.site_name)}</title>
<link rel="alternate" type="application/rss+xml" href="/rss/home.rss">
{head}
</head><body>
<header class="c-header"><a href="/">{esc(self.plan.site_name)}</a><p class="c-header__note">{SAMPLE_NOTE}</p>
<nav>{menu}<a href="/podcast">Podcast</a><a href="/video">Video</a></nav></header>
<main>
{body}
</main>
<footer class="c-footer"><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p></footer>
</body></html>
"""


def _claimed(page: Page) -> datetime:
    # The dates of the machine-translated form are off by weeks on the real site.
    return page.published_at - timedelta(days=60) if page.twin == "en" else page.published_at


def _picture(page: Page, index: int) -> str:
    return f"/bhd.1cdn.vn/{page.published_at:%Y/%m/%d}/anh-{page.number}-{index}.jpg"


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
