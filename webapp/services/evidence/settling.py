"""Files that are here whole: looked through, then kept, or refused with what is wrong with them.

Whoever looks through one that is whole already (a second browser, the worker) comes to the same end.
"""

import hashlib
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, delete, select

from ...domain import evidence as rules
from ...domain.errors import InvalidInput, NotFound
from ...domain.evidence import EvidenceKind, Inspected
from ...domain.representation import from_words
from ...extensions import db
from ...models import Evidence, EvidencePiece
from .. import audit, statement_waits
from ..actor import Actor
from ..passwords import off_loop_here
from ..unit_of_work import Work, unit_of_work
from .arriving import Begun, also_proves, begin, here, keep_sealed
from .reading import Place, Store

log = structlog.get_logger("webapp")

Inspect = Callable[[bytes], Inspected]

LOOKING_THROUGH = timedelta(seconds=20)
"""So long after its last bytes a whole file is left to whoever took them."""


def is_looked_through(file: Evidence, now: datetime) -> bool:
    """Whether all bytes are here and whoever took the last of them may still be looking through the file."""
    return file.is_arriving and file.is_whole and file.seen_at > now - LOOKING_THROUGH


def settle_whole(file: Evidence, *, store: Store, inspect: Inspect, by: Actor, now: datetime) -> Evidence:
    """All bytes are here: look through them, then keep the file or say what is wrong with it."""
    if not file.is_arriving or not file.is_whole:
        return file
    file_id = file.id
    names = list(
        db.session.scalars(
            select(EvidencePiece.name)
            .where(EvidencePiece.evidence_id == file_id)
            .order_by(EvidencePiece.start)
        )
    )
    try:
        content = off_loop_here(_joined, store, names)
    except (FileNotFoundError, InvalidTag):
        db.session.rollback()  # another was faster, or a piece is lost
        db.session.expire_all()
        now_there = db.session.get(Evidence, file_id) or _gone()
        return _refuse(file_id, rules.BROKEN, by, now) if now_there.is_arriving else now_there
    kept = _looked_through(file, content, store=store, inspect=inspect, by=by, now=now)
    for name in names:
        off_loop_here(store.remove, name)
    return kept


def take(
    place: Place,
    what: Begun,
    content: bytes,
    *,
    store: Store,
    inspect: Inspect,
    by: Actor,
    now: datetime,
    key: str,
) -> Evidence:
    """A file in one go, as a form without scripts sends it; one that is refused leaves nothing behind.

    Raises:
        InvalidInput: with what is wrong. Conflict: the key is another file's.
    """
    file = begin(place, what, by=by, now=now, key=key)
    if not file.is_arriving:
        return file
    kept = _looked_through(file, content, store=store, inspect=inspect, by=by, now=now)
    if kept.problem is not None:
        with unit_of_work() as work:
            work.session.execute(delete(Evidence).where(Evidence.id == kept.id))
        raise InvalidInput(kept.problem, "files")
    return kept


def _looked_through(
    file: Evidence, content: bytes, *, store: Store, inspect: Inspect, by: Actor, now: datetime
) -> Evidence:
    file_id, folder = file.id, file.folder
    sha256 = off_loop_here(_hash, content)
    if db.session.scalar(_same_content(file, sha256)) is not None:
        return _refuse(file_id, rules.TWICE, by, now, sha256)
    try:
        found = off_loop_here(inspect, content)
        kind, duration_ms = _kind(file, found)
    except InvalidInput as problem:
        told = file.duration_ms is not None
        return _refuse(file_id, rules.said_of_voice(problem.message) if told else problem.message, by, now)
    except Exception as problem:  # of what people bring somebody's program makes something nobody thought of
        _log_unexpected(file_id, problem)
        told = file.duration_ms is not None
        return _refuse(file_id, rules.said_of_voice(rules.BROKEN) if told else rules.BROKEN, by, now)
    off_loop_here(_store, store, folder, found)
    kept_sha256 = off_loop_here(_hash, found.content)
    with unit_of_work() as work:
        kept = work.session.get(Evidence, file_id, with_for_update=True)
        if kept is None:
            raise NotFound
        if not kept.is_arriving:
            return kept
        if work.session.scalar(_same_content(kept, sha256)) is not None:
            kept.problem = rules.TWICE  # two of them arrived at one moment
            _hand_on(work, kept, sha256, by, now)
            return kept
        kept.kind, kept.media_type, kept.scan, kept.pages = kind, found.media_type, found.scan, found.pages
        kept.duration_ms = duration_ms
        kept.sha256, kept.kept_sha256, kept.kept_size = sha256, kept_sha256, len(found.content)
        kept.has_thumb, kept.has_view = found.thumb is not None, found.view is not None
        kept.kept_at, kept.received = now, kept.size
        work.session.execute(delete(EvidencePiece).where(EvidencePiece.evidence_id == file_id))
        about = {
            "sha256": sha256,
            "kept_sha256": kept_sha256,
            "size": kept.kept_size,
            "scan": found.scan.value,
        }
        audit.record(work, "evidence_kept", "evidence", file_id, by=by, now=now, **about)
        statement_waits.note_voice(work, kept)
        return kept


def _log_unexpected(file_id: int, problem: Exception) -> None:
    """Where it happened; never its words, which may be the file's."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    log.error("evidence_not_understood", file=file_id, problem=type(problem).__name__, where=where)


def _kind(file: Evidence, found: Inspected) -> tuple[EvidenceKind, int | None]:
    """What the file is, and how long what was told is: not by the browser's word. Raises InvalidInput."""
    if file.duration_ms is None:
        return rules.kind_of(found.media_type), None
    return EvidenceKind.VOICE, rules.check_voice(found).duration_ms


def _hand_on(work: Work, file: Evidence, sha256: str, by: Actor, now: datetime) -> None:
    """What one sends anew as a proof or to be sealed, the same content that is here becomes."""
    if not (sha256 and (file.proves or file.shows_who)):
        return
    same = work.session.scalar(_same_content(file, sha256).with_for_update())
    if same is not None:
        also_proves(same, from_words(file.proves))
        keep_sealed(work, same, file.shows_who, by, now)


def _refuse(file_id: int, problem: str, by: Actor, now: datetime, sha256: str = "") -> Evidence:
    with unit_of_work() as work:
        file = work.session.get(Evidence, file_id, with_for_update=True)
        if file is None:
            raise NotFound
        if file.is_arriving:
            _hand_on(work, file, sha256, by, now)
            file.problem, file.seen_at = problem, now
            work.session.execute(delete(EvidencePiece).where(EvidencePiece.evidence_id == file_id))
        return file


def _same_content(file: Evidence, sha256: str) -> Select[Evidence]:
    place = Place(file.account_id, file.petition_key)
    return here(place).where(Evidence.sha256 == sha256, Evidence.kept_at.is_not(None), Evidence.id != file.id)


def _gone() -> Evidence:
    raise NotFound


def _joined(store: Store, names: list[str]) -> bytes:
    return b"".join(store.get(name) for name in names)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _store(store: Store, folder: str, found: Inspected) -> None:
    for form, content in (("whole", found.content), ("thumb", found.thumb), ("view", found.view)):
        if content is not None:
            with store.writing(f"{folder}/{form}") as file:
                file.write(content)
