"""What staff did about a person, for the person to read: who moved their number, read, opened; by office, never by name."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from ..domain.own_data import OFFICE_LABELS
from ..domain.texts import N_
from ..extensions import db
from ..models import Account, AuditEntry, ContentReader, Evidence, Petition, Role, Visit
from . import petitions, phone_change


class Msgid(str):
    """A value that is one of our own texts, to be shown in the reader's language."""


Value = str | int | bool | date | datetime | tuple[Msgid, ...] | None
Row = dict[str, Value]


def phone_changes(account: Account, _held: list[Visit]) -> list[Row]:
    """The changes of late with their numbers; of those before the trail knows when, by whom and why."""
    rows: list[Row] = [
        {
            "asked_at": row.asked_at,
            "phone": row.new_phone,
            "settled_at": row.done_at,
            "done_by": _role_of(row.officer_id),
            "reason": row.reason,
        }
        for row in phone_change.of_account(account.id)
    ]
    told = {row["settled_at"] for row in rows}
    for entry in _entries("phone_changed", "account", [account.id]):
        if entry.at not in told:
            by = None if entry.actor_id == account.id else entry.actor_id
            done: Row = {"settled_at": entry.at, "done_by": _role_of(by), "reason": entry.reason or None}
            rows.append(done)
    return rows


def _role_of(account_id: int | None) -> Msgid:
    """In what office somebody did it, never who: the person themselves where nobody of the staff did."""
    if account_id is None:
        return Msgid(N_("Ông/Bà"))
    roles = db.session.get_one(Account, account_id).roles
    found = next((role for role in (Role.LEADER, Role.OFFICER, Role.ADVISORY) if role in roles), None)
    return Msgid(OFFICE_LABELS.get(found.value if found else "", N_("Cán bộ")))


def _entries(action: str, kind: str, ids: Iterable[int]) -> list[AuditEntry]:
    about = select(AuditEntry).where(
        AuditEntry.action == action, AuditEntry.object_kind == kind, AuditEntry.object_id.in_(map(str, ids))
    )
    return list(db.session.scalars(about.order_by(AuditEntry.id)))


def readers_of(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(
        select(ContentReader)
        .join(ContentReader.petition)
        .where(Petition.account_id == account.id)
        .order_by(ContentReader.id)
    )
    return [
        {
            "code": row.petition.code,
            "done_by": _role_of(row.account_id),
            "at": row.invited_at,
            "until": row.until,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]


def openings(account: Account, held: list[Visit]) -> list[Row]:
    """Identities, minutes and sealed files that were opened; why stays with whoever watches over it."""
    mine = {one.id: one.code for one in petitions.list_of_citizen(account.id)}
    files = db.session.scalars(select(Evidence.id).where(Evidence.account_id == account.id)).all()
    opened = _entries("identity_opened", "petition", mine), _entries("evidence_opened", "evidence", files)
    rows: list[Row] = [
        {"code": mine[int(one.object_id)], "done_by": _role_of(one.actor_id), "at": one.at}
        for one in opened[0]
    ]
    of_visits = {visit.id: mine.get(visit.petition_id, "") for visit in held}
    rows += [
        {"code": of_visits[int(one.object_id)], "done_by": _role_of(one.actor_id), "at": one.at}
        for one in _entries("minutes_opened", "visit", of_visits)
    ]
    return rows + [{"done_by": _role_of(one.actor_id), "at": one.at} for one in opened[1]]
