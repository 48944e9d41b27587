"""Working days in Vietnam, as far as silence needs them: weekends and Tết do not count."""

from collections.abc import Collection
from datetime import date, timedelta

import numpy as np

# First day of the lunar year in Vietnam (UTC+7: in 2030 a day before China's). To be continued before 2031; without it
# Tết counts as silence, at the cost of a false alarm for sites that are usually brisk.
TET = (
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 2),
)
# From two days before it to four after: on working days this is what the state's offices had off from 2022 to 2026.
# Other holidays are a day or two, shorter than any limit of silence.
_TET_BEGINS = -2
_TET_ENDS = 4
_DAYS_OFF = np.array(
    [first + timedelta(days=n) for first in TET for n in range(_TET_BEGINS, _TET_ENDS + 1)], dtype="datetime64[D]"
)


def working_days(after: date, until: date, *, without: Collection[date] = ()) -> int:
    """Working days after a day until another, the latter included; 0 when it does not come later.

    Args:
        after: Day before the first that may count.
        until: Last day that may count.
        without: Days that do not count either, such as those on which we were blind.
    """
    if until <= after:
        return 0
    # NumPy counts from the first day given to the one before the last.
    first, end = after + timedelta(days=1), until + timedelta(days=1)
    off = np.concatenate([_DAYS_OFF, np.array(sorted(without), dtype="datetime64[D]")])
    return int(np.busday_count(first, end, holidays=off))
