"""Whether a recording is still what arrived: every piece, the one file, and the audit trail about them."""

from dataclasses import dataclass

from sqlalchemy import select

from ...domain.recording import RecordingState
from ...extensions import db
from ...models import AuditEntry, Recording
from .contents import DAMAGED, Store, is_whole, sha256_of, whole_name


@dataclass(frozen=True)
class Proof:
    """What does not hold: pieces by take and number, the one file, hashes that the trail tells otherwise."""

    pieces: int
    damaged: tuple[tuple[int, int], ...]
    whole_damaged: bool
    not_as_audited: tuple[tuple[int, int], ...]

    @property
    def holds(self) -> bool:
        return not (self.damaged or self.whole_damaged or self.not_as_audited)


def verify(recording: Recording, store: Store) -> Proof:
    """Read everything again; of what was disposed of nothing is there to be read."""
    if recording.state is RecordingState.DISPOSED:
        return Proof(0, (), False, ())
    pieces = [(take.number, piece) for take in recording.takes for piece in take.pieces]
    damaged = [(take, one.number) for take, one in pieces if not is_whole(recording, one, store)]
    told = _audited(recording)
    other = [(take, one.number) for take, one in pieces if told.get((take, one.number)) != one.sha256]
    whole_damaged = recording.state is RecordingState.FINISHED and (
        told.get(None) != recording.sha256 or not _whole_holds(recording, store)
    )
    return Proof(len(pieces), tuple(damaged), whole_damaged, tuple(other))


def _whole_holds(recording: Recording, store: Store) -> bool:
    try:
        with store.reading(whole_name(recording)) as file:
            return bool(file.size == recording.size and sha256_of(file) == recording.sha256)
    except DAMAGED:
        return False


def _audited(recording: Recording) -> dict[tuple[int, int] | None, str]:
    """The hashes that the audit trail has; of the one file under None."""
    entries = db.session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_kind == "recording", AuditEntry.object_id == recording.code
        )
    )
    told: dict[tuple[int, int] | None, str] = {}
    for entry in entries:
        about = entry.details
        if entry.action == "recording.piece":
            told[about["take"], about["piece"]] = about["sha256"]
        elif entry.action == "recording.finished":
            told[None] = about["sha256"]
    return told
