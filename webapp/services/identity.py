"""How surely we know who somebody is: the facts behind it, papers that officers saw, petitions by paper.

A level is read from facts that are kept for good, so it never falls by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.identity_levels import IdentityLevel
from ..domain.identity_papers import PaperKind, clean_paper_number
from ..domain.visit_flow import State
from ..extensions import db
from ..keyring import keyring
from ..models import Account, AuditEntry, ElectronicIdentity, IdentityCheck, Petition, Petitioner, Visit
from . import audit, electronic_identity, topics
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_MOST_FOUND = 50
HOSTED = (State.WAITING, State.CALLED, State.IN_SESSION, State.INTERRUPTED)
"""States in which a person sits at their bridge point."""


@dataclass(frozen=True)
class Standing:
    """What is known of who a person is; `same_number` compares the electronic identity with the paper."""

    level: IdentityLevel
    electronic: ElectronicIdentity | None = None
    same_number: bool | None = None
    seen: IdentityCheck | None = None


def standing_of(account: Account, petitioner: Petitioner | None = None) -> Standing:
    """How surely the account's owner is known; with a petitioner, only what was seen of that paper counts."""
    checks = select(IdentityCheck).where(IdentityCheck.account_id == account.id)
    if petitioner is not None:
        checks = checks.where(IdentityCheck.paper_look_up == petitioner.paper_look_up)
    whom = (joinedload(IdentityCheck.officer), joinedload(IdentityCheck.visit).joinedload(Visit.bridge_point))
    newest = checks.options(*whom).order_by(IdentityCheck.id.desc()).limit(1)
    seen, electronic = db.session.scalar(newest), electronic_identity.of_account(account.id)
    if seen is not None:
        level = IdentityLevel.SEEN
    elif electronic is not None:
        level = IdentityLevel.ELECTRONIC
    else:
        level = IdentityLevel.PHONE_CONFIRMED if account.phone else IdentityLevel.DECLARED
    same = None
    if petitioner is not None and petitioner.paper_kind is not PaperKind.PASSPORT and electronic is not None:
        same = electronic.number_look_up == petitioner.paper_look_up if electronic.number_look_up else None
    return Standing(level, electronic, same, seen)


@safe_to_repeat
def record_seen(visit_id: int, *, by: Actor, now: datetime) -> IdentityCheck:
    """The officer who holds the visit saw the petitioner's paper; a second time changes nothing.

    Legal source: decree 154/2026 art. 12.1, 21.4.

    Raises:
        NotFound: no such visit, or another officer's.
        Conflict: the person is not there, or the identity is sealed and this officer has not opened it.
    """
    with unit_of_work() as work:
        visit = work.session.get(Visit, visit_id, with_for_update=True)
        if visit is None or visit.officer_id != by.account_id:
            raise NotFound
        before = _seen_before(work, visit_id, by)
        if before is not None:
            return before
        if visit.state not in (State.IN_SESSION, State.INTERRUPTED):
            raise Conflict("Công dân chưa vào phòng nên chưa xem được giấy tờ.")
        petitioner = work.session.get_one(Petitioner, visit.petition_id)
        if petitioner.sealed and not has_opened(work, petitioner.petition_id, by):
            raise Conflict("Danh tính đang niêm phong. Hãy mở danh tính để đối chiếu trước.")
        return _seen(work, visit, petitioner, by, now)


@safe_to_repeat
def record_seen_at_point(visit_id: int, kind: PaperKind, typed: str, *, by: Actor, now: datetime) -> None:
    """Whoever helps the person at the bridge point saw their paper; a second time changes nothing.

    They type the number from the paper in their hands and are told whether it is the petition's: so they learn
    neither name nor number from here, and of a denunciation no more than of any other visit. A number that does
    not fit is audited, without the number.

    Legal source: decree 154/2026 art. 12.1.

    Raises:
        NotFound: no such visit at the bridge point of whoever asks. Conflict: the person is not there.
        InvalidInput: the number is not of the kind's form, or not the petition's.
    """
    look_up = keyring.look_up(clean_paper_number(kind, typed))
    with unit_of_work() as work:
        point = work.session.get_one(Account, by.account_id).bridge_point_id
        visit = work.session.get(Visit, visit_id, with_for_update=True)
        if visit is None or point is None or visit.bridge_point_id != point:
            raise NotFound
        if visit.state not in HOSTED:
            raise Conflict("Số này chưa báo có mặt hoặc đã xong.")
        petitioner = work.session.get_one(Petitioner, visit.petition_id)
        fits = petitioner.paper_look_up == look_up
        if fits and _seen_before(work, visit_id, by) is None:
            _seen(work, visit, petitioner, by, now)
        if not fits:
            audit.record(work, "paper_not_fitting", "visit", visit_id, by=by, now=now)
    if not fits:
        raise InvalidInput(
            "Số này không khớp với giấy tờ ghi trên đơn. Hãy xem lại số thứ tự và số trên giấy.",
            "paper_number",
        )


def hosted_at(point_id: int) -> list[tuple[Visit, IdentityCheck | None]]:
    """Who is at the bridge point now, by their numbers, with the last time that their paper was seen."""
    visits = db.session.scalars(
        select(Visit)
        .where(Visit.bridge_point_id == point_id, Visit.state.in_(HOSTED))
        .order_by(Visit.sitting_id, Visit.number)
    ).all()
    checks = db.session.scalars(
        select(IdentityCheck)
        .where(IdentityCheck.visit_id.in_([visit.id for visit in visits]))
        .options(joinedload(IdentityCheck.officer))
        .order_by(IdentityCheck.id)
    )
    newest = {check.visit_id: check for check in checks}
    return [(visit, newest.get(visit.id)) for visit in visits]


def _seen_before(work: Work, visit_id: int, by: Actor) -> IdentityCheck | None:
    return work.session.scalar(
        select(IdentityCheck).where(
            IdentityCheck.visit_id == visit_id, IdentityCheck.officer_id == by.account_id
        )
    )


def _seen(work: Work, visit: Visit, petitioner: Petitioner, by: Actor, now: datetime) -> IdentityCheck:
    check = IdentityCheck(
        visit_id=visit.id,
        account_id=visit.petition.account_id,
        officer_id=by.account_id,
        by=by.by,
        paper_look_up=petitioner.paper_look_up,
        at=now,
    )
    work.session.add(check)
    audit.record(work, "paper_seen", "visit", visit.id, by=by, now=now, petition=visit.petition_id)
    work.announce(topics.visit(visit))
    work.session.flush()
    return check


def has_opened(work: Work, petition_id: int, by: Actor) -> bool:
    """Whether this officer opened the identity of whoever petitions."""
    return bool(
        work.session.scalar(
            select(func.count(AuditEntry.id)).where(
                AuditEntry.action == "identity_opened",
                AuditEntry.object_kind == "petition",
                AuditEntry.object_id == str(petition_id),
                AuditEntry.actor_id == by.account_id,
            )
        )
    )


def earlier_with(petitioner: Petitioner) -> list[Petition]:
    """Other petitions by the same paper, the newest first; never a denunciation."""
    return [one for one in _with_paper(petitioner.paper_look_up) if one.id != petitioner.petition_id]


def search_paper(kind: PaperKind, typed: str, *, by: Actor, now: datetime) -> list[Petition]:
    """Petitions by exactly this paper, the newest first; who searched is kept, the number is not.

    A denunciation is never found: that it exists would tell who denounces.

    Raises:
        InvalidInput: the number is not of the kind's form.
    """
    look_up = keyring.look_up(clean_paper_number(kind, typed))
    found = _with_paper(look_up)
    with unit_of_work() as work:
        audit.record(work, "paper_searched", "paper", look_up[:40], by=by, now=now, found=len(found))
    return found


def _with_paper(look_up: str) -> list[Petition]:
    query = (
        select(Petition)
        .join(Petition.petitioner)
        .where(Petitioner.paper_look_up == look_up, Petitioner.sealed.is_(False))
        .options(joinedload(Petition.happened_in), selectinload(Petition.statements))
        .order_by(Petition.id.desc())
        .limit(_MOST_FOUND)
    )
    return list(db.session.scalars(query))
