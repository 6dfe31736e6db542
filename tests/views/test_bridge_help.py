"""The whole way of somebody without a phone at a bridge point, by forms alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests import people
from tests.views.conftest import Browser, Page, Scene
from tests.views.test_petition_receipt import lines_missing
from webapp import create_app
from webapp.clock import local
from webapp.config import Settings
from webapp.domain.helping import Confirmed
from webapp.domain.visit_flow import By
from webapp.extensions import db
from webapp.models import Account, Notification, Petition, Role, Visit
from webapp.services import help_at_point, people_at_point, place_requests, schedule, words_owed
from webapp.services.actor import Actor, bridge, citizen, officer

NOT_TOLD = ("old_address", "issued_day", "issued_month", "issued_year", "issued_by")
Make = Callable[[Account | None], Browser]
PERSON = {
    "full_name": "Bạch Thị Thơm",
    "birth_year": "1948",
    "paper_kind": "citizen_card",
    "paper_number": "001148000321",
    "lives_in": "09706",
    "village": "Xóm Mít",
    "seen": "y",
}
WHO = PERSON | dict.fromkeys(NOT_TOLD, "")
TOLD = {
    "kind": "complaint",
    "narrative": people.STORY,
    "happened_in": "09700",
    "against": "Quyết định số 15",
    "settled": "no",
    "wish": "Đo lại đất cho gia đình.",
}


def test_somebody_without_a_phone_is_registered_written_for_gets_a_place_a_ticket_and_the_device(
    browser: Make, scene: Scene
) -> None:
    people.places()
    host = people.staff(Role.BRIDGE, point=people.point_of(scene.sitting).id)
    there = browser(host)
    nobody = there.post("/bridge/find", {"what": "001148000321"})
    assert "Không thấy ai" in nobody.text and "/bridge/people/new" in Page(nobody.text).links()
    wrong = there.post("/bridge/people/new", {**PERSON, "paper_number": "12", "key": people.key()})
    assert wrong.status_code == 422 and "12 chữ số" in Page(wrong.text).beside("paper_number")
    assert Page(wrong.text).holds("full_name") == ["Bạch Thị Thơm"]
    person = there.post("/bridge/people/new", {**PERSON, "key": people.key()}).location
    twice = there.post("/bridge/people/new", {**PERSON, "key": people.key()})
    assert twice.status_code == 409 and person in Page(twice.text).links(), "the one who is there is offered"

    page = Page(there.get(person).text)
    assert "Bạch Thị Thơm" in page.text and "001148000321" not in page.text
    [write] = [link for link in page.links() if "/write/" in link]
    few = there.post(write, {**TOLD, "narrative": "Đất."})
    assert few.status_code == 422 and Page(few.text).holds("wish") == [TOLD["wish"]]
    assert Page(there.get(write).text).holds("narrative") == ["Đất."], "nothing typed is lost"
    read = there.post(write, TOLD).location
    shown = there.get(read)
    assert people.STORY in shown.text
    assert there.post(read, {}).status_code == 422, "the person confirms it"
    book = there.post(read, {"confirmed": "read_back", "signed": "y"}).location
    assert there.post(read, {"confirmed": "read_back"}).location == book, "once more is the same petition"

    taken = {"sitting": scene.sitting.id, "slot": "now", "key": people.key()}
    place = there.post(book, taken).location
    assert there.post(book, taken).location == place
    ticket = there.get(f"{place}/ticket.pdf")
    assert ticket.mimetype == "application/pdf" and ticket.data.startswith(b"%PDF")
    assert not lines_missing(ticket.data, "hỏi người ở điểm cầu này"), "they have no page of their own"
    rows = Page(there.part("/bridge").text)
    assert "Bạch Thị Thơm" in rows.text and "Đã thấy giấy tờ" in rows.text and not rows.whole
    assert there.post("/bridge/find", {"what": "1"}).status_code in (200, 303)
    visit = db.session.scalars(select(Visit).order_by(Visit.id.desc())).first()
    assert visit is not None and there.post("/bridge/find", {"what": visit.ticket}).location == place
    assert db.session.scalar(select(Notification).where(Notification.key.contains(visit.code))) is None

    wait = there.post(f"{place}/hand-over", {"key": people.key()}).location
    assert wait == f"/visits/{visit.code}/wait"
    assert visit.ticket in Page(there.get(wait).text).text
    assert there.get("/bridge").status_code == 403, "the device is the person's now"
    for path in (f"/visits/{visit.code}", "/account", "/account/data"):
        assert there.get(path).status_code == 200, path
    accusing = there.post(f"/petitions/new/{people.DRAFT}/kind", {"kind": "denunciation"})
    assert accusing.status_code == 409 and "xin hẹn gặp riêng" in accusing.text


def test_a_decision_opens_a_sitting_to_the_point_and_what_becomes_of_it_is_told_in_person(
    browser: Make, scene: Scene
) -> None:
    people.places()
    today = local(scene.now).date()
    host = people.staff(Role.BRIDGE, point=people.point_of(scene.sitting).id)
    by, point = bridge(host.id), people.point_of(scene.sitting).id
    help = people_at_point.register(WHO, seen=True, by=by, now=scene.now, key=people.key())
    how: dict[str, Any] = {"signed": True, "by": by, "now": scene.now, "today": today}
    help_at_point.write(help, people.DRAFT, TOLD, now=scene.now, today=today)
    petition = help_at_point.send(help, people.DRAFT, Confirmed.READ_BACK, **how)
    coming = people.a_sitting_to_book(scene.now)
    there, book = browser(host), f"/bridge/people/{help.code}/petitions/{petition.code}/book"
    slot = f'value="{coming.id}-'
    assert slot not in there.get(book).text
    wish = place_requests.Wish("2", point, "Tôi 78 tuổi, đi lại khó.")
    asked = place_requests.ask(
        petition.id, wish, by=citizen(help.account_id), now=scene.now, key=people.key()
    )
    until = (today + timedelta(days=20)).isoformat()
    verdict = place_requests.Verdict(True, "", "15/QĐ-TCD ngày 20/11/2026", point, until)
    place_requests.decide(asked.code, verdict, by=officer(people.staff(Role.LEADER).id), now=scene.now)
    shown = there.get(book + f"?sitting={coming.id}")
    assert slot in shown.text
    begins = int(people.slots_of(coming)[0].timestamp() // 60)
    taken = there.post(book, {"slot": f"{coming.id}-{begins}", "place": point, "key": people.key()})
    assert taken.status_code == 303
    changed = there.get(taken.location + "/change")
    assert changed.status_code == 200 and slot in changed.text
    admin = Actor(people.staff(Role.ADMIN).id, By.ADMIN)
    schedule.cancel(coming.id, reason="Mất điện", by=admin, now=scene.now, key=people.key())
    rows = there.part("/bridge").text
    assert "Cần báo tận nơi: 2 việc" in rows and "Bạch Thị Thơm" in rows
    for row in words_owed.untold(by, scene.now):
        assert there.post(f"/bridge/told/{row.owed.code}", {"key": people.key()}).status_code == 303
    assert "Cần báo tận nơi" not in there.part("/bridge").text


def test_whoever_tries_numbers_is_slowed_down(settings: Settings) -> None:
    app = create_app(replace(settings, rate_limits=True))
    with app.app_context():
        point = people.point_of(people.a_sitting()).id
        trying, other = (Browser(app, people.staff(Role.BRIDGE, point=point)) for _ in range(2))
        answers = [trying.post("/bridge/find", {"what": "x"}).status_code for _ in range(11)]
        assert (answers, other.post("/bridge/find", {"what": "x"}).status_code) == ([422] * 10 + [429], 422)


def test_another_point_reaches_nothing_of_it_and_finds_are_limited_to_whole_numbers(
    browser: Make, scene: Scene
) -> None:
    number = "001158000999"
    people.a_petition(people.a_citizen(), scene.now, paper_number=number)
    here = browser(people.staff(Role.BRIDGE, point=people.point_of(scene.sitting).id))
    person = here.post("/bridge/find", {"what": number}).location
    elsewhere = browser(people.staff(Role.BRIDGE, point=people.point_of(people.a_sitting()).id))
    petition = db.session.scalars(select(Petition).order_by(Petition.id.desc())).first()
    assert petition is not None
    for path in (person, f"{person}/petitions/{petition.code}/book", f"{person}/write/{people.DRAFT}"):
        assert (here.get(path).status_code, elsewhere.get(path).status_code) == (200, 404), path
    part = here.post("/bridge/find", {"what": "Nguyễn"})
    assert part.status_code == 422 and "Hãy ghi đủ" in Page(part.text).beside("what")
    assert number not in here.get(person).text
