"""What the rooms can rely on from the mixer: real Janus, steered over HTTP on loopback."""

import time
from collections.abc import Iterator

import pytest

from tests import servers
from tests.people import key
from webapp.domain.call_engine import CAREFUL, GOOD
from webapp.integrations.janus import Janus, Refused
from webapp.integrations.media_engine import EngineDown

pytestmark = pytest.mark.janus

OFFER = "\r\n".join(
    [
        "v=0",
        "o=- 1 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
        "a=setup:actpass",
        "a=mid:0",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:63 red/48000/2",
        "a=ptime:60",
        "a=ssrc:1 cname:x",
        "",
    ]
)

PICTURE = (
    OFFER.replace("m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "m=video 9 UDP/TLS/RTP/SAVPF 96")
    .replace("a=sendrecv", "a=sendonly")
    .replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:96 VP8/90000")
)


@pytest.fixture
def mixer(janus_server: servers.Janus) -> Janus:
    return a_mixer(janus_server)


def a_mixer(server: servers.Janus) -> Janus:
    """The engine as one process of ours has it."""
    return Janus(server.url, api_secret=server.api_secret, admin_key=server.admin_key, room_key="of tests")


@pytest.fixture
def room(mixer: Janus) -> Iterator[str]:
    name = key()
    yield name
    mixer.close_room(name)


def emptied(mixer: Janus, room: str) -> bool:
    """Whoever is put out leaves the list a moment later, once the connection is taken down."""
    until = time.monotonic() + 20
    while mixer.listing(room) and time.monotonic() < until:
        time.sleep(0.05)
    return mixer.listing(room) == {}


def test_who_joins_gets_an_answer_that_the_mixer_can_bear(mixer: Janus, room: str) -> None:
    answer = mixer.join(room, "lanh", OFFER, GOOD, muted=False)
    assert "maxaveragebitrate=24000" in answer and "useinbandfec=1" in answer and "a=ptime:20" in answer
    assert "transport-cc" not in answer and "transport-wide-cc" not in answer and "red/48000" not in answer
    assert f" {servers.own_address()} " in answer, "the mixer's own candidate stands in the answer"
    assert "useinbandfec=0" in mixer.join(room, "tham", OFFER, CAREFUL, muted=True)
    assert mixer.listing(room) == {"lanh": False, "tham": True}


def test_a_room_is_opened_and_closed_as_often_as_one_likes(mixer: Janus, room: str) -> None:
    for _ in range(2):
        mixer.open_room(room)
    for _ in range(2):
        mixer.close_room(room)
    assert mixer.listing(room) == {}
    mixer.mute(room, "nobody", True)
    mixer.kick(room, "nobody")


def test_any_process_mutes_and_puts_out(mixer: Janus, room: str, janus_server: servers.Janus) -> None:
    other = a_mixer(janus_server)
    mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
    other.mute(room, "lanh", True)
    assert mixer.listing(room) == {"lanh": True}
    other.mute(room, "lanh", False)
    assert mixer.listing(room) == {"lanh": False}
    other.kick(room, "lanh")
    assert emptied(mixer, room)


def test_one_who_joins_again_takes_their_own_place(
    mixer: Janus, room: str, janus_server: servers.Janus
) -> None:
    for engine in (mixer, mixer, a_mixer(janus_server)):
        engine.join(room, "lanh", OFFER, CAREFUL, muted=False)
        assert mixer.listing(room) == {"lanh": False}
    mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
    assert mixer.restart(room, "lanh", OFFER, CAREFUL, muted=False)
    assert mixer.restart(room, "tham", OFFER, CAREFUL, muted=True), "who is not in joins"
    assert mixer.listing(room) == {"lanh": False, "tham": True}


def test_only_who_is_there_is_kept_alive_and_who_leaves_is_gone(mixer: Janus, room: str) -> None:
    mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
    assert (mixer.keep_alive("lanh"), mixer.keep_alive("tham")) == (True, False)
    mixer.leave("lanh")
    assert not mixer.keep_alive("lanh")
    assert emptied(mixer, room)


def test_an_offer_of_nonsense_is_refused_and_leaves_nothing(mixer: Janus, room: str) -> None:
    for nonsense in ("", "v=0", "<html>", OFFER.replace("m=audio", "m=application")):
        with pytest.raises(EngineDown):
            mixer.join(room, "lanh", nonsense, CAREFUL, muted=False)
    assert emptied(mixer, room)


def test_rooms_are_made_by_who_has_the_key(janus_server: servers.Janus) -> None:
    stranger = Janus(janus_server.url, api_secret=janus_server.api_secret, admin_key="guessed", room_key="x")
    with pytest.raises(Refused):
        stranger.open_room(key())
    nobody = Janus(janus_server.url, api_secret="guessed", admin_key=janus_server.admin_key, room_key="x")
    with pytest.raises(Refused):
        nobody.open_room(key())


def test_another_installations_key_steers_no_room(
    mixer: Janus, room: str, janus_server: servers.Janus
) -> None:
    mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
    about = {"api_secret": janus_server.api_secret, "admin_key": janus_server.admin_key}
    other = Janus(janus_server.url, room_key="another", **about)
    with pytest.raises(Refused):
        other.mute(room, "lanh", True)


def test_a_picture_is_taken_in_once_for_each_and_ends_as_its_owner_or_any_process_says(
    mixer: Janus, room: str, janus_server: servers.Janus
) -> None:
    assert mixer.showing(room) == set()
    for engine in (mixer, mixer, a_mixer(janus_server)):
        assert "VP8/90000" in engine.show(room, "lanh", PICTURE)
        assert mixer.showing(room) == {"lanh"}
    mixer.show(room, "tham", PICTURE)
    mixer.stop_showing(room, "tham")
    assert mixer.showing(room) == {"lanh"}
    a_mixer(janus_server).kick(room, "lanh")
    assert mixer.showing(room) == set()


def test_who_shows_nothing_cannot_be_watched(mixer: Janus, room: str) -> None:
    assert mixer.watch(room, "lanh", "tham") is None
    mixer.show(room, "tham", PICTURE)
    assert mixer.watch(room, "lanh", "tham") is None, "taken in, but nothing has come from there yet"
    assert mixer.watch(room, "lanh", "nobody") is None
    mixer.stop_watching("lanh")
    with pytest.raises(EngineDown):
        mixer.confirm_watch("lanh", PICTURE)


def test_pictures_and_voice_of_one_person_end_apart_and_together(mixer: Janus, room: str) -> None:
    mixer.show(room, "lanh", PICTURE)
    mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
    mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
    assert mixer.showing(room) == {"lanh"}, "a voice that joins anew leaves the picture alone"
    mixer.stop_showing(room, "lanh")
    assert (mixer.showing(room), mixer.listing(room)) == (set(), {"lanh": False})
    mixer.show(room, "lanh", PICTURE)
    mixer.close_room(room)
    assert (mixer.showing(room), mixer.listing(room)) == (set(), {})


def test_a_picture_offered_as_nonsense_is_refused_and_leaves_nothing(mixer: Janus, room: str) -> None:
    for nonsense in ("", "v=0", "m=video", OFFER):
        with pytest.raises(EngineDown):
            mixer.show(room, "lanh", nonsense)
    assert mixer.showing(room) == set()


def test_a_mixer_that_died_is_filled_again_by_fresh_joins() -> None:
    with servers.janus() as server:
        mixer, room = a_mixer(server), key()
        mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
        server.kill()
        assert mixer.health() == "down"
        with pytest.raises(EngineDown):
            mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
        server.start()
        assert mixer.health() == "ok"
        assert not mixer.keep_alive("lanh")
        assert mixer.listing(room) == {}
        mixer.join(room, "lanh", OFFER, CAREFUL, muted=False)
        assert mixer.listing(room) == {"lanh": False}
