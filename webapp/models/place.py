"""Places: communes and wards as they are today, and the bridge points (điểm cầu) in them."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Model
from .types import Word


class Pilot(StrEnum):
    """Whether the people who live there take part in the pilot."""

    YES = "yes"
    PART = "part"
    NO = "no"


class Locality(Model):
    """A commune or ward of Hanoi; districts are history that people still name."""

    __tablename__ = "locality"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    former_district: Mapped[str] = mapped_column(String(60), default="")
    pilot: Mapped[Pilot] = mapped_column(Word(Pilot), default=Pilot.NO)
    old_names: Mapped[str] = mapped_column(Text, default="")

    @property
    def full_name(self) -> str:
        return f"{'Phường' if self.kind == 'ward' else 'Xã'} {self.name}"


class BridgePoint(Model):
    """Where people come together with a screen and a camera (decree 154/2026 art. 3.4, 3.5).

    `directions` say how to find it, for who reads no map.
    """

    __tablename__ = "bridge_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    directions: Mapped[str] = mapped_column(String(300), default="", server_default="")
    central: Mapped[bool] = mapped_column(default=False)
    locality_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))

    locality: Mapped[Locality | None] = relationship()
