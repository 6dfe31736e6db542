"""The citizen's pages over the wire: bytes, requests, hosts, first paint and when a form can be sent.

Chromium shapes the link itself (64 kbit/s, 400 ms): HTTP/1.1 in the clear, no loss.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from bench.report import keep
from tests import servers
from tests.browser.conftest import ARGS, CHROMIUM, PHONE
from tests.browser.navigators import Camera, Citizen

KBITS, DELAY = 64, 400


def measure() -> None:
    folder = Path(tempfile.mkdtemp())
    for words in (["db", "upgrade"], ["demo"]):
        servers.flask(folder, *words)
    web = servers.Web(folder)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            context = browser.new_context(base_url=web.url, viewport=PHONE)
            page = context.new_page()
            citizen = Citizen(page, "0912000007", Camera(folder, "x"))
            citizen.signs_in()
            citizen.presents_the_matter()
            citizen.takes_a_number()
            wait = urlsplit(page.url).path
            signed_in = context.storage_state()
            signed_in["cookies"] = [one for one in signed_in["cookies"] if one["name"] != "css"]
            paths = ["/", "/login", "/schedule", "/account", "/petitions/new/kind", "/petitions/new/story"]
            paths += [wait.removesuffix("/wait"), wait]
            rows = []
            for path in paths:
                fresh = browser.new_context(base_url=web.url, viewport=PHONE, storage_state=signed_in)
                rows.append(_first_visit(fresh.new_page(), path, wait))
                fresh.close()
            browser.close()
    finally:
        web.stop()
        shutil.rmtree(folder, ignore_errors=True)
    heads = [
        "page",
        "HTML+CSS, bytes",
        "with scripts, bytes",
        "requests",
        "other hosts",
        "first paint, s",
        "usable, s",
    ]
    said = f"First visits with an empty cache, compressed bodies; {KBITS} kbit/s, {DELAY} ms, shaped by Chromium."
    keep("pages", said, heads, rows)


def _first_visit(page: Page, path: str, wait: str) -> list[object]:
    shape = page.context.new_cdp_session(page)
    seen: dict[str, dict[str, Any]] = {}
    shape.on("Network.responseReceived", lambda event: seen.update({event["requestId"]: event["response"]}))
    sizes: dict[str, int] = {}
    shape.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    shape.send("Network.enable")
    bytes_a_second = KBITS * 1000 / 8
    shape.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    page.goto(path, wait_until="load", timeout=60_000)
    page.wait_for_timeout(500)
    times = page.evaluate(
        """() => ({paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
                   usable: performance.getEntriesByType("navigation")[0].domInteractive})"""
    )
    kinds = {key: answer["mimeType"] for key, answer in seen.items()}
    html = sum(size for key, size in sizes.items() if kinds.get(key) in ("text/html", "text/css"))
    scripts = sum(size for key, size in sizes.items() if "javascript" in kinds.get(key, ""))
    hosts = {urlsplit(answer["url"]).hostname for answer in seen.values()} - {"127.0.0.1"}
    name = path.replace(wait.removesuffix("/wait"), "/visits/<code>")
    return [
        name,
        html,
        html + scripts,
        len(seen),
        len(hosts),
        f"{times['paint'] / 1000:.2f}",
        f"{times['usable'] / 1000:.2f}",
    ]
