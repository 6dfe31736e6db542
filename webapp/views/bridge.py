"""The bridge point: its staff see who comes, and the papers of the people whom it hosts."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.identity_papers import PaperKind, read_kind
from ..extensions import limiter
from ..forms.petition import SeenPaperForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import identity, reception, visits
from .common import as_bridge, request_key

pages = Blueprint("bridge", __name__, url_prefix="/bridge")


@pages.get("")
@requires(Permission.SEE_PAPERS_AT_POINT)
def page() -> Any:
    form = SeenPaperForm(formdata=None)
    form.paper_kind.data = PaperKind.CITIZEN_CARD.value
    return _page(form)


@pages.post("")
@requires(Permission.SEE_PAPERS_AT_POINT)
@limiter.limit("30/minute")
def seen() -> Any:
    """I saw the paper: who, when and where are kept. The number is sent in a form and kept nowhere."""
    request_key()
    form, status = SeenPaperForm(), 422
    if form.validate_on_submit():
        try:
            kind, number = read_kind(form.paper_kind.data), form.paper_number.data or ""
            visit_id = _hosted(form.visit.data)
            identity.record_seen_at_point(visit_id, kind, number, by=as_bridge(), now=utc_now())
        except InvalidInput as problem:
            form.blame(problem)
        except Conflict as problem:
            form.blame(InvalidInput(problem.message, "visit"))
            status = 409
        else:
            return redirect(url_for(".page"), 303)
    return _page(form), status


@pages.post("/<code>/came")
@requires(Permission.SEE_PAPERS_AT_POINT)
def came(code: str) -> Any:
    """Somebody with a place here has come: into the line, as if they had pressed it themselves."""
    visit = visits.by_code(code)
    if visit.bridge_point_id != current_user.bridge_point_id:
        raise NotFound
    reception.check_in(visit.id, by=as_bridge(), now=utc_now(), key=request_key())
    return redirect(url_for(".page"), 303)


def _hosted(code: str | None) -> int:
    """The visit of this code among those whom the point hosts. Raises NotFound."""
    here = identity.hosted_at(current_user.bridge_point_id)
    found = next((visit.id for visit, _check in here if visit.code == code), None)
    if found is None:
        raise NotFound
    return found


def _page(form: SeenPaperForm) -> str:
    here = identity.hosted_at(current_user.bridge_point_id)
    form.visit.options = [(visit.code, _("Số %(number)s", number=visit.ticket)) for visit, _check in here]
    if request.method == "GET" and len(here) == 1:
        form.visit.data = here[0][0].code
    expected = visits.expected_at(current_user.bridge_point_id, utc_now())
    point = current_user.bridge_point.name
    return render("bridge/page.html", form=form, here=here, expected=expected, point=point)
