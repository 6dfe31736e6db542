"""Files on their way: begun under a key, gone on with at the byte where they broke off.

A piece's content is stored first and noted after: what is noted is there.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.orm import Session

from ...domain import evidence as rules
from ...domain.codes import new_code
from ...domain.errors import Conflict, InvalidInput
from ...domain.representation import Proof, from_words, in_words
from ...domain.texts import N_
from ...extensions import db
from ...models import Evidence, EvidencePiece, Petition
from .. import audit
from ..actor import Actor
from ..passwords import off_loop_here
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from . import room
from .reading import Place, Store

PIECE, FIRST_PIECE = 256 * 1024, 16 * 1024
"""Pieces grow: that the bytes are here already is noticed at the first, when an older request notes them late."""
_READ = 4 * 1024
_LONGEST_READ = 5.0  # seconds after which what arrived is kept, however little


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
        before = work.session.scalar(here(place).where(Evidence.request_key == key))
        if (before is None or before.kept_at is None) and _is_withdrawn(
            work.session, place.account_id, place.petition_key
        ):
            raise Withdrawn
        if before is not None and before.problem is None:
            if before.size != what.size:
                raise Conflict
            also_proves(before, what.proves)
            keep_sealed(work, before, what.shows_who, by, now)
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


def also_proves(file: Evidence, proofs: Iterable[Proof]) -> None:
    """The same file was chosen once more, in the place of a proof."""
    file.proves = in_words((*from_words(file.proves), *proofs))


def keep_sealed(work: Work, file: Evidence, shows_who: bool, by: Actor, now: datetime) -> None:
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
    if _is_withdrawn(db.session(), file.account_id, file.petition_key):
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


def here(place: Place) -> Select[Evidence]:
    return select(Evidence).where(
        Evidence.account_id == place.account_id, Evidence.petition_key == place.petition_key
    )
