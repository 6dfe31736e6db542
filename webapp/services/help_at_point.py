"""What the staff of a bridge point do for the people there: write down, book, change, give up; and whom they host.

Each deed is the citizen's own one of `drafts`, `petitions` and `reception`, with the staff as who did it, and
reaches only people whose page is open at the point and places of this point.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ..domain.codes import is_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.helping import WRITTEN_FOR_OTHERS, Confirmed
from ..domain.notices import Notice
from ..domain.queue_order import expected_wait
from ..domain.texts import clean_text
from ..domain.visit_flow import OPEN_STATES, By, State
from ..extensions import db
from ..models import (
    IdentityCheck,
    PersonAtPoint,
    Petition,
    Petitioner,
    PetitionHelp,
    PointHelp,
    Sitting,
    Visit,
)
from ..models.types import UtcDateTime
from . import audit, drafts, notices, people_at_point, petition_steps, queue, reception, registered, visits
from .actor import Actor
from .identity import HOSTED
from .reception import TIMES
from .told_answers import Answers
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_FOR_ONESELF = {"on_behalf": "myself", "split": "one"}
SHOWN = (*sorted(OPEN_STATES), State.FINISHED, State.NO_SHOW, State.LEFT)


@dataclass(frozen=True)
class Row:
    """Somebody with a place here today. `name`: only of those whom this point helps or wrote for."""

    visit: Visit
    check: IdentityCheck | None = None
    name: str = ""
    help: PointHelp | None = None
    ahead: int | None = None
    wait: tuple[int, int] | None = None


def today(by: Actor, now: datetime) -> list[Row]:
    """Everybody with a place at this point today: first those who are there or come, by their hour, then those done.

    No row tells what is petitioned, or by whom, but for those whom the point helps today or wrote for: were
    the others named, what one row lacked would tell who denounces.
    """
    point = people_at_point.point_of(by)
    first, after = people_at_point.today(now)
    at = func.coalesce(Visit.slot_start, Sitting.starts_at, type_=UtcDateTime())
    of_day = and_(at >= first, at < after)
    # Whoever may say by now that they have come, also over midnight.
    awaited = and_(Visit.state == State.BOOKED, at <= now + TIMES.check_in_before, Sitting.ends_at > now)
    query = (
        select(Visit)
        .join(Visit.sitting)
        .where(Visit.bridge_point_id == point, Visit.state.in_(SHOWN))
        .where(or_(Visit.state.in_(HOSTED), of_day, awaited))
    )
    about = joinedload(Visit.petition).joinedload(Petition.petitioner)
    found = list(db.session.scalars(query.options(about, joinedload(Visit.sitting), joinedload(Visit.desk))))
    return sorted(_rows(found, point, now), key=_by_hour)


def _rows(found: list[Visit], point: int, now: datetime) -> list[Row]:
    helps, checks = _helps(point, now), _checks([visit.id for visit in found])
    written = _written_here(point, [visit.petition_id for visit in found])
    lines = {
        sitting: (queue.figures(sitting), [one.id for one in db.session.scalars(queue.waiting(sitting))])
        for sitting in {visit.sitting_id for visit in found if visit.state is State.WAITING}
    }
    rows = []
    for visit in found:
        row: dict[str, Any] = {"check": checks.get(visit.id)}
        if not visit.petition.petitioner.sealed:
            account, paper = visit.petition.account_id, visit.petition.petitioner.paper_look_up
            row["help"] = helps.get((account, paper)) or helps.get((account, None))
            if row["help"] is not None or visit.petition_id in written:
                row["name"] = visit.petition.petitioner.full_name
        if visit.state is State.WAITING and visit.id in lines[visit.sitting_id][1]:
            (desks, lengths), line = lines[visit.sitting_id]
            row["ahead"] = ahead = line.index(visit.id)
            row["wait"] = expected_wait(ahead, desks, lengths) if desks and lengths else None
        rows.append(Row(visit, **row))
    return rows


def row_of(visit: Visit, *, by: Actor, now: datetime) -> Row:
    """One place here, whichever day it is on, as the list of its day shows it. Raises NotFound: another point's."""
    point = people_at_point.point_of(by)
    if visit.bridge_point_id != point:
        raise NotFound
    return _rows([db.session.get_one(Visit, visit.id)], point, now)[0]


def _by_hour(row: Row) -> tuple[bool, datetime, int]:
    visit = row.visit
    at = visit.slot_start or visit.waiting_since or visit.sitting.starts_at
    return visit.state not in OPEN_STATES, at, visit.number


def _helps(point: int, now: datetime) -> dict[people_at_point.Whose, PointHelp]:
    first, _after = people_at_point.today(now)
    here = select(PointHelp).where(PointHelp.bridge_point_id == point, PointHelp.at >= first)
    return {(help.account_id, help.paper_look_up): help for help in db.session.scalars(here)}


def _written_here(point: int, petition_ids: list[int]) -> set[int]:
    here = select(PetitionHelp.petition_id).where(PetitionHelp.bridge_point_id == point)
    return set(db.session.scalars(here.where(PetitionHelp.petition_id.in_(petition_ids))))


def _checks(visit_ids: list[int]) -> dict[int, IdentityCheck]:
    query = select(IdentityCheck).where(IdentityCheck.visit_id.in_(visit_ids))
    about = query.options(joinedload(IdentityCheck.officer)).order_by(IdentityCheck.id)
    return {check.visit_id: check for check in db.session.scalars(about)}


def petitions_of(help: PointHelp) -> list[tuple[Petition, Visit | None]]:
    """The person's petitions with their open visits, the newest first; never one that is sealed or withdrawn."""
    rows = db.session.scalars(
        _theirs(help).where(Petition.withdrawn_at.is_(None)).order_by(Petition.id.desc())
    ).all()
    return [(petition, visits.open_of_petition(petition.id)) for petition in rows]


def _theirs(help: PointHelp) -> Select[Petition]:
    reached = people_at_point.petitioners(help).with_only_columns(Petitioner.petition_id)
    return select(Petition).where(Petition.id.in_(reached))


def petition_of(help: PointHelp, code: str) -> Petition:
    """One of them. Raises NotFound, for a sealed one too."""
    found = db.session.scalar(_theirs(help).where(Petition.code == code)) if is_code(code) else None
    if found is None:
        raise NotFound
    return found


def begun(help: PointHelp, key: str) -> Answers:
    """What is written of a petition so far; of a new one what is known of the person.

    Raises:
        NotFound: it is a denunciation, which the person writes alone.
    """
    written = drafts.answers_of(help.account_id, key)
    if written:
        if written.get("kind") not in {*WRITTEN_FOR_OTHERS, None}:
            raise NotFound
        return written
    known = registered.of_account(help.account_id)
    if known is not None:
        return registered.told(known)
    return _as_last_told(help)


def _as_last_told(help: PointHelp) -> Answers:
    """Of somebody who came by themselves before: who they are, their paper and home, as they told it last."""
    petition = db.session.scalars(_theirs(help).order_by(Petition.id.desc()).limit(1)).one()
    who, issue = petition.petitioner, petition.petitioner.issue
    day = (issue.on.day, issue.on.month, issue.on.year) if issue.on else ("", "", "")
    return {
        "full_name": who.full_name,
        "birth_year": who.birth_year or "",
        "paper_kind": who.paper_kind.value,
        "paper_number": who.paper_number,
        "issued_by": issue.by,
        "lives_in": petition.lives_in_code or "",
        "village": who.village or "",
        "old_address": who.old_address,
    } | {f"issued_{part}": str(number) for part, number in zip(("day", "month", "year"), day, strict=True)}


def write(help: PointHelp, key: str, answers: Answers, *, now: datetime, today: date) -> list[InvalidInput]:
    """Keep what the person tells, in their own draft; returns what in it is not yet as it has to be.

    Raises:
        InvalidInput: it is a denunciation, which nobody writes down for somebody here (decree 154/2026
        art. 20.4). Conflict: as `drafts.keep`.
    """
    if answers.get("kind") not in set(WRITTEN_FOR_OTHERS):
        raise InvalidInput("Hãy chọn khiếu nại, kiến nghị hoặc phản ánh.", "kind")
    whole = begun(help, key) | answers | _FOR_ONESELF
    for step in petition_steps.STEPS:
        whole = dict.fromkeys(step.fields, "") | whole
    drafts.keep(help.account_id, key, whole, now=now)
    problems = []
    for step in petition_steps.steps_for(whole):
        try:
            step.check(whole, today)
        except InvalidInput as problem:
            problems.append(problem)
    return problems


@safe_to_repeat
def send(
    help: PointHelp, key: str, confirmed: Confirmed, *, signed: bool, by: Actor, now: datetime, today: date
) -> Petition:
    """What was written goes in as the person's petition, after they made sure of it; once more gives the first.

    Legal source: decree 154/2026 art. 14.1.

    Raises:
        Conflict: a question has no answer. InvalidInput: with its field.
    """
    if drafts.answers_of(help.account_id, key).get("kind") not in {*WRITTEN_FOR_OTHERS, None}:
        raise Conflict
    with unit_of_work() as work:
        petition = drafts.submit(by=by, now=now, today=today, key=key, owner_id=help.account_id)
        if work.session.get(PetitionHelp, petition.id) is None:
            work.session.add(
                PetitionHelp(
                    petition_id=petition.id,
                    bridge_point_id=help.bridge_point_id,
                    staff_id=by.account_id,
                    confirmed=confirmed,
                    signed=signed,
                    at=now,
                )
            )
            about = {"point": help.bridge_point_id, "confirmed": confirmed.value, "signed": signed}
            audit.record(work, "petition_written_for", "petition", petition.id, by=by, now=now, **about)
        return petition


def is_whole(answers: Answers, today: date) -> bool:
    """Whether every question has its answer."""
    return "kind" in answers and petition_steps.first_open(answers, today) is None


def helped_with(petition_id: int) -> PetitionHelp | None:
    """Who wrote this petition down for its author, where, and how the author confirmed it."""
    return db.session.get(PetitionHelp, petition_id)


@safe_to_repeat
def take_place(
    help: PointHelp,
    petition: Petition,
    sitting_id: int,
    slot: datetime | None,
    *,
    priority: bool,
    by: Actor,
    now: datetime,
    key: str,
) -> Visit:
    """A place at this point for a petition of theirs: at a slot, or a number for now.

    Whoever registered the person today with the paper in hand has seen it: that stands with the visit too.

    Raises:
        NotFound: it is not theirs, or sealed. Others as `reception.book` and `reception.take_number`.
    """
    about: dict[str, Any] = {"bridge_point_id": help.bridge_point_id, "priority": priority}
    about |= {"by": by, "now": now, "key": key}
    with unit_of_work() as work:
        reached = people_at_point.petitioners(help).where(Petitioner.petition_id == petition.id)
        if work.session.scalar(reached) is None:
            raise NotFound
        if slot is None:
            visit = reception.take_number(petition.id, sitting_id, **about)
        else:
            visit = reception.book(petition.id, sitting_id, slot, **about)
        _note_seen(work, visit, now)
        return visit


def _note_seen(work: Work, visit: Visit, now: datetime) -> None:
    petition = work.session.get_one(Petition, visit.petition_id)
    known = work.session.get(PersonAtPoint, petition.account_id)
    who = work.session.get_one(Petitioner, petition.id)
    if known is None or known.seen_at is None or known.paper_look_up != who.paper_look_up:
        return
    if known.seen_at < people_at_point.today(now)[0]:
        return  # who sits here on another day was not compared with the paper by anybody
    whose = {"visit_id": visit.id, "officer_id": known.registered_by_id}
    if work.session.scalar(select(IdentityCheck.id).filter_by(**whose)) is None:
        work.session.add(
            IdentityCheck(
                **whose,
                account_id=petition.account_id,
                by=By.BRIDGE,
                paper_look_up=known.paper_look_up,
                at=known.seen_at,
            )
        )


def place_here(code: str, *, by: Actor) -> Visit:
    """A place at the point of whoever asks, whoever's it is. Raises NotFound."""
    visit = visits.by_code(code)
    if visit.bridge_point_id != people_at_point.point_of(by):
        raise NotFound
    return visit


def change(
    visit: Visit, sitting_id: int, slot: datetime, *, reason: str, by: Actor, now: datetime, key: str
) -> Visit:
    """Another slot at this point, of which its owner is told. Raises as `give_up` and as `reception.change`."""
    point = people_at_point.point_of(by)
    _check_asked(visit, reason, by, now)
    about: dict[str, Any] = {"by": by, "now": now, "key": key}
    return reception.change(visit.id, sitting_id, slot, bridge_point_id=point, reason=reason, **about)


def give_up(visit: Visit, *, reason: str, by: Actor, now: datetime, key: str) -> Visit:
    """The person does not come: the place is free, and its owner is told once.

    Raises:
        NotFound: it is not at this point. InvalidInput: no reason, where the page of its owner is not open here.
        Others as `reception.give_up`.
    """
    _check_asked(visit, reason, by, now)
    with unit_of_work() as work:
        given = reception.give_up(visit.id, reason=reason, by=by, now=now, key=key)
        account, about = given.petition.account_id, f"visit:{given.code}"
        notices.tell(work, account, Notice.GIVEN_UP_AT_POINT, about=about, now=now, number=given.ticket)
        return given


def needs_reason(row: Row) -> bool:
    """Whether whoever changes or gives up this place says why: its owner has not come to them today."""
    return row.help is None


def _check_asked(visit: Visit, reason: str, by: Actor, now: datetime) -> None:
    if needs_reason(row_of(visit, by=by, now=now)) and not clean_text(reason):
        raise InvalidInput("Người giữ số này chưa mở trang ở đây. Hãy ghi ai nhờ và vì sao.", "reason")
