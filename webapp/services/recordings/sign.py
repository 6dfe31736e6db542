"""What everyone in the room sees of the recording: one small reading, from what the database says."""

from dataclasses import dataclass

from sqlalchemy import select

from ...domain.recording import OPEN, GapReason, Missing, RecordingState
from ...extensions import db
from ...models import Recording, RecordingGap


@dataclass(frozen=True)
class Sign:
    """`state`: soon (not begun), on, paused, off (nothing is recorded), over. `missing`: kind and reason."""

    state: str
    missing: tuple[tuple[Missing, GapReason], ...] = ()
    undecided: bool = False
    """Something is missing on which the chair has not decided."""

    @property
    def lacks_picture(self) -> bool:
        return any(kind is Missing.PICTURE for kind, _why in self.missing)

    @property
    def reason(self) -> GapReason | None:
        """Why nothing is recorded."""
        return next((why for kind, why in self.missing if kind is Missing.EVERYTHING), None)


def sign_of(visit_id: int) -> Sign:
    """The sign of a visit's room."""
    rows = db.session.execute(
        select(Recording, RecordingGap)
        .outerjoin(
            RecordingGap, (RecordingGap.recording_id == Recording.id) & RecordingGap.ended_at.is_(None)
        )
        .where(Recording.visit_id == visit_id)
        .order_by(RecordingGap.id)
    ).all()
    if not rows:
        return Sign("soon")
    recording, gaps = rows[0][0], [gap for _recording, gap in rows if gap is not None]
    if recording.state not in OPEN:
        return Sign("over")
    missing = tuple((gap.kind, gap.reason) for gap in gaps)
    undecided = any(gap.decision is None for gap in gaps)
    if recording.state is RecordingState.PAUSED:
        return Sign("paused", missing, undecided)
    return Sign(
        "off" if any(kind is Missing.EVERYTHING for kind, _why in missing) else "on", missing, undecided
    )
