"""One content that is a file of several petitions: stored once, listed with each, kept while one of them is there."""

from datetime import datetime

from sqlalchemy import ColumnElement, inspect, or_, select

from ...domain.codes import new_code
from ...domain.representation import from_words, in_words, proofs_of
from ...models import Evidence, Petition
from .. import audit
from ..actor import Actor
from ..unit_of_work import Work

_OF_ITS_OWN = frozenset({"id", "receipt_id"})


def with_content_of(file: Evidence) -> ColumnElement[bool]:
    """Which rows have the content of this file: itself among them."""
    return or_(Evidence.code == file.content, Evidence.content_of == file.content)


def carry_proofs(work: Work, petition: Petition, draft_key: str, *, by: Actor, now: datetime) -> None:
    """The papers by which the author speaks for others prove it in a draft that a split text leaves, too.

    They are files of the draft like any other: it can give them up without taking them from the petition.
    Whether such a file shows who brings it is asked anew: the draft may denounce where the petition did not.
    """
    asked = proofs_of(petition.on_behalf)
    kept = select(Evidence).where(
        Evidence.account_id == petition.account_id,
        Evidence.petition_key == petition.request_key,
        Evidence.kept_at.is_not(None),
        Evidence.proves != "",
    )
    for file in work.session.scalars(kept.order_by(Evidence.id).with_for_update()).all():
        proves = in_words(proof for proof in from_words(file.proves) if proof in asked)
        if not proves:
            continue
        columns = [one.key for one in inspect(Evidence).column_attrs if one.key not in _OF_ITS_OWN]
        about = {name: getattr(file, name) for name in columns} | {
            "code": new_code(),
            "content_of": file.content,
            "petition_key": draft_key,
            "proves": proves,
            "shows_who": True,
        }
        carried = Evidence(**about)
        work.session.add(carried)
        work.session.flush()
        audit.record(work, "proof_carried", "evidence", carried.id, by=by, now=now, of=file.id)
