"""What people can rely on about being signed in: how long, on which device, and that an end is an end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.devices import Device, device_of
from webapp.domain.errors import NotFound
from webapp.extensions import db
from webapp.models import Account, AuditEntry, SignInSession
from webapp.services import accounts, sessions, unit_of_work
from webapp.services.actor import SYSTEM, Actor, citizen, officer

pytestmark = pytest.mark.usefixtures("app")

HOURS = 60


@pytest.fixture
def person() -> Account:
    return people.a_citizen()


@pytest.mark.parametrize(("shared", "hours"), [(False, 30 * 24), (True, 6)])
def test_a_citizen_stays_signed_in_so_long(person: Account, shared: bool, hours: int) -> None:
    code = _begin(person, shared=shared)
    assert _holder(code, in_minutes(hours * 60 - 1)) == person.id
    assert _holder(code, in_minutes(hours * 60)) is None


def test_staff_sign_in_for_a_working_day() -> None:
    code = _begin(people.an_officer())
    assert _holder(code, in_minutes(12 * HOURS - 1))
    assert _holder(code, in_minutes(12 * HOURS)) is None


@pytest.mark.parametrize("code", ["", "1.1", "12", "guest", "2" * 14, "x" * 500, "\x00"])
def test_what_names_no_session_signs_nobody_in(person: Account, code: str) -> None:
    _begin(person)
    assert _holder(code, NINE) is None


def test_the_list_tells_each_device_and_when_within_an_hour_it_was_seen(person: Account) -> None:
    first = _begin(person, device=Device("Chrome", "Android"))
    second = _begin(person, device=Device("Firefox", "Windows"), shared=True, now=in_minutes(30))
    _begin(people.a_citizen())
    for minute in (59, 60, 100):
        _holder(first, in_minutes(minute))
    told = [
        (one.code, one.browser, one.system, one.shared, one.begun_at, one.last_seen_at)
        for one in sessions.list_of(person.id, now=in_minutes(100))
    ]
    assert told == [
        (second, "Firefox", "Windows", True, in_minutes(30), in_minutes(30)),
        (first, "Chrome", "Android", False, NINE, in_minutes(60)),
    ]
    assert [one.code for one in sessions.list_of(person.id, now=in_minutes(8 * HOURS))] == [first]


def test_ending_one_session_leaves_the_others_and_is_on_record(person: Account) -> None:
    lost, kept = _begin(person), _begin(person)
    for minute in (1, 2):
        sessions.end(lost, by=citizen(person.id), now=in_minutes(minute))
    assert (_holder(lost, in_minutes(2)), _holder(kept, in_minutes(2))) == (None, person.id)
    [entry] = db.session.scalars(select(AuditEntry).filter_by(action="session_ended"))
    assert (entry.actor_id, entry.at) == (person.id, in_minutes(1))


def test_ending_all_others_leaves_this_one(person: Account) -> None:
    others, here, elsewhere = [_begin(person), _begin(person)], _begin(person), _begin(people.a_citizen())
    sessions.end_others(here, by=citizen(person.id), now=NINE)
    assert [_holder(code, NINE) for code in others] == [None, None]
    assert _holder(here, NINE) == person.id
    assert _holder(elsewhere, NINE)


def test_nobody_ends_the_session_of_another(person: Account) -> None:
    theirs = _begin(person)
    for by in (citizen(people.a_citizen().id), officer(people.an_officer().id), SYSTEM):
        _refused(theirs, by)
    _refused("2" * 14, citizen(person.id))
    assert _holder(theirs, NINE) == person.id


def test_every_end_is_announced_once_and_found_by_who_missed_it(
    person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(unit_of_work, "listeners", [heard.extend])
    one, two, here = _begin(person), _begin(person), _begin(person)
    sessions.end(one, by=citizen(person.id), now=in_minutes(1))
    sessions.end_others(here, by=citizen(person.id), now=in_minutes(2))
    accounts.disable(person.id, by=SYSTEM, now=in_minutes(3))
    assert heard == [f"revoked:{code}" for code in (one, two, here)]
    assert sorted(sessions.over_since(NINE, now=in_minutes(3))) == sorted([one, two, here])
    assert sessions.over_since(in_minutes(2), now=in_minutes(3)) == [here]


def test_a_session_whose_time_is_over_is_found_too(person: Account) -> None:
    code = _begin(person, shared=True)
    end = in_minutes(6 * HOURS)
    assert sessions.over_since(end - timedelta(seconds=10), now=end - timedelta(seconds=1)) == []
    assert sessions.over_since(end - timedelta(seconds=10), now=end) == [code]


def test_a_repeated_request_begins_one_session(person: Account) -> None:
    codes = {sessions.begin(person, Device(), now=NINE, key="key-00000001").code for _ in range(2)}
    assert len(codes) == 1
    assert sessions.begin(person, Device(), now=NINE).code not in codes


def test_what_is_over_leaves_the_table_a_day_later(person: Account) -> None:
    ended, outlived, alive = _begin(person), _begin(person, shared=True), _begin(person)
    sessions.end(ended, by=citizen(person.id), now=NINE)
    sessions.forget(in_minutes(23 * HOURS))
    assert _kept() == {ended, outlived, alive}
    sessions.forget(in_minutes(31 * HOURS))
    assert _kept() == {alive}


def test_neither_address_nor_the_browsers_own_words_are_kept(person: Account) -> None:
    agent = (
        "Mozilla/5.0 (Linux; Android 13; SM-A135F Build/TP1A) AppleWebKit/537.36 Chrome/120.0.6099.43 Mobile"
    )
    _begin(person, device=device_of(agent))
    with db.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM sign_in_session").mappings()
    assert {str(row["browser"]), str(row["system"])} == {"Chrome", "Android"}
    assert not [value for value in row.values() if "SM-A135F" in str(value) or "120.0" in str(value)]
    assert not [name for name in row if "address" in name or "agent" in name]


def _begin(
    person: Account, *, shared: bool = False, device: Device | None = None, now: datetime = NINE
) -> str:
    return sessions.begin(person, device or Device("Chrome", "Android"), shared=shared, now=now).code


def _holder(code: str, now: datetime) -> int | None:
    found = sessions.holder(code, now=now)
    return found.id if found else None


def _refused(code: str, by: Actor) -> None:
    with pytest.raises(NotFound):
        sessions.end(code, by=by, now=NINE)


def _kept() -> set[str]:
    return set(db.session.scalars(select(SignInSession.code)))
