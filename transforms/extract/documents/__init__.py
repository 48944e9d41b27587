"""Documents that agencies publish as files: PDF and .docx, read like pages. Bytes in, text and heading out."""

from transforms.extract.documents.reading import (
    document_of_page,
    extract_document,
    is_document,
    is_document_address,
    read_document,
)

__all__ = ["document_of_page", "extract_document", "is_document", "is_document_address", "read_document"]
