"""The people and things that tests tell about, made through the services where there is one."""

import functools
import itertools
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from webapp.clock import local
from webapp.domain.identity_papers import PaperKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.preparation import Said, Task
from webapp.domain.working_days import HANOI, after_working_days
from webapp.extensions import db
from webapp.models import (
    Account,
    BridgePoint,
    Desk,
    Locality,
    Petition,
    Pilot,
    PointEntry,
    Role,
    Sitting,
    SittingFrame,
    SittingPlace,
    Visit,
)
from webapp.services import calendar, desks, petitions, reception
from webapp.services.actor import Actor, citizen, officer
from webapp.services.passwords import hash_password
from webapp.services.petitions import PetitionFields
from webapp.services.unit_of_work import unit_of_work

NINE = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Nine o'clock in Hanoi on a working day."""

PASSWORD = "mat khau dung de thu"
STORY = "Gia đình tôi bị thu hồi 312 m² đất trồng hoa, biên bản đo thiếu 46 m² phía giáp mương."

numbers = itertools.count(1)


def key() -> str:
    return f"key-{next(numbers):08d}"


def in_minutes(minutes: float, since: datetime = NINE) -> datetime:
    return since + timedelta(minutes=minutes)


def places() -> None:
    """Two communes of the pilot, one in part, one outside."""
    rows = [
        ("09706", "commune", "Yên Bài", Pilot.YES, "Vân Hòa; Yên Bài"),
        ("09700", "commune", "Ba Vì", Pilot.YES, "Khánh Thượng"),
        ("00160", "ward", "Nghĩa Đô", Pilot.PART, "Xuân Tảo"),
        ("00004", "ward", "Ba Đình", Pilot.NO, ""),
    ]
    with unit_of_work() as work:
        for code, kind, name, pilot, old in rows:
            if work.session.get(Locality, code) is None:
                work.session.add(Locality(code=code, kind=kind, name=name, pilot=pilot, old_names=old))


def a_citizen(phone: str | None = None) -> Account:
    return _account({Role.CITIZEN}, phone=phone or f"+84912{next(numbers):06d}")


def an_officer(username: str | None = None, full_name: str = "Lê Thu Hà") -> Account:
    return _account(
        {Role.OFFICER}, username=username or f"canbo{next(numbers)}", full_name=full_name, desk_rights=True
    )


def staff(
    *roles: Role, username: str | None = None, desk_rights: bool = False, point: int | None = None
) -> Account:
    name, about = username or f"nguoi{next(numbers)}", {"desk_rights": desk_rights, "bridge_point_id": point}
    return _account(set(roles), username=name, full_name="Trần Quốc Bảo", **about)


@functools.cache
def _hash() -> str:
    """Of the password that all staff have: to make one takes as long as everything else about an account."""
    return hash_password(PASSWORD)


def _account(roles: set[Role], **fields: object) -> Account:
    if fields.get("username"):
        fields["password_hash"] = _hash()
    with unit_of_work() as work:
        account = Account(created_at=NINE, **fields)
        account.roles = roles
        work.session.add(account)
        work.session.flush()
        return account


def a_sitting(
    start: datetime | None = None, hours: float = 8, home: bool = True, connected: bool = True
) -> Sitting:
    """A sitting open from eight in the morning, or from an hour before the given moment; its point is connected."""
    starts = (start or NINE) - timedelta(hours=1)
    with unit_of_work() as work:
        number = next(numbers)
        point = BridgePoint(name=f"Điểm cầu xã số {number}")
        work.session.add(point)
        sitting = Sitting(
            starts_at=starts,
            ends_at=starts + timedelta(hours=hours),
            host="Ban Tiếp công dân",
            home_offered=home,
        )
        work.session.add(sitting)
        work.session.flush()
        work.session.add(SittingPlace(sitting_id=sitting.id, bridge_point_id=point.id))
        if connected:
            connect(sitting.id, point.id, starts)
        return sitting


def connect(sitting_id: int, point_id: int, starts: datetime) -> None:
    """The point is signed as connected in time, by whoever worked there that day."""
    with unit_of_work() as work:
        entry = PointEntry(
            sitting_id=sitting_id,
            bridge_point_id=point_id,
            task=Task.CONNECTED,
            said=Said.SIGNED,
            starts_at=starts,
            due_at=starts - timedelta(hours=1),
            items=[],
            note="",
            at=starts - timedelta(hours=2),
            request_key=key(),
        )
        work.session.add(entry)


def a_sitting_to_book(
    now: datetime = NINE, *, desks: int = 1, slots: int = 4, minutes: int = 30, kept: int = 0
) -> Sitting:
    """One of the next working day, from nine o'clock, where places can be booked."""
    day = after_working_days(local(now).date(), 1, calendar.working_days())
    starts = datetime.combine(day, time(9), HANOI)
    sitting = a_sitting(starts)
    with unit_of_work() as work:
        work.session.get_one(Sitting, sitting.id).kept_percent = kept
        frame = SittingFrame(
            sitting_id=sitting.id,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=slots * minutes),
            desks=desks,
            minutes=minutes,
        )
        work.session.add(frame)
    connect(sitting.id, point_of(sitting).id, starts)
    return sitting


def slots_of(sitting: Sitting) -> list[datetime]:
    """When visits of its frames begin."""
    frames = db.session.scalars(select(SittingFrame).where(SittingFrame.sitting_id == sitting.id)).all()
    return [
        frame.starts_at + timedelta(minutes=past)
        for frame in frames
        for past in range(0, int((frame.ends_at - frame.starts_at).total_seconds() // 60), frame.minutes)
    ]


def a_booked_visit(
    sitting: Sitting,
    slot: int = 0,
    now: datetime = NINE,
    account: Account | None = None,
    priority: bool = False,
) -> tuple[Visit, Actor]:
    """Someone who has a place at this slot of the sitting, counted from 0, at home."""
    account = account or a_citizen()
    petition, by = a_petition(account, now), citizen(account.id)
    about: dict[str, Any] = {"bridge_point_id": None, "priority": priority, "by": by, "now": now}
    return reception.book(petition.id, sitting.id, slots_of(sitting)[slot], **about, key=key()), by


def point_of(sitting: Sitting) -> BridgePoint:
    """The bridge point that the sitting offers."""
    [point] = db.session.get_one(Sitting, sitting.id).places
    return point


def a_desk() -> Desk:
    with unit_of_work() as work:
        desk = Desk(number=next(numbers))
        work.session.add(desk)
        work.session.flush()
        return desk


def an_open_desk(now: datetime = NINE) -> tuple[Desk, Actor]:
    """A desk with an officer at it."""
    desk, by = a_desk(), officer(an_officer().id)
    return desks.open_desk(desk.id, by=by, now=now), by


DRAFT = "kkkkkkkkkkkkk3"
"""The key of a draft: as new as any other where nobody has begun it."""
WRITING, FILES = f"/petitions/new/{DRAFT}", f"/petitions/new-{DRAFT}/files"
"""Where that draft is written, and where its files are."""

ANSWERS = {
    "kind": "complaint",
    "on_behalf": "myself",
    "full_name": "Nguyễn Văn Lành",
    "birth_year": "1962",
    "paper_kind": "citizen_card",
    "paper_number": "001062012345",
    "issued_day": "",
    "issued_month": "",
    "issued_year": "",
    "issued_by": "",
    "lives_in": "09706",
    "village": "Xóm Mít",
    "old_address": "",
    "happened_in": "09700",
    "need_sign": "",
    "need_spoken": "",
    "need_writing": "",
    "language": "",
    "narrative": STORY,
    "against": "Quyết định số 15 của Ủy ban nhân dân xã",
    "learned_day": "",
    "learned_month": "",
    "learned_year": "",
    "settled": "no",
    "settled_by": "",
    "wish": "Đo lại đất của gia đình tôi.",
}
"""A draft in which every question has its answer."""


def fields(**changed: object) -> PetitionFields:
    usual: dict[str, object] = {
        "kind": PetitionKind.COMPLAINT,
        "protection_wanted": None,
        "lives_in": "09706",
        "old_address": "",
        "happened_in": "09700",
        "narrative": STORY,
        "full_name": "Nguyễn Văn Lành",
        "paper_kind": PaperKind.CITIZEN_CARD,
        "paper_number": "001062012345",
    }
    return PetitionFields(**(usual | changed))  # type: ignore[arg-type]


def a_petition(account: Account | None = None, now: datetime = NINE, **changed: object) -> Petition:
    places()
    by = citizen((account or a_citizen()).id)
    return petitions.submit(fields(**changed), by=by, now=now, key=key())


def a_petition_with_key(account: Account, request_key: str, **changed: object) -> Petition:
    """A petition submitted under this key, which its draft had before."""
    places()
    return petitions.submit(fields(**changed), by=citizen(account.id), now=NINE, key=request_key)


def a_waiting_visit(
    sitting: Sitting, now: datetime = NINE, account: Account | None = None, priority: bool = False
) -> tuple[Visit, Actor]:
    """Someone who took a number at this moment."""
    account = account or a_citizen()
    petition, by = a_petition(account, now), citizen(account.id)
    visit = reception.take_number(
        petition.id, sitting.id, bridge_point_id=None, priority=priority, by=by, now=now, key=key()
    )
    return visit, by
