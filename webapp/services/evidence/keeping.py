"""What is done with files beside the requests: finished, scanned again, cleared away."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from ...domain import evidence as rules
from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.evidence import KEPT_UNFINISHED, EvidenceKind, Scan
from ...domain.texts import clean_text
from ...extensions import db
from ...models import AuditEntry, Evidence, Petition, PetitionDraft
from .. import audit
from ..actor import SYSTEM, Actor
from ..unit_of_work import Work, unit_of_work
from .reading import Store
from .removing import forget
from .settling import Inspect, settle_whole
from .sharing import with_content_of

log = structlog.get_logger("webapp")

_LEFT_ALONE = timedelta(minutes=2)
_SCAN_AGAIN = timedelta(minutes=10)


def mark(file: Evidence, *, shows_who: bool, by: Actor, now: datetime) -> None:
    """The citizen says whether the file shows who they are."""
    with unit_of_work() as work:
        row = work.session.get_one(Evidence, file.id, with_for_update=True)
        if row.shows_who != shows_who:
            row.shows_who = shows_who
            audit.record(work, "evidence_marked", "evidence", row.id, by=by, now=now, shows_who=shows_who)


def reseal(file: Evidence, *, shows_who: bool, reason: str, by: Actor, now: datetime) -> None:
    """An officer seals a file of a denunciation, or takes its seal off; saying what is so already changes nothing.

    The seal is taken off only by who has opened the file, and never off a voice.

    Raises:
        InvalidInput: no reason, or one too short. Conflict: it was not opened, or it is a voice.
        NotFound: it belongs to no denunciation.
    """
    why = clean_text(reason)
    if len(why) < 10:
        raise InvalidInput("Hãy ghi rõ lý do, ít nhất 10 chữ cái.", "reason")
    with unit_of_work() as work:
        row = work.session.get_one(Evidence, file.id, with_for_update=True)
        if row.petition is None or not row.petition.is_denunciation:
            raise NotFound
        if row.kind is EvidenceKind.VOICE:
            raise Conflict("Lời kể luôn được niêm phong.")
        if row.shows_who == shows_who:
            return
        if not shows_who and not _has_opened(work, row.id, by):
            raise Conflict("Hãy mở tệp xem trước, rồi mới bỏ niêm phong.")
        row.shows_who = shows_who
        about = {"shows_who": shows_who, "reason": why}
        audit.record(work, "evidence_marked", "evidence", row.id, by=by, now=now, **about)


def _has_opened(work: Work, evidence_id: int, by: Actor) -> bool:
    opened = select(AuditEntry.id).where(
        AuditEntry.action == "evidence_opened",
        AuditEntry.object_kind == "evidence",
        AuditEntry.object_id == str(evidence_id),
        AuditEntry.actor_id == by.account_id,
    )
    return work.session.scalar(opened.limit(1)) is not None


def settle_due(now: datetime, *, store: Store, inspect: Inspect, most: int = 5) -> int:
    """Files that are whole and that nobody looked through, as when a server stopped; returns how many."""
    due = select(Evidence).where(
        Evidence.kept_at.is_(None),
        Evidence.problem.is_(None),
        Evidence.received >= Evidence.size,
        Evidence.seen_at < now - _LEFT_ALONE,
    )
    found = list(db.session.scalars(due.order_by(Evidence.seen_at).limit(most)))
    for file_id in [file.id for file in found]:
        try:
            file = db.session.get_one(Evidence, file_id)
            settle_whole(file, store=store, inspect=inspect, by=SYSTEM, now=now)
        except Exception as problem:  # the others do not wait for it
            _put_off(file_id, problem, now)
    return len(found)


def _put_off(file_id: int, problem: Exception, now: datetime) -> None:
    """What cannot be done with a file just now is tried again behind the others."""
    log.error("evidence_put_off", file=file_id, problem=type(problem).__name__)
    with unit_of_work() as work:
        work.session.execute(update(Evidence).where(Evidence.id == file_id).values(seen_at=now))


def forget_unfinished(now: datetime, *, store: Store, most: int = 20) -> int:
    """What broke off, or was refused, days ago is cleared away; returns how many."""
    old = select(Evidence).where(Evidence.kept_at.is_(None), Evidence.seen_at < now - KEPT_UNFINISHED)
    found = list(db.session.scalars(old.limit(most)))
    for file in found:
        forget(file, store=store, by=SYSTEM, now=now)
    return len(found)


def forget_given_up(now: datetime, *, store: Store, most: int = 20) -> int:
    """Files whose draft was given up or deleted, and so are no petition's: cleared away; returns how many."""
    draft = select(PetitionDraft.key).where(
        PetitionDraft.account_id == Evidence.account_id, PetitionDraft.key == Evidence.petition_key
    )
    petition = select(Petition.id).where(
        Petition.account_id == Evidence.account_id, Petition.request_key == Evidence.petition_key
    )
    nobodys = select(Evidence).where(Evidence.receipt_id.is_(None), ~draft.exists(), ~petition.exists())
    found = list(db.session.scalars(nobodys.limit(most)))
    for file in found:
        forget(file, store=store, by=SYSTEM, now=now)
    return len(found)


def rescan_one(now: datetime, *, store: Store, scanned: Callable[[bytes], Scan]) -> bool:
    """One kept file that no scanner saw yet: scanned now that there is one; returns whether it was.

    A harmful one is shown to nobody any more; that it was there stays on record.
    """
    unseen = select(Evidence).where(
        Evidence.kept_at.is_not(None), Evidence.scan == Scan.NOT_SCANNED, Evidence.seen_at < now - _SCAN_AGAIN
    )
    file = db.session.scalar(unseen.order_by(Evidence.seen_at).limit(1))
    if file is None:
        return False
    file_id, folder = file.id, file.folder
    same = select(Evidence).where(with_content_of(file)).order_by(Evidence.id)
    try:
        with store.reading(f"{folder}/whole") as opened:
            content = opened.read()
    except (FileNotFoundError, InvalidTag) as problem:
        _put_off(file_id, problem, now)
        return False
    try:
        verdict = scanned(content)
    except InvalidInput:
        with unit_of_work() as work:
            for row in work.session.scalars(same.with_for_update()).all():
                row.kept_at, row.problem, row.scan, row.seen_at = None, rules.VIRUS, None, now
                audit.record(
                    work, "evidence_virus", "evidence", row.id, by=SYSTEM, now=now, sha256=row.sha256
                )
        for form in ("whole", "thumb", "view"):
            store.remove(f"{folder}/{form}")
        return True
    with unit_of_work() as work:
        row = work.session.get_one(Evidence, file_id)
        row.scan, row.seen_at = verdict, now  # the next one first, where this one gets no verdict
    return verdict is Scan.CLEAN
