"""What people can rely on when they attach files: nothing is lost, nothing is doubled, nothing is left behind."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests import files, people
from tests.people import NINE, in_minutes, key
from tests.queries import asked
from webapp.domain import evidence as rules
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.evidence import EvidenceKind, Scan
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.jobs import rounds
from webapp.models import AuditEntry, Evidence, EvidencePiece, Petition, PetitionDraft
from webapp.services import drafts, evidence, petition_changes, petitions
from webapp.services.actor import citizen
from webapp.services.evidence import Begun, Place, arriving

pytestmark = pytest.mark.usefixtures("app")

PHOTO = files.photo(size=(700, 500))


def _draft_of(account_id: int) -> Place:
    drafts.keep(account_id, people.DRAFT, {}, now=NINE)
    return evidence.place_of_draft(account_id, people.DRAFT)


def a_draft() -> Place:
    return _draft_of(people.a_citizen().id)


def begin(place: Place, content: bytes = PHOTO, same: str | None = None, **about: object) -> Evidence:
    told: dict[str, object] = {"name": "Sổ đỏ.jpg", "size": len(content)} | about
    return evidence.begin(
        place,
        Begun(**told),
        by=citizen(place.account_id),
        now=NINE,
        key=same or key(),  # type: ignore[arg-type]
    )


def reader(content: bytes, breaks: bool = False) -> Callable[[int], bytes]:
    stream = io.BytesIO(content)

    def read(most: int) -> bytes:
        part = stream.read(most)
        if breaks and not part:
            raise ConnectionError
        return part

    return read


def put(file: Evidence, content: bytes, offset: int | None = None, now=NINE) -> int:  # type: ignore[no-untyped-def]
    db.session.rollback()
    file = db.session.get_one(Evidence, file.id, populate_existing=True)
    at = file.received if offset is None else offset
    return evidence.append(file, at, reader(content), store=objects, now=now)


def settle(file: Evidence, now=NINE) -> Evidence:  # type: ignore[no-untyped-def]
    db.session.rollback()
    file = db.session.get_one(Evidence, file.id, populate_existing=True)
    by = citizen(file.account_id)
    return evidence.settle_whole(file, store=objects, inspect=inspection.inspect, by=by, now=now)


def kept(place: Place, content: bytes = PHOTO, **about: object) -> Evidence:
    file = begin(place, content, **about)
    put(file, content)
    return settle(file)


def contents(app: Flask) -> list[str]:
    root: Path = app.config["SETTINGS"].instance_path / "objects"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_file_in_pieces_becomes_one_kept_file_and_leaves_no_pieces(app: Flask) -> None:
    place = a_draft()
    file = begin(place)
    half = len(PHOTO) // 2
    assert put(file, PHOTO[:half]) == half
    assert put(file, PHOTO[half:]) == len(PHOTO)
    whole = settle(file)
    assert (whole.kind, whole.media_type, whole.pages) == (EvidenceKind.PHOTO, "image/jpeg", 1)
    assert whole.sha256 == hashlib.sha256(PHOTO).hexdigest()
    shown = evidence.content_of(whole, "whole", objects).read()
    assert hashlib.sha256(shown).hexdigest() == whole.kept_sha256
    assert contents(app) == [f"{whole.folder}/thumb", f"{whole.folder}/whole"]
    assert db.session.query(EvidencePiece).count() == 0
    assert db.session.query(AuditEntry).filter_by(action="evidence_kept").count() == 1


def test_nothing_readable_lies_on_the_disk(app: Flask) -> None:
    file = begin(a_draft(), files.pdf())
    put(file, files.pdf()[:200])
    root: Path = app.config["SETTINGS"].instance_path / "objects"
    assert all(b"%PDF" not in path.read_bytes() for path in root.rglob("*") if path.is_file())
    put(file, files.pdf()[200:])
    settle(file)
    assert all(b"%PDF" not in path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_what_arrived_before_the_line_broke_is_there() -> None:
    file = begin(a_draft())
    with pytest.raises(evidence.Broken):
        evidence.append(file, 0, reader(PHOTO[:5_001], breaks=True), store=objects, now=NINE)
    db.session.rollback()
    assert db.session.get_one(Evidence, file.id).received == 5_001
    put(file, PHOTO[5_001:])
    assert settle(file).sha256 == hashlib.sha256(PHOTO).hexdigest()


def test_a_long_file_is_kept_piece_by_piece_as_it_comes() -> None:
    content = files.voice(3 * arriving.PIECE)
    file = begin(a_draft(), content)
    put(file, content[:-10])
    starts = [piece.start for piece in db.session.query(EvidencePiece).order_by(EvidencePiece.start)]
    first, most = arriving.FIRST_PIECE, arriving.PIECE
    assert starts == [0, first, 3 * first, 7 * first, 15 * first, 15 * first + most, 15 * first + 2 * most]


def test_bytes_that_do_not_begin_where_the_others_end_are_refused() -> None:
    file = begin(a_draft())
    put(file, PHOTO[:100])
    for offset in (0, 99, 101):
        with pytest.raises(evidence.OffsetMismatch):
            put(file, PHOTO[offset:], offset=offset)


def test_of_two_that_send_the_same_bytes_one_wins() -> None:
    file = begin(a_draft())
    other = db.session.get_one(Evidence, file.id)

    def read_while_another_sends(most: int, sent=[]) -> bytes:  # type: ignore[no-untyped-def] # noqa: B006
        if sent:
            return b""
        sent.append(1)
        put(other, PHOTO[:300], offset=0)
        return PHOTO[:200]

    with pytest.raises(evidence.OffsetMismatch):
        evidence.append(file, 0, read_while_another_sends, store=objects, now=NINE)
    put(file, PHOTO[300:])
    assert settle(file).sha256 == hashlib.sha256(PHOTO).hexdigest()


def test_more_bytes_than_announced_are_refused() -> None:
    file = begin(a_draft(), PHOTO[:100])
    with pytest.raises(InvalidInput):
        put(file, PHOTO[:101])


def test_the_same_key_is_the_same_file_and_goes_on() -> None:
    place = a_draft()
    file = begin(place, same="key-the-same")
    put(file, PHOTO[:100])
    again = begin(place, same="key-the-same")
    assert (again.id, again.received) == (file.id, 100)
    with pytest.raises(Conflict):
        begin(place, PHOTO[:50], same="key-the-same")
    assert begin(a_draft(), same="key-the-same").id != file.id, "another person's key is another key"


def test_looking_through_twice_ends_the_same() -> None:
    whole = kept(a_draft())
    assert settle(whole).kept_at == NINE
    assert db.session.query(AuditEntry).filter_by(action="evidence_kept").count() == 1


def test_the_same_content_is_kept_once() -> None:
    place = a_draft()
    first, second = kept(place), kept(place)
    assert (first.problem, second.problem) == (None, rules.TWICE)
    assert kept(a_draft()).problem is None, "another petition may have it too"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_whoever_marks_a_file_waits_for_whoever_marks_it_already() -> None:
    """So that of two who say opposite things at once each word is kept, the later one last."""
    file = kept(a_draft(), shows_who=False)
    with asked() as told:
        evidence.mark(file, shows_who=True, by=citizen(file.account_id), now=NINE)
    assert [one for one in told if "FROM evidence" in one and "FOR UPDATE" in one]


def is_sealed_now(file: Evidence) -> bool:
    db.session.rollback()
    return db.session.get_one(Evidence, file.id, populate_existing=True).shows_who


@pytest.mark.parametrize("same", ["key-the-same", None], ids=["the same key", "the same content"])
def test_of_a_file_that_is_sent_twice_the_stricter_word_about_its_seal_holds(same: str | None) -> None:
    place = a_draft()
    first = kept(place, same=same, shows_who=False)
    assert not first.shows_who
    begin(place, same=same, shows_who=True) if same else kept(place, shows_who=True)
    assert is_sealed_now(first), "whoever sends it as one to be sealed may rely on that"
    assert db.session.query(AuditEntry).filter_by(action="evidence_marked").count() == 1
    begin(place, same=same, shows_who=False) if same else kept(place, shows_who=False)
    assert is_sealed_now(first), "and a milder word later takes nothing back"


def test_a_refused_file_says_why_and_keeps_no_content(app: Flask) -> None:
    place = a_draft()
    refused = kept(place, files.pdf(script="open"))
    assert (refused.problem, refused.kept_at) == (rules.PDF_SCRIPT, None)
    assert contents(app) == []
    assert evidence.of_place(place)[0].problem == rules.PDF_SCRIPT
    again = begin(place, files.pdf(), same=refused.request_key)
    assert again.is_arriving, "another file under the same key begins anew"


def test_a_voice_of_ten_minutes_is_kept_as_one_and_a_picture_is_no_voice() -> None:
    place = a_draft()
    told = kept(place, files.told(599), duration_ms=599_400)
    assert told.kind is EvidenceKind.VOICE
    assert kept(place, duration_ms=5_000).problem == rules.UNHEARD
    assert kept(place, files.voice(), duration_ms=5_000).problem == rules.UNHEARD, (
        "nothing in it can be heard"
    )
    with pytest.raises(InvalidInput) as refusal:
        begin(place, files.voice(), duration_ms=606_000)
    assert refusal.value.message == rules.TOO_LONG


def test_how_long_and_how_rich_a_voice_is_its_file_says_and_not_the_browser() -> None:
    place = a_draft()
    assert kept(place, files.told(12), duration_ms=1_000).duration_ms == 12_000
    assert kept(place, files.told(612), duration_ms=1_000).problem == rules.TOO_LONG
    assert kept(place, files.told(30, kbits=48), duration_ms=30_000).problem == rules.TOO_RICH
    assert kept(place, files.told(612, kbits=8)).kind is EvidenceKind.AUDIO, "as a file it may be longer"


@pytest.mark.parametrize(("size", "sentence"), [(0, rules.EMPTY), (rules.FILE_MOST + 1, rules.TOO_BIG)])
def test_what_need_not_be_sent_is_refused_at_once(size: int, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        begin(a_draft(), size=size)
    assert refusal.value.message == sentence


def test_a_petition_holds_sixty_files_and_three_hundred_megabytes() -> None:
    place, other = a_draft(), a_draft()
    for _ in range(60):
        begin(place, size=1)
    with pytest.raises(InvalidInput) as refusal:
        begin(place, size=1)
    assert refusal.value.message == rules.FULL_FILES
    for _ in range(6):
        begin(other, size=rules.FILE_MOST)
    with pytest.raises(InvalidInput) as refusal:
        begin(other, size=1)
    assert refusal.value.message == rules.FULL_SIZE


def submitted(place: Place, now=NINE) -> Petition:  # type: ignore[no-untyped-def]
    people.places()
    return petitions.submit(people.fields(), by=citizen(place.account_id), now=now, key=place.petition_key)


def test_a_draft_s_files_are_the_petition_s_and_get_a_receipt_with_it() -> None:
    place = a_draft()
    file = kept(place)
    unfinished = begin(place)
    petition = submitted(place)
    assert [one.id for one in evidence.of_petition(petition)] == [file.id]
    [receipt] = evidence.receipts_of(petition.id)
    assert ([one.id for one in receipt.files], receipt.number) == ([file.id], 1)
    assert evidence.of_place(evidence.place_of_draft(place.account_id, key())) == [], (
        "the next draft is empty"
    )
    put(unfinished, PHOTO)
    assert settle(unfinished).problem == rules.TWICE


def test_what_is_added_later_has_its_date_and_a_receipt_of_its_own() -> None:
    petition = submitted(a_draft())
    assert evidence.receipts_of(petition.id) == []
    place = evidence.place_of_petition(petition)
    file = begin(place)
    put(file, PHOTO, now=in_minutes(60))
    added = settle(file, now=in_minutes(61))
    assert added.kept_at == in_minutes(61)
    by = citizen(place.account_id)
    for _ in range(2):
        evidence.issue(petition.id, by=by, now=in_minutes(62))
    [receipt] = evidence.receipts_of(petition.id)
    assert receipt.issued_at == in_minutes(62)
    with pytest.raises(Conflict):
        evidence.remove(added, place, store=objects, by=by, now=in_minutes(63))


def test_to_a_withdrawn_petition_nothing_is_added_and_what_came_before_is_receipted() -> None:
    petition = submitted(a_draft())
    place, by = evidence.place_of_petition(petition), citizen(petition.account_id)
    kept(place, same="key-of-before")
    on_its_way = begin(place, files.pdf())
    petition_changes.withdraw(petition.id, "Xã đã đo lại đất.", by=by, now=in_minutes(5), key=key())
    assert begin(place, same="key-of-before").kept_at == NINE, "asked once more, it is there"
    for deed in (lambda: begin(place, files.pdf(2)), lambda: put(on_its_way, files.pdf())):
        with pytest.raises(evidence.Withdrawn):
            deed()
    rounds.each_minute(in_minutes(31))
    assert [len(one.files) for one in evidence.receipts_of(petition.id)] == [1]


def test_a_receipt_nobody_asked_for_comes_when_nothing_more_is_added() -> None:
    petition = submitted(a_draft())
    kept(evidence.place_of_petition(petition))
    rounds.each_minute(in_minutes(29))
    assert evidence.receipts_of(petition.id) == []
    rounds.each_minute(in_minutes(31))
    assert [one.number for one in evidence.receipts_of(petition.id)] == [1]


def test_a_case_holds_two_hundred_files() -> None:
    petition = submitted(a_draft())
    from webapp.services.unit_of_work import unit_of_work

    with unit_of_work() as work:
        for number in range(200):
            account = petition.account_id
            work.session.add(
                Evidence(
                    code=f"c{number}",
                    account_id=account,
                    petition_key=petition.request_key if number < 50 else f"other-{number // 60}",
                    request_key=f"k-{number}",
                    name="x",
                    size=1,
                    began_at=NINE,
                    seen_at=NINE,
                )
            )
        for number in range(5):
            work.session.add(_sister(petition, f"other-{number}"))
    with pytest.raises(InvalidInput) as refusal:
        begin(evidence.place_of_petition(petition))
    assert refusal.value.message == rules.FULL_CASE
    assert "Gọi giúp" in rules.FULL_CASE, "a way out"
    assert not any(told in rules.FULL_CASE for told in ("200", "Các đơn", "người khác")), "nothing of others"


def _sister(petition: Petition, request_key: str) -> Petition:
    """Another petition of the same case."""
    return Petition(
        code=f"s-{request_key}",
        case_id=petition.case_id,
        account_id=petition.account_id,
        kind=petition.kind,
        gate=petition.gate,
        lives_in_code=petition.lives_in_code,
        happened_in_code=petition.happened_in_code,
        narrative=petition.narrative,
        submitted_at=NINE,
        request_key=request_key,
    )


def test_a_draft_s_file_can_be_taken_away_and_nothing_of_it_is_left(app: Flask) -> None:
    place = a_draft()
    by = citizen(place.account_id)
    for file in (kept(place), begin(place)):
        evidence.remove(file, place, store=objects, by=by, now=NINE)
    assert (evidence.of_place(place), contents(app)) == ([], [])


def test_another_s_file_is_not_found() -> None:
    file = kept(a_draft())
    with pytest.raises(NotFound):
        evidence.of_owner(a_draft(), file.code)
    with pytest.raises(NotFound):
        evidence.content_of(begin(a_draft()), "whole", objects)


def test_what_broke_off_is_cleared_away_after_seven_days_and_what_is_kept_stays(app: Flask) -> None:
    place = a_draft()
    begun, refused, whole = begin(place), kept(place, b"MZ" + bytes(200)), kept(place)
    put(begun, PHOTO[:1000])
    assert evidence.forget_unfinished(in_minutes(7 * 24 * 60), store=objects) == 0
    assert evidence.forget_unfinished(in_minutes(7 * 24 * 60 + 1), store=objects) == 2
    assert [one.id for one in evidence.of_place(place)] == [whole.id]
    assert refused.id != whole.id
    assert contents(app) == [f"{whole.folder}/thumb", f"{whole.folder}/whole"]


def test_the_files_of_a_draft_that_was_deleted_go_after_it(app: Flask) -> None:
    given_up, writing, sent = a_draft(), a_draft(), a_draft()
    for place in (given_up, writing, sent):
        kept(place)
        begin(place)
    petition = submitted(sent)
    db.session.delete(db.session.get_one(PetitionDraft, (given_up.account_id, given_up.petition_key)))
    db.session.commit()
    rounds.each_minute(in_minutes(1))
    db.session.rollback()
    assert evidence.of_place(given_up) == []
    assert [len(evidence.of_place(place)) for place in (writing, sent)] == [2, 2]
    whole = [evidence.of_petition(petition)[0], *[one for one in evidence.of_place(writing) if one.kept_at]]
    assert contents(app) == sorted(f"{file.folder}/{form}" for file in whole for form in ("thumb", "whole"))


def test_a_file_that_was_whole_when_the_server_stopped_is_looked_through_by_the_worker() -> None:
    file = begin(a_draft())
    put(file, PHOTO)
    assert rounds.look_through_evidence(in_minutes(1)) is False
    assert rounds.look_through_evidence(in_minutes(3)) is True
    db.session.rollback()
    assert db.session.get_one(Evidence, file.id).kept_at == in_minutes(3)


def test_a_file_that_nobody_understands_is_refused_and_holds_up_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = a_draft()
    strange, plain = begin(place), begin(place, files.pdf())
    put(strange, PHOTO)
    put(plain, files.pdf())

    def inspect(content: bytes) -> rules.Inspected:
        if content == PHOTO:
            raise AttributeError("Nguyễn Văn Lành")
        return inspection.inspect(content)

    assert evidence.settle_due(in_minutes(3), store=objects, inspect=inspect) == 2
    db.session.rollback()
    assert db.session.get_one(Evidence, strange.id).problem == rules.BROKEN
    assert db.session.get_one(Evidence, plain.id).kept_at == in_minutes(3)
    assert "Lành" not in capsys.readouterr().out, "nothing of the file stands in the log"


def test_where_a_file_cannot_be_kept_just_now_the_others_are_and_it_is_tried_again() -> None:
    place = a_draft()
    stuck, plain = begin(place), begin(place, files.pdf())
    put(stuck, PHOTO)
    put(plain, files.pdf())

    class Full:
        """A store without room for pictures."""

        def __getattr__(self, name: str) -> object:
            return getattr(objects, name)

        def writing(self, name: str) -> object:
            if stuck_folder in name:
                raise OSError("no space left")
            return objects.writing(name)

    stuck_folder = stuck.folder
    assert evidence.settle_due(in_minutes(3), store=Full(), inspect=inspection.inspect) == 2  # type: ignore[arg-type]
    db.session.rollback()
    assert db.session.get_one(Evidence, plain.id).kept_at == in_minutes(3)
    assert evidence.settle_due(in_minutes(4), store=objects, inspect=inspection.inspect) == 0
    assert evidence.settle_due(in_minutes(6), store=objects, inspect=inspection.inspect) == 1
    db.session.rollback()
    assert db.session.get_one(Evidence, stuck.id).kept_at == in_minutes(6)


def test_a_file_of_which_a_piece_is_lost_is_to_be_sent_again() -> None:
    file = begin(a_draft())
    put(file, PHOTO)
    objects.remove(db.session.query(EvidencePiece).first().name)  # type: ignore[union-attr]
    assert settle(file).problem == rules.BROKEN


def test_a_file_kept_unscanned_is_scanned_once_there_is_a_scanner(app: Flask) -> None:
    place = a_draft()
    clean, bad = kept(place), kept(place, files.pdf())
    assert clean.scan is Scan.NOT_SCANNED

    def scanned(content: bytes) -> Scan:
        if content.startswith(b"%PDF"):
            raise InvalidInput(rules.VIRUS)
        return Scan.CLEAN

    lost = kept(place, files.pdf(2))
    db.session.query(Evidence).filter_by(id=lost.id).update({"seen_at": NINE - timedelta(days=1)})
    db.session.commit()
    objects.remove(f"{lost.folder}/whole")
    assert not evidence.rescan_one(in_minutes(11), store=objects, scanned=scanned), "no others wait for it"
    assert evidence.rescan_one(in_minutes(11), store=objects, scanned=scanned)
    assert evidence.rescan_one(in_minutes(12), store=objects, scanned=scanned)
    assert not evidence.rescan_one(in_minutes(13), store=objects, scanned=scanned)
    db.session.rollback()
    assert db.session.get_one(Evidence, clean.id).scan is Scan.CLEAN
    assert db.session.get_one(Evidence, bad.id).problem == rules.VIRUS
    assert contents(app) == [f"{clean.folder}/thumb", f"{clean.folder}/whole"]


def test_a_form_without_scripts_keeps_a_file_once_and_a_bad_one_not_at_all(app: Flask) -> None:
    place = a_draft()
    about = {"store": objects, "inspect": inspection.inspect, "by": citizen(place.account_id), "now": NINE}
    what = Begun(r"C:\Ảnh\a.jpg", len(PHOTO))
    first, again = (evidence.take(place, what, PHOTO, key="key-of-form", **about) for _ in range(2))
    assert (first.id, first.name) == (again.id, "a.jpg")
    with pytest.raises(InvalidInput):
        evidence.take(place, Begun("a.exe", 4), b"MZ\x90\0", key="key-of-form-2", **about)
    assert [one.id for one in evidence.of_place(place)] == [first.id]
