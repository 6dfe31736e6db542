"""How a line of people changes, in a few bytes: what one message tells everyone who waits in it.

A word is one change: `-KEY.NUMBER@DESK`, with numbers in base 36. `-` left the line from that key,
`+` joined it there, `=` neither; `@` the number is at that desk now, `!` it is there no longer. A key is
where somebody stands (`key_of`); whoever knows their own can tell whether the other was ahead.

A message is `SITTING BEFORE FIGURES WORD…`: the changes that follow the change BEFORE (0: there was
none), each word led by how far its number in the log lies from the one before it. `static/js/line.js` reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .queue_order import Lengths

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MOST_BYTES = 100
"""What one message may weigh for each phone, with the frame around it."""
_AROUND = len('42["line",""]') + 2
KNOWN = 12
"""So many of the last changes a page says that it knows: more than one message holds."""


def base36(number: int) -> str:
    """
    >>> base36(29), base36(0), base36(-36)
    ('t', '0', '-10')
    """
    if number < 0:
        return "-" + base36(-number)
    rest, digit = divmod(number, 36)
    return (base36(rest) if rest else "") + _DIGITS[digit]


def key_of(head: bool, effective_at: datetime) -> str:
    """Where someone stands in the line, but for their number; a head comes before everyone else.

    >>> key_of(True, datetime(2026, 1, 1, 0, 1, tzinfo=UTC))
    'H1o'
    """
    seconds = int((effective_at - _EPOCH).total_seconds())
    return ("H" if head else "") + base36(seconds)


@dataclass(frozen=True)
class Standing:
    """Where a visit is: its key while it waits, the number of the desk while it is at one."""

    key: str | None = None
    desk: int | None = None


def word_of(number: int, before: Standing, after: Standing) -> str | None:
    """The change in one word; nothing where nobody else is concerned.

    >>> word_of(29, Standing(key="2k4"), Standing(desk=2)), word_of(29, Standing(desk=2), Standing())
    ('-2k4.t@2', '=.t!2')
    """
    if before == after:
        return None
    if before.key and after.key:
        raise ValueError("nobody moves within the line")
    line = f"-{before.key}" if before.key else f"+{after.key}" if after.key else "="
    desk = f"@{base36(after.desk)}" if after.desk else f"!{base36(before.desk)}" if before.desk else ""
    return f"{line}.{base36(number)}{desk}"


Logged = tuple[int, str]
"""A change as it was logged: its number in the log, and its word."""


@dataclass(frozen=True)
class Log:
    """The last changes of a sitting, the oldest first, and the number of the one before them (0: none)."""

    changes: Sequence[Logged]
    before: int = 0


def figures_of(desks: int, lengths: Lengths | None) -> str:
    """The desks that are open and how long visits take, where that is known."""
    return f"{desks},{lengths.quick},{lengths.usual},{lengths.slow}" if lengths else str(desks)


def messages(sitting: int, log: Log, told: int, figures: str) -> list[str]:
    """What is to be told of this log, in its order; all after `told` is new.

    Each message holds as many changes as it can carry, so that older ones repeat and one that was lost
    is made up by the next. Without any change it tells the figures alone.
    """
    if not log.changes:
        return [_message(sitting, log, 0, 0, figures)]
    room = MOST_BYTES - _AROUND
    found: list[str] = []
    end = len(log.changes)
    while end > 0:
        start = end
        while start > 0 and len(_message(sitting, log, start - 1, end, figures)) <= room:
            start -= 1
        if start == end:
            raise ValueError("one change must fit into a message")
        found.append(_message(sitting, log, start, end, figures))
        end = start
        if end and log.changes[end - 1][0] <= told:
            break
    return found[::-1]


def _message(sitting: int, log: Log, start: int, end: int, figures: str) -> str:
    before = log.changes[start - 1][0] if start else log.before
    words, last = [], before
    for number, word in log.changes[start:end]:
        words.append(base36(number - last) + word)
        last = number
    return " ".join([base36(sitting), base36(before), figures, *words])
