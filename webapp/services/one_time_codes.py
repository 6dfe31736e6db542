"""Codes sent to phones: how often, to whom, how long they count. For signing in and for changing the number."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from ..domain import sign_in_rules as rules
from ..domain.code_rules import HOUR, Limit, check_pace, digits_of, seconds_to_wait, try_code
from ..domain.errors import InvalidInput, TooMany
from ..domain.sign_in_rules import CodeFor
from ..extensions import db
from ..keyring import keyring
from ..models import OneTimeCode, phone_look_up
from . import notifications
from .unit_of_work import Work, unit_of_work

read = digits_of


@dataclass(frozen=True)
class Asked:
    """From where a code is asked for, and how the message is to be written."""

    address: str
    at_most: int = rules.CODES_AN_HOUR
    """So many codes an hour from this address: more where many people are known to share it."""
    language: str = "vi"
    host: str = ""
    """The site's name, by which phones know for which page the code is."""


def send(
    work: Work, phone: str, what_for: CodeFor, message: Callable[[str], str], *, asked: Asked, now: datetime
) -> None:
    """Send a new code to the phone; the one before no longer counts, and is not sent if it still waits.

    `message` makes the SMS of the code; where it leaves the code out, the code is of no use to anyone.

    Raises:
        TooMany: asked again within 60 s, or more than five times an hour for the number or for the address.
    """
    # By its hash: a lock's name goes to the database's log like every other value.
    work.one_at_a_time(f"code:{phone_look_up(phone)}", f"code:{rules.counted_as(asked.address)}")
    check_pace(_limits(phone, asked, now, work.session), now)
    before = work.session.scalar(_newest(phone, what_for))
    if before is not None:
        notifications.withdraw(work, _key_of(before))
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):06d}"
    row = OneTimeCode(
        phone_look_up=phone_look_up(phone),
        what_for=what_for,
        address=rules.counted_as(asked.address),
        code_hash=_hash(phone, what_for, code),
        sent_at=now,
        expires_at=now + rules.CODE_LIFE,
        tries_left=rules.CODE_TRIES,
    )
    work.session.add(row)
    work.session.flush()
    until = row.expires_at
    notifications.enqueue(
        work, notifications.SMS, phone, message(code), key=_key_of(row), now=now, code_until=until
    )


def _hash(phone: str, what_for: CodeFor, code: str) -> str:
    return keyring.look_up(f"{phone}:{what_for.value}:{code}")


def _key_of(row: OneTimeCode) -> str:
    """With its moment: a forgotten row's number may be given again, and its message still be known."""
    return f"code:{row.id}:{row.sent_at:%y%m%d%H%M%S}"


def _to(phone: str) -> ColumnElement[bool]:
    return OneTimeCode.phone_look_up == phone_look_up(phone)


def _newest(phone: str, what_for: CodeFor) -> Select[OneTimeCode]:
    mine = select(OneTimeCode).where(_to(phone), OneTimeCode.what_for == what_for)
    return mine.order_by(OneTimeCode.id.desc()).limit(1)


def wait_for(phone: str, *, asked: Asked, now: datetime, session: Session | None = None) -> int:
    """Seconds until another code may be asked for; 0 when it may be now."""
    return seconds_to_wait(_limits(phone, asked, now, session or db.session()), now)


def _limits(phone: str, asked: Asked, now: datetime, session: Session) -> list[Limit]:
    """Nothing here asks whether the number has an account.

    Codes of numbers that proved themselves within the hour are no guessing: a carrier hides thousands of phones
    behind one address.
    """
    proven = select(OneTimeCode.phone_look_up).where(OneTimeCode.used_at > now - HOUR)
    here = OneTimeCode.address == rules.counted_as(asked.address)
    of_phone = _sent(session, _to(phone), now)
    of_address = _sent(session, here & OneTimeCode.phone_look_up.not_in(proven), now)
    return [Limit(of_phone, spaced=True), Limit(of_address, asked.at_most)]


def _sent(session: Session, which: ColumnElement[bool], now: datetime) -> list[datetime]:
    """When codes were sent within the hour, the oldest first."""
    times = select(OneTimeCode.sent_at).where(which, OneTimeCode.sent_at > now - HOUR)
    return list(session.scalars(times.order_by(OneTimeCode.sent_at)))


@dataclass(frozen=True)
class Checked:
    """How a code fared: taken, taken once more by the same request, or the reason why not."""

    problem: InvalidInput | TooMany | None = None
    again: bool = False


def check(
    work: Work, phone: str, what_for: CodeFor, code: str, *, now: datetime, key: str | None = None
) -> Checked:
    """Take the code, or count a wrong try: the caller raises the problem after the try is kept.

    A repeated request, known by its key, is answered as the first: its answer may have been lost on the way.
    """
    row = work.session.scalar(_newest(phone, what_for).with_for_update())
    right = hmac.compare_digest(row.code_hash if row else "", _hash(phone, what_for, code))
    again = row is not None and right and key is not None and row.used_key == key
    used = row is not None and row.used_at is not None and not again
    problem = try_code(None if used else row, right, now=now)
    if problem is not None or row is None:
        return Checked(problem)
    if not again:
        row.used_at, row.used_key = now, key
    return Checked(again=again)


def forget(now: datetime) -> None:
    """Codes leave with the addresses they hold, once no limit counts them any more."""
    with unit_of_work() as work:
        work.session.execute(delete(OneTimeCode).where(OneTimeCode.sent_at < now - HOUR))
