"""What sittings are made of: frames with their desks and places, the templates that return, and what was changed."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.sitting_changes import Change
from ..extensions import Model
from .account import Account
from .place import BridgePoint
from .sitting import Desk, Sitting, SittingKind, SittingMode
from .types import UtcDateTime, Word


class SittingTemplate(Model):
    """A reception that returns on a weekday (0 is Monday), or on the `nth` such day of each month (0: each week).

    What it says of host, ground and place is copied into each sitting that it becomes; a change of it changes
    none that is published. `kept_percent` of the places are for people who come without an appointment.
    """

    __tablename__ = "sitting_template"
    __table_args__ = (Index("uq_sitting_template_request_key", "request_key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    nth: Mapped[int] = mapped_column(default=0)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[SittingKind] = mapped_column(Word(SittingKind))
    mode: Mapped[SittingMode] = mapped_column(Word(SittingMode))
    host: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text, default="")
    ground: Mapped[str] = mapped_column(String(12), default="")
    decision: Mapped[str] = mapped_column(String(200), default="")
    home_offered: Mapped[bool] = mapped_column(default=False)
    moderated: Mapped[bool] = mapped_column(default=False)
    kept_percent: Mapped[int] = mapped_column(default=25)
    version: Mapped[int] = mapped_column(default=1)
    request_key: Mapped[str | None] = mapped_column(String(64))

    frames: Mapped[list["TemplateFrame"]] = relationship(
        back_populates="template", order_by="TemplateFrame.starts", cascade="all, delete-orphan"
    )
    places: Mapped[list[BridgePoint]] = relationship(secondary="template_place", order_by=BridgePoint.name)


class TemplatePlace(Model):
    """A bridge point that the sittings of a template offer."""

    __tablename__ = "template_place"

    template_id: Mapped[int] = mapped_column(ForeignKey("sitting_template.id"), primary_key=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"), primary_key=True)


class TemplateFrame(Model):
    """A stretch of the day, on Hanoi's clock, with so many desks and so many minutes for each visit."""

    __tablename__ = "template_frame"

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("sitting_template.id"), index=True)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    desks: Mapped[int]
    minutes: Mapped[int]

    template: Mapped[SittingTemplate] = relationship(back_populates="frames")
    duties: Mapped[list["TemplateDuty"]] = relationship(cascade="all, delete-orphan")


class TemplateDuty(Model):
    """Who receives in a frame of a template, and at which desk if that is settled."""

    __tablename__ = "template_duty"

    frame_id: Mapped[int] = mapped_column(ForeignKey("template_frame.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))

    account: Mapped[Account] = relationship()
    desk: Mapped[Desk | None] = relationship()


class SittingFrame(Model):
    """A frame (khung giờ) of a sitting. A frame that is shut offers no more places; those given out stay."""

    __tablename__ = "sitting_frame"
    __table_args__ = (UniqueConstraint("sitting_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    desks: Mapped[int]
    minutes: Mapped[int]
    shut: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    sitting: Mapped[Sitting] = relationship(back_populates="frames")
    duties: Mapped[list["FrameDuty"]] = relationship(cascade="all, delete-orphan")


class FrameDuty(Model):
    """Who receives in a frame, and at which desk if that is settled."""

    __tablename__ = "frame_duty"

    frame_id: Mapped[int] = mapped_column(ForeignKey("sitting_frame.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))

    account: Mapped[Account] = relationship()
    desk: Mapped[Desk | None] = relationship()


class SittingChange(Model):
    """What was changed of a sitting after it was published, for the schedule to mark: written once, never changed.

    `was` holds what stood before, by the names of the sitting's columns, times as ISO texts.
    """

    __tablename__ = "sitting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    what: Mapped[Change] = mapped_column(Word(Change))
    was: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
