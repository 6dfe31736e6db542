"""Papers on their way in a real browser: over a line that breaks, after a reload, on another day, by voice."""

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests import files, people, servers
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen
from tests.cut_line import CutLine
from webapp.domain.codes import new_code

pytestmark = pytest.mark.browser

PATCHES = re.compile(r"/files/tus/\w+$")
FIRST = 128 * 1024
"""Bytes in the first request of a file."""
FILM = files.film() + os.urandom(2_000_000)


def signs_in(page: Page, phone: str, base: str = "") -> None:
    page.goto(f"{base}/login")
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_role("button", name="Nhận mã").click()
    newest = page.request.get(f"{base}/demo/outbox.json").json()[0]
    page.get_by_label("Nhập 6 số trong tin nhắn").fill(str(newest["body"]).split(": ")[1][:6])
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/account|/petitions|/me"))


def opens_the_files(page: Page, base: str = "", where: str = people.FILES) -> None:
    page.goto(f"{base}{where}")
    expect(page.locator(".evidence-form.ready")).to_be_attached()


def chooses(page: Page, name: str, content: bytes, media_type: str = "video/mp4") -> None:
    page.set_input_files("#files", {"name": name, "mimeType": media_type, "buffer": content})


def offsets(page: Page) -> list[int]:
    """Where each sending of bytes began."""
    found: list[int] = []
    page.on(
        "request",
        lambda asked: found.append(int(asked.headers["upload-offset"])) if asked.method == "PATCH" else None,
    )
    return found


def given_back(page: Page, name: str) -> bytes:
    """What the server keeps under this name, as the person gets it."""
    address = page.get_by_role("link", name=name).get_attribute("href")
    return page.request.get(f"{page.url.split('/petitions')[0]}{address}").body()


@pytest.fixture
def line(server: servers.Web) -> Iterator[CutLine]:
    line = CutLine(server.port, speed=400_000)
    yield line
    line.stop()


def test_a_file_on_a_line_that_is_cut_five_times_goes_on_at_the_byte_where_it_broke(
    window: Callable[..., Page], line: CutLine, album: Path
) -> None:
    page = window(PHONE)
    signs_in(page, "0912000011", line.url)
    opens_the_files(page, line.url)
    began = offsets(page)
    before = line.up
    line.break_at(150_000, 450_000, 900_000, 1_300_000, 1_800_000)
    chooses(page, "Phim thửa đất.mp4", FILM)
    expect(page.locator("[data-sends] small")).to_contain_text(re.compile(r"Đang gửi \d+ %, còn \d+ giây"))
    page.screenshot(path=album / "evidence-sending.png")
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ", timeout=90_000)
    assert line.cuts_made == 5
    extra = line.up - before - len(FILM)
    assert extra < 200_000, f"{extra} bytes beside the file: it goes on, it does not begin anew"
    assert began == sorted(began) and began[0] == 0 and len(set(began)) >= 6
    kept = given_back(page, "Phim thửa đất.mp4")
    assert len(kept) == len(FILM) and kept[-1_000_000:] == FILM[-1_000_000:]


def after_the_first_part(page: Page) -> None:
    """Lets one part through; then no byte more goes up."""
    passed: list[str] = []

    def decide(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif passed:
            route.abort()
        else:
            passed.append(route.request.url)
            route.continue_()

    page.context.route(PATCHES, decide)


def test_a_file_goes_on_after_a_reload_on_another_day_and_after_a_pause(
    window: Callable[..., Page], chromium: Browser, server: servers.Web, album: Path
) -> None:
    page = window(PHONE)
    signs_in(page, "0912000012")
    opens_the_files(page)
    after_the_first_part(page)
    chooses(page, "Phim.mp4", FILM)
    state = page.locator("[data-sends] small")
    expect(state).to_contain_text("Đang chờ mạng, sẽ tự gửi tiếp")
    expect(page.get_by_text("Mạng yếu: sẽ tự tải tiếp.")).to_be_visible()
    page.screenshot(path=album / "evidence-waits.png")
    page.get_by_role("button", name="Tạm dừng Phim.mp4").click()
    expect(state).to_contain_text("Tạm dừng ở")

    other_day = chromium.new_context(
        base_url=server.url,
        storage_state={"cookies": page.context.cookies(), "origins": []},
        viewport=PHONE,
        locale="vi-VN",
    )
    later = other_day.new_page()
    opens_the_files(later)
    expect(later.locator("[data-files]")).to_contain_text("Mới nhận 6 %. Chọn lại tệp này để gửi tiếp.")
    later.screenshot(path=album / "evidence-another-day.png")
    after_the_first_part(later)
    began = offsets(later)
    chooses(later, "Phim.mp4", FILM)
    expect(later.locator("[data-sends] small")).to_contain_text("Đang chờ mạng")
    assert began[0] == FIRST, "not a byte is sent again"
    other_day.close()

    page.context.unroute_all()
    began = offsets(page)
    page.reload()
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ", timeout=60_000)
    assert began[0] == 2 * FIRST, "it goes on by itself, with what another browser sent meanwhile"
    expect(page.locator("[data-files] li")).to_have_count(1)
    kept = given_back(page, "Phim.mp4")
    assert hashlib.sha256(kept[-500_000:]).digest() == hashlib.sha256(FILM[-500_000:]).digest()


@pytest.mark.long
def test_what_is_not_sent_to_its_end_goes_on_on_the_next_pages_and_with_its_own_petition(
    window: Callable[..., Page], album: Path
) -> None:
    page = window(PHONE)
    person = Citizen(page, "0912000010", Camera(album, "evidence-way"))
    person.signs_in()
    opens_the_files(page)
    after_the_first_part(page)
    chooses(page, "Phim.mp4", FILM)
    expect(page.locator("[data-sends] small")).to_contain_text("Đang chờ mạng")
    page.goto(people.WRITING)
    person.presents_the_matter()
    page.wait_for_url(re.compile("/book"))
    code = page.url.split("/petitions/")[1].split("/")[0]
    opens_the_files(page, where=f"/petitions/new-{new_code()}/files")
    expect(page.locator("[data-sends]")).to_have_count(0)
    page.goto(f"/petitions/{code}")
    expect(page.get_by_text("Còn 1 tệp đang gửi.")).to_be_visible()
    page.screenshot(path=album / "evidence-goes-on-elsewhere.png")
    page.context.unroute_all()
    expect(page.get_by_text("Còn 1 tệp đang gửi.")).to_be_hidden(timeout=60_000)
    page.goto(f"/petitions/{code}/files")
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")


def test_what_no_waiting_changes_is_said_at_once_and_the_file_stays_in_the_list(
    window: Callable[..., Page],
) -> None:
    page = window(PHONE)
    signs_in(page, "0912000017")
    draft = new_code()
    opens_the_files(page, where=f"/petitions/new-{draft}/files")
    elsewhere = page.context.new_page()
    chooses(page, "Quyết định.pdf", files.pdf(), "application/pdf")
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")
    elsewhere.goto(f"/petitions/new/{draft}/discard")
    elsewhere.locator("main form button").click()
    elsewhere.wait_for_url(re.compile("/account"))
    chooses(page, "Sổ đỏ.pdf", files.pdf(2), "application/pdf")
    expect(page.locator("[data-under-way]")).to_contain_text("Đơn viết dở này đã bỏ")
    expect(page.locator("[data-under-way]")).to_contain_text("Sổ đỏ.pdf")


def photo_of_a_field() -> bytes:
    """Twelve megapixels as a phone takes them: three megabytes, detail of every size, and where it was taken."""
    size = (2000, 1500)
    image = Image.new("RGB", size, (128, 128, 128))
    for octave in range(3, 11):
        wide = 2**octave
        grain = Image.frombytes("RGB", (wide, wide * 3 // 4), os.urandom(wide * (wide * 3 // 4) * 3))
        image = Image.blend(image, grain.resize(size, Image.Resampling.BICUBIC), 0.5 if octave == 3 else 0.22)
    out = io.BytesIO()
    whole = image.resize((4000, 3000), Image.Resampling.BICUBIC)
    whole.save(out, "JPEG", quality=95, exif=files.exif(1).tobytes())
    return out.getvalue()


def test_a_photo_is_made_smaller_unless_the_original_is_wanted(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    signs_in(page, "0912000013")
    opens_the_files(page)
    photo = photo_of_a_field()
    assert 2_000_000 < len(photo) < 5_000_000
    chooses(page, "so-do.jpg", photo, "image/jpeg")
    expect(page.locator("[data-files] li")).to_have_count(1, timeout=60_000)
    small = given_back(page, "so-do.jpg")
    assert max(Image.open(io.BytesIO(small)).size) == 2000
    # The first quality below 300 kB is taken, in steps that each take off a fifth; the last may stay just above.
    assert 220_000 < len(small) < 350_000
    page.get_by_label("Gửi ảnh gốc").check()
    chooses(page, "so-do-goc.jpg", photo, "image/jpeg")
    expect(page.locator("[data-files] li")).to_have_count(2, timeout=60_000)
    original = given_back(page, "so-do-goc.jpg")
    assert Image.open(io.BytesIO(original)).size == (4000, 3000)
    assert len(photo) - 2_000 < len(original) <= len(photo), "only what the camera wrote beside it is gone"
    assert not Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)


def test_what_is_told_by_voice_is_kept_also_when_the_page_dies_while_it_is_told(
    window: Callable[..., Page], album: Path
) -> None:
    page = window(PHONE)
    signs_in(page, "0912000014")
    opens_the_files(page)
    page.get_by_role("button", name="Kể thêm bằng lời").click()
    expect(page.get_by_role("timer")).to_contain_text("Còn 9:5")
    page.screenshot(path=album / "evidence-voice.png")
    page.wait_for_timeout(2_000)
    page.get_by_role("button", name="Kể xong, gửi").click()
    expect(page.locator("[data-files] li")).to_have_count(1)
    heard = given_back(page, "Lời kể")
    assert heard.startswith(b"\x1aE\xdf\xa3") and b"A_OPUS" in heard[:8192]

    page.get_by_role("button", name="Kể thêm bằng lời").click()
    expect(page.get_by_role("timer")).to_contain_text("Còn 9:5")
    page.wait_for_function("async () => (await indexedDB.databases()).some(({ name }) => name === 'outbox')")
    page.wait_for_timeout(6_500)  # past the first five seconds, which are then kept
    page.goto("about:blank")  # as a browser that is ended: nobody pressed the button
    opens_the_files(page)
    expect(page.locator("[data-files] li")).to_have_count(2)
    assert page.locator("[data-files]").inner_text().count("Đã nhận đủ") == 2


KEEPS_AT_ONCE = """() => {
  const start = MediaRecorder.prototype.start;
  MediaRecorder.prototype.start = function () { return start.call(this, 100); };
}"""
"""What is told is kept on the device after half a second instead of five."""
KEPT = """() => new Promise((resolve) => {
  indexedDB.open("outbox").onsuccess = ({ target }) => {
    const asked = target.result.transaction("items").objectStore("items").getAll();
    asked.onsuccess = () => { target.result.close(); resolve(asked.result.length); };
  };
})"""


def test_what_was_told_and_taken_back_is_sent_by_no_page(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    signs_in(page, "0912000026")
    opens_the_files(page)
    page.evaluate(KEEPS_AT_ONCE)
    page.get_by_role("button", name="Kể thêm bằng lời").click()
    expect(page.get_by_role("timer")).to_contain_text("Còn 9:5")
    page.wait_for_timeout(1_500)
    assert page.evaluate(KEPT) == 1
    page.get_by_role("button", name="Hủy").click()
    page.wait_for_timeout(1_000)  # its last words come after the press
    assert page.evaluate(KEPT) == 0
    opens_the_files(page)
    page.wait_for_timeout(1_000)
    expect(page.locator("[data-files] li, [data-under-way] > *")).to_have_count(0)


@pytest.mark.long
def test_a_recording_that_is_full_says_so_and_the_next_goes_on(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    signs_in(page, "0912000027")

    def little_room(route: Route) -> None:
        answer = route.fetch()
        assert "heaviest: 3900 * 1024" in answer.text()
        route.fulfill(response=answer, body=answer.text().replace("heaviest: 3900 * 1024", "heaviest: 1"))

    page.route("**/js/evidence.js*", little_room)
    opens_the_files(page)
    page.get_by_role("button", name="Kể thêm bằng lời").click()
    full = page.get_by_text("Bản này đã đầy, phần vừa kể được giữ và gửi đi.")
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")
    expect(full).to_be_visible()
    page.get_by_role("button", name="Kể thêm bằng lời").click()
    expect(full).to_be_hidden()


def test_a_file_dropped_before_anything_can_be_sent_leaves_the_way_to_the_next(
    window: Callable[..., Page],
) -> None:
    page = window(PHONE)
    signs_in(page, "0912000028")
    opens_the_files(page)
    page.route(PATCHES, lambda route: route.abort())
    chooses(page, "mot.mp4", FILM)
    rows = page.locator("[data-under-way] > *")
    expect(rows).to_contain_text("Đang chờ mạng")
    expect(rows).to_contain_text("2,0 MB")
    page.route("**/tus.min.js*", lambda route: route.abort())
    opens_the_files(page)
    expect(rows).to_contain_text("Đang chờ mạng")
    chooses(page, "hai.mp4", FILM)
    expect(rows).to_have_count(2)
    page.unroute(PATCHES)
    rows.first.get_by_role("button", name="Bỏ").click()
    expect(rows).to_have_count(1)
    expect(page.locator("[data-files] li")).to_have_count(0)
    page.unroute("**/tus.min.js*")
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")
    expect(page.locator("[data-files] li")).to_have_count(1)
    assert given_back(page, "hai.mp4")


def test_without_scripts_a_plain_form_sends_and_the_summary_shows_it(
    window: Callable[..., Page], album: Path
) -> None:
    page = window(PHONE, javascript=False)
    signs_in(page, "0912000015")
    page.goto(people.FILES)
    chooses(page, "Quyết định 1042.pdf", files.pdf(2), "application/pdf")
    page.get_by_role("button", name="Gửi tệp đã chọn").click()
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")
    chooses(page, "la.exe", b"MZ\x90\0" + bytes(60), "application/octet-stream")
    page.get_by_role("button", name="Gửi tệp đã chọn").click()
    expect(page.get_by_role("alert")).to_contain_text("la.exe: Không nhận loại tệp này.")
    expect(page.locator("[data-files] li")).to_have_count(1)
    page.screenshot(path=album / "evidence-without-scripts.png", full_page=True)


@pytest.mark.long
def test_the_page_is_whole_on_a_wide_screen(window: Callable[..., Page], album: Path) -> None:
    page = window(DESK)
    signs_in(page, "0912000016")
    opens_the_files(page)
    chooses(page, "Sổ đỏ.jpg", files.photo(size=(900, 600)), "image/jpeg")
    expect(page.locator("[data-files] img")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.wait_for_function("document.querySelector('[data-files] img').naturalWidth > 0")
    page.screenshot(path=album / "evidence-wide.png", full_page=True)


def test_a_photo_goes_into_the_place_of_its_proof_and_the_other_is_promised_on_paper(
    window: Callable[..., Page], album: Path
) -> None:
    page = window(PHONE)
    citizen = Citizen(page, "0912000014", Camera(album, "proofs"))
    citizen.has_signed_in()
    citizen.has_answered(on_behalf="lawyer", represented="Trần Thị Mận")
    page.goto(f"{citizen.draft.replace('/new/', '/new-')}/files")
    card, request = page.locator("#proof-lawyer_card"), page.locator("#proof-legal_request")
    expect(card).to_contain_text("Chưa có")
    photo = {"name": "thẻ.jpg", "mimeType": "image/jpeg", "buffer": files.photo(size=(500, 400))}
    page.set_input_files("#files-lawyer_card", photo)
    expect(card).to_contain_text("Đã có")
    expect(card).to_contain_text("thẻ.jpg")
    request.get_by_role("button", name="Tôi sẽ mang theo bản giấy").click()
    expect(request).to_contain_text("Mang theo bản giấy")
    page.screenshot(path=album / "proofs-phone.png", full_page=True)
    page.get_by_role("link", name="Tiếp tục").click()
    section = page.locator("section", has=page.get_by_role("heading", name="Giấy tờ chứng minh tư cách"))
    expect(section).to_contain_text("Đã có")
    section.screenshot(path=album / "proofs-review.png")
