"""What the citizen brings: the case, its petitions, and who petitions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.identity_papers import Issue, PaperKind
from ..domain.petition_kinds import Gate, PetitionKind
from ..domain.petition_matter import Settled, least_written
from ..domain.representation import OnBehalf, Proof
from ..domain.telling import StatementStep, Telling, WaitsFor
from ..domain.visit_flow import By
from ..extensions import Model
from .account import Account
from .place import Locality
from .types import Kept, SealedDate, SealedText, TextOrKept, UtcDateTime, Word


class Case(Model):
    """A matter (vụ việc); one case has one or more petitions, of one person or of several.

    Which petitions share a case is known to their authors of their own, and to officers of those that are
    not sealed.
    """

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    petitions: Mapped[list["Petition"]] = relationship(back_populates="case")


class Petition(Model):
    """A petition (đơn).

    Where the author lives decides who is in the pilot; where it happened is another question.
    What was submitted never changes, which the database sees to: what comes later is an addition, a
    correction, or a withdrawal. Of a denunciation the texts are kept encrypted, and where its author lives
    stands with who they are (`Petitioner.lives_in_code`), not here.
    `needs` are the words of `Need` with spaces between; `learned_on` is the day on which the author
    learnt of what the petition is against; `told` is how the author tells what they did not write, and
    `told_texts` which texts those are, with spaces between; nothing of petitions of before it was kept.
    """

    __tablename__ = "petition"
    __table_args__ = (UniqueConstraint("account_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[PetitionKind] = mapped_column(Word(PetitionKind))
    protection_wanted: Mapped[bool | None]
    gate: Mapped[Gate] = mapped_column(Word(Gate), default=Gate.OPEN)
    lives_in_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    happened_in_code: Mapped[str] = mapped_column(ForeignKey("locality.code"))
    narrative: Mapped[str] = mapped_column(TextOrKept)
    told: Mapped[Telling] = mapped_column(
        Word(Telling), default=Telling.WRITTEN, server_default=Telling.WRITTEN.value
    )
    told_texts: Mapped[str | None] = mapped_column(String(60))
    on_behalf: Mapped[OnBehalf] = mapped_column(Word(OnBehalf), default=OnBehalf.MYSELF)
    people: Mapped[int] = mapped_column(default=1)
    needs: Mapped[str] = mapped_column(String(60), default="")
    against: Mapped[str] = mapped_column(TextOrKept, default="")
    learned_on: Mapped[date | None]
    settled: Mapped[Settled | None] = mapped_column(Word(Settled))
    settled_by: Mapped[str] = mapped_column(TextOrKept, default="")
    wish: Mapped[str] = mapped_column(TextOrKept, default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawal_reason: Mapped[str] = mapped_column(TextOrKept, default="")
    request_key: Mapped[str] = mapped_column(String(64))

    case: Mapped[Case] = relationship(back_populates="petitions")
    account: Mapped[Account] = relationship()
    lives_in: Mapped[Locality | None] = relationship(foreign_keys=[lives_in_code])
    happened_in: Mapped[Locality] = relationship(foreign_keys=[happened_in_code])
    petitioner: Mapped["Petitioner"] = relationship(back_populates="petition", lazy="select")
    additions: Mapped[list["PetitionAddition"]] = relationship(order_by="PetitionAddition.id")
    statements: Mapped[list["PetitionStatement"]] = relationship(order_by="PetitionStatement.version")

    @property
    def is_denunciation(self) -> bool:
        return self.kind is PetitionKind.DENUNCIATION

    @property
    def told_aloud(self) -> frozenset[str]:
        """Texts of the petition that its author tells by word of mouth.

        Who has written something everywhere, and still asked for the officer, tells the story.
        """
        if not self.told.is_oral:
            return frozenset()
        if self.told_texts is not None:
            return frozenset(self.told_texts.split())
        least = least_written(self.kind, self.settled)
        short = frozenset(field for field, length in least.items() if len(getattr(self, field)) < length)
        return short or frozenset({"narrative"})

    def kept(self, text: str) -> str:
        """A text of this petition's as it goes into the database: encrypted when it denounces."""
        return Kept(text) if self.is_denunciation else text


class Petitioner(Model):
    """Who petitions, apart from the petition and encrypted.

    Of a denunciation it is sealed: only those entitled open it, with a reason, audited. What was submitted
    stays as it is; `issue` is what holds now, after the author's corrections.
    """

    __tablename__ = "petitioner"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    full_name: Mapped[str] = mapped_column(SealedText)
    old_address: Mapped[str] = mapped_column(SealedText)
    paper_kind: Mapped[PaperKind] = mapped_column(Word(PaperKind))
    paper_number: Mapped[str] = mapped_column(SealedText)
    paper_look_up: Mapped[str] = mapped_column(String(64), index=True)
    paper_issued_on: Mapped[date | None] = mapped_column(SealedDate)
    paper_issued_by: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    birth_year: Mapped[str | None] = mapped_column(SealedText)
    village: Mapped[str | None] = mapped_column(SealedText)
    represented: Mapped[str | None] = mapped_column(SealedText)
    language: Mapped[str | None] = mapped_column(SealedText)
    lives_in_code: Mapped[str | None] = mapped_column(SealedText)
    sealed: Mapped[bool] = mapped_column(default=False)

    petition: Mapped[Petition] = relationship(back_populates="petitioner")
    representatives: Mapped[list["Representative"]] = relationship(order_by="Representative.id")
    corrections: Mapped[list["PaperCorrection"]] = relationship(order_by="PaperCorrection.id")

    @property
    def issue(self) -> Issue:
        """When and where the paper was issued, as it was told last."""
        return self.corrections[-1].issue if self.corrections else self.told_issue

    @property
    def told_issue(self) -> Issue:
        """The same as it was submitted."""
        return Issue(self.paper_issued_on, self.paper_issued_by or "")

    def issue_at(self, moment: datetime) -> Issue:
        """The same as it was told up to that moment."""
        until = [one for one in self.corrections if one.at <= moment]
        return until[-1].issue if until else self.told_issue


class PaperCorrection(Model):
    """When and where the author's paper was issued, told anew after submitting; written once."""

    __tablename__ = "paper_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitioner.petition_id"), index=True)
    paper_issued_on: Mapped[date | None] = mapped_column(SealedDate)
    paper_issued_by: Mapped[str | None] = mapped_column(SealedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by: Mapped[By] = mapped_column(Word(By))

    @property
    def issue(self) -> Issue:
        return Issue(self.paper_issued_on, self.paper_issued_by or "")


class Representative(Model):
    """One of a group's representatives beside the person who wrote (law art. 29); sealed with the petitioner."""

    __tablename__ = "representative"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitioner.petition_id"), index=True)
    full_name: Mapped[str] = mapped_column(SealedText)
    phone: Mapped[str] = mapped_column(SealedText)
    address: Mapped[str] = mapped_column(SealedText)


class PetitionAddition(Model):
    """What the author added after submitting; written once."""

    __tablename__ = "petition_addition"
    __table_args__ = (UniqueConstraint("petition_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    body: Mapped[str] = mapped_column(TextOrKept)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str] = mapped_column(String(64))


class PetitionStatement(Model):
    """A version of what an officer wrote down of what the author told (decree 154/2026 art. 14.1); written once.

    `visit_id` is empty where it was written apart from any visit.
    """

    __tablename__ = "petition_statement"
    __table_args__ = (
        UniqueConstraint("petition_id", "request_key"),
        UniqueConstraint("petition_id", "version", name="uq_petition_statement_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(TextOrKept)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str] = mapped_column(String(64))

    written_by: Mapped[Account] = relationship(lazy="joined")
    steps: Mapped[list["StatementEvent"]] = relationship(order_by="StatementEvent.id", lazy="selectin")


class StatementEvent(Model):
    """A version was read back, confirmed or contested, by whom and when; written once."""

    __tablename__ = "statement_event"
    __table_args__ = (UniqueConstraint("statement_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("petition_statement.id"))
    what: Mapped[StatementStep] = mapped_column(Word(StatementStep))
    by: Mapped[By] = mapped_column(Word(By))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    words: Mapped[str] = mapped_column(TextOrKept, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str] = mapped_column(String(64))


class StatementTask(Model):
    """That a petition's statement waits for an officer, why and since when, and who took it to write.

    Kept beside what it follows from (`services.statement_waits`), so that no desk looks through all petitions.
    What was told by voice till `heard_till` adds nothing to the version that stands, as the officer who heard it said.
    """

    __tablename__ = "statement_task"
    __table_args__ = (Index("ix_statement_task_waits_since", "waits_since"),)

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waits_for: Mapped[WaitsFor | None] = mapped_column(Word(WaitsFor))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard_till: Mapped[datetime | None] = mapped_column(UtcDateTime)

    petition: Mapped[Petition] = relationship()
    officer: Mapped[Account | None] = relationship()


class ProofOnPaper(Model):
    """A proof (decree 154/2026 art. 13) that comes on paper: promised by the author, seen by an officer."""

    __tablename__ = "proof_on_paper"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    proof: Mapped[Proof] = mapped_column(Word(Proof), primary_key=True)
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    seen_by: Mapped[Account | None] = relationship()
