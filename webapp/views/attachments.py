"""Voice messages, pictures and files of a visit: sent in pieces by scripts, in one form without them."""

import io
import re
from typing import Any

from flask import Blueprint, jsonify, redirect, request, send_file, url_for
from flask_login import current_user
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.attachments import MOST, PIECE, AttachmentKind
from ..domain.errors import DomainError, InvalidInput, NotFound
from ..domain.media_types import SUFFIXES
from ..domain.visit_flow import By
from ..extensions import csrf, limiter
from ..forms.screens import AttachmentForm, MessageForm
from ..integrations import inspection, objects, sound
from ..models import Attachment, Visit
from ..policy import Permission, requires
from ..rendering import render
from ..services import attachments, voice_forms
from ..services.actor import Actor
from ..services.attachments import Announced
from .common import OPENED_ALONE, request_key, side_of, small_number
from .room import room_context

pages = Blueprint("attachments", __name__, url_prefix="/visits/<code>/room/attachments")

_FORM_MOST = MOST[AttachmentKind.FILE] + 64 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _sender_of(code: str) -> tuple[Visit, Actor]:
    """The two sides of a visit send; a guest hears and sees. Raises NotFound."""
    visit, actor = side_of(code)
    if actor.by is By.GUEST:
        raise NotFound
    return visit, actor


def _is_since_admission(found: Attachment) -> bool:
    since = current_user.participant.admitted_at
    return found.message is not None and since is not None and found.message.sent_at >= since


@pages.post("/new")
@requires(Permission.TAKE_PART)
@limiter.limit("60/minute")
def begin(code: str) -> Response:
    """Announce what will be sent; the answer says which pieces are there already."""
    visit, actor = _sender_of(code)
    begun = attachments.begin(visit.id, _announced(), by=actor, now=utc_now(), key=request_key())
    return jsonify(code=begun.code, pieces=begun.pieces, have=begun.have, message=begun.message_id)


def _announced() -> Announced:
    """What the form says. Raises DomainError: it is no form of ours."""
    told = request.form
    size, duration = small_number(told.get("size")), small_number(told.get("duration"))
    kind, sha256 = told.get("kind"), told.get("sha256", "")
    spoken = (kind == AttachmentKind.VOICE) == (duration is not None)
    if kind not in set(AttachmentKind) or size is None or not spoken or not _SHA256.fullmatch(sha256):
        raise DomainError
    return Announced(AttachmentKind(kind), size, sha256, duration, told.get("name", ""))


@pages.put("/<attachment>/<int:number>")
@requires(Permission.TAKE_PART)
@limiter.limit("1800/minute")
def put_piece(code: str, attachment: str, number: int) -> Any:
    """One piece, as it is; nothing longer than a piece is read."""
    if request.content_length is None:
        raise LengthRequired
    if request.content_length > PIECE:
        raise RequestEntityTooLarge
    visit, actor = _sender_of(code)
    piece = request.get_data()
    attachments.put_piece(visit.id, attachment, number, piece, store=objects, by=actor, now=utc_now())
    return "", 204


@pages.post("/<attachment>/whole")
@requires(Permission.TAKE_PART)
@limiter.limit("60/minute")
def finish(code: str, attachment: str) -> Any:
    """Everything is sent: it becomes a message, once."""
    visit, actor = _sender_of(code)
    about: dict[str, Any] = {"store": objects, "look": inspection.for_chat}
    message = attachments.finish(visit.id, attachment, by=actor, now=utc_now(), **about)
    return jsonify(message=message.id), 201


@pages.get("/<attachment>")
@requires(Permission.TAKE_PART)
def content(code: str, attachment: str) -> Response:
    """The thing itself, or the part that is asked for; asked anew each time whether it may be seen."""
    visit, actor = side_of(code)
    found, whole = attachments.read(visit.id, attachment, store=objects)
    return _given(found, whole, found.media_type or "", found.sha256, actor)


@pages.get("/<attachment>/mp3")
@requires(Permission.TAKE_PART)
def voice_as_mp3(code: str, attachment: str) -> Response:
    """A voice message for browsers that play neither WebM nor Ogg (iPhones before iOS 17)."""
    visit, actor = side_of(code)
    found, made = voice_forms.read(visit.id, attachment, "mp3", sound.as_mp3, store=objects)
    return _given(found, made, "audio/mpeg", f"{found.sha256}-mp3", actor)


def _given(found: Attachment, whole: bytes, media_type: str, etag: str, actor: Actor) -> Response:
    if actor.by is By.GUEST and not _is_since_admission(found):
        raise NotFound
    response = send_file(
        io.BytesIO(whole),
        mimetype=media_type,
        as_attachment=found.kind is AttachmentKind.FILE,
        download_name=found.name or f"{found.kind.value}-{found.message_id}{SUFFIXES.get(media_type, '')}",
        etag=etag,
        conditional=True,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = OPENED_ALONE
    return response


@csrf.exempt
@pages.post("")
@requires(Permission.TAKE_PART)
@limiter.limit("30/minute")
def send(code: str) -> Any:
    """The form that works without scripts: one picture or file.

    It may carry more than other forms; so the token is looked at here, once that is said.
    """
    request.max_content_length = _FORM_MOST
    visit, actor = _sender_of(code)
    form, status = AttachmentForm(formdata=None), 422
    try:
        csrf.protect()
        file = request.files.get("file")
        sent, name = (file.read(), file.filename or "") if file else (b"", "")
        about: dict[str, Any] = {"store": objects, "look": inspection.for_chat}
        attachments.send(visit.id, sent, name, by=actor, now=utc_now(), key=request_key(), **about)
    except RequestEntityTooLarge:
        form.blame(InvalidInput("Tệp nặng quá 10 MB. Hãy gửi tệp nhỏ hơn.", "file"))
        status = 413
    except InvalidInput as problem:
        form.blame(problem)
    else:
        where = "desk.page" if actor.by is By.OFFICER else "room.page"
        return redirect(url_for(where, code=None if actor.by is By.OFFICER else code, _anchor="attach"), 303)
    if actor.by is By.OFFICER:
        raise InvalidInput(form.problems[0][1])
    context = room_context(visit, actor.by) | {"attachment_form": form}
    return render("room/page.html", form=MessageForm(formdata=None), **context), status
