"""The petitions that one is writing: go on with one, begin another, give one up."""

from typing import Any

from flask import redirect, request, url_for
from flask_login import current_user

from ...clock import utc_now
from ...domain.codes import new_code
from ...integrations import objects
from ...policy import Permission, requires
from ...rendering import render
from ...services import drafts
from ...services.told_answers import Answers
from ..common import as_citizen
from . import pages
from .steps import of_draft
from .words import about


@pages.get("/petitions/new")
@requires(Permission.BE_CITIZEN)
def new() -> Any:
    """The drafts there are; without any, the first question of a new one.

    A new draft's key stands in its address and the draft begins with its first answer, so that
    whoever presses twice begins one.
    """
    mine, fresh = drafts.list_of(current_user.id), new_code()
    if not mine:
        return redirect(url_for(".step", draft=fresh, name="kind"))
    found = [(draft, about(draft.answers)) for draft in mine]
    return render("petition/begun.html", found=found, fresh=fresh, full=len(mine) >= drafts.MOST)


@pages.route("/petitions/new/<draft>/discard", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
@of_draft
def discard(draft: str, answers: Answers) -> Any:
    """Give a draft up, after a question: what was written is gone then."""
    if request.method == "POST":
        drafts.discard(draft, store=objects, by=as_citizen(), now=utc_now())
        return redirect(url_for("account.page"), 303)
    return render("petition/discard.html", draft=draft, words=about(answers))
