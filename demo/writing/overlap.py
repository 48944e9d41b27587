"""How much text any two pieces share: the sample province is only worth something if reprints are the exception.

`python -m demo.writing.overlap [PIECES]` prints the figures for a realistic mix.
"""

import itertools
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from demo.writing.composer import compose
from demo.writing.material import places, pools, stock
from demo.writing.piece import Brief, Genre, Piece, Relevance, Style, Trap

SHINGLE = 5  # syllables; what the search for copies works with
_THEMES = ("c1_awareness", "c2_documents", "c3_gdnn_space", "c4_enterprise", "c5_training_offer", "c6_models")
# Enterprises and training make up most of what is really published.
_THEME_WEIGHTS = (2, 2, 1.5, 3.5, 4, 2)
_AGENCIES: dict[Style, str] = {
    "bao": "bao_hai_duong",
    "cong": "cong_ttdt_tinh",
    "nganh": "vksnd_tinh",
    "truong": "cdn_hai_duong",
    "huyen": "ubnd_thanhmien",
    "dai": "dai_ptth_hai_duong",
}
_STYLE_WEIGHTS = (45, 15, 8, 6, 11, 15)
_GENRES: tuple[Genre, ...] = ("tin", "bai", "phong_su", "anh", "video", "phong_van", "van_ban", "thong_bao")
_GENRE_WEIGHTS = (52, 22, 6, 5, 6, 3, 3, 3)
_TRAPS: dict[Relevance, tuple[tuple[Trap, float], ...]] = {
    "explicit": (
        ("", 10),
        ("mention_late", 2),
        ("comma_variant", 1),
        ("no_xay_dung", 1),
        ("only_number", 1),
        ("quotes_nfd", 1),
    ),
    "implicit": (("", 1),),
    "none": (
        ("ordinary", 20),
        ("other_province", 3),
        ("other_programme", 3),
        ("same_number", 1),
        ("oceanography", 1),
        ("digest", 1),
    ),
}


class Overlap(NamedTuple):
    """Containment of shingles over all pairs.

    Attributes:
        pairs: Number of pairs.
        quantiles: Containment at 50, 99 and 99.9 % of the pairs.
        largest: The worst pair's containment.
        at_least_015: Number of pairs at 0.15 or more.
        short: Share of pieces with fewer than 45 shingles.
        shortest: Shingles of the shortest piece.
    """

    pairs: int
    quantiles: tuple[float, float, float]
    largest: float
    at_least_015: int
    short: float
    shortest: int


def realistic_mix(count: int, rng: random.Random) -> list[Brief]:
    """Orders as a province really has them: half of them ordinary news, a tenth naming the Đề án."""
    briefs = []
    for _ in range(count):
        relevance: Relevance = rng.choices(("explicit", "implicit", "none"), (12, 35, 53))[0]
        style = rng.choices(tuple(_AGENCIES), _STYLE_WEIGHTS)[0]
        themes = [rng.choices(_THEMES, _THEME_WEIGHTS)[0] for _ in range(rng.choice((1, 1, 1, 2)))]
        traps, weights = zip(*_TRAPS[relevance], strict=True)
        briefs.append(
            Brief(
                relevance=relevance,
                themes=() if relevance == "none" else tuple(dict.fromkeys(themes)),
                agency_id=_AGENCIES[style],
                style=style,
                place="Thanh Miện" if style == "huyen" else rng.choice(tuple(places())),
                day=date(2023, 1, 1) + timedelta(days=rng.randrange(546)),
                genre=rng.choices(_GENRES, _GENRE_WEIGHTS)[0],
                trap=rng.choices(traps, weights)[0],
            )
        )
    return briefs


def shingles(piece: Piece) -> frozenset[tuple[str, ...]]:
    """The runs of five syllables in lead and body, without punctuation."""
    text = unicodedata.normalize("NFC", " ".join((piece.lead, *piece.paragraphs))).lower()
    syllables = re.sub(r"[^\w\s/.,-]|[.,](?=\s|$)", " ", text).split()
    return frozenset(zip(*(syllables[start:] for start in range(SHINGLE)), strict=False))


def measure(pieces: Sequence[Piece]) -> Overlap:
    """Containment (shared shingles over the smaller set) of every pair of pieces."""
    sets = [shingles(piece) for piece in pieces]
    shared = sorted(len(a & b) / min(len(a), len(b)) for a, b in itertools.combinations(sets, 2))
    sizes = sorted(map(len, sets))
    return Overlap(
        pairs=len(shared),
        quantiles=(shared[len(shared) // 2], shared[int(len(shared) * 0.99)], shared[int(len(shared) * 0.999)]),
        largest=shared[-1],
        at_least_015=sum(value >= 0.15 for value in shared),
        short=sum(size < 45 for size in sizes) / len(sizes),
        shortest=sizes[0],
    )


def frames() -> Counter[str]:
    """Number of sentence frames per file of material."""
    names = (
        *_THEMES,
        "explicit",
        "ordinary_life",
        "ordinary_economy",
        "ordinary_state",
        "procuracy",
        "other_province",
        "other_programme",
        "same_number",
        "oceanography",
    )
    counts: Counter[str] = Counter()
    for name in names:
        content = stock(name)
        for subject in content.subjects:
            parts = (subject.titles, subject.leads, subject.opening, subject.body, subject.voices, subject.closing)
            counts[name] += sum(map(len, parts))
        counts[name] += len(content.extra) + 2 * len(content.interview) + len(content.tasks)
    for name in ("mentions", "registers", "forms"):
        counts[name] = sum(map(len, pools(name).values()))
    return counts


def main() -> None:
    """Print the size of the material and the overlap of a realistic mix."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    sizes = frames()
    print(f"frames: {sum(sizes.values())}", dict(sizes))
    pieces = [
        compose(brief, random.Random(f"mix-{number}"))
        for number, brief in enumerate(realistic_mix(count, random.Random(7)))
    ]
    print(measure(pieces))


if __name__ == "__main__":
    main()
