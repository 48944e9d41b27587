"""The provincial portal: SharePoint pages inside one big form, articles told apart by `nid` alone."""

import re
import unicodedata
from urllib.parse import quote

from demo.page import Page, slugify
from demo.sites.base import LICENCE, SAMPLE_NOTE, Answer, Request, Site, cut, esc, html_page, pager, paragraphs


def address(title: str, number: int) -> str:
    """Path of an article."""
    return f"/Trang/ChiTietTinTuc.aspx?nid={number}&title={slugify(title)}.html"


class TandanSite(Site):
    """The home page links articles without their title, so only `nid` tells two addresses apart."""

    page_size = 8
    _listing = re.compile(r"^/Trang/(?P<slug>[a-z0-9-]+)\.aspx$")

    def find(self, request: Request) -> Page | None:
        """The article with that `nid`, whatever the title in the address."""
        if request.path != "/Trang/ChiTietTinTuc.aspx":
            return None
        number = request.query.get("nid", "")
        return next((p for p in self._pages if str(p.number) == number), None)

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""
        return tuple(f"/Trang/{slug}.aspx" for slug in self.plan.sections)

    def date_text(self, page: Page) -> str:
        """`12/03/2024 09:15`."""
        return f"{page.published_at:%d/%m/%Y %H:%M}"

    def other(self, request: Request) -> Answer | None:
        """Home page and section listings."""
        if request.path in {"/", "/Trang/default.aspx"}:
            # The home page links by number alone, the sections by number and title.
            home = "\n".join(
                f'<h3><a href="/Trang/ChiTietTinTuc.aspx?nid={p.number}">{esc(p.shown_title)}</a></h3>'
                for p in self.visible(request.as_of)[: self.page_size]
            )
            return html_page(self._frame("Trang chủ", f'<div class="tandan-div-module-news-top">\n{home}\n</div>'))
        match = self._listing.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return None
        number = request.page_number
        shown, last = cut(self.in_section(match["slug"], request.as_of), number, self.page_size)
        links = pager(number, last, f"/Trang/{match['slug']}.aspx?page={{n}}")
        return self._list(self.plan.sections[match["slug"]], shown, links)

    def _list(self, heading: str, pages: list[Page], links: str) -> Answer:
        items = "\n".join(
            f'<div class="item"><a class="TD-link-img" href="{esc(p.path)}"><img src="{_picture(p, 0)}" alt=""></a>'
            f'<h3><a href="{esc(p.path)}">{esc(p.shown_title)}</a></h3>'
            f'<span class="date">({self.date_text(p)})</span><p>{esc(p.lead)}</p></div>'
            for p in pages
        )
        body = f'<div class="TD-box-news-main"><h2>{esc(heading)}</h2><div class="tandan-div-module-news-top">\n{items}\n</div>{links}</div>'
        return html_page(self._frame(heading, body))

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article."""
        figures = "".join(
            f'<div class="image"><img src="{_picture(page, i)}" alt=""><p class="caption" style="text-align:center"><em>{esc(c)}</em></p></div>'
            for i, c in enumerate(page.captions)
        )
        author = (
            f'<p class="author" style="text-align:right"><strong>{esc(page.author)}</strong></p>' if page.author else ""
        )
        credit = f'<p class="source" style="text-align:right"><em>{esc(page.credit)}</em></p>' if page.credit else ""
        side = "".join(f'<li><a href="{esc(href)}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        body = f"""<div class="TD-box-news-main">
<h1 class="title">{esc(page.shown_title)}</h1>
<div class="TD-news-date">{self.date_text(page)}</div>
<div class="tandan-div-module-news-article">
<p class="sapo"><strong>{esc(page.lead)}</strong></p>
{figures}
{paragraphs(page.body(request.as_of))}
{author}{credit}
</div></div>
<div class="tandan-div-module-default-left"><h3>Tin đọc nhiều</h3><ul>{side}</ul></div>"""
        return self._frame(page.shown_title, body)

    def _frame(self, title: str, body: str) -> str:
        menu = "".join(f'<li><a href="/Trang/{s}.aspx">{esc(n)}</a></li>' for s, n in self.plan.sections.items())
        return f"""<!DOCTYPE html>
<html lang="vi-vn"><head><meta charset="utf-8"><meta name="GENERATOR" content="Microsoft SharePoint"><title>{esc(title)}</title>
</head><body>
<form method="post" action="./" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="bWF1">
<div class="TD-banner"><a href="/">{esc(self.plan.site_name)}</a><span>{SAMPLE_NOTE}</span></div>
<ul class="TD-menu">{menu}</ul>
{body}
<div class="tandan-div-module-links-img"><a class="TD-link-img" href="/"><img src="/lien-ket.png" alt="Liên kết"></a></div>
<div class="TD-footer"><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p>
<label>Ý kiến</label><input name="gop_y"></div>
</form></body></html>
"""


def _picture(page: Page, index: int) -> str:
    # Picture names of the real portal are decomposed and percent-encoded.
    name = unicodedata.normalize("NFD", f"ảnh hội nghị {page.number}-{index}.jpg")
    return f"/HinhAnhBaiViet/{page.published_at:%Y}/{quote(name)}"
