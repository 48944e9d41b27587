"""Reading an article from a page: pure, no network, every field with the rule that set it."""

from transforms.extract.reading import document_instead, extract_article

__all__ = ["document_instead", "extract_article"]
