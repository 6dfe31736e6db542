"""Who is received with priority, corrected at the desk with a reason."""

from typing import Any

from flask import redirect, request, url_for

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.visit_flow import Action, By, State, can
from ..forms.screens import PriorityForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import desks, reception, visits
from .common import as_officer, blamed, request_key
from .desk import pages


@pages.route("/visit/<code>/priority", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
def priority(code: str) -> Any:
    """What the person said of themselves, what was corrected and why; until the call."""
    visit, form, status = visits.by_code(code), PriorityForm(), 200
    if not can(Action.SET_PRIORITY, visit.state, By.OFFICER):
        raise NotFound("Lượt tiếp này đã được gọi hoặc đã khép lại.")
    if form.validate_on_submit():
        about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
        wanted = bool(form.priority.data)
        try:
            reception.correct_priority(visit.id, wanted, reason=form.reason.data or "", **about)
        except (InvalidInput, Conflict) as problem:
            status = blamed(form, problem)
        else:
            desk = desks.held_by(about["by"].account_id)
            busy = desk is not None and visits.at_desk(desk.id) is not None
            # A second desk would take the call that is on.
            return redirect(url_for(".priority", code=code) if busy else url_for(".page"), 303)
    elif request.method == "GET":
        form.priority.data = visit.priority
    waits = visit.state is State.WAITING
    return render("desk/priority.html", visit=visit, form=form, waits=waits), status
