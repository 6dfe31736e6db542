"""Sealed petitions by their code: for those who may open the identity, and as if there were none for all others."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests import files, people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import utc_now
from webapp.domain.codes import in_groups, new_code
from webapp.domain.petition_kinds import Gate, PetitionKind
from webapp.domain.representation import OnBehalf, Proof
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import AuditEntry, Evidence, Petition, Role, Visit
from webapp.services import evidence, reception
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Begun

Make = Callable[..., Browser]
FIND = "/desk/sealed"
WHY = {"reason": "Đối chiếu giấy tờ theo quyết định."}


def attach(
    petition: Petition, name: str, content: bytes, *, proves: tuple[Proof, ...] = (), shows: bool = True
) -> Evidence:
    by, place = citizen(petition.account_id), evidence.place_of_petition(petition)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": utc_now()}
    what = Begun(name, len(content), None, shows, proves)
    return evidence.take(place, what, content, key=people.key(), **about)


def a_denunciation(**changed: object) -> Petition:
    """By somebody who asks for protection, so that no visit ever comes of it here."""
    usual: dict[str, object] = {
        "kind": PetitionKind.DENUNCIATION,
        "protection_wanted": True,
        "full_name": "Tạ Thị Sen",
        "on_behalf": OnBehalf.LAWYER,
        "represented": "Trần Thị Mận",
    }
    petition = people.a_petition(people.a_citizen(), utc_now(), **(usual | changed))
    assert changed or petition.gate is Gate.IN_PERSON
    return petition


def links(page: Page) -> list[str]:
    return sorted({one["href"] for one in page.all("a") if "/files/" in one.get("href", "")})


def test_a_leader_comes_by_the_code_to_the_record_the_files_and_the_proofs_each_with_its_reason(
    browser: Make, scene: Scene
) -> None:
    petition = a_denunciation()
    card = attach(petition, "Thẻ của Sen.pdf", files.pdf(), proves=(Proof.LAWYER_CARD,))
    photo = attach(petition, "anh.jpg", files.photo(), shows=False)
    leader = browser(people.staff(Role.LEADER))
    assert FIND in leader.get("/desk").text
    found = leader.post(FIND, {"code": in_groups(petition.code).upper()})
    assert (found.status_code, found.location) == (303, f"{FIND}/{petition.code}")
    page = Page(leader.get(found.location).text)
    assert "Sen" not in page.text and "Thẻ luật sư" in page.text
    assert links(page) == sorted(f"{FIND}/{petition.code}/files/{one.code}" for one in (card, photo))
    assert leader.post(found.location, {"reason": "xem"}).status_code == 422
    record = Page(leader.post(found.location, dict(WHY)).text)
    assert "Tạ Thị Sen" in record.text and "Trần Thị Mận" in record.text
    assert links(record) == links(page)
    for link in links(page):
        asked = leader.get(link)
        assert asked.status_code == 200 and "Sen" not in asked.text
        assert leader.post(link, {"reason": "xem"}).status_code == 422
        opened = leader.post(link, dict(WHY))
        assert opened.status_code == 200 and "Sen" not in opened.headers["Content-Disposition"]
    told = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(("identity_opened", "evidence_opened")))
    )
    assert sorted((one.action, one.reason) for one in told) == [
        ("evidence_opened", WHY["reason"]),
        ("evidence_opened", WHY["reason"]),
        ("identity_opened", WHY["reason"]),
    ]
    [sought] = db.session.scalars(select(AuditEntry).filter_by(action="sealed_sought"))
    assert sought.details["found"] is True


@pytest.mark.parametrize(
    "whose", ["an officer who never received it", "a leader with another kind", "nobody's code"]
)
def test_to_all_others_a_code_reads_as_unknown(browser: Make, scene: Scene, whose: str) -> None:
    sealed, person = a_denunciation(), browser(people.staff(Role.LEADER))
    code = scene.petition.code
    if whose == "an officer who never received it":
        person, code = browser(scene.officer), sealed.code
    elif whose == "nobody's code":
        code = new_code()
    answer = person.post(FIND, {"code": code})
    assert answer.status_code == 404 and code in answer.text, "what was typed stays"
    assert "Không có đơn niêm phong nào mang mã này" in Page(answer.text).text
    for ask in (person.get, person.post):
        assert ask(f"{FIND}/{code}").status_code == 404
        assert ask(f"{FIND}/{code}/files/{new_code()}").status_code == 404


def test_a_mistyped_code_is_told_beside_the_field(browser: Make, scene: Scene) -> None:
    leader = browser(people.staff(Role.LEADER))
    for typed in ("", "abc", "x" * 300):
        answer = leader.post(FIND, {"code": typed})
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text


def test_the_officer_who_received_a_denouncer_comes_back_to_it_after_the_visit(
    browser: Make, scene: Scene
) -> None:
    waits = a_denouncer_waits(scene.sitting, scene.now, full_name="Tạ Thị Sen")
    petition, by = db.session.get_one(Visit, waits.id).petition, officer(scene.officer.id)
    about: dict[str, Any] = {"by": by, "now": utc_now(), "key": people.key()}
    reception.decide_gate(waits.id, online=True, reason="Việc phức tạp.", **about)
    assert browser(scene.officer).get(f"{FIND}/{petition.code}").status_code == 404
    reception.call(waits.id, scene.desk.id, **(about | {"key": people.key()}))
    page = browser(scene.officer).post(f"{FIND}/{petition.code}", dict(WHY))
    assert "Tạ Thị Sen" in page.text


def test_a_leader_who_opens_an_identity_from_the_desk_finds_links_that_work_and_no_form_that_does_not(
    browser: Make, scene: Scene
) -> None:
    waits = a_denouncer_waits(scene.sitting, scene.now, on_behalf=OnBehalf.LAWYER, represented="Trần Thị Mận")
    petition, by = db.session.get_one(Visit, waits.id).petition, officer(scene.officer.id)
    attach(petition, "the.pdf", files.pdf(), proves=(Proof.LAWYER_CARD,))
    about: dict[str, Any] = {"by": by, "now": utc_now(), "key": people.key()}
    reception.decide_gate(waits.id, online=True, reason="Việc phức tạp.", **about)
    reception.call(waits.id, scene.desk.id, **(about | {"key": people.key()}))
    reception.enter_room(waits.id, by=citizen(petition.account_id), now=utc_now())
    leader, path = browser(people.staff(Role.LEADER)), f"/desk/visit/{waits.code}/identity"
    page = Page(leader.post(path, dict(WHY)).text)
    [link] = links(page)
    assert leader.get(link).status_code == 200
    assert [one["action"] for one in page.all("form") if one.get("action", "").endswith("/seen")] == []
    officers = Page(browser(scene.officer).post(path, dict(WHY)).text)
    assert [one["action"] for one in officers.all("form") if one.get("action", "").endswith("/seen")]
    own = [link for link in links(officers) if not link.endswith("/seal")]
    assert own and {browser(scene.officer).get(link).status_code for link in own} == {200}
