"""The guest's way in: a link that opens once, the door, the room; without JavaScript too."""

from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.participants import ROLE_LABELS, ParticipantRole
from ..domain.visit_flow import ENDED, By
from ..extensions import limiter
from ..forms.screens import JoinForm, MessageForm
from ..guest_identity import Guest
from ..integrations import turn
from ..models import Participant
from ..policy import Permission, is_guest, permits, requires
from ..rendering import asked_by_htmx, page_or_fragment, render
from ..services import conversation, participants
from .common import request_key
from .people import people_context

pages = Blueprint("guest", __name__, url_prefix="/guest")


@pages.route("/<token>", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("30/minute")
def open_link(token: str) -> Any:
    """Who invites and what is kept; looking takes nothing, as chat apps look at links by themselves.

    The confirmed link is this browser's. A browser that is signed in keeps its account: the link
    is for another one.
    """
    if is_guest(current_user) and current_user.participant.link_hash == participants.hash_of(token):
        return redirect(url_for(".page"))
    if permits(current_user, Permission.HAVE_ACCOUNT):
        raise Conflict(
            "Trình duyệt này đang đăng nhập một tài khoản. Hãy thoát, hoặc mở đường dẫn ở trình duyệt khác."
        )
    form = JoinForm()
    if request.method == "POST":
        try:
            names = form.sitting_there.data if "sitting_there" in request.form else None
            invited = participants.open_link(token, sitting_there=names, now=utc_now(), key=request_key())
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return _enter(invited)
    invited = participants.of_link(token, now=utc_now())
    if request.method == "GET":
        form.sitting_there.data = invited.sitting_there
    status = 422 if form.problems else 200
    several = invited.role is ParticipantRole.BRIDGE_POINT
    page = render("guest/invitation.html", form=form, guest=invited, several=several, role_labels=ROLE_LABELS)
    return page, status


def _enter(invited: Participant) -> Response:
    kept = {name: session[name] for name in ("csrf_token",) if name in session}
    session.clear()
    session.update(kept)
    login_user(Guest(invited))
    return redirect(url_for(".page"), 303)


@pages.get("")
@requires(Permission.READ_PUBLIC)
def page() -> Any:
    """The door while the guest waits, the room once admitted, and a sentence when it is over."""
    if not is_guest(current_user):
        raise NotFound("Ở trình duyệt này chưa mở lời mời nào. Hãy mở đường dẫn mà cán bộ đã gửi.")
    guest = current_user.participant
    if not guest.is_inside:
        return render("guest/door.html", **_door(guest))
    since = guest.admitted_at
    return render(
        "guest/room.html",
        form=MessageForm(),
        visit=guest.visit,
        guest=guest,
        side=By.GUEST.value,
        messages=conversation.messages(guest.visit_id, since=since),
        ice=turn.ice_config(guest.visit.code, utc_now()),
        **people_context(guest.visit, By.GUEST),
    )


@pages.get("/status")
@requires(Permission.BE_GUEST)
def status() -> Response:
    """Where the guest stands; whoever has been admitted, or put out, is led to the page."""
    guest = current_user.participant
    response = page_or_fragment("guest/_door.html", "guest/_door.html", **_door(guest))
    if asked_by_htmx() and guest.is_inside:
        response.headers["HX-Redirect"] = url_for(".page")
    return response


@pages.get("/frame")
@requires(Permission.TAKE_PART)
def frame() -> Any:
    """Without JavaScript: list and messages in a frame that refreshes itself, so that typing is kept."""
    if not is_guest(current_user):
        raise NotFound
    guest = current_user.participant
    rows = conversation.messages(guest.visit_id, since=guest.admitted_at)
    people = people_context(guest.visit, By.GUEST)
    return render("guest/frame.html", visit=guest.visit, messages=rows, side=By.GUEST.value, **people)


def _door(guest: Participant) -> dict[str, Any]:
    return {"guest": guest, "over": guest.visit.state in ENDED, "role_labels": ROLE_LABELS}
