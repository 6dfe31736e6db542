"""Signing in: citizens by a code sent to their phone, staff by username and password.

No answer tells whether a number or a name is known.
"""

import hmac
import secrets
from datetime import datetime, timedelta

import phonenumbers
from sqlalchemy import func, select

from ..domain import sign_in_rules as rules
from ..domain.errors import InvalidInput, TooMany
from ..domain.texts import clean_line
from ..extensions import db
from ..keyring import keyring
from ..models import Account, OneTimeCode, Role, SignInFailure
from . import audit, notifications
from .actor import SYSTEM, citizen, officer
from .passwords import verify_password
from .unit_of_work import Work, unit_of_work

_MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def read_phone(typed: str) -> str:
    """A Vietnamese mobile number as it is kept (E.164), from any usual way of writing it.

    Raises:
        InvalidInput: it is no Vietnamese mobile number.
    """
    try:
        number = phonenumbers.parse(clean_line(typed), "VN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.country_code != 84 or phonenumbers.number_type(number) not in _MOBILE:
        raise InvalidInput("Số điện thoại chưa đúng. Ví dụ: 0912 345 678.", "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_as_spoken(phone: str) -> str:
    """0912 345 678 for +84912345678."""
    digits = "0" + phone.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def send_code(phone: str, *, address: str, now: datetime) -> None:
    """Send a new code to the phone; the one before no longer counts.

    Raises:
        TooMany: asked again within 60 s, or more than five times an hour for number or address.
    """
    with unit_of_work() as work:
        _check_pace(work, phone, address, now)
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
        body = f"Ma dang nhap Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. Khong doc ma nay cho ai."
        notifications.enqueue(work, notifications.SMS, phone, body, key=f"code:{row.id}", now=now)


def _check_pace(work: Work, phone: str, address: str, now: datetime) -> None:
    newest = work.session.scalar(select(func.max(OneTimeCode.sent_at)).where(OneTimeCode.phone == phone))
    if newest is not None and now < newest + rules.RESEND_AFTER:
        wait = int((newest + rules.RESEND_AFTER - now).total_seconds()) + 1
        raise TooMany("Vừa gửi mã rồi. Hãy chờ một phút rồi xin mã khác.", retry_after=wait)
    hour_ago = now - timedelta(hours=1)
    for column, value, most in (
        (OneTimeCode.phone, phone, rules.CODES_AN_HOUR),
        (OneTimeCode.address, address, rules.CODES_AN_HOUR_FROM_ONE_ADDRESS),
    ):
        sent = work.session.scalar(
            select(func.count(OneTimeCode.id)).where(column == value, OneTimeCode.sent_at > hour_ago)
        )
        if (sent or 0) >= most:
            raise TooMany("Đã xin mã nhiều lần. Hãy chờ một giờ rồi thử lại, hoặc gọi số hỗ trợ.", 3600)


def check_code(phone: str, typed: str, *, now: datetime) -> Account:
    """The account of the phone, made at the first sign-in, when the code is right.

    Raises:
        InvalidInput: wrong, used or outlived code.
        TooMany: five wrong tries with this code.
    """
    code = "".join(ch for ch in typed if ch.isdigit())
    problem: Exception | None = None
    with unit_of_work() as work:
        row = work.session.scalar(
            select(OneTimeCode)
            .where(OneTimeCode.phone == phone)
            .order_by(OneTimeCode.id.desc())
            .limit(1)
            .with_for_update()
        )
        if row is None or row.used_at is not None or now > row.expires_at:
            problem = InvalidInput("Mã đã hết hạn. Hãy xin mã khác.", "code")
        elif row.tries_left <= 0:
            problem = TooMany("Đã nhập sai nhiều lần. Hãy xin mã khác.")
        elif not hmac.compare_digest(row.code_hash, keyring.look_up(f"{phone}:{code}")):
            row.tries_left -= 1  # kept even though the answer is no
            problem = InvalidInput("Mã chưa đúng. Hãy xem lại tin nhắn.", "code")
        else:
            row.used_at = now
            return _account_of(work, phone, now)
    raise problem


def _account_of(work: Work, phone: str, now: datetime) -> Account:
    account = work.session.scalar(select(Account).where(Account.phone == phone))
    if account is None:
        account = Account(phone=phone, created_at=now)
        account.roles = {Role.CITIZEN}
        work.session.add(account)
        work.session.flush()
    if account.disabled:
        raise InvalidInput("Số này đang bị khóa. Hãy gọi số hỗ trợ.", "code")
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
