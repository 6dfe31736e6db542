"""The room on a line that carries less and less: each mode in its own words, kept in the record.

Chromium shapes the citizen's line itself, which is good enough to bring about a mode; how well a
voice fares on a given line is measured by the bench of networks.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer, writes
from tests.browser.wire import Line

pytestmark = [pytest.mark.browser, pytest.mark.alone]

CLIMB = 60_000
"""ms that a call may take to find its mode on a busy machine"""


@pytest.fixture
def room(window: Callable[..., Page], album: Path) -> tuple[Citizen, Officer, Camera, Line]:
    """A citizen who was called and has entered, over a line that is good yet."""
    camera = Camera(album, "modes")
    citizen, officer = Citizen(window(PHONE), "0912 000 007", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    line = Line(citizen.page)
    line.carries(5_000)  # only what begins shaped can be shaped later
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(officer.page.locator("#visit")).to_contain_text("Đang tiếp")
    return citizen, officer, camera, line


@pytest.mark.long
def test_a_good_line_carries_picture_and_voice_and_a_person_may_want_voice_alone(
    room: tuple[Citizen, Officer, Camera, Line],
) -> None:
    citizen, officer, camera, _line = room
    picture = citizen.page.locator("[data-remote]")
    expect(picture).to_be_visible(timeout=CLIMB)
    camera.shoot(citizen.page, "video")
    camera.shoot(officer.page, "desk-video")

    citizen.page.get_by_role("button", name="Chỉ tiếng").click()
    expect(citizen.page.get_by_text("Đang nói chuyện chỉ bằng tiếng.")).to_be_visible(timeout=CLIMB)
    expect(officer.page.locator("[data-remote]")).to_be_hidden()
    expect(officer.page.locator("#visit")).to_contain_text("Chỉ có tiếng", timeout=CLIMB)
    camera.shoot(citizen.page, "voice-chosen")

    citizen.page.get_by_role("button", name="Thử bật hình").first.click()
    expect(picture).to_be_visible(timeout=CLIMB)


@pytest.mark.long
def test_a_page_loaded_again_begins_with_voice_and_that_is_no_departure_to_be_kept(
    room: tuple[Citizen, Officer, Camera, Line],
) -> None:
    citizen, officer, _camera, _line = room
    theirs = officer.page.locator("[data-remote]")
    expect(theirs).to_be_visible(timeout=CLIMB)
    for _again in range(2):
        citizen.page.reload()
        expect(theirs).to_be_hidden()
        expect(theirs).to_be_visible(timeout=CLIMB)
    officer.page.reload()
    expect(citizen.page.locator("[data-remote]")).to_be_hidden()
    expect(citizen.page.locator("[data-remote]")).to_be_visible(timeout=CLIMB)
    expect(officer.page.locator("#visit")).to_contain_text("Đang tiếp")
    expect(officer.page.locator("#visit")).not_to_contain_text("Chỉ có tiếng")


@pytest.mark.long
def test_as_the_line_grows_weaker_the_picture_goes_then_the_voice_and_never_the_words(
    room: tuple[Citizen, Officer, Camera, Line],
) -> None:
    citizen, officer, camera, line = room
    expect(citizen.page.locator("[data-remote]")).to_be_visible(timeout=CLIMB)
    line.carries(45)
    expect(citizen.page.locator("[data-mode]")).to_contain_text("Mạng yếu", timeout=CLIMB)
    expect(citizen.page.locator("[data-remote]")).to_be_hidden(timeout=CLIMB)
    expect(officer.page.locator("[data-remote]")).to_be_hidden(timeout=CLIMB)
    sign = citizen.page.locator("[data-hearing]")
    expect(sign).to_contain_text(re.compile(r"Đang nghe tiếng\s*Hình lúc \d+:\d\d"))
    camera.shoot(citizen.page, "voice")
    camera.shoot(officer.page, "desk-voice")

    line.carries(8, delay=400)
    told = citizen.page.get_by_text("Tạm thời chỉ nhắn tin được.")
    expect(told).to_be_visible(timeout=2 * CLIMB)
    expect(sign).to_be_hidden()
    camera.shoot(citizen.page, "messages")
    writes(citizen.page, "Tôi vẫn ở đây")
    expect(officer.page.get_by_role("log")).to_contain_text("Tôi vẫn ở đây", timeout=CLIMB)
    camera.shoot(officer.page, "desk-messages")

    citizen.page.get_by_role("button", name="Gọi lại cho tôi bằng điện thoại").click()
    expect(citizen.page.get_by_text("Cán bộ sẽ gọi vào số 0912 000 007")).to_be_visible(timeout=CLIMB)
    camera.shoot(citizen.page, "call-back")
    task = officer.page.get_by_text("Cần gọi điện")
    expect(task).to_be_visible(timeout=CLIMB)
    camera.shoot(officer.page, "desk-call-back")
