"""What people thought of their receptions: given once a visit, and read as figures only."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from ..domain.errors import Conflict, NotFound
from ..domain.ratings import CHANGED_FOR, FEWEST, SCORE_LABELS, check_score, clean_words
from ..domain.texts import N_
from ..domain.visit_flow import State
from ..domain.working_days import day_in_hanoi
from ..extensions import db
from ..models import Account, Rating, Visit
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work


class RatingClosed(Conflict):
    """The visit is not finished, or too long over."""

    message = N_("Lượt tiếp chưa kết thúc hoặc đã qua bảy ngày, nên không nhận xét được nữa.")


def may_rate(visit: Visit, now: datetime) -> bool:
    """Whether a rating can be given, or the one with a name be changed."""
    return _is_open(visit, now) and (not visit.rated or given(visit) is not None)


def _is_open(visit: Visit, now: datetime) -> bool:
    ended = visit.ended_at if visit.state is State.FINISHED else None
    return ended is not None and now <= ended + CHANGED_FOR


def given(visit: Visit) -> Rating | None:
    """The rating that was given with a name; one without cannot be found."""
    return db.session.scalar(select(Rating).where(Rating.visit_id == visit.id))


@safe_to_repeat
def rate(visit_id: int, score: str, words: str, *, named: bool, by: Actor, now: datetime) -> None:
    """Keep a rating, or change the one with a name; one without a name stays as it is.

    Without a name nothing is written that leads back: no visit, no officer, no hour, no audit entry.

    Raises:
        InvalidInput: no score of 1 to 5, or too many words.
        RatingClosed: the visit is not finished, or longer over than seven days.
        NotFound: it was another's.
    """
    points, said = check_score(score), clean_words(words)
    with unit_of_work() as work:
        visit = work.session.get_one(Visit, visit_id, with_for_update=True)
        if visit.petition.account_id != by.account_id:
            raise NotFound
        before = work.session.scalar(select(Rating).where(Rating.visit_id == visit.id))
        if not _is_open(visit, now):
            raise RatingClosed
        if visit.rated and before is None:
            return
        visit.rated = True
        if before is not None and not named:
            work.session.delete(before)  # a row of its own follows: this one was tied to the visit
            before = None
        if before is None:
            before = Rating(id=_by_lot(work), sitting_id=visit.sitting_id)
            work.session.add(before)
        before.visit_id = visit.id if named else None
        before.score, before.words = points, said
        before.given_on = day_in_hanoi(now)


def _by_lot(work: Work) -> int:
    while True:
        drawn = secrets.randbelow(2**31 - 1) + 1
        if work.session.get(Rating, drawn) is None:
            return drawn


@dataclass(frozen=True)
class Figures:
    """How many ratings, how many of each score, and their mean; nothing of fewer than five."""

    count: int
    of_score: dict[int, int]
    mean: float


@dataclass(frozen=True)
class Report:
    """Ratings of some days: all, those of each officer, and what was said, in no order of time."""

    overall: Figures | None
    officers: list[tuple[str, Figures | None]]
    words: list[tuple[int, str]]


def report(since: datetime) -> Report:
    """Figures since the moment; where there are fewer than five nothing is told but that.

    An officer's are of those who gave their name: the others belong to no officer.
    """
    recent = Rating.given_on >= day_in_hanoi(since)
    overall = _figures(recent)
    of_officer = select(Rating.visit_id).where(recent, Rating.visit_id == Visit.id).exists()
    names = db.session.execute(
        select(Account.id, Account.full_name)
        .where(Account.id.in_(select(Visit.officer_id).where(of_officer)))
        .order_by(Account.full_name)
    ).all()
    officers = [(name, _figures(recent, Visit.officer_id == officer_id)) for officer_id, name in names]
    query = select(Rating.score, Rating.words).where(recent).order_by(Rating.id)
    said = db.session.execute(query).all() if overall else []
    return Report(overall, officers, [(score, words) for score, words in said if words][:100])


def _figures(*where: ColumnElement[bool]) -> Figures | None:
    query = select(Rating.score, func.count()).outerjoin(Visit, Visit.id == Rating.visit_id)
    of_score = dict.fromkeys(SCORE_LABELS, 0)
    for score, times in db.session.execute(query.where(*where).group_by(Rating.score)):
        of_score[score] = times
    count = sum(of_score.values())
    if count < FEWEST:
        return None
    return Figures(count, of_score, sum(score * n for score, n in of_score.items()) / count)


REPORTED = timedelta(days=90)
"""How far back the page of figures looks."""
