"""The outbox: a message to someone outside is a row, written with the change that causes it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select

from ..domain.deliveries import (
    CLAIM_LIFE,
    ROWS_KEPT,
    SENDER_DIED,
    TOO_LATE,
    Delivery,
    NoAnswer,
    NotTaken,
    Purpose,
    Receipt,
    left_of,
    pause_after,
    state_after,
)
from ..domain.errors import Conflict, NotFound
from ..extensions import db
from ..models import Notification
from . import audit
from .actor import Actor
from .unit_of_work import Work, unit_of_work

SMS, EMAIL = "sms", "email"
TROUBLED = (Delivery.FAILED, Delivery.IN_DOUBT)
Send = Callable[[str, str, str, str], Receipt]
"""Hands one message to its carrier: channel, recipient, body, key. Raises NotTaken or NoAnswer."""


def enqueue(
    work: Work,
    channel: str,
    recipient: str,
    body: str,
    *,
    key: str,
    now: datetime,
    code_until: datetime | None = None,
) -> None:
    """Put a message out once: the key makes a second one with it no message at all.

    `code_until` makes it a code, which is of no use afterwards.
    """
    if work.session.scalar(select(Notification.id).where(Notification.key == key)):
        return
    work.session.add(
        Notification(
            channel=channel,
            recipient=recipient,
            body=body,
            key=key,
            purpose=Purpose.CODE if code_until else Purpose.NOTICE,
            useful_until=code_until,
            created_at=now,
            next_try_at=now,
        )
    )


def known(work: Work, keys: Iterable[str]) -> set[str]:
    """Those of the keys under which a message was put out."""
    return set(work.session.scalars(select(Notification.key).where(Notification.key.in_(list(keys)))))


def withdraw(work: Work, key: str) -> None:
    """Take back a message that still waits, as if it had never been put out."""
    waiting = Notification.state == Delivery.WAITING
    work.session.execute(delete(Notification).where(Notification.key == key, waiting))


def newest(limit: int = 200) -> list[Notification]:
    """The newest messages first, for the demo's outbox."""
    return list(db.session.scalars(select(Notification).order_by(Notification.id.desc()).limit(limit)))


def troubled(limit: int = 200) -> list[Notification]:
    """What failed or is in doubt, the newest first."""
    query = select(Notification).where(Notification.state.in_(TROUBLED))
    return list(db.session.scalars(query.order_by(Notification.id.desc()).limit(limit)))


def try_again(notification_id: int, *, by: Actor, now: datetime) -> None:
    """Send a notice that failed or is in doubt once more, with the key it had; else nothing.

    Raises:
        NotFound: no such message. Conflict: it is a code.
    """
    with unit_of_work() as work:
        row = work.session.get(Notification, notification_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.purpose is Purpose.CODE:
            raise Conflict("Mã đăng nhập không gửi lại được. Người nhận tự xin mã khác.")
        if row.state in TROUBLED:
            row.state, row.attempts, row.next_try_at, row.problem = Delivery.WAITING, 0, now, ""
            audit.record(work, "message_retried", "notification", row.id, by=by, now=now)


def deliver_due(send: Send, now: datetime, most: int = 20) -> int:
    """Hand due messages to their carriers; says how many were taken."""
    taken = 0
    for _ in range(most):
        outcome = deliver_one(send, now)
        if outcome is None:
            break
        taken += outcome
    return taken


def deliver_one(send: Send, now: datetime) -> bool | None:
    """Hand the next due message to its carrier: whether it was taken, or nothing when none is due.

    It is claimed before it is sent, so that of several workers one sends it. Codes go first.
    """
    claimed = _claim(now)
    if claimed is None:
        return None
    try:
        receipt = send(claimed.channel, claimed.recipient, claimed.body, claimed.key)
    except (NotTaken, NoAnswer) as problem:
        _settle(claimed, problem, now)
        return False
    _settle(claimed, receipt, now)
    return True


def _claim(now: datetime) -> Notification | None:
    due = and_(Notification.state == Delivery.WAITING, Notification.next_try_at <= now)
    lapsed = _lapsed(now)
    db.session.rollback()  # see what others have written since
    if not db.session.scalar(select(Notification.id).where(or_(due, lapsed)).limit(1)):
        return None  # looking takes no writer's place
    with unit_of_work() as work:
        for late in work.session.scalars(
            select(Notification).where(lapsed).with_for_update(skip_locked=True)
        ):
            _give_up(late, now)
        work.session.flush()
        # By the words themselves: "code" comes before "notice".
        next_one = select(Notification).where(due).order_by(Notification.purpose, Notification.id).limit(1)
        row = work.session.scalar(next_one.with_for_update(skip_locked=True))
        if row is not None:
            row.state = Delivery.SENDING
            row.attempts += 1
            row.next_try_at = now + CLAIM_LIFE
        return row


def _lapsed(now: datetime) -> ColumnElement[bool]:
    """Codes that came too late, and messages whose worker died while it sent them."""
    return or_(
        and_(Notification.state == Delivery.WAITING, Notification.useful_until <= now),
        and_(Notification.state == Delivery.SENDING, Notification.next_try_at <= now),
    )


def _give_up(row: Notification, now: datetime) -> None:
    if row.state is Delivery.SENDING:
        _fail(row, NoAnswer(SENDER_DIED), now)
        row.next_try_at = now
    else:
        _fail(row, NotTaken(TOO_LATE), now)


def _settle(claimed: Notification, outcome: Receipt | NotTaken | NoAnswer, now: datetime) -> None:
    with unit_of_work() as work:
        row = work.session.get_one(Notification, claimed.id, with_for_update=True)
        if (row.state, row.attempts) != (Delivery.SENDING, claimed.attempts):
            return  # it took so long that another worker has it
        if isinstance(outcome, Receipt):
            row.state, row.sent_at, row.problem = Delivery.SENT, now, ""
            row.gateway_id = outcome.gateway_id[:120]
            if row.purpose is Purpose.CODE and not outcome.shown_here:
                row.body = ""
        else:
            _fail(row, outcome, now)


def _fail(row: Notification, problem: NotTaken | NoAnswer, now: datetime) -> None:
    row.state = state_after(problem, row.purpose, row.attempts, left_of(row.useful_until, now))
    row.problem = str(problem)[:60]
    row.next_try_at = now + pause_after(row.purpose, row.attempts)
    if row.purpose is Purpose.CODE and row.state is not Delivery.WAITING:
        row.body = ""


def forget(now: datetime) -> None:
    """Rows of codes and of letters leave after a week; nobody needs to know any longer to whom one went.

    An address that its owner has changed or had deleted does not live on here.
    """
    with unit_of_work() as work:
        old = Notification.created_at < now - ROWS_KEPT
        leaves = or_(Notification.purpose == Purpose.CODE, Notification.channel == EMAIL)
        work.session.execute(delete(Notification).where(leaves, old))
