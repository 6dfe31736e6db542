"""Browsers that lack something: a call without a nicety is still a call.

What a browser lacks is taken away before the page's own scripts run; the other side has everything.
"""

import pytest

from tests import media
from tests.browser.call_pages import meet, talk

pytestmark = [pytest.mark.browser, pytest.mark.alone]

NO_RED = """{
  const all = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
  RTCRtpReceiver.getCapabilities = (kind) => {
    const known = all(kind);
    return { ...known, codecs: known.codecs.filter(({ mimeType }) => !/red/i.test(mimeType)) };
  };
  const prefer = RTCRtpTransceiver.prototype.setCodecPreferences;
  for (const name of ["createOffer", "createAnswer"]) {
    const make = RTCPeerConnection.prototype[name];
    RTCPeerConnection.prototype[name] = function (...given) {
      if (!this.chosen) this.getTransceivers().forEach((line) => prefer.call(line, RTCRtpReceiver.getCapabilities(line.receiver.track.kind).codecs));
      this.chosen = true;
      return make.apply(this, given);
    };
  }
}"""
NO_CHOICE_OF_CODECS = "delete RTCRtpTransceiver.prototype.setCodecPreferences;"
NO_CONNECTION_STATE = """
delete RTCPeerConnection.prototype.connectionState;
delete RTCPeerConnection.prototype.onconnectionstatechange;
"""
FEW_FIGURES = """{
  const tell = RTCPeerConnection.prototype.getStats;
  const UNKNOWN = ["totalSamplesReceived", "concealedSamples", "silentConcealedSamples", "frameHeight",
    "framesPerSecond", "availableOutgoingBitrate"];
  RTCPeerConnection.prototype.getStats = async function () {
    const kept = new Map();
    (await tell.call(this)).forEach((report, id) => {
      if (report.type === "transport") return;
      kept.set(id, Object.fromEntries(Object.entries(report).filter(([name]) => !UNKNOWN.includes(name))));
    });
    return kept;
  };
}"""
NO_PARAMETERS = "RTCRtpSender.prototype.getParameters = () => ({});"
STRICT_PARAMETERS = """{
  const UNKNOWN = ["priority", "networkPriority", "maxFramerate"];
  const { getParameters, setParameters } = RTCRtpSender.prototype;
  RTCRtpSender.prototype.getParameters = function () {
    const known = getParameters.call(this);
    known.encodings.forEach((one) => UNKNOWN.forEach((name) => delete one[name]));
    return known;
  };
  RTCRtpSender.prototype.setParameters = function (wanted) {
    const odd = wanted.encodings.some((one) => UNKNOWN.some((name) => name in one));
    return odd ? Promise.reject(new TypeError("unknown")) : setParameters.call(this, wanted);
  };
}"""
NO_WAY_BACK = """{
  const set = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = function (wanted) {
    if (!wanted) return Promise.reject(new TypeError("Not enough arguments"));
    if (wanted.type === "rollback") return Promise.reject(new TypeError("unknown"));
    return set.call(this, wanted);
  };
  delete RTCPeerConnection.prototype.restartIce;
}"""
FEW_COMFORTS = """
for (const name of ["wakeLock", "connection", "permissions"]) delete Navigator.prototype[name];
performance.getEntriesByType = () => [];
delete crypto.constructor.prototype.randomUUID;
delete window.structuredClone;
"""

TRACKS_ONE_BY_ONE = """{
  const replace = RTCRtpSender.prototype.replaceTrack;
  const emptied = new WeakSet();
  RTCRtpSender.prototype.replaceTrack = async function (track) {
    if (track && !emptied.has(this)) throw new DOMException("", "InvalidModificationError");
    if (!track) emptied.add(this);
    await replace.call(this, track);
    if (track) emptied.delete(this);
  };
}"""
NO_PICTURE_TRACK = """{
  const replace = RTCRtpSender.prototype.replaceTrack;
  RTCRtpSender.prototype.replaceTrack = function (track) {
    if (track && track.kind === "video") return Promise.reject(new DOMException("", "InvalidModificationError"));
    return replace.call(this, track);
  };
}"""

BROWSERS = {
    "Chrome 80": NO_RED + FEW_FIGURES + STRICT_PARAMETERS + FEW_COMFORTS,
    "Safari 14": NO_RED + FEW_FIGURES + NO_WAY_BACK + TRACKS_ONE_BY_ONE + FEW_COMFORTS,
    "Firefox 78": NO_RED
    + NO_CHOICE_OF_CODECS
    + NO_CONNECTION_STATE
    + NO_PARAMETERS
    + FEW_FIGURES
    + FEW_COMFORTS,
}
LACKS = {
    "no RED": NO_RED,
    "no choice of codecs": NO_CHOICE_OF_CODECS,
    "no connectionState": NO_CONNECTION_STATE,
    "few figures": FEW_FIGURES,
    "no parameters": NO_PARAMETERS,
    "refuses unknown parameters": STRICT_PARAMETERS,
    "takes no offer back": NO_WAY_BACK,
    "takes a track only where there is none": TRACKS_ONE_BY_ONE,
    "takes no track of a picture": NO_PICTURE_TRACK,
}


# What the lack of each thing does stands below, one by one.
SOON = [
    pytest.param(lacks, id=name, marks=[pytest.mark.long] if name.startswith("Firefox") else [])
    for name, lacks in BROWSERS.items()
]


@pytest.mark.parametrize("lacks", SOON)
def test_a_citizen_with_an_old_browser_and_an_officer_hear_and_see_one_another(person, lacks):
    officer, citizen = person("officer"), person("citizen", before=lacks)
    officer.joins()
    citizen.joins()
    meet(officer, citizen)


@pytest.mark.long
@pytest.mark.parametrize("lacks", BROWSERS.values(), ids=BROWSERS)
def test_an_officer_with_an_old_browser_too(person, lacks):
    officer, citizen = person("officer", before=lacks), person("citizen")
    officer.joins()
    citizen.joins()
    meet(officer, citizen)


@pytest.mark.long
@pytest.mark.parametrize("role", ["officer", "citizen"])
@pytest.mark.parametrize("lacks", LACKS.values(), ids=LACKS)
def test_each_thing_may_be_lacking_alone_on_either_side_and_voice_flows_both_ways(person, lacks, role):
    people = [person(one, before=lacks if one == role else "") for one in ("officer", "citizen")]
    for one in people:
        one.joins()
    talk(*people)
    for one in people:
        one.page.wait_for_timeout(6000)  # longer than silence is borne
        assert one.state["connection"] == "connected"


def test_where_one_wish_is_refused_the_limits_hold_all_the_same(person):
    officer, citizen = person("officer"), person("citizen", before=STRICT_PARAMETERS)
    officer.joins()
    citizen.joins()
    talk(officer, citizen)
    citizen.wait_for("peers[0].getSenders()[0].getParameters().encodings[0].maxBitrate > 0")


@pytest.mark.long
def test_where_no_offer_is_taken_back_a_lost_answer_is_made_up_for(person):
    officer, citizen = person("officer"), person("citizen", before=NO_WAY_BACK)
    officer.joins()
    citizen.joins()
    meet(officer, citizen)
    officer.does("hold()")
    citizen.does("call.restart()")
    officer.wait_for("held.some((m) => m.description)")
    officer.does("held = null")  # the answer is gone
    citizen.does("call.restart()")
    citizen.wait_for("peers[0].signalingState === 'stable'")
    meet(officer, citizen)


PLAYS_WHEN_TOUCHED = """{
  const play = HTMLMediaElement.prototype.play;
  Object.assign(window, { touched: false, played: 0 });
  addEventListener('click', () => (window.touched = true), true);
  HTMLMediaElement.prototype.play = function () {
    if (!this.muted && !touched) return Promise.reject(new DOMException('', 'NotAllowedError'));
    if (!this.muted) window.played += 1;
    return play.call(this);
  };
}"""
"""As iPhones do: sound begins with a touch."""


def test_where_sound_wants_a_touch_one_is_asked_for(person):
    officer = person("officer", page="panel")
    citizen = person("citizen", before=PLAYS_WHEN_TOUCHED, page="panel")
    for one in (officer, citizen):
        one.does("panel.begin()")
    citizen.wait_for("shown().notice === 'play'")
    citizen.does("document.querySelector('[data-notice] button').click()")
    assert citizen.does("[shown().notice, played > 0]") == [None, True]


@pytest.mark.parametrize(
    ("lacks", "kind"),
    [
        ("", "image/webp"),
        (
            "const to = HTMLCanvasElement.prototype.toBlob;"
            "HTMLCanvasElement.prototype.toBlob = function (done, type, quality) {"
            " to.call(this, done, type === 'image/webp' ? 'image/png' : type, quality); };",
            "image/jpeg",
        ),
    ],
    ids=["WebP", "no WebP"],
)
def test_still_pictures_pass_in_whatever_form_the_browser_can_write(person, lacks, kind):
    found = person("citizen", before=lacks).does(
        """async () => {
          const { createStills } = await import('/js/stills.js');
          const { stream } = await openMedia({ audio: false });
          return new Promise((done) => {
            const theirs = createStills({ send() {}, async onStill(blob) {
              const { width, height } = await createImageBitmap(blob);
              done([blob.type, width, height]);
            } });
            createStills({ send: (bytes) => (theirs.receive(bytes.buffer), true) }).show(stream.getVideoTracks()[0]);
          });
        }"""
    )
    assert found == [kind, 160, 120]


RECORD = """async (seconds) => {
  const { createRecorder } = await import('/js/recorder.js');
  const { stream } = await openMedia();
  const pieces = [];
  const recorder = createRecorder({ keep: async (piece) => pieces.push(piece), onState() {} });
  recorder.remote('audio', stream);
  recorder.remote('video', stream);
  recorder.local(stream);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  await recorder.stop();
  const whole = new Uint8Array(await new Blob(pieces.map(({ content }) => content)).arrayBuffer());
  return [pieces[0].type, [...whole]];
}"""
NO_WEBM = """{
  const can = MediaRecorder.isTypeSupported;
  MediaRecorder.isTypeSupported = (type) => !type.includes('webm') && can.call(MediaRecorder, type);
}
delete window.MediaStreamTrackGenerator;
"""


@pytest.mark.parametrize(
    ("lacks", "kind"),
    [
        ("delete window.MediaStreamTrackGenerator; delete window.VideoFrame;", "video/webm"),
        (NO_WEBM, "video/mp4"),
    ],
    ids=["no frames by hand", "no WebM"],
)
def test_a_reception_is_recorded_without_insertable_streams_and_without_webm(person, lacks, kind):
    type_, content = person("officer", before=lacks).does(f"({RECORD})(3)")
    assert type_.startswith(kind)
    _length, frames = media.played(bytes(content))
    assert frames["audio"] > 30
    assert frames["video"] > 5


@pytest.mark.parametrize(
    "lacks",
    ["delete window.MediaRecorder;", "delete window.AudioContext; delete window.webkitAudioContext;"],
    ids=["recorder", "sound"],
)
def test_where_nothing_can_be_recorded_the_page_says_so_and_goes_on(person, lacks):
    told = person("officer", before=lacks).does(
        """async () => {
          const { createRecorder } = await import('/js/recorder.js');
          const recorder = createRecorder({ keep() {}, onState() {} });
          recorder.local((await openMedia()).stream);
          return recorder.state;
        }"""
    )
    assert (told["supported"], told["recording"]) == (False, False)
