"""What was tried before a call: camera, microphone, speaker and line of a citizen, with a visit or before one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..domain.call_modes import Mode
from ..domain.device_check import Found, Line, Way
from ..extensions import Model
from .types import UtcDateTime, Word


class Tried:
    """One opening of the page of the check: what it last told.

    The columns of the line are empty together: it was not tried. Nothing names a person or a device but the
    browser's family.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(24))
    microphone: Mapped[Found] = mapped_column(Word(Found))
    speaker: Mapped[Found] = mapped_column(Word(Found))
    camera: Mapped[Found] = mapped_column(Word(Found))
    kbits: Mapped[int | None]
    loss: Mapped[int | None]
    round_trip: Mapped[int | None]
    way: Mapped[Way | None] = mapped_column(Word(Way))
    starts_in: Mapped[Mode | None] = mapped_column(Word(Mode))
    carries: Mapped[Mode | None] = mapped_column(Word(Mode))

    @property
    def line(self) -> Line | None:
        if self.kbits is None or self.way is None or self.starts_in is None or self.carries is None:
            return None
        return Line(self.kbits, self.loss, self.round_trip, self.way, self.starts_in, self.carries)

    @line.setter
    def line(self, line: Line | None) -> None:
        self.kbits = line.kbits if line else None
        self.loss = line.loss if line else None
        self.round_trip = line.round_trip if line else None
        self.way = line.way if line else None
        self.starts_in = line.starts_in if line else None
        self.carries = line.carries if line else None


class DeviceCheck(Tried, Model):
    """What was tried for a visit. Kept as long as it."""

    __tablename__ = "device_check"
    __table_args__ = (UniqueConstraint("visit_id", "request_key"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))


class EarlyCheck(Tried, Model):
    """What somebody with a petition tried before they had a place; their next visit gets a copy of the newest."""

    __tablename__ = "early_check"
    __table_args__ = (UniqueConstraint("account_id", "request_key"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
