"""A page whose scripts did not come: on a line that breaks, that is any page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests import servers
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import PASSWORD, Camera, Citizen, Officer, hears_and_sees, writes

pytestmark = pytest.mark.browser


class Breaks:
    """A line that does not bring the script while it is broken."""

    def __init__(self, page: Page, script: str):
        self.broken = True
        self.refused = 0
        page.route(f"**/{script}*", self._carry)

    def _carry(self, route: Route) -> None:
        if self.broken:
            self.refused += 1
            route.abort("connectionreset")
        else:
            route.continue_()


@pytest.mark.parametrize(
    "script",
    [
        "js/live.js",
        pytest.param("js/desk.js", marks=pytest.mark.long),
        pytest.param("vendor/htmx.min.js", marks=pytest.mark.long),
    ],
)
def test_scripts_that_did_not_come_are_brought_when_the_line_is_back(
    window: Callable[..., Page], album: Path, script: str
) -> None:
    page = window(DESK)
    officer = Officer(page, Camera(album, "broken"))
    line = Breaks(page, script)
    officer.opens_a_desk()
    page.wait_for_timeout(3000)
    assert line.refused
    assert not page.evaluate("() => Boolean(window.recording && window.htmx)")
    line.broken = False
    page.wait_for_function("() => window.recording && window.htmx", timeout=60_000)
    expect(page.get_by_role("heading", name="Bàn đang trống")).to_be_visible()


@pytest.mark.long
def test_a_page_that_lacks_a_script_stays_as_it_is_while_nobody_answers(
    window: Callable[..., Page], album: Path, server: servers.Web
) -> None:
    page = window(DESK)
    officer = Officer(page, Camera(album, "nobody"))
    line = page.context.new_cdp_session(page)  # leaves the cache alone, as a route would not
    line.send("Network.enable")
    line.send("Network.setBlockedURLs", {"urls": ["*/js/live.*"]})
    officer.opens_a_desk()
    server.kill()
    line.send("Network.setBlockedURLs", {"urls": []})
    page.wait_for_timeout(5000)
    expect(page.get_by_role("heading", name="Bàn đang trống")).to_be_visible()
    server.start()
    page.wait_for_function("() => window.recording && window.htmx", timeout=60_000)


def test_what_was_typed_meanwhile_stays(window: Callable[..., Page]) -> None:
    page = window(DESK)
    line = Breaks(page, "vendor/htmx.min.js")
    page.goto("/admin/accounts")
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    name = page.get_by_label("Tìm tên hoặc tên đăng nhập")
    name.fill("canbo1")
    line.broken = False
    page.wait_for_timeout(6000)
    expect(name).to_have_value("canbo1")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator("#accounts tbody tr")).to_have_count(1)


@pytest.mark.long
def test_what_was_said_before_a_page_had_its_line_is_there_when_it_has(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "late")
    citizen, officer = Citizen(window(PHONE), "0912000010", camera), Officer(window(DESK), camera)
    closed = True

    def carry(line: WebSocketRoute) -> None:
        if closed:
            line.close()
        else:
            line.connect_to_server()

    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.page.route(
        "**/socket.io/*transport=polling*", lambda route: route.abort() if closed else route.continue_()
    )
    officer.page.route_web_socket("**/socket.io/*", carry)
    officer.calls(number)
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    officer.page.wait_for_timeout(8000)  # whatever asks once for what came with the page has done so
    citizen.page.get_by_role("button", name="Nhắn tin").click()
    writes(citizen.page, "Cán bộ có nghe tôi không?")
    expect(citizen.page.locator(".msg:not([data-waiting])")).to_contain_text("Cán bộ có nghe")
    closed = False
    expect(officer.page.get_by_role("log")).to_contain_text("Cán bộ có nghe", timeout=40_000)


def test_who_answers_before_the_page_has_its_line_needs_no_other_page(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "tap")
    citizen, officer = Citizen(window(PHONE), "0912000014", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    page, closed = citizen.page, True
    page.route(
        "**/socket.io/*transport=polling*", lambda route: route.abort() if closed else route.continue_()
    )
    page.route_web_socket("**/socket.io/*", lambda line: line.close() if closed else line.connect_to_server())
    page.reload()
    page.locator("link[rel=modulepreload][href*='/room.js']").wait_for(state="attached")
    page.evaluate("() => (window.samePage = true)")
    late: list[Route] = []
    rings: list[str] = []
    page.on("request", lambda asked: rings.append(asked.url) if asked.url.endswith("/ahead") else None)
    page.route("**/wait", lambda asked: late.append(asked))
    page.evaluate("() => document.getElementById('wait').dispatchEvent(new CustomEvent('changed'))")
    page.wait_for_timeout(100)
    page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(page.locator("#room")).to_be_visible()
    assert page.evaluate("() => window.samePage"), "the room was there already"
    for one in late:
        one.continue_()
    closed = False
    hears_and_sees(page)
    assert late and not rings, "what comes late of the waiting page rings no more"


def test_minutes_typed_before_the_scripts_came_are_saved_once_they_come(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "early")
    citizen, officer = Citizen(window(PHONE), "0912000009", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    page = officer.page
    page.route("**/js/desk.js*", lambda _: None)  # under way until the line is let go
    page.reload(wait_until="commit")
    page.get_by_role("textbox", name="Biên bản").fill("Ông Lành đến từ sớm.")
    page.unroute("**/js/desk.js*")
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu")
    page.reload()
    expect(page.get_by_role("textbox", name="Biên bản")).to_have_value("Ông Lành đến từ sớm.")
