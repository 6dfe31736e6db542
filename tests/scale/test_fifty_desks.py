"""Fifty desks at one queue of a thousand: nobody is called twice, nobody is passed over."""

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from tests.scale import caller, hall
from webapp.domain.visit_flow import Action, State
from webapp.extensions import db
from webapp.models import Visit, VisitEvent

PEOPLE, DESKS = 1_000, 50


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.alone
@pytest.mark.long
def test_fifty_desks_call_each_of_a_thousand_people_once(
    app: Flask, database_url: str, tmp_path: Path, processes: int
) -> None:
    sitting, first_desk = hall.fill(PEOPLE, DESKS)
    if processes == 1:
        shares = [caller.receive_all(database_url, tmp_path, sitting.id, first_desk, DESKS)]
    else:
        shares = caller.in_processes(processes, database_url, tmp_path, sitting.id, first_desk, DESKS)

    assert all(len(numbers) > PEOPLE / 10 for numbers, _seconds in shares), "they called side by side"
    called = [number for numbers, _seconds in shares for number in numbers]
    assert sorted(called) == list(range(1, PEOPLE + 1))
    assert {state for (state,) in db.session.query(Visit.state)} == {State.FINISHED}
    assert _calls_of_each_visit() == {1}
    assert _most_at_one_desk() == 1


def _calls_of_each_visit() -> set[int]:
    calls = db.session.query(VisitEvent.visit_id).filter(VisitEvent.action == Action.CALL)
    return set(Counter(visit_id for (visit_id,) in calls).values())


def _most_at_one_desk() -> int:
    """From the log: a desk gets one person, and gives them up before it gets another."""
    most, at_desk = 0, Counter[int]()
    events = db.session.query(VisitEvent).filter(VisitEvent.desk_id.is_not(None)).order_by(VisitEvent.id)
    for event in events:
        desk = event.desk_id or 0
        at_desk[desk] += {Action.CALL: 1, Action.CLOSE: -1}.get(event.action, 0)
        most = max(most, at_desk[desk])
    return most
