"""For admins: one sitting, which is moved, called off, or held by somebody else."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from ..clock import local, utc_now
from ..domain.errors import DomainError, InvalidInput, NotFound
from ..domain.sitting_changes import CHANGE_LABELS
from ..errors import status_of
from ..forms.schedule import KINDS, MODES, CancelForm, MoveForm, PlacesForm, ReviseForm
from ..models import SittingMode
from ..policy import Permission, requires
from ..rendering import render
from ..services import accounts, schedule
from ..services.schedule import PlacesEdit, SpokenAgainst
from .admin_schedule import as_admin, pages
from .common import request_key, small_number
from .schedule_fields import day_of, time_of

RELEASED, AT_HOME = "released", "home"
"""What can become of those whose place is taken away, beside going to a bridge point."""


@pages.get("/sittings/<int(max=999999999):sitting_id>")
@requires(Permission.MANAGE_SCHEDULE)
def sitting(sitting_id: int) -> Any:
    return _sitting_page(sitting_id)


@pages.post("/sittings/<int(max=999999999):sitting_id>/move")
@requires(Permission.MANAGE_SCHEDULE)
def move(sitting_id: int) -> Any:
    form = MoveForm(prefix="move")

    def do(**about: Any) -> None:
        day, starts = day_of(form.day.data, "day"), time_of(form.starts.data, "starts")
        schedule.move(sitting_id, day, starts, overrule=bool(form.overrule.data), **about)

    return _changed(sitting_id, do, form.reason.data, moving=form)


@pages.post("/sittings/<int(max=999999999):sitting_id>/cancel")
@requires(Permission.MANAGE_SCHEDULE)
def cancel(sitting_id: int) -> Any:
    form = CancelForm(prefix="cancel")
    return _changed(sitting_id, partial(schedule.cancel, sitting_id), form.reason.data, cancelling=form)


@pages.post("/sittings/<int(max=999999999):sitting_id>/places")
@requires(Permission.MANAGE_SCHEDULE)
def places(sitting_id: int) -> Any:
    form = PlacesForm(prefix="places")

    def do(**about: Any) -> None:
        points = tuple(small_number(one) or 0 for one in form.places.data or [])
        typed = form.instead.data or RELEASED
        instead = () if typed == RELEASED else (None if typed == AT_HOME else small_number(typed) or 0,)
        edit = PlacesEdit(points, bool(form.home_offered.data), instead)
        schedule.change_places(sitting_id, edit, overrule=bool(form.overrule.data), **about)

    return _changed(sitting_id, do, form.reason.data, placing=form)


@pages.post("/sittings/<int(max=999999999):sitting_id>/revise")
@requires(Permission.MANAGE_SCHEDULE)
def revise(sitting_id: int) -> Any:
    form = ReviseForm(prefix="revise")
    do = partial(schedule.revise, sitting_id, form.host.data or "", form.content.data or "")
    return _changed(sitting_id, do, form.reason.data, revising=form)


def _changed(sitting_id: int, do: Callable[..., object], reason: str | None, **shown: Any) -> Any:
    """Done, or the page again with what was typed and what is wrong with it."""
    try:
        do(reason=reason or "", by=as_admin(), now=utc_now(), key=request_key())
    except NotFound:
        raise
    except DomainError as problem:
        return _sitting_page(sitting_id, problem, **shown)
    return redirect(url_for(".sitting", sitting_id=sitting_id), 303)


def _sitting_page(
    sitting_id: int,
    problem: DomainError | None = None,
    *,
    moving: MoveForm | None = None,
    cancelling: CancelForm | None = None,
    revising: ReviseForm | None = None,
    placing: PlacesForm | None = None,
) -> Any:
    whole = schedule.announced(sitting_id)
    found = whole.sitting
    shown = moving or cancelling or revising or placing
    against: Any = ()
    if isinstance(problem, SpokenAgainst):
        against = problem.found
    elif problem is not None and shown is not None:
        shown.blame(InvalidInput(problem.message, problem.field))
    if moving is None:
        moving, begins = MoveForm(prefix="move", formdata=None), local(whole.starts_at)
        moving.day.data, moving.starts.data = begins.date().isoformat(), begins.strftime("%H:%M")
    if revising is None:
        revising = ReviseForm(prefix="revise", formdata=None)
        revising.host.data, revising.content.data = found.host, found.content
    points = accounts.bridge_points()
    if placing is None:
        placing = PlacesForm(prefix="places", formdata=None)
        placing.places.data = [str(point.id) for point in found.places]
        placing.home_offered.data = found.home_offered
    placing.instead.data = placing.instead.data or RELEASED
    stay = set(placing.places.data or [])
    placing.instead.options = [
        (RELEASED, _("Hủy chỗ, mời họ chọn lại")),
        *([(AT_HOME, _("Chuyển sang gặp ở nhà"))] if placing.home_offered.data else []),
        *((str(one.id), _("Chuyển sang %(name)s", name=one.name)) for one in points if str(one.id) in stay),
    ]
    now = utc_now()
    page = render(
        "admin/schedule/sitting.html",
        sitting=found,
        day=local(whole.starts_at).date().isoformat(),
        shown=shown,
        moving=moving,
        cancelling=cancelling or CancelForm(prefix="cancel", formdata=None),
        revising=revising,
        placing=placing,
        points=points,
        online=found.mode is SittingMode.ONLINE,
        against=against,
        overrulable=isinstance(problem, SpokenAgainst) and problem.overrulable,
        whole=whole,
        change_labels=CHANGE_LABELS,
        held=schedule.people_of(sitting_id),
        changeable=found.is_held and found.ends_at > now,
        movable=found.is_held and whole.starts_at > now,
        kinds=KINDS,
        modes=MODES,
    )
    return page, status_of(problem) if problem is not None else 200
