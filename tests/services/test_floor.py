"""What people can rely on about the word in a room: who may be heard, and who decides it."""

import pytest

from tests.people import NINE, key
from tests.services.test_participants import a_guest, happenings, live
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.participants import Happening, ParticipantRole, microphone_is_open
from webapp.extensions import db
from webapp.models import Visit
from webapp.services import floor, participants
from webapp.services.actor import Actor, guest

pytestmark = pytest.mark.usefixtures("app")


def heard(visit: Visit) -> list[str]:
    """Whose microphones are open now."""
    db.session.expire_all()
    return [one.role for one in participants.in_order(visit.id, inside_only=True) if one.microphone_open]


def about(by: Actor) -> dict[str, object]:
    return {"by": by, "now": NINE, "key": key()}


@pytest.mark.parametrize(
    ("role", "moderated", "has_floor", "muted", "is_open"),
    [
        ("officer", True, False, True, True),
        ("officer", False, False, True, True),
        ("citizen", False, False, False, True),
        ("citizen", False, False, True, False),
        ("citizen", True, False, False, False),
        ("citizen", True, True, False, True),
        ("interpreter", False, True, True, False),
    ],
)
def test_a_microphone_is_open_by_one_rule(
    role: str, moderated: bool, has_floor: bool, muted: bool, is_open: bool
) -> None:
    role_of = ParticipantRole(role)
    assert microphone_is_open(role_of, moderated=moderated, has_floor=has_floor, muted=muted) is is_open


def test_talk_is_free_until_the_sitting_is_moderated() -> None:
    visit, person, by = live()
    inside = a_guest(visit, by)
    assert heard(visit) == ["officer", "citizen", "interpreter"]
    floor.moderate(visit.id, True, **about(by))
    assert heard(visit) == ["officer"]
    floor.raise_hand(visit.id, True, **about(guest(inside.id)))
    db.session.expire_all()
    assert [one.role for one in participants.in_order(visit.id) if one.hand_raised_at] == ["interpreter"]
    floor.give_floor(inside.id, **about(by))
    assert heard(visit) == ["officer", "interpreter"]
    assert not any(one.hand_raised_at for one in participants.in_order(visit.id))
    floor.give_floor(participants.of_actor(visit.id, person).id, **about(by))
    assert heard(visit) == ["officer", "citizen"], "one at a time has the word"
    floor.take_floor(participants.of_actor(visit.id, person).id, **about(by))
    assert heard(visit) == ["officer"]
    floor.moderate(visit.id, False, **about(by))
    assert heard(visit) == ["officer", "citizen", "interpreter"]


def test_the_chair_closes_all_microphones_and_opens_one() -> None:
    visit, _person, by = live()
    inside = a_guest(visit, by)
    floor.mute_all(visit.id, True, **about(by))
    assert heard(visit) == ["officer"]
    floor.give_floor(inside.id, **about(by))
    assert heard(visit) == ["officer", "interpreter"]
    floor.mute(inside.id, True, **about(by))
    assert heard(visit) == ["officer"]
    floor.mute_all(visit.id, False, **about(by))
    assert heard(visit) == ["officer", "citizen", "interpreter"]


def test_what_is_said_twice_happens_once_and_a_late_copy_changes_nothing() -> None:
    visit, _person, by = live()
    inside = a_guest(visit, by)
    before, first = len(happenings(visit)), key()
    for _ in range(2):
        floor.give_floor(inside.id, by=by, now=NINE, key=first)
    floor.take_floor(inside.id, **about(by))
    floor.give_floor(inside.id, by=by, now=NINE, key=first)
    floor.raise_hand(visit.id, False, **about(guest(inside.id)))
    assert [what for what, _ in happenings(visit)[before:]] == [Happening.FLOOR_GIVEN, Happening.FLOOR_TAKEN]
    assert not participants.of_actor(visit.id, guest(inside.id)).has_floor


def test_only_the_chair_gives_the_word_and_only_to_who_is_there() -> None:
    visit, person, by = live()
    inside = a_guest(visit, by)
    _visit, other, stranger = live()
    for someone in (person, guest(inside.id), stranger, other):
        for act in (floor.give_floor, floor.take_floor):
            with pytest.raises(NotFound):
                act(inside.id, **about(someone))
        with pytest.raises(NotFound):
            floor.mute_all(visit.id, True, **about(someone))
        with pytest.raises(NotFound):
            floor.moderate(visit.id, True, **about(someone))
    with pytest.raises(NotFound):
        floor.raise_hand(visit.id, True, **about(other))
    participants.remove(inside.id, reason="Xong", by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        floor.give_floor(inside.id, **about(by))
    with pytest.raises(NotFound):
        floor.raise_hand(visit.id, True, **about(guest(inside.id)))
