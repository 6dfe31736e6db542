"""What people can rely on about cases: put together by somebody, never by itself, and no stranger is shown."""

from collections.abc import Callable

import pytest

from tests import people, queries
from tests.people import NINE, in_minutes
from tests.services.test_evidence import begin
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.evidence import CASE_MOST_FILES, FULL_CASE
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.models import Account, AuditEntry, Case, Evidence, Petition
from webapp.services import cases, drafts, evidence, reception
from webapp.services.actor import Actor, citizen

pytestmark = pytest.mark.usefixtures("app")

WHY = "Cùng một thửa đất"
DENOUNCES = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": False}


def fresh(petition: Petition) -> Petition:
    db.session.rollback()
    return db.session.get_one(Petition, petition.id, populate_existing=True)


def received(petition: Petition) -> tuple[int, Actor]:
    """The visit of the petition, in the hands of an officer."""
    desk, by = people.an_open_desk()
    owner = citizen(petition.account_id)
    sitting = people.a_sitting()
    visit = reception.take_number(
        petition.id, sitting.id, bridge_point_id=None, priority=False, by=owner, now=NINE, key=people.key()
    )
    if petition.kind is PetitionKind.DENUNCIATION:
        reception.decide_gate(visit.id, online=True, reason="Phức tạp", by=by, now=NINE, key=people.key())
    reception.call(visit.id, desk.id, by=by, now=NINE, key=people.key())
    return visit.id, by


def sends_beside(account: Account, petition: Petition | None, **changed: str) -> Petition:
    drafts.keep(account.id, people.DRAFT, people.ANSWERS | changed, now=NINE)
    drafts.stand_beside(account.id, people.DRAFT, petition, now=NINE)
    return drafts.submit(by=citizen(account.id), now=in_minutes(1), today=NINE.date(), key=people.DRAFT)


def join(petition: Petition, other: Petition, reason: str = WHY) -> None:
    visit, by = received(petition)
    cases.join(visit, other.code, reason, by=by, now=NINE)


def codes(found: list[Petition]) -> set[str]:
    return {one.code for one in found}


def test_a_petition_opens_its_own_case_and_nothing_is_joined_by_itself() -> None:
    account = people.a_citizen()
    first, second = people.a_petition(account), people.a_petition(account)
    assert first.case_id != second.case_id
    assert (cases.others_of_citizen(first), cases.others_for_staff(fresh(first))) == ([], [])


def test_what_the_author_says_is_about_the_same_matter_shares_its_case() -> None:
    account = people.a_citizen()
    first = people.a_petition(account)
    second = sends_beside(account, first)
    assert second.case_id == first.case_id
    assert codes(cases.others_of_citizen(second)) == {first.code}
    assert codes(cases.others_for_staff(fresh(first))) == {second.code}


def test_another_mind_before_sending_makes_a_case_of_its_own() -> None:
    account = people.a_citizen()
    first = people.a_petition(account)
    drafts.keep(account.id, people.DRAFT, people.ANSWERS, now=NINE)
    drafts.stand_beside(account.id, people.DRAFT, first, now=NINE)
    assert sends_beside(account, None).case_id != first.case_id


def test_nobody_stands_beside_another_person_s_petition() -> None:
    stranger = people.a_petition()
    with pytest.raises(NotFound):
        drafts.stand_beside(people.a_citizen().id, people.DRAFT, stranger, now=NINE)


def test_officers_join_and_separate_with_a_reason_that_is_kept() -> None:
    first, second = people.a_petition(), people.a_petition()
    before = second.case_id
    visit, by = received(second)
    for _ in range(2):
        cases.join(visit, first.code.upper(), WHY, by=by, now=NINE)
    assert fresh(second).case_id == first.case_id
    assert db.session.get(Case, before) is None, "a case without petitions is none"
    assert codes(cases.others_for_staff(fresh(first))) == {second.code}
    for _ in range(2):
        cases.separate(visit, "Hai thửa khác nhau", by=by, now=NINE)
    assert fresh(second).case_id != first.case_id
    kept = db.session.query(AuditEntry).filter(
        AuditEntry.action.in_(["petition_joined", "petition_separated"])
    )
    told = [(one.action, one.object_id, one.reason) for one in kept.order_by(AuditEntry.id)]
    assert told == [
        ("petition_joined", str(second.id), WHY),
        ("petition_separated", str(second.id), "Hai thửa khác nhau"),
    ]


def test_people_see_their_own_petitions_of_a_case_and_no_one_else_s() -> None:
    mine, theirs = people.a_petition(), people.a_petition()
    join(mine, theirs)
    assert (cases.others_of_citizen(fresh(mine)), cases.others_of_citizen(fresh(theirs))) == ([], [])


@pytest.mark.parametrize(
    ("other", "reason", "field"),
    [
        (lambda mine: mine.code, WHY, "other"),
        (lambda mine: "kkkkkkkkkkkkk3", WHY, "other"),
        (lambda mine: "không phải mã", WHY, "other"),
        (lambda mine: "", WHY, "other"),
        (lambda mine: people.a_petition(**DENOUNCES).code, WHY, "other"),
        (lambda mine: people.a_petition().code, "vì", "reason"),
        (lambda mine: people.a_petition().code, "", "reason"),
        (lambda mine: people.a_petition().code, "vì " * 300, "reason"),
    ],
    ids=["itself", "none", "no code", "empty", "sealed", "short reason", "no reason", "long reason"],
)
def test_what_cannot_be_joined_is_said_beside_its_field(
    other: Callable[[Petition], str], reason: str, field: str
) -> None:
    mine = people.a_petition()
    visit, by = received(mine)
    with pytest.raises(InvalidInput) as problem:
        cases.join(visit, other(mine), reason, by=by, now=NINE)
    assert problem.value.field == field
    assert fresh(mine).case_id == mine.case_id


def test_a_sealed_petition_reads_as_one_that_is_not_there() -> None:
    visit, by = received(people.a_petition())
    said = set()
    for code in (people.a_petition(**DENOUNCES).code, "kkkkkkkkkkkkk3"):
        with pytest.raises(InvalidInput) as problem:
            cases.join(visit, code, WHY, by=by, now=NINE)
        said.add(problem.value.message)
    assert len(said) == 1


def test_only_who_holds_the_visit_joins_or_separates() -> None:
    mine, other = people.a_petition(), people.a_petition()
    visit, _by = received(mine)
    _desk, stranger = people.an_open_desk()
    with pytest.raises(NotFound):
        cases.join(visit, other.code, WHY, by=stranger, now=NINE)
    with pytest.raises(NotFound):
        cases.separate(visit, WHY, by=stranger, now=NINE)


def test_a_denunciation_is_neither_joined_nor_separated_nor_shown_beside_what_is_open() -> None:
    account = people.a_citizen()
    open_one = people.a_petition(account)
    sealed = sends_beside(account, open_one, kind="denunciation", protection_wanted="no")
    assert codes(cases.others_of_citizen(fresh(open_one))) == {sealed.code}, "its author knows"
    assert cases.others_for_staff(fresh(open_one)) == []
    assert cases.others_for_staff(fresh(sealed)) == []
    assert codes(cases.others_for_staff(fresh(sealed), whole=True)) == {open_one.code}
    visit, by = received(fresh(sealed))
    with pytest.raises(Conflict):
        cases.join(visit, people.a_petition().code, WHY, by=by, now=NINE)
    with pytest.raises(Conflict):
        cases.separate(visit, WHY, by=by, now=NINE)


def fill(petition: Petition, files: int) -> None:
    """So many files with the petition, without their contents."""
    for _ in range(files):
        db.session.add(
            Evidence(
                code=f"f-{next(people.numbers)}",
                account_id=petition.account_id,
                petition_key=petition.request_key,
                request_key=people.key(),
                name="x",
                size=1,
                began_at=NINE,
                seen_at=NINE,
            )
        )
    db.session.commit()


def test_the_files_of_a_case_are_counted_over_its_petitions_and_those_being_written() -> None:
    account = people.a_citizen()
    together = [people.a_petition() for _ in range(4)]
    mine = people.a_petition(account)
    for one in together:
        join(one, mine)
        fill(one, CASE_MOST_FILES // 4 - 1)
    drafts.stand_beside(account.id, people.DRAFT, mine, now=NINE)
    writing = evidence.place_of_draft(account.id, people.DRAFT)
    for place in (evidence.place_of_petition(mine), writing) * 2:
        begin(place)
    for place in (evidence.place_of_petition(mine), writing, evidence.place_of_petition(fresh(together[0]))):
        with pytest.raises(InvalidInput) as refusal:
            begin(place)
        assert refusal.value.message == FULL_CASE
    visit, by = received(fresh(mine))
    cases.separate(visit, "Việc khác hẳn", by=by, now=NINE)
    begin(evidence.place_of_petition(fresh(mine)))


def test_petitions_with_too_many_files_together_are_not_joined() -> None:
    account = people.a_citizen()
    mine, other = people.a_petition(account), people.a_petition()
    fill(other, CASE_MOST_FILES - 12)
    fill(mine, 10)
    drafts.stand_beside(account.id, people.DRAFT, mine, now=NINE)
    for _ in range(3):
        begin(evidence.place_of_draft(account.id, people.DRAFT))
    visit, by = received(fresh(mine))
    with pytest.raises(InvalidInput, match="quá 200 tệp") as refusal:
        cases.join(visit, other.code, WHY, by=by, now=NINE)
    assert refusal.value.field == "other"
    assert fresh(mine).case_id != fresh(other).case_id
    for file in evidence.of_place(evidence.place_of_draft(account.id, people.DRAFT))[:1]:
        db.session.delete(db.session.get_one(Evidence, file.id))
        db.session.commit()
    cases.join(visit, other.code, WHY, by=by, now=NINE)
    assert fresh(mine).case_id == fresh(other).case_id, "two hundred are not too many"


def test_a_draft_with_files_does_not_make_a_case_larger_than_a_case_may_be() -> None:
    account = people.a_citizen()
    first = people.a_petition(account)
    drafts.keep(account.id, people.DRAFT, people.ANSWERS, now=NINE)
    for _ in range(2):
        begin(evidence.place_of_draft(account.id, people.DRAFT))
    fill(first, CASE_MOST_FILES - 1)
    with pytest.raises(InvalidInput, match="quá 200 tệp"):
        drafts.stand_beside(account.id, people.DRAFT, first, now=NINE)
    assert sends_beside(account, None).case_id != first.case_id


def test_counting_the_files_of_a_case_looks_at_no_others() -> None:
    """Every file that begins waits for it, and all who write wait with it."""
    mine = people.a_petition(people.a_citizen())
    db.session.rollback()
    with queries.asked() as told:
        begin(evidence.place_of_petition(mine))
    counts = [one for one in told if "count(" in one and "evidence" in one]
    assert len(counts) == 3  # the petition's own, those of the case's petitions, those of its drafts
    if db.engine.dialect.name == "sqlite":
        for one in counts:
            filled = one.replace("?", "1")
            plan = [
                row[-1] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {filled}")
            ]
            assert all(step.startswith("SEARCH") for step in plan), (one, plan)
