"""Asking to be received where no sitting offers it: at home or at another point, on a ground of decree art. 20."""

from typing import Any

from flask import redirect, url_for
from flask_login import current_user

from ...clock import utc_now
from ...domain.errors import Conflict, InvalidInput, TooMany
from ...forms.places import PlaceRequestForm
from ...policy import Permission, requires
from ...rendering import render
from ...services import petitions, place_requests
from .. import place_wishes
from ..common import as_citizen, request_key
from . import pages


@pages.route("/petitions/<code>/place", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def ask_place(code: str) -> Any:
    """What was asked and answered, and the form while nothing waits; never for whom the decree receives in person."""
    petition = petitions.of_citizen(code, current_user.id)
    if not place_requests.may_be_asked(petition):
        return redirect(url_for(".page", code=petition.code))
    form, status, headers = PlaceRequestForm(), 200, {}
    place_wishes.fill(form, petition)
    if form.validate_on_submit():
        try:
            about: dict[str, Any] = {"by": as_citizen(), "now": utc_now(), "key": request_key()}
            place_requests.ask(petition.id, place_wishes.read_wish(form), **about)
        except (InvalidInput, Conflict) as problem:
            status = place_wishes.refused(form, problem)
        except TooMany as problem:
            form.blame(InvalidInput(problem.message))
            status, headers = 429, {"Retry-After": str(problem.retry_after)}
        else:
            return redirect(url_for(".ask_place", code=petition.code), 303)
    asked = place_requests.of_petition(petition.id)
    context = {"asked": asked, "waits": any(one.answer is None for one in asked), **place_wishes.WORDS}
    return render("petition/ask_place.html", petition=petition, form=form, **context), status, headers


@pages.post("/petitions/<code>/place/<request_code>/withdraw")
@requires(Permission.BE_CITIZEN)
def withdraw_place(code: str, request_code: str) -> Any:
    petition = petitions.of_citizen(code, current_user.id)
    place_requests.withdraw(request_code, by=as_citizen(), now=utc_now())
    return redirect(url_for(".ask_place", code=petition.code), 303)
