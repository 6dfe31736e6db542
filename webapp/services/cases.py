"""Cases (vụ việc): which petitions belong together.

A petition opens a case of its own, or its author says that it is about the same matter as one they sent, or
it comes from their text that was split. Officers join and separate petitions, with a reason. Nothing is
joined by itself.

Nobody is shown another's petition here. Which sealed petition shares a case with an open one would tell who
denounces: officers are shown no sealed one, and from a sealed one others only once its identity is opened;
they neither join nor separate it.
"""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from ..domain.codes import is_code, read_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.texts import clean_text
from ..extensions import db
from ..models import Case, Petition, Petitioner, Visit
from . import audit, evidence
from .actor import Actor
from .unit_of_work import Work, unit_of_work

_LONGEST_REASON = 500


def others_of_citizen(petition: Petition) -> list[Petition]:
    """The author's other petitions of the same case, in their order; never anybody else's."""
    query = _others(petition).where(Petition.account_id == petition.account_id)
    return list(db.session.scalars(query))


def others_for_staff(petition: Petition, *, whole: bool = False) -> list[Petition]:
    """Other petitions of the same case, none of them sealed; of a sealed one only what an opened one may tell.

    `whole` is for those alone who have just opened the identity.
    """
    if petition.petitioner.sealed and not whole:
        return []
    query = _others(petition).join(Petition.petitioner).where(Petitioner.sealed.is_(False))
    shown = joinedload(Petition.happened_in), selectinload(Petition.statements)
    return list(db.session.scalars(query.options(*shown)))


def _others(petition: Petition) -> Select[Petition]:
    same = select(Petition).where(Petition.case_id == petition.case_id, Petition.id != petition.id)
    return same.order_by(Petition.id)


def join(visit_id: int, typed: str, reason: str, *, by: Actor, now: datetime) -> None:
    """The petition of the visit in hand belongs to the case of another one; twice is once.

    Raises:
        InvalidInput: no reason, or no such petition: a sealed one reads as none. Or both cases together have
        more files than a case may have.
        NotFound: no such visit, or another officer's. Conflict: the petition itself is sealed.
    """
    why, code = _reason(reason), read_code(typed)
    with unit_of_work() as work:
        mine = _in_hand(work, visit_id, by)
        found = select(Petition.id).join(Petition.petitioner).where(Petition.code == code)
        other_id = work.session.scalar(found.where(Petitioner.sealed.is_(False))) if is_code(code) else None
        if other_id is None:
            raise InvalidInput("Không thấy đơn nào ghép được có mã này. Hãy xem lại mã.", "other")
        if other_id == mine:
            raise InvalidInput("Đây là chính đơn này. Hãy ghi mã của đơn kia.", "other")
        petition, other = _locked(work, mine, other_id)
        if petition.case_id == other.case_id:
            return
        evidence.check_joining(work, petition, other.case_id)
        before, petition.case_id = petition.case_id, other.case_id
        work.session.flush()
        audit.record(
            work,
            "petition_joined",
            "petition",
            mine,
            by=by,
            now=now,
            other=other_id,
            case=other.case_id,
            reason=why,
        )
        _forget_empty(work, before)


def separate(visit_id: int, reason: str, *, by: Actor, now: datetime) -> None:
    """The petition of the visit in hand gets a case of its own; one that has it already stays as it is.

    Raises:
        InvalidInput: no reason. NotFound: no such visit, or another officer's.
        Conflict: the petition itself is sealed.
    """
    why = _reason(reason)
    with unit_of_work() as work:
        mine = _in_hand(work, visit_id, by)
        [petition] = _locked(work, mine)
        if _size(work, petition.case_id) == 1:
            return
        case = Case(opened_at=now)
        work.session.add(case)
        work.session.flush()
        about = {"case": petition.case_id, "reason": why}
        petition.case_id = case.id
        audit.record(work, "petition_separated", "petition", mine, by=by, now=now, **about)


def _reason(typed: str) -> str:
    why = clean_text(typed)
    if len(why) < 5:
        raise InvalidInput("Hãy ghi lý do, ít nhất 5 chữ cái.", "reason")
    if len(why) > _LONGEST_REASON:
        raise InvalidInput("Lý do dài quá 500 chữ cái. Hãy rút bớt.", "reason")
    return why


def _in_hand(work: Work, visit_id: int, by: Actor) -> int:
    visit = work.session.get(Visit, visit_id, with_for_update=True)
    if visit is None or visit.officer_id != by.account_id:
        raise NotFound
    if work.session.get_one(Petitioner, visit.petition_id).sealed:
        raise Conflict("Đơn này được niêm phong nên không ghép, không tách ở đây.")
    return visit.petition_id


def _locked(work: Work, *ids: int) -> list[Petition]:
    """In the order of their ids, so that two officers do not wait for each other; given in the order asked for."""
    rows = {one: work.session.get_one(Petition, one, with_for_update=True) for one in sorted(ids)}
    return [rows[one] for one in ids]


def _size(work: Work, case_id: int) -> int:
    count = select(func.count()).select_from(Petition).where(Petition.case_id == case_id)
    return work.session.scalar(count) or 0


def _forget_empty(work: Work, case_id: int) -> None:
    """A case without petitions is none."""
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is not None and _size(work, case_id) == 0:
        work.session.delete(case)
