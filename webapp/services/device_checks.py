"""What a citizen tried before the call: kept with the visit, for the citizen and for the officer.

Whoever has a petition and no place yet may try too: it is kept with them, and goes with their next visit.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from ..domain.call_modes import MODE_LABELS
from ..domain.device_check import FOUND_LABELS, WAY_LABELS, Check
from ..domain.errors import Conflict, NotFound
from ..domain.texts import N_
from ..domain.visit_flow import ENDED
from ..extensions import db
from ..models import Account, DeviceCheck, EarlyCheck, Petition, Visit
from . import topics
from .actor import Actor
from .staff_deeds import Msgid, Row
from .unit_of_work import Work, safe_to_repeat, unit_of_work

MOST = 20
"""Checks kept of one visit: the day before, the morning, and whoever tries again and again."""
MOST_EARLY = 3
"""Checks kept of somebody who has no place yet."""
EARLY_KEPT = timedelta(days=31)
"""As far as places are offered ahead."""


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
        row = DeviceCheck(visit_id=visit.id, request_key=key)
        if _write(work, row, DeviceCheck.visit_id == visit.id, found, browser, now, MOST):
            work.announce(topics.visit(visit))


@safe_to_repeat
def keep_early(found: Check, *, browser: str, by: Actor, now: datetime, key: str) -> bool:
    """The same for somebody who has no place yet; whether it was kept: of who has no petition nothing is."""
    with unit_of_work() as work:
        has_one = select(Petition.id).where(
            Petition.account_id == by.account_id, Petition.withdrawn_at.is_(None)
        )
        if work.session.scalar(has_one.limit(1)) is None:
            return False
        # Two openings of one person's page at one instant would count each other's rows away.
        work.one_at_a_time(f"early-check:{by.account_id}")
        row = EarlyCheck(account_id=by.account_id, request_key=key)
        _write(work, row, EarlyCheck.account_id == by.account_id, found, browser, now, MOST_EARLY)
        return True


def _write(
    work: Work,
    fresh: DeviceCheck | EarlyCheck,
    mine: ColumnElement[bool],
    found: Check,
    browser: str,
    now: datetime,
    most: int,
) -> bool:
    """Into the row of the same key, or this fresh one; of many the newest stay. Whether anything changed."""
    table: Any = type(fresh)
    row = work.session.scalar(select(table).where(mine, table.request_key == fresh.request_key))
    if row is None:
        row = fresh
        work.session.add(row)
    elif found == _found(row):
        return False
    _fill(row, found, browser, now)
    work.session.flush()
    old = select(table.id).where(mine).order_by(table.at.desc(), table.id.desc()).offset(most)
    work.session.execute(delete(table).where(table.id.in_(work.session.scalars(old).all())))
    return True


def _fill(row: DeviceCheck | EarlyCheck, found: Check, browser: str, at: datetime) -> None:
    row.at, row.browser, row.line = at, browser, found.line
    row.microphone, row.speaker, row.camera = found.microphone, found.speaker, found.camera


def carry(work: Work, visit: Visit, now: datetime) -> None:
    """A new visit gets what its citizen tried last, with the moment at which they did.

    Before they had a place, or for an earlier visit of the petition: one that was put off or missed.
    """
    petition = work.session.get_one(Petition, visit.petition_id)
    early: DeviceCheck | EarlyCheck | None = newest_early(petition.account_id, now, work.session)
    of_petition = select(DeviceCheck).join(Visit, Visit.id == DeviceCheck.visit_id)
    mine = Visit.petition_id == petition.id, DeviceCheck.at > now - EARLY_KEPT
    order = DeviceCheck.at.desc(), DeviceCheck.id.desc()
    before: DeviceCheck | EarlyCheck | None = work.session.scalar(
        of_petition.where(*mine).order_by(*order).limit(1)
    )
    last = max((one for one in (early, before) if one is not None), key=lambda one: one.at, default=None)
    if last is not None:
        row = DeviceCheck(
            visit_id=visit.id,
            request_key=f"{'early' if isinstance(last, EarlyCheck) else 'before'}-{last.id}",
        )
        _fill(row, _found(last), last.browser, last.at)
        work.session.add(row)
        work.session.flush()


def newest_early(account_id: int, now: datetime, session: Session | None = None) -> EarlyCheck | None:
    """What somebody without a place found last, if it is not too old to say anything of their line."""
    mine = EarlyCheck.account_id == account_id, EarlyCheck.at > now - EARLY_KEPT
    query = select(EarlyCheck).where(*mine).order_by(EarlyCheck.at.desc(), EarlyCheck.id.desc())
    return (session or db.session).scalar(query.limit(1))


def forget(now: datetime) -> None:
    """Checks of people who took no place in a month."""
    with unit_of_work() as work:
        work.session.execute(delete(EarlyCheck).where(EarlyCheck.at <= now - EARLY_KEPT))


def _found(row: DeviceCheck | EarlyCheck) -> Check:
    return Check(row.microphone, row.speaker, row.camera, row.line)


def newest(visit_id: int) -> DeviceCheck | None:
    """What was found last."""
    found = select(DeviceCheck).where(DeviceCheck.visit_id == visit_id)
    return db.session.scalar(found.order_by(DeviceCheck.at.desc(), DeviceCheck.id.desc()).limit(1))


def told_to_person(account: Account, held: list[Visit]) -> list[Row]:
    """All checks of these visits, then those without one, the newest first, among what is kept about their citizen."""
    numbers = {visit.id: visit.ticket for visit in held}
    newest_first = DeviceCheck.at.desc(), DeviceCheck.id.desc()
    with_visit = select(DeviceCheck).where(DeviceCheck.visit_id.in_(numbers)).order_by(*newest_first)
    without = select(EarlyCheck).filter_by(account_id=account.id).order_by(EarlyCheck.at.desc())
    rows: list[DeviceCheck | EarlyCheck] = [*db.session.scalars(with_visit), *db.session.scalars(without)]
    return [
        {
            "at": row.at,
            "number": numbers[row.visit_id] if isinstance(row, DeviceCheck) else None,
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
        for row in rows
    ]
