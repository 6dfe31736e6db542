"""Whether there is room for another file, in a petition and in its case."""

from sqlalchemy import ColumnElement, func, select

from ...domain import evidence as rules
from ...models import Case, Evidence, Petition, PetitionDraft
from ..unit_of_work import Work
from .reading import Place


def check(work: Work, place: Place, more: int) -> None:
    """Raises InvalidInput: so many bytes more are too many for the petition, or it or its case has files enough."""
    files, size = _here(work, place)
    case_id = _case_of(work, place)
    of_case = 0 if case_id is None else _count(work, Petition.case_id == case_id)
    rules.check_room(files, size, of_case, more, sent=place.petition_id is not None)


def check_joining(work: Work, petition: Petition, case_id: int) -> None:
    """That the case has room for the files of this petition too; holds both its cases until the end of the work.

    Raises:
        InvalidInput: together they are too many.
    """
    for one in sorted(
        {petition.case_id, case_id}
    ):  # two officers who join crosswise do not wait for each other
        work.session.get(Case, one, with_for_update=True)
    both = _count(work, Petition.case_id == case_id) + _count(work, Petition.id == petition.id)
    rules.check_case(both)


def check_standing_beside(work: Work, place: Place, petition: Petition) -> None:
    """The same for the files of a draft that is about the matter of this petition. Raises InvalidInput."""
    work.session.get(Case, petition.case_id, with_for_update=True)
    files, _size = _here(work, place)
    if files and _case_of(work, place) != petition.case_id:
        rules.check_case(files + _count(work, Petition.case_id == petition.case_id))


def _here(work: Work, place: Place) -> tuple[int, int]:
    """How many files are wanted there, and their bytes."""
    all_of_it = select(func.count(), func.coalesce(func.sum(Evidence.size), 0)).select_from(Evidence)
    found = all_of_it.where(
        Evidence.account_id == place.account_id,
        Evidence.petition_key == place.petition_key,
        Evidence.problem.is_(None),
    )
    files, size = work.session.execute(found).one()
    return files, size


def _count(work: Work, which: ColumnElement[bool]) -> int:
    """How many files these petitions have, with those of drafts that stand beside them.

    A content that belongs to several of them counts once. From the petitions to their files, each step by an
    index: no other files are looked at.
    """
    wanted = Evidence.problem.is_(None), Evidence.content_of.is_(None)
    counted = select(func.count()).select_from(Petition).where(which, *wanted)
    of_petitions = counted.join(
        Evidence,
        (Evidence.account_id == Petition.account_id) & (Evidence.petition_key == Petition.request_key),
    )
    of_drafts = counted.join(
        PetitionDraft,
        # Nobody writes beside another's petition.
        (PetitionDraft.account_id == Petition.account_id) & (PetitionDraft.beside_id == Petition.id),
    ).join(
        Evidence,
        (Evidence.account_id == PetitionDraft.account_id) & (Evidence.petition_key == PetitionDraft.key),
    )
    return sum(work.session.scalar(one) or 0 for one in (of_petitions, of_drafts))


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
