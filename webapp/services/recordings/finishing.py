"""How a recording ends: after the visit's end and the last pieces, one file is made of its takes.

Safe in several workers at once: one claims the recording, each attempt writes a file of its own, and
only the attempt that the row still names is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import selectinload

from ...domain.recording import (
    LAST_PIECES,
    OPEN,
    SILENCE,
    GapReason,
    Missing,
    RecordingState,
    Unplayable,
)
from ...domain.recording_parts import Part, Span, Stretch, apart, arranged
from ...domain.visit_flow import ENDED, State, VisitTimes
from ...extensions import db
from ...models import Recording, RecordingPiece, RecordingTake, Visit
from .. import audit, topics
from ..actor import SYSTEM
from ..unit_of_work import Work, unit_of_work
from .contents import Store, TakeReader, is_whole, piece_name, sha256_of, whole_name
from .gaps import add_gap, open_gaps
from .raw_voices import Tape
from .server_takes import lessen_gaps, take_in

LEASE = timedelta(hours=1)
"""Longer than any recording takes; whoever holds it longer has died."""
ATTEMPTS = 3


class Joined(Protocol):
    """What a joiner tells of the file that it wrote."""

    @property
    def media_type(self) -> str: ...
    @property
    def duration_ms(self) -> int: ...


Join = Callable[[Sequence[Sequence[tuple[Any, Part]]], Any], Joined]
"""Writes the stretches, each of parts of takes, into one file; raises Unplayable when nothing can be played."""


def end_ended(now: datetime) -> int:
    """Recordings whose visit is over take their last pieces. A no-show may still come back."""
    over = (Visit.state.in_(ENDED - {State.NO_SHOW})) | (
        (Visit.state == State.NO_SHOW) & (Visit.ended_at < now - VisitTimes().come_back)
    )
    query = select(Recording.id).join(Recording.visit).where(Recording.state.in_(OPEN), over)
    found = list(db.session.scalars(query))
    db.session.rollback()  # the reading ends here, so that no old picture is kept open
    return sum(_end(recording_id, now) for recording_id in found)


def _end(recording_id: int, now: datetime) -> bool:
    with unit_of_work() as work:
        recording = work.session.get_one(Recording, recording_id, with_for_update=True)
        if recording.state not in OPEN:
            return False
        ended_at = recording.visit.ended_at or now
        state = RecordingState.FINISHING
        work.session.execute(
            update(Recording).where(Recording.id == recording.id).values(state=state, ended_at=ended_at)
        )
        for gap in open_gaps(work, recording.id):
            gap.ended_at = max(gap.began_at, ended_at)
        work.announce(topics.visit(recording.visit))
        return True


def finish_one(now: datetime, *, store: Store, join: Join, tape: Tape | None = None) -> str | None:
    """Make the file of one recording that is due; tells its code, or nothing when none was."""
    recording = _claim(now)
    if recording is None:
        return None
    code, attempt, name = recording.code, recording.attempts, whole_name(recording)
    if tape is not None and attempt < ATTEMPTS:
        # The last attempt goes without: raw files that cannot be read must not cost what the browser sent.
        take_in(recording, tape, store=store, now=now)
    takes = [_Take(recording, take, store) for take in recording.takes if not take.is_raw]
    facts: dict[str, Any] = {"state": RecordingState.FAILED}
    if attempt <= ATTEMPTS and (made := _make([take for take in takes if take.good], name, store, join)):
        facts = {"state": RecordingState.FINISHED, **made}
    _close(recording.id, attempt, takes, facts, now)
    return code


def _claim(now: datetime) -> Recording | None:
    """One recording that is due, for this worker alone."""
    due = (
        Recording.state == RecordingState.FINISHING,
        Recording.ended_at <= now - LAST_PIECES,
        or_(Recording.claimed_until.is_(None), Recording.claimed_until < now),
    )
    recording_id = db.session.scalar(select(Recording.id).where(*due).order_by(Recording.ended_at).limit(1))
    if recording_id is None:
        return None
    with unit_of_work() as work:
        claimed = work.session.execute(
            update(Recording)
            .where(Recording.id == recording_id, *due)
            .values(claimed_until=now + LEASE, attempts=Recording.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if not isinstance(claimed, CursorResult) or claimed.rowcount != 1:
            return None
    with_all = selectinload(Recording.takes).selectinload(RecordingTake.pieces)
    return db.session.scalars(select(Recording).options(with_all).where(Recording.id == recording_id)).one()


def _make(takes: Sequence["_Take"], name: str, store: Store, join: Join) -> dict[str, Any] | None:
    """Write the one file and read it back; nothing when nothing in it can be played."""
    try:
        with store.writing(name) as out:
            joined = join(_stretches(takes), out)
    except Unplayable:
        return None
    with store.reading(name) as file:
        return {
            "media_type": joined.media_type,
            "duration_ms": joined.duration_ms,
            "size": file.size,
            "sha256": sha256_of(file),
        }


def _stretches(takes: Sequence["_Take"]) -> list[list[tuple[TakeReader, Part]]]:
    """What follows one another in the one file, and what runs side by side in it."""
    spans = [
        Span(take.take.began_at.timestamp(), take.good[-1].ended_at.timestamp(), take.take.is_of_server)
        for take in takes
    ]
    return [[(takes[part.take].reader(), part) for part in parts] for parts in arranged(spans)]


@dataclass
class _Take:
    """A take with its pieces told apart: those that are as they came, and the holes between them."""

    recording: Recording
    take: RecordingTake
    store: Store
    good: list[RecordingPiece] = field(default_factory=list)
    holes: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        until, expected = self.take.began_at, 0
        for piece in self.take.pieces:
            if not is_whole(self.recording, piece, self.store):
                continue
            if piece.number != expected:
                self.holes.append((until, piece.ended_at))
            self.good.append(piece)
            until, expected = piece.ended_at, piece.number + 1
        if self.take.pieces and self.take.pieces[-1] not in self.good:
            self.holes.append((until, self.take.pieces[-1].ended_at))

    @property
    def there(self) -> list[Stretch]:
        """From when to when it is whole."""
        if not self.good:
            return []
        return apart((self.take.began_at, self.good[-1].ended_at), self.holes)[0]

    def reader(self) -> TakeReader:
        names = [(piece_name(self.recording, self.take.key, one.number), one.size) for one in self.good]
        return TakeReader(names, self.store)


def _close(
    recording_id: int, attempt: int, takes: Sequence[_Take], facts: dict[str, Any], now: datetime
) -> None:
    """Write what came out, if this attempt is still the one that counts."""
    found = [hole for take in takes for hole in take.holes]
    pieces = sum(len(take.good) for take in takes)
    covered = [one for take in takes if take.take.is_of_server for one in take.there]
    with unit_of_work() as work:
        changed = work.session.execute(
            update(Recording)
            .where(
                Recording.id == recording_id,
                Recording.state == RecordingState.FINISHING,
                Recording.attempts == attempt,
            )
            .values(facts)
            .execution_options(synchronize_session=False)
        )
        if not isinstance(changed, CursorResult) or changed.rowcount != 1:
            return
        recording = work.session.get_one(Recording, recording_id)
        for began_at, ended_at in found:
            _closed_gap(work, recording, GapReason.LOST_PIECES, began_at, ended_at)
        _note_the_tail(work, recording)
        work.session.flush()
        work.session.refresh(recording, ["gaps"])
        lessen_gaps(work, recording, covered)
        action = f"recording.{recording.state}"
        details = {name: told for name, told in facts.items() if name != "state"}
        audit.record(work, action, "recording", recording.code, by=SYSTEM, now=now, pieces=pieces, **details)
        work.announce(topics.visit(recording.visit))


def _note_the_tail(work: Work, recording: Recording) -> None:
    """Between the last piece and the visit's end nothing was recorded."""
    until, ended_at = recording.recorded_until, recording.ended_at
    noted = any(gap.kind is Missing.EVERYTHING and gap.ended_at == ended_at for gap in recording.gaps)
    if until is not None and ended_at is not None and ended_at - until > SILENCE and not noted:
        _closed_gap(work, recording, GapReason.BETWEEN, until, ended_at)


def _closed_gap(
    work: Work, recording: Recording, reason: GapReason, began_at: datetime, ended_at: datetime
) -> None:
    gap = add_gap(work, recording, Missing.EVERYTHING, reason, began_at)
    gap.ended_at = max(began_at, ended_at)
