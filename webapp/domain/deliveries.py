"""How a message fares at its carrier, and what follows from it.

A code goes out at most once: where the answer never came, it is in doubt, and the person asks for another.
A notice goes out at least once: it is tried again, and its key lets the carrier drop a double.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .texts import N_

CODE_ATTEMPTS = 5
NOTICE_ATTEMPTS = 78
"""Seven tries in the first hour, then one every hour: for about three days, over a weekend of the gateway's."""
LONGEST_PAUSE = timedelta(hours=1)
CLAIM_LIFE = timedelta(minutes=10)
"""After it whoever claimed a message counts as dead; sending one takes two minutes at most."""
ROWS_KEPT = timedelta(days=7)
"""Of codes and letters: so long one can see in the outbox that they went out, and to whom."""


# Why a message did not go out, as staff read it; what follows a colon is the other side's own word.
NO_GATEWAY = N_("chưa nối cổng gửi")
NOT_REACHED = N_("không nối được với cổng")
GATEWAY_SAYS = N_("cổng trả lời")
NO_ANSWER_IN_TIME = N_("cổng không trả lời kịp")
BROKEN_OFF = N_("mất kết nối giữa chừng")
SENDER_DIED = N_("tiến trình gửi bị dừng")
TOO_LATE = N_("mã đã quá hạn")


class Purpose(StrEnum):
    """What a message is for."""

    CODE = "code"
    NOTICE = "notice"


class Delivery(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Never taken, and not tried any more."""
    IN_DOUBT = "in_doubt"
    """It may have been taken: the answer never came."""


@dataclass(frozen=True)
class Receipt:
    """A carrier has taken a message: its own id for it; `shown_here` when it is the demo's outbox."""

    gateway_id: str = ""
    shown_here: bool = False


class NotTaken(Exception):
    """The carrier surely has not taken it; the words say why, with nothing of the message."""


class Refused(NotTaken):
    """It will not take it the next time either."""


class NoAnswer(Exception):
    """It was handed over, and the answer never came; the words say why, with nothing of the message."""


def pause_after(purpose: Purpose, attempts: int) -> timedelta:
    """How long to wait after so many tries: doubling from 5 s for a code, from a minute to an hour for a notice."""
    doubled = 2 ** min(attempts - 1, 10)
    return min(LONGEST_PAUSE, timedelta(seconds=(5 if purpose is Purpose.CODE else 60) * doubled))


def state_after(
    problem: NotTaken | NoAnswer, purpose: Purpose, attempts: int, useful: timedelta | None
) -> Delivery:
    """What becomes of a message after a try that went wrong; `useful` is how long it is of use yet."""
    if isinstance(problem, Refused):
        return Delivery.FAILED
    doubtful = isinstance(problem, NoAnswer)
    too_late = useful is not None and pause_after(purpose, attempts) >= useful
    most = CODE_ATTEMPTS if purpose is Purpose.CODE else NOTICE_ATTEMPTS
    if attempts >= most or too_late or (doubtful and purpose is Purpose.CODE):
        return Delivery.IN_DOUBT if doubtful else Delivery.FAILED
    return Delivery.WAITING


def left_of(useful_until: datetime | None, now: datetime) -> timedelta | None:
    return None if useful_until is None else useful_until - now
