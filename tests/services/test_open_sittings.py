"""What people can rely on when several online sittings are open at a time: each is called, counted and shown."""

from datetime import timedelta

import pytest

from tests import people
from tests.people import in_minutes, key
from webapp.domain.errors import Conflict
from webapp.extensions import db
from webapp.jobs import rounds
from webapp.models import FrameDuty, Sitting, SittingFrame, SittingKind
from webapp.services import board, desks, preparation, queue, reception
from webapp.services.actor import Actor
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def regular() -> Sitting:
    return people.a_sitting()


@pytest.fixture
def leaders(regular: Sitting) -> Sitting:
    sitting = people.a_sitting(hours=3)
    with unit_of_work() as work:
        kept = work.session.get_one(Sitting, sitting.id)
        kept.kind, kept.host = SittingKind.PERIODIC, "Chủ tịch UBND Thành phố"
    return sitting


def on_duty(sitting: Sitting, by: Actor, begins: float) -> None:
    with unit_of_work() as work:
        starts = in_minutes(begins)
        duties = [FrameDuty(account_id=by.account_id)]
        about = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "desks": 1, "minutes": 30}
        work.session.add(SittingFrame(sitting_id=sitting.id, duties=duties, **about))


def works_in(by: Actor, minute: float, asked: int | None = None) -> int:
    db.session.rollback()
    sitting = desks.sitting_of(by.account_id or 0, in_minutes(minute), asked=asked)
    assert sitting is not None
    return sitting.id


def counted(*sittings: Sitting) -> list[int]:
    db.session.rollback()
    return [queue.figures(one.id)[0] for one in sittings]


def test_a_desk_works_where_its_officer_is_on_duty_or_chose_to(regular: Sitting, leaders: Sitting) -> None:
    desk, by = people.an_open_desk()
    assert works_in(by, 0) == regular.id
    on_duty(leaders, by, 10)
    assert [works_in(by, minute) for minute in (9, 10)] == [regular.id, leaders.id]
    assert works_in(by, 10, asked=regular.id) == regular.id, "the page that is shown is what is called from"
    desks.choose_sitting(regular.id, by=by, now=in_minutes(11))
    assert works_in(by, 12) == regular.id
    with pytest.raises(Conflict):
        desks.choose_sitting(leaders.id, by=by, now=in_minutes(200))
    assert works_in(by, 200) == regular.id
    desks.close_desk(desk.id, by=by, now=in_minutes(12))
    with pytest.raises(Conflict):
        desks.choose_sitting(leaders.id, by=by, now=in_minutes(13))
    desks.open_desk(desk.id, by=by, now=in_minutes(13), sitting_id=leaders.id)
    assert works_in(by, 14) == leaders.id


def test_the_wait_counts_the_desks_of_its_own_sitting(regular: Sitting, leaders: Sitting) -> None:
    (one, by), _other = people.an_open_desk(), people.an_open_desk()
    assert counted(regular, leaders) == [2, 0]
    visit, _author = people.a_waiting_visit(leaders)
    reception.call_next(one.id, leaders.id, by=by, now=in_minutes(1), key=key())
    assert counted(regular, leaders) == [1, 1]
    reception.send_back(visit.id, by=by, now=in_minutes(2), key=key())
    rounds.each_minute(in_minutes(119))
    assert counted(regular, leaders) == [1, 1]
    rounds.each_minute(in_minutes(121))
    assert counted(regular) == [2], "its sitting is over: the desk may come"


def test_the_board_shows_each_open_sitting_and_at_a_point_who_may_come_there(
    regular: Sitting, leaders: Sitting
) -> None:
    (one, by), (two, other) = people.an_open_desk(), people.an_open_desk()
    for sitting, desk, who in ((regular, one, by), (leaders, two, other)):
        for _ in range(2):
            people.a_waiting_visit(sitting)
        reception.call_next(desk.id, sitting.id, by=who, now=in_minutes(1), key=key())
    shown = board.of_now(in_minutes(2)).parts
    assert [(part.sitting.id, [row.ticket for row in part.rows], part.next) for part in shown] == [
        (regular.id, ["001"], ("002",)),
        (leaders.id, ["001"], ("002",)),
    ]
    assert len({row.call for part in shown for row in part.rows}) == 2

    point = people.point_of(leaders)
    assert [part.sitting.id for part in board.of_point(point.id, in_minutes(2)).parts] == [leaders.id]
    visit, _author = people.a_waiting_visit(regular, in_minutes(3))
    with unit_of_work() as work:
        work.session.get_one(type(visit), visit.id).bridge_point_id = point.id
    preparation.overrule(regular.id, point.id, "Đã gọi điện.", by=by, now=in_minutes(3), key=key())
    found = board.of_point(point.id, in_minutes(4)).parts
    assert [(part.sitting.id, part.next) for part in found] == [
        (regular.id, (visit.ticket,)),
        (leaders.id, ()),
    ], "whom a leader lets come there looks for the number there"
