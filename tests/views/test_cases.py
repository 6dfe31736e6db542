"""Petitions of one case, as their author and an officer meet them."""

from collections.abc import Callable

from tests import people
from tests.views.conftest import Browser, Page, Scene
from tests.views.test_following import opened
from webapp.clock import utc_now
from webapp.domain.codes import in_groups
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.models import Petition
from webapp.services import drafts
from webapp.services.actor import citizen

Make = Callable[..., Browser]
MATTER = f"{people.WRITING}/matter"


def test_the_person_says_at_the_start_that_it_is_about_a_matter_they_brought_before(
    browser: Make, scene: Scene
) -> None:
    own = browser(scene.citizen)
    assert MATTER in Page(own.get(f"{people.WRITING}/kind").text).links()
    page = Page(own.get(MATTER).text)
    assert page.holds("of") == ["new"] and "Khiếu nại, gửi ngày" in page.text
    for _ in range(2):
        assert own.post(MATTER, {"of": scene.petition.code}).location == people.WRITING
    assert "cùng việc với đơn gửi ngày" in Page(own.get(f"{people.WRITING}/kind").text).text
    assert Page(own.get(MATTER).text).holds("of") == [scene.petition.code]
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=utc_now())
    assert "cùng việc với đơn gửi ngày" in Page(own.get(f"{people.WRITING}/review").text).text
    own.post(f"{people.WRITING}/review")
    sent = db.session.query(Petition).filter_by(request_key=people.DRAFT).one()
    assert sent.case_id == scene.petition.case_id


def test_whoever_has_sent_nothing_is_not_asked(browser: Make, scene: Scene) -> None:
    assert MATTER not in Page(browser(people.a_citizen()).get(f"{people.WRITING}/kind").text).links()


def test_another_s_petition_is_no_answer(browser: Make, scene: Scene) -> None:
    own = browser(people.a_citizen())
    for answer in (scene.petition.code, "", "kkkkkkkkkkkkk3"):
        refused = own.post(MATTER, {"of": answer})
        assert refused.status_code == 422
        assert "Hãy chọn một việc trong danh sách." in Page(refused.text).beside("of")
    assert drafts.of(scene.citizen.id, people.DRAFT) is None


def test_a_petition_s_page_leads_to_what_else_is_about_the_matter_and_to_a_new_one(
    browser: Make, scene: Scene
) -> None:
    own = browser(scene.citizen)
    where = f"/petitions/{scene.petition.code}"
    page = Page(own.get(where).text)
    [another] = [one for one in page.all("form") if one.get("action", "").endswith("/matter")]
    assert own.post(another["action"], {"of": page.values("of")[0]}).status_code == 303
    [draft] = drafts.list_of(scene.citizen.id)
    page = Page(own.get(where).text)
    assert f"/petitions/new/{draft.key}" in page.links() and "Viết tiếp: Chưa chọn loại việc" in page.text
    drafts.keep(scene.citizen.id, draft.key, people.ANSWERS | {"kind": "feedback"}, now=utc_now())
    receipt = own.post(f"/petitions/new/{draft.key}/review").location
    other = receipt.removesuffix("/receipt")
    assert other in Page(own.get(where).text).links() and where in Page(own.get(other).text).links()


def beside(scene: Scene, **changed: str) -> Petition:
    """Another petition of the person's about the same matter."""
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS | changed, now=utc_now())
    drafts.stand_beside(scene.citizen.id, people.DRAFT, scene.petition, now=utc_now())
    today = utc_now().date()
    return drafts.submit(by=citizen(scene.citizen.id), now=utc_now(), today=today, key=people.DRAFT)


def test_the_officer_sees_joins_and_separates_and_what_was_typed_stays(browser: Make, scene: Scene) -> None:
    other = people.a_petition(paper_number="001062099999")
    desk = browser(scene.receive().officer)
    where = f"/desk/visit/{scene.code}/case"
    assert "Đơn cùng vụ việc: 0" in Page(desk.get("/desk").text).text
    refused = desk.post(where, {"do": "join", "other": in_groups(other.code), "reason": ""})
    page = Page(refused.text)
    assert (refused.status_code, page.values("other")) == (422, [in_groups(other.code)])
    assert "Hãy ghi lý do" in page.beside("reason")
    told = {"do": "join", "other": in_groups(other.code), "reason": "Cùng một thửa đất"}
    assert desk.post(where, told).location == where
    assert in_groups(other.code) in Page(desk.get("/desk").text).text
    citizen_s = Page(browser(scene.citizen).get(f"/petitions/{scene.petition.code}").text)
    assert other.code not in citizen_s.text and f"/petitions/{other.code}" not in citizen_s.links()
    assert desk.post(where, {"do": "separate", "reason": "Hai thửa khác nhau"}).location == where
    assert in_groups(other.code) not in Page(desk.get("/desk").text).text


def test_beside_an_open_petition_no_officer_sees_a_denunciation(browser: Make, scene: Scene) -> None:
    sealed = beside(scene, kind="denunciation", protection_wanted="no")
    desk = browser(scene.receive().officer)
    for path in ("/desk", f"/desk/visit/{scene.code}/case"):
        page = desk.get(path).text
        assert in_groups(sealed.code) not in page and sealed.code not in page
    assert db.session.get_one(Petition, sealed.id).kind is PetitionKind.DENUNCIATION


def test_whoever_follows_a_case_from_outside_learns_of_no_other_petition(browser: Make, scene: Scene) -> None:
    other = beside(scene)
    page = opened(browser, scene.petition).get("/track/case")
    assert page.status_code == 200 and "Cùng vụ việc" not in page.text
    assert other.code not in page.text and in_groups(other.code) not in page.text
