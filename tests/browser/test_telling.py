"""Telling instead of writing, in a real browser: by voice over a line that is cut, and to the officer without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer
from tests.cut_line import CutLine

pytestmark = pytest.mark.browser

SAID = "Công dân trình bày: đất bị thu hồi 312 mét vuông, biên bản đo thiếu 46 mét vuông."
CLOSES = "document.getElementById('record').requestSubmit()"
"""Closing the visit, as by its button, which waits for the person to come in."""


@pytest.fixture
def line(server: servers.Web) -> Iterator[CutLine]:
    line = CutLine(server.port, speed=400_000)
    yield line
    line.stop()


@pytest.fixture
def phone(chromium: Browser, line: CutLine) -> Iterator[Page]:
    """A borrowed phone behind the line."""
    context = chromium.new_context(base_url=line.url, viewport=PHONE, locale="vi-VN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    yield page
    context.close()
    assert complaints == [], "the browser complained"


def passes(page: Page, step: str) -> None:
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile(f"/{step}$"))


def test_who_tells_by_voice_comes_to_the_receipt_without_writing_though_the_line_is_cut(
    phone: Page, line: CutLine, window: Callable[..., Page], album: Path
) -> None:
    page, camera = phone, Camera(album, "telling")
    person = Citizen(page, "0912000017", camera)
    person.has_signed_in()
    person.has_answered("story")
    page.goto(f"{person.draft}/story")
    camera.shoot(page, "story")
    page.get_by_role("button", name="Kể bằng giọng nói").click()
    expect(page.get_by_role("timer")).to_contain_text("Còn 9:5")
    camera.shoot(page, "speaking")
    page.wait_for_timeout(7_000)
    line.break_at(4_000, 9_000)
    page.get_by_role("button", name="Kể xong, gửi").click()
    expect(page.locator("#telling [data-files]")).to_contain_text("Đã nhận đủ", timeout=30_000)
    assert line.cuts_made == 2
    expect(page.locator("#telling audio")).to_be_visible()
    camera.shoot(page, "told")
    passes(page, "against")
    expect(page.get_by_role("heading", name="Ông/Bà đang trình bày bằng lời")).to_be_visible()
    camera.shoot(page, "against")
    passes(page, "settled")
    page.get_by_role("radio", name="Chưa ai giải quyết").check()
    passes(page, "wish")
    passes(page, "files")
    page.get_by_role("link", name="Tiếp tục").click()
    told = page.locator(".item", has_text="Việc của Ông/Bà")
    expect(told).to_contain_text(
        "Trình bày bằng lời. Cán bộ nghe, ghi lại thành văn bản rồi đọc lại cho Ông/Bà."
    )
    assert page.locator("audio").evaluate("(one) => one.play().then(() => !one.paused)")
    camera.shoot(page, "review")
    page.get_by_role("button", name="Gửi đơn").click()
    expect(page.get_by_role("heading", name="Đã nhận đơn của Ông/Bà")).to_be_visible()
    expect(page.locator(".ticket")).to_contain_text("Trình bày bằng lời")
    camera.shoot(page, "receipt")
    code = page.url.split("/")[-2]
    page.get_by_role("link", name="Lấy số gặp cán bộ").click()
    number = person.takes_a_number()
    is_written_down_and_read_back(window(DESK), number, Camera(album, "telling-desk"))
    page.goto(f"/petitions/{code}")
    expect(page.locator("#statement")).to_contain_text(SAID)
    camera.shoot(page, "statement")
    page.get_by_role("button", name="Đúng như tôi đã nói").click()
    expect(page.locator("#statement")).to_contain_text("Ông/Bà nói bản này đúng")


def is_written_down_and_read_back(page: Page, number: str, camera: Camera) -> None:
    """At the desk, by the keyboard, without leaving the page: a call would end."""
    officer = Officer(page, camera)
    officer.opens_a_desk()
    officer.calls(number)
    field = page.get_by_label("Bản ghi lời trình bày")
    expect(page.locator("#statement-part audio")).to_be_visible()
    camera.shoot(page, "told")
    page.wait_for_function("() => window.callStats")  # the desk's keys are there
    page.evaluate("window.stays = true")
    field.fill(SAID)
    field.press("Control+s")
    expect(page.locator("#statement-part")).to_contain_text("Bản 1, ")
    page.get_by_role("button", name="Đã đọc lại cho nghe").press("Enter")
    expect(page.locator("#statement-part")).not_to_contain_text("Chưa đọc lại")
    expect(page.locator("#statement-part")).to_contain_text("Đã đọc lại ")
    page.get_by_role("button", name="Chép vào biên bản").press("Enter")
    expect(page.get_by_role("textbox", name="Biên bản")).to_have_value(SAID)
    camera.shoot(page, "written")
    field.fill("ngắn")
    field.press("Control+s")
    expect(page.locator("#statement-part")).to_contain_text("Hãy ghi đủ lời trình bày, ít nhất 20 chữ cái.")
    expect(field).to_have_value("ngắn")
    page.evaluate(CLOSES)  # not with words that nobody keeps
    page.locator("#statement-part [name=base]").first.evaluate("(one) => (one.value = 0)")
    field.fill(f"{SAID} Có ảnh.")
    field.press("Control+s")
    expect(page.locator("#newer")).to_contain_text(SAID)
    expect(page.locator("#newer")).to_be_in_viewport()
    expect(field).to_have_value(f"{SAID} Có ảnh.")
    camera.shoot(page, "newer")
    page.evaluate(CLOSES)
    field.press("Control+s")
    expect(page.locator("#statement-part")).to_contain_text("Bản 2, ")
    expect(page.locator("#newer")).to_have_count(0)
    assert page.evaluate("window.stays")
    field.fill(f"{SAID} Có ảnh.")
    page.reload()
    expect(field).to_have_value(f"{SAID} Có ảnh.")
    page.wait_for_function("() => window.callStats")
    minutes = page.get_by_role("textbox", name="Biên bản")
    page.context.set_offline(True)
    minutes.fill("Đã nghe kể.")
    ends = "document.getElementById('record').dispatchEvent(new Event('submit', { cancelable: true }))"
    assert page.evaluate(ends) is False, "with an unsaved statement nothing ends"
    kept = "() => Object.keys(localStorage).filter((key) => key.startsWith('kept:desk:minutes')).length"
    assert page.evaluate(kept) == 1, "nothing was sent: what is written stays here"
    page.context.set_offline(False)
    field.press("Control+s")
    expect(page.locator("#statement-part")).to_contain_text("Bản 2, ")
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('kept:desk:statement'))"
    )


def test_who_can_neither_write_nor_record_leaves_it_to_the_officer_without_scripts(
    window: Callable[..., Page], album: Path
) -> None:
    page, camera = window(PHONE, javascript=False), Camera(album, "telling-plain")
    person = Citizen(page, "0912000018", camera)
    person.has_signed_in()
    person.has_answered("story")
    page.goto(f"{person.draft}/story")
    expect(page.get_by_role("button", name="Kể bằng giọng nói")).to_be_hidden()
    page.get_by_label("Tôi không viết được: cán bộ ghi giúp").check()
    camera.shoot(page, "story")
    passes(page, "against")
    passes(page, "settled")
    page.get_by_role("radio", name="Chưa ai giải quyết").check()
    passes(page, "wish")
    passes(page, "files")
    page.get_by_role("link", name="Tiếp tục").click()
    told = page.locator(".item", has_text="Việc của Ông/Bà")
    expect(told).to_contain_text("Khi gặp, cán bộ ghi lời Ông/Bà thành văn bản rồi đọc lại")
    camera.shoot(page, "review")
    page.get_by_role("button", name="Gửi đơn").click()
    expect(page.locator(".ticket")).to_contain_text("Trình bày bằng lời")
    camera.shoot(page, "receipt")
