"""What people can rely on when they send more than words: it arrives whole, once, and for the two of them."""

import hashlib
import io
import threading
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import people
from tests.people import NINE, in_minutes, key
from tests.services.test_conversation import live
from webapp.domain.attachments import PIECE, VISIT_MOST, AttachmentKind
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.extensions import db
from webapp.integrations import objects
from webapp.models import Attachment, AuditEntry, Message, Visit
from webapp.services import attachments, conversation, reception
from webapp.services.actor import Actor, citizen
from webapp.services.attachments import Announced, Begun, Look

pytestmark = pytest.mark.usefixtures("app")

VOICE = b"\x1aE\xdf\xa3webm A_OPUS" + bytes(range(256)) * 100
PICTURE = b"\xff\xd8\xff\xe0" + b"anh chup quyet dinh " * 2000
PDF = b"%PDF-1.7\n" + b"quyet dinh so 12 " * 100
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def told(content: bytes, kind: AttachmentKind = AttachmentKind.VOICE, **changed: object) -> Announced:
    usual: dict[str, object] = {"duration_ms": 9_000 if kind is AttachmentKind.VOICE else None}
    usual |= {"kind": kind, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return Announced(**(usual | changed))  # type: ignore[arg-type]


def pieces_of(content: bytes) -> list[tuple[int, bytes]]:
    return [(at // PIECE + 1, content[at : at + PIECE]) for at in range(0, len(content), PIECE)]


def begin(visit: Visit, what: Announced, by: Actor, same: str | None = None) -> Begun:
    return attachments.begin(visit.id, what, by=by, now=NINE, key=same or key())


def put(visit: Visit, code: str, by: Actor, number: int, content: bytes) -> None:
    attachments.put_piece(visit.id, code, number, content, store=objects, by=by, now=NINE)


def as_it_is(_media_type: str, content: bytes) -> bytes:
    return content


KEPT: dict[str, Any] = {"store": objects, "look": as_it_is}


def finish(visit: Visit, code: str, by: Actor, look: Look = as_it_is) -> Message:
    return attachments.finish(visit.id, code, store=objects, look=look, by=by, now=NINE)


def sent(
    visit: Visit,
    content: bytes,
    by: Actor,
    kind: AttachmentKind = AttachmentKind.VOICE,
    look: Look = as_it_is,
) -> Message:
    begun = begin(visit, told(content, kind), by)
    for number, piece in pieces_of(content):
        put(visit, begun.code, by, number, piece)
    return finish(visit, begun.code, by, look)


def content_of(visit: Visit, message: Message) -> bytes:
    row = db.session.query(Attachment).filter_by(message_id=message.id).one()
    return attachments.read(visit.id, row.code, store=objects)[1]


def files(app: Flask) -> list[Path]:
    folder = app.config["SETTINGS"].instance_path / "objects"
    return [one for one in folder.rglob("*") if one.is_file()]


def test_a_voice_message_stands_among_the_words_where_it_became_whole() -> None:
    visit, person, by = live()
    begun = begin(visit, told(VOICE), person)
    conversation.say(visit.id, "Tôi đang gửi.", by=person, now=NINE, key=key())
    for number, piece in pieces_of(VOICE):
        put(visit, begun.code, person, number, piece)
    assert len(conversation.messages(visit.id)) == 1, "not whole, not said"
    finish(visit, begun.code, person)
    conversation.say(visit.id, "Tôi nghe rồi.", by=by, now=NINE, key=key())
    first, voice, last = conversation.messages(visit.id)
    assert (first.body, voice.body, last.body) == ("Tôi đang gửi.", "", "Tôi nghe rồi.")
    assert voice.attachment is not None
    assert (voice.attachment.media_type, voice.attachment.duration_ms) == ("audio/webm", 9_000)
    assert content_of(visit, voice) == VOICE


def test_after_a_cut_only_what_is_missing_is_sent() -> None:
    visit, person, _by = live()
    same, numbered = key(), dict(pieces_of(VOICE))
    begun = begin(visit, told(VOICE), person, same)
    assert (begun.have, begun.pieces, begun.message_id) == ([], len(numbered), None)
    for number in (1, 3):
        put(visit, begun.code, person, number, numbered[number])
    again = begin(visit, told(VOICE), person, same)
    assert (again.code, again.have) == (begun.code, [1, 3])
    for number in set(numbered) - {1, 3}:
        put(visit, begun.code, person, number, numbered[number])
    assert content_of(visit, finish(visit, begun.code, person)) == VOICE


def test_everything_sent_twice_is_one_message() -> None:
    visit, person, _by = live()
    same = key()
    begun = begin(visit, told(VOICE), person, same)
    for number, piece in [*pieces_of(VOICE), *pieces_of(VOICE)]:
        put(visit, begun.code, person, number, piece)
    first, again = finish(visit, begun.code, person), finish(visit, begun.code, person)
    assert first.id == again.id
    assert begin(visit, told(VOICE), person, same).message_id == first.id
    put(visit, begun.code, person, 1, b"x" * PIECE)
    assert content_of(visit, first) == VOICE, "what is whole changes no more"
    assert len(conversation.messages(visit.id)) == 1


def test_copies_that_race_each_other_are_one_message(app: Flask) -> None:
    visit, person, _by = live()
    same, start, made = key(), threading.Barrier(4), []

    def send_all() -> None:
        with app.app_context():
            start.wait(20)
            begun = begin(visit, told(VOICE), person, same)
            for number, piece in pieces_of(VOICE):
                put(visit, begun.code, person, number, piece)
            made.append(finish(visit, begun.code, person).id)
            db.session.remove()

    copies = [threading.Thread(target=send_all) for _ in range(4)]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join(50)
    assert len(made) == 4 and len(set(made)) == 1
    (message,) = conversation.messages(visit.id)
    assert content_of(visit, message) == VOICE


def test_a_key_given_to_another_thing_is_refused() -> None:
    visit, person, _by = live()
    same = key()
    begin(visit, told(VOICE), person, same)
    with pytest.raises(Conflict):
        begin(visit, told(VOICE + b"x"), person, same)


def test_pieces_are_sealed_on_disk_and_tidied_away_when_whole(app: Flask) -> None:
    visit, person, _by = live()
    begun = begin(visit, told(PICTURE, AttachmentKind.PICTURE), person)
    for number, piece in pieces_of(PICTURE):
        put(visit, begun.code, person, number, piece)
    assert len(files(app)) == begun.pieces
    finish(visit, begun.code, person)
    (whole,) = files(app)
    assert b"quyet dinh" not in whole.read_bytes()


@pytest.mark.parametrize(
    ("number", "size"),
    [(0, PIECE), (1, PIECE - 1), (1, PIECE + 1), (4, PIECE), (4, 0), (5, PIECE), (5, 0), (-1, 1)],
)
def test_a_piece_of_a_wrong_number_or_size_is_refused(app: Flask, number: int, size: int) -> None:
    visit, person, _by = live()
    begun = begin(visit, told(VOICE[: 3 * PIECE + 50]), person)
    with pytest.raises(InvalidInput):
        put(visit, begun.code, person, number, VOICE[:size])
    assert files(app) == []


def test_what_is_not_all_there_is_not_finished() -> None:
    visit, person, _by = live()
    begun = begin(visit, told(VOICE), person)
    for number, piece in pieces_of(VOICE)[:-1]:
        put(visit, begun.code, person, number, piece)
    with pytest.raises(attachments.NotWhole):
        finish(visit, begun.code, person)
    put(visit, begun.code, person, *pieces_of(VOICE)[-1])
    assert finish(visit, begun.code, person).id


def test_what_is_not_as_announced_is_forgotten_and_can_be_sent_again(app: Flask) -> None:
    visit, person, _by = live()
    same, spoilt = key(), VOICE[:-1] + b"?"
    begun = begin(visit, told(VOICE), person, same)
    for number, piece in pieces_of(spoilt):
        put(visit, begun.code, person, number, piece)
    with pytest.raises(attachments.NotWhole):
        finish(visit, begun.code, person)
    assert (files(app), conversation.messages(visit.id)) == ([], [])
    again = begin(visit, told(VOICE), person, same)
    assert again.have == []
    for number, piece in pieces_of(VOICE):
        put(visit, again.code, person, number, piece)
    assert content_of(visit, finish(visit, again.code, person)) == VOICE


def test_a_piece_that_the_disk_lost_is_asked_for_again(app: Flask) -> None:
    visit, person, _by = live()
    same = key()
    begun = begin(visit, told(VOICE), person, same)
    for number, piece in pieces_of(VOICE):
        put(visit, begun.code, person, number, piece)
    objects.remove(f"attachment/{begun.code}/2")
    with pytest.raises(attachments.NotWhole):
        finish(visit, begun.code, person)
    assert begin(visit, told(VOICE), person, same).have == []


def test_another_person_finds_nothing_to_add_to_or_to_read() -> None:
    sitting = people.a_sitting()
    (visit, person, by), (other, stranger, _) = live(sitting.id), live(sitting.id)
    begun = begin(visit, told(VOICE), person)
    for somebody in (stranger, by, citizen(people.a_citizen().id)):
        with pytest.raises(NotFound):
            put(visit, begun.code, somebody, 1, VOICE[:PIECE])
        with pytest.raises(NotFound):
            finish(visit, begun.code, somebody)
    with pytest.raises(NotFound):
        put(other, begun.code, person, 1, VOICE[:PIECE])
    with pytest.raises(NotFound):
        attachments.read(visit.id, begun.code, store=objects)
    whole = sent(visit, VOICE, person)
    row = db.session.query(Attachment).filter_by(message_id=whole.id).one()
    with pytest.raises(NotFound):
        attachments.read(other.id, row.code, store=objects)


def test_before_the_call_and_after_the_end_nothing_is_taken(app: Flask) -> None:
    waiting, somebody = people.a_waiting_visit(people.a_sitting())
    with pytest.raises(Conflict):
        begin(waiting, told(VOICE), somebody)
    visit, person, by = live()
    half, ready = begin(visit, told(VOICE), person), begin(visit, told(PDF, AttachmentKind.FILE), person)
    put(visit, ready.code, person, 1, PDF)
    kept = sent(visit, VOICE, person)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        put(visit, half.code, person, 1, VOICE[:PIECE])
    with pytest.raises(Conflict):
        finish(visit, ready.code, person)
    with pytest.raises(Conflict):
        begin(visit, told(VOICE), by)
    with pytest.raises(Conflict):
        attachments.send(visit.id, PDF, "qd.pdf", **KEPT, by=person, now=NINE, key=key())
    assert [message.id for message in conversation.messages(visit.id)] == [kept.id]
    assert content_of(visit, kept) == VOICE, "what was said stays"


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (AttachmentKind.VOICE, {"size": 0}),
        (AttachmentKind.VOICE, {"size": 400 * 1024 + 1}),
        (AttachmentKind.VOICE, {"duration_ms": 125_000}),
        (AttachmentKind.PICTURE, {"size": 2 * 1024 * 1024 + 1}),
        (AttachmentKind.FILE, {"size": 10 * 1024 * 1024 + 1}),
    ],
)
def test_too_much_is_refused_before_anything_is_sent(
    kind: AttachmentKind, changed: dict[str, object]
) -> None:
    visit, person, _by = live()
    with pytest.raises(InvalidInput) as refusal:
        begin(visit, told(VOICE, kind, **changed), person)
    assert refusal.value.field == "file"


def test_a_visit_takes_60_mb_and_no_more() -> None:
    visit, person, by = live()
    for _ in range(6):
        begin(visit, told(PDF, AttachmentKind.FILE, size=VISIT_MOST // 6), person)
    with pytest.raises(Conflict):
        begin(visit, told(PDF, AttachmentKind.FILE), by)


@pytest.mark.parametrize("kind", AttachmentKind)
@pytest.mark.parametrize(
    "content", [HTML, b"<svg xmlns='x' onload='x'/>", b"#!/bin/sh\nrm -rf /", b"MZ\x90\x00", b"\x7fELF"]
)
def test_what_could_run_is_refused_by_its_first_piece(
    app: Flask, kind: AttachmentKind, content: bytes
) -> None:
    visit, person, _by = live()
    begun = begin(visit, told(content, kind), person)
    with pytest.raises(InvalidInput):
        put(visit, begun.code, person, 1, content)
    assert files(app) == []
    with pytest.raises(NotFound):
        finish(visit, begun.code, person)


def packed(*names: str, told: str = "") -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        if told:
            archive.writestr("mimetype", told)
        for name in names:
            archive.writestr(name, "<x/>")
    return room.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")
ODT = packed("content.xml", told="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (VOICE, AttachmentKind.VOICE, "audio/webm"),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(60), AttachmentKind.VOICE, "audio/ogg"),
        (b"\0\0\0\x18ftypmp42" + bytes(20) + b"hdlr" + bytes(8) + b"soun", AttachmentKind.VOICE, "audio/mp4"),
        (PICTURE, AttachmentKind.PICTURE, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), AttachmentKind.PICTURE, "image/png"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(9), AttachmentKind.PICTURE, "image/webp"),
        (PICTURE, AttachmentKind.FILE, "image/jpeg"),
        (PDF, AttachmentKind.FILE, "application/pdf"),
        (
            WORD,
            AttachmentKind.FILE,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (ODT, AttachmentKind.FILE, "application/vnd.oasis.opendocument.text"),
    ],
)
def test_the_type_is_what_the_content_is(content: bytes, kind: AttachmentKind, media_type: str) -> None:
    visit, person, _by = live()
    message = sent(visit, content, person, kind)
    row = db.session.query(Attachment).filter_by(message_id=message.id).one()
    assert row.media_type == media_type


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), AttachmentKind.FILE),
        (packed("index.html", "run.js"), AttachmentKind.FILE),
        (packed("content.xml", told="application/x-virus"), AttachmentKind.FILE),
        (b"PK\x03\x04 and no archive", AttachmentKind.FILE),
        (b"\x1aE\xdf\xa3webm V_VP8 A_OPUS", AttachmentKind.VOICE),
        (b"\0\0\0\x18ftypheic" + bytes(50), AttachmentKind.VOICE),
    ],
)
def test_what_only_begins_rightly_is_refused_at_the_end(
    app: Flask, content: bytes, kind: AttachmentKind
) -> None:
    visit, person, _by = live()
    with pytest.raises(InvalidInput):
        sent(visit, content, person, kind)
    assert (files(app), conversation.messages(visit.id)) == ([], [])


def test_a_form_without_scripts_sends_in_one_go_once() -> None:
    visit, person, _by = live()
    same = key()
    for _ in range(2):
        message = attachments.send(
            visit.id, PDF, r"C:\Users\Lành\Quyết định 12.pdf", by=person, now=NINE, key=same, **KEPT
        )
    assert [one.id for one in conversation.messages(visit.id)] == [message.id]
    assert content_of(visit, message) == PDF
    row = db.session.query(Attachment).filter_by(message_id=message.id).one()
    assert (row.name, row.kind) == ("Quyết định 12.pdf", AttachmentKind.FILE)
    for nothing in (b"", HTML):
        with pytest.raises(InvalidInput) as refusal:
            attachments.send(visit.id, nothing, "a.pdf", by=person, now=NINE, key=key(), **KEPT)
        assert refusal.value.field == "file"


def test_what_is_looked_at_is_kept_as_it_comes_out_or_not_at_all(app: Flask) -> None:
    visit, person, _by = live()

    def cleaned(media_type: str, content: bytes) -> bytes:
        return media_type.encode() + content

    def refused(_media_type: str, _content: bytes) -> bytes:
        raise InvalidInput("Tệp này có vi-rút.", "file")

    message = sent(visit, PICTURE, person, AttachmentKind.PICTURE, cleaned)
    with pytest.raises(InvalidInput):
        sent(visit, PICTURE, person, AttachmentKind.PICTURE, refused)
    with pytest.raises(InvalidInput):
        about = KEPT | {"look": refused}
        attachments.send(visit.id, PDF, "a.pdf", by=person, now=NINE, key=key(), **about)
    assert content_of(visit, message) == b"image/jpeg" + PICTURE
    assert [one.id for one in conversation.messages(visit.id)] == [message.id]
    assert len(files(app)) == 1
    entry = db.session.query(AuditEntry).filter_by(action="attach").one()
    assert entry.details["kept_sha256"] == hashlib.sha256(b"image/jpeg" + PICTURE).hexdigest()


def test_its_hash_stands_in_the_sealed_trail() -> None:
    visit, person, _by = live()
    sent(visit, VOICE, person)
    entry = db.session.query(AuditEntry).filter_by(action="attach").one()
    assert entry.details["sha256"] == hashlib.sha256(VOICE).hexdigest()


def test_what_nobody_finished_is_given_up_after_a_day(app: Flask) -> None:
    visit, person, _by = live()
    begun, kept = begin(visit, told(PICTURE, AttachmentKind.PICTURE), person), sent(visit, VOICE, person)
    put(visit, begun.code, person, 1, PICTURE[:PIECE])
    assert attachments.forget_unfinished(in_minutes(60), objects) == 0
    assert attachments.forget_unfinished(NINE + timedelta(days=1, minutes=1), objects) == 1
    assert len(files(app)) == 1
    assert content_of(visit, kept) == VOICE
