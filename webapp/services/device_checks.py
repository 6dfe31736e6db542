"""What a citizen tried before the call: kept with the visit, for the citizen and for the officer."""

from datetime import datetime

from sqlalchemy import delete, select

from ..domain.call_modes import MODE_LABELS
from ..domain.device_check import FOUND_LABELS, WAY_LABELS, Check
from ..domain.errors import Conflict, NotFound
from ..domain.texts import N_
from ..domain.visit_flow import ENDED
from ..extensions import db
from ..models import Account, DeviceCheck, Visit
from . import topics
from .actor import Actor
from .staff_deeds import Msgid, Row
from .unit_of_work import safe_to_repeat, unit_of_work

MOST = 20
"""Checks kept of one visit: the day before, the morning, and whoever tries again and again."""


class VisitOver(Conflict):
    """There is no call to come."""

    message = N_("Lượt tiếp này đã khép lại.")


@safe_to_repeat
def keep(visit_id: int, found: Check, *, browser: str, by: Actor, now: datetime, key: str) -> None:
    """Keep what one opening of the page has found so far; the same key again takes the place of what it told before.

    The same words again change nothing. Of many checks the newest stay.

    Raises:
        NotFound: it is another's visit.
        VisitOver: the visit has ended.
    """
    with unit_of_work() as work:
        visit = work.session.get_one(Visit, visit_id, with_for_update=True)
        if visit.petition.account_id != by.account_id:
            raise NotFound
        if visit.state in ENDED:
            raise VisitOver
        mine = DeviceCheck.visit_id == visit.id
        row = work.session.scalar(select(DeviceCheck).where(mine, DeviceCheck.request_key == key))
        if row is None:
            row = DeviceCheck(visit_id=visit.id, request_key=key)
            work.session.add(row)
        elif found == _found(row):
            return
        row.at, row.browser, row.line = now, browser, found.line
        row.microphone, row.speaker, row.camera = found.microphone, found.speaker, found.camera
        work.session.flush()
        old = (
            select(DeviceCheck.id)
            .where(mine)
            .order_by(DeviceCheck.at.desc(), DeviceCheck.id.desc())
            .offset(MOST)
        )
        for gone in work.session.scalars(old).all():
            work.session.execute(delete(DeviceCheck).where(DeviceCheck.id == gone))
        work.announce(topics.visit(visit))


def _found(row: DeviceCheck) -> Check:
    return Check(row.microphone, row.speaker, row.camera, row.line)


def newest(visit_id: int) -> DeviceCheck | None:
    """What was found last."""
    found = select(DeviceCheck).where(DeviceCheck.visit_id == visit_id)
    return db.session.scalar(found.order_by(DeviceCheck.at.desc(), DeviceCheck.id.desc()).limit(1))


def told_to_person(_account: Account, held: list[Visit]) -> list[Row]:
    """All checks of these visits, the newest first, among what is kept about their citizen."""
    numbers = {visit.id: visit.ticket for visit in held}
    found = select(DeviceCheck).where(DeviceCheck.visit_id.in_(numbers))
    return [
        {
            "at": row.at,
            "number": numbers[row.visit_id],
            "device": row.browser,
            "microphone": Msgid(FOUND_LABELS[row.microphone]),
            "speaker": Msgid(FOUND_LABELS[row.speaker]),
            "camera": Msgid(FOUND_LABELS[row.camera]),
            "starts_in": Msgid(MODE_LABELS[row.line.starts_in]) if row.line else None,
            "carries": Msgid(MODE_LABELS[row.line.carries]) if row.line else None,
            "way": Msgid(WAY_LABELS[row.line.way]) if row.line else None,
            "kbits": row.kbits,
            "loss": row.loss,
            "round_trip": row.round_trip,
        }
        for row in db.session.scalars(found.order_by(DeviceCheck.at.desc(), DeviceCheck.id.desc()))
    ]
