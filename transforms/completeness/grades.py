"""May a source's month be ranked, and if not, why not?"""

from dataclasses import dataclass
from math import isnan
from typing import Literal

from transforms.completeness.interval import Interval
from transforms.completeness.probing import share_seen, still_missed
from transforms.completeness.recall import recall_interval

Letter = Literal["A", "B", "C", "X"]
Reason = Literal[
    "not_observable",  # no day of the month could be seen
    "never_looked",  # on some of its days, or all, nobody ever looked
    "blind_days",  # on some of its days we could not look
    "gap",  # a channel may have hidden articles between two polls
    "probe_bound",  # the bound is that of id probing
    "recall_bound",  # the bound is that of an outside list
    "bounds_disagree",  # one of the two excludes the other, so the worse one counts
    "no_bound",  # nothing says how much was missed
]

A_MISSES_AT_MOST = 0.03
B_MISSES_AT_MOST = 0.10
_HOURS_OF_DAY = 24


@dataclass(frozen=True, slots=True)
class Grade:
    """How far a source's month can be relied on.

    Attributes:
        letter: A and B may be ranked, C may not, X was not seen.
        reasons: What led to it, in the order of `Reason`.
        missed_at_most: Upper 95 % limit of the share of missed articles; None without a bound.
        unseen: Share of the month's time that was blind or in a gap.
    """

    letter: Letter
    reasons: tuple[Reason, ...]
    missed_at_most: float | None
    unseen: float


def grade(
    *,
    n_days: float,
    n_blind_days: float,
    n_days_never_looked: float = 0,
    gap_hours: float | None = 0,
    n_articles: float | None = 0,
    n_unknown: float | None = None,
    n_drawn: float | None = None,
    n_probed_found: float | None = None,
    n_recalled: float | None = None,
    n_listed: float | None = None,
) -> Grade:
    """Grade a source-month: A, no gap and at most 3 % missed; B, at most 10 %; C otherwise; X, not observable.

    The bound is the smaller of the upper limits that id probing and outside recall give; where one excludes the other,
    the larger. Any gap or blind day rules out A. For B that time is added to the bound, as if as much had been
    published in it as at other times and all of it missed: id probing reaches only from the first to the last article
    known, and a gap at the month's end lies beyond.

    None and NaN mean: not done.

    Args:
        n_days: Days of the month on which the source could have published.
        n_blind_days: Of them those of which we do not know what was published, for whatever reason.
        n_days_never_looked: Of those the ones on which nobody ever looked.
        gap_hours: Hours in which its channels may have hidden articles.
        n_articles: Articles that we have, those found by probing included.
        n_unknown: Ids of the month's range that belong to no known address.
        n_drawn: Of them drawn and answered.
        n_probed_found: Of the drawn the articles.
        n_recalled: Articles of an outside list that we have.
        n_listed: Articles on that list.

    Raises:
        ValueError: The numbers contradict each other.
    """
    gap_hours = _number(gap_hours) or 0.0
    if not 0 <= n_days_never_looked <= n_blind_days <= n_days or gap_hours < 0:
        raise ValueError(
            f"impossible month: {n_days} days, {n_blind_days} blind, {n_days_never_looked} never looked at, "
            f"{gap_hours} hours of gaps"
        )
    if n_blind_days == n_days:
        never = n_days > 0 and n_days_never_looked == n_days
        return Grade("X", ("never_looked",) if never else ("not_observable",), None, 1.0)
    reasons: list[Reason] = []
    if n_days_never_looked:
        reasons.append("never_looked")
    if n_blind_days > n_days_never_looked:
        reasons.append("blind_days")
    if gap_hours:
        reasons.append("gap")
    # Blind days and gaps may overlap; counted twice they err on the side of caution.
    unseen = min(1.0, (n_blind_days + gap_hours / _HOURS_OF_DAY) / n_days)
    seen: dict[Reason, Interval] = {}
    probe = _all_counts(n_articles, n_unknown, n_drawn, n_probed_found)
    if probe and (missed := still_missed(*probe[1:])):
        seen["probe_bound"] = share_seen(probe[0], missed)
    outside = _all_counts(n_recalled, n_listed)
    if outside and (recall := recall_interval(*outside)):
        seen["recall_bound"] = recall
    if not seen:
        return Grade("C", (*reasons, "no_bound"), None, unseen)
    best, worst = (choose(seen, key=lambda name: seen[name].low) for choose in (max, min))
    disagree = seen[worst].high < seen[best].low
    reasons.append(worst if disagree else best)
    if disagree:
        reasons.append("bounds_disagree")
    # 3 of 100 are 3 %, whatever a float makes of 1 - 0.97.
    missed_at_most = round(1 - seen[worst if disagree else best].low, 9)
    return Grade(_letter(missed_at_most, unseen), tuple(reasons), missed_at_most, unseen)


def _letter(missed_at_most: float, unseen: float) -> Letter:
    if not unseen and missed_at_most <= A_MISSES_AT_MOST:
        return "A"
    return "B" if missed_at_most + unseen <= B_MISSES_AT_MOST else "C"


def _number(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value


def _all_counts(*values: float | None) -> list[int] | None:
    """The values as whole numbers, which a column with empty cells holds as floats; None when one is missing."""
    numbers = [_number(value) for value in values]
    return [int(number) for number in numbers if number is not None] if None not in numbers else None
