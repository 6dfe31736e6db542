"""What was told and waits for an officer apart from any visit: the list, and where one of it is written."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.evidence import EvidenceKind
from ..domain.petition_kinds import KIND_LABELS_FOR_STAFF
from ..domain.telling import WAITS_FOR_WORDS, WaitsFor
from ..forms.screens import StatementForm
from ..models import Petition
from ..policy import Permission, requires
from ..rendering import page_or_fragment, render
from ..services import evidence, petition_contents, statement_tasks, statements
from .common import as_officer, request_key
from .evidence import given
from .staff_petition import PETITION_WORDS
from .statement_words import save, step_of, told_context

pages = Blueprint("told", __name__, url_prefix="/desk/told")


@pages.get("")
@requires(Permission.WRITE_STATEMENTS)
def listing() -> Response:
    rows = statement_tasks.listed(as_officer(), utc_now())
    context: dict[str, Any] = {
        "mine": [row for row in rows if row.task.officer_id == current_user.id],
        "others": [row for row in rows if row.task.officer_id != current_user.id],
        "waits_for_words": WAITS_FOR_WORDS,
    }
    return page_or_fragment("told/list.html", "told/_list.html", **context)


@pages.get("/<code>")
@requires(Permission.WRITE_STATEMENTS)
def page(code: str) -> str:
    """To whoever has taken it everything that is needed to write it; to others who has it."""
    task = statement_tasks.of_code(code, as_officer())
    if task.officer_id != current_user.id:
        holder = statement_tasks.holder_of(task, utc_now())
        return render("told/free.html", task=task, holder=holder, waits_for_words=WAITS_FOR_WORDS)
    petition = statement_tasks.open_taken(code, by=as_officer(), now=utc_now())
    return _shown(petition)


def _shown(petition: Petition, form: StatementForm | None = None, *, moved: bool = False) -> str:
    sealed = petition.petitioner.sealed
    return render(
        "told/page.html",
        petition=petition,
        visit={"petition": petition},
        petitioner=None if sealed else petition.petitioner,
        content=petition_contents.content_of(petition),
        kind_labels=KIND_LABELS_FOR_STAFF,
        told_more=statement_tasks.of_code(petition.code, as_officer()).waits_for is WaitsFor.MORE,
        **PETITION_WORDS,
        **told_context(petition, form, moved=moved),
    )


@pages.post("/<code>/take")
@requires(Permission.WRITE_STATEMENTS)
def take(code: str) -> Response:
    statement_tasks.take(code, by=as_officer(), now=utc_now())
    return redirect(url_for(".page", code=code), 303)


@pages.post("/<code>/give-back")
@requires(Permission.WRITE_STATEMENTS)
def give_back(code: str) -> Response:
    statement_tasks.give_back(code, by=as_officer(), now=utc_now())
    return redirect(url_for(".listing"), 303)


@pages.post("/<code>")
@requires(Permission.WRITE_STATEMENTS)
def write(code: str) -> Any:
    """A new version; what was typed stays when something is wrong with it."""
    petition, form = statement_tasks.petition_taken(code, as_officer()), StatementForm()
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    unsaved = save(
        form, lambda words, base: statements.write_apart(petition.id, words, base_version=base, **about)
    )
    if unsaved:
        return _shown(petition, form, moved=unsaved.moved), unsaved.status
    return redirect(url_for(".page", code=code, _anchor="statement-part"), 303)


@pages.post("/<code>/steps/<what>")
@requires(Permission.WRITE_STATEMENTS)
def note(code: str, what: str) -> Response:
    """The officer read it back, as by telephone, or notes that the person confirmed it aloud."""
    petition, form = statement_tasks.petition_taken(code, as_officer()), StatementForm()
    step, version = step_of(form, what)
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    statements.note_apart(petition.id, step, version=version, **about)
    if statement_tasks.of_code(code, as_officer()).officer_id != current_user.id:
        return redirect(url_for(".listing"), 303)  # confirmed: there is nothing left to do
    return redirect(url_for(".page", code=code, _anchor="statement-part"), 303)


@pages.get("/<code>/files/<file>")
@requires(Permission.WRITE_STATEMENTS)
def file(code: str, file: str) -> Response:
    """What was told by voice, to whoever has taken it; of a sealed petition `sealed.file` asks for a reason."""
    petition = statement_tasks.petition_taken(code, as_officer())
    found = evidence.kept_of(petition, file)
    if petition.petitioner.sealed or found.kind is not EvidenceKind.VOICE:
        raise NotFound
    evidence.note_opened(found, by=as_officer(), now=utc_now())
    return given(found, "whole")
