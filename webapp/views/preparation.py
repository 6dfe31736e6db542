"""What bridge points have to do before a sitting: signed by their staff, seen by the office, overruled by officers."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.preparation import Task, items_of
from ..errors import status_of
from ..forms.screens import PointTaskForm, ReasonForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import preparation, schedule
from ..services.preparation import Standing
from .common import as_bridge, as_officer, blamed, request_key

pages = Blueprint("preparation", __name__)

_POINT = "<int(max=999999999):sitting_id>/<int(max=999999999):point_id>"


@pages.app_template_global("next_tasks_here")
def next_tasks_here() -> list[Standing]:
    """What the staff of this point signs next; the page of the point includes it as a part of its own."""
    return preparation.next_at(current_user.bridge_point, utc_now())


@pages.get("/bridge/preparation")
@requires(Permission.PREPARE_POINT)
def listing() -> str:
    """The tasks of one's own point: today's and those of the coming two weeks."""
    here = current_user.bridge_point
    found = preparation.coming_at(here, utc_now())
    return render("bridge/preparation.html", sittings=found, point=here)


@pages.get(f"/bridge/preparation/{_POINT}/<task>")
@requires(Permission.PREPARE_POINT)
def task(sitting_id: int, point_id: int, task: str) -> Any:
    return _task_page(sitting_id, point_id, _task_of(task))


@pages.post(f"/bridge/preparation/{_POINT}/<task>")
@requires(Permission.PREPARE_POINT)
def sign(sitting_id: int, point_id: int, task: str) -> Any:
    form, which = PointTaskForm(), _task_of(task)
    about: dict[str, Any] = {"by": as_bridge(), "now": utc_now(), "key": request_key()}
    try:
        preparation.sign(sitting_id, point_id, which, form.items.data or [], form.note.data or "", **about)
    except (InvalidInput, Conflict) as problem:
        status = blamed(form, problem)
        return _task_page(sitting_id, point_id, which, form=form), status
    return redirect(url_for(".task", sitting_id=sitting_id, point_id=point_id, task=task), 303)


@pages.post(f"/bridge/preparation/{_POINT}/<task>/withdraw")
@requires(Permission.PREPARE_POINT)
def withdraw(sitting_id: int, point_id: int, task: str) -> Any:
    form, which = ReasonForm(), _task_of(task)
    about: dict[str, Any] = {"by": as_bridge(), "now": utc_now(), "key": request_key()}
    try:
        preparation.withdraw(sitting_id, point_id, which, form.reason.data or "", **about)
    except (InvalidInput, Conflict) as problem:
        status = blamed(form, problem)
        return _task_page(sitting_id, point_id, which, withdrawing=form), status
    return redirect(url_for(".task", sitting_id=sitting_id, point_id=point_id, task=task), 303)


@pages.get("/sittings/<int(max=999999999):sitting_id>/points")
@requires(Permission.SEE_PREPARATION)
def sitting(sitting_id: int) -> Any:
    """How far every point of a sitting is."""
    return _points_page(sitting_id)


@pages.post(f"/sittings/{_POINT}/receive")
@requires(Permission.RECEIVE)
def receive(sitting_id: int, point_id: int) -> Any:
    """People at this point are received all the same, for the reason given."""
    form = ReasonForm(prefix=f"p{point_id}")
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    try:
        preparation.overrule(sitting_id, point_id, form.reason.data or "", **about)
    except (InvalidInput, Conflict) as problem:
        form.blame(InvalidInput(problem.message, "reason"))
        return _points_page(sitting_id, point_id, form), status_of(problem)
    return redirect(url_for(".sitting", sitting_id=sitting_id, _anchor=f"p{point_id}"), 303)


def _task_of(word: str) -> Task:
    """Raises NotFound."""
    if word not in set(Task):
        raise NotFound
    return Task(word)


def _task_page(
    sitting_id: int,
    point_id: int,
    which: Task,
    *,
    form: PointTaskForm | None = None,
    withdrawing: ReasonForm | None = None,
) -> str:
    one = preparation.one_task(sitting_id, point_id, which, utc_now(), by=as_bridge())
    return render(
        "bridge/task.html",
        one=one,
        items=items_of(which, central=one.point.central),
        form=form or PointTaskForm(formdata=None),
        withdrawing=withdrawing or ReasonForm(formdata=None),
        shown=form or withdrawing,
    )


def _points_page(sitting_id: int, typed_at: int | None = None, typed: ReasonForm | None = None) -> str:
    whole = schedule.announced(sitting_id)
    points = preparation.tasks_of(whole.sitting, utc_now())
    forms = {tasks[0].point.id: _reason_at(tasks[0].point.id) for tasks in points}
    if typed_at is not None and typed is not None:
        forms[typed_at] = typed
    ready = preparation.ready_points(sitting_id)
    return render(
        "admin/schedule/points.html",
        whole=whole,
        points=points,
        ready=ready,
        unreached={tasks[0].point.id for tasks in points if not preparation.reached(tasks[0].point.id)},
        forms=forms,
        typed=typed,
    )


def _reason_at(point_id: int) -> ReasonForm:
    return ReasonForm(prefix=f"p{point_id}", formdata=None)
