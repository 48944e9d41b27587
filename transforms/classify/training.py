"""Trains the model on the pieces in `data/`; `theodoi train` and `make train` call it.

The subject is learnt through the place: a piece is relevant when it is about the programme's work *and* plays in Hải
Dương, and the second is judged by rules. So p(relevant) = p(subject) · p(local), and only what is local can teach that
a subject is not ours; another province's job fair does not teach that job fairs are none.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize
from scipy.sparse import csr_array

from transforms.article import Article
from transforms.classify.classifier import Classifier
from transforms.classify.features import Seen, Space, learn_space, vector
from transforms.classify.labels import Relevance
from transforms.classify.model import SUBJECT, Model

DATA = Path(__file__).with_name("data")
THEMES = ("c1_awareness", "c2_documents", "c3_gdnn_space", "c4_enterprise", "c5_training_offer", "c6_models")

# In how many pieces a feature must occur: rarer ones are of one story.
_LEAST = 3
# Strength of the quadratic penalty; chosen by cross-validation among 0.3, 1 and 3, which differ little.
_PENALTY = 1.0
# Pieces that name the Đề án are told by their name; their subject counts, but less than that of those that do not.
_WEIGHT_OF_EXPLICIT = 0.3
_FOLDS = 5
_ITERATIONS = 200
_THEME_FROM = (0.3, 0.35, 0.4, 0.45, 0.5)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """One training piece.

    Attributes:
        story: What it was written as; a piece and its twin of another province share it.
        article: The piece.
        agency_id: Agency on whose site it stands.
        relevance: By the codebook.
        themes: By the codebook.
    """

    story: str
    article: Article
    agency_id: str | None
    relevance: Relevance
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """A piece as the model is given it, with what the rules say of it."""

    piece: Piece
    seen: Seen
    local: float
    is_named: bool


class DataError(ValueError):
    """A training piece cannot be used; the message names file and piece."""


def load_pieces(folder: Path = DATA) -> list[Piece]:
    """All pieces, each with a `swap` followed by its twin about another province, which is `none`.

    Args:
        folder: Files `*_explicit.yaml`, `*_implicit.yaml`, `*_none.yaml`; docs/codebook.md says what the labels mean.

    Raises:
        DataError: A piece is malformed.
    """
    pieces = [piece for file in sorted(folder.glob("*.yaml")) for piece in _pieces(file)]
    stories = [p.story for p in pieces]
    if not pieces:
        raise DataError(f"{folder} holds no training pieces")
    if twice := {s for s in stories if stories.count(s) > 2}:
        raise DataError(f"{min(twice)} occurs more than once")
    return pieces


def _pieces(file: Path) -> Iterator[Piece]:
    relevance = file.stem.rpartition("_")[2]
    if relevance not in ("explicit", "implicit", "none"):
        raise DataError(f"{file.name}: the name must end with _explicit, _implicit or _none")
    for row in yaml.safe_load(file.read_text(encoding="utf-8")):
        try:
            piece = _piece(row, relevance)
            twin = _piece(_swapped(row), "none") if "swap" in row else None
        except (KeyError, TypeError, ValueError) as error:
            name = row.get("id", row) if isinstance(row, dict) else row
            raise DataError(f"{file.name}: {name}: {error!r}") from error
        yield piece
        if twin is not None:
            yield twin


def _piece(row: dict[str, Any], relevance: Any) -> Piece:  # noqa: ANN401 - checked by the caller
    day = datetime.fromisoformat(str(row["published"])).replace(hour=8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    form: Literal["NFC", "NFD"] = "NFD" if row.get("nfd") else "NFC"
    title, lead, text = (normalize(form, row[name]) for name in ("title", "lead", "text"))
    themes = frozenset(row.get("themes", ()))
    if unknown := themes - set(THEMES):
        raise ValueError(f"{sorted(unknown)} are no themes")
    if (relevance != "none") != bool(themes):
        raise ValueError("a relevant piece has themes, another has none")
    article = Article(url=f"http://127.0.0.1/{row['id']}", title=title, lead=lead, text=text, published_at=day)
    return Piece(str(row["id"]), article, row.get("agency"), relevance, themes)


def _swapped(row: dict[str, Any]) -> dict[str, Any]:
    """The row about another province."""
    texts = {name: row[name] for name in ("title", "lead", "text")}
    # "Thành phố Hải Dương" before "Hải Dương".
    for ours, theirs in sorted(row["swap"].items(), key=lambda names: -len(names[0])):
        if not any(ours in row[name] for name in texts):
            raise ValueError(f"swap: {ours!r} does not occur")
        texts = {name: text.replace(ours, theirs) for name, text in texts.items()}
    # On a site of ours it would be a riddle even for people: many of these pieces name a district and no province.
    return row | texts | {"themes": (), "agency": None}


def look_at(classifier: Classifier, pieces: Sequence[Piece]) -> list[Example]:
    """What the rules see of each piece.

    Args:
        classifier: With the lexicon of the registry: what is an agency or a place must be so when the model is used.
        pieces: From `load_pieces`.
    """
    found = []
    for piece in pieces:
        looked = classifier.look(piece.article, own_site=piece.agency_id is not None)
        is_named = bool(classifier.mentions(looked, context=True))
        found.append(Example(piece, looked.seen, looked.setting.local, is_named))
    return found


def digest(pieces: Iterable[Piece]) -> str:
    """What a model was trained on: 12 hex digits over all pieces."""
    total = hashlib.sha256()
    for p in pieces:
        fields = (p.story, p.article.title, p.article.lead, p.article.text, p.agency_id, p.relevance, sorted(p.themes))
        total.update(f"{fields}\n".encode())
    return total.hexdigest()[:12]


def train(examples: Sequence[Example], version: str, learnt_before: str = "") -> tuple[Model, dict[str, float]]:
    """Fit the model.

    Args:
        examples: All there are.
        version: Name of the model.
        learnt_before: Month before which people labelled some of them; empty where none was.

    Returns:
        (model, figures of the cross-validation by name).
    """
    relevant = np.array([e.piece.relevance != "none" for e in examples])
    local = np.array([e.local for e in examples])
    truth = np.array([[t in e.piece.themes for t in THEMES] for e in examples])
    folds = _folds(examples)
    p_relevant, p_themes = np.zeros(len(examples)), np.zeros((len(examples), len(THEMES)))
    for fold in range(_FOLDS):
        inside, outside = (np.flatnonzero(where).tolist() for where in (folds != fold, folds == fold))
        space, weights, biases = _fit([examples[i] for i in inside])
        z = _matrix([examples[i].seen for i in outside], space) @ weights + biases
        p_relevant[outside] = _sigmoid(z[:, 0]) * local[outside]
        p_themes[outside] = _sigmoid(z[:, 1:])
    unnamed = np.array([not e.is_named for e in examples])
    calibration = _calibrate(p_relevant[unnamed], relevant[unnamed])
    by_threshold = {least: _theme_f1(p_themes[relevant], truth[relevant], least) for least in _THEME_FROM}
    theme_from = max(by_threshold, key=lambda least: by_threshold[least])
    explicit = np.array([e.piece.relevance == "explicit" for e in examples])
    space, weights, biases = _fit(examples)
    model = Model(
        version=version,
        space=space,
        outputs=(SUBJECT, *THEMES),
        # Six figures are far more than the pieces know, and do not depend on the order in which sums are added.
        weights=np.round(weights, 6).astype(np.float32),
        biases=np.round(biases, 6),
        calibration=calibration,
        theme_from=theme_from,
        learnt_before=learnt_before,
        unnamed=round(float((explicit & unnamed).sum() / max(1, (relevant & unnamed).sum())), 4),
    )
    return model, _figures(examples, p_relevant, calibration, by_threshold[theme_from])


def _folds(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    """Fold of each example; a story and its twin lie in one. By a hash, so that a new piece moves no other."""
    hashed = (hashlib.sha256(e.piece.story.encode()).digest()[0] for e in examples)
    return np.array([h % _FOLDS for h in hashed], dtype=np.int64)


def _fit(examples: Sequence[Example]) -> tuple[Space, Floats, Floats]:
    space = learn_space([e.seen for e in examples], _LEAST)
    matrix = _matrix([e.seen for e in examples], space)
    relevant = np.array([e.piece.relevance != "none" for e in examples], dtype=np.float64)
    local = np.array([e.local for e in examples])
    named = np.array([e.is_named for e in examples])
    fitted = [_fit_one(matrix, relevant, local, np.where(named, _WEIGHT_OF_EXPLICIT, 1.0))]
    about = np.flatnonzero(relevant).tolist()
    ones = np.ones(len(about))
    for theme in THEMES:
        truth = np.array([theme in examples[i].piece.themes for i in about], dtype=np.float64)
        fitted.append(_fit_one(matrix[about], truth, ones, ones))
    return space, np.stack([w for w, _ in fitted], axis=1), np.array([b for _, b in fitted])


def _matrix(seen: Sequence[Seen], space: Space) -> csr_array:
    rows = [vector(s, space) for s in seen]
    bounds = np.concatenate([[0], np.cumsum([len(places) for places, _ in rows])])
    columns, values = (np.concatenate(part) for part in zip(*rows, strict=True))
    return csr_array((values, columns, bounds), shape=(len(rows), space.size))


def _fit_one(matrix: csr_array, truth: Floats, local: Floats, weight: Floats) -> tuple[Floats, float]:
    """Weights and bias that make `local · sigmoid(features · weights + bias)` most likely, with a quadratic penalty."""
    size = matrix.shape[1]
    turned = csr_array(matrix.T)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        w, bias = parameters[:size], parameters[size]
        s = _sigmoid(matrix @ w + bias)
        p = np.clip(local * s, 1e-6, 1 - 1e-6)
        lost = -(truth * np.log(p) + (1 - truth) * np.log1p(-p)) * weight
        slope = -(truth / p - (1 - truth) / (1 - p)) * local * s * (1 - s) * weight
        gradient = np.concatenate([turned @ slope + _PENALTY * w, [slope.sum()]])
        return float(lost.sum() + _PENALTY / 2 * (w @ w)), gradient

    found = minimize(loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    return found.x[:size], float(found.x[size])


def _sigmoid(z: Any) -> Floats:  # noqa: ANN401 - arrays of any shape
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def _calibrate(p: Floats, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """(slope, intercept) of Platt's scaling on the log odds."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    odds = np.log(p) - np.log1p(-p)

    def loss(parameters: Floats) -> float:
        q = np.clip(_sigmoid(parameters[0] * odds + parameters[1]), 1e-9, 1 - 1e-9)
        return float(-(np.where(truth, np.log(q), np.log1p(-q))).sum())

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead")
    return round(float(found.x[0]), 4), round(float(found.x[1]), 4)


def _theme_f1(p: Floats, truth: npt.NDArray[np.bool_], least: float) -> float:
    given = p >= least
    given[np.arange(len(p)), p.argmax(axis=1)] = True
    return float(2 * (given & truth).sum() / (given.sum() + truth.sum()))


def _figures(
    examples: Sequence[Example], p: Floats, calibration: tuple[float, float], themes_f1: float
) -> dict[str, float]:
    odds = np.log(np.clip(p, 1e-6, 1)) - np.log1p(-np.clip(p, 0, 1 - 1e-6))
    implicit = np.array([not e.is_named for e in examples]) & (_sigmoid(calibration[0] * odds + calibration[1]) >= 0.5)
    truth = np.array([e.piece.relevance == "implicit" for e in examples])
    f1 = 2 * (implicit & truth).sum() / (implicit.sum() + truth.sum())
    return {"pieces": len(examples), "implicit_f1": round(float(f1), 4), "themes_f1": round(themes_f1, 4)}
