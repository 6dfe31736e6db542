"""For admins: which days are worked. Deadlines and sittings follow."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from .. import languages
from ..clock import local, utc_now
from ..domain.errors import InvalidInput, NotFound
from ..domain.visit_flow import By
from ..forms.screens import CalendarForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import calendar
from ..services.actor import Actor
from .common import small_number

pages = Blueprint("admin_calendar", __name__, url_prefix="/admin/calendar")


def _admin() -> Actor:
    return Actor(current_user.id, By.ADMIN)


@pages.route("", methods=["GET", "POST"])
@requires(Permission.MANAGE_CALENDAR)
def listing() -> Any:
    form = CalendarForm()
    typed = _day(form.day.data)
    held: tuple[calendar.Held, ...] = ()
    if form.validate_on_submit():
        try:
            if typed is None:
                raise InvalidInput("Hãy ghi một ngày có trong lịch.", "day")
            works, name = form.works.data == "works", form.name.data or ""
            seen = bool(form.seen.data)
            calendar.correct(typed, works, name, by=_admin(), now=utc_now(), seen=seen)
        except calendar.HeldThatDay as problem:
            form.blame(problem)
            held = problem.held
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".listing", year=typed.year), 303)
    year = typed.year if typed else small_number(request.args.get("year")) or 0
    if not calendar.FIRST_YEAR <= year <= calendar.LAST_YEAR:
        year = local(utc_now()).year
    days, years = calendar.in_year(year, languages.chosen()), (calendar.FIRST_YEAR, calendar.LAST_YEAR)
    page = render("admin/calendar.html", form=form, year=year, days=days, years=years, held=held)
    return page, 422 if form.problems else 200


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@pages.post("/<day>/restore")
@requires(Permission.MANAGE_CALENDAR)
def restore(day: str) -> Any:
    on = _day(day)
    if on is None:
        raise NotFound
    calendar.restore(on, by=_admin(), now=utc_now())
    return redirect(url_for(".listing", year=on.year), 303)
