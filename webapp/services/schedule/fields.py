"""What an admin says of a sitting or a template, and what of it can be taken."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import Select, select

from ...domain.errors import InvalidInput
from ...domain.sitting_plan import Frame
from ...domain.texts import clean_line, clean_text
from ...domain.working_days import HANOI
from ...extensions import db
from ...models import Account, AccountRole, BridgePoint, Desk, Role, SittingKind, SittingMode
from ..unit_of_work import Work

ALL_OF_IT = "schedule"
"""One writer at a time: what speaks against a sitting must not be saved while it is being looked for."""
GROUNDS = ("1", "2", "3", "4", "5")
"""The grounds on which a reception is held online (decree 154/2026 art. 20)."""
LONGEST_HOST, LONGEST_CONTENT, LONGEST_DECISION, LONGEST_REASON = 120, 2_000, 200, 300
MOST_DESKS, MOST_MINUTES = 50, 240


@dataclass(frozen=True)
class OnDuty:
    """Who receives in a frame, and at which desk if that is settled."""

    account_id: int
    desk_id: int | None = None


@dataclass(frozen=True)
class FrameFields:
    """A stretch of the day, on Hanoi's clock."""

    starts: time
    ends: time
    desks: int
    minutes: int
    duties: tuple[OnDuty, ...] = ()

    def as_frame(self) -> Frame:
        """Raises InvalidInput: no visit fits in."""
        if not (0 <= self.desks <= MOST_DESKS and 1 <= self.minutes <= MOST_MINUTES):
            raise InvalidInput("Số bàn từ 0 đến 50, mỗi lượt từ 1 đến 240 phút.", "frames")
        try:
            return Frame(self.starts, self.ends, self.desks, self.minutes)
        except ValueError:
            raise InvalidInput("Mỗi khung giờ phải đủ dài cho một lượt tiếp.", "frames") from None


@dataclass(frozen=True)
class SittingFields:
    """What a sitting is; `places` are bridge points."""

    kind: SittingKind
    mode: SittingMode
    host: str
    frames: tuple[FrameFields, ...]
    places: tuple[int, ...] = ()
    content: str = ""
    ground: str = ""
    decision: str = ""
    home_offered: bool = False
    moderated: bool = False
    kept_percent: int = 25


@dataclass(frozen=True)
class TemplateFields:
    """What returns: on each such weekday (0 is Monday), or on the `nth` of the month alone."""

    sitting: SittingFields
    weekday: int
    nth: int
    first_day: date
    last_day: date | None = None


def cleaned(work: Work, fields: SittingFields) -> SittingFields:
    """The fields as they are kept.

    Raises:
        InvalidInput: something is missing or cannot be; an online one without its ground or its deciding document
            (decree 154/2026 art. 19, 20), one of a head without its content (law art. 24.2c).
    """
    online = fields.mode is SittingMode.ONLINE
    clean = replace(
        fields,
        host=_line(fields.host, LONGEST_HOST, "host"),
        content=clean_text(fields.content),
        decision=_line(fields.decision, LONGEST_DECISION, "decision"),
        ground=", ".join(one for one in GROUNDS if one in fields.ground.replace(",", " ").split()),
        home_offered=online and fields.home_offered,
        frames=tuple(sorted(fields.frames, key=lambda frame: frame.starts)),
    )
    if not clean.host:
        raise InvalidInput("Hãy ghi ai tiếp.", "host")
    if clean.kind is not SittingKind.REGULAR and not clean.content:
        raise InvalidInput("Hãy ghi nội dung dự kiến của buổi tiếp.", "content")
    if len(clean.content) > LONGEST_CONTENT:
        raise InvalidInput("Nội dung dài quá 2000 chữ.", "content")
    if online and not clean.ground:
        raise InvalidInput("Tiếp trực tuyến cần ít nhất một căn cứ.", "ground")
    if online and not clean.decision:
        raise InvalidInput("Tiếp trực tuyến cần văn bản quyết định.", "decision")
    if not 0 <= clean.kept_percent <= 100:
        raise InvalidInput("Phần giữ cho người không hẹn từ 0 đến 100%.", "kept_percent")
    if not clean.frames:
        raise InvalidInput("Hãy ghi ít nhất một khung giờ.", "frames")
    for frame in clean.frames:
        frame.as_frame()
    _check_places(work, clean)
    check_duties(work, [duty for frame in clean.frames for duty in frame.duties])
    return clean


def _line(typed: str, longest: int, field: str) -> str:
    said = clean_line(typed)
    if len(said) > longest:
        raise InvalidInput("Phần này dài quá.", field)
    return said


def _check_places(work: Work, fields: SittingFields) -> None:
    known = set(work.session.scalars(select(BridgePoint.id).where(BridgePoint.id.in_(fields.places))))
    if known != set(fields.places) or not (known or fields.home_offered):
        raise InvalidInput("Hãy chọn ít nhất một nơi trong danh sách.", "places")


def check_duties(work: Work, duties: list[OnDuty]) -> None:
    """Raises InvalidInput: somebody who may not receive, or no such desk."""
    people = {duty.account_id for duty in duties}
    if not people <= {one.id for one in work.session.scalars(_receiving())}:
        raise InvalidInput("Hãy chọn người trực trong danh sách.", "duties")
    wanted = {duty.desk_id for duty in duties if duty.desk_id is not None}
    if wanted - set(work.session.scalars(select(Desk.id).where(Desk.id.in_(wanted)))):
        raise InvalidInput("Hãy chọn bàn trong danh sách.", "duties")


def said_why(reason: str, *, needed: bool = True) -> str:
    """Raises InvalidInput: none where one is needed, or one too long."""
    why = clean_line(reason)
    if needed and not why:
        raise InvalidInput("Hãy ghi lý do.", "reason")
    if len(why) > LONGEST_REASON:
        raise InvalidInput("Lý do dài quá 300 chữ.", "reason")
    return why


def can_receive() -> list[Account]:
    """Whoever may be on duty at a desk, by name."""
    return list(db.session.scalars(_receiving()))


def _receiving() -> Select[Account]:
    allowed = select(AccountRole.account_id).where(AccountRole.role.in_((Role.OFFICER, Role.LEADER)))
    return (
        select(Account)
        .where(Account.desk_rights.is_(True), Account.disabled.is_(False), Account.id.in_(allowed))
        .order_by(Account.search_name, Account.id)
    )


def all_desks() -> list[Desk]:
    return list(db.session.scalars(select(Desk).order_by(Desk.number)))


def at(day: date, clock: time) -> datetime:
    """The moment at which clocks in Hanoi show this."""
    return datetime.combine(day, clock, HANOI)
