"""The electronic identity as people use it: on a phone, with and without scripts, and at the desk mid-call."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests import openid, servers
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer, hears_and_sees

pytestmark = pytest.mark.browser


def a_server(demo_base: Path, instance: Path, issuer: str) -> servers.Web:
    shutil.copytree(demo_base, instance)
    return servers.Web(
        instance, EID_ISSUER=issuer, EID_CLIENT_ID=openid.CLIENT, EID_CLIENT_SECRET=openid.SECRET
    )


@pytest.fixture
def server(demo_base: Path, tmp_path: Path) -> Iterator[servers.Web]:
    """The web process, and the provider that it was told of."""
    port = servers.free_port()
    web = a_server(demo_base, tmp_path / "instance", f"http://127.0.0.1:{port}")
    provider = openid.OpenIdProvider([f"{web.url}/login/electronic/back"], port)
    yield web
    provider.stop()
    web.stop()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_citizen_comes_in_with_the_electronic_identity(
    window: Callable[..., Page], album: Path, javascript: bool
) -> None:
    page = window(PHONE, javascript)
    camera = Camera(album, "electronic" if javascript else "electronic-plain")

    def goes_to_the_provider() -> None:
        page.goto("/login")
        camera.shoot(page, "sign-in")
        page.get_by_role("link", name="Đăng nhập bằng VNeID").click()

    goes_to_the_provider()
    page.get_by_role("button", name="Hủy").click()
    expect(page.get_by_role("alert")).to_contain_text("đã thôi đăng nhập")
    camera.shoot(page, "cancelled")

    goes_to_the_provider()
    page.get_by_label("Người dùng").fill("person-1")
    page.get_by_role("button", name="Đồng ý").click()
    expect(page.get_by_label("Số điện thoại")).to_have_value("0912 345 678")
    camera.shoot(page, "phone")
    page.get_by_role("button", name="Nhận mã").click()
    person = Citizen(page, "0912 345 678", camera)
    page.get_by_label("Nhập 6 số trong tin nhắn").fill(person.reads_the_code())
    camera.shoot(page, "code")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Đã gắn định danh điện tử của Nguyễn Văn Lành.")).to_be_visible()
    camera.shoot(page, "account")

    page.get_by_role("button", name="Thoát").click()
    page.wait_for_url("**/")  # what is left on the device goes first
    goes_to_the_provider()
    page.get_by_label("Người dùng").fill("person-1")
    page.get_by_role("button", name="Đồng ý").click()
    expect(page.get_by_role("heading", name="Việc của tôi")).to_be_visible()


@pytest.mark.alone
@pytest.mark.long
def test_the_officer_records_the_paper_without_leaving_the_call(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "paper-seen")
    citizen = Citizen(window(PHONE), "0912 000 003", camera)
    officer = Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    visit = officer.page.locator("#visit")
    expect(visit).to_contain_text("Đang tiếp")
    expect(visit).to_contain_text("Đã xác nhận số điện thoại")
    hears_and_sees(officer.page)
    camera.shoot(officer.page, "before")

    officer.page.evaluate("window.sameDocument = true")
    visit.get_by_role("button", name="Đã thấy giấy tờ").click()
    expect(visit).to_contain_text("Cán bộ đã thấy giấy tờ")
    camera.shoot(officer.page, "after")
    assert officer.page.evaluate("window.sameDocument"), "the page was not left"
    with officer.page.expect_popup() as opened:
        officer.page.get_by_role("button", name="Xem đủ số").click()
    expect(opened.value.get_by_text("001062012345")).to_be_visible()
    camera.shoot(opened.value, "in-full")
    hears_and_sees(officer.page)


@pytest.mark.long
def test_a_provider_that_does_not_answer_stops_nobody_else(demo_base: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        web = a_server(demo_base, tmp_path / "instance", f"http://127.0.0.1:{silent.getsockname()[1]}")
        answers: list[int] = []

        def ask() -> None:
            answers.append(requests.get(f"{web.url}/login/electronic", timeout=60).status_code)

        try:
            waits = threading.Thread(target=ask)
            waits.start()
            line, _ = silent.accept()  # the web process asks, and gets no answer
            with line:
                assert requests.get(f"{web.url}/", timeout=60).status_code == 200
                assert answers == [], "the page came while the other still waits"
                waits.join(60)
            assert answers == [503]
        finally:
            web.stop()
