"""The page on which an admin corrects the working days."""

from collections.abc import Callable

import pytest

from tests import people
from tests.people import NINE
from tests.views.conftest import Browser
from webapp.domain.working_days import HANOI
from webapp.models import Account, Role

Make = Callable[[Account | None], Browser]


@pytest.fixture
def admin(browser: Make) -> Browser:
    return browser(people.staff(Role.ADMIN))


def test_an_admin_reads_the_holidays_of_a_year_adds_one_and_takes_it_back(admin: Browser) -> None:
    assert "Ngày Văn hóa Việt Nam" in admin.get("/admin/calendar?year=2027").text
    added = {"day": "2027-02-11", "works": "off", "name": "Nghỉ Tết Đinh Mùi"}
    for _ in range(2):
        assert admin.post("/admin/calendar", added).location == "/admin/calendar?year=2027"
    page = admin.get("/admin/calendar?year=2027").text
    assert page.count("<td>Nghỉ Tết Đinh Mùi") == 1
    assert admin.post("/admin/calendar/2027-02-11/restore", {}).status_code == 303
    assert "<td>Nghỉ Tết Đinh Mùi" not in admin.get("/admin/calendar?year=2027").text


def test_a_day_off_on_which_people_are_to_come_is_saved_once_its_sittings_were_seen(admin: Browser) -> None:
    sitting = people.a_sitting_to_book(NINE)
    sitting_id, day = sitting.id, sitting.starts_at.astimezone(HANOI).date().isoformat()
    people.a_booked_visit(sitting, now=NINE)
    asked = {"day": day, "works": "off", "name": "Nghỉ bão"}
    shown = admin.post("/admin/calendar", asked)
    assert shown.status_code == 422 and "1 người có chỗ" in shown.text
    assert f'href="/admin/schedule/sittings/{sitting_id}"' in shown.text and 'value="Nghỉ bão"' in shown.text
    assert admin.post("/admin/calendar", asked | {"seen": "y"}).status_code == 303


@pytest.mark.parametrize(
    ("day", "name", "sentence"),
    [
        ("2027-02-11", "", "Hãy ghi lý do"),
        ("30/02/2027", "Tết", "Hãy ghi một ngày có trong lịch."),
        ("", "Tết", "Hãy ghi một ngày có trong lịch."),
        ("2090-01-01", "Tết", "Ngày này không nằm trong lịch."),
    ],
    ids=["no reason", "no such day", "no day", "too far"],
)
def test_what_cannot_be_taken_says_so_and_keeps_what_was_typed(
    admin: Browser, day: str, name: str, sentence: str
) -> None:
    answer = admin.post("/admin/calendar", {"day": day, "works": "works", "name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{day}"' in answer.text
    assert f'value="{name}"' in answer.text


@pytest.mark.parametrize("year", ["0", "9999", "x", "-1", "2027'"])
def test_a_year_that_is_not_offered_is_this_one(admin: Browser, year: str) -> None:
    assert admin.get(f"/admin/calendar?year={year}").status_code == 200
    assert admin.post("/admin/calendar/2027-13-01/restore", {}).status_code == 404
