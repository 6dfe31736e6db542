"""The preparation of bridge points for a sitting: who signed what by when, and whether people are received there.

`ready_points` is the one place that says whether a reception may begin at a point.
"""

from .reading import Standing, coming, coming_at, next_at, one_task, tasks_of
from .record import is_ready, ready_points
from .reminding import reached, remind
from .signing import overrule, sign, withdraw

__all__ = [
    "Standing",
    "coming",
    "coming_at",
    "is_ready",
    "next_at",
    "one_task",
    "overrule",
    "reached",
    "ready_points",
    "remind",
    "sign",
    "tasks_of",
    "withdraw",
]
