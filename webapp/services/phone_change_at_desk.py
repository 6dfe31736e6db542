"""An officer who sees the paper moves the account of somebody who lost their phone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select

from ..domain.codes import is_code
from ..domain.errors import InvalidInput, NotFound, TooMany
from ..domain.identity_papers import PaperKind, clean_paper_number
from ..domain.sign_in_rules import CodeFor
from ..domain.texts import clean_text
from ..extensions import db
from ..keyring import keyring
from ..models import Account, ElectronicIdentity, Petition, Petitioner, PhoneChange, phone_look_up
from . import audit, one_time_codes, phone_change, sessions
from .actor import Actor
from .one_time_codes import Asked
from .phone_numbers import read_phone
from .unit_of_work import Work, safe_to_repeat, unit_of_work

REASON_MIN, REASON_MAX = 10, 500


@dataclass(frozen=True)
class AtDesk:
    """What an officer types who has the person before them."""

    old_phone: str
    paper_kind: PaperKind
    paper_number: str
    new_phone: str
    reason: str


@safe_to_repeat
def ask(typed: AtDesk, *, by: Actor, asked: Asked, now: datetime, key: str) -> PhoneChange:
    """An officer who sees the paper begins to move the account of a person who lost their number.

    They type the number from the paper in their hands and are told only whether both fit one account. What does
    not fit is audited, without the numbers. The code that goes to the new number is read out to the officer.

    Raises:
        InvalidInput: a number that is none, no reason, or no account with this number and this paper.
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
        account = _account_with(work, old, look_up)
        if account is not None:
            change = phone_change.begin(work, account, new, asked, now, key, by.account_id)
            change.reason = why
            audit.record(work, "phone_change_begun", "account", account.id, by=by, now=now, reason=why)
            return change
        audit.record(work, "paper_not_fitting", "account", "", by=by, now=now)
    raise InvalidInput(
        "Không có tài khoản nào dùng số cũ này cùng giấy tờ này. Hãy xem lại cả hai số.", "old_phone"
    )


def _named(typed: str, field: str) -> str:
    try:
        return read_phone(typed)
    except InvalidInput as problem:
        raise InvalidInput(problem.message, field) from None


def _account_with(work: Work, phone: str, look_up: str) -> Account | None:
    """Whose number this is and who has this paper, by a petition or by the electronic identity."""
    of_petitions = select(Petition.account_id).join(Petition.petitioner)
    of_petitions = of_petitions.where(Petitioner.paper_look_up == look_up)
    of_identities = select(ElectronicIdentity.account_id).where(ElectronicIdentity.number_look_up == look_up)
    has_paper = or_(Account.id.in_(of_petitions), Account.id.in_(of_identities))
    mine = select(Account).where(
        Account.phone_look_up == phone_look_up(phone), Account.disabled.is_(False), has_paper
    )
    return work.session.scalar(mine.with_for_update())


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
    """
    digits = one_time_codes.read(typed)
    problem: InvalidInput | TooMany | None = None
    with unit_of_work() as work:
        change = work.session.scalar(_begun_by(code, by).with_for_update())
        if change is None or (change.done_at is None and now > change.expires_at):
            raise NotFound
        if change.done_at is not None:
            return
        told = one_time_codes.check(work, change.new_phone, CodeFor.NEW_NUMBER, digits, now=now, key=key)
        problem = told.problem
        if problem is None:
            change.new_proven_at = now
            phone_change.move(work, change, by, now, way="officer", reason=change.reason or "")
            sessions.end_all(work, change.account_id, now=now)
    if problem is not None:
        raise problem
