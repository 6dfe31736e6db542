"""What the person who starts it sees: it begins, it ends, and each wrong start gets one sentence."""

import os
import shutil
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
def web(demo_base: Path, tmp_path: Path) -> Iterator[servers.Web]:
    served = servers.Web(shutil.copytree(demo_base, tmp_path / "served"))
    yield served
    served.stop()


@pytest.mark.alone
def test_many_people_signing_in_do_not_hold_up_the_others(web: servers.Web) -> None:
    """A hundred password checks are 3.5 s of work. On the loop itself they would leave room for eight
    answers to someone else; off it, with a core left to the loop, there are more than a hundred."""
    page = requests.get(f"{web.url}/staff/login", timeout=10)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    done: list[int] = []

    def sign_in(number: int) -> None:
        form = {"csrf_token": token, "username": f"nguoi{number}", "password": "không phải mật khẩu"}
        with requests.Session() as session:
            session.cookies.update(page.cookies)
            for _ in range(5):
                done.append(session.post(f"{web.url}/staff/login", data=form, timeout=30).status_code)

    people = [threading.Thread(target=sign_in, args=(number,)) for number in range(20)]
    for person in people:
        person.start()
    answered_meanwhile = 0
    with requests.Session() as somebody:
        while any(person.is_alive() for person in people):
            assert somebody.get(f"{web.url}/healthz", timeout=10).ok
            answered_meanwhile += len(done) < 100
            time.sleep(0.02)
    for person in people:
        person.join()
    assert done == [422] * 100, "each password was really checked"
    assert answered_meanwhile >= 40


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_scripts_travel_packed_also_for_a_client_with_one_encoding_only(
    web: servers.Web, encoding: str
) -> None:
    home = requests.get(f"{web.url}/login", timeout=10).text
    script = home.split('type="module" src="')[1].split('"')[0]
    answer = requests.get(web.url + script, headers={"Accept-Encoding": encoding}, stream=True, timeout=10)
    assert answer.headers["Content-Encoding"] == encoding
    raw = answer.raw.read()
    written = requests.get(web.url + script, headers={"Accept-Encoding": "identity"}, timeout=10).content
    assert b"const root" in written and 0 < len(raw) < len(written) / 2


@pytest.mark.alone
def test_the_web_process_ends_when_told(web: servers.Web) -> None:
    began = time.monotonic()
    assert web.stop() == 0
    assert time.monotonic() - began < 5


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


@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGTERM])
def test_it_starts_with_the_demo_says_where_and_ends_cleanly(tmp_path: Path, number: int) -> None:
    port = str(servers.free_port())
    running = start(tmp_path, PORT=port)
    servers.wait_for_port(int(port), 60)
    assert running.stdout and running.stderr
    said = "".join(running.stdout.readline() for _ in range(9))
    assert f"http://127.0.0.1:{port}" in said
    assert "quantri" in said and "demo-Hanoi-2026" in said and "/demo/outbox" in said

    family = children_of(running.pid)
    assert len(family) == 2, "the web process and the worker"
    os.killpg(running.pid, number)
    assert running.wait(30) == 0
    assert "Traceback" not in running.stderr.read()
    running.stdout.close()
    running.stderr.close()
    assert [orphan for orphan in family if Path(f"/proc/{orphan}").exists()] == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(port))), "the port is still taken"


def children_of(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


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
    assert len(said.splitlines()) == 2, "one sentence in each language"
    assert "Không ghi được vào" in said and "INSTANCE_PATH" in said


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
