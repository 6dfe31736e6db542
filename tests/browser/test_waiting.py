"""Waiting as people do it: one phone, a second tab, a wrong clock, a line without a socket; and the board beside it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, DeskByForms
from tests.views.conftest import Page as Fragment

pytestmark = pytest.mark.browser

WRONG_CLOCK = "{ const right = Date.now; Date.now = () => right() + 3 * 3600e3; }"
HOLDS_AWAKE = """Object.defineProperty(navigator, "wakeLock", { value: {
  request: (kind) => ((window.awake = kind), Promise.resolve({})) } })"""
SPEAKS = """{
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voice = { speaking: false, cancel() {}, addEventListener() {}, getVoices: () => [{ lang: "vi-VN" }],
    speak: ({ text }) => window.said.push(text) };
  Object.defineProperty(window, "speechSynthesis", { value: voice });
}"""


def read(part: str) -> tuple[str, list[object]]:
    """What a part says and what its script knows; the tokens and keys of its forms differ at each rendering."""
    found = Fragment(part)
    return found.text, [one for one in found.elements if one[1].get("name") not in ("csrf_token", "key")]


def test_a_phone_follows_the_line_rings_and_ends_in_the_right_state(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "waiting")
    page, desk = window(PHONE), DeskByForms(window(DESK).request, 2)
    page.add_init_script(WRONG_CLOCK + HOLDS_AWAKE)
    citizen = Citizen(page, "0912000007", camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    page.get_by_role("radio", name="Ở nhà").check()
    page.get_by_role("button", name="Lấy số").click()
    number, address = page.locator(".bigno").inner_text(), page.url
    assert page.locator("#wait").get_attribute("data-title") == page.title()
    board = window(DESK)
    board.add_init_script(SPEAKS)
    board.goto("/board")
    # Where no socket comes through, the page asks now and then, and whenever it is looked at.
    without = page.context.new_page()
    without.route("**/socket.io/**", lambda route: route.abort())
    without.goto(address)

    expect(page.locator("[data-live]")).to_be_visible()
    ahead = int(page.locator("[data-ahead-now]").inner_text())
    camera.shoot(page, "in-line")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    desk.posts("/desk/call-next", {})
    expect(page.locator("[data-ahead-now]")).to_have_text(str(ahead - 1))
    expect(page.locator("[data-at-desks]")).to_contain_text("ở Bàn 2")
    expect(
        board.locator(".now"), "the board looks at its own pace: taken back sooner, it says nothing"
    ).to_be_visible()
    assert [url for url in asked if "/wait" in url] == [], "a call costs no request"
    anew = page.request.get(address, headers={"HX-Request": "true"}).text()
    assert read(page.locator("#wait").inner_html()) == read(anew), "and the page says what a reload would say"
    first = desk.in_hand()
    desk.posts(f"/desk/visit/{first}/send-back", {})
    expect(page.locator("[data-ahead-now]")).to_have_text(str(ahead))

    desk.posts(f"/desk/visit/{address.split('/')[4]}/call", {})
    expect(page.get_by_role("heading", name="vào phòng tiếp")).to_be_visible()
    expect(page.locator("[data-until] b")).to_have_text(re.compile(r"^(2:[0-5]\d|3:00)$"))
    assert page.title().startswith("● ") and page.evaluate("window.awake") == "screen"
    camera.shoot(page, "called")
    without.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(without.get_by_role("heading", name="vào phòng tiếp")).to_be_visible()
    expect(board.locator(".now")).to_contain_text(number)
    board.wait_for_function("() => window.said.length > 1")
    camera.shoot(board, "board")
    board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    said = board.evaluate("window.said")
    assert said[-1] == f"Mời số {int(number)}, vào bàn 2" and len(set(said)) == len(said)

    without.get_by_role("link", name="Vào phòng tiếp").click()
    expect(page.get_by_role("link", name="Vào lại phòng tiếp")).to_be_visible()
    assert page.title() == page.locator("#wait").get_attribute("data-title")
