"""The text layer of a document, whatever its format."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a reader of files gives.

    Attributes:
        lines: Lines as the file has them, not cleaned: that would remove letters of old charsets.
        rule: Name of the reader, `pdf` or `docx`, with what was left unread.
        in_paragraphs: Whether a line is a whole paragraph rather than what fits on a row of paper.
        has_pictures: Whether pages carry pictures.
    """

    lines: tuple[str, ...]
    rule: str
    in_paragraphs: bool
    has_pictures: bool = False
