"""Other places of a sitting that is published: whoever was to come to one that is taken away is moved or released."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ...domain.errors import InvalidInput
from ...domain.notices import Notice
from ...domain.sitting_changes import Change
from ...domain.sitting_plan import Objection
from ...domain.working_days import day_in_hanoi
from ...models import BridgePoint, Sitting, SittingMode
from .. import reception
from ..actor import Actor
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .against import Against, settle
from .changes import done_before, hours_of, keep, tell
from .fields import said_why
from .frames import held

Place = int | None
"""A bridge point, or home."""


@dataclass(frozen=True)
class PlacesEdit:
    """Where a sitting is held; `instead` holds the place to which those go whose place is taken away, if any."""

    points: tuple[int, ...]
    home: bool
    instead: tuple[Place, ...] = ()

    @property
    def places(self) -> set[Place]:
        return {*self.points, *([None] if self.home else [])}


@safe_to_repeat
def change_places(
    sitting_id: int,
    edit: PlacesEdit,
    *,
    overrule: bool = False,
    reason: str,
    by: Actor,
    now: datetime,
    key: str,
) -> Sitting:
    """Other bridge points, or home or no longer home; the hour stands. Saying the same again changes nothing.

    Raises:
        NotFound: no such sitting. InvalidInput: no reason, no place, or one that cannot be.
        SpokenAgainst: people are to come to a place that would be taken away; a reason overrules it.
        Conflict: it is over or was called off, or somebody has come already to such a place.
    """
    why = said_why(reason)
    with unit_of_work() as work:
        if (before := done_before(work, key)) is not None:
            return before
        sitting = held(work, sitting_id, now)
        points = _points(work, sitting, edit)
        stood = {*(point.id for point in sitting.places), *([None] if sitting.home_offered else [])}
        if stood == edit.places:
            return sitting
        gone = stood - edit.places
        names: dict[Place, str] = {None: "", **{point.id: point.name for point in sitting.places}}
        settle(_who_is_to_come(work, sitting, gone, names), overrule=overrule)
        was = {"places": [point.name for point in sitting.places], "home_offered": sitting.home_offered}
        sitting.places, sitting.home_offered = points, edit.home
        work.session.flush()
        displaced = reception.change_place_of_all(work, sitting.id, gone, edit.instead, now)
        change = keep(work, sitting, Change.CHANGED, was, why, by=by, now=now, key=key)
        notice = Notice.PLACE_MOVED if edit.instead else Notice.PLACE_GONE
        tell(work, sitting, change, displaced, notice, now=now)
        return sitting


def _points(work: Work, sitting: Sitting, edit: PlacesEdit) -> list[BridgePoint]:
    points = list(work.session.scalars(select(BridgePoint).where(BridgePoint.id.in_(edit.points))))
    at_home = edit.home and sitting.mode is not SittingMode.ONLINE
    if len(points) != len(set(edit.points)) or not edit.places or at_home:
        raise InvalidInput("Hãy chọn ít nhất một nơi trong danh sách.", "places")
    if not edit.places.issuperset(edit.instead):
        raise InvalidInput("Hãy chọn một nơi mà buổi tiếp vẫn có.", "instead")
    return points


def _who_is_to_come(
    work: Work, sitting: Sitting, gone: Iterable[Place], names: dict[Place, str]
) -> list[Against]:
    many = Counter(visit.bridge_point_id for visit in reception.who_has_a_place(work, sitting.id, gone))
    day = day_in_hanoi(hours_of(sitting)[0])
    return [Against(Objection.PLACE, day, names[place], many=count) for place, count in many.items()]
