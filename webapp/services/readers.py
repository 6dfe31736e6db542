"""Advisory units that are asked about a petition: they read its redacted copy, and nothing of its author."""

from datetime import datetime

from sqlalchemy import select

from ..domain.codes import is_code, read_code
from ..domain.errors import InvalidInput, NotFound
from ..domain.texts import clean_line
from ..extensions import db
from ..models import Account, ContentReader, Petition, Role, Visit
from . import audit
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_OPEN = ContentReader.ended_at.is_(None)


@safe_to_repeat
def invite(visit_id: int, username: str, *, by: Actor, now: datetime) -> ContentReader:
    """The officer of a visit asks somebody of an advisory unit to read its petition; twice is once.

    Raises:
        InvalidInput: nobody of an advisory unit signs in by this name. NotFound: not this officer's visit.
    """
    with unit_of_work() as work:
        visit = _held(work, visit_id, by)
        named = select(Account).where(Account.username == clean_line(username).lower()[:40])
        account = work.session.scalar(named)
        if account is None or account.disabled or Role.ADVISORY not in account.roles:
            raise InvalidInput("Không có ai thuộc bộ phận tham mưu mang tên đăng nhập này.", "username")
        same = ContentReader.petition_id == visit.petition_id, ContentReader.account_id == account.id
        before = work.session.scalar(select(ContentReader).where(*same, _OPEN))
        if before is not None:
            return before
        reader = ContentReader(
            petition_id=visit.petition_id, account_id=account.id, invited_by_id=by.account_id, invited_at=now
        )
        work.session.add(reader)
        work.session.flush()
        audit.record(
            work, "reader_invited", "petition", visit.petition_id, by=by, now=now, account=account.id
        )
        return reader


def end(visit_id: int, reader_id: int, *, by: Actor, now: datetime) -> None:
    """They read it no more; twice is once. Raises NotFound."""
    with unit_of_work() as work:
        visit = _held(work, visit_id, by)
        reader = work.session.get(ContentReader, reader_id, with_for_update=True)
        if reader is None or reader.petition_id != visit.petition_id:
            raise NotFound
        if reader.ended_at is None:
            reader.ended_at = now
            about = {"account": reader.account_id}
            audit.record(work, "reader_ended", "petition", visit.petition_id, by=by, now=now, **about)


def of_petition(petition_id: int) -> list[ContentReader]:
    """Who reads the petition now."""
    query = select(ContentReader).where(ContentReader.petition_id == petition_id, _OPEN)
    return list(db.session.scalars(query.order_by(ContentReader.id)))


def of_account(account_id: int) -> list[ContentReader]:
    """What this person was asked to read and may read now, the newest first."""
    query = select(ContentReader).where(ContentReader.account_id == account_id, _OPEN)
    return list(db.session.scalars(query.order_by(ContentReader.id.desc())))


def read(code: str, *, by: Actor, now: datetime) -> Petition:
    """The petition that this person was asked to read; that it was read is audited. Raises NotFound."""
    plain = read_code(code)
    query = (
        select(ContentReader)
        .join(ContentReader.petition)
        .where(Petition.code == plain, ContentReader.account_id == by.account_id, _OPEN)
    )
    reader = db.session.scalar(query) if is_code(plain) else None
    if reader is None:
        raise NotFound("Không tìm thấy đơn này.")
    petition_id = reader.petition_id
    with unit_of_work() as work:
        audit.record(work, "content_read", "petition", petition_id, by=by, now=now)
    return db.session.get_one(Petition, petition_id)


def _held(work: Work, visit_id: int, by: Actor) -> Visit:
    visit = work.session.get(Visit, visit_id)
    if visit is None or visit.officer_id != by.account_id:
        raise NotFound
    return visit
