"""Parts of the room's and the desk's scripts, each alone on a page: what they show is what they were told."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.call_pages import Person
from tests.browser.test_told_modes import (
    panel as panel,
)  # a panel whose call and clock are in the test's hands

pytestmark = pytest.mark.browser

PEOPLE = """
const list = document.body.appendChild(Object.assign(document.createElement('div'), { id: 'people' }));
window.people = (about, codes) => {
  const data = Object.entries(about).map(([name, value]) => `data-${name}="${value}"`).join(' ');
  list.innerHTML = `<div data-people ${data}><ul>${codes.map((code) => `<li data-code="${code}" data-inside><small data-end></small></li>`).join('')}</ul></div>`;
  list.dispatchEvent(new CustomEvent('htmx:afterSwap', { bubbles: true }));
};
const events = {};
Object.assign(window, {
  hear: (event, about) => events[event].forEach((act) => act(about)),
  sent: [],
  socket: {
    io: { timeout() {} }, connected: true, off() {}, disconnect: () => ({ connect() {} }),
    timeout: () => socket, emit: (event, about, done) => (sent.push([event, about]), done(null, {})),
    on: (event, act) => (events[event] = events[event] || []).push(act),
  },
  names: new Proxy({}, { get: (_, name) => String(name) }),
});
"""


def run(one: Person, script: str) -> Any:
    return one.does(f"(async () => {{ {script} }})()")


def test_the_figures_at_the_desk_are_those_that_each_end_told(person: Callable[..., Person]) -> None:
    desk = person("officer", page="panel")
    run(desk, PEOPLE + "(await import('/js/ends.js')).showEnds({ socket, visit: 'v', words: names });")
    shown = "[...document.querySelectorAll('[data-end]')].map((one) => one.textContent)"
    told = "{ visit: 'v', who: 'b', kbits: 33, delay: 410, lost: 12, picture: 'picture_rests' }"
    desk.does("people({ ends: 3 }, ['a', 'b', 'c'])")
    desk.does(f"hear('figures', {told})")
    words = "33 kbit/s · delay 410 ms · loss 12 % · picture_rests"
    assert desk.does(shown) == ["", words, ""]
    desk.does("hear('figures', { visit: 'v', who: 'c', kbits: 2000, delay: null, lost: 0, picture: '' })")
    desk.does("hear('figures', { visit: 'another', who: 'a', kbits: 1, delay: 1, lost: 1, picture: '' })")
    desk.does("people({ ends: 3 }, ['c', 'b'])")
    assert desk.does(shown) == ["> 2000 kbit/s", words], "the list comes anew, what was told stays"
    desk.does("people({ ends: 2 }, ['a', 'b'])")
    assert desk.does(shown) == ["", ""], "of two the call's own figures stand beside the picture"


def test_what_an_end_tells_of_its_link_comes_from_its_pages_and_its_call(
    person: Callable[..., Person],
) -> None:
    end = person(
        "citizen",
        page="panel",
        before="localStorage.setItem('link', JSON.stringify({ kbits: 64, at: Date.now() })); performance.getEntriesByType = () => [];",
    )
    told = run(
        end,
        """
        const { startReport } = await import('/js/room-report.js');
        const sent = [];
        const first = { audioBytes: 100, sound: 1000, missing: 0, lost: 0, trip: null };
        const figures = [first, { audioBytes: 900, sound: 2000, missing: 120, lost: 0.04, trip: 81.6 }];
        const report = startReport({ send: (one) => sent.push(one), figures: async () => figures.shift(), picture: () => 'picture_thin' });
        await report.tell(), await report.tell(), report.close();
        return sent;""",
    )
    about = {"kbits": 64, "picture": "picture_thin"}
    assert told == [about | {"delay": None, "lost": 0}, about | {"delay": 82, "lost": 12}]


FOLLOW = (
    PEOPLE
    + """
window.noted = [];
const { followSeveral } = await import('/js/several.js');
window.several = followSeveral({ socket, visit: 'v', ice: {}, words: names, panel, onMode: (...one) => noted.push(one) });
"""
)
BUTTON = "(({ disabled, ariaPressed }) => [disabled, ariaPressed])(document.querySelector('[data-mic]'))"
HEARD = "live('audio').some(({ enabled }) => enabled)"


@pytest.mark.parametrize("own", ["false", "true"], ids=["open before", "shut before by its owner"])
def test_a_device_that_comes_back_does_not_free_a_microphone_that_the_chair_has_shut(
    panel: Person, own: str
) -> None:
    run(panel, FOLLOW)
    if own == "true":
        panel.does("document.querySelector('[data-mic]').click()")
    panel.does("people({ ends: 2, open: 'no' }, ['a', 'b'])")
    panel.page.clock.run_for(600)
    assert panel.does(BUTTON) == [True, "true"]
    panel.does("pull('audio'); comeBack()")
    panel.page.clock.run_for(1_100)
    panel.wait_for("live('audio').length")
    panel.page.clock.run_for(600)
    panel.wait_for(f"{BUTTON}[0]")
    assert (panel.does(BUTTON), panel.does(HEARD)) == ([True, "true"], False)
    panel.does("people({ ends: 2, open: 'yes' }, ['a', 'b'])")
    panel.page.clock.run_for(600)
    assert panel.does(BUTTON) == [False, own], "as its owner had left it"


ROOM_CALL = """export function createRoomCall({ screen, onState }) {
  window.becomes = (connection) => onState({ connection });
  return { start() {}, give() {}, setMicrophone() {}, want() {}, close() {}, stats: async () => null };
}"""
SCREEN = """export function createScreen({ onPicture }) {
  window.pictures = onPicture;
  return { hears() {} };
}"""


def test_how_people_talk_in_a_room_of_three_goes_into_the_record(
    call_context: BrowserContext, panel: Person
) -> None:
    for name, source in (("room-call", ROOM_CALL), ("screen", SCREEN)):
        call_context.route(
            f"**/js/{name}.js",
            lambda route, _request, source=source: route.fulfill(body=source, content_type="text/javascript"),
        )
    run(panel, FOLLOW)
    panel.does("people({ ends: 3, open: 'yes' }, ['a', 'b', 'c'])")
    panel.wait_for("Boolean(window.pictures)")
    again = ["hang_up", {"visit": "v", "again": True}]
    assert panel.does("sent") == [again], "also who hung up and loaded the page anew talks again"

    def told(script: str) -> list[list[str]]:
        panel.does(script)
        panel.page.clock.run_for(9_500)
        return panel.does("noted.splice(0)")

    assert told("becomes('connected')") == [["voice", "several"]]
    assert told("pictures(new MediaStream())") == [["small_video", "several"]]
    assert told("becomes('unstable'); becomes('connected')") == [["small_video", "several"]]
    assert told("pictures(null); pictures(new MediaStream())") == [["small_video", "several"]]
    assert told("becomes('words')") == [["messages", "network"]]
    assert told("hear('hung_up', { visit: 'v', again: true })") == [["messages", "several"]]


def test_a_desk_that_is_loaded_again_says_since_when_there_was_no_sign_by_the_servers_word(
    person: Callable[..., Person],
) -> None:
    desk = person("officer", page="panel")
    desk.page.clock.install()
    run(
        desk,
        PEOPLE
        + """
        const place = document.body.appendChild(document.createElement('p'));
        Object.assign(place.dataset, { seen: '', ago: '20', keeps: '930', now: '1790000000' }); // 21:13:20 in Hanoi
        socket.connected = false;
        (await import('/js/silence.js')).watchSilence({ socket, visit: 'v', words: { silent: '{n} {time}' }, isHeard: () => window.heard });""",
    )
    shown = "document.querySelector('[data-seen]').textContent"

    def after(seconds: int) -> str:
        desk.page.clock.run_for(seconds * 1000)
        return str(desk.does(shown))

    seconds, until = after(2).split()
    assert int(seconds) >= 22, "while its own line opens too"
    assert until == "21:28", "by the server's clock"
    desk.does("socket.connected = true; hear('alive', { visit: 'v' })")
    assert after(7) == ""
    assert int(after(3).split()[0]) >= 8
    desk.does("heard = true")
    assert after(20) == "", "whoever is heard is there"
