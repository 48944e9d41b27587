"""The truth about the sample province, for tests and people; the pipeline never reads it."""

import csv
import re
from pathlib import Path

from demo.page import Page
from demo.province import Province

COLUMNS = (
    "source_id",
    "path",
    "article_key",
    "agency_id",
    "title",
    "author",
    "published_at",
    "date_precision",
    "relevance",
    "themes",
    "genre",
    "cluster",
    "is_original",
    "reachable",
    "trap",
)

# What stands beside a person in a by-line: the body the person works for, or who held the camera.
_BESIDE = re.compile(r"(?:VKSND|Phòng|Văn phòng|Đài|Quay phim)\b")
_BRACKET = re.compile(r" \([^()]*\)$")
# An editorial board in the place of an author names nobody.
_NOBODY = "Ban Biên tập"


def names(byline: str) -> str:
    """Who wrote it, as a careful reader notes it: persons separated by `, `; a body only where nobody else is named."""
    first, *others = _BRACKET.sub("", byline).split(" - ")
    return ", ".join(n for n in (first, *(o for o in others if not _BESIDE.match(o))) if n != _NOBODY)


def write_truth(province: Province, path: Path) -> Path:
    """Write one CSV row per article address; listings, feeds and sitemaps are not in it.

    Several values in a cell are separated by `;`.

    Args:
        province: What was drawn.
        path: The file.

    Returns:
        The file.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row(page) for page in province.pages)
    return path


def row(page: Page) -> dict[str, str]:
    """The truth of one address."""
    return {
        "source_id": page.source_id,
        "path": page.path,
        "article_key": page.article_key,
        "agency_id": page.agency_id,
        "title": page.title,
        "author": names(page.author),
        "published_at": page.published_at.isoformat(),
        "date_precision": page.date_precision,
        "relevance": page.relevance,
        "themes": ";".join(page.themes),
        "genre": page.genre,
        "cluster": page.cluster,
        "is_original": "true" if page.is_original else "false",
        "reachable": page.reachable,
        "trap": ";".join(page.traps),
    }
