"""What was put on record about the preparation of bridge points (decree 154/2026 art. 23), and who was reminded."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.preparation import Said, Task
from ..extensions import Model
from .account import Account
from .place import BridgePoint
from .types import SealedText, UtcDateTime, Word


class PointEntry(Model):
    """One word on one task of one bridge point in one sitting: written once, the last one counts.

    `starts_at` is when the reception was to begin and `due_at` when the task was due, as they stood then.
    `items` are the names of what was ticked; `note` is a note, or the reason of a withdrawal or an overruling.
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        UniqueConstraint("by_id", "request_key"),
        Index("ix_point_entry_sitting_id", "sitting_id", "bridge_point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"))
    task: Mapped[Task] = mapped_column(Word(Task))
    said: Mapped[Said] = mapped_column(Word(Said))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    items: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(SealedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str] = mapped_column(String(64))

    by: Mapped[Account | None] = relationship()
    point: Mapped[BridgePoint] = relationship()

    @property
    def late(self) -> bool:
        return self.at > self.due_at


class PointReminder(Model):
    """That the staff of a point was reminded of a task: once before it is due and once when it is late.

    Messages are forgotten after a while, this is not.
    """

    __tablename__ = "point_reminder"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"), primary_key=True)
    task: Mapped[Task] = mapped_column(Word(Task), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    late: Mapped[bool] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
