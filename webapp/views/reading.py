"""Reading a petition without its author: the advisory unit's page, and where an officer asks for it."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import InvalidInput
from ..forms.screens import ReaderForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import petition_contents, readers
from .common import as_officer
from .evidence_rows import own_visit
from .staff_petition import PETITION_WORDS

pages = Blueprint("reading", __name__)


@pages.get("/reading")
@requires(Permission.READ_CONTENT)
def listing() -> str:
    """What one was asked to read."""
    return render("reading/list.html", rows=readers.of_account(current_user.id))


@pages.get("/reading/<code>")
@requires(Permission.READ_CONTENT)
def page(code: str) -> str:
    """The redacted copy, whatever kind of petition it is."""
    petition = readers.read(code, by=as_officer(), now=utc_now())
    content = petition_contents.content_of(petition, copy=True)
    shown: dict[str, Any] = {"visit": {"petition": petition}, "content": content, **PETITION_WORDS}
    return render("reading/page.html", petition=petition, **shown)


@pages.route("/desk/visit/<code>/readers", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
def invite(code: str) -> Any:
    """Who reads the petition of the visit in hand; another is asked by the name by which they sign in."""
    visit, form = own_visit(code), ReaderForm()
    if request.method == "POST":
        try:
            readers.invite(visit.id, form.username.data or "", by=as_officer(), now=utc_now())
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".invite", code=code), 303)
    shown = readers.of_petition(visit.petition_id)
    return render("reading/invite.html", visit=visit, form=form, rows=shown), 422 if form.problems else 200


@pages.post("/desk/visit/<code>/readers/<int:reader_id>/end")
@requires(Permission.RECEIVE)
def end(code: str, reader_id: int) -> Any:
    readers.end(own_visit(code).id, reader_id, by=as_officer(), now=utc_now())
    return redirect(url_for(".invite", code=code), 303)
