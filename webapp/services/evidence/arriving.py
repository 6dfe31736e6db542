"""Files on their way: begun under a key, gone on with at the byte where they broke off, looked through, kept.

A piece's content is stored first and noted after: what is noted is there. Whoever looks through a file that
is whole already (a second browser, the worker) comes to the same end.
"""

import hashlib
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from ...domain import evidence as rules
from ...domain.codes import new_code
from ...domain.errors import Conflict, InvalidInput, NotFound
from ...domain.evidence import EvidenceKind, Inspected
from ...domain.representation import Proof, from_words, in_words
from ...domain.texts import N_
from ...extensions import db
from ...models import Evidence, EvidencePiece, Petition
from .. import audit, statement_waits
from ..actor import Actor
from ..passwords import off_loop_here
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from . import room
from .reading import Place, Store

log = structlog.get_logger("webapp")

Inspect = Callable[[bytes], Inspected]

PIECE, FIRST_PIECE = 256 * 1024, 16 * 1024
"""Pieces grow: that the bytes are here already is noticed at the first, when an older request notes them late."""
_READ = 4 * 1024
_LONGEST_READ = 5.0  # seconds after which what arrived is kept, however little

LOOKING_THROUGH = timedelta(seconds=20)
"""So long after its last bytes a whole file is left to whoever took them."""


class OffsetMismatch(Conflict):
    """The bytes do not begin where those that are here end."""


class Withdrawn(Conflict):
    """The author took the petition back: nothing more is added to it."""

    message = N_("Đơn này đã rút, không nộp thêm giấy tờ được nữa.")


class Broken(Exception):
    """The line broke; what had arrived is kept."""


@dataclass(frozen=True)
class Begun:
    """What a browser says of the file that it will send; unless it says otherwise, it may show who sends it."""

    name: str
    size: int
    duration_ms: int | None = None
    shows_who: bool = True
    proves: tuple[Proof, ...] = ()


@safe_to_repeat
def begin(place: Place, what: Begun, *, by: Actor, now: datetime, key: str) -> Evidence:
    """Begin sending, or find what was begun under the same key.

    Raises:
        InvalidInput: empty, too big, too long, or there is no room for it. Conflict: the key is another
        file's. Withdrawn: the petition was, and no file of it is kept under this key.
    """
    duration = None if what.duration_ms is None else timedelta(milliseconds=what.duration_ms)
    rules.check_size(what.size, duration)
    with unit_of_work() as work:
        room.lock(work, place)
        before = work.session.scalar(_here(place).where(Evidence.request_key == key))
        if (before is None or before.kept_at is None) and _is_withdrawn(
            work.session, place.account_id, place.petition_key
        ):
            raise Withdrawn
        if before is not None and before.problem is None:
            if before.size != what.size:
                raise Conflict
            _also_proves(before, what.proves)
            _keep_sealed(work, before, what.shows_who, by, now)
            return before
        if before is not None:
            work.session.delete(before)
            work.session.flush()
        room.check(work, place, what.size)
        file = Evidence(
            code=new_code(),
            account_id=place.account_id,
            by=by.by,
            petition_key=place.petition_key,
            request_key=key,
            name=rules.clean_name(what.name),
            shows_who=what.shows_who,
            proves=in_words(what.proves),
            duration_ms=what.duration_ms,
            size=what.size,
            received=0,
            began_at=now,
            seen_at=now,
        )
        work.session.add(file)
        work.session.flush()
        return file


def _is_withdrawn(session: Session, account_id: int, petition_key: str) -> bool:
    of_petition = Petition.account_id == account_id, Petition.request_key == petition_key
    return session.scalar(select(Petition.withdrawn_at).where(*of_petition)) is not None


def _also_proves(file: Evidence, proofs: Iterable[Proof]) -> None:
    """The same file was chosen once more, in the place of a proof."""
    file.proves = in_words((*from_words(file.proves), *proofs))


def _keep_sealed(work: Work, file: Evidence, shows_who: bool, by: Actor, now: datetime) -> None:
    """Of a file that is sent twice the stricter word holds: who sent it as one to be sealed relies on that."""
    if shows_who and not file.shows_who:
        file.shows_who = True
        audit.record(work, "evidence_marked", "evidence", file.id, by=by, now=now, shows_who=True)


def append(file: Evidence, offset: int, read: Callable[[int], bytes], *, store: Store, now: datetime) -> int:
    """Keep what `read` gives from this byte on; returns how many bytes are here now.

    `read` gives nothing at the end and raises OSError when the line breaks.

    Raises:
        OffsetMismatch: the bytes do not begin where those that are here end. Broken: the line broke.
        NotFound: the file was removed meanwhile. InvalidInput: more bytes than were announced.
        Withdrawn: the petition was.
    """
    if _is_withdrawn(db.session, file.account_id, file.petition_key):  # type: ignore[arg-type]
        raise Withdrawn
    if offset != file.received:
        raise OffsetMismatch
    file_id, folder, size = file.id, file.folder, file.size
    broken, most = False, FIRST_PIECE
    while not broken:
        part, broken, ended = _gather(read, most)
        most = min(2 * most, PIECE)
        if offset + len(part) > size:
            raise InvalidInput(rules.BROKEN, "files")
        if part:
            name = f"{folder}/{offset}-{new_code()}"
            off_loop_here(store.put, name, part)
            if not _note(file_id, offset, len(part), name, now):
                store.remove(name)
                raise OffsetMismatch
            offset += len(part)
        if ended:
            return offset
    raise Broken


def _gather(read: Callable[[int], bytes], most: int) -> tuple[bytes, bool, bool]:
    """Bytes for one piece, whether the line broke, whether all is read; a slow line's are kept early."""
    parts: list[bytes] = []
    have, since = 0, time.monotonic()
    while have < most and time.monotonic() - since < _LONGEST_READ:
        try:
            part = read(min(_READ, most - have))
        except OSError:
            return b"".join(parts), True, False
        if not part:
            return b"".join(parts), False, True
        parts.append(part)
        have += len(part)
    return b"".join(parts), False, False


@safe_to_repeat
def _note(file_id: int, offset: int, size: int, name: str, now: datetime) -> bool:
    with unit_of_work() as work:
        moved = work.session.execute(
            update(Evidence)
            .where(Evidence.id == file_id, Evidence.received == offset, Evidence.problem.is_(None))
            .values(received=offset + size, seen_at=now)
        )
        if not isinstance(moved, CursorResult) or moved.rowcount != 1:
            return False
        work.session.add(EvidencePiece(evidence_id=file_id, start=offset, size=size, name=name))
        return True


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
        _also_proves(same, from_words(file.proves))
        _keep_sealed(work, same, file.shows_who, by, now)


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


def _same_content(file: Evidence, sha256: str):  # type: ignore[no-untyped-def]
    place = Place(file.account_id, file.petition_key)
    return _here(place).where(
        Evidence.sha256 == sha256, Evidence.kept_at.is_not(None), Evidence.id != file.id
    )


def _here(place: Place):  # type: ignore[no-untyped-def]
    return select(Evidence).where(
        Evidence.account_id == place.account_id, Evidence.petition_key == place.petition_key
    )


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
