"""A page with what a careful reader takes from it, and what a reader of ours or others made of it."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Truth:
    """What stands on a page; None where the set does not say, empty where it says that there is none.

    Attributes:
        title: The headline, or several that the page uses alike.
        day: Day of publication; None with `tells_day` where the page has none.
        tells_day: Whether the set says anything of the day.
        authors: Names in the order of the page.
        lead: The opening summary.
        text: Lead and text.
        opening: First words of lead and text, where the whole is not at hand.
        ending: Last words of it.
        words: Number of its words.
        is_article: Whether the page is one.
    """

    title: tuple[str, ...] = ()
    day: date | None = None
    tells_day: bool = False
    authors: tuple[str, ...] | None = None
    lead: str | None = None
    text: str | None = None
    opening: str = ""
    ending: str = ""
    words: int = 0
    is_article: bool = True


@dataclass(frozen=True)
class SavedPage:
    """A page as it was sent.

    Attributes:
        name: For messages.
        url: Its address.
        html: The page, decoded: some readers guess charsets badly, and that is not measured here.
        fetched_at: When it was fetched, aware, where the set says so.
        truth: What stands on it.
    """

    name: str
    url: str
    html: str
    fetched_at: datetime | None
    truth: Truth


@dataclass(frozen=True)
class Answer:
    """What a reader made of a page; empty where it found nothing.

    Attributes:
        title: Headline.
        day: Day of publication, ISO 8601.
        authors: Names.
        lead: Opening summary, from readers that tell it apart.
        text: Lead and text.
        refused: Why the reader takes the page for no article.
    """

    title: str = ""
    day: str = ""
    authors: tuple[str, ...] = field(default=())
    lead: str = ""
    text: str = ""
    refused: str = ""
