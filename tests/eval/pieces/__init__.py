"""Pieces written for measuring the classifier and the search for copies, with their labels."""

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from transforms.article import Article
from transforms.classify import AgencyName, Lexicon, PlaceName

FOLDER = Path(__file__).parent
FILES = ("explicit", "implicit", "none")


@dataclass(frozen=True)
class Piece:
    """A piece with its labels by the codebook.

    Attributes:
        agencies: Agencies that a careful reader finds named, each with the field; None where nobody has looked.
        source: How the piece was made: `own_words`, `authored`, `minimal_pair` or `general`.
    """

    piece_id: str
    article: Article
    agency_id: str | None
    relevance: str
    themes: frozenset[str]
    agencies: frozenset[tuple[str, str]] | None = None
    source: str = ""


def digest(collection: str = "") -> str:
    """What the figures were measured on."""
    parts = (_file(relevance, collection).read_bytes() for relevance in FILES)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def load(collection: str = "") -> list[Piece]:
    """All pieces, and beside each that names a swap its twin about another province, which is `none`.

    Args:
        collection: `apart` for the pieces written apart from the training pieces; without it, those of the gate.
            Pieces that a second coder found unclear are left out.
    """
    pieces = []
    for relevance in FILES:
        for row in yaml.load(_file(relevance, collection).read_bytes(), Loader=yaml.CSafeLoader):
            if row.get("unclear"):
                continue
            piece = _piece(row, relevance)
            pieces.append(piece)
            if "swap" in row:
                pieces.append(_twin(piece, row["swap"]))
    return pieces


def _file(relevance: str, collection: str) -> Path:
    return FOLDER / f"{collection}{'_' if collection else ''}{relevance}.yaml"


def _piece(row: dict[str, Any], relevance: str) -> Piece:
    day = datetime.fromisoformat(str(row["published"])).replace(hour=8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    form = "NFD" if row.get("nfd") else "NFC"
    texts = {name: unicodedata.normalize(form, row[name]) for name in ("title", "lead", "text")}
    return Piece(
        piece_id=row["id"],
        article=Article(url=f"http://127.0.0.1/{row['id']}", published_at=day, **texts),
        agency_id=row.get("agency"),
        relevance=relevance,
        themes=frozenset(row.get("themes", [])),
        agencies=frozenset((a["id"], a["field"]) for a in row["agencies"]) if "agencies" in row else None,
        source=row.get("source", ""),
    )


def _twin(piece: Piece, swap: dict[str, str]) -> Piece:
    texts = {name: getattr(piece.article, name) for name in ("title", "lead", "text")}
    for name in texts:
        for ours, theirs in swap.items():
            texts[name] = texts[name].replace(ours, theirs)
    return Piece(
        piece_id=f"{piece.piece_id}-swapped",
        article=replace(piece.article, **texts),
        agency_id=piece.agency_id,
        relevance="none",
        themes=frozenset(),
        source=piece.source,
    )


def seeds_lexicon() -> Lexicon:
    """Agencies and places of the project's registry, as the chain hands them to the classifier."""
    from theodoi.registry import load_registry

    registry = load_registry(Path(__file__).parents[3] / "warehouse" / "seeds")
    return Lexicon(
        agencies=tuple(
            AgencyName(a.agency_id, (a.name, *a.aliases), a.valid_from, a.valid_to, a.successors)
            for a in registry.agencies.values()
        ),
        places=tuple(PlaceName.from_registry(p) for p in registry.places.values()),
    )
