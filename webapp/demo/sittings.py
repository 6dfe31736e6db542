"""The demo's sittings: one open round the clock every day, those of the city's leaders and of communes' chairs."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from ..clock import local
from ..domain.working_days import HANOI, after_working_days
from ..models import Account, BridgePoint, Desk, Sitting, SittingKind, SittingMode
from ..services import schedule
from ..services.actor import SYSTEM
from ..services.calendar import working_days
from ..services.schedule import FrameFields, OnDuty, SittingFields, TemplateFields
from ..services.unit_of_work import Work, unit_of_work

DAYS_PAST, DAYS_AHEAD = 14, 30
_HOURS = (
    (time(8), time(9, 30)),
    (time(9, 30), time(11, 30)),
    (time(13, 30), time(15)),
    (time(15), time(16, 30)),
)
_HOST, _DECISION = "Ban Tiếp công dân Thành phố", "Quyết định thường xuyên 01/QĐ-BTCD (mẫu dùng thử)"


def ensure_sittings(now: datetime) -> int:
    """Add the sittings missing from today to thirty days ahead; returns how many."""
    with unit_of_work() as work:
        return add_sittings(work, local(now).date(), now)


def add_sittings(work: Work, first: date, now: datetime) -> int:
    today = local(now).date()
    before = set(work.session.scalars(select(Sitting.id)))
    points = list(work.session.scalars(select(BridgePoint).order_by(BridgePoint.id)))
    _keep_open(work, first, today, points)
    _templates(work, points, now)
    schedule.lay_out(now)
    _keep_open(work, today, today + timedelta(days=DAYS_AHEAD), points)
    return len(set(work.session.scalars(select(Sitting.id))) - before)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), HANOI)


def _keep_open(work: Work, first: date, last: date, points: list[BridgePoint]) -> None:
    """One regular sitting a day is open round the clock, so that whoever tries the demo finds it open: the
    template's, whose places are those of office hours, else one that gives numbers alone."""
    regular = select(Sitting).where(
        Sitting.kind == SittingKind.REGULAR, Sitting.starts_at >= at(first), Sitting.cancelled_at.is_(None)
    )
    found = {local(one.starts_at).date(): one for one in work.session.scalars(regular)}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if day in found:
            found[day].starts_at, found[day].ends_at = at(day), at(day + timedelta(days=1))
        else:
            work.session.add(_regular(day, points))
    work.session.flush()


def _regular(day: date, points: list[BridgePoint]) -> Sitting:
    return Sitting(
        starts_at=at(day),
        ends_at=at(day + timedelta(days=1)),
        kind=SittingKind.REGULAR,
        mode=SittingMode.ONLINE,
        host=_HOST,
        ground="2, 5",
        decision=_DECISION,
        home_offered=True,
        places=list(points),
    )


def _templates(work: Work, points: list[BridgePoint], now: datetime) -> None:
    """The Board each weekday, the city's leaders on the third Tuesday, the communes' chairs twice a month."""
    staff = {one.username: one.id for one in work.session.scalars(select(Account))}
    desks = list(work.session.scalars(select(Desk.id).order_by(Desk.number)))
    officers = [OnDuty(staff[name], desk) for name, desk in zip(("canbo1", "canbo2"), desks, strict=False)]
    board = SittingFields(
        kind=SittingKind.REGULAR,
        mode=SittingMode.ONLINE,
        host=_HOST,
        frames=tuple(FrameFields(begin, end, 4, 30, tuple(officers)) for begin, end in _HOURS),
        places=tuple(point.id for point in points),
        ground="2, 5",
        decision=_DECISION,
        home_offered=True,
    )
    first = _first_free_day(work, SittingKind.REGULAR, local(now).date() + timedelta(days=1))
    for weekday in range(5):
        _template(f"board-{weekday}", TemplateFields(board, weekday, 0, first), now)
    soonest = after_working_days(local(now).date(), 5, working_days())
    first = _first_free_day(work, SittingKind.PERIODIC, soonest)
    central = [point for point in points if point.central]
    leaders = _in_person("Lãnh đạo Thành phố", central, OnDuty(staff["lanhdao1"]))
    _template("leaders", TemplateFields(leaders, 1, 3, first), now)
    for number, point in enumerate(point for point in points if not point.central):
        chair = _in_person(f"Chủ tịch UBND {point.name.removeprefix('Điểm cầu ')}", [point])
        for nth in (1, 3):
            _template(f"chair-{point.id}-{nth}", TemplateFields(chair, number % 5, nth, first), now)


def _in_person(host: str, points: list[BridgePoint], *on_duty: OnDuty) -> SittingFields:
    return SittingFields(
        kind=SittingKind.PERIODIC,
        mode=SittingMode.IN_PERSON,
        host=host,
        frames=(FrameFields(time(8), time(11, 30), 1, 30, on_duty),),
        places=tuple(point.id for point in points),
        content="Đất đai, môi trường và các việc khác thuộc thẩm quyền",
    )


def _template(name: str, fields: TemplateFields, now: datetime) -> None:
    schedule.create(fields, by=SYSTEM, now=now, key=f"demo:template:{name}")


def _first_free_day(work: Work, kind: SittingKind, soonest: date) -> date:
    """Not before the sittings that an older demo made without templates are over."""
    query = select(Sitting.starts_at).where(Sitting.kind == kind, Sitting.template_id.is_(None))
    days = [local(start).date() + timedelta(days=1) for start in work.session.scalars(query)]
    return max([soonest, *days])
