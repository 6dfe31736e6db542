"""What a call costs those who wait, and what a screen hears at which nobody is signed in."""

import pytest
from flask import Flask
from socketio.packet import Packet as SocketPacket

from tests import people, queries
from tests.realtime.test_sockets import Socket
from tests.realtime.test_sockets import database as database
from tests.realtime.test_sockets import quiet as quiet
from tests.views.conftest import Scene
from tests.views.conftest import scene as scene  # a sitting, an officer at a desk, a citizen who waits
from webapp.clock import utc_now
from webapp.realtime import announcer, events
from webapp.services import reception
from webapp.services.actor import officer


def test_a_call_costs_each_who_waits_a_hundred_bytes_and_the_server_one_computation(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it goes over a websocket: the packet, and the two bytes of the frame around it."""
    topic = {"topic": f"line:{scene.sitting.id}"}
    costs = []
    for more in (1, 3):
        account = people.a_citizen()
        people.a_waiting_visit(scene.sitting, utc_now(), account)
        waiting = [Socket(app, account) for _ in range(more)]
        assert all(one.asks("join", topic)["ok"] for one in waiting)
        monkeypatch.setattr(announcer, "coalescer", announcer.Coalescer())  # as if a second had passed
        for one in waiting:
            one.raw.get_received()
        with queries.asked() as asked:
            if more == 1:
                scene.call()
            else:
                reception.send_back(
                    scene.visit.id, by=officer(scene.officer.id), now=utc_now(), key=people.key()
                )
        costs.append([one for one in asked if "line_change" in one and one.startswith("SELECT")])
        for one in waiting:
            [told] = one.raw.get_received()
            packet = SocketPacket(2, data=[told["name"], *told["args"]]).encode()
            assert len(f"4{packet}") + 2 <= 100
    assert len(costs[0]) == len(costs[1]) == 1


def test_a_desk_that_opens_is_told_to_those_who_wait(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = Socket(app, scene.citizen)
    mine.asks("join", {"topic": f"line:{scene.sitting.id}"})
    monkeypatch.setattr(announcer, "coalescer", announcer.Coalescer())
    mine.raw.get_received()
    people.an_open_desk(utc_now())
    [told] = [one["args"][0] for one in mine.raw.get_received() if one["name"] == "line"]
    assert told.split()[1:] == ["0", "2"], "no change of the line, and two desks"


def test_a_board_that_nobody_is_signed_in_at_hears_of_calls_and_of_nothing_else(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, told = Socket(app, auth={"board": True}), {"topic": "board"}
    for topic in (f"line:{scene.sitting.id}", f"queue:{scene.sitting.id}", f"visit:{scene.code}", "desks"):
        assert screen.asks("join", {"topic": topic})["status"] == 401
    for event in ("say", "enter", "alive", "signal", "read"):
        assert screen.asks(event, {"visit": scene.code})["status"] == 401
    assert screen.asks("join", told) == {"ok": True}
    monkeypatch.setattr(announcer, "coalescer", announcer.Coalescer())
    scene.call()
    heard = [(one["name"], one["args"]) for one in screen.raw.get_received()]
    assert heard and all(one == ("changed", [told]) for one in heard)
    monkeypatch.setattr(events, "_MOST_BOARDS", 1)
    assert not Socket(app, auth={"board": True}).connected, (
        "the address is public, and sockets are not endless"
    )
    screen.raw.disconnect()
    assert Socket(app, auth={"board": True}).connected
