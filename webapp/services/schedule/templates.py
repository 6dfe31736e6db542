"""Templates: made, changed, ended; and the sittings that they become for the coming weeks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.sitting_changes import Change
from ...domain.sitting_plan import ANNOUNCED
from ...domain.working_days import WorkingDay, after_working_days, day_in_hanoi
from ...extensions import db
from ...models import (
    BridgePoint,
    Sitting,
    SittingChange,
    SittingKind,
    SittingTemplate,
    TemplateDuty,
    TemplateFrame,
)
from .. import audit
from ..actor import SYSTEM, Actor
from ..calendar import working_days
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .against import Against, Plan, built, holds_on, settle
from .changes import cancel_in
from .fields import ALL_OF_IT, FrameFields, OnDuty, SittingFields, TemplateFields, at, cleaned, said_why

WEEKS_AHEAD = 6
"""So far ahead sittings stand in the schedule; the law asks for five working days (art. 24.4)."""
_WEEKS_LOOKED_AT = 26
"""So far ahead a template is held against the others: two fifth weekdays of a month are up to seventeen weeks apart,
and a holiday may take one of them."""


@safe_to_repeat
def create(
    fields: TemplateFields, *, overrule: bool = False, reason: str = "", by: Actor, now: datetime, key: str
) -> SittingTemplate:
    """A new template, and at once its sittings of the coming weeks.

    Raises:
        InvalidInput: as `fields.cleaned`. SpokenAgainst: on some of its days something speaks against it.
    """
    works = working_days()
    with unit_of_work() as work:
        before = work.session.scalar(select(SittingTemplate).where(SittingTemplate.request_key == key))
        if before is not None:
            return before
        work.one_at_a_time(ALL_OF_IT)
        template = SittingTemplate(request_key=key)
        why = _take(work, template, fields, now, works, overrule=overrule, reason=reason)
        work.session.add(template)
        work.session.flush()
        audit.record(
            work, "template_created", "sitting_template", template.id, by=by, now=now, **_because(why)
        )
        _lay_out(work, now, works, template.id, why)
        return template


def change(
    template_id: int,
    fields: TemplateFields,
    version: int,
    *,
    overrule: bool = False,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> SittingTemplate:
    """What it says from now on. Sittings that are published stay; each of those is changed by itself.

    Raises:
        NotFound, InvalidInput, SpokenAgainst: as `create`. Conflict: somebody else changed it meanwhile.
    """
    works = working_days()
    with unit_of_work() as work:
        work.one_at_a_time(ALL_OF_IT)
        template = _get(work, template_id)
        if template.version != version:
            if _as_fields(template) == _with_clean(work, fields):
                return template
            raise Conflict
        why = _take(work, template, fields, now, works, overrule=overrule, reason=reason)
        template.version += 1
        audit.record(
            work, "template_changed", "sitting_template", template.id, by=by, now=now, **_because(why)
        )
        _lay_out(work, now, works, template.id, why)
        return template


def end(template_id: int, last_day: date, *, reason: str, by: Actor, now: datetime, key: str) -> int:
    """It holds until this day; its later sittings are called off, their people are told. Says how many were.

    Raises:
        NotFound: no such template. InvalidInput: no reason, or a day that is past.
        Conflict: somebody is being received in one of them.
    """
    why = said_why(reason)
    if last_day < day_in_hanoi(now) - timedelta(days=1):
        raise InvalidInput("Ngày cuối phải từ hôm qua trở đi.", "last_day")
    with unit_of_work() as work:
        work.one_at_a_time(ALL_OF_IT)
        template = _get(work, template_id)
        if template.last_day is not None and template.last_day <= last_day:
            return 0
        template.last_day = last_day
        template.version += 1
        audit.record(work, "template_ended", "sitting_template", template.id, by=by, now=now, reason=why)
        later = work.session.scalars(
            select(Sitting)
            .where(
                Sitting.template_id == template.id,
                Sitting.template_day > last_day,
                Sitting.ends_at > now,
                Sitting.cancelled_at.is_(None),
            )
            .order_by(Sitting.id)
            .with_for_update()  # one that is being called off just now is called off once
        ).all()
        for sitting in later:
            cancel_in(work, sitting, why, by=by, now=now, key=f"{key[:40]}:{sitting.id}")
        return len(later)


def lay_out(now: datetime) -> int:
    """Makes the sittings of the coming weeks that are missing; says how many. As often as one likes."""
    db.session.rollback()  # see what others have written since
    works = working_days()
    if not _missing(db.session(), now, works):
        return 0  # looking takes no writer's place
    with unit_of_work() as work:
        work.one_at_a_time(ALL_OF_IT)
        return _lay_out(work, now, works)


def _lay_out(
    work: Work, now: datetime, works: WorkingDay, template_id: int | None = None, why: str = ""
) -> int:
    missing = _missing(work.session, now, works, template_id)
    in_time = after_working_days(day_in_hanoi(now), ANNOUNCED, works)
    for template, day in missing:
        sitting = built(_as_fields(template).sitting, day)
        sitting.template_id, sitting.template_day = template.id, day
        sitting.places = list(template.places)
        work.session.add(sitting)
        work.session.flush()
        audit.record(
            work, "sitting_published", "sitting", sitting.id, by=SYSTEM, now=now, template=template.id
        )
        if sitting.kind is SittingKind.PERIODIC and day < in_time:
            _mark_as_added(work, sitting, why, now)
    return len(missing)


def _mark_as_added(work: Work, sitting: Sitting, why: str, now: datetime) -> None:
    """Announced later than the law wants it (art. 24.4): whoever read the schedule before finds it marked."""
    key = f"late:{sitting.id}"
    late = SittingChange(
        sitting_id=sitting.id, what=Change.ADDED, was={}, at=now, request_key=key, reason=why
    )
    work.session.add(late)


def _missing(
    session: Session, now: datetime, works: WorkingDay, template_id: int | None = None
) -> list[tuple[SittingTemplate, date]]:
    """Of all templates, or of this one."""
    today = day_in_hanoi(now)
    days = [today + timedelta(days=n) for n in range(WEEKS_AHEAD * 7 + 1)]
    laid = select(Sitting.template_id, Sitting.template_day).where(Sitting.template_day >= today)
    known = {(template_id, day) for template_id, day in session.execute(laid)}
    frames = selectinload(SittingTemplate.frames)
    current = select(SittingTemplate).options(
        frames.selectinload(TemplateFrame.duties).joinedload(TemplateDuty.account),
        selectinload(SittingTemplate.places),
    )
    current = current.where((SittingTemplate.last_day.is_(None)) | (SittingTemplate.last_day >= today))
    if template_id is not None:
        current = current.where(SittingTemplate.id == template_id)
    return [
        (one, day)
        for one in session.scalars(current.order_by(SittingTemplate.id)).unique()
        for day in days
        if (one.id, day) not in known
        and holds_on(one, day, works)
        and at(day, min(frame.starts for frame in one.frames)) > now
    ]


def _take(
    work: Work,
    template: SittingTemplate,
    fields: TemplateFields,
    now: datetime,
    works: WorkingDay,
    *,
    overrule: bool,
    reason: str,
) -> str:
    clean = _with_clean(work, fields)
    why = said_why(reason, needed=overrule)
    settle(_against(work, template.id, clean, now, works), overrule=overrule)
    for name in ("weekday", "nth", "first_day", "last_day"):
        setattr(template, name, getattr(clean, name))
    sitting = clean.sitting
    for name in ("kind", "mode", "host", "content", "ground", "decision"):
        setattr(template, name, getattr(sitting, name))
    for name in ("home_offered", "moderated", "kept_percent"):
        setattr(template, name, getattr(sitting, name))
    template.places = list(
        work.session.scalars(select(BridgePoint).where(BridgePoint.id.in_(sitting.places)))
    )
    template.frames = [
        TemplateFrame(
            starts=one.starts,
            ends=one.ends,
            desks=one.desks,
            minutes=one.minutes,
            duties=[TemplateDuty(account_id=duty.account_id, desk_id=duty.desk_id) for duty in one.duties],
        )
        for one in sitting.frames
    ]
    return why


def _with_clean(work: Work, fields: TemplateFields) -> TemplateFields:
    if not 0 <= fields.weekday <= 6 or not 0 <= fields.nth <= 5:
        raise InvalidInput("Hãy chọn một ngày trong danh sách.", "weekday")
    if fields.last_day is not None and fields.last_day < fields.first_day:
        raise InvalidInput("Ngày cuối phải sau ngày đầu.", "last_day")
    return replace(fields, sitting=cleaned(work, fields.sitting))


def _against(
    work: Work, template_id: int | None, fields: TemplateFields, now: datetime, works: WorkingDay
) -> list[Against]:
    """On the days that it has not become a sitting of yet: those stay as they are."""
    first = max(fields.first_day, day_in_hanoi(now))
    last = min(fields.last_day or date.max, first + timedelta(weeks=_WEEKS_LOOKED_AT))
    plan = Plan(work.session, first, last, works)
    asked = SittingTemplate(
        weekday=fields.weekday, nth=fields.nth, first_day=fields.first_day, last_day=fields.last_day
    )
    frames = fields.sitting.frames
    begins = min(one.starts for one in frames)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    key = ("template", template_id)
    return [
        found
        for day in days
        if holds_on(asked, day, works) and (template_id, day) not in plan.laid and at(day, begins) > now
        for found in plan.against(key, day, frames, of=fields.sitting, now=now)
    ]


def _as_fields(template: SittingTemplate) -> TemplateFields:
    """Without those on duty who have left the office since."""
    frames = tuple(
        FrameFields(
            one.starts,
            one.ends,
            one.desks,
            one.minutes,
            tuple(
                OnDuty(duty.account_id, duty.desk_id)
                for duty in one.duties
                if duty.account is None or not duty.account.disabled
            ),
        )
        for one in template.frames
    )
    sitting = SittingFields(
        kind=template.kind,
        mode=template.mode,
        host=template.host,
        frames=frames,
        places=tuple(point.id for point in template.places),
        content=template.content,
        ground=template.ground,
        decision=template.decision,
        home_offered=template.home_offered,
        moderated=template.moderated,
        kept_percent=template.kept_percent,
    )
    return TemplateFields(sitting, template.weekday, template.nth, template.first_day, template.last_day)


def _because(why: str) -> dict[str, str]:
    return {"reason": why} if why else {}


def _get(work: Work, template_id: int) -> SittingTemplate:
    template = work.session.get(SittingTemplate, template_id, with_for_update=True)
    if template is None:
        raise NotFound
    return template


def template_of(template_id: int) -> SittingTemplate:
    """Raises NotFound."""
    template = db.session.get(SittingTemplate, template_id)
    if template is None:
        raise NotFound
    return template


def fields_of(template: SittingTemplate) -> TemplateFields:
    """What its form shows."""
    return _as_fields(template)


def templates(now: datetime) -> Sequence[SittingTemplate]:
    """Those that hold still, in the week's order."""
    today = day_in_hanoi(now)
    return db.session.scalars(
        select(SittingTemplate)
        .options(selectinload(SittingTemplate.frames), selectinload(SittingTemplate.places))
        .where((SittingTemplate.last_day.is_(None)) | (SittingTemplate.last_day >= today))
        .order_by(SittingTemplate.nth, SittingTemplate.weekday, SittingTemplate.id)
    ).all()
