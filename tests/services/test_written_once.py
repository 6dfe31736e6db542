"""What was submitted stays as it was: corrections stand beside it, and the database itself refuses anything else."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.identity_papers import Issue
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.models import AuditEntry, PaperCorrection, Petition, Petitioner
from webapp.services import my_data, petition_changes, petitions
from webapp.services.actor import Actor, citizen
from webapp.services.petitions import Person

pytestmark = pytest.mark.usefixtures("app")

FIRST, SECOND, THIRD = (
    Issue(date(2021, 8, 15), "Công an tỉnh Hà Tây"),
    Issue(date(2021, 8, 16), "Bộ Công an"),
    Issue(None, "Bộ Công an"),
)
TOLD_ONCE = (
    "id",
    "code",
    "account_id",
    "kind",
    "protection_wanted",
    "lives_in_code",
    "happened_in_code",
    "narrative",
    "on_behalf",
    "people",
    "needs",
    "against",
    "learned_on",
    "settled",
    "settled_by",
    "wish",
    "submitted_at",
    "request_key",
)


def corrected(issue: Issue = FIRST) -> tuple[Petition, Actor]:
    account = people.a_citizen()
    petition, by = people.a_petition(account, issue=issue), citizen(account.id)
    petitions.correct_issue(petition, SECOND, by=by, now=in_minutes(10))
    petitions.correct_issue(petition, THIRD, by=by, now=in_minutes(20))
    return petition, by


def test_a_correction_stands_beside_what_was_told_with_who_and_when_and_the_last_one_holds() -> None:
    petition, by = corrected()
    who = db.session.get_one(Petitioner, petition.id)
    assert (who.told_issue, who.issue) == (FIRST, THIRD)
    assert [(one.issue, one.at, one.account_id) for one in who.corrections] == [
        (SECOND, in_minutes(10), by.account_id),
        (THIRD, in_minutes(20), by.account_id),
    ]
    assert [who.issue_at(in_minutes(n)) for n in (9, 10, 19, 20)] == [FIRST, SECOND, SECOND, THIRD]


def test_telling_the_same_again_corrects_nothing() -> None:
    petition, by = corrected()
    petitions.correct_issue(petition, THIRD, by=by, now=in_minutes(30))
    assert len(db.session.scalars(select(PaperCorrection)).all()) == 2
    entries = db.session.scalars(
        select(AuditEntry).filter_by(action="paper_corrected").order_by(AuditEntry.id)
    )
    assert [entry.details["fields"] for entry in entries] == [
        ["paper_issued_on", "paper_issued_by"],
        ["paper_issued_on"],
    ]


def test_the_author_takes_every_correction_along() -> None:
    petition, by = corrected()
    assert by.account_id is not None
    kept = {one.name: one.rows for one in my_data.everything(by.account_id)}["petitions"][0]
    assert (kept["paper_issued_on"], kept["paper_issued_by"]) == (None, "Bộ Công an")
    assert str(kept["issue_history"]).splitlines() == [
        "2026-11-25 · 15/08/2021 · Công an tỉnh Hà Tây",
        "2026-11-25 · 16/08/2021 · Bộ Công an",
        "2026-11-25 · – · Bộ Công an",
    ]
    petitions.correct_issue(petition, FIRST, by=by, now=in_minutes(60 * 16))  # one in the night of Hanoi
    kept = {one.name: one.rows for one in my_data.everything(by.account_id)}["petitions"][0]
    assert str(kept["issue_history"]).splitlines()[-1].startswith("2026-11-26 · ")
    untouched = people.a_petition()
    kept = {one.name: one.rows for one in my_data.everything(untouched.account_id)}["petitions"][0]
    assert kept["issue_history"] == ""


@pytest.mark.parametrize("column", TOLD_ONCE)
def test_the_database_refuses_to_change_what_a_petition_tells(column: str) -> None:
    petition = people.a_petition()
    told = db.session.execute(text("SELECT * FROM petition")).one()
    for statement in (f"UPDATE petition SET {column} = {column}", "DELETE FROM petition"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert db.session.execute(text("SELECT * FROM petition")).one() == told
    assert db.session.get_one(Petition, petition.id).narrative == people.STORY


@pytest.mark.parametrize("table", ["petitioner", "representative", "paper_correction"])
def test_the_database_refuses_to_change_who_petitions(table: str) -> None:
    people.a_petition(representatives=(Person("Hà Thị Lụa"),), people=7)
    petition = db.session.scalars(select(Petition)).one()
    petitions.correct_issue(petition, SECOND, by=citizen(petition.account_id), now=NINE)
    db.session.rollback()
    column = {"petitioner": "full_name", "representative": "full_name"}.get(table, "paper_issued_by")
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_what_comes_after_submitting_may_still_come() -> None:
    account = people.a_citizen()
    petition, other = people.a_petition(account), people.a_petition()
    db.session.execute(text(f"UPDATE petition SET case_id = {other.case_id} WHERE id = {petition.id}"))
    db.session.execute(text("UPDATE petitioner SET sealed = TRUE"))
    db.session.commit()
    by = citizen(account.id)
    petition_changes.withdraw(petition.id, "Đã giải quyết.", by=by, now=in_minutes(5), key=key())
    assert db.session.get_one(Petition, petition.id).withdrawal_reason == "Đã giải quyết."


DENOUNCED = {
    "kind": PetitionKind.DENUNCIATION,
    "protection_wanted": False,
    "narrative": "Trưởng phòng Trần Văn Bình nhận 250.000.000 đồng để cấp sổ cho nhà bên cạnh.",
    "against": "Trưởng phòng Trần Văn Bình",
    "settled_by": "Xã chưa trả lời",
    "wish": "Xem xét kỷ luật",
}


def test_nothing_that_a_denunciation_tells_is_readable_in_the_database_and_its_readers_read_it() -> None:
    account, usual = people.a_citizen(), people.a_petition()
    by = citizen(account.id)
    petition = people.a_petition(account, lives_in="09700", happened_in="09706", **DENOUNCED)
    petition_changes.add(petition.id, "Ông Bình lại gọi tôi lên.", by=by, now=NINE, key=key())
    petition_changes.withdraw(petition.id, "Tôi sợ bị trả thù.", by=by, now=NINE, key=key())

    raw = "\n".join(
        str(cell)
        for table in ("petition", "petition_addition")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
        for cell in row
    )
    assert usual.narrative in raw, "the search does look"
    for told in ("Trần Văn Bình", "250.000.000", "Xã chưa", "kỷ luật", "lại gọi", "trả thù"):
        assert told not in raw
    homes = dict(db.session.execute(text("SELECT id, lives_in_code FROM petition")).all())
    assert homes == {usual.id: "09706", petition.id: None}, "nor where its author lives"

    db.session.expire_all()
    read = db.session.get_one(Petition, petition.id)
    assert read.narrative == DENOUNCED["narrative"] and read.against == DENOUNCED["against"]
    assert read.withdrawal_reason == "Tôi sợ bị trả thù."
    assert [one.body for one in read.additions] == ["Ông Bình lại gọi tôi lên."]
    home = petitions.home_of(read)
    assert home is not None and home.code == "09700"
    kept = {one.name: one.rows for one in my_data.everything(account.id)}["petitions"][0]
    assert (kept["narrative"], kept["lives_in"]) == (DENOUNCED["narrative"], home.full_name)
