"""People whom the staff of a bridge point help: found by what they know or hold, or registered there.

Nobody can look through people: a find takes the whole of a number or code, and tells nothing of a person who
is known here by denunciations alone (decree 154/2026 art. 20.4). Whoever was found or registered has a page at
this point, for the day; its address names nobody.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from ..domain.codes import is_code, new_code, read_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.identity_papers import PaperKind, clean_paper_number, masked, read_kind
from ..domain.texts import N_
from ..domain.visit_flow import OPEN_STATES
from ..domain.working_days import HANOI
from ..extensions import db
from ..keyring import keyring
from ..models import (
    Account,
    IdentityCheck,
    PersonAtPoint,
    Petition,
    Petitioner,
    PointHelp,
    Role,
    Sitting,
    Visit,
    phone_look_up,
)
from . import audit, petition_steps, registered
from .actor import Actor
from .phone_numbers import read_phone
from .told_answers import Answers
from .unit_of_work import Work, safe_to_repeat, unit_of_work

STEPS = tuple(step for step in petition_steps.STEPS if step.name in ("who", "paper", "home"))
"""The questions of a petition that registering answers."""
_MOST_FOUND, _TICKET = 5, 4
Whose = tuple[int, str | None]
"""An account, and the paper that leads to it; none: its phone does."""


@dataclass(frozen=True)
class Person:
    """What staff need in order to know that it is this person; the number but for its end stays hidden."""

    full_name: str
    birth_year: str
    paper_kind: PaperKind
    paper: str
    has_phone: bool
    seen_at: datetime | None


@dataclass(frozen=True)
class Found:
    """Whose pages a find opened, or the place of today that it named, of whoever that is."""

    helps: tuple[PointHelp, ...] = ()
    visit: Visit | None = None


class KnownAlready(Conflict):
    """Somebody with this paper is here already: `helps` open their page."""

    message = N_("Đã có người với số giấy tờ này. Hãy mở trang của người đó, không ghi lần nữa.")

    def __init__(self, helps: tuple[PointHelp, ...]):
        super().__init__()
        self.helps = helps


def point_of(by: Actor, session: Session | None = None) -> int:
    """The bridge point at which somebody works. Raises NotFound: at none."""
    account = (session or db.session).get(Account, by.account_id)
    if account is None or account.bridge_point_id is None:
        raise NotFound
    return account.bridge_point_id


def today(now: datetime) -> tuple[datetime, datetime]:
    """The day on Hanoi's calendar: its first moment, and the next day's."""
    start = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


@safe_to_repeat
def find(typed: str, *, by: Actor, now: datetime) -> Found:
    """Whoever has exactly this paper, phone or petition, or the place of today at this point with this number.

    That somebody looked, and how many were found, is audited; what was typed is not.

    Raises:
        InvalidInput: it is neither the whole of a number nor of a code. NotFound: whoever asks has no point.
    """
    text = read_code(typed)
    with unit_of_work() as work:
        point = point_of(by, work.session)
        if text.isdecimal() and len(text) <= _TICKET:
            visit, whose = _with_ticket(work, point, int(text), now), set[Whose]()
        else:
            visit, whose = _with_code(work, point, text), _accounts(work, typed, text)
        helps = _opened(work, point, whose, by, now)
        many = len(helps) + (visit is not None)
        audit.record(work, "person_searched", "bridge_point", point, by=by, now=now, found=many)
    return Found(helps, visit)


def _with_ticket(work: Work, point: int, number: int, now: datetime) -> Visit | None:
    first, after = today(now)
    here = select(Visit).join(Visit.sitting).where(Visit.bridge_point_id == point, Visit.number == number)
    here = here.where(Sitting.starts_at < after, Sitting.ends_at >= first)
    open_first = Visit.state.in_(OPEN_STATES).desc()
    return work.session.scalar(here.order_by(open_first, Visit.id.desc()).limit(1))


def _with_code(work: Work, point: int, code: str) -> Visit | None:
    here = select(Visit).where(Visit.code == code, Visit.bridge_point_id == point)
    return work.session.scalar(here) if is_code(code) else None


def _accounts(work: Work, typed: str, text: str) -> set[Whose]:
    """Of whoever is named by it; a denunciation names nobody."""
    open_ones = select(Petition.account_id, Petitioner.paper_look_up).join(Petition.petitioner)
    open_ones = open_ones.where(Petitioner.sealed.is_(False))
    if is_code(text):
        return {
            (account, paper)
            for account, paper in work.session.execute(open_ones.where(Petition.code == text))
        }
    found, read = set[Whose](), False
    for kind in (PaperKind.PERSONAL_NUMBER, PaperKind.PASSPORT):
        with suppress(InvalidInput):
            found |= _with_paper(work, keyring.look_up(clean_paper_number(kind, typed)))
            read = True
    with suppress(InvalidInput):
        phone = phone_look_up(read_phone(typed))
        by_phone = open_ones.join(Petition.account).where(Account.phone_look_up == phone)
        found |= {(account, None) for account, _paper in work.session.execute(by_phone)}
        read = True
    if not read:
        raise InvalidInput(
            "Hãy ghi đủ số giấy tờ, số điện thoại, mã đơn, hoặc số thứ tự hôm nay.",
            "what",
        )
    return found


def _with_paper(work: Work, look_up: str) -> set[Whose]:
    petitioners = (
        select(Petition.account_id)
        .join(Petition.petitioner)
        .where(Petitioner.paper_look_up == look_up, Petitioner.sealed.is_(False))
    )
    here = select(PersonAtPoint.account_id).where(PersonAtPoint.paper_look_up == look_up)
    accounts = {*work.session.scalars(petitioners), *work.session.scalars(here)}
    return {(account, look_up) for account in accounts}


def _opened(
    work: Work, point: int, whose: Iterable[Whose], by: Actor, now: datetime
) -> tuple[PointHelp, ...]:
    """The pages of these people at this point today: those that are open, and new ones."""
    wanted = sorted(whose, key=str)[:_MOST_FOUND]
    first, _after = today(now)
    there = select(PointHelp).where(PointHelp.bridge_point_id == point, PointHelp.at >= first)
    of_them = there.where(PointHelp.account_id.in_([account_id for account_id, _paper in wanted]))
    had = {(help.account_id, help.paper_look_up): help for help in work.session.scalars(of_them)}
    for account_id, paper in wanted:
        account = work.session.get_one(Account, account_id)
        if (account_id, paper) in had or account.disabled or account.is_staff:
            continue
        help = PointHelp(code=new_code(), bridge_point_id=point, account_id=account_id, at=now)
        help.staff_id, help.paper_look_up = by.account_id or 0, paper
        had[account_id, paper] = help
        work.session.add(help)
    work.session.flush()
    return tuple(had[one] for one in wanted if one in had)


def opened(code: str, *, by: Actor, now: datetime) -> PointHelp:
    """A person's page of today at the point of whoever asks. Raises NotFound, for another point's too."""
    first, _after = today(now)
    here = select(PointHelp).where(
        PointHelp.code == code, PointHelp.bridge_point_id == point_of(by), PointHelp.at >= first
    )
    found = db.session.scalar(here) if is_code(code) else None
    if found is None:
        raise NotFound
    return found


def person(help: PointHelp) -> Person:
    """Who it is: as they were registered, else as their newest petition says that is not sealed."""
    account = db.session.get_one(Account, help.account_id)
    has_phone = account.phone is not None
    seen = select(IdentityCheck.at).where(IdentityCheck.account_id == help.account_id)
    known = registered.of_account(help.account_id)
    if known is None:
        who = db.session.scalars(petitioners(help).order_by(Petitioner.petition_id.desc()).limit(1)).one()
        # Checks of a sealed petition's visits stay apart: that there are any would tell of it.
        of_these = seen.where(IdentityCheck.paper_look_up == who.paper_look_up).join(IdentityCheck.visit)
        of_these = of_these.join(Petitioner, Petitioner.petition_id == Visit.petition_id)
        at = db.session.scalar(of_these.where(Petitioner.sealed.is_(False)).order_by(IdentityCheck.id.desc()))
        return Person(
            who.full_name, who.birth_year or "", who.paper_kind, masked(who.paper_number), has_phone, at
        )
    answers = registered.told(known)
    kind = PaperKind(answers["paper_kind"])
    number = masked(clean_paper_number(kind, answers["paper_number"]))
    return Person(answers["full_name"], answers["birth_year"], kind, number, has_phone, known.seen_at)


def petitioners(help: PointHelp) -> Select[Petitioner]:
    """Who petitions in what the page of this person reaches: never a sealed one, nor another paper's."""
    of_account = select(Petitioner).join(Petitioner.petition).where(Petition.account_id == help.account_id)
    found = of_account.where(Petitioner.sealed.is_(False))
    return (
        found if help.paper_look_up is None else found.where(Petitioner.paper_look_up == help.paper_look_up)
    )


@safe_to_repeat
def register(answers: Answers, *, seen: bool, by: Actor, now: datetime, key: str) -> PointHelp:
    """An account without a phone for somebody who sits at the point; `seen`: their paper is in hand.

    The same key again gives the same person. A paper that is known only from denunciations is as new.

    Legal source: decree 154/2026 art. 12.1.

    Raises:
        InvalidInput: as the questions of a petition. KnownAlready: the paper is somebody's who is known.
    """
    day = now.astimezone(HANOI).date()
    _check(answers, day)
    kept = {field: answers.get(field, "") for step in STEPS for field in step.fields}
    look_up = keyring.look_up(clean_paper_number(read_kind(kept["paper_kind"]), kept["paper_number"]))
    with unit_of_work() as work:
        point = point_of(by, work.session)
        before = work.session.scalar(select(Account).where(Account.request_key == key))
        if before is not None and registered.of_account(before.id, work.session) is not None:
            return _opened(work, point, [(before.id, look_up)], by, now)[0]
        known = _opened(work, point, _with_paper(work, look_up), by, now)
        if not known:
            account = Account(created_at=now, request_key=key)
            account.roles = {Role.CITIZEN}
            work.session.add(account)
            work.session.flush()
            work.session.add(
                PersonAtPoint(
                    account_id=account.id,
                    bridge_point_id=point,
                    registered_by_id=by.account_id,
                    registered_at=now,
                    answers=json.dumps(kept, ensure_ascii=False),
                    paper_look_up=look_up,
                    seen_at=now if seen else None,
                )
            )
            audit.record(
                work, "person_registered", "account", account.id, by=by, now=now, point=point, seen=seen
            )
            work.session.flush()
            return _opened(work, point, [(account.id, look_up)], by, now)[0]
        audit.record(work, "person_searched", "bridge_point", point, by=by, now=now, found=len(known))
    raise KnownAlready(known)


def forget(now: datetime) -> None:
    """A page that was opened for somebody is of use on its day; that it was, the audit trail keeps."""
    first, _after = today(now)
    with unit_of_work() as work:
        work.session.execute(delete(PointHelp).where(PointHelp.at < first))


def _check(answers: Answers, day: date) -> None:
    for step in STEPS:
        step.check(answers, day)
    if petition_steps.is_outside(answers):
        raise InvalidInput(
            "Nơi này chưa tiếp công dân trực tuyến. Mời bà con đến nơi tiếp công dân ở xã, phường mình.",
            "lives_in",
        )
