"""The two seats that every room has: the officer's and the citizen's, taken as they come in."""

from datetime import datetime

from sqlalchemy import select

from ..domain.codes import new_code
from ..domain.participants import Happening, ParticipantRole
from ..domain.visit_flow import By, State
from ..models import Account, Participant, ParticipantEvent, Petition, Visit
from .unit_of_work import Work


def take(work: Work, visit: Visit, now: datetime) -> None:
    """Seat whoever should sit there now; an officer who handed the visit over leaves the seat."""
    seated = _seated(work, visit.id)
    if visit.officer_id is not None:
        _change_officer(work, visit, seated, now)
    if visit.state is State.IN_SESSION and ParticipantRole.CITIZEN not in seated:
        petition = work.session.get_one(Petition, visit.petition_id)
        _seat(work, visit, ParticipantRole.CITIZEN, petition.account_id, "", now)


def _seated(work: Work, visit_id: int) -> dict[ParticipantRole, Participant]:
    query = select(Participant).where(
        Participant.visit_id == visit_id,
        Participant.account_id.is_not(None),
        Participant.removed_at.is_(None),
    )
    return {one.role: one for one in work.session.scalars(query)}


def _change_officer(
    work: Work, visit: Visit, seated: dict[ParticipantRole, Participant], now: datetime
) -> None:
    before = seated.get(ParticipantRole.OFFICER)
    if before is not None and before.account_id == visit.officer_id:
        return
    if before is not None:
        before.removed_at = now
        log(work, visit.id, Happening.REMOVED, now, By.SYSTEM, participant=before)
        work.session.flush()
    name = work.session.get_one(Account, visit.officer_id).full_name
    _seat(work, visit, ParticipantRole.OFFICER, visit.officer_id, name, now)


def _seat(
    work: Work, visit: Visit, role: ParticipantRole, account_id: int | None, name: str, now: datetime
) -> None:
    one = Participant(
        code=new_code(),
        visit_id=visit.id,
        role=role,
        name=name,
        sitting_there="",
        account_id=account_id,
        admitted_at=now,
    )
    work.session.add(one)
    work.session.flush()
    log(work, visit.id, Happening.CAME, now, By.SYSTEM, participant=one)


def log(
    work: Work,
    visit_id: int,
    happening: Happening,
    now: datetime,
    by: By,
    *,
    participant: Participant | None = None,
    actor_id: int | None = None,
    reason: str = "",
    key: str | None = None,
) -> None:
    """Write down what happened to a participant, or to the whole room."""
    work.session.add(
        ParticipantEvent(
            visit_id=visit_id,
            participant_id=participant.id if participant else None,
            happening=happening,
            by=by,
            actor_id=actor_id,
            at=now,
            reason=work.session.get_one(Visit, visit_id).kept(reason),
            request_key=key,
        )
    )
