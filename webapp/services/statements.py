"""The officer's written record of what a person told (bản ghi lời trình bày): written, read back, confirmed.

Whoever cannot write tells by voice or at the reception; the officer writes it down in full, truly and exactly,
reads it back, and the person confirms it or says what is not right (decree 154/2026 art. 14.1). It stands beside
the petition, whose own text never changes. Each version is kept.

It is written by the officer of a visit while that lasts, or apart from any visit by the one who took it from
the list of those that wait (`statement_tasks`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..domain.errors import Conflict, FormUsed, NotFound
from ..domain.notices import Notice
from ..domain.telling import STEPS_OF_CITIZEN, StatementStep, clean_objection, clean_statement
from ..domain.texts import N_
from ..extensions import db
from ..models import Petition, PetitionStatement, StatementEvent, Visit
from . import audit, evidence, statement_tasks, statement_waits
from .actor import Actor
from .minutes import check_writable
from .petitions import tell
from .unit_of_work import Work, safe_to_repeat, unit_of_work

STEPS_OF_OFFICER = (StatementStep.READ_BACK, StatementStep.CONFIRMED)


class StatementMoved(Conflict):
    """Somebody wrote a newer version than the one that this is about."""

    message = N_("Vừa có bản ghi mới hơn. Hãy xem bản mới rồi làm lại; chữ đang viết vẫn còn ở đây.")


@dataclass(frozen=True)
class Statement:
    """The version that stands, and how it stands; `answer` is the person's last word on it."""

    version: PetitionStatement
    read_back: StatementEvent | None
    answer: StatementEvent | None
    earlier: tuple[PetitionStatement, ...] = ()

    @property
    def is_confirmed(self) -> bool:
        return self.answer is not None and self.answer.what is StatementStep.CONFIRMED


def of(petition: Petition) -> Statement | None:
    """The statement of the petition; None: nothing was written down yet."""
    if not petition.statements:
        return None
    *earlier, newest = petition.statements
    told = {step.what: step for step in newest.steps}
    answers = [step for step in newest.steps if step.what in STEPS_OF_CITIZEN]
    return Statement(
        newest, told.get(StatementStep.READ_BACK), answers[-1] if answers else None, tuple(earlier)
    )


def is_due(petition: Petition) -> bool:
    """Whether an officer is to write down what was told: by voice, or not written at all."""
    place = evidence.place_of_petition(petition)
    return petition.told.is_oral or bool(petition.statements) or evidence.told_by_voice(place) is not None


@safe_to_repeat
def write(
    visit_id: int, typed: str, *, base_version: int, by: Actor, now: datetime, key: str
) -> PetitionStatement:
    """A new version, written over `base_version` (0: the first); the same words again are no new version.

    Raises:
        InvalidInput: under 20 or over 20,000 characters. StatementMoved: a newer version with other words exists.
        Conflict: the visit has ended. NotAllowed, NotFound: it is not this officer's. FormUsed: the key is that
        of other words.
    """
    body = clean_statement(typed)
    with unit_of_work() as work:
        visit = _held(work, visit_id, by)
        petition = work.session.get_one(Petition, visit.petition_id, with_for_update=True)
        return _written(work, petition, visit_id, body, base_version, by, now, key)[0]


@safe_to_repeat
def write_apart(
    petition_id: int, typed: str, *, base_version: int, by: Actor, now: datetime, key: str
) -> PetitionStatement:
    """The same apart from any visit; a notice tells the author that there is something to read.

    The same words again say that what was told since adds nothing: it waits no more.

    Raises:
        InvalidInput, StatementMoved, FormUsed: as in a visit. Conflict: this officer does not have it (any more),
        or the petition was withdrawn. NotFound: it is not theirs to write.
    """
    body = clean_statement(typed)
    with unit_of_work() as work:
        petition = statement_tasks.taken(work, petition_id, by)
        written, is_new = _written(work, petition, None, body, base_version, by, now, key)
        if is_new:
            about = f"statement:{petition_id}:{_answered_last(work, petition_id)}"
            tell(work, petition, Notice.STATEMENT_WRITTEN, now=now, about=about)
        elif base_version == written.version:
            statement_waits.note_heard(work, petition_id, by=by, now=now)
        return written


def _written(
    work: Work,
    petition: Petition,
    visit_id: int | None,
    body: str,
    base_version: int,
    by: Actor,
    now: datetime,
    key: str,
) -> tuple[PetitionStatement, bool]:
    """The version, and whether it is a new one."""
    newest = _newest(work, petition.id)
    before = work.session.scalar(
        select(PetitionStatement).where(
            PetitionStatement.petition_id == petition.id, PetitionStatement.request_key == key
        )
    )
    if before is not None and before.body != body:
        raise FormUsed
    if before is not None:
        return before, False
    if newest is not None and newest.body == body:
        return newest, False
    version = newest.version if newest else 0
    if version != base_version:
        raise StatementMoved
    written = PetitionStatement(
        petition_id=petition.id,
        visit_id=visit_id,
        version=version + 1,
        body=petition.kept(body),
        written_by_id=by.account_id,
        written_at=now,
        request_key=key,
    )
    work.session.add(written)
    work.session.flush()
    _record(work, "statement_written", written, by, now)
    statement_waits.note(work, petition.id)
    return written, True


def _answered_last(work: Work, petition_id: int) -> int:
    """The author's last answer to any version: till the next one, a notice of what is to be read is one notice."""
    answers = (
        select(StatementEvent.id)
        .join(PetitionStatement, PetitionStatement.id == StatementEvent.statement_id)
        .where(PetitionStatement.petition_id == petition_id, StatementEvent.what.in_(STEPS_OF_CITIZEN))
    )
    return work.session.scalar(answers.order_by(StatementEvent.id.desc()).limit(1)) or 0


@safe_to_repeat
def note(
    visit_id: int, what: StatementStep, *, version: int, by: Actor, now: datetime, key: str
) -> StatementEvent:
    """The officer read this version back, or notes that the person confirmed it by word of mouth. Twice is once.

    Raises:
        Conflict: there is none, it was not read back before it is confirmed, or the visit has ended.
        StatementMoved: it is not the newest. NotAllowed, NotFound: it is not this officer's.
        FormUsed: the key is that of another step.
    """
    with unit_of_work() as work:
        petition_id = _held(work, visit_id, by).petition_id
        return _noted(work, petition_id, what, version, by, now, key)


@safe_to_repeat
def note_apart(
    petition_id: int, what: StatementStep, *, version: int, by: Actor, now: datetime, key: str
) -> StatementEvent:
    """The same apart from any visit, as by telephone.

    Raises:
        Conflict: as in a visit, or this officer does not have it (any more), or the petition was withdrawn.
        StatementMoved: it is not the newest. NotFound: it is not theirs to write.
    """
    with unit_of_work() as work:
        statement_tasks.taken(work, petition_id, by)
        return _noted(work, petition_id, what, version, by, now, key)


def _noted(
    work: Work, petition_id: int, what: StatementStep, version: int, by: Actor, now: datetime, key: str
) -> StatementEvent:
    statement = _of_version(work, petition_id, version)
    done = _steps(work, statement.id)
    if what is StatementStep.CONFIRMED and StatementStep.READ_BACK not in {step.what for step in done}:
        raise Conflict("Hãy đọc lại bản ghi cho công dân nghe trước.")
    same_form = next((step for step in done if step.request_key == key), None)
    if same_form is not None and same_form.what is not what:
        raise FormUsed
    # Read back is read back; confirmed counts while nobody contested it since.
    read_back = next((step for step in done if step.what is what and step.by is by.by), None)
    last = read_back if what is StatementStep.READ_BACK else _last_answer(done)
    if last is not None and (last.what is not what or last.by is not by.by):
        last = None
    return same_form or last or _step(work, statement, what, "", by, now, key)


@safe_to_repeat
def answer(
    petition_id: int, what: StatementStep, words: str, *, version: int, by: Actor, now: datetime, key: str
) -> StatementEvent:
    """The author says that this version is right, or what in it is not. The same key again is the same answer.

    Raises:
        InvalidInput: it is contested without a reason, or one over 500 characters. StatementMoved: it is not the
        newest version. NotFound: it is not this person's petition. Conflict: nothing was written down yet.
        FormUsed: the key is that of another answer.
    """
    why = clean_objection(words) if what is StatementStep.CONTESTED else ""
    with unit_of_work() as work:
        petition = work.session.get(Petition, petition_id, with_for_update=True)
        if petition is None or petition.account_id != by.account_id:
            raise NotFound("Không tìm thấy đơn này.")
        statement = _of_version(work, petition_id, version)
        done = _steps(work, statement.id)
        before = next((step for step in done if step.request_key == key), None)
        if before is not None and (before.what, before.words) != (what, why):
            raise FormUsed
        last = _last_answer(done)
        if before is not None:
            return before
        if last is not None and (last.what, last.words) == (what, why):
            return last
        return _step(work, statement, what, petition.kept(why), by, now, key)


def _held(work: Work, visit_id: int, by: Actor) -> Visit:
    visit = work.session.get(Visit, visit_id)
    if visit is None or visit.officer_id != by.account_id:
        raise NotFound
    check_writable(work, visit, by)
    return visit


def _newest(work: Work, petition_id: int) -> PetitionStatement | None:
    of_petition = select(PetitionStatement).where(PetitionStatement.petition_id == petition_id)
    return work.session.scalar(of_petition.order_by(PetitionStatement.version.desc()).limit(1))


def _of_version(work: Work, petition_id: int, version: int) -> PetitionStatement:
    newest = _newest(work, petition_id)
    if newest is None:
        raise Conflict("Chưa có bản ghi lời trình bày.")
    if newest.version != version:
        raise StatementMoved
    return newest


def _steps(work: Work, statement_id: int) -> list[StatementEvent]:
    of_statement = select(StatementEvent).where(StatementEvent.statement_id == statement_id)
    return list(work.session.scalars(of_statement.order_by(StatementEvent.id)))


def _last_answer(steps: list[StatementEvent]) -> StatementEvent | None:
    return next((step for step in reversed(steps) if step.what in STEPS_OF_CITIZEN), None)


def _step(
    work: Work,
    statement: PetitionStatement,
    what: StatementStep,
    words: str,
    by: Actor,
    now: datetime,
    key: str,
) -> StatementEvent:
    step = StatementEvent(
        statement_id=statement.id,
        what=what,
        by=by.by,
        actor_id=by.account_id,
        words=words,
        at=now,
        request_key=key,
    )
    work.session.add(step)
    work.session.flush()
    _record(work, f"statement_{what}", statement, by, now)
    statement_waits.note(work, statement.petition_id)
    return step


def _record(work: Work, action: str, statement: PetitionStatement, by: Actor, now: datetime) -> None:
    about = {"statement": statement.id, "version": statement.version}
    audit.record(work, action, "petition", statement.petition_id, by=by, now=now, **about)


def newest_version(petition_id: int) -> int:
    """0 where nothing was written down yet."""
    of_petition = select(PetitionStatement.version).where(PetitionStatement.petition_id == petition_id)
    return db.session.scalar(of_petition.order_by(PetitionStatement.version.desc()).limit(1)) or 0
