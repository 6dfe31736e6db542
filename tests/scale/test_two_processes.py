"""Two web processes on PostgreSQL and Redis serve the same people as one would."""

import queue
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests import people, servers
from tests.browser.navigators import PASSWORD

pytestmark = [pytest.mark.alone, pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture
def pair(
    postgres_server: str, redis_server: str, tmp_path: Path
) -> Iterator[tuple[servers.Web, servers.Web]]:
    """Two processes, one database with the demo, one Redis, one set of keys."""
    name = f"pair{next(people.numbers)}"
    servers.create_database(postgres_server, name)
    shared = {"DATABASE_URL": f"{postgres_server}/{name}", "REDIS_URL": redis_server}
    servers.flask(tmp_path, "demo", **shared)
    webs = servers.Web(tmp_path, **shared), servers.Web(tmp_path, **shared)
    yield webs
    for web in webs:
        web.stop()


class Browser:
    """A person's session and socket at one of the processes."""

    def __init__(self, web: servers.Web):
        self.web, self.session = web, requests.Session()
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.socket = socketio.Client(reconnection=False)
        for event in ("called", "message", "signal", "changed"):
            self.socket.on(event, lambda data, event=event: self.heard.put((event, data)))

    def get(self, path: str) -> str:
        answer = self.session.get(self.web.url + path, timeout=20)
        assert answer.ok, f"{answer.status_code} at {path}"
        return answer.text

    def post(self, path: str, page: str, **values: str) -> requests.Response:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page))
        assert token
        sent = {"csrf_token": token[1], "key": people.key()} | values
        answer = self.session.post(self.web.url + path, data=sent, timeout=20)
        assert answer.ok, f"{answer.status_code} at {path}"
        return answer

    def connects(self) -> None:
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.session.cookies)
        self.socket.connect(
            self.web.url, headers={"Cookie": cookie}, transports=["websocket"], wait_timeout=10
        )

    def asks(self, event: str, **payload: Any) -> dict[str, Any]:
        return dict(self.socket.call(event, payload, timeout=10))

    def hears(self, event: str) -> Any:
        """The next such event; others may come before it."""
        while True:
            name, data = self.heard.get(timeout=10)
            if name == event:
                return data


def test_a_call_a_message_and_signalling_cross_and_a_shut_account_is_cut(
    pair: tuple[servers.Web, servers.Web],
) -> None:
    first, second = pair
    citizen, officer, admin = Browser(first), Browser(second), Browser(first)
    citizen.post("/login", "/login", phone="0912000011")
    body = citizen.session.get(f"{second.url}/demo/outbox.json", timeout=10).json()[0]["body"]
    citizen.post("/login/code", "/login/code", code=body.split(": ")[1][:6])
    visit = re.search(r"/visits/(\w+)/wait", citizen.get("/account"))
    assert visit
    code = visit[1]
    citizen.connects()

    officer.post("/staff/login", "/staff/login", username="canbo1", password=PASSWORD)
    officer.post("/desk/open", "/desk", desk="2")
    officer.connects()
    officer.post(f"/desk/visit/{code}/call", "/desk")
    assert citizen.hears("called") == {"visit": code}

    assert citizen.asks("enter", visit=code)["state"] == "in_session"
    assert officer.asks("enter", visit=code)["ok"]
    assert citizen.asks("say", visit=code, body="Chào cán bộ", key=people.key())["ok"]
    assert "Chào cán bộ" in officer.hears("message")["html"]
    assert officer.asks("say", visit=code, body="Chào ông", key=people.key())["ok"]
    officer.hears("message")
    assert officer.asks("signal", visit=code, data={"hello": True})["ok"]
    heard = citizen.hears("signal")
    assert heard == {"visit": code, "data": {"hello": True}}

    admin.post("/staff/login", "/staff/login", username="quantri", password=PASSWORD)
    account = re.search(r'/admin/accounts/(\d+)">canbo1', admin.get("/admin/accounts"))
    assert account
    gone = queue.Queue[bool]()
    officer.socket.on("disconnect", lambda *_: gone.put(True))
    admin.post(f"/admin/accounts/{account[1]}/disable", f"/admin/accounts/{account[1]}")
    assert gone.get(timeout=10), "the socket at the other process was cut"
    answer = officer.session.get(f"{second.url}/desk", timeout=10, allow_redirects=False)
    assert answer.status_code == 302, "and the pages are shut"
    citizen.socket.disconnect()
