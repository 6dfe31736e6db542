"""Reading the queue: order, place, expected wait. The same order for everyone who looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, not_, or_, select, true
from sqlalchemy.orm import joinedload, scoped_session

from ..domain.line_changes import KNOWN, figures_of, key_of
from ..domain.petition_kinds import Gate
from ..domain.queue_order import Lengths, expected_wait, lengths_of
from ..domain.visit_flow import AT_DESK, Action, State
from ..domain.working_days import HANOI
from ..extensions import db
from ..models import (
    Desk,
    DeskSitting,
    LineChange,
    Petition,
    Sitting,
    SittingKind,
    SittingMode,
    Visit,
    VisitEvent,
)
from ..models.types import UtcDateTime

_LOOKED_AT = 60
"""So many of the last visits tell how long the next ones take."""


@dataclass(frozen=True)
class Place:
    """Where a waiting visit stands, and what its page needs to know of the line to go on by itself."""

    ahead: int
    desks: int
    lengths: Lengths | None
    at_desks: tuple[tuple[int, int], ...]
    key: str
    known: tuple[int, ...]

    @property
    def wait(self) -> tuple[int, int] | None:
        """The range in minutes; nothing where no desk is open or too few visits are over."""
        return expected_wait(self.ahead, self.desks, self.lengths) if self.desks and self.lengths else None

    @property
    def figures(self) -> str:
        return figures_of(self.desks, self.lengths)


def open_sittings(now: datetime) -> list[Sitting]:
    """Online sittings in which a number can be taken now, the regular one first."""
    return list(
        db.session.scalars(
            select(Sitting)
            .where(
                Sitting.mode == SittingMode.ONLINE,
                Sitting.starts_at <= now,
                Sitting.ends_at > now,
                Sitting.held(),
            )
            .order_by(Sitting.kind != SittingKind.REGULAR, Sitting.starts_at, Sitting.id)
        )
    )


def in_order(sitting_id: int) -> list[Visit]:
    """All visits of the sitting: at desks first, then the line, then booked, then ended."""
    visits = list(
        db.session.scalars(
            select(Visit)
            .options(
                joinedload(Visit.petition).joinedload(Petition.lives_in),
                joinedload(Visit.petition).joinedload(Petition.petitioner),
                joinedload(Visit.desk),
            )
            .where(Visit.sitting_id == sitting_id)
        )
    )
    return sorted(visits, key=_as_shown)


_SHOWN = {
    State.IN_SESSION: 0,
    State.CALLED: 0,
    State.INTERRUPTED: 1,
    State.WAITING: 2,
    State.BOOKED: 3,
}


def _as_shown(visit: Visit) -> tuple[object, ...]:
    if visit.state is State.WAITING and visit.effective_at is not None:
        return (2, not visit.head, visit.effective_at.timestamp(), visit.number)
    return (_SHOWN.get(visit.state, 4), False, 0.0, visit.number)


def line(sitting_id: int, now: datetime) -> Select[Visit]:
    """Who may be called now, in the queue's order: the one definition, for calling and for showing."""
    return (
        select(Visit)
        .join(Visit.petition)
        .where(
            Visit.sitting_id == sitting_id,
            Visit.state == State.WAITING,
            Petition.gate == Gate.OPEN,
            or_(Visit.stepped_out_until.is_(None), Visit.stepped_out_until <= now),
        )
        .order_by(Visit.head.desc(), Visit.effective_at, Visit.number)
    )


def at_ready_place(ready: Iterable[int]) -> ColumnElement[bool]:
    """At home, or at one of the bridge points where people may be received (`preparation.ready_points`)."""
    return or_(Visit.bridge_point_id.is_(None), Visit.bridge_point_id.in_(list(ready)))


def held_up(sitting_id: int, now: datetime, ready: Iterable[int]) -> list[Visit]:
    """Who may be called but for the bridge point where they sit: calling the next one passes them over."""
    query = line(sitting_id, now).where(not_(at_ready_place(ready))).options(joinedload(Visit.bridge_point))
    return list(db.session.scalars(query))


def waiting(sitting_id: int) -> Select[Visit]:
    """Everyone who waits, in the queue's order, those too who cannot be called just now."""
    return (
        select(Visit)
        .where(Visit.sitting_id == sitting_id, Visit.state == State.WAITING)
        .order_by(Visit.head.desc(), Visit.effective_at, Visit.number)
    )


def passed_over_ahead(visit: Visit, now: datetime, ready: Iterable[int]) -> int:
    """How many of those ahead cannot be called just now: whoever is behind them may be called first."""
    can_be_called = line(visit.sitting_id, now).where(at_ready_place(ready), is_before(visit))
    ahead = select(func.count(Visit.id)).where(
        Visit.sitting_id == visit.sitting_id,
        Visit.state == State.WAITING,
        is_before(visit),
        Visit.id.not_in(can_be_called.with_only_columns(Visit.id).order_by(None)),
    )
    return db.session.scalar(ahead) or 0


def next_number(sitting_id: int, now: datetime, ready: Iterable[int]) -> int | None:
    """The number that "call next" would call now."""
    first = line(sitting_id, now).where(at_ready_place(ready)).limit(1)
    return db.session.scalar(first.with_only_columns(Visit.number))


def waiting_count(sitting_id: int) -> int:
    """How many wait."""
    query = select(func.count(Visit.id)).where(Visit.sitting_id == sitting_id, Visit.state == State.WAITING)
    return db.session.scalar(query) or 0


def is_before(visit: Visit) -> ColumnElement[bool]:
    """Who comes before this visit, among those who wait in its sitting."""
    return or_(
        Visit.head.is_(True) if not visit.head else False,
        and_(Visit.head == visit.head, Visit.effective_at < visit.effective_at),
        and_(
            Visit.head == visit.head,
            Visit.effective_at == visit.effective_at,
            Visit.number < visit.number,
        ),
    )


def place_of(visit: Visit) -> Place:
    """How many are ahead of a waiting visit, how long it may take, and who is at the desks."""
    known, ahead = _known_and_ahead(visit)
    key = key_of(visit.head, visit.effective_at) if visit.effective_at else ""
    return Place(ahead, *figures(visit.sitting_id), at_desks(visit.sitting_id), key, tuple(known))


def _known_and_ahead(visit: Visit) -> tuple[list[int], int]:
    """The last changes, the oldest first, and how many are ahead: both of one moment, so in one question."""
    ahead = select(func.count(Visit.id)).where(
        Visit.sitting_id == visit.sitting_id, Visit.state == State.WAITING, is_before(visit)
    )
    last = (
        select(LineChange.id)
        .where(LineChange.sitting_id == visit.sitting_id)
        .order_by(LineChange.id.desc())
        .limit(KNOWN)
        .subquery()
    )
    one = select(literal(1).label("one")).subquery()
    rows = db.session.execute(
        select(ahead.scalar_subquery(), last.c.id).select_from(one.outerjoin(last, true()))
    ).all()
    return sorted(number for _ahead, number in rows if number is not None), rows[0][0]


def wait_for_newcomer(sitting_id: int) -> tuple[int, int] | None:
    """The wait's range in minutes for someone who takes a number now; nothing where nobody can say."""
    desks, lengths = figures(sitting_id)
    return expected_wait(waiting_count(sitting_id), desks, lengths) if desks and lengths else None


def figures(sitting_id: int, connection: Connection | None = None) -> tuple[int, Lengths | None]:
    """How many desks are open for the sitting, and how long visits take today, where enough are over.

    A desk that works in another one is none here; one that has not settled in any may come to this one.
    """
    ask = connection or db.session
    here = or_(DeskSitting.sitting_id.is_(None), DeskSitting.sitting_id == sitting_id)
    opened = select(func.count(Desk.id)).outerjoin(DeskSitting, DeskSitting.desk_id == Desk.id)
    desks = ask.scalar(opened.where(Desk.officer_id.is_not(None), here)) or 0
    return desks, lengths_of(_minutes_today(sitting_id, ask))


def _minutes_today(sitting_id: int, ask: Connection | scoped_session[Any]) -> list[float]:
    """From the call to the end: what a desk needed for each of the last visits of the sitting's day."""
    starts = ask.scalar(select(Sitting.starts_at).where(Sitting.id == sitting_id))
    if starts is None:
        return []
    day = starts.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    of_the_day = select(Sitting.id).where(
        Sitting.starts_at >= day,
        Sitting.starts_at < day + timedelta(days=1),
        Sitting.mode == SittingMode.ONLINE,
    )
    over = (
        select(Visit.id, Visit.answered_at, Visit.ended_at)
        .where(
            Visit.sitting_id.in_(of_the_day),
            Visit.state == State.FINISHED,
            Visit.answered_at.is_not(None),
            Visit.ended_at.is_not(None),
        )
        .order_by(Visit.ended_at.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    rows = ask.execute(
        select(func.max(VisitEvent.at, type_=UtcDateTime()), over.c.ended_at)
        .join(over, over.c.id == VisitEvent.visit_id)
        .where(VisitEvent.action == Action.CALL, VisitEvent.at <= over.c.answered_at)
        .group_by(over.c.id, over.c.ended_at)
    ).all()
    return [(ended - called).total_seconds() / 60 for called, ended in rows]


def at_desks(sitting_id: int) -> tuple[tuple[int, int], ...]:
    """Which number of the sitting is at which desk, called or received: (desk, number), by desks."""
    rows = db.session.execute(
        select(Desk.number, Visit.number)
        .join(Visit, Visit.desk_id == Desk.id)
        .where(Visit.sitting_id == sitting_id, Visit.state.in_(AT_DESK))
        .order_by(Desk.number)
    )
    return tuple((desk, number) for desk, number in rows)
