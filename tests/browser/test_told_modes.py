"""Each change of the way of talking is said, and told with its cause to whoever keeps the record."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.call_pages import Person
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import Camera, Citizen, Officer

pytestmark = pytest.mark.browser

# A call that is in whatever state a test says.
CALL = """export function createCall({ onState }) {
  window.becomes = (connection, mode = {}, camera = true) => onState({ connection, remote: { microphone: true, camera }, mode });
  const setCamera = async (on) => (on || tracks.video.stop(), on);
  const setMicrophone = (on) => live("audio").forEach((track) => (track.enabled = on));
  return { start() {}, give() {}, close() {}, setCamera, setMicrophone, stats: async () => null };
}"""
VIDEO = "'connected', { ours: 'video', theirs: 'video' }"
VOICE = "'connected', { ours: 'voice', theirs: 'voice', chosen: %s }"
TOLD = "document.querySelector('[data-mode]').textContent"

# Two pilots at the ends of one link: what each takes for a wish.
WISHES = """async () => {
  const { createPilot } = await import("/js/pilot.js");
  const pilots = [0, 1].map(() => createPilot({ estimate: 20, open: () => ({}), hears: () => true, onStep() {}, onStill() {} }));
  const nothing = () => {};
  let now = 1000;
  const seen = { bytes: 0, expected: 0, total: 0, audioBytes: 0 };
  pilots.forEach((one, place) => one.fly({
    report: (text) => pilots[1 - place].hear(text, now), picture: () => false,
    retune: nothing, use: nothing, show: nothing,
  }));
  const [here, there] = pilots;
  const chosen = [];
  const pass = () => {
    for (const until = now + 5000; now < until; now += 1000) pilots.forEach((one) => one.tick(now, seen));
    chosen.push(pilots.map((one) => one.modes({ camera: true }, { camera: true }).chosen));
  };
  pass();
  here.giveWay(true), pass();
  here.giveWay(false), there.want("voice"), pass();
  there.want("picture"), pass();
  return chosen;
}"""


@pytest.fixture
def panel(call_context: BrowserContext, person: Callable[..., Person]) -> Person:
    """An officer's panel whose call and clock are in the test's hands."""
    call_context.route(
        "**/js/call.js", lambda route: route.fulfill(body=CALL, content_type="text/javascript")
    )
    call_context.clock.install()
    one = person("officer", page="panel")
    one.does("panel.begin()")
    one.wait_for("recorded.length && recorded[0].includes('video')")
    return one


def settles(panel: Person, state: str, after: int = 10_500) -> tuple[object, object, object]:
    """The mode and cause told last, and the words, once this state has lasted."""
    panel.does(f"becomes({state})")
    panel.page.clock.run_for(after)
    told = panel.does(f"[modes[modes.length - 1], causes[causes.length - 1], {TOLD}]")
    return told[0], told[1], told[2]


def test_a_call_that_is_lost_is_one_of_words_alone(panel: Person) -> None:
    assert settles(panel, VIDEO)[:2] == ("video", "start")
    assert settles(panel, "'lost'") == ("messages", "network", "mode_messages")
    assert panel.does("shown().line") == "lost"


def test_the_wish_of_either_side_and_a_camera_that_is_out_are_not_laid_on_the_network(panel: Person) -> None:
    assert settles(panel, VIDEO) == ("video", "start", ""), "a call that begins well needs no words"
    assert settles(panel, VOICE % "true") == ("voice", "choice", "mode_choice")
    assert settles(panel, VIDEO, 4_000) == ("video", "choice", "mode_video")
    assert settles(panel, VOICE % "false") == ("voice", "network", "mode_voice")
    assert settles(panel, VIDEO, 4_000) == ("video", "network", "mode_video")
    assert settles(panel, VOICE % "false" + ", false") == ("voice", "device", "mode_device")
    words = "'connected', { ours: 'messages', theirs: 'voice', chosen: true }"
    assert settles(panel, words) == ("messages", "network", "mode_messages"), "nobody wanted that"


def test_a_camera_that_is_out_on_one_side_alone_is_told_as_that_and_changes_no_bars(panel: Person) -> None:
    both = "{ ours: 'video', theirs: 'video' }"
    assert settles(panel, f"'connected', {both}")[:2] == ("video", "start")
    theirs = "'connected', { ours: 'video', theirs: 'voice' }, false"
    assert settles(panel, theirs) == ("voice", "device", "mode_theirs")
    assert panel.does("ways[ways.length - 1]") == {"ours": "video", "theirs": "voice"}
    assert panel.does("document.querySelector('[data-net]').dataset.n") == "4"
    assert settles(panel, VIDEO, 4_000) == ("video", "device", "mode_video")
    panel.does("document.querySelector('[data-cam]').click()")
    assert settles(panel, "'connected', { ours: 'voice', theirs: 'video' }") == (
        "voice",
        "device",
        "mode_mine",
    )


def test_who_hangs_up_tells_the_record_and_the_other_side_reads_when(panel: Person) -> None:
    settles(panel, VIDEO)
    panel.does("hear('hung_up', { visit: 'v', by: 'citizen', at: '9:12' })")
    assert panel.does(TOLD) == "hung_up"
    panel.does("becomes('closed')")
    assert settles(panel, VIDEO)[:2] == ("video", "start"), "told anew: the record has the hang-up in between"
    assert panel.does("modes") == ["video", "video"]
    panel.does("document.querySelector('[data-hang-up]').click()")
    assert panel.does("asked") == ["hang_up"]


def test_the_other_sides_wish_for_voice_is_known_and_words_that_go_first_are_no_wish(
    person: Callable[..., Person],
) -> None:
    assert person("officer").does(WISHES) == [[False, False], [False, False], [True, True], [False, False]]


@pytest.mark.long
def test_a_visit_held_in_words_from_the_start_has_that_in_its_record(
    window: Callable[..., Page], album: object
) -> None:
    camera = Camera(album, "words")  # type: ignore[arg-type]
    citizen, officer = Citizen(window(PHONE), "0912 000 007", camera), Officer(window(DESK), camera)
    citizen.page.add_init_script(
        "localStorage.setItem('link', JSON.stringify({ kbits: 3, at: Date.now() })); performance.getEntriesByType = () => [];"
    )
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    expect(officer.page.locator("[data-mode]")).to_contain_text("Chỉ nhắn tin được", timeout=30_000)
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(officer.page.locator("#visit")).to_contain_text("Chỉ nhắn tin", timeout=30_000)
