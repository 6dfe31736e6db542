"""The ticket of a booked place on half a sheet (A5), for any printer, and as an entry for a calendar."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import icalendar
import segno

from ..domain.working_days import HANOI
from .typesetting import pdf as typeset

LASTS = timedelta(minutes=30)
REMIND = (timedelta(days=1), timedelta(hours=1))


@dataclass(frozen=True)
class Ticket:
    """What the paper says, in the reader's language; `facts` are pairs of label and value."""

    lang: str
    title: str
    number_label: str
    number: str
    facts: list[tuple[str, str]]
    prepare_title: str
    prepare: list[str]
    note: str
    address: str
    qr_label: str


def pdf(ticket: Ticket, *, at: datetime) -> bytes:
    """The PDF; `at` is when the place was given."""
    rows = [[int(dark) for dark in row] for row in segno.make(ticket.address, error="m").matrix]
    return typeset("ticket", asdict(ticket) | {"qr": rows}, at=at)


@dataclass(frozen=True)
class Entry:
    """An appointment for a calendar. The same `uid` with a higher `version` replaces what was taken over before."""

    uid: str
    version: int
    at: datetime
    title: str
    where: str
    notes: str
    address: str


def ics(entry: Entry, *, now: datetime) -> bytes:
    """The file that a phone's calendar opens, with reminders of its own."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Ban Tiep cong dan Ha Noi//Tiep cong dan truc tuyen//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    event.add("dtstamp", now)
    event.add("dtstart", entry.at.astimezone(HANOI))
    event.add("dtend", (entry.at + LASTS).astimezone(HANOI))
    event.add("summary", entry.title)
    event.add("location", entry.where)
    event.add("description", entry.notes)
    event.add("url", entry.address)
    for before in REMIND:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", -before)
        event.add_component(alarm)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
