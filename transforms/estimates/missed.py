"""What was not seen, carried into a volume as a factor of its own: pages that nobody found, days that were blind."""

from math import ceil, floor, inf, sqrt

from scipy.stats import norm

from transforms.completeness.interval import CONFIDENCE, Interval

_Z = float(norm.ppf((1 + CONFIDENCE) / 2))
# The odds of a missed article to be relevant may be half or twice those of the found ones: what is buried deep is a
# form or a notice of another kind as easily as one of ours. Unbounded, a share of 0 to 1, forty missed articles of an
# agency that wrote of the programme twice would make forty-two of it.
ODDS_FACTOR = 2.0
# Variance over mean of an agency's articles from day to day: they come in bursts, around events.
BURSTS = 2.0


def with_missed(volume: Interval, n_articles: int, missed: Interval) -> Interval:
    """Volume of what was published, from the volume of what was found and the number of articles that were not.

    The missed ones are relevant at the agency's own share, whose limits are those of its volume with the odds halved at
    the lower one and doubled at the upper one. The product of two uncertain numbers takes the worse ends of both, and
    the chance of so few articles is added; that product and the volume are independent, so their distances to the
    limits add as squares (Zou & Donner 2008), not as they are: both at their worst at once is much rarer than 5 %.

    Args:
        volume: Articles that count among the found ones.
        n_articles: Articles that were found.
        missed: Articles that were not, as `transforms.completeness.still_missed` says.

    Returns:
        Never under the low limit of an agency that had missed none, never over all articles. None found: all of the
        missed may count.
    """
    if missed.high == 0:
        return volume
    if n_articles == 0:
        return Interval(volume.estimate, volume.low, volume.high + missed.high)
    # Half an article more on either side: none relevant among twelve found says something of a thirteenth, not all.
    share, low, high = ((value + 0.5) / (n_articles + 1) for value in (volume.estimate, volume.low, volume.high))
    lower, upper = _odds(low, 1 / ODDS_FACTOR), _odds(high, ODDS_FACTOR)
    likely = missed.estimate * share
    chance = _Z * sqrt(missed.estimate * share * (1 - share))
    down = sqrt((likely - missed.low * lower) ** 2 + chance**2)
    up = sqrt((missed.high * upper - likely) ** 2 + chance**2)
    factor = Interval(likely, max(likely - down, 0.0), min(likely + up, missed.high))
    total = _sum(volume, factor)
    return _whole(total.estimate, total.low, total.high, volume.low, volume.high + missed.high)


def with_blind_days(volume: Interval, n_seen_days: int, n_blind_days: int, bursts: float = BURSTS) -> Interval:
    """Volume of a whole month, from that of the days that could be seen; blind days are taken to be like the others.

    The cell stays *partly blind*: that its unseen days were like the seen ones is an assumption, and for an event that
    fell on one of them a wrong one.

    Args:
        volume: Articles that count, of the days seen.
        n_seen_days: Days on which the agency could have published and we could look.
        n_blind_days: Days on which we could not.
        bursts: Variance over mean of the articles of a day; 1 would be pure chance.

    Raises:
        ValueError: No day was seen, so nothing can be said.
    """
    if n_seen_days <= 0:
        raise ValueError("a month of which no day was seen has no volume")
    if n_blind_days == 0:
        return volume
    ratio = n_blind_days / n_seen_days
    likely = volume.estimate * ratio
    # Both the seen days, from which the rate is taken, and the unseen ones have chance in them.
    chance = _Z * sqrt(bursts * max(volume.estimate, 0.5) * ratio * (1 + ratio))
    grown = Interval(*(value * (1 + ratio) for value in (volume.estimate, volume.low, volume.high)))
    total = _sum(grown, Interval(0.0, -chance, chance))
    # What was seen stays seen.
    return _whole(volume.estimate + likely, total.low, total.high, volume.low, inf)


def _odds(share: float, factor: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return factor * share / (1 - share + factor * share)


def _sum(one: Interval, other: Interval) -> Interval:
    """Sum of two independent estimates; their distances to the limits add as squares."""
    estimate = one.estimate + other.estimate
    down = sqrt((one.estimate - one.low) ** 2 + (other.estimate - other.low) ** 2)
    up = sqrt((one.high - one.estimate) ** 2 + (other.high - other.estimate) ** 2)
    return Interval(estimate, estimate - down, estimate + up)


def _whole(estimate: float, low: float, high: float, least: float, most: float) -> Interval:
    """Limits in whole articles: those whose surroundings, half an article wide on either side, the interval meets."""
    low, high = max(floor(low + 0.5), least), min(ceil(high - 0.5), most)
    return Interval(estimate, min(low, estimate), max(high, estimate))
