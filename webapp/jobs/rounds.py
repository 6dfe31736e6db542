"""The worker's rounds. Each may run in several workers at once, and a missed one is made up by the next."""

from collections.abc import Callable
from datetime import datetime

from ..integrations import inspection, media, objects, room_tape
from ..services import attachments, audit, evidence, notifications, reception, recordings

Send = Callable[[str, str, str, str], None]
"""Hands one message to its carrier: channel, recipient, body, key."""


def each_second(now: datetime, send: Send) -> None:
    """Messages that are due go out, new audit entries are sealed, recordings end with their visits."""
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
    evidence.forget_unfinished(now, store=objects)
    evidence.issue_due(now)


def look_through_evidence(now: datetime) -> bool:
    """Files that are whole and not looked through, or not scanned yet; reading them may take a while."""
    settled = evidence.settle_due(now, store=objects, inspect=inspection.inspect) > 0
    return (
        inspection.can_scan()
        and evidence.rescan_one(now, store=objects, scanned=inspection.scanned)
        or settled
    )
