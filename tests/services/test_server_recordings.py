"""What a room loses when its mixer records on the server: nothing; and nothing is kept that should not be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from tests import media, people, tapes
from tests.people import NINE, key
from webapp.domain.errors import InvalidInput
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.recording import Decision, GapReason, Missing, RecordingState
from webapp.extensions import db
from webapp.integrations import media as joiner
from webapp.integrations import objects, room_tape
from webapp.models import AuditEntry, Recording, Visit
from webapp.services import audit, reception, recordings
from webapp.services.actor import Actor
from webapp.services.recordings import Piece

LOW, MIDDLE = 700, 1000
BROWSER = 440
TONES = (BROWSER, LOW, MIDDLE)


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """Where the mixer writes."""
    root = tmp_path / "raw"
    root.mkdir()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], janus_record_dir=root)
    return root


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def received() -> tuple[Visit, Actor]:
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(people.a_sitting())
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    return reception.enter_room(visit.id, by=person, now=NINE), by


def from_browser(visit: Visit, by: Actor, began: float, seconds: int = 12) -> None:
    for number, content in enumerate(media.take(seconds=seconds, pieces=1)):
        piece = Piece("take-0001", number, "video/webm", content, at(began), at(began + seconds))
        recordings.add_piece(visit.id, piece, by=by, now=at(began + seconds), store=objects)


def over(visit: Visit, by: Actor, end: float) -> None:
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=at(end), key=key())
    recordings.end_ended(at(end))


def finished(end: float, join: Any = joiner.join, tape_of: Any = room_tape.tape_of) -> str | None:
    return recordings.finish_one(at(end) + timedelta(seconds=61), store=objects, join=join, tape_of=tape_of)


def recording_of(visit: Visit) -> Recording:
    db.session.rollback()
    return db.session.scalars(select(Recording).where(Recording.visit_id == visit.id)).one()


def heard(visit: Visit) -> list[set[int]]:
    with recordings.whole(recording_of(visit), objects) as file:
        return tapes.heard(file.read(), TONES)


def gaps(visit: Visit) -> set[tuple[Missing, GapReason, int, int]]:
    """Those that have a length, in seconds."""
    found = [(one, one.began_at - NINE, (one.ended_at or NINE) - NINE) for one in recording_of(visit).gaps]
    return {
        (one.kind, one.reason, round(began.total_seconds()), round(ended.total_seconds()))
        for one, began, ended in found
        if round(began.total_seconds()) < round(ended.total_seconds())
    }


def test_where_the_server_recorded_its_voices_are_heard_and_elsewhere_those_of_the_browser(
    folder: Path,
) -> None:
    visit, by = received()
    from_browser(visit, by, began=1)
    tapes.put(folder / visit.code, "a", tapes.voice(at(4), LOW, 4))
    tapes.put(folder / visit.code, "b", tapes.voice(at(6), MIDDLE, 4))
    tapes.put(folder / visit.code, "nobody", b"MJR00002")
    over(visit, by, end=14)
    assert finished(14) is not None
    told = heard(visit)
    assert told[:3] == [{BROWSER}] * 3
    assert told[3:9] == [{LOW}, {LOW}, {LOW, MIDDLE}, {LOW, MIDDLE}, {MIDDLE}, {MIDDLE}]
    assert told[9:12] == [{BROWSER}] * 3
    with recordings.whole(recording_of(visit), objects) as file:
        length, frames = media.played(file.read())
    assert round(length) == 12
    assert frames["video"] >= 100, "the picture is the browser's all along"
    assert not (folder / visit.code).exists()


def test_hashes_of_what_the_server_recorded_stand_in_the_chain(folder: Path) -> None:
    visit, by = received()
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 12))
    over(visit, by, end=14)
    finished(14)
    recording = recording_of(visit)
    (take,) = recording.takes
    assert (recording.state, recording.media_type, take.is_of_server) == (
        RecordingState.FINISHED,
        "audio/webm",
        True,
    )
    told = {
        (one.action, one.details.get("sha256"))
        for one in db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == recording.code))
    }
    assert len(take.pieces) >= 2
    assert {("recording.piece", piece.sha256) for piece in take.pieces} <= told
    assert ("recording.finished", recording.sha256) in told
    assert recordings.verify(recording, objects).holds
    audit.seal(at(100))
    assert audit.verify().broken_at is None


def test_a_worker_that_died_after_sealing_makes_no_second_take(folder: Path) -> None:
    visit, by = received()
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 3))
    over(visit, by, end=6)

    def dies_before_forgetting(code: str) -> Any:
        tape = room_tape.tape_of(code)
        assert tape is not None
        return Undying(tape)

    with pytest.raises(KeyboardInterrupt):
        finished(6, tape_of=dies_before_forgetting)
    assert list((folder / visit.code).iterdir()), "raw files go last"
    assert finished(6 + 3700) is not None
    assert len(recording_of(visit).takes) == 1
    assert heard(visit) == [{LOW}] * 3
    assert not (folder / visit.code).exists()


class Undying:
    """A tape that is never forgotten."""

    def __init__(self, tape: room_tape.Tape):
        self.key, self.stretches = tape.key, tape.stretches

    def forget(self) -> None:
        raise KeyboardInterrupt


def test_a_worker_that_died_while_mixing_is_followed_by_another(folder: Path) -> None:
    visit, by = received()
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 12))
    over(visit, by, end=16)
    put = objects.put_once

    class Store:
        writing, reading, get = objects.writing, objects.reading, objects.get

        @staticmethod
        def put_once(name: str, content: bytes) -> None:
            put(name, content)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recordings.finish_one(at(80), store=Store(), join=joiner.join, tape_of=room_tape.tape_of)  # type: ignore[arg-type]
    assert recording_of(visit).takes == []
    assert finished(16 + 3700) is not None
    assert len(recording_of(visit).takes) == 1
    assert heard(visit) == [{LOW}] * 12


def test_raw_files_that_cannot_be_read_do_not_cost_what_the_browser_sent(folder: Path) -> None:
    visit, by = received()
    from_browser(visit, by, began=1, seconds=6)
    raw = tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 3))
    over(visit, by, end=8)

    def broken(_code: str) -> Any:
        raise PermissionError

    for times in range(2):
        with pytest.raises(PermissionError):
            finished(8 + times * 3700, tape_of=broken)
    assert finished(8 + 2 * 3700, tape_of=broken) is not None
    assert recording_of(visit).state is RecordingState.FINISHED
    assert heard(visit) == [{BROWSER}] * 6
    assert raw.exists()


def test_what_only_the_server_recorded_lacks_the_picture_and_what_nobody_did_lacks_everything(
    folder: Path,
) -> None:
    visit, by = received()
    from_browser(visit, by, began=1, seconds=6)
    db.session.rollback()  # as the next tick of the clock reads
    assert recordings.notice_stalls(at(40)) == 1
    recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(41))
    tapes.put(folder / visit.code, "a", tapes.voice(at(10), LOW, 5))
    tapes.put(folder / visit.code, "b", tapes.voice(at(20), LOW, 5))
    over(visit, by, end=50)
    finished(50)
    nothing, lost = Missing.EVERYTHING, GapReason.STALLED
    assert gaps(visit) == {
        (nothing, GapReason.NOT_BEGUN, 0, 1),
        (nothing, lost, 7, 10),
        (Missing.PICTURE, lost, 10, 15),
        (nothing, lost, 15, 20),
        (Missing.PICTURE, lost, 20, 25),
        (nothing, lost, 25, 50),
    }
    assert {one.decision for one in recording_of(visit).gaps if one.reason is lost} == {Decision.GO_ON}


def test_nothing_is_kept_of_a_pause_nor_of_what_came_after_the_end(folder: Path) -> None:
    visit, by = received()
    recordings.decide(visit.id, Decision.PAUSE, by=by, now=at(4))
    recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(8))
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 12))
    over(visit, by, end=11)
    finished(11)
    spans = [
        (
            round((take.began_at - NINE).total_seconds()),
            round((take.pieces[-1].ended_at - NINE).total_seconds()),
        )
        for take in recording_of(visit).takes
    ]
    assert spans == [(2, 4), (8, 11)]
    assert heard(visit) == [{LOW}] * 5
    assert (Missing.EVERYTHING, GapReason.PAUSED, 4, 8) in gaps(visit)


def test_a_browser_cannot_pass_for_the_server(folder: Path) -> None:
    visit, by = received()
    piece = Piece("server-1-0-abc", 0, "audio/webm", b"x", at(1), at(2))
    with pytest.raises(InvalidInput):
        recordings.add_piece(visit.id, piece, by=by, now=at(2), store=objects)


def test_a_room_that_the_mixer_never_recorded_is_as_before(folder: Path) -> None:
    visit, by = received()
    from_browser(visit, by, began=1, seconds=6)
    over(visit, by, end=8)
    seen: list[Sequence[Any]] = []

    def join(stretches: Any, out: Any) -> Any:
        seen.extend(stretches)
        return joiner.join(stretches, out)

    finished(8, join=join)
    assert [len(parts) for parts in seen] == [1]
    assert heard(visit) == [{BROWSER}] * 6
    assert current_app.config["SETTINGS"].janus_record_dir == folder
