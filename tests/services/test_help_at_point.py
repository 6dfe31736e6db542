"""What people can rely on when the staff of a bridge point help them: found only by who knows the whole of a
number, never where they denounce, never from another point; one deed however often it is sent.
"""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import people
from tests.people import NINE, key
from webapp.clock import local
from webapp.domain.codes import in_groups, new_code
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.helping import Confirmed, ToTell
from webapp.domain.identity_levels import IdentityLevel
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.visit_flow import By, State
from webapp.extensions import db
from webapp.models import (
    Account,
    AuditEntry,
    ContactDetails,
    IdentityCheck,
    Notification,
    Petition,
    PointHelp,
    Role,
    Sitting,
    SittingPlace,
    Visit,
)
from webapp.services import (
    call_backs,
    device_at_point,
    drafts,
    help_at_point,
    identity,
    people_at_point,
    place_requests,
    reception,
    schedule,
    words_owed,
)
from webapp.services.actor import Actor, bridge, citizen
from webapp.services.petition_steps import STEPS
from webapp.services.unit_of_work import unit_of_work

TODAY = local(NINE).date()
WHO = {
    "full_name": "Bạch Thị Thơm",
    "birth_year": "1948",
    "paper_kind": "citizen_card",
    "paper_number": "001148000321",
    "lives_in": "09706",
    "village": "Xóm Mít",
    "old_address": "",
} | dict.fromkeys(("issued_day", "issued_month", "issued_year", "issued_by"), "")
TOLD = {"kind": "complaint", "happened_in": "09700", "narrative": people.STORY, "against": "Quyết định số 15"}
TOLD |= {"settled": "no", "wish": "Đo lại đất của gia đình tôi."}


@pytest.fixture
def sitting(app: Flask) -> Sitting:
    people.places()
    return people.a_sitting()


@pytest.fixture
def by(sitting: Sitting) -> Actor:
    return bridge(people.staff(Role.BRIDGE, point=people.point_of(sitting).id).id)


def elsewhere() -> Actor:
    return bridge(people.staff(Role.BRIDGE, point=people.point_of(people.a_sitting()).id).id)


def registered(by: Actor, *, seen: bool = False, **changed: str) -> PointHelp:
    return people_at_point.register(WHO | changed, seen=seen, by=by, now=NINE, key=key())


def written(help: PointHelp, by: Actor, draft: str | None = None) -> Petition:
    draft = draft or new_code()
    assert help_at_point.write(help, draft, TOLD, now=NINE, today=TODAY) == []
    how: dict[str, object] = {"signed": True, "by": by, "now": NINE, "today": TODAY}
    return help_at_point.send(help, draft, Confirmed.READ_BACK, **how)  # type: ignore[arg-type]


def many(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_person_is_found_by_the_whole_of_a_number_alone_and_the_find_is_written_down_without_it(
    by: Actor,
) -> None:
    account = people.a_citizen("+84912345678")
    petition = people.a_petition(account)
    for typed in ("001 062 012.345", "0912 345 678", in_groups(petition.code).upper()):
        [help] = people_at_point.find(typed, by=by, now=NINE).helps
        assert help.account_id == account.id, typed
    assert many(PointHelp) == 2, "one page a day for the paper and one for the phone, however often"
    person = people_at_point.person(help)
    assert (person.full_name, person.paper) == ("Nguyễn Văn Lành", "•••••••••345")
    for part in ("00106201234", "Nguyễn Văn Lành", "09123", ""):
        with pytest.raises(InvalidInput):
            people_at_point.find(part, by=by, now=NINE)
    assert people_at_point.find("001062012346", by=by, now=NINE) == people_at_point.Found()
    entries = db.session.scalars(select(AuditEntry).filter_by(action="person_searched")).all()
    assert [entry.details["found"] for entry in entries] == [1, 1, 1, 0]
    assert not any("12345" in f"{entry.object_id} {entry.details}" for entry in entries)


def test_a_paper_opens_nothing_that_another_person_sent_from_the_same_account(by: Actor) -> None:
    account = people.a_citizen("+84912345678")
    mother = people.a_petition(account, full_name="Bạch Thị Thơm", paper_number="001148000321")
    son = people.a_petition(account)
    [help] = people_at_point.find("001148000321", by=by, now=NINE).helps
    assert people_at_point.person(help).full_name == "Bạch Thị Thơm"
    assert [petition.id for petition, _visit in help_at_point.petitions_of(help)] == [mother.id]
    with pytest.raises(NotFound):
        help_at_point.petition_of(help, son.code)
    [both] = people_at_point.find("0912345678", by=by, now=NINE).helps
    assert [petition.id for petition, _visit in help_at_point.petitions_of(both)] == [son.id, mother.id]


def test_who_denounces_is_not_found_not_named_and_may_not_be_written_for(sitting: Sitting, by: Actor) -> None:
    account, point = people.a_citizen("+84912345678"), people.point_of(sitting).id
    secret = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": False}
    sealed = people.a_petition(account, **secret, paper_number="001158000123")
    reception.take_number(
        sealed.id, sitting.id, bridge_point_id=point, by=citizen(account.id), now=NINE, key=key()
    )
    for typed in ("001158000123", "0912345678", sealed.code):
        assert people_at_point.find(typed, by=by, now=NINE) == people_at_point.Found(), typed
    people.a_petition(account)
    [help] = people_at_point.find("001062012345", by=by, now=NINE).helps
    assert sealed.id not in [petition.id for petition, _visit in help_at_point.petitions_of(help)]
    with pytest.raises(NotFound):
        help_at_point.petition_of(help, sealed.code)
    [row] = help_at_point.today(by, NINE)
    assert (row.name, row.help) == ("", None), "named only in what the point helps with"
    with pytest.raises(InvalidInput):
        help_at_point.write(help, new_code(), TOLD | {"kind": "denunciation"}, now=NINE, today=TODAY)
    alone = new_code()
    drafts.keep(account.id, alone, {"kind": "denunciation"}, now=NINE)
    with pytest.raises(NotFound):
        help_at_point.begun(help, alone)


def test_somebody_without_a_phone_is_registered_once_and_gets_no_message(by: Actor) -> None:
    again = key()
    help = people_at_point.register(WHO, seen=True, by=by, now=NINE, key=again)
    assert people_at_point.register(WHO, seen=True, by=by, now=NINE, key=again).id == help.id
    with pytest.raises(people_at_point.KnownAlready) as known:
        registered(by, full_name="Bạch Thị Thơm")
    assert [one.id for one in known.value.helps] == [help.id]
    with pytest.raises(InvalidInput):
        registered(by, paper_number="12")
    draft = new_code()
    petition = written(help, by, draft)
    assert written_again(help, by, draft).id == petition.id and many(Petition) == 1
    sent = db.session.get_one(Petition, petition.id)
    assert (sent.account_id, sent.petitioner.phone) == (help.account_id, None)
    helped = help_at_point.helped_with(petition.id)
    assert helped is not None and (helped.staff_id, helped.signed) == (by.account_id, True)
    assert many(Notification) == 0


def written_again(help: PointHelp, by: Actor, draft: str) -> Petition:
    how: dict[str, object] = {"signed": True, "by": by, "now": NINE, "today": TODAY}
    return help_at_point.send(help, draft, Confirmed.READ_BACK, **how)  # type: ignore[arg-type]


def test_an_account_that_a_point_opened_sends_no_denunciation(by: Actor) -> None:
    help = registered(by)
    with pytest.raises(Conflict):
        drafts.keep(help.account_id, new_code(), {"kind": "denunciation"}, now=NINE)
    with pytest.raises(Conflict):
        account = db.session.get_one(Account, help.account_id)
        people.a_petition(account, kind=PetitionKind.DENUNCIATION, protection_wanted=False)


def test_a_place_is_taken_at_this_point_alone_once_and_the_paper_in_hand_counts_as_seen(
    sitting: Sitting, by: Actor
) -> None:
    help = registered(by, seen=True)
    petition, again = written(help, by), key()
    about = {"priority": True, "by": by, "now": NINE}
    visit = help_at_point.take_place(help, petition, sitting.id, None, **about, key=again)  # type: ignore[arg-type]
    twice = help_at_point.take_place(help, petition, sitting.id, None, **about, key=again)  # type: ignore[arg-type]
    assert twice.id == visit.id and (many(Visit), many(IdentityCheck)) == (1, 1)
    assert visit.bridge_point_id == people.point_of(sitting).id
    event = db.session.get_one(Visit, visit.id).events[-1]
    assert (event.by, event.actor_id) == (By.BRIDGE, by.account_id)
    petition = db.session.get_one(Petition, petition.id)
    assert identity.standing_of(petition.account, petition.petitioner).level is IdentityLevel.SEEN
    [row] = help_at_point.today(by, NINE)
    assert (row.name, row.ahead) == ("Bạch Thị Thơm", 0)
    other = people.a_sitting()
    with pytest.raises(InvalidInput):
        help_at_point.take_place(help, written(help, by), other.id, None, **about, key=key())  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="không có số điện thoại"):
        call_backs.ask(visit.id, by=citizen(help.account_id), now=NINE, key=key())


def test_a_booked_place_is_moved_and_given_up_by_its_own_point_late_with_a_reason(
    by: Actor, app: Flask
) -> None:
    coming, point = people.a_sitting_to_book(), people_at_point.point_of(by)
    with unit_of_work() as work:
        work.session.add(SittingPlace(sitting_id=coming.id, bridge_point_id=point))
    first, second, *_ = people.slots_of(coming)
    help = registered(by)
    about = {"by": by, "now": NINE}
    visit = help_at_point.take_place(
        help, written(help, by), coming.id, first, priority=False, **about, key=key()
    )  # type: ignore[arg-type]
    stranger = elsewhere()
    for act in (
        lambda: help_at_point.place_here(visit.code, by=stranger),
        lambda: help_at_point.change(visit, coming.id, second, reason="", by=stranger, now=NINE, key=key()),
        lambda: help_at_point.give_up(visit, reason="", by=stranger, now=NINE, key=key()),
        lambda: people_at_point.opened(help.code, by=stranger, now=NINE),
        lambda: device_at_point.hand_over(visit, by=stranger, now=NINE),
    ):
        with pytest.raises(NotFound):
            act()
    moved = help_at_point.change(visit, coming.id, second, reason="", by=by, now=NINE, key=key())
    assert (moved.slot_start, moved.bridge_point_id) == (second, point)
    late = second - timedelta(minutes=30)
    with pytest.raises(InvalidInput):
        help_at_point.give_up(moved, reason="", by=by, now=late, key=key())
    assert help_at_point.give_up(moved, reason="Ốm", by=by, now=late, key=key()).state is State.CANCELLED
    assert many(Notification) == 0, "no phone, no message"
    with pytest.raises(NotFound):
        people_at_point.opened(help.code, by=by, now=NINE + timedelta(days=1))
    people_at_point.forget(NINE + timedelta(days=1))
    assert many(PointHelp) == 0


def test_registering_asks_what_a_petition_asks_of_a_person() -> None:
    assert set(WHO) == {field for step in people_at_point.STEPS for field in step.fields}
    assert {step.name for step in people_at_point.STEPS} <= {step.name for step in STEPS}


def an_admin() -> Actor:
    return Actor(people.staff(Role.ADMIN).id, By.ADMIN)


def with_a_place(by: Actor) -> tuple[Sitting, Visit]:
    """Somebody without a phone who is to come to the point on another day."""
    coming = people.a_sitting_to_book()
    with unit_of_work() as work:
        work.session.add(
            SittingPlace(sitting_id=coming.id, bridge_point_id=people_at_point.point_of(by, work.session))
        )
    help = registered(by)
    about: dict[str, Any] = {"priority": False, "by": by, "now": NINE, "key": key()}
    slot = people.slots_of(coming)[0]
    return coming, help_at_point.take_place(help, written(help, by), coming.id, slot, **about)


def owed(by: Actor) -> list[tuple[ToTell, str, datetime | None, datetime | None]]:
    db.session.rollback()
    return [(row.owed.what, row.name, row.owed.was, row.owed.becomes) for row in words_owed.untold(by, NINE)]


def test_who_has_no_phone_is_told_in_person_of_what_changed_until_somebody_ticks_it(by: Actor) -> None:
    coming, visit = with_a_place(by)
    admin, was = an_admin(), visit.slot_start
    with unit_of_work() as work:
        mail = {
            "email": "diemcau@hanoi.example",
            "email_confirmed_at": NINE,
            "full_name": "",
            "address": "",
            "updated_at": NINE,
        }
        work.session.add(ContactDetails(account_id=by.account_id, **mail))
    assert was is not None
    day = local(coming.starts_at).date()
    how: dict[str, Any] = {"overrule": True, "reason": "Mất điện", "by": admin, "now": NINE}
    for hour in (13, 14):
        schedule.move(coming.id, day, time(hour), **how, key=key())
    [(what, name, first, then)] = owed(by)
    assert (what, name, first) == (ToTell.MOVED, "Bạch Thị Thơm", was), "from the hour that they know"
    assert then == was + timedelta(hours=5)
    letters = [one.body for one in db.session.scalars(select(Notification))]
    assert len(letters) == 2 and all(visit.ticket in one and "Thơm" not in one for one in letters)
    [row] = words_owed.untold(by, NINE)
    with pytest.raises(NotFound):
        words_owed.told(row.owed.code, by=elsewhere(), now=NINE)
    for _ in range(2):
        words_owed.told(row.owed.code, by=by, now=NINE)
    assert owed(by) == []
    assert len(db.session.scalars(select(AuditEntry).filter_by(action="told_in_person")).all()) == 1
    schedule.cancel(coming.id, reason="Mất điện", by=admin, now=NINE, key=key())
    assert owed(by) == [(ToTell.GONE, "Bạch Thị Thơm", then, None)]


def test_who_has_no_phone_is_not_sent_home_when_their_place_is_taken_away(by: Actor) -> None:
    coming, visit = with_a_place(by)
    [first] = [
        one.id for one in db.session.get_one(Sitting, coming.id).places if one.id != visit.bridge_point_id
    ]
    edit = schedule.PlacesEdit((first,), True, (None,))
    how: dict[str, Any] = {"overrule": True, "reason": "Hỏng máy", "by": an_admin(), "now": NINE}
    schedule.change_places(coming.id, edit, **how, key=key())
    assert owed(by) == [(ToTell.GONE, "Bạch Thị Thơm", visit.slot_start, None)]
    assert db.session.get_one(Visit, visit.id).state is State.CANCELLED


def test_a_decision_about_the_place_is_told_in_person_and_lets_the_point_book(by: Actor) -> None:
    help = registered(by)
    petition, point = written(help, by), people_at_point.point_of(by)
    about: dict[str, Any] = {"by": citizen(help.account_id), "now": NINE, "key": key()}
    asked = place_requests.ask(
        petition.id, place_requests.Wish("2", point, "Tôi 78 tuổi, đi lại khó."), **about
    )
    until = (NINE + timedelta(days=20)).date().isoformat()
    verdict = place_requests.Verdict(True, "", "15/QĐ-TCD ngày 20/11/2026", point, until)
    leader = Actor(people.staff(Role.LEADER).id, By.OFFICER)
    for _ in range(2):
        place_requests.decide(asked.code, verdict, by=leader, now=NINE)
    assert owed(by) == [(ToTell.ALLOWED, "Bạch Thị Thơm", None, None)]


def test_a_strangers_place_is_given_up_with_a_reason_and_its_owner_is_told_once(
    sitting: Sitting, by: Actor
) -> None:
    account, point = people.a_citizen("+84912345678"), people.point_of(sitting).id
    petition, of_them = people.a_petition(account), citizen(account.id)
    visit = reception.take_number(
        petition.id, sitting.id, bridge_point_id=point, by=of_them, now=NINE, key=key()
    )
    how: dict[str, Any] = {"by": by, "now": NINE, "key": key()}
    with pytest.raises(InvalidInput) as refused:
        help_at_point.give_up(visit, reason=" ", **how)
    assert refused.value.field == "reason"
    for _ in range(2):
        help_at_point.give_up(visit, reason="Con gái gọi đến nhờ hủy", **how)
    db.session.rollback()
    of_place = select(Notification).where(Notification.key.contains(visit.code)).order_by(Notification.id)
    _of_the_number, message = db.session.scalars(of_place).all()
    assert message.recipient == account.phone and f"huy cho so {visit.ticket}" in message.body


def test_the_device_is_handed_to_whoever_was_seen_today_else_with_a_reason(
    sitting: Sitting, by: Actor
) -> None:
    help = registered(by, seen=True)
    petition, later = written(help, by), NINE + timedelta(days=2)
    another_day = people.a_sitting(later)
    point = people_at_point.point_of(by)
    with unit_of_work() as work:
        work.session.add(SittingPlace(sitting_id=another_day.id, bridge_point_id=point))
    about: dict[str, Any] = {"priority": False, "by": by, "now": later, "key": key()}
    visit = help_at_point.take_place(help, petition, another_day.id, None, **about)
    assert many(IdentityCheck) == 0, "a paper that was seen two days ago says nothing of who sits here"
    visit = db.session.get_one(Visit, visit.id)
    with pytest.raises(InvalidInput) as refused:
        device_at_point.hand_over(visit, by=by, now=later)
    assert refused.value.field == "reason"
    device_at_point.hand_over(visit, reason="Trưởng thôn đi cùng", by=by, now=later)
    db.session.rollback()
    [entry] = db.session.scalars(select(AuditEntry).filter_by(action="device_handed_over")).all()
    assert entry.details["seen"] is False and entry.details["reason"], (
        "why is kept, readable with the key alone"
    )
