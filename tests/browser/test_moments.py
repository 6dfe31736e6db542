"""Devices that are refused, taken, pulled out or lent to a telephone call; pages that stand still.

The panel of the call with its buttons, alone on a page: each moment ends in the right mode, and when it
has passed the call is what it was, without a press.
"""

import pytest

from tests.browser.call_pages import Network

pytestmark = [pytest.mark.browser, pytest.mark.alone]


@pytest.fixture
def panels(person):
    """An officer whose devices are well, and a citizen before their call begins."""
    return person("officer", page="panel"), person("citizen", page="panel")


def begin(*people):
    for one in people:
        one.does("panel.begin()")
    for one in people:
        one.wait_for("shown().line === 'connected'")


def speaks(one, heard_by):
    heard_by.hears()
    heard_by.wait_for("!shown().media.includes('muted')")
    one.wait_for("shown().notice === null")


def is_shown(one, heard_by):
    heard_by.wait_for("!shown().media.includes('hidden')")
    heard_by.sees()


@pytest.mark.parametrize(
    ("failure", "passes"),
    [
        ("NotAllowedError", "allow('camera')"),
        pytest.param("NotReadableError", "comeBack()", marks=pytest.mark.long),
        pytest.param("NotFoundError", "devicesChange()", marks=pytest.mark.long),
    ],
    ids=["refused", "taken by another app", "none"],
)
@pytest.mark.long
def test_without_a_camera_they_talk_and_when_there_is_one_it_shows(panels, failure, passes):
    officer, citizen = panels
    citizen.does(f"failing.video = '{failure}'")
    begin(officer, citizen)
    officer.hears()
    officer.wait_for("shown().media.includes('hidden')")
    citizen.wait_for("shown().notice === 'no-camera'")
    citizen.does("failing.video = null")
    citizen.does(passes)
    is_shown(citizen, officer)
    speaks(citizen, officer)


@pytest.mark.parametrize(
    ("failure", "word", "passes"),
    [
        ("NotAllowedError", "refused", "allow('microphone')"),
        pytest.param("NotReadableError", "taken", "comeBack()", marks=pytest.mark.long),
        pytest.param("NotFoundError", "missing", "devicesChange()", marks=pytest.mark.long),
    ],
    ids=["refused", "taken", "none"],
)
@pytest.mark.long
def test_without_a_microphone_one_hears_and_writes_and_when_there_is_one_it_speaks(
    panels, failure, word, passes
):
    officer, citizen = panels
    citizen.does(f"failing.audio = '{failure}'")
    begin(officer, citizen)
    citizen.hears()
    officer.wait_for("shown().media.includes('muted')")
    citizen.wait_for(f"shown().notice === '{word}'")
    citizen.does("failing.audio = null")
    citizen.does(passes)
    speaks(citizen, officer)
    is_shown(citizen, officer)


@pytest.mark.long
def test_what_was_refused_is_not_asked_for_again_by_the_page_itself(panels):
    officer, citizen = panels
    citizen.does("failing.video = 'NotAllowedError'")
    begin(officer, citizen)
    citizen.wait_for("shown().notice === 'no-camera'")
    citizen.does("failing.video = null; comeBack(); devicesChange()")
    citizen.page.wait_for_timeout(2000)
    assert citizen.does("tracks.video === undefined")
    citizen.does("document.querySelector('[data-cam]').click()")
    is_shown(citizen, officer)


def test_a_headset_pulled_out_falls_silent_and_the_next_device_speaks(panels):
    officer, citizen = panels
    begin(officer, citizen)
    speaks(citizen, officer)
    citizen.does("failing.audio = 'NotFoundError'; pull('audio')")
    officer.wait_for("shown().media.includes('muted')")
    citizen.wait_for("shown().notice === 'missing'")
    citizen.does("failing.audio = null; devicesChange()")
    speaks(citizen, officer)
    assert citizen.does("recorded[recorded.length - 1]") == ["audio", "video"]


@pytest.mark.parametrize(
    ("rings", "ends"),
    [
        ("dumb('audio', true); dumb('video', true)", "dumb('audio', false); dumb('video', false)"),
        pytest.param(
            "failing.audio = failing.video = 'NotReadableError'; pull('audio'); pull('video')",
            "failing = {}; comeBack()",
            marks=pytest.mark.long,
        ),
        pytest.param("dumb('audio', true)", "comeBack()", marks=pytest.mark.long),
    ],
    ids=["lent", "taken away", "never given back"],
)
def test_a_telephone_call_comes_in_and_afterwards_they_talk_again(panels, rings, ends):
    officer, citizen = panels
    begin(officer, citizen)
    is_shown(citizen, officer)
    speaks(citizen, officer)
    citizen.does(rings)
    officer.wait_for("shown().media.includes('muted')")
    citizen.hears()
    citizen.does(ends)
    speaks(citizen, officer)
    is_shown(citizen, officer)


@pytest.mark.long
def test_a_camera_put_out_by_its_owner_stays_out_and_a_microphone_put_out_stays_dumb(panels):
    officer, citizen = panels
    begin(officer, citizen)
    is_shown(citizen, officer)
    for button in ("cam", "mic"):
        citizen.does(f"document.querySelector('[data-{button}]').click()")
    officer.wait_for("shown().media === '· muted, hidden'")
    citizen.does("pull('audio')")
    citizen.wait_for("tracks.audio.readyState === 'live'")
    assert citizen.does("tracks.audio.enabled") is False
    assert citizen.does("tracks.video.readyState") == "ended"
    assert officer.does("shown().media") == "· muted, hidden"
    citizen.does("document.querySelector('[data-mic]').click()")
    officer.wait_for("shown().media === '· hidden'")


def test_the_recording_keeps_the_voice_when_the_camera_goes_and_comes(panels):
    officer, citizen = panels
    begin(officer, citizen)
    officer.wait_for("recorded.length > 0")
    officer.does("document.querySelector('[data-cam]').click()")
    citizen.wait_for("shown().media.includes('hidden')")
    officer.does("document.querySelector('[data-cam]').click()")
    citizen.wait_for("!shown().media.includes('hidden')")
    assert officer.does("recorded[recorded.length - 1]") == ["audio", "video"]


class Stillness:
    """A page whose scripts stand still, as the system does to one behind a locked screen."""

    def __init__(self, one):
        self._session = one.page.context.new_cdp_session(one.page)

    def begins(self):
        self._session.send("Page.setWebLifecycleState", {"state": "frozen"})

    def ends(self):
        self._session.send("Page.setWebLifecycleState", {"state": "active"})


@pytest.mark.long
def test_a_page_that_stood_still_goes_on_where_it_was(panels):
    officer, citizen = panels
    begin(officer, citizen)
    speaks(citizen, officer)
    still = Stillness(citizen)
    still.begins()
    officer.page.wait_for_timeout(12_000)
    still.ends()
    for one, other in ((citizen, officer), (officer, citizen)):
        one.wait_for("shown().line === 'connected'")
        speaks(other, one)
        one.wait_for("shown().mode !== 'messages'")


@pytest.mark.long
def test_a_device_that_slept_for_a_minute_comes_back_into_the_call(panels):
    officer, citizen = panels
    network = Network(citizen)
    begin(officer, citizen)
    is_shown(citizen, officer)
    still = Stillness(citizen)
    network.lose(100)
    still.begins()
    officer.wait_for("shown().line === 'lost'")
    officer.page.wait_for_timeout(30_000)
    still.ends()
    network.lose(0)
    for one, other in ((citizen, officer), (officer, citizen)):
        one.wait_for("shown().line === 'connected'")
        speaks(other, one)
    is_shown(citizen, officer)
