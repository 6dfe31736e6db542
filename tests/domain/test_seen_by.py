"""Whose one picture each end of a room is shown."""

from dataclasses import dataclass

import pytest

from webapp.domain.participants import ParticipantRole, is_seen, seen_by


@dataclass
class Seat:
    role: ParticipantRole
    has_floor: bool = False


OFFICER, CITIZEN = Seat(ParticipantRole.OFFICER), Seat(ParticipantRole.CITIZEN)
INTERPRETER, LEADER = Seat(ParticipantRole.INTERPRETER), Seat(ParticipantRole.LEADER)
SPEAKER = Seat(ParticipantRole.ADVISORY_UNIT, has_floor=True)


@pytest.mark.parametrize("viewer", [CITIZEN, INTERPRETER, LEADER])
def test_everyone_sees_the_officer_whoever_has_the_word(viewer: Seat) -> None:
    assert seen_by(viewer, [OFFICER, CITIZEN, INTERPRETER, LEADER, SPEAKER]) is OFFICER


def test_the_officer_sees_who_has_the_word_else_the_citizen_else_nobody() -> None:
    assert seen_by(OFFICER, [OFFICER, CITIZEN, INTERPRETER, SPEAKER]) is SPEAKER
    assert seen_by(OFFICER, [OFFICER, CITIZEN, INTERPRETER]) is CITIZEN
    assert seen_by(OFFICER, [OFFICER, INTERPRETER, LEADER]) is None


def test_two_see_each_other_by_their_own_call_and_nobody_by_this_one() -> None:
    assert seen_by(OFFICER, [OFFICER, SPEAKER]) is None
    assert seen_by(CITIZEN, [OFFICER, CITIZEN]) is None


def test_nobody_sees_themselves_and_a_guest_without_the_word_is_seen_by_nobody() -> None:
    room = [OFFICER, CITIZEN, INTERPRETER, SPEAKER]
    assert [seen_by(one, room) is one for one in room] == [False] * 4
    assert [is_seen(one, room) for one in room] == [True, False, False, True]
    assert is_seen(CITIZEN, [OFFICER, CITIZEN, INTERPRETER])
