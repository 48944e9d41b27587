"""The trained part of the classifier: a linear model of the subject and of the themes, as a component of spaCy."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from transforms.classify.features import Seen, Space, vector

DEFAULT_FILE = Path(__file__).with_name("model.npz")
# Key of `Doc.user_data` under which the component finds what it is to look at.
SEEN = "theodoi.seen"
SUBJECT = "subject"


@dataclass(frozen=True)
class Model:
    """Weights and what they are weights of.

    Attributes:
        version: Name of the model; stands on every label.
        space: The features.
        outputs: `subject`, then the themes.
        weights: Shape (features, outputs).
        biases: Shape (outputs,).
        calibration: (slope, intercept) on the log odds of relevance, found by cross-validation.
        theme_from: Probability from which a theme is given.
        learnt_before: Month before which people labelled what it was trained on, `YYYY-MM`: those from then on may be
            audited with it. Empty where it was trained on the project's own pieces alone.
        unnamed: Share of the articles that name the Đề án in words that the rules do not know.
    """

    version: str
    space: Space
    outputs: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    biases: npt.NDArray[np.float64]
    calibration: tuple[float, float]
    theme_from: float
    unnamed: float
    learnt_before: str = ""

    def probabilities(self, seen: Seen) -> dict[str, float]:
        """Output -> how sure it is; `subject`: that the article is about the Đề án's work, wherever it plays."""
        places, values = vector(seen, self.space)
        z = values @ self.weights[places] + self.biases
        p = 1 / (1 + np.exp(-z))
        return dict(zip(self.outputs, p.tolist(), strict=True))

    def calibrated(self, probability: float) -> float:
        """The probability of relevance as it proves true on articles that were not learnt from."""
        odds = np.log(np.clip(probability, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(probability, 1e-6, 1 - 1e-6))
        slope, intercept = self.calibration
        return float(1 / (1 + np.exp(-(slope * odds + intercept))))

    def save(self, file: Path) -> None:
        """Write the model; the same model gives the same bytes."""
        about = {
            "version": self.version,
            "outputs": self.outputs,
            "calibration": self.calibration,
            "theme_from": self.theme_from,
            "unnamed": self.unnamed,
            "learnt_before": self.learnt_before,
            "words": list(self.space.words),
        }
        with file.open("wb") as out:
            np.savez_compressed(
                out,
                about=np.array(json.dumps(about, ensure_ascii=False)),
                syllables=np.array(list(self.space.syllables)),
                runs=self.space.runs,
                weights=self.weights,
                biases=self.biases,
            )


def load_model(file: Path = DEFAULT_FILE) -> Model:
    """Read a model.

    Raises:
        OSError: The file cannot be read.
        ValueError: It holds no model.
    """
    # What is no archive of arrays is refused by numpy with the same error.
    with np.load(file, allow_pickle=False) as kept:
        try:
            about = json.loads(str(kept["about"]))
            space = Space(
                {str(s): n for n, s in enumerate(kept["syllables"].tolist(), start=1)},
                kept["runs"],
                {name: n for n, name in enumerate(about["words"])},
            )
            return Model(
                version=about["version"],
                space=space,
                outputs=tuple(about["outputs"]),
                weights=kept["weights"],
                biases=kept["biases"],
                calibration=tuple(about["calibration"]),
                theme_from=about["theme_from"],
                unnamed=about["unnamed"],
                learnt_before=about["learnt_before"],
            )
        except KeyError as error:
            raise ValueError(f"{file} holds no model: {error} is missing") from error


@lru_cache(maxsize=1)
def default_model() -> Model:
    """The model that comes with theodoi."""
    return load_model()


class LinearTextcat:
    """The model as a component of a spaCy pipeline: sets `Doc.cats` from what stands in `Doc.user_data`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Score a document."""
        doc.cats = self.model.probabilities(doc.user_data[SEEN])
        return doc


@Language.factory("theodoi_linear_textcat")  # type: ignore[untyped-decorator]  # spaCy's has no types
def make_linear_textcat(nlp: Language, name: str) -> LinearTextcat:
    """The component with the model that comes with theodoi, for `nlp.add_pipe`."""
    del nlp, name
    return LinearTextcat(default_model())
