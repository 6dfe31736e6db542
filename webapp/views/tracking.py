"""Follow my case without signing in: the petition's code, then the code sent to the phone of its account.

What is answered never hangs on whether there is such a petition or such a phone.
"""

from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response

from ..clock import local, utc_now
from ..domain.errors import InvalidInput, NotFound, TooMany
from ..domain.following import WAITS_LABELS
from ..extensions import limiter
from ..forms.following import TrackForm
from ..forms.screens import CodeForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import timeline, tracking
from .common import request_key

pages = Blueprint("tracking", __name__, url_prefix="/track")


@pages.route("", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("30/minute", methods=["POST"])
def page() -> Any:
    form, status, headers = TrackForm(), 200, {}
    if form.validate_on_submit():
        about: dict[str, Any] = {"address": request.remote_addr or "", "now": utc_now(), "key": request_key()}
        try:
            asked = tracking.ask(form.code.data or "", form.phone.data or "", **about)
        except InvalidInput as problem:
            form.blame(problem)
        except TooMany as problem:
            form.blame(InvalidInput(problem.message))
            status, headers = 429, {"Retry-After": str(problem.retry_after)}
        else:
            session["tracking"] = asked
            return redirect(url_for(".code"), 303)
    if form.problems and status == 200:
        status = 422
    return render("track/page.html", form=form), status, headers


@pages.route("/code", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("30/minute", methods=["POST"])
def code() -> Any:
    asked = session.get("tracking")
    if not isinstance(asked, str):
        return redirect(url_for(".page"))
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        try:
            tracking.check(asked, form.code.data or "", now=utc_now())
        except (InvalidInput, TooMany) as problem:
            form.blame(InvalidInput(problem.message, "code"))
            status = 429 if isinstance(problem, TooMany) else 422
        else:
            session["tracked"] = asked
            return redirect(url_for(".case"), 303)
    if form.problems and status == 200:
        status = 422
    return render("track/code.html", form=form), status


@pages.get("/case")
@requires(Permission.READ_PUBLIC)
def case() -> Any:
    """The same story that its owner reads, without anything personal; closed after half an hour."""
    asked, now = session.get("tracked"), utc_now()
    try:
        petition = tracking.seen(asked, now=now) if isinstance(asked, str) else None
    except NotFound:
        petition = None
    if petition is None:
        return redirect(url_for(".page"))
    followed, today = timeline.for_anyone(petition), local(now).date()
    return render("track/case.html", timeline=followed, today=today, waits_labels=WAITS_LABELS)


@pages.post("/close")
@requires(Permission.READ_PUBLIC)
def close() -> Response:
    """Whoever used another's phone or computer closes it behind them."""
    session.pop("tracking", None)
    session.pop("tracked", None)
    return redirect(url_for("public.home"), 303)
