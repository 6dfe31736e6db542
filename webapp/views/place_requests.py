"""Individual cases for the office: officers propose them, leaders decide."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from ..clock import local, utc_now
from ..domain.errors import Conflict, InvalidInput, TooMany
from ..forms.places import ProposalForm, VerdictForm
from ..models import PlaceRequest
from ..policy import Permission, requires
from ..rendering import render
from ..services import petition_contents, place_requests
from ..services.place_requests import Verdict
from . import place_wishes
from .common import as_officer, request_key
from .evidence_rows import own_visit
from .staff_petition import PETITION_WORDS

pages = Blueprint("place_requests", __name__)


@pages.app_template_global("open_place_requests")
def _count_waiting() -> int:
    """For the navigation of leaders; a template asks it of nobody else."""
    return place_requests.count_waiting()


pages.add_app_template_global(place_requests.decision_of, "place_decision")
pages.add_app_template_global(place_requests.may_be_asked, "place_may_be_asked")


@pages.get("/place-requests")
@requires(Permission.DECIDE_PLACES)
def listing() -> str:
    rows, done = place_requests.waiting_ones(), place_requests.decided_ones()
    return render("places/list.html", rows=rows, done=done, **place_wishes.WORDS)


@pages.route("/place-requests/<code>", methods=["GET", "POST"])
@requires(Permission.DECIDE_PLACES)
def page(code: str) -> Any:
    """The request, its petition without its authors, and the decision. A denouncer's words are shown without names."""
    asked = place_requests.read(code, by=as_officer(), now=utc_now())
    form, status = VerdictForm(), 200
    form.place.options = place_wishes.places()
    if not form.is_submitted():
        form.place.data = str(asked.bridge_point_id or place_wishes.HOME)
    else:
        try:
            place_requests.decide(code, _verdict(form), by=as_officer(), now=utc_now())
        except (InvalidInput, Conflict) as problem:
            status = place_wishes.refused(form, problem)
            asked = place_requests.by_code(code)
        else:
            return redirect(url_for(".listing"), 303)
    petition = asked.petition
    context = {
        "reason": petition_contents.shown_of(petition, asked.reason),
        "words": petition_contents.shown_of(petition, asked.answer.words) if asked.answer else "",
        "content": petition_contents.content_of(petition),
        "visit": {"petition": petition},
        "today": local(utc_now()).date(),
        "may_be": place_requests.may_be_asked(petition),
        **PETITION_WORDS,
        **place_wishes.WORDS,
    }
    return render("places/page.html", asked=asked, form=form, **context), status


def _verdict(form: VerdictForm) -> Verdict:
    if request.form.get("do") != "approve":
        return Verdict(False, form.reason.data or "")
    place = place_wishes.read_place(form)
    return Verdict(True, form.reason.data or "", form.decision.data or "", place, form.until.data or "")


@pages.route("/desk/visit/<code>/place", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
def propose(code: str) -> Any:
    """The officer of a visit proposes a place for its petition."""
    visit = own_visit(code)
    petition, form, status = visit.petition, ProposalForm(), 200
    place_wishes.fill(form, petition)
    if form.validate_on_submit():
        try:
            about: dict[str, Any] = {"by": as_officer(), "now": utc_now()}
            place_requests.propose(visit.id, place_wishes.read_wish(form), **about, key=request_key())
        except (InvalidInput, Conflict, TooMany) as problem:
            known = InvalidInput(problem.message) if isinstance(problem, TooMany) else problem
            status = place_wishes.refused(form, known)
        else:
            return redirect(url_for(".propose", code=code), 303)
    asked = [_row(one) for one in place_requests.of_petition(petition.id)]
    shown = {"asked": asked, "may_be": place_requests.may_be_asked(petition), **place_wishes.WORDS}
    return render("places/propose.html", visit=visit, form=form, **shown), status


def _row(one: PlaceRequest) -> tuple[PlaceRequest, str, str]:
    """A request with its reason and its answer's words, without names where the petition is sealed."""
    shown = petition_contents.reader_of(one.petition)
    return one, shown(one.reason), shown(one.answer.words) if one.answer else ""
