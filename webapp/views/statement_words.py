"""What an officer is shown of what a person told, and of what was written down of it."""

from typing import Any

from flask_login import current_user

from ..domain.evidence import EvidenceKind
from ..forms.screens import StatementForm
from ..models import Visit
from ..services import statements
from ..services.petition_contents import shown_of
from . import evidence_rows as rows


def statement_context(visit: Visit, form: StatementForm | None = None) -> dict[str, Any]:
    """What was told, and what was written down of it; nothing where everything was written by its author."""
    if form is None and not statements.is_due(visit.petition):
        return {"statement_due": False}
    found = statements.of(visit.petition)
    return {
        "statement_due": True,
        "statement": found,
        "objection": shown_of(visit.petition, found.answer.words) if found and found.answer else "",
        "statement_form": form or StatementForm(formdata=None, data={"statement": _own_words(visit)}),
        "told_files": [row for row in rows.of_visit(visit) if row.file.kind is EvidenceKind.VOICE],
    }


def _own_words(visit: Visit) -> str:
    """The version to go on with. Of a sealed petition its writer alone sees all of it: others do not put
    a copy with names taken out in its place.
    """
    found = statements.of(visit.petition)
    if found is None:
        return ""
    sealed = visit.petition.petitioner.sealed and found.version.written_by_id != current_user.id
    return "" if sealed else found.version.body
