"""Whether letters may go to the address that a person gave: once they typed the code from a letter to it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, delete, select

from ..domain import sign_in_rules as rules
from ..domain.errors import InvalidInput, TooMany
from ..domain.notices import LETTER_WITH_CODE, letter
from ..extensions import db
from ..keyring import keyring
from ..models import Account, ContactDetails, MailCode
from . import audit, notifications
from .actor import Actor
from .languages import in_language
from .unit_of_work import Work, unit_of_work

CODE_LIFE = timedelta(minutes=30)
"""Longer than an SMS: mail servers let strangers wait."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Standing:
    """An address as its person sees it: confirmed, or waiting for the code that was sent."""

    address: str = ""
    confirmed: bool = False
    sent: bool = False


def standing_of(account_id: int, *, now: datetime) -> Standing:
    """The address that the person gave, and whether letters go to it."""
    kept = db.session.get(ContactDetails, account_id)
    if kept is None or not kept.email:
        return Standing()
    sent = db.session.scalar(_newest(account_id))
    waits = sent is not None and now <= sent.expires_at and sent.tries_left > 0
    return Standing(kept.email, kept.email_confirmed_at is not None, waits)


def confirmed_of(work: Work, account_id: int) -> str | None:
    """The address to which letters go, if there is one."""
    kept = work.session.get(ContactDetails, account_id)
    return kept.email if kept is not None and kept.email_confirmed_at is not None else None


def send_code(*, by: Actor, now: datetime) -> None:
    """Send a code to the address that the person gave; to one that is confirmed, none.

    Raises:
        InvalidInput: there is no address. TooMany: asked again within 60 s, or five times in an hour.
    """
    with unit_of_work() as work:
        kept = work.session.get(ContactDetails, by.account_id, with_for_update=True)
        if kept is None or not kept.email:
            raise InvalidInput("Hãy ghi địa chỉ thư điện tử rồi lưu trước.", "email")
        if kept.email_confirmed_at is not None:
            return
        _check_pace(work, kept.account_id, now)
        code = f"{secrets.randbelow(10**rules.CODE_DIGITS):06d}"
        row = MailCode(
            account_id=kept.account_id,
            code_hash=_hash(kept.email, code),
            sent_at=now,
            expires_at=now + CODE_LIFE,
            tries_left=rules.CODE_TRIES,
        )
        work.session.add(row)
        work.session.flush()
        speak = partial(in_language, language=work.session.get_one(Account, kept.account_id).language)
        body, until = letter(speak(LETTER_WITH_CODE).format(code=code), speak), row.expires_at
        key = f"mail-code:{row.id}:{now:%y%m%d%H%M%S}"
        notifications.enqueue(work, notifications.EMAIL, kept.email, body, key=key, now=now, code_until=until)


def _check_pace(work: Work, account_id: int, now: datetime) -> None:
    times = select(MailCode.sent_at).where(MailCode.account_id == account_id, MailCode.sent_at > now - _HOUR)
    sent = work.session.scalars(times.order_by(MailCode.sent_at)).all()
    if len(sent) >= rules.CODES_AN_HOUR:
        raise TooMany("Đã xin mã nhiều lần. Hãy chờ một giờ rồi thử lại, hoặc gọi số hỗ trợ.", 3600)
    if sent and now < sent[-1] + rules.RESEND_AFTER:
        wait = int((sent[-1] + rules.RESEND_AFTER - now).total_seconds()) + 1
        raise TooMany("Vừa gửi mã rồi. Hãy chờ một phút rồi xin mã khác.", wait)


def confirm(typed: str, *, by: Actor, now: datetime) -> None:
    """From now on letters go to the address; a second time changes nothing.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong one, an outlived one, or one for another address.
        TooMany: five wrong tries with this code.
    """
    code = rules.read_code(typed)
    problem: Exception
    with unit_of_work() as work:
        kept = work.session.get(ContactDetails, by.account_id, with_for_update=True)
        if kept is not None and kept.email_confirmed_at is not None:
            return
        row = work.session.scalar(_newest(by.account_id or 0).with_for_update())
        if not code:
            problem = InvalidInput("Mã có đủ 6 chữ số. Hãy xem lại thư.", "code")
        elif kept is None or row is None or now > row.expires_at:
            problem = InvalidInput("Mã đã hết hạn. Hãy xin mã khác.", "code")
        elif row.tries_left <= 0:
            problem = TooMany("Đã nhập sai nhiều lần. Hãy xin mã khác.")
        elif not hmac.compare_digest(row.code_hash, _hash(kept.email, code)):
            row.tries_left -= 1  # kept even though the answer is no
            problem = InvalidInput("Mã chưa đúng. Hãy xem lại thư.", "code")
        else:
            kept.email_confirmed_at = now
            audit.record(work, "mail_address_confirmed", "account", by.account_id, by=by, now=now)
            return
    raise problem


def codes_of(account_id: int) -> list[MailCode]:
    """Codes that were sent of late, the newest first."""
    query = select(MailCode).where(MailCode.account_id == account_id)
    return list(db.session.scalars(query.order_by(MailCode.id.desc())))


def forget(now: datetime) -> None:
    """Codes leave once no limit counts them any more."""
    with unit_of_work() as work:
        work.session.execute(delete(MailCode).where(MailCode.sent_at < now - _HOUR))


def _newest(account_id: int) -> Select[MailCode]:
    return select(MailCode).where(MailCode.account_id == account_id).order_by(MailCode.id.desc()).limit(1)


def _hash(address: str, code: str) -> str:
    return keyring.look_up(f"{address}\0{code}")
