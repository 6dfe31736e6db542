"""The table of a visit's states, written out from the product's page: nothing else moves a visit."""

from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest

from webapp.domain.errors import IllegalMove
from webapp.domain.visit_flow import (
    AT_DESK,
    ENDED,
    LIVE,
    OPEN_STATES,
    Action,
    By,
    State,
    VisitTimes,
    can,
    next_state,
)

SAME = "same"

TABLE = """
-           | book           | booked      | citizen bridge officer
-           | take_number    | waiting     | citizen bridge
booked      | check_in       | waiting     | citizen bridge
booked      | change         | same        | citizen bridge officer
booked      | set_priority   | same        | officer
waiting     | set_priority   | same        | officer
booked      | cancel         | cancelled   | citizen bridge officer system
waiting     | cancel         | cancelled   | citizen bridge officer system
called      | cancel         | cancelled   | system
interrupted | cancel         | cancelled   | system
waiting     | step_out       | same        | citizen
waiting     | step_back      | same        | citizen
waiting     | call           | called      | officer
called      | answer         | in_session  | citizen
called      | wait_a_little  | same        | citizen
called      | send_back      | waiting     | officer system
called      | mark_no_show   | no_show     | officer system
booked      | mark_no_show   | no_show     | system
no_show     | come_back      | waiting     | citizen
waiting     | leave          | left        | citizen
called      | leave          | left        | citizen
in_session  | lose           | interrupted | system
interrupted | resume         | in_session  | citizen
interrupted | resume_waiting | waiting     | citizen
in_session  | close          | finished    | officer
interrupted | close          | finished    | officer
waiting     | transfer       | same        | officer
called      | transfer       | same        | officer
in_session  | transfer       | same        | officer
interrupted | transfer       | same        | officer
booked      | defer          | deferred    | officer system
waiting     | defer          | deferred    | officer system
called      | defer          | deferred    | officer system
in_session  | defer          | deferred    | officer system
interrupted | defer          | deferred    | officer system
booked      | reschedule     | same        | system
"""


def _allowed() -> dict[tuple[Action, State | None, By], State]:
    allowed = {}
    for line in TABLE.strip().splitlines():
        source, action, target, who = (part.strip() for part in line.split("|"))
        state = None if source == "-" else State(source)
        to = state if target == SAME else State(target)
        assert to is not None
        for by in who.split():
            allowed[Action(action), state, By(by)] = to
    return allowed


ALLOWED = _allowed()


@pytest.mark.parametrize("action", Action)
def test_an_action_leads_where_the_table_says_and_is_refused_everywhere_else(action: Action) -> None:
    told, offered = {}, set()
    for state, by in product([None, *State], By):
        with suppress(IllegalMove):
            told[action, state, by] = next_state(action, state, by)
        if can(action, state, by):
            offered.add((action, state, by))
    expected = {move: to for move, to in ALLOWED.items() if move[0] is action}
    assert told == expected
    assert offered == set(expected), "the buttons on the pages are those that work"


def test_the_table_names_every_action_there_is() -> None:
    assert {action for action, _, _ in ALLOWED} == set(Action)


def test_an_ended_visit_moves_for_nobody_except_that_a_no_show_may_come_back() -> None:
    moves = {(action, state) for action, state, by in product(Action, ENDED, By) if can(action, state, by)}
    assert moves == {(Action.COME_BACK, State.NO_SHOW)}
    assert {State.FINISHED, State.NO_SHOW, State.LEFT, State.CANCELLED, State.DEFERRED} == ENDED


def test_an_admin_moves_no_visit() -> None:
    assert not [move for move in product(Action, [None, *State]) if can(*move, By.ADMIN)]


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    assert set(ALLOWED.values()) == set(State)
    for state in OPEN_STATES:
        assert {to for (_, source, _), to in ALLOWED.items() if source is state} & ENDED, state


def test_a_visit_at_a_desk_or_live_is_an_open_one() -> None:
    assert {State.CALLED, State.IN_SESSION} == AT_DESK
    assert {State.IN_SESSION, State.INTERRUPTED} == LIVE
    assert AT_DESK | LIVE < OPEN_STATES


def test_the_usual_times_are_those_that_people_are_told() -> None:
    minutes = {
        "answer": 3,
        "wait_a_little": 3,
        "step_out": 10,
        "come_back": 60,
        "sign_missing": 10 / 60,
        "lost": 0.5,
        "place_kept": 15,
        "check_in_before": 30,
    }
    times = VisitTimes()
    assert {name: getattr(times, name) for name in minutes} == {
        name: timedelta(minutes=length) for name, length in minutes.items()
    }
    assert (times.step_outs, times.calls_before_no_show) == (2, 2)
