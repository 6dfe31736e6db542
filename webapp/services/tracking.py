"""Following a petition from outside, with its code and a code sent to the phone of its account.

Whoever asks is told the same in the same time, whether there is such a petition and such a phone or
not: asking only writes down the question. The worker looks later, and a message goes out when they fit.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, select

from ..domain import codes
from ..domain import sign_in_rules as rules
from ..domain.code_rules import HOUR, Limit, check_pace, digits_of, try_code
from ..domain.errors import InvalidInput, NotFound
from ..extensions import db
from ..keyring import keyring
from ..models import Account, Petition, TrackingCode, phone_look_up
from . import audit, notifications
from .actor import SYSTEM
from .languages import in_language
from .sign_in import read_phone
from .unit_of_work import Work, safe_to_repeat, unit_of_work

SEEN_FOR = timedelta(minutes=30)
"""So long a right code shows the petition, in the browser in which it was typed."""

_KEPT = timedelta(days=1)


def read_code(typed: str) -> str:
    """A petition's code from any usual way of writing it.

    Raises:
        InvalidInput: it has not the form of a code, or its check character finds a slip.
    """
    code = codes.read_code(typed)
    if not codes.is_code(code):
        raise InvalidInput("Mã đơn chưa đúng, có lẽ nhầm một chữ. Hãy xem lại trên biên nhận.", "code")
    return code


@safe_to_repeat
def ask(code: str, phone: str, *, address: str, now: datetime, key: str) -> str:
    """Write down who asks for which petition; returns by what the question is known, for the same form the same.

    It is no row's number: those of forgotten questions are given again, and browsers keep it longer.

    Raises:
        InvalidInput: code or phone are not of their form; says nothing of whether they exist.
        TooMany: asked again within 60 s, or more than five times an hour for the code or the phone.
    """
    petition_code, number, address = read_code(code), read_phone(phone), rules.counted_as(address)
    # A form gone back to and mended has the key of before: it is another question.
    same = keyring.look_up(f"track:{key}:{petition_code}:{number}")
    petition_hash, phone_hash = keyring.look_up(f"track:{petition_code}"), _of_phone(number)
    with unit_of_work() as work:
        work.one_at_a_time(*(f"track:{one}" for one in (petition_hash, phone_hash, address)))
        before = work.session.scalar(_known_by(same))
        if before is not None:
            return same
        row = TrackingCode(
            petition_hash=petition_hash,
            phone_hash=phone_hash,
            address=address,
            petition_code=petition_code,
            phone=number,
            code=f"{secrets.randbelow(10**rules.CODE_DIGITS):06d}",
            asked_at=now,
            expires_at=now + rules.CODE_LIFE,
            tries_left=rules.CODE_TRIES,
            request_key=same,
        )
        check_pace(_limits(work, row, now), now)
        work.session.add(row)
        return same


def _known_by(asked: str) -> Select[TrackingCode]:
    return select(TrackingCode).where(TrackingCode.request_key == asked)


def _of_phone(number: str) -> str:
    return phone_look_up(number, within="track")


def asked_with(number: str) -> list[TrackingCode]:
    """Questions of the last day in which this phone was given, by whomever."""
    query = select(TrackingCode).where(TrackingCode.phone_hash == _of_phone(number))
    return list(db.session.scalars(query.order_by(TrackingCode.id.desc())))


def _limits(work: Work, row: TrackingCode, now: datetime) -> list[Limit]:
    def asked(*where: ColumnElement[bool]) -> list[datetime]:
        times = select(TrackingCode.asked_at).where(*where, TrackingCode.asked_at > now - HOUR)
        return list(work.session.scalars(times.order_by(TrackingCode.asked_at)))

    petition = TrackingCode.petition_hash == row.petition_hash
    phone = TrackingCode.phone_hash == row.phone_hash
    return [
        Limit(asked(petition, phone), spaced=True),
        Limit(asked(petition)),
        Limit(asked(phone)),
        Limit(asked(TrackingCode.address == row.address), rules.TRACKED_AN_HOUR),
    ]


def settle_asked(now: datetime, most: int = 50) -> int:
    """Look which questions fit a petition and its phone, and message those; returns how many fit."""
    fitting = 0
    if db.session.scalar(select(TrackingCode.id).where(TrackingCode.settled_at.is_(None)).limit(1)) is None:
        return 0
    with unit_of_work() as work:
        asked = work.session.scalars(
            select(TrackingCode)
            .where(TrackingCode.settled_at.is_(None))
            .order_by(TrackingCode.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        for row in asked:
            row.settled_at = now
            row.petition_id = work.session.scalar(
                select(Petition.id)
                .join(Petition.account)
                .where(
                    Petition.code == row.petition_code,
                    Account.phone_look_up == phone_look_up(row.phone),
                    Account.disabled.is_(False),
                )
            )
            if row.petition_id is not None and now <= row.expires_at:
                fitting += 1
                account = work.session.get_one(Petition, row.petition_id).account
                body = in_language(rules.TRACKING_WORDS, account.language).format(code=row.code)
                notifications.enqueue(
                    work,
                    notifications.SMS,
                    row.phone,
                    body,
                    key=f"track:{row.request_key}",
                    now=now,
                    code_until=row.expires_at,
                )
    return fitting


def check(asked: str, typed: str, *, now: datetime) -> Petition:
    """The petition, when the code is that of the message; the same again is answered alike while it lives.

    Raises:
        InvalidInput: wrong or outlived code, or nothing was there to be sent: all alike.
        TooMany: five wrong tries with this code.
    """
    code = digits_of(typed)
    with unit_of_work() as work:
        row = work.session.scalar(_known_by(asked).with_for_update())
        same = hmac.compare_digest(row.code.encode() if row else b"", code.encode())
        problem = try_code(row, same and row is not None and row.petition_id is not None, now=now)
        if problem is None and row is not None:
            if row.used_at is None:
                row.used_at = now
                audit.record(work, "petition_tracked", "petition", row.petition_id, by=SYSTEM, now=now)
            return work.session.get_one(Petition, row.petition_id)
    raise problem or NotFound


def seen(asked: str, *, now: datetime) -> Petition:
    """The petition that this question opened a while ago. Raises NotFound when it is too long ago."""
    row = db.session.scalar(_known_by(asked))
    if row is None or row.petition_id is None or row.used_at is None or now > row.used_at + SEEN_FOR:
        raise NotFound("Trang này đã đóng. Hãy nhập lại mã đơn và số điện thoại.")
    return db.session.get_one(Petition, row.petition_id)


def forget_asked(now: datetime) -> None:
    """Questions older than a day are of no more use to anyone."""
    if db.session.scalar(select(TrackingCode.id).where(TrackingCode.asked_at < now - _KEPT).limit(1)) is None:
        return
    with unit_of_work() as work:
        work.session.execute(delete(TrackingCode).where(TrackingCode.asked_at < now - _KEPT))
