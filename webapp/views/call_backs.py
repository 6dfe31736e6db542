"""Calls by telephone for whom the network does not carry: asked for on either side, made by the officer."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.visit_flow import By
from ..policy import Permission, requires
from ..services import call_backs
from .common import as_officer, request_key
from .room import side_of

pages = Blueprint("call_backs", __name__)


@pages.post("/visits/<code>/room/call-back")
@requires(Permission.TAKE_PART)
def ask(code: str) -> Response:
    """The citizen asks to be called, or the officer decides to call."""
    visit, actor = side_of(code)
    call_backs.ask(visit.id, by=actor, now=utc_now(), key=request_key())
    if actor.by is By.OFFICER:
        return redirect(url_for("desk.page", visit=code), 303)
    return redirect(url_for("room.page", code=code, _anchor="say"), 303)


@pages.post("/desk/call-backs/<int:call_back_id>")
@requires(Permission.RECEIVE)
def settle(call_back_id: int) -> Any:
    """The officer has called: reached with a summary, or not reached."""
    reached = request.form.get("reached") == "yes"
    note = request.form.get("note", "")
    call_backs.settle(call_back_id, reached=reached, note=note, by=as_officer(), now=utc_now())
    return redirect(url_for("desk.page"), 303)
