"""Of which matter a new petition is: a new one, or that of a petition that the person sent before."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ...clock import local, utc_now
from ...domain.errors import Conflict, InvalidInput
from ...domain.petition_kinds import KIND_LABELS
from ...forms.petition import MatterForm
from ...models import Petition
from ...policy import Permission, requires
from ...rendering import render
from ...services import drafts, petitions
from ...services.told_answers import Answers
from . import pages
from .steps import of_draft

_NEW, _SHOWN = "new", 80


@pages.route("/petitions/new/<draft>/matter", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
@of_draft
def matter(draft: str, answers: Answers) -> Any:
    """The person chooses; nothing is put together by itself."""
    mine = petitions.list_of_citizen(current_user.id)
    form, status = MatterForm(), 200
    form.of.options = [(_NEW, _("Một việc mới")), *((one.code, _named(one)) for one in mine)]
    if request.method == "POST":
        try:
            chosen = next((one for one in mine if one.code == form.of.data), None)
            if chosen is None and form.of.data != _NEW:
                raise InvalidInput("Hãy chọn một việc trong danh sách.", "of")
            drafts.stand_beside(current_user.id, draft, chosen, now=utc_now())
        except (InvalidInput, Conflict) as problem:
            form.blame(InvalidInput(problem.message, "of"))
            status = 422 if isinstance(problem, InvalidInput) else 409
        else:
            return redirect(url_for(".go_on", draft=draft), 303)
    else:
        begun = drafts.of(current_user.id, draft)
        form.of.data = begun.beside.code if begun and begun.beside else _NEW
    told = {one.code: _few_words(one.narrative) for one in mine if not one.is_denunciation}
    return render("petition/matter.html", form=form, draft=draft, told=told), status


def _few_words(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} …"


def _named(petition: Petition) -> str:
    kind = _(KIND_LABELS[petition.kind])
    return _("%(kind)s, gửi ngày %(day)s", kind=kind, day=f"{local(petition.submitted_at):%d/%m/%Y}")
