"""The voices that the mixer writes on the server are taken over as they grow: sealed, hashed, told to the audit.

Safe in several workers at once. What was taken over is wiped from the mixer's file.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from ...domain.recording import PIECE_MOST, RAW_EVERY, RAW_TAKE, TAKES_PIECES, GapReason
from ...domain.recording_parts import Stretch, apart
from ...extensions import db
from ...models import Recording, RecordingPiece, RecordingTake, Visit
from ..actor import SYSTEM
from ..unit_of_work import unit_of_work
from .contents import DAMAGED, Store, piece_name
from .pieces import Piece, append, new_take

_KIND = "audio/x-mjr"
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Frame(Protocol):
    """A packet as it stands in the file; `hushed` is as long, with nothing said in it."""

    @property
    def arrived(self) -> float: ...
    @property
    def content(self) -> bytes: ...
    @property
    def hushed(self) -> bytes: ...


class RawFile(Protocol):
    """A voice that the mixer writes; `key` is the same while it grows."""

    @property
    def key(self) -> str: ...
    @property
    def head(self) -> bytes: ...
    def grown(self, since: int, most: int) -> Sequence[Frame]: ...
    def wipe(self, since: int, until: int) -> None: ...


class Mixed(Protocol):
    """A stretch in which someone was heard: WebM in pieces, each with the moment at which it ends."""

    @property
    def began_at(self) -> datetime: ...
    @property
    def pieces(self) -> Iterator[tuple[bytes, datetime]]: ...


class Tape(Protocol):
    """What the mixer writes of each visit, and how voices are mixed."""

    def files_of(self, visit_code: str) -> Sequence[Any]: ...
    def mixed(self, openers: Sequence[Any], allowed: Sequence[Stretch]) -> Iterator[Mixed]: ...
    def forget(self, files: Sequence[Any]) -> None: ...


def take_over(now: datetime, *, store: Store, tape: Tape) -> int:
    """Seal what the mixer wrote since the last piece, where that is five seconds ago; tells how many pieces.

    Raises the last problem of reading, after the other visits had their turn.
    """
    sealed, problem = 0, None
    for recording_id, visit_code in _growing():
        try:
            for file in tape.files_of(visit_code):
                last_at = _place(db.session, recording_id, _key(file)).at
                if last_at is None or now - last_at >= RAW_EVERY:
                    recording = db.session.get_one(Recording, recording_id)
                    sealed += seal(recording, file, store=store, now=now)
        except DAMAGED as found:
            problem = found
    if problem is not None:
        raise problem
    return sealed


def seal(recording: Recording, file: RawFile, *, store: Store, now: datetime) -> int:
    """Take over all that the file has by now; tells how many pieces that were.

    A piece holds whole packets, each as long as in the file, so that their sizes tell how far one is.
    """
    attempt, key, sealed = recording.attempts, _key(file), 0
    while True:
        place = _place(db.session, recording.id, key)
        frames = file.grown(place.since, PIECE_MOST // 2)
        if not frames:
            return sealed
        began_at, ended_at = _at(frames[0].arrived), _at(frames[-1].arrived)
        content = (b"" if place.number else file.head) + _allowed_of(frames, recording)
        content = _kept(piece_name(recording, key, place.number), content, store)
        piece = Piece(key, place.number, _KIND, content, began_at, ended_at)
        if not _noted(recording.id, attempt, piece, now):
            return sealed
        sealed += 1
        # The piece before too: whoever sealed that may have died before this.
        file.wipe(place.since - place.last, place.since + len(content))


def allowed_of(recording: Recording) -> list[Stretch]:
    """From the beginning to the end, or to whenever it will be, without the chair's pauses."""
    end = recording.ended_at or _EVER
    pauses = [(one.began_at, one.ended_at or end) for one in recording.gaps if one.reason is GapReason.PAUSED]
    return apart((recording.started_at, end), pauses)[0]


def _growing() -> list[tuple[int, str]]:
    """The recordings that no worker makes a file of yet, with the codes of their visits."""
    query = select(Recording.id, Visit.code).join(Recording.visit)
    due = (Recording.state.in_(TAKES_PIECES), Recording.claimed_until.is_(None))
    found = [(recording_id, code) for recording_id, code in db.session.execute(query.where(*due))]
    db.session.rollback()  # the reading ends here, so that no old picture is kept open
    return found


@dataclass(frozen=True)
class _Place:
    """How far a voice is taken over: the next piece's number, from which byte on, the last one's size and time."""

    number: int = 0
    since: int = 0
    last: int = 0
    at: datetime | None = None


def _place(session: Session | scoped_session[Any], recording_id: int, key: str) -> _Place:
    mine = (RecordingTake.recording_id == recording_id, RecordingTake.key == key)
    about = (RecordingPiece.number, RecordingPiece.size, RecordingPiece.received_at)
    newest = select(*about).join(RecordingPiece.take).where(*mine).order_by(RecordingPiece.number.desc())
    last = session.execute(newest.limit(1)).first()
    if last is None:
        return _Place()
    since = session.scalar(select(func.sum(RecordingPiece.size)).join(RecordingPiece.take).where(*mine))
    return _Place(last[0] + 1, since or 0, last[1], last[2])


def _allowed_of(frames: Sequence[Frame], recording: Recording) -> bytes:
    """Nothing is kept of what came in a pause, or behind the end."""
    allowed = allowed_of(recording)
    return b"".join(
        frame.content
        if any(since <= _at(frame.arrived) < until for since, until in allowed)
        else frame.hushed
        for frame in frames
    )


def _kept(name: str, content: bytes, store: Store) -> bytes:
    """What lies under the name: the content, or what one who died before noting it had sealed from the same place."""
    try:
        store.put_once(name, content)
    except FileExistsError:
        return store.get(name)
    return content


def _noted(recording_id: int, attempt: int, piece: Piece, now: datetime) -> bool:
    """False when another worker was sooner, or makes the one file by now."""
    with unit_of_work() as work:
        recording = work.session.get_one(Recording, recording_id, with_for_update=True)
        mine = recording.attempts == attempt and recording.state in TAKES_PIECES
        if not mine or _place(work.session, recording_id, piece.take).number != piece.number:
            return False
        take = work.session.scalar(
            select(RecordingTake).where(
                RecordingTake.recording_id == recording_id, RecordingTake.key == piece.take
            )
        )
        take = take or new_take(work, recording, piece, _KIND, recording.visit.officer_id, now)
        append(work, recording, take, piece, hashlib.sha256(piece.content).hexdigest(), SYSTEM, now)
        return True


def _key(file: RawFile) -> str:
    return f"{RAW_TAKE}{file.key}"


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
