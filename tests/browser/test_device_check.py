"""The check before the call: each part tried, told, kept, seen at the desk; help where something is refused."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer

pytestmark = pytest.mark.browser

REFUSED = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
  navigator.permissions.query = async () => ({ state: "denied" });
}"""
"""As after an earlier No."""
NO_DEVICES = "() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
"""As in the browser of a chat app."""


def test_what_was_tried_is_told_and_the_officer_knows_before_the_call(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "device-check")
    citizen = Citizen(window(PHONE), "0912000017", camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    page = citizen.page
    page.get_by_role("link", name="Thử máy và mạng").click()
    page.get_by_role("button", name="Thử micro").click()
    expect(page.get_by_text("Micro: nghe rõ")).to_be_visible()
    page.get_by_role("button", name="Nghe thử").click()
    page.get_by_role("button", name="Có nghe").click()
    expect(page.get_by_text("Loa: tốt")).to_be_visible()
    page.get_by_role("button", name="Thử máy ảnh").click()
    expect(page.get_by_text("Máy ảnh: tốt")).to_be_visible()
    camera.shoot(page, "camera")

    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/sample" in request.url else None)
    page.get_by_role("button", name="Thử mạng").click()
    expect(page.get_by_text("Mạng: tốt")).to_be_visible()
    expect(page.locator("#checked")).to_contain_text("phòng sẽ bắt đầu bằng: chỉ có tiếng")
    assert 40_000 < sum(sum(size.values()) for size in map(sizes, asked)) < 100_000
    assert page.evaluate("JSON.parse(localStorage.getItem('link')).kbits") > 500, "what the room begins with"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    camera.shoot(page, "done")

    page.evaluate(REFUSED)
    part = page.locator("[data-part=camera]")
    part.get_by_role("button", name="Thử lại").click()
    expect(page.get_by_role("heading", name="Cho phép dùng máy ảnh và micro")).to_be_visible()
    expect(page.get_by_role("heading", name="Mở trang này bằng trình duyệt khác")).to_be_hidden()
    expect(page.locator("#checked")).to_contain_text("máy ảnh chưa được cho phép")
    camera.shoot(page, "refused")
    page.evaluate(NO_DEVICES)
    part.get_by_role("button", name="Thử lại").click()
    expect(page.get_by_role("heading", name="Mở trang này bằng trình duyệt khác")).to_be_visible()
    assert page.get_by_label("Địa chỉ trang này").input_value() == page.url
    camera.shoot(page, "in-app")

    officer = Officer(window(DESK), camera)
    officer.opens_a_desk()
    officer.calls(number)
    expect(officer.page.locator("[data-check]")).to_contain_text(
        re.compile(r"máy ảnh trình duyệt không cho dùng · \d+ kbit/s, bắt đầu bằng chỉ có tiếng")
    )
    camera.shoot(officer.page, "desk")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("link", name="Vào phòng tiếp"), "no call is missed at the check").to_be_visible()


def test_a_stranger_may_try_devices_and_network_and_nothing_of_it_is_sent_on(
    window: Callable[..., Page],
) -> None:
    page = window(PHONE)
    page.goto("/schedule")
    page.get_by_role("link", name="Thử máy và mạng trước ngày hẹn").click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.split("/", 3)[3]))
    page.get_by_role("button", name="Thử micro").click()
    expect(page.get_by_text("Micro: nghe rõ")).to_be_visible()
    page.get_by_role("button", name="Thử mạng").click()
    expect(page.get_by_text("Mạng: tốt")).to_be_visible()
    expect(page.get_by_text("Kết quả chỉ hiện trên máy này")).to_be_visible()
    assert "check/sample" in sent
    assert "check" not in sent


def sizes(request: Request) -> dict[str, int]:
    return dict(request.sizes())  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def rule(chromium: Browser, call_url: str) -> Any:
    page = chromium.new_page()
    page.goto(call_url)
    ask = "async ([name, given]) => (await import('/js/check-line.js'))[name](given)"
    yield lambda name, given: page.evaluate(ask, [name, given])
    page.close()


def test_loss_is_told_by_the_answers_that_came_late_and_rate_by_what_came_between_losses(rule: Any) -> None:
    assert rule("lossOf", [90, 100, 95, 140, 100, 99, 101, 98]) == 0
    assert rule("lossOf", [100, 100, 100, 400, 100, 100, 400, 100]) == pytest.approx(0.134, abs=0.001)
    packets = [{"at": 10 * place, "number": place, "bytes": 1000} for place in range(24)]
    assert rule("rateOf", packets) == 800
    after_a_loss = [one | {"at": one["at"] + 1000 * (place > 12)} for place, one in enumerate(packets[:20])]
    assert rule("rateOf", after_a_loss) == 800


@pytest.mark.parametrize("spent", [0, 60_000])
def test_a_relay_that_was_tried_in_vain_and_the_server_share_one_hundred_kilobytes(
    chromium: Browser, call_url: str, spent: int
) -> None:
    page = chromium.new_page()
    page.goto(call_url)
    sizes = page.evaluate(
        """async (spent) => {
          let [asked, sent] = ["", 0];
          window.fetch = async (address, { body }) => {
            if (body === undefined) asked = address;
            sent += body ? body.length : 0;
            return body === undefined ? new Response(new Uint8Array(100)) : new Response(null, { status: 204 });
          };
          await (await import("/js/check-line.js")).overServer("/sample", "", spent);
          return [asked, sent];
        }""",
        spent,
    )
    page.close()
    assert sizes == (["/sample?short=1", 4000] if spent else ["/sample", 12_000])
