"""The record of a visit that is over, for staff: how people could talk, the minutes, the outcome."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ..domain.codes import is_code
from ..domain.errors import InvalidInput, NotFound
from ..domain.texts import clean_text
from ..domain.visit_flow import ENDED
from ..extensions import db
from ..models import Petition, Visit
from . import audit
from .actor import Actor
from .petitions import may_open_identity
from .unit_of_work import unit_of_work


def of_staff(code: str, by: Actor) -> Visit:
    """A visit that began and is over, for who holds or held one of its petition, and for leaders.

    Raises:
        NotFound: there is none, or it is not this person's to read.
    """
    visit = db.session.scalar(select(Visit).where(Visit.code == code)) if is_code(code) else None
    over = visit is not None and visit.state in ENDED and visit.answered_at is not None
    if visit is None or not over or not may_open_identity(visit.petition_id, by):
        raise NotFound("Không tìm thấy hồ sơ của lượt tiếp này.")
    return visit


def of_petition(petition: Petition) -> Sequence[Visit]:
    """The visits of a petition that began and are over, oldest first."""
    over = select(Visit).where(
        Visit.petition_id == petition.id, Visit.state.in_(ENDED), Visit.answered_at.is_not(None)
    )
    return db.session.scalars(over.order_by(Visit.id)).all()


def open_minutes(visit_id: int, *, reason: str = "", by: Actor, now: datetime) -> None:
    """Before the minutes are shown: who reads them, and of a sealed petition why, goes into the audit trail.

    Raises:
        InvalidInput: no reason for a sealed one. NotFound: it is not this person's to read.
    """
    why = clean_text(reason)
    with unit_of_work() as work:
        visit = work.session.get_one(Visit, visit_id)
        if visit.state not in ENDED or not may_open_identity(visit.petition_id, by, work.session):
            raise NotFound
        if is_sealed(visit) and len(why) < 10:
            raise InvalidInput("Hãy ghi rõ lý do mở biên bản, ít nhất 10 chữ cái.", "reason")
        audit.record(work, "minutes_opened", "visit", visit_id, by=by, now=now, reason=why)


def is_sealed(visit: Visit) -> bool:
    """Whether its minutes may tell of somebody whose identity is sealed."""
    petitioner = visit.petition.petitioner
    return visit.petition.is_denunciation or petitioner is None or petitioner.sealed
