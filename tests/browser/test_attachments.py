"""What is said without a live call, in real browsers: voice, photos and read marks over a line that breaks."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer, holds_and_talks, opens_the_chat, writes

pytestmark = pytest.mark.browser

PIECES = re.compile(r"/attachments/[^/]+/\d+$")


@pytest.fixture
def meeting(
    window: Callable[..., Page], album: Path, request: pytest.FixtureRequest
) -> tuple[Page, Page, Camera]:
    """A citizen in the room with the chat open, and the officer at the desk."""
    camera = Camera(album, f"beside-{request.node.originalname.split('_')[1]}")
    return _meet(window, camera)


def _meet(
    window: Callable[..., Page], camera: Camera, javascript: bool = True, script: str = ""
) -> tuple[Page, Page, Camera]:
    citizen, officer = (
        Citizen(window(PHONE, javascript=javascript), "0912000007", Camera(camera._folder, "way")),
        window(DESK),
    )
    if script:
        citizen.page.add_init_script(script)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    at_desk = Officer(officer, Camera(camera._folder, "way"))
    at_desk.opens_a_desk()
    at_desk.calls(number)
    if javascript:
        citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
        opens_the_chat(citizen.page)
    else:
        citizen.page.get_by_role("link", name="Cập nhật ngay").click()
        citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(officer.locator("#visit")).to_contain_text("Đang tiếp")
    return citizen.page, officer, camera


@pytest.mark.alone
@pytest.mark.long
def test_a_voice_message_cut_half_way_arrives_once_after_a_reload_and_plays_at_the_desk(
    meeting: tuple[Page, Page, Camera],
) -> None:
    citizen, officer, camera = meeting
    arrived: list[str] = []

    def cut_after_two(route: Route) -> None:
        if len(arrived) == 1:
            citizen.context.set_offline(True)
            route.abort()
            return
        arrived.append(route.request.url)
        route.continue_()

    citizen.context.route(PIECES, cut_after_two)
    holds_and_talks(citizen, 9_000)
    camera.shoot(citizen, "speaking")
    citizen.mouse.up()
    waiting = citizen.locator("[data-waiting]")
    expect(waiting).to_contain_text("Tin thoại 0:")
    expect(waiting).to_contain_text("Đang chờ mạng, sẽ tự gửi")
    camera.shoot(citizen, "waiting")
    assert len(arrived) == 1
    expect(officer.locator(".msg")).to_have_count(0)

    citizen.context.unroute_all()
    sent_again: list[str] = []

    def note(route: Route) -> None:
        sent_again.append(route.request.url)
        route.continue_()

    citizen.context.route(PIECES, note)
    citizen.context.set_offline(False)
    citizen.reload()
    expect(officer.locator(".msg [data-kind=voice]")).to_have_count(1, timeout=30_000)
    assert arrived[0] not in sent_again, "only what was missing is sent"
    assert sent_again
    opens_the_chat(citizen)
    expect(citizen.locator("[data-waiting]")).to_have_count(0)
    expect(citizen.locator(".msg [data-kind=voice]")).to_have_count(1)

    camera.shoot(officer, "desk")
    button = officer.get_by_role("button", name="Nghe 0:")
    button.click()
    expect(officer.get_by_role("button", name="Nghe lại 0:")).to_be_visible(timeout=30_000)
    heard = officer.evaluate(
        """async () => {
            const audio = document.querySelector(".att audio");
            const content = await (await fetch(audio.src)).arrayBuffer();
            const sound = await new AudioContext().decodeAudioData(content);
            return [sound.duration, content.byteLength];
        }"""
    )
    assert heard[0] > 5
    assert heard[1] < 30_000, "twelve kilobits a second, not a hundred"
    expect(citizen.get_by_text("Đã xem")).to_be_visible()
    camera.shoot(citizen, "seen")


@pytest.mark.alone
@pytest.mark.long
def test_a_message_whose_last_answer_was_lost_is_not_sent_again(meeting: tuple[Page, Page, Camera]) -> None:
    citizen, officer, _camera = meeting

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        citizen.context.set_offline(True)
        route.abort()

    citizen.context.route("**/whole", lose_the_answer)
    holds_and_talks(citizen, 1_500)
    citizen.mouse.up()
    expect(officer.locator(".att[data-kind=voice]")).to_have_count(1)
    citizen.wait_for_function("() => !navigator.onLine")
    citizen.context.unroute_all()
    citizen.context.set_offline(False)
    citizen.reload()
    opens_the_chat(citizen)
    citizen.wait_for_function(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open("outbox");
            opening.onsuccess = () => {
                const asking = opening.result.transaction("items").objectStore("items").count();
                asking.onsuccess = () => resolve(asking.result === 0);
            };
        })"""
    )
    expect(citizen.locator(".att[data-kind=voice]")).to_have_count(1)
    expect(citizen.locator("[data-waiting]")).to_have_count(0)
    assert officer.locator(".msg").count() == 1


def a_photo(width: int, height: int) -> bytes:
    """A PNG full of noise, as heavy as a camera's, with what a camera writes of the place."""
    seed, rows = 1, bytearray()
    for _ in range(height):
        rows.append(0)
        for _ in range(width):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            rows += bytes((seed >> 16 & 255, seed >> 8 & 255, 90))

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    place = chunk(b"tEXt", b"GPS\0Yen Bai 21.07N")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + place
        + chunk(b"IDAT", zlib.compress(bytes(rows), 1))
        + chunk(b"IEND", b"")
    )


@pytest.mark.alone
def test_photos_are_made_smaller_and_other_files_stay_as_they_are(meeting: tuple[Page, Page, Camera]) -> None:
    citizen, officer, camera = meeting
    photo, paper = a_photo(1600, 900), b"%PDF-1.7\n" + b"quyet dinh " * 2000
    field = citizen.get_by_label("Gửi ảnh, giấy tờ")
    field.set_input_files(
        [
            {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": photo},
            {"name": "Quyết định 12.pdf", "mimeType": "application/pdf", "buffer": paper},
        ]
    )
    expect(officer.locator(".att")).to_have_count(2, timeout=60_000)
    camera.shoot(officer, "desk")
    expect(citizen.locator("[data-waiting]")).to_have_count(0)
    camera.shoot(citizen, "room")
    kinds = officer.locator(".att").evaluate_all("parts => parts.map((part) => part.dataset.kind)")
    assert kinds == ["picture", "file"], "in the order in which they were chosen"
    address = officer.locator(".att[data-kind=picture]").get_attribute("href")
    size = officer.evaluate(
        """async (address) => {
            const picture = new Image();
            picture.src = address;
            await picture.decode();
            return [picture.naturalWidth, picture.naturalHeight];
        }""",
        address,
    )
    assert size == [1280, 720]
    arrived = officer.request.get(str(address))
    assert arrived.headers["content-type"] == "image/jpeg"
    assert len(arrived.body()) < len(photo) / 2
    assert b"GPS" not in arrived.body()
    with officer.expect_download() as download:
        officer.get_by_text("Quyết định 12.pdf").click()
    assert download.value.suggested_filename == "Quyết định 12.pdf"
    assert Path(download.value.path()).read_bytes() == paper


@pytest.mark.alone
@pytest.mark.long
def test_the_keyboard_talks_too_and_escape_takes_it_back(meeting: tuple[Page, Page, Camera]) -> None:
    citizen, officer, camera = meeting
    button = citizen.get_by_role("button", name="Giữ để nói")
    button.press("Enter")
    expect(citizen.get_by_role("timer")).to_contain_text("Còn 1:5")
    expect(citizen.get_by_text("Bấm lần nữa để gửi")).to_be_visible()
    camera.shoot(citizen, "speaking")
    citizen.keyboard.press("Escape")
    expect(citizen.get_by_text("Đã hủy tin thoại.")).to_be_visible()
    button.press("Enter")
    expect(citizen.get_by_role("timer")).to_contain_text("Còn 1:58")
    citizen.get_by_role("button", name="Gửi tin thoại").press("Enter")
    expect(officer.locator(".att[data-kind=voice]")).to_have_count(1)
    assert citizen.locator(".att[data-kind=voice]").count() == 1


@pytest.mark.alone
@pytest.mark.long
def test_who_slides_away_while_holding_has_said_nothing(meeting: tuple[Page, Page, Camera]) -> None:
    citizen, officer, camera = meeting
    holds_and_talks(citizen, 1_500)
    citizen.mouse.move(180, 300, steps=5)
    expect(citizen.get_by_text("Thả tay là hủy")).to_be_visible()
    camera.shoot(citizen, "away")
    citizen.mouse.up()
    expect(citizen.get_by_text("Đã hủy tin thoại.")).to_be_visible()
    writes(citizen, "Tôi viết vậy.")
    expect(officer.locator(".msg")).to_have_count(1)
    assert officer.locator(".att").count() == 0


@pytest.mark.alone
@pytest.mark.long
def test_voice_messages_are_played_one_after_another(meeting: tuple[Page, Page, Camera]) -> None:
    citizen, officer, _camera = meeting
    for number in (1, 2):
        holds_and_talks(citizen, 1_500)
        citizen.mouse.up()
        expect(officer.locator(".att[data-kind=voice]")).to_have_count(number)
    officer.get_by_role("button", name="Nghe 0:").first.click()
    expect(officer.get_by_role("button", name="Nghe lại 0:")).to_have_count(2, timeout=30_000)
    officer.reload()
    expect(officer.get_by_role("button", name="Nghe lại 0:")).to_have_count(2)


NO_RECORDER = "delete window.MediaRecorder"
REFUSED = """
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (what) =>
        what.video ? ask(what) : Promise.reject(new DOMException("no", "NAME"));
"""


@pytest.mark.alone
@pytest.mark.long
@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (NO_RECORDER, "Máy này không ghi được tin thoại, hãy viết tin nhắn."),
        (REFUSED.replace("NAME", "NotAllowedError"), "Máy chưa cho phép dùng micro."),
        (REFUSED.replace("NAME", "NotFoundError"), "Máy không có micro, hãy viết tin nhắn."),
        (REFUSED.replace("NAME", "NotReadableError"), "Micro đang bị ứng dụng khác dùng."),
    ],
    ids=["no recorder", "refused", "missing", "taken"],
)
def test_who_cannot_record_reads_why_and_can_write(
    window: Callable[..., Page], album: Path, script: str, sentence: str
) -> None:
    citizen, officer, _camera = _meet(window, Camera(album, "unable"), script=script)
    button = citizen.get_by_role("button", name="Giữ để nói")
    if script == NO_RECORDER:
        assert button.count() == 0
    else:
        button.press("Enter")
    expect(citizen.get_by_text(sentence)).to_be_visible()
    writes(citizen, "Tôi viết vậy.")
    expect(officer.locator(".msg")).to_contain_text("Tôi viết vậy.")


SPEAKS_MP4 = """{
  const can = MediaRecorder.isTypeSupported;
  MediaRecorder.isTypeSupported = (type) => type.startsWith('audio/mp4') && can.call(MediaRecorder, type);
}"""
"""As Safari does: it knows neither WebM nor Ogg."""


@pytest.mark.long
def test_what_a_browser_says_that_knows_no_webm_is_heard_at_the_desk(
    window: Callable[..., Page], album: Path
) -> None:
    citizen, officer, _camera = _meet(window, Camera(album, "mp4"), script=SPEAKS_MP4)
    holds_and_talks(citizen, 2_000)
    citizen.mouse.up()
    form = officer.locator(".msg .att[data-kind=voice] source")
    expect(form).to_have_attribute("type", "audio/mp4", timeout=60_000)
    assert _hears(officer) > 1


def _hears(page: Page) -> float:
    """Plays the voice message, and tells how many seconds of it were heard."""
    ends = (
        "(audio) => new Promise((done) => audio.addEventListener('ended', () => done(audio.played.end(0))))"
    )
    heard = page.evaluate_handle("() => document.querySelector('.att[data-kind=voice] audio')")
    page.get_by_role("button", name="Nghe 0:").click()
    return float(heard.evaluate(ends))


PLAYS_NO_WEBM = """{
  const can = HTMLMediaElement.prototype.canPlayType;
  HTMLMediaElement.prototype.canPlayType = function (type) { return /webm|ogg/.test(type) ? '' : can.call(this, type); };
}"""
"""As iPhones before iOS 17."""


@pytest.mark.long
def test_what_the_desk_says_is_heard_where_webm_is_not_played(
    window: Callable[..., Page], album: Path
) -> None:
    citizen, officer, _camera = _meet(window, Camera(album, "mp3"), script=PLAYS_NO_WEBM)
    holds_and_talks(officer, 2_000)
    officer.mouse.up()
    expect(citizen.locator(".msg .att[data-kind=voice] button")).to_be_visible(timeout=60_000)
    assert _hears(citizen) > 1
    assert citizen.locator(".att audio").evaluate("(audio) => audio.currentSrc").endswith("/mp3")


def test_without_javascript_a_paper_is_sent_by_a_form(window: Callable[..., Page], album: Path) -> None:
    camera = Camera(album, "form")
    citizen, officer, _ = _meet(window, camera, javascript=False)
    field = citizen.get_by_label("Gửi ảnh, giấy tờ")
    field.set_input_files(
        {"name": "a.html", "mimeType": "image/jpeg", "buffer": b"<script>alert(1)</script>"}
    )
    camera.shoot(citizen, "chosen")
    citizen.get_by_role("button", name="Gửi tệp đã chọn").click()
    expect(citizen.get_by_text("Chỉ gửi được ảnh, PDF")).to_be_visible()
    camera.shoot(citizen, "refused")
    field.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 quyet dinh"})
    citizen.get_by_role("button", name="Gửi tệp đã chọn").click()
    expect(officer.locator(".att[data-kind=file]")).to_contain_text("a.pdf")
    expect(citizen.frame_locator("iframe").locator(".att")).to_contain_text("a.pdf")


@pytest.mark.alone
@pytest.mark.long
def test_read_marks_follow_the_readers_eyes(meeting: tuple[Page, Page, Camera]) -> None:
    citizen, officer, camera = meeting
    citizen.get_by_role("button", name="Nhắn tin").click()  # the chat is shut
    writes(officer, "Ông đọc được không?")
    expect(citizen.locator("[data-unread]")).to_have_text("1")
    expect(officer.locator(".msg:not([data-waiting])")).to_have_count(1)
    expect(officer.get_by_text("Đã xem")).to_have_count(0)
    opens_the_chat(citizen)
    expect(officer.locator(".msg + .seen")).to_contain_text("Đã xem ")
    officer.reload()
    expect(officer.locator(".msg + .seen")).to_contain_text("Đã xem ")
    camera.shoot(officer, "desk")


@pytest.mark.alone
@pytest.mark.long
def test_over_ten_kilobits_a_second_words_and_voice_arrive_once_and_in_order(
    meeting: tuple[Page, Page, Camera],
) -> None:
    citizen, officer, camera = meeting
    citizen.get_by_role("button", name="Ngừng").click()
    line = citizen.context.new_cdp_session(citizen)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": 1250, "uploadThroughput": 1250}
    line.send("Network.emulateNetworkConditions", slow)
    for _ in range(2):
        holds_and_talks(citizen, 4_000)
        citizen.mouse.up()
    writes(citizen, "Tôi nói xong rồi.")
    camera.shoot(citizen, "queued")
    expect(officer.locator(".msg")).to_have_count(3, timeout=120_000)
    expect(citizen.locator("[data-waiting]")).to_have_count(0, timeout=60_000)
    seconds = officer.locator(".att").evaluate_all(
        "parts => parts.map((part) => part.closest('.msg').dataset.id)"
    )
    assert seconds == sorted(seconds, key=int)
    assert citizen.locator(".msg").count() == officer.locator(".msg").count() == 3
