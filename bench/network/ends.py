"""The two ends of a call: real Chromium, one in the core, one behind the link, and what is done there."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from bench.network import defaults, media, namespaces, place
from bench.network.heard import Heard, Moment
from bench.network.link import Links
from tests.browser.conftest import ARGS, CHROMIUM, DESK, PHONE

WATCH = Path(__file__).with_name("watch.js")
LOADING = 30_000
"""ms that a page may take for what it loads before the call; who taps sooner is a case of its own"""


@dataclass(frozen=True)
class Props:
    """What every run needs, made once."""

    folder: Path
    voice: Path
    camera: Path
    base: Path


def props(folder: Path) -> Props:
    return Props(folder, media.speech(folder), media.picture(folder), place.base(folder))


class End:
    """A person's page; `listen` gives what they heard until now."""

    def __init__(self, page: Page):
        self.page = page

    def asks(self, script: str) -> Any:
        """None while a page gives way to the next."""
        try:
            return self.page.evaluate(script)
        except PlaywrightError:
            return None

    def listen(self) -> Heard:
        moments = self.asks("() => window.watched && window.watched.timeline") or []
        return Heard([Moment(**one) for one in moments])

    def hears(self) -> bool:
        return self.listen().first_voice() is not None


class Call(Protocol):
    """One of the two ways of calling. The officer waits from the start; the citizen answers when told."""

    officer: End
    citizen: End

    def visit_before(self) -> None:
        """Over a good link: what the citizen's browser holds from an earlier visit."""

    def open(self) -> None:
        """The citizen's page before the call."""

    def answer(self) -> None:
        """The one tap that joins."""


class Ours:
    """The product's own pages: the desk, the waiting page, the room."""

    def __init__(self, officer: BrowserContext, citizen: BrowserContext, at: place.Place):
        self._at = at
        for context, cookie in ((officer, at.officer), (citizen, at.citizen)):
            context.add_cookies([{"name": "tcd", "value": cookie, "url": at.url}])
        self.officer, self.citizen = End(officer.new_page()), End(citizen.new_page())
        self.officer.page.goto(f"{at.url}/desk", wait_until="networkidle")

    def visit_before(self) -> None:
        self.citizen.page.goto(f"{self._at.url}/schedule")
        for _ in range(LOADING // 200):
            if "css" in [cookie["name"] for cookie in self.citizen.page.context.cookies()]:
                break
            self.citizen.page.wait_for_timeout(200)  # the style comes a moment after the page
        else:
            raise RuntimeError(f"no cookie of the style within {LOADING} ms of {self._at.url}/schedule")
        self.citizen.page.evaluate(
            "(all) => Promise.all(all.map((one) => fetch(one).then((it) => it.text())))", self._at.assets
        )

    def open(self) -> None:
        self.citizen.page.goto(f"{self._at.url}/visits/{self._at.code}/wait")
        # The room comes while the phone rings, and its scripts are named in the head.
        with contextlib.suppress(PlaywrightError):
            here = self.citizen.page.locator("link[rel=modulepreload][href*='/room.js']")
            here.wait_for(state="attached", timeout=LOADING)

    def answer(self) -> None:
        self.citizen.page.get_by_role("link", name="Vào phòng tiếp").click(no_wait_after=True)


class Defaults:
    """A plain page that tunes nothing."""

    def __init__(self, officer: BrowserContext, citizen: BrowserContext, url: str):
        self._url = url
        self.officer, self.citizen = End(officer.new_page()), End(citizen.new_page())
        self.officer.page.goto(f"{url}/#officer")
        self.officer.page.get_by_role("button", name="ready").wait_for()

    def visit_before(self) -> None:
        pass

    def open(self) -> None:
        self.citizen.page.goto(self._url)

    def answer(self) -> None:
        self.citizen.page.get_by_role("button").click()


VARIANTS = ("ours", "defaults")


@contextlib.contextmanager
def call(playwright: Playwright, links: Links, props: Props, variant: str) -> Iterator[Call]:
    """Both browsers started afresh, the officer waiting, the citizen's page not yet opened."""
    with contextlib.ExitStack() as stack:
        at = stack.enter_context(place.served(links, props.base)) if variant == "ours" else None
        url = at.url if at else stack.enter_context(defaults.served(links))
        officer, citizen = (
            stack.enter_context(_window(playwright, namespace, props, url, size))
            for namespace, size in ((links.core, DESK), (links.citizen(), PHONE))
        )
        yield Ours(officer, citizen, at) if at else Defaults(officer, citizen, url)


@contextlib.contextmanager
def _window(
    playwright: Playwright, namespace: str, props: Props, url: str, size: dict[str, int]
) -> Iterator[BrowserContext]:
    with browser(playwright, namespace, props, url) as it:
        viewport: Any = size
        context = it.new_context(viewport=viewport, locale="vi-VN")
        context.set_default_timeout(120_000)
        context.add_init_script(path=WATCH)
        yield context


def browser(playwright: Playwright, namespace: str, props: Props, origin: str) -> Browser:
    """In a namespace, and allowed a microphone at this address though it is plain http."""
    wrapper = props.folder / f"chromium-{namespace}"
    if not wrapper.exists():
        wrapper.write_text("#!/bin/sh\nexec " + " ".join(namespaces.command(namespace, CHROMIUM)) + ' "$@"\n')
        wrapper.chmod(0o755)
    return playwright.chromium.launch(
        executable_path=wrapper,
        args=[
            *ARGS,
            "--no-proxy-server",
            f"--use-file-for-fake-audio-capture={props.voice}",
            f"--use-file-for-fake-video-capture={props.camera}",
            f"--unsafely-treat-insecure-origin-as-secure={origin}",
        ],
    )
