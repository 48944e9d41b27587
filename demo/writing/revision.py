"""Reprints: the same piece as another desk would run it."""

import random
import re
from dataclasses import replace
from typing import Literal

from demo.writing.frames import capitalise
from demo.writing.material import thesaurus
from demo.writing.piece import Piece

How = Literal["light", "headline", "cut"]

_LIGHT = 0.03  # share of the words a careful copy editor touches
_CUT = 0.6  # share of the sentences that survive a lack of space
_SENTENCE = re.compile(r"(?<=[.?!…])\s+(?=[“\"A-ZĐÀ-Ỹ\d-])")
# Only free-standing counts: never a part of a date, a document number or a decimal.
_COUNT = re.compile(r"(?<![\d/.,:-])(?<!ngày )(?<!tháng )(?<!năm )(?<!số )\d{2,3}(?![\d/:%-]|[.,]\d)")
_NAMED = re.compile(
    r"phát triển nguồn nhân lực (?:đáp ứng|của tỉnh|tỉnh|”|“)|đề án [“\"]?phát triển nguồn nhân lực"
    r"|1584/QĐ-UBND|238/KH-UBND|ban chỉ đạo (?:thực hiện )?đề án",
    re.IGNORECASE,
)


def revise(piece: Piece, rng: random.Random, how: How) -> Piece:
    """Edit a piece for reprint; what it says about the Đề án stays.

    Args:
        piece: The piece as first printed.
        rng: Where chance comes from.
        how: `light` changes about 3 % of the words, `headline` gives a new headline and lead over the same body,
            `cut` keeps 60 % of the sentences.

    Returns:
        The edited piece.
    """
    if how == "light":
        return replace(
            piece,
            lead=_touch(piece.lead, rng),
            paragraphs=tuple(_touch(paragraph, rng) for paragraph in piece.paragraphs),
        )
    if how == "headline":
        return _headline(piece, rng)
    return _cut(piece, rng)


def _touch(text: str, rng: random.Random) -> str:
    """Change about 3 % of the words: free-standing counts by a little, others by a word of the same meaning."""
    counts = [
        (found.start(), found.end(), (str(int(found[0]) - 1), str(int(found[0]) + 1)))
        for found in _COUNT.finditer(text)
    ]
    places = [*counts, *thesaurus().places(text)]
    budget = min(len(places), max(1, round(_LIGHT * len(text.split()))))
    for start, end, others in sorted(rng.sample(places, budget), reverse=True):
        word = rng.choice(others)
        word = word[0].upper() + word[1:] if text[start].isupper() else word
        text = text[:start] + word + text[end:]
    return text


def _sentences(paragraph: str) -> list[str]:
    return _SENTENCE.split(paragraph)


def _headline(piece: Piece, rng: random.Random) -> Piece:
    """A headline from a clause of the body, a lead from its sentences; the old lead moves on if it alone names."""
    plain = [
        sentence
        for paragraph in piece.paragraphs
        for sentence in _sentences(paragraph)
        if not re.search(r"[“”\":;]", sentence) and not _NAMED.search(sentence)
    ]
    clauses = [clause.strip(" .") for sentence in plain for clause in sentence.split(", ")]
    fitting = [clause for clause in clauses if 7 <= len(clause.split()) <= 16 and clause != piece.title]
    title = capitalise(rng.choice(fitting)) if fitting else f"{piece.title}: thêm thông tin"
    new = " ".join(rng.sample(plain, min(2, len(plain)))) or piece.lead
    needed = _NAMED.search(piece.lead) and not any(map(_NAMED.search, piece.paragraphs))
    paragraphs = (piece.lead, *piece.paragraphs) if needed else piece.paragraphs
    return replace(piece, title=title, lead=thesaurus().vary(new, rng, 0.8), paragraphs=paragraphs)


def _cut(piece: Piece, rng: random.Random) -> Piece:
    """Drop sentences, never the first that names the Đề án."""
    places = [(i, j) for i, paragraph in enumerate(piece.paragraphs) for j in range(len(_sentences(paragraph)))]
    whole = {(i, j): sentence for i, p in enumerate(piece.paragraphs) for j, sentence in enumerate(_sentences(p))}
    naming = [place for place in places if _NAMED.search(whole[place])][:1]
    room = max(1, round(_CUT * len(places))) - len(naming)
    kept = {*naming, *rng.sample([place for place in places if place not in naming], max(0, room))}
    paragraphs = tuple(
        " ".join(whole[i, j] for j in range(len(_sentences(paragraph))) if (i, j) in kept)
        for i, paragraph in enumerate(piece.paragraphs)
    )
    return replace(piece, paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph))
