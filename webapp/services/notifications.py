"""The outbox: a message to someone outside is a row, written with the change that causes it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from ..extensions import db
from ..models import Delivery, Notification
from .unit_of_work import Work, unit_of_work

SMS, EMAIL = "sms", "email"
_MOST_ATTEMPTS = 5


def enqueue(work: Work, channel: str, recipient: str, body: str, *, key: str, now: datetime) -> None:
    """Put a message out once: the key makes a second one with it no message at all."""
    if work.session.scalar(select(Notification.id).where(Notification.key == key)):
        return
    work.session.add(
        Notification(
            channel=channel, recipient=recipient, body=body, key=key, created_at=now, next_try_at=now
        )
    )


def newest(limit: int = 200) -> list[Notification]:
    """The newest messages first, for the demo's outbox."""
    return list(db.session.scalars(select(Notification).order_by(Notification.id.desc()).limit(limit)))


def deliver_due(send: Callable[[str, str, str, str], None], now: datetime, most: int = 20) -> int:
    """Hand due messages to the gateway; each is claimed before it is sent, so never sent twice.

    `send(channel, recipient, body, key)` raises OSError when the gateway cannot be reached.
    """
    sent = 0
    for notification_id in _due(now, most):
        claimed = _claim(notification_id, now)
        if claimed is None:
            continue
        try:
            send(claimed.channel, claimed.recipient, claimed.body, claimed.key)
        except OSError:
            _settle(
                claimed.id, Delivery.FAILED if claimed.attempts >= _MOST_ATTEMPTS else Delivery.WAITING, None
            )
        else:
            _settle(claimed.id, Delivery.SENT, now)
            sent += 1
    return sent


def _due(now: datetime, most: int) -> list[int]:
    waiting = Notification.state == Delivery.WAITING
    due = Notification.next_try_at <= now
    ids = db.session.scalars(
        select(Notification.id).where(waiting, due).order_by(Notification.id).limit(most)
    )
    return list(ids)


def _claim(notification_id: int, now: datetime) -> Notification | None:
    with unit_of_work() as work:
        row = work.session.get(Notification, notification_id, with_for_update={"skip_locked": True})
        if row is None or row.state is not Delivery.WAITING or row.next_try_at > now:
            return None
        row.state = Delivery.SENDING
        row.attempts += 1
        row.next_try_at = now + timedelta(seconds=30 * 2**row.attempts)
        return row


def _settle(notification_id: int, state: Delivery, sent_at: datetime | None) -> None:
    with unit_of_work() as work:
        row = work.session.get_one(Notification, notification_id)
        row.state, row.sent_at = state, sent_at
