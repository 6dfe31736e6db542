"""A real server process and a real Chromium with false devices."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests import servers
from tests.browser import call_pages
from webapp import create_app
from webapp.config import load_settings
from webapp.extensions import db

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
expect.set_options(timeout=20_000)  # waiting ends when the thing happens; a busy machine is slow
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1366, "height": 768}


@pytest.fixture
def server(demo_base: Path, tmp_path: Path) -> Iterator[servers.Web]:
    instance = tmp_path / "instance"
    shutil.copytree(demo_base, instance)
    server = servers.Web(instance)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def one_server(demo_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Web]:
    """For files whose tests each come with a phone of their own, and leave the queue and the desks alone."""
    instance = tmp_path_factory.mktemp("shared") / "instance"
    shutil.copytree(demo_base, instance)
    server = servers.Web(instance)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
    yield browser
    browser.close()


@pytest.fixture
def window(chromium: Browser, server: servers.Web) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own, as another person's; what its page complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(size: dict[str, int], javascript: bool = True, locale: str = "vi-VN") -> Page:
        context = chromium.new_context(
            base_url=server.url, viewport=size, java_script_enabled=javascript, locale=locale, is_mobile=False
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line.text) else None)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == [], "the browser complained"


@pytest.fixture
def house(server: servers.Web) -> Iterator[None]:
    """The services on the server's own database, to set a stage and to look behind it."""
    app = create_app(load_settings({"INSTANCE_PATH": str(server.instance), "DEMO": "1"}))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def call_url() -> Iterator[str]:
    with call_pages.served() as address:
        yield address


@pytest.fixture
def call_context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    context.add_init_script(call_pages.SPY)
    yield context
    context.close()


@pytest.fixture
def person(call_context: BrowserContext, call_url: str) -> Iterator[Callable[..., call_pages.Person]]:
    """Opens a page that holds nothing but a call; `before` runs ahead of its scripts."""
    people: list[call_pages.Person] = []

    def come(role: str, before: str = "", page: str = "") -> call_pages.Person:
        people.append(call_pages.Person(call_context, call_url + page, role, before))
        return people[-1]

    yield come
    for one in people:
        assert one.errors == []


@pytest.fixture
def officer(person: Callable[..., call_pages.Person]) -> call_pages.Person:
    return person("officer")


@pytest.fixture
def citizen(person: Callable[..., call_pages.Person]) -> call_pages.Person:
    return person("citizen")


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "SyntaxError" in text or "TypeError" in text


@pytest.fixture(scope="session")
def album() -> Path:
    """Where pictures of each step are kept."""
    folder = ROOT / "tests" / ".artefacts" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
