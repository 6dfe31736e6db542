"""Signing the tasks of a bridge point, taking a signature back, and receiving people there all the same."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.preparation import CONNECTED_NOT_BEFORE, Said, Task, due_of, items_of
from ...domain.texts import clean_text
from ...domain.working_days import WorkingDay
from ...models import BridgePoint, PointEntry, Sitting, SittingMode, SittingPlace
from .. import audit, near, topics
from ..actor import Actor
from ..calendar import working_days
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from . import reminding
from .record import beside_the_offered, holding, last_signed, may_sign, of_task, overruling, ready_points

_LONGEST_NOTE = 500


@safe_to_repeat
def sign(
    sitting_id: int,
    point_id: int,
    task: Task,
    ticked: Iterable[str],
    note: str,
    *,
    by: Actor,
    now: datetime,
    key: str,
) -> PointEntry:
    """Sign a task by name and time; late is possible and stays marked. What is signed already stays as it is.

    Raises:
        NotFound: the sitting offers no such point, or it is not theirs to sign.
        InvalidInput: something is not ticked, or the note is too long.
        Conflict: the sitting is over or not held, or a connection is signed a day before its hour.
    """
    words, works = clean_text(note), working_days()
    if len(words) > _LONGEST_NOTE:
        raise InvalidInput("Ghi chú dài quá 500 chữ cái. Hãy rút bớt.", "note")
    with unit_of_work() as work:
        if (before := _done_before(work, by, key)) is not None:
            return before
        sitting, point = _own(work, sitting_id, point_id, by, now)
        standing = _signed(work, sitting, point, task)
        if standing is not None:
            return standing
        starts = sitting.receives_from
        if task is Task.CONNECTED and now < starts - CONNECTED_NOT_BEFORE:
            raise Conflict(
                "Còn hơn một ngày mới đến buổi tiếp. Nối xong rồi hãy ký, trong vòng 24 giờ trước."
            )
        wanted = items_of(task, central=point.central)
        done = [name for name in wanted if name in set(ticked)]
        if len(done) < len(wanted):
            raise InvalidInput("Còn mục chưa đánh dấu. Làm đủ các mục rồi mới ký.", "items")
        entry = _entry(sitting, point, task, Said.SIGNED, works, words, by, now, key)
        entry.items = done
        return _keep(work, entry, by, now)


@safe_to_repeat
def withdraw(
    sitting_id: int, point_id: int, task: Task, reason: str, *, by: Actor, now: datetime, key: str
) -> PointEntry:
    """What was signed does not hold any more, and why; it may be signed again.

    Raises:
        NotFound: as `sign`. InvalidInput: no reason, or a too long one.
        Conflict: nobody has signed, or the sitting is over or not held.
    """
    why, works = _reason(reason), working_days()
    with unit_of_work() as work:
        if (before := _done_before(work, by, key)) is not None:
            return before
        sitting, point = _own(work, sitting_id, point_id, by, now)
        if _signed(work, sitting, point, task) is None:
            raise Conflict("Việc này chưa ai ký, hoặc vừa được rút.")
        return _keep(work, _entry(sitting, point, task, Said.WITHDRAWN, works, why, by, now, key), by, now)


@safe_to_repeat
def overrule(
    sitting_id: int, point_id: int, reason: str, *, by: Actor, now: datetime, key: str
) -> PointEntry:
    """People at this point are received in this sitting although it is not signed as connected.

    The officer who receives decides which points take part (decree 154/2026 art. 3.5), so it is theirs to
    say; policy lets nobody else. It is said once for the point and the sitting: a second word on it answers
    as the first, until a signature is taken back.

    Raises:
        NotFound: no such point in the sitting. InvalidInput: no reason, or a too long one.
        Conflict: it is signed as connected, or the sitting is over or not held.
    """
    why, works = _reason(reason), working_days()
    with unit_of_work() as work:
        if (before := _done_before(work, by, key)) is not None:
            return before
        sitting, point = _held(work, sitting_id, point_id, now)
        if _signed(work, sitting, point, Task.CONNECTED) is not None:
            raise Conflict("Điểm cầu này đã ký là nối xong, cứ gọi người ở đó.")
        said = holding(of_task(work.session, sitting.id, point.id, Task.CONNECTED), sitting)
        if (stands := overruling(said)) is not None:
            return stands
        entry = _entry(sitting, point, Task.CONNECTED, Said.OVERRULED, works, why, by, now, key)
        return _keep(work, entry, by, now)


def _reason(typed: str) -> str:
    why = clean_text(typed)
    if not why:
        raise InvalidInput("Hãy ghi lý do.", "reason")
    if len(why) > _LONGEST_NOTE:
        raise InvalidInput("Lý do dài quá 500 chữ cái. Hãy rút bớt.", "reason")
    return why


def _done_before(work: Work, by: Actor, key: str) -> PointEntry | None:
    mine = PointEntry.by_id == by.account_id if by.account_id else PointEntry.by_id.is_(None)
    return work.session.scalar(select(PointEntry).where(mine, PointEntry.request_key == key))


def _own(work: Work, sitting_id: int, point_id: int, by: Actor, now: datetime) -> tuple[Sitting, BridgePoint]:
    point = work.session.get(BridgePoint, point_id)
    if point is None or not may_sign(work.session, point, by):
        raise NotFound
    return _held(work, sitting_id, point_id, now)


def _held(work: Work, sitting_id: int, point_id: int, now: datetime) -> tuple[Sitting, BridgePoint]:
    """From here on nobody else writes about this point in this sitting until the end of the unit of work."""
    work.one_at_a_time(f"point:{sitting_id}:{point_id}")
    sitting = work.session.get(Sitting, sitting_id)
    point = work.session.get(BridgePoint, point_id)
    if sitting is None or point is None or sitting.mode is not SittingMode.ONLINE or sitting.draft:
        raise NotFound
    offered = select(SittingPlace.sitting_id).where(
        SittingPlace.sitting_id == sitting_id, SittingPlace.bridge_point_id == point_id
    )
    beside = beside_the_offered(work.session, [sitting_id]).get(sitting_id, [])
    if not work.session.scalar(offered) and point not in beside:
        raise NotFound
    if not sitting.is_held or sitting.ends_at <= now:
        raise Conflict("Buổi tiếp này đã xong hoặc không tổ chức nữa.")
    return sitting, point


def _signed(work: Work, sitting: Sitting, point: BridgePoint, task: Task) -> PointEntry | None:
    return last_signed(holding(of_task(work.session, sitting.id, point.id, task), sitting))


def _entry(
    sitting: Sitting,
    point: BridgePoint,
    task: Task,
    said: Said,
    works: WorkingDay,
    note: str,
    by: Actor,
    now: datetime,
    key: str,
) -> PointEntry:
    starts = sitting.receives_from
    return PointEntry(
        sitting_id=sitting.id,
        bridge_point_id=point.id,
        task=task,
        said=said,
        starts_at=starts,
        due_at=due_of(task, starts, works),
        items=[],
        note=note,
        at=now,
        by_id=by.account_id,
        request_key=key,
    )


def _keep(work: Work, entry: PointEntry, by: Actor, now: datetime) -> PointEntry:
    work.session.add(entry)
    work.session.flush()
    about: dict[str, Any] = {"task": entry.task.value, "point": entry.bridge_point_id, "entry": entry.id}
    if entry.said is not Said.SIGNED:
        about["reason"] = entry.note
    audit.record(work, f"point_{entry.said.value}", "sitting", entry.sitting_id, by=by, now=now, **about)
    if entry.said is Said.SIGNED:
        reminding.take_back(work, entry)
    if entry.task is Task.CONNECTED:
        work.announce(topics.queue(entry.sitting_id))  # who is called next may be another
        ready = ready_points(entry.sitting_id, work.session)
        near.point_changed(work, entry.sitting_id, entry.bridge_point_id, ready, entry.at)
    return entry
