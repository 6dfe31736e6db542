"""For admins: the week of sittings, its templates, and what is added, moved and called off."""

from datetime import date, time, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from .. import languages
from ..clock import local, utc_now
from ..domain.errors import DomainError, InvalidInput, NotFound
from ..domain.visit_flow import By
from ..errors import status_of
from ..forms import Form
from ..forms.schedule import (
    EVERY,
    KINDS,
    MODES,
    WEEKDAYS,
    EndForm,
    FrameForm,
    SittingForm,
    TemplateForm,
)
from ..models import SittingFrame
from ..policy import Permission, requires
from ..rendering import render
from ..services import accounts, schedule
from ..services.actor import Actor
from ..services.schedule import FrameEdit, SpokenAgainst
from .common import request_key, small_number
from .schedule_fields import (
    Rows,
    day_of,
    duties_of,
    frame_rows,
    number_of,
    sitting_fields,
    template_fields,
)

pages = Blueprint("admin_schedule", __name__, url_prefix="/admin/schedule")


def as_admin() -> Actor:
    return Actor(current_user.id, By.ADMIN)


@pages.get("")
@requires(Permission.MANAGE_SCHEDULE)
def week() -> Any:
    """`day` is any day of the week, `frame` the one that is looked at."""
    frame = schedule.frame_of(small_number(request.args.get("frame")) or 0)
    form = FrameForm(formdata=None)
    if frame is not None:
        form.desks.data, form.minutes.data = str(frame.desks), str(frame.minutes)
        form.shut.data = frame.shut
        form.duties.data = [str(one.account_id) for one in frame.duties]
    desks = {str(one.account_id): str(one.desk_id or "") for one in frame.duties} if frame else {}
    return _week(_shown_day(request.args.get("day"), frame), frame, form, desks)


def _shown_day(typed: str | None, frame: SittingFrame | None = None) -> date:
    try:
        found = date.fromisoformat(typed or "")
    except ValueError:
        found = local(frame.starts_at if frame else utc_now()).date()
    return found if 2020 <= found.year <= 2060 else local(utc_now()).date()


def _week(
    day: date,
    frame: SittingFrame | None,
    form: Form,
    desks: dict[str, str],
    against: Any = (),
    status: int = 200,
) -> Any:
    found = schedule.week_of(day, languages.chosen())
    page = render(
        "admin/schedule/week.html",
        week=found,
        monday=found.days[0].on,
        before=found.days[0].on - timedelta(days=7),
        after=found.days[0].on + timedelta(days=7),
        frame=frame,
        form=form,
        desk_of=desks,
        against=against,
        people=schedule.can_receive() if frame else [],
        desks=schedule.all_desks() if frame else [],
        clock_of=clock_of,
    )
    return page, status


def clock_of(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"


@pages.post("/frames/<int(max=999999999):frame_id>")
@requires(Permission.MANAGE_SCHEDULE)
def change_frame(frame_id: int) -> Any:
    frame = schedule.frame_of(frame_id)
    if frame is None:
        raise NotFound
    form, day = FrameForm(), local(frame.starts_at).date()
    against: Any = ()
    try:
        edit = FrameEdit(
            desks=number_of(form.desks.data, "desks"),
            minutes=number_of(form.minutes.data, "minutes"),
            shut=bool(form.shut.data),
            duties=duties_of(form.duties.data),
        )
        version = small_number(request.form.get("version")) or 0
        schedule.change_frame(frame_id, edit, version, by=as_admin(), now=utc_now())
    except SpokenAgainst as problem:
        against, status = problem.found, 422
    except DomainError as problem:
        form.blame(InvalidInput(problem.message, problem.field))
        status = status_of(problem)
    else:
        return redirect(url_for(".week", day=day.isoformat(), frame=frame_id), 303)
    return _week(day, frame, form, _typed_desks(), against, status)


def _typed_desks() -> dict[str, str]:
    return {name.removeprefix("desk-"): value for name, value in request.form.items() if name[:5] == "desk-"}


@pages.route("/sittings/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_SCHEDULE)
def add() -> Any:
    form = SittingForm()
    if request.method == "GET":
        form.day.data = request.args.get("day", "")
        form.ground.data = []
        return _form_page(form, Rows.empty())
    try:
        day = day_of(form.day.data, "day")
        sitting = schedule.add(
            day,
            sitting_fields(form),
            overrule=bool(form.overrule.data),
            reason=form.reason.data or "",
            by=as_admin(),
            now=utc_now(),
            key=request_key(),
        )
    except InvalidInput as problem:
        return _form_page(form, frame_rows(), problem)
    return redirect(url_for(".sitting", sitting_id=sitting.id), 303)


@pages.get("/templates")
@requires(Permission.MANAGE_SCHEDULE)
def templates() -> Any:
    return render(
        "admin/schedule/templates.html",
        templates=schedule.templates(utc_now()),
        kinds=KINDS,
        modes=MODES,
        weekdays=dict(WEEKDAYS),
        every=dict(EVERY),
        clock_of=clock_of,
        weeks=schedule.WEEKS_AHEAD,
    )


@pages.route("/templates/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_SCHEDULE)
def create_template() -> Any:
    form = TemplateForm()
    if request.method == "GET":
        form.first_day.data = (local(utc_now()).date() + timedelta(days=1)).isoformat()
        return _form_page(form, Rows.empty())
    try:
        schedule.create(
            template_fields(form),
            overrule=bool(form.overrule.data),
            reason=form.reason.data or "",
            by=as_admin(),
            now=utc_now(),
            key=request_key(),
        )
    except InvalidInput as problem:
        return _form_page(form, frame_rows(), problem)
    return redirect(url_for(".templates"), 303)


@pages.route("/templates/<int(max=999999999):template_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_SCHEDULE)
def template(template_id: int) -> Any:
    found, form = schedule.template_of(template_id), TemplateForm()
    if request.method == "GET":
        return _form_page(form, Rows.of(form, schedule.fields_of(found)), template=found)
    version = small_number(request.form.get("version")) or 0
    try:
        schedule.change(
            template_id,
            template_fields(form),
            version,
            overrule=bool(form.overrule.data),
            reason=form.reason.data or "",
            by=as_admin(),
            now=utc_now(),
        )
    except DomainError as problem:
        return _form_page(form, frame_rows(), problem, template=found)
    return redirect(url_for(".templates"), 303)


@pages.post("/templates/<int(max=999999999):template_id>/end")
@requires(Permission.MANAGE_SCHEDULE)
def end_template(template_id: int) -> Any:
    found, ending = schedule.template_of(template_id), EndForm(prefix="end")
    try:
        last = day_of(ending.last_day.data, "last_day")
        why = ending.reason.data or ""
        schedule.end(template_id, last, reason=why, by=as_admin(), now=utc_now(), key=request_key())
    except DomainError as problem:
        ending.blame(InvalidInput(problem.message, problem.field))
        form = TemplateForm(formdata=None)
        rows = Rows.of(form, schedule.fields_of(found))
        return _form_page(form, rows, template=found, ending=ending, status=status_of(problem))
    return redirect(url_for(".templates"), 303)


def _form_page(
    form: SittingForm,
    rows: Rows,
    problem: DomainError | None = None,
    *,
    template: Any = None,
    ending: EndForm | None = None,
    status: int = 200,
) -> Any:
    against: Any = ()
    if isinstance(problem, SpokenAgainst):
        against = problem.found
    elif problem is not None:
        form.blame(InvalidInput(problem.message, problem.field))
    page = render(
        "admin/schedule/form.html",
        form=form,
        rows=rows.frames,
        desk_of=rows.desks,
        against=against,
        overrulable=isinstance(problem, SpokenAgainst) and problem.overrulable,
        returns=isinstance(form, TemplateForm),
        pattern=template,
        ending=ending or EndForm(prefix="end", formdata=None),
        people=schedule.can_receive(),
        desks=schedule.all_desks(),
        points=accounts.bridge_points(),
        grounds=schedule.GROUNDS,
    )
    return page, status_of(problem) if problem is not None else status
