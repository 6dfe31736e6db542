"""What the person who starts it sees: it begins, it ends, and each wrong start gets one sentence."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests import servers


@pytest.fixture
def web(tmp_path: Path) -> Iterator[servers.Web]:
    for words in (["db", "upgrade"], ["demo"]):
        servers.flask(tmp_path, *words)
    served = servers.Web(tmp_path)
    yield served
    served.stop()


def test_many_people_signing_in_do_not_hold_up_the_others(web: servers.Web) -> None:
    """Twenty password checks are 0.7 s of work; a page asked for meanwhile does not wait for them all."""
    page = requests.get(f"{web.url}/staff/login", timeout=10)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    done: list[int] = []

    def sign_in() -> None:
        form = {"csrf_token": token, "username": "canbo1", "password": "không phải mật khẩu"}
        answer = requests.post(f"{web.url}/staff/login", data=form, cookies=page.cookies, timeout=30)
        done.append(answer.status_code)

    people = [threading.Thread(target=sign_in) for _ in range(20)]
    for person in people:
        person.start()
    answered_meanwhile = 0
    while any(person.is_alive() for person in people):
        assert requests.get(f"{web.url}/healthz", timeout=10).ok
        answered_meanwhile += len(done) < len(people)
    for person in people:
        person.join()
    assert answered_meanwhile >= 2
    assert set(done) <= {422, 429} and len(done) == 20


def test_the_web_process_ends_when_told(web: servers.Web) -> None:
    assert web.stop() == 0


def start(tmp_path: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "scripts/run.py"],
        cwd=servers.ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path / "instance"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_with_the_demo_says_where_and_ends_cleanly(tmp_path: Path, number: int) -> None:
    port = str(servers.free_port())
    running = start(tmp_path, PORT=port)
    servers.wait_for_port(int(port), 60)
    assert running.stdout and running.stderr
    said = "".join(running.stdout.readline() for _ in range(9))
    assert f"http://127.0.0.1:{port}" in said
    assert "quantri" in said and "demo-Hanoi-2026" in said and "/demo/outbox" in said

    os.killpg(running.pid, number)
    assert running.wait(30) == 0
    assert "Traceback" not in running.stderr.read()
    running.stdout.close()
    running.stderr.close()
    for _ in range(50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))):
                return
        time.sleep(0.1)
    pytest.fail("the port is still taken: an orphan lives on")


def ends_with(tmp_path: Path, **environment: str) -> tuple[int, str]:
    said, wrong = (running := start(tmp_path, **environment)).communicate(timeout=60)
    return running.returncode, said + wrong


def test_a_taken_port_gets_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = ends_with(tmp_path, PORT=port)
    assert code == 1
    assert said.splitlines() == [
        f"Cổng {port} đang bận hoặc không dùng được. Chọn cổng khác: PORT=5001 make run",
        f"Port {port} is taken or cannot be used: choose another, PORT=5001 make run",
    ]


def test_an_unwritable_folder_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    code, said = ends_with(tmp_path, INSTANCE_PATH=str(tmp_path / "a-file" / "instance"))
    assert code == 1
    assert "Không ghi được vào" in said and "INSTANCE_PATH" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"APP_ENV": "production"}, "refused in production"),
        ({"HOST": "0.0.0.0"}, "DEMO=1 is refused on 0.0.0.0"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        ({"TURN_URLS": "turn:a"}, "TURN_SECRET"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    code, said = ends_with(tmp_path, PORT=str(servers.free_port()), **environment)
    assert code == 1
    assert sentence in said and "Traceback" not in said


def test_a_missing_python_gets_one_sentence() -> None:
    done = subprocess.run(
        ["bash", "scripts/bootstrap.sh"],
        cwd=servers.ROOT,
        env={**os.environ, "PYTHON": "/nowhere/python3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2 and "apt install python3" in done.stderr
