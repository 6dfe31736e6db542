"""Sealed petitions, by their code, for those who may open the identity: with a visit in hand or without one.

Whether a code exists is told to nobody else, and of no other petition.
"""

from datetime import datetime

from sqlalchemy import select

from ..domain.codes import is_code, read_code
from ..domain.errors import NotFound
from ..extensions import db
from ..models import Petition, Petitioner
from . import audit
from .actor import Actor
from .petitions import openable_by
from .tracking import read_code as read_typed_code
from .unit_of_work import unit_of_work


def find(typed: str, *, by: Actor, now: datetime) -> Petition:
    """The petition with this code as it was typed; who looked is kept, and whether there was one for them.

    Raises:
        InvalidInput: it has not the form of a code. NotFound: none that this person may open.
    """
    code = read_typed_code(typed)
    petition = _openable(code, by)
    with unit_of_work() as work:
        found = petition is not None
        audit.record(work, "sealed_sought", "petition_code", code, by=by, now=now, found=found)
    if petition is None:
        raise NotFound("Không có đơn niêm phong nào mang mã này mà anh/chị được mở.")
    return petition


def of_code(code: str, by: Actor) -> Petition:
    """The same for an address. Raises NotFound."""
    plain = read_code(code)
    petition = _openable(plain, by) if is_code(plain) else None
    if petition is None:
        raise NotFound("Không tìm thấy đơn này.")
    return petition


def read(code: str, *, by: Actor, now: datetime) -> Petition:
    """The same, to read its copy without names: that it was read is audited. Raises NotFound."""
    petition_id = of_code(code, by).id
    with unit_of_work() as work:
        audit.record(work, "content_read", "petition", petition_id, by=by, now=now)
    return db.session.get_one(Petition, petition_id)


def _openable(code: str, by: Actor) -> Petition | None:
    query = select(Petition).join(Petition.petitioner).where(Petition.code == code)
    return db.session.scalar(query.where(Petitioner.sealed.is_(True), openable_by(by)))
