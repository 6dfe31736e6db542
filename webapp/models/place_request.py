"""Individual cases: who asks to be received where no standing decision lets them, and what was decided."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.place_requests import Decided, Ground
from ..domain.visit_flow import By
from ..extensions import Model
from .account import Account
from .petition import Petition
from .place import BridgePoint
from .types import TextOrKept, UtcDateTime, Word


class PlaceRequest(Model):
    """The citizen asks, or an officer proposes, that one petition be received at a place; written once.

    No bridge point means at home.
    """

    __tablename__ = "place_request"
    __table_args__ = (UniqueConstraint("petition_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    ground: Mapped[Ground] = mapped_column(Word(Ground))
    bridge_point_id: Mapped[int | None] = mapped_column(ForeignKey("bridge_point.id"))
    reason: Mapped[str] = mapped_column(TextOrKept)
    by: Mapped[By] = mapped_column(Word(By))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str] = mapped_column(String(64))

    petition: Mapped[Petition] = relationship()
    bridge_point: Mapped[BridgePoint | None] = relationship(lazy="joined")
    answer: Mapped["PlaceAnswer | None"] = relationship(back_populates="request", lazy="joined")


class PlaceAnswer(Model):
    """How a request ended; written once, one for each, which the database sees to.

    Of an approval: the deciding document, the place that is allowed (none: at home) and to the end of which day.
    `words` are for the citizen.
    """

    __tablename__ = "place_answer"

    request_id: Mapped[int] = mapped_column(ForeignKey("place_request.id"), primary_key=True)
    what: Mapped[Decided] = mapped_column(Word(Decided))
    bridge_point_id: Mapped[int | None] = mapped_column(ForeignKey("bridge_point.id"))
    decision: Mapped[str] = mapped_column(String(200), default="")
    until: Mapped[date | None] = mapped_column(Date)
    words: Mapped[str] = mapped_column(TextOrKept, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    request: Mapped[PlaceRequest] = relationship(back_populates="answer")
    bridge_point: Mapped[BridgePoint | None] = relationship(lazy="joined")
    decided_by: Mapped[Account | None] = relationship()
