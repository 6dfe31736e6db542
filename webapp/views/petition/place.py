"""A place for a petition: a number in the sitting that is open now, or a slot of a coming one."""

from typing import Any

from flask import redirect, url_for
from flask_login import current_user

from ...clock import utc_now
from ...domain.errors import Conflict, InvalidInput
from ...domain.petition_kinds import Gate
from ...domain.visit_flow import State
from ...models import Petition, Visit
from ...policy import Permission, requires
from ...rendering import render
from ...services import petitions, reception, visits
from ..common import as_citizen, request_key
from ..place_choice import Choice, Chosen
from . import pages


@pages.route("/petitions/<code>/book", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def book(code: str) -> Any:
    """Choose a slot and a place, or take a number in a sitting that is open now; with JavaScript or without."""
    petition = petitions.of_citizen(code, current_user.id)
    if petition.gate is Gate.IN_PERSON or petition.withdrawn_at is not None:
        return redirect(url_for(".page", code=petition.code))
    existing = visits.open_of_petition(petition.id)
    if existing is not None:
        return _to(existing)
    choice, chosen, status = Choice(petition, numbers=True), None, 200
    if choice.form.validate_on_submit():
        try:
            chosen = choice.read()
            return _to(_take(petition, chosen, priority=bool(choice.form.priority.data)))
        except (InvalidInput, Conflict) as problem:
            choice = Choice(petition, numbers=True)  # as it is after what stood in the way
            status = choice.blame(problem, chosen)
    return render("petition/book.html", petition=petition, **choice.context()), status


def _take(petition: Petition, chosen: Chosen, *, priority: bool) -> Visit:
    about: dict[str, Any] = {
        "bridge_point_id": chosen.bridge_point_id,
        "priority": priority,
        "by": as_citizen(),
        "now": utc_now(),
        "key": request_key(),
    }
    if chosen.slot is None:
        return reception.take_number(petition.id, chosen.sitting_id, **about)
    return reception.book(petition.id, chosen.sitting_id, chosen.slot, **about)


def _to(visit: Visit) -> Any:
    there = "waiting.page" if visit.state is State.BOOKED else "waiting.wait"
    return redirect(url_for(there, code=visit.code), 303)
