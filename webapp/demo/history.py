"""The two weeks behind the demo's today."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..clock import local
from ..domain.outcomes import OutcomeKind, RefusalGround
from ..domain.petition_kinds import PetitionKind
from .lives import is_received, leaves, misses
from .places_and_people import CITIZENS
from .sittings import DAYS_PAST, at
from .story import DATA, Decision, Life, Matter, Story, Turn

_SLOTS = ((8, 0), (8, 45), (9, 30), (10, 15), (13, 30), (14, 15))
_SEALED_TURN, _SEALED_WHO = 17, 19
_RETURNING = [who for who in range(len(CITIZENS)) if who not in (5, _SEALED_WHO)]
"""Who comes in the history; the two denouncers bring nothing else, so that no other petition names them."""


@dataclass(frozen=True)
class _Told:
    """A matter as it may come up anywhere, and how it ended."""

    kind: PetitionKind
    narrative: str
    decision: Decision


def past_visits(story: Story) -> list[Life]:
    """Six visits on each working day of the last two weeks."""
    today = local(story.now).date()
    days = [today - timedelta(days=n) for n in range(DAYS_PAST, 0, -1)]
    slots = [(day, slot) for day in days if day.weekday() < 5 for slot in _SLOTS]
    usual, sealed = _read_told()
    turns = [_past_turn(story, place, at(day, *slot)) for place, (day, slot) in enumerate(slots)]
    told = [usual[place % len(usual)] if place != _SEALED_TURN else sealed for place in range(len(turns))]
    return [_past_visit(story, place, turn, told[place]) for place, turn in enumerate(turns)]


def _read_told() -> tuple[list[_Told], _Told]:
    """What usually comes up, and the one denunciation."""
    told = json.loads((DATA / "demo_history.json").read_text(encoding="utf-8"))
    return [_from_row(**row) for row in told["usual"]], _from_row(**told["sealed"])


def _from_row(kind: str, narrative: str, outcome: str, explanation: str, ground: str | None = None) -> _Told:
    decision = Decision(OutcomeKind(outcome), explanation, RefusalGround(ground) if ground else None)
    return _Told(PetitionKind(kind), narrative, decision)


def _past_turn(story: Story, place: int, slot: datetime) -> Turn:
    called = slot + timedelta(minutes=story.chance.randint(0, 6))
    came = called - timedelta(minutes=story.chance.randint(5, 35))
    ended = called + timedelta(minutes=story.chance.randint(12, 30))
    return Turn(came, called, ended, desk=place % 2)


def _past_visit(story: Story, place: int, turn: Turn, told: _Told) -> Life:
    sealed = place == _SEALED_TURN
    who = _SEALED_WHO if sealed else _RETURNING[place % len(_RETURNING)]
    home = CITIZENS[who].lives_in
    matter = Matter(
        who=who,
        kind=told.kind,
        narrative=told.narrative.format(place=home),
        lives_in=home,
        told=turn.came - timedelta(hours=story.chance.randint(2, 60)),
        key=f"demo-past-{place}",
        protection_wanted=False if sealed else None,
    )
    ending = "received" if sealed else story.chance.choices(("received", "missed", "left"), (80, 12, 8))[0]
    if ending == "missed":
        return misses(story, matter, replace(turn, ended=turn.called + timedelta(minutes=8)))
    if ending == "left":
        return leaves(story, matter, turn.came, turn.called)
    return is_received(story, matter, turn, told.decision)
