"""Places at a bridge point: taken for the people there, their tickets printed, changed, given up."""

from typing import Any

from flask import current_app, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.errors import Conflict, IllegalMove, InvalidInput
from ..domain.petition_kinds import Gate
from ..domain.visit_flow import State
from ..forms.screens import ReasonForm
from ..models import Visit
from ..policy import Permission, requires
from ..rendering import render
from ..services import device_at_point, help_at_point, reception, sessions, visits
from . import ticket_words
from .bridge import pages
from .bridge_people import helped
from .common import as_bridge, as_self, blamed, request_key
from .place_choice import Choice
from .sign_in import _enter
from .ticket import printed


@pages.route("/people/<code>/petitions/<petition>/book", methods=["GET", "POST"])
@requires(Permission.HELP_AT_POINT)
def book(code: str, petition: str) -> Any:
    """A slot of a sitting that offers this point, or a number for now; the citizen's own page and rules."""
    help = helped(code)
    found, point = help_at_point.petition_of(help, petition), help.bridge_point_id
    existing = visits.open_of_petition(found.id)
    if found.withdrawn_at is not None or found.gate is Gate.IN_PERSON:
        return redirect(url_for(".person", code=code), 303)
    if existing is not None:
        here = existing.bridge_point_id == point
        return redirect(url_for(".place", code=existing.code) if here else url_for(".person", code=code), 303)
    choice, chosen, status = Choice(found, numbers=True, point=point), None, 200
    if choice.form.validate_on_submit():
        try:
            chosen = choice.read()
            about: dict[str, Any] = {"by": as_bridge(), "now": utc_now(), "key": request_key()}
            priority = bool(choice.form.priority.data)
            visit = help_at_point.take_place(
                help, found, chosen.sitting_id, chosen.slot, priority=priority, **about
            )
        except (InvalidInput, Conflict) as problem:
            choice = Choice(found, numbers=True, point=point)
            status = choice.blame(problem, chosen)
        else:
            return redirect(url_for(".place", code=visit.code), 303)
    return render("bridge/book.html", help=help, petition=found, **choice.context()), status


@pages.get("/places/<code>")
@requires(Permission.HELP_AT_POINT)
def place(code: str) -> str:
    """A place at this point, whoever's it is: the same page for each, for it names only whom the point helps."""
    return _place(help_at_point.place_here(code, by=as_bridge()), ReasonForm(formdata=None))


def _place(visit: Visit, form: ReasonForm) -> str:
    now = utc_now()
    check_in_from = reception.check_in_from(visit)
    row = help_at_point.row_of(visit, by=as_bridge(), now=now)
    return render(
        "bridge/place.html",
        row=row,
        form=form,
        visit=visit,
        ticket=ticket_words.of(visit, current_app.config["SETTINGS"]),
        check_in_from=check_in_from,
        may_come=visit.state is State.BOOKED and check_in_from <= now < visit.sitting.ends_at,
        begun=reception.has_begun(visit, now),
        handed=device_at_point.may_hand_over(visit),
    )


@pages.get("/places/<code>/ticket.pdf")
@requires(Permission.HELP_AT_POINT)
def ticket(code: str) -> Response:
    """The ticket to print, on half a sheet."""
    return printed(help_at_point.place_here(code, by=as_bridge()))


@pages.route("/places/<code>/change", methods=["GET", "POST"])
@requires(Permission.HELP_AT_POINT)
def change(code: str) -> Any:
    """Another slot at this point, up to the start; late with a reason. The old one is kept until there is a new one."""
    visit, now = help_at_point.place_here(code, by=as_bridge()), utc_now()
    if visit.state is not State.BOOKED or reception.has_begun(visit, now):
        return redirect(url_for(".place", code=code), 303)
    point = visit.bridge_point_id
    choice, chosen, status = (
        Choice(visit.petition, numbers=False, first=visit.sitting_id, point=point),
        None,
        200,
    )
    if choice.form.validate_on_submit():
        try:
            chosen = choice.read()
            if chosen.slot is None:
                raise InvalidInput("Hãy chọn một giờ.", "slot")
            about: dict[str, Any] = {"by": as_bridge(), "now": now, "key": request_key()}
            reason = choice.form.reason.data or ""
            help_at_point.change(visit, chosen.sitting_id, chosen.slot, reason=reason, **about)
        except (InvalidInput, Conflict) as problem:
            choice = Choice(visit.petition, numbers=False, first=visit.sitting_id, point=point)
            status = choice.blame(problem, chosen)
        else:
            return redirect(url_for(".place", code=code), 303)
    late = reception.is_late(visit, now)
    unasked = help_at_point.needs_reason(help_at_point.row_of(visit, by=as_bridge(), now=now))
    return render("bridge/change.html", visit=visit, late=late, unasked=unasked, **choice.context()), status


@pages.route("/places/<code>/cancel", methods=["GET", "POST"])
@requires(Permission.HELP_AT_POINT)
def cancel(code: str) -> Any:
    """The person does not come: a booked place up to its start, late with a reason; a number until it is called."""
    visit, form, now, status = help_at_point.place_here(code, by=as_bridge()), ReasonForm(), utc_now(), 200
    if form.validate_on_submit():
        try:
            about: dict[str, Any] = {"by": as_bridge(), "now": now, "key": request_key()}
            help_at_point.give_up(visit, reason=form.reason.data or "", **about)
        except IllegalMove:  # pressed on a page that the officer, the person or the clock has overtaken
            return redirect(url_for(".place", code=code), 303)
        except (InvalidInput, Conflict) as problem:
            status = blamed(form, problem)
        else:
            return redirect(url_for(".page"), 303)
    elif visit.state not in (State.BOOKED, State.WAITING):
        return redirect(url_for(".place", code=code), 303)
    late = reception.is_late(visit, now)
    unasked = help_at_point.needs_reason(help_at_point.row_of(visit, by=as_bridge(), now=now))
    return render("bridge/cancel.html", visit=visit, form=form, late=late, unasked=unasked), status


@pages.post("/places/<code>/hand-over")
@requires(Permission.HELP_AT_POINT)
def hand_over(code: str) -> Any:
    """This device becomes the person's, who has no other way into the room; whoever helps is signed out here."""
    visit, now = help_at_point.place_here(code, by=as_bridge()), utc_now()
    form = ReasonForm()
    try:
        device_at_point.hand_over(visit, reason=form.reason.data or "", by=as_bridge(), now=now)
    except InvalidInput as problem:
        status = blamed(form, problem)
        return _place(visit, form), status
    sessions.end(current_user.session_code, by=as_self(), now=now)
    return _enter(visit.petition.account, url_for("waiting.wait", code=code), shared=True)
