"""Sealed petitions by their code: who petitions, their papers and files, each opened with a reason.

For those who may open the identity and have no visit of it in hand, as a leader.
"""

from typing import Any

from flask import Blueprint, redirect, url_for

from ..clock import utc_now
from ..domain.errors import InvalidInput, NotFound
from ..extensions import limiter
from ..forms.screens import PetitionCodeForm, ReasonForm
from ..models import Petition
from ..policy import Permission, requires
from ..rendering import render
from ..services import evidence, petition_contents, petitions, proofs, sealed, visit_records
from . import evidence_rows as rows
from .common import as_officer, blamed
from .evidence import given
from .staff_petition import PETITION_WORDS, opened_context

pages = Blueprint("sealed", __name__, url_prefix="/desk/sealed")


@pages.route("", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
@limiter.limit("30/minute", methods=["POST"])
def find() -> Any:
    """By the code on the receipt. The code is sent in a form; each search is kept."""
    form, status = PetitionCodeForm(), 200
    if form.validate_on_submit():
        try:
            found = sealed.find(form.code.data or "", by=as_officer(), now=utc_now())
        except (InvalidInput, NotFound) as problem:
            status = blamed(form, problem, "code")
        else:
            return redirect(url_for(".page", code=found.code), 303)
    if form.problems and status == 200:
        status = 422
    return render("sealed/find.html", form=form), status


@pages.get("/<code>")
@requires(Permission.OPEN_IDENTITY)
def page(code: str) -> str:
    """The copy without names, and what can be opened with a reason."""
    petition = sealed.read(code, by=as_officer(), now=utc_now())
    return _shown(petition, ReasonForm(formdata=None))


@pages.post("/<code>")
@requires(Permission.OPEN_IDENTITY)
def identity(code: str) -> Any:
    """Who petitions, after a reason: the audit trail keeps who and why."""
    petition, form = sealed.of_code(code, as_officer()), ReasonForm()
    try:
        petitions.open_identity(petition.id, reason=form.reason.data or "", by=as_officer(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
        return _shown(petition, form), 422
    return _shown(petition, form, **opened_context(petition))


def _shown(petition: Petition, form: ReasonForm, **opened: Any) -> str:
    closed = {
        "content": petition_contents.content_of(petition),
        "proofs": proofs.of_petition(petition),
        **PETITION_WORDS,
    }
    context: dict[str, Any] = {"petition": petition, "visit": {"petition": petition}, "form": form}
    over = visit_records.of_petition(petition)
    return render(
        "sealed/page.html", files=rows.of_sealed(petition), over=over, **context, **(closed | opened)
    )


@pages.route("/<code>/files/<file>", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
def file(code: str, file: str) -> Any:
    """A reason, then the file, sealed or not: whoever opens it has no visit of it in hand."""
    petition, form = sealed.of_code(code, as_officer()), ReasonForm()
    found = evidence.kept_of(petition, file)
    context: dict[str, Any] = {"petition": petition, "file": found, "form": form}
    where = url_for(".file", code=petition.code, file=found.code)
    if not form.is_submitted():
        return render("desk/sealed_file.html", where=where, **context)
    try:
        evidence.open_sealed(found, reason=form.reason.data or "", by=as_officer(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
        return render("desk/sealed_file.html", where=where, **context), 422
    form_of_it = "view" if found.has_view else "whole"
    return given(found, form_of_it, name=rows.neutral_name(found, petition), once=True)
