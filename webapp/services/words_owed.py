"""What the staff of a bridge point tell people in person, whom no message of ours reaches: owed, listed, told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.codes import is_code, new_code
from ..domain.errors import NotFound
from ..domain.helping import ToTell
from ..domain.staff_letters import StaffNotice
from ..domain.working_days import day_in_hanoi
from ..extensions import db
from ..models import (
    Account,
    AccountRole,
    PersonAtPoint,
    Petition,
    PetitionHelp,
    PointHelp,
    Role,
    Visit,
    WordOwed,
)
from . import audit, notices, people_at_point
from .actor import Actor
from .unit_of_work import Work, unit_of_work

_LETTERS = {
    ToTell.MOVED: StaffNotice.OWED_MOVED,
    ToTell.PLACE: StaffNotice.OWED_PLACE,
    ToTell.GONE: StaffNotice.OWED_GONE,
    ToTell.ALLOWED: StaffNotice.OWED_ANSWER,
    ToTell.DECLINED: StaffNotice.OWED_ANSWER,
}


@dataclass(frozen=True)
class Row:
    """One thing to tell. `name`: only of those whom this point registered, helps today or wrote for."""

    owed: WordOwed
    name: str = ""


def owe(
    work: Work,
    petition: Petition,
    what: ToTell,
    *,
    about: str,
    now: datetime,
    visit: Visit | None = None,
    point: int | None = None,
    was: datetime | None = None,
    becomes: datetime | None = None,
) -> None:
    """Where the author has no phone, the staff of their point are told by letter, and find it on their page.

    `point` is where they were to come; without one, where their petition was written or they were registered.
    Once for each `about`. What was not yet told of the same place is told with this: from the hour that the
    person knows.
    """
    account = work.session.get_one(Account, petition.account_id)
    point = point or _point_of(work, petition)
    if account.phone or point is None:
        return
    if work.session.scalar(select(WordOwed.id).where(WordOwed.about == about)) is not None:
        return
    if visit is not None:
        earlier = select(WordOwed).where(WordOwed.visit_id == visit.id, WordOwed.told_at.is_(None))
        for one in work.session.scalars(earlier.order_by(WordOwed.id.desc())):
            was, point = one.was, one.bridge_point_id
            work.session.delete(one)
    work.session.add(
        WordOwed(
            code=new_code(),
            about=about,
            bridge_point_id=point,
            petition_id=petition.id,
            visit_id=visit.id if visit else None,
            what=what,
            was=was,
            becomes=becomes,
            at=now,
        )
    )
    work.session.flush()
    notices.tell_staff(
        work,
        _staff_of(work, point),
        _LETTERS[what],
        about=f"owed:{about}",
        day=day_in_hanoi(becomes or was or now),
        now=now,
        at=becomes,
        was=was,
        number=visit.ticket if visit else "",
    )


def _point_of(work: Work, petition: Petition) -> int | None:
    written = work.session.get(PetitionHelp, petition.id)
    known = work.session.get(PersonAtPoint, petition.account_id)
    return written.bridge_point_id if written else known.bridge_point_id if known else None


def _staff_of(work: Work, point: int) -> Iterable[Account]:
    bridge = select(AccountRole.account_id).where(AccountRole.role == Role.BRIDGE)
    here = Account.bridge_point_id == point, Account.disabled.is_(False), Account.id.in_(bridge)
    return work.session.scalars(select(Account).where(*here).order_by(Account.id)).all()


def untold(by: Actor, now: datetime) -> list[Row]:
    """What people of this point are still to be told, the oldest first."""
    point = people_at_point.point_of(by)
    waits = select(WordOwed).where(WordOwed.bridge_point_id == point, WordOwed.told_at.is_(None))
    about = joinedload(WordOwed.petition).joinedload(Petition.petitioner), joinedload(WordOwed.visit)
    found = list(db.session.scalars(waits.options(*about).order_by(WordOwed.id)))
    known = _known(point, found, now)
    return [Row(one, one.petition.petitioner.full_name if one.petition_id in known else "") for one in found]


def _known(point: int, found: list[WordOwed], now: datetime) -> set[int]:
    """Which of these petitions' authors the point knows already; of a denunciation it knows none."""
    if not found:
        return set()
    first, _after = people_at_point.today(now)
    written = select(PetitionHelp.petition_id).where(PetitionHelp.bridge_point_id == point)
    of_these = PetitionHelp.petition_id.in_([one.petition_id for one in found])
    by_petition = set(db.session.scalars(written.where(of_these)))
    helped = select(PointHelp.account_id, PointHelp.paper_look_up)
    registered = select(PersonAtPoint.account_id, PersonAtPoint.paper_look_up)
    here: set[people_at_point.Whose] = set()
    for query in (
        helped.where(PointHelp.bridge_point_id == point, PointHelp.at >= first),
        registered.where(PersonAtPoint.bridge_point_id == point),
    ):
        here |= {(account, paper) for account, paper in db.session.execute(query)}
    return {
        one.petition_id
        for one in found
        if not one.petition.petitioner.sealed
        and (
            one.petition_id in by_petition
            or (one.petition.account_id, one.petition.petitioner.paper_look_up) in here
        )
    }


def told(code: str, *, by: Actor, now: datetime) -> None:
    """Somebody of the point told the person: who and when are kept; again changes nothing.

    Raises:
        NotFound: no such thing, or another point's.
    """
    with unit_of_work() as work:
        here = select(WordOwed).where(
            WordOwed.code == code, WordOwed.bridge_point_id == people_at_point.point_of(by, work.session)
        )
        owed = work.session.scalar(here.with_for_update()) if is_code(code) else None
        if owed is None:
            raise NotFound
        if owed.told_at is None:
            owed.told_at, owed.told_by_id = now, by.account_id
            about = {"what": owed.what.value, "visit": owed.visit_id}
            audit.record(work, "told_in_person", "petition", owed.petition_id, by=by, now=now, **about)
