"""The worker's rounds. Each may run in several workers at once, and a missed one is made up by the next."""

from collections.abc import Callable
from datetime import datetime

from ..integrations import media, objects, room_tape
from ..services import attachments, audit, notifications, reception, recordings, tracking

Send = Callable[[str, str, str, str], None]
"""Hands one message to its carrier: channel, recipient, body, key."""


def each_second(now: datetime, send: Send) -> None:
    """Messages that are due go out, new audit entries are sealed, recordings end with their visits."""
    tracking.settle_asked(now)
    notifications.deliver_due(send, now)
    audit.seal(now)
    recordings.end_ended(now)


def make_recording(now: datetime) -> bool:
    """The file of one recording that is due; it may take minutes, so it has a thread of its own."""
    return recordings.finish_one(now, store=objects, join=media.join, tape_of=room_tape.tape_of) is not None


def each_minute(now: datetime) -> None:
    """Sittings that are over are settled; what was never sent to its end is given up."""
    reception.close_day(now)
    attachments.forget_unfinished(now, objects)
    tracking.forget_asked(now)
