"""What every site of the sample does; the rest is its platform's."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import lru_cache
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from demo.page import Page, newest_first, slugify
from demo.sites.answers import SAMPLE_NOTE, Answer, Request, html
from demo.sources import SourcePlan

LICENCE = "Giấy phép số 15/GP-TTĐT do Sở Thông tin và Truyền thông cấp ngày 15/03/2019"
# What boxes beside an unrelated article say about the programme.
SIDE_TEASERS = (
    "Tuyên truyền Đề án phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất kinh doanh",
    "Triển khai Quyết định 1584/QĐ-UBND của UBND tỉnh Hải Dương ngày 7/6/2022",
    "Kế hoạch 238/KH-UBND: phấn đấu năm 2025 có 33% lao động có bằng cấp, chứng chỉ",
)
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
# One grey pixel: pictures exist, but the sample keeps none.
_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_PICTURES = (".jpg", ".png", ".gif", ".ico")

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"slug": slugify, "unquote": unquote, "utc": lambda moment: moment.astimezone(UTC)}
_TEMPLATES.policies["json.dumps_kwargs"] = {"ensure_ascii": False}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing.

    Attributes:
        heading: What it lists.
        pages: Articles in the order shown.
        number: Which page it is, from 1.
        last: Number of the last page.
        address: Path of page `{n}`.
    """

    heading: str
    pages: Sequence[Page]
    number: int = 1
    last: int = 1
    address: str = ""


class Site(ABC):
    """One site: its pages, served in the structure of its platform.

    Args:
        plan: What the site is.
        pages: Its article addresses.
    """

    page_size: ClassVar[int] = 10
    # What robots.txt closes, and the sitemaps that it names.
    closed: ClassVar[str] = ""
    sitemaps: ClassVar[tuple[str, ...]] = ()

    def __init__(self, plan: SourcePlan, pages: Sequence[Page]) -> None:
        self.plan = plan
        self.pages = tuple(newest_first(pages))
        self._by_path = {unquote(p.path): p for p in self.pages}
        naming = (p for p in reversed(self.pages) if p.relevance == "explicit" and p.reachable == "yes")
        self._first_naming = next(naming, None)
        self.visible = lru_cache(maxsize=8)(self._visible)

    # -- what the platform says ----------------------------------------------------------------------------------------

    @abstractmethod
    def section_path(self, slug: str) -> str:
        """Address of the first page of a section's listing."""

    @abstractmethod
    def date_text(self, page: Page) -> str:
        """Publication time as the article page writes it for people."""

    @abstractmethod
    def picture(self, page: Page, index: int) -> str:
        """Address of one of an article's pictures."""

    @abstractmethod
    def other(self, request: Request) -> Answer | None:
        """Listings, feeds, sitemaps and the rest; None where the site has no such address."""

    # -- what all share ------------------------------------------------------------------------------------------------

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First pages of the section listings."""
        return tuple(self.section_path(slug) for slug in self.plan.sections)

    @property
    def menu(self) -> list[tuple[str, str]]:
        """(path, name) of the sections."""
        return [(self.section_path(slug), name) for slug, name in self.plan.sections.items()]

    def answer(self, target: str, base_url: str, as_of: date) -> Answer:
        """Answer one request.

        Args:
            target: Path and query as sent.
            base_url: Root of the site, no slash at the end.
            as_of: The day on which the province stands.
        """
        request = Request.parse(target, base_url, as_of)
        if request.path == "/robots.txt":
            return Answer(200, self.robots(base_url).encode(), "text/plain; charset=utf-8")
        if request.path.lower().endswith(_PICTURES):
            return Answer(200, _PIXEL, "image/gif")
        page = self.find(request)
        if page is not None and page.is_public(as_of):
            if page.is_gone(as_of):
                return html(self.render("shared/missing", request), status=page.gone_status)
            return html(self.article(page, request), modified_at=page.last_change(as_of))
        return self.other(request) or html(self.render("shared/missing", request), status=404)

    def find(self, request: Request) -> Page | None:
        """The article at an address, if there is one."""
        return self._by_path.get(unquote(request.target))

    def robots(self, base_url: str) -> str:
        """Text of robots.txt."""
        return "\n".join(
            ["User-agent: *", f"Disallow: {self.closed}", *(f"Sitemap: {base_url}{s}" for s in self.sitemaps), ""]
        )

    def render(self, template: str, request: Request, **values: object) -> str:
        """Fill a template; a name without a folder is the platform's own."""
        name = template if "/" in template else f"{self.plan.platform}/{template}"
        shared = {"site": self, "plan": self.plan, "request": request, "note": SAMPLE_NOTE, "licence": LICENCE}
        return _TEMPLATES.get_template(f"{name}.html").render(**shared, **values)

    def article(self, page: Page, request: Request, template: str = "article") -> str:
        """HTML of one article as it stands on that day."""
        return self.render(
            template,
            request,
            page=page,
            url=request.base_url + page.path,
            section=self.plan.sections.get(page.section, "Nội bộ"),
            texts=page.body(request.as_of),
            changed=page.last_change(request.as_of),
            edited=page.is_edited(request.as_of),
            links=self.side_links(page),
        )

    def listing(self, request: Request, listing: Listing, template: str = "listing") -> Answer:
        """HTML of one listing page."""
        return html(self.render(template, request, list=listing))

    def home(self, request: Request) -> Listing:
        """The newest articles of the whole site."""
        return Listing("Trang chủ", self.visible(request.as_of)[: self.page_size])

    def section(self, slug: str, request: Request, number: int, address: str) -> Listing:
        """One page of a section; pinned articles head the first and keep their own place too."""
        pages = self.in_section(slug, request.as_of)
        shown = pages[(number - 1) * self.page_size : number * self.page_size]
        if number == 1:
            shown = [p for p in pages if p.pinned] + shown
        last = max(1, -(-len(pages) // self.page_size))
        return Listing(self.plan.sections[slug], shown, number, last, address)

    def _visible(self, as_of: date) -> tuple[Page, ...]:
        """Articles published by the end of that day, newest first; the withdrawn stay listed, as on the real sites."""
        return tuple(p for p in self.pages if p.is_public(as_of) and not p.twin)

    def in_section(self, slug: str, as_of: date) -> list[Page]:
        """Articles of one section, newest first."""
        return [p for p in self.visible(as_of) if p.section == slug]

    def neighbours(self, page: Page, count: int = 3) -> list[Page]:
        """Earlier articles that have nothing to do with the programme, for the boxes beside an article."""
        return [
            p
            for p in self.pages
            if p.published_at < page.published_at and p.relevance == "none" and p.reachable == "yes"
        ][:count]

    def side_links(self, page: Page) -> list[tuple[str, str]]:
        """(title, path) for the boxes beside an article; where the page has that trap, one names the programme."""
        links = [(p.title, p.path) for p in self.neighbours(page)]
        if page.side_mention:
            first = self._first_naming
            path = first.path if first is not None and first.published_at < page.published_at else "/"
            links.insert(0, (SIDE_TEASERS[page.number % len(SIDE_TEASERS)], path))
        return links
