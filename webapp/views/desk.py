"""The officer's desk: queue, room, record on one page."""

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput
from ..domain.helping import CONFIRMED_SENTENCES
from ..domain.identity_levels import LEVEL_LABELS
from ..domain.identity_papers import PAPER_LABELS, masked
from ..domain.outcomes import OutcomeKind, RefusalGround
from ..domain.petition_kinds import KIND_LABELS_FOR_STAFF, Gate
from ..domain.visit_flow import Action, By, State, can
from ..forms.screens import CloseForm, MessageForm, ReasonForm
from ..models import Desk, Visit
from ..policy import Permission, permits, requires
from ..rendering import page_or_fragment, render
from ..services import (
    call_backs,
    cases,
    desks,
    help_at_point,
    minutes,
    petition_contents,
    petitions,
    phone_change_at_desk,
    preparation,
    proofs,
    queue,
    reception,
    statement_tasks,
    visits,
)
from ..services import identity as identities
from . import evidence_rows as rows
from .common import as_officer, request_key, small_number
from .recordings import sign_context
from .room import line_context, mark_read, room_context
from .staff_petition import PETITION_WORDS, opened_context
from .statement_words import statement_context

pages = Blueprint("desk", __name__, url_prefix="/desk")


@pages.get("")
@requires(Permission.READ_QUEUE)
def page() -> str:
    return _page(CloseForm())


def _page(form: CloseForm) -> str:
    desk = desks.held_by(current_user.id)
    visit = _shown_visit(desk)
    context: dict[str, Any] = {**queue_context(desk), "desks": desks.all_desks(), "form": form}
    if visit is not None:
        context |= record_context(visit) | room_context(visit, By.OFFICER)
        mark_read(context, as_officer())
    return render("desk/page.html", message_form=MessageForm(), times=reception.TIMES, **context)


def _shown_visit(desk: Desk | None) -> Visit | None:
    """The visit in hand; else the interrupted one the officer asked to see, to close it."""
    if desk is None:
        return None
    in_hand = visits.at_desk(desk.id)
    wanted = request.args.get("visit")
    if in_hand is None and wanted:
        visit = visits.by_code(wanted)
        if visit.officer_id == current_user.id and visit.state is State.INTERRUPTED:
            return visit
    return in_hand


def queue_context(desk: Desk | None) -> dict[str, Any]:
    now = utc_now()
    opened, asked = queue.open_sittings(now), None if desk else small_number(request.args.get("sitting"))
    sitting = desks.sitting_of(current_user.id, now, asked=asked)
    ready = preparation.ready_points(sitting.id) if sitting else frozenset()
    return {
        "desk": desk,
        "sitting": sitting,
        "opened": opened,
        "waiting_in": {one.id: queue.waiting_count(one.id) for one in opened} if len(opened) > 1 else {},
        "queue": queue.in_order(sitting.id) if sitting else [],
        "next_number": queue.next_number(sitting.id, now, ready) if sitting else None,
        "ready_points": ready,
        "held_up": queue.held_up(sitting.id, now, ready) if sitting else [],
        "in_hand": visits.at_desk(desk.id) if desk else None,
        "owed_calls": call_backs.owed_by(current_user.id),
        **told_count(now),
        "kind_labels": KIND_LABELS_FOR_STAFF,
        "State": State,
        "Gate": Gate,
    }


def told_count(now: datetime) -> dict[str, Any]:
    """How many statements wait for somebody, and whether this officer has any in hand."""
    if not permits(current_user, Permission.WRITE_STATEMENTS):
        return {}
    by = as_officer()
    return {"told_waiting": statement_tasks.count(by, now), "told_taken": statement_tasks.has_any(by)}


def record_context(visit: Visit) -> dict[str, Any]:
    petitioner = visit.petition.petitioner
    return {
        "visit": visit,
        "petitioner": None if petitioner.sealed else petitioner,
        "content": petition_contents.content_of(visit.petition),
        "proofs": proofs.of_petition(visit.petition),
        "same_case": cases.others_for_staff(visit.petition),
        **PETITION_WORDS,
        "paper": None if petitioner.sealed else masked(petitioner.paper_number),
        "paper_labels": PAPER_LABELS,
        "standing": identities.standing_of(visit.petition.account, petitioner),
        "level_labels": LEVEL_LABELS,
        "written_for": None if petitioner.sealed else help_at_point.helped_with(petitioner.petition_id),
        "confirmed_sentences": CONFIRMED_SENTENCES,
        "phone_may_move": phone_change_at_desk.is_possible(visit, by=as_officer()),
        "earlier": [] if petitioner.sealed else identities.earlier_with(petitioner),
        **line_context(visit),
        "kind_labels": KIND_LABELS_FOR_STAFF,
        "can": {action.value for action in Action if can(action, visit.state, By.OFFICER)},
        "State": State,
        **sign_context(visit),
        **statement_context(visit),
    }


@pages.get("/queue")
@requires(Permission.READ_QUEUE)
def queue_part() -> Response:
    context = queue_context(desks.held_by(current_user.id))
    return page_or_fragment("desk/_queue.html", "desk/_queue.html", **context)


@pages.get("/visit/<code>")
@requires(Permission.RECEIVE)
def visit_part(code: str) -> Response:
    """The head of the visit in hand: its state, and what can be done now."""
    visit = _own(code)
    return page_or_fragment("desk/_visit.html", "desk/_visit.html", desk=visit.desk, **record_context(visit))


@pages.post("/open")
@requires(Permission.RECEIVE)
def open_desk() -> Response:
    desk_id = small_number(request.form.get("desk"))
    if desk_id is None:
        raise NotFound
    sitting = small_number(request.form.get("sitting"))
    desks.open_desk(desk_id, by=as_officer(), now=utc_now(), sitting_id=sitting)
    return redirect(url_for(".page"), 303)


@pages.post("/sitting/<int:sitting>")
@requires(Permission.RECEIVE)
def choose_sitting(sitting: int) -> Response:
    """Where several are open: the one in which this desk calls from now on."""
    desks.choose_sitting(sitting, by=as_officer(), now=utc_now())
    return redirect(url_for(".page"), 303)


@pages.post("/close")
@requires(Permission.RECEIVE)
def close_desk() -> Response:
    desks.close_desk(_held().id, by=as_officer(), now=utc_now())
    return redirect(url_for(".page"), 303)


def _held() -> Desk:
    desk = desks.held_by(current_user.id)
    if desk is None:
        raise Conflict("Hãy mở bàn trước.")
    return desk


@pages.post("/call-next")
@requires(Permission.RECEIVE)
def call_next() -> Any:
    shown = small_number(request.form.get("sitting"))  # the page's own: meanwhile a duty elsewhere may begin
    sitting = desks.sitting_of(current_user.id, utc_now(), asked=shown)
    if sitting is None:
        raise Conflict("Hiện không có buổi tiếp nào đang mở.")
    visit = reception.call_next(_held().id, sitting.id, by=as_officer(), now=utc_now(), key=request_key())
    return _moved(visit)


@pages.post("/visit/<code>/<action>")
@requires(Permission.RECEIVE)
def act(code: str, action: str) -> Any:
    """Call this one, send back, no-show."""
    visit = visits.by_code(code)
    about: dict[str, Any] = {"by": as_officer(), "now": utc_now(), "key": request_key()}
    if action == "call":
        moved = reception.call(visit.id, _held().id, **about)
    elif action == "send-back":
        moved = reception.send_back(visit.id, **about)
    elif action == "no-show":
        moved = reception.mark_no_show(visit.id, **about)
    else:
        raise NotFound
    return _moved(moved)


def _moved(visit: Visit) -> Any:
    """A script is told the visit; a form goes back to the desk."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(visit=visit.code, number=visit.number, state=visit.state)
    return redirect(url_for(".page"), 303)


@pages.post("/visit/<code>/minutes")
@requires(Permission.RECEIVE)
def save_minutes(code: str) -> Any:
    """Autosaved while the officer types; the answer says when, or why not, with the newer version in its way."""
    visit = _own(code)
    base = small_number(request.form.get("base"))
    if base is None:
        raise Conflict
    by_script = request.accept_mimetypes.best == "application/json"
    try:
        saved = minutes.save(
            visit.id, request.form.get("body", ""), base_version=base, by=as_officer(), now=utc_now()
        )
    except minutes.MinutesMoved as problem:
        if not by_script:
            raise
        newer = visit.minutes
        about = {"version": newer.version, "body": newer.body} if newer else {"version": 0, "body": ""}
        return jsonify(problem=_(problem.message), **about), 409
    if by_script:
        return jsonify(version=saved.version, at=saved.at.isoformat())
    return redirect(url_for(".page"), 303)


@pages.post("/visit/<code>/close")
@requires(Permission.RECEIVE)
def close_visit(code: str) -> Any:
    """End the visit with its outcome; what was typed stays when something is missing."""
    visit, form = _own(code), CloseForm()
    try:
        _save_typed(visit)  # first: they stay whatever is missing
        if form.validate_on_submit():
            _close(visit, form)
            return redirect(url_for(".page"), 303)
    except InvalidInput as problem:
        form.blame(problem)
    return _page(form), 422


def _save_typed(visit: Visit) -> None:
    """The minutes that came along with the form, where they did."""
    body, base = request.form.get("body"), small_number(request.form.get("base"))
    if body is not None and base is not None:
        minutes.save(visit.id, body, base_version=base, by=as_officer(), now=utc_now())


def _close(visit: Visit, form: CloseForm) -> None:
    if form.outcome.data not in set(OutcomeKind):
        raise InvalidInput("Hãy chọn hướng xử lý.", "outcome")
    ground = form.ground.data or ""
    if ground and ground not in set(RefusalGround):
        raise InvalidInput("Từ chối tiếp phải ghi rõ căn cứ.", "ground")
    reception.close(
        visit.id,
        OutcomeKind(form.outcome.data),
        RefusalGround(ground) if ground else None,
        form.explanation.data or "",
        by=as_officer(),
        now=utc_now(),
        key=request_key(),
    )


@pages.route("/visit/<code>/identity", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
def identity(code: str) -> Any:
    """Who petitions, in full; of a denouncer a reason first. The audit trail keeps who and why."""
    visit, form = rows.entitled_visit(code), ReasonForm()
    shown: dict[str, Any] = {}
    if request.method == "GET":
        return render("desk/identity.html", visit=visit, form=form)
    try:
        why = form.reason.data or ""
        petitions.open_identity(visit.petition_id, reason=why, by=as_officer(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
    else:
        mine = visit.officer_id == current_user.id
        files = rows.of_visit(visit) if mine else rows.of_sealed(visit.petition)
        shown = opened_context(visit.petition) | {"files": files}
    return render("desk/identity.html", visit=visit, form=form, **shown), 422 if form.problems else 200


@pages.route("/visit/<code>/gate", methods=["GET", "POST"])
@requires(Permission.DECIDE_GATE)
def gate(code: str) -> Any:
    """Decide on a denunciation before it is called (decree 154/2026 art. 20.4)."""
    visit, form = visits.by_code(code), ReasonForm()
    if form.validate_on_submit():
        try:
            reception.decide_gate(
                visit.id,
                online=request.form.get("online") == "yes",
                reason=form.reason.data or "",
                by=as_officer(),
                now=utc_now(),
                key=request_key(),
            )
        except InvalidInput as problem:
            form.blame(problem)
        else:
            desk = desks.held_by(current_user.id)
            if desk is not None and visits.at_desk(desk.id) is not None:
                # A second desk would take the call that is on.
                return redirect(url_for(".gate", code=code, done=1), 303)
            return redirect(url_for(".page"), 303)
    if visit.petition.gate is not Gate.AWAITING:
        if request.args.get("done"):
            return render("desk/decided.html", visit=visit)
        raise NotFound
    content = petition_contents.content_of(visit.petition)
    entitled = petitions.may_open_identity(visit.petition_id, as_officer())
    page = render(
        "desk/gate.html", visit=visit, form=form, content=content, entitled=entitled, **PETITION_WORDS
    )
    return page, 422 if form.problems else 200


def _own(code: str) -> Visit:
    """The visit, when this officer holds it. Raises NotFound."""
    visit = visits.by_code(code)
    if visit.officer_id != current_user.id:
        raise NotFound
    return visit
