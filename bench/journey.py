"""A whole petition over the wire: what comes down to a phone from the home page to the receipt.

One visit with an empty cache and a browser that keeps what it may: signing in, every question of a
complaint for oneself, reading, sending, the receipt. The person looks at the home page for four seconds
and opens it once more. Files are left out; what goes up is not counted. Without scripts no browser can
say that it holds the stylesheet, so that every page carries it.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.report import keep
from tests import servers
from tests.browser.conftest import ARGS, CHROMIUM, PHONE
from tests.browser.navigators import Camera, Citizen

_FIRST_LOOK = 4000  # ms: nobody leaves a first page at once; a script keeps the style meanwhile
HEADS = ["encoding", "scripts", "bytes down", "answers of the server"]


def measure() -> None:
    folder = Path(tempfile.mkdtemp())
    for words in (["db", "upgrade"], ["demo"]):
        servers.flask(folder, *words)
    web = servers.Web(folder)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            ways = [(encoding, scripts) for encoding in ("br", "gzip") for scripts in (True, False)]
            rows = [
                _row(browser, web, folder, f"09120000{number:02d}", *way)
                for number, way in enumerate(ways, 7)
            ]
            browser.close()
    finally:
        web.stop()
        shutil.rmtree(folder, ignore_errors=True)
    keep("journey", (__doc__ or "").strip(), HEADS, rows)


def _row(
    browser: Browser, web: servers.Web, folder: Path, phone: str, encoding: str, scripts: bool
) -> list[object]:
    context = browser.new_context(base_url=web.url, viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    sizes = _sizes(page, encoding)
    person = Citizen(page, phone, Camera(folder, "x"))
    page.goto("/")
    page.wait_for_timeout(_FIRST_LOOK)
    person.signs_in()
    person.presents_the_matter(and_goes_on=False)
    page.wait_for_load_state("networkidle")
    context.close()
    return [encoding, "yes" if scripts else "no", sum(sizes), len(sizes)]


def _sizes(page: Page, encoding: str) -> list[int]:
    """Grows by each answer that comes over the line, heads included."""
    sizes: list[int] = []
    line = page.context.new_cdp_session(page)
    line.on(
        "Network.loadingFinished",
        lambda event: sizes.append(int(event["encodedDataLength"])) if event["encodedDataLength"] else None,
    )

    def redirected(event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            sizes.append(int(event["redirectResponse"]["encodedDataLength"]))

    line.on("Network.requestWillBeSent", redirected)
    line.send("Network.enable")
    line.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": encoding}})
    return sizes
