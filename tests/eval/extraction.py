"""How well the saved pages are read, with the rules of their platform and without any.

python -m tests.eval.extraction             print the figures and what is wrong
python -m tests.eval.extraction --update    pin them as the new floor; --lower lets it fall
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

from tests.pages.saved import SavedPage, all_pages

FLOOR_FILE = Path(__file__).with_name("extraction_floor.json")
FIELDS = ("title", "published_at", "lead", "authors")


def digest() -> str:
    """SHA-256 over the saved pages and their expected results: figures hold for these alone."""
    total = hashlib.sha256()
    for page in all_pages():
        for file in (page.file, page.file.with_suffix(".json")):
            total.update(f"{page.name}{file.suffix}\n".encode() + file.read_bytes())
    return total.hexdigest()


def measure() -> tuple[dict[str, float], list[str]]:
    """Figures between 0 and 1 by name (`rules.title`, `no_rules.text_f1`, …), and what was read otherwise."""
    figures: dict[str, float] = {}
    wrong: list[str] = []
    for mode, with_platform in (("rules", True), ("no_rules", False)):
        pairs = [(page, page.expected or {}, page.read(with_platform=with_platform)) for page in all_pages()]
        articles = [(page, truth, read) for page, truth, read in pairs if "refused" not in truth]
        figures[f"{mode}.told_apart"] = mean(("refused" in t) == ("refused" in r) for _, t, r in pairs)
        figures[f"{mode}.text_f1"] = mean(word_f1(whole(t), whole(r)) for _, t, r in articles)
        for name in FIELDS:
            figures[f"{mode}.{name}"] = mean(t[name] == r.get(name) for _, t, r in articles)
            wrong += [_difference(mode, p, name, t, r) for p, t, r in articles if t[name] != r.get(name)]
        # A name where the page gives another or none; a missing one is only missing.
        figures[f"{mode}.no_wrong_author"] = mean(
            set(r.get("authors", [])) <= set(t["authors"]) for _, t, r in articles
        )
    return {name: round(value, 4) for name, value in figures.items()}, wrong


def whole(fields: dict[str, Any]) -> str:
    """Lead and text."""
    return " ".join([fields.get("lead", ""), *fields.get("text", [])])


def word_f1(truth: str, read: str) -> float:
    """F1 of the words, each counted as often as it stands there."""
    expected, found = Counter(truth.split()), Counter(read.split())
    shared = (expected & found).total()
    return 2 * shared / (expected.total() + found.total()) if expected or found else 1.0


def pin(file: Path, figures: dict[str, float], *, lower: bool) -> None:
    """Write the figures as the floor; a lower one only when that is asked for."""
    if file.exists() and not lower:
        floor = json.loads(file.read_text(encoding="utf-8"))["floor"]
        if fallen := [name for name, least in floor.items() if figures.get(name, 0.0) < least]:
            sys.exit(f"{', '.join(fallen)} would fall below the floor; --lower if the pages themselves changed")
    content = {"pages_sha256": digest(), "floor": figures}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _difference(mode: str, page: SavedPage, name: str, truth: dict[str, Any], read: dict[str, Any]) -> str:
    return f"{mode} {page.name} {name}: {read.get(name, read.get('refused'))!r} instead of {truth[name]!r}"


def main() -> None:
    """Print or pin the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="pin the figures as the new floor")
    parser.add_argument("--lower", action="store_true", help="let the floor fall")
    options = parser.parse_args()
    figures, wrong = measure()
    print("\n".join([*wrong, *(f"{name:28}{value:8.4f}" for name, value in figures.items())]))
    if options.update:
        pin(FLOOR_FILE, figures, lower=options.lower)


if __name__ == "__main__":
    main()
