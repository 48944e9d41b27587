"""What every site of the sample does: robots, home page, pictures, withdrawn pages, pagination. The rest is its platform's."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from urllib.parse import parse_qs, unquote, urlsplit

from demo.page import Page, newest_first
from demo.sources import SourcePlan

# A one-pixel GIF: pictures exist, but the sample keeps none.
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")

SAMPLE_NOTE = "Trang mẫu của theodoi, nội dung hư cấu."
LICENCE = "Giấy phép số 15/GP-TTĐT do Sở Thông tin và Truyền thông cấp ngày 15/03/2019"

# What boxes beside an unrelated article say about the programme.
SIDE_TEASERS = (
    "Tuyên truyền Đề án phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất kinh doanh",
    "Triển khai Quyết định 1584/QĐ-UBND của UBND tỉnh Hải Dương ngày 7/6/2022",
    "Kế hoạch 238/KH-UBND: phấn đấu năm 2025 có 33% lao động có bằng cấp, chứng chỉ",
)

WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers to one request."""

    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    modified_at: datetime | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a site sees it.

    Attributes:
        path: Decoded path.
        query: First value of each parameter.
        target: As sent.
        base_url: Root of the site, no slash at the end.
        as_of: The day on which the province stands.
    """

    path: str
    query: dict[str, str]
    target: str
    base_url: str
    as_of: date

    @classmethod
    def parse(cls, target: str, base_url: str, as_of: date) -> "Request":
        """Read the target of a request line."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        return cls(unquote(parts.path), query, target, base_url, as_of)

    @property
    def page_number(self) -> int:
        """The `page` parameter; 1 where it is absent or no number."""
        text = self.query.get("page", "1")
        return int(text) if text.isdecimal() else 1


def html_page(body: str, *, status: int = 200, modified_at: datetime | None = None) -> Answer:
    """An HTML answer."""
    return Answer(status, body.encode(), modified_at=modified_at)


def xml_page(body: str) -> Answer:
    """An XML answer."""
    return Answer(200, ('<?xml version="1.0" encoding="UTF-8"?>\n' + body).encode(), "text/xml; charset=utf-8")


def esc(text: str) -> str:
    """Text for HTML, XML and attributes."""
    return escape(text, quote=True)


def paragraphs(texts: Sequence[str]) -> str:
    """One `<p>` each."""
    return "\n".join(f"<p>{esc(t)}</p>" for t in texts)


def rss(title: str, base_url: str, items: Sequence[str]) -> Answer:
    """An RSS 2.0 feed of ready items."""
    return xml_page(
        f'<rss version="2.0"><channel><title>{esc(title)}</title><link>{base_url}/</link>'
        f"<description>{esc(SAMPLE_NOTE)}</description>\n{chr(10).join(items)}\n</channel></rss>"
    )


def rss_item(title: str, link: str, description: str, at: datetime) -> str:
    """One item; the description is HTML."""
    return (
        f"<item><title>{esc(title)}</title><link>{esc(link)}</link><guid>{esc(link)}</guid>"
        f"<description><![CDATA[{description}]]></description><pubDate>{format_datetime(at)}</pubDate></item>"
    )


def sitemap_index(addresses: Sequence[str]) -> Answer:
    """A sitemap of sitemaps."""
    rows = "\n".join(f"<sitemap><loc>{esc(a)}</loc></sitemap>" for a in addresses)
    return xml_page(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</sitemapindex>')


def sitemap(rows: Sequence[tuple[str, datetime | None]]) -> Answer:
    """A sitemap of addresses with their last change."""
    entries = "\n".join(
        f"<url><loc>{esc(a)}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</url>" for a, at in rows
    )
    return xml_page(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}\n</urlset>')


class Site(ABC):
    """One site: its pages, served in the structure of its platform.

    Attributes:
        plan: What the site is.
        page_size: Articles on one listing page.
        closed: Path prefix that robots.txt closes; empty where nothing is closed.
        latest_in_listing: Extra slug whose listing shows everything; empty where there is none.
    """

    page_size = 10
    closed = ""

    def __init__(self, plan: SourcePlan, pages: Sequence[Page]) -> None:
        self.plan = plan
        self._pages = tuple(newest_first(pages))
        self._by_path = {unquote(p.path): p for p in self._pages}
        self._mention = next(
            (p for p in reversed(self._pages) if p.relevance == "explicit" and p.reachable == "yes"), None
        )
        self._visible = lru_cache(maxsize=8)(self._visible_on)

    def _visible_on(self, as_of: date) -> tuple[Page, ...]:
        return tuple(p for p in self._pages if p.is_public(as_of) and not p.twin)

    def visible(self, as_of: date) -> tuple[Page, ...]:
        """Articles published by the end of that day, newest first; withdrawn ones stay listed, as on the real sites."""
        return self._visible(as_of)

    def in_section(self, section: str, as_of: date) -> list[Page]:
        """Articles of one section, newest first."""
        return [p for p in self.visible(as_of) if p.section == section]

    def answer(self, target: str, base_url: str, as_of: date) -> Answer:
        """Answer one request."""
        request = Request.parse(target, base_url, as_of)
        if request.path == "/robots.txt":
            return Answer(200, self.robots(base_url).encode(), "text/plain; charset=utf-8")
        if request.path.lower().endswith((".jpg", ".png", ".gif", ".ico")):
            return Answer(200, PIXEL, "image/gif")
        page = self.find(request)
        if page is not None and page.is_public(as_of):
            if page.is_gone(as_of):
                return html_page(self.missing(), status=page.gone_status)
            return html_page(self.article(page, request), modified_at=page.last_change(as_of))
        return self.other(request) or html_page(self.missing(), status=404)

    def find(self, request: Request) -> Page | None:
        """The article at an address, if there is one."""
        return self._by_path.get(unquote(request.target))

    def robots(self, base_url: str) -> str:
        """Text of robots.txt."""
        lines = ["User-agent: *", f"Disallow: {self.closed}", *(f"Sitemap: {base_url}{s}" for s in self.sitemaps)]
        return "\n".join(lines) + "\n"

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Paths of the sitemaps that robots.txt names."""
        return ()

    def missing(self) -> str:
        """The page for an address that is not there."""
        title = "Không tìm thấy trang"
        return f'<!DOCTYPE html><html lang="vi"><head><title>{title}</title></head><body><h1>{title}</h1></body></html>'

    def neighbours(self, page: Page, count: int = 3) -> list[Page]:
        """Earlier articles of the site that do not concern the programme, for the boxes beside an article."""
        earlier = [
            p
            for p in self._pages
            if not p.twin and p.published_at < page.published_at and p.relevance == "none" and p.reachable == "yes"
        ]
        return earlier[:count]

    def side_links(self, page: Page) -> list[tuple[str, str]]:
        """(title, path) for the boxes beside an article, a mention of the programme among them where the page has that trap."""
        links = [(p.title, p.path) for p in self.neighbours(page)]
        if page.side_mention:
            mention = self._mention
            known = mention is not None and mention.published_at < page.published_at
            links.insert(0, (SIDE_TEASERS[page.number % len(SIDE_TEASERS)], mention.path if known and mention else "/"))
        return links

    @property
    @abstractmethod
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""

    @abstractmethod
    def article(self, page: Page, request: Request) -> str:
        """HTML of one article."""

    @abstractmethod
    def other(self, request: Request) -> Answer | None:
        """Listings, feeds, sitemaps and the rest; None where the site has no such address."""

    @abstractmethod
    def date_text(self, page: Page) -> str:
        """Publication time as the article page writes it for people."""


def pager(current: int, last: int, address: str) -> str:
    """Links to the pages of a listing; `address` has `{n}` for the number."""
    if last < 2:
        return ""
    links = [
        f'<li class="{"active" if n == current else ""}"><a href="{esc(address.format(n=n))}">{n}</a></li>'
        for n in range(1, last + 1)
    ]
    if current < last:
        links.append(f'<li><a rel="next" href="{esc(address.format(n=current + 1))}">Trang sau »</a></li>')
    return f'<ul class="pagination">{"".join(links)}</ul>'


def cut(pages: Sequence[Page], number: int, size: int) -> tuple[list[Page], int]:
    """One listing page and the number of the last one; pinned articles head the first page and keep their own place too."""
    last = max(1, -(-len(pages) // size))
    shown = list(pages[(number - 1) * size : number * size])
    if number == 1:
        shown = [p for p in pages if p.pinned] + shown
    return shown, last
