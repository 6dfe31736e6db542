"""Advisory units that are asked about a petition: they read its redacted copy, and nothing of its author.

An officer reads the copy first, strikes what the machine left standing, and confirms it: no machine is perfect.
What comes into the petition later is in no copy that was confirmed before.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from ..domain.codes import is_code, read_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.texts import N_, clean_line, clean_text
from ..domain.working_days import after_working_days, day_in_hanoi
from ..extensions import db
from ..models import Account, ContentReader, Petition, Role, Visit
from . import audit, calendar, petition_contents
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

USUAL_DAYS = 10
"""Working days for which one reads, where the installation says nothing else; the law names no term."""
_LONGEST_STRUCK = 2_000
_NEVER_SAID = timedelta(days=14)


class CopyMoved(Conflict):
    """The copy is not (any more) the one that was read and confirmed."""

    message = N_("Bản đã che khác với bản anh/chị vừa đọc. Hãy đọc lại bản dưới đây, rồi đánh dấu và mời.")


def _open(now: datetime) -> ColumnElement[bool]:
    """Read now: not ended, the last day not over, the petition not withdrawn."""
    lasts = or_(
        ContentReader.until >= day_in_hanoi(now),
        and_(ContentReader.until.is_(None), ContentReader.invited_at > now - _NEVER_SAID),
    )
    withdrawn = ContentReader.petition.has(Petition.withdrawn_at.is_not(None))
    return and_(ContentReader.ended_at.is_(None), lasts, ~withdrawn)


def read_struck(typed: str) -> tuple[str, ...]:
    """Words to be struck, one or several a line as they stand in the text.

    Raises:
        InvalidInput: over 2,000 characters, or a line without a letter or digit.
    """
    text = clean_text(typed)
    if len(text) > _LONGEST_STRUCK:
        raise InvalidInput("Chỗ cần che thêm dài quá 2000 chữ cái. Hãy ghi gọn từng cụm từ.", "struck")
    lines = tuple(dict.fromkeys(filter(None, map(clean_line, text.split("\n")))))
    if any(not any(ch.isalnum() for ch in line) for line in lines):
        raise InvalidInput("Mỗi dòng là một cụm từ có trong đơn.", "struck")
    return lines


def check_struck(petition: Petition, struck: tuple[str, ...], *, now: datetime) -> None:
    """Raises InvalidInput: some of the words hide nothing, as where one is typed otherwise than in the text."""
    if petition_contents.missed_of(petition, struck, at=now):
        raise InvalidInput(
            "Có dòng không che thêm được chữ nào. Hãy sửa cho đúng như trong đơn, hoặc bỏ.", "struck"
        )


def struck_of(reader: ContentReader) -> tuple[str, ...]:
    """What was struck from this reader's copy."""
    return tuple((reader.struck or "").split("\n")) if reader.struck else ()


def struck_before(petition_id: int) -> tuple[str, ...]:
    """What the last copy of the petition had struck: the next one begins with it."""
    query = select(ContentReader).where(ContentReader.petition_id == petition_id)
    last = db.session.scalar(query.order_by(ContentReader.id.desc()).limit(1))
    return struck_of(last) if last is not None else ()


@safe_to_repeat
def invite(
    visit_id: int,
    username: str,
    struck: tuple[str, ...],
    *,
    confirmed: bool,
    seen: str,
    days: int = USUAL_DAYS,
    by: Actor,
    now: datetime,
) -> ContentReader:
    """The officer of a visit asks somebody of an advisory unit to read its petition; twice is once.

    `seen` is the mark of the copy that the officer read (`petition_contents.mark_of`): no other one is given out.
    Whoever reads it already gets the new copy and the new last day; what was struck from theirs before stays
    struck. It may be read for so many working days.

    Raises:
        InvalidInput: nobody of an advisory unit signs in by this name, or the copy was not confirmed.
        CopyMoved: the copy is another than the one that was read. NotFound: not this officer's visit.
        Conflict: the petition was withdrawn.
    """
    today = day_in_hanoi(now)
    until = after_working_days(today, days, calendar.working_days())
    with unit_of_work() as work:
        visit = _held(work, visit_id, by)
        petition = work.session.get_one(Petition, visit.petition_id, with_for_update=True)
        if petition.withdrawn_at is not None:
            raise Conflict("Đơn đã rút nên không mời đọc nữa.")
        named = select(Account).where(Account.username == clean_line(username).lower()[:40])
        account = work.session.scalar(named)
        if account is None or account.disabled or Role.ADVISORY not in account.roles:
            raise InvalidInput("Không có ai thuộc bộ phận tham mưu mang tên đăng nhập này.", "username")
        if not confirmed:
            raise InvalidInput("Hãy đọc bản đã che, rồi đánh dấu là đã đọc.", "confirmed")
        read_now = petition_contents.copy_of(petition, struck, at=now)
        if petition_contents.mark_of(read_now, struck) != seen:
            raise CopyMoved
        same = ContentReader.petition_id == petition.id, ContentReader.account_id == account.id
        before = work.session.scalar(select(ContentReader).where(*same, ContentReader.ended_at.is_(None)))
        if before is not None:
            both = tuple(dict.fromkeys((*struck_of(before), *struck)))
            theirs = petition_contents.copy_of(petition, struck_of(before), at=before.invited_at)
            if before.until == until and theirs == petition_contents.copy_of(petition, both, at=now):
                return before
            struck = both
            _end(work, before, by, now)
            work.session.flush()
        reader = ContentReader(
            petition_id=petition.id,
            account_id=account.id,
            invited_by_id=by.account_id,
            invited_at=now,
            until=until,
            struck="\n".join(struck) or None,
        )
        work.session.add(reader)
        work.session.flush()
        about = {"account": account.id, "until": until.isoformat(), "struck": len(struck)}
        audit.record(work, "reader_invited", "petition", petition.id, by=by, now=now, **about)
        return reader


def end(visit_id: int, reader_id: int, *, by: Actor, now: datetime) -> None:
    """They read it no more; twice is once. Raises NotFound."""
    with unit_of_work() as work:
        visit = _held(work, visit_id, by)
        reader = work.session.get(ContentReader, reader_id, with_for_update=True)
        if reader is None or reader.petition_id != visit.petition_id:
            raise NotFound
        _end(work, reader, by, now)


def end_as_leader(reader_id: int, *, by: Actor, now: datetime) -> None:
    """A leader ends any invitation; twice is once. Raises NotFound."""
    with unit_of_work() as work:
        reader = work.session.get(ContentReader, reader_id, with_for_update=True)
        if reader is None:
            raise NotFound
        _end(work, reader, by, now)


def _end(work: Work, reader: ContentReader, by: Actor, now: datetime) -> None:
    if reader.ended_at is None:
        reader.ended_at = now
        about = {"account": reader.account_id}
        audit.record(work, "reader_ended", "petition", reader.petition_id, by=by, now=now, **about)


def of_petition(petition_id: int, *, now: datetime) -> list[ContentReader]:
    """Who reads the petition now."""
    query = select(ContentReader).where(ContentReader.petition_id == petition_id, _open(now))
    return list(db.session.scalars(query.order_by(ContentReader.id)))


def everyone(*, now: datetime) -> list[ContentReader]:
    """Who reads what now, the newest first."""
    return list(db.session.scalars(select(ContentReader).where(_open(now)).order_by(ContentReader.id.desc())))


def of_account(account_id: int, *, now: datetime) -> list[ContentReader]:
    """What this person was asked to read and may read now, the newest first."""
    query = select(ContentReader).where(ContentReader.account_id == account_id, _open(now))
    return list(db.session.scalars(query.order_by(ContentReader.id.desc())))


def read(code: str, *, by: Actor, now: datetime) -> ContentReader:
    """The petition that this person was asked to read; that it was read is audited. Raises NotFound."""
    plain = read_code(code)
    query = (
        select(ContentReader)
        .join(ContentReader.petition)
        .where(Petition.code == plain, ContentReader.account_id == by.account_id, _open(now))
    )
    reader = db.session.scalar(query) if is_code(plain) else None
    if reader is None:
        raise NotFound("Không tìm thấy đơn này.")
    reader_id, petition_id = reader.id, reader.petition_id
    with unit_of_work() as work:
        audit.record(work, "content_read", "petition", petition_id, by=by, now=now)
    return db.session.get_one(ContentReader, reader_id)


def _held(work: Work, visit_id: int, by: Actor) -> Visit:
    visit = work.session.get(Visit, visit_id)
    if visit is None or visit.officer_id != by.account_id:
        raise NotFound
    return visit
