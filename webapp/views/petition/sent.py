"""A petition that was sent in: its receipt, its page, additions, withdrawal."""

from typing import Any

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ...clock import local, utc_now
from ...documents import issued
from ...domain.codes import new_code
from ...domain.errors import Conflict, InvalidInput, TooMany
from ...domain.following import WAITS_LABELS
from ...domain.petition_kinds import KIND_LABELS
from ...domain.telling import STEPS_OF_CITIZEN, TELLING_SENTENCES, StatementStep
from ...domain.visit_flow import LIVE
from ...forms import Form
from ...forms.petition import AdditionForm, ObjectionForm, WithdrawalForm
from ...integrations import objects
from ...models import Petition
from ...policy import Permission, requires
from ...rendering import render
from ...services import (
    cases,
    drafts,
    issued_documents,
    petition_changes,
    petitions,
    proofs,
    statements,
    timeline,
    visits,
)
from ..common import as_citizen, request_key, shown_pdf, small_number
from . import pages
from .receipt_words import first_answer, receipt_paper, what_is_told
from .words import about


@pages.get("/petitions/<code>")
@requires(Permission.BE_CITIZEN)
def page(code: str) -> str:
    return _page(petitions.of_citizen(code, current_user.id), ObjectionForm(formdata=None))


def _page(petition: Petition, objection: ObjectionForm) -> str:
    mine = [visit for visit in visits.list_of_citizen(current_user.id) if visit.petition_id == petition.id]
    context = {
        "visits": mine,
        "kind_labels": KIND_LABELS,
        "timeline": timeline.of(petition),
        "proofs": proofs.of_petition(petition),
        "same_case": cases.others_of_citizen(petition),
        "same_drafts": [(draft, about(draft.answers)) for draft in drafts.of_case(petition)],
        "fresh": new_code(),
        "waits_labels": WAITS_LABELS,
        "today": local(utc_now()).date(),
        "statement": statements.of(petition),
        "objection": objection,
        "telling_sentences": TELLING_SENTENCES,
    }
    return render("petition/page.html", petition=petition, **context)


@pages.post("/petitions/<code>/statement")
@requires(Permission.BE_CITIZEN)
def answer_statement(code: str) -> Any:
    """What the officer wrote down is right, or what in it is not."""
    petition, form = petitions.of_citizen(code, current_user.id), ObjectionForm()
    version, what = small_number(request.form.get("version")), request.form.get("answer", "")
    try:
        if version is None or what not in STEPS_OF_CITIZEN:
            raise Conflict
        about: dict[str, Any] = {"by": as_citizen(), "now": utc_now(), "key": request_key()}
        words = form.reason.data or ""
        statements.answer(petition.id, StatementStep(what), words, version=version, **about)
    except (InvalidInput, Conflict) as problem:
        status = _blamed(form, problem)
        return _page(petition, form), status
    return redirect(url_for(".page", code=petition.code, _anchor="statement"), 303)


@pages.get("/petitions/<code>/receipt")
@requires(Permission.BE_CITIZEN)
def receipt(code: str) -> str:
    """That it has come, when, under which code, and what follows; nothing of what it is about."""
    petition = petitions.of_citizen(code, current_user.id)
    following, due = drafts.left_by(petition), first_answer(petition)
    return render(
        "petition/receipt.html",
        petition=petition,
        following=following,
        due=due,
        told=what_is_told(petition),
        telling_sentences=TELLING_SENTENCES,
    )


@pages.get("/petitions/<code>/receipt.pdf")
@requires(Permission.BE_CITIZEN)
def receipt_pdf(code: str) -> Response:
    """The same to keep or to print, as it was issued in this language."""
    petition = petitions.of_citizen(code, current_user.id)
    paper = receipt_paper(petition, current_app.config["SETTINGS"])
    name = f"bien-nhan-{petition.code}.pdf"
    document = issued.of_petition(petition, paper, store=objects, by=as_citizen(), now=utc_now())
    return shown_pdf(issued_documents.content_of(document, objects), name)


@pages.route("/petitions/<code>/add", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def add(code: str) -> Any:
    """Something to add: it stands beside the petition with its date."""
    petition, form = petitions.of_citizen(code, current_user.id), AdditionForm()
    status, headers = 200, {}
    if request.method == "POST":
        typed = form.body.data or ""
        try:
            petition_changes.add(petition.id, typed, by=as_citizen(), now=utc_now(), key=request_key())
        except (InvalidInput, Conflict) as problem:
            status = _blamed(form, problem)
        except TooMany as problem:
            form.blame(InvalidInput(problem.message, "body"))
            status, headers = 429, {"Retry-After": str(problem.retry_after)}
        else:
            return redirect(url_for(".page", code=petition.code), 303)
    return render("petition/add.html", petition=petition, form=form), status, headers


@pages.route("/petitions/<code>/withdraw", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def withdraw(code: str) -> Any:
    """Take the petition back, with a reason; whoever waits for their turn gives the number up."""
    petition, form = petitions.of_citizen(code, current_user.id), WithdrawalForm()
    visit, status = visits.open_of_petition(petition.id), 200
    if request.method == "POST":
        why = form.reason.data or ""
        try:
            petition_changes.withdraw(petition.id, why, by=as_citizen(), now=utc_now(), key=request_key())
        except (InvalidInput, Conflict) as problem:
            status = _blamed(form, problem)
        else:
            return redirect(url_for(".page", code=petition.code), 303)
    busy = visit is not None and visit.state in LIVE
    return render("petition/withdraw.html", petition=petition, form=form, visit=visit, busy=busy), status


def _blamed(form: Form, problem: InvalidInput | Conflict) -> int:
    """Put it into the form; the status that says which of the two it was."""
    form.blame(problem if isinstance(problem, InvalidInput) else InvalidInput(problem.message))
    return 422 if isinstance(problem, InvalidInput) else 409
