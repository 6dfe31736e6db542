"""The recording of a visit: takes of a browser, their pieces, what is missing, and the one file."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.recording import (
    RAW_TAKE,
    SERVER_TAKE,
    Decision,
    GapReason,
    Missing,
    RecordingState,
)
from ..domain.retention import RetentionClass
from ..extensions import Model
from .account import Account
from .types import UtcDateTime, Word
from .visit import Visit

_OPEN_GAP = text("ended_at IS NULL")


class Recording(Model):
    """One a visit. `size`, `duration_ms` and `sha256` are those of the one file, once it is made.

    `recorded_until` is the end of what arrived, `last_piece_at` when it did; `attempts` counts how often
    the one file was begun, by whoever holds it until `claimed_until`.
    """

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    state: Mapped[RecordingState] = mapped_column(Word(RecordingState), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    media_type: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[int | None] = mapped_column(BigInteger)
    duration_ms: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    retention: Mapped[RetentionClass] = mapped_column(Word(RetentionClass), default=RetentionClass.RECEPTION)
    recorded_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_piece_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)

    visit: Mapped[Visit] = relationship()
    takes: Mapped[list["RecordingTake"]] = relationship(
        back_populates="recording", order_by="RecordingTake.number"
    )
    gaps: Mapped[list["RecordingGap"]] = relationship(
        back_populates="recording", order_by="RecordingGap.began_at, RecordingGap.id"
    )


class RecordingTake(Model):
    """One run of a browser's recorder; a page that crashed or was loaded again begins another.

    What the mixer records on the server becomes takes too, `officer_id` is then whoever received: each
    voice as it is written (`is_raw`), and after the visit's end what is mixed of them (`is_of_server`).
    """

    __tablename__ = "recording_take"
    __table_args__ = (
        UniqueConstraint("recording_id", "number"),
        UniqueConstraint("recording_id", "key", name="uq_recording_take_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    officer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    media_type: Mapped[str] = mapped_column(String(20))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)

    recording: Mapped[Recording] = relationship(back_populates="takes")
    pieces: Mapped[list["RecordingPiece"]] = relationship(
        back_populates="take", order_by="RecordingPiece.number"
    )

    @property
    def is_raw(self) -> bool:
        """One voice as the mixer wrote it: kept and proved, but played by no player."""
        return self.key.startswith(RAW_TAKE)

    @property
    def is_of_server(self) -> bool:
        """Mixed here from the voices."""
        return self.key.startswith(SERVER_TAKE) and not self.is_raw


class RecordingPiece(Model):
    """Some seconds of a take as they came: written once, never changed."""

    __tablename__ = "recording_piece"

    take_id: Mapped[int] = mapped_column(ForeignKey("recording_take.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    take: Mapped[RecordingTake] = relationship(back_populates="pieces")


class RecordingGap(Model):
    """What is missing from when to when, why, and what the chair decided; one open gap of a kind."""

    __tablename__ = "recording_gap"
    __table_args__ = (
        Index(
            "uq_recording_gap_open",
            "recording_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN_GAP,
            postgresql_where=_OPEN_GAP,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    kind: Mapped[Missing] = mapped_column(Word(Missing))
    reason: Mapped[GapReason] = mapped_column(Word(GapReason))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[Decision | None] = mapped_column(Word(Decision))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    recording: Mapped[Recording] = relationship(back_populates="gaps")
    decided_by: Mapped[Account | None] = relationship()
