"""What a site is asked and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs, unquote, urlsplit

SAMPLE_NOTE = "Trang mẫu của theodoi, nội dung hư cấu."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers to one request.

    Attributes:
        status: HTTP status.
        body: Bytes of the body.
        content_type: Content-Type to send.
        modified_at: Time of the last change, where the site tells it.
    """

    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a site sees it.

    Attributes:
        path: Decoded path.
        query: First value of each parameter.
        target: Path and query as sent.
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

    def number(self, name: str) -> int:
        """A parameter that counts pages; 1 where it is absent or no number."""
        text = self.query.get(name, "1")
        return max(1, int(text)) if text.isdecimal() else 1


def html(body: str, *, status: int = 200, modified_at: datetime | None = None) -> Answer:
    """An HTML answer."""
    return Answer(status, body.encode(), modified_at=modified_at)
