"""Reading visits: through their owner, so that another's is not found."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..domain.codes import is_code
from ..domain.errors import NotFound
from ..domain.visit_flow import AT_DESK, OPEN_STATES, State, VisitTimes
from ..extensions import db
from ..models import Participant, Petition, Sitting, Visit

_WITH = (joinedload(Visit.petition), joinedload(Visit.sitting), joinedload(Visit.desk))


def of_citizen(code: str, account_id: int) -> Visit:
    """The citizen's own visit. Raises NotFound, for another's too."""
    query = select(Visit).join(Visit.petition).options(*_WITH)
    mine = query.where(Visit.code == code, Petition.account_id == account_id)
    visit = db.session.scalar(mine) if is_code(code) else None
    if visit is None:
        raise NotFound("Không tìm thấy lượt tiếp này.")
    return visit


def by_code(code: str) -> Visit:
    """Any visit, for those whom policy lets read it. Raises NotFound."""
    visit = (
        db.session.scalar(select(Visit).options(*_WITH).where(Visit.code == code)) if is_code(code) else None
    )
    if visit is None:
        raise NotFound("Không tìm thấy lượt tiếp này.")
    return visit


def of_guest(code: str, participant_id: int) -> Visit:
    """The visit that a guest is inside of. Raises NotFound, for any other too."""
    inside = select(Participant).where(Participant.id == participant_id)
    place = db.session.scalar(inside)
    if place is None or not place.is_inside or place.visit.code != code:
        raise NotFound("Không tìm thấy lượt tiếp này.")
    return by_code(code)


def list_of_citizen(account_id: int) -> list[Visit]:
    """The citizen's visits, the newest first."""
    query = select(Visit).join(Visit.petition).options(*_WITH).where(Petition.account_id == account_id)
    return list(db.session.scalars(query.order_by(Visit.id.desc())))


def open_of_petition(petition_id: int, session: Session | None = None) -> Visit | None:
    """The petition's one open visit; inside a unit of work, as its session sees it."""
    return (session or db.session).scalar(
        select(Visit).where(Visit.petition_id == petition_id, Visit.state.in_(OPEN_STATES))
    )


def following(visit: Visit) -> Visit | None:
    """The visit to which this one was put off."""
    return db.session.scalar(select(Visit).options(*_WITH).where(Visit.follows_id == visit.id))


def at_desk(desk_id: int) -> Visit | None:
    """The visit that the desk has in hand."""
    return db.session.scalar(
        select(Visit).options(*_WITH).where(Visit.desk_id == desk_id, Visit.state.in_(AT_DESK))
    )


def expected_at(point_id: int, now: datetime) -> list[Visit]:
    """Who has a place at this bridge point, may say by now that they have come, and has not said so."""
    query = (
        select(Visit)
        .options(*_WITH)
        .join(Visit.sitting)
        .where(
            Visit.bridge_point_id == point_id,
            Visit.state == State.BOOKED,
            Visit.slot_start <= now + VisitTimes().check_in_before,
            Sitting.ends_at > now,
        )
    )
    return list(db.session.scalars(query.order_by(Visit.slot_start, Visit.number)))
