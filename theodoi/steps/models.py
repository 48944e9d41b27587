"""The life of the classifier's model: trained, compared with the one in use, adopted.

What is in use lies in the data folder, so that a new version of theodoi changes no label by itself: the model that
comes with it is one to be compared, like any other.
"""

import json
import logging
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from theodoi import lake
from theodoi.errors import TheodoiError
from theodoi.registry import Registry
from theodoi.settings import Settings
from theodoi.steps.labelling import label, lexicon_of
from theodoi.steps.labels.training import labels_for_training
from transforms.classify import Classifier
from transforms.classify.labels import Relevance
from transforms.classify.model import DEFAULT_FILE, Model, load_model
from transforms.classify.training import DATA, DataError, Piece, digest, load_pieces, look_at, train
from transforms.classify.vocabulary import DEFAULT_FILE as VOCABULARY_FILE
from transforms.classify.vocabulary import Vocabulary, VocabularyError, load_vocabulary

log = logging.getLogger(__name__)

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# Changed articles that a comparison shows: those whose score moved most.
_SHOWN = 20


@dataclass(frozen=True)
class Training:
    """What was trained.

    Attributes:
        version: Name of the model: it names the pieces that it was trained on.
        file: Where it was written.
        n_features: Features that it weighs.
        n_labelled: Articles labelled by people among what it was trained on.
        figures: Of the cross-validation, by name.
    """

    version: str
    file: Path
    n_features: int
    n_labelled: int
    figures: dict[str, float]

    def text(self) -> str:
        """For people, Vietnamese."""
        figures = ", ".join(f"{name} {value:g}" for name, value in self.figures.items())
        return (
            f"Mô hình {self.version}: {self.n_features} đặc trưng, {self.file.stat().st_size / 1e6:.1f} MB, "
            f"{self.n_labelled} bài do người gán nhãn\nkiểm tra chéo: {figures}\nđã ghi: {self.file}"
        )


@dataclass(frozen=True)
class Change:
    """One article that two models label differently."""

    url: str
    title: str
    before: str
    after: str
    score_before: float
    score_after: float


@dataclass(frozen=True)
class Comparison:
    """Two models on all articles of the lake, side by side.

    Attributes:
        in_use: Version of the model in use.
        candidate: Version of the other.
        n_articles: Captures labelled by both.
        relevance: (label in use, label of the candidate) -> captures.
        months: Month of publication -> (relevant by the one in use, by the candidate), where they differ.
        n_themes: Captures that both call relevant and whose themes differ.
        changes: Those whose label differs, by how much the score moved.
    """

    in_use: str
    candidate: str
    n_articles: int = 0
    relevance: Mapping[tuple[str, str], int] = field(default_factory=dict)
    months: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    n_themes: int = 0
    changes: tuple[Change, ...] = ()


def model_in_use(settings: Settings) -> Model:
    """The model in use; the first time it is the one that comes with theodoi, which is kept from then on.

    Raises:
        TheodoiError: The file in the data folder is no model.
        OSError: It cannot be written.
    """
    kept = _kept(settings)
    if not kept.exists():
        _put(DEFAULT_FILE, kept)
    return _read(kept)


def vocabulary_in_use(settings: Settings) -> Vocabulary:
    """The words of the classifier; where their file was broken by an edit, the last good one.

    Raises:
        TheodoiError: The file is broken, and no good one was ever used with this data folder.
        OSError: The good one cannot be kept.
    """
    kept = settings.models / "vocabulary.yaml"
    try:
        vocabulary = load_vocabulary(VOCABULARY_FILE)
    except VocabularyError as error:
        if not kept.exists():
            raise TheodoiError(f"từ vựng hỏng: {error}") from error
        log.warning("từ vựng hỏng, dùng bản tốt gần nhất: %s", error)
        return load_vocabulary(kept)
    if not kept.exists() or kept.read_bytes() != VOCABULARY_FILE.read_bytes():
        _put(VOCABULARY_FILE, kept)
    return vocabulary


def train_model(
    settings: Settings, registry: Registry, *, out: Path, data: Path = DATA, labels_before: str | None = None
) -> Training:
    """Train a model and write it.

    Args:
        settings: Where people's labels are.
        registry: Whose agencies and places are known by name.
        out: File of the model; replaced whole.
        data: Folder of the training pieces.
        labels_before: Learn from people's labels of the months before this one as well, `YYYY-MM`; None: from none.

    Raises:
        TheodoiError: A training piece is malformed, or the file cannot be written.
    """
    try:
        pieces = load_pieces(data)
    except DataError as error:
        raise TheodoiError(f"dữ liệu huấn luyện: {error}") from error
    labelled = list(_labelled(settings, labels_before)) if labels_before else []
    examples = look_at(Classifier(lexicon_of(registry)), [*pieces, *labelled])
    version = f"linear-{digest([*pieces, *labelled])}"
    model, figures = train(examples, version, (labels_before or "") if labelled else "")
    aside = out.with_name(f".{out.name}.part")
    try:
        model.save(aside)
        aside.replace(out)
    except OSError as error:
        raise TheodoiError(f"không ghi được {out}: {error}") from error
    return Training(model.version, out, model.space.size, len(labelled), figures)


def compare(settings: Settings, registry: Registry, code: str, file: Path | None = None) -> Comparison:
    """Label everything with another model, beside the labels in use, and tell what would change.

    Only what the candidate has not labelled yet is labelled: comparing again costs what is new.

    Args:
        settings: Where lake and models are.
        registry: Whose agencies and places are known by name.
        code: Version of the rules and words.
        file: The other model; None: the one that comes with theodoi.

    Raises:
        TheodoiError: The file is no model, or nothing is labelled yet.
    """
    file = file or DEFAULT_FILE
    candidate, in_use = _read(file), model_in_use(settings)
    if not lake.files(settings.lake, lake.LABEL):
        raise TheodoiError("chưa có nhãn nào để so: chạy `theodoi process` trước")
    label(settings, registry, candidate, vocabulary_in_use(settings), code, dataset=lake.CANDIDATE_LABEL)
    comparison = _compared(settings, in_use.version, candidate.version)
    _put(file, settings.models / "compared.npz")
    return comparison


def adopt(settings: Settings, file: Path | None = None) -> str:
    """Take a model into use that was compared; the next `process` labels everything with it. Returns its version.

    Raises:
        TheodoiError: The file is no model, or its difference was not looked at.
    """
    file = file or DEFAULT_FILE
    candidate, compared = _read(file), settings.models / "compared.npz"
    if not compared.exists() or compared.read_bytes() != file.read_bytes():
        raise TheodoiError(
            f"mô hình {candidate.version} chưa được so với mô hình đang dùng: chạy `theodoi model compare` trước"
        )
    _put(file, _kept(settings))
    return candidate.version


def _labelled(settings: Settings, before: str) -> Iterator[Piece]:
    for found in labels_for_training(settings, before):
        relevance, themes = found.verdict.relevance, frozenset(found.verdict.themes or ())
        # Without agreed themes a relevant article teaches no theme, and would teach that it has none.
        if relevance == "none" or (relevance in ("explicit", "implicit") and themes):
            yield Piece(found.verdict.article_id, found.article, found.agency_id, cast(Relevance, relevance), themes)


def _kept(settings: Settings) -> Path:
    return settings.models / "in_use.npz"


def _put(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.part")
    shutil.copyfile(file, aside)
    aside.replace(target)


def _read(file: Path) -> Model:
    try:
        return load_model(file)
    except (OSError, ValueError) as error:
        raise TheodoiError(f"{file} không phải là tệp mô hình: {error}") from error


def _compared(settings: Settings, in_use: str, candidate: str) -> Comparison:
    relevance: Counter[tuple[str, str]] = Counter()
    before_by_month: Counter[str] = Counter()
    after_by_month: Counter[str] = Counter()
    n_themes = 0
    changes: list[tuple[float, str, Change]] = []
    columns = ["capture_id", "url", "title", "published_at"]
    for file in lake.files(settings.lake, lake.ARTICLE):
        articles = {r["capture_id"]: r for r in lake.read([file], lake.ARTICLE, columns).to_pylist()}
        source_id, month = (part.split("=", 1)[1] for part in file.parts[-3:-1])
        before, after = (_labels(settings, d, source_id, month) for d in (lake.LABEL, lake.CANDIDATE_LABEL))
        for capture, article in articles.items():
            if capture not in before or capture not in after:
                continue
            old, new = before[capture], after[capture]
            relevance[old["relevance"], new["relevance"]] += 1
            if article["published_at"] is not None:
                published = f"{article['published_at'].astimezone(LOCAL):%Y-%m}"
                before_by_month[published] += old["relevance"] != "none"
                after_by_month[published] += new["relevance"] != "none"
            if old["relevance"] != new["relevance"]:
                change = Change(
                    article["url"], article["title"], old["relevance"], new["relevance"], old["score"], new["score"]
                )
                changes.append((-abs(new["score"] - old["score"]), capture, change))
            elif old["relevance"] != "none":
                n_themes += set(old["themes"]) != set(new["themes"])
    months = sorted(before_by_month.keys() | after_by_month.keys())
    return Comparison(
        in_use,
        candidate,
        n_articles=relevance.total(),
        relevance=dict(sorted(relevance.items())),
        months={m: (before_by_month[m], after_by_month[m]) for m in months if before_by_month[m] != after_by_month[m]},
        n_themes=n_themes,
        changes=tuple(change for _, _, change in sorted(changes, key=lambda c: c[:2])[:_SHOWN]),
    )


def _labels(settings: Settings, dataset: lake.Dataset, source_id: str, month: str) -> dict[str, dict[str, Any]]:
    file = lake.partition(settings.lake, dataset, source_id, month) / "part.parquet"
    if not file.exists():
        return {}
    columns = ["capture_id", "relevance", "score", "themes"]
    return {row["capture_id"]: row for row in lake.read([file], dataset, columns).to_pylist()}


def as_json(comparison: Comparison) -> str:
    """The comparison for programs."""
    return json.dumps(
        {
            "in_use": comparison.in_use,
            "candidate": comparison.candidate,
            "n_articles": comparison.n_articles,
            "relevance": [{"before": b, "after": a, "n": n} for (b, a), n in comparison.relevance.items()],
            "months": [{"month": m, "before": b, "after": a} for m, (b, a) in comparison.months.items()],
            "n_themes": comparison.n_themes,
            "changes": [vars(c) for c in comparison.changes],
        },
        ensure_ascii=False,
    )
