"""Reminders of what a point has not signed: once before it is due and once when it is late, none once it is signed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from ...domain.preparation import Stage, Task
from ...domain.staff_letters import StaffNotice
from ...domain.working_days import day_in_hanoi
from ...extensions import db
from ...models import Account, AccountRole, BridgePoint, PointEntry, PointReminder, Role
from .. import mail_address, notices
from ..unit_of_work import Work, unit_of_work
from .reading import Standing, coming
from .record import Reads, holding, last_signed, of_task

_NOTICES = {False: StaffNotice.POINT_SOON, True: StaffNotice.POINT_LATE}


def remind(now: datetime) -> int:
    """Whoever works at a point, or at a central one, is told by letter of what is due there; says of how many tasks.

    What is found late is told as late alone, however long the worker was away. Where no letter can go to anybody
    nothing counts as told: whoever confirms an address later still hears of it.
    """
    db.session.rollback()  # see what others have written since
    due = [one for one in coming(now) if _is_due(one, now)]
    due = [one for one in _not_told(db.session, due) if reached(one.point.id)]
    if not due:
        return 0  # looking takes no writer's place
    with unit_of_work() as work:
        work.one_at_a_time("point-reminders")
        due = [one for one in _not_told(work.session, due) if not _signed_since(work, one)]
        return sum(_tell(work, one, now) for one in due)


def reached(point_id: int) -> bool:
    """Whether a reminder of what is due at this point comes to anybody."""
    return any(mail_address.confirmed_of(db.session, one.id) for one in _staff_of(db.session, point_id))


def take_back(work: Work, entry: PointEntry) -> None:
    """What of the reminders still waits to be sent is not sent: the task is signed."""
    about = _about(entry.sitting_id, entry.bridge_point_id, entry.task, entry.starts_at)
    for notice in _NOTICES.values():
        notices.take_back_staff(work, _staff_of(work.session, entry.bridge_point_id), notice, about=about)


def _is_due(one: Standing, now: datetime) -> bool:
    """A notice or a test is of no use any more once people are received."""
    over = one.task is not Task.CONNECTED and one.sitting.receives_from <= now
    return one.is_open and one.stage in (Stage.SOON, Stage.OVERDUE) and not over


def _is_late(one: Standing) -> bool:
    return one.stage is Stage.OVERDUE


def _not_told(session: Reads, due: Sequence[Standing]) -> list[Standing]:
    rows = session.scalars(
        select(PointReminder).where(PointReminder.sitting_id.in_({one.sitting.id for one in due}))
    )
    told = {(row.sitting_id, row.bridge_point_id, row.task, row.starts_at, row.late) for row in rows}
    return [
        one for one in due if (one.sitting.id, one.point.id, one.task, one.starts, _is_late(one)) not in told
    ]


def _signed_since(work: Work, one: Standing) -> bool:
    said = of_task(work.session, one.sitting.id, one.point.id, one.task)
    return last_signed(holding(said, one.sitting)) is not None


def _tell(work: Work, one: Standing, now: datetime) -> bool:
    ends_with_day = one.task is not Task.CONNECTED
    told = notices.tell_staff(
        work,
        _staff_of(work.session, one.point.id),
        _NOTICES[_is_late(one)],
        about=_about(one.sitting.id, one.point.id, one.task, one.starts),
        day=day_in_hanoi(one.starts),
        by=one.last_day.date() if ends_with_day else None,
        at=None if ends_with_day else one.due,
        place=one.point.name,
        what=one.label,
        now=now,
    )
    if not told:
        return False
    work.session.add(
        PointReminder(
            sitting_id=one.sitting.id,
            bridge_point_id=one.point.id,
            task=one.task,
            starts_at=one.starts,
            late=_is_late(one),
            at=now,
        )
    )
    return True


def _about(sitting_id: int, point_id: int, task: Task, starts: datetime) -> str:
    return f"point:{sitting_id}:{point_id}:{task.value}:{starts:%y%m%d%H%M}"


def _staff_of(session: Reads, point_id: int) -> Iterable[Account]:
    """Those who may sign for the point (`record.may_sign`): its own, and the central point's, whose duty it is
    (decree 154/2026 art. 23.1)."""
    bridge = select(AccountRole.account_id).where(AccountRole.role == Role.BRIDGE)
    central = select(BridgePoint.id).where(BridgePoint.central)
    here = (Account.bridge_point_id == point_id) | Account.bridge_point_id.in_(central)
    query = select(Account).where(here, Account.id.in_(bridge), Account.disabled.is_(False))
    return session.scalars(query.order_by(Account.id)).all()
