"""What an officer can rely on while typing the minutes: nothing lost, nothing overwritten unseen."""

import pytest
from sqlalchemy import select

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, DomainError, InvalidInput
from webapp.domain.outcomes import OutcomeKind
from webapp.extensions import db
from webapp.models import Desk, Minutes, MinutesVersion, Visit
from webapp.services import minutes, reception
from webapp.services.actor import Actor, officer
from webapp.services.minutes import MinutesMoved, Saved

pytestmark = pytest.mark.usefixtures("app")


def test_every_version_is_kept_with_who_and_when() -> None:
    visit, by, _ = _in_session()
    texts = ["Ông Lành trình bày.", "Ông Lành trình bày về đất.", "Ông Lành trình bày về đất 46 m²."]
    for number, text in enumerate(texts):
        saved = minutes.save(visit.id, text, base_version=number, by=by, now=in_minutes(number))
        assert saved == Saved(number + 1, in_minutes(number))
    assert _versions(visit.id) == [
        (number + 1, text, by.account_id, in_minutes(number)) for number, text in enumerate(texts)
    ]
    assert db.session.get_one(Minutes, visit.id).body == texts[-1]


def test_the_same_text_again_is_no_new_version() -> None:
    visit, by, _ = _in_session()
    minutes.save(visit.id, "Như nhau", base_version=0, by=by, now=NINE)
    for base in (0, 1):
        again = minutes.save(visit.id, " Như nhau \r\n", base_version=base, by=by, now=in_minutes(1))
        assert again == Saved(1, NINE)
    assert len(_versions(visit.id)) == 1


def test_a_text_written_on_an_older_version_overwrites_nothing() -> None:
    visit, by, _ = _in_session()
    minutes.save(visit.id, "Một", base_version=0, by=by, now=NINE)
    minutes.save(visit.id, "Hai", base_version=1, by=by, now=NINE)
    for base in (0, 1, 3):
        with pytest.raises(MinutesMoved):
            minutes.save(visit.id, "Viết trên bản cũ", base_version=base, by=by, now=NINE)
    assert [body for _, body, *_ in _versions(visit.id)] == ["Một", "Hai"]
    assert db.session.get_one(Minutes, visit.id).version == 2


def test_a_visit_without_minutes_takes_no_later_version_than_its_first() -> None:
    visit, by, _ = _in_session()
    with pytest.raises(MinutesMoved):
        minutes.save(visit.id, "Từ đâu ra", base_version=4, by=by, now=NINE)
    assert _versions(visit.id) == []
    assert db.session.get(Minutes, visit.id) is None


def test_minutes_have_at_most_50000_characters() -> None:
    visit, by, _ = _in_session()
    with pytest.raises(InvalidInput) as refusal:
        minutes.save(visit.id, "ế" * 50_001, base_version=0, by=by, now=NINE)
    assert refusal.value.field == "body"
    assert minutes.save(visit.id, "ế" * 50_000, base_version=0, by=by, now=NINE).version == 1


def test_after_the_end_the_minutes_stand_but_a_save_that_arrived_is_still_answered() -> None:
    visit, by, _ = _in_session()
    minutes.save(visit.id, "Bản cuối", base_version=0, by=by, now=NINE)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=in_minutes(5), key=key())
    with pytest.raises(Conflict):
        minutes.save(visit.id, "Thêm sau", base_version=1, by=by, now=in_minutes(6))
    assert minutes.save(visit.id, "Bản cuối", base_version=0, by=by, now=in_minutes(6)) == Saved(1, NINE)
    assert [body for _, body, *_ in _versions(visit.id)] == ["Bản cuối"]


def test_another_officer_writes_no_minutes_of_this_visit() -> None:
    visit, by, _ = _in_session()
    minutes.save(visit.id, "Của tôi", base_version=0, by=by, now=NINE)
    _desk, at_another_desk = people.an_open_desk()
    for stranger in (at_another_desk, officer(people.an_officer().id)):
        for text in ("Của người khác", "Của tôi"):
            with pytest.raises(DomainError):
                minutes.save(visit.id, text, base_version=1, by=stranger, now=NINE)
    assert [body for _, body, *_ in _versions(visit.id)] == ["Của tôi"]


def test_before_the_call_there_are_no_minutes_to_write() -> None:
    visit, _person = people.a_waiting_visit(people.a_sitting())
    with pytest.raises(DomainError):
        minutes.save(visit.id, "Sớm quá", base_version=0, by=officer(people.an_officer().id), now=NINE)
    assert _versions(visit.id) == []


def test_whoever_takes_the_visit_over_goes_on_with_its_minutes() -> None:
    visit, by, _ = _in_session()
    minutes.save(visit.id, "Nửa đầu", base_version=0, by=by, now=NINE)
    other_desk, other = people.an_open_desk()
    reception.transfer(visit.id, other_desk.id, note="Chuyển bàn", by=by, now=in_minutes(1), key=key())
    minutes.save(visit.id, "Nửa đầu, nửa sau", base_version=1, by=other, now=in_minutes(2))
    with pytest.raises(DomainError):
        minutes.save(visit.id, "Tôi viết tiếp", base_version=2, by=by, now=in_minutes(3))
    assert [saved_by for _, _, saved_by, _ in _versions(visit.id)] == [by.account_id, other.account_id]


def test_while_the_line_is_lost_the_officer_goes_on_writing() -> None:
    visit, by, desk = _in_session()
    reception.detect_lost(in_minutes(1))
    following, _ = people.a_waiting_visit(visit.sitting, in_minutes(1))
    reception.call(following.id, desk.id, by=by, now=in_minutes(1), key=key())
    assert minutes.save(visit.id, "Viết nốt", base_version=0, by=by, now=in_minutes(2)).version == 1


def _in_session() -> tuple[Visit, Actor, Desk]:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=person, now=NINE)
    return db.session.get_one(Visit, visit.id), by, desk


def _versions(visit_id: int) -> list[tuple[object, ...]]:
    rows = db.session.scalars(
        select(MinutesVersion).filter_by(visit_id=visit_id).order_by(MinutesVersion.version)
    )
    return [(row.version, row.body, row.saved_by_id, row.saved_at) for row in rows]
