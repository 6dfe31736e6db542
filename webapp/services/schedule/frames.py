"""Frames of sittings: their desks, who is on duty in them, and whether they are shut."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.visit_flow import State
from ...domain.working_days import HANOI, day_in_hanoi
from ...models import FrameDuty, Sitting, SittingFrame, Visit
from .. import audit
from ..actor import Actor
from ..calendar import working_days
from ..unit_of_work import Work, unit_of_work
from .against import Plan, settle
from .fields import ALL_OF_IT, FrameFields, OnDuty, check_duties

PLACE_KEPT = frozenset({*State} - {State.CANCELLED, State.DEFERRED})
"""A visit in these states has, or had, a place of its slot."""


@dataclass(frozen=True)
class FrameEdit:
    """What can be said of a frame that stands: fewer desks take nobody's place."""

    desks: int
    minutes: int
    shut: bool
    duties: tuple[OnDuty, ...] = ()


def change_frame(frame_id: int, edit: FrameEdit, version: int, *, by: Actor, now: datetime) -> SittingFrame:
    """Another number of desks, other people on duty, or shut. Saying the same again changes nothing.

    Raises:
        NotFound: no such frame. InvalidInput: numbers that cannot be, or other minutes where places are given out.
        SpokenAgainst: somebody on duty, or a desk, is needed elsewhere.
        Conflict: it is over, or somebody else changed it meanwhile.
    """
    works = working_days()
    with unit_of_work() as work:
        work.one_at_a_time(ALL_OF_IT)
        frame = work.session.get(SittingFrame, frame_id, with_for_update=True)
        if frame is None:
            raise NotFound
        sitting = held(work, frame.sitting_id, now)
        stands = FrameEdit(frame.desks, frame.minutes, frame.shut, _duties(frame))
        wanted = FrameEdit(edit.desks, edit.minutes, edit.shut, tuple(sorted(edit.duties, key=_by_account)))
        if stands == wanted:
            return frame
        if frame.version != version:
            raise Conflict
        if frame.ends_at <= now:
            raise Conflict("Khung giờ này đã qua.")
        fields = frame_fields(frame, frame.starts_at, frame.ends_at, wanted)
        fields.as_frame()
        if wanted.minutes != frame.minutes and given_out(work, frame):
            raise InvalidInput("Đã có người đặt chỗ, không đổi số phút mỗi lượt được nữa.", "minutes")
        check_duties(work, list(wanted.duties))
        day = day_in_hanoi(frame.starts_at)
        plan = Plan(work.session, day, day, works)
        key = ("sitting", sitting.id)
        settle(plan.busy(key, day, [fields], of=sitting, now=now), overrule=False)
        frame.desks, frame.minutes, frame.shut = wanted.desks, wanted.minutes, wanted.shut
        frame.duties = []
        work.session.flush()
        frame.duties = [FrameDuty(account_id=one.account_id, desk_id=one.desk_id) for one in wanted.duties]
        frame.version += 1
        told = {"desks": wanted.desks, "shut": wanted.shut, "on_duty": len(wanted.duties)}
        audit.record(work, "frame_changed", "sitting_frame", frame.id, by=by, now=now, **told)
        return frame


def given_out(work: Work, frame: SittingFrame) -> int:
    """How many have, or had, a place in a frame."""
    return (
        work.session.scalar(
            select(func.count(Visit.id)).where(
                Visit.sitting_id == frame.sitting_id,
                Visit.slot_start >= frame.starts_at,
                Visit.slot_start < frame.ends_at,
                Visit.state.in_(PLACE_KEPT),
            )
        )
        or 0
    )


def _duties(frame: SittingFrame) -> tuple[OnDuty, ...]:
    return tuple(sorted((OnDuty(one.account_id, one.desk_id) for one in frame.duties), key=_by_account))


def _by_account(duty: OnDuty) -> int:
    return duty.account_id


def frame_fields(
    frame: SittingFrame, starts: datetime, ends: datetime, edit: FrameEdit | None = None
) -> FrameFields:
    return FrameFields(
        starts.astimezone(HANOI).time(),
        ends.astimezone(HANOI).time(),
        edit.desks if edit else frame.desks,
        edit.minutes if edit else frame.minutes,
        edit.duties if edit else _duties(frame),
    )


def held(work: Work, sitting_id: int, now: datetime) -> Sitting:
    """Raises NotFound, or Conflict: it is over or was called off."""
    sitting = work.session.get(Sitting, sitting_id, with_for_update=True)
    if sitting is None:
        raise NotFound
    if not sitting.is_held or sitting.ends_at <= now:
        raise Conflict("Buổi tiếp này đã xong hoặc không tổ chức nữa.")
    return sitting
