"""A site that is down: every address answers 503, so that a day without sight differs from a day without news."""

from datetime import date

from demo.page import Page
from demo.sites.answers import Answer, Request, html
from demo.sites.base import Site

_DOWN = "<html><head><title>503</title></head><body><h1>503 Service Unavailable</h1></body></html>"


class HdndSite(Site):
    """Nothing can be seen here."""

    def section_path(self, slug: str) -> str:
        """`/{slug}`."""
        return f"/{slug}"

    def answer(self, target: str, base_url: str, as_of: date) -> Answer:  # noqa: ARG002  asked for anything, it is down
        """503, whatever was asked."""
        return html(_DOWN, status=503)

    def other(self, request: Request) -> Answer | None:
        """503 too."""
        return self.answer(request.target, request.base_url, request.as_of)

    def date_text(self, page: Page) -> str:
        """There is no article to date.

        Raises:
            LookupError: Always.
        """
        raise LookupError(page.path)

    def picture(self, page: Page, index: int) -> str:
        """There is no article to illustrate.

        Raises:
            LookupError: Always.
        """
        raise LookupError(page.path, index)
