"""A visit from ticket to end, as its citizen sees it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.errors import IllegalMove
from ..domain.outcomes import GROUND_LABELS, OUTCOME_LABELS, OUTCOME_SENTENCES
from ..domain.visit_flow import Action, By, State, can
from ..integrations import turn
from ..models import Visit
from ..policy import Permission, requires
from ..rendering import page_or_fragment, render
from ..services import preparation, queue, reception, visits
from . import ticket_words
from .common import as_citizen, request_key
from .room import BESIDE_SCRIPTS, ROOM_SCRIPTS, line_context

pages = Blueprint("waiting", __name__, url_prefix="/visits/<code>")

ACTIONS: dict[str, Callable[..., Visit]] = {
    "step-out": reception.step_out,
    "step-back": reception.step_back,
    "wait-a-little": reception.wait_a_little,
    "come-back": reception.come_back,
    "check-in": reception.check_in,
    "leave": reception.leave,
}


@pages.get("")
@requires(Permission.BE_CITIZEN)
def page(code: str) -> str:
    """The ticket, and afterwards what was decided and the timeline."""
    visit, now = visits.of_citizen(code, current_user.id), utc_now()
    check_in_from = reception.check_in_from(visit)
    return render(
        "visit/page.html",
        visit=visit,
        outcome_labels=OUTCOME_LABELS,
        outcome_sentences=OUTCOME_SENTENCES,
        ground_labels=GROUND_LABELS,
        ticket=ticket_words.of(visit, current_app.config["SETTINGS"]),
        late=reception.is_late(visit, now),
        begun=reception.has_begun(visit, now),
        check_in_from=check_in_from,
        may_check_in=now >= check_in_from,
        come_back_until=reception.come_back_until(visit),
        **line_context(visit),
        **allowed(visit),
    )


@pages.get("/wait")
@requires(Permission.BE_CITIZEN)
def wait(code: str) -> Response:
    """My number, who is ahead, how long; the fragment asks for itself again when told of a change."""
    visit = visits.of_citizen(code, current_user.id)
    if visit.state is State.BOOKED:
        return redirect(url_for(".page", code=code))
    return page_or_fragment("visit/wait.html", "visit/_wait.html", **waiting_context(visit))


def waiting_context(visit: Visit) -> dict[str, Any]:
    waits = visit.state is State.WAITING
    ready = preparation.ready_points(visit.sitting_id) if waits else frozenset()
    return {
        "visit": visit,
        "place": queue.place_of(visit) if waits else None,
        "point_ready": visit.bridge_point_id is None or visit.bridge_point_id in ready,
        "passed_over": queue.passed_over_ahead(visit, utc_now(), ready) if waits else 0,
        "times": reception.TIMES,
        "come_back_until": reception.come_back_until(visit),
        "following": visits.following(visit) if visit.state is State.DEFERRED else None,
        "stun": turn.stun_alone(),
        "room_scripts": ROOM_SCRIPTS + BESIDE_SCRIPTS,
        **allowed(visit),
    }


def allowed(visit: Visit) -> dict[str, Any]:
    """What the table lets the citizen do now; the buttons follow it."""
    return {
        "can": {action.value for action in Action if can(action, visit.state, By.CITIZEN)},
        "State": State,
    }


@pages.post("/<action>")
@requires(Permission.BE_CITIZEN)
def act(code: str, action: str) -> Response:
    if action not in ACTIONS:
        raise NotFound
    visit = visits.of_citizen(code, current_user.id)
    try:
        visit = ACTIONS[action](visit.id, by=as_citizen(), now=utc_now(), key=request_key())
    except IllegalMove:
        # Pressed on a page that another device, the officer or the clock has overtaken: it shows what is.
        visit = visits.of_citizen(code, current_user.id)
    there = "waiting.wait" if visit.state in (State.WAITING, State.CALLED) else "waiting.page"
    return redirect(url_for(there, code=code), 303)
