"""What both sides can rely on about a recording: it begins by itself, loses nothing that arrived, and stays."""

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import media, people
from tests.people import NINE, key
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.recording import Decision, GapReason, Missing, RecordingState
from webapp.extensions import db
from webapp.integrations import media as joiner
from webapp.integrations import objects
from webapp.models import AuditEntry, Recording, RecordingGap, RecordingPiece, RecordingTake, Visit
from webapp.services import audit, reception, recordings
from webapp.services.actor import Actor, citizen
from webapp.services.recordings import Piece, Sign
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PIECES = media.take()
SECONDS = len(PIECES) * 5


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def test_the_recording_begins_when_the_citizen_comes_in_and_without_anyone_asking() -> None:
    visit, person, by = _received()
    recording = _recording(visit)
    assert (recording.state, recording.started_at) == (RecordingState.RUNNING, NINE)
    assert _sign(visit) == _off(GapReason.NOT_BEGUN)
    reception.enter_room(visit.id, by=person, now=at(5))
    _send(visit, by, PIECES[:1])
    assert _sign(visit) == Sign("on")
    assert [(gap.reason, gap.began_at, gap.ended_at) for gap in _gaps(visit)] == [
        (GapReason.NOT_BEGUN, NINE, at(1))
    ]


@pytest.mark.parametrize("table", ["recording_piece", "recording_take"])
def test_the_database_refuses_to_change_or_delete_what_arrived(table: str) -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES[:1])
    attempts = [f"UPDATE {table} SET number = number", f"DELETE FROM {table}"]
    if db.engine.dialect.name == "postgresql":
        attempts.append(f"TRUNCATE {table} CASCADE")
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="append-only"), unit_of_work() as work:
            work.session.execute(text(attempt))
    assert len(_pieces(visit)) == 1


def test_before_the_citizen_comes_nothing_is_recorded() -> None:
    visit, by = _called()
    assert _sign(visit) == Sign("soon")
    with pytest.raises(NotFound):
        _send(visit, by, PIECES[:1])


def test_a_piece_sent_again_is_there_once_and_never_with_another_content() -> None:
    visit, _person, by = _received()
    assert _send(visit, by, PIECES[:1]) == [True]
    assert _send(visit, by, PIECES[:1]) == [False]
    with pytest.raises(Conflict):
        _send(visit, by, [b"something else"])
    (piece,) = _pieces(visit)
    assert piece.size == len(PIECES[0])
    assert _whole_proof(visit).holds


def test_pieces_may_come_in_any_order() -> None:
    visit, _person, by = _received()
    for number in (2, 0, 1):
        assert _send_one(visit, by, number, PIECES[number])
    _end(visit, by)
    assert (
        _play(visit) == media.played(b"".join(PIECES)) or _play(visit)[1] == media.played(b"".join(PIECES))[1]
    )
    assert GapReason.LOST_PIECES not in {gap.reason for gap in _gaps(visit)}


def test_only_the_officer_who_receives_records() -> None:
    visit, person, by = _received()
    _desk, other = people.an_open_desk()
    for stranger in (other, person):
        with pytest.raises(NotFound):
            _send(visit, stranger, PIECES[:1])
        with pytest.raises(NotFound):
            recordings.note_gap(visit.id, Missing.SOUND, GapReason.SILENT, NINE, by=stranger, now=NINE)
        with pytest.raises(NotFound):
            recordings.decide(visit.id, Decision.PAUSE, by=stranger, now=NINE)
    assert _pieces(visit) == []


def test_who_handed_the_visit_over_still_sends_the_rest_of_their_own_take() -> None:
    visit, _person, by = _received()
    _send_one(visit, by, 0, PIECES[0], take="take-of-one")
    desk, other = people.an_open_desk()
    reception.transfer(visit.id, desk.id, note="Đúng lĩnh vực", by=by, now=at(6), key=key())
    assert _send_one(visit, by, 1, PIECES[1], take="take-of-one")
    assert _send_one(visit, other, 0, PIECES[0], take="take-of-two")
    with pytest.raises(NotFound):
        _send_one(visit, by, 0, PIECES[0], take="take-of-three")
    with pytest.raises(NotFound):
        _send_one(visit, other, 2, PIECES[2], take="take-of-one")


@pytest.mark.parametrize(
    "changed",
    [
        {"media_type": "text/html"},
        {"media_type": ""},
        {"content": b""},
        {"content": b"x" * (512 * 1024 + 1)},
        {"number": 20_000},
        {"take": "../../x"},
    ],
)
def test_what_is_no_piece_is_refused(changed: dict[str, object]) -> None:
    visit, _person, by = _received()
    usual: dict[str, object] = {"take": "take-0001", "number": 0, "media_type": "video/webm", "content": b"x"}
    piece = Piece(**(usual | {"began_at": NINE, "ended_at": at(5)} | changed))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        recordings.add_piece(visit.id, piece, by=by, now=at(5), store=objects)
    assert _pieces(visit) == []


def test_after_the_end_the_last_pieces_have_a_minute_and_then_one_file_is_made() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES[:2])
    _close(visit, by, at(16))
    assert recordings.end_ended(at(17)) == 1
    assert recordings.end_ended(at(17)) == 0
    _send(visit, by, PIECES)
    assert _finish(at(75)) is None
    assert _finish(at(77)) == _recording(visit).code
    assert _finish(at(78)) is None
    recording = _recording(visit)
    assert (recording.state, recording.media_type) == (RecordingState.FINISHED, "video/webm")
    assert _sign(visit) == Sign("over")
    with pytest.raises(Conflict):
        _send_one(visit, by, 3, b"too late")
    assert _send(visit, by, PIECES[:1]) == [False], "what arrived is still acknowledged"


def test_the_file_plays_from_end_to_end_and_can_be_wound() -> None:
    visit, _person, by = _received()
    pieces = media.take(seconds=30, pieces=6)
    assert media.played(b"".join(pieces))[0] == 0, "as recorded, the file does not even tell its length"
    _send(visit, by, pieces)
    _end(visit, by)
    length, frames = _play(visit)
    assert (round(length), frames) == (30, media.played(b"".join(pieces))[1])
    assert abs(_recording(visit).duration_ms / 1000 - length) < 0.1  # type: ignore[operator]
    assert 18 <= media.wound_to(_file(visit), 20) <= 20


def test_takes_follow_one_another_and_the_silence_between_them_is_a_gap() -> None:
    visit, _person, by = _received()
    for number, piece in enumerate(PIECES[:2]):
        _send_one(visit, by, number, piece, take="take-one", ended=at(6 + number * 5))
    for number, piece in enumerate(PIECES):
        ended = at(105 + number * 5)
        _send_one(visit, by, number, piece, take="take-two", began=at(100), ended=ended)
    _end(visit, by, at(115))
    length, frames = _play(visit)
    assert length > 8
    assert frames["video"] > 60
    between = [(gap.began_at, gap.ended_at) for gap in _gaps(visit) if gap.reason is GapReason.BETWEEN]
    assert between == [(at(11), at(100))]


def test_a_take_without_picture_and_one_of_another_browser_come_into_the_same_file() -> None:
    visit, _person, by = _received()
    takes = {
        "take-one": media.take(picture=False),
        "take-two": PIECES,
        "take-three": media.take(codec="libvpx-vp9"),
    }
    for place, (name, pieces) in enumerate(takes.items()):
        for number, piece in enumerate(pieces):
            began = at(1 + place * 20)
            _send_one(visit, by, number, piece, take=name, began=began, ended=began + timedelta(seconds=5))
    _end(visit, by, at(60))
    length, frames = _play(visit)
    assert round(length) == 18
    assert frames["video"] == 120


def test_two_workers_make_one_file() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    _close(visit, by, at(16))
    recordings.end_ended(at(17))
    app, told, together = _app(), [], threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            together.wait(10)
            told.append(_finish(at(90)))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(50)
    assert sorted(told, key=bool) == [None, _recording(visit).code]
    assert _whole_proof(visit).holds
    assert len(_audited(visit, "recording.finished")) == 1


def test_a_worker_that_died_is_followed_by_another_and_after_three_nobody_tries() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    _close(visit, by, at(16))
    recordings.end_ended(at(17))

    def die(_takes: object, _out: object) -> joiner.Joined:
        raise KeyboardInterrupt

    for times in range(3):
        with pytest.raises(KeyboardInterrupt):
            recordings.finish_one(at(90 + times * 3700), store=objects, join=die)
        assert recordings.finish_one(at(100 + times * 3700), store=objects, join=die) is None
    recordings.finish_one(at(90 + 3 * 3700), store=objects, join=die)
    assert _recording(visit).state is RecordingState.FAILED
    assert len(_pieces(visit)) == 3


def test_a_slow_worker_whose_turn_is_over_changes_nothing() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    _close(visit, by, at(16))
    recordings.end_ended(at(17))

    def slow(takes: object, out: object) -> joiner.Joined:
        assert _finish(at(90 + 3601)) is not None, "another worker meanwhile"
        return joiner.join(takes, out)  # type: ignore[arg-type]

    recordings.finish_one(at(90), store=objects, join=slow)
    assert _whole_proof(visit).holds
    assert len(_audited(visit, "recording.finished")) == 1


def test_a_recording_without_a_piece_fails_and_says_that_everything_is_missing() -> None:
    visit, _person, by = _received()
    _end(visit, by, at(60))
    assert _recording(visit).state is RecordingState.FAILED
    (gap,) = _gaps(visit)
    assert (gap.kind, gap.began_at, gap.ended_at) == (Missing.EVERYTHING, NINE, at(60))


def test_a_tampered_piece_is_named_and_the_rest_is_still_played() -> None:
    visit, _person, by = _received()
    pieces = media.take(seconds=30, pieces=6)
    _send(visit, by, pieces)
    assert _whole_proof(visit).holds
    path = _path(f"recording/{_recording(visit).code}/take-0001-3")
    sealed = bytearray(path.read_bytes())
    sealed[200] ^= 1
    path.write_bytes(bytes(sealed))
    proof = _whole_proof(visit)
    assert (proof.holds, proof.damaged, proof.not_as_audited) == (False, ((1, 3),), ())
    _end(visit, by, at(40))
    assert _recording(visit).state is RecordingState.FINISHED
    lost = [gap for gap in _gaps(visit) if gap.reason is GapReason.LOST_PIECES]
    assert [(gap.began_at, gap.ended_at) for gap in lost] == [(at(15), at(25))]
    assert _play(visit)[1]["audio"] > 700


def test_a_command_proves_all_recordings_and_names_what_is_broken() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    runner, code = _app().test_cli_runner(), _recording(visit).code
    assert "The recordings hold: 1, with 3 pieces." in runner.invoke(args=["verify-recordings"]).output
    _path(f"recording/{code}/take-0001-1").unlink()
    answer = runner.invoke(args=["verify-recordings"])
    assert f"{code}: piece 1 of take 1 is not what arrived." in answer.output
    assert answer.exit_code == 1


def test_a_changed_file_is_found() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    _end(visit, by)
    assert _whole_proof(visit).holds
    path = _path(f"recording/{_recording(visit).code}/whole-1")
    whole = path.read_bytes()
    for wrong in (whole[:-40], whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]):
        path.write_bytes(wrong)
        proof = _whole_proof(visit)
        assert (proof.whole_damaged, proof.damaged) == (True, ())
    path.unlink()
    assert _whole_proof(visit).whole_damaged


def test_every_piece_and_the_whole_are_in_the_audit_trail() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    _end(visit, by)
    told = [(one.details["piece"], one.details["sha256"]) for one in _audited(visit, "recording.piece")]
    assert told == [(piece.number, piece.sha256) for piece in _pieces(visit)]
    (whole,) = _audited(visit, "recording.finished")
    assert whole.details["sha256"] == _recording(visit).sha256
    audit.seal(at(200))
    assert audit.verify().broken_at is None


def test_what_is_missing_is_noted_with_its_times_and_reason() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES[:1])
    for _again in range(2):
        recordings.note_gap(visit.id, Missing.SOUND, GapReason.SILENT, at(6), by=by, now=at(11))
        recordings.note_gap(visit.id, Missing.PICTURE, GapReason.NO_PICTURE, at(1), by=by, now=at(12))
    sign = _sign(visit)
    assert (sign.state, set(sign.missing), sign.undecided) == (
        "on",
        {(Missing.SOUND, GapReason.SILENT), (Missing.PICTURE, GapReason.NO_PICTURE)},
        True,
    )
    recordings.note_gap(visit.id, Missing.PICTURE, GapReason.CAMERA_OFF, at(20), by=by, now=at(20))
    recordings.note_gap(visit.id, Missing.PICTURE, GapReason.VOICES_ONLY, at(25), by=by, now=at(26))
    for _again in range(2):
        recordings.close_gap(visit.id, Missing.SOUND, at(15), by=by, now=at(16))
    _end(visit, by, at(30))
    parts = [gap for gap in _gaps(visit) if gap.kind is not Missing.EVERYTHING]
    assert [(gap.kind, gap.reason, gap.began_at, gap.ended_at) for gap in parts] == [
        (Missing.PICTURE, GapReason.NO_PICTURE, at(1), at(20)),
        (Missing.SOUND, GapReason.SILENT, at(6), at(15)),
        (Missing.PICTURE, GapReason.CAMERA_OFF, at(20), at(25)),
        (Missing.PICTURE, GapReason.VOICES_ONLY, at(25), at(30)),
    ]


def test_what_is_missing_of_the_officer_is_noted_beside_what_is_missing_of_the_citizen() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES[:1])
    recordings.note_gap(visit.id, Missing.SOUND, GapReason.MUTED, at(2), by=by, now=at(7))
    recordings.note_gap(visit.id, Missing.OFFICER_SOUND, GapReason.MUTED, at(4), by=by, now=at(9))
    recordings.note_gap(visit.id, Missing.OFFICER_PICTURE, GapReason.CAMERA_OFF, at(5), by=by, now=at(10))
    assert not _sign(visit).lacks_picture, "the citizen's is recorded"
    recordings.close_gap(visit.id, Missing.SOUND, at(12), by=by, now=at(12))
    recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(13))
    recordings.close_gap(visit.id, Missing.OFFICER_SOUND, at(15), by=by, now=at(15))
    _end(visit, by, at(30))
    parts = [gap for gap in _gaps(visit) if gap.kind is not Missing.EVERYTHING]
    assert [(gap.kind, gap.reason, gap.began_at, gap.ended_at, gap.decision) for gap in parts] == [
        (Missing.SOUND, GapReason.MUTED, at(2), at(12), None),
        (Missing.OFFICER_SOUND, GapReason.MUTED, at(4), at(15), Decision.GO_ON),
        (Missing.OFFICER_PICTURE, GapReason.CAMERA_OFF, at(5), at(30), Decision.GO_ON),
    ]


def test_the_browser_cannot_note_what_only_the_server_knows() -> None:
    visit, _person, by = _received()
    with pytest.raises(InvalidInput):
        recordings.note_gap(visit.id, Missing.EVERYTHING, GapReason.PAUSED, NINE, by=by, now=NINE)
    with pytest.raises(InvalidInput):
        recordings.note_gap(visit.id, Missing.SOUND, GapReason.NO_PICTURE, NINE, by=by, now=NINE)
    with pytest.raises(InvalidInput):
        recordings.note_gap(visit.id, Missing.OFFICER_SOUND, GapReason.SILENT, NINE, by=by, now=NINE)


def test_the_chair_decides_to_go_on_and_it_is_kept() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES[:1])
    recordings.note_gap(visit.id, Missing.PICTURE, GapReason.NO_PICTURE, at(6), by=by, now=at(7))
    for moment in (10, 11):
        recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(moment))
    (gap,) = [gap for gap in _gaps(visit) if gap.kind is Missing.PICTURE]
    assert (gap.decision, gap.decided_by_id, gap.decided_at) == (Decision.GO_ON, by.account_id, at(10))
    assert _sign(visit).undecided is False
    assert len(_audited(visit, "recording.decide")) == 1


def test_a_pause_is_seen_and_ends_when_the_chair_goes_on_and_a_new_take_begins() -> None:
    visit, _person, by = _received()
    _send_one(visit, by, 0, PIECES[0])
    for moment in (10, 11):
        recordings.decide(visit.id, Decision.PAUSE, by=by, now=at(moment))
    assert _sign(visit).state == "paused"
    assert _sign(visit).reason is GapReason.PAUSED
    _send_one(visit, by, 1, PIECES[1], ended=at(10))
    assert recordings.notice_stalls(at(60)) == 0
    recordings.close_gap(visit.id, Missing.EVERYTHING, at(50), by=by, now=at(50))
    assert _sign(visit).state == "paused"
    recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(100))
    assert _sign(visit).state == "off"
    _send_one(visit, by, 0, PIECES[0], take="take-two", began=at(101), ended=at(106))
    assert _sign(visit) == Sign("on")
    everything = [(gap.reason, gap.began_at, gap.ended_at, gap.decision) for gap in _gaps(visit)][1:]
    assert everything == [
        (GapReason.PAUSED, at(10), at(100), Decision.PAUSE),
        (GapReason.NOT_BEGUN, at(100), at(101), Decision.GO_ON),
    ]


def test_when_nothing_arrives_everyone_sees_it_and_what_comes_late_is_no_gap() -> None:
    visit, _person, by = _received()
    _send_one(visit, by, 0, PIECES[0])
    assert recordings.notice_stalls(at(24)) == 0
    assert recordings.notice_stalls(at(26)) == 1
    assert recordings.notice_stalls(at(27)) == 0
    assert _sign(visit) == _off(GapReason.STALLED)
    _send_one(visit, by, 1, PIECES[1], now=at(40))
    assert _sign(visit) == Sign("on")
    stalled = _gaps(visit)[-1]
    assert (stalled.began_at, stalled.ended_at) == (at(5), at(5))


def test_after_the_end_nothing_is_noted_or_decided() -> None:
    visit, _person, by = _received()
    _end(visit, by)
    for attempt in (
        lambda: recordings.note_gap(visit.id, Missing.SOUND, GapReason.SILENT, NINE, by=by, now=at(90)),
        lambda: recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(90)),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_who_came_back_after_a_no_show_goes_on_in_the_same_recording() -> None:
    visit, person, by = _received()
    _send_one(visit, by, 0, PIECES[0])
    _lost_and_not_back(visit, by, person)
    assert recordings.end_ended(at(1500)) == 0
    reception.come_back(visit.id, by=person, now=at(1600), key=key())
    reception.call(visit.id, visit.desk_id or 0, by=by, now=at(1700), key=key())
    reception.enter_room(visit.id, by=person, now=at(1710))
    _send_one(visit, by, 0, PIECES[0], take="take-two", began=at(1711), ended=at(1716), now=at(1716))
    assert len(db.session.scalars(select(Recording)).all()) == 1
    _end(visit, by, at(1720))
    assert {take.number for take in _recording(visit).takes} == {1, 2}


def test_each_opening_needs_a_reason_and_is_written_down() -> None:
    visit, _person, by = _received()
    _send(visit, by, PIECES)
    with pytest.raises(Conflict):
        recordings.listen(_recording(visit).id, "Nghe lại để hoàn chỉnh biên bản", by=by, now=at(10))
    _end(visit, by)
    with pytest.raises(InvalidInput):
        recordings.listen(_recording(visit).id, " ngắn ", by=by, now=at(90))
    recordings.listen(_recording(visit).id, "Nghe lại để hoàn chỉnh biên bản", by=by, now=at(90))
    (opened,) = _audited(visit, "recording.open")
    assert (opened.actor_id, opened.reason) == (by.account_id, "Nghe lại để hoàn chỉnh biên bản")


def test_a_recording_is_found_by_who_received_and_by_who_hears_all() -> None:
    visit, _person, by = _received()
    code, stranger = visit.code, people.an_officer()
    assert recordings.for_listener(code, by.account_id or 0, hears_all=False).visit_id == visit.id
    assert recordings.for_listener(code, stranger.id, hears_all=True).visit_id == visit.id
    for wrong in (code, "x", code[:-1] + "0"):
        with pytest.raises(NotFound):
            recordings.for_listener(wrong, stranger.id, hears_all=False)
    assert [one.visit_id for one in recordings.newest(stranger.id, hears_all=True)] == [visit.id]
    assert recordings.newest(stranger.id, hears_all=False) == []


def _received() -> tuple[Visit, Actor, Actor]:
    """A visit in session: the citizen's side and the officer's."""
    visit, by = _called()
    person = citizen(visit.petition.account_id)
    return reception.enter_room(visit.id, by=person, now=NINE), person, by


def _called() -> tuple[Visit, Actor]:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, _person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    return db.session.get_one(Visit, visit.id), by


def _send_one(
    visit: Visit,
    by: Actor,
    number: int,
    content: bytes,
    take: str = "take-0001",
    began: datetime | None = None,
    ended: datetime | None = None,
    now: datetime | None = None,
) -> bool:
    ended = ended or at(5 * (number + 1))
    piece = Piece(take, number, "video/webm;codecs=vp8,opus", content, began or at(1), ended)
    return recordings.add_piece(visit.id, piece, by=by, now=now or ended, store=objects)


def _send(visit: Visit, by: Actor, pieces: list[bytes]) -> list[bool]:
    return [_send_one(visit, by, number, piece) for number, piece in enumerate(pieces)]


def _close(visit: Visit, by: Actor, now: datetime) -> None:
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=now, key=key())


def _end(visit: Visit, by: Actor, now: datetime | None = None) -> None:
    """The visit ends, and a worker makes the file."""
    now = now or at(SECONDS)
    _close(visit, by, now)
    recordings.end_ended(now)
    assert _finish(now + timedelta(seconds=60)) is not None


def _finish(now: datetime) -> str | None:
    return recordings.finish_one(now, store=objects, join=joiner.join)


def _lost_and_not_back(visit: Visit, by: Actor, person: Actor) -> None:
    """The line is lost, the desk calls another; called again, twice, nobody answers."""
    reception.detect_lost(at(60))
    other, _ = people.a_waiting_visit(db.session.get_one(Visit, visit.id).sitting)
    desk_id = visit.desk_id or 0
    reception.call(other.id, desk_id, by=by, now=at(70), key=key())
    reception.enter_room(visit.id, by=person, now=at(80))
    reception.send_back(other.id, by=by, now=at(90), key=key())
    for moment in (100, 310):
        reception.call(visit.id, desk_id, by=by, now=at(moment), key=key())
        reception.expire_calls(at(moment + 200))


def _recording(visit: Visit) -> Recording:
    db.session.rollback()
    return db.session.scalars(select(Recording).where(Recording.visit_id == visit.id)).one()


def _pieces(visit: Visit) -> list[RecordingPiece]:
    db.session.rollback()
    query = select(RecordingPiece).join(RecordingPiece.take).join(RecordingTake.recording)
    return list(
        db.session.scalars(query.where(Recording.visit_id == visit.id).order_by(RecordingPiece.number))
    )


def _gaps(visit: Visit) -> list[RecordingGap]:
    return list(_recording(visit).gaps)


def _sign(visit: Visit) -> Sign:
    db.session.rollback()
    return recordings.sign_of(visit.id)


def _off(reason: GapReason) -> Sign:
    return Sign("off", ((Missing.EVERYTHING, reason),), True)


def _whole_proof(visit: Visit) -> recordings.Proof:
    return recordings.verify(_recording(visit), objects)


def _audited(visit: Visit, action: str) -> list[AuditEntry]:
    code = _recording(visit).code
    query = select(AuditEntry).where(AuditEntry.action == action, AuditEntry.object_id == code)
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def _file(visit: Visit) -> bytes:
    with recordings.whole(_recording(visit), objects) as file:
        content: bytes = file.read()
        return content


def _play(visit: Visit) -> tuple[float, dict[str, int]]:
    return media.played(_file(visit))


def _path(name: str):  # type: ignore[no-untyped-def]
    return _app().config["SETTINGS"].instance_path / "objects" / name


def _app() -> Flask:
    from flask import current_app

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
