"""Requests about personal data, for whoever answers them: what is due, and nothing of what petitions say."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ..clock import local, utc_now
from ..domain.data_requests import ANSWER_LABELS, KEPT_LABELS, Answer, KeptBecause
from ..domain.errors import Conflict, InvalidInput
from ..forms.following import AnswerForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import data_requests
from .common import as_officer, blamed

pages = Blueprint("data_requests", __name__, url_prefix="/data-requests")


@pages.app_template_global("open_data_requests")
def _count_open() -> int:
    """For the navigation of whoever answers; a template asks it of nobody else."""
    return data_requests.count_open()


@pages.get("")
@requires(Permission.ANSWER_DATA_REQUESTS)
def listing() -> str:
    return render(
        "data_requests/list.html",
        open_ones=data_requests.open_ones(),
        answered=data_requests.answered_ones(),
        labels=ANSWER_LABELS,
        today=local(utc_now()).date(),
    )


@pages.route("/<code>", methods=["GET", "POST"])
@requires(Permission.ANSWER_DATA_REQUESTS)
def page(code: str) -> Any:
    asked, form, status = data_requests.by_code(code), AnswerForm(), 200
    if form.validate_on_submit():
        try:
            data_requests.answer(code, *_decided(form), by=as_officer(), now=utc_now())
        except (InvalidInput, Conflict) as problem:
            status = blamed(form, problem)
        else:
            return redirect(url_for(".listing"), 303)
    if form.problems and status == 200:
        status = 422
    context = {"labels": ANSWER_LABELS, "kept_labels": KEPT_LABELS, "today": local(utc_now()).date()}
    held = data_requests.holdings(asked.account_id)
    return render("data_requests/page.html", asked=asked, form=form, held=held, **context), status


def _decided(form: AnswerForm) -> tuple[Answer, KeptBecause | None, str]:
    answer, ground = form.answer.data, form.kept_because.data
    return (
        Answer(answer) if answer in set(Answer) else Answer.OPEN,
        KeptBecause(ground) if ground in set(KeptBecause) else None,
        form.words.data or "",
    )
