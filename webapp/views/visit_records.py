"""The record of a visit that is over, as staff read it: how people could talk, the minutes, the outcome."""

from typing import Any

from flask import Blueprint

from ..clock import utc_now
from ..domain.errors import InvalidInput
from ..domain.outcomes import GROUND_LABELS, OUTCOME_LABELS
from ..forms.screens import ReasonForm
from ..models import Visit
from ..policy import Permission, requires
from ..rendering import render
from ..services import visit_records
from .common import as_officer, modes_context

pages = Blueprint("visit_records", __name__, url_prefix="/desk/records")


@pages.get("/<code>")
@requires(Permission.OPEN_IDENTITY)
def page(code: str) -> str:
    """The minutes stand open; of a sealed petition they want a reason."""
    visit = visit_records.of_staff(code, as_officer())
    if visit_records.is_sealed(visit):
        return _shown(visit, ReasonForm(formdata=None), opened=False)
    visit_records.open_minutes(visit.id, by=as_officer(), now=utc_now())
    return _shown(visit_records.of_staff(code, as_officer()), ReasonForm(formdata=None), opened=True)


@pages.post("/<code>")
@requires(Permission.OPEN_IDENTITY)
def open_minutes(code: str) -> Any:
    """Sealed minutes after a reason: the audit trail keeps who and why."""
    visit, form = visit_records.of_staff(code, as_officer()), ReasonForm()
    try:
        visit_records.open_minutes(visit.id, reason=form.reason.data or "", by=as_officer(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
        return _shown(visit, form, opened=False), 422
    return _shown(visit_records.of_staff(code, as_officer()), form, opened=True)


def _shown(visit: Visit, form: ReasonForm, *, opened: bool) -> str:
    return render(
        "desk/record.html",
        visit=visit,
        form=form,
        opened=opened,
        sealed=visit_records.is_sealed(visit),
        outcome_labels=OUTCOME_LABELS,
        ground_labels=GROUND_LABELS,
        **modes_context(visit),
    )
