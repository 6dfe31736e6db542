"""What an officer is shown of what a person told, and of what was written down of it."""

from typing import Any

from flask_login import current_user

from ..domain.evidence import EvidenceKind
from ..forms.screens import StatementForm
from ..models import Visit
from ..services import statements
from ..services.petition_contents import shown_of
from ..services.statements import Statement
from . import evidence_rows as rows


def statement_context(
    visit: Visit, form: StatementForm | None = None, *, moved: bool = False
) -> dict[str, Any]:
    """What was told, and what was written down of it; nothing where everything was written by its author.

    `form` is what could not be saved; `moved` says that a newer version stands in its way.
    """
    if form is None and not statements.is_due(visit.petition):
        return {"statement_due": False}
    found = statements.of(visit.petition)
    version = found.version.version if found else 0
    if form is None:
        form = StatementForm(formdata=None, data={"statement": _own_words(visit, found), "base": version})
    elif moved:
        form.base.data = version
    return {
        "statement_due": True,
        "statement": found,
        "objection": shown_of(visit.petition, found.answer.words) if found and found.answer else "",
        "statement_form": form,
        "newer": _newer(visit, found) if found and moved else "",
        "told_files": [row for row in rows.of_visit(visit) if row.file.kind is EvidenceKind.VOICE],
    }


def _own_words(visit: Visit, found: Statement | None) -> str:
    """The version to go on with. Of a sealed petition its writer alone sees all of it: others do not put
    a copy with names taken out in its place.
    """
    return found.version.body if found and _sees_whole(visit, found) else ""


def _newer(visit: Visit, found: Statement) -> str:
    """The version that stands, to be read beside one's own."""
    return found.version.body if _sees_whole(visit, found) else shown_of(visit.petition, found.version.body)


def _sees_whole(visit: Visit, found: Statement) -> bool:
    return not visit.petition.petitioner.sealed or found.version.written_by_id == current_user.id
