"""What was told by word of mouth, as its pages show it to those who receive."""

from collections.abc import Callable

import pytest

from tests import files, people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import utc_now
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep, Telling
from webapp.extensions import db
from webapp.models import Account, Desk, Visit
from webapp.services import desks, drafts, petitions, reception, statements, visits
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work

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


OLDER, NEWER = "Công dân kể: đất bị thu hồi 312 mét vuông.", "Công dân kể: đất bị thu hồi 321 mét vuông."
MINE = "Công dân kể: đất bị thu hồi 312 mét vuông, chưa được đền."


@pytest.mark.parametrize("swapped", [True, False], ids=["in the desk", "without scripts"])
def test_whoever_writes_on_an_older_version_is_shown_the_newer_one_and_then_writes_on_that(
    browser: Make, scene: Scene, swapped: bool
) -> None:
    scene.receive()
    by = officer(scene.officer.id)
    for base, words in enumerate((OLDER, NEWER)):
        about = {"by": by, "now": utc_now(), "key": people.key()}
        statements.write(scene.visit.id, words, base_version=base, **about)
    where, sent = f"/desk/visit/{scene.code}/statement", {"statement": MINE, "key": people.key()}
    headers = {"HX-Request": "true"} if swapped else {}
    desk = browser(scene.officer)
    answer = desk.post(where, sent | {"base": "1"}, headers=headers)
    page = Page(answer.text)
    assert answer.status_code == 409
    assert page.holds("statement") == [MINE]
    [shown] = [page.told[at] for at, (_tag, one) in enumerate(page.elements) if one.get("id") == "newer"]
    assert NEWER in shown and OLDER not in shown
    assert f"Bản 2, {scene.officer.full_name} ghi" in " ".join(shown.split())
    assert page.holds("base")[0] == "2"
    again = desk.post(where, sent | {"base": page.holds("base")[0], "key": people.key()}, headers=headers)
    assert again.status_code == (200 if swapped else 303)
    db.session.expire_all()
    found = statements.of(db.session.get_one(Visit, scene.visit.id).petition)
    assert found and (found.version.version, found.version.body) == (3, MINE)
    assert [one.body for one in found.earlier] == [OLDER, NEWER]


def test_what_is_wrong_with_the_words_does_not_hide_that_there_are_newer_ones(
    browser: Make, scene: Scene
) -> None:
    scene.receive()
    for base, words in enumerate((OLDER, NEWER)):
        about = {"by": officer(scene.officer.id), "now": utc_now(), "key": people.key()}
        statements.write(scene.visit.id, words, base_version=base, **about)
    where = f"/desk/visit/{scene.code}/statement"
    answer = browser(scene.officer).post(where, {"statement": "ngắn", "base": "1", "key": people.key()})
    assert answer.status_code == 422
    assert Page(answer.text).holds("base")[0] == "1", "the newer one was not shown yet"


def test_the_newer_words_about_a_denunciation_are_shown_whole_to_who_wrote_them_alone(
    browser: Make, scene: Scene
) -> None:
    waits = a_denouncer_waits(scene.sitting, scene.now, told=Telling.OFFICER, full_name="Tạ Thị Sen")
    by = officer(scene.officer.id)
    about = {"by": by, "now": utc_now()}
    reception.decide_gate(waits.id, online=True, reason="Việc phức tạp.", key=people.key(), **about)
    visit = reception.call(waits.id, scene.desk.id, key=people.key(), **about)
    theirs = people.an_officer()
    with unit_of_work() as work:
        work.session.get_one(Visit, visit.id).officer_id = theirs.id
        work.session.get_one(Desk, scene.desk.id).officer_id = theirs.id
    named = "Bà Tạ Thị Sen kể việc thu tiền trái phép."
    written = {"base_version": 0, "by": officer(theirs.id), "now": utc_now(), "key": people.key()}
    statements.write(visit.id, named, **written)
    where, sent = f"/desk/visit/{visit.code}/statement", {"statement": MINE, "base": "0"}
    assert "Tạ Thị Sen" in browser(theirs).post(where, sent | {"key": people.key()}).text
    with unit_of_work() as work:
        work.session.get_one(Visit, visit.id).officer_id = scene.officer.id
        work.session.get_one(Desk, scene.desk.id).officer_id = scene.officer.id
    other = browser(scene.officer).post(where, sent | {"key": people.key()})
    assert other.status_code == 409
    assert "thu tiền trái phép" in Page(other.text).text
    assert "Tạ Thị Sen" not in other.text


def test_of_a_sealed_petition_alone_no_browser_keeps_what_is_being_written(
    browser: Make, scene: Scene
) -> None:
    def marked(kind: PetitionKind) -> bool:
        about = {"kind": kind, "told": Telling.OFFICER}
        waits = a_denouncer_waits(scene.sitting, scene.now, **about)
        by, theirs, said = officer(scene.officer.id), visits.by_code(waits.code), {"now": utc_now()}
        if kind is PetitionKind.DENUNCIATION:
            reception.decide_gate(theirs.id, online=True, reason="Phức tạp", by=by, key=people.key(), **said)
        reception.call(theirs.id, scene.desk.id, by=by, key=people.key(), **said)
        page = Page(browser(scene.officer).get("/desk").text)
        [field] = [one for one in page.all("textarea") if one.get("id") == "statement"]
        reception.send_back(theirs.id, by=by, key=people.key(), **said)
        return "data-sealed" in field

    assert [marked(PetitionKind.DENUNCIATION), marked(PetitionKind.COMPLAINT)] == [True, False]
