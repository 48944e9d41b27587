"""Figures of the classifier on the pieces: print them, or pin them as the floor of the gate.

python -m tests.eval.pieces.classification [--apart] [--wrong] [--update [--lower]]
"""

import json
from pathlib import Path

from tests.eval import pieces
from tests.eval.pieces import floor
from transforms.classify import Classifier

FLOOR_FILE = Path(__file__).parents[1] / "classification_floor.json"


# Groups and administrative units stand in the registry, but an article that writes "xã Nam Sách" names no agency.
NOT_SCORED = {"tinh_hai_duong", "tp_hai_phong", "p_vhtt_cap_huyen", "dtt_cap_xa", "tap_chi_ban_tin"}
BINS = 10


def measure(classifier: Classifier, collection: str = "") -> tuple[dict[str, float], list[str]]:
    """Figures, each 0 to 1, and one line for each piece that came out wrong.

    The collection `apart` has figures of its own besides: agencies by field, the expected calibration error of the
    score (Naeini, Cooper and Hauskrecht 2015, bins of equal width) and irrelevant pieces, twins aside, that were
    read as relevant.
    """
    counts: dict[str, list[int]] = {name: [0, 0, 0] for name in ("explicit", "implicit", "themes", "agencies")}
    twins: dict[str, list[bool]] = {}
    scores: list[tuple[float, bool]] = []
    false = []
    wrong = []
    for piece in pieces.load(collection):
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
        scores.append((labels.score, piece.relevance != "none"))
        if piece.relevance == "none" and not piece.piece_id.endswith("-swapped"):
            false.append(labels.relevance != "none")
        if piece.agencies is not None:
            found = {(a.agency_id, a.field) for a in labels.agencies if a.role != "own_site"}
            truth = {named for named in piece.agencies if named[0] not in NOT_SCORED}
            found = {named for named in found if named[0] not in NOT_SCORED}
            _count(counts["agencies"], truth, found)
            wrong.extend(f"{piece.piece_id}: agency {named} not found" for named in sorted(truth - found))
            wrong.extend(f"{piece.piece_id}: agency {named} is not there" for named in sorted(found - truth))
        twins.setdefault(piece.piece_id.removesuffix("-swapped"), []).append(right)
    both = [all(pair) for pair in twins.values() if len(pair) == 2]
    figures = {f"{name}_f1": _f1(count) for name, count in counts.items() if name != "agencies"}
    figures["minimal_pairs"] = round(sum(both) / len(both), 4)
    if collection:
        figures["agencies_f1"] = _f1(counts["agencies"])
        figures["calibration_error"] = round(_calibration_error(scores), 4)
        figures["false_positives"] = round(sum(false) / len(false), 4)
    return figures, wrong


def _calibration_error(scores: list[tuple[float, bool]]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, relevant in scores:
        bins.setdefault(min(int(score * BINS), BINS - 1), []).append((score, relevant))
    gaps = (abs(sum(score for score, _ in held) - sum(relevant for _, relevant in held)) for held in bins.values())
    return sum(gaps) / len(scores)


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
    parser.add_argument("--apart", action="store_true", help="on the pieces written apart from the training pieces")
    args = parser.parse_args()
    if args.apart and args.update:
        parser.error("the floor is pinned on the pieces of the gate, not on those apart")
    figures, wrong = measure(Classifier(pieces.seeds_lexicon()), "apart" if args.apart else "")
    print(json.dumps(figures, indent=2))
    if args.wrong:
        print("\n".join(wrong))
    if args.update:
        floor.pin(FLOOR_FILE, figures, lower=args.lower)


if __name__ == "__main__":
    main()
