"""At the desk: what a person told is written down, read back, confirmed (decree 154/2026 art. 14.1)."""

from typing import Any

from flask import redirect, url_for
from werkzeug.exceptions import NotFound

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput
from ..domain.telling import StatementStep
from ..forms.screens import StatementForm
from ..models import Visit
from ..policy import Permission, requires
from ..rendering import asked_by_htmx, render
from ..services import petition_contents, statements
from ..services.statements import STEPS_OF_OFFICER, StatementMoved
from .common import as_officer, request_key, small_number
from .desk import _own, pages
from .statement_words import statement_context


@pages.get("/visit/<code>/statement")
@requires(Permission.RECEIVE)
def statement_state(code: str) -> str:
    """How the statement stands: whether it was read back, what the person says of it."""
    visit = _own(code)
    context = statement_context(visit)
    return render("desk/_statement_state.html", visit=visit, **context) if context.get("statement") else ""


@pages.post("/visit/<code>/statement")
@requires(Permission.RECEIVE)
def write_statement(code: str) -> Any:
    """A new version; what was typed stays when something is wrong with it.

    Where a newer one was written meanwhile, both are shown, and the next save goes on top of that one.
    """
    visit, form = _own(code), StatementForm()
    base = small_number(form.base.data) or 0  # of a page that does not say, whatever stands is newer
    try:
        about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
        statements.write(visit.id, form.statement.data or "", base_version=base, **about)
    except (InvalidInput, Conflict) as problem:
        form.blame(InvalidInput(problem.message, "statement"))
        moved = isinstance(problem, StatementMoved)
        return _shown(visit, form, moved=moved), 422 if isinstance(problem, InvalidInput) else 409
    return _shown(visit) if asked_by_htmx() else redirect(url_for(".page"), 303)


def _shown(visit: Visit, form: StatementForm | None = None, *, moved: bool = False) -> str:
    template = "desk/_statement.html" if asked_by_htmx() else "desk/statement.html"
    content = petition_contents.content_of(visit.petition)
    return render(template, visit=visit, content=content, **statement_context(visit, form, moved=moved))


@pages.post("/visit/<code>/statement/<what>")
@requires(Permission.RECEIVE)
def note_statement(code: str, what: str) -> Any:
    """The officer read it back, or notes that the person confirmed it aloud."""
    visit, form = _own(code), StatementForm()
    version = small_number(form.base.data)
    if what not in STEPS_OF_OFFICER:
        raise NotFound
    if version is None:
        raise Conflict
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    statements.note(visit.id, StatementStep(what), version=version, **about)
    if asked_by_htmx():
        return render("desk/_statement_state.html", visit=visit, **statement_context(visit))
    return redirect(url_for(".page"), 303)
