"""The bridge point: who comes today and what to do next, and the papers of the people whom it hosts."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.helping import TO_TELL_LABELS
from ..domain.identity_papers import PaperKind, read_kind
from ..domain.visit_flow import OPEN_STATES
from ..extensions import limiter
from ..forms.bridge import FindForm
from ..forms.petition import SeenPaperForm
from ..policy import Permission, requires
from ..rendering import page_or_fragment, render
from ..services import help_at_point, identity, reception, visits, words_owed
from .common import as_bridge, request_key

pages = Blueprint("bridge", __name__, url_prefix="/bridge")


@pages.get("")
@requires(Permission.SEE_PAPERS_AT_POINT)
def page() -> Any:
    """The fragment is the list alone, which refreshes itself."""
    return page_or_fragment("bridge/page.html", "bridge/_people.html", **_context(_empty()))


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
    return show(form), status


@pages.post("/<code>/came")
@requires(Permission.SEE_PAPERS_AT_POINT)
def came(code: str) -> Any:
    """Somebody with a place here has come: into the line, as if they had pressed it themselves."""
    visit = visits.by_code(code)
    if visit.bridge_point_id != current_user.bridge_point_id:
        raise NotFound
    reception.check_in(visit.id, by=as_bridge(), now=utc_now(), key=request_key())
    return redirect(url_for(".page"), 303)


@pages.post("/told/<code>")
@requires(Permission.HELP_AT_POINT)
def told(code: str) -> Any:
    """I told the person: who and when are kept."""
    request_key()
    words_owed.told(code, by=as_bridge(), now=utc_now())
    return redirect(url_for(".page"), 303)


def _hosted(code: str | None) -> int:
    """The visit of this code among those whom the point hosts. Raises NotFound."""
    here = identity.hosted_at(current_user.bridge_point_id)
    found = next((visit.id for visit, _check in here if visit.code == code), None)
    if found is None:
        raise NotFound
    return found


def _empty() -> SeenPaperForm:
    form = SeenPaperForm(formdata=None)
    form.paper_kind.data = PaperKind.CITIZEN_CARD.value
    return form


def show(form: SeenPaperForm | None = None, *, find_form: FindForm | None = None, **more: Any) -> str:
    """The whole page, with what was found or what is wrong in a form."""
    return render("bridge/page.html", **_context(form or _empty(), find_form), **more)


def _context(form: SeenPaperForm, find_form: FindForm | None = None) -> dict[str, Any]:
    now = utc_now()
    rows = help_at_point.today(as_bridge(), now)
    here = [row for row in rows if row.visit.state in identity.HOSTED]
    form.visit.options = [(row.visit.code, _("Số %(number)s", number=row.visit.ticket)) for row in here]
    if request.method == "GET":
        chosen = request.args.get("visit") or (here[0].visit.code if len(here) == 1 else "")
        form.visit.data = chosen if chosen in {row.visit.code for row in here} else None
    return {
        "form": form,
        "find_form": find_form or FindForm(formdata=None),
        "here": here,
        "coming": [row for row in rows if row.visit.state in OPEN_STATES and row not in here],
        "owed": words_owed.untold(as_bridge(), now),
        "to_tell": TO_TELL_LABELS,
        "over": [row for row in rows if row.visit.state not in OPEN_STATES],
        "expected": {visit.id for visit in visits.expected_at(current_user.bridge_point_id, now)},
        "point": current_user.bridge_point.name,
    }
