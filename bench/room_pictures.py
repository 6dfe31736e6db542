"""The room in each of its modes, on a phone and at the desk, as pictures beside the design's.

python -m bench.room_pictures [--design FOLDER] [--to FOLDER] [SCENE …]

One reception is held with two people in real Chromium, then with an interpreter; the citizen's line is made
weaker by the browser. Where the design's folder holds a picture of that name, it stands on the right (of
wide ones: below).
"""

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests import servers
from tests.browser.conftest import ARGS, CHROMIUM, DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer, holds_and_talks, opens_the_chat, writes
from tests.browser.wire import Line

CLIMB = 120_000
"""ms that a call may take to find its mode on a busy machine"""
INTERPRETER = "Vàng Thị Mỵ"
HEAVIEST = 60
"""Quality of the pictures, of 100: light enough to be kept."""


class Album:
    """Keeps each picture under its name, beside the design's where there is one."""

    def __init__(self, to: Path, design: Path | None):
        self._to, self._design = to, design
        to.mkdir(parents=True, exist_ok=True)

    def keep(self, page: Page, name: str, beside: str = "") -> None:
        page.wait_for_timeout(300)
        ours = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        theirs = self._design / f"{beside or name}.png" if self._design else None
        whole = _together(ours, Image.open(theirs).convert("RGB")) if theirs and theirs.exists() else ours
        path = self._to / f"{name}.webp"
        whole.save(path, quality=HEAVIEST, method=6)
        print(f"{path}: {path.stat().st_size // 1000} kB", flush=True)


def _together(ours: Image.Image, theirs: Image.Image) -> Image.Image:
    """Phones side by side, wide ones above one another."""
    if ours.width > ours.height:
        whole = Image.new("RGB", (max(ours.width, theirs.width), ours.height + theirs.height + 12), "white")
        whole.paste(theirs, (0, ours.height + 12))
    else:
        whole = Image.new("RGB", (ours.width + theirs.width + 12, max(ours.height, theirs.height)), "white")
        whole.paste(theirs, (ours.width + 12, 0))
    whole.paste(ours, (0, 0))
    return whole


class Reception:
    """One visit, in which the scenes follow one another."""

    def __init__(self, browser: Browser, web: servers.Web, album: Album):
        self._browser, self._web, self.album = browser, web, album
        nowhere = Camera(web.instance, "step")
        self.citizen = Citizen(self._window(PHONE), "0912 000 007", nowhere)
        self.officer = Officer(self._window(DESK), nowhere)
        self.room, self.desk = self.citizen.page, self.officer.page

    def _window(self, size: dict[str, int]) -> Page:
        context = self._browser.new_context(base_url=self._web.url, viewport=size, locale="vi-VN")  # type: ignore[arg-type]
        context.set_default_timeout(CLIMB)
        return context.new_page()

    def begins(self) -> None:
        self.citizen.has_signed_in()
        self.citizen.sends_a_petition()
        number = self.citizen.takes_a_number()
        self.officer.opens_a_desk()
        self.officer.calls(number)
        self.line = Line(self.room)
        self.line.carries(5_000)  # only what begins shaped can be shaped later
        self.room.get_by_role("link", name="Vào phòng tiếp").click()
        expect(self.desk.locator("#visit")).to_contain_text("Đang tiếp", timeout=CLIMB)

    def video(self) -> None:
        self._sees(self.room)
        self._sees(self.desk)
        writes(self.desk, "Ông gửi giúp tôi ảnh trang 2 của quyết định.")
        self.officer.writes_minutes("Ông Lành trình bày: gia đình bị thu hồi 312 m² đất vườn.")
        self._both(self.room, "room-video")
        self.album.keep(self.desk, "desk")

    def chat(self) -> None:
        opens_the_chat(self.room)
        writes(self.room, "Vâng, tôi gửi ngay")
        expect(self.desk.get_by_role("log")).to_contain_text("tôi gửi ngay", timeout=CLIMB)
        self._both(self.room, "room-talking")

    def several(self) -> None:
        guest = self._window(PHONE)
        self._invites()
        self.album.keep(self.desk, "desk-invite")
        guest.goto(self.desk.locator("[data-link]").input_value().replace(self._host(), self._web.url))
        guest.get_by_role("button", name="Đúng là tôi").click()
        self.desk.locator("#people").get_by_role("button", name="Cho vào").click()
        expect(guest.locator("#people")).to_contain_text(INTERPRETER, timeout=CLIMB)
        expect(self.room.locator("#people")).to_contain_text(INTERPRETER, timeout=CLIMB)
        guest.wait_for_timeout(5000)
        self.album.keep(self.desk, "desk-link")
        self.desk.get_by_role("button", name="Điều hành: được mời mới nói").click()
        for page in (self.room, guest):
            expect(page.get_by_role("button", name="Giơ tay xin nói")).to_be_visible(timeout=CLIMB)
        self._both(guest, "guest")
        self._both(self.room, "several-talking")
        self._shuts_the_chat()
        self.album.keep(self.room, "several")
        self.room.get_by_role("button", name="Giơ tay xin nói").click()
        self.desk.locator("#invite > summary").click()
        expect(self.desk.get_by_role("button", name="Mời nói F10")).to_be_visible(timeout=CLIMB)
        self.album.keep(self.desk, "leader")
        self._puts_out()
        guest.context.close()

    def small(self) -> None:
        self._begins_anew(140)
        self._rises_to("small_video", "Hình nhỏ")
        self._both(self.room, "room-small")
        self.album.keep(self.desk, "desk-small", beside="desk")

    def still(self) -> None:
        self._begins_anew(62)
        self._rises_to("still", "Ảnh đứng yên")
        try:
            self.room.locator("[data-still]").wait_for(timeout=CLIMB / 4)
        except PlaywrightTimeout:
            print("no still picture came", flush=True)
        self._both(self.room, "room-still")
        self.album.keep(self.desk, "desk-still", beside="desk")

    def _begins_anew(self, kbits: float) -> None:
        """On a line that carries so much, whatever the last one did."""
        self.line.carries(kbits)
        self.room.evaluate(
            "(kbits) => localStorage.setItem('link', JSON.stringify({ kbits, at: Date.now() }))", kbits
        )
        self.room.reload()
        self._shuts_the_chat()

    def _rises_to(self, mode: str, told: str) -> None:
        try:
            now = self.desk.locator("#visit summary", has_text="Đường truyền")
            expect(now).to_contain_text(told, timeout=CLIMB / 2)
        except AssertionError:
            print(f"no {mode}: the line found another mode", flush=True)

    def call_back(self) -> None:
        self.room.get_by_role("button", name="Gọi lại cho tôi bằng điện thoại").click()
        expect(self.room.get_by_text("vẫn được giữ")).to_be_visible(timeout=CLIMB)
        expect(self.room.locator("#say")).to_be_visible(timeout=CLIMB)
        expect(self.room.get_by_text("Chỉ nhắn tin được")).to_be_visible(timeout=CLIMB)
        self._both(self.room, "room-call-back")
        expect(self.desk.get_by_text("Cần gọi điện")).to_be_visible(timeout=CLIMB)
        self.album.keep(self.desk, "desk-call-back", beside="desk")

    def voice_message(self) -> None:
        if not self.room.locator(".talking").count():
            self.room.get_by_role("button", name="Nhắn tin").click()
        expect(self.room.locator(".attach.ready")).to_be_visible(timeout=CLIMB)
        holds_and_talks(self.room, 3_000)
        self.album.keep(self.room, "room-voice-speaking", beside="room-chat")
        self.room.mouse.up()
        expect(self.desk.locator(".chat [data-kind=voice]").last).to_be_visible(timeout=CLIMB)
        self._both(self.room, "room-voice-message")
        self.album.keep(self.desk, "desk-voice-message", beside="desk")

    def audio(self) -> None:
        self._begins_anew(5_000)
        self._sees(self.room)
        self.line.carries(45)
        expect(self.room.locator("[data-mode]")).to_contain_text("Mạng yếu", timeout=CLIMB)
        expect(self.room.locator("[data-remote]")).to_be_hidden(timeout=CLIMB)
        self._shuts_the_chat()
        self._both(self.room, "room-audio")
        self.album.keep(self.desk, "desk-audio", beside="desk")

    def words(self) -> None:
        self.line.carries(8, delay=400)
        expect(self.room.get_by_text("Tạm thời chỉ nhắn tin được.")).to_be_visible(timeout=2 * CLIMB)
        writes(self.room, "Tôi nhận hôm 2 tháng 10")
        self._both(self.room, "room-chat")

    def _invites(self) -> None:
        part = self.desk.locator("#invite")
        part.locator("summary").first.click()
        part.get_by_label("Vai trò").select_option(label="Phiên dịch")
        part.get_by_label("Tên hiện trong phòng").fill(INTERPRETER)
        part.get_by_role("button", name="Tạo đường dẫn").click()
        expect(part.locator("[data-link]")).to_be_visible(timeout=CLIMB)

    def _host(self) -> str:
        return "/".join(self.desk.locator("[data-link]").input_value().split("/")[:3])

    def _puts_out(self) -> None:
        self.desk.get_by_role("button", name="Để mọi người nói tự do").click()
        row = self.desk.locator(f"#people li:has-text('{INTERPRETER}')")
        row.locator("summary").click()
        row.get_by_label("Lý do").fill("Xong phần của mình")
        row.get_by_role("button", name="Xác nhận").click()
        expect(self.room.locator("#people")).not_to_contain_text(INTERPRETER, timeout=CLIMB)

    def _shuts_the_chat(self) -> None:
        """It may have opened by itself, where nothing but words got through for a while."""
        if self.room.locator(".talking").count():
            self.room.get_by_role("button", name="Nhắn tin").click()

    def _both(self, page: Page, name: str) -> None:
        self.album.keep(page, name)
        self._wide(page, f"{name}-wide")

    def _wide(self, page: Page, name: str) -> None:
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        self.album.keep(page, name)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    def _sees(self, page: Page) -> None:
        """A busy machine may bring no picture: then the room is kept as it is."""
        try:
            page.locator("[data-remote]").wait_for(timeout=CLIMB / 2)
        except PlaywrightTimeout:
            print("no moving picture came: too much else goes on here", flush=True)


SCENES = ("video", "chat", "voice_message", "several", "small", "still", "audio", "words", "call_back")

TITLES = {
    "room-video": "Hình và tiếng / Picture and voice",
    "room-audio": "Mạng yếu: còn tiếng, hình đứng yên / Weak: voice, and the last picture",
    "room-small": "Mạng vừa: hình nhỏ / Fair: a small picture",
    "room-still": "Mạng yếu: ảnh đứng yên / Weak: a still picture",
    "room-call-back": "Cán bộ sẽ gọi điện / A call by telephone is promised",
    "room-voice-speaking": "Giữ để nói / Holding to speak",
    "room-voice-message": "Tin thoại / A voice message",
    "room-talking": "Vừa nói vừa nhắn tin / Talking and writing",
    "room-chat": "Mạng rất yếu: chỉ nhắn tin / Very weak: words alone",
    "several": "Ba bên, được mời mới nói / Three ends, the word is given",
    "several-talking": "Ba bên, mở tin nhắn / Three ends, with words",
    "guest": "Người được mời / A guest",
    "desk": "Bàn tiếp / The desk",
    "desk-small": "Bàn tiếp, hình nhỏ / The desk, a small picture",
    "desk-still": "Bàn tiếp, ảnh đứng yên / The desk, a still picture",
    "desk-call-back": "Bàn tiếp, việc cần gọi điện / The desk, a call that is owed",
    "desk-voice-message": "Bàn tiếp, tin thoại / The desk, a voice message",
    "desk-audio": "Bàn tiếp, mạng công dân yếu / The desk, with a weak citizen",
    "desk-invite": "Bàn tiếp, mời người / The desk, inviting",
    "desk-link": "Bàn tiếp, đường dẫn cho người được mời / The desk, with a guest's link",
    "leader": "Điều hành lượt nói / Giving the word",
}
"""What each picture shows; a citizen's on a wide screen has the same name and `-wide`."""


def write_index(folder: Path) -> None:
    """The page that shows those pictures of the folder which have a title."""
    lines = [
        "# Phòng tiếp và bàn tiếp / The room and the desk",
        "",
        "`make room-pictures DESIGN=…` chụp lại, với hai rồi ba người trong Chromium thật, máy quay giả màu xanh. Phần mềm bên trái hoặc trên, bản thiết kế (nếu có) bên phải hoặc dưới.",
        "",
        "`make room-pictures DESIGN=…` takes them anew, with two and then three people in real Chromium, whose false cameras are green. The software stands on the left or above, the design, where there is one, on the right or below.",
    ]
    for name, title in TITLES.items():
        there = [one for one in (name, f"{name}-wide") if (folder / f"{one}.webp").exists()]
        if there:
            lines += ["", f"## {title}", *(f"\n![{title}]({one}.webp)" for one in there)]
    (folder / "README.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    told = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    told.add_argument("--design", type=Path, help="folder of the design's pictures")
    told.add_argument("--to", type=Path, default=Path("docs/pictures/room"))
    told.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(SCENES)}; all")
    wanted = told.parse_args()
    with servers.demo() as web, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        reception = Reception(browser, web, Album(wanted.to, wanted.design))
        reception.begins()
        for scene in wanted.scenes or SCENES:
            getattr(reception, scene)()
        browser.close()
    write_index(wanted.to)


if __name__ == "__main__":
    main()
