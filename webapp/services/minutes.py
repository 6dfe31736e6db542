"""The minutes of a visit: saved as they are typed, every version kept, none overwritten unseen."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from ..domain.texts import N_, clean_text
from ..domain.visit_flow import LIVE, State
from ..models import Desk, Minutes, MinutesVersion, Visit
from . import topics
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

MINUTES_MAX = 50_000


class MinutesMoved(Conflict):
    """Someone saved a newer version than the one this text was written on."""

    message = N_(
        "Biên bản vừa được lưu ở nơi khác. Hãy tải lại để xem bản mới; bản đang viết vẫn còn trên màn hình."
    )


@dataclass(frozen=True)
class Saved:
    """What a save left: version and when."""

    version: int
    at: datetime


@safe_to_repeat
def save(visit_id: int, body: str, *, base_version: int, by: Actor, now: datetime) -> Saved:
    """Save the minutes written on top of `base_version`; saving the same text again is no new version.

    Raises:
        MinutesMoved: a newer version with other words exists. InvalidInput: longer than 50,000 characters.
        Conflict: the visit has ended. NotAllowed: the officer does not hold the visit's desk.
    """
    text = clean_text(body)
    if len(text) > MINUTES_MAX:
        raise InvalidInput("Biên bản dài quá 50.000 chữ cái.", "body")
    with unit_of_work() as work:
        visit = work.session.get(Visit, visit_id)
        if visit is None or visit.officer_id != by.account_id:
            raise NotFound
        minutes = work.session.get(Minutes, visit_id, with_for_update=True)
        if minutes is not None and minutes.body == text:
            return Saved(minutes.version, minutes.saved_at)
        check_writable(work, visit, by)
        if minutes is None:
            minutes = Minutes(visit_id=visit_id, body="", version=0, saved_at=now)
            work.session.add(minutes)
        if minutes.version != base_version:
            raise MinutesMoved
        minutes.version, minutes.body, minutes.saved_at = base_version + 1, visit.kept(text), now
        work.session.flush()
        work.session.add(
            MinutesVersion(
                visit_id=visit_id,
                version=minutes.version,
                body=minutes.body,
                saved_by_id=by.account_id,
                saved_at=now,
            )
        )
        work.announce(topics.minutes(visit))
        return Saved(minutes.version, now)


def check_writable(work: Work, visit: Visit, by: Actor) -> None:
    """Raises Conflict: the visit has ended. NotAllowed: the officer does not hold its desk."""
    if visit.state not in LIVE | {State.CALLED}:
        raise Conflict("Lượt tiếp đã kết thúc, biên bản không sửa được nữa.")
    desk = work.session.get(Desk, visit.desk_id) if visit.desk_id else None
    if desk is None or desk.officer_id != by.account_id:
        raise NotAllowed("Lượt tiếp này đang ở bàn khác.")
