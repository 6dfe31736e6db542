"""Signing in: citizens by a code sent to their phone, staff by username and password.

No answer tells whether a number or a name is known.
"""

import hmac
import math
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from ..domain import sign_in_rules as rules
from ..domain.errors import InvalidInput, TooMany
from ..domain.texts import clean_line
from ..extensions import db
from ..keyring import keyring
from ..models import Account, OneTimeCode, Role, SignInFailure
from . import audit, notifications
from .actor import SYSTEM, citizen, officer
from .passwords import verify_password
from .phone_numbers import phone_as_spoken, read_phone
from .unit_of_work import Work, unit_of_work

__all__ = ["check_code", "check_password", "forget", "phone_as_spoken", "read_phone", "send_code", "wait_for"]

_HOUR = timedelta(hours=1)


def send_code(phone: str, *, address: str, now: datetime, host: str = "") -> None:
    """Send a new code to the phone; the one before no longer counts, and is not sent if it still waits.

    `host` is the site's name, by which phones know for which page the code is.

    Raises:
        TooMany: asked again within 60 s, or more than five times an hour for number or address.
    """
    with unit_of_work() as work:
        _check_pace(work.session, phone, address, now)
        before = work.session.scalar(_newest(phone))
        if before is not None:
            notifications.withdraw(work, _key_of(before))
        code = f"{secrets.randbelow(10**rules.CODE_DIGITS):06d}"
        row = OneTimeCode(
            phone=phone,
            address=address,
            code_hash=keyring.look_up(f"{phone}:{code}"),
            sent_at=now,
            expires_at=now + rules.CODE_LIFE,
            tries_left=rules.CODE_TRIES,
        )
        work.session.add(row)
        work.session.flush()
        body = rules.code_message(code, host)
        notifications.enqueue(
            work, notifications.SMS, phone, body, key=_key_of(row), now=now, code_until=row.expires_at
        )


def _key_of(row: OneTimeCode) -> str:
    """With its moment: a forgotten row's number may be given again, and its message still be known."""
    return f"code:{row.id}:{row.sent_at:%y%m%d%H%M%S}"


def _newest(phone: str) -> Select[OneTimeCode]:
    return select(OneTimeCode).where(OneTimeCode.phone == phone).order_by(OneTimeCode.id.desc()).limit(1)


def wait_for(phone: str, *, address: str, now: datetime) -> int:
    """Seconds until another code may be asked for; 0 when it may be now."""
    return _wait(db.session(), phone, address, now)


def _check_pace(session: Session, phone: str, address: str, now: datetime) -> None:
    wait = _wait(session, phone, address, now)
    if wait > rules.RESEND_AFTER.total_seconds():
        raise TooMany("Đã xin mã nhiều lần. Hãy chờ một giờ rồi thử lại, hoặc gọi số hỗ trợ.", wait)
    if wait:
        raise TooMany("Vừa gửi mã rồi. Hãy chờ một phút rồi xin mã khác.", wait)


def _wait(session: Session, phone: str, address: str, now: datetime) -> int:
    """Nothing here asks whether the number has an account."""
    proven = select(OneTimeCode.phone).where(OneTimeCode.used_at > now - _HOUR)
    of_phone = _sent(session, OneTimeCode.phone == phone, now)
    of_address = _sent(session, (OneTimeCode.address == address) & OneTimeCode.phone.not_in(proven), now)
    free = [now]
    if of_phone:
        free.append(of_phone[-1] + rules.RESEND_AFTER)
    for sent, most in ((of_phone, rules.CODES_AN_HOUR), (of_address, rules.UNPROVEN_AN_HOUR)):
        if len(sent) >= most:
            free.append(sent[-most] + _HOUR)
    return math.ceil((max(free) - now).total_seconds())


def _sent(session: Session, which: ColumnElement[bool], now: datetime) -> list[datetime]:
    """When codes were sent within the hour, the oldest first."""
    times = select(OneTimeCode.sent_at).where(which, OneTimeCode.sent_at > now - _HOUR)
    return list(session.scalars(times.order_by(OneTimeCode.sent_at)))


def check_code(phone: str, typed: str, *, now: datetime, key: str | None = None) -> Account:
    """The account of the phone, made at the first sign-in, when the code is right.

    A repeated request, known by its key, is answered as the first: its answer may have been lost on the way.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong, used or outlived one.
        TooMany: five wrong tries with this code.
    """
    code = rules.read_code(typed)
    if not code:
        raise InvalidInput("Mã có đủ 6 chữ số. Hãy xem lại tin nhắn.", "code")
    problem: Exception | None = None
    with unit_of_work() as work:
        row = work.session.scalar(_newest(phone).with_for_update())
        right = hmac.compare_digest(row.code_hash if row else "", keyring.look_up(f"{phone}:{code}"))
        again = row is not None and right and key is not None and row.used_key == key
        if row is None or now > row.expires_at or (row.used_at is not None and not again):
            problem = InvalidInput("Mã đã hết hạn. Hãy xin mã khác.", "code")
        elif row.tries_left <= 0:
            problem = TooMany("Đã nhập sai nhiều lần. Hãy xin mã khác.")
        elif not right:
            row.tries_left -= 1  # kept even though the answer is no
            problem = InvalidInput("Mã chưa đúng. Hãy xem lại tin nhắn.", "code")
        else:
            if not again:
                row.used_at, row.used_key = now, key
            return _account_of(work, phone, now, again=again)
    raise problem


def _account_of(work: Work, phone: str, now: datetime, *, again: bool) -> Account:
    account = work.session.scalar(select(Account).where(Account.phone == phone))
    if account is None:
        account = Account(phone=phone, created_at=now)
        account.roles = {Role.CITIZEN}
        work.session.add(account)
        work.session.flush()
    if account.disabled:
        raise InvalidInput("Số này đang bị khóa. Hãy gọi số hỗ trợ.", "code")
    if not again:
        audit.record(work, "sign_in", "account", account.id, by=citizen(account.id), now=now)
    return account


def check_password(username: str, password: str, *, address: str, now: datetime) -> Account:
    """The staff account, when username and password are right.

    Raises:
        InvalidInput: they are not, or the account is disabled.
        TooMany: ten wrong tries in a quarter of an hour from this address for this name.
    """
    name = clean_line(username).lower()[:40]
    account = db.session.scalar(select(Account).where(Account.username == name))
    failures = db.session.scalar(
        select(func.count(SignInFailure.id)).where(
            SignInFailure.username == name,
            SignInFailure.address == address,
            SignInFailure.at > now - rules.STAFF_TRIES_WINDOW,
        )
    )
    if (failures or 0) >= rules.STAFF_TRIES:
        raise TooMany(retry_after=int(rules.STAFF_TRIES_WINDOW.total_seconds()))
    stored = account.password_hash if account else None
    db.session.rollback()  # no connection is held while the password is checked elsewhere
    right = verify_password(stored, password)
    with unit_of_work() as work:
        account = work.session.scalar(select(Account).where(Account.username == name))
        if account is not None and right and not account.disabled:
            audit.record(work, "sign_in", "account", account.id, by=officer(account.id), now=now)
            return account
        work.session.add(SignInFailure(username=name, address=address, at=now))
        audit.record(work, "sign_in_refused", "account", "", by=SYSTEM, now=now)
    raise InvalidInput("Tên đăng nhập hoặc mật khẩu chưa đúng.", "password")


def forget(now: datetime) -> None:
    """Codes and failures leave with the addresses they hold, once no limit counts them any more."""
    with unit_of_work() as work:
        work.session.execute(delete(OneTimeCode).where(OneTimeCode.sent_at < now - _HOUR))
        work.session.execute(delete(SignInFailure).where(SignInFailure.at < now - rules.STAFF_TRIES_WINDOW))
