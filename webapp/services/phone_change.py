"""Moving an account to another phone number.

The new number is proven by a code to it. Then its owner shows anew who they are: by a code to the old number, or
by the electronic identity that is linked already. Who lost the old number goes to an officer, who sees the paper.
No answer tells whether the new number has an account: its phone is told instead.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from ..domain import sign_in_rules as rules
from ..domain.codes import new_code
from ..domain.errors import Conflict, InvalidInput
from ..domain.identity_levels import ElectronicClaims
from ..domain.notices import Notice
from ..domain.sign_in_rules import CodeFor
from ..domain.texts import N_
from ..extensions import db
from ..models import Account, PhoneChange, phone_look_up
from . import audit, electronic_identity, notices, one_time_codes, sessions
from .actor import Actor
from .languages import in_language
from .one_time_codes import Asked
from .phone_numbers import read_phone
from .unit_of_work import Work, safe_to_repeat, unit_of_work

LIFE = timedelta(hours=1)
"""So long a change that was begun may be finished."""
_KEPT = timedelta(days=1)


class Taken(Conflict):
    """Said only to who has shown that the number is theirs."""

    message = N_("Số mới đã có tài khoản khác. Hãy đăng nhập bằng số ấy, hoặc gọi số hỗ trợ.")


def _over() -> Conflict:
    return Conflict("Lần đổi số này đã hết hạn. Hãy bắt đầu lại.")


@safe_to_repeat
def ask(typed: str, *, by: Actor, asked: Asked, now: datetime, key: str) -> PhoneChange:
    """Begin to move one's own account: a code goes to the new number. The same form again changes nothing.

    Another change that was begun and not finished is given up.

    Raises:
        InvalidInput: no number that gets an SMS, or the one that the account has.
        TooMany: a code was asked for within 60 s, or five times in an hour for number or address.
    """
    phone = read_phone(typed)
    with unit_of_work() as work:
        account = work.session.get_one(Account, by.account_id, with_for_update=True)
        return begin(work, account, phone, asked, now, key)


def send_again(*, by: Actor, asked: Asked, now: datetime) -> None:
    """Another code to the new number of the change that is open.

    Raises:
        TooMany: asked for too soon or too often. Conflict: no change is open, or it is done.
    """
    with unit_of_work() as work:
        change = _mine(work, by, now)
        if change.done_at is not None:
            raise _over()
        _send_to_new(work, change.new_phone, rules.CODE_WORDS[CodeFor.NEW_NUMBER], asked, now)


def begin(
    work: Work,
    account: Account,
    phone: str,
    asked: Asked,
    now: datetime,
    key: str,
    officer: int | None = None,
) -> PhoneChange:
    """A change within a larger one, by its owner or by an officer; as `ask`.

    What the same hands began before and did not finish is given up.
    """
    mine = select(PhoneChange).where(PhoneChange.account_id == account.id)
    words = rules.CODE_WORDS[CodeFor.NEW_NUMBER] if officer is None else rules.AT_DESK
    before = work.session.scalar(mine.where(PhoneChange.request_key == key))
    if before is not None and before.new_phone == phone:
        return before
    if account.phone == phone:
        raise InvalidInput("Tài khoản đang dùng số này rồi.", "phone")
    begun = mine.where(PhoneChange.done_at.is_(None), PhoneChange.officer_id.is_not_distinct_from(officer))
    open_ones = work.session.scalars(begun).all()
    wait = one_time_codes.wait_for(phone, asked=asked, now=now, session=work.session)
    for old in open_ones:
        if (
            old.new_phone == phone
            and now <= old.expires_at
            and 0 < wait <= rules.RESEND_AFTER.total_seconds()
        ):
            return old  # sent within the minute: perhaps to this very person, whose answer was lost
    _send_to_new(work, phone, words, asked, now)
    for old in open_ones:
        work.session.delete(old)
    if before is not None and before not in open_ones:
        key = new_code()  # a form gone back to and mended: another change
    work.session.flush()
    change = PhoneChange(
        code=new_code(),
        account_id=account.id,
        new_phone=phone,
        officer_id=officer,
        asked_at=now,
        expires_at=now + LIFE,
        request_key=key,
    )
    work.session.add(change)
    work.session.flush()
    return change


def _send_to_new(work: Work, phone: str, words: str, asked: Asked, now: datetime) -> None:
    """A code, or, where the number has an account, the word that it has: the rest is alike."""
    taken = _has_account(work, phone)

    def message(code: str) -> str:
        if taken:
            return in_language(rules.NUMBER_TAKEN, asked.language)
        return rules.code_message(code, asked.host, in_language(words, asked.language))

    one_time_codes.send(work, phone, CodeFor.NEW_NUMBER, message, asked=asked, now=now)


def _has_account(work: Work, phone: str) -> bool:
    mine = select(Account.id).where(Account.phone_look_up == phone_look_up(phone))
    return work.session.scalar(mine) is not None


def of_account(account_id: int) -> list[PhoneChange]:
    """Changes of late, the newest first."""
    return list(db.session.scalars(_of(account_id)))


def open_of(account_id: int, *, now: datetime) -> PhoneChange | None:
    """The change that its owner has begun and may finish."""
    query = _of(account_id).where(PhoneChange.officer_id.is_(None))
    return db.session.scalar(query.where(PhoneChange.done_at.is_(None), PhoneChange.expires_at > now))


def _of(account_id: int) -> Select[PhoneChange]:
    return select(PhoneChange).where(PhoneChange.account_id == account_id).order_by(PhoneChange.id.desc())


def give_up(*, by: Actor) -> None:
    """Let a change that was begun be; without one nothing happens."""
    with unit_of_work() as work:
        mine = (PhoneChange.account_id == by.account_id) & PhoneChange.officer_id.is_(None)
        work.session.execute(delete(PhoneChange).where(mine, PhoneChange.done_at.is_(None)))


def prove_new(typed: str, *, by: Actor, now: datetime, key: str | None = None) -> None:
    """The code that came to the new number; a second time changes nothing.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong, used or outlived one.
        TooMany: five wrong tries. Conflict: no change is open.
    """
    code = one_time_codes.read(typed)
    with unit_of_work() as work:
        change = _mine(work, by, now)
        if change.new_proven_at is not None:
            return
        told = one_time_codes.check(work, change.new_phone, CodeFor.NEW_NUMBER, code, now=now, key=key)
        if told.problem is None:
            change.new_proven_at = now
            return
    raise told.problem


def _mine(work: Work, by: Actor, now: datetime) -> PhoneChange:
    """The newest change of one's own, which may be done already."""
    query = _of(by.account_id or 0).where(PhoneChange.officer_id.is_(None)).limit(1)
    change = work.session.scalar(query.with_for_update())
    if change is None or (change.done_at is None and now > change.expires_at):
        raise _over()
    return change


def _proven(work: Work, by: Actor, now: datetime) -> PhoneChange:
    change = _mine(work, by, now)
    if change.new_proven_at is None:
        raise Conflict("Hãy nhập mã gửi đến số mới trước.")
    return change


def send_to_old(*, by: Actor, asked: Asked, now: datetime) -> None:
    """A code to the number that the account has, once the new one is proven.

    Raises:
        TooMany: asked for too soon or too often. Conflict: no change is open, or the new number is not proven.
    """
    words = in_language(rules.CODE_WORDS[CodeFor.OLD_NUMBER], asked.language)
    with unit_of_work() as work:
        if _proven(work, by, now).done_at is not None:
            return
        phone = work.session.get_one(Account, by.account_id).phone or ""
        one_time_codes.send(
            work,
            phone,
            CodeFor.OLD_NUMBER,
            lambda code: rules.code_message(code, asked.host, words),
            asked=asked,
            now=now,
        )


@safe_to_repeat
def prove_old(typed: str, *, session_code: str, by: Actor, now: datetime, key: str | None = None) -> None:
    """The code that came to the old number: the account moves, and its other sessions end. Again: nothing.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong, used or outlived one.
        TooMany: five wrong tries. Taken: the new number has an account. Conflict: nothing is open or proven.
    """
    code = one_time_codes.read(typed)
    with unit_of_work() as work:
        change = _proven(work, by, now)
        if change.done_at is not None:
            return
        phone = work.session.get_one(Account, by.account_id).phone or ""
        told = one_time_codes.check(work, phone, CodeFor.OLD_NUMBER, code, now=now, key=key)
        if told.problem is None:
            move(work, change, by, now, way="code")
            sessions.end_others(session_code, by=by, now=now)
            return
    raise told.problem


@safe_to_repeat
def prove_by_identity(claims: ElectronicClaims, *, session_code: str, by: Actor, now: datetime) -> None:
    """As `prove_old`, by the electronic identity that the account has; a second time changes nothing.

    Raises:
        Conflict: it is not this account's identity, or nothing is open or proven.
        Taken: the new number has an account.
    """
    with unit_of_work() as work:
        if not electronic_identity.is_of(claims, by.account_id or 0):
            raise Conflict("Định danh điện tử này không phải của tài khoản này.")
        change = _proven(work, by, now)
        if change.done_at is None:
            move(work, change, by, now, way="electronic_identity")
            sessions.end_others(session_code, by=by, now=now)


def move(work: Work, change: PhoneChange, by: Actor, now: datetime, **about: str) -> None:
    """The account has its new number, within a larger change; the old one is told. Raises Taken."""
    account = work.session.get_one(Account, change.account_id, with_for_update=True)
    if _has_account(work, change.new_phone):
        raise Taken
    # Before the number changes: it is the old one that has to know.
    notices.tell(work, account.id, Notice.PHONE_CHANGED, about=f"phone-change:{change.code}", now=now)
    account.phone, change.done_at = change.new_phone, now
    work.session.flush()
    audit.record(work, "phone_changed", "account", account.id, by=by, now=now, **about)


def forget(now: datetime) -> None:
    """Numbers leave a day after their change; the audit trail keeps that there was one."""
    with unit_of_work() as work:
        work.session.execute(delete(PhoneChange).where(PhoneChange.expires_at < now - _KEPT))
