"""The recording: pieces and gaps from the desk, the sign in every room, and listening afterwards."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from ..clock import utc_now
from ..domain.errors import InvalidInput, NotAllowed, NotFound
from ..domain.recording import (
    DECISION_LABELS,
    KIND_LABELS,
    PIECE_MOST,
    REASON_LABELS,
    SILENCE,
    Decision,
    GapReason,
    Missing,
    RecordingState,
)
from ..domain.retention import RETENTION
from ..extensions import limiter
from ..forms.screens import ReasonForm
from ..integrations import objects
from ..models import Recording, RecordingGap, Visit
from ..policy import Permission, permits, requires
from ..rendering import render
from ..services import petitions, recordings, visits
from ..services.recordings import Piece
from .common import as_officer, modes_context, small_number

pages = Blueprint("recordings", __name__)

HEARD_FOR = timedelta(hours=4)
"""So long one opening lasts, in the session in which its reason was given."""


def sign_context(visit: Visit) -> dict[str, Any]:
    """What `room/_recording.html` shows."""
    return {
        "sign": recordings.sign_of(visit.id),
        "missing_labels": KIND_LABELS,
        "reason_labels": REASON_LABELS,
    }


@pages.put("/desk/recording/<code>/<take>/<int:number>")
@requires(Permission.RECEIVE)
@limiter.limit("600/minute")
def piece(code: str, take: str, number: int) -> Any:
    """Some seconds as the browser's recorder hands them out; the same again is answered alike."""
    if (request.content_length or 0) > PIECE_MOST:
        raise RequestEntityTooLarge
    now = utc_now()
    sent = Piece(
        take=take,
        number=number,
        media_type=request.content_type or "",
        content=request.get_data(),
        began_at=_moment(request.args.get("began"), now),
        ended_at=_moment(request.args.get("ended"), now),
    )
    visit = visits.by_code(code)
    new = recordings.add_piece(visit.id, sent, by=as_officer(), now=now, store=objects)
    return jsonify(new=new), 201 if new else 200


def _moment(ago: str | None, now: datetime) -> datetime:
    """Browsers tell how many milliseconds ago it was: their clocks may be wrong."""
    past = small_number(ago)
    if past is None:
        raise InvalidInput("Đây không phải là một đoạn ghi âm, ghi hình.")
    return now - timedelta(milliseconds=past)


@pages.post("/desk/recording/<code>/gap")
@requires(Permission.RECEIVE)
def gap(code: str) -> Any:
    """The browser tells what is missing since when; without a reason it is there again."""
    visit, now, form = visits.by_code(code), utc_now(), request.form
    kind, reason = form.get("kind", ""), form.get("reason", "")
    if kind not in set(Missing) or (reason and reason not in set(GapReason)):
        raise InvalidInput("Chưa rõ bản ghi thiếu gì.", "reason")
    moment = _moment(form.get("ago"), now)
    if reason:
        recordings.note_gap(visit.id, Missing(kind), GapReason(reason), moment, by=as_officer(), now=now)
    else:
        recordings.close_gap(visit.id, Missing(kind), moment, by=as_officer(), now=now)
    return "", 204


@pages.post("/desk/recording/<code>/decision/<decision>")
@requires(Permission.RECEIVE)
def decide(code: str, decision: str) -> Any:
    """The chair goes on, or lets the reception rest."""
    visit = visits.by_code(code)
    if decision not in set(Decision):
        raise NotFound
    recordings.decide(visit.id, Decision(decision), by=as_officer(), now=utc_now())
    if request.accept_mimetypes.best == "application/json":
        return "", 204
    return redirect(url_for("desk.page"), 303)


@pages.get("/recordings")
@requires(Permission.HEAR_RECORDING)
def listing() -> str:
    found = recordings.newest(current_user.id, hears_all=_hears_all())
    return render("recordings/list.html", recordings=found, RecordingState=RecordingState)


@pages.route("/recordings/<code>", methods=["GET", "POST"])
@requires(Permission.HEAR_RECORDING)
def page(code: str) -> Any:
    """What is known of a recording; with a reason given, its sound and picture."""
    recording, form = _found(code), ReasonForm()
    if form.validate_on_submit():
        try:
            recordings.listen(recording.id, form.reason.data or "", by=as_officer(), now=utc_now())
        except InvalidInput as problem:
            form.blame(problem)
        else:
            _remember(code)
            return redirect(url_for(".page", code=code), 303)
    shown = render(
        "recordings/page.html",
        recording=recording,
        visit=recording.visit,
        gaps=[one for one in recording.gaps if _is_shown(one)],
        heard=_is_heard(code),
        form=form,
        missing_labels=KIND_LABELS,
        reason_labels=REASON_LABELS,
        decision_labels=DECISION_LABELS,
        retention=RETENTION[recording.retention],
        kept_to=recordings.kept_to(recording),
        RecordingState=RecordingState,
        has_record=_has_record(recording.visit),
        **modes_context(recording.visit),
    )
    return shown, 422 if form.problems else 200


@pages.get("/recordings/<code>/file")
@requires(Permission.HEAR_RECORDING)
def file(code: str) -> Response:
    """The one file, any part of it, for the page that gave its reason."""
    recording = _found(code)
    if not _is_heard(code):
        raise NotAllowed("Hãy ghi lý do ở trang của bản ghi trước khi nghe.")
    content = recordings.whole(recording, objects)
    response = Response(
        wrap_file(request.environ, content, 64 * 1024), mimetype=recording.media_type, direct_passthrough=True
    )
    response.content_length = content.size
    response.set_etag(recording.sha256 or "")
    return response.make_conditional(request, accept_ranges=True, complete_length=content.size)


def _found(code: str) -> Recording:
    return recordings.for_listener(code, current_user.id, hears_all=_hears_all())


def _has_record(visit: Visit) -> bool:
    """Whether this person may read the minutes too."""
    may = permits(current_user, Permission.OPEN_IDENTITY)
    return may and visit.ended_at is not None and petitions.may_open_identity(visit.petition_id, as_officer())


def _hears_all() -> bool:
    return permits(current_user, Permission.HEAR_EVERY_RECORDING)


def _is_shown(one: RecordingGap) -> bool:
    """Shorter than anyone could hear, and nobody decided on it: no line on the page."""
    return one.ended_at is None or one.ended_at - one.began_at > SILENCE or one.decision is not None


def _remember(code: str) -> None:
    """The last three openings; a session is small."""
    heard = {**session.get("heard", {}), code: (utc_now() + HEARD_FOR).timestamp()}
    session["heard"] = dict(sorted(heard.items(), key=lambda one: one[1])[-3:])


def _is_heard(code: str) -> bool:
    return bool(session.get("heard", {}).get(code, 0) > utc_now().timestamp())
