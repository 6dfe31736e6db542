"""At the desk: what a person told is written down, read back, confirmed (decree 154/2026 art. 14.1)."""

from typing import Any

from flask import redirect, url_for

from ..clock import utc_now
from ..forms.screens import StatementForm
from ..models import Visit
from ..policy import Permission, requires
from ..rendering import asked_by_htmx, render
from ..services import petition_contents, statements
from .common import as_officer, request_key
from .desk import _own, pages
from .statement_words import save, statement_context, step_of


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
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    unsaved = save(form, lambda words, base: statements.write(visit.id, words, base_version=base, **about))
    if unsaved:
        return _shown(visit, form, moved=unsaved.moved), unsaved.status
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
    step, version = step_of(form, what)
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    statements.note(visit.id, step, version=version, **about)
    if asked_by_htmx():
        return render("desk/_statement_state.html", visit=visit, **statement_context(visit))
    return redirect(url_for(".page"), 303)
