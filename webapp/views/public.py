"""Pages for everyone: home, schedule, language and size of letters."""

from flask import Blueprint, make_response, redirect, request
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from .. import languages
from ..clock import utc_now
from ..policy import Permission, permits, requires
from ..rendering import remember, render
from ..services import languages as reader
from ..services import queue
from .common import way_back

pages = Blueprint("public", __name__)


@pages.get("/")
@requires(Permission.READ_PUBLIC)
def home() -> str:
    now = utc_now()
    sitting = next(iter(queue.open_sittings(now)), None)
    wait = queue.wait_for_newcomer(sitting.id) if sitting else None
    return render("public/home.html", sitting=sitting, wait=wait)


@pages.get("/schedule")
@requires(Permission.READ_PUBLIC)
def schedule() -> str:
    """Place, time and host of coming sittings (law art. 24); nobody's name but the host's."""
    return render("public/schedule.html", sittings=queue.coming_sittings(utc_now()))


@pages.get("/privacy")
@requires(Permission.READ_PUBLIC)
def privacy() -> str:
    return render("public/privacy.html")


@pages.get("/accessibility")
@requires(Permission.READ_PUBLIC)
def accessibility() -> str:
    return render("public/accessibility.html")


@pages.route("/language/<code>", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
def language(code: str) -> Response:
    """The language of the pages in this browser; by the button also of what is sent to whoever is signed in.

    A link changes the pages alone: one that somebody else wrote must not turn a person's messages.
    """
    if code not in languages.LANGUAGES:
        raise NotFound
    if request.method == "POST" and permits(current_user, Permission.HAVE_ACCOUNT):
        reader.choose(current_user.id, code)
    return _remember(languages.COOKIE, code)


@pages.get("/letters/<size>")
@requires(Permission.READ_PUBLIC)
def letters(size: str) -> Response:
    """Larger letters, remembered by the browser."""
    if size not in ("big", "usual"):
        raise NotFound
    return _remember("letters", size)


def _remember(cookie: str, value: str) -> Response:
    response = make_response(redirect(way_back("/"), 303 if request.method == "POST" else 302))
    remember(response, cookie, value)
    return response
