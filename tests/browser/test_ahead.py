"""The way to the officer is open before the citizen answers, and carries nothing until then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import call_pages
from tests.browser.call_pages import Person, meet
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer, hears_and_sees

pytestmark = [pytest.mark.browser, pytest.mark.alone]

WAY = "peers.length && peers[peers.length - 1].connectionState"
SENT = """(async () => {
  const reports = [...(await peers[peers.length - 1].getStats()).values()];
  return reports.filter(({ type }) => type === "outbound-rtp").reduce((sum, one) => sum + one.bytesSent, 0);
})()"""
HANDLERS = """{
  onRemote(kind, stream) { streams[kind] = stream; document.querySelector(kind).srcObject = stream; },
  onState(state) { states.push(state); },
}"""


def ring(officer: Person, citizen: Person) -> None:
    officer.joins()
    citizen.does("call.start(null, { ahead: true })")
    for one in (officer, citizen):
        one.wait_for(f"({WAY}) === 'connected'")


def answer(citizen: Person) -> None:
    citizen.does(f"streams = {{}}; call.come({HANDLERS})")
    citizen.does("openMedia().then(({ stream }) => call.give(stream))")


def test_nothing_is_said_or_shown_until_the_citizen_comes(officer: Person, citizen: Person) -> None:
    ring(officer, citizen)
    officer.page.wait_for_timeout(8_000)  # longer than either side waits before it repairs a way
    for one in (officer, citizen):
        assert one.does(SENT) == 0
        assert one.state["connection"] == "connecting"

    offers = citizen.does("sent.length")
    answer(citizen)
    meet(officer, citizen)
    assert citizen.does("Object.keys(streams).sort()") == ["audio", "video"]
    assert not citizen.does(f"sent.slice({offers}).some((m) => m.description)"), "the way that was there"
    assert citizen.does("peers.length") == 1


def test_who_comes_is_heard_even_when_the_word_of_it_is_lost(officer: Person, citizen: Person) -> None:
    ring(officer, citizen)
    citizen.does("hold()")
    answer(citizen)
    for one in (officer, citizen):
        one.hears()
        one.is_connected()


def test_who_comes_is_heard_even_when_the_word_and_the_report_of_it_are_lost(
    officer: Person, citizen: Person
) -> None:
    ring(officer, citizen)
    citizen.does("hold(); RTCDataChannel.prototype.send = () => {}")
    answer(citizen)
    for one in (officer, citizen):
        one.hears()


def test_a_way_that_breaks_while_it_rings_is_made_anew(officer: Person, citizen: Person) -> None:
    ring(officer, citizen)
    officer.page.reload()
    officer.wait_for("window.ready")
    officer.joins()
    officer.wait_for(f"({WAY}) === 'connected'")
    citizen.wait_for(f"({WAY}) === 'connected' && peers.length === 2")
    answer(citizen)
    meet(officer, citizen, picture=False)


@pytest.mark.long
def test_of_two_windows_that_ring_either_may_answer(
    window: Callable[..., Page], call_url: str, album: Path
) -> None:
    camera = Camera(album, "two-windows")
    citizen = Citizen(window(PHONE), "0912 000 007", camera)
    officer = Officer(window(DESK), camera)
    first, second = citizen.page, citizen.page.context.new_page()
    for page in (first, second):
        page.add_init_script(call_pages.SPY)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    second.goto(first.url)
    officer.opens_a_desk()
    officer.calls(number)
    for page in (first, second):
        page.wait_for_function("() => window.peers.length === 1", timeout=60_000)
    first.wait_for_timeout(3_000)  # the officer's page has chosen one of the two

    first.get_by_role("link", name="Vào phòng tiếp").click()
    hears_and_sees(first)
    hears_and_sees(officer.page)
    expect(second.get_by_role("link", name="Vào lại phòng tiếp")).to_be_visible()
    assert second.evaluate("peers.every((one) => one.signalingState === 'closed')")
