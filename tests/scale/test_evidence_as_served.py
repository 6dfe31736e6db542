"""Evidence on the real server: what came before a cut is there, and a large file holds nobody up."""

import base64
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests import files, people, servers

pytestmark = pytest.mark.alone

WHERE = f"{people.FILES}/tus"


@pytest.fixture
def web(demo_base: Path, tmp_path: Path) -> Iterator[servers.Web]:
    served = servers.Web(shutil.copytree(demo_base, tmp_path / "served"))
    yield served
    served.stop()


def token_in(answer: requests.Response) -> str:
    return answer.text.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.fixture
def person(web: servers.Web) -> Iterator[requests.Session]:
    """A citizen who signed in; speaks tus."""
    with requests.Session() as session:
        about = {"phone": "0912000017", "csrf_token": token_in(session.get(f"{web.url}/login"))}
        page = session.post(f"{web.url}/login", data=about)
        code = session.get(f"{web.url}/demo/outbox.json").json()[0]["body"].split(": ")[1][:6]
        session.post(page.url, data={"code": code, "csrf_token": token_in(page)})
        token = token_in(session.get(f"{web.url}{people.FILES}"))
        session.headers.update({"Tus-Resumable": "1.0.0", "X-CSRFToken": token, "Accept": "application/json"})
        yield session


def begun(web: servers.Web, person: requests.Session, size: int) -> str:
    words = {"name": "phim.mp4", "key": f"key-of-{size}"}
    told = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in words.items())
    headers = {"Upload-Length": str(size), "Upload-Metadata": told}
    created = person.post(web.url + WHERE, headers=headers)
    assert created.status_code == 201, created.text
    return str(created.headers["Location"])


def received(web: servers.Web, person: requests.Session, path: str) -> int:
    return int(person.head(web.url + path).headers["Upload-Offset"])


def piece(offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}


def test_what_came_before_the_cut_is_there_to_the_byte(web: servers.Web, person: requests.Session) -> None:
    content = files.film() + os.urandom(700_000)
    path = begun(web, person, len(content))
    cookies = "; ".join(f"{one.name}={one.value}" for one in person.cookies)
    headers = {**person.headers, **piece(0), "Cookie": cookies, "Content-Length": str(len(content))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", web.port)) as line:
        line.sendall(f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode() + content[:300_001])
    deadline = time.monotonic() + 20
    while received(web, person, path) < 300_001 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert received(web, person, path) == 300_001
    rest = person.patch(web.url + path, data=content[300_001:], headers=piece(300_001))
    assert (rest.status_code, rest.headers["Upload-Offset"]) == (204, str(len(content)))


def test_while_a_large_file_is_looked_through_others_are_answered(
    web: servers.Web, person: requests.Session
) -> None:
    content = files.film() + os.urandom(45_000_000)
    path = begun(web, person, len(content))
    person.patch(web.url + path, data=content[:-10], headers=piece(0))
    answers: list[int] = []

    def send_the_end() -> None:
        last = person.patch(web.url + path, data=content[-10:], headers=piece(len(content) - 10))
        answers.append(last.status_code)

    sender = threading.Thread(target=send_the_end)
    sender.start()
    answered_meanwhile = 0
    with requests.Session() as somebody:
        while sender.is_alive():
            assert somebody.get(f"{web.url}/healthz", timeout=10).ok
            answered_meanwhile += sender.is_alive()
            time.sleep(0.005)
    sender.join()
    assert answers == [204]
    assert answered_meanwhile >= 10


def test_bytes_that_are_here_already_are_not_read_again(web: servers.Web, person: requests.Session) -> None:
    content = files.film() + os.urandom(40_000_000)
    path = begun(web, person, len(content))
    assert person.patch(web.url + path, data=content[:100], headers=piece(0)).status_code == 204
    cookies = "; ".join(f"{one.name}={one.value}" for one in person.cookies)
    headers = {**person.headers, **piece(0), "Cookie": cookies, "Content-Length": str(len(content))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    passed = 0
    with socket.create_connection(("127.0.0.1", web.port)) as line, pytest.raises(ConnectionError):
        line.sendall(f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode())
        for at in range(0, len(content), 100_000):
            line.sendall(content[at : at + 100_000])
            passed += 100_000
            time.sleep(0.001)
    assert passed < len(content) / 2
    assert received(web, person, path) == 100
