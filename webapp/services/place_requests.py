"""Individual cases (decree 154/2026 art. 19.2, 20): asked for or proposed, decided by a leader, used when booking.

What was asked and what was decided are written once. An approval lets its one petition choose its one place,
in sittings to the end of its last day; everything else about a place stays as it is for everyone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from ..domain.codes import is_code, new_code, read_code
from ..domain.errors import Conflict, FormUsed, InvalidInput, NotFound, TooMany
from ..domain.helping import ToTell
from ..domain.notices import Notice
from ..domain.petition_kinds import Gate
from ..domain.place_requests import (
    A_DAY,
    Decided,
    clean_decision,
    clean_reason,
    clean_words,
    may_ask,
    read_ground,
    read_until,
)
from ..domain.texts import N_
from ..domain.working_days import HANOI, day_in_hanoi
from ..extensions import db
from ..models import BridgePoint, Petition, PlaceAnswer, PlaceRequest, Visit
from . import audit, petitions, words_owed
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work


class AlreadyAsked(Conflict):
    """A petition has one request at a time."""

    message = N_("Đơn này đã có một đề nghị đang chờ lãnh đạo xem.")


class AlreadyDecided(Conflict):
    """Somebody else decided, or the request was withdrawn, meanwhile."""

    message = N_("Đề nghị này đã có quyết định hoặc đã được rút. Hãy xem lại.")


class NotOnline(Conflict):
    """The petition is received in person, or was withdrawn."""

    message = N_("Đơn này không tiếp trực tuyến được, hoặc đã rút.")


@dataclass(frozen=True)
class Wish:
    """What is asked for, as typed: a ground of art. 20, a place (none: at home), and why."""

    ground: str
    bridge_point_id: int | None
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What a leader decides, as typed; of what is declined only the reason counts."""

    approved: bool
    reason: str
    decision: str = ""
    bridge_point_id: int | None = None
    until: str = ""


def may_be_asked(petition: Petition) -> bool:
    """Whether the page offers it: never to a denouncer who wants their identity protected (art. 20.4)."""
    return may_ask(
        petition.gate,
        protection_wanted=petition.protection_wanted,
        withdrawn=petition.withdrawn_at is not None,
    )


@safe_to_repeat
def ask(petition_id: int, wish: Wish, *, by: Actor, now: datetime, key: str) -> PlaceRequest:
    """The author asks; the same key again gives the first request back.

    Raises:
        InvalidInput: no ground that can hold, no such place, no reason. NotOnline: it is received in person.
        AlreadyAsked: one is waiting. Conflict: it is allowed already. FormUsed: the key is that of other words.
        TooMany: five within a day. NotFound: it is not this person's.
    """
    with unit_of_work() as work:
        petition = work.session.get(Petition, petition_id, with_for_update=True)
        if petition is None or petition.account_id != by.account_id:
            raise NotFound("Không tìm thấy đơn này.")
        return _keep(work, petition, wish, by, now, key)


@safe_to_repeat
def propose(visit_id: int, wish: Wish, *, by: Actor, now: datetime, key: str) -> PlaceRequest:
    """The officer of a visit proposes it for its petition. Raises as `ask`; NotFound: not this officer's visit."""
    with unit_of_work() as work:
        visit = work.session.get(Visit, visit_id)
        if visit is None or visit.officer_id != by.account_id:
            raise NotFound("Không tìm thấy lượt tiếp này.")
        petition = work.session.get_one(Petition, visit.petition_id, with_for_update=True)
        return _keep(work, petition, wish, by, now, key)


def _keep(work: Work, petition: Petition, wish: Wish, by: Actor, now: datetime, key: str) -> PlaceRequest:
    why, of_petition = clean_reason(wish.reason), select(PlaceRequest).filter_by(petition_id=petition.id)
    before = work.session.scalar(of_petition.filter_by(request_key=key))
    if before is not None:
        said = (before.ground, before.bridge_point_id, before.reason)
        if said == (wish.ground, wish.bridge_point_id, why):
            return before
        raise FormUsed
    if not may_be_asked(petition):
        raise NotOnline
    if wish.bridge_point_id is not None and work.session.get(BridgePoint, wish.bridge_point_id) is None:
        raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")
    ground = read_ground(wish.ground, petition.kind)
    if work.session.scalar(of_petition.where(~PlaceRequest.answer.has())) is not None:
        raise AlreadyAsked
    if allows(work.session, petition.id, wish.bridge_point_id, day_in_hanoi(now)):
        raise Conflict("Nơi này đã được đồng ý cho đơn này. Hãy chọn giờ.")
    _check_pace(work, petition.id, now)
    request = PlaceRequest(
        code=new_code(),
        petition_id=petition.id,
        ground=ground,
        bridge_point_id=wish.bridge_point_id,
        reason=petition.kept(why),
        by=by.by,
        actor_id=by.account_id,
        asked_at=now,
        request_key=key,
    )
    work.session.add(request)
    work.session.flush()
    audit.record(work, "place_asked", "petition", petition.id, by=by, now=now, request=request.id)
    return request


def _check_pace(work: Work, petition_id: int, now: datetime) -> None:
    lately = select(func.count(PlaceRequest.id)).where(
        PlaceRequest.petition_id == petition_id, PlaceRequest.asked_at > now - timedelta(days=1)
    )
    if (work.session.scalar(lately) or 0) >= A_DAY:
        raise TooMany("Hôm nay đã gửi năm đề nghị cho đơn này. Xin chờ đến mai.", retry_after=3600)


def withdraw(code: str, *, by: Actor, now: datetime) -> PlaceRequest:
    """The author takes a request back that is not decided yet, an officer's too; twice is once.

    Raises:
        AlreadyDecided. NotFound: it is not about this person's petition.
    """
    with unit_of_work() as work:
        request = _held(work, code)
        if request.petition.account_id != by.account_id:
            raise NotFound
        if request.answer is not None:
            if request.answer.what is Decided.WITHDRAWN:
                return request
            raise AlreadyDecided
        _answer(work, request, PlaceAnswer(what=Decided.WITHDRAWN), by, now)
        return request


@safe_to_repeat
def decide(code: str, verdict: Verdict, *, by: Actor, now: datetime) -> PlaceRequest:
    """A leader approves with the deciding document, the place and the last day, or declines with a reason.

    The citizen is told once that there is a decision. The same leader's same decision again changes nothing.

    Raises:
        InvalidInput: no document, day or place; declined without a reason. NotOnline: it may not be online any more.
        AlreadyDecided: by somebody else, or otherwise, or it was withdrawn. NotFound: no such request.
    """
    words = clean_words(verdict.reason, needed=not verdict.approved)
    answer = PlaceAnswer(what=Decided.DECLINED)
    if verdict.approved:
        answer = PlaceAnswer(
            what=Decided.APPROVED,
            bridge_point_id=verdict.bridge_point_id,
            decision=clean_decision(verdict.decision),
            until=read_until(verdict.until, today=day_in_hanoi(now)),
        )
    with unit_of_work() as work:
        request = _held(work, code)
        before = request.answer
        if before is not None:
            if before.by_id == by.account_id and _said(before) == (*_said(answer)[:4], words):
                return request
            raise AlreadyDecided
        if not may_be_asked(request.petition):
            raise NotOnline
        point = answer.bridge_point_id
        if point is not None and work.session.get(BridgePoint, point) is None:
            raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")
        answer.words = request.petition.kept(words)
        _answer(work, request, answer, by, now)
        notice = Notice.PLACE_ALLOWED if verdict.approved else Notice.PLACE_DECLINED
        about = f"place-request:{request.id}"
        petitions.tell(work, request.petition, notice, now=now, about=about)
        answered = ToTell.ALLOWED if verdict.approved else ToTell.DECLINED
        words_owed.owe(work, request.petition, answered, about=about, now=now)
        return request


def _said(answer: PlaceAnswer) -> tuple[object, ...]:
    return (answer.what, answer.bridge_point_id, answer.decision or "", answer.until, answer.words)


def _held(work: Work, code: str) -> PlaceRequest:
    """The request; its petition is held, so that two who decide at one instant are one after the other."""
    plain = read_code(code)
    about = select(PlaceRequest.petition_id).where(PlaceRequest.code == plain)
    petition_id = work.session.scalar(about) if is_code(plain) else None
    if petition_id is None:
        raise NotFound("Không tìm thấy đề nghị này.")
    work.session.get_one(Petition, petition_id, with_for_update=True)
    return work.session.scalars(select(PlaceRequest).where(PlaceRequest.code == plain)).one()


def _answer(work: Work, request: PlaceRequest, answer: PlaceAnswer, by: Actor, now: datetime) -> None:
    answer.request_id, answer.by_id, answer.at = request.id, by.account_id, now
    request.answer = answer
    work.session.flush()
    about = {"request": request.id, "what": answer.what}
    audit.record(work, "place_decided", "petition", request.petition_id, by=by, now=now, **about)


def of_petition(petition_id: int) -> list[PlaceRequest]:
    """All about one petition, the newest first."""
    query = select(PlaceRequest).where(PlaceRequest.petition_id == petition_id)
    return list(db.session.scalars(query.order_by(PlaceRequest.id.desc())))


def by_code(code: str) -> PlaceRequest:
    """One request, for leaders. Raises NotFound."""
    plain = read_code(code)
    found = (
        db.session.scalar(select(PlaceRequest).where(PlaceRequest.code == plain)) if is_code(plain) else None
    )
    if found is None:
        raise NotFound("Không tìm thấy đề nghị này.")
    return found


def read(code: str, *, by: Actor, now: datetime) -> PlaceRequest:
    """The same, to read its petition's copy beside it: that it was read is audited. Raises NotFound."""
    petition_id = by_code(code).petition_id
    with unit_of_work() as work:
        audit.record(work, "place_request_read", "petition", petition_id, by=by, now=now)
    return by_code(code)


def waiting_ones() -> list[PlaceRequest]:
    """What waits for a leader, the oldest first; none of what may not be online (any more)."""
    query = select(PlaceRequest).join(PlaceRequest.petition).where(_waits())
    whole = query.options(contains_eager(PlaceRequest.petition))
    return list(db.session.scalars(whole.order_by(PlaceRequest.id)))


def count_waiting() -> int:
    """How many wait for a leader."""
    query = select(func.count(PlaceRequest.id)).join(PlaceRequest.petition)
    return db.session.scalar(query.where(_waits())) or 0


def _waits() -> ColumnElement[bool]:
    online = Petition.withdrawn_at.is_(None) & (Petition.gate != Gate.IN_PERSON)
    return ~PlaceRequest.answer.has() & online


def decided_ones(most: int = 50) -> list[PlaceRequest]:
    """What was decided, the newest first."""
    query = select(PlaceRequest).join(PlaceRequest.answer).where(PlaceAnswer.what != Decided.WITHDRAWN)
    query = query.options(
        joinedload(PlaceRequest.petition),
        contains_eager(PlaceRequest.answer).joinedload(PlaceAnswer.decided_by),
    )
    return list(db.session.scalars(query.order_by(PlaceAnswer.at.desc()).limit(most)))


def allowed_until(session: Session, petition_id: int, bridge_point_id: int | None) -> date | None:
    """To the end of which day decisions let this very petition be received at this place, if any does."""
    same = (
        PlaceAnswer.bridge_point_id.is_(None)
        if bridge_point_id is None
        else PlaceAnswer.bridge_point_id == bridge_point_id
    )
    query = select(func.max(PlaceAnswer.until)).join(PlaceAnswer.request)
    approved = PlaceRequest.petition_id == petition_id, PlaceAnswer.what == Decided.APPROVED
    return session.scalar(query.where(*approved, same))


def allows(session: Session, petition_id: int, bridge_point_id: int | None, day: date) -> bool:
    """The same for one day."""
    until = allowed_until(session, petition_id, bridge_point_id)
    return until is not None and day <= until


def allowed_on(petition_id: int, moment: datetime) -> list[PlaceAnswer]:
    """What decisions allow this petition on the day of a sitting that begins at this moment."""
    query = (
        select(PlaceAnswer)
        .join(PlaceAnswer.request)
        .where(
            PlaceRequest.petition_id == petition_id,
            PlaceAnswer.what == Decided.APPROVED,
            PlaceAnswer.until >= moment.astimezone(HANOI).date(),
        )
    )
    return list(db.session.scalars(query.order_by(PlaceAnswer.at.desc())))


def decision_of(visit: Visit) -> PlaceAnswer | None:
    """The individual decision by which this visit is where it is; none where its sitting offers the place."""
    offered = (
        visit.sitting.home_offered
        if visit.bridge_point_id is None
        else any(point.id == visit.bridge_point_id for point in visit.sitting.places)
    )
    if offered:
        return None
    found = allowed_on(visit.petition_id, visit.sitting.starts_at)
    return next((one for one in found if one.bridge_point_id == visit.bridge_point_id), None)
