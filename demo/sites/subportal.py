"""The two generations of the districts' portals; both have listings only."""

import base64
import re
from urllib.parse import quote, unquote

from demo.page import Page, slugify, unicode_slug
from demo.sites.base import LICENCE, SAMPLE_NOTE, Answer, Request, Site, cut, esc, html_page, pager, paragraphs


def address_v1(title: str, number: int) -> str:
    """Path of an article of the first generation: a token like base64, an at sign, a slug with marks."""
    token = base64.b64encode(f"tin-{number}".encode()).decode().rstrip("=")
    return f"/Article/{token}@/{quote(unicode_slug(title))}.html"


def address_v2(title: str) -> str:
    """Path of an article of the second generation."""
    return f"/vi-vn/{slugify(title)}"


class _Subportal(Site):
    """What both generations share."""

    def _listing_path(self, slug: str) -> str:
        raise NotImplementedError

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""
        return tuple(self._listing_path(slug) for slug in self.plan.sections)

    def other(self, request: Request) -> Answer | None:
        """Home page and section listings."""
        if request.path == "/":
            return self._list(request, "Trang chủ", list(self.visible(request.as_of)[: self.page_size]), "")
        for slug, name in self.plan.sections.items():
            if request.path == self._listing_path(slug):
                shown, last = cut(self.in_section(slug, request.as_of), request.page_number, self.page_size)
                return self._list(request, name, shown, pager(request.page_number, last, f"{request.path}?page={{n}}"))
        return None

    def _list(self, request: Request, heading: str, pages: list[Page], links: str) -> Answer:
        raise NotImplementedError

    def _menu(self) -> str:
        return "".join(
            f'<li><a href="{self._listing_path(s)}">{esc(n)}</a></li>' for s, n in self.plan.sections.items()
        )


class SubportalV1Site(_Subportal):
    """Addresses with Vietnamese letters, written raw in listings and encoded beside articles."""

    page_size = 8

    def _listing_path(self, slug: str) -> str:
        return f"/ArticleCategory/{slug}.html"

    def date_text(self, page: Page) -> str:
        """`16/12/2016 07:53:54`."""
        return f"{page.published_at:%d/%m/%Y %H:%M:%S}"

    def _list(self, request: Request, heading: str, pages: list[Page], links: str) -> Answer:
        items = "\n".join(
            f'<li class="news-item{" pinned" if p.pinned else ""}"><a href="{esc(unquote(p.path))}">{esc(p.shown_title)}</a> <span class="time">({p.published_at:%d/%m/%Y})</span></li>'
            for p in pages
        )
        return html_page(
            self._frame(
                heading, f'<h2 class="category-title">{esc(heading)}</h2><ul class="news-list">\n{items}\n</ul>{links}'
            )
        )

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article."""
        figures = "".join(
            f'<p style="text-align:center"><img src="/Upload/{page.published_at:%Y/%m}/anh-{page.number}-{i}.jpg" alt=""></p><p class="Image" style="text-align:center"><em>{esc(c)}</em></p>'
            for i, c in enumerate(page.captions)
        )
        author = (
            f'<p class="author" style="text-align:right"><strong>{esc(page.author)}</strong></p>' if page.author else ""
        )
        credit = f'<p class="source" style="text-align:right"><em>{esc(page.credit)}</em></p>' if page.credit else ""
        side = "".join(f'<li><a href="{href}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        body = f"""<div class="article-detail">
<h1 class="title">{esc(page.shown_title)}</h1>
<div class="post-date">{self.date_text(page)}</div>
<div class="summary"><strong>{esc(page.lead)}</strong></div>
<div class="content">
{figures}
{paragraphs(page.body(request.as_of))}
{author}{credit}
</div></div>
<div class="box-right"><h3>Tin đọc nhiều</h3><ul>{side}</ul></div>"""
        return self._frame(page.shown_title, body)

    def _frame(self, title: str, body: str) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{esc(title)}</title></head><body>
<form method="post" action="./" id="Form">
<div id="dnn_banner">{esc(self.plan.site_name)} <i>{SAMPLE_NOTE}</i></div><ul class="menu"><li><a href="/">Trang chủ</a></li>{self._menu()}</ul>
<div id="dnn_content">
{body}
</div>
<div id="dnn_footer">{esc(self.plan.site_name)}<br>{SAMPLE_NOTE}<br>{LICENCE}</div>
</form></body></html>
"""


class SubportalV2Site(_Subportal):
    """Static pages share the shape of the articles' addresses, and some articles show a day without a time."""

    _static = ("gioi-thieu", "co-cau-to-chuc", "lien-he")

    def _listing_path(self, slug: str) -> str:
        return f"/vi-vn/chuyen-muc/{slug}"

    def date_text(self, page: Page) -> str:
        """`12/03/2024 09:15`, or the day alone."""
        return (
            f"{page.published_at:%d/%m/%Y}" if page.date_precision == "day" else f"{page.published_at:%d/%m/%Y %H:%M}"
        )

    def other(self, request: Request) -> Answer | None:
        """Listings and the static pages."""
        match = re.match(r"^/vi-vn/(?P<name>[a-z-]+)$", request.path)
        if match and match["name"] in self._static:
            text = "Trang tĩnh của trang mẫu: chức năng, nhiệm vụ và địa chỉ liên hệ của đơn vị được nêu chung, không có thời điểm đăng."
            return html_page(
                self._frame(
                    "Giới thiệu", f'<div class="page-static"><h2 class="title">Giới thiệu</h2><p>{text}</p></div>'
                )
            )
        return super().other(request)

    def _list(self, request: Request, heading: str, pages: list[Page], links: str) -> Answer:
        items = "\n".join(
            f'<div class="card{" hot" if p.pinned else ""}"><a href="{p.path}" class="card-img"><img src="/media/{p.number}-0.jpg" alt=""></a><a href="{p.path}" class="card-title">{esc(p.shown_title)}</a>'
            f"<small>{p.published_at:%d/%m/%Y}</small></div>"
            for p in pages
        )
        return html_page(
            self._frame(
                heading, f'<h2 class="section-title">{esc(heading)}</h2><div class="cards">\n{items}\n</div>{links}'
            )
        )

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article."""
        figures = "".join(
            f'<figure><img src="/media/{page.number}-{i}.jpg" alt=""><figcaption>{esc(c)}</figcaption></figure>'
            for i, c in enumerate(page.captions)
        )
        author = f'<p class="article-author">{esc(page.author)}</p>' if page.author else ""
        credit = f'<p class="article-source">{esc(page.credit)}</p>' if page.credit else ""
        side = "".join(f'<li><a href="{href}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        body = f"""<section class="article">
<h2 class="title">{esc(page.shown_title)}</h2>
<span class="date">{self.date_text(page)}</span>
<p class="article-sapo"><b>{esc(page.lead)}</b></p>
<div class="article-content">
{figures}
{paragraphs(page.body(request.as_of))}
</div>
{author}{credit}
</section>
<section class="related"><h3>Tin liên quan</h3><ul>{side}</ul></section>"""
        return self._frame(page.shown_title, body, f'<meta property="og:title" content="{esc(page.shown_title)}">')

    def _frame(self, title: str, body: str, head: str = "") -> str:
        static = "".join(f'<li><a href="/vi-vn/{s}">{s.replace("-", " ").capitalize()}</a></li>' for s in self._static)
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{esc(title)} - {esc(self.plan.site_name)}</title>
{head}
</head><body>
<header><a href="/">{esc(self.plan.site_name)}</a> <small>{SAMPLE_NOTE}</small><ul>{self._menu()}{static}</ul></header>
<main>
{body}
</main>
<footer><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p></footer>
</body></html>
"""
