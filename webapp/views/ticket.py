"""The ticket of a place: on paper, in the calendar; another place, or none any more."""

from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..documents import ticket as papers
from ..domain.codes import in_groups
from ..domain.errors import Conflict, IllegalMove, InvalidInput, NotFound
from ..domain.visit_flow import State
from ..forms.screens import ReasonForm
from ..models import Visit
from ..policy import Permission, requires
from ..rendering import render
from ..services import reception, visits
from . import ticket_words
from .common import as_citizen, blamed, request_key, shown_pdf
from .place_choice import Choice

pages = Blueprint("ticket", __name__, url_prefix="/visits/<code>")


def _kept(code: str) -> Visit:
    """A place that is still to come or waits. Raises NotFound."""
    visit = visits.of_citizen(code, current_user.id)
    _check_kept(visit)
    return visit


def _check_kept(visit: Visit) -> None:
    if visit.state not in (State.BOOKED, State.WAITING):
        raise NotFound("Lượt tiếp này đã khép lại.")


@pages.get("/ticket.pdf")
@requires(Permission.BE_CITIZEN)
def pdf(code: str) -> Response:
    """To keep or to print, on half a sheet."""
    return printed(visits.of_citizen(code, current_user.id))


def printed(visit: Visit) -> Response:
    """The ticket as a PDF. Raises NotFound: the visit is over or goes on."""
    _check_kept(visit)
    said = ticket_words.of(visit, current_app.config["SETTINGS"])
    when = f"{said.time}, {said.weekday} {said.day}" if said.time else f"{said.weekday} {said.day}"
    facts = [
        (_("Giờ hẹn") if said.time else _("Ngày"), when),
        (_("Nơi gặp"), said.where),
        *([(_("Địa chỉ"), said.street)] if said.street else []),
        *([(_("Đường đi"), said.directions)] if said.directions else []),
        (_("Mã giấy hẹn"), in_groups(visit.code)),
    ]
    paper = papers.Ticket(
        lang=str(get_locale() or "vi"),
        title=_("Giấy hẹn tiếp công dân"),
        number_label=_("Số của Ông/Bà"),
        number=said.number,
        facts=facts,
        prepare_title=_("Cần chuẩn bị"),
        prepare=said.prepare,
        note=said.change,
        address=said.address,
        qr_label=said.qr_label,
    )
    return shown_pdf(papers.pdf(paper, at=visit.events[-1].at), f"giay-hen-{visit.ticket}.pdf")


@pages.get("/ticket.ics")
@requires(Permission.BE_CITIZEN)
def ics(code: str) -> Response:
    """For the phone's own calendar, which reminds by itself.

    Raises NotFound: a number for now has no hour, and whoever holds it waits already.
    """
    visit = _kept(code)
    if visit.slot_start is None:
        raise NotFound("Số này không có giờ hẹn.")
    said = ticket_words.of(visit, current_app.config["SETTINGS"])
    where = ", ".join(part for part in (said.where, said.street) if part)
    entry = papers.Entry(
        uid=f"{visit.code}@tiepcongdan",
        version=visit.version,
        at=visit.slot_start,
        title=_("Hẹn tiếp công dân, số %(number)s", number=visit.ticket),
        where=where,
        notes="\n".join([_("Cần chuẩn bị"), *(f"- {one}" for one in said.prepare), said.change]),
        address=said.address,
    )
    response = Response(papers.ics(entry, now=utc_now()), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"giay-hen-{visit.ticket}.ics")
    return response


@pages.route("/change", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def change(code: str) -> Any:
    """Another slot or place, up to the start; late with a reason. The old one is kept until there is a new one."""
    visit, now = visits.of_citizen(code, current_user.id), utc_now()
    if visit.state is not State.BOOKED or reception.has_begun(visit, now):
        return redirect(url_for("waiting.page", code=code), 303)
    choice, chosen, status = Choice(visit.petition, numbers=False, first=visit.sitting_id), None, 200
    if choice.form.validate_on_submit():
        try:
            chosen = choice.read()
            if chosen.slot is None:
                raise InvalidInput("Hãy chọn một giờ.", "slot")
            reception.change(
                visit.id,
                chosen.sitting_id,
                chosen.slot,
                bridge_point_id=chosen.bridge_point_id,
                reason=choice.form.reason.data or "",
                by=as_citizen(),
                now=now,
                key=request_key(),
            )
        except (InvalidInput, Conflict) as problem:
            choice = Choice(visit.petition, numbers=False, first=visit.sitting_id)
            status = choice.blame(problem, chosen)
        else:
            return redirect(url_for("waiting.page", code=code), 303)
    else:
        choice.form.place.data = str(visit.bridge_point_id or "home")
    late = reception.is_late(visit, now)
    return render("visit/change.html", visit=visit, late=late, **choice.context()), status


@pages.route("/cancel", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def cancel(code: str) -> Any:
    """Give the place up: a booked one until its start, late with a reason; a number until it is called."""
    visit, form, now, status = visits.of_citizen(code, current_user.id), ReasonForm(), utc_now(), 200
    if form.validate_on_submit():
        try:
            about: dict[str, Any] = {"by": as_citizen(), "now": now, "key": request_key()}
            reception.give_up(visit.id, reason=form.reason.data or "", **about)
        except IllegalMove:  # pressed on a page that another device, the officer or the clock has overtaken
            return redirect(url_for("waiting.page", code=code), 303)
        except (InvalidInput, Conflict) as problem:
            status = blamed(form, problem)
        else:
            return redirect(url_for("waiting.page", code=code), 303)
    elif visit.state not in (State.BOOKED, State.WAITING):
        return redirect(url_for("waiting.page", code=code), 303)
    late = reception.is_late(visit, now)
    return render("visit/cancel.html", visit=visit, form=form, late=late), status
