"""The log of a sitting's line: what everyone who waits is told, so that nobody has to ask."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, select

from ..domain.line_changes import Log, Standing, figures_of, key_of, messages, word_of
from ..domain.visit_flow import AT_DESK, State
from ..models import Desk, LineChange, Visit
from . import near, preparation, queue, topics
from .unit_of_work import Work, unit_of_work

_KEPT = timedelta(days=1)
_LOOKED_AT = 60
"""So many of the last changes can be told at once; whoever missed more asks for their page."""


def standing(work: Work, visit: Visit) -> Standing:
    """Where the visit stands, for `note` once it has moved."""
    if visit.state is State.WAITING and visit.effective_at is not None:
        return Standing(key=key_of(visit.head, visit.effective_at))
    if visit.state in AT_DESK and visit.desk_id is not None:
        return Standing(desk=work.session.get_one(Desk, visit.desk_id).number)
    return Standing()


def note(work: Work, visit: Visit, before: Standing, now: datetime) -> None:
    """Write down how the visit has moved and announce it, where that concerns anybody else who waits."""
    after, nowhere = standing(work, visit), Standing()
    within = before.key and after.key and before != after
    steps = [(before, nowhere), (nowhere, after)] if within else [(before, after)]
    words = [word for step in steps if (word := word_of(visit.number, *step)) is not None]
    joins = before == nowhere and after.key is not None
    if not words or (joins and not _someone_is_behind(work, visit)):
        return
    for word in words:
        work.session.add(LineChange(sitting_id=visit.sitting_id, word=word, at=now))
        work.session.flush()  # they are told in the order of their rows
    work.announce(topics.line(visit.sitting_id))
    if before.key:
        tell_who_is_near(work, visit.sitting_id, now)


def tell_who_is_near(work: Work, sitting_id: int, now: datetime) -> None:
    """Whoever is among the first now, because somebody was called, stepped out, or can be called at last."""
    near.tell(work, sitting_id, preparation.ready_points(sitting_id, work.session), now)


def _someone_is_behind(work: Work, visit: Visit) -> bool:
    """Whoever joins at the end is nobody's business: a morning's arrivals must not tell each other."""
    behind = select(Visit.id).where(
        Visit.sitting_id == visit.sitting_id, Visit.state == State.WAITING, ~queue.is_before(visit)
    )
    return bool(work.session.scalar(select(exists(behind.where(Visit.id != visit.id)))))


def untold(connection: Connection, sitting_id: int, told: int | None) -> tuple[list[str], int]:
    """The messages that tell what came after the change `told`, and the last change they tell.

    None: of a process that has told nothing yet; then the last ones.
    """
    rows = connection.execute(
        select(LineChange.id, LineChange.word)
        .where(LineChange.sitting_id == sitting_id)
        .order_by(LineChange.id.desc())
        .limit(_LOOKED_AT + 1)
    ).all()
    changes = [(number, word) for number, word in reversed(rows)]
    last = changes[-1][0] if changes else 0
    log = Log(changes[1:], changes[0][0]) if len(changes) > _LOOKED_AT else Log(changes)
    figures = figures_of(*queue.figures(sitting_id, connection))
    return messages(sitting_id, log, last - 1 if told is None else told, figures), last


def forget(now: datetime) -> None:
    """A line is of its day."""
    with unit_of_work() as work:
        work.session.execute(delete(LineChange).where(LineChange.at < now - _KEPT))
