"""How visible is the programme in what was written of it?"""

from collections.abc import Sequence
from typing import Literal

Place = Literal["title", "lead", "body"]
# How much the most visible place weighs in which an article speaks of the programme.
WEIGHTS: dict[Place, int] = {"title": 3, "lead": 2, "body": 1}


def salience(places: Sequence[Place], expected: Sequence[float] | None = None) -> float | None:
    """Mean weight of the most visible place, 1 (all in the body) to 3 (all in the title).

    Args:
        places: Of each article.
        expected: How far each counts: its label, or else its score. All alike without.

    Returns:
        None where no article counts. No interval: the place is read off, not sampled; what is uncertain is which
        articles count, and that is the volume's.

    Raises:
        ValueError: Lengths differ or an article counts less than nothing.
    """
    weights = [1.0] * len(places) if expected is None else list(expected)
    if len(weights) != len(places) or min(weights, default=0) < 0:
        raise ValueError("one weight of 0 or more per article")
    total = sum(weights)
    if total == 0:
        return None
    return sum(WEIGHTS[place] * weight for place, weight in zip(places, weights, strict=True)) / total
