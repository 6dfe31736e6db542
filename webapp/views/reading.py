"""Reading a petition without its author: the advisory unit's page, and where an officer asks for it."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import InvalidInput
from ..forms.screens import ReaderForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import petition_contents, readers, visits
from .common import as_officer
from .evidence_rows import own_visit
from .staff_petition import PETITION_WORDS

pages = Blueprint("reading", __name__)


@pages.get("/reading")
@requires(Permission.READ_CONTENT)
def listing() -> str:
    """What one was asked to read."""
    return render("reading/list.html", rows=readers.of_account(current_user.id, now=utc_now()))


@pages.get("/reading/<code>")
@requires(Permission.READ_CONTENT)
def page(code: str) -> str:
    """The redacted copy, whatever kind of petition it is."""
    reader = readers.read(code, by=as_officer(), now=utc_now())
    petition = reader.petition
    content = petition_contents.copy_of(petition, readers.struck_of(reader), at=reader.invited_at)
    shown: dict[str, Any] = {"visit": {"petition": petition}, "content": content, **PETITION_WORDS}
    return render("reading/page.html", petition=petition, **shown)


@pages.route("/desk/visit/<code>/readers", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
def invite(code: str) -> Any:
    """Who reads the petition of the visit in hand; the copy is read and confirmed here before anybody is asked."""
    visit, form, now = own_visit(code), ReaderForm(), utc_now()
    petition, struck = visit.petition, readers.struck_before(visit.petition_id)
    status = 200
    if request.method == "GET":
        form.struck.data = "\n".join(struck)
    else:
        try:
            struck = readers.read_struck(form.struck.data or "")
            readers.check_struck(petition, struck, now=now)
            if request.form.get("do") != "look":
                about: dict[str, Any] = {
                    "confirmed": request.form.get("confirmed") == "y",
                    "seen": request.form.get("seen", ""),
                    "days": current_app.config["SETTINGS"].reader_days,
                }
                readers.invite(visit.id, form.username.data or "", struck, **about, by=as_officer(), now=now)
                return redirect(url_for(".invite", code=code), 303)
        except InvalidInput as problem:
            form.blame(problem)
            status = 422
        except readers.CopyMoved as problem:
            form.blame(InvalidInput(problem.message, "confirmed"))
            status = 409
            petition = visits.by_code(code).petition  # as it is now
    content = petition_contents.copy_of(petition, struck, at=now)
    shown = {
        "rows": readers.of_petition(petition.id, now=now),
        "content": content,
        "seen": petition_contents.mark_of(content, struck),
        "missed": petition_contents.missed_of(petition, struck, at=now),
        **PETITION_WORDS,
    }
    return render("reading/invite.html", visit=visit, form=form, **shown), status


@pages.post("/desk/visit/<code>/readers/<int:reader_id>/end")
@requires(Permission.RECEIVE)
def end(code: str, reader_id: int) -> Any:
    readers.end(own_visit(code).id, reader_id, by=as_officer(), now=utc_now())
    return redirect(url_for(".invite", code=code), 303)


@pages.get("/reading/invited")
@requires(Permission.END_READING)
def invited() -> str:
    """For leaders: who reads what now, and until when."""
    return render("reading/invited.html", rows=readers.everyone(now=utc_now()))


@pages.post("/reading/invited/<int:reader_id>/end")
@requires(Permission.END_READING)
def end_any(reader_id: int) -> Any:
    readers.end_as_leader(reader_id, by=as_officer(), now=utc_now())
    return redirect(url_for(".invited"), 303)
