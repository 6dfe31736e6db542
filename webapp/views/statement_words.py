"""What an officer is shown of what a person told, and of what was written down of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_login import current_user
from werkzeug.exceptions import NotFound

from ..domain.errors import Conflict, InvalidInput
from ..domain.evidence import EvidenceKind
from ..domain.telling import StatementStep
from ..forms.screens import StatementForm
from ..models import Petition, Visit
from ..services import statements
from ..services.petition_contents import shown_of
from ..services.statements import STEPS_OF_OFFICER, Statement, StatementMoved
from . import evidence_rows as rows
from .common import small_number
from .evidence_rows import FileRow


@dataclass(frozen=True)
class WrittenAt:
    """Where its forms lead; `state` is how the desk keeps itself fresh, and empty apart from any visit."""

    write: str
    read_back: str
    confirmed: str
    state: str = ""


@dataclass(frozen=True)
class Unsaved:
    """Why what was typed could not be saved; `moved`: a newer version stands in its way."""

    status: int
    moved: bool


def save(form: StatementForm, write: Callable[[str, int], object]) -> Unsaved | None:
    """Has it written over the version that the page was about; what is wrong is said beside the field."""
    base = small_number(form.base.data) or 0  # of a page that does not say, whatever stands is newer
    try:
        write(form.statement.data or "", base)
    except (InvalidInput, Conflict) as problem:
        form.blame(InvalidInput(problem.message, "statement"))
        return Unsaved(422 if isinstance(problem, InvalidInput) else 409, isinstance(problem, StatementMoved))
    return None


def step_of(form: StatementForm, what: str) -> tuple[StatementStep, int]:
    """An officer's step, and the version that it is about. Raises NotFound, Conflict."""
    version = small_number(form.base.data)
    if what not in STEPS_OF_OFFICER:
        raise NotFound
    if version is None:
        raise Conflict
    return StatementStep(what), version


def statement_context(
    visit: Visit, form: StatementForm | None = None, *, moved: bool = False
) -> dict[str, Any]:
    """What was told, and what was written down of it; nothing where everything was written by its author.

    `form` is what could not be saved; `moved` says that a newer version stands in its way.
    """
    if form is None and not statements.is_due(visit.petition):
        return {"statement_due": False}
    told = [row for row in rows.of_visit(visit) if row.file.kind is EvidenceKind.VOICE]
    where = WrittenAt(
        url_for("desk.write_statement", code=visit.code),
        url_for("desk.note_statement", code=visit.code, what=StatementStep.READ_BACK),
        url_for("desk.note_statement", code=visit.code, what=StatementStep.CONFIRMED),
        url_for("desk.statement_state", code=visit.code),
    )
    return _context(visit.petition, where, told, form, moved)


def told_context(
    petition: Petition, form: StatementForm | None = None, *, moved: bool = False
) -> dict[str, Any]:
    """The same apart from any visit."""
    where = WrittenAt(
        url_for("told.write", code=petition.code),
        url_for("told.note", code=petition.code, what=StatementStep.READ_BACK),
        url_for("told.note", code=petition.code, what=StatementStep.CONFIRMED),
    )
    return _context(petition, where, rows.told_apart(petition), form, moved)


def _context(
    petition: Petition, where: WrittenAt, told: list[FileRow], form: StatementForm | None, moved: bool
) -> dict[str, Any]:
    found = statements.of(petition)
    version = found.version.version if found else 0
    if form is None:
        words = _own_words(petition, found)
        form = StatementForm(formdata=None, data={"statement": words, "base": version})
    elif moved:
        form.base.data = version
    return {
        "statement_due": True,
        "statement": found,
        "statement_at": where,
        "objection": shown_of(petition, found.answer.words) if found and found.answer else "",
        "statement_form": form,
        "newer": _newer(petition, found) if found and moved else "",
        "told_files": told,
    }


def _own_words(petition: Petition, found: Statement | None) -> str:
    """The version to go on with. Of a sealed petition its writer alone sees all of it: others do not put
    a copy with names taken out in its place.
    """
    return found.version.body if found and _sees_whole(petition, found) else ""


def _newer(petition: Petition, found: Statement) -> str:
    """The version that stands, to be read beside one's own."""
    return found.version.body if _sees_whole(petition, found) else shown_of(petition, found.version.body)


def _sees_whole(petition: Petition, found: Statement) -> bool:
    return not petition.petitioner.sealed or found.version.written_by_id == current_user.id
