"""Camera, microphone, speaker and line tried by whoever has no place yet: by everyone, kept of who has a petition.

No relay is asked: its credentials would let strangers send whatever they like through it. How fast bytes of the
server come and go tells enough before there is a visit, whose own page then tries the relay.
"""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.device_check import read_check
from ..domain.devices import device_of
from ..domain.visit_flow import State
from ..extensions import limiter
from ..integrations import turn
from ..policy import Permission, permits, requires
from ..rendering import render
from ..services import device_checks, petitions, visits
from .common import as_citizen, request_key
from .device_check import asked_for, heard, sample_of
from .room import check_words

pages = Blueprint("early_check", __name__, url_prefix="/check")


def _whose() -> str:
    """By account, and of strangers by address."""
    known = permits(current_user, Permission.BE_CITIZEN)
    return f"account:{current_user.id}" if known else f"address:{get_remote_address()}"


def _asking() -> str:
    """Many strangers may share one address, as behind a carrier."""
    return "10/minute" if permits(current_user, Permission.BE_CITIZEN) else "60/minute"


def _answering() -> str:
    return "240/minute" if permits(current_user, Permission.BE_CITIZEN) else "1000/minute"


@pages.get("")
@requires(Permission.READ_PUBLIC)
def page() -> Any:
    """The same page as of a visit, where there is one; else of oneself, or of nobody, of whom nothing is kept."""
    known = permits(current_user, Permission.BE_CITIZEN)
    held = visits.list_of_citizen(current_user.id) if known else []
    coming = next((one for one in held if one.state in (State.BOOKED, State.WAITING)), None)
    if coming is not None:
        return redirect(url_for("device_check.page", code=coming.code))
    keeps = known and any(one.withdrawn_at is None for one in petitions.list_of_citizen(current_user.id))
    where = {
        "here": url_for(".page"),
        "keep": url_for(".keep") if keeps else "",
        "sample": url_for(".sample"),
        "wait": "",
        "waits": False,
        "rings": False,
        "held": False,
        "after": url_for("account.page" if known else "public.home"),
        "back": _("Việc của tôi") if known else _("Trang chủ"),
    }
    found = device_checks.newest_early(current_user.id, utc_now()) if keeps else None
    return render(
        "visit/check.html",
        where=where,
        ice={"iceServers": turn.stun_alone(), "iceTransportPolicy": "all"},
        stun=turn.stun_alone(),
        device=device_of(request.user_agent.string),
        device_check=found,
        **check_words(),
    )


@pages.post("")
@requires(Permission.BE_CITIZEN)
@limiter.limit("60/minute", key_func=_whose)
def keep() -> str:
    """What was found so far, kept for the next visit; answers with the line that the page shows of it."""
    browser, now = device_of(request.user_agent.string).browser, utc_now()
    about: dict[str, Any] = {"by": as_citizen(), "now": now, "key": request_key()}
    kept = device_checks.keep_early(read_check(request.form), browser=browser, **about)
    found = device_checks.newest_early(current_user.id, now) if kept else None
    return render("visit/_checked.html", device_check=found, **check_words())


@pages.get("/sample")
@requires(Permission.READ_PUBLIC)
@limiter.limit(_asking, key_func=_whose)
def sample() -> Response:
    return sample_of(asked_for())


@pages.post("/sample")
@requires(Permission.READ_PUBLIC)
@limiter.limit(_answering, key_func=_whose)
def take() -> Response:
    """Nothing is kept. Raises RequestEntityTooLarge."""
    return heard()
