"""How long recordings are kept, and their end: only by a decision that is named, never by themselves."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult

from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.recording import RecordingState
from ...domain.retention import kept_until
from ...domain.texts import clean_line
from ...domain.working_days import HANOI
from ...extensions import db
from ...models import Recording
from .. import audit
from ..actor import Actor
from ..unit_of_work import unit_of_work
from .contents import piece_name, whole_name_of

_ENDED = (RecordingState.FINISHED, RecordingState.FAILED)
_LEAST, _MOST = 10, 200


def kept_to(recording: Recording) -> date | None:
    """The last day of its term; None: it goes on, or is kept without end."""
    if recording.ended_at is None:
        return None
    return kept_until(recording.retention, recording.ended_at.astimezone(HANOI).date())


def over(now: datetime) -> list[Recording]:
    """Whose term is over: nothing happens to them until somebody decides."""
    today = now.astimezone(HANOI).date()
    ended = select(Recording).where(Recording.state.in_(_ENDED)).order_by(Recording.id)
    return [one for one in db.session.scalars(ended) if (last := kept_to(one)) is not None and last < today]


def dispose(
    code: str, decision: str, *, remove: Callable[[str], None], by: Actor, now: datetime
) -> Recording:
    """Destroy what was recorded, as the decision of this number and date says; done again, it stays so.

    Hashes, times and what was missing are kept, and the audit trail tells the decision.

    Raises:
        NotFound: no such recording. InvalidInput: no decision is named. Conflict: its term is not over.
    """
    named = clean_line(decision)
    if not _LEAST <= len(named) <= _MOST:
        raise InvalidInput("Hãy ghi số và ngày của quyết định hủy, từ 10 đến 200 chữ cái.", "decision")
    recording = db.session.scalar(select(Recording).where(Recording.code == code))
    if recording is None:
        raise NotFound
    if recording.state is not RecordingState.DISPOSED:
        if recording not in over(now):
            raise Conflict("Bản ghi này chưa hết thời hạn lưu giữ.")
        _note(recording.id, named, by, now)
    recording = db.session.get_one(Recording, recording.id)
    for attempt in range(1, recording.attempts + 1):
        remove(whole_name_of(recording, attempt))
    for take in recording.takes:
        for piece in take.pieces:
            remove(piece_name(recording, take.key, piece.number))
    return recording


def _note(recording_id: int, decision: str, by: Actor, now: datetime) -> None:
    with unit_of_work() as work:
        changed = work.session.execute(
            update(Recording)
            .where(Recording.id == recording_id, Recording.state.in_(_ENDED))
            .values(state=RecordingState.DISPOSED)
        )
        if not isinstance(changed, CursorResult) or changed.rowcount != 1:
            return
        recording = work.session.get_one(Recording, recording_id)
        about = {"decision": decision, "sha256": recording.sha256}
        audit.record(work, "recording.dispose", "recording", recording.code, by=by, now=now, **about)
