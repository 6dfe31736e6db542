"""What the room believes of each end's link: less at once, more after a while, and what was tried before the call."""

import pytest

from tests import people
from tests.people import NINE, in_minutes, key
from tests.services.test_participants import a_guest, live
from webapp.domain.call_engine import End
from webapp.domain.call_modes import Mode
from webapp.domain.device_check import Check, Line, Way
from webapp.domain.errors import NotFound
from webapp.extensions import db
from webapp.models import Visit
from webapp.services import device_checks, links, participants, unit_of_work
from webapp.services.actor import guest

pytestmark = pytest.mark.usefixtures("app")


def known(visit: Visit) -> list[float | None]:
    db.session.rollback()
    return [one.kbits for one in links.ends_of(participants.in_order(visit.id, inside_only=True), NINE)]


def test_a_thinner_link_counts_at_once_and_a_better_one_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit, person, by = live()
    place = a_guest(visit, by)
    topics: list[str] = []
    monkeypatch.setattr(unit_of_work, "listeners", [lambda told: topics.extend(told)])
    told = [(0, 500, 500), (0.1, 90, 500), (0.2, 30, 30), (0.3, 500, 30), (0.4, 35, 30), (0.6, 500, 500)]
    for minute, kbits, believed in told:
        links.note(visit.id, kbits, by=person, now=in_minutes(minute))
        assert known(visit) == [None, believed, None], (minute, kbits)
    links.note(visit.id, 25, by=guest(place.id), now=NINE)
    assert known(visit) == [None, 500, 25]
    assert topics == [f"people:{visit.code}"] * 3, "those who find ways are told of what matters, and no more"


def test_until_a_citizen_tells_what_they_tried_before_the_call_counts() -> None:
    visit, person, _by = live()
    assert known(visit) == [None, None]
    line = Line(33, None, None, Way.RELAY, Mode.VOICE, Mode.VOICE)
    device_checks.keep(visit.id, Check(line=line), browser="Chrome", by=person, now=NINE, key=key())
    assert known(visit) == [None, 33]
    links.note(visit.id, 21, by=person, now=NINE)
    assert known(visit) == [None, 21]
    assert links.ends_of(participants.in_order(visit.id), NINE)[1] == End(
        participants.in_order(visit.id)[1].code, 21
    )


def test_what_was_tried_a_month_before_says_nothing_of_the_line() -> None:
    visit, person, _by = live()
    line = Line(33, None, None, Way.RELAY, Mode.VOICE, Mode.VOICE)
    long_ago = NINE - device_checks.EARLY_KEPT
    device_checks.keep(visit.id, Check(line=line), browser="Chrome", by=person, now=long_ago, key=key())
    assert known(visit) == [None, None]


def test_whoever_tells_nothing_new_waits_for_no_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    visit, person, _by = live()
    links.note(visit.id, 500, by=person, now=NINE)
    db.session.rollback()
    monkeypatch.setattr(links, "unit_of_work", lambda: pytest.fail("a writer's place was taken"))
    for kbits, minute in ((510, 1), (490, 2)):
        links.note(visit.id, kbits, by=person, now=in_minutes(minute))


def test_who_has_no_place_tells_nothing() -> None:
    visit, _person, by = live()
    _desk, stranger = people.an_open_desk()
    place = a_guest(visit, by)
    participants.remove(place.id, reason="Xong", by=by, now=NINE, key=key())
    for other in (stranger, guest(place.id)):
        with pytest.raises(NotFound):
            links.note(visit.id, 20, by=other, now=NINE)
