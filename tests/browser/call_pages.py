"""Two pages in a call with nothing around it: media.js and call.js, or the panel with its buttons.

A BroadcastChannel stands in for the server that passes messages between them.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

STATIC = Path(__file__).parents[2] / "webapp" / "static"
PATIENCE = 90  # seconds; a busy machine is slow, and waiting ends when the thing happens

PAGE = b"""<!doctype html><meta charset="utf-8"><title>call</title>
<audio autoplay></audio><video autoplay playsinline muted></video>
<script type="module">
import { createCall } from '/js/call.js';
import { openMedia, stopMedia } from '/js/media.js';

const wire = new BroadcastChannel('wire');
const pass = (data) => wire.postMessage(JSON.parse(JSON.stringify(data)));
Object.assign(window, { openMedia, stopMedia, states: [], sent: [], took: [], streams: {}, held: null, offline: false });

window.call = createCall({
  polite: location.hash === '#citizen', estimate: window.estimate || null,
  send(data) { sent.push(data); if (held) held.push(data); else pass(data); },
  reaches: () => !window.offline,
  onRemote(kind, stream) { streams[kind] = stream; document.querySelector(kind).srcObject = stream; },
  onState(state) { states.push(state); },
});
window.hold = () => { window.held = []; };
window.release = () => { const all = held; window.held = null; all.forEach(pass); };
wire.onmessage = ({ data }) => { took.push(data); call.receive(data); };

window.join = async (wanted) => {
  const { stream, problem } = wanted === null ? { stream: null } : await openMedia(wanted);
  window.local = stream;
  call.start(stream);
  return problem;
};
window.ready = true;
</script>"""

# Devices that a test takes away and gives back: `failing` says how a kind is refused, `tracks` are the last opened.
DEVICES = """
(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const open = devices.getUserMedia.bind(devices);
  const statuses = { camera: {}, microphone: {} };
  navigator.permissions.query = async ({ name }) => statuses[name];
  const all = [];
  Object.assign(window, { failing: {}, tracks: {} });
  window.live = (kind) => all.filter((track) => track.kind === kind && track.readyState === 'live');
  window.allow = (name) => { statuses[name].state = 'granted'; statuses[name].onchange(); };
  window.pull = (kind) => live(kind).forEach((track) => {
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  window.dumb = (kind, muted) => live(kind).forEach((track) => {
    Object.defineProperty(track, 'muted', { value: muted, configurable: true });
    track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  });
  window.devicesChange = () => devices.dispatchEvent(new Event('devicechange'));
  window.comeBack = () => document.dispatchEvent(new Event('visibilitychange'));
  devices.getUserMedia = async (wanted) => {
    for (const kind of ['audio', 'video']) if (wanted[kind] && failing[kind]) throw new DOMException('', failing[kind]);
    const stream = await open(wanted);
    for (const track of stream.getTracks()) tracks[track.kind] = track, all.push(track);
    return stream;
  };
})();
"""

# The panel with its buttons; each of its words is its own name.
PANEL = b"""<!doctype html><meta charset="utf-8"><title>panel</title>
<section><video data-remote autoplay playsinline muted></video><img data-still alt="" hidden><audio data-voice autoplay></audio>
<div><video data-self playsinline autoplay muted></video></div><div data-notice hidden></div>
<p data-mode></p><button data-try hidden></button><span data-remote-media></span>
<span><span data-net></span><span data-line></span></span></section>
<button data-mic aria-pressed="false"><span></span></button><button data-cam aria-pressed="false"><span></span></button>
<button data-sound aria-pressed="false"><span></span></button><button data-hang-up><span>end</span></button>
<script type="module">
import { startPanel } from '/js/call-panel.js';

const wire = new BroadcastChannel('wire');
const [heard, asked] = [{}, []];
Object.assign(window, { asked, ways: [], hear: (event, about) => heard[event](about) });
const socket = {
  io: { timeout() {} },
  connected: true,
  on(event, act) { heard[event] = act; if (event === 'signal') wire.onmessage = ({ data }) => act({ visit: 'v', data }); },
  emit(event, { data }) { if (event === 'signal') wire.postMessage(JSON.parse(JSON.stringify(data))); else asked.push(event); },
  timeout() { return socket; },
  disconnect() { return { connect() {} }; },
};
DEVICES
Object.assign(window, { modes: [], causes: [], recorded: [] });
const text = (name) => document.querySelector(`[data-${name}]`).textContent;
window.shown = () => ({
  line: text('line'), media: text('remote-media'), mode: modes[modes.length - 1] || null,
  notice: document.querySelector('[data-notice]').hidden ? null : document.querySelector('[data-notice] p').textContent,
});
const record = { local: (stream) => recorded.push(stream.getTracks().map(({ kind }) => kind).sort()), remote() {}, media() {} };
window.panel = startPanel({
  socket, visit: 'v', polite: location.hash === '#citizen', ice: {}, record,
  words: new Proxy({}, { get: (_, name) => name }), onMode: (mode, cause, lost, two) => { modes.push(mode); causes.push(cause); ways.push(two); },
});
window.call = { stats: () => panel.stats };
window.states = [];
window.ready = true;
</script>"""
# A line known to carry next to nothing; `later` moves the page's clock on.
THIN = """
window.estimate = 3;
window.later = 0;
const sooner = performance.now.bind(performance);
performance.now = () => sooner() + later;
"""
PAGES = {"/": PAGE, "/panel": PANEL.replace(b"DEVICES", DEVICES.encode())}

# Lets the tests look at the connections that call.js makes.
SPY = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) { super(...args); peers.push(this); }
};
"""


class Handler(SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript"}

    def do_GET(self):
        if self.path not in PAGES:
            super().do_GET()
            return
        page = PAGES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


class Person:
    """Someone sitting before a page."""

    def __init__(self, context, url, role, before=""):
        self.page = context.new_page()
        self.page.add_init_script(before)
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{url}#{role}")
        self.wait_for("window.ready")

    def does(self, script):
        return self.page.evaluate(script)

    def wait_for(self, condition, seconds=PATIENCE):
        """Polls from here: a page in the background may have its timers throttled."""
        end = time.monotonic() + seconds
        while not (value := self.does(f"(async () => {condition})()")):
            if time.monotonic() > end:
                raise AssertionError(f"never came: {condition}\nstates: {self.states}")
            self.page.wait_for_timeout(200)
        return value

    def joins(self, wanted="undefined"):
        return self.does(f"join({wanted})")

    def reloads(self):
        self.page.reload()
        self.wait_for("window.ready")
        return self.joins()

    @property
    def states(self):
        return json.loads(self.does("JSON.stringify(window.states || [])"))

    @property
    def state(self):
        return self.states[-1]

    def stats(self):
        return self.does("call.stats()")

    def hears(self):
        before = self.stats()["audioBytes"]
        self.wait_for(f"(await call.stats()).audioBytes > {before} + 2000")

    def sees(self):
        before = self.stats()["videoFrames"]
        self.wait_for(f"(await call.stats()).videoFrames > {before} + 5")

    def is_connected(self):
        self.wait_for("states.length && states[states.length - 1].connection === 'connected'")

    def is_told(self, **remote):
        tests = " && ".join(
            f"states[states.length - 1].remote.{k} === {json.dumps(v)}" for k, v in remote.items()
        )
        self.wait_for(tests)

    def connections(self):
        return self.does("peers.filter((pc) => pc.signalingState !== 'closed').length")


def talk(*people):
    for person in people:
        person.is_connected()
        person.hears()


def meet(*people, picture=True):
    """The picture comes some seconds after the voice: asked for where it matters."""
    meet_again(*people, picture=picture)
    for person in people:
        assert "lost" not in [state["connection"] for state in person.states]


def meet_again(*people, picture=True):
    """Here the call may have been lost in between, as after a long cut."""
    talk(*people)
    for person in people:
        if picture:
            person.sees()
        assert person.connections() == 1


class Network:
    """The way between the two pages, which can be cut and mended."""

    def __init__(self, one):
        self.session = one.page.context.new_cdp_session(one.page)
        self.session.send("Network.enable")
        # Chromium leaves alone any connection made before the first of these.
        self.lose(0)

    def lose(self, percent):
        self.session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 1,
                "downloadThroughput": 1_000_000,
                "uploadThroughput": 1_000_000,
                "packetLoss": percent,
                "packetQueueLength": 1000,
            },
        )


@contextmanager
def served() -> Iterator[str]:
    """The pages and the scripts that they import, as an address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(STATIC)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
