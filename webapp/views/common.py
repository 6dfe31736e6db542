"""What several views need: the request's key and safe ways back."""

from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_login import current_user
from werkzeug.wrappers import Response

from ..domain.call_modes import CAUSE_LABELS, MODE_LABELS
from ..domain.codes import is_code, is_request_key
from ..domain.errors import DomainError, InvalidInput, NotFound
from ..domain.texts import N_
from ..errors import status_of
from ..forms import Form
from ..models import Visit
from ..policy import Permission, is_guest, permits
from ..services import room, visits
from ..services.actor import Actor, bridge, citizen, guest, officer

OPENED_ALONE = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
"""The policy of a file that someone gave us: whatever it is, nothing in it runs."""


def shown_pdf(content: bytes, name: str) -> Response:
    """A PDF that opens in the browser, and has this name where it is saved."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response


def modes_context(visit: Visit) -> dict[str, Any]:
    """How people could talk during the visit: it stands wherever staff or the citizen read of that."""
    return {
        "mode_changes": room.mode_changes(visit.id),
        "mode_labels": MODE_LABELS,
        "cause_labels": CAUSE_LABELS,
    }


class KeyMissing(DomainError):
    """The form carries no usable key, so it is not one of our pages'."""

    message = N_("Trang gửi lên thiếu hoặc sai. Hãy quay lại, tải lại trang rồi gửi lần nữa.")


_DRAFT = "new-"


def draft_code(key: str) -> str:
    """How addresses of files name a draft, where a petition has its code."""
    return f"{_DRAFT}{key}"


def draft_key(code: str) -> str | None:
    """The draft that an address names; None: it names a petition. Raises NotFound."""
    if not code.startswith(_DRAFT):
        return None
    key = code.removeprefix(_DRAFT)
    if not is_code(key):
        raise NotFound
    return key


def blamed(form: Form, problem: DomainError, field: str | None = None) -> int:
    """Put a refusal beside the field that it is about; returns the status of the page that shows it."""
    form.blame(InvalidInput(problem.message, field or problem.field))
    return status_of(problem)


def request_key() -> str:
    """The key that makes a repeated request the same request. Raises KeyMissing."""
    key = request.form.get("key", "")
    if not is_request_key(key):
        raise KeyMissing
    return key


def optional_key() -> str | None:
    """The request's key where it carries one: for forms that are not refused without."""
    key = request.form.get("key")
    return key if is_request_key(key) else None


def small_number(text: str | None) -> int | None:
    """A whole number that a database key can be, or nothing."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def by_account() -> str:
    """Limits count by account where many share one address, as at a bridge point."""
    return f"account:{getattr(current_user, 'id', None)}"


def as_citizen() -> Actor:
    return citizen(current_user.id)


def as_self() -> Actor:
    """For what everyone does with their own account."""
    return officer(current_user.id) if current_user.is_staff else citizen(current_user.id)


def as_officer() -> Actor:
    return officer(current_user.id)


def as_bridge() -> Actor:
    return bridge(current_user.id)


def side_of(code: str) -> tuple[Visit, Actor]:
    """The visit and in which capacity this person takes part. Raises NotFound."""
    if is_guest(current_user):
        return visits.of_guest(code, current_user.participant.id), guest(current_user.participant.id)
    if permits(current_user, Permission.RECEIVE):
        visit = visits.by_code(code)
        if visit.officer_id != current_user.id:
            raise NotFound
        return visit, officer(current_user.id)
    return visits.of_citizen(code, current_user.id), citizen(current_user.id)


def way_back(default: str) -> str:
    """`next` of the request when it leads into this site, else the default."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if inside and "\n" not in wanted and "\r" not in wanted else default
