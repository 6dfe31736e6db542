"""A petition's files as lists show them: to the citizen, to the officer of a visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..domain.errors import NotFound
from ..domain.evidence import EvidenceKind, clean_name
from ..models import Evidence, EvidenceReceipt, Petition, Visit
from ..services import evidence, issued_documents, petition_contents, petitions, visits
from ..services.evidence import Place
from .common import as_officer, draft_code

__all__ = [
    "FileRow",
    "clean_name",
    "entitled_visit",
    "neutral_name",
    "of_citizen",
    "of_draft",
    "of_petition",
    "of_sealed",
    "of_visit",
    "own_visit",
    "receipts_of",
    "told_apart",
    "told_by_voice",
]


@dataclass(frozen=True)
class FileRow:
    """One line: the file, the name that may be shown, and where its contents and actions are."""

    file: Evidence
    name: str
    sealed: bool = False
    added: bool = False
    thumb: str = ""
    open: str = ""
    remove: str = ""
    mark: str = ""
    seal: str = ""
    tus: str = ""

    @property
    def percent(self) -> int:
        return 100 * self.file.received // max(self.file.size, 1)


def of_citizen(place: Place, code: str) -> list[FileRow]:
    """Everything that this citizen attached there, kept or not."""
    return [_own_row(file, place, code) for file in evidence.of_place(place)]


def told_by_voice(place: Place, code: str) -> list[FileRow]:
    """Of these what was told by voice."""
    return [row for row in of_citizen(place, code) if row.file.duration_ms is not None]


def _own_row(file: Evidence, place: Place, code: str) -> FileRow:
    where: dict[str, Any] = {"code": code, "file": file.code}
    kept, submitted = file.kept_at is not None, place.petition_id is not None
    return FileRow(
        file,
        file.name,
        added=submitted and kept and file.receipt_id is None,
        thumb=url_for("evidence.content", **where, form="thumb") if kept and file.has_thumb else "",
        open=url_for("evidence.content", **where, form=_form(file)) if kept else "",
        remove=url_for("evidence.remove", **where) if not (kept and submitted) else "",
        mark=url_for("evidence.mark", **where) if kept else "",
        tus=url_for("tus.offset", **where),
    )


def of_draft(draft: str) -> list[FileRow]:
    """The kept files of this draft of whoever is signed in."""
    return _kept(of_citizen(evidence.place_of_draft(current_user.id, draft), draft_code(draft)))


def of_petition(petition: Petition) -> list[FileRow]:
    """The kept files of the citizen's own petition."""
    place = evidence.place_of_petition(petition)
    return _kept(of_citizen(place, petition.code))


def of_visit(visit: Visit) -> list[FileRow]:
    """What the officer of the visit sees of its petition."""
    rows, denounces = [], visit.petition.is_denunciation
    shown = petition_contents.reader_of(visit.petition)
    for number, file in enumerate(evidence.of_petition(visit.petition), 1):
        sealed = evidence.is_sealed(file, visit.petition)
        where: dict[str, Any] = {"code": visit.code, "file": file.code}
        rows.append(
            FileRow(
                file,
                # A name that a person gave may hold their own.
                _numbered(number) if sealed else shown(file.name),
                sealed=sealed,
                thumb="" if sealed or not file.has_thumb else _officers(where, "thumb"),
                open=_officers(where, _form(file)),
                seal=url_for("evidence.seal", **where)
                if denounces and file.kind != EvidenceKind.VOICE
                else "",
            )
        )
    return rows


def of_sealed(petition: Petition) -> list[FileRow]:
    """What those see of a denunciation who may open it without its visit in hand: each file asks for a reason."""
    return [
        FileRow(
            file,
            _numbered(number)
            if evidence.is_sealed(file, petition)
            else petition_contents.shown_of(petition, file.name),
            sealed=evidence.is_sealed(file, petition),
            open=url_for("sealed.file", code=petition.code, file=file.code),
        )
        for number, file in enumerate(evidence.of_petition(petition), 1)
    ]


def told_apart(petition: Petition) -> list[FileRow]:
    """What was told by voice, for who writes it down apart from any visit."""
    if petition.petitioner.sealed:
        rows = of_sealed(petition)
    else:
        rows = [
            FileRow(file, file.name, open=url_for("told.file", code=petition.code, file=file.code))
            for file in evidence.of_petition(petition)
        ]
    return [row for row in rows if row.file.kind is EvidenceKind.VOICE]


def _numbered(number: int) -> str:
    return _("Tệp %(number)d", number=number)


def neutral_name(file: Evidence, petition: Petition) -> str:
    """A sealed file's name wherever it is seen or saved: the one under which the desk lists it."""
    codes = [one.code for one in evidence.of_petition(petition)]
    return _numbered(codes.index(file.code) + 1)


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt of papers and the dates of its versions, the first first."""

    receipt: EvidenceReceipt
    dates: list[datetime]

    @property
    def newest(self) -> int:
        return len(self.dates)


def receipts_of(petition: Petition) -> list[ReceiptRow]:
    """The petition's receipts of papers, the first first."""
    return [ReceiptRow(one, issued_documents.versions_of(one)) for one in evidence.receipts_of(petition.id)]


def own_visit(code: str) -> Visit:
    """The visit, for the officer who has it. Raises NotFound."""
    visit = visits.by_code(code)
    if visit.officer_id != current_user.id:
        raise NotFound
    return visit


def entitled_visit(code: str) -> Visit:
    """The visit, for who may learn who petitions: its officer; of a denunciation also a leader. Raises NotFound."""
    visit = visits.by_code(code)
    if visit.officer_id == current_user.id:
        return visit
    if not (visit.petition.is_denunciation and petitions.may_open_identity(visit.petition_id, as_officer())):
        raise NotFound
    return visit


def _kept(rows: Iterable[FileRow]) -> list[FileRow]:
    return [row for row in rows if row.file.kept_at is not None]


def _form(file: Evidence) -> str:
    """What every browser can show, when there is such a thing."""
    return "view" if file.has_view else "whole"


def _officers(where: dict[str, Any], form: str) -> str:
    return url_for("evidence.content_for_officer", **where, form=form)
