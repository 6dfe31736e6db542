"""What people can rely on at the field for the code: a paste, the phone's own suggestion, and the wait told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import servers
from tests.browser.conftest import PHONE
from webapp.domain.sign_in_rules import read_code

pytestmark = pytest.mark.browser
PHONE_WITH_OFFER = """
window.OTPCredential = class {};
navigator.credentials.get = ({ otp, signal }) => new Promise((give, refuse) => {
  window.messageComes = (code) => give({ code, transport: otp.transport });
  signal.addEventListener("abort", () => refuse(signal.reason));
});
"""


@pytest.fixture
def server(one_server: servers.Web) -> servers.Web:
    return one_server


def test_a_pasted_message_becomes_its_six_digits_and_signs_in(window: Callable[..., Page]) -> None:
    page = _asks(window(PHONE), "0913 000 021")
    message = _message(page)
    page.get_by_label("Nhập 6 số").fill(" ".join(message.split()))
    expect(page.get_by_label("Nhập 6 số")).to_have_value(read_code(message))
    page.get_by_label("Máy này dùng chung hoặc đi mượn").check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("#devices")).to_contain_text("máy dùng chung")
    [cookie] = [one for one in page.context.cookies() if one.get("name") == "tcd"]
    assert cookie.get("expires") == -1, "it goes when the browser is closed"


def test_the_code_that_the_phone_offers_stands_in_the_field(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    page.add_init_script(PHONE_WITH_OFFER)
    _asks(page, "0913 000 022")
    page.evaluate("code => window.messageComes(code)", read_code(_message(page)))
    expect(page.get_by_label("Nhập 6 số")).to_have_value(read_code(_message(page)))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", name="Việc của tôi")).to_be_visible()


def test_the_wait_for_another_code_is_counted_down(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    page.clock.install()
    _asks(page, "0913 000 023")
    again = page.get_by_role("button", name="Gửi mã khác")
    expect(page.get_by_text("giây thì xin mã khác được")).to_be_visible()
    expect(again).to_be_disabled()
    page.clock.fast_forward(61_000)
    expect(page.get_by_text("Xin mã khác được rồi")).to_be_visible()
    expect(page.get_by_text("giây thì xin mã khác được")).to_be_hidden()
    expect(again).to_be_enabled()


def _asks(page: Page, phone: str) -> Page:
    page.goto("/login")
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_role("button", name="Nhận mã").click()
    expect(page.get_by_label("Nhập 6 số")).to_be_visible()
    return page


def _message(page: Page) -> str:
    return str(page.request.get("/demo/outbox.json").json()[0]["body"])
