"""Individual cases as they are told to the person: in the story of the petition, and among what is kept about them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from ..domain.place_requests import DECIDED_LABELS, GROUND_LABELS, Decided
from ..domain.texts import N_
from ..domain.visit_flow import By
from ..extensions import db
from ..models import Account, Petition, PlaceRequest, Visit
from . import place_requests
from .staff_deeds import Msgid, Row


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a petition: a text to translate with its words, and for its owner more."""

    at: datetime
    title: str
    words: dict[str, str | int] = field(default_factory=dict)
    note: str = ""
    own_words: str = ""
    visit_code: str | None = None


ASKED = {
    By.CITIZEN: N_("Ông/Bà xin gặp cán bộ ở nhà hoặc nơi khác"),
    By.OFFICER: N_("Cán bộ đề nghị cho gặp ở nhà hoặc nơi khác"),
}
DECIDED = {
    Decided.APPROVED: N_("Đề nghị về nơi gặp được đồng ý"),
    Decided.DECLINED: N_("Đề nghị về nơi gặp không được đồng ý"),
    Decided.WITHDRAWN: N_("Đã rút đề nghị về nơi gặp"),
}


def entries(petition: Petition, _held: list[Visit]) -> Iterable[Entry]:
    """That a place was asked for and what was decided; which place it is stands on the petition's own pages."""
    for one in place_requests.of_petition(petition.id):
        yield Entry(one.asked_at, ASKED[one.by])
        if one.answer is not None:
            yield Entry(one.answer.at, DECIDED[one.answer.what], own_words=one.answer.words)


def told_to_person(account: Account, _held: list[Visit]) -> list[Row]:
    """All requests about the person's petitions, what officers proposed too; nobody of the staff is named."""
    home = Msgid(N_("Ở nhà, bằng điện thoại"))
    mine = select(PlaceRequest).join(PlaceRequest.petition).where(Petition.account_id == account.id)
    rows: list[Row] = []
    for one in db.session.scalars(mine.order_by(PlaceRequest.id.desc())):
        answer, point = one.answer, one.bridge_point
        row: Row = {
            "code": one.petition.code,
            "asked_at": one.asked_at,
            "place": point.name if point else home,
            "ground": Msgid(GROUND_LABELS[one.ground]),
            "reason": one.reason,
        }
        if answer is not None:
            row |= {
                "answer": Msgid(DECIDED_LABELS[answer.what]),
                "settled_at": answer.at,
                "decision": answer.decision or None,
                "until": answer.until,
                "words": answer.words or None,
            }
        rows.append(row)
    return rows
