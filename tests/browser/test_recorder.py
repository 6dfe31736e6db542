"""The officer's recorder by itself: whose voices are in what it keeps, and what it says is missing."""

import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Route

from tests import tapes
from tests.browser.call_pages import PATIENCE, Person

pytestmark = [pytest.mark.browser, pytest.mark.alone]

TONES = (440, 700, 1000)
HUM = """
window.ear = new AudioContext();
window.hum = (hertz) => {
  const [tone, quiet, out] = [ear.createOscillator(), ear.createGain(), ear.createMediaStreamDestination()];
  tone.frequency.value = hertz;
  quiet.gain.value = 0.2;
  tone.connect(quiet).connect(out);
  tone.start();
  return out.stream.getAudioTracks()[0];
};
window.rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
"""
RECORD = """async () => {
  const { createRecorder } = await import('/js/recorder.js');
  const [pieces, asked] = [[], []];
  window.MediaRecorder = class extends MediaRecorder {
    constructor(...about) { super(...about); asked.push(this.audioBitsPerSecond + this.videoBitsPerSecond); }
  };
  const recorder = createRecorder({ keep: async (piece) => pieces.push(piece), onState() {} });
  const [citizen, interpreter, expert] = [440, 700, 1000].map(hum);
  recorder.remote('audio', new MediaStream([citizen, interpreter]));
  await rest(2.5);
  recorder.remote('audio', new MediaStream([interpreter, expert]));
  await rest(2.5);
  await recorder.stop();
  const whole = new Uint8Array(await new Blob(pieces.map(({ content }) => content)).arrayBuffer());
  return [[...whole], asked];
}"""


def test_all_voices_of_a_room_are_recorded_as_they_come_and_go(person: Callable[..., Person]) -> None:
    content, asked = person("officer", before=HUM).does(RECORD)
    heard = tapes.heard(bytes(content), TONES)
    assert {440, 700} in heard
    assert heard[-1] == {700, 1000}, "whoever has gone is heard no longer"
    (bits,) = asked
    assert bits * 3600 / 8 < 35e6, "bytes an hour"


# The page's clock moves on by as much as a test wants to wait.
LATER = """
window.later = 0;
const sooner = Date.now;
Date.now = () => sooner() + later;
"""
AT_THE_DESK = """async () => {
  document.body.insertAdjacentHTML('beforeend', '<div id="visit"><span data-recording="on"></span></div>'
    + '<form id="record"></form><input name="csrf_token">');
  const { startRecording } = await import('/js/recording-panel.js');
  window.recording = startRecording({ visit: 'v' });
  const open = () => openMedia().then(({ stream }) => stream);
  [window.own, window.theirs] = [await open(), await open()];
  recording.local(own);
  recording.remote('audio', new MediaStream([hum(440)]));
  recording.remote('video', theirs);
  recording.media({ microphone: true, camera: true });
}"""


def test_the_officers_microphone_and_camera_are_missed_as_the_citizens_are(
    person: Callable[..., Person],
) -> None:
    officer = person("officer", before=HUM + LATER)
    told: dict[str, str] = {}

    def server(route: Route) -> None:
        if route.request.url.endswith("/gap"):
            form = dict(parse_qsl(route.request.post_data or "", keep_blank_values=True))
            told[form["kind"]] = form["reason"]
        route.fulfill(status=204)

    def is_told(**missing: str) -> None:
        officer.does("window.later += 6000")
        wanted = dict.fromkeys(("sound", "picture", "officer_sound", "officer_picture"), "")
        end = time.monotonic() + PATIENCE
        while told != wanted | missing:
            assert time.monotonic() < end, told
            officer.page.wait_for_timeout(100)

    officer.page.route("**/desk/recording/**", server)
    officer.does(AT_THE_DESK)
    is_told()
    officer.does("own.getAudioTracks()[0].enabled = false")
    is_told(officer_sound="muted")
    officer.does("own.getVideoTracks()[0].stop()")
    is_told(officer_sound="muted", officer_picture="camera_off")
    officer.does("theirs.getVideoTracks()[0].enabled = false")
    is_told(officer_sound="muted", officer_picture="camera_off", picture="no_picture")
    officer.does("own.getAudioTracks()[0].enabled = theirs.getVideoTracks()[0].enabled = true")
    is_told(officer_picture="camera_off")
    # Where there are several the camera rests while nobody looks; put out by the officer it is missed.
    officer.does("recording.media({ several: true })")
    is_told()
    officer.does("recording.media({ dark: true })")
    is_told(officer_picture="camera_off")
    officer.does("own.getAudioTracks()[0].stop()")  # as one that is pulled out
    is_told(officer_picture="camera_off", officer_sound="muted")
