"""From the page of an individual case to its decision and to a place: what citizen and leader are shown."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import people
from tests.views.conftest import Browser, Page
from webapp.clock import local, utc_now
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.models import PlaceRequest, Role, Sitting, Visit
from webapp.services.unit_of_work import unit_of_work

WISH = {"place": "home", "ground": "2", "reason": "Tôi 78 tuổi, đi lại khó, nhà xa điểm cầu."}


def ask(person: Browser, code: str) -> PlaceRequest:
    assert person.post(f"/petitions/{code}/place", {**WISH, "key": people.key()}).status_code == 303
    return db.session.query(PlaceRequest).order_by(PlaceRequest.id.desc()).first()  # type: ignore[return-value]


def test_a_citizen_asks_a_leader_approves_and_home_can_be_chosen(
    app: Flask, browser: Callable[..., Browser], page: Callable[..., Page]
) -> None:
    sitting = people.a_sitting_to_book(utc_now())
    with unit_of_work() as work:
        work.session.get_one(Sitting, sitting.id).home_offered = False
    account = people.a_citizen()
    person, leader = browser(account), browser(people.staff(Role.LEADER))
    petition = people.a_petition(account, utc_now())
    booking = page(person.get(f"/petitions/{petition.code}/book"))
    assert f"/petitions/{petition.code}/place" in booking.links()
    assert "home" not in booking.values("place")

    refused = person.post(f"/petitions/{petition.code}/place", {**WISH, "place": "", "key": people.key()})
    assert (refused.status_code, page(refused).holds("reason")) == (422, [WISH["reason"]])
    asked = ask(person, petition.code)
    assert "Chờ lãnh đạo xem" in page(person.get(f"/petitions/{petition.code}/place")).text
    listed = page(leader.get("/place-requests"))
    assert f"/place-requests/{asked.code}" in listed.links()
    unsaid = leader.post(f"/place-requests/{asked.code}", {"do": "approve", "place": "home"})
    assert (unsaid.status_code, page(unsaid).beside("decision") != "") == (422, True)
    verdict = {"do": "approve", "place": "home", "decision": "15/QĐ-TCD ngày 20/11/2026"}
    verdict["until"] = local(sitting.starts_at).date().isoformat()
    for _ in range(2):
        assert leader.post(f"/place-requests/{asked.code}", verdict).status_code == 303

    assert verdict["decision"] in page(person.get(f"/petitions/{petition.code}/place")).text
    shown = page(person.get(f"/petitions/{petition.code}/book"))
    assert "home" in shown.values("place")
    slot = shown.values("slot")[0]
    person.post(f"/petitions/{petition.code}/book", {"place": "home", "slot": slot, "key": people.key()})
    assert db.session.query(Visit).one().bridge_point_id is None


@pytest.mark.parametrize("protected", [True, False])
def test_of_a_denunciation_the_leader_reads_no_name_and_the_protected_are_sent_another_way(
    app: Flask, browser: Callable[..., Browser], page: Callable[..., Page], protected: bool
) -> None:
    account = people.a_citizen()
    about = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": protected}
    petition = people.a_petition(account, utc_now(), **about)
    person, leader = browser(account), browser(people.staff(Role.LEADER))
    where, wish = f"/petitions/{petition.code}/place", {**WISH, "ground": "4", "key": people.key()}
    wish["reason"] = "Tôi là Nguyễn Văn Lành, tôi không muốn ai ở xã thấy tôi đến."
    answer = person.post(where, wish)
    if protected:
        assert (answer.status_code, person.get(where).status_code) == (302, 302)
        assert db.session.query(PlaceRequest).count() == 0
        assert where not in person.get(f"/petitions/{petition.code}").text
        return
    asked = db.session.query(PlaceRequest).one()
    for path in ("/place-requests", f"/place-requests/{asked.code}"):
        assert "Lành" not in leader.get(path).text
