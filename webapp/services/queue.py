"""Reading the queue: order, place, expected wait. The same order for everyone who looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ..domain.petition_kinds import Gate
from ..domain.queue_order import expected_wait
from ..domain.visit_flow import State
from ..extensions import db
from ..models import Desk, Petition, Sitting, SittingKind, SittingMode, Visit

_USUAL_VISIT_MINUTES = 15.0


@dataclass(frozen=True)
class Place:
    """Where a waiting visit stands: people ahead, and the wait's range in minutes."""

    ahead: int
    wait_from: int
    wait_to: int


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


def next_number(sitting_id: int, now: datetime) -> int | None:
    """The number that "call next" would call now."""
    return db.session.scalar(line(sitting_id, now).with_only_columns(Visit.number).limit(1))


def waiting_count(sitting_id: int) -> int:
    """How many wait."""
    query = select(func.count(Visit.id)).where(Visit.sitting_id == sitting_id, Visit.state == State.WAITING)
    return db.session.scalar(query) or 0


def place_of(visit: Visit, now: datetime) -> Place:
    """How many are ahead of a waiting visit and how long it may take."""
    before = or_(
        Visit.head.is_(True) if not visit.head else False,
        and_(Visit.head == visit.head, Visit.effective_at < visit.effective_at),
        and_(
            Visit.head == visit.head,
            Visit.effective_at == visit.effective_at,
            Visit.number < visit.number,
        ),
    )
    ahead = db.session.scalar(
        select(func.count(Visit.id)).where(
            Visit.sitting_id == visit.sitting_id, Visit.state == State.WAITING, before
        )
    )
    return Place(
        ahead or 0, *expected_wait(ahead or 0, open_desk_count(), usual_minutes(visit.sitting_id, now))
    )


def wait_for_newcomer(sitting_id: int, now: datetime) -> tuple[int, int]:
    """The wait's range in minutes for someone who takes a number now."""
    return expected_wait(waiting_count(sitting_id), open_desk_count(), usual_minutes(sitting_id, now))


def open_desk_count() -> int:
    return db.session.scalar(select(func.count(Desk.id)).where(Desk.officer_id.is_not(None))) or 0


def usual_minutes(sitting_id: int, now: datetime) -> float:
    """How long visits took lately in this sitting, leaning on fifteen minutes while few are known."""
    recent = db.session.execute(
        select(Visit.answered_at, Visit.ended_at)
        .where(
            Visit.sitting_id == sitting_id,
            Visit.state == State.FINISHED,
            Visit.answered_at.is_not(None),
            Visit.ended_at > now - timedelta(hours=4),
        )
        .order_by(Visit.ended_at.desc())
        .limit(20)
    ).all()
    lengths = [(ended - answered).total_seconds() / 60 for answered, ended in recent if answered and ended]
    return (sum(lengths) + 3 * _USUAL_VISIT_MINUTES) / (len(lengths) + 3)
