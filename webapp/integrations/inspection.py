"""A file of evidence looked through before it is kept. Takes seconds for large ones: done off the loop."""

from collections.abc import Callable

import pikepdf
import structlog
from flask import current_app

from ..domain import evidence as rules
from ..domain.errors import InvalidInput
from ..domain.evidence import Inspected, Scan
from ..domain.media_types import BOX_FILE, BROKEN_ZIP, PDF, PICTURES, ZIP
from . import (
    antivirus,
    document_metadata,
    film_metadata,
    old_office_metadata,
    pdf_check,
    pictures,
    sound,
    sound_metadata,
)

log = structlog.get_logger()


def inspect(content: bytes) -> Inspected:
    """What the file is and how it is kept. Raises InvalidInput with the sentence of what is wrong."""
    scan = scanned(content)
    media_type = rules.media_type_of(content)
    kind = rules.kind_of(media_type)
    if kind is rules.EvidenceKind.PHOTO:
        try:
            picture = pictures.clean(media_type, content)
        except ValueError:
            raise InvalidInput(rules.BROKEN, "files") from None
        return Inspected(media_type, picture.content, scan, 1, picture.thumb, picture.view)
    if media_type == PDF:
        pages = pdf_check.pages_of(content)
        return Inspected(media_type, _without_makers(document_metadata.pdf, content), scan, pages)
    if content.startswith(ZIP):
        return Inspected(media_type, _without_makers(document_metadata.office, content), scan)
    if kind is rules.EvidenceKind.VIDEO or media_type == BOX_FILE:
        told = sound.measured(content) if kind is rules.EvidenceKind.AUDIO else None
        return Inspected(media_type, film_metadata.without_metadata(content), scan, sound=told)
    if kind is rules.EvidenceKind.AUDIO:
        return Inspected(media_type, _sound(media_type, content), scan, sound=sound.measured(content))
    return Inspected(media_type, old_office_metadata.without_makers(content), scan)


def _sound(media_type: str, content: bytes) -> bytes:
    if media_type == "audio/webm":
        return film_metadata.without_metadata(content)
    return sound_metadata.without_metadata(media_type, content)


def for_chat(media_type: str, content: bytes) -> bytes:
    """What is sent beside words, as it is kept: looked at by the scanner, a photo without what the camera told.

    Raises:
        InvalidInput: it is harmful, or a picture that cannot be opened.
    """
    try:
        scanned(content)
        return pictures.clean(media_type, content).content if media_type in PICTURES else content
    except InvalidInput as problem:
        raise InvalidInput(problem.message, "file") from None
    except ValueError:
        raise InvalidInput(rules.BROKEN, "file") from None


def _without_makers(clean: Callable[[bytes], bytes], content: bytes) -> bytes:
    """Raises InvalidInput: a part of it is broken."""
    try:
        return clean(content)
    except (*BROKEN_ZIP, pikepdf.PdfError):
        raise InvalidInput(rules.BROKEN, "files") from None


def can_scan() -> bool:
    """Whether there is a virus scanner."""
    return bool(current_app.config["SETTINGS"].clamd)


def scanned(content: bytes) -> Scan:
    """What the virus scanner says, when there is one. Raises InvalidInput: it found something."""
    address: str = current_app.config["SETTINGS"].clamd
    if not address:
        return Scan.NOT_SCANNED
    try:
        if antivirus.finds_virus(address, content):
            raise InvalidInput(rules.VIRUS, "files")
    except antivirus.Unavailable as problem:
        log.warning("clamd_unavailable", problem=str(problem))
        return Scan.NOT_SCANNED
    return Scan.CLEAN
