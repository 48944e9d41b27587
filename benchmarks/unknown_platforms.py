"""Dates and authors on sites that nobody configured: `python -m benchmarks.unknown_platforms [ARTICLES] [--wrong]`.

Pages of layouts made for this project, with the date and the author in the page's text alone, read without any rule of
a platform. One part of the layouts was looked at while the rules were improved; the held-out part was written before
and only measured; the unseen part was written after, and what it showed was added then. `--wrong` prints what was read
otherwise, of the first part.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import nan

import htmldate
import trafilatura

from benchmarks.unknown.held_out import HELD_OUT
from benchmarks.unknown.material import FETCHED_AT, Layout, Made, make
from benchmarks.unknown.tuned import TUNED
from benchmarks.unknown.unseen import UNSEEN
from transforms.article import NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.dates import VIETNAM

ARTICLES = 50


@dataclass(frozen=True)
class Read:
    """What a reader made of a page."""

    at: datetime | None
    authors: tuple[str, ...]


@dataclass
class Tally:
    """How many pages were read right.

    Attributes:
        pages: Pages asked.
        timed: Pages that show the minute.
        day: Pages whose day was right; where they tell none, those that were given none.
        minute: Timed pages whose minute was right.
        author: Pages whose authors were right, in their order; none where none is named.
        wrong_day: Pages that were given another day.
        wrong_author: Pages that were given a name that is none of theirs.
    """

    pages: int = 0
    timed: int = 0
    day: int = 0
    minute: int = 0
    author: int = 0
    wrong_day: int = 0
    wrong_author: int = 0

    def add(self, made: Made, read: Read) -> None:
        """Count one page."""
        same_day = (read.at and read.at.date()) == (made.at and made.at.date())
        self.pages += 1
        self.timed += made.has_time
        self.day += same_day
        self.wrong_day += read.at is not None and not same_day
        self.minute += made.has_time and read.at == made.at
        self.author += read.authors == made.authors
        self.wrong_author += not set(read.authors) <= set(made.authors)

    def shares(self) -> dict[str, float]:
        """Shares by name; those of minutes are of the pages that show one."""
        return {
            "day": self.day / self.pages,
            "minute": self.minute / self.timed if self.timed else nan,
            "author": self.author / self.pages,
            "wrong_day": self.wrong_day / self.pages,
            "wrong_author": self.wrong_author / self.pages,
        }


def ours(made: Made) -> Read:
    """What this project reads without a platform; nothing where it refuses the page."""
    try:
        article = extract_article(made.html, made.url, platform="generic", fetched_at=FETCHED_AT)
    except NotAnArticleError:
        return Read(None, ())
    return Read(article.published_at and article.published_at.astimezone(VIETNAM), article.authors)


def of_htmldate(made: Made) -> Read:
    """What htmldate reads: a day, no minute, no author."""
    found = htmldate.find_date(made.html, original_date=True, url=made.url, max_date=FETCHED_AT.date().isoformat())
    return Read(datetime.fromisoformat(found).replace(tzinfo=VIETNAM) if found else None, ())


def of_trafilatura(made: Made) -> Read:
    """What trafilatura reads: a day and names."""
    document = trafilatura.bare_extraction(made.html, url=made.url, with_metadata=True)
    day, author = getattr(document, "date", None), getattr(document, "author", None)
    names = tuple(name.strip() for name in (author or "").split(";") if name.strip())
    return Read(datetime.fromisoformat(day).replace(tzinfo=VIETNAM) if day else None, names)


READERS: dict[str, Callable[[Made], Read]] = {
    "theodoi": ours,
    "htmldate": of_htmldate,
    "trafilatura": of_trafilatura,
}


def measure(
    layouts: tuple[Layout, ...], articles: int, reader: Callable[[Made], Read] = ours, *, dated: bool = True
) -> tuple[dict[str, Tally], list[str]]:
    """Tallies by layout and, together, under an empty name; and what was read otherwise.

    Args:
        layouts: Which.
        articles: Pages of each.
        reader: Who reads.
        dated: Whether the pages tell their date.
    """
    tallies = {"": Tally(), **{layout.name: Tally() for layout in layouts}}
    wrong = []
    for made in make(layouts, articles, dated=dated):
        read = reader(made)
        tallies[""].add(made, read)
        tallies[made.layout].add(made, read)
        at = made.at if made.has_time or made.at is None else made.at.replace(hour=0, minute=0)
        if (read.at, read.authors) != (at, made.authors):
            wrong.append(f"{made.layout}: {read.at} {read.authors} instead of {at} {made.authors}")
    return tallies, wrong


def main() -> None:
    """Print the shares of every layout, tuned and held out apart, and of two libraries beside them."""
    numbers = [a for a in sys.argv[1:] if a.isdecimal()]
    articles = int(numbers[0]) if numbers else ARTICLES
    columns = ("day", "minute", "author", "wrong_day", "wrong_author")
    for name, layouts in (("tuned", TUNED), ("held out", HELD_OUT), ("unseen", UNSEEN)):
        print(f"{name + f', {articles} pages each':28}" + "".join(f"{c:>14}" for c in columns))
        for reader, read in READERS.items():
            tallies, wrong = measure(layouts, articles, read)
            rows = tallies.items() if reader == "theodoi" else [("", tallies[""])]
            for layout, tally in rows:
                print(f"  {layout or reader:26}" + "".join(f"{tally.shares()[c]:14.3f}" for c in columns))
            if "--wrong" in sys.argv and reader == "theodoi" and layouts is TUNED:
                print("\n".join(f"    {line}" for line in wrong))
        # The same pages without their date: what is left are clocks, licences, comments and neighbours.
        undated = measure(layouts, max(1, articles // 2), dated=False)[0][""]
        print(f"  {'theodoi, date taken out':26}{'':28}{'':14}{undated.shares()['wrong_day']:14.3f}\n")


if __name__ == "__main__":
    main()
