"""Two online sittings open at a time: at the desk, where a number is taken, and on the board."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.extensions import db
from webapp.models import Sitting, SittingKind, Visit
from webapp.services import reception
from webapp.services.unit_of_work import unit_of_work

Make = Callable[..., Browser]


@pytest.fixture
def leaders(scene: Scene) -> Sitting:
    sitting = people.a_sitting(scene.now)
    with unit_of_work() as work:
        kept = work.session.get_one(Sitting, sitting.id)
        kept.kind, kept.host = SittingKind.PERIODIC, "Chủ tịch UBND Thành phố"
    return sitting


def test_the_desk_is_asked_in_which_it_works_and_calls_there(
    browser: Make, scene: Scene, leaders: Sitting
) -> None:
    theirs, _by = people.a_waiting_visit(leaders, scene.now)
    person, going = browser(scene.officer), f"/desk/sitting/{leaders.id}"
    first = person.get("/desk").text
    assert "Đang có 2 buổi" in first and going in first and f"queue:{leaders.id}" in first
    assert person.post(going).status_code == 303
    shown = person.get("/desk").text
    assert theirs.code in shown and scene.visit.code not in shown
    number = {"sitting": Page(shown).values("sitting")[0], "key": people.key()}
    assert person.post("/desk/call-next", number).status_code == 303
    called = db.session.scalars(select(Visit.id).where(Visit.desk_id == scene.desk.id)).all()
    assert called == [theirs.id]

    looks_on = browser(people.an_officer())
    asked = looks_on.get(f"/desk?sitting={leaders.id}").text
    assert f"/desk/queue?sitting={leaders.id}" in asked, "who has no desk yet sees each queue too"


def test_a_number_can_be_taken_in_each_sitting_that_is_open(
    browser: Make, scene: Scene, leaders: Sitting
) -> None:
    citizen = people.a_citizen()
    petition = people.a_petition(citizen, scene.now)
    person, path = browser(citizen), f"/petitions/{petition.code}/book"
    page = Page(person.get(path).text)
    assert page.values("slot") == [f"now-{scene.sitting.id}", f"now-{leaders.id}"]
    assert "Chủ tịch UBND Thành phố" in page.text and page.holds("slot") == []
    form = {"place": "home", "key": people.key()}
    assert person.post(path, form).status_code == 422, "nobody is put into a sitting they did not choose"
    assert person.post(path, form | {"slot": f"now-{leaders.id}"}).status_code == 303
    [taken] = db.session.scalars(select(Visit).where(Visit.petition_id == petition.id))
    assert taken.sitting_id == leaders.id


def test_the_board_says_of_which_sitting_each_number_is(
    browser: Make, scene: Scene, leaders: Sitting
) -> None:
    people.a_waiting_visit(leaders, scene.now)
    desk, by = people.an_open_desk(scene.now)
    reception.call_next(desk.id, leaders.id, by=by, now=scene.now, key=people.key())
    scene.call()
    told = browser(None).part("/board").text
    for host, at in (("Ban Tiếp công dân", scene.desk), ("Chủ tịch UBND Thành phố", desk)):
        assert f'data-say="Mời số 1 của buổi {host}, vào bàn {at.number}"' in told
