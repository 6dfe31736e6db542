"""A file taken away again: by the person as long as the petition is not submitted, by time when it broke off."""

from datetime import datetime

from sqlalchemy import select

from ...domain.errors import Conflict
from ...models import Evidence
from .. import audit
from ..actor import Actor
from ..passwords import off_loop_here
from ..unit_of_work import unit_of_work
from .reading import Place, Store
from .sharing import with_content_of


def remove(file: Evidence, place: Place, *, store: Store, by: Actor, now: datetime) -> None:
    """Forget the file. Raises Conflict: it belongs to a petition that was submitted."""
    if place.petition_id is not None and file.kept_at is not None:
        raise Conflict("Đơn đã gửi nên tệp này được giữ cùng đơn. Ông/Bà chỉ có thể nộp thêm.")
    forget(file, store=store, by=by, now=now)


def forget(file: Evidence, *, store: Store, by: Actor, now: datetime) -> None:
    """Row first, contents after: a content without a row is nobody's. One that is another's file too stays."""
    file_id, folder = file.id, file.folder
    with unit_of_work() as work:
        row = work.session.get(Evidence, file_id, with_for_update=True)
        if row is None:
            return
        names = [piece.name for piece in row.pieces]
        if row.kept_at is not None:
            audit.record(work, "evidence_removed", "evidence", file_id, by=by, now=now, sha256=row.sha256)
        work.session.delete(row)
        others = select(Evidence.id).where(with_content_of(row), Evidence.id != file_id)
        if work.session.scalar(others.limit(1)) is None:
            names += [f"{folder}/{form}" for form in ("whole", "thumb", "view")]
    for name in names:
        off_loop_here(store.remove, name)
