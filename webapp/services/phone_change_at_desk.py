"""An officer moves the account of somebody who lost their phone: while they receive them, with the paper seen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ..domain.codes import is_code
from ..domain.errors import Conflict, InvalidInput, NotFound, TooMany
from ..domain.identity_papers import PaperKind, clean_paper_number
from ..domain.sign_in_rules import CodeFor
from ..domain.texts import clean_text
from ..domain.visit_flow import State
from ..extensions import db
from ..keyring import keyring
from ..models import Account, IdentityCheck, PhoneChange, Visit
from . import audit, one_time_codes, phone_change, sessions
from .actor import Actor
from .one_time_codes import Asked
from .phone_numbers import read_phone
from .unit_of_work import safe_to_repeat, unit_of_work

REASON_MIN, REASON_MAX = 10, 500


@dataclass(frozen=True)
class AtDesk:
    """What an officer types who has the person before them."""

    old_phone: str
    paper_kind: PaperKind
    paper_number: str
    new_phone: str
    reason: str


def is_possible(visit: Visit, *, by: Actor) -> bool:
    """Whether this officer has the visit in hand, with the person there and their paper seen."""
    return visit.officer_id == by.account_id and _hindrance(db.session(), visit) is None


def check_possible(visit: Visit, *, by: Actor) -> None:
    """As `is_possible`. Raises NotFound: another officer's visit. Conflict: not now; the words say what is missing."""
    _received(db.session(), visit, by)


def _received(session: Session, visit: Visit | None, by: Actor) -> Visit:
    if visit is None or visit.officer_id != by.account_id:
        raise NotFound
    problem = _hindrance(session, visit)
    if problem is not None:
        raise problem
    return visit


def _hindrance(session: Session, visit: Visit) -> Conflict | None:
    """A person is there who is in session, or who was called to the screen of their bridge point."""
    at_point = visit.state is State.CALLED and visit.bridge_point_id is not None
    if visit.state is not State.IN_SESSION and not at_point:
        return Conflict(
            "Chỉ đổi số được khi anh/chị đang tiếp công dân này, hoặc đã gọi và công dân ngồi ở điểm cầu."
        )
    if not _papers_seen(session, visit):
        return Conflict(
            "Lượt tiếp này chưa ghi là đã thấy giấy tờ. Hãy bấm “Đã thấy giấy tờ”, hoặc nhờ điểm cầu ghi, rồi đổi số."
        )
    return None


def _papers_seen(session: Session, visit: Visit) -> list[str]:
    """The look-ups of the papers that were seen of whoever is received in this visit."""
    checks = select(IdentityCheck.paper_look_up).where(IdentityCheck.visit_id == visit.id)
    return list(session.scalars(checks))


@safe_to_repeat
def ask(visit_id: int, typed: AtDesk, *, by: Actor, asked: Asked, now: datetime, key: str) -> PhoneChange:
    """The officer who receives a person that lost their number begins to move the account. Once more: the same.

    They type the number from the paper in their hands and are told only whether both fit the account of the visit.
    What does not fit is audited, without the numbers. The code that goes to the new number is read out to the
    officer.

    Raises:
        NotFound: no such visit, or another officer's.
        Conflict: the person is not there now, or nobody recorded for this visit that they saw the paper.
        InvalidInput: a number that is none, no reason, or they are not this person's number and paper.
        TooMany: a code was asked for within 60 s, or five times in an hour for number or address.
    """
    old = _named(typed.old_phone, "old_phone")
    look_up = keyring.look_up(clean_paper_number(typed.paper_kind, typed.paper_number))
    new, why = _named(typed.new_phone, "new_phone"), clean_text(typed.reason)
    if not REASON_MIN <= len(why) <= REASON_MAX:
        raise InvalidInput("Hãy ghi rõ lý do, từ 10 đến 500 chữ cái.", "reason")
    if old == new:
        raise InvalidInput("Tài khoản đang dùng số này rồi.", "new_phone")
    with unit_of_work() as work:
        found = work.session.get(Visit, visit_id, with_for_update=True)
        before = work.session.scalar(_begun_with(key, visit_id, by))
        if before is not None and before.new_phone == new:
            return before
        visit = _received(work.session, found, by)
        account = work.session.get_one(Account, visit.petition.account_id, with_for_update=True)
        fits = account.phone == old and look_up in _papers_seen(work.session, visit)
        if fits and not account.disabled:
            change = phone_change.begin(work, account, new, asked, now, key, by.account_id)
            change.reason, change.visit_id = why, visit.id
            about = {"reason": why, "visit": visit.code}
            audit.record(work, "phone_change_begun", "account", account.id, by=by, now=now, **about)
            return change
        audit.record(work, "paper_not_fitting", "visit", visit.id, by=by, now=now, visit=visit.code)
    raise InvalidInput(
        "Số cũ và giấy tờ này không phải của công dân đang được tiếp. Hãy xem lại cả hai số.", "old_phone"
    )


def _begun_with(key: str, visit_id: int, by: Actor) -> Select[PhoneChange]:
    return select(PhoneChange).where(
        PhoneChange.request_key == key,
        PhoneChange.visit_id == visit_id,
        PhoneChange.officer_id == by.account_id,
    )


def _named(typed: str, field: str) -> str:
    try:
        return read_phone(typed)
    except InvalidInput as problem:
        raise InvalidInput(problem.message, field) from None


def begun(code: str, *, by: Actor, now: datetime) -> PhoneChange:
    """A change that this officer has begun. Raises NotFound, when its time is over too."""
    change = db.session.scalar(_begun_by(code, by)) if is_code(code) else None
    if change is None or (change.done_at is None and now > change.expires_at):
        raise NotFound
    return change


def _begun_by(code: str, by: Actor) -> Select[PhoneChange]:
    return select(PhoneChange).where(PhoneChange.code == code, PhoneChange.officer_id == by.account_id)


@safe_to_repeat
def prove(code: str, typed: str, *, by: Actor, now: datetime, key: str | None = None) -> None:
    """The code that came to the new number: the account moves, and all its sessions end. Again: nothing.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong, used or outlived one.
        TooMany: five wrong tries. Taken: the new number has an account. NotFound: not begun by this officer.
        Conflict: the person is not there any more.
    """
    digits = one_time_codes.read(typed)
    problem: InvalidInput | TooMany | None = None
    with unit_of_work() as work:
        change = work.session.scalar(_begun_by(code, by).with_for_update())
        if change is None or (change.done_at is None and now > change.expires_at):
            raise NotFound
        if change.done_at is not None:
            return
        visit = _received(work.session, work.session.get(Visit, change.visit_id or 0), by)
        told = one_time_codes.check(work, change.new_phone, CodeFor.NEW_NUMBER, digits, now=now, key=key)
        problem = told.problem
        if problem is None:
            change.new_proven_at = now
            about = {"reason": change.reason or "", "visit": visit.code}
            phone_change.move(work, change, by, now, way="officer", **about)
            sessions.end_all(work, change.account_id, now=now)
    if problem is not None:
        raise problem
