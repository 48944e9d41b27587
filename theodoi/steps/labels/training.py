"""What a model may learn from people's labels, with the texts that they read."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

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
        is_same_text: Whether the coders read this very text; else what stands at its address, read by other rules.
    """

    article: Article
    agency_id: str
    verdict: Verdict
    is_same_text: bool


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
    months: dict[str, set[str]] = defaultdict(set)
    for row in lake.read(lake.files(settings.lake, lake.AUDIT), lake.AUDIT, ["month", "article_id"]).to_pylist():
        months[row["article_id"]].add(row["month"])
    texts: dict[str, dict[str, Any]] = {}
    for article_id, row in _texts(settings, rows):
        if row["published_at"] is not None:
            months[article_id].add(f"{row['published_at'].astimezone(LOCAL):%Y-%m}")
        if article_id not in texts or _preference(article_id, row) > _preference(article_id, texts[article_id]):
            texts[article_id] = row
    for verdict in learnable(judgements_of(rows), before, months):
        if text := texts.get(verdict.article_id):
            is_same = text["article_id"] == verdict.article_id
            yield LabelledArticle(article_of(text), text["agency_id"], verdict, is_same)


def _texts(settings: Settings, judgements: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of `lake.ARTICLE` that a label may be about, by the article that was labelled."""
    labelled = {row["article_id"] for row in judgements}
    places = {(row["source_id"], row["url_key"]): row["article_id"] for row in judgements}
    keys = pa.array(sorted({row["url_key"] for row in judgements}), pa.string())
    ids = pa.array(sorted(labelled), pa.string())
    for file in lake.files(settings.lake, lake.ARTICLE) if labelled else []:
        # One partition at a time, and of it what is wanted: the texts of all years would not fit the memory.
        table = lake.read([file], lake.ARTICLE)
        wanted = pc.or_(pc.is_in(table["article_id"], ids), pc.is_in(table["url_key"], keys))
        for row in table.filter(wanted).to_pylist():
            if row["article_id"] in labelled:
                yield row["article_id"], row
            elif (place := (row["source_id"], row["url_key"])) in places:
                # Read by other rules since: what stands at its address.
                yield places[place], row


def _preference(article_id: str, row: dict[str, Any]) -> tuple[bool, datetime, str]:
    return row["article_id"] == article_id, row["fetched_at"], row["capture_id"]
