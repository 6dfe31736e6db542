"""A hall with a thousand people waiting and fifty open desks, made in bulk."""

from tests import people
from webapp.clock import utc_now
from webapp.domain.codes import new_code
from webapp.domain.identity_papers import PaperKind
from webapp.domain.petition_kinds import Gate, PetitionKind
from webapp.domain.visit_flow import State
from webapp.models import Account, Case, Desk, DeskSitting, Petition, Petitioner, Role, Sitting, Visit
from webapp.services.unit_of_work import unit_of_work


def fill(waiting: int, desks: int) -> tuple[Sitting, int]:
    """The sitting, and the id of the first of the desks, whose ids follow one another."""
    people.places()
    now = utc_now()
    sitting = people.a_sitting(start=now)
    with unit_of_work() as work:
        officers = [
            Account(username=f"nguoi-tiep-{n}", desk_rights=True, created_at=now) for n in range(desks)
        ]
        people_waiting = [Account(phone=f"+84987{n:06d}", created_at=now) for n in range(waiting)]
        for ones, role in ((officers, Role.OFFICER), (people_waiting, Role.CITIZEN)):
            for one in ones:
                one.roles = {role}
        cases = [Case(opened_at=now) for _ in range(waiting)]
        work.session.add_all([*officers, *people_waiting, *cases])
        work.session.flush()
        work.session.add_all(
            Desk(id=9_000 + n, number=9_000 + n, officer_id=one.id, opened_at=now)
            for n, one in enumerate(officers)
        )
        work.session.flush()
        work.session.add_all(
            DeskSitting(desk_id=9_000 + n, sitting_id=sitting.id, since=now) for n in range(desks)
        )
        petitions = [
            Petition(
                code=new_code(),
                case_id=case.id,
                account_id=person.id,
                kind=PetitionKind.FEEDBACK,
                gate=Gate.OPEN,
                lives_in_code="09706",
                happened_in_code="09700",
                narrative=people.STORY,
                submitted_at=now,
                request_key=new_code(),
            )
            for person, case in zip(people_waiting, cases, strict=True)
        ]
        work.session.add_all(petitions)
        work.session.flush()
        work.session.add_all(
            Petitioner(
                petition_id=petition.id,
                full_name="Nguyễn Văn Lành",
                old_address="",
                paper_kind=PaperKind.PASSPORT,
                paper_number="C1234567",
                paper_look_up="",
            )
            for petition in petitions
        )
        work.session.add_all(
            Visit(
                code=new_code(),
                petition_id=petition.id,
                sitting_id=sitting.id,
                number=number,
                state=State.WAITING,
                waiting_since=now,
                effective_at=now,
            )
            for number, petition in enumerate(petitions, start=1)
        )
    return sitting, 9_000
