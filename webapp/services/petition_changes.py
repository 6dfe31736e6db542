"""What an author may still do with a petition that was submitted: add to it, or withdraw it.

The submitted text itself is never edited: there is no function for it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from ..domain.errors import Conflict, FormUsed, InvalidInput, NotFound, TooMany
from ..domain.notices import Notice
from ..domain.petition_matter import ADDITIONS_AN_HOUR, LONGEST_ADDITION, LONGEST_REASON
from ..domain.texts import clean_text
from ..domain.visit_flow import LIVE, OPEN_STATES, State
from ..models import Petition, PetitionAddition, Visit
from . import audit, reception, statement_waits, visits
from .actor import Actor
from .petitions import tell
from .unit_of_work import Work, safe_to_repeat, unit_of_work


@safe_to_repeat
def add(petition_id: int, typed: str, *, by: Actor, now: datetime, key: str) -> PetitionAddition:
    """Add words to the petition, with their date; the same key again gives the first ones back.

    Raises:
        InvalidInput: under 5 or over 10,000 characters. Conflict: the petition was withdrawn.
        FormUsed: the key is that of other words. NotFound: it is not this person's.
        TooMany: ten times within the last hour already.
    """
    body = clean_text(typed)
    if len(body) < 5:
        raise InvalidInput("Hãy ghi điều muốn bổ sung, ít nhất 5 chữ cái.", "body")
    if len(body) > LONGEST_ADDITION:
        raise InvalidInput("Dài quá 10.000 chữ cái. Hãy rút bớt hoặc chia làm hai lần.", "body")
    with unit_of_work() as work:
        petition = _own(work, petition_id, by)
        before = work.session.scalar(
            select(PetitionAddition).where(
                PetitionAddition.petition_id == petition_id, PetitionAddition.request_key == key
            )
        )
        if before is not None and before.body != body:
            raise FormUsed
        if before is not None:
            return before
        if petition.withdrawn_at is not None:
            raise Conflict("Đơn này đã rút, không bổ sung được nữa.")
        _check_pace(work, petition_id, now)
        addition = PetitionAddition(
            petition_id=petition_id, body=petition.kept(body), added_at=now, request_key=key
        )
        work.session.add(addition)
        work.session.flush()
        audit.record(work, "petition_added_to", "petition", petition_id, by=by, now=now, addition=addition.id)
        tell(work, petition, Notice.ADDED_TO, now=now, about=f"addition:{addition.id}")
        return addition


def _check_pace(work: Work, petition_id: int, now: datetime) -> None:
    lately = select(PetitionAddition.added_at).where(
        PetitionAddition.petition_id == petition_id, PetitionAddition.added_at > now - timedelta(hours=1)
    )
    times = sorted(work.session.scalars(lately))
    if len(times) >= ADDITIONS_AN_HOUR:
        again = times[-ADDITIONS_AN_HOUR] + timedelta(hours=1) - now
        raise TooMany(
            "Đơn này vừa được bổ sung 10 lần trong một giờ. Bài vừa viết còn ở đây: xin chờ ít phút rồi bấm "
            "gửi lại.",
            retry_after=int(again.total_seconds()) + 1,
        )


def withdraw(petition_id: int, reason: str, *, by: Actor, now: datetime, key: str) -> Petition:
    """The author takes the petition back; an open visit ends with it. Twice is once.

    Raises:
        InvalidInput: no reason, or over 500 characters. NotFound: it is not this person's.
        Conflict: the person is being received just now, so says it to the officer.
    """
    why = clean_text(reason)
    if not why:
        raise InvalidInput("Hãy ghi lý do rút đơn.", "reason")
    if len(why) > LONGEST_REASON:
        raise InvalidInput("Lý do dài quá 500 chữ cái. Hãy rút bớt.", "reason")
    with unit_of_work() as work:
        # The desk locks a visit before its petition; the other order would let the two wait for each other.
        open_visit = Visit.petition_id == petition_id, Visit.state.in_(OPEN_STATES)
        work.session.execute(select(Visit.id).where(*open_visit).with_for_update())
        petition = _own(work, petition_id, by)
        if petition.withdrawn_at is not None:
            return petition
        visit = visits.open_of_petition(petition_id, work.session)
        if visit is not None and visit.state in LIVE:
            raise Conflict("Ông/Bà đang gặp cán bộ. Hãy nói với cán bộ là muốn rút đơn.")
        if visit is not None:
            end = reception.leave if visit.state is State.CALLED else reception.cancel
            end(visit.id, by=by, now=now, key=key)
        petition.withdrawn_at, petition.withdrawal_reason = now, petition.kept(why)
        audit.record(work, "petition_withdrawn", "petition", petition_id, by=by, now=now)
        statement_waits.note(work, petition_id)
        tell(work, petition, Notice.WITHDRAWN, now=now)
        return petition


def _own(work: Work, petition_id: int, by: Actor) -> Petition:
    petition = work.session.get(Petition, petition_id, with_for_update=True)
    if petition is None or petition.account_id != by.account_id:
        raise NotFound("Không tìm thấy đơn này.")
    return petition
