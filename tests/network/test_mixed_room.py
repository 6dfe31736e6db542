"""Three in one room through the mixer, the citizen among them behind a link of 64 kbit/s."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Playwright

from bench.network import ends, media, namespaces
from bench.network.line import Shape
from bench.network.link import CORE, Links
from tests import servers
from tests.browser.conftest import DESK
from tests.browser.humming import TONES, Guest, a_visit_in_session, come_in, hum
from tests.browser.humming import inside as inside
from webapp.extensions import db
from webapp.models import Petition

pytestmark = [pytest.mark.browser, pytest.mark.links, pytest.mark.janus, pytest.mark.long]

WEAK = Shape(rate=64, delay=150, loss=1, queue=1500)
LOOKED = 20  # seconds


@pytest.fixture
def links() -> Iterator[Links]:
    with Links() as links:
        yield links


@pytest.fixture
def server(links: Links, sqlite_base: Path, tmp_path: Path) -> Iterator[servers.Web]:
    """The product and its mixer in the core, where citizens find both by its address."""
    instance = tmp_path / "instance"
    (instance / "raw").mkdir(parents=True)
    shutil.copy(sqlite_base / "app.db", instance / "app.db")
    with contextlib.ExitStack() as stack:
        with namespaces.inside(links.core):  # what is started by this thread is started there
            mixer = stack.enter_context(servers.janus(CORE))
            web = servers.Web(
                instance,
                HOST="0.0.0.0",
                DEMO="0",
                JANUS_URL=mixer.url,
                JANUS_API_SECRET=mixer.api_secret,
                JANUS_ADMIN_KEY=mixer.admin_key,
                JANUS_RECORD_DIR=str(instance / "raw"),
            )
        web.url = f"http://{CORE}:{web.port}"
        stack.callback(web.stop)
        yield web


@pytest.fixture
def people(
    links: Links, server: servers.Web, tmp_path: Path, playwright: Playwright
) -> Iterator[list[Guest]]:
    """The citizen behind the link, the officer and the interpreter in the core."""
    camera = media.picture(tmp_path)
    with contextlib.ExitStack() as stack:
        found = []
        names = list(TONES)
        for name, namespace in zip(names, (links.citizen(), links.core, links.core), strict=True):
            folder = tmp_path / f"end-{TONES[name]}"
            folder.mkdir()
            props = ends.Props(folder, hum(folder / "hum.wav", TONES[name]), camera, server.instance)
            browser = stack.enter_context(ends.browser(playwright, namespace, props, server.url))
            found.append(Guest(browser, server.url, name))
        yield found


@pytest.mark.timeout(400)
def test_a_citizen_at_64_kilobits_hears_both_and_is_heard_and_no_queue_grows(
    links: Links, server: servers.Web, inside: Flask, people: list[Guest]
) -> None:
    links.shape(WEAK)
    visit, account = a_visit_in_session()
    citizen, officer, interpreter = people
    citizen.signs_in(inside, db.session.get_one(Petition, visit.petition_id).account)
    officer.signs_in(inside, account)
    officer.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    citizen.page.goto(f"/visits/{visit.code}/room")
    officer.page.goto("/desk")
    officer.page.wait_for_function("() => window.htmx")
    citizen.hears(officer.name, seconds=90)
    come_in(officer.page, [interpreter])
    citizen.hears(officer.name, interpreter.name, seconds=90)
    officer.hears(citizen.name, interpreter.name)
    interpreter.hears(citizen.name, officer.name)

    began = time.time()
    citizen.page.wait_for_timeout(LOOKED * 1000)
    up, down = links.traffic(began, time.time())
    found = {
        name: (round(way.delivered_bytes * 8 / 1000 / LOOKED), round(way.queue_mean), round(way.queue_max))
        for name, way in (("up", up), ("down", down))
    }
    print("kbit/s, ms of queue on average and at most:", found)
    for carried, queued, _most in found.values():
        assert carried < 60, found
        assert queued < 300, found
    citizen.hears(officer.name, interpreter.name)
    officer.hears(citizen.name, interpreter.name)
