"""What people can rely on when they bring a petition: kept once, gated where the law says, its author sealed."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, InvalidInput, NotFound, QueueEmpty
from webapp.domain.identity_papers import Issue
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.petition_kinds import Gate, PetitionKind
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import AuditEntry, Petition, Petitioner, Role, Visit
from webapp.services import petitions, reception, visits
from webapp.services.actor import Actor, citizen, officer

pytestmark = pytest.mark.usefixtures("app")

NAME, NUMBER, OLD_ADDRESS = "Đỗ Văn Khoát", "001058099321", "Xóm Mít, xã Yên Bài cũ"


def test_a_petition_sent_twice_with_one_key_is_one_petition() -> None:
    people.places()
    by, same = citizen(people.a_citizen().id), key()
    first, second = (petitions.submit(people.fields(), by=by, now=NINE, key=same) for _ in range(2))
    assert first.code == second.code
    assert _count(Petition) == 1
    assert petitions.submit(people.fields(), by=by, now=NINE, key=key()).code != first.code


def test_one_persons_key_never_answers_with_another_persons_petition() -> None:
    people.places()
    same = key()
    mine, theirs = (
        petitions.submit(people.fields(), by=citizen(people.a_citizen().id), now=NINE, key=same)
        for _ in range(2)
    )
    assert mine.code != theirs.code


def test_another_persons_petition_is_not_found() -> None:
    owner, other = people.a_citizen(), people.a_citizen()
    petition = people.a_petition(owner)
    assert petitions.of_citizen(petition.code, owner.id).id == petition.id
    with pytest.raises(NotFound):
        petitions.of_citizen(petition.code, other.id)
    assert petitions.list_of_citizen(other.id) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lives_in": "00004"}, "lives_in"),
        ({"lives_in": "99999"}, "lives_in"),
        ({"lives_in": "00160", "old_address": "  a \x00 "}, "old_address"),
        ({"happened_in": "99999"}, "happened_in"),
        ({"narrative": "Quá ngắn"}, "narrative"),
        ({"full_name": " L "}, "full_name"),
        ({"paper_number": "123"}, "paper_number"),
        ({"kind": PetitionKind.DENUNCIATION}, "protection_wanted"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_place_and_nothing_is_kept(
    changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        people.a_petition(**changed)
    assert refusal.value.field == field
    assert _count(Petition) == 0


def test_where_it_happened_may_be_outside_the_pilot() -> None:
    assert people.a_petition(happened_in="00004").happened_in_code == "00004"


def test_who_lives_in_a_part_of_the_pilot_says_the_old_address() -> None:
    petition = people.a_petition(lives_in="00160", old_address=f" {OLD_ADDRESS} ")
    assert db.session.get_one(Petitioner, petition.id).old_address == OLD_ADDRESS


def test_a_denouncer_who_wants_protection_gets_no_number() -> None:
    sitting = people.a_sitting()
    petition, by = _denunciation(protection_wanted=True)
    assert petition.gate is Gate.IN_PERSON
    with pytest.raises(Conflict):
        _take_number(petition, sitting.id, by)
    assert _count(Visit) == 0


def test_a_denunciation_not_yet_decided_on_is_skipped_and_cannot_be_called() -> None:
    sitting = people.a_sitting()
    desk, at_desk = people.an_open_desk()
    petition, by = _denunciation()
    waiting = _take_number(petition, sitting.id, by)
    with pytest.raises(QueueEmpty):
        reception.call_next(desk.id, sitting.id, by=at_desk, now=NINE, key=key())
    with pytest.raises(Conflict):
        reception.call(waiting.id, desk.id, by=at_desk, now=NINE, key=key())
    later, _ = people.a_waiting_visit(sitting, in_minutes(5))
    called = reception.call_next(desk.id, sitting.id, by=at_desk, now=in_minutes(6), key=key())
    assert called.id == later.id
    assert visits.by_code(waiting.code).state is State.WAITING


def test_a_denunciation_decided_online_is_called_in_its_turn() -> None:
    sitting = people.a_sitting()
    desk, at_desk = people.an_open_desk()
    petition, by = _denunciation()
    waiting = _take_number(petition, sitting.id, by)
    people.a_waiting_visit(sitting, in_minutes(5))
    decide = {"online": True, "reason": "Vụ việc phức tạp, giữ kín được.", "by": at_desk}
    reception.decide_gate(waiting.id, **decide, now=in_minutes(6), key=key())
    reception.decide_gate(waiting.id, **decide, now=in_minutes(7), key=key())

    called = reception.call_next(desk.id, sitting.id, by=at_desk, now=in_minutes(8), key=key())
    assert called.id == waiting.id
    [entry] = _entries("denunciation_gate")
    assert (entry.actor_id, entry.object_id) == (at_desk.account_id, str(petition.id))
    assert entry.reason == "Vụ việc phức tạp, giữ kín được."


def test_a_denunciation_decided_in_person_gives_its_number_up_for_good() -> None:
    sitting = people.a_sitting()
    _desk, at_desk = people.an_open_desk()
    petition, by = _denunciation()
    waiting, same = _take_number(petition, sitting.id, by), key()
    for _ in range(2):
        visit = reception.decide_gate(
            waiting.id, online=False, reason="Cần giữ kín.", by=at_desk, now=in_minutes(1), key=same
        )
        assert visit.state is State.CANCELLED
    assert len(_entries("denunciation_gate")) == 1
    with pytest.raises(Conflict):
        _take_number(petition, sitting.id, by)
    with pytest.raises(Conflict):
        petitions.decide_gate(petition.id, online=True, reason="Đổi ý.", by=at_desk, now=NINE)


def test_a_decision_on_a_denunciation_needs_its_reason() -> None:
    petition, _ = _denunciation()
    by = officer(people.an_officer().id)
    with pytest.raises(InvalidInput) as refusal:
        petitions.decide_gate(petition.id, online=True, reason=" \n\x00", by=by, now=NINE)
    assert refusal.value.field == "reason"
    assert petitions.list_of_citizen(petition.account_id)[0].gate is Gate.AWAITING


def test_every_denouncers_identity_is_sealed_whatever_they_answered() -> None:
    kept, protected = _denunciation()[0], _denunciation(protection_wanted=True)[0]
    usual = people.a_petition()
    sealed = {row.petition_id: row.sealed for row in db.session.scalars(select(Petitioner))}
    assert sealed == {kept.id: True, protected.id: True, usual.id: False}


def test_who_petitions_is_nowhere_readable_in_the_database() -> None:
    issue = Issue(date(2021, 8, 15), "Công an tỉnh Hà Tây")
    petition, _ = _denunciation(full_name=NAME, paper_number=NUMBER, old_address=OLD_ADDRESS, issue=issue)
    people.a_petition()
    row = db.session.get_one(Petitioner, petition.id)
    assert (row.full_name, row.paper_number, row.old_address) == (NAME, NUMBER, OLD_ADDRESS)
    assert Issue(row.paper_issued_on, row.paper_issued_by or "") == issue

    raw = _everything_in_the_database()
    assert people.STORY.encode() in raw, "another kind's story is kept as it is, so the search does look"
    for secret in (NAME, NUMBER, OLD_ADDRESS, "2021-08-15", "tỉnh Hà Tây"):
        assert secret.encode() not in raw


def test_one_number_is_kept_differently_each_time_and_yet_found_again() -> None:
    for _ in range(2):
        people.a_petition(paper_number=NUMBER)
    rows = db.session.execute(text("SELECT paper_number, paper_look_up FROM petitioner")).all()
    assert len({bytes(number) for number, _ in rows}) == 2
    assert len({look_up for _, look_up in rows}) == 1


def test_opening_an_identity_needs_a_reason_and_leaves_who_and_why() -> None:
    petition, _ = _denunciation(full_name=NAME, paper_number=NUMBER)
    by, why = officer(people.staff(Role.LEADER).id), "Đối chiếu giấy tờ theo quyết định"
    for no_reason in ("", "   \x00   ", "xem"):
        with pytest.raises(InvalidInput):
            petitions.open_identity(petition.id, reason=no_reason, by=by, now=NINE)
    assert _entries("identity_opened") == []

    for minute in (1, 2):
        opened = petitions.open_identity(petition.id, reason=why, by=by, now=in_minutes(minute))
        assert opened.full_name == NAME
    entries = _entries("identity_opened")
    assert [(entry.actor_id, entry.object_id, entry.at) for entry in entries] == [
        (by.account_id, str(petition.id), in_minutes(1)),
        (by.account_id, str(petition.id), in_minutes(2)),
    ]
    assert all(entry.reason == why for entry in entries)
    with pytest.raises(NotFound):
        petitions.open_identity(petition.id + 999, reason=why, by=by, now=NINE)


def test_a_sealed_identity_is_opened_by_who_holds_or_held_its_visit_and_by_leaders_alone() -> None:
    sitting = people.a_sitting()
    (desk, holds), (_other_desk, beside) = people.an_open_desk(), people.an_open_desk()
    petition, author = _denunciation(full_name=NAME)
    waiting, why = _take_number(petition, sitting.id, author), "Đối chiếu giấy tờ theo quyết định"
    reception.decide_gate(waiting.id, online=True, reason="Phức tạp.", by=beside, now=NINE, key=key())
    reception.call(waiting.id, desk.id, by=holds, now=NINE, key=key())
    advisory = officer(people.staff(Role.ADVISORY).id)
    for stranger in (beside, advisory, officer(people.staff(Role.ADMIN).id), author):
        with pytest.raises(NotFound):
            petitions.open_identity(petition.id, reason=why, by=stranger, now=NINE)
    assert _entries("identity_opened") == []
    leader = officer(people.staff(Role.LEADER).id)
    for entitled in (holds, leader):
        assert petitions.open_identity(petition.id, reason=why, by=entitled, now=NINE).full_name == NAME
    reception.enter_room(waiting.id, by=author, now=NINE)
    about: dict[str, Any] = {"by": holds, "now": in_minutes(20), "key": key()}
    reception.close(waiting.id, OutcomeKind.VERIFYING, None, "Sẽ xác minh.", **about)
    assert petitions.open_identity(petition.id, reason=why, by=holds, now=in_minutes(30)).full_name == NAME


def _denunciation(protection_wanted: bool = False, **changed: Any) -> tuple[Petition, Actor]:
    account = people.a_citizen()
    petition = people.a_petition(
        account, kind=PetitionKind.DENUNCIATION, protection_wanted=protection_wanted, **changed
    )
    return petition, citizen(account.id)


def _take_number(petition: Petition, sitting_id: int, by: Actor) -> Visit:
    return reception.take_number(petition.id, sitting_id, bridge_point_id=None, by=by, now=NINE, key=key())


def _entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)))


def _count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _everything_in_the_database() -> bytes:
    cells = bytearray()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):
            for cell in row:
                cells += bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                cells += b"\n"
    return bytes(cells)
