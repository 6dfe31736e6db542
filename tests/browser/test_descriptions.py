"""What is written into descriptions of a session: how this side is to send, and nothing that goes unused."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SDP = (Path(__file__).parents[2] / "webapp/static/js/sdp.js").read_text()
CALL = """async ([source, name, given]) => {
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return module[name](...given);
}"""
ESTIMATE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
OFFER = "\r\n".join(
    (
        *("v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=extmap-allow-mixed"),
        "a=msid-semantic: WMS",
        *(
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0",
            "a=rtcp:9 IN IP4 0.0.0.0",
            "a=ice-ufrag:abcd",
            "a=setup:actpass",
        ),
        *("a=mid:0", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", f"a=extmap:2 {ESTIMATE}"),
        *("a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid", "a=sendrecv", "a=msid:- track", "a=rtcp-mux"),
        *("a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc", "a=fmtp:111 minptime=10;useinbandfec=1"),
        *(
            "a=rtpmap:63 red/48000/2",
            "a=fmtp:63 111/111",
            "a=rtpmap:0 PCMU/8000",
            "a=ptime:20",
            "a=maxptime:40",
        ),
        *("a=ssrc:7 cname:x", "a=ssrc:7 msid:- track"),
        *("m=video 9 UDP/TLS/RTP/SAVPF 96", "a=ice-ufrag:abcd", "a=setup:actpass", "a=mid:1"),
        *(f"a=extmap:2 {ESTIMATE}", "a=extmap:4 urn:3gpp:video-orientation", "a=rtpmap:96 VP8/90000"),
        *("a=rtcp-fb:96 transport-cc", "a=fmtp:96 max-fr=30", ""),
    )
)
NARROW = {"bitrate": 6000, "playback": 8000, "ptime": 120}
FULL = {"bitrate": 24000, "playback": 48000, "ptime": 60}

Ask = Callable[..., list[str]]


@pytest.fixture
def ask(chromium: Browser) -> Iterator[Ask]:
    """The lines of what a function of sdp.js makes of a description."""
    page = chromium.new_page()
    yield lambda name, *given: page.evaluate(CALL, [SDP, name, list(given)]).split("\r\n")
    page.close()


def voice(lines: list[str]) -> list[str]:
    start, end = (
        next(at for at, line in enumerate(lines) if line.startswith(f"m={kind}"))
        for kind in ("audio", "video")
    )
    return lines[start:end]


def test_a_voice_is_sent_with_its_redundancy_first_in_long_packets_as_narrow_as_the_rung(ask: Ask) -> None:
    lines = voice(ask("tune", OFFER, NARROW, 40))
    assert lines[0] == "m=audio 9 UDP/TLS/RTP/SAVPF 63 111 0", "redundancy first is redundancy sent"
    assert [line for line in lines if "ptime:" in line] == ["a=ptime:120"]
    [how] = [line for line in lines if line.startswith("a=fmtp:111 ")]
    assert "maxaveragebitrate=6000" in how and "maxplaybackrate=8000" in how
    assert "useinbandfec=1" in how and "usedtx=1" in how
    assert not any("transport-cc" in line or ESTIMATE in line for line in lines)
    full = voice(ask("tune", OFFER, FULL, 40))
    assert "usedtx=0" in "".join(full) and "a=ptime:60" in full


def test_a_lean_voice_has_each_sound_in_one_packet_alone_and_none_is_invented(ask: Ask) -> None:
    assert voice(ask("tune", OFFER, {**NARROW, "single": True}, 40))[0].endswith(" 111 63 0")
    without = OFFER.replace("111 63 0", "111 0").replace(
        "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n", ""
    )
    assert voice(ask("tune", without, NARROW, 40))[0].endswith(" 111 0"), "a browser without RED"
    no_opus = OFFER.replace("opus", "other")
    assert "a=ptime:20" in voice(ask("tune", no_opus, NARROW, 40)), "left as it is"


def test_a_picture_begins_at_its_rate_and_keeps_its_estimate(ask: Ask) -> None:
    lines = ask("tune", OFFER, NARROW, 70)
    assert "a=fmtp:96 x-google-start-bitrate=70;x-google-min-bitrate=10" in lines
    assert "a=fmtp:96 max-fr=30" not in lines
    assert "a=rtcp-fb:96 transport-cc" in lines


def test_what_the_other_page_would_not_use_is_not_carried_to_it(ask: Ask) -> None:
    lines = ask("trim", OFFER)
    left = [line for line in lines if line.startswith("a=extmap")]
    assert left == ["a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid", f"a=extmap:2 {ESTIMATE}"]
    assert "a=ssrc:7 cname:x" in lines and "a=ssrc:7 msid:- track" not in lines
    assert not any(line.startswith(("a=msid", "a=rtcp:")) for line in lines)
    assert "a=rtcp-fb:111 transport-cc" not in lines and "a=rtcp-fb:96 transport-cc" in lines
    assert len("".join(lines)) < 0.8 * len(OFFER)


def test_what_is_said_once_for_all_sections_comes_back_in_each(ask: Ask) -> None:
    packed = ask("pack", OFFER)
    assert packed.count("a=ice-ufrag:abcd") == 1
    again = ask("unpack", "\r\n".join(packed))
    assert again.count("a=ice-ufrag:abcd") == again.count("a=setup:actpass") == 2
    assert ask("unpack", OFFER) == OFFER.split("\r\n"), "one that was not packed stays as it is"


CHOOSE = """async ([source, lacks]) => {
  const { chooseCodecs } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const pc = new RTCPeerConnection();
  const lines = ["audio", "video"].map((kind) => pc.addTransceiver(kind));
  if (lacks === "choice") lines.forEach((line) => (line.setCodecPreferences = undefined));
  if (lacks === "liking") lines.forEach((line) => (line.setCodecPreferences = () => { throw new TypeError(); }));
  lines.forEach(chooseCodecs);
  const { sdp } = await pc.createOffer();
  pc.close();
  return [...sdp.matchAll(/^a=rtpmap:\\d+ (\\w+)/gim)].map((found) => found[1].toLowerCase());
}"""


@pytest.mark.parametrize("lacks", ["nothing", "choice", "liking"])
def test_codecs_that_go_unused_are_cut_where_the_browser_lets_one_choose(
    chromium: Browser, lacks: str
) -> None:
    page = chromium.new_page()
    offered = page.evaluate(CHOOSE, [SDP, lacks])
    page.close()
    if lacks == "nothing":
        assert set(offered) == {"opus", "red", "vp8", "rtx"}
    else:
        assert {"opus", "vp8"} < set(offered), "all are offered, and a call is still a call"
