"""Who hears a recording: those who received, leaders, inspectors; each opening leaves its reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

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


def for_listener(visit_code: str, account_id: int, *, hears_all: bool) -> Recording:
    """A visit's recording, for whoever hears all and for the officers who received. Raises NotFound."""
    query = _heard_by(account_id, hears_all).where(Visit.code == visit_code)
    recording = db.session.scalar(query) if is_code(visit_code) else None
    if recording is None:
        raise NotFound("Không tìm thấy bản ghi này.")
    return recording


def newest(account_id: int, *, hears_all: bool, most: int = 100) -> list[Recording]:
    """The recordings that this person may hear, the newest first."""
    query = _heard_by(account_id, hears_all).options(contains_eager(Recording.visit).joinedload(Visit.desk))
    return list(db.session.scalars(query.order_by(Recording.started_at.desc()).limit(most)))


def every() -> list[Recording]:
    """All recordings, for who proves them."""
    return list(db.session.scalars(select(Recording).order_by(Recording.id)))


def _heard_by(account_id: int, hears_all: bool) -> Select[Recording]:
    query = select(Recording).join(Recording.visit)
    if hears_all:
        return query
    made = select(RecordingTake.recording_id).where(RecordingTake.officer_id == account_id)
    return query.where((Visit.officer_id == account_id) | Recording.id.in_(made))


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
