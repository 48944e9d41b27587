"""How complete is what we saw of a source? Pure numbers; docs/completeness.md says what they can and cannot say."""

from transforms.completeness.ceilings import (
    AtMostComplete,
    at_most_complete_by_rare_articles,
    at_most_complete_by_two_channels,
)
from transforms.completeness.grades import Grade, Letter, Reason, grade
from transforms.completeness.interval import Interval
from transforms.completeness.probing import missed_by_probing, share_seen, still_missed
from transforms.completeness.recall import recall_interval
from transforms.completeness.silence import Silence, gaps_between, silence, silence_limit
from transforms.completeness.workdays import working_days

__all__ = [
    "AtMostComplete",
    "Grade",
    "Interval",
    "Letter",
    "Reason",
    "Silence",
    "at_most_complete_by_rare_articles",
    "at_most_complete_by_two_channels",
    "gaps_between",
    "grade",
    "missed_by_probing",
    "recall_interval",
    "share_seen",
    "silence",
    "silence_limit",
    "still_missed",
    "working_days",
]
