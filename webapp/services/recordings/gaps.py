"""What is missing from a recording, from when to when and why, and what the chair decides about it."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import CursorResult

from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.recording import OPEN, STALLED, Decision, GapReason, Missing, RecordingState
from ...domain.visit_flow import LIVE
from ...extensions import db
from ...models import Recording, RecordingGap, Visit
from .. import audit, topics
from ..actor import SYSTEM, Actor
from ..unit_of_work import Work, safe_to_repeat, unit_of_work

FROM_BROWSER = {
    Missing.SOUND: {GapReason.SILENT, GapReason.MUTED},
    Missing.PICTURE: {GapReason.NO_PICTURE, GapReason.CAMERA_OFF, GapReason.VOICES_ONLY},
    Missing.OFFICER_SOUND: {GapReason.MUTED},
    Missing.OFFICER_PICTURE: {GapReason.NO_PICTURE, GapReason.CAMERA_OFF},
    Missing.EVERYTHING: {GapReason.UNSUPPORTED},
}
"""What the officer's browser may tell; the server finds the rest itself."""


@safe_to_repeat
def note_gap(
    visit_id: int, kind: Missing, reason: GapReason, began_at: datetime, *, by: Actor, now: datetime
) -> None:
    """Something is missing since then; told again it is the same gap, for another reason a new one.

    Raises:
        NotFound: no recording that this officer makes. InvalidInput: no such reason for this kind.
        Conflict: the recording has ended.
    """
    if reason not in FROM_BROWSER[kind]:
        raise InvalidInput("Chưa rõ bản ghi thiếu gì.", "reason")
    with unit_of_work() as work:
        recording = _held(work, visit_id, by)
        gap = open_gap(work, recording.id, kind)
        if gap is not None and gap.reason in (reason, GapReason.PAUSED):
            return
        since = max(recording.started_at, min(began_at, now))
        if gap is not None:
            gap.ended_at = max(gap.began_at, since)
            work.session.flush()
        add_gap(work, recording, kind, reason, since)
        work.announce(topics.visit(recording.visit))


def close_gap(visit_id: int, kind: Missing, ended_at: datetime, *, by: Actor, now: datetime) -> None:
    """It is there again; told again nothing happens. A pause is ended by the chair's decision only.

    Raises: as `note_gap`.
    """
    with unit_of_work() as work:
        recording = _held(work, visit_id, by)
        gap = open_gap(work, recording.id, kind)
        if gap is None or gap.reason not in FROM_BROWSER[kind]:
            return
        gap.ended_at = max(gap.began_at, min(ended_at, now))
        work.announce(topics.visit(recording.visit))


@safe_to_repeat
def decide(visit_id: int, decision: Decision, *, by: Actor, now: datetime) -> None:
    """The chair goes on with what is missing, or lets the reception rest; made again it is the same.

    Raises:
        NotFound: no recording that this officer makes. Conflict: the recording has ended.
    """
    with unit_of_work() as work:
        recording = _held(work, visit_id, by)
        state = RecordingState.PAUSED if decision is Decision.PAUSE else RecordingState.RUNNING
        open_ones = open_gaps(work, recording.id)
        undecided = [gap for gap in open_ones if gap.decision is not decision and not _is_pause(gap)]
        if recording.state is state and not undecided:
            return
        for gap in undecided:
            _mark(gap, decision, by, now)
        if recording.state is not state:
            _mark(_turn(work, recording, state, now), decision, by, now)
        details = {"decision": decision.value, "visit": recording.visit.code}
        audit.record(work, "recording.decide", "recording", recording.code, by=by, now=now, **details)
        work.announce(topics.visit(recording.visit))


def _is_pause(gap: RecordingGap) -> bool:
    """It keeps the decision by which it began."""
    return gap.reason is GapReason.PAUSED


def _mark(gap: RecordingGap, decision: Decision, by: Actor, now: datetime) -> None:
    gap.decision, gap.decided_by_id, gap.decided_at = decision, by.account_id, now


def _turn(work: Work, recording: Recording, state: RecordingState, now: datetime) -> RecordingGap:
    """Nothing is recorded from a pause on; after it, as soon as the browser begins a new take."""
    changed = work.session.execute(
        update(Recording)
        .where(Recording.id == recording.id, Recording.state == recording.state)
        .values(state=state)
    )
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise Conflict
    before = open_gap(work, recording.id, Missing.EVERYTHING)
    if before is not None:
        before.ended_at = now
        work.session.flush()
    reason = GapReason.PAUSED if state is RecordingState.PAUSED else GapReason.NOT_BEGUN
    return add_gap(work, recording, Missing.EVERYTHING, reason, now)


def notice_stalls(now: datetime) -> int:
    """Recordings from which nothing arrived for twenty seconds: people are told, and it is noted."""
    silent = (
        select(Recording.id)
        .where(Recording.state == RecordingState.RUNNING, Recording.last_piece_at < now - STALLED)
        .where(~_has_open_gap())
    )
    found = list(db.session.scalars(silent))
    db.session.rollback()  # the reading ends here, so that no old picture is kept open
    return sum(_stalled(recording_id, now) for recording_id in found)


def _stalled(recording_id: int, now: datetime) -> bool:
    with unit_of_work() as work:
        recording = work.session.get_one(Recording, recording_id, with_for_update=True)
        came = recording.last_piece_at
        if recording.state is not RecordingState.RUNNING or came is None or came >= now - STALLED:
            return False
        if open_gap(work, recording.id, Missing.EVERYTHING) is not None:
            return False
        reason = GapReason.STALLED if recording.visit.state in LIVE else GapReason.AWAY
        add_gap(work, recording, Missing.EVERYTHING, reason, recording.recorded_until or came)
        work.announce(topics.visit(recording.visit))
        return True


def _has_open_gap() -> ColumnElement[bool]:
    return (
        select(RecordingGap.id)
        .where(
            RecordingGap.recording_id == Recording.id,
            RecordingGap.kind == Missing.EVERYTHING,
            RecordingGap.ended_at.is_(None),
        )
        .exists()
    )


def add_gap(
    work: Work, recording: Recording, kind: Missing, reason: GapReason, began_at: datetime
) -> RecordingGap:
    gap = RecordingGap(recording_id=recording.id, kind=kind, reason=reason, began_at=began_at)
    work.session.add(gap)
    details = {"kind": kind.value, "because": reason.value, "since": began_at.isoformat()}
    audit.record(work, "recording.gap", "recording", recording.code, by=SYSTEM, now=began_at, **details)
    return gap


def open_gap(work: Work, recording_id: int, kind: Missing) -> RecordingGap | None:
    return work.session.scalar(
        select(RecordingGap).where(
            RecordingGap.recording_id == recording_id,
            RecordingGap.kind == kind,
            RecordingGap.ended_at.is_(None),
        )
    )


def open_gaps(work: Work, recording_id: int) -> list[RecordingGap]:
    query = select(RecordingGap).where(
        RecordingGap.recording_id == recording_id, RecordingGap.ended_at.is_(None)
    )
    return list(work.session.scalars(query))


def _held(work: Work, visit_id: int, by: Actor) -> Recording:
    """The running recording of a visit that the officer holds, its row locked."""
    recording = work.session.scalar(
        select(Recording)
        .join(Recording.visit)
        .where(Recording.visit_id == visit_id, Visit.officer_id == by.account_id)
        .with_for_update(of=Recording)
    )
    if recording is None or by.account_id is None:
        raise NotFound
    if recording.state not in OPEN:
        raise Conflict("Bản ghi đã đóng.")
    return recording
