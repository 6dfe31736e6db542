"""Statements that wait for an officer: found whatever there is of visits, taken by one, written apart from a visit."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests import files, people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.notices import Notice
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep, Telling, WaitsFor
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import AuditEntry, Notification, Petition, Role, StatementTask, Visit
from webapp.services import (
    evidence,
    petition_changes,
    petitions,
    reception,
    statement_tasks,
    statements,
    unit_of_work,
)
from webapp.services.actor import Actor, citizen, officer
from webapp.services.evidence import Begun

pytestmark = pytest.mark.usefixtures("app")

SAID = "Công dân trình bày: đất bị thu hồi 312 mét vuông, biên bản đo thiếu 46 mét vuông."
READ_BACK, CONFIRMED, CONTESTED = StatementStep


def told(now: datetime = NINE, **changed: object) -> Petition:
    """Somebody tells instead of writing, and takes no number."""
    usual: dict[str, object] = {"told": Telling.OFFICER, "narrative": ""}
    return people.a_petition(people.a_citizen(), now, **(usual | changed))


def a_denunciation(**changed: object) -> Petition:
    return told(kind=PetitionKind.DENUNCIATION, protection_wanted=False, **changed)


def an_officer() -> Actor:
    return officer(people.an_officer().id)


def a_leader() -> Actor:
    return officer(people.staff(Role.LEADER).id)


def waiting(by: Actor, now: datetime = NINE) -> list[tuple[int, WaitsFor | None]]:
    db.session.rollback()
    return [(one.task.petition_id, one.task.waits_for) for one in statement_tasks.listed(by, now)]


def write(petition: Petition, by: Actor, body: str = SAID, base: int = 0, at: datetime = NINE) -> None:
    statements.write_apart(petition.id, body, base_version=base, by=by, now=at, key=key())


def answer(
    petition: Petition, what: StatementStep, words: str = "", version: int = 1, minute: int = 30
) -> None:
    by = citizen(petition.account_id)
    about = {"by": by, "now": in_minutes(minute), "key": key()}
    statements.answer(petition.id, what, words, version=version, **about)  # type: ignore[arg-type]


def tell_more(petition: Petition, at: datetime, seconds: int = 4) -> None:
    """Another recording, to a petition that was sent."""
    content, by = files.told(seconds), citizen(petition.account_id)
    about = {"store": objects, "inspect": inspection.inspect, "by": by, "now": at}
    place = evidence.place_of_petition(db.session.get_one(Petition, petition.id))
    evidence.take(place, Begun("Lời kể", len(content), seconds * 1000), content, key=key(), **about)  # type: ignore[arg-type]


def received(petition: Petition) -> tuple[Visit, Actor]:
    """Its author sits before an officer."""
    sitting, (desk, by) = people.a_sitting(), people.an_open_desk()
    author = citizen(petition.account_id)
    about = {"bridge_point_id": None, "by": author, "now": NINE, "key": key()}
    visit = reception.take_number(petition.id, sitting.id, **about)  # type: ignore[arg-type]
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    return reception.enter_room(visit.id, by=author, now=NINE), by


def end(visit: Visit, by: Actor) -> None:
    about = {"by": by, "now": in_minutes(20), "key": key()}
    reception.close(visit.id, OutcomeKind.ACCEPTED, None, "Đã ghi lời trình bày.", **about)  # type: ignore[arg-type]


def test_what_was_told_without_any_visit_waits_the_oldest_first_with_its_working_days() -> None:
    """From Wednesday over a week-end to Monday are three working days; who wrote everything waits for nobody."""
    later, first = told(in_minutes(60)), told()
    people.a_petition(people.a_citizen())
    monday = NINE + timedelta(days=5)
    lines = statement_tasks.listed(an_officer(), monday)
    assert [(one.task.petition_id, one.task.waits_since) for one in lines] == [
        (first.id, NINE),
        (later.id, in_minutes(60)),
    ]
    assert [(one.days, one.last, one.holder) for one in lines] == [(3, None, None)] * 2
    assert statement_tasks.count(an_officer(), monday) == 2


def test_a_contest_after_the_visit_comes_back_to_the_officers_with_who_wrote_last() -> None:
    petition, someone = told(), an_officer()
    visit, by = received(petition)
    assert waiting(someone) == [], "whoever is being received has their officer"
    with pytest.raises(Conflict, match="đang được tiếp"):
        statement_tasks.take(petition.code, by=someone, now=NINE)
    statements.write(visit.id, SAID, base_version=0, by=by, now=NINE, key=key())
    end(visit, by)
    assert waiting(someone) == []
    answer(petition, CONTESTED, "Đất là 321 mét vuông.")
    assert waiting(someone) == [(petition.id, WaitsFor.CONTESTED)]
    [line] = statement_tasks.listed(someone, in_minutes(40))
    assert line.last is not None and line.last.written_by_id == by.account_id
    assert line.task.waits_since == in_minutes(30)
    answer(petition, CONFIRMED, minute=35)
    assert waiting(someone) == []


def test_a_visit_that_ends_with_nothing_written_leaves_it_waiting() -> None:
    petition, someone = told(), an_officer()
    end(*received(petition))
    assert waiting(someone) == [(petition.id, WaitsFor.TOLD)]


def test_something_told_by_voice_after_the_last_version_waits_too_until_its_author_confirms() -> None:
    petition, by = told(), an_officer()
    statement_tasks.take(petition.code, by=by, now=NINE)
    write(petition, by)
    statement_tasks.give_back(petition.code, by=by, now=NINE)
    assert waiting(by) == []
    tell_more(petition, in_minutes(10))
    assert waiting(by) == [(petition.id, WaitsFor.MORE)]
    answer(petition, CONFIRMED)
    assert waiting(by) == []


def test_what_was_told_later_and_adds_nothing_is_done_with_the_same_words() -> None:
    """What the author confirmed stays confirmed. What came while the officer wrote is heard first."""
    petition, by = told(), an_officer()
    statement_tasks.take(petition.code, by=by, now=NINE)
    write(petition, by)
    answer(petition, CONFIRMED, minute=5)
    tell_more(petition, in_minutes(10))
    statement_tasks.take(petition.code, by=by, now=in_minutes(11))
    statement_tasks.open_taken(petition.code, by=by, now=in_minutes(12))
    tell_more(petition, in_minutes(13), 5)
    write(petition, by, base=1, at=in_minutes(14))
    assert waiting(by) == [(petition.id, WaitsFor.MORE)], "of the newest nothing can be said yet"
    statement_tasks.open_taken(petition.code, by=by, now=in_minutes(15))
    write(petition, by, base=1, at=in_minutes(16))
    assert waiting(by) == []
    found = statements.of(db.session.get_one(Petition, petition.id))
    assert found is not None and found.is_confirmed and found.version.version == 1
    tell_more(petition, in_minutes(20), 6)
    assert waiting(by) == [(petition.id, WaitsFor.MORE)]
    heard = db.session.scalars(select(AuditEntry).filter_by(action="statement_heard")).all()
    assert {one.object_id for one in heard} == {str(petition.id)} and {one.actor_id for one in heard} == {
        by.account_id
    }


def test_what_an_officer_has_in_hand_is_listed_however_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was decided without being written down comes after what still waits for its author."""
    decided = told()
    end(*received(decided))
    older, mine, by = told(in_minutes(1)), told(in_minutes(9)), an_officer()
    statement_tasks.take(mine.code, by=by, now=NINE)
    assert [one for one, _why in waiting(by)] == [mine.id, older.id, decided.id]
    monkeypatch.setattr(statement_tasks, "_MOST", 1)
    assert [one for one, _why in waiting(by)] == [mine.id, older.id]


def test_a_recording_beside_a_written_petition_waits_from_when_it_came() -> None:
    petition, by = people.a_petition(people.a_citizen()), an_officer()
    assert waiting(by) == []
    tell_more(petition, in_minutes(10))
    [line] = statement_tasks.listed(by, NINE)
    assert (line.task.petition_id, line.task.waits_since) == (petition.id, in_minutes(10))


def test_a_withdrawn_petition_waits_for_nobody_and_is_not_written() -> None:
    petition, by = told(), an_officer()
    statement_tasks.take(petition.code, by=by, now=NINE)
    author = citizen(petition.account_id)
    petition_changes.withdraw(petition.id, "Đã được giải quyết.", by=author, now=NINE, key=key())
    assert waiting(by) == []
    with pytest.raises(Conflict):
        write(petition, by)


def test_one_takes_it_the_others_see_who_and_it_is_given_back() -> None:
    petition, by, other = told(), an_officer(), an_officer()
    for _ in range(2):
        statement_tasks.take(petition.code, by=by, now=NINE)
    with pytest.raises(statement_tasks.TakenByAnother):
        statement_tasks.take(petition.code, by=other, now=in_minutes(5))
    [line] = statement_tasks.listed(other, in_minutes(5))
    assert line.holder is not None and line.holder.id == by.account_id
    assert [statement_tasks.count(one, in_minutes(5)) for one in (by, other)] == [1, 0]
    for _ in range(2):
        statement_tasks.give_back(petition.code, by=by, now=in_minutes(6))
    statement_tasks.give_back(petition.code, by=other, now=in_minutes(6))
    statement_tasks.take(petition.code, by=other, now=in_minutes(7))
    trail = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("statement_%")))
    assert list(trail) == ["statement_taken", "statement_given_back", "statement_taken"]


def test_what_was_taken_and_left_lying_is_free_for_others_on_the_next_day() -> None:
    petition, by, other = told(), an_officer(), an_officer()
    statement_tasks.take(petition.code, by=by, now=NINE)
    tomorrow = NINE + timedelta(days=1)
    [line] = statement_tasks.listed(other, tomorrow)
    assert line.holder is None and statement_tasks.count(other, tomorrow) == 1
    write(petition, by, at=tomorrow)
    answer(petition, CONTESTED, "Đất là 321 mét vuông.")
    statement_tasks.take(petition.code, by=other, now=tomorrow)
    with pytest.raises(Conflict):
        write(petition, by, f"{SAID} Thêm.", base=1, at=tomorrow)


def test_only_who_has_taken_it_writes_and_under_the_rules_of_every_version() -> None:
    petition, by, other = told(), an_officer(), an_officer()
    with pytest.raises(Conflict):
        write(petition, by)
    statement_tasks.take(petition.code, by=by, now=NINE)
    with pytest.raises(Conflict):
        write(petition, other)
    with pytest.raises(InvalidInput):
        write(petition, by, "ngắn quá")
    write(petition, by)
    with pytest.raises(statements.StatementMoved):
        write(petition, by, f"{SAID} Thêm.", base=0)
    write(petition, by, f"{SAID} Thêm.", base=1)
    db.session.rollback()
    found = statements.of(db.session.get_one(Petition, petition.id))
    assert found is not None and found.version.version == 2
    assert (found.version.visit_id, found.version.written_by_id) == (None, by.account_id)


def test_by_telephone_it_is_read_back_first_and_with_the_confirmation_it_is_done() -> None:
    petition, by = told(), an_officer()
    statement_tasks.take(petition.code, by=by, now=NINE)
    write(petition, by)
    about = {"version": 1, "by": by, "now": in_minutes(5)}
    with pytest.raises(Conflict, match="đọc lại"):
        statements.note_apart(petition.id, CONFIRMED, key=key(), **about)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        others = about | {"by": an_officer()}
        statements.note_apart(petition.id, READ_BACK, key=key(), **others)  # type: ignore[arg-type]
    for what in (READ_BACK, CONFIRMED):
        statements.note_apart(petition.id, what, key=key(), **about)  # type: ignore[arg-type]
    assert waiting(by) == [] and not statement_tasks.has_any(by)


def test_one_notice_says_that_there_is_something_to_read_until_it_was_answered() -> None:
    petition, by = told(), an_officer()
    statement_tasks.take(petition.code, by=by, now=NINE)
    write(petition, by)
    write(petition, by, f"{SAID} Thêm.", base=1)
    assert len(notices(petition)) == 1
    answer(petition, CONTESTED, "Đất là 321 mét vuông.", version=2)
    write(petition, by, f"{SAID} Sửa: 321 mét vuông.", base=2)
    [first, second] = notices(petition)
    assert first.body == second.body and "Mận" not in first.body and SAID not in first.body


def notices(petition: Petition) -> list[Notification]:
    of_statement = Notification.key.like(f"statement:{petition.id}:%:{Notice.STATEMENT_WRITTEN}")
    return list(db.session.scalars(select(Notification).where(of_statement)))


def test_of_a_denunciation_those_alone_know_who_may_open_its_identity() -> None:
    petition, usual = a_denunciation(), told(in_minutes(1))
    by, leader = an_officer(), a_leader()
    assert [one for one, _why in waiting(by)] == [usual.id]
    assert [one for one, _why in waiting(leader)] == [petition.id, usual.id]
    assert [statement_tasks.count(one, NINE) for one in (by, leader)] == [1, 2]
    for act in (statement_tasks.take, statement_tasks.give_back, statement_tasks.open_taken):
        with pytest.raises(NotFound):
            act(petition.code, by=by, now=NINE)
    with pytest.raises(NotFound):
        write(petition, by)
    statement_tasks.take(petition.code, by=leader, now=NINE)
    write(petition, leader)


def test_the_officer_who_received_a_denouncer_is_reached_by_their_contest() -> None:
    petition = a_denunciation()
    petitions.decide_gate(petition.id, online=True, reason="Việc phức tạp.", by=a_leader(), now=NINE)
    visit, by = received(petition)
    statements.write(visit.id, SAID, base_version=0, by=by, now=NINE, key=key())
    end(visit, by)
    answer(petition, CONTESTED, "Không đúng ngày.")
    assert waiting(by) == [(petition.id, WaitsFor.CONTESTED)]
    assert waiting(an_officer()) == []


def test_each_opening_is_written_down_and_none_without_having_taken_it() -> None:
    petition, by = told(), an_officer()
    with pytest.raises(Conflict):
        statement_tasks.open_taken(petition.code, by=by, now=NINE)
    statement_tasks.take(petition.code, by=by, now=NINE)
    for minute in (1, 2):
        statement_tasks.open_taken(petition.code, by=by, now=in_minutes(minute))
    read = db.session.scalars(select(AuditEntry).filter_by(action="content_read")).all()
    assert [(one.actor_id, one.object_id) for one in read] == [(by.account_id, str(petition.id))] * 2


def test_the_desks_hear_of_what_comes_what_is_taken_and_what_is_done() -> None:
    heard: list[frozenset[str]] = []
    unit_of_work.listeners.append(heard.append)
    try:
        petition, by = told(), an_officer()
        statement_tasks.take(petition.code, by=by, now=NINE)
        write(petition, by)
        answer(petition, CONTESTED, "Đất là 321 mét vuông.")
        people.a_petition(people.a_citizen())
    finally:
        unit_of_work.listeners.remove(heard.append)
    assert [topics for topics in heard if "statements" in topics] == [frozenset({"statements"})] * 4


def test_a_task_tells_nothing_of_what_was_told() -> None:
    """So that no list of them can name a denouncer."""
    told_of = set(StatementTask.__table__.columns.keys())
    assert told_of == {"petition_id", "waits_since", "waits_for", "officer_id", "taken_at", "heard_till"}
