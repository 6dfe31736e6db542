"""What is told by word of mouth: nobody must write it, an officer does, and its author has the last word on it."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests import files, people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, FormUsed, InvalidInput, NotAllowed, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep, Telling
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import AuditEntry, Evidence, Petition, Visit
from webapp.services import drafts, evidence, petition_contents, petitions, reception, statements, timeline
from webapp.services.actor import Actor, citizen
from webapp.services.evidence import Begun

pytestmark = pytest.mark.usefixtures("app")

SAID = "Công dân trình bày: đất bị thu hồi 312 mét vuông, biên bản đo thiếu 46 mét vuông."
TOLD = {"narrative": "", "against": "", "wish": ""}
READ_BACK, CONFIRMED, CONTESTED = StatementStep


def a_draft(**answers: str) -> int:
    """Somebody whose draft has all answers but those that are given otherwise."""
    people.places()
    account_id = people.a_citizen().id
    drafts.keep(account_id, people.DRAFT, people.ANSWERS | answers, now=NINE)
    return account_id


def send(account_id: int) -> Petition:
    by = citizen(account_id)
    sent = drafts.submit(by=by, now=in_minutes(5), today=NINE.date(), key=people.DRAFT)
    return read_anew(sent)


def read_anew(petition: Petition) -> Petition:
    db.session.rollback()
    return db.session.get_one(Petition, petition.id, populate_existing=True)


def tell(account_id: int, *, whole: bool = True) -> Evidence:
    """A recording of the draft: kept, or with half of it still on its way."""
    content, by = files.told(4), citizen(account_id)
    place, what = evidence.place_of_draft(account_id, people.DRAFT), Begun("Lời kể", len(content), 4_000)
    if not whole:
        return evidence.begin(place, what, by=by, now=NINE, key=key())
    about = {"store": objects, "inspect": inspection.inspect, "by": by, "now": NINE}
    return evidence.take(place, what, content, key=key(), **about)  # type: ignore[arg-type]


def test_what_is_told_by_voice_stands_for_every_text_that_one_must_write() -> None:
    account_id = a_draft(**TOLD)
    with pytest.raises(Conflict):
        send(account_id)
    tell(account_id)
    petition = send(account_id)
    assert (petition.told, petition.narrative) == (Telling.VOICE, "")
    assert petition.told_aloud == {"narrative", "against", "wish"}
    assert [file.kind.value for file in evidence.of_petition(petition) if file.kind] == ["voice"]


def test_what_is_still_on_its_way_is_waited_for_unless_the_officer_is_to_write_it_down() -> None:
    account_id = a_draft(**TOLD)
    tell(account_id, whole=False)
    with pytest.raises(Conflict, match="Lời kể chưa gửi xong"):
        send(account_id)
    drafts.keep(account_id, people.DRAFT, {"told_story": "True"}, now=NINE)
    assert send(account_id).told is Telling.VOICE


def test_who_can_neither_write_nor_record_leaves_it_to_the_officer() -> None:
    petition = send(a_draft(**TOLD, told_story="True"))
    assert (petition.told, petition.told_aloud) == (Telling.OFFICER, {"narrative", "against", "wish"})
    [sent] = [entry for entry in timeline.of(petition).entries if entry.title == "Đã gửi đơn"]
    assert sent.note == "Trình bày bằng lời"


def test_one_answer_alone_may_be_told() -> None:
    petition = send(a_draft(wish="", told_wish="True"))
    assert (petition.told, petition.told_aloud) == (Telling.OFFICER, {"wish"})
    assert petition.narrative


@pytest.mark.parametrize("kind", ["recommendation", "feedback"])
def test_what_is_ticked_as_told_is_told_also_where_one_might_have_left_it_out(kind: str) -> None:
    petition = send(a_draft(kind=kind, wish="", told_wish="True"))
    assert (petition.told, petition.told_aloud) == (Telling.OFFICER, {"wish"})


def test_what_is_ticked_as_told_stays_so_whatever_was_written_beside_it() -> None:
    petition = send(a_draft(told_wish="True", told_story=""))
    assert petition.wish == people.ANSWERS["wish"] and petition.told_aloud == {"wish"}


def test_a_recording_beside_a_full_text_changes_nothing() -> None:
    account_id = a_draft()
    tell(account_id)
    petition = send(account_id)
    assert (petition.told, petition.told_aloud) == (Telling.WRITTEN, frozenset())


@dataclass
class Reception:
    visit: Visit
    petition: Petition
    officer: Actor
    citizen: Actor

    def write(self, body: str = SAID, base: int = 0, at: datetime = NINE, same: str | None = None):  # type: ignore[no-untyped-def]
        about = {"by": self.officer, "now": at, "key": same or key()}
        return statements.write(self.visit.id, body, base_version=base, **about)  # type: ignore[arg-type]

    def note(self, what: StatementStep, version: int = 1, at: datetime = NINE, same: str | None = None):  # type: ignore[no-untyped-def]
        about = {"by": self.officer, "now": at, "key": same or key()}
        return statements.note(self.visit.id, what, version=version, **about)  # type: ignore[arg-type]

    def answer(self, what: StatementStep, words: str = "", version: int = 1, same: str | None = None):  # type: ignore[no-untyped-def]
        about = {"by": self.citizen, "now": in_minutes(30), "key": same or key()}
        return statements.answer(self.petition.id, what, words, version=version, **about)  # type: ignore[arg-type]

    def standing(self) -> statements.Statement:
        found = statements.of(read_anew(self.petition))
        assert found is not None
        return found


def a_reception(**changed: object) -> Reception:
    """Somebody who tells by word of mouth is being received."""
    sitting, account = people.a_sitting(), people.a_citizen()
    told: dict[str, object] = {"told": Telling.OFFICER, **TOLD}
    petition = people.a_petition(account, NINE, **(told | changed))
    by, (desk, held_by) = citizen(account.id), people.an_open_desk()
    if petition.is_denunciation:
        petitions.decide_gate(petition.id, online=True, reason="Việc phức tạp.", by=held_by, now=NINE)
    about = {"bridge_point_id": None, "by": by, "now": NINE, "key": key()}
    visit = reception.take_number(petition.id, sitting.id, **about)  # type: ignore[arg-type]
    reception.call(visit.id, desk.id, by=held_by, now=NINE, key=key())
    return Reception(reception.enter_room(visit.id, by=by, now=NINE), petition, held_by, by)


def test_every_version_is_kept_with_who_wrote_it_and_the_petition_s_own_text_stays() -> None:
    here, same = a_reception(), key()
    assert here.write(same=same).id == here.write(same=same).id
    here.write(f"{SAID} Có ảnh.", base=1, at=in_minutes(3))
    here.write(f" {SAID} Có ảnh. ", base=1, at=in_minutes(4))
    found = here.standing()
    assert (found.version.version, found.version.written_at) == (2, in_minutes(3))
    assert found.version.written_by_id == here.officer.account_id
    assert [one.body for one in found.earlier] == [SAID]
    assert (read_anew(here.petition).narrative, read_anew(here.petition).additions) == ("", [])
    written = db.session.scalars(select(AuditEntry).filter_by(action="statement_written")).all()
    assert [entry.details["version"] for entry in written] == [1, 2]
    assert SAID not in str([entry.details for entry in written])


def test_the_database_itself_keeps_what_was_written_down_and_what_was_said_of_it() -> None:
    here = a_reception()
    here.write()
    here.note(READ_BACK)
    for table in ("petition_statement", "statement_event"):
        for statement in (f"UPDATE {table} SET request_key = ''", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"):
                db.session.execute(text(statement))
            db.session.rollback()


def test_no_version_is_written_over_one_that_was_not_seen() -> None:
    here, same = a_reception(), key()
    here.write(same=same)
    with pytest.raises(statements.StatementMoved):
        here.write(f"{SAID} Thêm.", base=0)
    with pytest.raises(FormUsed):
        here.write(f"{SAID} Thêm.", base=1, same=same)
    for typed in ("", "ngắn quá", "ế" * 20_001):
        with pytest.raises(InvalidInput) as refusal:
            here.write(typed, base=1)
        assert refusal.value.field == "statement"
    assert here.standing().version.version == 1


def test_it_is_read_back_before_the_officer_notes_that_it_is_right() -> None:
    here = a_reception()
    with pytest.raises(Conflict):
        here.note(READ_BACK)
    here.write()
    with pytest.raises(Conflict, match="đọc lại"):
        here.note(CONFIRMED)
    for minute in (1, 2):
        here.note(READ_BACK, at=in_minutes(minute))
        here.note(CONFIRMED, at=in_minutes(minute))
    found = here.standing()
    assert found.read_back and found.read_back.at == in_minutes(1)
    assert found.is_confirmed and found.answer and found.answer.at == in_minutes(1)
    here.write(f"{SAID} Có ảnh.", base=1)
    assert (here.standing().read_back, here.standing().answer) == (None, None), "a new version is new to both"
    with pytest.raises(statements.StatementMoved):
        here.note(READ_BACK, version=1)


def test_its_author_confirms_or_contests_and_the_last_word_counts() -> None:
    here, same = a_reception(), key()
    here.write()
    with pytest.raises(InvalidInput) as refusal:
        here.answer(CONTESTED, " ")
    assert refusal.value.field == "reason"
    for _ in range(2):
        here.answer(CONTESTED, "Đất là 321 mét vuông.", same=same)
    assert here.standing().answer.words == "Đất là 321 mét vuông."  # type: ignore[union-attr]
    here.answer(CONFIRMED)
    assert here.standing().is_confirmed and len(here.standing().version.steps) == 2
    with pytest.raises(statements.StatementMoved):
        here.answer(CONFIRMED, version=2)
    somebody = citizen(people.a_citizen().id)
    with pytest.raises(NotFound):
        statements.answer(here.petition.id, CONFIRMED, "", version=1, by=somebody, now=NINE, key=key())


def test_what_was_confirmed_contested_and_confirmed_again_stands_once_for_each() -> None:
    here, form = a_reception(), key()
    here.write()
    here.note(READ_BACK)
    here.note(CONFIRMED)
    here.answer(CONTESTED, "Đất là 321 mét vuông.")
    again = here.note(CONFIRMED, same=form)
    assert here.note(CONFIRMED, same=form).id == again.id, "the same form, sent twice"
    assert here.note(CONFIRMED).id == again.id, "and another that says what stands"
    assert [step.what for step in here.standing().version.steps] == [
        READ_BACK,
        CONFIRMED,
        CONTESTED,
        CONFIRMED,
    ]
    with pytest.raises(FormUsed):
        here.note(READ_BACK, same=form)


def test_another_objection_under_a_used_key_is_not_swallowed() -> None:
    """Back in the browser, mended, sent again."""
    here = a_reception()
    here.write()
    form = key()
    first = here.answer(CONTESTED, "Đất là 321 mét vuông.", same=form)
    assert here.answer(CONTESTED, "Đất là 321 mét vuông.", same=form).id == first.id
    for what, words in ((CONTESTED, "Đất là 331 mét vuông."), (CONFIRMED, "")):
        with pytest.raises(FormUsed):
            here.answer(what, words, same=form)


@pytest.mark.parametrize("file", ["mp4", "webm"])
def test_what_any_browser_records_is_measured_and_kept(file: str) -> None:
    """Safari records AAC in an MP4, others Opus in WebM."""
    account_id = a_draft(**TOLD)
    content, by = files.told(4) if file == "webm" else files.told_in_mp4(4), citizen(account_id)
    place, what = evidence.place_of_draft(account_id, people.DRAFT), Begun("Lời kể", len(content), 4_000)
    about = {"store": objects, "inspect": inspection.inspect, "by": by, "now": NINE}
    kept = evidence.take(place, what, content, key=key(), **about)  # type: ignore[arg-type]
    assert kept.problem is None
    assert kept.duration_ms is not None and 3_500 <= kept.duration_ms <= 4_500
    assert send(account_id).told is Telling.VOICE


def test_only_who_receives_writes_and_not_after_the_end() -> None:
    here = a_reception()
    other = people.an_open_desk()[1]
    with pytest.raises(NotFound):
        statements.write(here.visit.id, SAID, base_version=0, by=other, now=NINE, key=key())
    here.write()
    about = {"by": here.officer, "now": in_minutes(9), "key": key()}
    reception.close(here.visit.id, OutcomeKind.ACCEPTED, None, "Đã ghi lời trình bày.", **about)  # type: ignore[arg-type]
    with pytest.raises((Conflict, NotAllowed)):
        here.write(f"{SAID} Thêm.", base=1)
    with pytest.raises((Conflict, NotAllowed)):
        here.note(READ_BACK)
    here.answer(CONFIRMED)
    assert here.standing().is_confirmed, "the author may still say so"


def test_the_case_tells_each_step_and_a_stranger_who_follows_it_none_of_the_words() -> None:
    here = a_reception()
    here.write()
    here.note(READ_BACK)
    here.answer(CONTESTED, "Đất là 321 mét vuông.")
    petition = read_anew(here.petition)
    told = {entry.title: entry for entry in timeline.of(petition).entries}
    assert told["Cán bộ ghi lại lời trình bày, bản %(version)s"].words == {"version": 1}
    assert "Cán bộ đọc lại bản ghi cho Ông/Bà nghe" in told
    assert told["Ông/Bà báo bản ghi có chỗ chưa đúng"].own_words == "Đất là 321 mét vuông."
    assert all(not entry.own_words for entry in timeline.for_anyone(petition).entries)


def test_of_a_denunciation_what_was_written_down_names_no_author_to_those_who_only_read() -> None:
    here = a_reception(kind=PetitionKind.DENUNCIATION, protection_wanted=False, full_name="Nguyễn Văn Lành")
    here.write(f"Ông Nguyễn Văn Lành nói: {SAID}")
    petition = read_anew(here.petition)
    assert "Lành" not in petition_contents.content_of(petition).statement
    assert "Nguyễn Văn Lành" in petition_contents.content_of(petition, whole=True).statement


def test_a_denouncer_s_voice_is_sealed_whatever_is_said_of_the_file() -> None:
    account_id = a_draft(**TOLD, kind="denunciation", protection_wanted="no")
    file = tell(account_id)
    petition = send(account_id)
    evidence.mark(file, shows_who=False, by=citizen(account_id), now=NINE)
    [voice] = evidence.of_petition(petition)
    assert evidence.is_sealed(voice, petition)
