"""What people can rely on when voice, photos and files go over the wire: in pieces, privately, and once."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests import files, media, people
from tests.views.conftest import Browser, Page, Scene
from webapp import create_app
from webapp.config import Settings
from webapp.domain.attachments import PIECE
from webapp.domain.visit_flow import By
from webapp.extensions import db
from webapp.models import Account, Attachment, Message
from webapp.services import conversation

Make = Callable[[Account | None], Browser]

VOICE = b"\x1aE\xdf\xa3webm A_OPUS" + bytes(range(256)) * 100
PDF = b"%PDF-1.7\nquyet dinh so 12"
HTML = b"<!doctype html><script>alert(1)</script>"
AS_SCRIPT = {"Accept": "application/json"}


def announced(content: bytes, **changed: object) -> dict[str, object]:
    usual = {"kind": "voice", "duration": 9000, "size": len(content), "key": people.key()}
    return usual | {"sha256": hashlib.sha256(content).hexdigest()} | changed


def base(scene: Scene) -> str:
    return f"/visits/{scene.code}/room/attachments"


def begin(person: Browser, scene: Scene, content: bytes = VOICE, **changed: object) -> TestResponse:
    return person.post(f"{base(scene)}/new", announced(content, **changed), headers=AS_SCRIPT)


def put(person: Browser, scene: Scene, code: str, number: int, piece: bytes, **headers: str) -> TestResponse:
    return person.put(f"{base(scene)}/{code}/{number}", piece, **AS_SCRIPT, **headers)


def sent(person: Browser, scene: Scene, content: bytes = VOICE, **changed: object) -> str:
    """Sends a thing whole; gives its address."""
    told = begin(person, scene, content, **changed).get_json()
    for number in range(1, told["pieces"] + 1):
        piece = content[(number - 1) * PIECE : number * PIECE]
        assert put(person, scene, told["code"], number, piece).status_code == 204
    done = person.post(f"{base(scene)}/{told['code']}/whole", headers=AS_SCRIPT)
    assert done.status_code == 201
    return f"{base(scene)}/{told['code']}"


def messages() -> int:
    return db.session.scalar(select(func.count(Message.id))) or 0


def test_a_voice_message_goes_in_pieces_and_is_heard_by_both_sides_alone(browser: Make, scene: Scene) -> None:
    scene.receive()
    person, desk = browser(scene.citizen), browser(scene.officer)
    address = sent(person, scene)
    for side in (person, desk):
        answer = side.get(address)
        assert (answer.data, answer.mimetype) == (VOICE, "audio/webm")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Disposition"].startswith("inline")
    for stranger in (people.a_citizen(), people.an_officer()):
        assert browser(stranger).get(address).status_code == 404
    for page in (person.get(f"/visits/{scene.code}/room"), desk.get("/desk")):
        shown = Page(page.text)
        assert "controls" in shown.all("audio")[-1]
        assert shown.all("source")[-2] == {"src": address, "type": "audio/webm; codecs=opus"}


def test_a_voice_message_can_be_heard_where_webm_is_not_played(browser: Make, scene: Scene) -> None:
    """iPhones before iOS 17 play neither WebM nor Ogg; the browser takes the first form that it can."""
    scene.receive()
    person, desk = browser(scene.citizen), browser(scene.officer)
    spoken = b"".join(media.take(seconds=3, pieces=1, picture=False))
    address = sent(desk, scene, spoken, duration=3000)
    first, second = Page(person.get(f"/visits/{scene.code}/room").text).all("source")[-2:]
    assert (first["src"], second) == (address, {"src": f"{address}/mp3", "type": "audio/mpeg"})
    answer = person.get(second["src"])
    assert (answer.status_code, answer.mimetype) == (200, "audio/mpeg")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    length, frames = media.played(answer.data)
    assert length == pytest.approx(3, abs=0.2) and list(frames) == ["audio"]
    part = person.get(second["src"], headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, answer.data[:2])
    assert browser(people.a_citizen()).get(second["src"]).status_code == 404


def test_a_voice_message_every_browser_plays_has_one_form(browser: Make, scene: Scene) -> None:
    person = browser(scene.receive().citizen)
    spoken = b"\0\0\0\x18ftypM4A soun" + bytes(500)
    address = sent(person, scene, spoken)
    (only,) = Page(person.get(f"/visits/{scene.code}/room").text).all("source")
    assert only == {"src": address, "type": "audio/mp4"}


def test_among_what_was_given_a_photo_and_a_voice_are_called_so_and_open(browser: Make, scene: Scene) -> None:
    person = browser(scene.receive().citizen)
    spoken = b"".join(media.take(seconds=1, pieces=1, picture=False))
    photo, voice = (
        sent(person, scene, files.photo(), kind="picture", duration=""),
        sent(person, scene, spoken, duration=1000),
    )
    page = Page(person.get(f"/petitions/{scene.petition.code}").text)
    links = [one for one in page.links() if "/attachments/" in one]
    assert links == [photo, f"{voice}/mp3"]
    assert [person.get(link).mimetype for link in links] == ["image/jpeg", "audio/mpeg"]
    assert page.text.index("Ảnh") < page.text.index("Tin nhắn bằng lời")


@pytest.mark.parametrize(
    ("content", "about"),
    [(VOICE, {}), (PDF, {"kind": "file", "duration": "", "name": "a.pdf"})],
    ids=["nothing to hear", "no voice"],
)
def test_what_cannot_be_heard_has_no_other_form(
    browser: Make, scene: Scene, content: bytes, about: dict[str, object]
) -> None:
    person = browser(scene.receive().citizen)
    assert person.get(f"{sent(person, scene, content, **about)}/mp3").status_code == 404


def test_a_player_may_ask_for_a_part_and_for_what_it_has(browser: Make, scene: Scene) -> None:
    person = browser(scene.receive().citizen)
    address = sent(person, scene)
    part = person.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, VOICE[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(VOICE)}"
    whole = person.get(address)
    again = person.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_is_saved_never_shown_and_its_name_stands_in_no_address(browser: Make, scene: Scene) -> None:
    person = browser(scene.receive().citizen)
    address = sent(person, scene, PDF, kind="file", duration="", name="Quyết định của ông Lành.pdf")
    answer = person.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Lành" in Page(person.get(f"/visits/{scene.code}/room").text).text
    assert "nh.pdf" not in address


def test_sending_everything_again_is_one_message(browser: Make, scene: Scene) -> None:
    person, form = browser(scene.receive().citizen), announced(VOICE[:9000])
    for _ in range(2):
        told = person.post(f"{base(scene)}/new", form, headers=AS_SCRIPT).get_json()
        for number in (1, 2):
            put(person, scene, told["code"], number, VOICE[:9000][(number - 1) * PIECE : number * PIECE])
        done = person.post(f"{base(scene)}/{told['code']}/whole", headers=AS_SCRIPT)
        assert done.status_code == 201
    assert person.post(f"{base(scene)}/new", form, headers=AS_SCRIPT).get_json()["message"]
    assert messages() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "film"},
        {"kind": ""},
        {"size": "many"},
        {"size": "9" * 30},
        {"size": "-5"},
        {"sha256": "z" * 64},
        {"sha256": ""},
        {"duration": ""},
        {"kind": "file", "duration": "5"},
        {"key": "short"},
    ],
)
def test_what_no_page_of_ours_says_is_refused(
    browser: Make, scene: Scene, changed: dict[str, object]
) -> None:
    scene.receive()
    answer = begin(browser(scene.citizen), scene, **changed)
    assert (answer.status_code, bool(answer.get_json()["problem"])) == (400, True)
    assert db.session.scalar(select(func.count(Attachment.id))) == 0


def test_what_is_too_big_is_refused_in_words_before_it_is_sent(browser: Make, scene: Scene) -> None:
    scene.receive()
    answer = begin(browser(scene.citizen), scene, size=400 * 1024 + 1)
    assert answer.status_code == 422
    assert "ngắn hơn hai phút" in answer.get_json()["problem"]


def test_more_than_a_piece_is_not_read(browser: Make, scene: Scene) -> None:
    scene.receive()
    person = browser(scene.citizen)
    code = begin(person, scene).get_json()["code"]
    assert put(person, scene, code, 1, VOICE[: PIECE + 1]).status_code == 413
    assert put(person, scene, code, 1, VOICE[:50]).status_code == 422
    assert put(person, scene, code, 10**9, VOICE[:PIECE]).status_code == 422
    path = f"{base(scene)}/{code}/1"
    endless = person.client.put(path, headers={"X-CSRFToken": person.token(), "Transfer-Encoding": "chunked"})
    assert endless.status_code == 411


def test_a_piece_without_the_pages_token_is_refused(browser: Make, scene: Scene) -> None:
    scene.receive()
    person = browser(scene.citizen)
    code = begin(person, scene).get_json()["code"]
    for token in ("", "x"):
        answer = put(person, scene, code, 1, VOICE[:PIECE], **{"X-CSRFToken": token})
        assert (answer.status_code, "tải lại trang" in answer.get_json()["problem"]) == (400, True)


def test_a_page_that_calls_itself_a_photo_is_refused_at_once(browser: Make, scene: Scene) -> None:
    scene.receive()
    person = browser(scene.citizen)
    code = begin(person, scene, HTML, kind="picture", duration="").get_json()["code"]
    answer = put(person, scene, code, 1, HTML)
    assert answer.status_code == 422
    assert "không phải ảnh" in answer.get_json()["problem"]


def test_sending_without_end_is_slowed_down(settings: Settings) -> None:
    app = create_app(replace(settings, rate_limits=True))
    with app.app_context():
        person = Browser(app, people.a_citizen())
        path = "/visits/khong-co/room/attachments/new"
        answers = [person.post(path, headers=AS_SCRIPT) for _ in range(61)]
    assert [answers[0].status_code, answers[-1].status_code] == [404, 429]
    assert "thử nhiều lần quá" in answers[-1].get_json()["problem"]


def by_form(
    person: Browser,
    scene: Scene,
    content: bytes,
    name: str = "a.pdf",
    token: str | None = None,
    key: str = "",
) -> TestResponse:
    sent = {"csrf_token": person.token() if token is None else token, "key": key or people.key()}
    file = FileStorage(io.BytesIO(content), name, "file")
    boundary, body = encode_multipart({**sent, "file": file})
    about = {"content_type": f"multipart/form-data; boundary={boundary}", "data": body}
    return person.send_as_it_is(base(scene), **about)


def test_a_form_sends_a_paper_without_scripts_once(browser: Make, scene: Scene) -> None:
    scene.receive()
    key = people.key()
    for account, where in (
        (scene.citizen, f"/visits/{scene.code}/room#attach"),
        (scene.officer, "/desk#attach"),
    ):
        for _ in range(2):
            answer = by_form(browser(account), scene, PDF, "Đơn.pdf", key=key)
            assert (answer.status_code, answer.location) == (303, where)
    assert messages() == 2


def test_a_paper_of_nine_megabytes_passes_and_one_of_eleven_is_refused_in_words(
    browser: Make, scene: Scene
) -> None:
    scene.receive()
    person = browser(scene.citizen)
    assert by_form(person, scene, PDF + bytes(9_000_000)).status_code == 303
    answer = by_form(person, scene, PDF + bytes(11_000_000))
    assert answer.status_code == 413
    assert "Tệp nặng quá 10 MB." in Page(answer.text).beside("file")
    assert messages() == 1


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "", "Hãy chọn một ảnh hoặc tệp"),
        (HTML, "a.jpg", "Chỉ gửi được ảnh"),
        (b"MZ\x90", "a.pdf", "Chỉ gửi"),
    ],
)
def test_what_the_form_cannot_send_is_said_beside_its_field(
    browser: Make, scene: Scene, content: bytes, name: str, sentence: str
) -> None:
    scene.receive()
    answer = by_form(browser(scene.citizen), scene, content, name)
    assert answer.status_code == 422
    assert sentence in Page(answer.text).beside("file")
    assert by_form(browser(scene.officer), scene, content, name).status_code == 422
    assert messages() == 0


@pytest.mark.parametrize("how", ["form", "pieces"])
def test_a_photo_leaves_behind_where_and_by_what_it_was_taken(browser: Make, scene: Scene, how: str) -> None:
    scene.receive()
    person, photo = browser(scene.citizen), files.photo()
    if how == "form":
        assert by_form(person, scene, photo, "qd.jpg").status_code == 303
        where = f"{base(scene)}/{db.session.scalars(select(Attachment.code)).one()}"
    else:
        where = sent(person, scene, photo, kind="picture", duration="")
    kept = browser(scene.officer).get(where).data
    picture = Image.open(io.BytesIO(kept))
    assert dict(picture.getexif()) == {0x0112: 6}
    assert picture.size == files.SIZE


def test_a_picture_that_cannot_be_opened_is_refused(browser: Make, scene: Scene) -> None:
    scene.receive()
    answer = by_form(browser(scene.citizen), scene, files.photo()[:400], "qd.jpg")
    assert answer.status_code == 422
    assert "hỏng, không mở được" in Page(answer.text).beside("file")
    assert messages() == 0


@pytest.mark.parametrize("token", ["", "x"])
def test_a_form_without_its_token_sends_nothing(browser: Make, scene: Scene, token: str) -> None:
    scene.receive()
    answer = by_form(browser(scene.citizen), scene, PDF, token=token)
    assert (answer.status_code, messages()) == (400, 0)


def test_an_ended_visit_takes_nothing_more_but_keeps_what_was_sent(browser: Make, scene: Scene) -> None:
    scene.receive()
    person, desk = browser(scene.citizen), browser(scene.officer)
    address, code = sent(person, scene), begin(person, scene).get_json()["code"]
    form = {"outcome": "answered", "explanation": "Đã trả lời.", "key": people.key()}
    assert desk.post(f"/desk/visit/{scene.code}/close", form).status_code == 303
    assert begin(person, scene).status_code == 409
    assert put(person, scene, code, 1, VOICE[:PIECE]).status_code == 409
    assert by_form(person, scene, PDF).status_code == 409
    assert (person.get(address).status_code, desk.get(address).status_code) == (200, 200)


def test_a_page_that_was_loaded_is_read(browser: Make, scene: Scene) -> None:
    scene.receive()
    person, desk = browser(scene.citizen), browser(scene.officer)
    room = f"/visits/{scene.code}/room"
    assert person.post(f"{room}/messages", {"body": "Chào.", "key": people.key()}).status_code == 303
    assert "Đã xem" not in Page(person.get(f"{room}/frame").text).text
    desk.get("/desk")
    frame = Page(person.get(f"{room}/frame").text).text
    assert "Đã xem" in frame
    assert desk.post(f"{room}/messages", {"body": "Chào ông.", "key": people.key()}).status_code == 303
    assert "Đã xem" not in Page(desk.get("/desk").text).text
    person.get(f"{room}/frame")
    assert "Đã xem" in Page(desk.get("/desk").text).text


def test_the_room_counts_what_was_not_read(browser: Make, scene: Scene) -> None:
    scene.receive()
    person, room = browser(scene.citizen), f"/visits/{scene.code}/room"
    for words in ("Một", "Hai"):
        browser(scene.officer).post(f"{room}/messages", {"body": words, "key": people.key()})
    (badge,) = Page(person.get(room).text).all("sup")
    assert "hidden" not in badge
    assert conversation.unread(scene.visit.id, By.CITIZEN) == 2
    person.get(f"{room}/frame")
    (badge,) = Page(person.get(room).text).all("sup")
    assert "hidden" in badge
