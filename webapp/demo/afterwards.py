"""What the demo's people thought of their receptions, and one who asks about their data."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.visit_flow import State
from ..models import Visit
from ..services import data_requests, ratings
from ..services.actor import citizen
from ..services.unit_of_work import Work

_THOUGHT = (
    (5, "Cán bộ nghe hết, nói dễ hiểu."),
    (4, ""),
    None,
    (5, ""),
    (3, "Mạng yếu, phải nói lại mấy lần."),
    None,
    (4, "Ở nhà mà gặp được cán bộ, đỡ phải đi xa."),
    (2, "Chờ lâu quá."),
)
"""Score and words, one after another; some say nothing."""


def add_ratings(work: Work) -> None:
    """Every other one with a name."""
    over = select(Visit).where(Visit.state == State.FINISHED).options(joinedload(Visit.petition))
    for place, visit in enumerate(work.session.scalars(over.order_by(Visit.id)).all()):
        thought = _THOUGHT[place % len(_THOUGHT)]
        if thought is not None and visit.ended_at is not None:
            by, at = citizen(visit.petition.account_id), visit.ended_at + timedelta(minutes=30)
            ratings.rate(visit.id, str(thought[0]), thought[1], named=place % 2 == 0, by=by, now=at)


def add_data_request(work: Work, now: datetime) -> None:
    """Of the person who was received last."""
    newest = select(Visit).where(Visit.state == State.FINISHED).order_by(Visit.id.desc()).limit(1)
    visit = work.session.scalars(newest.options(joinedload(Visit.petition))).one()
    wish = "Tôi đã đổi chỗ ở, xin xóa địa chỉ cũ và đơn đang viết dở."
    data_requests.ask(wish, by=citizen(visit.petition.account_id), now=now, key="demo:data-request")
