"""The audit trail: written with what it records, sealed into a hash chain a little later.

Writers never wait for one another: one sealer links the rows. `verify` proves the chain.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from ..extensions import db
from ..models import AuditEntry, AuditSeal
from ..models.types import sealed_words
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_START = "0" * 64
_LATECOMERS = 10_000
"""An entry may commit after one with a higher id; further back nothing is still on its way."""


def record(
    work: Work, action: str, object_kind: str, object_id: object, *, by: Actor, now: datetime, **details: Any
) -> None:
    """Write an entry in the transaction of what it records. No names, numbers or texts of people.

    `reason` is what whoever acts typed, which may tell of whom: it is written encrypted. The chain links what
    is written, so that it is proved without the key.
    """
    if "reason" in details:
        details["reason"] = sealed_words(details["reason"])
    work.session.add(
        AuditEntry(
            at=now,
            actor_id=by.account_id,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            details={"by": by.by.value, **details},
        )
    )


@safe_to_repeat
def seal(now: datetime, most: int = 500) -> int:
    """Link the oldest unsealed entries; returns how many."""
    with unit_of_work() as work:
        last = work.session.scalar(
            select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1).with_for_update()
        )
        position, previous = (last.position, last.hash) if last else (0, _START)
        newest = work.session.scalar(select(func.max(AuditSeal.entry_id))) or 0
        entries = work.session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.id > newest - _LATECOMERS,
                ~select(AuditSeal.position).where(AuditSeal.entry_id == AuditEntry.id).exists(),
            )
            .order_by(AuditEntry.id)
            .limit(most)
        ).all()
        for entry in entries:
            position, previous = position + 1, _link(previous, entry)
            work.session.add(AuditSeal(position=position, entry_id=entry.id, hash=previous, sealed_at=now))
        return len(entries)


@dataclass(frozen=True)
class Proof:
    """What `verify` found: how many links hold, how many entries are unsealed, where it breaks."""

    sealed: int
    unsealed: int
    broken_at: int | None


def verify() -> Proof:
    """Walk the chain from its start."""
    previous, count = _START, 0
    rows = db.session.execute(
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .order_by(AuditSeal.position)
    )
    for seal_row, entry in rows:
        previous = _link(previous, entry) if entry is not None else ""
        if seal_row.position != count + 1 or previous != seal_row.hash:
            return Proof(count, 0, seal_row.position)
        count += 1
    entries = db.session.scalar(select(func.count(AuditEntry.id))) or 0
    return Proof(count, entries - count, None)


def of_object(object_kind: str, object_id: str) -> Sequence[AuditEntry]:
    """What was done with one thing, the first first."""
    about = select(AuditEntry).where(AuditEntry.object_kind == object_kind, AuditEntry.object_id == object_id)
    return db.session.scalars(about.order_by(AuditEntry.id)).all()


def _link(previous: str, entry: AuditEntry) -> str:
    content = json.dumps(
        [
            entry.id,
            entry.at.isoformat(),
            entry.actor_id,
            entry.action,
            entry.object_kind,
            entry.object_id,
            entry.details,
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
