"""What speaks against a sitting, found before it is saved, among all that is held and all that templates will become."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ...domain.errors import InvalidInput
from ...domain.sitting_plan import Finding, Frame, Objection, Planned, Rhythm, findings
from ...domain.texts import N_
from ...domain.working_days import HANOI, WorkingDay
from ...models import (
    Account,
    Desk,
    FrameDuty,
    Sitting,
    SittingFrame,
    SittingKind,
    SittingTemplate,
    TemplateFrame,
)
from .fields import FrameFields, SittingFields, at

OVERRULED = frozenset({Objection.DAY_OFF, Objection.LATE, Objection.PLACE})
"""What a reason can overrule: an extraordinary sitting has to be held when it must, and not where it cannot."""
_BUSY = frozenset({Objection.HOST, Objection.DESK})


@dataclass(frozen=True)
class Against:
    """One objection as an admin reads it: on which day, and which sitting has `who` (a person, or a desk's number).

    Of a place `who` is its name, none for home, and `many` are to come there.
    """

    objection: Objection
    day: date
    who: str = ""
    other: str = ""
    many: int = 0


@dataclass(frozen=True)
class NamedHost:
    """Who is announced to receive: by these words, whoever writes them large or small."""

    words: str
    host: str = field(compare=False)


def named_host(of: SittingFields | Sitting | SittingTemplate) -> frozenset[Hashable]:
    """A periodic or extraordinary reception announces one person; a regular one an office, which has many people."""
    if of.kind is SittingKind.REGULAR or not of.host:
        return frozenset()
    return frozenset({NamedHost(of.host.casefold(), of.host)})


class SpokenAgainst(InvalidInput):
    """Something speaks against it, so nothing was saved; `overrulable`: a reason would do."""

    message = N_("Lịch chưa được lưu: có điều cần xem lại.")

    def __init__(self, found: Iterable[Against]):
        super().__init__()
        self.found = tuple(dict.fromkeys(found))

    @property
    def overrulable(self) -> bool:
        return all(one.objection in OVERRULED for one in self.found)


def settle(found: list[Against], *, overrule: bool) -> None:
    """Raises SpokenAgainst: there is something that was not, or cannot be overruled."""
    if any(not (overrule and one.objection in OVERRULED) for one in found):
        raise SpokenAgainst(found)


class Plan:
    """All that is held between two days, both counted, laid out by templates already or not yet."""

    def __init__(self, session: Session, first: date, last: date, works: WorkingDay):
        self._session, self._works, self._first, self._last = session, works, first, last
        self._names: dict[Hashable, str] = {}
        self._by_day: dict[date, list[Planned]] = {}
        laid = select(Sitting.template_id, Sitting.template_day).where(Sitting.template_day >= first)
        self.laid = {(template_id, day) for template_id, day in session.execute(laid)}

    @cached_property
    def _others(self) -> dict[date, list[Planned]]:
        """Read once somebody needs to know: what has nobody on duty, and announces nobody, is in nobody's way."""
        first, last = self._first, self._last
        for sitting in self._sittings(first, last):
            self._add(("sitting", sitting.id), sitting.host, map(planned_frame, sitting.frames))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        for template in _templates(self._session):
            for day in days:
                if (template.id, day) not in self.laid and holds_on(template, day, self._works):
                    key = ("template", template.id)
                    self._add(key, template.host, (_template_frame(day, one) for one in template.frames))
        return self._by_day

    def _add(self, key: Hashable, host: str, frames: Iterable[Planned]) -> None:
        self._names[key] = host
        for one in frames:
            if one.hosts or one.desks:
                kept = Planned(key, one.day, one.frames, one.hosts, one.desks)
                self._by_day.setdefault(one.day, []).append(kept)

    def _sittings(self, first: date, last: date) -> Iterable[Sitting]:
        begin, end = at(first, _MIDNIGHT), at(last + timedelta(days=1), _MIDNIGHT)
        duties = selectinload(Sitting.frames).selectinload(SittingFrame.duties)
        return self._session.scalars(
            select(Sitting)
            .options(duties)
            .where(Sitting.starts_at < end, Sitting.ends_at > begin, Sitting.held())
            .order_by(Sitting.id)
        )

    def against(
        self,
        key: Hashable,
        day: date,
        frames: Iterable[FrameFields],
        *,
        of: SittingFields | Sitting,
        now: datetime,
    ) -> list[Against]:
        """What speaks against frames of a sitting on a day; what stands under the same key does not."""
        kept = tuple(frames)
        whole = Planned(key, day, tuple(one.as_frame() for one in kept))
        here = now.astimezone(HANOI)
        periodic = of.kind is SittingKind.PERIODIC
        found = findings(whole, (), self._works, now=here, periodic=periodic)
        return [*map(self._said, found), *self.busy(key, day, kept, of=of, now=now)]

    def busy(
        self,
        key: Hashable,
        day: date,
        frames: Iterable[FrameFields],
        *,
        of: SittingFields | Sitting,
        now: datetime,
    ) -> list[Against]:
        """Whoever, and which desks, these frames need while another sitting has them."""
        wanted = [
            Planned(key, day, (one.as_frame(),), _hosts(one) | named_host(of), _desks(one))
            for one in frames
            if one.duties or named_host(of)
        ]
        if not wanted:
            return []
        others, here = self._others.get(day, ()), now.astimezone(HANOI)
        told = [one for frame in wanted for one in findings(frame, others, self._works, now=here)]
        return [self._said(one) for one in told if one.objection in _BUSY]

    def _said(self, found: Finding) -> Against:
        who = ""
        if isinstance(found.who, NamedHost):
            who = found.who.host
        elif found.objection is Objection.HOST:
            account = self._session.get(Account, found.who)
            who = account.full_name if account else ""
        elif found.objection is Objection.DESK:
            desk = self._session.get(Desk, found.who)
            who = str(desk.number) if desk else ""
        other = self._names.get(found.other.key, "") if found.other else ""
        return Against(found.objection, found.against.day, who, other)


_MIDNIGHT = datetime.min.time()


def holds_on(template: SittingTemplate, day: date, works: WorkingDay) -> bool:
    """Whether the template has a sitting on a day; days off have none."""
    within = template.first_day <= day and (template.last_day is None or day <= template.last_day)
    return within and Rhythm(template.weekday, template.nth).falls_on(day) and works(day)


def planned_frame(frame: SittingFrame) -> Planned:
    starts, ends = frame.starts_at.astimezone(HANOI), frame.ends_at.astimezone(HANOI)
    return Planned(
        frame.id,
        starts.date(),
        (Frame(starts.time(), ends.time(), frame.desks, frame.minutes),),
        frozenset(duty.account_id for duty in frame.duties) | named_host(frame.sitting),
        frozenset(duty.desk_id for duty in frame.duties if duty.desk_id is not None),
    )


def _template_frame(day: date, frame: TemplateFrame) -> Planned:
    return Planned(
        frame.id,
        day,
        (Frame(frame.starts, frame.ends, frame.desks, frame.minutes),),
        frozenset(duty.account_id for duty in frame.duties) | named_host(frame.template),
        frozenset(duty.desk_id for duty in frame.duties if duty.desk_id is not None),
    )


def _hosts(frame: FrameFields) -> frozenset[Hashable]:
    return frozenset(duty.account_id for duty in frame.duties)


def _desks(frame: FrameFields) -> frozenset[Hashable]:
    return frozenset(duty.desk_id for duty in frame.duties if duty.desk_id is not None)


def _templates(session: Session) -> Iterable[SittingTemplate]:
    duties = selectinload(SittingTemplate.frames).selectinload(TemplateFrame.duties)
    return session.scalars(select(SittingTemplate).options(duties).order_by(SittingTemplate.id)).all()


def built(fields: SittingFields, day: date) -> Sitting:
    """The sitting that these fields make on a day, without its places."""
    return Sitting(
        starts_at=at(day, min(one.starts for one in fields.frames)),
        ends_at=at(day, max(one.ends for one in fields.frames)),
        kind=fields.kind,
        mode=fields.mode,
        host=fields.host,
        content=fields.content,
        ground=fields.ground,
        decision=fields.decision,
        home_offered=fields.home_offered,
        moderated=fields.moderated,
        kept_percent=fields.kept_percent,
        frames=[
            SittingFrame(
                starts_at=at(day, one.starts),
                ends_at=at(day, one.ends),
                desks=one.desks,
                minutes=one.minutes,
                duties=[FrameDuty(account_id=duty.account_id, desk_id=duty.desk_id) for duty in one.duties],
            )
            for one in fields.frames
        ],
    )
