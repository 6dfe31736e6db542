"""The main job through the pages, as people do it: a phone, a desk, a real call between them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import servers
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer, hears_and_sees, writes

pytestmark = pytest.mark.browser

LINES_SHOWN = """() => {
    const [file, story] = [".file", ".file .story"].map((one) => document.querySelector(one));
    const height = file.getBoundingClientRect().bottom - story.getBoundingClientRect().top;
    return Math.floor(height / parseFloat(getComputedStyle(story).lineHeight));
}"""


@pytest.mark.alone
def test_a_citizen_with_a_phone_is_received_by_an_officer_at_the_desk(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "main")
    citizen = Citizen(window(PHONE), "0912 000 003", camera)
    officer = Officer(window(DESK), camera)

    citizen.signs_in()
    citizen.presents_the_matter()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    camera.shoot(officer.page, "desk-called")

    expect(citizen.page.get_by_role("heading", name="vào phòng tiếp")).to_be_visible()
    camera.shoot(citizen.page, "called")
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(officer.page.locator("#visit")).to_contain_text("Đang tiếp")

    hears_and_sees(citizen.page)
    hears_and_sees(officer.page)
    camera.shoot(citizen.page, "room-video")
    assert officer.page.evaluate(LINES_SHOWN) >= 8, "lines of the petition that can be read without scrolling"

    citizen.page.get_by_role("button", name="Nhắn tin").click()
    writes(citizen.page, "Tôi nhận quyết định hôm 2 tháng 10 <b>ạ</b>")
    expect(officer.page.get_by_role("log")).to_contain_text("hôm 2 tháng 10 <b>ạ</b>")
    writes(officer.page, "Ông cho tôi xem trang 2 của quyết định")
    expect(citizen.page.get_by_role("log")).to_contain_text("trang 2 của quyết định")
    camera.shoot(citizen.page, "room-chat")

    officer.writes_minutes("Ông Lành trình bày: đo thiếu 46 m² phía giáp mương.")
    officer.page.reload()
    expect(officer.page.get_by_role("textbox", name="Biên bản")).to_have_value(
        "Ông Lành trình bày: đo thiếu 46 m² phía giáp mương."
    )
    hears_and_sees(officer.page)
    camera.shoot(officer.page, "desk-in-session")

    officer.closes("Đề nghị thụ lý", "Đề nghị Ủy ban nhân dân xã Ba Vì đo lại đất trước ngày 15/12.")
    expect(citizen.page.get_by_role("heading", name="Kết quả buổi tiếp")).to_be_visible()
    expect(citizen.page.get_by_text("đo lại đất trước ngày 15/12")).to_be_visible()
    expect(citizen.page.get_by_text("Kết thúc", exact=True)).to_be_visible()
    camera.shoot(citizen.page, "outcome")


def test_a_refused_microphone_gets_a_plain_sentence_and_chat_still_works(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "refused")
    page = window(PHONE)
    page.add_init_script(
        """navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException("no", "NotAllowedError"))"""
    )
    citizen, officer = Citizen(page, "0912000004", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    page.get_by_role("link", name="Vào phòng tiếp").click()

    expect(page.get_by_text("Máy chưa cho phép dùng micro")).to_be_visible()
    expect(page.get_by_role("button", name="Thử lại")).to_be_visible()
    camera.shoot(page, "sentence")
    page.get_by_role("button", name="Nhắn tin").click()
    writes(page, "Máy tôi không nói được, tôi nhắn tin.")
    expect(officer.page.get_by_role("log")).to_contain_text("tôi nhắn tin")


def test_without_javascript_the_citizen_does_all_but_the_live_call(
    window: Callable[..., Page], album: Path
) -> None:
    camera = Camera(album, "plain")
    page = window(PHONE, javascript=False)
    citizen, officer = Citizen(page, "0912000005", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)

    page.get_by_role("link", name="Cập nhật ngay").click()
    page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(officer.page.locator("#visit")).to_contain_text("Đang tiếp")
    camera.shoot(page, "room")
    writes(page, "Tôi nhắn bằng máy cũ.")
    expect(officer.page.get_by_role("log")).to_contain_text("máy cũ")
    writes(officer.page, "Tôi đọc được rồi, ông cứ nhắn.")
    expect(page.frame_locator("iframe").get_by_text("ông cứ nhắn")).to_be_visible(timeout=30_000)

    officer.closes("Trả lời tại chỗ", "Ông gửi đơn đến Ủy ban nhân dân xã.")
    expect(page.frame_locator("iframe").get_by_role("link", name="Xem kết quả")).to_be_visible(timeout=30_000)
    page.frame_locator("iframe").get_by_role("link", name="Xem kết quả").click()
    expect(page.get_by_role("heading", name="Kết quả buổi tiếp")).to_be_visible()


@pytest.mark.alone
def test_a_killed_server_loses_nothing_that_was_acknowledged(
    window: Callable[..., Page], server: servers.Web, album: Path
) -> None:
    camera = Camera(album, "killed")
    citizen, officer = Citizen(window(PHONE), "0912000006", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    server.kill()
    server.start()
    citizen.page.reload()
    number = citizen.takes_a_number()
    server.kill()
    server.start()
    officer.opens_a_desk()
    officer.calls(number)
    server.kill()
    server.start()
    citizen.page.reload()
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    citizen.page.wait_for_load_state()
    citizen.page.get_by_role("button", name="Nhắn tin").click()
    writes(citizen.page, "Tin trước khi máy chủ tắt")
    expect(citizen.page.locator(".msg:not([data-waiting])")).to_contain_text("Tin trước khi máy chủ tắt")
    officer.writes_minutes("Biên bản trước khi máy chủ tắt")

    server.kill()
    server.start()

    expect(officer.page.get_by_role("log")).to_contain_text("Tin trước khi máy chủ tắt")
    writes(citizen.page, "Tin sau khi máy chủ bật lại")
    expect(officer.page.get_by_role("log")).to_contain_text("bật lại", timeout=40_000)
    officer.page.reload()
    expect(officer.page.get_by_role("textbox", name="Biên bản")).to_have_value(
        "Biên bản trước khi máy chủ tắt"
    )
    expect(officer.page.locator("#visit")).to_contain_text("Đang tiếp")
    officer.closes("Trả lời tại chỗ", "Đã trả lời.")
    expect(citizen.page.get_by_role("heading", name="Kết quả buổi tiếp")).to_be_visible(timeout=60_000)
