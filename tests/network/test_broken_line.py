"""What people rely on when the line breaks or carries next to nothing; each course in its short form."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from bench.network import ends, media
from bench.network.call import OPENING, wait
from bench.network.line import Shape
from bench.network.link import Links
from tests.browser.navigators import holds_and_talks, opens_the_chat, writes

pytestmark = [pytest.mark.browser, pytest.mark.links]

GOOD, THIN, SLOW = Shape(rate=100, delay=150), Shape(rate=10, delay=150), Shape(rate=48, delay=150)
PATIENCE = 60
PIECES = re.compile(r"/attachments/[^/]+/\d+$")
NAMES = ("một", "hai")
CITIZEN, OFFICER = "Thưa cán bộ", "Thưa ông"


@pytest.mark.timeout(400)
def test_voice_comes_back_words_and_voice_messages_are_kept(
    playwright: Playwright, tmp_path: Path, demo_base: Path
) -> None:
    props = ends.Props(tmp_path, media.speech(tmp_path), media.picture(tmp_path), demo_base)
    with Links() as links:
        links.shape(OPENING)
        with ends.call(playwright, links, props, "ours") as call:
            call.visit_before()
            links.shape(GOOD)
            call.open()
            call.answer()
            wait(call, lambda: call.officer.hears() and call.citizen.hears(), PATIENCE)
            assert call.officer.hears() and call.citizen.hears()
            _a_cut_is_told_and_the_voice_comes_back(links, call)

            citizen, officer = call.citizen.page, call.officer.page
            opens_the_chat(citizen)
            citizen.get_by_role("button", name="Ngừng").click()
            links.shape(THIN)
            _words_arrive_once_and_in_order(citizen, officer)
            links.shape(SLOW)
            _what_is_said_and_written_during_a_cut_arrives_behind_it(links, citizen, officer)
            _is_played_as_it_was_spoken(officer)


def _a_cut_is_told_and_the_voice_comes_back(links: Links, call: ends.Call) -> None:
    citizen, officer = call.citizen.page, call.officer.page
    told = officer.locator("[data-seen]")
    links.cut()
    began = time.time()
    expect(told).to_contain_text(re.compile(r"Mất đường truyền .* chỗ được giữ đến \d"), timeout=10_000)
    expect(citizen.locator("[data-line]")).to_have_text("Đang mất mạng. Bài viết đã lưu, có mạng sẽ tự gửi.")
    citizen.wait_for_timeout(max(0, began + 10 - time.time()) * 1000)
    both = (call.officer, call.citizen)
    assert [one.listen().back_after(began) for one in both] == [None, None], "nothing was cut"
    links.mend()
    wait(call, lambda: None not in [one.listen().back_after(began) for one in both], PATIENCE)
    assert None not in [one.listen().back_after(began) for one in both]
    expect(told).to_be_empty()
    for page in (citizen, officer):
        expect(page.locator("[data-line]")).to_have_text("Đang nói chuyện")


def _words_arrive_once_and_in_order(citizen: Page, officer: Page) -> None:
    for name in NAMES:
        writes(citizen, f"{CITIZEN}, {name}.")
        writes(officer, f"{OFFICER}, {name}.")
    for page in (citizen, officer):
        _stand_there(page, CITIZEN, NAMES)
        _stand_there(page, OFFICER, NAMES)


def _stand_there(page: Page, stem: str, names: tuple[str, ...]) -> None:
    """These and no others, in this order."""
    wanted = [f"{stem}, {name}." for name in names]
    expect(page.locator(".msg", has_text=stem)).to_contain_text(wanted, timeout=PATIENCE * 1000)


def _what_is_said_and_written_during_a_cut_arrives_behind_it(
    links: Links, citizen: Page, officer: Page
) -> None:
    """One voice message is on its way in pieces when the line breaks; another waits behind it."""
    waiting = citizen.locator("[data-waiting]")
    voices = officer.locator(".msg:not([data-waiting]) .att[data-kind=voice]")
    expect(waiting).to_have_count(0, timeout=PATIENCE * 1000)
    holds_and_talks(citizen, 6_000)
    with citizen.expect_response(PIECES):
        citizen.mouse.up()
    links.cut()
    writes(citizen, f"{CITIZEN}, ba.")
    writes(officer, f"{OFFICER}, ba.")
    holds_and_talks(citizen, 1_000)
    citizen.mouse.up()
    expect(waiting).to_have_count(3)
    expect(voices).to_have_count(0)
    links.mend()
    expect(voices).to_have_count(2, timeout=PATIENCE * 1000)
    expect(waiting).to_have_count(0, timeout=PATIENCE * 1000)
    for page in (citizen, officer):
        _stand_there(page, CITIZEN, (*NAMES, "ba"))
        _stand_there(page, OFFICER, (*NAMES, "ba"))
        expect(page.locator(".msg")).to_have_count(8)


def _is_played_as_it_was_spoken(officer: Page) -> None:
    lengths = officer.evaluate(
        """async () => {
            const all = [...document.querySelectorAll(".att[data-kind=voice] audio")];
            window.played = [];
            all.forEach((audio, number) => {
                audio.defaultPlaybackRate = audio.playbackRate = 8;
                audio.addEventListener("ended", () => window.played.push(number));
            });
            const sounds = all.map(async ({ src }) => {
                const content = await (await fetch(src)).arrayBuffer();
                return (await new AudioContext().decodeAudioData(content)).duration;
            });
            return Promise.all(sounds);
        }"""
    )
    assert lengths[0] > 5 > 3 > lengths[1], "whole, and in the order in which they were spoken"
    officer.get_by_role("button", name="Nghe 0:").first.click()
    officer.wait_for_function("() => window.played.length === 2", timeout=PATIENCE * 1000)
    assert officer.evaluate("() => window.played") == [0, 1]
