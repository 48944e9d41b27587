"""A NukeViet 4.5 site with its default theme: the machine dates are wrong, the visible one is right."""

import re

from demo.page import Page, slugify
from demo.sites.base import (
    LICENCE,
    SAMPLE_NOTE,
    WEEKDAYS,
    Answer,
    Request,
    Site,
    cut,
    esc,
    html_page,
    pager,
    paragraphs,
    rss,
    rss_item,
    sitemap,
    sitemap_index,
)

FEED_ITEMS = 30
CLOSED_SECTION = "noi-bo"


def address(section: str, title: str, number: int) -> str:
    """Path of an article."""
    return f"/vi/news/{section}/{slugify(title)}-{number}.html"


def print_address(section: str, path: str) -> str:
    """Path of the print form of an article."""
    return f"/vi/news/print/{section}/{path.rsplit('/', 1)[-1]}"


class NukeVietSite(Site):
    """Meta times are malformed and, like the microdata, tell the last edit."""

    closed = f"/vi/news/{CLOSED_SECTION}/"
    _listing = re.compile(r"^/vi/news/(?P<slug>[a-z0-9-]+)/(?:page-(?P<page>\d+)/)?$")

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""
        return tuple(f"/vi/news/{slug}/" for slug in self.plan.sections)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The index."""
        return ("/sitemap.xml",)

    def date_text(self, page: Page) -> str:
        """`Thứ năm - 31/08/2023 22:11`."""
        return f"{WEEKDAYS[page.published_at.weekday()]} - {page.published_at:%d/%m/%Y %H:%M}"

    def other(self, request: Request) -> Answer | None:
        """Home, sections, feeds and sitemaps."""
        pages = self.visible(request.as_of)
        if request.path in {"/", "/vi/", "/vi/news/"}:
            return self._list("Trang nhất", list(pages[: self.page_size]), "")
        if request.path == "/vi/news/rss/":
            return self._feed(request, list(pages))
        if match := re.match(r"^/vi/news/rss/(?P<slug>[a-z0-9-]+)/$", request.path):
            return (
                self._feed(request, self.in_section(match["slug"], request.as_of))
                if match["slug"] in self.plan.sections
                else None
            )
        if request.path == "/sitemap.xml":
            return sitemap_index([f"{request.base_url}/sitemap-vi.news.xml"])
        if request.path == "/sitemap-vi.news.xml":
            return sitemap([(request.base_url + p.path, p.last_change(request.as_of)) for p in pages])
        match = self._listing.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return None
        number = int(match["page"] or 1)
        shown, last = cut(self.in_section(match["slug"], request.as_of), number, self.page_size)
        return self._list(
            self.plan.sections[match["slug"]], shown, pager(number, last, f"/vi/news/{match['slug']}/page-{{n}}/")
        )

    def _feed(self, request: Request, pages: list[Page]) -> Answer:
        items = [
            rss_item(p.shown_title, request.base_url + p.path, esc(p.lead), p.published_at) for p in pages[:FEED_ITEMS]
        ]
        return rss(self.plan.site_name, request.base_url, items)

    def _list(self, heading: str, pages: list[Page], links: str) -> Answer:
        items = "\n".join(
            f'<div class="news_column panel panel-default"><div class="panel-body"><h3><a href="{p.path}" title="{esc(p.shown_title)}">'
            f'{esc(p.shown_title)}</a></h3><div class="text-muted">{p.published_at:%H:%M %d/%m/%Y}'
            f"</div><p>{esc(p.lead)}</p></div></div>".replace(" ", " ")
            for p in pages
        )
        return html_page(
            self._frame(
                heading, f'<h1 class="page-title">{esc(heading)}</h1>\n{items}\n<div class="text-center">{links}</div>'
            )
        )

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article or of its print form."""
        text = paragraphs(page.body(request.as_of))
        if page.twin == "print":
            return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>{esc(page.shown_title)}</title></head><body>
<div id="print"><h1 class="title">{esc(page.shown_title)}</h1><p class="time">{self.date_text(page)}</p>
<div class="hometext">{esc(page.lead)}</div>{text}<p>{SAMPLE_NOTE}</p></div></body></html>
"""
        edited = page.last_change(request.as_of)
        figures = "".join(
            f'<figure class="article center"><img src="/uploads/news/{page.published_at:%Y_%m}/anh-{page.number}-{i}.jpg" alt=""><figcaption>{esc(c)}</figcaption></figure>'
            for i, c in enumerate(page.captions)
        )
        author = f'<p class="h5 text-right"><strong>Tác giả: </strong>{esc(page.author)}</p>' if page.author else ""
        credit = f'<p class="h5 text-right"><strong>Nguồn tin: </strong>{esc(page.credit)}</p>' if page.credit else ""
        tags = ", ".join(
            f'<a title="{esc(t)}" href="/vi/news/tag/{slugify(t)}/"><em>{esc(t)}</em></a>' for t in page.tags
        )
        links = "".join(
            f'<li><a href="{href}" title="{esc(title)}">{esc(title)}</a></li>' for title, href in self.side_links(page)
        )
        name = page.path.rsplit("/", 1)[-1]
        body = f"""<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope>
<div class="panel-body">
<h1 class="title margin-bottom-lg" itemprop="headline">{esc(page.shown_title)}</h1>
<div class="hidden hide d-none" itemprop="publisher" itemscope><span itemprop="name">{esc(self.plan.site_name)}</span></div>
<span class="hidden hide d-none" itemprop="datePublished">{edited.isoformat()}</span>
<span class="hidden hide d-none" itemprop="dateModified">{edited.isoformat()}</span>
<div class="row margin-bottom-lg"><div class="col-md-12"><span class="h5">{self.date_text(page)}</span></div>
<div class="col-md-12"><ul class="list-inline text-right">
<li><a rel="nofollow" href="/vi/news/sendmail/{page.section}/{name}">Gửi bài viết</a></li>
<li><a rel="nofollow" href="/vi/news/print/{page.section}/{name}">In ra</a></li>
<li><a rel="nofollow" href="/vi/news/savefile/{page.section}/{name}">Lưu bài viết</a></li></ul></div></div>
<div class="clearfix"><div class="hometext m-bottom" itemprop="description">{esc(page.lead)}</div></div>
<div id="news-bodyhtml" class="bodytext margin-bottom-lg">
{figures}
{text}
</div>
{author}{credit}
</div></div>
<div class="news_column panel panel-default"><div class="panel-body"><div class="h5"><em class="fa fa-tags">&nbsp;</em><strong>Tags: </strong>{tags}</div></div></div>
<div class="news_column panel panel-default"><div class="panel-body other-news"><p class="h3">Những tin cũ hơn</p><ul class="related list-inline">{links}</ul></div></div>"""
        # PHP's format letter T puts a zone where a literal T was meant.
        broken = f"{edited:%Y-%m-%d}+07{edited:%H:%M:%S}"
        head = f"""<meta property="og:title" content="{esc(page.shown_title)}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="{broken}">
<meta property="article:modified_time" content="{broken}">
<meta name="description" content="{esc(page.lead)}">
<link rel="canonical" href="{request.base_url}{page.path}">"""
        return self._frame(page.shown_title, body, head)

    def _frame(self, title: str, body: str, head: str = "") -> str:
        menu = "".join(f'<li><a href="/vi/news/{s}/">{esc(n)}</a></li>' for s, n in self.plan.sections.items())
        return f"""<!DOCTYPE html>
<html lang="vi" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"><title>{esc(title)}</title>
<meta name="generator" content="NukeViet v4.5">
<link rel="alternate" type="application/rss+xml" href="/vi/news/rss/">
<link rel="stylesheet" href="/themes/default/css/style.css">
{head}
</head><body>
<header><div class="logo"><a href="/">{esc(self.plan.site_name)}</a></div><p class="site-note">{SAMPLE_NOTE}</p></header>
<nav><ul class="menu">{menu}</ul></nav>
<div class="contentwrap">
{body}
</div>
<footer id="footer"><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p></footer>
<script src="/assets/js/jquery/jquery.min.js"></script>
</body></html>
"""
