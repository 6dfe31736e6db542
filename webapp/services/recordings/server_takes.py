"""What the mixer recorded on the server becomes takes of the recording, beside those of the browser."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from ...domain.recording import SERVER_TAKE, SILENCE, GapReason, Missing
from ...domain.recording_parts import Stretch, apart
from ...models import Recording, RecordingGap
from ..actor import SYSTEM
from ..unit_of_work import Work, unit_of_work
from .contents import Store, piece_name
from .gaps import add_gap
from .pieces import Piece, append, new_take

_KIND = "audio/webm"


class Mixed(Protocol):
    """A stretch in which someone was heard: WebM in pieces, each with the moment at which it ends."""

    @property
    def began_at(self) -> datetime: ...
    @property
    def pieces(self) -> Iterator[tuple[bytes, datetime]]: ...


class Tape(Protocol):
    """What the mixer wrote of one visit; `key` is the same for the same files."""

    @property
    def key(self) -> str: ...
    def stretches(self, allowed: Sequence[Stretch]) -> Iterator[Mixed]: ...
    def forget(self) -> None: ...


TapeOf = Callable[[str], Tape | None]
"""Finds what the mixer wrote of the visit of this code."""


def nothing_on_the_server(_visit_code: str) -> Tape | None:
    """The mixer does not record."""
    return None


def take_in(recording: Recording, tape_of: TapeOf, *, store: Store, now: datetime) -> None:
    """Seal what the mixer recorded, and only then forget the raw files; done again it is the same.

    The recording is one that this worker has claimed.
    """
    tape = tape_of(recording.visit.code)
    if tape is None:
        return
    there = any(take.is_of_server and take.key.endswith(tape.key) for take in recording.takes)
    if there or _keep(recording, tape, store, now):
        tape.forget()


def _keep(recording: Recording, tape: Tape, store: Store, now: datetime) -> bool:
    """All of it or nothing; False when the recording is another worker's by now."""
    recording_id, attempt, officer_id = recording.id, recording.attempts, recording.visit.officer_id
    made = []
    for number, mixed in enumerate(tape.stretches(_allowed(recording))):
        # Each attempt writes names of its own: an encoder need not give the same bytes twice.
        key = f"{SERVER_TAKE}{attempt}-{number}-{tape.key}"
        pieces = [
            Piece(key, place, _KIND, content, mixed.began_at, ended_at)
            for place, (content, ended_at) in enumerate(mixed.pieces)
        ]
        for piece in pieces:
            store.put_once(piece_name(recording, key, piece.number), piece.content)
        made.append(pieces)
    with unit_of_work() as work:
        mine = work.session.get_one(Recording, recording_id, with_for_update=True)
        if mine.attempts != attempt:
            return False
        for pieces in made:
            take = new_take(work, mine, pieces[0], _KIND, officer_id, now)
            for piece in pieces:
                append(work, mine, take, piece, hashlib.sha256(piece.content).hexdigest(), SYSTEM, now)
            mine.recorded_until = max(mine.recorded_until or take.began_at, pieces[-1].ended_at)
    return True


def _allowed(recording: Recording) -> list[Stretch]:
    """From the beginning to the end, without the chair's pauses."""
    end = recording.ended_at or recording.started_at
    pauses = [(one.began_at, one.ended_at or end) for one in recording.gaps if one.reason is GapReason.PAUSED]
    return apart((recording.started_at, end), pauses)[0]


def lessen_gaps(work: Work, recording: Recording, covered: Sequence[Stretch]) -> None:
    """Where nothing came from the browser but the server recorded, only the picture is missing."""
    for gap in list(recording.gaps):
        if gap.kind is not Missing.EVERYTHING or gap.reason is GapReason.PAUSED:
            continue
        bare, under = apart((gap.began_at, gap.ended_at or gap.began_at), covered)
        if not any(ended_at - began_at > SILENCE for began_at, ended_at in under):
            continue
        for stretch in under:
            _like(work, recording, gap, Missing.PICTURE, stretch)
        for stretch in bare[1:]:
            _like(work, recording, gap, Missing.EVERYTHING, stretch)
        gap.began_at, gap.ended_at = bare[0] if bare else (gap.began_at, gap.began_at)


def _like(work: Work, recording: Recording, gap: RecordingGap, kind: Missing, stretch: Stretch) -> None:
    """Of the same reason and decision, for a part of its time."""
    one = add_gap(work, recording, kind, gap.reason, stretch[0])
    one.ended_at = stretch[1]
    one.decision, one.decided_by_id, one.decided_at = gap.decision, gap.decided_by_id, gap.decided_at
