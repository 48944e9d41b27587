"""Labels that people gave: which of them stand, what they come to together, how far they agree, what may be learnt.

A label is never changed. Who thinks better of it gives a new one that names the one it takes the place of.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from transforms.agreement import Agreement, agreement, masi
from transforms.codebook import CONSENSUS, RELEVANT, edition


@dataclass(frozen=True, slots=True)
class Judgement:
    """One label by one person.

    Attributes:
        judgement_id: Identity.
        article_id: Article.
        month: Month of publication of the article when it was labelled, YYYY-MM.
        coder: Pseudonym.
        coded_at: Aware.
        codebook_version: Edition that the coder worked by.
        relevance: explicit, implicit or none.
        themes: Of the registry; empty for none.
        supersedes: The label of the same coder that this one takes the place of; None for the first.
    """

    judgement_id: str
    article_id: str
    month: str
    coder: str
    coded_at: datetime
    codebook_version: str
    relevance: str
    themes: frozenset[str] = frozenset()
    supersedes: str | None = None

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Judgement":
        """From a row of the lake, or of the warehouse, which keeps months as days and times as UTC without a zone.

        Args:
            row: With a value for each attribute; `themes` a list or None.
        """
        month, coded_at = row["month"], row["coded_at"]
        return cls(
            judgement_id=row["judgement_id"],
            article_id=row["article_id"],
            month=month if isinstance(month, str) else f"{month:%Y-%m}",
            coder=row["coder"],
            coded_at=coded_at if coded_at.tzinfo else coded_at.replace(tzinfo=UTC),
            codebook_version=row["codebook_version"],
            relevance=row["relevance"],
            themes=frozenset(row["themes"] or ()),
            supersedes=row["supersedes"],
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the labels of one article come to.

    Attributes:
        article_id: Article.
        months: Months of publication that it was labelled under.
        codebook_version: Edition; labels by older ones do not count beside labels by a newer one.
        coders: Whose labels these are; the consensus alone where there is one.
        relevance: None where they contradict each other.
        themes: None where they contradict each other.
    """

    article_id: str
    months: frozenset[str]
    codebook_version: str
    coders: tuple[str, ...]
    relevance: str | None
    themes: frozenset[str] | None

    @property
    def is_disputed(self) -> bool:
        """Whether the coders should talk about it."""
        return self.relevance is None or self.themes is None


@dataclass(frozen=True, slots=True)
class Question:
    """One question on which agreement is measured.

    Attributes:
        month: Month of publication, YYYY-MM; None for all months together.
        codebook_version: Edition; labels by different ones are not compared.
        kind: relevance (of three), relevant (explicit or implicit against none), themes (as sets, MASI), theme (one).
        theme_id: Of kind theme.
        result: The agreement.
    """

    month: str | None
    codebook_version: str
    kind: str
    theme_id: str | None
    result: Agreement


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Those that no later one has taken the place of."""
    given = list(judgements)
    replaced = {j.supersedes for j in given}
    return [j for j in given if j.judgement_id not in replaced]


def verdicts(judgements: Iterable[Judgement]) -> list[Verdict]:
    """What the standing labels of each article come to, by article."""
    of_article: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in standing(judgements):
        of_article[judgement.article_id].append(judgement)
    return [_verdict(article_id, of_article[article_id]) for article_id in sorted(of_article)]


def labels_for_training(
    judgements: Iterable[Judgement], before: str, months: Mapping[str, Collection[str]] | None = None
) -> list[Verdict]:
    """What a model may learn from, when months from `before` on are still to be counted with it.

    A label that a model has learnt from makes it look better on that article than it is. The month that the label is
    there to audit would then be corrected too little. So nothing of `before` or later is handed out, whichever month
    an article ever stood in.

    Args:
        judgements: All that there are.
        before: First month that must stay unseen, YYYY-MM.
        months: Article -> further months it stands or stood in: its month of today, the months it was drawn for.

    Returns:
        Undisputed relevance; `themes` is None where only these are disputed.
    """
    known = months or {}
    return [
        verdict
        for verdict in verdicts(judgements)
        if verdict.relevance is not None
        and all(month < before for month in {*verdict.months, *known.get(verdict.article_id, ())})
    ]


def agreements(judgements: Iterable[Judgement], theme_ids: Sequence[str]) -> list[Question]:
    """How far the coders agree: for each edition of the codebook over all months, and for each month.

    The first label of each coder counts, for later ones may have come out of talks; the consensus does not. Themes are
    compared on the articles that all their coders called relevant, for nobody gives themes to the others.

    Args:
        judgements: All that there are.
        theme_ids: Themes of the registry, in its order.
    """
    firsts: dict[tuple[str, str], dict[str, dict[str, Judgement]]] = defaultdict(lambda: defaultdict(dict))
    for j in sorted(judgements, key=lambda j: (j.coded_at, j.supersedes is not None, j.judgement_id)):
        if j.coder != CONSENSUS:
            firsts[j.codebook_version, j.month][j.article_id].setdefault(j.coder, j)
    found: list[Question] = []
    for version in sorted({version for version, _ in firsts}, key=edition):
        months = sorted(month for v, month in firsts if v == version)
        scopes: list[tuple[str | None, list[str]]] = [(None, months), *((month, [month]) for month in months)]
        for scope, included in scopes:
            units = [
                list(by_coder.values())
                for month in included
                for _, by_coder in sorted(firsts[version, month].items())
                if len(by_coder) > 1
            ]
            if units:
                found += _questions(scope, version, units, theme_ids)
    return found


def _questions(
    month: str | None, version: str, units: Sequence[Sequence[Judgement]], theme_ids: Sequence[str]
) -> list[Question]:
    relevant = [unit for unit in units if all(j.relevance in RELEVANT for j in unit)]
    results: list[tuple[str, str | None, Agreement]] = [
        ("relevance", None, agreement([[j.relevance for j in unit] for unit in units])),
        ("relevant", None, agreement([[j.relevance in RELEVANT for j in unit] for unit in units])),
        ("themes", None, agreement([[j.themes for j in unit] for unit in relevant], masi)),
    ]
    results += [
        ("theme", theme, agreement([[theme in j.themes for j in unit] for unit in relevant])) for theme in theme_ids
    ]
    return [Question(month, version, kind, theme, result) for kind, theme, result in results]


def _verdict(article_id: str, judgements: Sequence[Judgement]) -> Verdict:
    newest = max((j.codebook_version for j in judgements), key=edition)
    counting = [j for j in judgements if j.codebook_version == newest]
    agreed = [j for j in counting if j.coder == CONSENSUS]
    counting = sorted(agreed or counting, key=lambda j: j.coder)
    kinds = {j.relevance for j in counting}
    themes = {j.themes for j in counting}
    return Verdict(
        article_id,
        frozenset(j.month for j in judgements),
        newest,
        tuple(j.coder for j in counting),
        kinds.pop() if len(kinds) == 1 else None,
        themes.pop() if len(themes) == 1 else None,
    )
