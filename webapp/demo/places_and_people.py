"""The demo's bridge points, desks, staff and citizens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from ..models import Account, BridgePoint, Desk, Locality, Role
from ..services import accounts
from ..services.actor import SYSTEM
from ..services.sign_in import read_phone
from ..services.unit_of_work import Work
from .preparation import CENTRAL
from .sittings import DAYS_PAST

_CENTRAL = "Trụ sở Tiếp công dân Thành phố"
_COMPONENTS = ("Ba Vì", "Yên Bài", "Hương Sơn", "Phú Cát", "Tây Tựu", "Minh Châu")


def add_bridge_points(work: Work) -> None:
    places = {place.name: place for place in work.session.scalars(select(Locality))}
    work.session.add(
        BridgePoint(
            name=_CENTRAL,
            address="34 Lý Thái Tổ, phường Hoàn Kiếm, Hà Nội",
            directions="Từ Hồ Hoàn Kiếm vào phố Lý Thái Tổ, cổng chính số 34",
            central=True,
            locality_code=places["Hoàn Kiếm"].code,
        )
    )
    for name in _COMPONENTS:
        where = places[name].full_name
        here = where[0].lower() + where[1:]
        work.session.add(
            BridgePoint(
                name=f"Điểm cầu {here}",
                address=f"Trụ sở UBND {here}, Hà Nội",
                directions="Vào cổng chính, phòng Tiếp công dân ở tầng 1, có biển Điểm cầu",
                locality_code=places[name].code,
            )
        )
    work.session.flush()


def add_desks(work: Work) -> None:
    work.session.add_all(Desk(number=number) for number in range(1, 7))


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
    _Staff(CENTRAL, "Đinh Thị Hòa", Role.BRIDGE),
    _Staff("sonnmt1", "Vũ Hải Nam", Role.ADVISORY),
    _Staff("thanhtra1", "Đặng Thanh Bình", Role.INSPECTOR),
    _Staff("baovedulieu1", "Ngô Thị Thanh", Role.DATA_PROTECTION),
    _Staff("quantri", "Hoàng Anh Tuấn", Role.ADMIN),
)


def add_staff(work: Work, hashed: str, now: datetime) -> None:
    points = {point.name: point.id for point in work.session.scalars(select(BridgePoint))}
    works_at = {"diemcau1": points["Điểm cầu xã Ba Vì"], CENTRAL: points[_CENTRAL]}
    for person in _STAFF:
        fields = accounts.AccountFields(
            full_name=person.full_name,
            roles=frozenset({person.role}),
            desk_rights=person.desk_rights,
            bridge_point_id=works_at.get(person.username),
        )
        account = accounts.create(person.username, fields, by=SYSTEM, now=now, key=f"demo:{person.username}")
        account.password_hash = hashed  # one hash for all: hashing is slow on purpose


@dataclass(frozen=True)
class Citizen:
    """An invented person: name, sex and birth year as the paper's number has them, and home."""

    full_name: str
    woman: bool
    born: int
    lives_in: str


CITIZENS = (
    Citizen("Nguyễn Văn Thắng", False, 1968, "Xuân Đỉnh"),
    Citizen("Đỗ Thị Mai", True, 1975, "Đông Ngạc"),
    Citizen("Nguyễn Duy Hưng", False, 1980, "Phú Cát"),
    Citizen("Phùng Văn Lợi", False, 1957, "Cổ Đô"),
    Citizen("Trần Thị Ngọc", True, 1962, "Phú Diễn"),
    Citizen("Bùi Thị Hạnh", True, 1979, "Phúc Sơn"),
    Citizen("Chu Văn Phúc", False, 1971, "Bất Bạt"),
    Citizen("Hoàng Thị Tâm", True, 1966, "Kiều Phú"),
    Citizen("Lê Đình Quang", False, 1984, "Thượng Cát"),
    Citizen("Vương Thị Hoa", True, 1959, "Mỹ Đức"),
    Citizen("Đỗ Văn Khoát", False, 1963, "Tây Tựu"),
    Citizen("Phạm Thị Nhung", True, 1977, "Suối Hai"),
    Citizen("Lê Văn Sáu", False, 1970, "Hồng Sơn"),
    Citizen("Triệu Thị Mùi", True, 1952, "Ba Vì"),
    Citizen("Nguyễn Thị Thu", True, 1986, "Quốc Oai"),
    Citizen("Dương Văn Kiên", False, 1990, "Yên Bài"),
    Citizen("Kiều Văn Nghĩa", False, 1955, "Hưng Đạo"),
    Citizen("Nguyễn Thị Lụa", True, 1973, "Vật Lại"),
    Citizen("Bạch Văn Trường", False, 1965, "Hương Sơn"),
    Citizen("Đinh Thị Vân", True, 1981, "Quảng Oai"),
)


def phone(number: int) -> str:
    return read_phone(f"09120000{number:02d}")


def paper_number(number: int, person: Citizen) -> str:
    """Hanoi, then century and sex, birth year, and a row of its own (decree 137/2015 art. 13)."""
    return f"001{int(person.woman)}{person.born % 100:02d}{number:06d}"


def add_citizens(work: Work, now: datetime) -> None:
    """As a first sign-in makes them: a phone and a role, no name."""
    for number in range(1, len(CITIZENS) + 1):
        account = Account(phone=phone(number), created_at=now - timedelta(days=DAYS_PAST + 7))
        account.roles = {Role.CITIZEN}
        work.session.add(account)
    work.session.flush()
