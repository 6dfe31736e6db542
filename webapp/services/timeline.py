"""What happened to a petition, who holds it now, and what the law asks for next.

One gathering serves two readers: the person who brought it, and whoever follows it with code and
phone, who is shown nothing personal and nothing that tells a denunciation from another petition.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ..domain.attachments import AttachmentKind
from ..domain.deadlines import TELLING, Deadline, next_deadline
from ..domain.following import AFTER_OUTCOME, STANDINGS, Standing, Waits, Words
from ..domain.outcomes import OUTCOME_LABELS, OUTCOME_SENTENCES
from ..domain.petition_kinds import Gate
from ..domain.telling import TOLD, StatementStep
from ..domain.texts import N_
from ..domain.visit_flow import AT_DESK, LIVE, OPEN_STATES, Action, By, State
from ..domain.working_days import HANOI, WorkingDay, day_in_hanoi, working_days_left
from ..extensions import db
from ..models import (
    Account,
    Attachment,
    Message,
    Outcome,
    Petition,
    PetitionAddition,
    PetitionStatement,
    Role,
    Visit,
    VisitEvent,
)
from . import calendar, evidence, place_story, telling_next
from .place_story import Entry


@dataclass(frozen=True)
class Document:
    """A file that can be fetched by its owner."""

    at: datetime
    kind: AttachmentKind
    media_type: str
    name: str
    size: int
    visit_code: str
    code: str
    mine: bool


@dataclass(frozen=True)
class Holding:
    """Since when the holder has it, at which desk, and the officer by name and title, once they received.

    Whoever is received may know who receives them: it is the officer's name, nothing of the petitioner's.
    """

    since: datetime
    waits: Waits
    desk: int | None = None
    officer: str = ""
    title: str = ""


@dataclass(frozen=True)
class Timeline:
    """A petition as its follower sees it; `next_visit` is the open one, `deadline` the law's next day.

    `next_step` says what becomes of what was told by word of mouth; empty: nothing was, or all is done.
    """

    petition: Petition
    entries: list[Entry]
    documents: list[Document]
    standing: Words
    holding: Holding
    deadline: Deadline | None
    names_article: bool
    next_visit: Visit | None
    works: WorkingDay
    next_step: str = ""

    def days_left(self, today: date) -> int:
        """Working days to the deadline."""
        return working_days_left(today, self.deadline.on, self.works) if self.deadline else 0

    def is_late(self, today: date) -> bool:
        return self.deadline is not None and today > self.deadline.on


MOVES = {
    Action.BOOK: N_("Giữ chỗ buổi tiếp ngày %(day)s"),
    Action.CHANGE: N_("Đổi giờ hẹn"),
    Action.TAKE_NUMBER: N_("Lấy số %(number)s"),
    Action.CALL: N_("Cán bộ gọi số %(number)s"),
    Action.ANSWER: N_("Gặp cán bộ, bàn %(desk)s"),
    Action.CLOSE: N_("Lượt tiếp đã xong"),
    Action.MARK_NO_SHOW: N_("Lỡ lượt"),
    Action.LEAVE: N_("Rời hàng chờ"),
    Action.CANCEL: N_("Hủy chỗ đã giữ"),
    Action.DEFER: N_("Chuyển sang buổi khác"),
    Action.RESCHEDULE: N_("Buổi tiếp đổi giờ"),
}
"""What of a visit belongs to the story of a case; the rest stands on the visit's own page."""

BROUGHT = {
    By.CITIZEN: N_("Ông/Bà nộp thêm %(count)s tệp giấy tờ"),
    By.BRIDGE: N_("Điểm cầu nộp giúp %(count)s tệp giấy tờ"),
    By.OFFICER: N_("Cán bộ nộp giúp %(count)s tệp giấy tờ"),
}
"""Files by how many they are, never by their names: those may tell who denounces."""
_ONE_GO = timedelta(minutes=30)


def of(petition: Petition) -> Timeline:
    """Everything, for the person who brought it."""
    held, works = _visits(petition), calendar.working_days()
    entries = [entry for gather in GATHERERS for entry in gather(petition, held)]
    newest = max((v.outcome for v in held if v.outcome), key=lambda o: o.decided_at, default=None)
    standing = _standing(petition, held, newest)
    next_visit = next((visit for visit in held if visit.state in OPEN_STATES), None)
    holding, telling = _holding(petition, held, newest, standing), telling_next.of(petition, held)
    if telling is not None and newest is None:  # what was decided says whose turn it is
        holding = replace(holding, waits=telling.waits)
    return Timeline(
        petition=petition,
        entries=sorted(entries, key=lambda entry: entry.at),
        documents=_documents(held),
        standing=STANDINGS[standing],
        holding=holding,
        deadline=None if petition.withdrawn_at else _deadline(petition, newest),
        names_article=True,
        next_visit=next_visit,
        works=works,
        next_step=telling.sentence if telling is not None else "",
    )


def for_anyone(petition: Petition) -> Timeline:
    """The same without what is personal: no one's words, no files, no ways into visits.

    An article that tells the kind of petition stays unnamed, as does the private way of denouncers.
    """
    whole = of(petition)
    private = whole.standing is STANDINGS[Standing.IN_PERSON]
    tells = whole.next_step in telling_next.AT_A_MEETING
    return replace(
        whole,
        entries=[replace(entry, own_words="", visit_code=None) for entry in whole.entries],
        documents=[],
        standing=STANDINGS[Standing.RECEIVED] if private else whole.standing,
        holding=replace(whole.holding, waits=Waits.OFFICE) if private or tells else whole.holding,
        next_step=telling_next.TO_TELL.sentence if tells else whole.next_step,
        names_article=whole.deadline is None or whole.deadline.term not in TELLING,
    )


def _visits(petition: Petition) -> list[Visit]:
    query = select(Visit).where(Visit.petition_id == petition.id).order_by(Visit.id)
    beside = (
        joinedload(Visit.sitting),
        joinedload(Visit.desk),
        joinedload(Visit.officer),
        joinedload(Visit.outcome),
        joinedload(Visit.minutes),
        selectinload(Visit.events),
    )
    return list(db.session.scalars(query.options(*beside)))


def _submitted(petition: Petition, _held: list[Visit]) -> Iterable[Entry]:
    """With how many files, and what was added to it later, go by go: forty scans are one line."""
    files = evidence.brought(petition)
    before = sum(at <= petition.submitted_at for at, _by in files)
    note = N_("Kèm %(count)s tệp giấy tờ") if before else ""
    if petition.told_aloud:
        note = N_("Trình bày bằng lời, kèm %(count)s tệp") if before else TOLD
    yield Entry(petition.submitted_at, N_("Đã gửi đơn"), {"count": before}, note)
    for who in By:
        for go in _goes([at for at, by in files[before:] if by is who]):
            yield Entry(go[-1], BROUGHT.get(who, BROUGHT[By.OFFICER]), {"count": len(go)})


def _goes(times: list[datetime]) -> Iterable[list[datetime]]:
    """Times in their order, parted where a long pause lies between two."""
    go: list[datetime] = []
    for at in times:
        if go and at - go[-1] > _ONE_GO:
            yield go
            go = []
        go.append(at)
    if go:
        yield go


def _changes(petition: Petition, _held: list[Visit]) -> Iterable[Entry]:
    """That there were some: their words stand on the petition's own page."""
    added = select(PetitionAddition).where(PetitionAddition.petition_id == petition.id)
    for addition in db.session.scalars(added):
        yield Entry(addition.added_at, N_("Đã bổ sung vào đơn"))
    if petition.withdrawn_at:
        yield Entry(petition.withdrawn_at, N_("Đã rút đơn"))


STATEMENT_STEPS = {
    (StatementStep.READ_BACK, By.OFFICER): N_("Cán bộ đọc lại bản ghi cho Ông/Bà nghe"),
    (StatementStep.CONFIRMED, By.OFFICER): N_("Ông/Bà nói với cán bộ là bản ghi đúng"),
    (StatementStep.CONFIRMED, By.CITIZEN): N_("Ông/Bà xác nhận bản ghi là đúng"),
    (StatementStep.CONTESTED, By.CITIZEN): N_("Ông/Bà báo bản ghi có chỗ chưa đúng"),
}


def _statements(petition: Petition, _held: list[Visit]) -> Iterable[Entry]:
    """What an officer wrote down of what was told; its words stand on the petition's own page."""
    written = select(PetitionStatement).where(PetitionStatement.petition_id == petition.id)
    for one in db.session.scalars(written.order_by(PetitionStatement.version)):
        title = N_("Cán bộ ghi lại lời trình bày, bản %(version)s")
        yield Entry(one.written_at, title, {"version": one.version})
        for step in one.steps:
            yield Entry(step.at, STATEMENT_STEPS[step.what, step.by], own_words=step.words)


def _receipts(petition: Petition, _held: list[Visit]) -> Iterable[Entry]:
    for receipt in evidence.receipts_of(petition.id):
        title = N_("Nhận giấy tờ, biên nhận số %(number)s")
        yield Entry(receipt.issued_at, title, {"number": receipt.number})


def _moves(_petition: Petition, held: list[Visit]) -> Iterable[Entry]:
    for visit in held:
        for event in visit.events:
            if event.action in MOVES:
                words = _words_of(visit, event)
                yield Entry(event.at, MOVES[event.action], words, visit_code=visit.code)


def _words_of(visit: Visit, event: VisitEvent) -> dict[str, str | int]:
    day = visit.sitting.starts_at.astimezone(HANOI).strftime("%d/%m/%Y")
    return {"day": day, "number": visit.ticket, "desk": visit.desk.number if visit.desk else "–"}


def _minutes(_petition: Petition, held: list[Visit]) -> Iterable[Entry]:
    """Minutes are told once their visit is over: until then they are being written."""
    for visit in held:
        if visit.minutes and visit.minutes.version and visit.state is State.FINISHED:
            title = N_("Biên bản lượt tiếp số %(number)s đã lưu")
            yield Entry(visit.minutes.saved_at, title, {"number": visit.ticket}, visit_code=visit.code)


def _outcomes(_petition: Petition, held: list[Visit]) -> Iterable[Entry]:
    for visit in held:
        found = visit.outcome
        if found:
            yield Entry(
                found.decided_at,
                OUTCOME_LABELS[found.kind],
                note=OUTCOME_SENTENCES[found.kind],
                own_words=found.explanation,
                visit_code=visit.code,
            )


GATHERERS: tuple[Callable[[Petition, list[Visit]], Iterable[Entry]], ...] = (
    _submitted,
    _changes,
    _statements,
    _receipts,
    _moves,
    place_story.entries,
    _minutes,
    _outcomes,
)
"""Each tells one sort of things that happened. Whatever else happens to a petition joins here."""


def _documents(held: list[Visit]) -> list[Document]:
    """What was given in the visits, on either side."""
    codes = {visit.id: visit.code for visit in held}
    rows = db.session.execute(
        select(Attachment, Message.sent_at)
        .join(Message, Message.id == Attachment.message_id)
        .where(Attachment.visit_id.in_(codes))
        .order_by(Message.id)
    )
    return [
        Document(
            at,
            file.kind,
            file.media_type or "",
            file.name,
            file.size,
            codes[file.visit_id],
            file.code,
            file.by is By.CITIZEN,
        )
        for file, at in rows
    ]


def _standing(petition: Petition, held: list[Visit], newest: Outcome | None) -> Standing:
    if any(visit.state in LIVE for visit in held):
        return Standing.VISITING
    if petition.withdrawn_at:
        return Standing.DONE
    if newest is not None:
        return AFTER_OUTCOME[newest.kind]
    return Standing.IN_PERSON if petition.gate is Gate.IN_PERSON else Standing.RECEIVED


def _holding(petition: Petition, held: list[Visit], newest: Outcome | None, standing: Standing) -> Holding:
    waits = STANDINGS[standing].waits
    at_desk = next((visit for visit in held if visit.state in AT_DESK or visit.state in LIVE), None)
    if at_desk is not None:
        since, number = at_desk.answered_at, at_desk.desk.number if at_desk.desk else None
        if standing is Standing.VISITING and since is not None:
            return Holding(since, waits, number, *_named(at_desk.officer))
        return Holding(at_desk.events[-1].at, Waits.CITIZEN, number)  # called, and not in the room yet
    if petition.withdrawn_at:
        return Holding(petition.withdrawn_at, waits)
    if newest is None:
        return Holding(petition.submitted_at, waits)
    decider = db.session.get(Account, newest.decided_by_id) if standing is Standing.WITH_US else None
    return Holding(newest.decided_at, waits, None, *_named(decider))


def _named(officer: Account | None) -> tuple[str, str]:
    """Name and title."""
    if officer is None:
        return "", ""
    return officer.full_name, N_("Lãnh đạo") if Role.LEADER in officer.roles else N_("Cán bộ tiếp công dân")


def _deadline(petition: Petition, newest: Outcome | None) -> Deadline | None:
    """By the calendar of the day on which it was promised: the receipt that the person holds says the same."""
    works = calendar.as_it_stood(newest.decided_at if newest else petition.submitted_at)
    decided = (newest.kind, newest.ground, day_in_hanoi(newest.decided_at)) if newest else None
    return next_deadline(petition.kind, day_in_hanoi(petition.submitted_at), works, decided)
