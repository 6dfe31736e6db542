"""Whether there is room for another file, in a petition and in its case."""

from sqlalchemy import Select, func, or_, select

from ...domain import evidence as rules
from ...models import Case, Evidence, Petition, PetitionDraft
from ..unit_of_work import Work
from .reading import Place


def check(work: Work, place: Place, more: int) -> None:
    """Raises InvalidInput: so many bytes more are too many for the petition, or it or its case has files enough."""
    wanted = Evidence.problem.is_(None)
    here = select(func.count(), func.coalesce(func.sum(Evidence.size), 0)).select_from(Evidence)
    of_place = here.where(
        Evidence.account_id == place.account_id, Evidence.petition_key == place.petition_key, wanted
    )
    files, size = work.session.execute(of_place).one()
    case_id = _case_of(work, place)
    of_case = 0 if case_id is None else work.session.scalar(_in_case(case_id).where(wanted)) or 0
    rules.check_room(files, size, of_case, more)


def _in_case(case_id: int) -> Select[int]:
    """How many files the case has: those of its petitions, and of drafts that will belong to it."""
    of_petition = select(Petition.id).where(
        Petition.account_id == Evidence.account_id,
        Petition.request_key == Evidence.petition_key,
        Petition.case_id == case_id,
    )
    of_draft = (
        select(PetitionDraft.key)
        .join(PetitionDraft.beside)
        .where(
            PetitionDraft.account_id == Evidence.account_id,
            PetitionDraft.key == Evidence.petition_key,
            Petition.case_id == case_id,
        )
    )
    belongs = or_(of_petition.exists(), of_draft.exists())
    return select(func.count()).select_from(Evidence).where(belongs)


def _case_of(work: Work, place: Place) -> int | None:
    if place.petition_id is not None:
        return work.session.get_one(Petition, place.petition_id).case_id
    draft = work.session.get(PetitionDraft, (place.account_id, place.petition_key))
    return draft.beside.case_id if draft is not None and draft.beside is not None else None


def lock(work: Work, place: Place) -> None:
    """Two files that begin at one moment must not both take the last room, of the petition or of its case."""
    if place.petition_id is not None:
        work.session.get(Petition, place.petition_id, with_for_update=True)
    else:
        work.session.get(PetitionDraft, (place.account_id, place.petition_key), with_for_update=True)
    case_id = _case_of(work, place)
    if case_id is not None:
        work.session.get(Case, case_id, with_for_update=True)
