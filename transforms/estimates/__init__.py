"""What is said of an agency's coverage, with limits. Pure numbers; docs/estimates.md says what each means."""

from transforms.estimates.breadth import Breadth, breadth
from transforms.estimates.continuity import Continuity, continuity
from transforms.estimates.missed import with_blind_days, with_missed
from transforms.estimates.salience import salience
from transforms.estimates.shares import Voices, programme_share, share_of_voice
from transforms.estimates.shrinkage import Shrunk, may_be_ranked, shrunk
from transforms.estimates.state import State, cell_state
from transforms.estimates.timeliness import Timeliness, timeliness
from transforms.estimates.unlabelled import Evaluation, model_only
from transforms.estimates.volume import Audit, Volume, volume, volumes

__all__ = [
    "Audit",
    "Breadth",
    "Continuity",
    "Evaluation",
    "Shrunk",
    "State",
    "Timeliness",
    "Voices",
    "Volume",
    "breadth",
    "cell_state",
    "continuity",
    "may_be_ranked",
    "model_only",
    "programme_share",
    "salience",
    "share_of_voice",
    "shrunk",
    "timeliness",
    "volume",
    "volumes",
    "with_blind_days",
    "with_missed",
]
