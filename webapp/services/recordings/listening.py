"""Who hears a recording: those who received, leaders, inspectors; each opening leaves its reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...domain.codes import is_code
from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.recording import RecordingState
from ...domain.texts import clean_text
from ...extensions import db
from ...models import Recording, RecordingTake, Visit
from .. import audit
from ..actor import Actor
from ..unit_of_work import unit_of_work
from .contents import Store, whole_name

REASON_LEAST, REASON_MOST = 10, 500


def of_visit(visit_id: int) -> Recording | None:
    return db.session.scalar(select(Recording).where(Recording.visit_id == visit_id))


def for_listener(code: str, account_id: int, *, hears_all: bool) -> Recording:
    """The recording, for whoever hears all and for the officers who received. Raises NotFound."""
    query = select(Recording).join(Recording.visit).where(Recording.code == code)
    if not hears_all:
        made = select(RecordingTake.recording_id).where(RecordingTake.officer_id == account_id)
        query = query.where((Visit.officer_id == account_id) | Recording.id.in_(made))
    recording = db.session.scalar(query) if is_code(code) else None
    if recording is None:
        raise NotFound("Không tìm thấy bản ghi này.")
    return recording


def listen(recording_id: int, reason: str, *, by: Actor, now: datetime) -> None:
    """Write down who opens the recording, and why.

    Raises:
        InvalidInput: no reason, or one too short. Conflict: there is no file to hear.
    """
    why = clean_text(reason)
    if not REASON_LEAST <= len(why) <= REASON_MOST:
        raise InvalidInput("Hãy ghi rõ lý do nghe bản ghi, từ 10 đến 500 chữ cái.", "reason")
    with unit_of_work() as work:
        recording = work.session.get_one(Recording, recording_id)
        if recording.state is not RecordingState.FINISHED:
            raise Conflict("Bản ghi này chưa nghe được.")
        audit.record(work, "recording.open", "recording", recording.code, by=by, now=now, reason=why)


def whole(recording: Recording, store: Store) -> Any:
    """The one file, to be read anywhere. Raises NotFound."""
    if recording.state is not RecordingState.FINISHED:
        raise NotFound
    try:
        return store.reading(whole_name(recording))
    except FileNotFoundError:
        raise NotFound from None
