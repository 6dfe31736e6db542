"""The demo's people, places and days, told through the same services that real people use.

Everything is invented and comes out the same each time: who, what and when hang on `now` and on a
fixed seed. Lives (`Life`) of visits are played in the order of their times, as they would happen.
"""

import csv
import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select
from vietnam_provinces import ProvinceCode, Ward

from ..clock import HANOI, local
from ..domain.identity_papers import PaperKind
from ..domain.outcomes import OutcomeKind, RefusalGround
from ..domain.petition_kinds import PetitionKind
from ..domain.visit_flow import By
from ..extensions import db
from ..models import (
    Account,
    BridgePoint,
    Desk,
    Locality,
    Petition,
    Pilot,
    Role,
    Sitting,
    SittingKind,
    SittingMode,
    Visit,
)
from . import accounts, conversation, desks, minutes, petitions, reception
from .actor import SYSTEM, Actor, citizen, officer
from .passwords import hash_password
from .sign_in import read_phone
from .unit_of_work import Work, listeners, unit_of_work

_DATA = Path(__file__).resolve().parent.parent / "data"
PASSWORD = "demo-Hanoi-2026"  # noqa: S105 - public on purpose: the demo is refused in production
DAYS_PAST, DAYS_AHEAD = 14, 30
_SEED = 2026

Life = Iterator[datetime]
"""What happens to one visit: before each step it yields the moment of that step."""


def is_empty() -> bool:
    """Whether nobody can sign in yet."""
    return db.session.scalar(select(Account.id).limit(1)) is None


def load(now: datetime) -> None:
    """Fill an empty database: places, people, sittings, today's queue and two weeks behind it."""
    hashed = hash_password(PASSWORD)
    load_localities()
    with _nobody_watches():
        with unit_of_work() as work:
            _add_bridge_points(work)
            _add_staff(work, hashed, now)
            _add_citizens(work, now)
            work.session.add_all(Desk(number=number) for number in range(1, 7))
            _add_sittings(work, local(now).date() - timedelta(days=DAYS_PAST), now)
        with unit_of_work() as work:
            story = _Story.open(work, now)
            _play([*_history(story), *_today(story)])


@contextmanager
def _nobody_watches() -> Iterator[None]:
    """Hundreds of old changes of an empty database are news to nobody."""
    kept = listeners[:]
    listeners.clear()
    try:
        yield
    finally:
        listeners[:] = kept


# Places


def load_localities() -> int:
    """Add the communes and wards of Hanoi that are missing; returns how many.

    The pilot's own come with their official codes from `localities.csv`, the others from
    the national list, where three of the pilot's communes stand under other codes: so the
    name, which no two places of Hanoi share, says which is which.
    """
    with unit_of_work() as work:
        known = set(work.session.scalars(select(Locality.name)))
        pilot = [place for place in _pilot_localities() if place.name not in known]
        known |= {place.name for place in pilot}
        others = [place for place in _all_localities() if place.name not in known]
        work.session.add_all([*pilot, *others])
        return len(pilot) + len(others)


def _pilot_localities() -> Iterator[Locality]:
    with (_DATA / "localities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Locality(
                code=row["code"],
                kind=row["kind"],
                name=row["name"],
                former_district=row["former_district"],
                pilot=Pilot(row["core"]),
                old_names=row["old_names"],
            )


def _all_localities() -> Iterator[Locality]:
    for ward in Ward.iter_by_province(ProvinceCode.P_01):
        kind, name = ward.name.split(" ", 1)
        yield Locality(
            code=f"{ward.code.value:05d}", kind="ward" if kind == "Phường" else "commune", name=name, pilot=Pilot.NO
        )


_CENTRAL = "Trụ sở Tiếp công dân Thành phố"
_COMPONENTS = ("Ba Vì", "Yên Bài", "Hương Sơn", "Phú Cát", "Tây Tựu", "Minh Châu")


def _add_bridge_points(work: Work) -> None:
    places = {place.name: place for place in work.session.scalars(select(Locality))}
    work.session.add(
        BridgePoint(
            name=_CENTRAL,
            address="34 Lý Thái Tổ, phường Hoàn Kiếm, Hà Nội",
            central=True,
            locality_code=places["Hoàn Kiếm"].code,
        )
    )
    for name in _COMPONENTS:
        where = places[name].full_name
        here = where[0].lower() + where[1:]
        work.session.add(
            BridgePoint(
                name=f"Điểm cầu {here}", address=f"Trụ sở UBND {here}, Hà Nội", locality_code=places[name].code
            )
        )
    work.session.flush()


# People


@dataclass(frozen=True)
class _Staff:
    username: str
    full_name: str
    role: Role
    desk_rights: bool = False


_STAFF = (
    _Staff("canbo1", "Lê Thu Hà", Role.OFFICER, desk_rights=True),
    _Staff("canbo2", "Trần Quốc Bảo", Role.OFFICER, desk_rights=True),
    _Staff("lanhdao1", "Nguyễn Minh Đức", Role.LEADER, desk_rights=True),
    _Staff("diemcau1", "Phùng Thị Lan", Role.BRIDGE),
    _Staff("sonnmt1", "Vũ Hải Nam", Role.ADVISORY),
    _Staff("thanhtra1", "Đặng Thanh Bình", Role.INSPECTOR),
    _Staff("quantri", "Hoàng Anh Tuấn", Role.ADMIN),
)


def _add_staff(work: Work, hashed: str, now: datetime) -> None:
    ba_vi = work.session.scalars(select(BridgePoint.id).where(BridgePoint.name == "Điểm cầu xã Ba Vì")).one()
    for person in _STAFF:
        fields = accounts.AccountFields(
            full_name=person.full_name,
            roles=frozenset({person.role}),
            desk_rights=person.desk_rights,
            bridge_point_id=ba_vi if person.role is Role.BRIDGE else None,
        )
        account = accounts.create(person.username, fields, by=SYSTEM, now=now, key=f"demo:{person.username}")
        account.password_hash = hashed  # one hash for all: hashing is slow on purpose


@dataclass(frozen=True)
class _Citizen:
    """An invented person: name, sex and birth year as the paper's number has them, and home."""

    full_name: str
    woman: bool
    born: int
    lives_in: str


_CITIZENS = (
    _Citizen("Nguyễn Văn Thắng", False, 1968, "Xuân Đỉnh"),
    _Citizen("Đỗ Thị Mai", True, 1975, "Đông Ngạc"),
    _Citizen("Nguyễn Duy Hưng", False, 1980, "Phú Cát"),
    _Citizen("Phùng Văn Lợi", False, 1957, "Cổ Đô"),
    _Citizen("Trần Thị Ngọc", True, 1962, "Phú Diễn"),
    _Citizen("Bùi Thị Hạnh", True, 1979, "Phúc Sơn"),
    _Citizen("Chu Văn Phúc", False, 1971, "Bất Bạt"),
    _Citizen("Hoàng Thị Tâm", True, 1966, "Kiều Phú"),
    _Citizen("Lê Đình Quang", False, 1984, "Thượng Cát"),
    _Citizen("Vương Thị Hoa", True, 1959, "Mỹ Đức"),
    _Citizen("Đỗ Văn Khoát", False, 1963, "Tây Tựu"),
    _Citizen("Phạm Thị Nhung", True, 1977, "Suối Hai"),
    _Citizen("Lê Văn Sáu", False, 1970, "Hồng Sơn"),
    _Citizen("Triệu Thị Mùi", True, 1952, "Ba Vì"),
    _Citizen("Nguyễn Thị Thu", True, 1986, "Quốc Oai"),
    _Citizen("Dương Văn Kiên", False, 1990, "Yên Bài"),
    _Citizen("Kiều Văn Nghĩa", False, 1955, "Hưng Đạo"),
    _Citizen("Nguyễn Thị Lụa", True, 1973, "Vật Lại"),
    _Citizen("Bạch Văn Trường", False, 1965, "Hương Sơn"),
    _Citizen("Đinh Thị Vân", True, 1981, "Quảng Oai"),
)


def _phone(number: int) -> str:
    return read_phone(f"09120000{number:02d}")


def _paper_number(number: int, person: _Citizen) -> str:
    """Hanoi, then century and sex, birth year, and a row of its own (decree 137/2015 art. 13)."""
    return f"001{int(person.woman)}{person.born % 100:02d}{number:06d}"


def _add_citizens(work: Work, now: datetime) -> None:
    """As a first sign-in makes them: a phone and a role, no name."""
    for number in range(1, len(_CITIZENS) + 1):
        account = Account(phone=_phone(number), created_at=now - timedelta(days=DAYS_PAST + 7))
        account.roles = {Role.CITIZEN}
        work.session.add(account)
    work.session.flush()


# Sittings


def ensure_sittings(now: datetime) -> int:
    """Add the sittings missing from today to thirty days ahead; returns how many."""
    with unit_of_work() as work:
        return _add_sittings(work, local(now).date(), now)


def _add_sittings(work: Work, first: date, now: datetime) -> int:
    today = local(now).date()
    days = [first + timedelta(days=n) for n in range((today - first).days + DAYS_AHEAD + 1)]
    points = list(work.session.scalars(select(BridgePoint)))
    wanted = [_regular(day, points) for day in days] + [_leaders(day, points) for day in _third_tuesdays(today)]
    known = {(kind, start) for kind, start in work.session.execute(select(Sitting.kind, Sitting.starts_at))}
    missing = [sitting for sitting in wanted if (sitting.kind, sitting.starts_at) not in known]
    work.session.add_all(missing)
    return len(missing)


def _at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), HANOI)


def _regular(day: date, points: list[BridgePoint]) -> Sitting:
    """Open round the clock, so that whoever tries the demo finds it open."""
    return Sitting(
        starts_at=_at(day),
        ends_at=_at(day + timedelta(days=1)),
        kind=SittingKind.REGULAR,
        mode=SittingMode.ONLINE,
        host="Ban Tiếp công dân Thành phố",
        ground="2, 5",
        decision="Quyết định thường xuyên 01/QĐ-BTCD (mẫu dùng thử)",
        home_offered=True,
        places=list(points),
    )


def _leaders(day: date, points: list[BridgePoint]) -> Sitting:
    return Sitting(
        starts_at=_at(day, 8),
        ends_at=_at(day, 11, 30),
        kind=SittingKind.PERIODIC,
        mode=SittingMode.IN_PERSON,
        host="Lãnh đạo Thành phố",
        places=[point for point in points if point.central],
    )


def _third_tuesdays(today: date) -> list[date]:
    """The next two that are still ahead."""
    firsts = [date(today.year + month // 12, month % 12 + 1, 1) for month in range(today.month - 1, today.month + 2)]
    thirds = [first + timedelta(days=(1 - first.weekday()) % 7 + 14) for first in firsts]
    return [day for day in thirds if day > today][:2]


# How a story is told


@dataclass
class _Story:
    """Who and what the visits are told with."""

    work: Work
    now: datetime
    officers: list[Actor]
    bridge: Actor
    citizens: list[Actor]
    codes: dict[str, str]
    desk_ids: list[int]
    sitting_ids: dict[date, int]
    chance: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311 - not a secret

    @classmethod
    def open(cls, work: Work, now: datetime) -> "_Story":
        staff = {account.username: account for account in work.session.scalars(select(Account))}
        by_phone = {account.phone: account.id for account in staff.values()}
        regular = work.session.scalars(select(Sitting).where(Sitting.kind == SittingKind.REGULAR))
        return cls(
            work,
            now,
            officers=[officer(staff[name].id) for name in ("canbo1", "canbo2")],
            bridge=Actor(staff["diemcau1"].id, By.BRIDGE),
            citizens=[citizen(by_phone[_phone(n)]) for n in range(1, len(_CITIZENS) + 1)],
            codes={place.name: place.code for place in work.session.scalars(select(Locality))},
            desk_ids=list(work.session.scalars(select(Desk.id).order_by(Desk.number))),
            sitting_ids={local(sitting.starts_at).date(): sitting.id for sitting in regular},
        )
