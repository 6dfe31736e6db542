"""What people can rely on when they follow their case: all that happened, and nothing about others."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.deadlines import Term
from webapp.domain.evidence import Inspected, Scan
from webapp.domain.following import AFTER_OUTCOME, STANDINGS, Standing, Waits
from webapp.domain.outcomes import OutcomeKind, RefusalGround
from webapp.domain.petition_kinds import Gate, PetitionKind
from webapp.domain.telling import StatementStep, Telling
from webapp.domain.visit_flow import By, State
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import Petition, Role, Visit
from webapp.services import (
    attachments,
    drafts,
    evidence,
    minutes,
    reception,
    statements,
    telling_next,
    timeline,
)
from webapp.services.actor import Actor, citizen, officer
from webapp.services.evidence import Begun
from webapp.services.timeline import Holding

pytestmark = pytest.mark.usefixtures("app")


def received(
    kind: PetitionKind = PetitionKind.COMPLAINT, how: OutcomeKind = OutcomeKind.ACCEPTED
) -> Petition:
    """A petition whose author was received, with minutes and an outcome."""
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    person = people.a_citizen()
    denounces = kind is PetitionKind.DENUNCIATION
    petition = people.a_petition(person, kind=kind, protection_wanted=False if denounces else None)
    about = {"by": citizen(person.id), "now": NINE, "key": people.key()}
    visit = reception.take_number(petition.id, sitting.id, bridge_point_id=None, **about)
    if denounces:
        why = "Việc phức tạp, bảo đảm giữ kín."
        reception.decide_gate(visit.id, online=True, reason=why, by=by, now=NINE, key=people.key())
    reception.call(visit.id, desk.id, by=by, now=in_minutes(5), key=people.key())
    reception.enter_room(visit.id, by=citizen(person.id), now=in_minutes(6))
    attachments.send(
        visit.id,
        b"%PDF-1.7\n",
        "quyet-dinh.pdf",
        store=objects,
        look=inspection.for_chat,
        **about | {"now": in_minutes(8)},
    )
    minutes.save(visit.id, "Ông Lành trình bày.", base_version=0, by=by, now=in_minutes(10))
    ground = RefusalGround.H if how is OutcomeKind.REFUSED else None
    reception.close(
        visit.id, how, ground, "Ông Lành được mời đến.", by=by, now=in_minutes(20), key=people.key()
    )
    db.session.rollback()
    return db.session.get_one(Petition, petition.id)


def test_a_new_petition_is_with_the_board_and_answered_within_ten_working_days() -> None:
    story = timeline.of(people.a_petition())
    assert [entry.title for entry in story.entries] == ["Đã gửi đơn"]
    assert story.standing is STANDINGS[Standing.RECEIVED]
    assert story.deadline is not None
    assert (story.deadline.term, story.deadline.on) == (Term.FIRST_ANSWER, date(2026, 12, 9))
    assert (story.days_left(date(2026, 11, 25)), story.is_late(date(2026, 12, 9))) == (10, False)
    assert story.is_late(date(2026, 12, 10))


def test_a_petition_of_the_small_hours_counts_from_its_day_in_hanoi() -> None:
    late_in_london = NINE.replace(day=25, hour=18)  # one o'clock on the 26th in Hanoi
    story = timeline.of(people.a_petition(now=late_in_london))
    assert story.deadline is not None
    assert story.deadline.on == date(2026, 12, 10)


def test_what_happened_stands_in_its_order_with_its_words() -> None:
    story = timeline.of(received())
    told = [entry.title % entry.words for entry in story.entries]
    assert told == [
        "Đã gửi đơn",
        "Lấy số 001",
        "Cán bộ gọi số 001",
        f"Gặp cán bộ, bàn {story.entries[3].words['desk']}",
        "Biên bản lượt tiếp số 001 đã lưu",
        "Lượt tiếp đã xong",
        "Đề nghị thụ lý",
    ]
    assert [entry.at for entry in story.entries] == sorted(entry.at for entry in story.entries)
    assert story.entries[-1].own_words == "Ông Lành được mời đến."
    assert [(file.name, file.mine) for file in story.documents] == [("quyet-dinh.pdf", True)]


def with_file(petition: Petition, at: float, by: Actor | None = None) -> None:
    """A file that somebody added so many minutes after nine."""
    place, content = evidence.place_of_petition(petition), f"%PDF-1.7 {people.key()}".encode()
    evidence.take(
        place,
        Begun("Đơn tố cáo của Nguyễn Văn Lành.pdf", len(content)),
        content,
        store=objects,
        inspect=lambda given: Inspected("application/pdf", given, Scan.CLEAN),
        by=by or citizen(petition.account_id),
        now=in_minutes(at),
        key=people.key(),
    )


def told(story: timeline.Timeline) -> list[tuple[str, str, datetime]]:
    return [(e.title % e.words, e.note % e.words, e.at) for e in story.entries]


def test_forty_scans_of_one_go_are_one_line_and_others_have_their_own() -> None:
    petition, officer_ = people.a_petition(), officer(people.an_officer().id)
    bridge = Actor(people.staff(Role.BRIDGE).id, By.BRIDGE)
    for number in range(40):
        with_file(petition, 10 + number)
    with_file(petition, 30, officer_)
    with_file(petition, 31, bridge)
    with_file(petition, 49 + 31)
    expected = [
        ("Đã gửi đơn", "", NINE),
        ("Cán bộ nộp giúp 1 tệp giấy tờ", "", in_minutes(30)),
        ("Điểm cầu nộp giúp 1 tệp giấy tờ", "", in_minutes(31)),
        ("Ông/Bà nộp thêm 40 tệp giấy tờ", "", in_minutes(49)),
        ("Ông/Bà nộp thêm 1 tệp giấy tờ", "", in_minutes(80)),
    ]
    assert told(timeline.of(petition)) == expected
    followed = timeline.for_anyone(petition)
    assert told(followed) == expected
    assert "Lành" not in str(followed.entries), "no file is named"


def test_what_was_attached_before_it_was_sent_is_told_with_the_sending() -> None:
    account = people.a_citizen()
    drafts.keep(account.id, people.DRAFT, {}, now=in_minutes(-60))
    draft = evidence.place_of_draft(account.id, people.DRAFT)
    for minute in (-50, -1):
        content = f"%PDF-1.7 {minute}".encode()
        evidence.take(
            draft,
            Begun("Sổ đỏ.pdf", len(content)),
            content,
            store=objects,
            inspect=lambda given: Inspected("application/pdf", given, Scan.CLEAN),
            by=citizen(account.id),
            now=in_minutes(minute),
            key=people.key(),
        )
    petition = people.a_petition_with_key(account, draft.petition_key)
    assert told(timeline.of(petition)) == [
        ("Đã gửi đơn", "Kèm 2 tệp giấy tờ", NINE),
        ("Nhận giấy tờ, biên nhận số 1", "", NINE),
    ]


def test_minutes_that_are_still_being_written_are_not_told() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=people.key())
    reception.enter_room(visit.id, by=person, now=NINE)
    minutes.save(visit.id, "Ông Lành trình bày.", base_version=0, by=by, now=NINE)
    story = timeline.of(db.session.get_one(Petition, visit.petition_id))
    assert not any("Biên bản" in entry.title for entry in story.entries)
    assert story.standing is STANDINGS[Standing.VISITING]
    assert story.next_visit is not None
    assert story.next_visit.state is State.IN_SESSION


@pytest.mark.parametrize("how", OutcomeKind)
def test_every_outcome_says_who_holds_it_then(how: OutcomeKind) -> None:
    assert timeline.of(received(how=how)).standing is STANDINGS[AFTER_OUTCOME[how]]


def test_the_newest_outcome_counts() -> None:
    petition = received(how=OutcomeKind.VERIFYING)
    assert timeline.of(petition).deadline is None
    sitting, now = people.a_sitting(), NINE + timedelta(hours=2)
    desk, by = people.an_open_desk(now)
    who = citizen(petition.account_id)
    visit = reception.take_number(
        petition.id, sitting.id, bridge_point_id=None, by=who, now=now, key=people.key()
    )
    reception.call(visit.id, desk.id, by=by, now=now, key=people.key())
    reception.enter_room(visit.id, by=who, now=now)
    reception.close(
        visit.id, OutcomeKind.REFUSED, RefusalGround.H, "Đã trả lời.", by=by, now=now, key=people.key()
    )
    db.session.rollback()
    story = timeline.of(db.session.get_one(Petition, petition.id))
    assert story.standing is STANDINGS[Standing.DONE]
    assert story.deadline is not None
    assert (story.deadline.term, story.deadline.on) == (Term.WRITTEN_REFUSAL, date(2026, 11, 30))


def test_another_petition_of_the_same_person_is_another_story() -> None:
    petition = received()
    other = people.a_petition(petition.account)
    assert len(timeline.of(other).entries) == 1
    assert len(timeline.of(petition).entries) == 7


def test_whoever_tracks_reads_the_steps_and_nothing_personal() -> None:
    petition = received()
    story = timeline.for_anyone(petition)
    assert [e.title for e in story.entries] == [e.title for e in timeline.of(petition).entries]
    assert {(e.own_words, e.visit_code) for e in story.entries} == {("", None)}
    assert story.documents == []


def test_a_denunciation_is_tracked_like_a_complaint() -> None:
    """Same steps, same words, same day; no article that would tell which it is."""
    one, other = (
        timeline.for_anyone(received(kind)) for kind in (PetitionKind.COMPLAINT, PetitionKind.DENUNCIATION)
    )
    assert one.deadline is not None and other.deadline is not None
    assert one.deadline.term is not other.deadline.term
    assert (one.deadline.on, one.deadline.rule.promise) == (other.deadline.on, other.deadline.rule.promise)
    assert (one.names_article, other.names_article) == (False, False)
    assert one.standing is other.standing
    assert [_without_desk(e) for e in one.entries] == [_without_desk(e) for e in other.entries]


def _without_desk(entry: timeline.Entry) -> timeline.Entry:
    return replace(entry, words={**entry.words, "desk": 1})


def test_the_private_way_of_a_denouncer_shows_to_them_alone() -> None:
    petition = people.a_petition(kind=PetitionKind.DENUNCIATION, protection_wanted=True)
    assert petition.gate is Gate.IN_PERSON
    assert timeline.of(petition).standing is STANDINGS[Standing.IN_PERSON]
    assert timeline.for_anyone(petition).standing is STANDINGS[Standing.RECEIVED]
    assert db.session.query(Visit).count() == 0


def test_who_holds_it_is_named_with_since_when_and_whose_turn_it_is() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)

    def now() -> Holding:
        db.session.rollback()
        return timeline.of(db.session.get_one(Petition, visit.petition_id)).holding

    assert now() == Holding(NINE, Waits.OFFICE)
    reception.call(visit.id, desk.id, by=by, now=in_minutes(5), key=people.key())
    assert now() == Holding(in_minutes(5), Waits.CITIZEN, desk.number), "called, and not in the room yet"
    reception.enter_room(visit.id, by=person, now=in_minutes(6))
    met = Holding(in_minutes(6), Waits.OFFICE, desk.number, "Lê Thu Hà", "Cán bộ tiếp công dân")
    assert now() == met
    reception.close(
        visit.id, OutcomeKind.VERIFYING, None, "Cần xác minh.", by=by, now=in_minutes(20), key=people.key()
    )
    assert now() == replace(met, since=in_minutes(20), desk=None)


@pytest.mark.parametrize(
    ("how", "waits"),
    [
        (OutcomeKind.GUIDED, Waits.CITIZEN),
        (OutcomeKind.FORWARDED, Waits.OFFICE),
        (OutcomeKind.ANSWERED, Waits.NOBODY),
    ],
)
def test_what_has_left_the_board_is_no_officer_s_any_more(how: OutcomeKind, waits: Waits) -> None:
    assert timeline.of(received(how=how)).holding == Holding(in_minutes(20), waits)


def test_whoever_waits_for_a_private_meeting_is_told_it_is_their_turn_and_nobody_else_is() -> None:
    petition = people.a_petition(kind=PetitionKind.DENUNCIATION, protection_wanted=True)
    assert timeline.of(petition).holding == Holding(NINE, Waits.CITIZEN)
    ordinary = timeline.for_anyone(people.a_petition()).holding
    assert timeline.for_anyone(petition).holding == ordinary


def told_at_a_desk() -> tuple[Petition, Visit, Actor, Actor]:
    """Somebody who wrote nothing has come to an officer; with both."""
    sitting, person = people.a_sitting(), people.a_citizen()
    desk, by = people.an_open_desk()
    petition, own = people.a_petition(person, told=Telling.OFFICER, narrative=""), citizen(person.id)
    assert next_of(petition) == (telling_next.TO_MEET.sentence, Waits.CITIZEN)
    about = {"by": own, "now": NINE, "key": people.key()}
    visit = reception.take_number(petition.id, sitting.id, bridge_point_id=None, **about)
    assert next_of(petition) == (telling_next.TO_TELL.sentence, Waits.OFFICE)
    reception.call(visit.id, desk.id, by=by, now=in_minutes(5), key=people.key())
    reception.enter_room(visit.id, by=own, now=in_minutes(6))
    return petition, visit, own, by


def next_of(petition: Petition) -> tuple[str, Waits]:
    db.session.rollback()
    told = timeline.of(db.session.get_one(Petition, petition.id))
    return told.next_step, told.holding.waits


def test_who_tells_instead_of_writing_is_told_what_comes_next_until_it_is_confirmed() -> None:
    petition, visit, own, by = told_at_a_desk()
    statements.write(visit.id, people.STORY, base_version=0, by=by, now=in_minutes(9), key=people.key())
    assert next_of(petition) == (telling_next.TO_CONFIRM.sentence, Waits.CITIZEN)
    answer = lambda what, words: statements.answer(  # noqa: E731
        petition.id, what, words, version=1, by=own, now=in_minutes(10), key=people.key()
    )
    answer(StatementStep.CONTESTED, "Thiếu 64 mét chứ không phải 46.")
    assert next_of(petition)[0] == telling_next.TO_CORRECT.sentence
    answer(StatementStep.CONFIRMED, "")
    assert next_of(petition)[0] == ""
    assert timeline.of(people.a_petition()).next_step == ""


@pytest.mark.parametrize(
    ("how", "waits"), [(OutcomeKind.ACCEPTED, Waits.OFFICE), (OutcomeKind.ENDED, Waits.NOBODY)]
)
@pytest.mark.parametrize("written", [False, True])
def test_who_was_received_and_got_an_outcome_is_not_sent_to_an_officer_again(
    how: OutcomeKind, waits: Waits, written: bool
) -> None:
    """What was decided says whose turn it is, whether it was written down or not."""
    petition, visit, _own, by = told_at_a_desk()
    if written:
        statements.write(visit.id, people.STORY, base_version=0, by=by, now=in_minutes(9), key=people.key())
    reception.close(visit.id, how, None, "Đã trao đổi xong.", by=by, now=in_minutes(20), key=people.key())
    assert next_of(petition) == (telling_next.TO_CONFIRM.sentence if written else "", waits)


def test_who_follows_from_outside_cannot_tell_by_the_next_step_that_somebody_denounces() -> None:
    told = {"told": Telling.OFFICER, "narrative": ""}
    usual = people.a_petition(**told)
    private = people.a_petition(kind=PetitionKind.DENUNCIATION, protection_wanted=True, **told)
    shown = [timeline.for_anyone(one) for one in (usual, private)]
    assert shown[0].next_step == shown[1].next_step == telling_next.TO_TELL.sentence
    assert shown[0].holding.waits is shown[1].holding.waits is Waits.OFFICE
