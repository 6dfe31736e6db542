"""The chat of a visit: ordered by id, each message once, 2,000 characters at most; and who read how far."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from ..domain.errors import Conflict, InvalidInput
from ..domain.texts import clean_text
from ..domain.visit_flow import LIVE, By, State
from ..extensions import db
from ..models import Attachment, Message, ReadMark, Visit
from . import topics
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

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
        return add(work, visit_id, text, by=by, now=now, key=key)


def add(
    work: Work,
    visit_id: int,
    text: str,
    *,
    by: Actor,
    now: datetime,
    key: str,
    attachment: Attachment | None = None,
) -> Message:
    """Put a checked message into the conversation. Raises Conflict: the visit is not live."""
    visit = lock_open(work, visit_id)
    message = Message(
        visit_id=visit_id,
        author_id=by.account_id,
        participant_id=by.participant_id,
        by=by.by,
        body=visit.kept(text),
        sent_at=now,
        request_key=key,
        attachment=attachment,
    )
    work.session.add(message)
    work.session.flush()
    work.announce(topics.message(message))
    return message


def lock_open(work: Work, visit_id: int) -> Visit:
    """The visit, while words may be added; its row is locked, so that ids of messages are handed out and
    become visible in one order.

    Raises:
        Conflict: it has ended or not begun.
    """
    visit = work.session.get_one(Visit, visit_id, with_for_update=True)
    check_open(visit)
    return visit


def check_open(visit: Visit) -> None:
    """Raises Conflict when nothing may be added to the visit's conversation."""
    if visit.state not in OPEN_FOR_WORDS:
        raise Conflict("Lượt tiếp đã kết thúc hoặc chưa bắt đầu nên không gửi được tin.")


def messages(visit_id: int, after: int = 0, limit: int = 500, since: datetime | None = None) -> list[Message]:
    """Messages with an id above `after`, oldest first; a guest reads those since their admission."""
    query = select(Message).where(Message.visit_id == visit_id, Message.id > after).order_by(Message.id)
    if since is not None:
        query = query.where(Message.sent_at >= since)
    return list(db.session.scalars(query.limit(limit)))


@dataclass(frozen=True)
class Seen:
    """The last message of one side that the other has seen, and when."""

    message_id: int
    at: datetime


@safe_to_repeat
def read_up_to(visit_id: int, message_id: int, *, by: Actor, now: datetime) -> None:
    """This side has seen the other's messages up to here; a mark never goes back."""
    newest = db.session.scalar(select(func.max(Message.id)).where(*_others(visit_id, by.by, message_id)))
    mark = db.session.get(ReadMark, (visit_id, by.by))
    if newest is None or (mark is not None and mark.message_id >= newest):
        return
    with unit_of_work() as work:
        mark = work.session.get(ReadMark, (visit_id, by.by), with_for_update=True)
        if mark is None:
            mark = ReadMark(visit_id=visit_id, by=by.by, message_id=newest, at=now)
            work.session.add(mark)
        elif mark.message_id < newest:
            mark.message_id, mark.at = newest, now
        else:
            return
        work.announce(topics.read(mark))


def seen(visit_id: int, side: By) -> Seen | None:
    """Up to which of its own messages this side has been read by the other."""
    marks = select(ReadMark).where(ReadMark.visit_id == visit_id, ReadMark.by != side)
    mark = db.session.scalar(marks.order_by(ReadMark.message_id.desc()).limit(1))
    return None if mark is None else seen_by(mark)


def seen_by(mark: ReadMark) -> Seen | None:
    """What a mark says to the other side."""
    last = db.session.scalar(
        select(func.max(Message.id)).where(*_others(mark.visit_id, mark.by, mark.message_id))
    )
    return None if last is None else Seen(last, mark.at)


def unread(visit_id: int, side: By) -> int:
    """How many messages of the other side this one has not seen."""
    mark = db.session.get(ReadMark, (visit_id, side))
    after = Message.id > (mark.message_id if mark else 0)
    return db.session.scalar(select(func.count()).where(*_others(visit_id, side), after)) or 0


def _others(visit_id: int, side: By, up_to: int | None = None) -> tuple[ColumnElement[bool], ...]:
    there = (Message.visit_id == visit_id, Message.by != side)
    return there if up_to is None else (*there, Message.id <= up_to)
