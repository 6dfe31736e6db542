"""Presenting a matter: one question a page, each answer kept at once; then read and send."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from flask import jsonify, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ...clock import local, utc_now
from ...domain.codes import is_code
from ...domain.errors import Conflict, InvalidInput
from ...domain.evidence import VOICE_LONGEST
from ...domain.identity_papers import ISSUERS, PaperKind, paper_warning
from ...domain.petition_kinds import KIND_HINTS, KIND_LABELS, NARRATIVE_MAX, NARRATIVE_MIN
from ...domain.representation import BEHALF_HINTS, OnBehalf, proofs_of
from ...domain.texts import clean_text
from ...forms import Form
from ...forms import petition as forms
from ...policy import Permission, requires
from ...rendering import asked_by_htmx, render
from ...services import drafts, localities, petition_pages, petition_steps, petitions, proofs, told_answers
from ...services.petition_steps import OTHER_PROVINCE, Step
from ...services.told_answers import Answers
from ..common import as_citizen, draft_code
from ..found_places import found_places
from . import pages, sent_in
from .words import summary_of

FORMS: dict[str, type[Form]] = {
    "kind": forms.KindForm,
    "protection": forms.ProtectionForm,
    "behalf": forms.BehalfForm,
    "represented": forms.RepresentedForm,
    "group": forms.GroupForm,
    "who": forms.WhoForm,
    "paper": forms.OwnPaperForm,
    "home": forms.HomeForm,
    "place": forms.PlaceForm,
    "help": forms.HelpForm,
    "story": forms.NarrativeForm,
    "split": forms.SplitForm,
    "against": forms.AgainstForm,
    "settled": forms.SettledForm,
    "wish": forms.WishForm,
}


def _today() -> date:
    return local(utc_now()).date()


def of_draft(view: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the view its draft's key and the answers so far; a draft that was sent leads to its receipt."""

    @wraps(view)
    def looked_up(draft: str, **more: str) -> Any:
        if not is_code(draft):
            raise NotFound
        answers = drafts.answers_of(current_user.id, draft)
        if not answers and request.method == "GET":
            sent = petitions.submitted_with(draft, current_user.id)
            if sent is not None:
                return redirect(url_for(".receipt", code=sent.code))
        return view(draft, answers, **more)

    return looked_up


@pages.get("/petitions/new/<draft>")
@requires(Permission.BE_CITIZEN)
@of_draft
def go_on(draft: str, answers: Answers) -> Response:
    """Go on where one stopped."""
    return redirect(_first_open(draft, answers))


def _first_open(draft: str, answers: Answers, back: str | None = None) -> str:
    """The first question without an answer; when there is none, the page to read and send."""
    step = petition_steps.first_open(answers, _today())
    if step is None:
        return url_for(".review", draft=draft)
    if step.name == "home" and petition_steps.is_outside(answers):
        return url_for(".elsewhere", draft=draft)
    return url_for(".step", draft=draft, name=step.name, back=back)


@pages.route("/petitions/new/<draft>/<name>", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
@of_draft
def step(draft: str, answers: Answers, name: str) -> Any:
    here = next((step for step in petition_steps.STEPS if step.name == name), None)
    if here is None:
        raise NotFound
    if request.method == "GET" and not _is_open(here, answers):
        return redirect(url_for(".go_on", draft=draft))
    if name == "paper" and request.method == "GET" and answers.get("paper_number"):
        drafts.note_paper_shown(draft, by=as_citizen(), now=utc_now())
    start = answers | petition_steps.ticked_at_first(answers) if name == "split" else answers
    form = FORMS[name](data=None if request.method == "POST" else start)
    looking = "look" in request.form
    if looking or not form.validate_on_submit():
        return _question(draft, here, form, answers, looking=looking)
    typed = sent_in.answers_of(here, form, answers)
    try:
        if not petition_steps.is_outside(typed):
            here.check(answers | typed, _today())
        drafts.keep(current_user.id, draft, typed, now=utc_now(), seen=sent_in.seen())
    except InvalidInput as problem:
        form.blame(problem)
        return _question(draft, here, form, answers)
    except drafts.WrittenElsewhere as problem:
        form.blame(InvalidInput(problem.message, next(iter(problem.texts))))
        return _question(draft, here, form, answers, status=409, saved=problem.texts)
    except Conflict as problem:
        form.blame(InvalidInput(problem.message))
        return _question(draft, here, form, answers, status=409)
    there = _after(draft, here, answers | typed)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(to=there)
    return redirect(there, 303)


def _is_open(step: Step, answers: Answers) -> bool:
    """A question that applies and has an answer, or whose turn it is."""
    steps = petition_steps.steps_for(answers)
    if step not in steps:
        return False
    before = steps[: steps.index(step)]
    return step.is_answered(answers, _today()) or all(one.is_answered(answers, _today()) for one in before)


def _after(draft: str, step: Step, answers: Answers) -> str:
    if step.name == "home" and petition_steps.is_outside(answers):
        return url_for(".elsewhere", draft=draft)
    if step.name == "protection" and answers["protection_wanted"] == "yes":
        return url_for(".protected", draft=draft)
    if request.values.get("back") == "review":
        return _first_open(draft, answers, back="review")
    steps = petition_steps.steps_for(answers)
    if step not in steps:
        return url_for(".go_on", draft=draft)
    following = steps[steps.index(step) + 1 :]
    if following:
        return url_for(".step", draft=draft, name=following[0].name)
    return url_for("evidence.page", code=draft_code(draft))


def _question(
    draft: str,
    step: Step,
    form: Form,
    answers: Answers,
    *,
    looking: bool = False,
    status: int = 422,
    saved: Answers | None = None,
) -> Any:
    """The page; `saved` are the texts that were saved elsewhere, beside which it shows those of the form."""
    found = _places(form, answers)
    if found and asked_by_htmx():
        return render("petition/_places.html", form=form, **found)
    steps = petition_steps.steps_for(answers)
    place = steps.index(step) if step in steps else 0
    first = url_for("account.page")
    before = url_for(".step", draft=draft, name=steps[place - 1].name) if place else first
    todo = [(one, one.is_answered(answers, _today())) for one in steps]
    from_review = request.values.get("back") == "review"
    page = render(
        f"petition/{step.name}.html",
        draft=draft,
        code=draft_code(draft),
        drafts=[draft, *(one.key for one in drafts.list_of(current_user.id))],
        form=form,
        step=step,
        answers=answers,
        position=place + 1,
        total=petition_steps.pages_in_all(answers),
        back=url_for(".review", draft=draft) if from_review else before,
        from_review=from_review,
        todo=todo,
        optional=step.optional(answers),
        keep_in=_keep_in(answers),
        beside=_beside(draft),
        **sent_in.marks(step, answers, saved),
        has_sent=step.name == "kind" and bool(petitions.list_of_citizen(current_user.id)),
        notes=_NOTES[step.name](answers) if step.name in _NOTES else [],
        **found,
        **_words(step, answers, form),
        **_count(form, answers),
    )
    return page, status if form.problems and not looking else 200


def _beside(draft: str) -> drafts.Draft | None:
    """The draft, when it is about the matter of a petition that was sent."""
    begun = drafts.of(current_user.id, draft)
    return begun if begun and begun.beside else None


def _keep_in(answers: Answers) -> str:
    """Where a browser keeps unsent words: on a shared device, or with protection, only till it is closed."""
    lasting = session.permanent and answers.get("protection_wanted") != "yes"
    return "local" if lasting else "session"


def _words(step: Step, answers: Answers, form: Form) -> dict[str, Any]:
    """What single questions say beside their fields."""
    if step.name in ("represented", "group"):
        return {"proofs": proofs_of(answers.get("on_behalf", ""))}
    if step.name == "paper":
        return {"issuers": ISSUERS}
    if step.aloud:
        return _words_of_telling(step, answers)
    said: dict[str, dict[str, Any]] = {
        "kind": {"kind_hints": KIND_HINTS},
        "behalf": {"behalf_hints": BEHALF_HINTS},
        "split": {
            "also": [KIND_LABELS[kind] for kind in petition_steps.also_told(answers)],
            "mine": KIND_LABELS.get(answers.get("kind", "")),  # type: ignore[call-overload]
            "apart_fields": [
                field
                for field in petition_steps.APART.values()
                if field not in petition_pages.not_shown(step, answers)
                or (form.problems and form.data.get(field))
            ],
        },
    }
    return said.get(step.name, {})


def _count(form: Form, answers: Answers) -> dict[str, int]:
    """How much of the story is written, and how much is needed of whoever does not tell it by word of mouth."""
    if not isinstance(form, forms.NarrativeForm):
        return {}
    least = 0 if told_answers.is_told(answers, "narrative") else NARRATIVE_MIN
    return {"written": len(clean_text(form.narrative.data or "")), "least": least, "most": NARRATIVE_MAX}


def _words_of_telling(step: Step, answers: Answers) -> dict[str, Any]:
    """Beside a text: that it may be told by word of mouth, or that it is already, which needs no tick here."""
    before = step.aloud in petition_pages.not_shown(step, answers)
    return {"told_before": before, "longest": int(VOICE_LONGEST.total_seconds() * 1000)}


def _about_number(answers: Answers) -> list[str]:
    if not answers.get("birth_year", "").isdigit() or not answers.get("paper_number"):
        return []
    kind, number = PaperKind(answers["paper_kind"]), answers["paper_number"]
    doubt = paper_warning(kind, number, int(answers["birth_year"]))
    return [_(doubt)] if doubt else []


def _about_time(answers: Answers) -> list[str]:
    late = _(
        "Luật cho khiếu nại trong 90 ngày từ ngày biết quyết định, việc làm. Việc của Ông/Bà đã quá 90 ngày. "
        "Ông/Bà vẫn gửi được. Nếu ốm đau, thiên tai, đi xa hay lý do khác làm chậm, hãy ghi vào phần kể việc: "
        "thời gian đó không tính."
    )
    return [late] if petition_steps.is_late(answers, _today()) else []


_NOTES: dict[str, Callable[[Answers], list[str]]] = {"home": _about_number, "settled": _about_time}
"""What the answer before a question calls for: the person should know it, nothing in it stops them.

The page to send shows it again.
"""


def _places(form: Form, answers: Answers) -> dict[str, Any]:
    """What was found for the name that was typed, as choices; the one that was chosen before comes first."""
    if not isinstance(form, forms.HomeForm | forms.PlaceForm):
        return {}
    field = form.lives_in if isinstance(form, forms.HomeForm) else form.happened_in
    places = found_places(field, form.find.data or "", [field.data or "", answers.get("lives_in", "")])
    if field.name == "lives_in":
        field.options.append((OTHER_PROVINCE, _("Tôi ở tỉnh, thành phố khác")))
    ask_old = places["in_part"] or answers.get("old_address") or form.data.get("old_address")
    return places | {"ask_old": bool(ask_old)}


@pages.get("/petitions/new/<draft>/protected")
@requires(Permission.BE_CITIZEN)
@of_draft
def protected(draft: str, answers: Answers) -> str:
    """The protected way in person, for a denouncer who asks for it (decree 154/2026 art. 20.4)."""
    return render("petition/protected.html", draft=draft)


@pages.get("/petitions/new/<draft>/elsewhere")
@requires(Permission.BE_CITIZEN)
@of_draft
def elsewhere(draft: str, answers: Answers) -> Any:
    """Where somebody is received who lives outside the pilot; what they wrote is kept."""
    if not petition_steps.is_outside(answers):
        return redirect(url_for(".go_on", draft=draft))
    return render("petition/elsewhere.html", draft=draft, place=localities.by_code(answers["lives_in"]))


@pages.route("/petitions/new/<draft>/review", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
@of_draft
def review(draft: str, answers: Answers) -> Any:
    """All answers to read; the draft's own key makes sending it twice the same petition."""
    form = Form()
    if request.method == "POST":
        before = petitions.submitted_with(draft, current_user.id)
        if before is not None:
            return redirect(url_for(".receipt", code=before.code), 303)
    if petition_steps.first_open(answers, _today()) is not None:
        return redirect(_first_open(draft, answers), 303)
    if request.method == "POST":
        try:
            petition = drafts.submit(by=as_citizen(), now=utc_now(), today=_today(), key=draft)
        except (InvalidInput, Conflict) as problem:
            form.blame(InvalidInput(problem.message))
        else:
            return redirect(url_for(".receipt", code=petition.code), 303)
    page = render(
        "petition/review.html",
        form=form,
        draft=draft,
        code=draft_code(draft),
        rows=summary_of(answers, _today()),
        beside=_beside(draft),
        notes=[note for find in _NOTES.values() for note in find(answers)],
        proofs=proofs.of_draft(current_user.id, draft, answers),
        myself=answers["on_behalf"] == OnBehalf.MYSELF,
    )
    return page, 409 if form.problems else 200
