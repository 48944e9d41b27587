"""What kind of number stands in a cell of the coverage table: one decision, the same for all metrics."""

from typing import Literal

State = Literal[
    "not_observable",  # no look from outside can see it: loudspeakers, closed groups
    "blind",  # it can be seen, but on no day of the period we could
    "partly_blind",  # some days, or part of them, were not seen
    "model_only",  # no label speaks for the articles that nobody read
    "estimated",  # labels speak for them
    "counted_whole",  # a person read every article, and none was missed
]


def cell_state(
    *,
    is_observable: bool,
    n_days: float,
    n_unseen_days: float,
    n_articles: int,
    n_labelled: int,
    n_unspoken: int = 0,
    missed_at_most: float | None = 0,
) -> State:
    """The state of a cell; what hides more comes first.

    Args:
        is_observable: Whether a channel of the agency can be seen from outside at all.
        n_days: Days of the period on which it could have published.
        n_unseen_days: Of them blind ones, never looked at ones, and hours in gaps as parts of a day.
        n_articles: Articles found.
        n_labelled: Of them labelled in an audit.
        n_unspoken: Of the unlabelled the ones of strata without any label (`Volume.n_unspoken`).
        missed_at_most: Upper limit of the articles that were not found; None where nothing bounds it.

    Returns:
        *Counted whole* also for a period seen whole, in which nothing was published: a zero that is one.

    Raises:
        ValueError: The numbers contradict each other.
    """
    n_unlabelled = n_articles - n_labelled
    if not (0 <= n_unseen_days <= n_days and 0 <= n_unspoken <= n_unlabelled <= n_articles):
        raise ValueError(
            f"impossible cell: {n_unseen_days} of {n_days} days unseen; "
            f"{n_articles} articles, {n_labelled} labelled, {n_unspoken} without any label in their stratum"
        )
    if not is_observable:
        return "not_observable"
    # A period without a day is one before the agency's first or after its last.
    if n_unseen_days == n_days:
        return "blind" if n_days else "not_observable"
    if n_unseen_days:
        return "partly_blind"
    if n_unlabelled and n_unspoken == n_unlabelled:
        return "model_only"
    return "counted_whole" if not n_unlabelled and missed_at_most == 0 else "estimated"
