"""For admins: one sitting, which is moved, called off, or held by somebody else."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, url_for

from ..clock import local, utc_now
from ..domain.errors import DomainError, InvalidInput, NotFound
from ..domain.sitting_changes import CHANGE_LABELS
from ..errors import status_of
from ..forms.schedule import KINDS, MODES, CancelForm, MoveForm, ReviseForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import schedule
from ..services.schedule import SpokenAgainst
from .admin_schedule import as_admin, pages
from .common import request_key
from .schedule_fields import day_of, time_of


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
) -> Any:
    whole = schedule.announced(sitting_id)
    found = whole.sitting
    shown = moving or cancelling or revising
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
    now = utc_now()
    page = render(
        "admin/schedule/sitting.html",
        sitting=found,
        day=local(whole.starts_at).date().isoformat(),
        shown=shown,
        moving=moving,
        cancelling=cancelling or CancelForm(prefix="cancel", formdata=None),
        revising=revising,
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
