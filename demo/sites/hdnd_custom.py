"""A site that is down: every address answers 503, so that a day without sight differs from a day without news."""

from datetime import date

from demo.page import Page
from demo.sites.base import Answer, Request, Site, html_page


class HdndSite(Site):
    """Nothing can be seen here."""

    @property
    def start_paths(self) -> tuple[str, ...]:
        """First page of the only listing."""
        return ("/tin-tuc",)

    def answer(self, target: str, base_url: str, as_of: date) -> Answer:  # noqa: ARG002  the base class's signature
        """503, whatever was asked."""
        return html_page(
            "<html><head><title>503</title></head><body><h1>503 Service Unavailable</h1></body></html>", status=503
        )

    def article(self, page: Page, request: Request) -> str:
        """There is none.

        Raises:
            LookupError: Always.
        """
        raise LookupError(page.path)

    def other(self, request: Request) -> Answer | None:
        """Never asked: `answer` refuses first."""
        return self.answer(request.target, request.base_url, request.as_of)

    def date_text(self, page: Page) -> str:
        """There is none.

        Raises:
            LookupError: Always.
        """
        raise LookupError(page.path)
