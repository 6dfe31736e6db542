"""The chat of a visit: ordered by id, each message once, 2,000 characters at most."""

from datetime import datetime

from sqlalchemy import select

from ..domain.errors import Conflict, InvalidInput
from ..domain.texts import clean_text
from ..domain.visit_flow import LIVE, State
from ..extensions import db
from ..models import Message, Visit
from . import topics
from .actor import Actor
from .unit_of_work import safe_to_repeat, unit_of_work

MESSAGE_MAX = 2_000
OPEN_FOR_WORDS = LIVE | {State.CALLED}


@safe_to_repeat
def say(visit_id: int, body: str, *, by: Actor, now: datetime, key: str) -> Message:
    """Keep a message; the same key again gives the first one back.

    Raises:
        InvalidInput: empty or longer than 2,000 characters. Conflict: the visit is not live.
    """
    text = clean_text(body)
    if not text:
        raise InvalidInput("Hãy viết tin nhắn rồi gửi.", "body")
    if len(text) > MESSAGE_MAX:
        raise InvalidInput("Tin dài quá 2.000 chữ cái. Hãy chia làm nhiều tin.", "body")
    with unit_of_work() as work:
        before = work.session.scalar(
            select(Message).where(
                Message.visit_id == visit_id,
                Message.author_id == by.account_id,
                Message.participant_id == by.participant_id,
                Message.request_key == key,
            )
        )
        if before is not None:
            return before
        # The visit's row is locked, so that ids are handed out and become visible in one order.
        visit = work.session.get_one(Visit, visit_id, with_for_update=True)
        if visit.state not in OPEN_FOR_WORDS:
            raise Conflict("Lượt tiếp đã kết thúc hoặc chưa bắt đầu nên không gửi được tin.")
        message = Message(
            visit_id=visit_id,
            author_id=by.account_id,
            participant_id=by.participant_id,
            by=by.by,
            body=text,
            sent_at=now,
            request_key=key,
        )
        work.session.add(message)
        work.session.flush()
        work.announce(topics.message(message))
        return message


def messages(visit_id: int, after: int = 0, limit: int = 500, since: datetime | None = None) -> list[Message]:
    """Messages with an id above `after`, oldest first; a guest reads those since their admission."""
    query = select(Message).where(Message.visit_id == visit_id, Message.id > after).order_by(Message.id)
    if since is not None:
        query = query.where(Message.sent_at >= since)
    return list(db.session.scalars(query.limit(limit)))
