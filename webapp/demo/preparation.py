"""What the demo's bridge points have signed: all of today's sittings, and what is due already of later ones."""

from datetime import datetime, timedelta

from sqlalchemy import select

from ..clock import local
from ..domain.preparation import Task, due_of, items_of
from ..models import Account, Sitting, SittingMode
from ..services import preparation
from ..services.actor import SYSTEM, bridge
from ..services.calendar import working_days
from ..services.unit_of_work import Work

CENTRAL = "trungtam1"
"""Who works at the central point, and signs for every point."""
_AHEAD = timedelta(days=20)


def sign_points(work: Work, now: datetime) -> None:
    """In good time each, or now at the latest."""
    staff, works = work.session.scalar(select(Account.id).where(Account.username == CENTRAL)), working_days()
    by = bridge(staff) if staff else SYSTEM
    query = select(Sitting).where(
        Sitting.mode == SittingMode.ONLINE,
        Sitting.held(),
        Sitting.ends_at > now,
        Sitting.starts_at < now + _AHEAD,
    )
    for sitting in work.session.scalars(query.order_by(Sitting.id)):
        starts = sitting.receives_from
        today = local(starts).date() <= local(now).date()
        for task in Task:
            due = due_of(task, starts, works)
            if not today and due > now:
                continue
            for point in sitting.places:
                preparation.sign(
                    sitting.id,
                    point.id,
                    task,
                    items_of(task, central=point.central),
                    "",
                    by=by,
                    now=min(now, due - timedelta(hours=1)),
                    key=f"demo:{sitting.id}:{point.id}:{task.value}:{starts:%y%m%d%H%M}",
                )
