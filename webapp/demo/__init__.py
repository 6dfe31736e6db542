"""The demo's people, places and days, told through the same services that real people use.

Everything is invented and comes out the same each time: who, what and when hang on `now` and on a
fixed seed. Lives (`Life`) of visits are played in the order of their times, as they would happen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from ..clock import local
from ..extensions import db
from ..models import Account
from ..services.localities import load_localities
from ..services.passwords import hash_password
from ..services.unit_of_work import listeners, unit_of_work
from .afterwards import add_data_request, add_place_request, add_ratings
from .history import past_visits
from .papers import add_papers
from .places_and_people import add_bridge_points, add_citizens, add_desks, add_staff
from .preparation import sign_points
from .sittings import DAYS_PAST, add_sittings
from .sittings import ensure_sittings as _ensure_sittings
from .story import Story, play
from .today import todays_visits

__all__ = ["PASSWORD", "ensure_sittings", "is_empty", "load"]

PASSWORD = "demo-Hanoi-2026"  # noqa: S105 - public on purpose: the demo is refused in production


def is_empty() -> bool:
    """Whether nobody can sign in yet."""
    return db.session.scalar(select(Account.id).limit(1)) is None


def load(now: datetime) -> None:
    """Fill an empty database: places, people, sittings, today's queue and two weeks behind it."""
    hashed = hash_password(PASSWORD)
    load_localities()
    with _nobody_watches():
        with unit_of_work() as work:
            add_bridge_points(work)
            add_staff(work, hashed, now)
            add_citizens(work, now)
            add_desks(work)
            add_sittings(work, local(now).date() - timedelta(days=DAYS_PAST), now)
            sign_points(work, now)
        with unit_of_work() as work:
            story = Story.open(work, now)
            play([*past_visits(story), *todays_visits(story)])
            add_ratings(work)
            add_data_request(work, now - timedelta(hours=3))
            add_place_request(work, now - timedelta(hours=2))
        add_papers()


def ensure_sittings(now: datetime) -> int:
    """Add the sittings missing from today to thirty days ahead, and sign today's points; returns how many."""
    with unit_of_work() as work:
        added = _ensure_sittings(now)
        sign_points(work, now)
        return added


@contextmanager
def _nobody_watches() -> Iterator[None]:
    """Hundreds of old changes of an empty database are news to nobody."""
    kept = listeners[:]
    listeners.clear()
    try:
        yield
    finally:
        listeners[:] = kept
