"""A visit (lượt tiếp): one citizen's turn in a sitting, its log, its words and its outcome."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.outcomes import OutcomeKind, RefusalGround
from ..domain.visit_flow import Action, By, State
from ..extensions import Model
from .account import Account
from .petition import Petition
from .place import BridgePoint
from .sitting import Desk, Sitting
from .types import TextOrKept, UtcDateTime, Word

if TYPE_CHECKING:
    from .attachment import Attachment
    from .participant import Participant

_OPEN = text("state IN ('booked', 'waiting', 'called', 'in_session', 'interrupted')")
_BOOKED = text("state = 'booked'")
_AT_DESK = text("state IN ('called', 'in_session')")


class Visit(Model):
    """One turn. Its state changes in `services.reception` only.

    `bridge_point_id` empty means at home. `version` grows with each change, for whoever watches.
    The database itself refuses two open visits of one petition, two at one place of one slot and two at one
    desk; the places of a slot count from 1. `reminded` counts the reminders of the present slot that are
    done or no longer due. `rated` says that this visit has had its one rating, and not which.
    """

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("sitting_id", "number"),
        Index(
            "uq_visit_open_petition", "petition_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(
            "uq_visit_slot_place",
            "sitting_id",
            "slot_start",
            "slot_place",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("uq_visit_at_desk", "desk_id", unique=True, sqlite_where=_AT_DESK, postgresql_where=_AT_DESK),
        Index("ix_visit_reminders", "slot_start", sqlite_where=_BOOKED, postgresql_where=_BOOKED),
        Index("ix_visit_queue", "sitting_id", "state", "head", "effective_at", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    state: Mapped[State] = mapped_column(Word(State))
    version: Mapped[int] = mapped_column(default=1)
    bridge_point_id: Mapped[int | None] = mapped_column(ForeignKey("bridge_point.id"))
    slot_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slot_place: Mapped[int | None]
    reminded: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    priority: Mapped[bool] = mapped_column(default=False)
    head: Mapped[bool] = mapped_column(default=False)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    effective_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stepped_out_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    step_outs: Mapped[int] = mapped_column(default=0)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    calls: Mapped[int] = mapped_column(default=0)
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waited_a_little: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    rated: Mapped[bool] = mapped_column(default=False, server_default=false())

    petition: Mapped[Petition] = relationship()
    sitting: Mapped[Sitting] = relationship()
    bridge_point: Mapped[BridgePoint | None] = relationship()
    desk: Mapped[Desk | None] = relationship()
    officer: Mapped[Account | None] = relationship(foreign_keys=[officer_id])
    events: Mapped[list["VisitEvent"]] = relationship(back_populates="visit", order_by="VisitEvent.id")
    outcome: Mapped["Outcome | None"] = relationship(back_populates="visit")
    minutes: Mapped["Minutes | None"] = relationship(back_populates="visit")

    @property
    def ticket(self) -> str:
        return f"{self.number:03d}"

    def kept(self, text: str) -> str:
        """What is said or written in this visit, as it goes into the database: as its petition's own texts do.

        Every text that people type and that hangs on a visit goes through here.
        """
        return self.petition.kept(text) if text else text


class VisitEvent(Model):
    """Who did what to a visit, when and why: written once, never changed."""

    __tablename__ = "visit_event"
    __table_args__ = (UniqueConstraint("actor_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    action: Mapped[Action] = mapped_column(Word(Action))
    from_state: Mapped[State | None] = mapped_column(Word(State))
    to_state: Mapped[State] = mapped_column(Word(State))
    by: Mapped[By] = mapped_column(Word(By))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(TextOrKept, default="")
    request_key: Mapped[str | None] = mapped_column(String(64))

    visit: Mapped[Visit] = relationship(back_populates="events")
    actor: Mapped[Account | None] = relationship()


class LineChange(Model):
    """One change of a sitting's line or of who is at a desk, as everyone who waits is told it
    (`domain.line_changes`). Of use on its day only.
    """

    __tablename__ = "line_change"
    __table_args__ = (Index("ix_line_change_sitting_id", "sitting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    word: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Model):
    """One chat message; its id gives the order, its key makes it exist once.

    Its author is an account, or a guest of the visit. One with an attachment may have no words.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("visit_id", "author_id", "request_key"),
        Index("uq_message_participant_id", "participant_id", "request_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    by: Mapped[By] = mapped_column(Word(By))
    body: Mapped[str] = mapped_column(TextOrKept)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str] = mapped_column(String(64))

    visit: Mapped[Visit] = relationship()
    author: Mapped[Account | None] = relationship()
    participant: Mapped["Participant | None"] = relationship()
    attachment: Mapped["Attachment | None"] = relationship(back_populates="message", lazy="selectin")


class Minutes(Model):
    """The minutes (biên bản) of a visit as they stand; every version is kept beside."""

    __tablename__ = "minutes"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    body: Mapped[str] = mapped_column(TextOrKept, default="")
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(back_populates="minutes")


class MinutesVersion(Model):
    """One saved version of the minutes."""

    __tablename__ = "minutes_version"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(TextOrKept)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Outcome(Model):
    """What was decided at the end of a visit."""

    __tablename__ = "outcome"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    kind: Mapped[OutcomeKind] = mapped_column(Word(OutcomeKind))
    ground: Mapped[RefusalGround | None] = mapped_column(Word(RefusalGround))
    explanation: Mapped[str] = mapped_column(TextOrKept)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(back_populates="outcome")
