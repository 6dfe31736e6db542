"""Camera, microphone, speaker and line tried on the page before the day and on the day."""

import os
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.device_check import read_check
from ..domain.devices import device_of
from ..domain.visit_flow import ENDED, State
from ..extensions import limiter
from ..integrations import turn
from ..policy import Permission, requires
from ..rendering import render
from ..services import device_checks, reception, visits
from .common import as_citizen, by_account, request_key
from .room import check_context

pages = Blueprint("device_check", __name__, url_prefix="/visits/<code>/check")

SAMPLE = 40_000
"""Bytes that one trial of the line fetches; with what it sends and asks it stays below 100 KB."""
SHORT = 8_000
"""After a trial of the relay that brought nothing: both together stay below it."""


@pages.get("")
@requires(Permission.BE_CITIZEN)
def page(code: str) -> Any:
    """Each part in its own step; without scripts what to look at by oneself."""
    visit = visits.of_citizen(code, current_user.id)
    if visit.state in ENDED:
        return redirect(url_for("waiting.page", code=code))
    waits = visit.state is State.WAITING
    there = "waiting.wait" if visit.state in (State.WAITING, State.CALLED) else "waiting.page"
    where = {
        "here": url_for(".page", code=code),
        "keep": url_for(".keep", code=code),
        "sample": url_for(".sample", code=code),
        "wait": url_for("waiting.wait", code=code),
        "waits": waits,
        # Whoever may check in may do so elsewhere, and be called while this page is open.
        "rings": visit.state is not State.BOOKED or utc_now() >= reception.check_in_from(visit),
        "held": True,
        "after": url_for(there, code=code),
        "back": _("Phòng chờ") if waits else _("Số %(number)s", number=visit.ticket),
    }
    return render(
        "visit/check.html",
        where=where,
        ice=turn.ice_config(visit.code, utc_now()),
        stun=turn.stun_alone(),
        device=device_of(request.user_agent.string),
        **check_context(visit),
    )


@pages.post("")
@requires(Permission.BE_CITIZEN)
@limiter.limit("60/minute", key_func=by_account)
def keep(code: str) -> str:
    """What was found so far; answers with the line that the page shows of it."""
    visit = visits.of_citizen(code, current_user.id)
    browser = device_of(request.user_agent.string).browser
    found = read_check(request.form)
    device_checks.keep(visit.id, found, browser=browser, by=as_citizen(), now=utc_now(), key=request_key())
    return render("visit/_checked.html", **check_context(visit))


@pages.get("/sample")
@requires(Permission.BE_CITIZEN)
@limiter.limit("10/minute", key_func=by_account)
def sample(code: str) -> Response:
    """Bytes that nothing on their way can make fewer: how fast they come is what the line carries."""
    visits.of_citizen(code, current_user.id)
    return sample_of(asked_for())


def asked_for() -> int:
    """Less where a relay was tried in vain first."""
    return SHORT if "short" in request.args else SAMPLE


def sample_of(size: int) -> Response:
    response = make_response(os.urandom(size))
    response.mimetype = "application/octet-stream"
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    return response


@pages.post("/sample")
@requires(Permission.BE_CITIZEN)
@limiter.limit("240/minute", key_func=by_account)
def take(code: str) -> Response:
    """Bytes in the other direction, or none: a question to see how long an answer takes. Nothing is kept."""
    visits.of_citizen(code, current_user.id)
    return heard()


def heard() -> Response:
    """What came is read to its end, and forgotten. Raises RequestEntityTooLarge: more than a trial of ours sends."""
    if (request.content_length or 0) > SAMPLE:
        raise RequestEntityTooLarge
    request.get_data(cache=False)
    return make_response("", 204)
