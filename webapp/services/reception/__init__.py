"""Every change of a visit: one short function an action, all through `moves.move`."""

from .citizen import (
    cancel,
    check_in,
    come_back,
    enter_room,
    leave,
    sign_of_life,
    step_out,
    wait_a_little,
)
from .clock import close_day, detect_lost, expire_calls
from .moves import TIMES, keep_place
from .officer import (
    call,
    call_next,
    close,
    decide_gate,
    defer,
    mark_no_show,
    send_back,
    transfer,
)
from .places import take_number
from .sittings import release_all, reschedule_all

__all__ = [
    "TIMES",
    "call",
    "call_next",
    "cancel",
    "check_in",
    "close",
    "close_day",
    "come_back",
    "decide_gate",
    "defer",
    "detect_lost",
    "enter_room",
    "expire_calls",
    "keep_place",
    "leave",
    "mark_no_show",
    "release_all",
    "reschedule_all",
    "send_back",
    "sign_of_life",
    "step_out",
    "take_number",
    "transfer",
    "wait_a_little",
]
