"""Calls through a real coturn and no other way: over UDP, TCP and TLS, with the visit's credentials.

The pages hold nothing but call.js; what they say to one another passes through this test's own hands.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests import servers
from tests.browser.conftest import ARGS, CHROMIUM, ROOT
from webapp.clock import utc_now
from webapp.integrations import turn

pytestmark = [pytest.mark.browser, pytest.mark.relay]

JOIN = """async ({ role, ice }) => {
  const { createCall } = await import("/js/call.js");
  const voice = document.body.appendChild(document.createElement("audio"));
  const wire = new BroadcastChannel("wire");
  const call = createCall({
    polite: role === "citizen",
    ice,
    send: (data) => wire.postMessage(JSON.parse(JSON.stringify(data))),
    onRemote(kind, stream) { if (kind === "audio") { voice.srcObject = stream; voice.play(); } },
    onState() {},
  });
  wire.onmessage = ({ data }) => call.receive(data);
  call.start(await navigator.mediaDevices.getUserMedia({ audio: true }));
}"""

RELAY_ONLY = """
window.peers = [];
window.refusals = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(settings) {
    super(settings);
    this.addEventListener("icecandidateerror", ({ errorCode }) => refusals.push(errorCode));
    peers.push(this);
  }
};
"""

HEARD = """async () => {
  const found = { energy: 0, local: [], remote: [] };
  for (const peer of peers.filter((one) => one.signalingState !== "closed")) {
    const reports = await peer.getStats();
    reports.forEach((report) => {
      if (report.type === "inbound-rtp" && report.kind === "audio") found.energy += report.totalAudioEnergy || 0;
      if (report.type !== "candidate-pair" || !report.nominated || report.state !== "succeeded") return;
      const local = reports.get(report.localCandidateId);
      found.local.push(`${local.candidateType} ${local.relayProtocol}`);
      found.remote.push(reports.get(report.remoteCandidateId).candidateType);
    });
  }
  return found;
}"""


class Files(SimpleHTTPRequestHandler):
    """The static files; at `/` their list, a page like any other."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def relay() -> Iterator[servers.Relay]:
    with servers.coturn() as relay:
        yield relay


@pytest.fixture(scope="module")
def trusting(playwright: Playwright) -> Iterator[Browser]:
    """A browser that takes the relay's own certificate."""
    with playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*ARGS, "--ignore-certificate-errors"]
    ) as browser:
        yield browser


@pytest.fixture
def pair(trusting: Browser) -> Iterator[Callable[[list[dict[str, Any]]], list[Page]]]:
    """Starts the call of an officer and a citizen with these servers."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(ROOT / "webapp" / "static")))
    Thread(target=site.serve_forever, daemon=True).start()
    context = trusting.new_context()
    context.add_init_script(RELAY_ONLY)

    def start(ice_servers: list[dict[str, Any]]) -> list[Page]:
        pages = [context.new_page(), context.new_page()]
        for page, role in zip(pages, ("officer", "citizen"), strict=True):
            page.goto(f"http://127.0.0.1:{site.server_port}/")
            page.evaluate(
                JOIN, {"role": role, "ice": {"iceServers": ice_servers, "iceTransportPolicy": "relay"}}
            )
        return pages

    yield start
    context.close()
    site.shutdown()
    site.server_close()


def server(relay: servers.Relay, url: str, until: datetime) -> list[dict[str, Any]]:
    username, credential = turn.credentials(relay.secret, "visit", until)
    return [{"urls": [url], "username": username, "credential": credential}]


def wait_for(page: Page, condition: Callable[[], bool], what: str, seconds: int = 60) -> None:
    """Asked from here: a page in the background may have its timers slowed."""
    for _ in range(seconds * 5):
        if condition():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"never came: {what}")


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_voice_passes_through_the_relay_and_no_other_way(
    relay: servers.Relay, pair: Callable[[list[dict[str, Any]]], list[Page]], way: str
) -> None:
    pages = pair(server(relay, getattr(relay, way), utc_now() + timedelta(hours=1)))
    for page in pages:
        wait_for(page, lambda page=page: page.evaluate(HEARD)["energy"] > 0.001, "voice")  # type: ignore[misc]
        found = page.evaluate(HEARD)
        assert found["local"] == [f"relay {way}"]
        assert found["remote"] == ["relay"]


def test_credentials_whose_time_is_over_open_nothing(
    relay: servers.Relay, pair: Callable[[list[dict[str, Any]]], list[Page]]
) -> None:
    pages = pair(server(relay, relay.udp, utc_now() - timedelta(minutes=1)))
    for page in pages:
        wait_for(page, lambda page=page: 401 in page.evaluate("refusals"), "the refusal")  # type: ignore[misc]
        assert page.evaluate(HEARD)["local"] == []


def test_the_check_measures_through_the_relay_in_less_than_100_kb(
    relay: servers.Relay, trusting: Browser, call_url: str
) -> None:
    page = trusting.new_page()
    page.goto(call_url)
    ask = "async (ice) => (await import('/js/check-line.js')).overRelay(ice)"
    found = page.evaluate(ask, {"iceServers": server(relay, relay.udp, utc_now() + timedelta(hours=1))})
    page.close()
    assert 48_000 < found["bytes"] < 100_000
    assert found["kbits"] > 0
    assert (found["loss"], found["roundTrip"] > 0) == (0, True)
