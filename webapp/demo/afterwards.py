"""What the demo's people thought of their receptions, and one who asks about their data."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.petition_kinds import PetitionKind
from ..domain.visit_flow import State
from ..models import Petition, Visit
from ..services import data_requests, place_requests, ratings
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


def add_place_request(work: Work, now: datetime) -> None:
    """Of somebody with a complaint who was received, and hopes to be received at home the next time."""
    complains = Petition.kind == PetitionKind.COMPLAINT, Petition.withdrawn_at.is_(None)
    over = select(Visit).join(Visit.petition).where(Visit.state == State.FINISHED, *complains)
    visit = work.session.scalars(over.order_by(Visit.id.desc()).limit(1)).one()
    wish = place_requests.Wish("2", None, "Tôi 79 tuổi, chân yếu, nhà cách điểm cầu 12 km, không ai đưa đi.")
    by = citizen(visit.petition.account_id)
    place_requests.ask(visit.petition_id, wish, by=by, now=now, key="demo:place-request")
