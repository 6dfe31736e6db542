"""What was told by word of mouth, as its pages show it to those who receive."""

from collections.abc import Callable

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import utc_now
from webapp.domain.telling import StatementStep, Telling
from webapp.extensions import db
from webapp.models import Account, Visit
from webapp.services import reception, statements
from webapp.services.actor import citizen, officer

Make = Callable[[Account | None], Browser]


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
