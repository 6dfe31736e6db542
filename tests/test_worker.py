"""What people can rely on about `flask worker`: it sends beside the pages, each message once, whatever dies."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import gateways, servers, tapes
from tests.browser.humming import a_visit_in_session
from tests.views.conftest import Browser
from webapp.clock import utc_now
from webapp.config import Settings, load_settings
from webapp.domain.deliveries import Delivery
from webapp.domain.sign_in_rules import read_code
from webapp.extensions import db
from webapp.integrations import messages
from webapp.models import AuditSeal, Notification, RecordingPiece
from webapp.services import audit, notifications
from webapp.services.actor import SYSTEM
from webapp.services.unit_of_work import unit_of_work

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def gateway() -> Iterator[gateways.Gateway]:
    with gateways.gateway() as one:
        yield one


@pytest.fixture
def environment(settings: Settings, gateway: gateways.Gateway) -> dict[str, str]:
    """As the process that serves and its workers share it."""
    return {
        "INSTANCE_PATH": str(settings.instance_path),
        "DATABASE_URL": settings.database_url,
        "SMS_URL": gateway.url,
        "SMS_TIMEOUT": "60",
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Starts a worker; whichever still runs at the end is killed."""
    workers: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        workers.append(subprocess.Popen(command, cwd=servers.ROOT, env={**os.environ, **environment}))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.kill()
        worker.wait(20)


def test_pages_and_other_jobs_do_not_wait_for_a_gateway_that_thinks(
    app: Flask, gateway: gateways.Gateway, start: Start
) -> None:
    gateway.behaviours = ["slow"]
    _asks_for_a_code(app, "0912 345 678")
    assert gateway.asked == []
    start()
    assert gateway.somebody_waits.wait(60)
    _asks_for_a_code(app, "0987 654 321")
    with unit_of_work() as work:
        audit.record(work, "sign_in_refused", "account", "", by=SYSTEM, now=utc_now())
    _until(lambda: db.session.scalar(select(func.count(AuditSeal.position))))
    assert (len(gateway.asked), _states()) == (1, {Delivery.SENDING: 1, Delivery.WAITING: 1})
    gateway.go_on.set()
    _until(lambda: _states() == {Delivery.SENT: 2})
    assert [read_code(asked["content"]) != "" for asked in gateway.asked] == [True, True]
    assert {row.body for row in notifications.newest()} == {""}


def test_a_code_whose_worker_was_killed_is_in_doubt_and_never_sent_again(
    app: Flask, gateway: gateways.Gateway, start: Start, environment: dict[str, str]
) -> None:
    gateway.behaviours = ["slow"]
    _asks_for_a_code(app, "0912 345 678")
    _kill_while_sending(gateway, start)
    _deliver_later(environment)
    assert (len(gateway.asked), _states()) == (1, {Delivery.IN_DOUBT: 1})
    assert notifications.troubled()[0].body == ""


def test_a_notice_whose_worker_was_killed_is_sent_again_and_the_gateway_drops_the_double(
    app: Flask, gateway: gateways.Gateway, start: Start, environment: dict[str, str]
) -> None:
    gateway.behaviours = ["slow"]
    _enqueue(1)
    _kill_while_sending(gateway, start)
    _deliver_later(environment)
    assert _states() == {Delivery.SENT: 1}
    assert len(gateway.asked) == 2
    assert len(gateway.taken) == 1, "both came with one key"


def test_two_workers_at_once_send_each_message_once(
    app: Flask, gateway: gateways.Gateway, start: Start
) -> None:
    gateway.pause = 0.05  # while one waits for its answer the other looks for work
    start()
    start()
    for number in range(10):
        _enqueue(number)
    _until(lambda: _states() == {Delivery.SENT: 10})
    for number in range(10, 40):
        _enqueue(number)
    _until(lambda: _states() == {Delivery.SENT: 40})
    assert len(gateway.asked) == len(gateway.taken) == 40


def test_in_the_demo_the_worker_leaves_every_word_in_its_outbox(app: Flask, settings: Settings) -> None:
    _asks_for_a_code(app, "0912 345 678")
    servers.flask(settings.instance_path, "worker", "--once", DATABASE_URL=settings.database_url)
    db.session.rollback()
    [row] = notifications.newest()
    assert (row.state, read_code(row.body) != "") == (Delivery.SENT, True)


def test_what_the_mixer_writes_is_sealed_while_they_talk(
    app: Flask, environment: dict[str, str], start: Start, tmp_path: Path
) -> None:
    (raw := tmp_path / "raw").mkdir()
    keys = dict.fromkeys(("JANUS_API_SECRET", "JANUS_ADMIN_KEY"), "k")
    environment |= {"JANUS_URL": "http://127.0.0.1:1/janus", "JANUS_RECORD_DIR": str(raw), **keys}
    visit, _account = a_visit_in_session()
    voice = tapes.voice(utc_now(), 440, 4)
    path = tapes.put(raw / visit.code, "a", voice)
    start()
    _until(lambda: db.session.scalar(select(func.sum(RecordingPiece.size))))
    (piece,) = db.session.scalars(select(RecordingPiece)).all()
    assert (piece.size, piece.take.is_raw) == (len(voice), True)
    _until(lambda: not any(path.read_bytes()[200:]))


def _asks_for_a_code(app: Flask, phone: str) -> None:
    assert Browser(app).post("/login", {"phone": phone}).status_code == 303


def _enqueue(number: int) -> None:
    with unit_of_work() as work:
        about = {"key": f"near:{number}", "now": utc_now()}
        notifications.enqueue(work, notifications.SMS, "+84912345678", f"Số {number}", **about)


def _kill_while_sending(gateway: gateways.Gateway, start: Start) -> None:
    worker = start()
    assert gateway.somebody_waits.wait(60)
    worker.kill()
    worker.wait(20)
    assert _states() == {Delivery.SENDING: 1}


def _deliver_later(environment: dict[str, str]) -> None:
    """What the next worker does, once the dead one counts as dead."""
    send = messages.sender(load_settings(environment))
    notifications.deliver_due(send, utc_now() + timedelta(minutes=11))


def _states() -> dict[Delivery, int]:
    db.session.rollback()
    counted = select(Notification.state, func.count(Notification.id)).group_by(Notification.state)
    return dict(db.session.execute(counted).all())


def _until(holds: Callable[[], object], patience: float = 60) -> None:
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, f"not within {patience} s: {_states()}"
        time.sleep(0.05)
        db.session.rollback()
