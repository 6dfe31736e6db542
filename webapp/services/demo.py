"""The demo's people, places and days, told through the same services that real people use.

Everything is invented and comes out the same each time: who, what and when hang on `now` and on a
fixed seed. Lives (`Life`) of visits are played in the order of their times, as they would happen.
"""

import csv
import heapq
import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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

Life = Generator[datetime, None, None]
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

    The pilot's own come with their official codes from `localities.csv`, the others from the
    national list, whose editions before 2026 have some codes of a draft: so the name, which no two
    places of Hanoi share, says which is which.
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
            code=f"{ward.code.value:05d}",
            kind="ward" if kind == "Phường" else "commune",
            name=name,
            pilot=Pilot.NO,
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
                name=f"Điểm cầu {here}",
                address=f"Trụ sở UBND {here}, Hà Nội",
                locality_code=places[name].code,
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
    wanted = [_regular(day, points) for day in days]
    wanted += [_leaders(day, points) for day in _third_tuesdays(today)]
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
    months = range(today.month - 1, today.month + 2)
    firsts = [date(today.year + month // 12, month % 12 + 1, 1) for month in months]
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
        people = work.session.scalars(select(Account))
        ids = {person.username or person.phone: person.id for person in people}
        regular = work.session.scalars(select(Sitting).where(Sitting.kind == SittingKind.REGULAR))
        return cls(
            work,
            now,
            officers=[officer(ids[name]) for name in ("canbo1", "canbo2")],
            bridge=Actor(ids["diemcau1"], By.BRIDGE),
            citizens=[citizen(ids[_phone(n)]) for n in range(1, len(_CITIZENS) + 1)],
            codes={place.name: place.code for place in work.session.scalars(select(Locality))},
            desk_ids=list(work.session.scalars(select(Desk.id).order_by(Desk.number))),
            sitting_ids={local(sitting.starts_at).date(): sitting.id for sitting in regular},
        )

    def ago(self, minutes: float) -> datetime:
        """So long before now; soon after midnight all is told faster, to stay within the day's sitting."""
        gone = self.now - _at(local(self.now).date())
        return self.now - timedelta(minutes=minutes) * min(1.0, gone / _TODAYS_STORY)


_TODAYS_STORY = timedelta(minutes=240)


@dataclass(frozen=True)
class _Matter:
    """One petition: whose (counted from 0), about what, and when it was sent in."""

    who: int
    kind: PetitionKind
    narrative: str
    lives_in: str
    told: datetime
    key: str
    protection_wanted: bool | None = None


@dataclass(frozen=True)
class _Turn:
    """When and where somebody's visit goes on; `desk` counts officers and desks from 0."""

    came: datetime
    called: datetime
    ended: datetime
    desk: int = 0

    def at(self, part: float) -> datetime:
        """A moment between the call and the end."""
        return self.called + (self.ended - self.called) * part


@dataclass(frozen=True)
class _Decision:
    """How a visit ends and what the officer says about it."""

    kind: OutcomeKind
    explanation: str
    ground: RefusalGround | None = None


def _play(lives: Sequence[Life]) -> None:
    """Take the step that comes first in time, of whichever life, until all are told."""
    coming = [(next(life), place, life) for place, life in enumerate(lives)]
    heapq.heapify(coming)
    while coming:
        _, place, life = coming[0]
        moment = next(life, None)
        if moment is None:
            heapq.heappop(coming)
        else:
            heapq.heapreplace(coming, (moment, place, life))


def _petitions(story: _Story, matter: _Matter) -> Generator[datetime, None, Petition]:
    yield matter.told
    person = _CITIZENS[matter.who]
    code = story.codes[matter.lives_in]
    fields = petitions.PetitionFields(
        kind=matter.kind,
        protection_wanted=matter.protection_wanted,
        lives_in=code,
        old_address="",
        happened_in=code,
        narrative=matter.narrative,
        full_name=person.full_name,
        paper_kind=PaperKind.CITIZEN_CARD,
        paper_number=_paper_number(matter.who + 1, person),
    )
    return petitions.submit(fields, by=story.citizens[matter.who], now=matter.told, key=matter.key)


def _only_petitions(story: _Story, matter: _Matter) -> Life:
    yield from _petitions(story, matter)


def _waits(
    story: _Story, matter: _Matter, came: datetime, *, point: str | None = None, priority: bool = False
) -> Generator[datetime, None, Visit]:
    """Takes a number for the sitting of the day; at a bridge point its staff does it for them."""
    petition = yield from _petitions(story, matter)
    yield came
    where = select(BridgePoint.id).where(BridgePoint.name == point)
    return reception.take_number(
        petition.id,
        story.sitting_ids[local(came).date()],
        bridge_point_id=story.work.session.scalars(where).one() if point else None,
        priority=priority,
        by=story.bridge if point else story.citizens[matter.who],
        now=came,
        key=f"{matter.key}:number",
    )


def _just_waits(
    story: _Story, matter: _Matter, came: datetime, *, point: str | None = None, priority: bool = False
) -> Life:
    yield from _waits(story, matter, came, point=point, priority=priority)


def _is_received(story: _Story, matter: _Matter, turn: _Turn, decision: _Decision) -> Life:
    visit = yield from _waits(story, matter, turn.came)
    staff, desk_id = story.officers[turn.desk], story.desk_ids[turn.desk]
    yield turn.called
    desks.open_desk(desk_id, by=staff, now=turn.called)
    if matter.kind is PetitionKind.DENUNCIATION:
        why = "Vụ việc phức tạp; công dân ở phòng riêng, bảo đảm giữ bí mật"
        reception.decide_gate(
            visit.id, online=True, reason=why, by=staff, now=turn.called, key=f"{matter.key}:gate"
        )
    reception.call(visit.id, desk_id, by=staff, now=turn.called, key=f"{matter.key}:call")
    yield turn.at(0.05)
    reception.enter_room(visit.id, by=story.citizens[matter.who], now=turn.at(0.05))
    yield from _talk(story, matter, turn, visit, decision)
    yield turn.ended
    reception.close(
        visit.id,
        decision.kind,
        decision.ground,
        decision.explanation,
        by=staff,
        now=turn.ended,
        key=f"{matter.key}:close",
    )
    desks.close_desk(desk_id, by=staff, now=turn.ended)


def _talk(story: _Story, matter: _Matter, turn: _Turn, visit: Visit, decision: _Decision) -> Life:
    """Greeting, the matter, and the minutes saved twice."""
    staff, person = story.officers[turn.desk], story.citizens[matter.who]
    chat = (
        (0.10, staff, "Chào Ông/Bà, tôi đã đọc đơn. Mời Ông/Bà trình bày."),
        (0.20, person, "Chào cán bộ, tôi nghe rõ rồi. Tôi trình bày đúng như trong đơn."),
        (0.60, staff, "Tôi đã ghi vào biên bản. Ông/Bà có giấy tờ gì thêm không?"),
        (0.70, person, "Dạ không, giấy tờ tôi đã nói hết trong đơn."),
    )
    told = f"Công dân trình bày: {matter.narrative}"
    saved = ((0.45, told), (0.90, f"{told}\n\nCán bộ tiếp công dân giải thích: {decision.explanation}"))
    for part, by, words in chat[:2]:
        yield turn.at(part)
        conversation.say(visit.id, words, by=by, now=turn.at(part), key=f"{matter.key}:{part}")
    yield turn.at(saved[0][0])
    minutes.save(visit.id, saved[0][1], base_version=0, by=staff, now=turn.at(saved[0][0]))
    for part, by, words in chat[2:]:
        yield turn.at(part)
        conversation.say(visit.id, words, by=by, now=turn.at(part), key=f"{matter.key}:{part}")
    yield turn.at(saved[1][0])
    minutes.save(visit.id, saved[1][1], base_version=1, by=staff, now=turn.at(saved[1][0]))


def _misses(story: _Story, matter: _Matter, turn: _Turn) -> Life:
    """Is called twice and does not come."""
    visit = yield from _waits(story, matter, turn.came)
    staff, desk_id = story.officers[turn.desk], story.desk_ids[turn.desk]
    again = turn.at(0.5)
    yield turn.called
    desks.open_desk(desk_id, by=staff, now=turn.called)
    reception.call(visit.id, desk_id, by=staff, now=turn.called, key=f"{matter.key}:call")
    yield again
    reception.send_back(visit.id, by=staff, now=again, key=f"{matter.key}:back")
    reception.call(visit.id, desk_id, by=staff, now=again, key=f"{matter.key}:again")
    yield turn.ended
    reception.mark_no_show(visit.id, by=staff, now=turn.ended, key=f"{matter.key}:missed")
    desks.close_desk(desk_id, by=staff, now=turn.ended)


def _leaves(story: _Story, matter: _Matter, came: datetime, left: datetime) -> Life:
    visit = yield from _waits(story, matter, came)
    yield left
    reception.leave(visit.id, by=story.citizens[matter.who], now=left, key=f"{matter.key}:leave")


def _cancels(story: _Story, matter: _Matter, came: datetime, gave_up: datetime) -> Life:
    visit = yield from _waits(story, matter, came)
    yield gave_up
    reception.cancel(visit.id, by=story.citizens[matter.who], now=gave_up, key=f"{matter.key}:cancel")


def _is_deferred(story: _Story, matter: _Matter, came: datetime, deferred: datetime) -> Life:
    """To the next day's sitting, where they go first."""
    visit = yield from _waits(story, matter, came)
    yield deferred
    reception.defer(
        visit.id,
        story.sitting_ids[local(story.now).date() + timedelta(days=1)],
        reason="Công dân cần thêm thời gian lấy bản sao giấy tờ",
        by=story.officers[0],
        now=deferred,
        key=f"{matter.key}:defer",
    )


# Today


_DONE = (7, 11, 12, 14, 15, 6)
_OPEN = (1, 2, 3, 4, 5, 8, 9, 10, 13)
_WHOSE = dict(zip(_DONE, range(6), strict=True)) | dict(zip(_OPEN, range(10, 19), strict=True))
"""Which citizen brings which petition: the first ten keep no open visit, for whoever tries the demo."""

_KINDS = {
    "KHIẾU NẠI": PetitionKind.COMPLAINT,
    "KIẾN NGHỊ": PetitionKind.RECOMMENDATION,
    "PHẢN ÁNH": PetitionKind.FEEDBACK,
    "TỐ CÁO": PetitionKind.DENUNCIATION,
}


def _matters(story: _Story) -> dict[int, _Matter]:
    """The fifteen petitions by their numbers, sent in over the last days."""
    rows = json.loads((_DATA / "demo_petitions.json").read_text(encoding="utf-8"))
    return {row["n"]: _matter(story, row["n"], row["route"], row["text"], row["unit"]) for row in rows}


def _matter(story: _Story, n: int, route: str, text: str, unit: str) -> _Matter:
    kind = next((kind for words, kind in _KINDS.items() if route.startswith(words)), PetitionKind.UNSURE)
    return _Matter(
        who=_WHOSE[n],
        kind=kind,
        narrative=text,
        lives_in=unit.split(" ", 1)[1],
        told=story.now - timedelta(days=1 + n % 6, minutes=37 * n),
        key=f"demo-{n}",
        protection_wanted=True if kind is PetitionKind.DENUNCIATION else None,
    )


def _today(story: _Story) -> list[Life]:
    """Eight people wait, one has a place tomorrow, and the others are done in every way there is."""
    matters, ago = _matters(story), story.ago
    accepted = _Decision(
        OutcomeKind.ACCEPTED,
        "Đơn thuộc thẩm quyền của Thành phố, được đề nghị thụ lý. "
        "Ba người đại diện sẽ nhận thông báo bằng văn bản.",
    )
    guided = _Decision(
        OutcomeKind.GUIDED,
        "Bản án phúc thẩm đã có hiệu lực pháp luật. Cán bộ hướng dẫn gửi đơn đề nghị xem xét "
        "theo thủ tục giám đốc thẩm đến Tòa án có thẩm quyền.",
    )
    done: list[Life] = [
        _is_received(story, matters[7], _Turn(ago(230), ago(215), ago(190)), accepted),
        _is_received(story, matters[11], _Turn(ago(200), ago(185), ago(160), desk=1), guided),
        _misses(story, matters[12], _Turn(ago(170), ago(150), ago(144))),
        _leaves(story, matters[14], ago(120), ago(95)),
        _cancels(story, matters[15], ago(110), ago(104)),
        _is_deferred(story, matters[13], ago(100), ago(70)),
        _only_petitions(story, matters[6]),
    ]
    waiting = [
        _just_waits(story, matters[n], ago(minutes), point=_AT_POINT.get(n), priority=n in _PRIORITY)
        for n, minutes in ((1, 85), (2, 74), (3, 61), (4, 52), (5, 40), (8, 27), (9, 15), (10, 6))
    ]
    return done + waiting


_AT_POINT = {4: "Điểm cầu xã Ba Vì"}
_PRIORITY = {9}


# The two weeks behind


@dataclass(frozen=True)
class _Told:
    """A matter as it may come up anywhere, and how it ended."""

    kind: PetitionKind
    narrative: str
    outcome: OutcomeKind
    explanation: str
    ground: RefusalGround | None = None

    @property
    def decision(self) -> _Decision:
        return _Decision(self.outcome, self.explanation, self.ground)


_USUAL = (
    _Told(
        PetitionKind.COMPLAINT,
        "Tôi không đồng ý với phương án bồi thường khi Nhà nước thu hồi đất ruộng của gia đình tại {place}. "
        "Diện tích đo thực tế lớn hơn diện tích ghi trong phương án. Tôi đề nghị đo lại.",
        OutcomeKind.ACCEPTED,
        "Đơn đủ điều kiện, thuộc thẩm quyền, được đề nghị thụ lý giải quyết.",
    ),
    _Told(
        PetitionKind.RECOMMENDATION,
        "Đoạn đường liên thôn ở {place} không có đèn chiếu sáng, buổi tối hay xảy ra va chạm. "
        "Đề nghị lắp đèn trước mùa mưa.",
        OutcomeKind.FORWARDED,
        "Kiến nghị được chuyển đến Ủy ban nhân dân xã, phường để giải quyết.",
    ),
    _Told(
        PetitionKind.FEEDBACK,
        "Bãi tập kết vật liệu gần khu dân cư ở {place} hoạt động cả đêm, bụi và ồn. "
        "Bà con đã nói nhiều lần mà chưa được xử lý.",
        OutcomeKind.FORWARDED,
        "Phản ánh được chuyển đến Sở Nông nghiệp và Môi trường kiểm tra, trả lời.",
    ),
    _Told(
        PetitionKind.RECOMMENDATION,
        "Tôi hỏi về hồ sơ hưởng trợ cấp người cao tuổi ở {place}: đã nộp đủ giấy tờ mà chưa rõ "
        "bao giờ được nhận, nhận ở đâu.",
        OutcomeKind.ANSWERED,
        "Cán bộ đã tra cứu và trả lời: hồ sơ đã duyệt, chi trả từ kỳ tháng sau.",
    ),
    _Told(
        PetitionKind.COMPLAINT,
        "Hồ sơ cấp Giấy chứng nhận quyền sử dụng đất của gia đình tôi tại {place} quá hạn trả kết quả "
        "sáu tháng, không có văn bản giải thích.",
        OutcomeKind.URGED,
        "Thành phố có văn bản đôn đốc cơ quan đang giải quyết, yêu cầu trả lời công dân.",
    ),
    _Told(
        PetitionKind.COMPLAINT,
        "Tôi khiếu nại việc hàng xóm ở {place} lấn sang lối đi chung và đã xây tường. "
        "Xã hòa giải hai lần nhưng không thành.",
        OutcomeKind.GUIDED,
        "Tranh chấp giữa hai nhà do Tòa án giải quyết; đã hướng dẫn nơi nộp đơn khởi kiện.",
    ),
    _Told(
        PetitionKind.FEEDBACK,
        "Công trình thủy lợi ở {place} bị hỏng cửa cống, vụ này nhiều thửa ruộng thiếu nước, "
        "có thửa lại ngập úng sau mưa.",
        OutcomeKind.VERIFYING,
        "Cần kiểm tra tại chỗ cùng công ty thủy lợi rồi mới trả lời được.",
    ),
    _Told(
        PetitionKind.COMPLAINT,
        "Tôi đã được trả lời về việc cấp đất tái định cư tại {place} nhưng vẫn thấy chưa rõ "
        "cách tính diện tích, đề nghị giải thích thêm.",
        OutcomeKind.ENDED,
        "Việc đã được giải quyết đúng pháp luật; cán bộ đã giải thích lại cách tính.",
    ),
    _Told(
        PetitionKind.RECOMMENDATION,
        "Tôi tiếp tục kiến nghị về giá thuê ki-ốt chợ ở {place}. Tôi đã nhận văn bản trả lời "
        "và chưa có tài liệu nào mới.",
        OutcomeKind.REFUSED,
        "Kiến nghị đã được tiếp và trả lời bằng văn bản, không có tình tiết mới.",
        RefusalGround.H,
    ),
    _Told(
        PetitionKind.COMPLAINT,
        "Tôi khiếu nại quyết định xử phạt về xây dựng ở {place}. Nay tôi đã được giảm mức phạt "
        "và muốn rút lại đơn đã gửi.",
        OutcomeKind.WITHDRAWN,
        "Công dân tự nguyện rút đơn, đã được giải thích về hậu quả của việc rút.",
    ),
    _Told(
        PetitionKind.UNSURE,
        "Ở {place} tôi vừa không đồng ý với thông báo thu phí vệ sinh, vừa muốn đề nghị đổi giờ thu gom rác "
        "cho phù hợp với người đi làm.",
        OutcomeKind.SPLIT,
        "Đơn có hai việc khác loại, được tách thành khiếu nại và kiến nghị.",
    ),
)
_SEALED = _Told(
    PetitionKind.DENUNCIATION,
    "Tôi tố cáo việc thu tiền ngoài quy định khi làm thủ tục ở bộ phận một cửa tại {place}. "
    "Tôi có ghi lại ngày giờ từng lần và sẽ nộp khi được yêu cầu.",
    OutcomeKind.VERIFYING,
    "Nội dung cần được kiểm tra, xác minh trước khi quyết định thụ lý.",
)
_SLOTS = ((8, 0), (8, 45), (9, 30), (10, 15), (13, 30), (14, 15))
_SEALED_TURN, _SEALED_WHO = 17, 19
_RETURNING = [who for who in range(len(_CITIZENS)) if who not in (5, _SEALED_WHO)]
"""Who comes in the history; the two denouncers bring nothing else, so that no other petition names them."""


def _history(story: _Story) -> list[Life]:
    """Six visits on each working day of the last two weeks."""
    today = local(story.now).date()
    days = [today - timedelta(days=n) for n in range(DAYS_PAST, 0, -1)]
    slots = [(day, slot) for day in days if day.weekday() < 5 for slot in _SLOTS]
    turns = [_past_turn(story, place, _at(day, *slot)) for place, (day, slot) in enumerate(slots)]
    return [_past_visit(story, place, turn) for place, turn in enumerate(turns)]


def _past_turn(story: _Story, place: int, slot: datetime) -> _Turn:
    called = slot + timedelta(minutes=story.chance.randint(0, 6))
    came = called - timedelta(minutes=story.chance.randint(5, 35))
    ended = called + timedelta(minutes=story.chance.randint(12, 30))
    return _Turn(came, called, ended, desk=place % 2)


def _past_visit(story: _Story, place: int, turn: _Turn) -> Life:
    sealed = place == _SEALED_TURN
    told = _SEALED if sealed else _USUAL[place % len(_USUAL)]
    who = _SEALED_WHO if sealed else _RETURNING[place % len(_RETURNING)]
    home = _CITIZENS[who].lives_in
    matter = _Matter(
        who=who,
        kind=told.kind,
        narrative=told.narrative.format(place=home),
        lives_in=home,
        told=turn.came - timedelta(hours=story.chance.randint(2, 60)),
        key=f"demo-past-{place}",
        protection_wanted=False if sealed else None,
    )
    ending = "received" if sealed else story.chance.choices(("received", "missed", "left"), (80, 12, 8))[0]
    if ending == "missed":
        return _misses(story, matter, replace(turn, ended=turn.called + timedelta(minutes=8)))
    if ending == "left":
        return _leaves(story, matter, turn.came, turn.called)
    return _is_received(story, matter, turn, told.decision)
