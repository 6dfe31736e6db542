"""A petition being written: every step is kept at once, so that one can stop and go on."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Model
from .petition import Petition
from .types import SealedText, UtcDateTime


class PetitionDraft(Model):
    """One of an account's drafts; `answers` is a JSON object, encrypted; `key` becomes the petition's.

    `beside_id` is a petition of the same matter: this one will belong to its case. Of a text that was
    split, `part` of `parts` says which petition this is. `pages` is a JSON object of the keys of the pages
    from which the texts were saved last, by their steps.
    """

    __tablename__ = "petition_draft"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[str] = mapped_column(SealedText)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beside_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id"))
    part: Mapped[int | None] = mapped_column(SmallInteger)
    parts: Mapped[int | None] = mapped_column(SmallInteger)
    pages: Mapped[str | None] = mapped_column(Text)

    beside: Mapped[Petition | None] = relationship()
