"""How right pages are read, beside other readers: `python -m benchmarks.extraction [pages|public|dates|all]`.

pages    real pages of a folder given with --real: one WARC file with a truth.csv beside it
public   public sets of the field, cloned when measured or taken from --sets: texts, titles, authors, days
dates    the table of Vietnamese date lines and traps
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.extraction import sets
from benchmarks.extraction.measure import kinds_told_apart, misses, score
from benchmarks.extraction.pages import SavedPage, Truth
from benchmarks.extraction.readers import FOR_DATES, FOR_TEXT, OURS, read_all
from tests.eval.date_table import FETCHED_AT, rows

# Pages of the table of dates are shorter; they are refused for want of a date, which is what they ask for.
_MADE_UP = 4_000


def print_set(
    title: str, pages: Sequence[SavedPage], readers: Sequence[str], names: Sequence[str], *, wrong: bool
) -> None:
    """One table: a row for each reader, a column for each figure."""
    print(f"\n{title}: {len(pages)} pages")
    for number, reader in enumerate((OURS, *readers)):
        answers = read_all(reader, pages)
        scores = score(pages, answers, names)
        if not number:
            print(f"  {'':24}" + "".join(f"{f'{s.name} ({s.of})':>20}" for s in scores))
        print(f"  {reader:24}" + "".join(f"{s.value:20.3f}" for s in scores), flush=True)
        if reader == OURS and len(pages[0].html) > _MADE_UP:
            told = [s for s in kinds_told_apart(pages, answers) if s.of]
            print(f"  {'':24}" + ", ".join(f"{s.name}: {round(s.value * s.of)} of {s.of}" for s in told))
            if wrong:
                print("\n".join(f"    {line}" for line in misses(pages, answers, names)))


def measure_pages(options: argparse.Namespace) -> None:
    """Real pages of a folder."""
    if not options.real:
        raise sets.SetMissingError("--real DIR names the folder with the real pages")
    pages = list(sets.real_pages(options.real))
    names = ("title", "day right", "day wrong", "authors", "wrong name", "lead", "text fits")
    print_set("Real pages", pages, FOR_TEXT, names, wrong=options.wrong)


def measure_public(options: argparse.Namespace) -> None:
    """Public sets."""
    pages = list(sets.scrapinghub_pages(options.sets))
    print_set("article-extraction-benchmark", pages, FOR_TEXT, ("text F1", "text runs"), wrong=options.wrong)
    pages = list(sets.fundus_pages(options.sets))
    names = ("title", "day right", "day wrong", "authors", "wrong name", "text F1")
    print_set("Fundus", pages, (*FOR_TEXT, "htmldate"), names, wrong=options.wrong)
    pages = list(sets.htmldate_pages(options.sets))
    print_set("htmldate", pages, FOR_DATES, ("day right", "day wrong"), wrong=options.wrong)


def measure_dates(options: argparse.Namespace) -> None:
    """The table of Vietnamese dates: shapes read right, traps that gave no day."""
    pages = [
        SavedPage(
            row.name,
            row.url,
            row.html,
            FETCHED_AT,
            Truth(day=date.fromisoformat(row.at[:10]) if row.at else None, tells_day=True),
        )
        for row in rows()
    ]
    told = [page for page in pages if page.truth.day]
    names = ("day right", "day wrong")
    print_set("Vietnamese dates: shapes", told, FOR_DATES, names, wrong=options.wrong)
    traps = [page for page in pages if not page.truth.day]
    print_set("Vietnamese dates: traps", traps, FOR_DATES, names, wrong=options.wrong)


_GROUPS: dict[str, Callable[[argparse.Namespace], None]] = {
    "pages": measure_pages,
    "public": measure_public,
    "dates": measure_dates,
}


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.extraction",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("groups", nargs="*", choices=[[], *_GROUPS, "all"], metavar="GROUP", help=" ".join(_GROUPS))
    parser.add_argument("--real", type=Path, metavar="DIR", help="folder with a WARC file and truth.csv")
    parser.add_argument("--sets", type=Path, metavar="DIR", help="folder with clones of the public sets")
    parser.add_argument("--wrong", action="store_true", help="print what theodoi read otherwise")
    options = parser.parse_args()
    asked = _GROUPS if not options.groups or "all" in options.groups else options.groups
    for name in asked:
        try:
            _GROUPS[name](options)
        except sets.SetMissingError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
