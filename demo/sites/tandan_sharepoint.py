"""The provincial portal: SharePoint pages inside one big form, articles told apart by `nid` alone."""

import re
import unicodedata
from urllib.parse import quote

from demo.documents import file_of
from demo.page import Page, slugify
from demo.sites.answers import Answer, Request
from demo.sites.base import Site

_FILE = re.compile(r"^/VanBan/(?P<number>\d+)\.(?P<kind>pdf|docx)$")
_LISTING = re.compile(r"^/Trang/(?P<slug>[a-z0-9-]+)\.aspx$")


def address(title: str, number: int) -> str:
    """Path of an article."""
    return f"/Trang/ChiTietTinTuc.aspx?nid={number}&title={slugify(title)}.html"


class TandanSite(Site):
    """The home page links articles without their title, so only `nid` tells two addresses apart."""

    page_size = 8

    def section_path(self, slug: str) -> str:
        """`/Trang/{slug}.aspx`."""
        return f"/Trang/{slug}.aspx"

    def date_text(self, page: Page) -> str:
        """`12/03/2024 09:15`."""
        return f"{page.published_at:%d/%m/%Y %H:%M}"

    def picture(self, page: Page, index: int) -> str:
        """Picture names of the real portal are decomposed and percent-encoded."""
        name = unicodedata.normalize("NFD", f"ảnh hội nghị {page.number}-{index}.jpg")
        return f"/HinhAnhBaiViet/{page.published_at:%Y}/{quote(name)}"

    def find(self, request: Request) -> Page | None:
        """The article with that `nid`, whatever the title in the address."""
        if request.path != "/Trang/ChiTietTinTuc.aspx":
            return None
        number = request.query.get("nid", "")
        return next((p for p in self.pages if str(p.number) == number), None)

    def file_path(self, page: Page) -> str:
        """Address of the document behind a page."""
        return f"/VanBan/{page.number}.{page.file}"

    def other(self, request: Request) -> Answer | None:
        """Home page, section listings and documents."""
        if file := _FILE.match(request.path):
            return self._file(int(file["number"]), file["kind"], request)
        if request.path in {"/", "/Trang/default.aspx"}:
            return self.listing(request, self.home(request), "home")
        match = _LISTING.match(request.path)
        if match is None or match["slug"] not in self.plan.sections:
            return None
        shown = self.section(match["slug"], request, request.number("page"), f"{request.path}?page={{n}}")
        return self.listing(request, shown)

    def _file(self, number: int, kind: str, request: Request) -> Answer | None:
        page = next((p for p in self.pages if p.number == number and p.file == kind), None)
        if page is None or not page.is_public(request.as_of) or page.is_gone(request.as_of):
            return None
        data, content_type = file_of(page)
        return Answer(200, data, content_type, modified_at=page.published_at)
