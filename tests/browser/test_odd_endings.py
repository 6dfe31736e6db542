"""Waits that do not go as planned: each ends in the right state, and the person reads in words what holds until when."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from sqlalchemy import delete, select

from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, DeskByForms
from webapp.domain.visit_flow import State, VisitTimes
from webapp.extensions import db
from webapp.models import OneTimeCode, Visit
from webapp.rendering import clock
from webapp.services.unit_of_work import unit_of_work

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("house")]

Window = Callable[..., Page]
HOURS_AHEAD = "{ const right = Date.now; Date.now = () => right() + 5 * 3600e3; }"
HOURS_BEHIND = "{ const right = Date.now; Date.now = () => right() - 7 * 3600e3; }"
MOMENTS = ("answer_by", "stepped_out_until", "kept_until", "ended_at", "waiting_since", "seen_at")


def visit_of(code: str) -> Visit:
    db.session.rollback()
    return db.session.scalars(select(Visit).where(Visit.code == code)).one()


def let_pass(code: str, minutes: float) -> None:
    """So much time goes by for this visit: what the server remembers of it lies further back."""
    with unit_of_work() as work:
        visit = work.session.scalars(select(Visit).where(Visit.code == code)).one()
        for name in MOMENTS:
            if (moment := getattr(visit, name)) is not None:
                setattr(visit, name, moment - timedelta(minutes=minutes))


def comes_to(sight: Callable[[], object], wanted: object) -> None:
    """What the server does by its own clock, each second, is done within a moment."""
    patience = time.monotonic() + 20
    while (seen := sight()) != wanted and time.monotonic() < patience:
        time.sleep(0.1)
    assert seen == wanted


def looks_again(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


class Phone:
    """A person who waits at home with a phone; `before` runs ahead of its pages' scripts."""

    def __init__(self, window: Window, number: str, camera: Camera, before: str = ""):
        self.window, self.phone, self.camera = window, number, camera
        self.page = self._signed_in()
        if before:
            self.page.add_init_script(before)
        self.takes_a_number(Citizen(self.page, number, camera).has_sent())

    def takes_a_number(self, petition: str) -> None:
        self.page.goto(f"{petition}/book")
        self.page.get_by_role("radio", name="Ở nhà").check()
        self.page.get_by_role("button", name="Lấy số").click()
        self.number = self.page.locator(".bigno").inner_text()
        self.address, self.code = self.page.url, self.page.url.split("/")[4]
        expect(self.page.locator("[data-live]")).to_be_visible()

    def _signed_in(self) -> Page:
        page = self.window(PHONE)
        Citizen(page, self.phone, self.camera).has_signed_in()
        return page

    def another_device(self) -> Page:
        """At the same page, signed in by the same number a while later."""
        with unit_of_work() as work:
            work.session.execute(delete(OneTimeCode))
        page = self._signed_in()
        page.goto(self.address)
        return page

    def dies(self) -> None:
        """No goodbye; they take another one."""
        self.page.context.close()
        self.page = self.another_device()

    def presses(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def enters(self) -> None:
        self.page.get_by_role("link", name=re.compile("Vào (lại )?phòng tiếp")).click()
        expect(self.page.locator("#status")).to_contain_text("Đang gặp cán bộ")

    def reads(self, words: str) -> None:
        expect(self.page.locator("#wait")).to_contain_text(words)

    @property
    def visit(self) -> Visit:
        return visit_of(self.code)

    def until(self, moment: str) -> str:
        """A moment of the visit, as clocks in Hanoi show it."""
        at = getattr(self.visit, moment)
        assert at, moment
        return clock(at)


def joins_late(line: WebSocketRoute, held: list[Callable[[], None]]) -> None:
    """Keeps back what the page says to join, and lets all else through."""
    server = line.connect_to_server()

    def pass_on(message: str | bytes) -> None:
        held.append(lambda: server.send(message)) if '"join"' in str(message) else server.send(message)

    line.on_message(pass_on)


def steps_out_twice(phone: Phone, desk: DeskByForms) -> None:
    for gone in (6, 11):
        phone.presses("Nhường người sau")
        phone.reads("Ông/Bà đang nhường lượt đến")
        until = phone.until("stepped_out_until")
        phone.reads(f"Ông/Bà đang nhường lượt đến {until}.")
        assert f"nhường lượt đến {until}" in desk.row(phone.number)
        let_pass(phone.code, gone)
    expect(phone.page.get_by_role("button", name="Nhường người sau")).to_have_count(0)
    looks_again(phone.page)
    expect(phone.page.locator("#wait")).not_to_contain_text("đang nhường lượt")
    assert "nhường lượt" not in desk.row(phone.number), (
        "who comes back late is called by the old place in the line"
    )


def misses_two_calls(phone: Phone, desk: DeskByForms) -> None:
    """Three minutes, three more when asked for, and once more from the head of the line."""
    desk.calls(phone.code)
    phone.reads(f"Hãy vào trước {phone.until('answer_by')}.")
    let_pass(phone.code, 4)
    phone.reads("Số được giữ ở đầu hàng, cán bộ gọi lại một lần nữa.")
    assert "tiếp theo" in desk.row(phone.number)
    desk.calls(phone.code)
    phone.reads("Đây là lần gọi thứ hai.")
    before = phone.until("answer_by")
    phone.presses("Xin chờ thêm 3 phút")
    expect(phone.page.get_by_role("button", name="Xin chờ thêm")).to_have_count(0)
    assert phone.until("answer_by") != before
    phone.reads(f"Hãy vào trước {phone.until('answer_by')}.")
    let_pass(phone.code, 7)
    phone.reads("Ông/Bà đã lỡ lượt")
    assert "Vắng" in desk.row(phone.number)


def comes_back(phone: Phone, desk: DeskByForms) -> None:
    until = clock(phone.visit.ended_at + VisitTimes().come_back)  # type: ignore[operator]
    phone.reads(f"Đến {until}, Ông/Bà vẫn trở lại được và là người tiếp theo.")
    phone.presses("Tôi đã sẵn sàng")
    phone.reads("Ông/Bà là người tiếp theo.")
    assert "tiếp theo" in desk.row(phone.number)


def test_who_steps_out_misses_calls_or_loses_the_phone_reads_until_when_and_loses_nothing(
    window: Window, album: Path
) -> None:
    desk = DeskByForms(window(DESK).request, 2)
    phone = Phone(window, "0912000007", Camera(album, "odd"), HOURS_BEHIND)
    steps_out_twice(phone, desk)
    misses_two_calls(phone, desk)
    phone.camera.shoot(phone.page, "missed")
    phone.dies()
    comes_back(phone, desk)
    desk.posts("/desk/call-next", {})
    assert desk.in_hand() == phone.code
    phone.reads("Mời Ông/Bà số")
    # A page that is just opening misses nothing that changes before the server counts it among the listeners.
    held: list[Callable[[], None]] = []
    opening = phone.page.context.new_page()
    opening.route_web_socket("**/socket.io/**", lambda line: joins_late(line, held))
    opening.goto(phone.address)
    comes_to(lambda: bool(opening.wait_for_load_state("networkidle") or held), True)
    desk.posts(f"/desk/visit/{phone.code}/send-back", {})
    phone.reads("Số được giữ ở đầu hàng")
    for let_go in held:
        let_go()
    expect(opening.locator("#wait")).to_contain_text("Số được giữ ở đầu hàng")


def lid_is_closed(phone: Phone, minutes: float, desk: DeskByForms) -> None:
    """The page stands still and without a network while it is called twice; then it is looked at again."""
    freeze = phone.page.context.new_cdp_session(phone.page)
    freeze.send("Page.setWebLifecycleState", {"state": "frozen"})
    phone.page.context.set_offline(True)
    for _ in range(2):
        desk.calls(phone.code)
        let_pass(phone.code, 4)
        comes_to(lambda: phone.visit.state is State.CALLED, False)
    assert phone.visit.state is State.NO_SHOW
    assert "Vắng" in desk.row(phone.number)
    let_pass(phone.code, minutes)
    phone.page.context.set_offline(False)
    freeze.send("Page.setWebLifecycleState", {"state": "active"})
    looks_again(phone.page)


def line_is_lost(phone: Phone, desk: DeskByForms) -> None:
    """In the room, for longer than half a minute."""
    phone.page.context.set_offline(True)
    comes_to(lambda: (let_pass(phone.code, 0.2), phone.visit.state)[1], State.INTERRUPTED)
    row = desk.row(phone.number)
    assert "Mất mạng" in row and f"giữ đến {phone.until('kept_until')}" in row


@pytest.mark.long
@pytest.mark.alone
def test_three_phones_and_two_desks_end_every_odd_wait_in_the_right_state(
    window: Window, album: Path
) -> None:
    camera = Camera(album, "odd-three")
    first = DeskByForms(window(DESK).request, 2)
    second = DeskByForms(window(DESK).request, 3, "canbo2")
    one = Phone(window, "0912000007", camera, HOURS_AHEAD)
    two = Phone(window, "0912000008", camera, HOURS_BEHIND)
    three = Phone(window, "0912000009", camera)

    # A clock that is wrong by hours, and two desks: each waits for its own call.
    first.calls(one.code)
    second.calls(two.code)
    for phone in (one, two):
        phone.reads(f"Hãy vào trước {phone.until('answer_by')}.")
        expect(phone.page.locator("[data-until] b")).to_have_text(re.compile(r"^(2:[0-5]\d|3:00)$"))
    expect(three.page.locator("[data-at-desks]")).to_contain_text("ở Bàn 2")
    expect(three.page.locator("[data-at-desks]")).to_contain_text("ở Bàn 3")

    # Two tabs, then two devices: what one does the other shows, and the talk is where the person is.
    tab = one.page.context.new_page()
    tab.goto(one.address)
    one.enters()
    expect(tab.get_by_role("heading", name="Cuộc tiếp của Ông/Bà đang mở")).to_be_visible()
    tab.close()
    assert "Đang tiếp" in first.row(one.number)
    other = one.another_device()
    other.get_by_role("link", name="Vào lại phòng tiếp").click()
    expect(one.page.locator("[data-line]")).to_contain_text("Phòng này đang mở ở cửa sổ hoặc máy khác.")
    expect(other.locator("#status")).to_contain_text("Đang gặp cán bộ")
    one.page.context.close()
    one.page = other

    # A line that is lost while the desk receives somebody else: back into the line, at its head, where it rings.
    line_is_lost(one, first)
    first.calls(three.code)
    one.page.context.set_offline(False)
    one.page.wait_for_url("**/wait")
    one.reads("Bàn đang tiếp người khác. Xong là cán bộ gọi lại Ông/Bà.")
    assert "tiếp theo" in first.row(one.number)
    three.enters()

    # A phone that dies in the talk: the place is kept, the new one goes on with it.
    three.page.context.close()
    comes_to(lambda: (let_pass(three.code, 0.2), three.visit.state)[1], State.INTERRUPTED)
    kept = three.until("kept_until")
    three.page = three.another_device()
    three.reads(f"Chỗ của Ông/Bà được giữ đến {kept}.")
    assert f"giữ đến {kept}" in first.row(three.number)
    camera.shoot(three.page, "kept")
    three.enters()
    assert "Đang tiếp" in first.row(three.number)

    # Too late for the kept place: still let in, by the line's order.
    line_is_lost(three, first)
    let_pass(three.code, 16)
    page = three.another_device()
    expect(page.locator("#wait")).to_contain_text(
        "Quá giờ giữ chỗ, Ông/Bà vẫn vào lại được và được gọi theo lượt."
    )
    first.calls(one.code)
    one.reads("Mời Ông/Bà số")
    page.get_by_role("link", name="Vào lại phòng tiếp").click()
    expect(page.locator("#wait")).to_contain_text("Số của Ông/Bà")
    assert "tiếp theo" not in first.row(three.number)
    three.page.context.close()
    three.page = page
    one.presses("Rời hàng chờ")
    expect(one.page.get_by_text("Đã rời hàng chờ")).to_be_visible()
    assert "Đã rời" in first.row(one.number)

    # A lid that is closed: called meanwhile, twice; within the hour one comes back, after it with a new number.
    second.posts(f"/desk/visit/{two.code}/send-back", {})
    two.reads("Số được giữ ở đầu hàng")
    second.calls(two.code)
    second.posts(f"/desk/visit/{two.code}/send-back", {})
    two.reads("Ông/Bà đã lỡ lượt")
    comes_back(two, second)
    lid_is_closed(two, 30, second)
    comes_back(two, second)
    lid_is_closed(three, 61, second)
    three.reads("Đã quá giờ trở lại của buổi này. Đơn vẫn còn nguyên, Ông/Bà lấy số ở buổi khác.")
    three.page.get_by_role("link", name="Xem đơn, lấy số khác").click()
    missed = three.number
    three.takes_a_number(three.page.url)
    assert int(three.number) > int(missed)
    assert "phút" in second.row(three.number)

    # Leaving and returning.
    three.presses("Rời hàng chờ")
    expect(three.page.get_by_text("Đã rời hàng chờ")).to_be_visible()
    assert "Đã rời" in second.row(three.number)
    left = three.number
    three.page.get_by_role("link", name="Xem đơn, lấy số khác").click()
    three.takes_a_number(three.page.url)
    assert int(three.number) > int(left)
