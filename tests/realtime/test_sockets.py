"""What people can rely on while their page listens: they hear what is theirs, once, and nothing else."""

import io
import time
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from engineio.exceptions import ContentTooLongError
from flask import Flask
from sqlalchemy import func, select

from tests import people
from tests.views.conftest import Browser, Scene
from tests.views.conftest import scene as scene  # a sitting, an officer at a desk, a citizen who waits
from tests.views.test_attachments import sent
from webapp.clock import utc_now
from webapp.domain.call_modes import Cause, Mode
from webapp.domain.codes import new_code
from webapp.extensions import db, socketio
from webapp.guest_identity import Guest
from webapp.models import Account, Message, Role, SignInSession
from webapp.realtime import announcer, timers
from webapp.rendering import clock
from webapp.services import accounts, conversation, floor, reception, room, sessions, unit_of_work, visits
from webapp.services.actor import SYSTEM, citizen, officer

SAID = "Biên bản ghi thiếu <b>46 m²</b> đất."


@pytest.fixture
def database() -> str:
    """Sockets are the same on both databases: one is enough."""
    return "sqlite"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own announcer, and ends when everything is announced."""
    mine = announcer.Coalescer()
    monkeypatch.setattr(announcer, "coalescer", mine)
    yield
    while mine._pending:
        time.sleep(0.02)


class Socket:
    """One browser's socket, apart from the test's own context as the browser is."""

    def __init__(self, app: Flask, account: Account | Guest | None = None, auth: object = None):
        self.browser = Browser(app, account)
        self.raw = Context().run(socketio.test_client, app, auth=auth, flask_test_client=self.browser.client)

    @property
    def connected(self) -> bool:
        return bool(self.raw.is_connected())

    def asks(self, event: str, *payload: object) -> Any:
        answer = Context().run(self.raw.emit, event, *payload, callback=True)
        db.session.rollback()
        return answer

    def says(self, visit: str, body: str, key: str | None = None) -> Any:
        return self.asks("say", {"visit": visit, "body": body, "key": key or people.key()})

    def hears(self, name: str) -> list[Any]:
        """What came under this name since the last look; all else that came is passed over."""
        found = [one["args"] for one in self.raw.get_received() if one["name"] == name]
        return found if name == "message" else [args[0] for args in found]


def messages() -> int:
    return db.session.scalar(select(func.count(Message.id))) or 0


def test_only_people_signed_in_get_a_socket(app: Flask, scene: Scene) -> None:
    account = people.an_officer()
    assert [Socket(app, who).connected for who in (scene.citizen, account, None)] == [True, True, False]
    accounts.disable(account.id, by=SYSTEM, now=utc_now())
    assert not Socket(app, account).connected


@pytest.mark.parametrize("transport", ["polling", "websocket"])
@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "null"])
def test_a_page_of_another_site_gets_no_socket(app: Flask, scene: Scene, origin: str, transport: str) -> None:
    browser, path = Browser(app, scene.citizen), "/socket.io/?EIO=4&transport="
    assert browser.get(path + transport, headers={"Origin": origin}).status_code == 400
    assert browser.get(path + "polling", headers={"Origin": "http://localhost"}).status_code == 200


def test_more_than_a_socket_may_carry_is_refused(app: Flask, scene: Scene) -> None:
    browser, path = Browser(app, scene.citizen), "/socket.io/?EIO=4&transport=polling"
    sid = browser.get(path).text.split('"')[3]
    too_much = {"CONTENT_LENGTH": str(64 * 1024 + 1), "wsgi.input": io.BytesIO(b"4" * (64 * 1024 + 1))}
    with pytest.raises(ContentTooLongError):
        socketio.server.eio.sockets[sid].handle_post_request(too_much)


def test_people_watch_only_what_is_theirs(app: Flask, scene: Scene) -> None:
    other, sitting = people.a_citizen(), people.a_sitting(start=scene.now)
    theirs, _ = people.a_waiting_visit(sitting, scene.now, other)
    here, there = f"queue:{scene.sitting.id}", f"queue:{sitting.id}"
    line, their_line = f"line:{scene.sitting.id}", f"line:{sitting.id}"
    scene.receive()
    mine, notes = f"visit:{scene.code}", f"minutes:{scene.code}"
    may = [
        (scene.citizen, {mine, line, "board"}),
        (other, {f"visit:{theirs.code}", their_line, "board"}),
        (scene.officer, {mine, notes, here, there, "desks", "statements", "board"}),
        (people.an_officer(), {here, there, "desks", "statements", "board"}),
        (people.staff(Role.OFFICER), {here, there, "desks", "board"}),
        (people.staff(Role.ADMIN, desk_rights=True), {"board"}),
    ]
    asked = [
        line,
        their_line,
        "board",
        mine,
        notes,
        here,
        there,
        "desks",
        "statements",
        f"visit:{theirs.code}",
        f"account:{other.id}",
        "",
        "queue:",
    ]
    asked += [
        "queue:²",
        "line:",
        "line:²",
        "line:" + "9" * 40,
        "queue:" + "9" * 40,
        f"visit:{new_code()}",
        "visit:\x00",
        "called:",
    ]
    for account, allowed in may:
        socket = Socket(app, account)
        answers = {topic: socket.asks("join", {"topic": topic}) for topic in asked}
        assert {topic for topic, answer in answers.items() if answer["ok"]} == allowed
        refused = {answer["status"] for answer in answers.values() if not answer["ok"]}
        assert refused <= {403, 404}, answers


def test_signalling_reaches_the_other_side_of_the_visit_and_nobody_else(app: Flask, scene: Scene) -> None:
    mine, desk = Socket(app, scene.citizen), Socket(app, scene.officer)
    assert mine.asks("signal", {"visit": scene.code, "data": {}})["status"] == 404, "nobody is called yet"
    scene.receive()
    mine.raw.get_received()
    outside = [
        Socket(app, people.a_citizen()),
        Socket(app, people.an_officer()),
        Socket(app, people.staff(Role.ADMIN)),
    ]
    about: dict[str, object] = {"visit": scene.code, "data": {"type": "offer", "sdp": "v=0"}}
    assert mine.asks("signal", about | {"from": "someone else"}) == {"ok": True}
    assert (desk.hears("signal"), mine.hears("signal")) == ([about], [])
    assert desk.asks("signal", about) == {"ok": True}
    assert (mine.hears("signal"), desk.hears("signal")) == ([about], [])
    for stranger in outside:
        for event in ("signal", "alive", "enter", "say", "read"):
            assert stranger.asks(event, about)["status"] in (403, 404)
        assert stranger.raw.get_received() == []
    assert mine.raw.get_received() == desk.raw.get_received() == []


def test_who_comes_in_again_tells_their_other_windows_and_nobody_else(app: Flask, scene: Scene) -> None:
    scene.receive()
    first, second, desk = (Socket(app, one) for one in (scene.citizen, scene.citizen, scene.officer))
    assert second.asks("enter", {"visit": scene.code})["state"] == "in_session"
    assert first.hears("elsewhere") == [{"visit": scene.code}]
    assert second.hears("elsewhere") == desk.hears("elsewhere") == []


def test_the_two_sides_make_the_way_while_it_still_rings(app: Flask, scene: Scene) -> None:
    mine, desk = Socket(app, scene.citizen), Socket(app, scene.officer)
    scene.call()
    for one in (mine, desk):
        one.raw.get_received()
    about = {"visit": scene.code, "data": {"ahead": True}}
    assert mine.asks("signal", about) == {"ok": True}
    assert desk.hears("signal") == [about]
    assert desk.asks("signal", about) == {"ok": True}
    assert mine.hears("signal") == [about]


def test_a_message_reaches_both_sides_once_with_its_key(app: Flask, scene: Scene) -> None:
    scene.receive()
    sides = [Socket(app, scene.citizen), Socket(app, scene.officer)]
    stranger, key = Socket(app, people.an_officer()), people.key()
    for speaker in sides:
        first, again = (speaker.says(scene.code, SAID, key) for _ in range(2))
        assert first == again and first["ok"]
        for side in sides:
            (heard,) = side.hears("message")
            assert (heard["visit"], heard["id"], heard["key"]) == (scene.code, first["id"], key)
            assert "&lt;b&gt;46 m²&lt;/b&gt;" in heard["html"] and "<b>" not in heard["html"]
    path, sent = f"/visits/{scene.code}/room/messages", {"body": SAID, "key": people.key()}
    assert Browser(app, scene.citizen).post(path, sent).status_code == 303
    assert [heard["key"] for heard in sides[1].hears("message")] == [sent["key"]]
    assert messages() == 3
    assert stranger.raw.get_received() == []


def test_a_read_message_is_told_to_its_author_alone(app: Flask, scene: Scene) -> None:
    scene.receive()
    mine, desk, stranger = (Socket(app, who) for who in (scene.citizen, scene.officer, people.an_officer()))
    ids = [mine.says(scene.code, SAID)["id"] for _ in "ab"]
    assert desk.asks("read", {"visit": scene.code, "id": ids[0]}) == {"ok": True, "seen": None}
    (told,) = mine.hears("read")
    assert (told["visit"], told["by"], told["seen"]["id"]) == (scene.code, "officer", ids[0])
    assert desk.asks("read", {"visit": scene.code, "id": ids[0]})["ok"]
    assert mine.hears("read") == [], "what was told is not told again"
    answer = mine.asks("read", {"visit": scene.code, "id": 0})
    assert answer["seen"]["id"] == ids[0], "whoever comes back is told how far the other has read"
    assert stranger.asks("read", {"visit": scene.code, "id": ids[1]})["status"] == 404
    assert stranger.raw.get_received() == []


def test_a_voice_message_is_pushed_to_both_sides_once(app: Flask, scene: Scene) -> None:
    scene.receive()
    mine, desk = Socket(app, scene.citizen), Socket(app, scene.officer)
    address = sent(mine.browser, scene)
    for side in (mine, desk):
        (heard,) = side.hears("message")
        assert f'src="{address}"' in heard["html"]


def test_the_call_is_heard_by_the_called_alone(app: Flask, scene: Scene) -> None:
    mine, other = Socket(app, scene.citizen), Socket(app, people.a_citizen())
    scene.call()
    assert mine.hears("called") == [{"visit": scene.code}]
    assert other.raw.get_received() == []


def test_the_desk_has_a_sign_of_the_citizen_from_the_first_moment(app: Flask, scene: Scene) -> None:
    mine, desk = Socket(app, scene.citizen), Socket(app, scene.officer)
    scene.call()
    desk.raw.get_received()
    assert mine.asks("enter", {"visit": scene.code})["ok"]
    assert desk.hears("alive") == [{"visit": scene.code}]


def test_a_device_that_froze_and_kept_its_socket_is_told_that_its_line_was_taken_for_lost(
    app: Flask, scene: Scene
) -> None:
    scene.receive()
    mine = Socket(app, scene.citizen)
    assert mine.asks("alive", {"visit": scene.code}) == {"ok": True}
    reception.detect_lost(utc_now() + timedelta(seconds=31))
    assert mine.asks("alive", {"visit": scene.code}) == {"ok": True, "state": "interrupted"}
    assert mine.asks("enter", {"visit": scene.code})["state"] == "in_session"


def test_a_change_of_who_may_speak_is_told_as_such_to_whoever_watches_the_visit(
    app: Flask, scene: Scene
) -> None:
    scene.receive()
    visit = visits.by_code(scene.code)
    mine = Socket(app, scene.citizen)
    assert mine.asks("join", {"topic": f"visit:{scene.code}"})["ok"]
    mine.hears("changed")
    floor.moderate(visit.id, True, by=officer(scene.officer.id), now=utc_now(), key=people.key())
    while announcer.coalescer._pending:
        time.sleep(0.02)
    told = {one["topic"] for one in mine.hears("changed")}
    assert f"people:{scene.code}" in told


def test_the_desk_is_told_whether_the_way_of_talking_came_into_the_record(app: Flask, scene: Scene) -> None:
    desk = Socket(app, scene.officer)
    words = {"visit": scene.call().code, "mode": "messages", "cause": "network"}
    assert desk.asks("mode", words) == {"ok": True, "kept": False}
    assert Socket(app, scene.citizen).asks("enter", {"visit": scene.code})["ok"]
    assert desk.asks("mode", words) == {"ok": True, "kept": True}


def test_both_directions_and_who_hangs_up_come_into_the_record_and_the_other_side_is_told(
    app: Flask, scene: Scene
) -> None:
    scene.receive()
    desk, mine = Socket(app, scene.officer), Socket(app, scene.citizen)
    words = {"visit": scene.code, "mode": "voice", "cause": "device", "ours": "video", "theirs": "voice"}
    assert desk.asks("mode", words)["kept"]
    for odd in ({"ours": "loud"}, {"theirs": []}, {"mode": None}, {"mode": []}, {"cause": {}}):
        assert desk.asks("mode", words | odd)["status"] == 400
    assert mine.asks("hang_up", {"visit": scene.code}) == {"ok": True, "kept": True}
    assert mine.hears("hung_up") == []
    [told] = desk.hears("hung_up")
    kept = room.mode_changes(scene.visit.id)
    assert [(one.mode, one.cause) for one in kept] == [
        (Mode.VOICE, Cause.DEVICE),
        (Mode.MESSAGES, Cause.CITIZEN_HUNG_UP),
    ]
    assert (kept[0].from_officer, kept[0].from_citizen) == (Mode.VIDEO, Mode.VOICE)
    assert told == {"visit": scene.code, "by": "citizen", "at": clock(kept[1].at), "again": False}
    assert Socket(app, people.a_citizen()).asks("hang_up", {"visit": scene.code})["status"] == 404


def test_what_is_no_payload_is_refused(app: Flask, scene: Scene) -> None:
    mine, nothing = Socket(app, scene.citizen), [(), (None,), ("x",), (3,), ([],), (True,)]
    for event, payload in product(["join", "enter", "say", "read", "signal", "alive"], nothing):
        assert mine.asks(event, *payload) == {"ok": False, "status": 400}, (event, payload)


def test_payloads_of_the_wrong_shape_change_nothing(app: Flask, scene: Scene) -> None:
    mine, code, key = Socket(app, scene.citizen), scene.receive().code, people.key()
    say, hello = {"visit": code, "body": SAID, "key": key}, {"visit": code, "data": {"type": "offer"}}
    wrong: list[tuple[str, dict[str, object], int]] = [("say", {"visit": code, "body": SAID}, 400)]
    for bad in (12345678, "short", "k" * 65, "key-\x00-000", '"><b>xx'):
        wrong.append(("say", say | {"key": bad}, 400))
    wrong += [
        ("say", say | {"body": ["x"]}, 400),
        ("say", say | {"body": " \x00 "}, 422),
        ("say", say | {"body": "ế" * 2001}, 422),
        ("say", say | {"visit": code + "\x00"}, 404),
        ("read", {"visit": code}, 400),
        ("read", {"visit": code, "id": "1"}, 400),
        ("read", {"visit": code, "id": True}, 400),
        ("read", {"visit": code, "id": 2**31}, 400),
        ("signal", hello | {"data": "x"}, 400),
        ("signal", hello | {"data": {"sdp": "x" * 25_000}}, 400),
        ("join", {"topic": {"visit": code}}, 404),
    ]
    told = [(event, payload, mine.asks(event, payload).get("status")) for event, payload, _ in wrong]
    assert told == wrong
    assert messages() == 0


def test_who_sends_too_much_is_told_to_wait(app: Flask, scene: Scene) -> None:
    mine, other = Socket(app, scene.citizen), Socket(app, scene.officer)
    answers = [mine.asks("join", {}) for _ in range(150)]
    assert answers[0]["status"] == 404
    assert answers[-1] == {"ok": False, "status": 429}
    assert other.asks("join", {"topic": "desks"})["ok"], "nobody else waits for it"


def test_a_disabled_accounts_socket_is_cut_and_says_nothing_more(app: Flask, scene: Scene) -> None:
    scene.receive()
    desk, mine = Socket(app, scene.officer), Socket(app, scene.citizen)
    accounts.disable(scene.officer.id, by=SYSTEM, now=utc_now())
    assert (desk.connected, mine.connected) == (False, True)
    desk.raw.connected["/"] = True  # a browser that sends on regardless
    assert desk.says(scene.code, SAID) is None
    assert (messages(), mine.hears("message")) == (0, [])


def test_a_session_that_ends_takes_its_own_socket_with_it_and_no_other(app: Flask, scene: Scene) -> None:
    lost = Socket(app, scene.citizen)
    code = scene.citizen.session_code
    kept, desk = Socket(app, scene.citizen), Socket(app, scene.officer)
    sessions.end(code, by=citizen(scene.citizen.id), now=utc_now())
    assert [one.connected for one in (lost, kept, desk)] == [False, True, True]
    lost.raw.connected["/"] = True  # a browser that sends on regardless
    assert lost.says(scene.code, SAID) is None
    assert kept.asks("join", {"topic": f"visit:{scene.code}"})["ok"]


def test_a_session_that_outlived_its_time_is_mute_and_cut_within_a_second(app: Flask, scene: Scene) -> None:
    over, kept = Socket(app, scene.officer), Socket(app, scene.citizen)
    with unit_of_work.unit_of_work() as work:
        row = work.session.scalars(select(SignInSession).filter_by(code=scene.officer.session_code)).one()
        row.expires_at = utc_now()
    assert over.asks("join", {"topic": "desks"})["status"] == 401
    timers.tick(utc_now())
    assert (over.connected, kept.connected) == (False, True)


def test_an_account_disabled_by_another_process_is_mute_at_once_and_cut_within_a_second(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.receive()
    desk, mine = Socket(app, scene.officer), Socket(app, scene.citizen)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(unit_of_work, "listeners", [])
        accounts.disable(scene.officer.id, by=SYSTEM, now=utc_now())
    assert desk.says(scene.code, SAID)["status"] == 401
    timers.tick(utc_now())
    assert (desk.connected, mine.connected, messages()) == (False, True, 0)


@pytest.mark.alone
def test_changes_of_one_topic_are_told_once_a_second(app: Flask, scene: Scene) -> None:
    time.sleep(announcer.INTERVAL + 0.1)  # what led here has been told
    mine, topic = Socket(app, scene.citizen), {"topic": f"visit:{scene.code}"}
    assert mine.asks("join", topic)["ok"]
    began = time.monotonic()
    for _ in range(20):
        announcer.on_commit(frozenset({topic["topic"]}))
    assert mine.hears("changed") == [topic]
    time.sleep(max(0, began + 0.8 - time.monotonic()))
    assert mine.hears("changed") == []
    time.sleep(max(0, began + 1.6 - time.monotonic()))
    assert mine.hears("changed") == [topic], "the last change is told, the others with it"


def test_an_officer_who_handed_the_visit_over_hears_no_more_of_it(app: Flask, scene: Scene) -> None:
    scene.receive()
    desk, by = people.an_open_desk(scene.now)
    before, after = Socket(app, scene.officer), Socket(app, db.session.get_one(Account, by.account_id))
    mine, about = Socket(app, scene.citizen), {"by": officer(scene.officer.id), "now": utc_now()}
    reception.transfer(scene.visit.id, desk.id, note="Chuyên môn đất đai", key=people.key(), **about)
    assert mine.says(scene.code, SAID)["ok"]
    conversation.say(scene.visit.id, "Alô?", by=citizen(scene.citizen.id), now=utc_now(), key=people.key())
    mine.asks("signal", {"visit": scene.code, "data": {"type": "offer"}})
    assert (before.hears("message"), len(after.hears("message"))) == ([], 2)
    assert before.says(scene.code, SAID)["status"] == 404
    assert before.asks("join", {"topic": f"visit:{scene.code}"})["status"] == 404
