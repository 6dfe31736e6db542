"""What a room loses when its mixer records on the server: nothing; and nothing is kept that should not be."""

import io
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
from webapp.integrations import mjr, objects, room_tape
from webapp.models import AuditEntry, Recording, RecordingTake, Visit
from webapp.services import audit, reception, recordings
from webapp.services.actor import Actor
from webapp.services.recordings import Piece, raw_voices

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


def finished(end: float, join: Any = joiner.join, tape: Any = room_tape) -> str | None:
    return recordings.finish_one(at(end) + timedelta(seconds=61), store=objects, join=join, tape=tape)


def recording_of(visit: Visit) -> Recording:
    db.session.rollback()
    return db.session.scalars(select(Recording).where(Recording.visit_id == visit.id)).one()


def raw(visit: Visit) -> list[RecordingTake]:
    """The voices as the mixer wrote them."""
    return [take for take in recording_of(visit).takes if take.is_raw]


def mixed(visit: Visit) -> list[RecordingTake]:
    return [take for take in recording_of(visit).takes if take.is_of_server]


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
    (voice,), (take,) = raw(visit), mixed(visit)
    assert (recording.state, recording.media_type) == (RecordingState.FINISHED, "audio/webm")
    told = {
        (one.action, one.details.get("sha256"))
        for one in db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == recording.code))
    }
    assert len(take.pieces) >= 2
    assert {("recording.piece", piece.sha256) for piece in [*voice.pieces, *take.pieces]} <= told
    assert ("recording.finished", recording.sha256) in told
    assert recordings.verify(recording, objects).holds
    audit.seal(at(100))
    assert audit.verify().broken_at is None


def test_a_worker_that_died_after_sealing_makes_no_second_take(folder: Path) -> None:
    visit, by = received()
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 3))
    over(visit, by, end=6)

    with pytest.raises(KeyboardInterrupt):
        finished(6, tape=Undying())
    assert list((folder / visit.code).iterdir()), "raw files go last"
    assert finished(6 + 3700) is not None
    assert len(mixed(visit)) == 1
    assert heard(visit) == [{LOW}] * 3
    assert not (folder / visit.code).exists()


class Undying:
    """A tape that is never forgotten."""

    files_of, mixed = staticmethod(room_tape.files_of), staticmethod(room_tape.mixed)

    def forget(self, _files: object) -> None:
        raise KeyboardInterrupt


class Broken(Undying):
    """A tape that cannot be read."""

    def files_of(self, _code: str) -> Any:  # type: ignore[override]
        raise PermissionError


def test_a_worker_that_died_while_mixing_is_followed_by_another(folder: Path) -> None:
    visit, by = received()
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 12))
    over(visit, by, end=16)
    put = objects.put_once

    class Store:
        writing, reading, get = map(staticmethod, (objects.writing, objects.reading, objects.get))

        @staticmethod
        def put_once(name: str, content: bytes) -> None:
            put(name, content)
            if "raw" not in name:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recordings.finish_one(at(80), store=Store(), join=joiner.join, tape=room_tape)  # type: ignore[arg-type]
    assert mixed(visit) == []
    assert finished(16 + 3700) is not None
    assert len(mixed(visit)) == 1
    assert heard(visit) == [{LOW}] * 12


def test_raw_files_that_cannot_be_read_do_not_cost_what_the_browser_sent(folder: Path) -> None:
    visit, by = received()
    from_browser(visit, by, began=1, seconds=6)
    raw = tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 3))
    over(visit, by, end=8)

    for times in range(2):
        with pytest.raises(PermissionError):
            finished(8 + times * 3700, tape=Broken())
    assert finished(8 + 2 * 3700, tape=Broken()) is not None
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
        for take in mixed(visit)
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


class Growing:
    """A voice that the mixer writes on: its file holds what was said until a given second."""

    def __init__(self, folder: Path, began: float, hertz: int, seconds: int):
        self._whole = tapes.voice(at(began), hertz, seconds)
        self._each = (len(self._whole) - len(tapes.head(at(began)))) // seconds
        self._head = len(tapes.head(at(began)))
        self._began, self._written = began, 0
        self.path = tapes.put(folder, "a", b"").with_suffix(".mjr.tmp")
        self.path.with_suffix("").rename(self.path)

    def grows(self, until: float) -> None:
        """As the mixer does: behind what it wrote before, whatever is there by now; cut off anywhere."""
        end = self._head + round((until - self._began) * self._each)
        with self.path.open("r+b") as file:
            file.seek(self._written)
            file.write(self._whole[self._written : end])
        self._written = max(self._written, end)

    def ends(self) -> None:
        self.grows(self._began + len(self._whole))
        self.path = self.path.rename(self.path.with_suffix(""))

    def says(self, since: float, until: float) -> bool:
        """Whether something of these seconds can be read in the file."""
        first, last = (self._head + round((moment - self._began) * self._each) for moment in (since, until))
        return any(self.path.read_bytes()[first:last])


def taken_over(seconds: float, store: Any = objects) -> int:
    return recordings.take_over(at(seconds), store=store, tape=room_tape)


@pytest.fixture
def talk(folder: Path) -> tuple[Visit, Actor, Growing]:
    """A reception, and one voice of twenty seconds in the mixer."""
    visit, by = received()
    return visit, by, Growing(folder / visit.code, 2, LOW, 20)


Talk = tuple[Visit, Actor, Growing]


def test_while_they_talk_each_five_seconds_are_sealed_and_wiped_from_the_mixers_file(talk: Talk) -> None:
    visit, _by, voice = talk
    for second in range(3, 19):
        voice.grows(second)
        taken_over(second)
    (take,) = raw(visit)
    assert [round((piece.ended_at - NINE).total_seconds()) for piece in take.pieces] == [3, 8, 13, 18]
    assert recordings.verify(recording_of(visit), objects).holds, "as the audit trail tells"
    assert not voice.says(2.1, 17.5)
    audit.seal(at(30))
    assert audit.verify().broken_at is None


def test_what_was_taken_over_is_heard_though_the_mixers_file_is_lost(talk: Talk) -> None:
    visit, by, voice = talk
    for second in (7, 12):
        voice.grows(second)
        taken_over(second)
    voice.path.unlink()
    over(visit, by, end=14)
    finished(14)
    assert heard(visit) == [{LOW}] * 10


def test_a_voice_taken_over_in_pieces_is_heard_as_a_whole_and_nothing_stays_behind(
    talk: Talk, folder: Path
) -> None:
    visit, by, voice = talk
    for second in (4, 9, 16):
        voice.grows(second)
        taken_over(second)
    voice.ends()
    over(visit, by, end=23)
    finished(23)
    assert heard(visit) == [{LOW}] * 20
    assert not (folder / visit.code).exists()
    assert recordings.verify(recording_of(visit), objects).holds


def test_of_a_pause_no_piece_keeps_a_word(talk: Talk) -> None:
    visit, by, voice = talk
    voice.grows(8)
    recordings.decide(visit.id, Decision.PAUSE, by=by, now=at(6))
    taken_over(8)
    voice.grows(14)
    recordings.decide(visit.id, Decision.GO_ON, by=by, now=at(12))
    taken_over(14)
    voice.ends()
    over(visit, by, end=18)
    finished(18)
    (take,) = raw(visit)
    name = f"recording/{recording_of(visit).code}/{take.key}"
    content = b"".join(objects.get(f"{name}-{piece.number}") for piece in take.pieces)
    kept = {int(packet.arrived - NINE.timestamp()) for packet in mjr.packets(io.BytesIO(content))}
    assert kept == {*range(2, 6), *range(12, 18)}
    assert heard(visit) == [{LOW}] * 10


def test_a_worker_that_died_between_sealing_and_noting_is_followed_by_another(talk: Talk) -> None:
    visit, by, voice = talk

    class Store:
        get = staticmethod(objects.get)

        @staticmethod
        def put_once(name: str, content: bytes) -> None:
            objects.put_once(name, content)
            raise KeyboardInterrupt

    voice.grows(6)
    with pytest.raises(KeyboardInterrupt):
        taken_over(6, Store())
    voice.grows(12)
    assert taken_over(12) == 2, "what was sealed, and what came since"
    voice.ends()
    over(visit, by, end=23)
    finished(23)
    assert heard(visit) == [{LOW}] * 20
    assert recordings.verify(recording_of(visit), objects).holds


def test_one_who_read_before_another_took_over_adds_nothing(talk: Talk, folder: Path) -> None:
    visit, by, voice = talk
    voice.grows(7)
    recording = recording_of(visit)
    (file,) = room_tape.files_of(visit.code)
    frames = file.grown(0, 10**6)

    class Slow:
        """What another reads while this one is between reading and sealing."""

        key, head, wipe = file.key, file.head, file.wipe
        turns = 0

        def grown(self, since: int, most: int) -> Any:
            self.turns += 1
            if self.turns > 1:
                return file.grown(since, most)
            assert taken_over(7) == 1
            return frames[:-10]

    assert raw_voices.seal(recording, Slow(), store=objects, now=at(7)) == 0
    voice.ends()
    over(visit, by, end=23)
    finished(23)
    assert heard(visit) == [{LOW}] * 20


def test_files_that_may_not_be_wiped_are_recorded_all_the_same(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, by, voice = talk

    def refused(*_about: object) -> None:
        raise PermissionError

    monkeypatch.setattr(room_tape.os, "fdatasync", refused)
    voice.grows(9)
    assert taken_over(9) == 1
    voice.ends()
    over(visit, by, end=23)
    finished(23)
    assert heard(visit) == [{LOW}] * 20


def test_what_was_read_is_forgotten_and_a_foreign_file_stays(folder: Path) -> None:
    visit, by = received()
    tapes.put(folder / visit.code, "a", tapes.voice(at(2), LOW, 2))
    foreign = tapes.put(folder / visit.code, "notes", b"somebody's own")
    over(visit, by, end=6)
    finished(6)
    assert list((folder / visit.code).iterdir()) == [foreign]
    assert heard(visit) == [{LOW}] * 2
