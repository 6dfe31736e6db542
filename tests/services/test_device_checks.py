"""What a citizen tried before the call is kept with the visit: once, by themselves, in closed words."""

import json

import pytest
from sqlalchemy import func, select

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.call_modes import Mode
from webapp.domain.device_check import Check, Found, Line, Way
from webapp.domain.errors import NotFound
from webapp.extensions import db
from webapp.models import DeviceCheck, Visit
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
