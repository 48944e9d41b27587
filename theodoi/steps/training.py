"""Train the classifier's model with the names of the registry."""

from dataclasses import dataclass
from pathlib import Path

from theodoi.errors import TheodoiError
from theodoi.registry import Registry
from theodoi.steps.process import lexicon_of
from transforms.classify import Classifier
from transforms.classify.model import DEFAULT_FILE
from transforms.classify.training import DATA, DataError, digest, load_pieces, look_at, train


@dataclass(frozen=True)
class TrainResult:
    """What was trained.

    Attributes:
        version: Name of the model: it names the pieces that it was trained on.
        file: Where it was written.
        n_features: Features that it weighs.
        figures: Of the cross-validation, by name.
    """

    version: str
    file: Path
    n_features: int
    figures: dict[str, float]


def train_model(registry: Registry, *, data: Path = DATA, out: Path = DEFAULT_FILE) -> TrainResult:
    """Train a model and write it.

    Args:
        registry: Whose agencies and places are known by name.
        data: Folder of the training pieces.
        out: File of the model; replaced whole.

    Raises:
        TheodoiError: A training piece is malformed, or the file cannot be written.
    """
    try:
        pieces = load_pieces(data)
    except DataError as error:
        raise TheodoiError(f"dữ liệu huấn luyện: {error}") from error
    model, figures = train(look_at(Classifier(lexicon_of(registry)), pieces), f"linear-{digest(pieces)}")
    aside = out.with_suffix(".part")
    try:
        model.save(aside)
        aside.replace(out)
    except OSError as error:
        raise TheodoiError(f"không ghi được {out}: {error}") from error
    return TrainResult(model.version, out, model.space.size, figures)
