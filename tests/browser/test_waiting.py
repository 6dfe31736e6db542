"""Waiting as people do it: one phone, a second tab, a wrong clock, a line without a socket; and the board beside it."""

import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, DeskByForms
from tests.servers import Web
from tests.views.conftest import Page as Fragment

pytestmark = pytest.mark.browser

WRONG_CLOCK = "{ const right = Date.now; Date.now = () => right() + 3 * 3600e3; }"
HOLDS_AWAKE = """Object.defineProperty(navigator, "wakeLock", { value: {
  request: (kind) => ((window.awake = kind), Promise.resolve({})) } })"""
RINGS = """{
  window.rung = []; window.shaken = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) { window.rung.push(this.frequency.value); start.call(this, at); };
  navigator.vibrate = (pattern) => window.shaken.push(pattern);
}"""
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
    page.add_init_script(RINGS)
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
    assert page.evaluate("window.rung.slice(0, 2)") == [880, 660] and page.evaluate("window.shaken[0]")
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


@pytest.mark.long
def test_a_board_goes_on_through_a_night_a_lost_line_and_a_clock_set_back(
    chromium: Browser, one_server: Web
) -> None:
    context = chromium.new_context(base_url=one_server.url, viewport=DESK, locale="vi-VN")
    board, later, swaps = context.new_page(), timedelta(), itertools.count()
    board.route("**/socket.io/**", lambda route: route.abort())
    board.clock.install()
    board.goto("/board")

    def serve(route: Route) -> None:
        """What comes differs each time, as on a busy day, and has the server's time."""
        date = format_datetime(datetime.now(UTC) + later, usegmt=True)
        route.fulfill(body=f"<div>{next(swaps)}</div>", content_type="text/html", headers={"Date": date})

    def looks_again() -> None:
        with board.expect_response("**/board"):
            board.clock.fast_forward(16_000)
        board.clock.run_for(1500)

    board.route("**/board", serve)
    looks_again()
    evening = board.locator("[data-date]").inner_text()
    later = timedelta(days=1)
    looks_again()
    assert board.locator("[data-date]").inner_text() != evening
    board.clock.set_system_time(datetime.now(UTC) - timedelta(hours=5))
    looks_again()
    context.set_offline(True)
    board.clock.fast_forward(16_000)
    context.set_offline(False)
    looks_again()

    devtools = context.new_cdp_session(board)

    def grown() -> tuple[int, int]:
        devtools.send("HeapProfiler.collectGarbage")
        counted = devtools.send("Memory.getDOMCounters")
        return counted["nodes"], counted["jsEventListeners"]

    swap = """async (times) => { for (let n = 0; n < times; n += 1) await new Promise((done) => {
      const board = document.getElementById("chinh");
      board.addEventListener("htmx:afterSwap", done, { once: true });
      board.dispatchEvent(new CustomEvent("changed"));
    }); }"""
    board.clock.resume()
    board.evaluate(swap, 20)
    nodes, listeners = grown()
    board.evaluate(swap, 200)
    more_nodes, more_listeners = grown()
    assert more_nodes < nodes + 100 and more_listeners < listeners + 20
    context.close()
