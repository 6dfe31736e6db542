"""Signing in: citizens by a code sent to their phone, staff by username and password.

No answer tells whether a number or a name is known.
"""

from datetime import datetime

from sqlalchemy import delete, func, select

from ..domain import sign_in_rules as rules
from ..domain.errors import InvalidInput, TooMany
from ..domain.sign_in_rules import CodeFor
from ..domain.texts import clean_line
from ..extensions import db
from ..models import Account, Role, SignInFailure, phone_look_up
from . import audit, one_time_codes
from .actor import SYSTEM, citizen, officer
from .languages import in_language
from .one_time_codes import Asked
from .passwords import verify_password
from .phone_numbers import phone_as_spoken, read_phone
from .unit_of_work import Work, unit_of_work

__all__ = ["check_code", "check_password", "forget", "phone_as_spoken", "read_phone", "send_code", "wait_for"]

wait_for = one_time_codes.wait_for


def send_code(phone: str, *, asked: Asked, now: datetime) -> None:
    """Send a new code to the phone; the one before no longer counts, and is not sent if it still waits.

    Raises:
        TooMany: asked again within 60 s, or more than five times an hour for number or address.
    """
    words = in_language(rules.CODE_WORDS[CodeFor.SIGN_IN], asked.language)
    with unit_of_work() as work:
        one_time_codes.send(
            work,
            phone,
            CodeFor.SIGN_IN,
            lambda code: rules.code_message(code, asked.host, words),
            asked=asked,
            now=now,
        )


def check_code(phone: str, typed: str, *, now: datetime, key: str | None = None) -> Account:
    """The account of the phone, made at the first sign-in, when the code is right.

    A repeated request, known by its key, is answered as the first: its answer may have been lost on the way.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong, used or outlived one.
        TooMany: five wrong tries with this code.
    """
    code = one_time_codes.read(typed)
    with unit_of_work() as work:
        told = one_time_codes.check(work, phone, CodeFor.SIGN_IN, code, now=now, key=key)
        if told.problem is None:
            return _account_of(work, phone, now, again=told.again)
    raise told.problem  # only now: the try that it cost is kept


def _account_of(work: Work, phone: str, now: datetime, *, again: bool) -> Account:
    account = work.session.scalar(select(Account).where(Account.phone_look_up == phone_look_up(phone)))
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
    one_time_codes.forget(now)
    with unit_of_work() as work:
        work.session.execute(delete(SignInFailure).where(SignInFailure.at < now - rules.STAFF_TRIES_WINDOW))
