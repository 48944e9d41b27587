"""A WordPress site with a classic theme and a usual SEO plug-in."""

import json
import re
from datetime import UTC

from demo.page import Page, slugify
from demo.sites.base import (
    LICENCE,
    SAMPLE_NOTE,
    Answer,
    Request,
    Site,
    cut,
    esc,
    html_page,
    paragraphs,
    rss,
    rss_item,
    sitemap,
    sitemap_index,
)

FEED_ITEMS = 10
MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")


def address(day: str, title: str) -> str:
    """Path of an article; `day` is `YYYY/MM/DD`."""
    return f"/{day}/{slugify(title)}/"


class WordPressSite(Site):
    """The visible date has no time; the machine dates are right and do."""

    _category = re.compile(r"^/category/(?P<slug>[a-z0-9-]+)/(?:page/(?P<page>\d+)/)?$")
    _home = re.compile(r"^/(?:page/(?P<page>\d+)/)?$")

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the category archives."""
        return tuple(f"/category/{slug}/" for slug in self.plan.sections)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The core sitemap index."""
        return ("/wp-sitemap.xml",)

    def robots(self, base_url: str) -> str:
        """What WordPress itself writes."""
        return (
            "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
            f"Sitemap: {base_url}/wp-sitemap.xml\n"
        )

    def date_text(self, page: Page) -> str:
        """`12 Tháng Ba, 2024`."""
        return f"{page.published_at.day} Tháng {MONTHS[page.published_at.month - 1]}, {page.published_at.year}"

    def other(self, request: Request) -> Answer | None:
        """Home, category archives, feed, sitemaps and one static page."""
        pages = self.visible(request.as_of)
        base = request.base_url
        if request.path == "/feed/":
            paged = request.query.get("paged", "1")
            start = (int(paged) - 1) * FEED_ITEMS if paged.isdecimal() and int(paged) else 0
            chunk = pages[start : start + FEED_ITEMS]
            # WordPress writes the feed in UTC.
            items = [
                rss_item(
                    p.shown_title, base + p.path, f"<p>{esc(p.lead)} [&hellip;]</p>", p.published_at.astimezone(UTC)
                )
                for p in chunk
            ]
            return rss(self.plan.site_name, base, items) if chunk else None
        if request.path == "/wp-sitemap.xml":
            return sitemap_index([f"{base}/wp-sitemap-posts-post-1.xml", f"{base}/wp-sitemap-posts-page-1.xml"])
        if request.path == "/wp-sitemap-posts-post-1.xml":
            return sitemap([(base + p.path, p.last_change(request.as_of)) for p in reversed(pages)])
        if request.path == "/wp-sitemap-posts-page-1.xml":
            return sitemap([(f"{base}/gioi-thieu/", None)])
        if request.path == "/gioi-thieu/":
            about = '<h1 class="entry-title">Giới thiệu</h1><div class="entry-content"><p>Đây là trang giới thiệu của một trường trong trang mẫu.</p></div>'
            return html_page(self._frame("Giới thiệu", f'<article class="page">{about}</article>'))
        if match := self._home.match(request.path):
            return self._archive(self.plan.site_name, list(pages), int(match["page"] or 1), "/")
        if (match := self._category.match(request.path)) and match["slug"] in self.plan.sections:
            slug = match["slug"]
            return self._archive(
                self.plan.sections[slug],
                self.in_section(slug, request.as_of),
                int(match["page"] or 1),
                f"/category/{slug}/",
            )
        return None

    def _archive(self, heading: str, pages: list[Page], number: int, root: str) -> Answer | None:
        shown, last = cut(pages, number, self.page_size)
        if number > last:
            return None
        items = "\n".join(
            f'<article id="post-{p.number}" class="post{" sticky" if p.pinned and number == 1 else ""}"><h2 class="entry-title"><a href="{p.path}" rel="bookmark">{esc(p.shown_title)}</a></h2>'
            f'<time class="entry-date published" datetime="{p.published_at.isoformat()}">{self.date_text(p)}</time>'
            f'<div class="entry-summary"><p>{esc(p.lead)}</p></div></article>'
            for p in shown
        )
        links = "".join(
            f'<span class="page-numbers current">{n}</span>'
            if n == number
            else f'<a class="page-numbers" href="{_page(root, n)}">{n}</a>'
            for n in range(1, last + 1)
        )
        if number < last:
            links += f'<a class="next page-numbers" href="{_page(root, number + 1)}">Trang sau</a>'
        nav = f'<nav class="navigation pagination"><div class="nav-links">{links}</div></nav>' if last > 1 else ""
        return html_page(
            self._frame(
                heading,
                f'<header class="page-header"><h1 class="page-title">{esc(heading)}</h1></header>\n{items}\n{nav}',
            )
        )

    def article(self, page: Page, request: Request) -> str:
        """HTML of one post."""
        url = request.base_url + page.path
        changed = page.last_change(request.as_of)
        figures = "".join(
            f'<figure class="wp-block-image size-large"><img src="/wp-content/uploads/{page.published_at:%Y/%m}/anh-{page.number}-{i}.jpg" alt=""><figcaption class="wp-element-caption">{esc(c)}</figcaption></figure>'
            for i, c in enumerate(page.captions)
        )
        updated = (
            f'<time class="updated" datetime="{changed.isoformat()}">{changed:%d/%m/%Y}</time>'
            if page.is_edited(request.as_of)
            else ""
        )
        byline = (
            f'<span class="byline"> bởi <span class="author vcard"><a class="url fn n" href="/author/{slugify(page.author)}/">{esc(page.author)}</a></span></span>'
            if page.author
            else ""
        )
        credit = f'<p class="has-text-align-right"><em>{esc(page.credit)}</em></p>' if page.credit else ""
        section = self.plan.sections.get(page.section, "")
        tags = ", ".join(f'<a href="/tag/{slugify(t)}/" rel="tag">{esc(t)}</a>' for t in page.tags)
        links = "".join(f'<li><a href="{href}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        body = f"""<article id="post-{page.number}" class="post-{page.number} post type-post status-publish format-standard hentry">
<header class="entry-header"><h1 class="entry-title">{esc(page.shown_title)}</h1>
<div class="entry-meta"><span class="posted-on">Đăng ngày <a href="{page.path}" rel="bookmark"><time class="entry-date published" datetime="{page.published_at.isoformat()}">{self.date_text(page)}</time>{updated}</a></span>{byline}</div></header>
<div class="entry-content">
<p><strong>{esc(page.lead)}</strong></p>
{figures}
{paragraphs(page.body(request.as_of))}
{credit}
</div>
<footer class="entry-footer"><span class="cat-links">Chuyên mục: <a href="/category/{page.section}/" rel="category tag">{esc(section)}</a></span> <span class="tags-links">{tags}</span></footer>
</article>
<div id="comments"><h2 id="reply-title">Để lại một bình luận</h2><p>Email của bạn sẽ không được hiển thị công khai.</p></div>
<aside class="widget-area"><section class="widget widget_recent_entries"><h2>Bài viết mới</h2><ul>{links}</ul></section></aside>"""
        graph: dict[str, object] = {
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "Article",
                    "@id": f"{url}#article",
                    "headline": page.shown_title,
                    "datePublished": page.published_at.isoformat(),
                    "dateModified": changed.isoformat(),
                    "articleSection": [section],
                    "keywords": list(page.tags),
                    **({"author": {"@type": "Person", "name": page.author}} if page.author else {}),
                },
                {"@type": "WebSite", "@id": f"{request.base_url}/#website", "name": self.plan.site_name},
            ],
        }
        head = f"""<link rel="canonical" href="{url}">
<meta property="og:title" content="{esc(page.shown_title)} - {esc(self.plan.site_name)}">
<meta property="og:description" content="{esc(page.lead)}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="{page.published_at.astimezone(UTC).isoformat()}">
<meta property="article:modified_time" content="{changed.astimezone(UTC).isoformat()}">
<script type="application/ld+json" class="yoast-schema-graph">{json.dumps(graph, ensure_ascii=False).replace("</", "<" + chr(92) + "/")}</script>"""
        return self._frame(page.shown_title, body, head)

    def _frame(self, title: str, body: str, head: str = "") -> str:
        menu = "".join(f'<li><a href="/category/{s}/">{esc(n)}</a></li>' for s, n in self.plan.sections.items())
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="UTF-8"><meta name="generator" content="WordPress 6.4.3"><title>{esc(title)} - {esc(self.plan.site_name)}</title>
<link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="https://api.w.org/" href="/wp-json/">
{head}
</head><body>
<header class="site-header"><p class="site-title"><a href="/" rel="home">{esc(self.plan.site_name)}</a></p><p class="site-description">{SAMPLE_NOTE}</p></header>
<nav class="main-navigation"><ul>{menu}<li><a href="/gioi-thieu/">Giới thiệu</a></li></ul></nav>
<main id="main" class="site-main">
{body}
</main>
<footer class="site-footer"><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p></footer>
</body></html>
"""


def _page(root: str, number: int) -> str:
    return root if number == 1 else f"{root}page/{number}/"
