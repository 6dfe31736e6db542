"""The demo's sittings: one open every day, and those of the city's leaders."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from ..clock import local
from ..domain.working_days import HANOI
from ..models import BridgePoint, Sitting, SittingFrame, SittingKind, SittingMode
from ..services.unit_of_work import Work, unit_of_work

DAYS_PAST, DAYS_AHEAD = 14, 30


def ensure_sittings(now: datetime) -> int:
    """Add the sittings missing from today to thirty days ahead; returns how many."""
    with unit_of_work() as work:
        return add_sittings(work, local(now).date(), now)


def add_sittings(work: Work, first: date, now: datetime) -> int:
    today = local(now).date()
    days = [first + timedelta(days=n) for n in range((today - first).days + DAYS_AHEAD + 1)]
    points = list(work.session.scalars(select(BridgePoint)))
    wanted = [_regular(day, points) for day in days]
    wanted += [_leaders(day, points) for day in _third_tuesdays(today)]
    known = {(kind, start) for kind, start in work.session.execute(select(Sitting.kind, Sitting.starts_at))}
    missing = [sitting for sitting in wanted if (sitting.kind, sitting.starts_at) not in known]
    work.session.add_all(missing)
    bare = Sitting.kind == SittingKind.REGULAR, Sitting.starts_at >= at(today), ~Sitting.frames.any()
    for sitting in work.session.scalars(select(Sitting).where(*bare)):
        sitting.frames = _frames(local(sitting.starts_at).date())
    return len(missing)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), HANOI)


def _regular(day: date, points: list[BridgePoint]) -> Sitting:
    """Open round the clock, so that whoever tries the demo finds it open."""
    return Sitting(
        starts_at=at(day),
        ends_at=at(day + timedelta(days=1)),
        kind=SittingKind.REGULAR,
        mode=SittingMode.ONLINE,
        host="Ban Tiếp công dân Thành phố",
        ground="2, 5",
        decision="Quyết định thường xuyên 01/QĐ-BTCD (mẫu dùng thử)",
        home_offered=True,
        places=list(points),
    )


def _frames(day: date) -> list[SittingFrame]:
    """Office hours, in which places can be booked."""
    return [
        SittingFrame(starts_at=at(day, *starts), ends_at=at(day, *ends), desks=4, minutes=30)
        for starts, ends in (((8, 0), (11, 30)), ((13, 30), (16, 30)))
    ]


def _leaders(day: date, points: list[BridgePoint]) -> Sitting:
    return Sitting(
        starts_at=at(day, 8),
        ends_at=at(day, 11, 30),
        kind=SittingKind.PERIODIC,
        mode=SittingMode.IN_PERSON,
        host="Lãnh đạo Thành phố",
        places=[point for point in points if point.central],
    )


def _third_tuesdays(today: date) -> list[date]:
    """The next two that are still ahead."""
    months = range(today.month - 1, today.month + 2)
    firsts = [date(today.year + month // 12, month % 12 + 1, 1) for month in months]
    thirds = [first + timedelta(days=(1 - first.weekday()) % 7 + 14) for first in firsts]
    return [day for day in thirds if day > today][:2]
