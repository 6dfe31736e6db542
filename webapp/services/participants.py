"""Who is in the room of a visit: invited by a link, admitted, refused and removed by its officer.

A link opens once: the browser that confirms it holds the place, and later ones are told so.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.codes import is_code, new_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.participants import (
    INVITED_ROLES,
    LONGEST_LINK,
    MOST_ENDS,
    MOST_SITTING,
    ROOM_OPEN,
    SHORTEST_LINK,
    Happening,
    ParticipantRole,
)
from ..domain.texts import N_, clean_line, clean_text
from ..domain.visit_flow import By
from ..extensions import db
from ..keyring import keyring
from ..models import Participant, ParticipantEvent, Visit
from . import audit, seats, topics
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_FIRST = (ParticipantRole.OFFICER, ParticipantRole.CITIZEN)
_WITH = joinedload(Participant.visit).joinedload(Visit.sitting)
_SPENT = N_("Đường dẫn này đã có người dùng. Hãy xin cán bộ đường dẫn khác.")
_OVER = N_("Đường dẫn này đã hết hạn. Hãy xin cán bộ đường dẫn khác.")


@dataclass(frozen=True)
class Invitation:
    """Whom an officer invites, and for how long the link holds."""

    role: str
    name: str
    unit: str = ""
    sitting_there: str = ""
    holds: timedelta = timedelta(hours=1)


@safe_to_repeat
def invite(
    visit_id: int, wanted: Invitation, *, by: Actor, now: datetime, key: str
) -> tuple[Participant, str]:
    """A place in the room and the token of its link; the same request gets the same again.

    Raises:
        InvalidInput: role, name, list or minutes cannot be taken.
        Conflict: five ends are reached, or the room is not open.
        NotFound: this officer does not hold the visit.
    """
    checked = _checked(wanted)
    with unit_of_work() as work:
        visit = held_visit(work, visit_id, by)
        before = work.session.scalar(
            select(Participant).where(Participant.visit_id == visit.id, Participant.request_key == key)
        )
        if before is not None:
            return before, _token(before.code)
        if visit.state not in ROOM_OPEN:
            raise Conflict("Phòng tiếp chưa mở hoặc đã đóng nên chưa mời được.")
        seats.take(work, visit, now)
        if len(_ends(work, visit.id, now)) + _missing_citizen(work, visit.id) >= MOST_ENDS:
            raise Conflict("Phòng đã đủ 5 đầu. Hãy mời một bên ra trước.")
        code = new_code()
        invited = Participant(
            code=code,
            visit_id=visit.id,
            role=ParticipantRole(checked.role),
            name=checked.name,
            unit=visit.kept(checked.unit),
            sitting_there=checked.sitting_there,
            link_hash=hash_of(_token(code)),
            expires_at=now + checked.holds,
            invited_by_id=by.account_id,
            request_key=key,
        )
        work.session.add(invited)
        work.session.flush()
        _log(work, invited, Happening.INVITED, by, now)
        audit.record(work, "guest_invited", "participant", code, by=by, now=now, role=invited.role)
        return invited, _token(code)


def _checked(wanted: Invitation) -> Invitation:
    if wanted.role not in INVITED_ROLES:
        raise InvalidInput("Hãy chọn vai trò.", "role")
    name, unit = clean_line(wanted.name), clean_line(wanted.unit)
    if not 2 <= len(name) <= 120:
        raise InvalidInput("Hãy ghi tên hiện trong phòng, từ 2 đến 120 chữ cái.", "name")
    if len(unit) > 120:
        raise InvalidInput("Tên cơ quan dài quá 120 chữ cái.", "unit")
    if not SHORTEST_LINK <= wanted.holds <= LONGEST_LINK:
        raise InvalidInput("Đường dẫn có hạn từ 5 đến 1.440 phút.", "holds")
    return Invitation(wanted.role, name, unit, names_of(wanted.sitting_there), wanted.holds)


def names_of(typed: str) -> str:
    """The list of who sits at an end, one a line. Raises InvalidInput when it is too long."""
    names = [line for line in map(clean_line, clean_text(typed).splitlines()) if line]
    if len(names) > MOST_SITTING or any(len(name) > 120 for name in names):
        raise InvalidInput("Ghi mỗi người một dòng, nhiều nhất 30 người.", "sitting_there")
    return "\n".join(names)


def held_visit(work: Work, visit_id: int, by: Actor) -> Visit:
    """The visit, locked, when this officer holds it. Raises NotFound."""
    visit = work.session.get(Visit, visit_id, with_for_update=True)
    if visit is None or by.by is not By.OFFICER or visit.officer_id != by.account_id:
        raise NotFound("Không tìm thấy lượt tiếp này.")
    return visit


def _ends(work: Work, visit_id: int, now: datetime) -> list[Participant]:
    """Who is in the room or may still come."""
    query = select(Participant).where(Participant.visit_id == visit_id, Participant.removed_at.is_(None))
    return [
        one
        for one in work.session.scalars(query)
        if not one.is_guest or one.used_at or (one.expires_at and now <= one.expires_at)
    ]


def _missing_citizen(work: Work, visit_id: int) -> int:
    """The citizen's seat is kept while they are on their way."""
    seated = select(Participant.id).where(
        Participant.visit_id == visit_id, Participant.role == ParticipantRole.CITIZEN
    )
    return 0 if work.session.scalar(seated) else 1


def of_link(token: str, *, now: datetime) -> Participant:
    """Whose link this is, while it can be opened.

    Raises:
        NotFound: there is no such link. Conflict: used, expired, or taken back.
    """
    invited = db.session.scalar(
        select(Participant).options(_WITH).where(Participant.link_hash == hash_of(token))
    )
    if invited is None:
        raise NotFound("Đường dẫn này không đúng. Hãy xin cán bộ gửi lại.")
    _check_link(invited, invited.visit, now)
    return invited


def _check_link(invited: Participant, visit: Visit, now: datetime) -> None:
    if invited.used_at is not None:
        raise Conflict(_SPENT)
    if invited.removed_at is not None or visit.state not in ROOM_OPEN:
        raise Conflict("Lời mời này không còn. Hãy hỏi cán bộ đã mời.")
    if invited.expires_at is None or now > invited.expires_at:
        raise Conflict(_OVER)


@safe_to_repeat
def open_link(token: str, *, sitting_there: str | None = None, now: datetime, key: str) -> Participant:
    """The first browser that confirms takes the place; a copy of that very request too.

    Raises:
        NotFound, Conflict: as `of_link`. InvalidInput: the list of people is too long.
    """
    names = None if sitting_there is None else names_of(sitting_there)
    with unit_of_work() as work:
        invited = work.session.scalar(
            select(Participant).where(Participant.link_hash == hash_of(token)).with_for_update()
        )
        if invited is None:
            raise NotFound("Đường dẫn này không đúng. Hãy xin cán bộ gửi lại.")
        mine = _event(work, invited.visit_id, key)
        if mine is not None and mine.participant_id == invited.id:
            return invited
        _check_link(invited, work.session.get_one(Visit, invited.visit_id), now)
        invited.used_at = now
        if names is not None and invited.role is ParticipantRole.BRIDGE_POINT:
            invited.sitting_there = names
        by = Actor(None, By.GUEST, invited.id)
        _log(work, invited, Happening.CAME, by, now, key=key)
        return invited


def admit(participant_id: int, *, by: Actor, now: datetime, key: str) -> Participant:
    """Let the guest at the door in; once is enough.

    Raises:
        Conflict: the link was not opened yet, or the guest was turned away.
    """
    with unit_of_work() as work:
        guest = _of_officer(work, participant_id, by)
        if _event(work, guest.visit_id, key) is not None:
            return guest
        if guest.used_at is None or guest.removed_at is not None:
            raise Conflict("Người này chưa mở đường dẫn hoặc đã được mời ra.")
        if guest.admitted_at is None:
            guest.admitted_at, guest.admitted_by_id = now, by.account_id
            _log(work, guest, Happening.ADMITTED, by, now, key=key)
        return guest


def remove(participant_id: int, *, reason: str, by: Actor, now: datetime, key: str) -> Participant:
    """Turn a guest away from the door or out of the room, with a reason; their sockets are cut.

    Raises:
        InvalidInput: no reason. Conflict: the officer and the citizen are not guests.
    """
    why = clean_line(reason)[:500]
    with unit_of_work() as work:
        guest = _of_officer(work, participant_id, by)
        if guest.removed_at is not None or _event(work, guest.visit_id, key) is not None:
            return guest
        if not guest.is_guest:
            raise Conflict("Chỉ mời ra được người vào bằng đường dẫn.")
        if not why:
            raise InvalidInput("Hãy ghi lý do.", "reason")
        inside = guest.admitted_at is not None
        guest.removed_at, guest.removed_by_id = now, by.account_id
        guest.removed_reason = guest.visit.kept(why)
        guest.has_floor, guest.hand_raised_at = False, None
        happening = Happening.REMOVED if inside else Happening.REFUSED
        _log(work, guest, happening, by, now, reason=why, key=key)
        audit.record(work, "guest_removed", "participant", guest.code, by=by, now=now, reason=why)
        work.announce(topics.removed(guest))
        return guest


def _of_officer(work: Work, participant_id: int, by: Actor) -> Participant:
    """A participant of a visit that this officer holds. Raises NotFound."""
    one = work.session.get(Participant, participant_id, with_for_update=True)
    if one is None:
        raise NotFound
    held_visit(work, one.visit_id, by)
    return one


def _event(work: Work, visit_id: int, key: str) -> ParticipantEvent | None:
    """What this very request already did."""
    return work.session.scalar(
        select(ParticipantEvent).where(
            ParticipantEvent.visit_id == visit_id, ParticipantEvent.request_key == key
        )
    )


def _log(
    work: Work,
    one: Participant,
    happening: Happening,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    key: str | None = None,
) -> None:
    about = {"participant": one, "actor_id": by.account_id, "reason": reason, "key": key}
    seats.log(work, one.visit_id, happening, now, by.by, **about)  # type: ignore[arg-type]
    visit = work.session.get_one(Visit, one.visit_id)
    work.announce(topics.visit(visit), topics.people(visit))


def in_order(visit_id: int, *, inside_only: bool = False) -> list[Participant]:
    """Everyone who has a place now: the chair, the citizen, then guests as they were invited."""
    query = (
        select(Participant)
        .options(_WITH)
        .where(Participant.visit_id == visit_id, Participant.removed_at.is_(None))
    )
    found = sorted(
        db.session.scalars(query),
        key=lambda one: (_FIRST.index(one.role) if one.role in _FIRST else 2, one.id),
    )
    return [one for one in found if one.is_inside] if inside_only else found


def had_guests(visit_id: int) -> bool:
    """Whether anyone was ever invited into the room."""
    invited = select(Participant.id).where(
        Participant.visit_id == visit_id, Participant.link_hash.is_not(None)
    )
    return db.session.scalar(invited.limit(1)) is not None


def by_code(code: str) -> Participant:
    """Any participant. Raises NotFound."""
    one = (
        db.session.scalar(select(Participant).options(_WITH).where(Participant.code == code))
        if is_code(code)
        else None
    )
    if one is None:
        raise NotFound
    return one


def of_actor(visit_id: int, by: Actor) -> Participant:
    """The place of whoever acts. Raises NotFound when there is none now."""
    if by.participant_id is not None:
        mine = Participant.id == by.participant_id
    else:
        mine = Participant.account_id == by.account_id
    one = db.session.scalar(
        select(Participant)
        .options(_WITH)
        .where(Participant.visit_id == visit_id, Participant.removed_at.is_(None), mine)
    )
    if one is None:
        raise NotFound
    return one


def removed_since(moment: datetime) -> list[str]:
    """Codes of guests removed after the moment; their sockets must go."""
    removed = Participant.removed_at > moment
    return list(
        db.session.scalars(select(Participant.code).where(removed, Participant.link_hash.is_not(None)))
    )


def events(visit_id: int) -> list[ParticipantEvent]:
    """All that happened in the room, oldest first: the minutes say from it who was present when."""
    query = (
        select(ParticipantEvent)
        .options(joinedload(ParticipantEvent.participant))
        .where(ParticipantEvent.visit_id == visit_id)
    )
    return list(db.session.scalars(query.order_by(ParticipantEvent.id)))


def _token(code: str) -> str:
    """Follows from the place's code by the key outside the database, so that a retry shows it again."""
    return keyring.look_up(f"guest-link\0{code}")[:40]


def hash_of(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()
