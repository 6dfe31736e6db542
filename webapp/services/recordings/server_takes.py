"""The voices that the mixer recorded on the server become one more take, beside those of the browser."""

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import datetime

from ...domain.recording import SERVER_TAKE, SILENCE, GapReason, Missing
from ...domain.recording_parts import Stretch, apart
from ...models import Recording, RecordingGap, RecordingTake
from ..actor import SYSTEM
from ..unit_of_work import Work, unit_of_work
from .contents import Store, TakeReader, is_whole, piece_name
from .gaps import add_gap
from .pieces import Piece, append, new_take
from .raw_voices import Tape, allowed_of, seal

_KIND = "audio/webm"


def take_in(recording: Recording, tape: Tape, *, store: Store, now: datetime) -> None:
    """Seal what the mixer wrote last, mix what it wrote in all, and only then forget its files.

    Done again it is the same. The recording is one that this worker has claimed.
    """
    files = tape.files_of(recording.visit.code)
    for file in files:
        seal(recording, file, store=store, now=now)
    voices = [take for take in recording.takes if take.is_raw]
    of_these = hashlib.sha256("\n".join(take.key for take in voices).encode()).hexdigest()[:32]
    there = any(take.is_of_server and take.key.endswith(of_these) for take in recording.takes)
    if there or not voices or _keep(recording, voices, of_these, tape, store, now):
        tape.forget(files)


def _keep(
    recording: Recording,
    voices: Sequence[RecordingTake],
    of_these: str,
    tape: Tape,
    store: Store,
    now: datetime,
) -> bool:
    """All of it or nothing; False when the recording is another worker's by now."""
    recording_id, attempt, officer_id = recording.id, recording.attempts, recording.visit.officer_id
    made = []
    openers = [_opener(recording, take, store) for take in voices]
    for number, mixed in enumerate(tape.mixed(openers, allowed_of(recording))):
        # Each attempt writes names of its own: an encoder need not give the same bytes twice.
        key = f"{SERVER_TAKE}{attempt}-{number}-{of_these}"
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


def _opener(recording: Recording, take: RecordingTake, store: Store) -> Callable[[], io.BufferedReader]:
    """Opens the voice anew, without pieces that were damaged: each holds whole packets."""
    good = [one for one in take.pieces if is_whole(recording, one, store)]
    names = [(piece_name(recording, take.key, one.number), one.size) for one in good]
    return lambda: io.BufferedReader(TakeReader(names, store))


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
