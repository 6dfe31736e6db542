"""What the desk shows of who somebody is: how surely, masked, in full only on request, and to whom."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import local, utc_now
from webapp.domain.identity_levels import ElectronicClaims
from webapp.domain.identity_papers import Issue
from webapp.domain.visit_flow import By
from webapp.extensions import db
from webapp.models import Account, AuditEntry, IdentityCheck, Role, Visit
from webapp.services import electronic_identity, petitions, reception, visits
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]
NUMBER, HIDDEN = "001062012345", "•••••••••345"
KIN, KIN_HIDDEN = "001158000123", "•••••••••123"
WHY = {"reason": "Đối chiếu giấy tờ khi tiếp"}


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action)))


def denounced(scene: Scene) -> Visit:
    """A denouncer in the room of the scene's officer."""
    waits = a_denouncer_waits(scene.sitting, scene.now, paper_number=KIN, full_name="Đỗ Thị Kín")
    visit = visits.by_code(waits.code)
    account, by, about = visit.petition.account_id, officer(scene.officer.id), {"now": utc_now()}
    reception.leave(scene.visit.id, by=citizen(scene.citizen.id), now=scene.now, key=people.key())
    reception.decide_gate(visit.id, online=True, reason="Phức tạp", by=by, key=people.key(), **about)
    reception.call(visit.id, scene.desk.id, by=by, key=people.key(), **about)
    return reception.enter_room(visit.id, by=citizen(account), **about)


def test_one_press_records_that_the_paper_was_seen_and_shows_who_and_when(
    browser: Make, scene: Scene
) -> None:
    desk, path = browser(scene.receive().officer), f"/desk/visit/{scene.code}"
    before = desk.part(path).text
    assert "Đã xác nhận số điện thoại" in before and "Đã thấy giấy tờ" in before
    sent = {"key": people.key()}
    for _ in range(2):
        after = desk.post(f"{path}/seen", sent, headers={"HX-Request": "true"})
        assert "Cán bộ đã thấy giấy tờ" in after.text and "Lê Thu Hà, " in after.text
        assert Page(after.text).all("button") == Page(desk.part(path).text).all("button")
    assert f"{path}/seen" not in after.text, "nothing is left to press"
    assert len(db.session.scalars(select(IdentityCheck)).all()) == len(entries("paper_seen")) == 1
    assert desk.post(f"{path}/seen", {"key": people.key()}).status_code == 303, (
        "without a script: back to the desk"
    )


def test_a_form_without_its_key_records_nothing(browser: Make, scene: Scene) -> None:
    assert browser(scene.receive().officer).post(f"/desk/visit/{scene.code}/seen", {}).status_code == 400
    assert entries("paper_seen") == []


def test_the_number_is_masked_until_it_is_asked_for_and_each_look_is_kept(
    browser: Make, scene: Scene
) -> None:
    desk = browser(scene.receive().officer)
    page = desk.get("/desk").text
    assert HIDDEN in page and NUMBER not in page
    for times in (1, 2):
        assert NUMBER in desk.post(f"/desk/visit/{scene.code}/identity", {}).text
        assert [entry.actor_id for entry in entries("identity_opened")] == [scene.officer.id] * times


def test_when_and_where_the_paper_was_issued_is_shown_with_the_whole_number_only(
    browser: Make, scene: Scene
) -> None:
    issue = Issue(date(2021, 8, 15), "Công an tỉnh Hà Tây")
    petitions.correct_issue(scene.petition, issue, by=citizen(scene.citizen.id), now=scene.now)
    desk = browser(scene.receive().officer)
    closed, opened = desk.get("/desk").text, desk.post(f"/desk/visit/{scene.code}/identity", {}).text
    for word in ("15/08/2021", "Công an tỉnh Hà Tây"):
        assert word not in closed and word in opened


def test_nobody_else_sees_the_number_in_full(browser: Make, scene: Scene) -> None:
    scene.receive()
    others = [people.an_officer(), people.a_citizen(), scene.citizen]
    others += [
        people.staff(role, desk_rights=True) for role in Role if role not in (Role.OFFICER, Role.CITIZEN)
    ]
    others.append(people.staff(Role.OFFICER))
    for other in others:
        told = browser(other).post(f"/desk/visit/{scene.code}/identity", WHY)
        assert told.status_code in (403, 404) and NUMBER not in told.text
    assert entries("identity_opened") == []


def test_a_denouncers_number_needs_a_reason_and_till_then_nothing_tells_who_it_is(
    browser: Make, scene: Scene
) -> None:
    people.a_petition(paper_number=KIN)
    visit = denounced(scene)
    desk, path = browser(scene.officer), f"/desk/visit/{visit.code}"
    closed = desk.get("/desk").text
    for word in (
        KIN,
        KIN_HIDDEN,
        "Đỗ Thị Kín",
        "Đơn khác cùng giấy tờ",
        f"{path}/seen",
        "khác số của định danh",
    ):
        assert word not in closed
    refused = desk.post(f"{path}/identity", {"reason": "xem"})
    assert (refused.status_code, KIN in refused.text) == (422, False)
    assert "Hãy ghi rõ lý do mở danh tính" in Page(refused.text).beside("reason")
    assert Page(refused.text).holds("reason") == ["xem"]
    assert desk.post(f"{path}/seen", {"key": people.key()}).status_code == 409
    opened = desk.post(f"{path}/identity", WHY)
    assert KIN in opened.text and "Đơn khác cùng giấy tờ này: 1" in opened.text
    assert [entry.reason for entry in entries("identity_opened")] == [WHY["reason"]]
    assert desk.post(f"{path}/seen", {"key": people.key()}).status_code == 303
    assert "Cán bộ đã thấy giấy tờ" in desk.part(path).text


def test_when_and_where_a_denouncers_paper_was_seen_before_is_told_to_who_opened_it_only(
    browser: Make, scene: Scene
) -> None:
    visit = visits.by_code(denounced(scene).code)
    point, earlier = people.point_of(scene.sitting), utc_now() - timedelta(days=15)
    whose, paper, there = (
        visit.petition.account_id,
        visit.petition.petitioner.paper_look_up,
        scene.visit.id,
    )
    code, place = visit.code, point.name
    with unit_of_work() as work:
        before = Account(created_at=earlier, username="canbo.cu", full_name="Phùng Thị Cũ")
        work.session.add(before)
        work.session.get_one(Visit, there).bridge_point_id = point.id
        work.session.flush()
        seen = IdentityCheck(
            account_id=whose,
            paper_look_up=paper,
            visit_id=there,
            officer_id=before.id,
            by=By.BRIDGE,
            at=earlier,
        )
        work.session.add(seen)
    desk, path = browser(scene.officer), f"/desk/visit/{code}"
    told = (place, "Phùng Thị Cũ", local(earlier).strftime("%d/%m/%Y"))
    for closed in (desk.get("/desk").text, desk.part(path).text):
        assert "Cán bộ đã thấy giấy tờ" in closed
        assert [word for word in told if word in closed] == []
    opened = desk.post(f"{path}/identity", WHY).text
    assert [word for word in told if word not in opened] == []


def test_what_the_electronic_identity_tells_stands_beside_the_paper(browser: Make, scene: Scene) -> None:
    told = ElectronicClaims("https://id.example", "1", "Trần Thị Mai", KIN, "2")
    electronic_identity.link(told, scene.receive().citizen.id, now=scene.now)
    desk = browser(scene.officer)
    assert "Số trên đơn khác số của định danh điện tử" in desk.get("/desk").text
    opened = desk.post(f"/desk/visit/{scene.code}/identity", {}).text
    assert "Trần Thị Mai · mức 2" in opened and told.number not in opened


def test_earlier_petitions_by_the_same_paper_are_shown_unasked(browser: Make, scene: Scene) -> None:
    people.a_petition(
        paper_number=NUMBER,
        narrative="Đơn cũ: đường vào thôn bị rào từ tháng ba năm ngoái, xe không qua được.",
    )
    people.a_petition(
        paper_number=KIN, narrative="Đơn của người khác: mương thoát nước trước nhà bị lấp từ sau Tết."
    )
    page = browser(scene.receive().officer).get("/desk").text
    assert "Đơn khác cùng giấy tờ này: 1" in page
    assert "Đơn cũ: đường vào thôn" in page and "Đơn của người khác" not in page


def test_a_search_finds_the_exact_paper_and_no_address_holds_the_number(browser: Make, scene: Scene) -> None:
    desk = browser(scene.officer)
    form = {"paper_kind": "citizen_card", "paper_number": "001 062 012 345"}
    found = desk.post("/desk/papers", form)
    assert (found.status_code, people.STORY[:40] in found.text) == (200, True)
    assert found.request.path == "/desk/papers" and not found.request.query_string
    none = desk.post("/desk/papers", form | {"paper_number": "001062012346"})
    assert "Chưa có đơn nào dùng giấy tờ này." in none.text
    assert len(entries("paper_searched")) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"paper_number": ""}, "paper_number"),
        ({"paper_number": "001"}, "paper_number"),
        ({"paper_kind": "passport"}, "paper_number"),
        ({"paper_kind": ""}, "paper_kind"),
        ({"paper_kind": "library_card"}, "paper_kind"),
    ],
)
def test_a_search_that_cannot_be_made_is_said_beside_the_field(
    browser: Make, scene: Scene, changed: dict[str, str], field: str
) -> None:
    form = {"paper_kind": "citizen_card", "paper_number": NUMBER} | changed
    told = browser(scene.officer).post("/desk/papers", form)
    assert told.status_code == 422 and Page(told.text).beside(field)
    assert Page(told.text).holds("paper_number") == [form["paper_number"]], "nothing typed is lost"
    assert entries("paper_searched") == []


def test_a_search_never_finds_a_denunciation(browser: Make, scene: Scene, app: Flask) -> None:
    denounced(scene)
    form = {"paper_kind": "citizen_card", "paper_number": KIN}
    assert "Chưa có đơn nào dùng giấy tờ này." in browser(scene.officer).post("/desk/papers", form).text
