"""Every change of a visit: one short function an action, all through `moves.move`."""

from .booking import book, change, give_up, has_begun, is_late
from .citizen import (
    cancel,
    check_in,
    check_in_from,
    come_back,
    come_back_until,
    enter_room,
    leave,
    sign_of_life,
    step_back,
    step_out,
    wait_a_little,
)
from .clock import close_day, detect_lost, expire_calls
from .moves import TIMES, keep_place, reason_of
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
from .priority import correct_priority
from .sittings import (
    Displaced,
    change_place_of_all,
    release_all,
    reschedule_all,
    who_has_a_place,
    whose_decision_expires,
)

__all__ = [
    "TIMES",
    "Displaced",
    "book",
    "call",
    "call_next",
    "cancel",
    "change",
    "change_place_of_all",
    "check_in",
    "check_in_from",
    "close",
    "close_day",
    "come_back",
    "come_back_until",
    "correct_priority",
    "decide_gate",
    "defer",
    "detect_lost",
    "enter_room",
    "expire_calls",
    "give_up",
    "has_begun",
    "is_late",
    "keep_place",
    "leave",
    "mark_no_show",
    "reason_of",
    "release_all",
    "reschedule_all",
    "send_back",
    "sign_of_life",
    "step_back",
    "step_out",
    "take_number",
    "transfer",
    "wait_a_little",
    "who_has_a_place",
    "whose_decision_expires",
]
