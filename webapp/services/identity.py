"""How surely we know who somebody is: the facts behind it, papers that officers saw, petitions by paper.

A level is read from facts that are kept for good, so it never falls by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..domain.errors import Conflict, NotFound
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
    newest = checks.options(joinedload(IdentityCheck.officer)).order_by(IdentityCheck.id.desc()).limit(1)
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
        before = work.session.scalar(
            select(IdentityCheck).where(
                IdentityCheck.visit_id == visit_id, IdentityCheck.officer_id == by.account_id
            )
        )
        if before is not None:
            return before
        if visit.state not in (State.IN_SESSION, State.INTERRUPTED):
            raise Conflict("Công dân chưa vào phòng nên chưa xem được giấy tờ.")
        petitioner = work.session.get_one(Petitioner, visit.petition_id)
        if petitioner.sealed and not _has_opened(work, petitioner.petition_id, by):
            raise Conflict("Danh tính đang niêm phong. Hãy mở danh tính để đối chiếu trước.")
        check = IdentityCheck(
            visit_id=visit_id,
            account_id=visit.petition.account_id,
            officer_id=by.account_id,
            paper_look_up=petitioner.paper_look_up,
            at=now,
        )
        work.session.add(check)
        audit.record(work, "paper_seen", "visit", visit_id, by=by, now=now, petition=visit.petition_id)
        work.announce(topics.visit(visit))
        work.session.flush()
        return check


def _has_opened(work: Work, petition_id: int, by: Actor) -> bool:
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
        .options(joinedload(Petition.lives_in), joinedload(Petition.happened_in))
        .order_by(Petition.id.desc())
        .limit(_MOST_FOUND)
    )
    return list(db.session.scalars(query))
