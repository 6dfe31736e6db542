"""Whether a petition's statement waits for an officer: found anew from what was told, written and answered.

Asked for by everything that may change it, inside its own unit of work.
"""

from datetime import datetime

from sqlalchemy import func, select

from ..domain.telling import STEPS_OF_CITIZEN, StatementStep, WaitsFor
from ..models import AuditEntry, Evidence, Petition, PetitionStatement, StatementEvent, StatementTask
from . import audit, topics
from .actor import Actor
from .unit_of_work import Work


def note(work: Work, petition_id: int) -> None:
    """Keep whether its statement waits, why and since when; whoever took it keeps it.

    What its author confirmed is done: nobody has it any more.
    """
    work.session.flush()
    petition = work.session.get_one(Petition, petition_id, with_for_update=True)
    newest = _newest(work, petition_id)
    answer = _last_answer(work, newest) if newest else None
    task = work.session.get(StatementTask, petition_id, with_for_update=True)
    heard_till = task.heard_till if task else None
    waits = None if petition.withdrawn_at else _waits(work, petition, newest, answer, heard_till)
    if task is None:
        if waits is None:
            return
        task = StatementTask(petition_id=petition_id)
        work.session.add(task)
    since, why = waits or (None, None)
    done = waits is None and (petition.withdrawn_at is not None or _is(answer, StatementStep.CONFIRMED))
    officer_id = None if done else task.officer_id
    if (task.waits_since, task.waits_for, task.officer_id) != (since, why, officer_id):
        task.waits_since, task.waits_for, task.officer_id = since, why, officer_id
        work.announce(topics.STATEMENTS)


def note_heard(work: Work, petition_id: int, *, by: Actor, now: datetime) -> None:
    """What was told after the version that stands adds nothing to it, says the officer who writes the same again.

    Of what came since they opened the petition last they cannot say that: it waits on. What its author said of
    the version stands.
    """
    task = work.session.get(StatementTask, petition_id, with_for_update=True)
    opened = select(func.max(AuditEntry.at)).where(
        AuditEntry.action == "content_read",
        AuditEntry.object_kind == "petition",
        AuditEntry.object_id == str(petition_id),
        AuditEntry.actor_id == by.account_id,
    )
    opened_at = work.session.scalar(opened)
    if task is None or task.waits_for is not WaitsFor.MORE or opened_at is None:
        return
    told = [at for at in _told_at(work, work.session.get_one(Petition, petition_id)) if at <= opened_at]
    if told and (task.heard_till is None or told[-1] > task.heard_till):
        task.heard_till = told[-1]
        audit.record(work, "statement_heard", "petition", petition_id, by=by, now=now)
        note(work, petition_id)


def note_voice(work: Work, file: Evidence) -> None:
    """The same, after something was told by voice to a petition that was sent already."""
    sent = select(Petition.id).where(
        Petition.account_id == file.account_id, Petition.request_key == file.petition_key
    )
    petition_id = work.session.scalar(sent) if file.duration_ms is not None else None
    if petition_id is not None:
        note(work, petition_id)


def _waits(
    work: Work,
    petition: Petition,
    newest: PetitionStatement | None,
    answer: StatementEvent | None,
    heard_till: datetime | None,
) -> tuple[datetime, WaitsFor] | None:
    told = _told_at(work, petition)
    if newest is None:
        if petition.told.is_oral:
            return petition.submitted_at, WaitsFor.TOLD
        return (max(told[0], petition.submitted_at), WaitsFor.TOLD) if told else None
    if answer is not None and answer.what is StatementStep.CONTESTED:
        return answer.at, WaitsFor.CONTESTED
    known_till = answer.at if answer is not None else newest.written_at
    more = [at for at in told if at > max(known_till, heard_till or known_till)]
    return (more[0], WaitsFor.MORE) if more else None


def _told_at(work: Work, petition: Petition) -> list[datetime]:
    """When each thing told by voice had arrived, the first first."""
    kept = select(Evidence.kept_at).where(
        Evidence.account_id == petition.account_id,
        Evidence.petition_key == petition.request_key,
        Evidence.duration_ms.is_not(None),
        Evidence.problem.is_(None),
    )
    return sorted(at for at in work.session.scalars(kept) if at is not None)


def _newest(work: Work, petition_id: int) -> PetitionStatement | None:
    of_petition = select(PetitionStatement).where(PetitionStatement.petition_id == petition_id)
    return work.session.scalar(of_petition.order_by(PetitionStatement.version.desc()).limit(1))


def _last_answer(work: Work, statement: PetitionStatement) -> StatementEvent | None:
    answers = select(StatementEvent).where(
        StatementEvent.statement_id == statement.id, StatementEvent.what.in_(STEPS_OF_CITIZEN)
    )
    return work.session.scalar(answers.order_by(StatementEvent.id.desc()).limit(1))


def _is(answer: StatementEvent | None, what: StatementStep) -> bool:
    return answer is not None and answer.what is what
