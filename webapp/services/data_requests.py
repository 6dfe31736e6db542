"""Requests to delete one's data: asked by citizens, answered by whoever answers for personal data.

What receptions leave on record stays, for the law wants it kept; what a person told of themselves
beside it is deleted when the request is granted.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from ..domain.codes import is_code, new_code
from ..domain.data_requests import Answer, KeptBecause, clean_answer, clean_wish, end_of_day, half_time
from ..domain.deadlines import Term, due
from ..domain.errors import Conflict, FormUsed, InvalidInput, NotFound
from ..domain.notices import Notice
from ..domain.staff_letters import StaffNotice
from ..domain.texts import N_
from ..domain.visit_flow import OPEN_STATES
from ..domain.working_days import HANOI, day_in_hanoi
from ..extensions import db
from ..models import (
    Account,
    AccountRole,
    ContactDetails,
    DataRequest,
    EarlyCheck,
    MailCode,
    Petition,
    PetitionDraft,
    Rating,
    Recording,
    Role,
    Visit,
)
from . import audit, calendar, notices
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work


class AlreadyAsked(Conflict):
    """A person has one request at a time."""

    message = N_("Ông/Bà đã có một yêu cầu đang xem xét. Chúng tôi trả lời trong hai ngày làm việc.")


class AlreadyAnswered(Conflict):
    """Somebody else answered meanwhile."""

    message = N_("Yêu cầu này đã được trả lời.")


@safe_to_repeat
def ask(wish: str, *, by: Actor, now: datetime, key: str) -> DataRequest:
    """Keep a request, due in two working days (decree 356/2025); the same key gives the first one back.

    The person is told that it came and when it is due; whoever answers is told that there is one.

    Raises:
        InvalidInput: nothing said, or too much. AlreadyAsked: another one is open.
        FormUsed: the key is that of an answered one with other words.
    """
    said, works = clean_wish(wish), calendar.working_days()
    with unit_of_work() as work:
        mine = select(DataRequest).where(DataRequest.account_id == by.account_id)
        before = work.session.scalar(mine.where(DataRequest.request_key == key))
        if before is not None and before.wish == said:
            return before
        if work.session.scalar(mine.where(DataRequest.answer == Answer.OPEN)) is not None:
            raise AlreadyAsked
        if before is not None:
            raise FormUsed
        request = DataRequest(
            code=new_code(),
            account_id=by.account_id,
            wish=said,
            asked_at=now,
            due_on=due(Term.DATA_REQUEST, day_in_hanoi(now), works).on,
            request_key=key,
        )
        work.session.add(request)
        work.session.flush()
        audit.record(work, "data_deletion_asked", "data_request", request.id, by=by, now=now)
        about = _about(request)
        notices.tell(work, request.account_id, Notice.ASKED, about=about, day=request.due_on, now=now)
        _tell_answerers(work, request, StaffNotice.DATA_REQUEST_CAME, now)
        return request


def _about(request: DataRequest) -> str:
    return f"data-request:{request.id}"


def _tell_answerers(work: Work, request: DataRequest, notice: StaffNotice, now: datetime) -> None:
    """Those who may answer: `Permission.ANSWER_DATA_REQUESTS` says the same of who is signed in."""

    def with_role(role: Role) -> ColumnElement[bool]:
        return Account.id.in_(select(AccountRole.account_id).where(AccountRole.role == role))

    may = with_role(Role.DATA_PROTECTION) & ~with_role(Role.ADMIN) & Account.disabled.is_(False)
    whom = work.session.scalars(select(Account).where(may).order_by(Account.id)).all()
    notices.tell_staff(work, whom, notice, about=_about(request), day=request.due_on, now=now)


def remind(now: datetime) -> None:
    """Whoever answers is told of what is open at half its time and of what is late: once each.

    A request that is found late is told as late alone, however long the worker was away.
    """
    today = day_in_hanoi(now)
    late = (DataRequest.due_on < today) & DataRequest.late_told_at.is_(None)
    half = (DataRequest.due_on >= today) & DataRequest.half_told_at.is_(None)
    waiting = select(DataRequest).where(DataRequest.answer == Answer.OPEN, late | half)
    if not any(_past_half(one, now) for one in db.session.scalars(waiting)):
        return  # looking takes no writer's place
    with unit_of_work() as work:
        for one in work.session.scalars(waiting.with_for_update(skip_locked=True)):
            if one.due_on < today:
                one.late_told_at = now
                _tell_answerers(work, one, StaffNotice.DATA_REQUEST_LATE, now)
            elif _past_half(one, now):
                one.half_told_at = now
                _tell_answerers(work, one, StaffNotice.DATA_REQUEST_HALF, now)


def _past_half(request: DataRequest, now: datetime) -> bool:
    return now >= half_time(request.asked_at, end_of_day(request.due_on, HANOI))


@safe_to_repeat
def answer(
    code: str, decided: Answer, kept_because: KeptBecause | None, words: str, *, by: Actor, now: datetime
) -> DataRequest:
    """Answer a request, delete what is granted, and tell the person that there is an answer, not which.

    Again it changes nothing. An address that was just deleted gets no letter.

    Raises:
        InvalidInput: no decision, no law that keeps the rest, or no words for the person.
        AlreadyAnswered: it has another answer. NotFound: no such request.
    """
    if decided is Answer.OPEN:
        raise InvalidInput("Hãy chọn cách trả lời.", "answer")
    if kept_because is None:
        raise InvalidInput("Hãy chọn quy định buộc phải giữ phần còn lại.", "kept_because")
    said = clean_answer(words)
    with unit_of_work() as work:
        request = work.session.scalar(select(DataRequest).where(DataRequest.code == code).with_for_update())
        if request is None:
            raise NotFound
        if request.answer is not Answer.OPEN:
            given = (request.answer, request.kept_because, request.words, request.answered_by_id)
            if given == (decided, kept_because, said, by.account_id):
                return request
            raise AlreadyAnswered
        request.answer, request.kept_because, request.words = decided, kept_because, said
        request.answered_at, request.answered_by_id = now, by.account_id
        if decided is Answer.GRANTED_IN_PART:
            _delete_what_may_go(work, request.account_id)
        notices.tell(work, request.account_id, Notice.ANSWERED, about=_about(request), now=now)
        about = {"answer": decided, "kept_because": kept_because}
        audit.record(work, "data_deletion_answered", "data_request", request.id, by=by, now=now, **about)
        return request


def _delete_what_may_go(work: Work, account_id: int) -> None:
    """What the person told of themselves beside the record: contact, drafts, checks without a visit, ratings with a name."""
    work.session.execute(delete(ContactDetails).where(ContactDetails.account_id == account_id))
    work.session.execute(delete(MailCode).where(MailCode.account_id == account_id))
    work.session.execute(delete(EarlyCheck).where(EarlyCheck.account_id == account_id))
    work.session.execute(delete(PetitionDraft).where(PetitionDraft.account_id == account_id))
    mine = select(Visit.id).join(Visit.petition).where(Petition.account_id == account_id)
    work.session.execute(delete(Rating).where(Rating.visit_id.in_(mine)))


def of_account(account_id: int) -> list[DataRequest]:
    """A person's requests, the newest first."""
    query = select(DataRequest).where(DataRequest.account_id == account_id)
    return list(db.session.scalars(query.order_by(DataRequest.id.desc())))


def open_ones() -> list[DataRequest]:
    """What is to be answered, the most urgent first."""
    query = select(DataRequest).where(DataRequest.answer == Answer.OPEN)
    return list(db.session.scalars(query.order_by(DataRequest.due_on, DataRequest.id)))


def count_open() -> int:
    """How many wait for an answer."""
    query = select(func.count(DataRequest.id)).where(DataRequest.answer == Answer.OPEN)
    return db.session.scalar(query) or 0


def answered_ones(most: int = 50) -> list[DataRequest]:
    """What was answered, the newest first."""
    query = select(DataRequest).where(DataRequest.answer != Answer.OPEN)
    return list(db.session.scalars(query.order_by(DataRequest.answered_at.desc()).limit(most)))


def by_code(code: str) -> DataRequest:
    """One request. Raises NotFound."""
    found = db.session.scalar(select(DataRequest).where(DataRequest.code == code)) if is_code(code) else None
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Holdings:
    """How much is kept of a person: numbers only, never what stands in it."""

    petitions: int
    visits: int
    open_visits: int
    recordings: int
    drafts: int
    contact: bool
    ratings: int


def holdings(account_id: int) -> Holdings:
    """What whoever answers needs to know."""
    visits = select(Visit.id).join(Visit.petition).where(Petition.account_id == account_id)

    def count(query: object) -> int:
        return db.session.scalar(query) or 0  # type: ignore[call-overload]

    of_visits = select(func.count()).select_from(Visit).where(Visit.id.in_(visits))
    return Holdings(
        petitions=count(select(func.count(Petition.id)).where(Petition.account_id == account_id)),
        visits=count(of_visits),
        open_visits=count(of_visits.where(Visit.state.in_(OPEN_STATES))),
        recordings=count(select(func.count(Recording.id)).where(Recording.visit_id.in_(visits))),
        drafts=count(
            select(func.count()).select_from(PetitionDraft).where(PetitionDraft.account_id == account_id)
        ),
        contact=db.session.get(ContactDetails, account_id) is not None,
        ratings=count(select(func.count(Rating.id)).where(Rating.visit_id.in_(visits))),
    )
