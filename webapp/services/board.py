"""What the public board shows: numbers and desks, and nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..domain.errors import NotFound
from ..domain.visit_flow import AT_DESK, OPEN_STATES, State
from ..extensions import db
from ..models import BridgePoint, Desk, Sitting, SittingMode, Visit
from . import preparation, queue

_NEXT = 6


@dataclass(frozen=True)
class Row:
    """A number at a desk; `call` names this very call, so that it is spoken once."""

    desk: int
    ticket: str
    called: bool
    call: str


@dataclass(frozen=True)
class Part:
    """What the board shows of one sitting: each has numbers of its own, from 1 on."""

    sitting: Sitting
    rows: tuple[Row, ...]
    next: tuple[str, ...]
    wait: tuple[int, int] | None


@dataclass(frozen=True)
class Board:
    """Every sitting that is open, at a bridge point with the numbers of that point alone; no part: none is open."""

    point: BridgePoint | None
    parts: tuple[Part, ...] = ()


def of_now(now: datetime) -> Board:
    """Of all sittings in which a number can be taken now, the regular one first."""
    return _of(queue.open_sittings(now), None, now)


def of_point(point_id: int, now: datetime) -> Board:
    """At a bridge point, of the sittings that offer it now, and of those in which somebody may come there by a
    leader's decision. Raises NotFound: no such point.
    """
    point = db.session.get(BridgePoint, point_id)
    if point is None:
        raise NotFound
    comes_there = select(Visit.sitting_id).where(
        Visit.bridge_point_id == point_id, Visit.state.in_(OPEN_STATES)
    )
    allowed = set(db.session.scalars(comes_there))
    here = [one for one in queue.open_sittings(now) if point in one.places or one.id in allowed]
    return _of(here, point, now)


def of_sitting(sitting_id: int, now: datetime) -> Board:
    """Of this sitting alone, where several are open at a time; empty before and after. Raises NotFound."""
    sitting = db.session.get(Sitting, sitting_id)
    if sitting is None or sitting.draft or sitting.mode is not SittingMode.ONLINE:
        raise NotFound
    return _of([sitting] if sitting.is_open(now) else [], None, now)


def _of(sittings: Iterable[Sitting], point: BridgePoint | None, now: datetime) -> Board:
    return Board(point, tuple(_part(sitting, point, now) for sitting in sittings))


def _part(sitting: Sitting, point: BridgePoint | None, now: datetime) -> Part:
    here = [Visit.sitting_id == sitting.id]
    if point is not None:
        here.append(Visit.bridge_point_id == point.id)
    at_desks = db.session.execute(
        select(Desk.number, Visit.number, Visit.calls, Visit.state)
        .join(Visit, Visit.desk_id == Desk.id)
        .where(*here, Visit.state.in_(AT_DESK))
        .order_by(Desk.number)
    )
    rows = tuple(
        Row(desk, f"{number:03d}", state is State.CALLED, f"{sitting.id}-{number}-{calls}-{desk}")
        for desk, number, calls, state in at_desks
    )
    here.append(queue.at_ready_place(preparation.ready_points(sitting.id)))
    following = queue.line(sitting.id, now).where(*here).with_only_columns(Visit.number).limit(_NEXT)
    tickets = tuple(f"{number:03d}" for number in db.session.scalars(following))
    return Part(sitting, rows, tickets, queue.wait_for_newcomer(sitting.id))
