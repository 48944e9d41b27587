"""Label the articles of the lake with a model: what is new to it, and nothing twice."""

from typing import Any

from theodoi import lake
from theodoi.progress import track
from theodoi.registry import Registry
from theodoi.settings import Settings
from transforms.article import Article
from transforms.classify import AgencyName, Classifier, Lexicon, PlaceName, Vocabulary
from transforms.classify.model import Model


def label(
    settings: Settings,
    registry: Registry,
    model: Model,
    vocabulary: Vocabulary,
    code: str,
    *,
    dataset: lake.Dataset = lake.LABEL,
) -> None:
    """Label every article partition whose articles, model, code or registry names changed.

    Args:
        settings: Where the lake is.
        registry: Whose agencies and places are known by name.
        model: The trained part of the classifier.
        vocabulary: Its words.
        code: Version of its rules and words.
        dataset: Where the labels go.

    Raises:
        DataFolderError: The lake cannot be written.
    """
    names = lake.digest([code, model.version, registry.digest()])
    stale = []
    for file in lake.files(settings.lake, lake.ARTICLE):
        source_id, month = (part.split("=", 1)[1] for part in file.parts[-3:-1])
        ids = lake.read([file], lake.ARTICLE, ["capture_id", "article_id"]).to_pylist()
        made_from = lake.digest([names, *(f"{r['capture_id']} {r['article_id']}" for r in ids)])
        target = lake.partition(settings.lake, dataset, source_id, month)
        if not lake.up_to_date(target / "part.parquet", made_from):
            stale.append((file, target, made_from))
    if not stale:
        return
    classifier = Classifier(lexicon_of(registry), vocabulary, model)
    for file, target, made_from in track(stale, "Phân loại bài"):
        rows = lake.read([file], lake.ARTICLE).to_pylist()
        lake.write(target, dataset, [_label_row(classifier, r) for r in rows], made_from=made_from)


def lexicon_of(registry: Registry) -> Lexicon:
    """The registry's agencies and places as the classifier wants them."""
    return Lexicon(
        agencies=tuple(
            AgencyName(a.agency_id, (a.name, *a.aliases), a.valid_from, a.valid_to, a.successors)
            for a in registry.agencies.values()
        ),
        places=tuple(PlaceName.from_registry(p) for p in registry.places.values()),
    )


def article_of(row: dict[str, Any]) -> Article:
    """The article of a row of `lake.ARTICLE`, as far as classifying looks at it."""
    return Article(
        url=row["url"],
        title=row["title"],
        lead=row["lead"],
        text=row["text"],
        published_at=row["published_at"],
        authors=tuple(row["authors"]),
        section=row["section"],
        tags=tuple(row["tags"]),
        genre=row["genre"],
    )


def _label_row(classifier: Classifier, row: dict[str, Any]) -> dict[str, Any]:
    labels = classifier.classify(article_of(row), agency_id=row["agency_id"])
    return {
        "article_id": row["article_id"],
        "source_id": row["source_id"],
        "capture_id": row["capture_id"],
        "relevance": labels.relevance,
        "score": labels.score,
        "themes": list(labels.themes),
        "agencies": [
            {"agency_id": a.agency_id, "role": a.role, "field": a.field, "start": a.start, "end": a.end}
            for a in labels.agencies
        ],
        "evidence": [
            {"field": s.field, "start": s.start, "end": s.end, "kind": s.kind, "what": s.what} for s in labels.evidence
        ],
        "model_version": classifier.version,
    }
