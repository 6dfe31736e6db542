"""Who sees whom in a room whose voices are mixed: one small picture each, never at the voice's cost; real Janus."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.humming import Guest, a_visit_in_session, at_the_desk, come_in, presses, puts_out
from tests.browser.humming import inside as inside
from tests.browser.humming import mixer as mixer
from tests.browser.humming import server as server
from tests.browser.navigators import Camera
from tests.integrations.test_janus import a_mixer
from webapp.extensions import db
from webapp.models import Petition, Visit
from webapp.services import participants

pytestmark = [pytest.mark.browser, pytest.mark.janus]

INTERPRETER, UNIT = "Phiên dịch Mỵ", "Sở Nông nghiệp"

# A page that came over 64 kbit/s would know it from its own loading.
THIN = """
performance.getEntriesByType = () => [];
localStorage.setItem("link", JSON.stringify({ kbits: 64, at: Date.now() }));
"""
COUNT = """
window.wires = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...about) { super(...about); window.wires.push(this); }
};
"""
BYTES = """async (kind) => {
  let sum = 0;
  for (const wire of window.wires) {
    (await wire.getStats()).forEach((report) => {
      if (report.kind === kind) sum += (report.bytesReceived || 0) + (report.bytesSent || 0);
    });
  }
  return sum;
}"""
RUNS = """() => {
  const picture = document.querySelector("[data-remote]");
  const frames = picture.getVideoPlaybackQuality().totalVideoFrames;
  const runs = !picture.hidden && picture.videoWidth > 0 && frames > picture.framesBefore;
  picture.framesBefore = frames;
  return runs;
}"""
PATIENCE = 60_000


def sees(page: Page) -> None:
    """Waits until a picture of another runs."""
    page.wait_for_function(RUNS, timeout=PATIENCE)


def hears_more(page: Page) -> None:
    """Waits until a second's worth of voice has passed."""
    heard = page.evaluate(BYTES, "audio")
    for _ in range(PATIENCE // 200):
        if page.evaluate(BYTES, "audio") > heard + 2000:
            return
        page.wait_for_timeout(200)
    raise AssertionError("no voice passes")


def hides(page: Page) -> None:
    expect(page.locator("[data-remote]")).to_be_hidden(timeout=PATIENCE)


@pytest.fixture
def newcomer(chromium: Browser, server: servers.Web) -> Iterator[Callable[..., Guest]]:
    """Somebody with a browser window of their own; `thin`: over a link of 64 kbit/s."""
    found: list[Guest] = []

    def come(name: str, *, thin: bool = False) -> Guest:
        found.append(Guest(chromium, server.url, name))
        found[-1].page.add_init_script(COUNT + (THIN if thin else ""))
        return found[-1]

    yield come
    for one in found:
        one.page.context.close()


def a_room(
    inside: Flask, window: Callable[..., Page], newcomer: Callable[..., Guest]
) -> tuple[Visit, Page, Guest]:
    """A visit with the officer at the desk and the citizen in the room."""
    visit, account = a_visit_in_session()
    citizen = newcomer("Lành")
    citizen.signs_in(inside, db.session.get_one(Petition, visit.petition_id).account)
    citizen.page.goto(f"/visits/{visit.code}/room")
    return visit, at_the_desk(window, account), citizen


@pytest.mark.long
def test_each_sees_one_small_picture_and_a_weak_link_gets_the_voice_alone(
    inside: Flask,
    window: Callable[..., Page],
    newcomer: Callable[..., Guest],
    mixer: servers.Janus,
    album: Path,
) -> None:
    camera = Camera(album, "pictures")
    visit, desk, citizen = a_room(inside, window, newcomer)
    guest, weak = newcomer(INTERPRETER), newcomer(UNIT, thin=True)
    come_in(desk, [guest, weak])
    for page in (guest.page, citizen.page, desk):
        sees(page)
    for name, page in (("guest", guest.page), ("citizen", citizen.page), ("desk", desk)):
        camera.shoot(page, name)

    for page in (citizen.page, desk):
        expect(page.locator("[data-net]")).to_be_hidden()  # bars and figures are those of a call of two

    expect(weak.page.get_by_text("Mạng yếu nên ở đây chỉ có tiếng")).to_be_visible()
    hears_more(weak.page)
    assert weak.page.evaluate(BYTES, "video") == 0
    for name, told in ((guest.name, "kbit/s"), (weak.name, "64 kbit/s"), (weak.name, "Chỉ có tiếng do mạng")):
        expect(desk.locator(f"#people li:has-text('{name}') [data-end]")).to_contain_text(told)
    camera.shoot(weak.page, "weak")

    db.session.rollback()  # what came since this session began
    seats = {one.name or "citizen": one.code for one in participants.in_order(visit.id)}
    chair = participants.in_order(visit.id)[0].code
    listed = a_mixer(mixer).showing
    presses(desk, "Mời nói", of=guest.name)
    expect(guest.page.get_by_role("button", name="Tắt hình")).to_be_visible()
    shows(guest.page)
    sees(desk)
    camera.shoot(guest.page, "guest-with-the-word")
    assert listed(visit.code) == {chair, seats[guest.name]}
    puts_out(desk, guest.name)
    expect(guest.page.get_by_role("heading", name="Cán bộ đã mời ra khỏi phòng")).to_be_visible()
    shows(citizen.page)
    sees(desk)
    assert listed(visit.code) == {chair, seats["citizen"]}


def shows(page: Page) -> None:
    """Waits until one's own picture is sent, as the page itself says."""
    expect(page.locator("[data-self]")).to_be_visible(timeout=PATIENCE)


@pytest.mark.long
def test_a_picture_goes_and_comes_with_its_camera_and_comes_back_when_the_mixer_does(
    inside: Flask, window: Callable[..., Page], newcomer: Callable[..., Guest], mixer: servers.Janus
) -> None:
    _visit, desk, citizen = a_room(inside, window, newcomer)
    guest = newcomer(INTERPRETER)
    come_in(desk, [guest])
    for page in (guest.page, citizen.page, desk):
        sees(page)
    desk.get_by_role("button", name="Tắt hình").click()
    hides(guest.page)
    hides(citizen.page)
    sees(desk)
    desk.get_by_role("button", name="Đang tắt hình").click()
    sees(guest.page)
    sees(citizen.page)

    citizen.page.get_by_role("button", name="Chỉ tiếng").click()
    hides(citizen.page)
    hides(desk)
    citizen.page.get_by_role("button", name="Thử bật hình").click()
    sees(citizen.page)
    sees(desk)

    mixer.kill()
    mixer.start()
    hides(guest.page)
    for page in (guest.page, citizen.page, desk):
        sees(page)

    puts_out(desk, guest.name)
    sees(citizen.page)
    sees(desk)
