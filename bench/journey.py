"""A whole petition over the wire: what comes down to a phone from the home page to the receipt.

One visit with an empty cache and a browser that keeps what it may: signing in, every question of a
complaint for oneself, reading, sending, the receipt. The person looks at the home page for four seconds
and opens it once more. Files are left out; what goes up is not counted.
"""

from playwright.sync_api import Browser, sync_playwright

from bench.report import keep
from tests import servers
from tests.browser import wire
from tests.browser.conftest import ARGS, CHROMIUM, PHONE
from tests.browser.navigators import Camera, Citizen

_FIRST_LOOK = 4000  # ms: nobody leaves a first page at once; a script keeps the style meanwhile
HEADS = ["encoding", "scripts", "bytes down", "answers of the server"]


def measure() -> None:
    with servers.demo() as web, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        ways = [(encoding, scripts) for encoding in ("br", "gzip") for scripts in (True, False)]
        rows = [_row(browser, web, f"09120000{number:02d}", *way) for number, way in enumerate(ways, 7)]
        browser.close()
    keep("journey", (__doc__ or "").strip(), HEADS, rows)


def _row(browser: Browser, web: servers.Web, phone: str, encoding: str, scripts: bool) -> list[object]:
    context = browser.new_context(base_url=web.url, viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    sizes = wire.sizes(page, encoding)
    person = Citizen(page, phone, Camera(web.instance, "x"))
    page.goto("/")
    page.wait_for_timeout(_FIRST_LOOK)
    person.signs_in()
    person.presents_the_matter(and_goes_on=False)
    page.wait_for_load_state("networkidle")
    context.close()
    return [encoding, "yes" if scripts else "no", sum(sizes), len(sizes)]
