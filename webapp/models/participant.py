"""Who takes part in a visit, and what happened to each: the room's list and its log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.participants import ROOM_OPEN, Happening, ParticipantRole, microphone_is_open
from ..domain.visit_flow import By
from ..extensions import Model
from .account import Account
from .types import SealedText, TextOrKept, UtcDateTime, Word
from .visit import Visit


class Participant(Model):
    """One end in the room of a visit; several people may sit at it.

    The officer and the citizen have a row from the moment they come in; a guest has one from the
    invitation on. `name` is empty for the citizen, whose name stands with the petition only. Of a
    guest's link only the hash is kept; `used_at` says that a browser has taken it. `kbits` is what their
    link was last found to carry, at `kbits_at`; small changes are not kept.
    """

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("visit_id", "request_key"),
        Index(
            "uq_participant_seat",
            "visit_id",
            "account_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    role: Mapped[ParticipantRole] = mapped_column(Word(ParticipantRole))
    name: Mapped[str] = mapped_column(SealedText)
    unit: Mapped[str] = mapped_column(TextOrKept, default="")
    sitting_there: Mapped[str] = mapped_column(SealedText)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str | None] = mapped_column(String(64))
    admitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    admitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    removed_reason: Mapped[str] = mapped_column(TextOrKept, default="")
    hand_raised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    has_floor: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[bool] = mapped_column(default=False)
    kbits: Mapped[int | None]
    kbits_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship()
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    invited_by: Mapped[Account | None] = relationship(foreign_keys=[invited_by_id])

    @property
    def is_guest(self) -> bool:
        """Came, or may come, by a link."""
        return self.link_hash is not None

    @property
    def is_inside(self) -> bool:
        """In the room now: admitted, not removed, and the room is open."""
        return self.admitted_at is not None and self.removed_at is None and self.visit.state in ROOM_OPEN

    @property
    def waits_at_door(self) -> bool:
        """Has opened the link and waits for the officer."""
        return self.used_at is not None and self.admitted_at is None and self.removed_at is None

    @property
    def microphone_open(self) -> bool:
        return microphone_is_open(
            self.role,
            moderated=self.visit.sitting.moderated,
            has_floor=self.has_floor,
            muted=self.muted,
        )

    @property
    def names_there(self) -> list[str]:
        """The people who sit at this end."""
        return self.sitting_there.splitlines()


class ParticipantEvent(Model):
    """What happened to a participant, or to the whole room when none is named. Never changed."""

    __tablename__ = "participant_event"
    __table_args__ = (UniqueConstraint("visit_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    happening: Mapped[Happening] = mapped_column(Word(Happening))
    by: Mapped[By] = mapped_column(Word(By))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(TextOrKept, default="")
    request_key: Mapped[str | None] = mapped_column(String(64))

    participant: Mapped[Participant | None] = relationship()
