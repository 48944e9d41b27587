"""How many of the articles that somebody outside names do we have?"""

from scipy.stats import binomtest

from transforms.completeness.interval import CONFIDENCE, Interval


def recall_interval(found: int, listed: int) -> Interval | None:
    """Share of the articles on an outside list that we have, with Wilson's 95 % interval.

    It speaks for the month as far as the list does: a list of what is prominent says nothing about what is buried.

    Args:
        found: Articles of the list that we have.
        listed: Articles on the list; of the same source and month, chosen without looking at what we have.

    Returns:
        0 to 1; None for an empty list.

    Raises:
        ValueError: More found than listed.
    """
    if not 0 <= found <= listed:
        raise ValueError(f"impossible recall: {found} found of {listed} listed")
    if listed == 0:
        return None
    limits = binomtest(found, listed).proportion_ci(CONFIDENCE, method="wilson")
    recall = found / listed
    # Rounding can put a limit of exactly 0 or 1 a hair inside.
    return Interval(recall, min(float(limits.low), recall), max(float(limits.high), recall))
