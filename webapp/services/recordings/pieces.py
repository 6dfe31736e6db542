"""How a recording begins and grows: takes of the officer's browser, and their pieces."""

import hashlib
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, scoped_session

from ...domain.codes import is_request_key, new_code
from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.recording import (
    MEDIA_TYPES,
    PIECE_MOST,
    SERVER_TAKE,
    SILENCE,
    TAKES_PIECES,
    GapReason,
    Missing,
    RecordingState,
)
from ...domain.retention import retention_class_of
from ...extensions import db
from ...models import Recording, RecordingPiece, RecordingTake, Visit
from .. import audit, topics
from ..actor import SYSTEM, Actor
from ..passwords import off_loop
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .contents import Store, piece_name
from .gaps import add_gap, open_gap

_MOST_PIECES = 20_000
"""More than a day of five seconds each."""


def begin(work: Work, visit: Visit, now: datetime) -> None:
    """The reception begins, and with it its recording, without anyone asking; once a visit."""
    if work.session.scalar(select(Recording.id).where(Recording.visit_id == visit.id)) is not None:
        return
    recording = Recording(
        code=new_code(),
        visit_id=visit.id,
        state=RecordingState.RUNNING,
        started_at=now,
        retention=retention_class_of(visit.petition.kind),
        attempts=0,
    )
    work.session.add(recording)
    work.session.flush()
    add_gap(work, recording, Missing.EVERYTHING, GapReason.NOT_BEGUN, now)
    audit.record(work, "recording.begin", "recording", recording.code, by=SYSTEM, now=now, visit=visit.code)


@dataclass(frozen=True)
class Piece:
    """Some seconds as a browser sends them; the times are those of the server's clock."""

    take: str
    number: int
    media_type: str
    content: bytes
    began_at: datetime
    """When its take began."""
    ended_at: datetime


@safe_to_repeat
def add_piece(visit_id: int, piece: Piece, *, by: Actor, now: datetime, store: Store) -> bool:
    """Keep a piece; the same again is no second one. Tells whether it is new.

    Raises:
        NotFound: no recording that this officer makes. InvalidInput: no piece of a recording.
        Conflict: another content came under this number, or the recording is closed.
    """
    kind, digest = _checked(piece), hashlib.sha256(piece.content).hexdigest()
    recording, take = _found(visit_id, piece, by)
    if _arrived(db.session, recording, take, piece.number, digest):
        return False
    try:
        # The thread must know the app too, whose folder the store writes in.
        name = piece_name(recording, piece.take, piece.number)
        off_loop(copy_context().run, store.put_once, name, piece.content)
    except FileExistsError:
        raise Conflict from None
    with unit_of_work() as work:
        # Its row is locked, so that takes are numbered in one order and nothing comes behind the end.
        recording = work.session.get_one(Recording, recording.id, with_for_update=True)
        take = work.session.scalar(_take(recording.id, piece.take))
        if _arrived(work.session, recording, take, piece.number, digest):
            return False
        new = take is None
        take = take or new_take(work, recording, piece, kind, by.account_id, now)
        append(work, recording, take, piece, digest, by, now)
        _mind_the_gap(work, recording, take, piece, new, now)
        recording.last_piece_at = now
        recording.recorded_until = max(recording.recorded_until or piece.ended_at, piece.ended_at)
        return True


def _checked(piece: Piece) -> str:
    """The media type without what stands behind it. Raises InvalidInput."""
    kind = piece.media_type.partition(";")[0].strip().lower()
    is_key = is_request_key(piece.take) and not piece.take.startswith(SERVER_TAKE)
    if kind not in MEDIA_TYPES or not is_key or piece.number >= _MOST_PIECES:
        raise InvalidInput("Đây không phải là một đoạn ghi âm, ghi hình.")
    if not 0 < len(piece.content) <= PIECE_MOST:
        raise InvalidInput("Đoạn ghi trống hoặc dài quá.")
    return kind


def _found(visit_id: int, piece: Piece, by: Actor) -> tuple[Recording, RecordingTake | None]:
    """The recording, when this officer holds the visit, or made the take before handing it over."""
    row = db.session.execute(
        select(Recording, Visit.officer_id).join(Recording.visit).where(Recording.visit_id == visit_id)
    ).first()
    if row is None:
        raise NotFound
    take = db.session.scalar(_take(row[0].id, piece.take))
    if by.account_id is None or by.account_id != (take.officer_id if take else row[1]):
        raise NotFound
    return row[0], take


def _take(recording_id: int, key: str) -> Select[RecordingTake]:
    return select(RecordingTake).where(RecordingTake.recording_id == recording_id, RecordingTake.key == key)


def _arrived(
    session: Session | scoped_session[Any],
    recording: Recording,
    take: RecordingTake | None,
    number: int,
    digest: str,
) -> bool:
    """Whether this very piece is here. Raises Conflict when another is, or none is taken any more."""
    before = session.get(RecordingPiece, (take.id, number)) if take else None
    if before is not None and before.sha256 == digest:
        return True
    closed = recording.state not in TAKES_PIECES or recording.claimed_until is not None
    if before is not None or closed:
        raise Conflict("Bản ghi đã đóng, hoặc đoạn này đã có nội dung khác.")
    return False


def new_take(
    work: Work, recording: Recording, piece: Piece, kind: str, officer_id: int | None, now: datetime
) -> RecordingTake:
    last = work.session.scalar(
        select(func.max(RecordingTake.number)).where(RecordingTake.recording_id == recording.id)
    )
    take = RecordingTake(
        recording_id=recording.id,
        number=(last or 0) + 1,
        key=piece.take,
        officer_id=officer_id,
        media_type=kind,
        began_at=max(recording.started_at, min(piece.began_at, piece.ended_at, now)),
    )
    work.session.add(take)
    work.session.flush()
    return take


def append(
    work: Work,
    recording: Recording,
    take: RecordingTake,
    piece: Piece,
    digest: str,
    by: Actor,
    now: datetime,
) -> None:
    work.session.add(
        RecordingPiece(
            take_id=take.id,
            number=piece.number,
            size=len(piece.content),
            sha256=digest,
            ended_at=max(take.began_at, min(piece.ended_at, now)),
            received_at=now,
        )
    )
    about = {"take": take.number, "piece": piece.number, "sha256": digest}
    audit.record(work, "recording.piece", "recording", recording.code, by=by, now=now, **about)


def _mind_the_gap(
    work: Work, recording: Recording, take: RecordingTake, piece: Piece, new: bool, now: datetime
) -> None:
    """Something arrives: what was missing ends where its take began, and a silence before it is noted."""
    gap = open_gap(work, recording.id, Missing.EVERYTHING)
    until = recording.recorded_until
    if gap is not None:
        if gap.reason is GapReason.PAUSED or piece.ended_at <= gap.began_at:
            return
        gap.ended_at = max(gap.began_at, take.began_at)
    elif new and until is not None and take.began_at - until > SILENCE:
        between = add_gap(work, recording, Missing.EVERYTHING, GapReason.BETWEEN, until)
        between.ended_at = take.began_at
    if gap is not None or new:
        work.announce(topics.visit(recording.visit))
