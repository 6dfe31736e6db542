"""Sittings (buổi tiếp), the places they offer, and the desks where officers receive."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, String, Text, and_, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Model
from .account import Account
from .place import BridgePoint
from .types import UtcDateTime, Word

if TYPE_CHECKING:
    from .sitting_plan import SittingFrame


class SittingKind(StrEnum):
    """Regular, periodic or extraordinary reception (law art. 2.1)."""

    REGULAR = "regular"
    PERIODIC = "periodic"
    EXTRAORDINARY = "extraordinary"


class SittingMode(StrEnum):
    """Online, or face to face in one room."""

    ONLINE = "online"
    IN_PERSON = "in_person"


class Sitting(Model):
    """One scheduled reception.

    `ground` is decree art. 20's (1 to 5), `decision` its deciding document; home is offered only
    when a decision names it ("another suitable place", art. 19.2). `moderated`: a microphone opens
    only when the chair gives the word (art. 21.2). `content` is what it deals with (law art. 24.2c);
    a `draft` is seen by the office alone. `kept_percent` of each slot's places are for people
    who come without an appointment; without frames there are numbers alone. `template_day` is the
    day for which its template made it: one that is moved is not made again.
    """

    __tablename__ = "sitting"
    __table_args__ = (Index("uq_sitting_template_day", "template_id", "template_day", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[SittingKind] = mapped_column(Word(SittingKind), default=SittingKind.REGULAR)
    mode: Mapped[SittingMode] = mapped_column(Word(SittingMode), default=SittingMode.ONLINE)
    host: Mapped[str] = mapped_column(String(120), default="")
    ground: Mapped[str] = mapped_column(String(12), default="")
    decision: Mapped[str] = mapped_column(String(200), default="")
    home_offered: Mapped[bool] = mapped_column(default=False)
    moderated: Mapped[bool] = mapped_column(default=False, server_default=false())
    last_number: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("sitting_template.id"))
    template_day: Mapped[date | None] = mapped_column(Date)
    content: Mapped[str] = mapped_column(Text, default="", server_default="")
    draft: Mapped[bool] = mapped_column(default=False, server_default=false())
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_percent: Mapped[int] = mapped_column(default=25, server_default=text("25"))

    frames: Mapped[list["SittingFrame"]] = relationship(
        back_populates="sitting", order_by="SittingFrame.starts_at", cascade="all, delete-orphan"
    )
    places: Mapped[list[BridgePoint]] = relationship(secondary="sitting_place", order_by=BridgePoint.name)

    @property
    def receives_from(self) -> datetime:
        """When people are received first: its frames may begin later than it is open for numbers."""
        return min((frame.starts_at for frame in self.frames), default=self.starts_at)

    def is_open(self, now: datetime) -> bool:
        return self.is_held and self.starts_at <= now < self.ends_at

    @property
    def is_held(self) -> bool:
        """Announced, and neither called off nor over before its time."""
        return not self.draft and self.cancelled_at is None and self.closed_at is None

    @classmethod
    def held(cls) -> ColumnElement[bool]:
        """`is_held` for the database."""
        return and_(cls.draft.is_(False), cls.cancelled_at.is_(None), cls.closed_at.is_(None))


class SittingPlace(Model):
    """A bridge point that a sitting offers."""

    __tablename__ = "sitting_place"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"), primary_key=True)


class Desk(Model):
    """Where an officer receives. One officer holds it, and an officer holds one."""

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    officer: Mapped[Account | None] = relationship()


class DeskSitting(Model):
    """The sitting in which an open desk works, by its officer's choice or its last call, and since when."""

    __tablename__ = "desk_sitting"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Model):
    """A correction of the working days: a day off more, or a day worked after all. It counts for more than
    what is known of public holidays.
    """

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class CalendarChange(Model):
    """A word on a day of the calendar and when it was said; `works` is None where a correction was taken back.

    Days that were promised are counted by the calendar as it stood then.
    """

    __tablename__ = "calendar_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    works: Mapped[bool | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
