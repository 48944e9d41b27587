"""What the classifier says about an article."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Relevance = Literal["explicit", "implicit", "none"]
Role = Literal["own_site", "title", "lead", "text"]
Field = Literal["url", "title", "lead", "text"]


@dataclass(frozen=True, slots=True)
class Span:
    """Words that decided, by their place in the article as it was handed in.

    Attributes:
        field: Field of the article.
        start: First character.
        end: Character after the last.
        kind: `programme`, `document`, `subject`, `theme`, `place`, `rival`, `other_programme` or `digest`.
        what: Entry of the vocabulary, document or place that was met.
    """

    field: Field
    start: int
    end: int
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class NamedAgency:
    """An agency met in an article: as the owner of the site, or by its name.

    Attributes:
        agency_id: Agency as it stood on the day of publication; a body that had ended is its successor.
        role: Where it was met first.
        field: Field of the article that shows it; `url` for the own site.
        start: First character.
        end: Character after the last.
    """

    agency_id: str
    role: Role
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labels:
    """Decision about one article, with the words that decided.

    Attributes:
        relevance: `explicit` names the Đề án or its documents, `implicit` reports its work, `none` neither.
        score: How sure it is that the article is relevant (explicit or implicit), 0 to 1.
        scores: The same for each label; they add up to 1.
        themes: Content lines of the plan, strongest first; empty when the relevance is none.
        agencies: Agencies met, one per agency and role.
        places: Ids of the places named, in the order of the text.
        evidence: The words that decided, in the order of the text.
    """

    relevance: Relevance
    score: float
    scores: Mapping[Relevance, float] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    agencies: tuple[NamedAgency, ...] = ()
    places: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()
