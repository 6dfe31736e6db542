"""What the staff of a bridge point may record: that they saw the paper of a person who sits there, and no more."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.domain.identity_levels import IdentityLevel
from webapp.domain.visit_flow import By, State
from webapp.extensions import db
from webapp.models import Account, AuditEntry, IdentityCheck, Role, Visit
from webapp.services import identity, reception
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]
NUMBER, OTHER = "001062012345", "001158000123"


@pytest.fixture
def hosted(scene: Scene) -> Visit:
    """Somebody who waits at the sitting's bridge point."""
    account, point = people.a_citizen(), people.point_of(scene.sitting).id
    petition = people.a_petition(account, scene.now)
    visit = reception.take_number(
        petition.id,
        scene.sitting.id,
        bridge_point_id=point,
        by=citizen(account.id),
        now=scene.now,
        key=people.key(),
    )
    return db.session.get_one(Visit, visit.id)


@pytest.fixture
def helper(scene: Scene) -> Account:
    return people.staff(Role.BRIDGE, point=people.point_of(scene.sitting).id)


def said(visit: Visit, number: str = NUMBER) -> dict[str, object]:
    return {"visit": visit.code, "paper_kind": "citizen_card", "paper_number": number, "key": people.key()}


def checks() -> list[IdentityCheck]:
    db.session.rollback()
    return list(db.session.scalars(select(IdentityCheck)))


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action)))


def test_staff_of_the_point_record_whom_they_saw_and_the_desk_reads_who_when_and_where(
    browser: Make, scene: Scene, hosted: Visit, helper: Account
) -> None:
    there = browser(helper)
    assert there.get("/account").location == "/bridge"
    page = Page(there.get("/bridge").text)
    assert hosted.ticket in page.text and "Chưa xem giấy tờ" in page.text
    for _ in range(2):
        assert there.post("/bridge", said(hosted, "001 062 012.345")).location == "/bridge"
    [check] = checks()
    assert (check.visit_id, check.officer_id, check.by) == (hosted.id, helper.id, By.BRIDGE)
    [entry] = entries("paper_seen")
    assert (entry.actor_id, entry.details["by"]) == (helper.id, "bridge")
    assert "Đã thấy giấy tờ" in Page(there.get("/bridge").text).text
    petition = db.session.get_one(Visit, hosted.id).petition
    assert identity.standing_of(petition.account, petition.petitioner).level is IdentityLevel.SEEN
    reception.leave(scene.visit.id, by=citizen(scene.citizen.id), now=scene.now, key=people.key())
    reception.call(hosted.id, scene.desk.id, by=officer(scene.officer.id), now=scene.now, key=people.key())
    desk = Page(browser(scene.officer).get("/desk").text).text
    assert f"{helper.full_name}, {people.point_of(scene.sitting).name}" in desk


def test_nobody_else_records_it(browser: Make, scene: Scene, hosted: Visit) -> None:
    elsewhere = people.point_of(people.a_sitting(start=scene.now)).id
    here = people.point_of(scene.sitting).id
    refused = {
        "the staff of another point": (people.staff(Role.BRIDGE, point=elsewhere), 404),
        "bridge staff without a point": (people.staff(Role.BRIDGE), 403),
        "an officer, whose way is the desk": (scene.officer, 403),
        "the person's neighbour": (people.a_citizen(), 403),
        "the person": (db.session.get_one(Account, hosted.petition.account_id), 403),
        "nobody": (None, 401),
    }
    for role in Role:
        if role not in (Role.BRIDGE, Role.CITIZEN):
            refused[f"{role} at the same point"] = (people.staff(role, desk_rights=True, point=here), 403)
    for who, (account, status) in refused.items():
        assert browser(account).post("/bridge", said(hosted)).status_code == status, who
        shown = browser(account).get("/bridge")
        assert hosted.ticket not in Page(shown.text).text or shown.status_code != 200, who
    assert checks() == [] and entries("paper_seen") == []


def test_only_of_whom_the_point_hosts_now(
    browser: Make, scene: Scene, hosted: Visit, helper: Account
) -> None:
    there = browser(helper)
    assert there.post("/bridge", said(scene.visit)).status_code == 404, "somebody at home"
    reception.leave(hosted.id, by=citizen(hosted.petition.account_id), now=scene.now, key=people.key())
    assert there.post("/bridge", said(hosted)).status_code == 404, "somebody who has gone"
    assert "Chưa có ai" in Page(there.get("/bridge").text).text
    assert checks() == []


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"paper_number": OTHER}, "paper_number", "không khớp với giấy tờ ghi trên đơn"),
        ({"paper_number": "12"}, "paper_number", "12 chữ số"),
        ({"paper_number": ""}, "paper_number", "Hãy ghi số giấy tờ."),
        ({"paper_kind": "library_card"}, "paper_kind", "Hãy chọn loại giấy tờ."),
        ({"visit": ""}, "visit", "Hãy chọn số thứ tự."),
    ],
)
def test_a_mistake_is_said_at_its_place_and_records_nothing(
    browser: Make, hosted: Visit, helper: Account, changed: dict[str, str], field: str, sentence: str
) -> None:
    answer = browser(helper).post("/bridge", said(hosted) | changed)
    assert answer.status_code == 422 and sentence in Page(answer.text).beside(field)
    assert checks() == []


def test_a_number_that_does_not_fit_is_written_down_without_the_number(
    browser: Make, hosted: Visit, helper: Account
) -> None:
    browser(helper).post("/bridge", said(hosted, OTHER))
    [entry] = entries("paper_not_fitting")
    assert (entry.actor_id, entry.object_id) == (helper.id, str(hosted.id))
    assert OTHER not in str(entry.details)


def test_the_page_tells_no_name_no_number_and_not_who_denounces(
    browser: Make, scene: Scene, hosted: Visit, helper: Account
) -> None:
    point = people.point_of(scene.sitting).id
    denounces = a_denouncer_waits(scene.sitting, scene.now, point, paper_number=OTHER, full_name="Đỗ Thị Kín")
    there = browser(helper)
    text = Page(there.get("/bridge").text).text
    for word in ("Đỗ Thị Kín", "Nguyễn Văn Lành", OTHER, NUMBER, "Tố cáo", "Khiếu nại", "123", "345"):
        assert word not in text
    rows = [
        re.sub(r"[0-9]+", "", row.replace(hosted.code, "").replace(denounces.code, ""))
        for row in there.get("/bridge").text.split("<li ")
    ]
    shown = [row.split("</li>")[0] for row in rows if "Chưa xem giấy tờ" in row]
    assert len(shown) == 2, "both are shown"
    assert [row.replace("Sắp đến lượt", "Còn  người") for row in shown] == 2 * shown[1:], "both look the same"
    place = Page(there.get(f"/bridge/places/{denounces.code}").text).text
    assert denounces.ticket in place and "Đỗ Thị Kín" not in place and "ố cáo" not in place
    assert there.post("/bridge", said(denounces, OTHER)).status_code == 303
    assert [check.visit_id for check in checks()] == [denounces.id]


def test_staff_of_the_point_let_into_the_line_who_has_a_place_there_and_nobody_elsewhere(
    browser: Make, scene: Scene, helper: Account
) -> None:
    coming, point = people.a_sitting_to_book(scene.now), people.point_of(scene.sitting).id
    (here, _), (elsewhere, _), (later, _) = (
        people.a_booked_visit(coming, n, now=scene.now) for n in range(3)
    )
    with unit_of_work() as work:
        for visit, place, minutes in ((here, point, 20), (elsewhere, None, 21), (later, point, 40)):
            row = work.session.get_one(Visit, visit.id)
            row.bridge_point_id, row.slot_start = place, scene.now + timedelta(minutes=minutes)
    there = browser(helper)
    shown = there.get("/bridge").text
    offered = [f"/bridge/{visit.code}/came" in shown for visit in (here, elsewhere, later)]
    assert offered == [True, False, False]
    assert there.post(f"/bridge/{elsewhere.code}/came", {"key": people.key()}).status_code == 404
    assert there.post(f"/bridge/{here.code}/came", {"key": people.key()}).location == "/bridge"
    db.session.rollback()
    assert db.session.get_one(Visit, here.id).events[-1].by is By.BRIDGE
    assert db.session.get_one(Visit, here.id).state is State.WAITING
