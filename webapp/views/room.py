"""The room on the citizen's side: call, chat, who is there; forms and refresh without JavaScript."""

from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.call_modes import MODE_LABELS
from ..domain.device_check import FOUND_LABELS, WAY_LABELS
from ..domain.errors import InvalidInput
from ..domain.visit_flow import OPEN_STATES, By, State
from ..extensions import limiter
from ..forms.screens import AttachmentForm, MessageForm
from ..integrations import turn
from ..models import Visit
from ..policy import Permission, is_guest, requires
from ..rendering import asked_by_htmx, page_or_fragment, render
from ..services import call_backs, conversation, device_checks, reception, visits
from ..services.actor import Actor
from .common import as_citizen, modes_context, request_key, side_of
from .people import people_context
from .recordings import sign_context

pages = Blueprint("room", __name__, url_prefix="/visits/<code>/room")

ROOM_SCRIPTS = (
    "vendor/socket.io.esm.min.js",
    *(
        f"js/{name}.js"
        for name in (
            *("talk", "room", "live", "ahead", "call", "given", "link", "sdp", "pilot", "ladder"),
            *("reports", "meter", "stills", "media", "devices", "estimate", "chat", "call-panel", "hearing"),
            "several",
        )
    ),
)
"""What the room's script imports, however deep: told at once, so that no import waits for another."""
BESIDE_SCRIPTS = tuple(
    f"js/{name}.js"
    for name in (
        *("attach", "outbox", "outbox-store", "pictures", "read-marks"),
        *("voice-message", "voice-player"),
    )
)
"""What the room fetches after the first words; who still waits has the time to fetch it before."""

IN_ROOM = (State.CALLED, State.IN_SESSION, State.INTERRUPTED)


@pages.get("")
@requires(Permission.BE_CITIZEN)
def page(code: str) -> Any:
    """Coming here answers the call; a browser without scripts needs nothing more."""
    visit = visits.of_citizen(code, current_user.id)
    if visit.state not in IN_ROOM:
        where = "waiting.wait" if visit.state in OPEN_STATES else "waiting.page"
        return redirect(url_for(where, code=code))
    reception.enter_room(visit.id, by=as_citizen(), now=utc_now())
    visit = visits.of_citizen(code, current_user.id)
    if visit.state not in IN_ROOM:
        return redirect(url_for("waiting.wait", code=code))
    return render("room/page.html", form=MessageForm(), **room_context(visit, By.CITIZEN))


@pages.get("/ahead")
@requires(Permission.BE_CITIZEN)
def ahead(code: str) -> Any:
    """The room as it will be once entered: for the page of someone called, who has not answered yet."""
    visit = visits.of_citizen(code, current_user.id)
    if visit.state is not State.CALLED:
        return "", 204
    response = make_response(render("room/page.html", form=MessageForm(), **room_context(visit, By.CITIZEN)))
    response.headers["Cache-Control"] = "no-store"
    return response


def room_context(visit: Visit, side: By) -> dict[str, Any]:
    return {
        "visit": visit,
        "side": side.value,
        "call_backs": call_backs.of_visit(visit.id),
        "messages": conversation.messages(visit.id),
        "seen": conversation.seen(visit.id, side),
        "unread": conversation.unread(visit.id, side),
        "attachment_form": AttachmentForm(formdata=None),
        "ice": turn.ice_config(visit.code, utc_now()),
        "room_scripts": ROOM_SCRIPTS,
        "State": State,
        **people_context(visit, side),
    }


def line_context(visit: Visit) -> dict[str, Any]:
    """How people could talk during the visit, and what was tried before."""
    return {**modes_context(visit), **check_context(visit)}


def check_context(visit: Visit) -> dict[str, Any]:
    """What the citizen's devices and line gave when they were tried last."""
    return {"device_check": device_checks.newest(visit.id), **check_words()}


def check_words() -> dict[str, Any]:
    """The words for what a check found."""
    return {
        "found_labels": FOUND_LABELS,
        "way_labels": WAY_LABELS,
        "mode_labels": MODE_LABELS,
    }


@pages.get("/status")
@requires(Permission.BE_CITIZEN)
def status(code: str) -> Response:
    """Where the visit stands; an ended one sends the browser to its page."""
    visit = visits.of_citizen(code, current_user.id)
    response = page_or_fragment(
        "room/_status.html",
        "room/_status.html",
        visit=visit,
        State=State,
        call_backs=call_backs.of_visit(visit.id),
        **sign_context(visit),
    )
    if asked_by_htmx() and visit.state not in IN_ROOM:
        there = "waiting.wait" if visit.state is State.WAITING else "waiting.page"
        response.headers["HX-Redirect"] = url_for(there, code=code)
    return response


@pages.get("/frame")
@requires(Permission.BE_CITIZEN)
def frame(code: str) -> Any:
    """Without JavaScript: the messages in a frame that refreshes itself, so that typing is never lost."""
    visit = visits.of_citizen(code, current_user.id)
    if visit.state in IN_ROOM:
        reception.enter_room(visit.id, by=as_citizen(), now=utc_now())
        visit = visits.of_citizen(code, current_user.id)
    context = room_context(visit, By.CITIZEN)
    mark_read(context, as_citizen())
    return render("room/frame.html", **context)


def mark_read(context: dict[str, Any], by: Actor) -> None:
    """What a page is about to show counts as seen."""
    if context["messages"]:
        newest = context["messages"][-1].id
        conversation.read_up_to(context["visit"].id, newest, by=by, now=utc_now())


@pages.get("/messages")
@requires(Permission.TAKE_PART)
def messages(code: str) -> Any:
    """All messages after an id: what a browser asks for when it was away."""
    visit, _actor = side_of(code)
    after = request.args.get("after", "0")
    since = current_user.participant.admitted_at if is_guest(current_user) else None
    start = int(after) if after.isdecimal() and len(after) < 16 else 0
    rows = conversation.messages(visit.id, start, since=since)
    return render("room/_messages.html", messages=rows)


@pages.post("/messages")
@requires(Permission.TAKE_PART)
@limiter.limit("120/minute")
def say(code: str) -> Any:
    visit, actor = side_of(code)
    form, status = MessageForm(), 422
    try:
        message = conversation.say(visit.id, form.body.data or "", by=actor, now=utc_now(), key=request_key())
    except InvalidInput as problem:
        form.blame(problem)
    else:
        if request.accept_mimetypes.best == "application/json":
            return jsonify(id=message.id), 201
        if actor.by is By.OFFICER:
            return redirect(url_for("desk.page"), 303)
        if actor.by is By.GUEST:
            return redirect(url_for("guest.page", _anchor="say"), 303)
        return redirect(url_for(".page", code=code, _anchor="say"), 303)
    if actor.by is not By.CITIZEN:
        raise InvalidInput(form.problems[0][1])
    return render("room/page.html", form=form, **room_context(visit, actor.by)), status
