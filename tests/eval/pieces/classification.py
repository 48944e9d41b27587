"""Figures of the classifier on the pieces: print them, or pin them as the floor of the gate.

python -m tests.eval.pieces.classification [--wrong] [--update [--lower]]
"""

import json
from pathlib import Path

from tests.eval import pieces
from tests.eval.pieces import floor
from transforms.classify import Classifier

FLOOR_FILE = Path(__file__).parents[1] / "classification_floor.json"


def measure(classifier: Classifier) -> tuple[dict[str, float], list[str]]:
    """Figures, each 0 to 1, and one line for each piece that came out wrong."""
    counts: dict[str, list[int]] = {name: [0, 0, 0] for name in ("explicit", "implicit", "themes")}
    twins: dict[str, list[bool]] = {}
    wrong = []
    for piece in pieces.load():
        labels = classifier.classify(piece.article, agency_id=piece.agency_id)
        right = labels.relevance == piece.relevance
        if not right:
            wrong.append(f"{piece.piece_id}: {piece.relevance} read as {labels.relevance} ({labels.score})")
        for relevance in ("explicit", "implicit"):
            _count(counts[relevance], {relevance} & {piece.relevance}, {relevance} & {labels.relevance})
        if piece.relevance != "none" and labels.relevance != "none":
            _count(counts["themes"], piece.themes, set(labels.themes))
            if piece.themes != set(labels.themes):
                wrong.append(f"{piece.piece_id}: themes {sorted(piece.themes)} read as {sorted(labels.themes)}")
        twins.setdefault(piece.piece_id.removesuffix("-swapped"), []).append(right)
    both = [all(pair) for pair in twins.values() if len(pair) == 2]
    figures = {f"{name}_f1": _f1(count) for name, count in counts.items()}
    return {**figures, "minimal_pairs": round(sum(both) / len(both), 4)}, wrong


def _count(count: list[int], truth: set[str] | frozenset[str], found: set[str]) -> None:
    count[0] += len(truth & found)
    count[1] += len(truth)
    count[2] += len(found)


def _f1(count: list[int]) -> float:
    both, truth, found = count
    return round(2 * both / (truth + found), 4)


def main() -> None:
    parser = floor.parser(__doc__)
    parser.add_argument("--wrong", action="store_true", help="list what came out wrong")
    args = parser.parse_args()
    figures, wrong = measure(Classifier(pieces.seeds_lexicon()))
    print(json.dumps(figures, indent=2))
    if args.wrong:
        print("\n".join(wrong))
    if args.update:
        floor.pin(FLOOR_FILE, figures, lower=args.lower)


if __name__ == "__main__":
    main()
