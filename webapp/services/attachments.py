"""What is sent beside words, in pieces that survive a broken line; whole, it joins the conversation once.

Contents lie in a store outside the database, which the door hands in. A piece is stored first and noted
after: what is noted is there. Nothing is stored inside a unit of work, for a disk may make us wait.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PureWindowsPath
from typing import Protocol

from sqlalchemy import ColumnElement, delete, func, select

from ..domain import attachments as rules
from ..domain.attachments import PIECE, AttachmentKind
from ..domain.codes import is_code, new_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.texts import N_, clean_line
from ..extensions import db
from ..models import Attachment, AttachmentPiece, Message
from . import audit, conversation
from .actor import Actor
from .passwords import off_loop_here
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_GIVEN_UP = timedelta(days=1)


class Store(Protocol):
    """Keeps large contents under names."""

    def put(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def remove(self, name: str) -> None: ...


Look = Callable[[str, bytes], bytes]
"""Given a media type and a content: the content as it may be kept. Raises InvalidInput."""


class NotWhole(Conflict):
    """What arrived is not what was announced; it is to be sent again."""

    message = N_("Tệp đến nơi chưa nguyên vẹn. Hãy gửi lại.")


@dataclass(frozen=True)
class Announced:
    """What a browser says of the thing that it will send."""

    kind: AttachmentKind
    size: int
    sha256: str
    duration_ms: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Begun:
    """Where the sending stands: which pieces are there, and the message once it is whole."""

    code: str
    pieces: int
    have: list[int]
    message_id: int | None


@safe_to_repeat
def begin(visit_id: int, what: Announced, *, by: Actor, now: datetime, key: str) -> Begun:
    """Begin sending, or go on where it broke off: the same key is the same thing.

    Raises:
        InvalidInput: empty, too big or too long. Conflict: the visit is not live, it has sent enough, or
        the key was given to another thing.
    """
    duration = None if what.duration_ms is None else timedelta(milliseconds=what.duration_ms)
    rules.check_size(what.kind, what.size, duration)
    with unit_of_work() as work:
        before = _by_key(work, visit_id, by, key)
        if before is not None:
            if (before.size, before.sha256) != (what.size, what.sha256):
                raise Conflict
            return _state_of(work, before)
        attachment = _new(work, visit_id, what, by, now, key)
        return _state_of(work, attachment)


@safe_to_repeat
def put_piece(
    visit_id: int, code: str, number: int, content: bytes, *, store: Store, by: Actor, now: datetime
) -> None:
    """Keep one piece; one that is there already stays as it came first.

    Raises:
        NotFound: no such attachment of this person. InvalidInput: no such piece, not its size, or it
        begins like nothing that may be sent. Conflict: the visit is not live any more.
    """
    attachment = _own(visit_id, code, by)
    if not content or len(content) != attachment.size_of(number):
        raise InvalidInput("Phần vừa gửi không đúng kích thước.", "file")
    attachment_id, folder = attachment.id, attachment.folder
    there = db.session.get(AttachmentPiece, (attachment_id, number)) is not None
    if there or attachment.message_id is not None:
        return
    conversation.check_open(attachment.visit)
    if number == 1:
        try:
            rules.check_start(attachment.kind, content)
        except InvalidInput:
            _forget(attachment, store)
            raise
    off_loop_here(store.put, f"{folder}/{number}", content)
    with unit_of_work() as work:
        if work.session.get(Attachment, attachment_id) is None:
            raise NotFound
        if work.session.get(AttachmentPiece, (attachment_id, number)) is None:
            work.session.add(AttachmentPiece(attachment_id=attachment_id, number=number))


@safe_to_repeat
def finish(visit_id: int, code: str, *, store: Store, look: Look, by: Actor, now: datetime) -> Message:
    """All pieces are there: check the whole and make it a message. Asked again, gives the same message.

    Raises:
        NotWhole: pieces are missing, or they make something else than was announced; then none is kept.
        InvalidInput: its content may not be sent; then it is forgotten. Conflict: the visit is not live.
    """
    attachment = _own(visit_id, code, by)
    if attachment.message_id is not None:
        return db.session.get_one(Message, attachment.message_id)
    if _count_pieces(attachment.id) < attachment.pieces:
        raise NotWhole
    try:
        content, media_type = _checked(attachment, store, look)
    except (NotWhole, InvalidInput):
        made = _made_meanwhile(attachment.id)
        if made is not None:
            return made
        _forget(attachment, store)
        raise
    off_loop_here(store.put, f"{attachment.folder}/whole", content)
    attachment_id = attachment.id
    with unit_of_work() as work:
        kept = work.session.get(Attachment, attachment_id)
        if kept is None:
            raise NotFound
        message = _make_message(work, kept, media_type, content, by, now)
    off_loop_here(_remove_pieces, store, kept.folder, kept.pieces)
    return message


@safe_to_repeat
def send(
    visit_id: int,
    content: bytes,
    name: str,
    *,
    store: Store,
    look: Look,
    by: Actor,
    now: datetime,
    key: str,
) -> Message:
    """Take a picture or file in one go, as a form without scripts sends it.

    Raises:
        InvalidInput: nothing was chosen, or it may not be sent. Conflict: the visit is not live.
    """
    if not content:
        raise InvalidInput("Hãy chọn một ảnh hoặc tệp rồi gửi.", "file")
    kind = rules.kind_of(content)
    what = Announced(kind, len(content), hashlib.sha256(content).hexdigest(), name=name)
    media_type = rules.media_type_of(kind, content)
    content = off_loop_here(look, media_type, content)
    code = begin(visit_id, what, by=by, now=now, key=key).code
    off_loop_here(store.put, f"attachment/{code}/whole", content)
    with unit_of_work() as work:
        return _make_message(work, _by_code(work, code), media_type, content, by, now)


def whole(visit_id: int, code: str) -> Attachment:
    """An attachment of this visit that has become a message. Raises NotFound."""
    return _find(visit_id, code, Attachment.message_id.is_not(None))


def read(visit_id: int, code: str, *, store: Store) -> tuple[Attachment, bytes]:
    """A whole attachment of this visit, for its two sides. Raises NotFound."""
    attachment = whole(visit_id, code)
    try:
        return attachment, off_loop_here(store.get, f"{attachment.folder}/whole")
    except FileNotFoundError:
        raise NotFound from None


def forget_unfinished(now: datetime, store: Store, most: int = 20) -> int:
    """What was begun a day ago and never became whole is given up; returns how many."""
    old = select(Attachment).where(Attachment.message_id.is_(None), Attachment.began_at < now - _GIVEN_UP)
    found = list(db.session.scalars(old.limit(most)))
    for attachment in found:
        _forget(attachment, store)
    return len(found)


def _new(work: Work, visit_id: int, what: Announced, by: Actor, now: datetime, key: str) -> Attachment:
    visit = conversation.lock_open(work, visit_id)
    of_visit = select(func.sum(Attachment.size)).where(Attachment.visit_id == visit_id)
    if (work.session.scalar(of_visit) or 0) + what.size > rules.VISIT_MOST:
        raise Conflict("Lượt tiếp này đã gửi đủ 60 MB. Hãy đưa thêm giấy tờ ở nơi tiếp công dân.")
    attachment = Attachment(
        code=new_code(),
        visit_id=visit_id,
        author_id=by.account_id,
        by=by.by,
        kind=what.kind,
        name=visit.kept(_file_name(what.name)) if what.kind is AttachmentKind.FILE else "",
        size=what.size,
        pieces=-(-what.size // PIECE),
        duration_ms=what.duration_ms,
        sha256=what.sha256,
        request_key=key,
        began_at=now,
    )
    work.session.add(attachment)
    work.session.flush()
    return attachment


def _file_name(name: str) -> str:
    """The last part of what may be a path; the suffix stays when the rest is cut."""
    last = clean_line(PureWindowsPath(name).name)
    stem, dot, suffix = last.rpartition(".")
    return last if len(last) <= 120 else f"{stem[:100]}{dot}{suffix[:10]}"


def _make_message(
    work: Work, attachment: Attachment, media_type: str, content: bytes, by: Actor, now: datetime
) -> Message:
    if attachment.message_id is not None:
        return work.session.get_one(Message, attachment.message_id)
    message = conversation.add(
        work, attachment.visit_id, "", by=by, now=now, key=attachment.request_key, attachment=attachment
    )
    attachment.media_type = media_type
    work.session.execute(delete(AttachmentPiece).where(AttachmentPiece.attachment_id == attachment.id))
    about = {"sha256": attachment.sha256, "size": attachment.size, "kind": attachment.kind.value}
    about["kept_sha256"] = hashlib.sha256(content).hexdigest()
    audit.record(work, "attach", "attachment", attachment.id, by=by, now=now, **about)
    return message


def _state_of(work: Work, attachment: Attachment) -> Begun:
    numbers = select(AttachmentPiece.number).where(AttachmentPiece.attachment_id == attachment.id)
    have = sorted(work.session.scalars(numbers))
    return Begun(attachment.code, attachment.pieces, have, attachment.message_id)


def _by_key(work: Work, visit_id: int, by: Actor, key: str) -> Attachment | None:
    mine = (Attachment.visit_id == visit_id, Attachment.author_id == by.account_id)
    return work.session.scalar(select(Attachment).where(*mine, Attachment.request_key == key))


def _by_code(work: Work, code: str) -> Attachment:
    return work.session.scalars(select(Attachment).where(Attachment.code == code)).one()


def _own(visit_id: int, code: str, by: Actor) -> Attachment:
    """What this person sends in this visit. Raises NotFound, for another's too."""
    return _find(visit_id, code, Attachment.author_id == by.account_id)


def _find(visit_id: int, code: str, *where: ColumnElement[bool]) -> Attachment:
    here = (Attachment.visit_id == visit_id, Attachment.code == code)
    attachment = db.session.scalar(select(Attachment).where(*here, *where)) if is_code(code) else None
    if attachment is None:
        raise NotFound
    return attachment


def _count_pieces(attachment_id: int) -> int:
    arrived = select(func.count()).where(AttachmentPiece.attachment_id == attachment_id)
    return db.session.scalar(arrived) or 0


def _checked(attachment: Attachment, store: Store, look: Look) -> tuple[bytes, str]:
    """The content as it may be kept, and what it is. Raises NotWhole, InvalidInput."""
    try:
        content = off_loop_here(_join, store, attachment.folder, attachment.pieces)
    except FileNotFoundError:
        raise NotWhole from None
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise NotWhole
    media_type = rules.media_type_of(attachment.kind, content)
    return off_loop_here(look, media_type, content), media_type


def _made_meanwhile(attachment_id: int) -> Message | None:
    """The message, when another request with the same wish was faster."""
    db.session.rollback()
    return db.session.scalar(
        select(Message)
        .join(Attachment, Attachment.message_id == Message.id)
        .where(Attachment.id == attachment_id)
    )


def _forget(attachment: Attachment, store: Store) -> None:
    attachment_id, folder, pieces = attachment.id, attachment.folder, attachment.pieces
    with unit_of_work() as work:
        kept = work.session.get(Attachment, attachment_id, with_for_update=True)
        if kept is None or kept.message_id is not None:
            return
        work.session.execute(delete(AttachmentPiece).where(AttachmentPiece.attachment_id == attachment_id))
        work.session.delete(kept)
    off_loop_here(store.remove, f"{folder}/whole")
    off_loop_here(_remove_pieces, store, folder, pieces)


def _join(store: Store, folder: str, pieces: int) -> bytes:
    return b"".join(store.get(f"{folder}/{number}") for number in range(1, pieces + 1))


def _remove_pieces(store: Store, folder: str, pieces: int) -> None:
    for number in range(1, pieces + 1):
        store.remove(f"{folder}/{number}")
