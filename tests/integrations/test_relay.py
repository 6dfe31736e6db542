"""A real coturn asked by the self-test: what it says is what is so."""

import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests import servers
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import SettingsError, load_settings
from webapp.integrations import relay_check, relays, turn

needs_coturn = pytest.mark.relay


@pytest.fixture(scope="module")
def relay() -> Iterator[servers.Relay]:
    with servers.coturn() as relay:
        yield relay


@pytest.fixture(params=["udp", "tcp", "tls"])
def url(request: pytest.FixtureRequest, relay: servers.Relay, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SSL_CERT_FILE", str(relay.certificate))
    return str(getattr(relay, request.param))


def name(secret: str, life: timedelta) -> tuple[str, str]:
    return turn.credentials(secret, "visit", utc_now() + life)


@needs_coturn
def test_a_relay_that_serves_is_found_to_serve(relay: servers.Relay, url: str) -> None:
    for _ in range(3):
        relay_check.check(url, *name(relay.secret, timedelta(hours=1)))


@needs_coturn
@pytest.mark.parametrize("secret, life", [("another", 60), ("the secret of tests", -60)])
def test_a_wrong_secret_and_a_time_that_is_over_are_refused(url: str, secret: str, life: int) -> None:
    with pytest.raises(relay_check.RelayError, match="refuses the credentials"):
        relay_check.check(url, *name(secret, timedelta(seconds=life)))


@needs_coturn
def test_a_certificate_that_nobody_knows_is_not_accepted(relay: servers.Relay) -> None:
    with pytest.raises(relay_check.RelayError, match="certificate is not accepted"):
        relay_check.check(relay.tls, *name(relay.secret, timedelta(hours=1)))


@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_a_relay_that_is_not_there_is_told_in_words(way: str) -> None:
    with pytest.raises(relay_check.RelayError, match="Connection refused"):
        relay_check.check(f"turn:127.0.0.1:{servers.free_port()}?transport={way}", "name", "word")


def test_something_else_on_the_port_is_no_relay(redis_server: str) -> None:
    port = redis_server.split(":")[2].split("/")[0]
    with pytest.raises(relay_check.RelayError):
        relay_check.check(f"turn:127.0.0.1:{port}?transport=tcp", "name", "word")


@pytest.fixture
def with_relays(app: Flask, relay: servers.Relay) -> Flask:
    urls = (relay.udp, f"turn:127.0.0.1:{servers.free_port()}")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], turn_urls=urls, turn_secret=relay.secret)
    return app


@needs_coturn
def test_readiness_tells_how_the_relays_are_and_is_ready_without_them(
    with_relays: Flask, relay: servers.Relay
) -> None:
    before = with_relays.test_client().get("/readyz")
    relays.look(with_relays)
    after = with_relays.test_client().get("/readyz")
    assert (before.status_code, after.status_code) == (200, 200)
    assert before.text.count("not asked yet") == 2
    first, *told = after.text.splitlines()
    assert first == "ready"
    assert told[0] == f"relay {relay.udp}: answers"
    assert told[1].endswith("does not serve: Connection refused")


@needs_coturn
def test_a_served_process_asks_its_relays_when_it_starts(relay: servers.Relay, tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    servers.flask(instance, "db", "upgrade")
    web = servers.Web(instance, TURN_URLS=f"{relay.udp} {relay.tcp}", TURN_SECRET=relay.secret)
    try:
        told = _eventually(web.url, f"relay {relay.udp}: answers\nrelay {relay.tcp}: answers\n")
    finally:
        web.stop()
    assert told.startswith("ready\n")


def _eventually(url: str, wanted: str) -> str:
    for _ in range(150):
        with urllib.request.urlopen(f"{url}/readyz") as answer:
            told = str(answer.read().decode())
        if wanted in told:
            return told
        time.sleep(0.1)
    raise AssertionError(told)


def test_a_page_gets_credentials_of_its_visit_that_end_within_the_day(tmp_path: Path) -> None:
    url = "turns:relay.example:443?transport=tcp"
    env = {"TURN_URLS": url, "TURN_SECRET": "secret", "ICE_RELAY_ONLY": "1"}
    with create_app(load_settings({"INSTANCE_PATH": str(tmp_path), **env})).app_context():
        found = turn.ice_config("abc123", utc_now())
    [server] = found["iceServers"]
    until, visit = server["username"].split(":")
    assert (server["urls"], visit, found["iceTransportPolicy"]) == ([url], "abc123", "relay")
    assert 3600 < int(until) - utc_now().timestamp() < 24 * 3600


@pytest.mark.parametrize(
    "env, said",
    [
        ({"TURN_URLS": "relay.example:3478"}, "is not like turn:host"),
        ({"TURN_URLS": "turn:relay.example?transport=tls"}, "is not like turn:host"),
        ({"TURN_URLS": "turn:relay.example"}, "TURN_SECRET is not"),
        ({"ICE_RELAY_ONLY": "1"}, "no call could be made"),
    ],
)
def test_settings_that_could_not_work_stop_the_start(tmp_path: Path, env: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings({"INSTANCE_PATH": str(tmp_path), **env})
