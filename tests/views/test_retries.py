"""What people can rely on when a form arrives twice, as it does on a bad network: it counts once."""

from collections.abc import Callable

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import people
from tests.views.conftest import Browser, Scene
from webapp.domain.codes import new_code
from webapp.domain.visit_flow import Action, State
from webapp.extensions import db
from webapp.models import Account, Desk, Message, MinutesVersion, Outcome, Petition, Role, Visit, VisitEvent
from webapp.services import drafts, queue

Make = Callable[[Account | None], Browser]


def twice(browser: Browser, path: str, form: dict[str, object], **about: object) -> TestResponse:
    """The same form, twice; both times the same answer."""
    sent = {"key": people.key()} | form
    first, second = (browser.post(path, sent, **about) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    if first.mimetype == "application/json":
        assert first.get_json() == second.get_json()
    return second


def count(model: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def moves(visit_id: int, action: Action) -> int:
    return count(VisitEvent, VisitEvent.visit_id == visit_id, VisitEvent.action == action)


def test_a_petition_sent_twice_is_one_petition(browser: Make, scene: Scene) -> None:
    person, before = browser(scene.citizen), count(Petition)
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=scene.now)
    answer = twice(person, f"{people.WRITING}/review", {})
    assert (answer.status_code, answer.location.rpartition("/")[2]) == (303, "receipt")
    assert count(Petition) == before + 1


def test_the_draft_that_follows_a_petition_is_another_petition(browser: Make, scene: Scene) -> None:
    person, before = browser(scene.citizen), count(Petition)
    for _ in range(2):
        draft = new_code()
        drafts.keep(scene.citizen.id, draft, people.ANSWERS, now=scene.now)
        assert person.post(f"/petitions/new/{draft}/review").status_code == 303
    assert count(Petition) == before + 2


def test_a_number_taken_twice_is_one_number(browser: Make, scene: Scene) -> None:
    petition = people.a_petition(scene.citizen, scene.now)
    form = {"place": "home", "sitting": scene.sitting.id}
    answer = twice(browser(scene.citizen), f"/petitions/{petition.code}/book", form)
    assert answer.status_code == 303
    numbers = db.session.scalars(select(Visit.number).where(Visit.petition_id == petition.id)).all()
    assert list(numbers) == [2]


def test_a_number_asked_for_from_two_windows_is_one_number(browser: Make, scene: Scene) -> None:
    petition = people.a_petition(scene.citizen, scene.now)
    person, form = browser(scene.citizen), {"place": "home", "sitting": scene.sitting.id}
    answers = [person.post(f"/petitions/{petition.code}/book", form | {"key": people.key()}) for _ in "ab"]
    assert answers[0].location == answers[1].location
    assert count(Visit, Visit.petition_id == petition.id) == 1


def test_stepping_out_twice_by_one_press_is_once(browser: Make, scene: Scene) -> None:
    answer = twice(browser(scene.citizen), f"/visits/{scene.code}/step-out", {})
    assert answer.status_code == 303
    assert moves(scene.visit.id, Action.STEP_OUT) == 1


def test_leaving_twice_by_one_press_is_leaving(browser: Make, scene: Scene) -> None:
    answer = twice(browser(scene.citizen), f"/visits/{scene.code}/leave", {})
    assert answer.status_code == 303
    assert moves(scene.visit.id, Action.LEAVE) == 1


def test_a_message_sent_twice_stands_once_on_each_side(browser: Make, scene: Scene) -> None:
    path = f"/visits/{scene.receive().code}/room/messages"
    for account in (scene.citizen, scene.officer):
        answer = twice(browser(account), path, {"body": "Tôi nghe rõ."})
        assert answer.status_code == 303
    asked = twice(
        browser(scene.citizen), path, {"body": "Nghe không?"}, headers={"Accept": "application/json"}
    )
    assert asked.status_code == 201
    assert count(Message, Message.visit_id == scene.visit.id) == 3


def test_two_people_with_one_key_are_two_messages(browser: Make, scene: Scene) -> None:
    path, form = f"/visits/{scene.receive().code}/room/messages", {"body": "Chào.", "key": people.key()}
    for account in (scene.citizen, scene.officer):
        assert browser(account).post(path, form).status_code == 303
    assert count(Message, Message.visit_id == scene.visit.id) == 2


def test_call_next_pressed_twice_calls_one_person(browser: Make, scene: Scene) -> None:
    people.a_waiting_visit(scene.sitting, scene.now)
    answer = twice(browser(scene.officer), "/desk/call-next", {}, headers={"Accept": "application/json"})
    assert answer.get_json() == {"visit": scene.code, "number": 1, "state": "called"}
    assert queue.waiting_count(scene.sitting.id) == 1


def test_calling_one_number_twice_calls_once(browser: Make, scene: Scene) -> None:
    answer = twice(browser(scene.officer), f"/desk/visit/{scene.code}/call", {})
    assert answer.status_code == 303
    assert moves(scene.visit.id, Action.CALL) == 1


def test_a_visit_closed_twice_has_one_outcome(browser: Make, scene: Scene) -> None:
    path = f"/desk/visit/{scene.receive().code}/close"
    form = {"outcome": "answered", "explanation": "Đã trả lời.", "body": "Ông Lành nói.", "base": "0"}
    answer = twice(browser(scene.officer), path, form)
    assert answer.status_code == 303
    assert count(Outcome) == moves(scene.visit.id, Action.CLOSE) == count(MinutesVersion) == 1
    assert db.session.get_one(Visit, scene.visit.id).state is State.FINISHED


def test_minutes_saved_twice_are_one_version(browser: Make, scene: Scene) -> None:
    path = f"/desk/visit/{scene.receive().code}/minutes"
    about = {"headers": {"Accept": "application/json"}}
    answer = twice(browser(scene.officer), path, {"body": "Ông Lành nói.", "base": "0"}, **about)
    assert answer.get_json()["version"] == 1
    assert count(MinutesVersion) == 1


def test_an_account_made_twice_is_one_account(browser: Make, scene: Scene) -> None:
    form = {"username": "tran.bao", "full_name": "Trần Quốc Bảo", "roles": "officer"}
    answer = twice(browser(people.staff(Role.ADMIN)), "/admin/accounts/new", form)
    assert answer.status_code == 303
    assert count(Account, Account.username == "tran.bao") == 1


def test_a_desk_opened_twice_is_open(browser: Make, scene: Scene) -> None:
    desk, account = people.a_desk(), people.an_officer()
    answer = twice(browser(account), "/desk/open", {"desk": desk.id})
    assert answer.status_code == 303
    assert db.session.get_one(Desk, desk.id).officer_id == account.id
