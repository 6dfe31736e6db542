"""An officer and a citizen in a call, each in a page of a real browser that holds nothing but the call."""

import json

import pytest

from tests.browser.call_pages import THIN, Network, meet, meet_again, talk

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_officer_and_citizen_hear_and_see_one_another(officer, citizen):
    assert officer.joins() is None
    assert citizen.joins() is None
    meet(officer, citizen)
    officer.is_told(microphone=True, camera=True)
    citizen.is_told(microphone=True, camera=True)
    citizen.wait_for("(await call.stats()).roundTrip !== null")


@pytest.mark.long
def test_the_citizen_who_comes_first_waits_and_is_then_called(officer, citizen):
    citizen.joins()
    assert citizen.state["connection"] == "connecting"
    officer.joins()
    meet(officer, citizen, picture=False)


@pytest.mark.long
def test_a_line_for_words_alone_is_left_to_them_and_a_voice_is_tried_after_a_while(officer, person):
    citizen = person("citizen", before=THIN)
    officer.joins()
    citizen.joins()
    for one in (officer, citizen):
        one.wait_for("states.length && states[states.length - 1].connection === 'words'")
    officer.reloads()
    officer.wait_for("states.length && states[states.length - 1].connection === 'words'")
    assert citizen.connections() == 0, "the search for a way would fill the line"
    citizen.does("window.later = 121000")
    meet(officer, citizen, picture=False)


@pytest.mark.long
@pytest.mark.long
def test_words_that_wait_behind_a_voice_on_a_thin_line_go_first(officer, person):
    modes = "states[states.length - 1].mode.ours"
    citizen = person("citizen", before="window.estimate = 20;")
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    officer.does("call.giveWay(true)")
    for one in (officer, citizen):
        one.wait_for(f"{modes} === 'messages'")
    officer.does("call.giveWay(false)")
    citizen.wait_for(f"{modes} === 'voice'")


@pytest.mark.long
def test_on_a_good_line_words_that_wait_take_nothing_from_the_voice(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    officer.does("call.giveWay(true)")
    officer.page.wait_for_timeout(3_000)
    assert "messages" not in [state["mode"]["ours"] for state in officer.states]


@pytest.mark.long
def test_sound_does_not_share_a_stream_with_the_picture(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    for one in (officer, citizen):
        assert one.does("streams.audio.getTracks().map((t) => t.kind)") == ["audio"]
        assert one.does("streams.video.getTracks().map((t) => t.kind)") == ["video"]


@pytest.mark.long
def test_sound_and_picture_are_kept_within_their_limits(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    for one in (officer, citizen):
        one.wait_for(
            "JSON.stringify(peers[peers.length - 1].getSenders()"
            ".map((s) => s.getParameters().encodings[0].maxBitrate)) === '[24000,600000]'"
        )


def test_the_citizen_reloads_the_page_and_the_call_comes_back(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    citizen.reloads()
    meet(officer, citizen, picture=False)


@pytest.mark.long
def test_the_officer_reloads_the_page_and_the_call_comes_back(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    officer.reloads()
    meet(officer, citizen)


@pytest.mark.long
def test_both_reload_one_after_the_other_again_and_again(officer, citizen):
    officer.joins()
    citizen.joins()
    for first, second in ((officer, citizen), (citizen, officer)):
        first.page.reload()
        second.reloads()
        first.wait_for("window.ready")
        first.joins()
        meet(officer, citizen)


@pytest.mark.long
def test_both_enter_at_the_same_instant(officer, citizen):
    officer.does("hold()")
    citizen.does("hold()")
    officer.joins()
    citizen.joins()
    officer.does("release()")
    citizen.does("release()")
    meet(officer, citizen)


def offers_of(one):
    return one.does("sent.filter((m) => m.description && m.description.type === 'offer').length")


def test_both_ask_for_a_new_way_at_the_same_instant_and_the_call_goes_on(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    ice = {
        one: one.does("peers[0].localDescription.sdp.match(/ice-ufrag:(.+)/)[1]")
        for one in (officer, citizen)
    }
    for one in (officer, citizen):
        one.does("hold()")
        one.does("call.restart()")
    citizen.wait_for("held.some((m) => m.description && m.description.type === 'offer')")
    for one in (officer, citizen):
        one.does("release()")
    for one in (officer, citizen):
        one.wait_for("peers[0].signalingState === 'stable' && peers[0].connectionState === 'connected'")
        one.wait_for(f"!peers[0].localDescription.sdp.includes({json.dumps(ice[one])})")
        assert one.does("peers.length") == 1
    assert offers_of(officer) == 0  # only one side offers, so offers never cross
    meet(officer, citizen, picture=False)


@pytest.mark.long
def test_messages_that_were_lost_are_made_up_for(officer, citizen):
    officer.joins()
    officer.does("hold()")
    citizen.joins()
    officer.wait_for("held.some((m) => m.description)")
    officer.does("held = null")  # hello, offer and candidates are gone
    meet(officer, citizen, picture=False)


@pytest.mark.long
def test_devices_that_open_before_the_other_side_has_answered_are_told(officer, citizen):
    officer.joins()
    officer.does("hold()")
    citizen.does("call.start(null)")
    officer.wait_for("held.some((m) => m.description)")
    citizen.does("openMedia().then(({ stream }) => call.give(stream))")
    officer.does("release()")
    officer.is_told(microphone=True, camera=True)
    meet(officer, citizen, picture=False)


@pytest.mark.long
def test_the_camera_off_is_told_and_on_again_shows_a_picture(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)

    assert citizen.does("window.lamp = local.getVideoTracks()[0]; call.setCamera(false)") is False
    officer.is_told(microphone=True, camera=False)
    assert citizen.does("lamp.readyState") == "ended"

    open_camera = "async () => (await openMedia({ audio: false })).stream.getVideoTracks()[0]"
    offers = offers_of(citizen) + offers_of(officer)
    assert citizen.does(f"call.setCamera(true, {open_camera})") is True
    officer.is_told(microphone=True, camera=True)
    officer.sees()
    assert offers_of(citizen) + offers_of(officer) == offers  # no renegotiation
    citizen.does("stopMedia(local)")
    assert citizen.does("local.getTracks().every((t) => t.readyState === 'ended')")


@pytest.mark.long
def test_the_camera_stays_off_for_who_changes_their_mind_before_it_opens(officer, citizen):
    officer.joins()
    citizen.joins("{ video: false }")
    talk(officer, citizen)
    slow = """new Promise((resolve) => { window.finish = async () => {
        window.late = (await openMedia({ audio: false })).stream.getVideoTracks()[0]; resolve(late); }; })"""
    citizen.does(f"window.opening = call.setCamera(true, () => {slow}); 0")
    citizen.does("call.setCamera(false)")
    assert citizen.does("finish().then(() => opening)") is False
    assert citizen.does("late.readyState") == "ended"


@pytest.mark.long
def test_the_microphone_off_is_told(officer, citizen):
    officer.joins()
    citizen.joins()
    talk(officer, citizen)
    officer.does("call.setMicrophone(false)")
    citizen.is_told(microphone=False, camera=True)
    officer.does("call.setMicrophone(true)")
    citizen.is_told(microphone=True, camera=True)


@pytest.mark.long
def test_a_citizen_without_a_camera_sees_the_officer_and_may_find_one_later(officer, citizen):
    officer.joins()
    citizen.joins("{ video: false }")
    talk(officer, citizen)
    citizen.sees()
    officer.is_told(microphone=True, camera=False)
    citizen.does(
        "call.setCamera(true, async () => (await openMedia({ audio: false })).stream.getVideoTracks()[0])"
    )
    officer.sees()


@pytest.mark.long
def test_a_citizen_without_any_device_still_hears_and_sees(officer, citizen):
    officer.joins()
    citizen.joins("null")
    citizen.is_connected()
    citizen.hears()
    citizen.sees()
    officer.is_told(microphone=False, camera=False)


@pytest.mark.long
def test_the_officer_hangs_up_and_may_call_again(officer, citizen):
    officer.joins()
    citizen.joins()
    talk(officer, citizen)
    officer.does("call.close()")
    assert officer.state["connection"] == "closed"
    citizen.wait_for("states[states.length - 1].connection === 'closed'")
    assert citizen.connections() == 0
    officer.does("call.start(local)")
    meet(officer, citizen)


def test_a_cut_line_is_shown_and_the_call_comes_back(officer, citizen):
    network = Network(officer)
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    offers = offers_of(citizen)
    network.lose(100)
    for one in (officer, citizen):
        one.wait_for("states[states.length - 1].connection === 'unstable'")
    citizen.wait_for(f"sent.filter((m) => m.description && m.description.type === 'offer').length > {offers}")
    network.lose(0)
    meet(officer, citizen)


@pytest.mark.long
def test_a_line_cut_for_long_is_lost_and_the_call_still_comes_back(officer, citizen):
    network = Network(officer)
    officer.joins()
    citizen.joins()
    meet(officer, citizen)
    network.lose(100)
    for one in (officer, citizen):
        one.wait_for("states.some((s) => s.connection === 'lost')")
    network.lose(0)
    meet_again(officer, citizen)


@pytest.mark.long
def test_a_way_that_the_browser_gave_up_is_found_again_without_a_word_over_the_server(officer, citizen):
    """After half a minute of silence it forgets the way, and the socket may come back seconds after the line."""
    network = Network(officer)
    officer.joins()
    citizen.joins()
    meet(officer, citizen, picture=False)
    offers = offers_of(citizen)
    for one in (officer, citizen):
        one.does("offline = true; hold()")
        one.does(
            "peers[0].addEventListener('connectionstatechange',"
            " ({ target }) => (window.gaveUp = window.gaveUp || target.connectionState === 'failed'))"
        )
    network.lose(100)
    for one in (officer, citizen):
        one.wait_for("window.gaveUp")
    network.lose(0)
    talk(officer, citizen)
    assert offers_of(citizen) == offers


@pytest.mark.long
def test_silence_of_both_is_not_taken_for_a_cut_line(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen)
    for one in (officer, citizen):
        one.does("call.setMicrophone(false)")
        one.does("call.setCamera(false)")
    officer.page.wait_for_timeout(15000)
    for one in (officer, citizen):
        assert "unstable" not in [state["connection"] for state in one.states]


@pytest.mark.long
def test_the_later_of_two_tabs_of_the_citizen_has_the_call(officer, citizen, person):
    officer.joins()
    citizen.joins()
    meet(officer, citizen)
    second = person("citizen")
    second.joins()
    meet(officer, second)
    citizen.wait_for("states[states.length - 1].connection === 'closed'")
    assert citizen.does("peers.length") == 1  # the two tabs never called one another


@pytest.mark.long
def test_a_broken_connection_is_replaced_by_a_fresh_one(officer, citizen):
    officer.joins()
    citizen.joins()
    meet(officer, citizen)
    officer.does("hold(); peers[0].close()")  # the page lives on, deaf and dumb
    citizen.wait_for("states[states.length - 1].connection === 'lost'")
    officer.does("release()")
    meet_again(officer, citizen)


def test_broken_and_stray_messages_do_no_harm(officer, citizen):
    officer.joins()
    citizen.joins()
    talk(officer, citizen)
    citizen.does(
        """() => {
        const from = took[took.length - 1].from;
        const to = sent[sent.length - 1].from;
        const odd = [null, undefined, 1, 'text', [], {}, { from: 5 }, { from: {}, hello: true },
          { from: 'officer-' + 'x'.repeat(99), hello: true }, { from: 'officer-other', to: 'nobody', hello: true },
          { from: 'citizen-other', hello: true },
          { from, description: null }, { from, description: 'x' }, { from, description: { type: 'rollback', sdp: '' } },
          { from, to, description: { type: 'offer', sdp: 'nonsense' } }, { from, description: { type: 'answer', sdp: 7 } },
          { from, candidate: 'x' }, { from, candidate: { candidate: 'nonsense', sdpMid: 'none' } },
          { from, candidate: { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host' } }, { from, round: 'x', bye: 'yes' },
          { get from() { throw new Error('trap'); } }];
        odd.forEach((data) => call.receive(data));
    }"""
    )
    meet(officer, citizen, picture=False)
    assert citizen.does("peers.length") == 1


def devices_that(script):
    return f"navigator.mediaDevices.getUserMedia = async (wanted) => {{ {script} }};"


REAL = "const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"


def fail(name):
    return f"throw new DOMException('', '{name}');"


@pytest.mark.parametrize(
    "devices, problem, kinds",
    [
        ("", None, ["audio", "video"]),
        ("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });", "unsupported", None),
        (devices_that(fail("NotAllowedError")), "refused", None),
        (devices_that(fail("NotFoundError")), "missing", None),
        (devices_that(fail("NotReadableError")), "taken", None),
        (devices_that("throw null;"), "failed", None),
        (
            REAL + devices_that(f"if (wanted.video) {fail('NotFoundError')} return real(wanted);"),
            "no-camera",
            ["audio"],
        ),
        (
            REAL + devices_that(f"if (wanted.video) {fail('NotAllowedError')} return real(wanted);"),
            "no-camera",
            ["audio"],
        ),
        (
            REAL + devices_that(f"if (wanted.audio) {fail('NotFoundError')} return real(wanted);"),
            "missing",
            None,
        ),
    ],
    ids=[
        "all well",
        "in-app browser",
        "refused",
        "no devices",
        "taken",
        "odd",
        "no camera",
        "camera refused",
        "no microphone",
    ],
)
def test_a_person_learns_what_is_wrong_with_their_devices(call_context, person, devices, problem, kinds):
    call_context.add_init_script(devices)
    citizen = person("citizen")
    found = citizen.does(
        "openMedia().then(({ stream, problem }) => "
        "({ problem, kinds: stream && stream.getTracks().map((t) => t.kind).sort() }))"
    )
    assert found == {"problem": problem, "kinds": kinds}
