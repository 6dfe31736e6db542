"""What was told by word of mouth, as its pages show it to those who receive."""

from collections.abc import Callable

from tests import files, people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import utc_now
from webapp.domain.telling import StatementStep, Telling
from webapp.extensions import db
from webapp.models import Account, Visit
from webapp.services import desks, drafts, petitions, reception, statements
from webapp.services.actor import citizen, officer

Make = Callable[[Account | None], Browser]


def test_a_wish_that_is_told_stands_so_on_the_petition_its_receipts_and_at_the_desk(
    browser: Make, scene: Scene
) -> None:
    answers = people.ANSWERS | {"kind": "feedback", "wish": "", "told_wish": "y"}
    drafts.keep(scene.citizen.id, people.DRAFT, answers, now=utc_now())
    person = browser(scene.citizen)
    assert person.post(f"{people.WRITING}/review").status_code == 303
    petition = petitions.list_of_citizen(scene.citizen.id)[0]
    told = "Điều đề nghị Trình bày bằng lời"
    assert told in Page(person.get(f"/petitions/{petition.code}").text).text
    in_short = "Trình bày bằng lời: Điều đề nghị"
    assert in_short in Page(person.get(f"/petitions/{petition.code}/receipt").text).text
    pdf = person.get(f"/petitions/{petition.code}/receipt.pdf").data
    assert in_short.replace(" ", "") in "".join(files.text_of_pdf(pdf).split())
    about = {"by": citizen(scene.citizen.id), "now": utc_now(), "key": people.key()}
    waits = reception.take_number(
        petition.id, scene.sitting.id, bridge_point_id=None, priority=False, **about
    )
    another = people.an_officer()
    desk, by = people.a_desk(), officer(another.id)
    desks.open_desk(desk.id, by=by, now=utc_now())
    reception.call(waits.id, desk.id, by=by, now=utc_now(), key=people.key())
    assert told in Page(browser(another).get("/desk").text).text


def test_a_denouncers_own_words_about_the_statement_name_nobody_at_the_desk(
    browser: Make, scene: Scene
) -> None:
    waits = a_denouncer_waits(scene.sitting, scene.now, told=Telling.OFFICER, full_name="Tạ Thị Sen")
    visit = db.session.get_one(Visit, waits.id)
    by, theirs = officer(scene.officer.id), citizen(visit.petition.account_id)
    reception.decide_gate(
        visit.id, online=True, reason="Việc phức tạp.", by=by, now=utc_now(), key=people.key()
    )
    reception.call(visit.id, scene.desk.id, by=by, now=utc_now(), key=people.key())
    reception.enter_room(visit.id, by=theirs, now=utc_now())
    about = {"now": utc_now(), "key": people.key()}
    statements.write(visit.id, "Công dân kể việc thu tiền trái phép.", base_version=0, by=by, **about)
    contests = StatementStep.CONTESTED
    words = "Tôi tên là Tạ Thị Sen, không phải Tạ Thị Sâm."
    statements.answer(visit.petition_id, contests, words, version=1, by=theirs, **about)
    desk = browser(scene.officer)
    for path in ("/desk", f"/desk/visit/{visit.code}/statement"):
        page = Page(desk.get(path).text)
        assert "Công dân báo chưa đúng" in page.text
        assert "Sen" not in page.text and "không phải" in page.text
