"""Figures of the search for copies on the pieces with synthetic edits: print them, or pin them as the gate's floor.

python -m tests.eval.pieces.copies [--update [--lower]]
"""

import hashlib
import json
import random
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.eval import pieces
from tests.eval.pieces import floor
from transforms.copies import Copies, CopyCandidate, find_copies

FLOOR_FILE = Path(__file__).parents[1] / "copies_floor.json"
SEED = 20230202

Edit = Callable[[str, str, random.Random], tuple[str, str]]

_LOCAL_TEXT = (
    "Cũng trong sáng nay, lãnh đạo xã đã đi thăm một số gia đình có công, kiểm tra việc chuẩn bị cho vụ sản xuất mới. "
    "Bà con kiến nghị sửa đoạn mương dẫn nước phía sau trường học, vì mỗi khi mưa lớn nước lại tràn qua đường. Xã hứa "
    "sẽ làm xong trước mùa mưa, phần còn thiếu sẽ vận động các nhà hảo tâm và con em xa quê cùng góp."
)


def _words_changed(share: float) -> Edit:
    def edit(title: str, text: str, rng: random.Random) -> tuple[str, str]:
        words = text.split(" ")
        for i in rng.sample(range(len(words)), max(1, round(share * len(words)))):
            words[i] = rng.choice(("nay", "cùng", "đã", "rất", "theo", "đó", "vừa", "mới"))
        return title, " ".join(words)

    return edit


def _cut_to(share: float) -> Edit:
    def edit(title: str, text: str, rng: random.Random) -> tuple[str, str]:
        sentences = re.split(r"(?<=[.!?])\s+", text)
        kept = sorted(rng.sample(range(len(sentences)), max(1, round(share * len(sentences)))))
        return title, " ".join(sentences[i] for i in kept)

    return edit


EDITS: dict[str, Edit] = {
    "same": lambda title, text, _: (title, text),
    "headline": lambda _, text, __: ("Tin trong tỉnh: những chuyện đáng chú ý", text),
    "words_3": _words_changed(0.03),
    "words_10": _words_changed(0.10),
    "cut_60": _cut_to(0.6),
    "local_text": lambda title, text, _: (title, f"{text}\n{_LOCAL_TEXT}"),
}


def candidates() -> tuple[list[CopyCandidate], dict[str, str], dict[str, str]]:
    """Every piece and every edit of it by another agency, and by id its piece and its edit ("" for the piece)."""
    rng = random.Random(SEED)
    found: list[CopyCandidate] = []
    piece_of: dict[str, str] = {}
    edit_of: dict[str, str] = {}
    for piece in pieces.load():
        if piece.piece_id.endswith("-swapped"):
            continue
        article = piece.article
        body = f"{article.lead}\n{article.text}".strip()
        at = article.published_at
        assert at is not None
        for n, (name, edit) in enumerate([("", None), *EDITS.items()]):
            title, text = edit(article.title, body, rng) if edit else (article.title, body)
            key = hashlib.sha256(f"{piece.piece_id} {name}".encode()).hexdigest()[:16]
            piece_of[key], edit_of[key] = piece.piece_id, name
            later = at + timedelta(hours=30 * n)
            found.append(
                CopyCandidate(key, f"agency_{n}", title, text, later, later, "Theo Báo Hải Dương" if n else "")
            )
    return found, piece_of, edit_of


def measure() -> tuple[dict[str, float], Copies]:
    """Figures, each 0 to 1: precision and recall over pairs, recall for each edit, and origins found."""
    found, piece_of, edit_of = candidates()
    copies = find_copies(found)
    met = {(p["left_id"], p["right_id"]) for p in copies.pairs if p["verdict"] == "copy"}
    true = {pair for pair in met if piece_of[pair[0]] == piece_of[pair[1]]}
    origin = {piece_of[key]: key for key, name in edit_of.items() if not name}
    figures = {"precision": len(true) / len(met)}
    for name in EDITS:
        edited = [key for key, edit in edit_of.items() if edit == name]
        hits = [key for key in edited if tuple(sorted((key, origin[piece_of[key]]))) in met]
        figures[f"recall_{name}"] = len(hits) / len(edited)
    firsts = {m["article_id"] for m in copies.members if m["is_original"]}
    figures["origins"] = sum(key in firsts for key in origin.values()) / len(origin)
    return {name: round(value, 4) for name, value in figures.items()}, copies


def main() -> None:
    parser = floor.parser(__doc__)
    args = parser.parse_args()
    figures, _ = measure()
    print(json.dumps(figures, indent=2))
    if args.update:
        floor.pin(FLOOR_FILE, figures, lower=args.lower)


if __name__ == "__main__":
    main()
