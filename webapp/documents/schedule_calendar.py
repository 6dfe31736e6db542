"""The public schedule as a calendar (RFC 5545) that a phone or an office subscribes to."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from icalendar import Calendar, Event

from ..domain.working_days import HANOI
from ..services.schedule import WEEKS_AHEAD, Announced

MIME = "text/calendar"
_ASKED_AGAIN = timedelta(hours=1)


def calendar(
    sittings: Sequence[Announced],
    *,
    name: str,
    held_by: str,
    at_home: str,
    describe: Callable[[Announced], str],
    host: str,
) -> bytes:
    """The same bytes for the same schedule. `describe` says what it deals with and what was changed; `host` ends what
    names each sitting for good, so that a change of it replaces what a phone has."""
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//Hanoi//Tiep cong dan truc tuyen//VI")
    whole.add("method", "PUBLISH")
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", _ASKED_AGAIN, parameters={"value": "DURATION"})
    whole.add("x-published-ttl", "PT1H")
    for one in sittings:
        whole.add_component(_event(one, held_by, at_home, describe(one), host))
    whole.add_missing_timezones()
    return whole.to_ical()


def _event(one: Announced, held_by: str, at_home: str, told: str, host: str) -> Event:
    sitting, event = one.sitting, Event()
    event.add("uid", f"sitting-{sitting.id}@{host}")
    # A template makes its sittings so long before: what was never changed has stood since then.
    event.add("dtstamp", one.changed_at or one.starts_at - timedelta(weeks=WEEKS_AHEAD))
    event.add("sequence", len(one.changes))
    event.add("dtstart", one.starts_at.astimezone(HANOI))
    event.add("dtend", one.ends_at.astimezone(HANOI))
    event.add("summary", held_by.format(host=sitting.host))
    places = [point.name for point in sitting.places] + [at_home] * sitting.home_offered
    event.add("location", "; ".join(places))
    if told:
        event.add("description", told)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return event
