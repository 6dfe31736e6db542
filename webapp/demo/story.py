"""How a story is told: who and what it is told with, and the order of its steps."""

import heapq
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from ..clock import local
from ..domain.outcomes import OutcomeKind, RefusalGround
from ..domain.petition_kinds import PetitionKind
from ..domain.visit_flow import By
from ..models import Account, Desk, Locality, Sitting, SittingKind
from ..services.actor import Actor, citizen, officer
from ..services.unit_of_work import Work
from .places_and_people import CITIZENS, phone
from .sittings import at

DATA = Path(__file__).resolve().parent.parent / "data"
_SEED = 2026
_TODAYS_STORY = timedelta(minutes=240)

Life = Generator[datetime, None, None]
"""What happens to one visit: before each step it yields the moment of that step."""


@dataclass
class Story:
    """Who and what the visits are told with."""

    work: Work
    now: datetime
    officers: list[Actor]
    bridge: Actor
    citizens: list[Actor]
    codes: dict[str, str]
    desk_ids: list[int]
    sitting_ids: dict[date, int]
    chance: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311 - not a secret

    @classmethod
    def open(cls, work: Work, now: datetime) -> "Story":
        people = work.session.scalars(select(Account))
        ids = {person.username or person.phone: person.id for person in people}
        regular = work.session.scalars(select(Sitting).where(Sitting.kind == SittingKind.REGULAR))
        return cls(
            work,
            now,
            officers=[officer(ids[name]) for name in ("canbo1", "canbo2")],
            bridge=Actor(ids["diemcau1"], By.BRIDGE),
            citizens=[citizen(ids[phone(n)]) for n in range(1, len(CITIZENS) + 1)],
            codes={place.name: place.code for place in work.session.scalars(select(Locality))},
            desk_ids=list(work.session.scalars(select(Desk.id).order_by(Desk.number))),
            sitting_ids={local(sitting.starts_at).date(): sitting.id for sitting in regular},
        )

    def ago(self, minutes: float) -> datetime:
        """So long before now; soon after midnight all is told faster, to stay within the day's sitting."""
        gone = self.now - at(local(self.now).date())
        return self.now - timedelta(minutes=minutes) * min(1.0, gone / _TODAYS_STORY)


@dataclass(frozen=True)
class Matter:
    """One petition: whose (counted from 0), about what, and when it was sent in."""

    who: int
    kind: PetitionKind
    narrative: str
    lives_in: str
    told: datetime
    key: str
    protection_wanted: bool | None = None


@dataclass(frozen=True)
class Turn:
    """When and where somebody's visit goes on; `desk` counts officers and desks from 0."""

    came: datetime
    called: datetime
    ended: datetime
    desk: int = 0

    def at(self, part: float) -> datetime:
        """A moment between the call and the end."""
        return self.called + (self.ended - self.called) * part


@dataclass(frozen=True)
class Decision:
    """How a visit ends and what the officer says about it."""

    kind: OutcomeKind
    explanation: str
    ground: RefusalGround | None = None


def play(lives: Sequence[Life]) -> None:
    """Take the step that comes first in time, of whichever life, until all are told."""
    coming = [(next(life), place, life) for place, life in enumerate(lives)]
    heapq.heapify(coming)
    while coming:
        _, place, life = coming[0]
        moment = next(life, None)
        if moment is None:
            heapq.heappop(coming)
        else:
            heapq.heapreplace(coming, (moment, place, life))
