"""The visit's states and moves: the only table by which a visit changes.

Each row of `MOVES` reads: from these states, this action, done by one of these, leads there.
Times are defaults; settings may change them (`VisitTimes`).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from .errors import IllegalMove


class State(StrEnum):
    """Where a visit (lượt tiếp) stands."""

    BOOKED = "booked"
    WAITING = "waiting"
    CALLED = "called"
    IN_SESSION = "in_session"
    INTERRUPTED = "interrupted"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    LEFT = "left"
    CANCELLED = "cancelled"
    DEFERRED = "deferred"


OPEN_STATES = frozenset({State.BOOKED, State.WAITING, State.CALLED, State.IN_SESSION, State.INTERRUPTED})
"""A petition has at most one visit in these states."""

AT_DESK = frozenset({State.CALLED, State.IN_SESSION})
"""A desk has at most one visit in these states."""

LIVE = frozenset({State.IN_SESSION, State.INTERRUPTED})
"""Chat and call are open."""

ENDED = frozenset(State) - OPEN_STATES


class Action(StrEnum):
    """What can happen to a visit."""

    BOOK = "book"
    TAKE_NUMBER = "take_number"
    CHECK_IN = "check_in"
    CHANGE = "change"
    CANCEL = "cancel"
    SET_PRIORITY = "set_priority"
    STEP_OUT = "step_out"
    STEP_BACK = "step_back"
    CALL = "call"
    ANSWER = "answer"
    WAIT_A_LITTLE = "wait_a_little"
    SEND_BACK = "send_back"
    MARK_NO_SHOW = "mark_no_show"
    COME_BACK = "come_back"
    LEAVE = "leave"
    LOSE = "lose"
    RESUME = "resume"
    RESUME_WAITING = "resume_waiting"
    CLOSE = "close"
    TRANSFER = "transfer"
    DEFER = "defer"
    RESCHEDULE = "reschedule"
    """Its sitting is held at another time, or no longer at the place that was chosen."""


class By(StrEnum):
    """In which capacity someone acts."""

    CITIZEN = "citizen"
    BRIDGE = "bridge"
    GUEST = "guest"
    OFFICER = "officer"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True)
class Move:
    """One row of the table; `to` is None where the state stays as it is."""

    action: Action
    sources: frozenset[State | None]
    to: State | None
    by: frozenset[By]


def _row(action: Action, sources: set[State | None], to: State | None, *by: By) -> Move:
    return Move(action, frozenset(sources), to, frozenset(by))


_S, _A = State, Action
MOVES: tuple[Move, ...] = (
    _row(_A.BOOK, {None}, _S.BOOKED, By.CITIZEN, By.BRIDGE, By.OFFICER),
    _row(_A.TAKE_NUMBER, {None}, _S.WAITING, By.CITIZEN, By.BRIDGE),
    _row(_A.CHECK_IN, {_S.BOOKED}, _S.WAITING, By.CITIZEN, By.BRIDGE),
    _row(_A.CHANGE, {_S.BOOKED}, None, By.CITIZEN, By.BRIDGE, By.OFFICER),
    _row(_A.SET_PRIORITY, {_S.BOOKED, _S.WAITING}, None, By.OFFICER),
    _row(_A.CANCEL, {_S.BOOKED, _S.WAITING}, _S.CANCELLED, By.CITIZEN, By.BRIDGE, By.OFFICER, By.SYSTEM),
    _row(_A.CANCEL, {_S.CALLED, _S.INTERRUPTED}, _S.CANCELLED, By.SYSTEM),
    _row(_A.STEP_OUT, {_S.WAITING}, None, By.CITIZEN),
    _row(_A.STEP_BACK, {_S.WAITING}, None, By.CITIZEN),
    _row(_A.CALL, {_S.WAITING}, _S.CALLED, By.OFFICER),
    _row(_A.ANSWER, {_S.CALLED}, _S.IN_SESSION, By.CITIZEN),
    _row(_A.WAIT_A_LITTLE, {_S.CALLED}, None, By.CITIZEN),
    _row(_A.SEND_BACK, {_S.CALLED}, _S.WAITING, By.OFFICER, By.SYSTEM),
    _row(_A.MARK_NO_SHOW, {_S.CALLED}, _S.NO_SHOW, By.OFFICER, By.SYSTEM),
    _row(_A.MARK_NO_SHOW, {_S.BOOKED}, _S.NO_SHOW, By.SYSTEM),
    _row(_A.COME_BACK, {_S.NO_SHOW}, _S.WAITING, By.CITIZEN),
    _row(_A.LEAVE, {_S.WAITING, _S.CALLED}, _S.LEFT, By.CITIZEN),
    _row(_A.LOSE, {_S.IN_SESSION}, _S.INTERRUPTED, By.SYSTEM),
    _row(_A.RESUME, {_S.INTERRUPTED}, _S.IN_SESSION, By.CITIZEN),
    _row(_A.RESUME_WAITING, {_S.INTERRUPTED}, _S.WAITING, By.CITIZEN),
    _row(_A.CLOSE, {_S.IN_SESSION, _S.INTERRUPTED}, _S.FINISHED, By.OFFICER),
    _row(
        _A.TRANSFER,
        {_S.WAITING, _S.CALLED, _S.IN_SESSION, _S.INTERRUPTED},
        None,
        By.OFFICER,
    ),
    _row(_A.DEFER, set(OPEN_STATES), _S.DEFERRED, By.OFFICER, By.SYSTEM),
    _row(_A.RESCHEDULE, {_S.BOOKED}, None, By.SYSTEM),
)


def can(action: Action, state: State | None, by: By) -> bool:
    """Whether the table has this move; the buttons on the pages ask this too."""
    return _move(action, state, by) is not None


def next_state(action: Action, state: State | None, by: By) -> State:
    """The state that the action leads to.

    Raises:
        IllegalMove: the table has no such move.
    """
    move = _move(action, state, by)
    to = (move.to or state) if move else None
    if to is None:
        raise IllegalMove
    return to


def _move(action: Action, state: State | None, by: By) -> Move | None:
    rows = (row for row in MOVES if row.action is action and state in row.sources and by in row.by)
    return next(rows, None)


@dataclass(frozen=True)
class VisitTimes:
    """How long things may take."""

    answer: timedelta = timedelta(minutes=3)
    wait_a_little: timedelta = timedelta(minutes=3)
    step_out: timedelta = timedelta(minutes=10)
    step_outs: int = 2
    calls_before_no_show: int = 2
    come_back: timedelta = timedelta(minutes=60)
    sign_missing: timedelta = timedelta(seconds=10)
    lost: timedelta = timedelta(seconds=30)
    place_kept: timedelta = timedelta(minutes=15)
    check_in_before: timedelta = timedelta(minutes=30)
    late_change: timedelta = timedelta(hours=2)
    """So shortly before a slot nobody else is likely to see the place and come: giving it up wants a reason. Our own
    choice, for no law names a time; it is never refused before the start (docs/decisions/0033)."""
