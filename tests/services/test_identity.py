"""What an officer can rely on: how surely a person is known, who saw the paper, and who may find whom."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.identity_levels import ElectronicClaims, IdentityLevel
from webapp.domain.identity_papers import PaperKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.models import Account, AuditEntry, IdentityCheck, Petitioner, Role, Visit
from webapp.services import electronic_identity, identity, petitions, reception
from webapp.services.actor import Actor, bridge, citizen, officer
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

NUMBER, OTHER = "001062012345", "001158000123"
CARD = PaperKind.CITIZEN_CARD


def claims(number: str = NUMBER) -> ElectronicClaims:
    return ElectronicClaims("https://id.example", f"person {number}", "Nguyễn Văn Lành", number)


def received(account: Account | None = None, **changed: Any) -> tuple[Visit, Actor]:
    """A visit in session, and the officer who holds it."""
    sitting, account = people.a_sitting(), account or people.a_citizen()
    desk, at_desk = people.an_open_desk()
    petition, by = people.a_petition(account, **changed), citizen(account.id)
    visit = reception.take_number(petition.id, sitting.id, bridge_point_id=None, by=by, now=NINE, key=key())
    if petition.is_denunciation:
        reception.decide_gate(visit.id, online=True, reason="Phức tạp.", by=at_desk, now=NINE, key=key())
    reception.call(visit.id, desk.id, by=at_desk, now=NINE, key=key())
    return reception.enter_room(visit.id, by=by, now=NINE), at_desk


def standing(visit: Visit) -> identity.Standing:
    db.session.rollback()
    petition = db.session.get_one(Visit, visit.id).petition
    return identity.standing_of(petition.account, petition.petitioner)


def test_the_level_rises_with_each_fact_and_no_lesser_one_takes_it_back() -> None:
    with unit_of_work() as work:
        nobody = Account(created_at=NINE)
        work.session.add(nobody)
        work.session.flush()
    assert identity.standing_of(nobody).level is IdentityLevel.DECLARED
    account = people.a_citizen()
    visit, by = received(account)
    assert standing(visit).level is IdentityLevel.PHONE_CONFIRMED
    electronic_identity.link(claims(), account.id, now=NINE)
    assert standing(visit).level is IdentityLevel.ELECTRONIC
    identity.record_seen(visit.id, by=by, now=in_minutes(1))
    assert standing(visit).level is IdentityLevel.SEEN
    electronic_identity.sign_in(claims(), now=in_minutes(2))
    later, _ = received(account)
    assert standing(later).level is IdentityLevel.SEEN, "another day, the same paper"
    assert identity.standing_of(account).level is IdentityLevel.SEEN


def test_who_saw_the_paper_and_when_is_kept_once() -> None:
    visit, by = received()
    for minute in (1, 2):
        identity.record_seen(visit.id, by=by, now=in_minutes(minute))
    seen = standing(visit).seen
    assert seen is not None
    assert (seen.officer_id, seen.officer.full_name, seen.at) == (by.account_id, "Lê Thu Hà", in_minutes(1))
    [entry] = _entries("paper_seen")
    assert (entry.actor_id, entry.object_id, entry.at) == (by.account_id, str(visit.id), in_minutes(1))


@pytest.mark.parametrize("change", ["UPDATE identity_check SET officer_id = 1", "DELETE FROM identity_check"])
def test_the_database_refuses_to_forget_that_a_paper_was_seen(change: str) -> None:
    visit, by = received()
    identity.record_seen(visit.id, by=by, now=NINE)
    with pytest.raises(DatabaseError), unit_of_work() as work:
        work.session.execute(text(change))
    assert standing(visit).level is IdentityLevel.SEEN


def test_only_the_officer_of_the_visit_saw_the_paper_and_only_when_the_person_was_there() -> None:
    account = people.a_citizen()
    visit, by = received(account)
    for stranger in (officer(people.an_officer().id), citizen(account.id)):
        with pytest.raises(NotFound):
            identity.record_seen(visit.id, by=stranger, now=NINE)
    with pytest.raises(NotFound):
        identity.record_seen(visit.id + 99, by=by, now=NINE)
    sitting, (desk, at_desk) = people.a_sitting(), people.an_open_desk()
    waiting, _ = people.a_waiting_visit(sitting)
    reception.call(waiting.id, desk.id, by=at_desk, now=NINE, key=key())
    with pytest.raises(Conflict):
        identity.record_seen(waiting.id, by=at_desk, now=NINE)
    assert db.session.scalars(select(IdentityCheck)).all() == []


def test_the_staff_of_a_point_saw_only_the_papers_of_those_who_sit_there() -> None:
    sitting = people.a_sitting()
    point, elsewhere = people.point_of(sitting).id, people.point_of(people.a_sitting()).id
    helper, stranger = (bridge(people.staff(Role.BRIDGE, point=one).id) for one in (point, elsewhere))
    account = people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    about: dict[str, Any] = {"by": by, "now": NINE}
    visit = reception.take_number(petition.id, sitting.id, bridge_point_id=point, key=key(), **about)
    with pytest.raises(NotFound):
        identity.record_seen_at_point(visit.id, CARD, NUMBER, by=stranger, now=NINE)
    with pytest.raises(InvalidInput):
        identity.record_seen_at_point(visit.id, CARD, OTHER, by=helper, now=NINE)
    assert _entries("paper_seen") == []
    for _ in range(2):
        identity.record_seen_at_point(visit.id, CARD, NUMBER, by=helper, now=in_minutes(1))
    assert [entry.actor_id for entry in _entries("paper_seen")] == [helper.account_id]
    assert standing(visit).level is IdentityLevel.SEEN
    reception.leave(visit.id, key=key(), **about)
    with pytest.raises(Conflict):
        identity.record_seen_at_point(visit.id, CARD, NUMBER, by=helper, now=NINE)


def test_another_paper_of_the_same_account_was_not_seen() -> None:
    account = people.a_citizen()
    visit, by = received(account)
    identity.record_seen(visit.id, by=by, now=NINE)
    for_mother, _ = received(account, paper_number=OTHER)
    assert standing(for_mother).level is IdentityLevel.PHONE_CONFIRMED


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"paper_number": NUMBER}, True),
        ({"paper_number": OTHER}, False),
        ({"paper_kind": PaperKind.PASSPORT, "paper_number": "B1234567"}, None),
    ],
)
def test_an_electronic_identity_of_another_number_is_noticed(
    changed: dict[str, Any], same: bool | None
) -> None:
    account = people.a_citizen()
    electronic_identity.link(claims(), account.id, now=NINE)
    visit, _ = received(account, **changed)
    assert standing(visit).same_number is same


def test_a_sealed_identity_is_opened_before_its_paper_is_seen() -> None:
    visit, by = received(kind=PetitionKind.DENUNCIATION, protection_wanted=False)
    with pytest.raises(Conflict):
        identity.record_seen(visit.id, by=by, now=NINE)
    somebody_else = officer(people.staff(Role.LEADER).id)
    why = "Đối chiếu giấy tờ khi tiếp"
    petitions.open_identity(visit.petition_id, reason=why, by=somebody_else, now=NINE)
    with pytest.raises(Conflict):
        identity.record_seen(visit.id, by=by, now=NINE)
    petitions.open_identity(visit.petition_id, reason=why, by=by, now=NINE)
    assert identity.record_seen(visit.id, by=by, now=NINE).officer_id == by.account_id


def test_a_number_in_full_is_shown_without_a_reason_but_never_without_a_trace() -> None:
    petition, by = people.a_petition(), officer(people.an_officer().id)
    assert petitions.open_identity(petition.id, reason="", by=by, now=NINE).paper_number == NUMBER
    [entry] = _entries("identity_opened")
    assert (entry.actor_id, entry.object_id) == (by.account_id, str(petition.id))


def test_petitions_are_found_by_the_exact_paper_however_it_is_typed() -> None:
    by = officer(people.an_officer().id)
    first, second, _other = (people.a_petition(paper_number=number) for number in (NUMBER, NUMBER, OTHER))
    found = identity.search_paper(CARD, " 001 062 012.345 ", by=by, now=NINE)
    assert [one.id for one in found] == [second.id, first.id]
    assert identity.search_paper(CARD, "001062012346", by=by, now=NINE) == []
    as_personal_number = identity.search_paper(PaperKind.PERSONAL_NUMBER, NUMBER, by=by, now=NINE)
    assert as_personal_number == found, "a card bears the personal number"
    with pytest.raises(InvalidInput) as refusal:
        identity.search_paper(CARD, NUMBER[:6], by=by, now=NINE)
    assert refusal.value.field == "paper_number"


def test_who_searched_is_kept_and_the_number_is_not() -> None:
    by = officer(people.an_officer().id)
    people.a_petition(paper_number=NUMBER)
    identity.search_paper(CARD, NUMBER, by=by, now=NINE)
    identity.search_paper(CARD, OTHER, by=by, now=NINE)
    entries = _entries("paper_searched")
    assert [(entry.actor_id, entry.details["found"]) for entry in entries] == [
        (by.account_id, 1),
        (by.account_id, 0),
    ]
    assert not [entry for entry in entries if NUMBER in f"{entry.object_id}{entry.details}"]


def test_a_denunciation_is_never_found_by_its_authors_paper() -> None:
    by = officer(people.an_officer().id)
    usual = people.a_petition(paper_number=NUMBER)
    denounced = people.a_petition(
        kind=PetitionKind.DENUNCIATION, protection_wanted=False, paper_number=NUMBER
    )
    assert [one.id for one in identity.search_paper(CARD, NUMBER, by=by, now=NINE)] == [usual.id]
    of_usual, of_denounced = (db.session.get_one(Petitioner, one.id) for one in (usual, denounced))
    assert identity.earlier_with(of_usual) == []
    assert [one.id for one in identity.earlier_with(of_denounced)] == [usual.id]


def _entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)))
