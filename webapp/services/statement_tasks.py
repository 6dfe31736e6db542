"""Statements that wait for an officer apart from any visit: listed, taken by one of them, given back.

What was told waits until it is written down, and so does what its author contests, whether there is a visit or
not (decree 154/2026 art. 14.1). Petitions that are being received just now have their officer. Of a sealed
petition those alone know who may open its identity.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from ..domain.codes import is_code, read_code
from ..domain.errors import Conflict, NotFound
from ..domain.telling import WaitsFor, keeps_others_out
from ..domain.texts import N_
from ..domain.visit_flow import LIVE, State
from ..domain.working_days import HANOI, working_days_left
from ..extensions import db
from ..models import Account, Outcome, Petition, Petitioner, PetitionStatement, StatementTask, Visit
from . import audit, calendar, topics
from .actor import Actor
from .petitions import openable_by
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_RECEIVED = LIVE | {State.CALLED}
_MOST = 200


class TakenByAnother(Conflict):
    """Another officer has it for today."""

    message = N_("Lời kể này cán bộ khác đã nhận ghi.")


@dataclass(frozen=True)
class Waiting:
    """A line of the list; `days` are working days since then, `holder` has it today."""

    task: StatementTask
    days: int
    last: PetitionStatement | None
    holder: Account | None


def listed(by: Actor, now: datetime) -> list[Waiting]:
    """What this officer has taken, whether it waits or not, then what waits besides; of each the oldest first.

    Last comes what was decided without being written down: nobody waits for it as the others do.
    """
    beside = contains_eager(StatementTask.petition).selectinload(Petition.statements)
    decided = select(Outcome.visit_id).join(Visit, Visit.id == Outcome.visit_id)
    decided = decided.where(Visit.petition_id == StatementTask.petition_id)
    late = decided.exists() & (StatementTask.waits_for == WaitsFor.TOLD)
    since = StatementTask.waits_since
    query = (
        _of(by)
        .options(beside.joinedload(PetitionStatement.written_by), joinedload(StatementTask.officer))
        .order_by(since.is_(None), case((late, 1), else_=0), since, StatementTask.petition_id)
    )
    # Apart, so that however many wait, nothing that somebody has in hand drops out of the list.
    mine = StatementTask.officer_id == by.account_id
    others = or_(StatementTask.officer_id.is_(None), ~mine)
    tasks = [
        *db.session.scalars(query.where(mine)),
        *db.session.scalars(query.where(others, _waits()).limit(_MOST)),
    ]
    works, today = calendar.working_days(), now.astimezone(HANOI).date()

    def line(task: StatementTask) -> Waiting:
        since = (task.waits_since or now).astimezone(HANOI).date()
        written = task.petition.statements
        holder = task.officer if _holder(task, now) else None
        # Working days from the day after one day to another are those of a term that ends on it.
        return Waiting(task, working_days_left(since, today, works), written[-1] if written else None, holder)

    return [line(task) for task in tasks]


def count(by: Actor, now: datetime) -> int:
    """How many wait that this officer may take or has taken."""
    query = _of(by).where(_waits()).with_only_columns(StatementTask.officer_id, StatementTask.taken_at)
    return sum(
        officer_id in (None, by.account_id) or taken_at is None or not keeps_others_out(taken_at, now)
        for officer_id, taken_at in db.session.execute(query)
    )


def has_any(by: Actor) -> bool:
    """Whether this officer has taken one and not given it back."""
    mine = select(func.count()).select_from(StatementTask).where(StatementTask.officer_id == by.account_id)
    return bool(db.session.scalar(mine))


def of_code(code: str, by: Actor) -> StatementTask:
    """The task of this petition, for those who may know of it. Raises NotFound."""
    task = db.session.scalar(_named(code, by))
    if task is None:
        raise NotFound("Không tìm thấy lời kể này.")
    return task


def holder_of(task: StatementTask, now: datetime) -> Account | None:
    """Who has it today."""
    return task.officer if _holder(task, now) else None


@safe_to_repeat
def take(code: str, *, by: Actor, now: datetime) -> None:
    """This officer writes it; the others see that, and leave it to them for the day. Twice is once.

    Raises:
        TakenByAnother. NotFound: none, or not theirs to know of.
        Conflict: it waits for nobody any more, or its author is being received just now.
    """
    with unit_of_work() as work:
        task = work.session.scalar(_named(code, by, work.session).with_for_update(of=StatementTask))
        if task is None:
            raise NotFound("Không tìm thấy lời kể này.")
        holder = _holder(task, now)
        if holder == by.account_id:
            return
        if holder is not None:
            raise TakenByAnother
        if task.waits_since is None and task.officer_id != by.account_id:
            raise Conflict("Lời kể này vừa được ghi xong.")
        received = select(Visit.id).where(Visit.petition_id == task.petition_id, Visit.state.in_(_RECEIVED))
        if work.session.scalar(received) is not None:
            raise Conflict("Công dân đang được tiếp, lời kể được ghi ở bàn tiếp đó.")
        task.officer_id, task.taken_at = by.account_id, now
        audit.record(work, "statement_taken", "petition", task.petition_id, by=by, now=now)
        work.announce(topics.STATEMENTS)


@safe_to_repeat
def give_back(code: str, *, by: Actor, now: datetime) -> None:
    """This officer has it no more; twice is once. Raises NotFound."""
    with unit_of_work() as work:
        task = work.session.scalar(_named(code, by, work.session).with_for_update(of=StatementTask))
        if task is None:
            raise NotFound("Không tìm thấy lời kể này.")
        if task.officer_id != by.account_id:
            return
        task.officer_id = task.taken_at = None
        audit.record(work, "statement_given_back", "petition", task.petition_id, by=by, now=now)
        work.announce(topics.STATEMENTS)


def open_taken(code: str, *, by: Actor, now: datetime) -> Petition:
    """The petition whose statement this officer has taken; that they opened it is audited.

    Raises:
        NotFound: none, or not theirs to know of. Conflict: they have not taken it.
    """
    petition_id = petition_taken(code, by).id
    with unit_of_work() as work:
        audit.record(work, "content_read", "petition", petition_id, by=by, now=now)
    return db.session.get_one(Petition, petition_id)


def petition_taken(code: str, by: Actor) -> Petition:
    """The same without opening anything. Raises NotFound, Conflict."""
    task = of_code(code, by)
    _check_taken(task, by)
    return task.petition


def taken(work: Work, petition_id: int, by: Actor) -> Petition:
    """The petition, locked, for the officer who has taken its statement and writes it.

    Past the day the others may take it: until one does, it stays with whoever had it.

    Raises:
        NotFound: not theirs to know of. Conflict: they do not have it (any more), or it was withdrawn.
    """
    petition = work.session.get_one(Petition, petition_id, with_for_update=True)
    task = work.session.scalar(_of(by, work.session).where(StatementTask.petition_id == petition_id))
    if task is None:
        raise NotFound("Không tìm thấy lời kể này.")
    _check_taken(task, by)
    if petition.withdrawn_at is not None:
        raise Conflict("Công dân đã rút đơn này.")
    return petition


def _check_taken(task: StatementTask, by: Actor) -> None:
    if task.officer_id != by.account_id:
        raise Conflict("Anh/chị chưa nhận ghi lời kể này, hoặc cán bộ khác đã nhận. Hãy xem lại danh sách.")


def _holder(task: StatementTask, now: datetime) -> int | None:
    if task.officer_id is None or task.taken_at is None or not keeps_others_out(task.taken_at, now):
        return None
    return task.officer_id


def _of(by: Actor, session: Session | None = None) -> Select[StatementTask]:
    """Of which this officer may know."""
    known = or_(Petitioner.sealed.is_(False), openable_by(by, session))
    return select(StatementTask).join(StatementTask.petition).join(Petition.petitioner).where(known)


def _named(code: str, by: Actor, session: Session | None = None) -> Select[StatementTask]:
    plain = read_code(code)
    return _of(by, session).where(Petition.code == (plain if is_code(plain) else ""))


def _waits() -> ColumnElement[bool]:
    received = select(Visit.id).where(
        Visit.petition_id == StatementTask.petition_id, Visit.state.in_(_RECEIVED)
    )
    return StatementTask.waits_since.is_not(None) & ~received.exists()
