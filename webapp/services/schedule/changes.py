"""One-off sittings, and what happens to a sitting after it was published: each change is kept, its people are told."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from ...domain.errors import Conflict, InvalidInput
from ...domain.helping import ToTell
from ...domain.notices import Notice
from ...domain.sitting_changes import Change
from ...domain.sitting_plan import Objection
from ...domain.staff_letters import StaffNotice
from ...domain.texts import clean_text
from ...domain.visit_flow import ENDED, State
from ...domain.working_days import day_in_hanoi
from ...extensions import db
from ...models import (
    Account,
    BridgePoint,
    Petition,
    Sitting,
    SittingChange,
    SittingKind,
    Visit,
)
from .. import audit, notices, petitions, reception, words_owed
from ..actor import Actor
from ..calendar import working_days
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .against import Against, Plan, built, settle
from .fields import (
    ALL_OF_IT,
    LONGEST_CONTENT,
    LONGEST_HOST,
    SittingFields,
    at,
    cleaned,
    said_why,
)
from .frames import frame_fields, held


@safe_to_repeat
def add(
    day: date,
    fields: SittingFields,
    *,
    overrule: bool = False,
    reason: str = "",
    by: Actor,
    now: datetime,
    key: str,
) -> Sitting:
    """A sitting of no template: one-off, or extraordinary. The schedule marks it as added.

    Raises:
        InvalidInput: as `fields.cleaned`. SpokenAgainst: something speaks against it.
    """
    works = working_days()
    with unit_of_work() as work:
        if (before := done_before(work, key)) is not None:
            return before
        work.one_at_a_time(ALL_OF_IT)
        clean = cleaned(work, fields)
        why = said_why(reason, needed=overrule)
        plan = Plan(work.session, day, day, works)
        settle(plan.against("new", day, clean.frames, of=clean, now=now), overrule=overrule)
        sitting = built(clean, day)
        points = select(BridgePoint).where(BridgePoint.id.in_(clean.places))
        sitting.places = list(work.session.scalars(points))
        work.session.add(sitting)
        work.session.flush()
        keep(work, sitting, Change.ADDED, {}, why, by=by, now=now, key=key)
        return sitting


@safe_to_repeat
def move(
    sitting_id: int,
    day: date,
    starts: time,
    *,
    overrule: bool = False,
    reason: str,
    by: Actor,
    now: datetime,
    key: str,
) -> Sitting:
    """To another day or hour, with its frames and everyone who has a place in it; each of them is told once.

    Whoever is at a place by a decision that has expired by the new day gives it up, where a reason overrules that.

    Raises:
        NotFound: no such sitting. InvalidInput: no reason, or a time that does not fit into the day.
        SpokenAgainst: something speaks against the new time.
        Conflict: it has begun or was called off, or somebody has come already.
    """
    why, works = said_why(reason), working_days()
    with unit_of_work() as work:
        if (before := done_before(work, key)) is not None:
            return before
        work.one_at_a_time(ALL_OF_IT)
        sitting = held(work, sitting_id, now)
        begins, finishes = hours_of(sitting)
        if begins <= now:
            raise Conflict("Buổi tiếp đã bắt đầu, không đổi giờ được nữa.")
        by_how_much = at(day, starts) - begins
        if not by_how_much:
            raise InvalidInput("Hãy chọn ngày hoặc giờ khác với hiện nay.", "day")
        if day_in_hanoi(finishes + by_how_much) != day:
            raise InvalidInput("Buổi tiếp phải xong trong ngày.", "starts")
        was = {"starts_at": _iso(begins), "ends_at": _iso(finishes)}
        moved = [
            frame_fields(one, one.starts_at + by_how_much, one.ends_at + by_how_much)
            for one in sitting.frames
        ]
        expired = _whose_decision_expires(work, sitting, day)
        if moved:
            plan = Plan(work.session, day, day, works)
            found = plan.against(("sitting", sitting.id), day, moved, of=sitting, now=now)
            settle([*found, *expired], overrule=overrule)
        elif at(day, starts) <= now:
            raise InvalidInput("Hãy chọn giờ chưa qua.", "starts")
        else:
            settle(expired, overrule=overrule)
        sitting.starts_at += by_how_much
        sitting.ends_at += by_how_much
        # The starts of a sitting's frames are unique at each moment, as the places of its slots are.
        later_first = by_how_much > timedelta()
        for frame in sorted(sitting.frames, key=lambda one: one.starts_at, reverse=later_first):
            frame.starts_at += by_how_much
            frame.ends_at += by_how_much
            frame.version += 1
            work.session.flush()
        displaced = reception.reschedule_all(work, sitting.id, by_how_much, now)
        change = keep(work, sitting, Change.MOVED, was, why, by=by, now=now, key=key)
        tell(work, sitting, change, displaced, Notice.SITTING_MOVED, now=now)
        return sitting


def _whose_decision_expires(work: Work, sitting: Sitting, day: date) -> list[Against]:
    many = Counter(
        visit.bridge_point.name if visit.bridge_point else ""
        for visit in reception.whose_decision_expires(work, sitting.id, day)
    )
    return [Against(Objection.PLACE, day, name, many=count) for name, count in many.items()]


@safe_to_repeat
def cancel(sitting_id: int, *, reason: str, by: Actor, now: datetime, key: str) -> Sitting:
    """It is not held; whoever has a number or a place gives it up and is told once.

    Raises:
        NotFound: no such sitting. InvalidInput: no reason.
        Conflict: it is over or was called off, or somebody is being received.
    """
    why = said_why(reason)
    with unit_of_work() as work:
        if (before := done_before(work, key)) is not None:
            return before
        return cancel_in(work, held(work, sitting_id, now), why, by=by, now=now, key=key)


def cancel_in(work: Work, sitting: Sitting, why: str, *, by: Actor, now: datetime, key: str) -> Sitting:
    """`cancel`, as a part of something larger."""
    sitting.cancelled_at = now
    work.session.flush()
    displaced = reception.release_all(work, sitting.id, now)
    change = keep(work, sitting, Change.CANCELLED, {}, why, by=by, now=now, key=key)
    tell(work, sitting, change, displaced, Notice.SITTING_CANCELLED, now=now)
    return sitting


@safe_to_repeat
def revise(
    sitting_id: int, host: str, content: str, *, reason: str, by: Actor, now: datetime, key: str
) -> Sitting:
    """Another host, or other content; the hour stands.

    Raises:
        NotFound: no such sitting. InvalidInput: no reason or no host, or one of a head without content.
        Conflict: it is over or was called off.
    """
    why = said_why(reason)
    who, what = " ".join(clean_text(host).split()), clean_text(content)
    if not who or len(who) > LONGEST_HOST:
        raise InvalidInput("Hãy ghi ai tiếp, không quá 120 chữ.", "host")
    if len(what) > LONGEST_CONTENT:
        raise InvalidInput("Nội dung dài quá 2000 chữ.", "content")
    with unit_of_work() as work:
        if (before := done_before(work, key)) is not None:
            return before
        sitting = held(work, sitting_id, now)
        if sitting.kind is not SittingKind.REGULAR and not what:
            raise InvalidInput("Hãy ghi nội dung dự kiến của buổi tiếp.", "content")
        if (sitting.host, sitting.content) == (who, what):
            return sitting
        was = {"host": sitting.host, "content": sitting.content}
        sitting.host, sitting.content = who, what
        keep(work, sitting, Change.CHANGED, was, why, by=by, now=now, key=key)
        return sitting


def hours_of(sitting: Sitting) -> tuple[datetime, datetime]:
    """When people are received first and last: its frames', which may be shorter than it is open for numbers."""
    if not sitting.frames:
        return sitting.starts_at, sitting.ends_at
    starts, ends = (one.starts_at for one in sitting.frames), (one.ends_at for one in sitting.frames)
    return min(starts), max(ends)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def done_before(work: Work, key: str) -> Sitting | None:
    """The sitting that this very request already changed."""
    return work.session.scalar(
        select(Sitting)
        .join(SittingChange, SittingChange.sitting_id == Sitting.id)
        .where(SittingChange.request_key == key)
    )


def keep(
    work: Work,
    sitting: Sitting,
    what: Change,
    was: dict[str, Any],
    reason: str,
    *,
    by: Actor,
    now: datetime,
    key: str,
) -> SittingChange:
    """Writes down what was changed, for the schedule to mark."""
    change = SittingChange(
        sitting_id=sitting.id,
        what=what,
        was=was,
        reason=reason,
        at=now,
        by_id=by.account_id,
        request_key=key,
    )
    work.session.add(change)
    work.session.flush()
    why = {"reason": reason} if reason else {}
    audit.record(work, f"sitting_{what.value}", "sitting", sitting.id, by=by, now=now, **why)
    return change


def tell(
    work: Work,
    sitting: Sitting,
    change: SittingChange,
    displaced: Sequence[reception.Displaced],
    notice: Notice,
    *,
    now: datetime,
) -> None:
    """The same words whatever the petition is about: whoever holds the phone learns that there is a reception.

    Whoever has no phone is told by the staff of the point where they were to come.
    """
    for one in displaced:
        visit = one.visit
        petition = work.session.get_one(Petition, visit.petition_id)
        about = f"sitting-change:{change.id}:visit:{visit.id}"
        gone = visit.state is State.CANCELLED
        said = Notice.PLACE_GONE if gone and notice is not Notice.SITTING_CANCELLED else notice
        at = visit.slot_start or hours_of(sitting)[0]
        petitions.tell(work, petition, said, now=now, about=about, at=one.was if gone else at)
        to_tell = ToTell.GONE if gone else ToTell.PLACE if notice is Notice.PLACE_MOVED else ToTell.MOVED
        becomes = None if gone else at
        told: dict[str, Any] = {"visit": visit, "point": one.point, "was": one.was, "becomes": becomes}
        words_owed.owe(work, petition, to_tell, about=about, now=now, **told)
    on_duty = {duty.account_id for frame in sitting.frames for duty in frame.duties}
    accounts = work.session.scalars(select(Account).where(Account.id.in_(on_duty)).order_by(Account.id))
    day = day_in_hanoi(hours_of(sitting)[0])
    notices.tell_staff(
        work, accounts, StaffNotice.SITTING_CHANGED, about=f"sitting-change:{change.id}", day=day, now=now
    )


def people_of(sitting_id: int) -> int:
    """How many have a number or a place still."""
    query = select(func.count(Visit.id)).where(Visit.sitting_id == sitting_id, Visit.state.not_in(ENDED))
    return db.session.scalar(query) or 0
