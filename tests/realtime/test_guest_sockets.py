"""What people can rely on while more than two listen: each hears their room, and who is put out is cut."""

from typing import Any

import pytest
from flask import Flask

from tests import people, servers
from tests.integrations.test_janus import PICTURE, a_mixer
from tests.realtime.test_sockets import SAID, Socket
from tests.realtime.test_sockets import database as database
from tests.realtime.test_sockets import quiet as quiet
from tests.views.conftest import Browser, Page, Scene, a_guest_inside, an_invitation
from tests.views.conftest import scene as scene
from webapp.clock import utc_now
from webapp.guest_identity import Guest
from webapp.models import Participant
from webapp.realtime import timers
from webapp.services import floor, participants, unit_of_work
from webapp.services.actor import officer


def removes(scene: Scene, place: Participant) -> None:
    by = officer(scene.officer.id)
    participants.remove(place.id, reason="Xong việc", by=by, now=utc_now(), key=people.key())


def test_a_guest_has_a_socket_from_their_admission_to_their_removal(app: Flask, scene: Scene) -> None:
    scene.receive()
    invited, token = an_invitation(scene)
    assert not Socket(app, Guest(invited)).connected
    participants.open_link(token, now=utc_now(), key=people.key())
    assert not Socket(app, Guest(invited)).connected
    participants.admit(invited.id, by=officer(scene.officer.id), now=utc_now(), key=people.key())
    guest, mine = Socket(app, Guest(invited)), Socket(app, scene.citizen)
    assert guest.connected
    removes(scene, invited)
    assert (guest.connected, mine.connected) == (False, True)
    assert not Socket(app, Guest(invited)).connected


def test_a_guest_removed_by_another_process_is_mute_at_once_and_cut_within_a_second(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.receive()
    place = a_guest_inside(scene)
    guest, mine = Socket(app, Guest(place)), Socket(app, scene.citizen)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(unit_of_work, "listeners", [])
        removes(scene, place)
    assert guest.says(scene.code, SAID)["status"] == 403
    timers.tick(utc_now())
    assert (guest.connected, mine.connected) == (False, True)


def test_a_guest_hears_and_says_in_their_room_alone(app: Flask, scene: Scene) -> None:
    scene.receive()
    sides = [
        Socket(app, scene.citizen),
        Socket(app, scene.officer),
        Socket(app, Guest(a_guest_inside(scene))),
    ]
    other, _ = people.a_waiting_visit(scene.sitting, scene.now)
    guest = sides[2]
    for speaker in sides:
        assert speaker.says(scene.code, SAID)["ok"]
        assert [len(side.hears("message")) for side in sides] == [1, 1, 1]
    assert guest.asks("join", {"topic": f"visit:{scene.code}"})["ok"]
    for topic in (f"minutes:{scene.code}", f"visit:{other.code}", f"queue:{scene.sitting.id}", "desks"):
        assert guest.asks("join", {"topic": topic})["status"] in (403, 404), topic
    for event in ("say", "signal", "enter", "alive", "link", "mix", "show", "watch", "watched", "rest"):
        about = {"visit": other.code, "body": "x", "key": people.key(), "data": {}, "offer": ""}
        about |= {"answer": "", "what": "show"}
        assert guest.asks(event, about)["status"] in (403, 404), event
    assert guest.asks("alive", {"visit": scene.code})["status"] == 404, "no sign of the citizen's life"


def test_the_chair_alone_is_shown_how_each_end_fares_as_it_told(app: Flask, scene: Scene) -> None:
    scene.receive()
    place = a_guest_inside(scene)
    desk, mine, guest = Socket(app, scene.officer), Socket(app, scene.citizen), Socket(app, Guest(place))
    figures = {"kbits": 33, "delay": 410, "lost": 12, "picture": "picture_rests"}
    assert guest.asks("link", {"visit": scene.code, **figures}) == {"ok": True}
    shown = {"visit": scene.code, "who": place.code, **figures}
    assert [one.hears("figures") for one in (desk, mine, guest)] == [[shown], [], []]
    assert mine.asks("link", {"visit": scene.code}) == {"ok": True}, "who knows nothing says that"
    assert desk.hears("figures")[0]["kbits"] is None
    for odd in (
        {"kbits": -1},
        {"kbits": 1.5},
        {"kbits": True},
        {"lost": 101},
        {"picture": "<b>"},
        {"delay": "x"},
    ):
        assert guest.asks("link", {"visit": scene.code, **odd})["status"] == 400, odd
    assert desk.hears("figures") == []


def test_without_a_mixer_a_weak_link_keeps_the_voice_of_the_chair_and_everyone_reads_so(
    app: Flask, scene: Scene
) -> None:
    scene.receive()
    place = a_guest_inside(scene)
    mine, guest = Socket(app, scene.citizen), Socket(app, Guest(place))
    desk = Browser(app, scene.officer)
    address = f"/visits/{scene.code}/people"

    def engines() -> list[str]:
        pages = [desk, mine.browser, guest.browser]
        return [Page(one.part(address).text).all("div")[0]["data-engine"] for one in pages]

    def apart(one: Browser) -> list[str]:
        rows = Page(one.part(address).text).all("li")
        return [row["data-role"] for row in rows if "data-apart" in row]

    assert mine.asks("enter", {"visit": scene.code, "kbits": 39})["ok"]
    assert engines() == ["direct"] * 3
    assert [apart(one) for one in (desk, mine.browser, guest.browser)] == [[], ["interpreter"], ["citizen"]]
    assert "Chỉ nói được với Lê Thu Hà" in desk.part(address).text
    assert "chưa nói được với Trần Thị Mỵ" in Page(mine.browser.part(address).text).text
    assert mine.asks("link", {"visit": scene.code, "kbits": 19})["ok"]
    assert engines() == ["direct"] * 3 and apart(mine.browser) == ["interpreter"], "as in a room of two"
    assert guest.asks("link", {"visit": scene.code, "kbits": 19})["ok"]
    assert engines() == ["direct", "direct", "words"]
    assert "chỉ nhắn tin được" in Page(guest.browser.part(address).text).text
    assert "Chỉ nhắn tin được" in desk.part(address).text


def test_what_is_addressed_reaches_the_one_named_and_tells_who_sent_it(app: Flask, scene: Scene) -> None:
    scene.receive()
    place = a_guest_inside(scene)
    chair, person = (one.code for one in participants.in_order(scene.visit.id)[:2])
    desk, mine, guest = Socket(app, scene.officer), Socket(app, scene.citizen), Socket(app, Guest(place))
    data: dict[str, Any] = {"hello": True}

    def about(to: str) -> dict[str, Any]:
        return {"visit": scene.code, "to": to, "data": data, "from": "someone else"}

    assert guest.asks("signal", about(chair)) == {"ok": True}
    assert desk.hears("direct") == [{"visit": scene.code, "data": data, "from": place.code}]
    assert desk.asks("signal", about(place.code)) == {"ok": True}
    assert guest.hears("direct") == [{"visit": scene.code, "data": data, "from": chair}]
    assert mine.asks("signal", about(place.code)) == {"ok": True}
    assert guest.hears("direct") == [{"visit": scene.code, "data": data, "from": person}]
    assert mine.raw.get_received() == desk.raw.get_received() == []
    for to in ("", place.code, "x" * 14, 3, None):
        assert guest.asks("signal", about(to))["status"] in (400, 404), "a guest names whom"  # type: ignore[arg-type]
    unnamed = {"visit": scene.code, "data": data}
    assert mine.asks("signal", unnamed)["ok"]
    assert (len(desk.hears("signal")), guest.raw.get_received()) == (1, []), (
        "the two sides' call stays theirs"
    )


def test_without_a_mixer_nobody_joins_one(app: Flask, scene: Scene) -> None:
    scene.receive()
    mine = Socket(app, scene.citizen)
    assert mine.asks("mix", {"visit": scene.code, "offer": "v=0"})["status"] == 404
    for wrong in ({"offer": 3}, {"offer": "x" * 30_000}, {"offer": "v=0", "kbps": "many"}):
        assert mine.asks("mix", {"visit": scene.code, **wrong})["status"] == 400
    about = {"visit": scene.code, "offer": "v=0", "answer": "v=0", "what": "watch"}
    for event in ("show", "watch", "watched", "rest"):
        assert mine.asks(event, about)["status"] == 404, event


@pytest.mark.janus
def test_a_picture_is_taken_only_from_whom_the_room_is_shown(
    app: Flask, scene: Scene, janus_server: servers.Janus
) -> None:
    app.extensions["media_engine"] = mixer = a_mixer(janus_server)
    scene.receive()
    desk, mine = Socket(app, scene.officer), Socket(app, scene.citizen)
    picture = {"visit": scene.code, "offer": PICTURE}
    assert desk.asks("show", picture)["status"] == 404, "two see each other by their own call"
    place = a_guest_inside(scene)
    guest = Socket(app, Guest(place))
    guest.asks("join", {"topic": f"visit:{scene.code}"})
    chair, person = (one.code for one in participants.in_order(scene.visit.id)[:2])
    for wrong in (3, "x" * 30_000, None):
        assert desk.asks("show", {"visit": scene.code, "offer": wrong})["status"] == 400
        assert desk.asks("watched", {"visit": scene.code, "answer": wrong})["status"] == 400
    assert desk.asks("rest", {"visit": scene.code, "what": "everything"})["status"] == 400
    assert guest.asks("show", picture)["status"] == 404, "nobody is shown a guest without the word"
    assert "VP8" in desk.asks("show", picture)["answer"]
    assert guest.hears("shown") == [{"visit": scene.code, "who": chair}]
    assert "VP8" in mine.asks("show", picture)["answer"]
    assert [one.asks("watch", {"visit": scene.code})["who"] for one in (desk, mine, guest)] == [
        person,
        chair,
        chair,
    ]
    by = officer(scene.officer.id)
    floor.give_floor(place.id, by=by, now=utc_now(), key=people.key())
    assert mixer.showing(scene.code) == {chair}, "the citizen is seen by nobody now"
    assert desk.asks("watch", {"visit": scene.code})["who"] == place.code
    assert mine.asks("show", picture)["status"] == 404
    assert "VP8" in guest.asks("show", picture)["answer"]
    assert mixer.showing(scene.code) == {chair, place.code}
    assert desk.asks("rest", {"visit": scene.code, "what": "show"})["ok"]
    removes(scene, place)
    assert mixer.showing(scene.code) == set()
    mixer.close_room(scene.code)
