"""What people can rely on at the questions: those that are not asked, those outside, and names of before."""

from collections.abc import Callable

import pytest

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.domain.petition_kinds import PetitionKind
from webapp.models import Account
from webapp.services import drafts

Make = Callable[[Account | None], Browser]


def test_questions_that_do_not_exist_are_not_found(browser: Make, scene: Scene) -> None:
    for name in ("places", "kind2", "%00", "review/x"):
        assert browser(scene.citizen).get(f"{people.WRITING}/{name}").status_code == 404


def test_who_lives_outside_the_pilot_is_shown_the_way_and_keeps_the_draft(
    browser: Make, scene: Scene
) -> None:
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=scene.now)
    citizen = browser(scene.citizen)
    for place, told in (
        ("00004", "Nơi tiếp công dân của Phường Ba Đình"),
        ("other", "xã, phường nơi Ông/Bà ở"),
    ):
        sent = {"lives_in": place, "village": "Số 5", "old_address": ""}
        answer = citizen.post(f"{people.WRITING}/home", sent)
        assert (answer.status_code, answer.location) == (303, f"{people.WRITING}/elsewhere")
        page = Page(citizen.get(answer.location).text)
        assert told in page.text
        assert "34 Lý Thái Tổ" in page.text and "1800 0000" in page.text
        assert drafts.answers_of(scene.citizen.id, people.DRAFT) == people.ANSWERS | sent
        assert citizen.post(f"{people.WRITING}/review").location == f"{people.WRITING}/elsewhere"
    citizen.post(f"{people.WRITING}/home", {"lives_in": "09706", "village": "Xóm Mít", "old_address": ""})
    assert citizen.get(people.WRITING).location == f"{people.WRITING}/review"


def test_an_old_name_finds_todays_commune_and_several_are_all_offered(browser: Make, scene: Scene) -> None:
    citizen = browser(scene.citizen)
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS | {"lives_in": "09700"}, now=scene.now)
    for typed in ("Vân Hòa", "xã vân hòa, huyện Ba Vì", "VAN HOA", "van h"):
        page = Page(
            citizen.post(f"{people.WRITING}/home", {"look": "yes", "find": typed, "village": "Xóm"}).text
        )
        assert "Xã Yên Bài Gồm: Vân Hòa cũ" in page.text
        assert page.holds("lives_in") == ["09706"], "the only one found is already chosen"
        assert page.holds("village") == ["Xóm"]
    page = Page(citizen.post(f"{people.WRITING}/home", {"look": "yes", "find": "Atlantis"}).text)
    assert "Không thấy tên này" in page.text
    fragment = citizen.post(
        f"{people.WRITING}/place", {"look": "yes", "find": "Ba"}, headers={"HX-Request": "true"}
    )
    assert not Page(fragment.text).whole and "Xã Ba Vì" in Page(fragment.text).text
    assert "Phường Ba Đình" in Page(fragment.text).text, "where it happened may be anywhere"


@pytest.mark.parametrize("kind", PetitionKind)
def test_a_late_complaint_is_explained_and_never_stopped(
    browser: Make, scene: Scene, kind: PetitionKind
) -> None:
    day = {"learned_day": "2", "learned_month": "1", "learned_year": "2026"}
    given = people.ANSWERS | day | {"kind": kind.value, "protection_wanted": "no"}
    drafts.keep(scene.citizen.id, people.DRAFT, given, now=scene.now)
    citizen = browser(scene.citizen)
    page = Page(citizen.get(f"{people.WRITING}/review").text)
    assert ("đã quá 90 ngày" in page.text) == (kind is PetitionKind.COMPLAINT)
    assert citizen.post(f"{people.WRITING}/review").status_code == 303
