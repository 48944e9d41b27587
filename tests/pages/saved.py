"""The saved pages: `<platform>/<name>.html` with the expected result in `<name>.json` beside it.

Where a platform's articles are entries of a feed, the entry stands in `<name>.xml`.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from transforms.article import Article, NotAnArticleError
from transforms.extract import extract_article

FOLDER = Path(__file__).parent
# Pages for which no rule of a platform exists.
GENERIC = "generic"
# A page of our own was never fetched; this day is after all of them.
FETCHED_AT = "2025-01-01T00:00:00+07:00"


@dataclass(frozen=True)
class SavedPage:
    """One saved page.

    Attributes:
        file: The HTML or XML file.
        url: Address under which it is read.
        fetched_at: When it is said to have been fetched, ISO 8601.
        expected: Fields of the article, or `{"refused": reason}`; None before it was written.
    """

    file: Path
    url: str
    fetched_at: str
    expected: dict[str, Any] | None

    @property
    def platform(self) -> str | None:
        """The platform: name of the folder."""
        return None if self.file.parent.name == GENERIC else self.file.parent.name

    @property
    def name(self) -> str:
        """Folder and file name, for messages."""
        return f"{self.file.parent.name}/{self.file.stem}"

    def read(self, *, with_platform: bool = True) -> dict[str, Any]:
        """What extraction makes of it now, in the form of `expected`."""
        try:
            article = extract_article(
                self.file.read_bytes(),
                self.url,
                platform=self.platform if with_platform else None,
                fetched_at=datetime.fromisoformat(self.fetched_at),
            )
        except NotAnArticleError as refusal:
            return {"refused": refusal.reason}
        return plain(article)

    def save(self, expected: dict[str, Any]) -> Path:
        """Write the expected result beside the page."""
        target = self.file.with_suffix(".json")
        content = {"url": self.url, "fetched_at": self.fetched_at, "expected": expected}
        target.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return target


def plain(article: Article) -> dict[str, Any]:
    """Fields of an article as JSON knows them; lines of the text apart, so that a diff shows them."""
    fields = asdict(article)
    del fields["url"]
    fields["text"] = article.text.split("\n") if article.text else []
    for name, value in fields.items():
        if isinstance(value, datetime):
            fields[name] = value.isoformat()
        elif isinstance(value, tuple):
            fields[name] = list(value)
    return fields


def open_page(file: Path, *, url: str = "", fetched_at: str = "") -> SavedPage:
    """One page; what is not given comes from its JSON, else a made-up address and time."""
    known: dict[str, Any] = {}
    if (beside := file.with_suffix(".json")).exists():
        known = json.loads(beside.read_text(encoding="utf-8"))
    return SavedPage(
        file,
        url or known.get("url") or f"https://{file.parent.name.replace('_', '-')}.example/{file.stem}",
        fetched_at or known.get("fetched_at") or FETCHED_AT,
        known.get("expected"),
    )


def all_pages() -> list[SavedPage]:
    """All saved pages in a fixed order."""
    return [open_page(file) for file in sorted([*FOLDER.glob("*/*.html"), *FOLDER.glob("*/*.xml")])]
