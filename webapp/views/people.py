"""The people in a room: who is there, who asks for the word, whom the officer invites and admits."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.call_engine import Engine, direct_pairs, engine_of, is_carried
from ..domain.errors import InvalidInput
from ..domain.participants import ROLE_LABELS, ParticipantRole, is_seen, seen_by
from ..domain.visit_flow import By
from ..extensions import limiter
from ..forms.screens import InviteForm
from ..models import Participant, Visit
from ..policy import Permission, requires
from ..rendering import asked_by_htmx, page_or_fragment
from ..services import floor, links, participants
from ..services.actor import Actor
from ..services.participants import Invitation
from .common import request_key, side_of, small_number
from .recordings import sign_context

pages = Blueprint("people", __name__, url_prefix="/visits/<code>/people")


def people_context(visit: Visit, side: By) -> dict[str, Any]:
    """Whom the list shows: everyone invited at the desk, those inside to the others."""
    shown = participants.in_order(visit.id, inside_only=side is not By.OFFICER)
    inside = [one for one in shown if one.is_inside]
    me = _me(side, shown)
    engine, heard = _way_of(inside)
    if heard is not None and me in inside and not heard[me.code]:
        engine = Engine.WORDS
    pictures = engine is Engine.MIXER and me in inside
    return {
        "people": shown,
        "me": me,
        "heard": heard,
        "watched": seen_by(me, inside) if me and pictures else None,
        "is_watched": bool(me and pictures and is_seen(me, inside)),
        "moderated": visit.sitting.moderated,
        "citizen_name": _citizen_name(visit),
        "role_labels": ROLE_LABELS,
        "engine": engine,
        "invite_form": InviteForm(formdata=None),
        **sign_context(visit),
    }


def _way_of(inside: list[Participant]) -> tuple[Engine, dict[str, list[Participant]] | None]:
    """The room's engine, and where links do not carry everyone's voice: whom each end hears, by codes."""
    ends = links.ends_of(inside, utc_now()) if len(inside) > 2 else []
    engine = engine_of(ends, mixer=_has_mixer())
    if engine is Engine.MIXER or is_carried(ends):
        return engine, None
    pairs = direct_pairs(ends)
    return engine, {
        one.code: [other for other in inside if {one.code, other.code} in pairs] for one in inside
    }


def _has_mixer() -> bool:
    return bool(current_app.config["SETTINGS"].janus_url)


def _me(side: By, shown: list[Participant]) -> Participant | None:
    if side is By.GUEST:
        return next((one for one in shown if one.id == current_user.participant.id), None)
    role = ParticipantRole.OFFICER if side is By.OFFICER else ParticipantRole.CITIZEN
    return next((one for one in shown if one.role is role), None)


def _citizen_name(visit: Visit) -> str:
    """The name of who petitions; a denouncer has none here, whoever looks."""
    petitioner = visit.petition.petitioner
    if visit.petition.is_denunciation or petitioner is None or petitioner.sealed:
        return ""
    return petitioner.full_name


@pages.get("")
@requires(Permission.TAKE_PART)
def part(code: str) -> Response:
    """The list, for the one who asks."""
    visit, actor = side_of(code)
    name = "desk/_people.html" if actor.by is By.OFFICER else "room/_people.html"
    return page_or_fragment(name, name, visit=visit, side=actor.by.value, **people_context(visit, actor.by))


@pages.post("/hand")
@requires(Permission.TAKE_PART)
@limiter.limit("60/minute")
def hand(code: str) -> Any:
    """Raise one's hand, or lower it."""
    visit, actor = side_of(code)
    floor.raise_hand(visit.id, request.form.get("up") == "yes", by=actor, now=utc_now(), key=request_key())
    return _back(visit, actor)


@pages.route("/invite", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
@limiter.limit("60/minute", methods=["POST"])
def invite(code: str) -> Any:
    """A new guest; the link is shown in this answer and never again."""
    visit, actor = side_of(code)
    form, link, guest = InviteForm(), None, None
    if request.method == "POST":
        try:
            wanted = _invitation(form)
            guest, token = participants.invite(visit.id, wanted, by=actor, now=utc_now(), key=request_key())
            link = url_for("guest.open_link", token=token, _external=True)
        except InvalidInput as problem:
            form.blame(problem)
    return page_or_fragment(
        "desk/invite.html",
        "desk/_invite.html",
        422 if form.problems else 200,
        visit=visit,
        invite_form=form,
        link=link,
        guest=guest,
    )


def _invitation(form: InviteForm) -> Invitation:
    minutes = small_number((form.holds.data or "").strip()) or 0
    return Invitation(
        form.role.data or "",
        form.name.data or "",
        form.unit.data or "",
        holds=timedelta(minutes=min(minutes, 100_000)),
    )


@pages.post("/room/<action>")
@requires(Permission.RECEIVE)
def whole_room(code: str, action: str) -> Any:
    """What the chair does to everyone at once."""
    visit, actor = side_of(code)
    acts = {
        "mute": (floor.mute_all, True),
        "unmute": (floor.mute_all, False),
        "moderate": (floor.moderate, True),
        "free-talk": (floor.moderate, False),
    }
    if action not in acts:
        raise NotFound
    act, on = acts[action]
    act(visit.id, on, by=actor, now=utc_now(), key=request_key())
    return _back(visit, actor)


@pages.post("/<participant>/<action>")
@requires(Permission.RECEIVE)
def act(code: str, participant: str, action: str) -> Any:
    """What the chair does to one participant."""
    visit, actor = side_of(code)
    one = participants.by_code(participant)
    if one.visit_id != visit.id:
        raise NotFound
    about: dict[str, Any] = {"by": actor, "now": utc_now(), "key": request_key()}
    if action == "admit":
        participants.admit(one.id, **about)
    elif action == "remove":
        participants.remove(one.id, reason=request.form.get("reason", ""), **about)
    elif action in ("give", "take"):
        (floor.give_floor if action == "give" else floor.take_floor)(one.id, **about)
    elif action in ("mute", "unmute"):
        floor.mute(one.id, action == "mute", **about)
    else:
        raise NotFound
    return _back(visit, actor)


def _back(visit: Visit, actor: Actor) -> Any:
    """The list anew to a script; a form goes back to the page that it stands on."""
    if asked_by_htmx():
        return part(visit.code)
    where = {
        By.OFFICER: lambda: url_for("desk.page"),
        By.CITIZEN: lambda: url_for("room.page", code=visit.code),
        By.GUEST: lambda: url_for("guest.page"),
    }
    return redirect(where[actor.by](), 303)
