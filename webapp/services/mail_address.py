"""Whether letters may go to the address that a person gave: once they typed the code from a letter to it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, scoped_session

from ..domain import sign_in_rules as rules
from ..domain.code_rules import HOUR, Limit, Sent, check_pace, digits_of, try_code
from ..domain.errors import InvalidInput
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


def confirmed_of(session: Session | scoped_session[Any], account_id: int) -> str | None:
    """The address to which letters go, if there is one."""
    kept = session.get(ContactDetails, account_id)
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
        check_pace([_asked(work, kept.account_id, now)], now)
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


def _asked(work: Work, account_id: int, now: datetime) -> Limit:
    """The person's own row is locked: nobody else asks for them meanwhile."""
    times = select(MailCode.sent_at).where(MailCode.account_id == account_id, MailCode.sent_at > now - HOUR)
    return Limit(work.session.scalars(times.order_by(MailCode.sent_at)).all(), spaced=True)


def confirm(typed: str, *, by: Actor, now: datetime) -> None:
    """From now on letters go to the address; a second time changes nothing.

    Raises:
        InvalidInput: no code at all (costs no try); a wrong one, an outlived one, or one for another address.
        TooMany: five wrong tries with this code.
    """
    code = digits_of(typed, Sent.MAIL)
    with unit_of_work() as work:
        kept = work.session.get(ContactDetails, by.account_id, with_for_update=True)
        if kept is not None and kept.email_confirmed_at is not None:
            return
        row = work.session.scalar(_newest(by.account_id or 0).with_for_update()) if kept else None
        right = hmac.compare_digest(row.code_hash, _hash(kept.email, code)) if kept and row else False
        problem = try_code(row, right, now=now, sent=Sent.MAIL)
        if problem is None and kept is not None:
            kept.email_confirmed_at = now
            audit.record(work, "mail_address_confirmed", "account", by.account_id, by=by, now=now)
            return
    if problem is not None:
        raise problem


def codes_of(account_id: int) -> list[MailCode]:
    """Codes that were sent of late, the newest first."""
    query = select(MailCode).where(MailCode.account_id == account_id)
    return list(db.session.scalars(query.order_by(MailCode.id.desc())))


def forget(now: datetime) -> None:
    """Codes leave once no limit counts them any more."""
    with unit_of_work() as work:
        work.session.execute(delete(MailCode).where(MailCode.sent_at < now - HOUR))


def _newest(account_id: int) -> Select[MailCode]:
    return select(MailCode).where(MailCode.account_id == account_id).order_by(MailCode.id.desc()).limit(1)


def _hash(address: str, code: str) -> str:
    return keyring.look_up(f"{address}\0{code}")
