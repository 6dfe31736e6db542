"""Sessions of people who signed in: begun, seen, ended; ending one takes effect at once everywhere.

Pages and socket events find their person through `holder` each time; open sockets are told by the topic
`revoked:<code>`, and by `over_since` in processes that missed it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update

from ..domain import sign_in_rules as rules
from ..domain.codes import is_code, new_code
from ..domain.devices import Device
from ..domain.errors import NotFound
from ..extensions import db
from ..models import Account, SignInSession
from . import audit
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_COARSE = timedelta(hours=1)
_KEPT = timedelta(days=1)


@safe_to_repeat
def begin(
    account: Account, device: Device, *, shared: bool = False, now: datetime, key: str | None = None
) -> SignInSession:
    """A new session on this device; a repeated request with the same key gets the same one."""
    with unit_of_work() as work:
        if key and (before := work.session.scalar(_of(account.id).where(SignInSession.request_key == key))):
            return before
        row = SignInSession(
            code=new_code(),
            account_id=account.id,
            browser=device.browser,
            system=device.system,
            shared=shared,
            begun_at=now,
            last_seen_at=now,
            expires_at=now + rules.session_life(staff=account.is_staff, shared=shared),
            request_key=key,
        )
        work.session.add(row)
        return row


def holder(code: str, *, now: datetime) -> Account | None:
    """Whose session it is, while it lives and the account is open."""
    if not is_code(code):
        return None
    row = db.session.scalar(select(SignInSession).where(SignInSession.code == code, _alive(now)))
    if row is None or row.account.disabled:
        return None
    account = row.account
    if row.last_seen_at <= now - _COARSE:
        _see(row.id, now)
    account.session_code, account.session_shared = code, row.shared
    return account


def _see(session_id: int, now: datetime) -> None:
    with unit_of_work() as work:
        work.session.execute(
            update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now)
        )


def list_of(account_id: int, *, now: datetime) -> list[SignInSession]:
    """Where this person is signed in, the newest first."""
    return list(db.session.scalars(_of(account_id).where(_alive(now)).order_by(SignInSession.id.desc())))


def end(code: str, *, by: Actor, now: datetime) -> None:
    """End one of one's own sessions; one that is over stays over.

    Raises:
        NotFound: it is not this person's.
    """
    with unit_of_work() as work:
        row = work.session.scalar(_of(by.account_id or 0).where(SignInSession.code == code))
        if row is None:
            raise NotFound
        _end(work, [row], by=by, now=now)


def end_others(kept: str, *, by: Actor, now: datetime) -> None:
    """End all of one's own sessions but the one named. May be part of a larger change."""
    with unit_of_work() as work:
        others = _of(by.account_id or 0).where(SignInSession.code != kept, _alive(now))
        _end(work, work.session.scalars(others), by=by, now=now)


def end_all(work: Work, account_id: int, *, now: datetime) -> None:
    """End every session of an account; part of the change that asks for it, and of its audit entry."""
    for row in work.session.scalars(_of(account_id).where(_alive(now))):
        row.ended_at = now
        work.announce(f"revoked:{row.code}")


def _end(work: Work, rows: Iterable[SignInSession], *, by: Actor, now: datetime) -> None:
    for row in rows:
        if row.ended_at is None:
            row.ended_at = now
            audit.record(work, "session_ended", "sign_in_session", row.id, by=by, now=now)
            work.announce(f"revoked:{row.code}")


def over_since(moment: datetime, *, now: datetime) -> list[str]:
    """Sessions that were ended, or whose time was over, after the moment; their sockets must go."""
    over = or_(
        SignInSession.ended_at > moment,
        and_(SignInSession.expires_at > moment, SignInSession.expires_at <= now),
    )
    return list(db.session.scalars(select(SignInSession.code).where(over)))


def forget(now: datetime) -> None:
    """What is long over leaves the table; the audit trail keeps who signed in and when."""
    with unit_of_work() as work:
        work.session.execute(
            delete(SignInSession).where(
                or_(SignInSession.ended_at < now - _KEPT, SignInSession.expires_at < now - _KEPT)
            )
        )


def _of(account_id: int) -> Select[SignInSession]:
    return select(SignInSession).where(SignInSession.account_id == account_id)


def _alive(now: datetime) -> ColumnElement[bool]:
    return and_(SignInSession.ended_at.is_(None), SignInSession.expires_at > now)
