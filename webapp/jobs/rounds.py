"""The worker's rounds. Each may run in several workers at once, and a missed one is made up by the next."""

from datetime import datetime

from ..documents import issued
from ..integrations import inspection, media, objects, room_tape
from ..services import (
    attachments,
    audit,
    data_requests,
    desks,
    device_checks,
    evidence,
    line,
    mail_address,
    notifications,
    people_at_point,
    phone_change,
    preparation,
    reception,
    recordings,
    reminders,
    schedule,
    sessions,
    sign_in,
    tracking,
)


def each_second(now: datetime) -> None:
    """New audit entries are sealed, recordings end with their visits, those who track a case are answered."""
    tracking.settle_asked(now)
    audit.seal(now)
    recordings.end_ended(now)


def send_message(now: datetime, send: notifications.Send) -> bool:
    """One message that is due goes out; a slow gateway may take its time, so it has a thread of its own."""
    return notifications.deliver_one(send, now) is not None


def send_messages(now: datetime, send: notifications.Send) -> None:
    """All messages that are due go out, for whoever runs a single round."""
    notifications.deliver_due(send, now, most=1_000)


def make_recording(now: datetime) -> bool:
    """The file of one recording that is due; it may take minutes, so it has a thread of its own."""
    return recordings.finish_one(now, store=objects, join=media.join, tape=room_tape) is not None


def take_over_voices(now: datetime) -> bool:
    """What the mixer wrote of the rooms it records; a thread of its own, so that it waits for nothing."""
    return recordings.take_over(now, store=objects, tape=room_tape) > 0


def each_minute(now: datetime) -> None:
    """Sittings are settled when over and laid out when due, who comes or answers is reminded; what nobody needs goes."""
    reception.close_day(now)
    schedule.lay_out(now)
    reminders.remind(now)
    preparation.remind(now)
    attachments.forget_unfinished(now, objects)
    for service in (
        sessions,
        sign_in,
        phone_change,
        mail_address,
        notifications,
        line,
        desks,
        device_checks,
        people_at_point,
    ):
        service.forget(now)
    evidence.forget_unfinished(now, store=objects)
    evidence.forget_given_up(now, store=objects)
    evidence.issue_due(now)
    tracking.forget_asked(now)
    data_requests.remind(now)


def keep_documents(now: datetime) -> bool:
    """One document that was issued and is not drawn yet, or was corrected since; drawing takes a while."""
    return issued.keep_one_due(now, store=objects)


def look_through_evidence(now: datetime) -> bool:
    """Files that are whole and not looked through, or not scanned yet; reading them may take a while."""
    settled = evidence.settle_due(now, store=objects, inspect=inspection.inspect) > 0
    return (
        inspection.can_scan()
        and evidence.rescan_one(now, store=objects, scanned=inspection.scanned)
        or settled
    )
