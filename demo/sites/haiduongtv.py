"""The TV station's site: the date is glued to the headline, the by-line is the last line."""

import re

from demo.page import Page, slugify
from demo.sites.base import LICENCE, SAMPLE_NOTE, Answer, Request, Site, cut, esc, html_page, pager, paragraphs


def address(title: str, number: int) -> str:
    """Path of an article."""
    return f"/xem-tin-tuc/{slugify(title)}-{number}.html"


class HaiDuongTvSite(Site):
    """Listings page by `trang-n`."""

    _listing = re.compile(r"^/tin-tuc/(?P<slug>[a-z0-9-]+?)(?:/trang-(?P<page>\d+))?\.html$")

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""
        return tuple(f"/tin-tuc/{slug}.html" for slug in self.plan.sections)

    def date_text(self, page: Page) -> str:
        """`17/08/2023 - 18:30:00`."""
        return f"{page.published_at:%d/%m/%Y - %H:%M:%S}"

    def other(self, request: Request) -> Answer | None:
        """Home page, listings, and the pages of moving pictures."""
        if request.path == "/":
            return self._list("Trang chủ", list(self.visible(request.as_of)[: self.page_size]), "")
        if request.path == "/truyen-hinh-truc-tuyen.html" or request.path.startswith("/media/"):
            return html_page(
                self._frame("Truyền hình trực tuyến", '<div class="player"><video controls></video></div>')
            )
        match = self._listing.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return None
        number = int(match["page"] or 1)
        shown, last = cut(self.in_section(match["slug"], request.as_of), number, self.page_size)
        return self._list(
            self.plan.sections[match["slug"]], shown, pager(number, last, f"/tin-tuc/{match['slug']}/trang-{{n}}.html")
        )

    def _list(self, heading: str, pages: list[Page], links: str) -> Answer:
        items = "\n".join(
            f'<div class="news-row"><a href="{p.path}"><img src="/upload/tin/{p.number}-0.jpg" alt=""></a><a class="name" href="{p.path}">{esc(p.shown_title)}</a><p>{esc(p.lead)}</p></div>'
            for p in pages
        )
        return html_page(self._frame(heading, f'<div class="cat-name">{esc(heading)}</div>\n{items}\n{links}'))

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article."""
        figures = "".join(
            f'<div class="img-center"><img src="/upload/tin/{page.number}-{i}.jpg" alt=""><div class="img-note">{esc(c)}</div></div>'
            for i, c in enumerate(page.captions)
        )
        video = (
            f'<video controls src="/upload/video/{page.number}.mp4"></video>'
            if page.genre in {"video", "phong_su"}
            else ""
        )
        author = f'<p style="text-align:right"><strong>{esc(page.author)}</strong></p>' if page.author else ""
        credit = f'<p style="text-align:right"><em>{esc(page.credit)}</em></p>' if page.credit else ""
        # The technical unit signs some pieces; that is no credit of a reprint.
        unit = '<p class="ttktt">Theo TTKTTV</p>' if page.number % 4 == 0 and not page.credit else ""
        side = "".join(f'<li><a href="{href}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        body = f"""<div class="news-detail"><h1 class="news-title">{esc(page.shown_title)}</h1><span class="news-date">{self.date_text(page)}</span>
<div class="news-sapo"><strong>{esc(page.lead)}</strong></div>
<div class="news-content">
{video}{figures}
{paragraphs(page.body(request.as_of))}
{author}{credit}{unit}
</div>
<div class="news-comment"><h3>Ý kiến bạn đọc</h3></div>
<div class="news-same"><h3>Tin cùng chuyên mục</h3><ul>{side}</ul></div></div>"""
        head = f'<meta property="og:title" content="{esc(page.shown_title)}"><meta name="description" content="{esc(page.lead)}">'
        return self._frame(page.shown_title, body, head)

    def _frame(self, title: str, body: str, head: str = "") -> str:
        menu = "".join(f'<a href="/tin-tuc/{s}.html">{esc(n)}</a> ' for s, n in self.plan.sections.items())
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{esc(title)}</title>
{head}
</head><body>
<div class="top"><a href="/">{esc(self.plan.site_name)}</a> <span>{SAMPLE_NOTE}</span> {menu}<a href="/truyen-hinh-truc-tuyen.html">Trực tuyến</a></div>
<div class="main">
{body}
</div>
<div class="bottom"><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p></div>
</body></html>
"""
