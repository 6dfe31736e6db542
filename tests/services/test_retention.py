"""What people can rely on about how long a recording is kept: by its class, and ended by a decision alone."""

from datetime import date, datetime, timedelta

import pytest
from flask import current_app

from tests import media, people
from tests.people import NINE, key
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.recording import RecordingState
from webapp.domain.retention import RETENTION, RetentionClass, kept_until, retention_class_of
from webapp.extensions import db
from webapp.integrations import media as joiner
from webapp.integrations import objects
from webapp.models import AuditEntry, Recording, Visit
from webapp.services import audit, reception, recordings
from webapp.services.actor import SYSTEM, citizen
from webapp.services.recordings import Piece

pytestmark = pytest.mark.usefixtures("app")

LATE = NINE.replace(year=NINE.year + 16)
DECISION = "Quyết định 12/QĐ-BTCD ngày 05/01/2043"


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        (PetitionKind.COMPLAINT, RetentionClass.CASE),
        (PetitionKind.DENUNCIATION, RetentionClass.CASE),
        (PetitionKind.RECOMMENDATION, RetentionClass.RECEPTION),
        (PetitionKind.FEEDBACK, RetentionClass.RECEPTION),
        (PetitionKind.UNSURE, RetentionClass.RECEPTION),
    ],
)
def test_the_class_follows_the_kind_of_the_matter(kind: PetitionKind, of: RetentionClass) -> None:
    assert retention_class_of(kind) is of


def test_a_term_counts_from_the_year_in_which_the_work_ended() -> None:
    assert kept_until(RetentionClass.CASE, date(2026, 1, 2)) == date(2041, 12, 31)
    assert kept_until(RetentionClass.RECEPTION, date(2026, 1, 2)) is None
    assert set(RETENTION) == set(RetentionClass)


def test_a_recording_whose_term_is_over_is_listed_and_nothing_is_done_to_it() -> None:
    recording = _recorded()
    assert recordings.kept_to(recording) == date(NINE.year + 15, 12, 31)
    assert recordings.over(NINE.replace(year=NINE.year + 15)) == []
    assert recordings.over(LATE) == [recording]
    answer = current_app.test_cli_runner().invoke(args=["retention"])
    assert (answer.exit_code, answer.output) == (0, "Recordings whose term is over: 0. None was touched.\n")
    assert recordings.verify(recording, objects).holds


def test_what_has_no_term_is_never_due() -> None:
    recording = _recorded(PetitionKind.FEEDBACK)
    assert recordings.kept_to(recording) is None
    assert recordings.over(LATE.replace(year=2999)) == []


def test_a_recording_is_destroyed_by_a_named_decision_once_its_term_is_over() -> None:
    recording = _recorded()
    about = {"remove": objects.remove, "by": SYSTEM}
    with pytest.raises(Conflict):
        recordings.dispose(recording.code, DECISION, now=NINE + timedelta(days=365), **about)
    with pytest.raises(InvalidInput):
        recordings.dispose(recording.code, " QĐ 12 ", now=LATE, **about)
    with pytest.raises(NotFound):
        recordings.dispose("nothing", DECISION, now=LATE, **about)
    assert recordings.verify(recording, objects).holds

    folder = current_app.config["SETTINGS"].instance_path / "objects" / "recording" / recording.code
    assert any(folder.iterdir())
    for _again in range(2):
        recordings.dispose(recording.code, DECISION, now=LATE, **about)
    assert list(folder.iterdir()) == []
    (entry,) = db.session.query(AuditEntry).filter_by(action="recording.dispose")
    assert (entry.details["decision"], entry.details["sha256"]) == (DECISION, recording.sha256)
    assert audit.verify().broken_at is None


def test_of_what_was_destroyed_its_hashes_stay_and_nothing_can_be_opened() -> None:
    recording = _recorded()
    recordings.dispose(recording.code, DECISION, remove=objects.remove, by=SYSTEM, now=LATE)
    kept = db.session.get_one(Recording, recording.id)
    assert (kept.state, bool(kept.sha256)) == (RecordingState.DISPOSED, True)
    assert [len(take.pieces) for take in kept.takes] == [3]
    assert recordings.verify(kept, objects).holds
    assert recordings.over(LATE) == []
    with pytest.raises(Conflict):
        recordings.listen(kept.id, "Nghe lại để hoàn chỉnh biên bản", by=SYSTEM, now=LATE)
    with pytest.raises(NotFound):
        recordings.whole(kept, objects)


def test_a_removal_that_broke_off_is_finished_by_the_next() -> None:
    recording = _recorded()

    def breaks(name: str) -> None:
        raise OSError(name)

    with pytest.raises(OSError, match="whole"):
        recordings.dispose(recording.code, DECISION, remove=breaks, by=SYSTEM, now=LATE)
    recordings.dispose(recording.code, DECISION, remove=objects.remove, by=SYSTEM, now=LATE)
    folder = current_app.config["SETTINGS"].instance_path / "objects" / "recording" / recording.code
    assert list(folder.iterdir()) == []


def _recorded(kind: PetitionKind = PetitionKind.COMPLAINT) -> Recording:
    """A reception about such a matter, over and put together."""
    sitting, account = people.a_sitting(), people.a_citizen()
    desk, by = people.an_open_desk()
    mine, petition = citizen(account.id), people.a_petition(account, kind=kind)
    about = {"bridge_point_id": None, "priority": False, "by": mine, "now": NINE, "key": key()}
    visit = reception.take_number(petition.id, sitting.id, **about)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=mine, now=NINE)
    for number, content in enumerate(media.take()):
        until = _at(5 * (number + 1))
        piece = Piece("take-0001", number, "video/webm;codecs=vp8,opus", content, _at(1), until)
        recordings.add_piece(visit.id, piece, by=by, now=until, store=objects)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=_at(15), key=key())
    recordings.end_ended(_at(15))
    recordings.finish_one(_at(75), store=objects, join=joiner.join)
    return db.session.query(Recording).join(Visit).filter(Visit.id == visit.id).one()


def _at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)
