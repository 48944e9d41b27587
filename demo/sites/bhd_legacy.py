"""The newspaper before July 2023: addresses without `.html`, listings by section number, the date in capitals."""

import re
from urllib.parse import urlsplit

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
)

# Numbers of the real sections where they are known; 13 and 60 are ours.
SECTION_IDS = {"kinh-te": 5, "xa-hoi": 11, "khoa-hoc---giao-duc": 17, "lao-dong---viec-lam": 13}
CLOSED_SECTION = "noi-bo"


def address(section: str, title: str, number: int) -> str:
    """Path of an article."""
    return f"/{section}/{slugify(title)}-{number}"


class BhdLegacySite(Site):
    """`ul.list-news` listings and `div.fck` bodies; the by-line is the last line of the body."""

    closed = f"/{CLOSED_SECTION}/"
    _listing = re.compile(r"^/chuyen-muc/(?P<slug>[a-z0-9-]+)/(?P<id>\d+)(?:/(?P<page>\d+))?/?$")

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""
        return tuple(f"/chuyen-muc/{slug}/{SECTION_IDS[slug]}" for slug in self.plan.sections)

    def date_text(self, page: Page) -> str:
        """`THỨ HAI, 06/02/2023 15:00:50`."""
        return f"{WEEKDAYS[page.published_at.weekday()].upper()}, {page.published_at:%d/%m/%Y %H:%M:%S}"

    def other(self, request: Request) -> Answer | None:
        """Home page and section listings."""
        if request.path == "/":
            return self._list(request, "Trang chủ", list(self.visible(request.as_of)[: self.page_size]), "")
        match = self._listing.match(request.path)
        if match is None or SECTION_IDS.get(match["slug"]) != int(match["id"]):
            return None
        number = int(match["page"] or 1)
        # The closed section has no listing of its own: its pieces are linked from the first open one.
        first = next(iter(self.plan.sections))
        wanted = {match["slug"]} | ({CLOSED_SECTION} if match["slug"] == first else set())
        pages = [p for p in self.visible(request.as_of) if p.section in wanted]
        shown, last = cut(pages, number, self.page_size)
        links = pager(number, last, f"/chuyen-muc/{match['slug']}/{match['id']}/{{n}}")
        return self._list(request, self.plan.sections[match["slug"]], shown, links)

    def _list(self, request: Request, heading: str, pages: list[Page], links: str) -> Answer:
        items = "\n".join(
            f'<li><a class="thumb" href="{p.path}"><img src="{_picture(p, 0)}" alt=""></a>'
            f'<h4><a href="{p.path}">{esc(p.shown_title)}</a></h4><p>{esc(p.lead)}</p></li>'
            for p in pages
        )
        body = f'<h2 class="cat">{esc(heading)}</h2><ul class="list-news left w100pt">\n{items}\n</ul>{links}'
        return html_page(self._frame(request, heading, body))

    def article(self, page: Page, request: Request) -> str:
        """HTML of one article."""
        section = self.plan.sections.get(page.section, "Nội bộ")
        figures = "".join(
            f'<table class="picture" align="center"><tr><td><img src="{_picture(page, i)}" alt=""></td></tr>'
            f'<tr><td class="caption"><em>{esc(c)}</em></td></tr></table>'
            for i, c in enumerate(page.captions)
        )
        byline = f'<p style="text-align: right;"><strong>{esc(page.author)}</strong></p>' if page.author else ""
        related = "".join(f'<li><a href="{href}">{esc(title)}</a></li>' for title, href in self.side_links(page))
        body = f"""<div class="breadcrumb"><a href="/chuyen-muc/{page.section}/{SECTION_IDS.get(page.section, 60)}">{esc(section)}</a></div>
<div class="detail">
<p class="date-detail">{self.date_text(page)}</p>
<h1 class="title-detail">{esc(page.shown_title)}</h1>
<p class="sapo"><strong>{esc(page.lead)}</strong></p>
<div class="fck">
{figures}
{paragraphs(page.body(request.as_of))}
{byline}
</div>
<div class="tags">{" ".join(f'<a href="/tag/{slugify(t)}">{esc(t)}</a>' for t in page.tags)}</div>
<div class="relate"><h3>Tin liên quan</h3><ul>{related}</ul></div>
<div class="comment"><h3>Comment</h3><form action="/binh-luan" method="post"><textarea name="noi_dung"></textarea>
<p>Vui lòng nhập tiếng việt có dấu</p></form></div>
</div>"""
        head = f"""<meta property="og:title" content="{esc(page.shown_title)}">
<meta property="og:type" content="article">
<meta property="og:url" content="{request.base_url}{page.path}">
<meta name="description" content="{esc(page.lead)}">
<meta name="keywords" content="{esc(", ".join(page.tags))}">"""
        return self._frame(request, page.shown_title, body, head)

    def _frame(self, request: Request, title: str, body: str, head: str = "") -> str:
        # The real home page carries a clock of the day; taken for the article's date it is a trap.
        clock = f"{WEEKDAYS[request.as_of.weekday()].title()}, {request.as_of:%d.%m.%Y} - 22:45:20"
        menu = "".join(
            f'<li><a href="/chuyen-muc/{s}/{SECTION_IDS[s]}">{esc(n)}</a></li>' for s, n in self.plan.sections.items()
        )
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{esc(title)} - {esc(self.plan.site_name)}</title>
{head}
</head><body>
<div id="header"><div class="banner"><a href="/">{esc(self.plan.site_name)}</a> <em>{SAMPLE_NOTE}</em></div>
<div class="clock">{clock}</div><ul class="menu">{menu}</ul></div>
<div id="content">
{body}
</div>
<div id="footer"><p>{esc(self.plan.site_name)}. {SAMPLE_NOTE}</p><p>{LICENCE}</p></div>
</body></html>
"""


def _picture(page: Page, index: int) -> str:
    name = urlsplit(page.path).path.rsplit("/", 1)[-1][:40].strip("-")
    return f"/files/library/images/site-1/{page.published_at:%Y%m%d}/web/{name}-{index}-{page.published_at:%H%M%S}.jpg"
