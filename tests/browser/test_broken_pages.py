"""A page whose scripts did not come: on a line that breaks, that is any page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK
from tests.browser.navigators import PASSWORD, Camera, Officer

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


@pytest.mark.parametrize("script", ["js/desk.js", "js/live.js", "vendor/htmx.min.js"])
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
