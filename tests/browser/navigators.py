"""What each person does on the pages, as sentences; only what several tests need."""

import re
from pathlib import Path

from playwright.sync_api import APIRequestContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.people import ANSWERS
from webapp.domain.codes import new_code
from webapp.services import petition_steps

PASSWORD = "demo-Hanoi-2026"
STORY = (
    "Gia đình tôi bị thu hồi 312 m² đất vườn. Biên bản đo thiếu 46 m² phía giáp mương. "
    "Tôi đề nghị đo lại và tính bồi thường phần còn thiếu."
)

AGAINST = re.compile("Về quyết định, việc làm hay người nào|Ông/Bà tố cáo ai")
"""How this is asked depends on the kind of the matter."""


class Camera:
    """Keeps a picture of each step, numbered in order."""

    def __init__(self, folder: Path, name: str):
        self._folder, self._name, self._count = folder, name, 0

    def shoot(self, page: Page, step: str) -> None:
        self._count += 1
        path = self._folder / f"{self._name}-{self._count:02d}-{step}.png"
        for last in (False, False, True):
            try:
                page.screenshot(path=path)
                return
            except PlaywrightError:
                # A page that is just being replaced cannot be drawn; the next moment it can.
                if last:
                    raise
                page.wait_for_load_state()


class Citizen:
    """A person with a phone."""

    def __init__(self, page: Page, phone: str, camera: Camera):
        self.page, self.phone, self.camera = page, phone, camera

    def signs_in(self) -> None:
        page = self.page
        page.goto("/")
        self.camera.shoot(page, "home")
        page.get_by_role("link", name="Bắt đầu trình bày").click()
        page.get_by_label("Số điện thoại").fill(self.phone)
        self.camera.shoot(page, "phone")
        page.get_by_role("button", name="Nhận mã").click()
        page.get_by_label("Nhập 6 số trong tin nhắn").fill(self.reads_the_code())
        self.camera.shoot(page, "code")
        page.get_by_role("button", name="Tiếp tục").click()

    def has_signed_in(self) -> None:
        """As `signs_in`, by the forms alone: where a test is about what comes after."""
        ask = self.page.request
        token = _hidden(ask.get("/login").text(), "csrf_token")
        page = ask.post("/login", form={"csrf_token": token, "phone": self.phone})
        token = _hidden(page.text(), "csrf_token")
        assert ask.post(page.url, form={"csrf_token": token, "code": self.reads_the_code()}).ok

    def reads_the_code(self) -> str:
        newest = self.page.request.get("/demo/outbox.json").json()[0]
        assert newest["to"].endswith(self.phone.replace(" ", "")[1:])
        return str(newest["body"]).split(": ")[1][:6]

    def presents_the_matter(
        self, kind: str = "Khiếu nại", story: str = STORY, and_goes_on: bool = True
    ) -> None:
        """To the receipt, and on to the place in a sitting."""
        page = self.page
        page.get_by_role("radio", name=kind).check()
        self.goes_on("kind")
        self.says_who_they_are()
        self.tells_and_sends(story)
        if and_goes_on:
            page.get_by_role("link", name="Lấy số gặp cán bộ").click()

    def tells_and_sends(self, story: str = STORY) -> None:
        """From the question what happened to the receipt."""
        page = self.page
        page.get_by_label("Việc của Ông/Bà là gì?").fill(story)
        self.goes_on("story")
        page.get_by_label(AGAINST).fill("Quyết định thu hồi đất số 15")
        self.goes_on("against")
        page.get_by_role("radio", name="Chưa ai giải quyết").check()
        self.goes_on("settled")
        page.get_by_label("Ông/Bà đề nghị điều gì?").fill("Đo lại đất, bồi thường phần thiếu.")
        self.goes_on("wish")
        self.passes_over_the_papers()
        expect(page.get_by_role("heading", name="Kiểm tra lại rồi gửi")).to_be_visible()
        self.camera.shoot(page, "review")
        page.get_by_role("button", name="Gửi đơn").click()
        expect(page.get_by_role("heading", name="Đã nhận đơn của Ông/Bà")).to_be_visible()
        self.camera.shoot(page, "receipt")

    def sends_a_petition(self) -> None:
        """As `presents_the_matter`, by the forms alone: where a test is about what comes after."""
        self.page.goto(f"{self.has_sent()}/book")

    def has_sent(self, **otherwise: str) -> str:
        """By the forms alone, a whole petition; gives its address."""
        token = self.has_answered(**otherwise)
        receipt = self.page.request.post(f"{self.draft}/review", form={"csrf_token": token})
        return receipt.url.removesuffix("/receipt")

    def has_answered(self, until: str = "review", **otherwise: str) -> str:
        """By the forms alone, all questions of a new draft before this one; gives the token of the forms."""
        ask, told = self.page.request, ANSWERS | otherwise
        self.draft = f"/petitions/new/{new_code()}"
        token = _hidden(ask.get(f"{self.draft}/kind").text(), "csrf_token")
        for step in petition_steps.steps_for(told):
            if step.name == until:
                break
            typed = {field: told[field] for field in step.fields if told.get(field)}
            kept = ask.post(f"{self.draft}/{step.name}", form={"csrf_token": token, **typed}, max_redirects=0)
            assert kept.status == 303
        return token

    def passes_over_the_papers(self) -> None:
        expect(self.page.get_by_role("heading", name="có giấy tờ hay ảnh kèm theo không")).to_be_visible()
        self.camera.shoot(self.page, "files")
        self.page.get_by_role("link", name="Tiếp tục").click()

    def says_who_they_are(self) -> None:
        """From the question for whom to the question what happened."""
        page = self.page
        self.says_their_name()
        self.finds("Vân Hòa", "Xã Yên Bài")
        page.get_by_label("Thôn, xóm, tổ dân phố, số nhà").fill("Xóm Mít")
        self.goes_on("home")
        page.get_by_role("radio", name="Xã Yên Bài").check()
        self.goes_on("place")
        self.goes_on("help", "Bỏ qua câu này")

    def says_their_name(self) -> None:
        page = self.page
        page.get_by_role("radio", name="Cho tôi").check()
        self.goes_on("behalf")
        page.get_by_label("Họ và tên").fill("Nguyễn Văn Lành")
        page.get_by_label("Năm sinh").fill("1962")
        self.goes_on("who")
        page.get_by_role("radio", name="Thẻ căn cước").check()
        page.get_by_label("Số giấy tờ").fill("001 062 012 345")
        self.goes_on("paper")

    def finds(self, name: str, place: str) -> None:
        """Looks for a commune by an old name and takes the one of today; scripts or not."""
        page = self.page
        page.get_by_label("Tìm xã, phường").fill(name)
        page.get_by_role("button", name="Tìm").click()
        page.get_by_role("radio", name=place).check()

    def goes_on(self, step: str, button: str = "Tiếp tục") -> None:
        """To the next question, which a script opens a moment after the press."""
        self.camera.shoot(self.page, step)
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_url(lambda url: not url.endswith(f"/{step}"))

    def takes_a_number(self, place: str = "Ở nhà") -> str:
        page = self.page
        page.get_by_role("radio", name=place).check()
        self.camera.shoot(page, "place")
        page.get_by_role("button", name="Lấy số").click()
        expect(page.get_by_text("Số của Ông/Bà")).to_be_visible()
        self.camera.shoot(page, "waiting")
        return page.locator(".bigno").inner_text()


class Officer:
    """A reception officer at a desk."""

    def __init__(self, page: Page, camera: Camera, username: str = "canbo1"):
        self.page, self.camera, self.username = page, camera, username

    def opens_a_desk(self, number: int = 2) -> None:
        page = self.page
        page.goto("/desk")
        page.get_by_label("Tên đăng nhập").fill(self.username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("button", name=f"Bàn {number}", exact=True).click()
        expect(page.get_by_role("heading", name="Bàn đang trống")).to_be_visible()
        self.camera.shoot(page, "desk-idle")

    def calls(self, number: str) -> None:
        row = self.page.locator(f"#q{int(number)}")
        row.get_by_role("button", name="Gọi số này").click()
        expect(self.page.locator("#visit")).to_contain_text(number)

    def writes_minutes(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Biên bản").fill(text)
        expect(self.page.locator("[data-saved]")).to_contain_text("Đã lưu")

    def closes(self, outcome: str, words: str) -> None:
        page = self.page
        page.get_by_role("radio", name=outcome).check()
        page.get_by_label("Kết quả, viết cho công dân đọc").fill(words)
        self.camera.shoot(page, "outcome")
        page.get_by_role("button", name="Kết thúc lượt tiếp").click()
        expect(page.get_by_role("heading", name="Bàn đang trống")).to_be_visible()


class DeskByForms:
    """An officer by the forms of the desk alone: where what the others see is looked at."""

    def __init__(self, ask: APIRequestContext, desk: int, username: str = "canbo1"):
        self.ask = ask
        self.posts("/staff/login", {"username": username, "password": PASSWORD})
        row = re.search(
            rf'name="desk" value="(\d+)">(?:<input[^>]*>)?<button[^>]*>Bàn {desk}<', ask.get("/desk").text()
        )
        assert row
        self.posts("/desk/open", {"desk": row[1]})

    def posts(self, path: str, form: dict[str, str]) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask.get("/staff/login").text())
        token = token or re.search(r'name="csrf_token" value="([^"]+)"', self.ask.get("/desk").text())
        assert token
        answer = self.ask.post(path, form={"csrf_token": token[1], "key": new_code(), **form})
        assert answer.ok, (path, answer.status)
        return answer.text()

    def calls(self, code: str) -> None:
        self.posts(f"/desk/visit/{code}/call", {})

    def in_hand(self) -> str:
        """The visit at this desk."""
        found = re.search(r'data-visit="([^"]+)"', self.ask.get("/desk").text())
        assert found
        return found[1]

    def row(self, number: str) -> str:
        """What stands of this number in today's queue."""
        queue = self.ask.get("/desk/queue", headers={"HX-Request": "true"}).text()
        found = re.search(rf'<li id="q{int(number)}".*?</li>', queue, re.DOTALL)
        assert found, number
        return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def writes(page: Page, text: str) -> None:
    """A chat message, as either side writes it."""
    page.get_by_label("Tin nhắn", exact=True).last.fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def opens_the_chat(page: Page) -> None:
    """In the room, until all that can be sent beside words is ready."""
    page.wait_for_load_state()
    page.get_by_role("button", name="Nhắn tin").click()
    expect(page.locator(".attach.ready")).to_be_visible()


def holds_and_talks(page: Page, milliseconds: int) -> None:
    """Presses, speaks (Chromium's false microphone beeps) and lets go."""
    box = page.get_by_role("button", name="Giữ để nói").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(page.get_by_role("timer")).to_contain_text("Còn 1:")
    page.wait_for_timeout(milliseconds)


def hears_and_sees(page: Page) -> None:
    """Media arrive: bytes of voice and frames of picture grow."""
    page.wait_for_function(
        """async () => {
            const first = window.callStats && await window.callStats();
            if (!first) return false;
            await new Promise((done) => setTimeout(done, 1000));
            const second = await window.callStats();
            return second && second.audioBytes > first.audioBytes && second.videoFrames > first.videoFrames;
        }""",
        timeout=60_000,
    )


def _hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]+)"', page)
    assert found is not None, name
    return found[1]
