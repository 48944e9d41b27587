"""What an article is about: its relevance to the Đề án, the themes it serves, the agencies and places it names.

First rules over spaCy's matchers, with the words that decided as evidence. docs/codebook.md says what labels mean.
"""

from transforms.classify.classifier import Classifier, classify
from transforms.classify.labels import Labels, NamedAgency, Span
from transforms.classify.lexicon import AgencyName, Lexicon, PlaceName
from transforms.classify.vocabulary import Vocabulary, VocabularyError, load_vocabulary

__all__ = [
    "AgencyName",
    "Classifier",
    "Labels",
    "Lexicon",
    "NamedAgency",
    "PlaceName",
    "Span",
    "Vocabulary",
    "VocabularyError",
    "classify",
    "load_vocabulary",
]
