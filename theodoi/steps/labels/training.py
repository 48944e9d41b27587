"""What a model may learn from people's labels, with the texts that they read."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from theodoi import lake
from theodoi.settings import Settings
from theodoi.steps.labels.judged import judgement_rows, judgements_of
from theodoi.steps.labels.published import checked_month
from theodoi.steps.process import article_of
from transforms.article import Article
from transforms.judgements import Verdict
from transforms.judgements import labels_for_training as learnable

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class LabelledArticle:
    """A text and what people say it is.

    Attributes:
        article: The text.
        agency_id: On whose site it stands.
        verdict: Relevance, and themes where they are undisputed; by which coders and edition of the codebook.
    """

    article: Article
    agency_id: str
    verdict: Verdict


def labels_for_training(settings: Settings, before: str) -> Iterator[LabelledArticle]:
    """Labels of months before `before`, each with its text, by article: never one of a month that stays to be audited.

    Args:
        settings: Where the lake is.
        before: First month that must stay unseen, `YYYY-MM`: that of the first count the model will be used for.

    Raises:
        TheodoiError: It is no month.
    """
    checked_month(before)
    rows = judgement_rows(settings)
    labelled = {row["article_id"] for row in rows}
    months: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, tuple[object, LabelledArticle]] = {}
    for row in lake.read(lake.files(settings.lake, lake.AUDIT), lake.AUDIT, ["month", "article_id"]).to_pylist():
        months[row["article_id"]].add(row["month"])
    found = []
    for file in lake.files(settings.lake, lake.ARTICLE) if labelled else []:
        # One partition at a time: the texts of all years would not fit the memory.
        found += [row for row in lake.read([file], lake.ARTICLE).to_pylist() if row["article_id"] in labelled]
    for row in found:
        if row["published_at"] is not None:
            months[row["article_id"]].add(f"{row['published_at'].astimezone(LOCAL):%Y-%m}")
    verdicts = {v.article_id: v for v in learnable(judgements_of(rows), before, months)}
    for row in found:
        if verdict := verdicts.get(row["article_id"]):
            age = (row["fetched_at"], row["capture_id"])
            if row["article_id"] not in texts or age > texts[row["article_id"]][0]:  # type: ignore[operator]
                texts[row["article_id"]] = (age, LabelledArticle(article_of(row), row["agency_id"], verdict))
    for article_id in sorted(texts):
        yield texts[article_id][1]
