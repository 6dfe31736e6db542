"""Rating a reception, and the figures that come of it."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import InvalidInput
from ..domain.ratings import FEWEST, SCORE_LABELS
from ..forms.following import RatingForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import ratings, visits
from .common import as_citizen

pages = Blueprint("ratings", __name__)


@pages.route("/visits/<code>/rate", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def rate(code: str) -> Any:
    visit, form, now = visits.of_citizen(code, current_user.id), RatingForm(), utc_now()
    if form.validate_on_submit():
        about: dict[str, Any] = {"named": bool(form.named.data), "by": as_citizen(), "now": now}
        try:
            ratings.rate(visit.id, form.score.data or "", form.words.data or "", **about)
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".rate", code=code), 303)
    before = ratings.given(visit)
    if before is not None and not form.is_submitted():
        form.score.data, form.words.data, form.named.data = str(before.score), before.words, True
    context = {"visit": visit, "form": form, "before": before, "open": ratings.may_rate(visit, now)}
    return render("visit/rate.html", **context), 422 if form.problems else 200


@pages.get("/reports/ratings")
@requires(Permission.READ_RATINGS)
def report() -> str:
    days = ratings.REPORTED.days
    told = ratings.report(utc_now() - ratings.REPORTED)
    return render("reports/ratings.html", report=told, labels=SCORE_LABELS, fewest=FEWEST, days=days)
