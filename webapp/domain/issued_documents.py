"""Documents that are issued once and kept as they were issued."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """Which form a document is."""

    PETITION = "petition"
    """That a petition was received (law art. 7.1), in the reader's language."""
    PAPERS = "papers"
    """Which papers were received (decree 154/2026, form 02/TCD)."""
