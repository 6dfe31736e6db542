"""Where staff come to after signing in, and what an admin can give them."""

from collections.abc import Callable

import pytest

from tests import people
from tests.people import PASSWORD
from tests.views.conftest import Browser, Page
from webapp.extensions import db
from webapp.models import Account, AuditEntry, Role

Make = Callable[..., Browser]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.OFFICER, "/desk"),
        (Role.LEADER, "/desk"),
        (Role.ADMIN, "/admin/accounts"),
        (Role.DATA_PROTECTION, "/data-requests"),
        (Role.INSPECTOR, "/recordings"),
        (Role.ADVISORY, "/reading"),
        (Role.BRIDGE, "/bridge"),
    ],
)
def test_each_comes_to_their_own_work_after_signing_in(browser: Make, role: Role, place: str) -> None:
    point = people.point_of(people.a_sitting()).id if role is Role.BRIDGE else None
    account = people.staff(role, point=point)
    person = browser()
    came = person.post("/staff/login", {"username": account.username, "password": PASSWORD})
    assert (came.status_code, came.location) == (303, place)
    assert person.get(place).status_code == 200


def test_who_has_no_work_yet_is_told_why(browser: Make) -> None:
    assert "chưa gắn với điểm cầu nào" in Page(browser(people.staff(Role.BRIDGE)).get("/account").text).text


def test_an_admin_chooses_the_bridge_point_of_an_account_and_it_is_audited(browser: Make) -> None:
    admin, account = browser(people.staff(Role.ADMIN)), people.staff(Role.BRIDGE)
    point = people.point_of(people.a_sitting()).id
    path, form = f"/admin/accounts/{account.id}", {"full_name": "Trần Quốc Bảo", "roles": "bridge"}
    assert admin.post(path, form | {"bridge_point_id": str(point)}).status_code == 303
    assert db.session.get_one(Account, account.id).bridge_point_id == point
    assert Page(admin.get(path).text).holds("bridge_point_id") == [str(point)]
    assert browser(account).get("/bridge").status_code == 200
    newest = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert newest is not None and newest.details["bridge_point"] == point
    assert admin.post(path, form).status_code == 303, "a form without the field leaves it"
    assert db.session.get_one(Account, account.id).bridge_point_id == point
    assert admin.post(path, form | {"bridge_point_id": ""}).status_code == 303
    assert db.session.get_one(Account, account.id).bridge_point_id is None


@pytest.mark.parametrize(("role", "point"), [("bridge", "999999"), ("bridge", "x"), ("officer", "a point")])
def test_a_bridge_point_that_cannot_be_is_refused_beside_its_field(
    browser: Make, role: str, point: str
) -> None:
    admin, account = browser(people.staff(Role.ADMIN)), people.staff(Role.BRIDGE)
    chosen = str(people.point_of(people.a_sitting()).id) if point == "a point" else point
    form = {"full_name": "Trần Quốc Bảo", "roles": role, "bridge_point_id": chosen}
    answer = admin.post(f"/admin/accounts/{account.id}", form)
    assert answer.status_code == 422
    assert "điểm cầu" in Page(answer.text).beside("bridge_point_id")
