"""Presenting a matter: one question a page, each answer kept at once; then a number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..clock import local, utc_now
from ..domain.errors import Conflict, InvalidInput
from ..domain.identity_papers import PAPER_LABELS, PaperKind, clean_paper_number, masked
from ..domain.petition_kinds import KIND_HINTS, KIND_LABELS, Gate, PetitionKind, clean_narrative
from ..domain.texts import clean_line
from ..forms import Form
from ..forms.screens import KindForm, NarrativeForm, NumberForm, PlacesForm, ProtectionForm, WhoForm
from ..models import Petition, Sitting
from ..policy import Permission, requires
from ..rendering import render
from ..services import drafts, localities, petitions, queue, reception, timeline, visits
from ..services.drafts import Answers
from .common import as_citizen, request_key, small_number

pages = Blueprint("petition", __name__)


@dataclass(frozen=True)
class Step:
    """One page of the way: its form, its template, and a check that the domain makes."""

    name: str
    form: type[Form]
    check: Callable[[Answers], None] = lambda answers: None


def _check_kind(answers: Answers) -> None:
    if answers.get("kind") not in set(PetitionKind):
        raise InvalidInput(_("Hãy chọn một loại việc."), "kind")


def _check_protection(answers: Answers) -> None:
    if answers.get("protection_wanted") not in ("yes", "no"):
        raise InvalidInput(_("Hãy chọn có hay không."), "protection_wanted")


def _check_places(answers: Answers) -> None:
    petitions.check_places(answers["lives_in"], answers.get("old_address", ""), answers["happened_in"])


def _check_narrative(answers: Answers) -> None:
    clean_narrative(answers["narrative"])


def _check_who(answers: Answers) -> None:
    petitions.clean_name(answers["full_name"])
    if answers["paper_kind"] not in set(PaperKind):
        raise InvalidInput(_("Hãy chọn loại giấy tờ."), "paper_kind")
    clean_paper_number(PaperKind(answers["paper_kind"]), answers["paper_number"])


STEPS = (
    Step("kind", KindForm, _check_kind),
    Step("protection", ProtectionForm, _check_protection),
    Step("places", PlacesForm, _check_places),
    Step("story", NarrativeForm, _check_narrative),
    Step("who", WhoForm, _check_who),
)


def _steps_for(answers: Answers) -> list[Step]:
    """Only a denouncer is asked about protection."""
    denounces = answers.get("kind") == PetitionKind.DENUNCIATION
    return [step for step in STEPS if denounces or step.name != "protection"]


@pages.get("/petitions/new")
@requires(Permission.BE_CITIZEN)
def new() -> Response:
    """Go on where one stopped."""
    answers = drafts.answers_of(current_user.id)
    step = next((step for step in _steps_for(answers) if not _answered(step, answers)), None)
    return redirect(url_for(".step", name=step.name) if step else url_for(".review"))


def _answered(step: Step, answers: Answers) -> bool:
    try:
        step.check(answers)
    except (InvalidInput, KeyError):
        return False
    return True


@pages.route("/petitions/new/<name>", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def step(name: str) -> Any:
    answers = drafts.answers_of(current_user.id)
    steps = _steps_for(answers)
    at = next((place for place, step in enumerate(steps) if step.name == name), None)
    if at is None:
        raise NotFound
    if request.method == "GET" and at and not _answered(steps[at - 1], answers):
        return redirect(url_for(".new"))
    form = steps[at].form(data=None if request.method == "POST" else answers)
    _fill_choices(form)
    if form.validate_on_submit():
        typed = {name: str(value or "").replace("\x00", "") for name, value in form.data.items()}
        try:
            steps[at].check(answers | typed)
        except InvalidInput as problem:
            form.blame(problem)
        else:
            drafts.keep(current_user.id, typed, now=utc_now())
            return redirect(_after(steps[at], answers | typed), 303)
    context = {"form": form, "position": at + 1, "total": len(steps) + 1, "back": _before(steps, at)}
    page = render(f"petition/{name}.html", kind_hints=KIND_HINTS, **context)
    return page, 422 if form.problems else 200


def _fill_choices(form: Form) -> None:
    if isinstance(form, PlacesForm):
        form.lives_in.options, form.happened_in.options = localities.choices(pilot=True), localities.choices()


def _after(step: Step, answers: Answers) -> str:
    steps = _steps_for(answers)
    place = [one.name for one in steps].index(step.name)
    if step.name == "protection" and answers["protection_wanted"] == "yes":
        return url_for(".protected")
    return url_for(".step", name=steps[place + 1].name) if place + 1 < len(steps) else url_for(".review")


def _before(steps: list[Step], at: int) -> str:
    return url_for(".step", name=steps[at - 1].name) if at else url_for("account.page")


@pages.get("/petitions/new/protected")
@requires(Permission.BE_CITIZEN)
def protected() -> str:
    """The protected way in person, for a denouncer who asks for it (decree 154/2026 art. 20.4)."""
    return render("petition/protected.html")


@pages.route("/petitions/new/review", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def review() -> Any:
    answers, form, number = drafts.answers_of(current_user.id), Form(), ""
    if request.method == "POST":
        key = request_key()
        before = petitions.submitted_with(key, current_user.id)
        if before is not None:
            return _to_place(before)
    missing = next((step for step in _steps_for(answers) if not _answered(step, answers)), None)
    if missing is not None:
        return redirect(url_for(".step", name=missing.name), 303)
    if request.method == "POST":
        try:
            petition = petitions.submit(_fields(answers), by=as_citizen(), now=utc_now(), key=key)
        except InvalidInput as problem:
            form.blame(problem)
        else:
            drafts.discard(current_user.id)
            return _to_place(petition)
    number = masked(answers["paper_number"])
    context = {"answers": answers, "form": form, "key": drafts.key_of(current_user.id), "number": number}
    page = render(
        "petition/review.html",
        kind_labels=KIND_LABELS,
        paper_labels=PAPER_LABELS,
        lives_in=localities.name_of(answers["lives_in"]),
        happened_in=localities.name_of(answers["happened_in"]),
        steps=_steps_for(answers),
        **context,
    )
    return page, 422 if form.problems else 200


def _fields(answers: Answers) -> petitions.PetitionFields:
    kind = PetitionKind(answers["kind"])
    return petitions.PetitionFields(
        kind=kind,
        protection_wanted=answers.get("protection_wanted") == "yes"
        if kind is PetitionKind.DENUNCIATION
        else None,
        lives_in=answers["lives_in"],
        old_address=answers.get("old_address", ""),
        happened_in=answers["happened_in"],
        narrative=answers["narrative"],
        full_name=clean_line(answers["full_name"]),
        paper_kind=PaperKind(answers["paper_kind"]),
        paper_number=answers["paper_number"],
    )


def _to_place(petition: Petition) -> Response:
    there = ".page" if petition.gate is Gate.IN_PERSON else ".book"
    return redirect(url_for(there, code=petition.code), 303)


@pages.get("/petitions/<code>")
@requires(Permission.BE_CITIZEN)
def page(code: str) -> str:
    petition = petitions.of_citizen(code, current_user.id)
    mine = [visit for visit in visits.list_of_citizen(current_user.id) if visit.petition_id == petition.id]
    story = timeline.of(petition)
    context = {
        "visits": mine,
        "kind_labels": KIND_LABELS,
        "timeline": story,
        "today": local(utc_now()).date(),
    }
    return render("petition/page.html", petition=petition, **context)


@pages.route("/petitions/<code>/book", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def book(code: str) -> Any:
    """Take a number in a sitting that is open now, at home or at a bridge point as it offers."""
    petition = petitions.of_citizen(code, current_user.id)
    if petition.gate is Gate.IN_PERSON:
        return redirect(url_for(".page", code=code))
    existing = visits.open_of_petition(petition.id)
    if existing is not None:
        return redirect(url_for("waiting.wait", code=existing.code), 303)
    now = utc_now()
    sitting = next(iter(queue.open_sittings(now)), None)
    form = NumberForm()
    if sitting is not None:
        form.place.options = _places(sitting)
        if request.method == "GET" and len(form.place.options) == 1:
            form.place.data = form.place.options[0][0]
    status = 200
    if form.validate_on_submit():
        try:
            visit = _take(petition, form)
        except InvalidInput as problem:
            form.blame(problem)
            status = 422
        except Conflict as problem:
            form.blame(InvalidInput(problem.message))
            status = 409
        else:
            return redirect(url_for("waiting.wait", code=visit.code), 303)
    wait = queue.wait_for_newcomer(sitting.id, now) if sitting else None
    return render("petition/book.html", petition=petition, sitting=sitting, form=form, wait=wait), status


def _places(sitting: Sitting) -> list[tuple[str, str]]:
    home = [("home", _("Ở nhà, bằng điện thoại này"))] if sitting.home_offered else []
    return home + [(str(point.id), point.name) for point in sitting.places]


def _take(petition: Petition, form: NumberForm) -> Any:
    at_home, point, sitting = (
        form.place.data == "home",
        small_number(form.place.data),
        small_number(form.sitting.data),
    )
    if not at_home and point is None:
        raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")
    if sitting is None:
        raise Conflict("Buổi tiếp này chưa mở hoặc đã hết giờ. Hãy chọn buổi khác.")
    return reception.take_number(
        petition.id,
        sitting,
        bridge_point_id=None if at_home else point,
        priority=bool(form.priority.data),
        by=as_citizen(),
        now=utc_now(),
        key=request_key(),
    )
