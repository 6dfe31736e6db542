"""What a page of the petition sends in, and what it says of itself for that."""

from typing import Any

from flask import request

from ...domain.codes import new_code
from ...forms import Form
from ...services import drafts, petition_pages
from ...services.petition_steps import Step
from ...services.told_answers import Answers
from ..common import optional_key


def answers_of(step: Step, form: Form, answers: Answers) -> Answers:
    """The answers of this page; what it did not ask for stays as it was answered before."""
    unasked = petition_pages.not_shown(step, answers)
    if "old_address" not in request.form:
        unasked.add("old_address")
    typed = {field: str(form.data[field] or "").replace("\x00", "") for field in step.fields}
    return {
        field: text or (answers.get(field, "") if field in unasked else "") for field, text in typed.items()
    }


def seen() -> drafts.Seen | None:
    """What the page knew of the texts saved before; a form put together otherwise knows nothing."""
    base = request.form.get("base")
    return None if base is None else drafts.Seen(optional_key() or "", base)


def marks(step: Step, answers: Answers, saved: Answers | None) -> dict[str, Any]:
    """What the page will know when it is sent in: of which saved texts it is the next version, and its own key.

    `saved` are texts that were saved elsewhere meanwhile, which it shows.
    """
    if not saved and "base" in request.form:
        base = request.form["base"]
    else:
        base = drafts.mark_of(saved or drafts.texts_of(step.fields, answers))
    return {"saved": saved, "base": base, "page_key": optional_key() or new_code()}
