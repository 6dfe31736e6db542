"""One's own page: my petitions, my visits, and where I am signed in."""

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.identity_levels import LEVEL_LABELS
from ..models import Role
from ..policy import Permission, permits, requires
from ..rendering import render
from ..services import drafts, identity, petitions, sessions, visits
from .common import as_self
from .staff_page import own_sessions, staff_page

pages = Blueprint("account", __name__)


@pages.get("/account")
@requires(Permission.HAVE_ACCOUNT)
def page() -> str | Response:
    if Role.CITIZEN not in current_user.roles:
        if permits(current_user, Permission.READ_QUEUE):
            return redirect(url_for("desk.page"))
        if permits(current_user, Permission.SEE_PAPERS_AT_POINT):
            return redirect(url_for("bridge.page"))
        if permits(current_user, Permission.READ_CONTENT):
            return redirect(url_for("reading.listing"))
        return staff_page()
    return render(
        "account/page.html",
        sessions=own_sessions(),
        petitions=petitions.list_of_citizen(current_user.id),
        visits=visits.list_of_citizen(current_user.id),
        drafts=drafts.list_of(current_user.id),
        standing=identity.standing_of(current_user),
        level_labels=LEVEL_LABELS,
    )


@pages.get("/account/devices")
@requires(Permission.HAVE_ACCOUNT)
def devices() -> str | Response:
    """Where I am signed in: a citizen's stand on their own page."""
    if Role.CITIZEN in current_user.roles:
        return redirect(url_for(".page", _anchor="devices"))
    return staff_page()


@pages.post("/account/devices/<code>/end")
@requires(Permission.HAVE_ACCOUNT)
def end_session(code: str) -> Response:
    sessions.end(code, by=as_self(), now=utc_now())
    return redirect(url_for(".devices"), 303)


@pages.post("/account/devices/end-others")
@requires(Permission.HAVE_ACCOUNT)
def end_other_sessions() -> Response:
    sessions.end_others(current_user.session_code, by=as_self(), now=utc_now())
    return redirect(url_for(".devices"), 303)
