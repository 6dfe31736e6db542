"""What a citizen tried before the call is kept with the visit: once, by themselves, in closed words."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.call_modes import Mode
from webapp.domain.device_check import Check, Found, Line, Way
from webapp.domain.errors import NotFound
from webapp.extensions import db
from webapp.models import DeviceCheck, EarlyCheck, Visit
from webapp.services import device_checks, my_data, reception, unit_of_work
from webapp.services.actor import Actor, citizen
from webapp.services.device_checks import VisitOver

pytestmark = pytest.mark.usefixtures("app")

LINE = Line(120, 3, 80, Way.RELAY, Mode.VOICE, Mode.SMALL_VIDEO)
FOUND = Check(Found.WORKS, Found.SILENT, Found.REFUSED, LINE)


def _waiting() -> tuple[Visit, Actor]:
    account = people.a_citizen()
    visit, _ = people.a_waiting_visit(people.a_sitting(), NINE, account)
    return visit, citizen(account.id)


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(DeviceCheck)) or 0


def test_one_opening_of_the_page_is_one_check_that_grows() -> None:
    visit, by = _waiting()
    opened = key()
    for minute, found in enumerate((Check(Found.WORKS), FOUND, FOUND)):
        device_checks.keep(visit.id, found, browser="Chrome", by=by, now=in_minutes(minute), key=opened)
    kept = device_checks.newest(visit.id)
    assert kept is not None
    assert (kept.microphone, kept.speaker, kept.camera, kept.line) == (
        Found.WORKS,
        Found.SILENT,
        Found.REFUSED,
        LINE,
    )
    assert (_count(), kept.at) == (1, in_minutes(1)), "the same again is no news"


def test_who_looks_at_the_visit_is_told_of_a_check_and_not_of_its_repetition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit, by = _waiting()
    heard: list[frozenset[str]] = []
    monkeypatch.setattr(unit_of_work, "listeners", [heard.append])
    opened = key()
    for _ in range(2):
        device_checks.keep(visit.id, FOUND, browser="", by=by, now=NINE, key=opened)
    assert heard == [frozenset({f"visit:{visit.code}"})]


def test_the_newest_counts_and_the_oldest_of_very_many_go() -> None:
    visit, by = _waiting()
    for minute in range(device_checks.MOST + 2):
        found = Check(Found.WORKS if minute else Found.MISSING)
        device_checks.keep(visit.id, found, browser="Safari", by=by, now=in_minutes(minute), key=key())
    newest = device_checks.newest(visit.id)
    assert newest is not None
    assert newest.at == in_minutes(device_checks.MOST + 1)
    assert _count() == device_checks.MOST
    assert db.session.scalar(select(func.min(DeviceCheck.at))) == in_minutes(2)


def test_another_keeps_nothing_there_and_nobody_once_it_is_over() -> None:
    visit, by = _waiting()
    stranger = citizen(people.a_citizen().id)
    with pytest.raises(NotFound):
        device_checks.keep(visit.id, FOUND, browser="", by=stranger, now=NINE, key=key())
    reception.leave(visit.id, by=by, now=NINE, key=key())
    with pytest.raises(VisitOver):
        device_checks.keep(visit.id, FOUND, browser="", by=by, now=NINE, key=key())
    assert _count() == 0


def test_it_stands_among_what_is_kept_about_the_person() -> None:
    visit, by = _waiting()
    device_checks.keep(visit.id, FOUND, browser="Chrome", by=by, now=NINE, key=key())
    told = json.loads(my_data.as_json(my_data.everything(by.account_id or 0), NINE))
    [row] = told["device_checks"]
    assert (row["microphone"], row["way"], row["kbits"]) == ("tốt", "nối qua máy trung chuyển", 120)


def _early(by: Actor, minute: float = 0, found: Check = FOUND, opened: str | None = None) -> bool:
    about: dict[str, Any] = {"browser": "Chrome", "by": by, "now": in_minutes(minute), "key": opened or key()}
    return device_checks.keep_early(found, **about)


def test_what_was_tried_before_there_was_a_place_goes_with_the_next_visit_with_its_moment() -> None:
    account = people.a_citizen()
    by = citizen(account.id)
    assert not _early(by), "of who has no petition nothing is kept"
    assert device_checks.newest_early(account.id, NINE) is None
    petition = people.a_petition(account)
    assert _early(by, 1, Check(Found.WORKS))
    opened = key()
    for minute, found in ((2, Check(Found.SILENT)), (3, FOUND), (4, FOUND)):
        assert _early(by, minute, found, opened)
    sitting = people.a_sitting_to_book()
    about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": in_minutes(9), "key": key()}
    visit = reception.book(petition.id, sitting.id, people.slots_of(sitting)[0], **about)
    db.session.rollback()
    kept = device_checks.newest(visit.id)
    assert kept is not None
    assert (kept.at, kept.speaker, kept.line) == (in_minutes(3), Found.SILENT, LINE)
    [checks] = [one.rows for one in my_data.everything(account.id) if one.name == "device_checks"]
    assert [row["number"] for row in checks] == [visit.ticket, None, None]


def test_a_visit_that_is_put_off_takes_along_what_was_tried_for_it() -> None:
    visit, by = _waiting()
    later, (_, officer) = people.a_sitting(in_minutes(24 * 60)), people.an_open_desk()
    device_checks.keep(visit.id, FOUND, browser="Chrome", by=by, now=in_minutes(1), key=key())
    to = reception.defer(visit.id, later.id, reason="Mất điện", by=officer, now=in_minutes(9), key=key())
    carried = device_checks.newest(to.id)
    assert carried and (carried.at, carried.speaker) == (in_minutes(1), Found.SILENT)


def test_of_checks_without_a_place_three_stay_and_none_longer_than_a_month() -> None:
    account, stranger = people.a_citizen(), people.a_citizen()
    people.a_petition(account)
    for minute in range(5):
        _early(citizen(account.id), minute)
    assert len(db.session.scalars(select(EarlyCheck)).all()) == device_checks.MOST_EARLY
    assert device_checks.newest_early(stranger.id, NINE) is None
    later = in_minutes(4) + device_checks.EARLY_KEPT
    assert device_checks.newest_early(account.id, later) is None
    device_checks.forget(later)
    db.session.rollback()
    assert db.session.scalars(select(EarlyCheck)).all() == []
