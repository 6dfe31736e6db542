"""Help at a bridge point: people registered there, whose page its staff have open, petitions written for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.helping import Confirmed, ToTell
from ..extensions import Model
from .account import Account
from .petition import Petition
from .place import BridgePoint
from .types import SealedText, UtcDateTime, Word
from .visit import Visit


class PersonAtPoint(Model):
    """A person without a phone, whom the staff of a bridge point gave an account.

    `answers` is a JSON object, encrypted: who they are, their paper and home, by the names of a petition's
    questions. One account for each paper. `seen_at` says that whoever registered them had the paper in hand.
    """

    __tablename__ = "person_at_point"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers: Mapped[str] = mapped_column(SealedText)
    paper_look_up: Mapped[str] = mapped_column(String(64), unique=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    registered_by: Mapped[Account] = relationship(foreign_keys=[registered_by_id])
    bridge_point: Mapped[BridgePoint] = relationship()


class PointHelp(Model):
    """The staff of a bridge point found or registered a person, and help them that day.

    `code` is how addresses name it: it tells nothing of the person, and nobody elsewhere has use of it. Found by
    a paper, or by a petition under it, it reaches what is under that `paper_look_up` alone: others may use the
    same account. Empty: they were found by the account's phone.
    """

    __tablename__ = "point_help"
    __table_args__ = (Index("ix_point_help_bridge_point_id", "bridge_point_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    paper_look_up: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PetitionHelp(Model):
    """A petition that staff wrote down as its author told it: who, where, how the author confirmed it.

    `signed`: the author put their name or finger to the printed text, which the point keeps.
    """

    __tablename__ = "petition_help"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    confirmed: Mapped[Confirmed] = mapped_column(Word(Confirmed))
    signed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    petition: Mapped[Petition] = relationship()
    staff: Mapped[Account] = relationship()
    bridge_point: Mapped[BridgePoint] = relationship()


class WordOwed(Model):
    """What the staff of a bridge point tell somebody in person whom no message reaches: once for each `about`.

    `was` and `becomes` are hours of the place then and now; of a decision there are none. `told_at`: they did.
    """

    __tablename__ = "word_owed"
    __table_args__ = (Index("ix_word_owed_bridge_point_id", "bridge_point_id", "told_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    about: Mapped[str] = mapped_column(String(80), unique=True)
    bridge_point_id: Mapped[int] = mapped_column(ForeignKey("bridge_point.id"))
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    what: Mapped[ToTell] = mapped_column(Word(ToTell))
    was: Mapped[datetime | None] = mapped_column(UtcDateTime)
    becomes: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    petition: Mapped[Petition] = relationship()
    visit: Mapped[Visit | None] = relationship()
