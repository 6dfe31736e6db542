"""How often a code may be asked for and typed: the same for codes to phones, to mail, and to follow a case."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from .errors import InvalidInput, TooMany
from .sign_in_rules import CODES_AN_HOUR, RESEND_AFTER, read_code
from .texts import N_

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """When codes were asked for within the hour, the oldest first, and how many may be."""

    asked: Sequence[datetime]
    most: int = CODES_AN_HOUR
    spaced: bool = False
    """Also a minute apart."""


def seconds_to_wait(limits: Iterable[Limit], now: datetime) -> int:
    """Until another code may be asked for; 0 when it may be now."""
    free = [now]
    for limit in limits:
        if limit.spaced and limit.asked:
            free.append(limit.asked[-1] + RESEND_AFTER)
        if len(limit.asked) >= limit.most:
            free.append(limit.asked[-limit.most] + HOUR)
    return math.ceil((max(free) - now).total_seconds())


class SentJustNow(TooMany):
    """A code went to this very recipient within the minute: whoever asks may not have got the answer."""


_ONE_A_MINUTE = N_("Vừa gửi mã rồi. Hãy chờ một phút rồi xin mã khác.")
_TOO_OFTEN = (
    (1, N_("Đã xin mã nhiều lần. Hãy chờ một phút rồi thử lại, hoặc gọi số hỗ trợ.")),
    (5, N_("Đã xin mã nhiều lần. Hãy chờ 5 phút rồi thử lại, hoặc gọi số hỗ trợ.")),
    (15, N_("Đã xin mã nhiều lần. Hãy chờ 15 phút rồi thử lại, hoặc gọi số hỗ trợ.")),
    (30, N_("Đã xin mã nhiều lần. Hãy chờ 30 phút rồi thử lại, hoặc gọi số hỗ trợ.")),
    (60, N_("Đã xin mã nhiều lần. Hãy chờ một giờ rồi thử lại, hoặc gọi số hỗ trợ.")),
)
"""Minutes, and what is said to whoever waits so long at most."""


def check_pace(limits: Sequence[Limit], now: datetime) -> None:
    """Whether another code may be asked for.

    Raises:
        SentJustNow: there was one within the minute. TooMany: there were too many within the hour.
    """
    wait = seconds_to_wait(limits, now)
    if not wait:
        return
    words = next((said for minutes, said in _TOO_OFTEN if wait <= 60 * minutes), _TOO_OFTEN[-1][1])
    just_sent = any(limit.spaced and limit.asked and now < limit.asked[-1] + RESEND_AFTER for limit in limits)
    if not just_sent:
        raise TooMany(words, wait)
    if wait <= RESEND_AFTER.total_seconds():
        words = _ONE_A_MINUTE
    raise SentJustNow(words, wait)


class Sent(Enum):
    """How a code went out: what is said of one that was mistyped."""

    SMS = N_("Mã có đủ 6 chữ số. Hãy xem lại tin nhắn."), N_("Mã chưa đúng. Hãy xem lại tin nhắn.")
    MAIL = N_("Mã có đủ 6 chữ số. Hãy xem lại thư."), N_("Mã chưa đúng. Hãy xem lại thư.")


def digits_of(typed: str, sent: Sent = Sent.SMS) -> str:
    """The six digits in what was typed. Raises InvalidInput where there are none, which costs no try."""
    code = read_code(typed)
    if not code:
        raise InvalidInput(sent.value[0], "code")
    return code


class Tried(Protocol):
    """A code as it is kept."""

    expires_at: datetime
    tries_left: int


def try_code(
    row: Tried | None, right: bool, *, now: datetime, sent: Sent = Sent.SMS
) -> InvalidInput | TooMany | None:
    """Count a wrong try; returns why the code is not taken, to be raised after the try is kept."""
    if row is None or now > row.expires_at:
        return InvalidInput("Mã đã hết hạn. Hãy xin mã khác.", "code")
    if row.tries_left <= 0:
        return TooMany("Đã nhập sai nhiều lần. Hãy xin mã khác.")
    if not right:
        row.tries_left -= 1
        return InvalidInput(sent.value[1], "code")
    return None
